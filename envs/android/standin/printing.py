"""`echo` and `printf` of the built-in shell, with the escapes of mksh and toybox."""

from __future__ import annotations

import re

from envs.android.standin.pipes import Io

_ESCAPES = {"a": "\a", "b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v", "\\": "\\"}
_ESCAPE = re.compile(r"\\(?:([abfnrtv\\])|0([0-7]{0,3})|([1-7][0-7]{0,2})|x([0-9a-fA-F]{1,2}))")


def _unescape(text: str, *, octal_needs_zero: bool) -> str:
    def one(found: re.Match[str]) -> str:
        named, zero, octal, hexadecimal = found.groups()
        if named is not None:
            return _ESCAPES[named]
        if octal is not None and octal_needs_zero:
            return found[0]
        code = int(hexadecimal, 16) if hexadecimal else int(zero or octal or "0", 8)
        return bytes([code & 0xFF]).decode(errors="surrogateescape")

    return _ESCAPE.sub(one, text)


async def echo(args: list[str], io: Io) -> int:
    """`echo [-neE] word…`: as mksh's, which reads backslashes unless told not to."""
    newline, escapes = True, True
    rest = list(args)
    while rest and re.fullmatch("-[neE]+", rest[0]):
        for option in rest.pop(0)[1:]:
            newline = newline and option != "n"
            escapes = option == "e" or (escapes and option != "E")
    text = " ".join(rest)
    if escapes:
        text, cut, _ = text.partition("\\c")
        text = _unescape(text, octal_needs_zero=True)
        newline = newline and not cut
    await io.say(text + ("\n" if newline else ""))
    return 0


async def printf(args: list[str], io: Io) -> int:
    """`printf format word…` with %s %d %x %c %b and %%."""
    if not args:
        await io.complain("printf: Needs 1 argument\n")
        return 1
    form, words = args[0], args[1:]
    text = ""
    while True:
        before = len(words)
        text += _formatted(form, words)
        if not words or len(words) == before:
            break
    await io.say(text)
    return 0


def _formatted(form: str, words: list[str]) -> str:
    """One turn of the format, taking its words from the front."""

    def one(found: re.Match[str]) -> str:
        flags, kind = found[1], found[2]
        if kind == "%":
            return "%"
        word = words.pop(0) if words else ""
        if kind == "b":
            return _unescape(word, octal_needs_zero=True)
        if kind in "dxX":
            return f"%{flags}{kind}" % int(word or "0", 0)
        return f"%{flags}s" % (word[:1] if kind == "c" else word)

    pieces = re.split(r"(%[-0-9.]*[sdxXcb%])", form)
    return "".join(
        re.sub(r"%([-0-9.]*)([sdxXcb%])", one, piece) if at % 2 else _unescape(piece, octal_needs_zero=False)
        for at, piece in enumerate(pieces)
    )
