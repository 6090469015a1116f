"""The words and operators of a shell line; quoting is resolved here and nowhere else."""

from __future__ import annotations

import re
from dataclasses import dataclass

Part = str | None
"""Of a word: text, or None for the exit code of the command before: `$?`."""
Word = tuple[Part, ...]


class ShellSyntaxError(Exception):
    """The line is not shell."""


class UnsupportedError(ShellSyntaxError):
    """The line is shell, but needs a real one."""


_OPERATOR = re.compile(r"\d*(?:<<-?|<>|>\||>&|<&|>>|<|>)|&&|\|\||;;|\||;|\n|&|\(|\)")


@dataclass(frozen=True, slots=True)
class Operator:
    """What separates words."""

    text: str


@dataclass(slots=True)
class Text:
    """A word and whether any of it was quoted."""

    parts: list[Part]
    quoted: bool

    def word(self) -> Word:
        return tuple(self.parts)


class Lexer:
    """Cuts a line into words and operators; quoting is resolved here and nowhere else."""

    def __init__(self, line: str) -> None:
        self._line = line
        self._at = 0

    def tokens(self) -> list[Operator | Text]:
        found: list[Operator | Text] = []
        while self._at < len(self._line):
            here = self._line[self._at]
            if here in " \t":
                self._at += 1
            elif self._line.startswith("\\\n", self._at):
                self._at += 2
            elif here == "#":
                end = self._line.find("\n", self._at)
                self._at = len(self._line) if end < 0 else end
            elif operator := _OPERATOR.match(self._line, self._at):
                self._at = operator.end()
                found.append(Operator(operator[0]))
            else:
                found.append(self._word())
        return found

    def _word(self) -> Text:
        word = Text([], quoted=False)
        start = self._at
        while self._at < len(self._line) and self._line[self._at] not in " \t\n|&;<>()":
            here = self._line[self._at]
            if here == "'":
                word.quoted = True
                self._add(word, self._until_quote())
            elif here == '"':
                word.quoted = True
                self._double(word)
            elif here == "\\":
                self._escape(word)
            elif here == "$":
                self._dollar(word)
            else:
                self._plain(word, here, first=self._at == start)
        return word

    def _add(self, word: Text, text: str) -> None:
        if word.parts and isinstance(word.parts[-1], str):
            word.parts[-1] += text
        else:
            word.parts.append(text)

    def _until_quote(self) -> str:
        end = self._line.find("'", self._at + 1)
        if end < 0:
            raise ShellSyntaxError("syntax error: no closing quote")
        text = self._line[self._at + 1 : end]
        self._at = end + 1
        return text

    def _double(self, word: Text) -> None:
        self._at += 1
        self._add(word, "")
        while True:
            if self._at >= len(self._line):
                raise ShellSyntaxError("syntax error: no closing quote")
            here = self._line[self._at]
            if here == '"':
                self._at += 1
                return
            if here == "\\" and self._line[self._at + 1 : self._at + 2] in {"$", "`", '"', "\\", "\n"}:
                escaped = self._line[self._at + 1]
                self._add(word, "" if escaped == "\n" else escaped)
                self._at += 2
            elif here == "$":
                self._dollar(word)
            elif here == "`":
                raise UnsupportedError("`…` is not supported")
            else:
                self._add(word, here)
                self._at += 1

    def _escape(self, word: Text) -> None:
        escaped = self._line[self._at + 1 : self._at + 2]
        if escaped != "\n":
            word.quoted = True
            self._add(word, escaped or "\\")
        self._at += 2

    def _dollar(self, word: Text) -> None:
        after = self._line[self._at + 1 : self._at + 2]
        if after == "?":
            word.parts.append(None)
            self._at += 2
            return
        for start, name in (("((", "$((…))"), ("(", "$(…)"), ("{", "${…}"), ("'", "$'…'"), ('"', '$"…"')):
            if self._line.startswith(start, self._at + 1):
                raise UnsupportedError(f"{name} is not supported")
        if re.match(r"[\w@*#!$-]", after):
            raise UnsupportedError(f"${after}… is not supported")
        self._add(word, "$")
        self._at += 1

    def _plain(self, word: Text, here: str, *, first: bool) -> None:
        if here == "`":
            raise UnsupportedError("`…` is not supported")
        if here in "*?[":
            if not (here == "[" and first and self._line[self._at + 1 : self._at + 2] in {"", " "}):
                raise UnsupportedError(f"the pattern '{here}' is not supported: quote it")
        elif here in "{}" and not (first and self._line[self._at + 1 : self._at + 2] in {"", " "}):
            raise UnsupportedError(f"'{here}' is not supported: quote it")
        elif here == "~" and first:
            raise UnsupportedError("'~' is not supported: quote it")
        self._add(word, here)
        self._at += 1
