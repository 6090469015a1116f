"""Reads the almost-JSON that models write as arguments, in one pass and without `eval`.

On top of JSON: tuples, single quotes, Python's None/True/False, trailing commas, full-width punctuation, and bare
points such as `(348,291)` or `<|box_start|>(1,2),(3,4)<|box_end|>` as values.
"""

from __future__ import annotations

import json
import math
import re
from typing import Any

from actions.call import ParseError

_MAX_DEPTH = 32
_WIDE = {"，": ",", "：": ":", "（": "(", "）": ")", "｛": "{", "｝": "}", "［": "[", "］": "]"}
_QUOTES = {'"': '"', "'": "'", "“": "”", "‘": "’"}
_BLANK = re.compile(r"(?:\s|<\|(?:box|quad|point)_(?:start|end)\|>)*")
_NUMBER = re.compile(r"[-+]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][-+]?\d+)?")
_WORD = re.compile(r"[A-Za-z]+")
_WORDS = {"null": None, "None": None, "true": True, "True": True, "false": False, "False": False}
_ESCAPE = re.compile(r"\\(u[0-9a-fA-F]{4}|.)", re.DOTALL)
_SHORT = {"n": "\n", "t": "\t", "r": "\r", "b": "\b", "f": "\f"}
_UNTIL = {close: re.compile(rf"(?:[^\\{close}]|\\.)*", re.DOTALL) for close in _QUOTES.values()}


def read_object(text: str, start: int = 0) -> tuple[dict[str, Any], int]:
    """The object that begins at `start` (blanks skipped) and the index after it; what follows is not looked at.

    Raises ParseError, saying what was expected and where. Takes time linear in the text.
    """
    reader = _Reader(text, start)
    if reader.peek() != "{":
        raise ParseError(f"Arguments must be a JSON object such as {{}}, but there is none {_near(text, reader.at)}.")
    value = reader.object(1)
    return value, reader.at


class _Reader:
    def __init__(self, text: str, start: int) -> None:
        self.text = text
        self.at = start

    def peek(self) -> str:
        """The next character that is not blank, full-width punctuation made plain; "" at the end."""
        match = _BLANK.match(self.text, self.at)
        self.at = match.end() if match else self.at
        character = self.text[self.at : self.at + 1]
        return _WIDE.get(character, character)

    def take(self, expected: str) -> None:
        if self.peek() != expected:
            raise ParseError(f"The arguments are not valid JSON: expected {expected!r} {_near(self.text, self.at)}.")
        self.at += 1

    def value(self, depth: int) -> Any:
        if depth > _MAX_DEPTH:
            raise ParseError("The arguments are nested too deeply.")
        character = self.peek()
        if character == "{":
            return self.object(depth + 1)
        if character in ("[", "("):
            return self.sequence("]" if character == "[" else ")", depth + 1)
        if character in _QUOTES:
            return self.string(character)
        if match := _NUMBER.match(self.text, self.at):
            self.at = match.end()
            return _number(match.group())
        match = _WORD.match(self.text, self.at)
        if match and match.group() in _WORDS:
            self.at = match.end()
            return _WORDS[match.group()]
        raise ParseError(f"The arguments are not valid JSON: expected a value {_near(self.text, self.at)}.")

    def object(self, depth: int) -> dict[str, Any]:
        self.take("{")
        found: dict[str, Any] = {}
        while self.peek() != "}":
            key = self.peek()
            if key not in _QUOTES:
                raise ParseError(f"The arguments are not valid JSON: expected a name in quotes {self._here()}.")
            name = self.string(key)
            self.take(":")
            found[name] = self._maybe_pairs(self.value(depth), depth)
            if self.peek() != "}":
                self.take(",")
        self.at += 1
        return found

    def _maybe_pairs(self, first: Any, depth: int) -> Any:
        """A box is often written as bare pairs: `"box": (1,2),(3,4)`."""
        if not isinstance(first, list) or self.peek() != ",":
            return first
        mark = self.at
        self.at += 1
        if self.peek() != "(":
            self.at = mark
            return first
        return [first, self.value(depth)]

    def sequence(self, close: str, depth: int) -> list[Any]:
        self.at += 1
        found = []
        while self.peek() != close:
            found.append(self.value(depth))
            if self.peek() != close:
                self.take(",")
        self.at += 1
        return found

    def string(self, opening: str) -> str:
        close = _QUOTES[opening]
        body = _UNTIL[close].match(self.text, self.at + 1)
        if body is None or self.text[body.end() : body.end() + 1] != close:
            raise ParseError(f"The arguments are not valid JSON: a text is never closed {self._here()}.")
        self.at = body.end() + 1
        return _unescape(body.group())

    def _here(self) -> str:
        return _near(self.text, self.at)


def write_object(value: dict[str, Any]) -> str:
    """JSON on one line, non-ASCII text kept readable."""
    return json.dumps(value, ensure_ascii=False, allow_nan=False)


def _number(text: str) -> int | float:
    try:
        number = float(text) if re.search(r"[.eE]", text) else int(text)
    except ValueError as error:  # int() refuses more than 4,300 digits
        raise ParseError("The arguments hold a number that is far too long.") from error
    if isinstance(number, float) and not math.isfinite(number):
        raise ParseError("The arguments hold a number that is far too large.")
    return number


def _unescape(body: str) -> str:
    if "\\" not in body:
        return body

    def one(match: re.Match[str]) -> str:
        code = match.group(1)
        return chr(int(code[1:], 16)) if len(code) == 5 else _SHORT.get(code, code)

    # Escapes may spell an astral character as two surrogates; a lone one is no character at all.
    text = _ESCAPE.sub(one, body)
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def _near(text: str, at: int) -> str:
    rest = text[at : at + 20]
    return f"at {rest!r}" if rest else "at the end"
