"""Reads TFRecord files of tf.train.Example messages, without TensorFlow.

A file is a run of frames: length (8 bytes, little endian), checksum (4), message, checksum (4); gzip may be around all
of it. Checksums (masked CRC-32C) are not looked at: gzip has one of its own. The message is protobuf:

    Example {Features features = 1}   Features {map<string, Feature> feature = 1}
    Feature {oneof: BytesList = 1, FloatList = 2, Int64List = 3}   …List {repeated … value = 1}
"""

from __future__ import annotations

import gzip
import struct
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, cast

from envs.base import EnvError

Feature = list[bytes] | list[int]
_LARGEST = 1 << 30
"""Bytes of one message; an episode of AndroidControl has some tens of millions."""
_VARINT, _FIXED64, _BYTES, _FIXED32 = 0, 1, 2, 5


def read_examples(path: Path) -> Iterator[dict[str, Feature]]:
    """The features of every example of a file; lists of floats are left out.

    Raises EnvError naming the example for a file that is cut short or none of this kind.
    """
    number = 0
    try:
        with _opened(path) as file:
            while head := file.read(12):
                data = _frame(file, head, f"{path}, example {number}")
                yield _example(data, f"{path}, example {number}")
                number += 1
        if number == 0:
            raise EnvError(f"{path} is empty; is it a TFRecord file, and whole?")
    except (OSError, EOFError, zlib.error) as error:
        raise EnvError(f"cannot read {path} at example {number} ({error}); is the file whole?") from error


def _opened(path: Path) -> BinaryIO:
    with path.open("rb") as file:
        packed = file.read(2) == b"\x1f\x8b"
    return cast("BinaryIO", gzip.open(path)) if packed else path.open("rb")


def _frame(file: BinaryIO, head: bytes, place: str) -> bytes:
    length = struct.unpack("<Q", head[:8])[0] if len(head) == 12 else _LARGEST + 1
    if length > _LARGEST:
        raise EnvError(f"{place} is no frame of a TFRecord file; is it one, and whole?")
    data = file.read(length)
    if len(data) != length or len(file.read(4)) != 4:
        raise EnvError(f"{place} is cut short; is the file whole?")
    return data


def _example(data: bytes, place: str) -> dict[str, Feature]:
    features: dict[str, Feature] = {}
    try:
        for container in _fields(data, 1):
            for entry in _fields(container, 1):
                key = b"".join(_fields(entry, 1)).decode()
                for feature in _fields(entry, 2):
                    features[key] = _feature(feature)
    except (ValueError, IndexError) as error:
        raise EnvError(f"{place} is no tf.train.Example ({error})") from error
    return features


def _feature(data: bytes) -> Feature:
    for values in _fields(data, 1):
        return list(_fields(values, 1))
    return [number for values in _fields(data, 3) for number in _integers(values)]


def _integers(data: bytes) -> Iterator[int]:
    """Of an Int64List: packed, as TensorFlow writes it, or one by one."""
    for kind, payload in _parts(data, 1):
        if kind == _VARINT:
            yield _signed(int.from_bytes(payload, "little"))
            continue
        at = 0
        while at < len(payload):
            number, at = _varint(payload, at)
            yield _signed(number)


def _fields(data: bytes, wanted: int) -> Iterator[bytes]:
    """The length-delimited fields of one number."""
    return (payload for kind, payload in _parts(data, wanted) if kind == _BYTES)


def _parts(data: bytes, wanted: int) -> Iterator[tuple[int, bytes]]:
    """Wire type and payload of every field of one number; of a varint, eight bytes. Raises ValueError."""
    at = 0
    while at < len(data):
        tag, at = _varint(data, at)
        kind = tag & 7
        if kind == _VARINT:
            number, at = _varint(data, at)
            payload = number.to_bytes(8, "little")
        elif kind in (_FIXED64, _FIXED32, _BYTES):
            size = {_FIXED64: 8, _FIXED32: 4}.get(kind)
            if size is None:
                size, at = _varint(data, at)
            if at + size > len(data):
                raise ValueError("a field reaches over the message's end")
            payload, at = data[at : at + size], at + size
        else:
            raise ValueError(f"wire type {kind}")
        if tag >> 3 == wanted:
            yield kind, payload


def _varint(data: bytes, at: int) -> tuple[int, int]:
    number = 0
    for shift in range(0, 70, 7):
        byte = data[at]  # IndexError at the end of the message
        number |= (byte & 0x7F) << shift
        at += 1
        if byte < 0x80:
            return number & 0xFFFFFFFFFFFFFFFF, at
    raise ValueError("a number of more than ten bytes")


def _signed(number: int) -> int:
    return number - (1 << 64) if number >= 1 << 63 else number
