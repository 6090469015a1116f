"""The wire protocol of ADB: packets of a 24-byte header and a payload.

After `protocol.txt` of AOSP's adb and what adb 29, adb 36 and adb-shell 0.4.4 were seen to send.
"""

from __future__ import annotations

import asyncio
import struct
from dataclasses import dataclass
from enum import IntEnum

VERSION_WITH_CHECKSUM = 0x01000000
VERSION = 0x01000001
"""From this version on checksums are not looked at; adb-shell says the older one and checks every packet."""
MAX_PAYLOAD = 1 << 20

_HEADER = struct.Struct("<6I")
HEADER_SIZE = _HEADER.size


class WireError(Exception):
    """What came is no packet of ADB's; a device drops the link."""


class Word(IntEnum):
    """The first word of a packet: four letters, read as a little-endian number."""

    CNXN = 0x4E584E43
    AUTH = 0x48545541
    OPEN = 0x4E45504F
    OKAY = 0x59414B4F
    WRTE = 0x45545257
    CLSE = 0x45534C43
    STLS = 0x534C5453


class Auth(IntEnum):
    """The kinds of AUTH packets: their first argument."""

    TOKEN = 1
    SIGNATURE = 2
    PUBLIC_KEY = 3


@dataclass(frozen=True, slots=True)
class Packet:
    """One packet. The arguments are stream ids, or for CNXN the version and the longest payload."""

    word: int
    first: int
    second: int
    payload: bytes = b""

    def encode(self) -> bytes:
        """The bytes as sent, always with the checksum: who does not need it does not look at it."""
        magic = self.word ^ 0xFFFFFFFF
        header = _HEADER.pack(self.word, self.first, self.second, len(self.payload), checksum(self.payload), magic)
        return header + self.payload


def checksum(payload: bytes) -> int:
    """The sum of the bytes: what ADB calls crc32."""
    return sum(payload) & 0xFFFFFFFF


async def read_packet(reader: asyncio.StreamReader, *, checked: bool) -> Packet:
    """The next packet.

    Args:
        checked: whether the sender must fill in the checksum; a sum that is not zero is looked at anyway.

    Raises:
        WireError: it is not one.
        asyncio.IncompleteReadError: the link ended.
    """
    word, first, second, length, total, magic = _HEADER.unpack(await reader.readexactly(HEADER_SIZE))
    if magic != word ^ 0xFFFFFFFF:
        raise WireError(f"the magic of packet {word:#010x} is {magic:#010x}")
    if length > MAX_PAYLOAD:
        raise WireError(f"a payload of {length} bytes; the longest is {MAX_PAYLOAD}")
    payload = await reader.readexactly(length)
    if (checked or total) and checksum(payload) != total:
        raise WireError(f"the bytes of packet {word:#010x} sum to {checksum(payload)}, not {total}")
    return Packet(word, first, second, payload)
