"""Packets, keys and the syntax of the built-in shell, without a connection."""

from __future__ import annotations

import asyncio
import base64
import shlex
import struct
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from envs.android.standin import keys, syntax
from envs.android.standin.keys import KeyFormatError, PublicKey
from envs.android.standin.root import Root
from envs.android.standin.wire import MAX_PAYLOAD, Packet, WireError, Word, read_packet
from envs.android.standin.words import ShellSyntaxError, UnsupportedError

u32 = st.integers(0, 2**32 - 1)


def _read(data: bytes, *, checked: bool = True) -> Packet:
    async def reading() -> Packet:
        reader = asyncio.StreamReader()
        reader.feed_data(data)
        reader.feed_eof()
        return await read_packet(reader, checked=checked)

    return asyncio.run(reading())


@given(st.sampled_from(list(Word)), u32, u32, st.binary(max_size=300))
def test_a_packet_is_read_as_it_was_written(word: Word, first: int, second: int, payload: bytes) -> None:
    packet = Packet(word, first, second, payload)
    assert _read(packet.encode()) == packet


def test_what_is_no_packet_is_an_error() -> None:
    good = Packet(Word.WRTE, 1, 2, b"abc").encode()
    with pytest.raises(WireError, match="magic"):
        _read(good[:20] + b"\0\0\0\0" + good[24:])
    with pytest.raises(WireError, match="sum"):
        _read(good[:-1] + b"d")
    with pytest.raises(WireError, match="longest"):
        _read(struct.pack("<6I", Word.WRTE, 1, 2, MAX_PAYLOAD + 1, 0, Word.WRTE ^ 0xFFFFFFFF))
    with pytest.raises(asyncio.IncompleteReadError):
        _read(good[:-1])


def test_new_clients_leave_the_sum_out() -> None:
    unsummed = struct.pack("<6I", Word.WRTE, 1, 2, 3, 0, Word.WRTE ^ 0xFFFFFFFF) + b"abc"
    assert _read(unsummed, checked=False).payload == b"abc"
    with pytest.raises(WireError):
        _read(unsummed)


@pytest.mark.parametrize("with_package", [True, False])
def test_a_signature_by_adbs_own_key_is_known(
    tmp_path: Path, with_package: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("adb_shell")
    from tests.envs.android.clients import signer

    if not with_package:
        monkeypatch.setattr(keys, "rsa", None)
    elif keys.rsa is None:
        pytest.skip("the cryptography package is not installed")
    one = signer(tmp_path)
    key = PublicKey.parse(one.GetPublicKey().encode() + b"\0")
    token = bytes(range(20))
    signature = bytes(one.Sign(token))
    assert key.verify(token, signature)
    assert not key.verify(bytes(20), signature)
    assert not key.verify(token, signature[:-1] + bytes([signature[-1] ^ 1]))
    assert not key.verify(token, b"")
    assert len(key.fingerprint.split(":")) == 16


@pytest.mark.parametrize("text", [b"", b"not base64! x", base64.b64encode(b"short") + b" me", b"\xff\xfe"])
def test_what_is_no_key_is_refused(text: bytes) -> None:
    with pytest.raises(KeyFormatError):
        PublicKey.parse(text)


@given(st.lists(st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"])), min_size=1))
def test_quoted_words_come_back_as_they_were(words: list[str]) -> None:
    (pipeline,) = syntax.parse(" ".join(["echo", *map(shlex.quote, words)]))
    assert pipeline.commands[0].words[1:] == [(word,) if word else ("",) for word in words]


@given(st.text("ab \\'\"$`;&|<>(){}[]*?~#!=\n\t%", max_size=20))
def test_any_line_is_parsed_or_refused(line: str) -> None:
    try:
        syntax.parse(line)
    except ShellSyntaxError as error:
        assert str(error)  # noqa: PT017  refused in words


@pytest.mark.parametrize(
    "line",
    [
        "$(x)",
        '"$(x)"',
        "`x`",
        '"`x`"',
        "$HOME",
        "${x}",
        "$((1))",
        "a && b &",
        "a (b)",
        "a*",
        "~",
        "{a,b}",
        "x=1",
        "if a",
        "<<E",
    ],
)
def test_what_needs_a_real_shell_is_refused_by_name(line: str) -> None:
    with pytest.raises(UnsupportedError, match="not supported"):
        syntax.parse(line)


def test_no_path_leads_out_of_the_root(tmp_path: Path) -> None:
    root = Root(tmp_path / "root")
    (tmp_path / "root/sdcard/out").symlink_to("/etc/passwd")
    (tmp_path / "root/sdcard/up").symlink_to("../../../../../..")
    (tmp_path / "root/sdcard/loop").symlink_to("loop")
    assert root.locate("/sdcard/out") == tmp_path / "root/etc/passwd"
    assert root.locate("/sdcard/up/etc") == tmp_path / "root/etc"
    assert root.locate("../../x", "/sdcard") == tmp_path / "root/x"
    assert root.locate("/storage/emulated/0/a") == tmp_path / "root/sdcard/a"
    with pytest.raises(OSError, match="symbolic links"):
        root.locate("/sdcard/loop")
