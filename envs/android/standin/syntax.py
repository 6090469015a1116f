"""The part of the POSIX shell language that the built-in shell understands: words, lists, pipes, redirections.

Everything else a shell would expand or run is refused by name, never passed through as text.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Literal

from envs.android.standin.words import Lexer, Operator, ShellSyntaxError, Text, UnsupportedError, Word


@dataclass(frozen=True, slots=True)
class Redirect:
    """`2>/dev/null`, `>>file`, `<file`, or `2>&1`, where the target is a number."""

    descriptor: int
    mode: Literal["read", "write", "append", "copy"]
    target: Word


@dataclass(slots=True)
class Command:
    """A program with its arguments, or a group `( … )`, and the redirections."""

    words: list[Word] = field(default_factory=list)
    redirects: list[Redirect] = field(default_factory=list)
    group: list[Pipeline] | None = None

    @property
    def empty(self) -> bool:
        return not self.words and not self.redirects and self.group is None


@dataclass(frozen=True, slots=True)
class Pipeline:
    """Commands joined by `|`, and what decides whether they run: ";" always, "&&" after success, "||" after failure."""

    when: str
    commands: list[Command]
    background: bool = False


_RESERVED = frozenset(
    ["if", "then", "elif", "else", "fi", "for", "while", "until", "do", "done", "case", "esac", "in", "function"]
) | {"select", "time", "{", "}", "!", "[", "[[", "(("}
_ENDS = ("|", "&&", "||", ";", "\n", "&", ")")


def parse(line: str) -> list[Pipeline]:
    """The pipelines of a line.

    Raises:
        UnsupportedError: it uses what only a real shell does.
        ShellSyntaxError: a quote is not closed, a command is missing.
    """
    return _Parser(Lexer(line).tokens()).pipelines(inside=False)


class _Parser:
    """Puts words and operators together; one method a level of the grammar."""

    def __init__(self, tokens: list[Operator | Text]) -> None:
        self._tokens = tokens
        self._at = 0

    def _next(self) -> str | None:
        """The operator that comes next, "" for a word, None at the end."""
        if self._at == len(self._tokens):
            return None
        token = self._tokens[self._at]
        return token.text if isinstance(token, Operator) else ""

    def _skip_newlines(self) -> None:
        while self._next() == "\n":
            self._at += 1

    def pipelines(self, *, inside: bool) -> list[Pipeline]:
        """Pipelines to the end of the line, or of the group."""
        found: list[Pipeline] = []
        when = ";"
        while True:
            self._skip_newlines()
            if self._next() in {None, ")"} and when == ";":
                break
            commands = self._pipeline()
            end = self._next()
            background = end == "&"
            if background and when != ";":
                raise UnsupportedError("'&' after '&&' and '||' is not supported")
            found.append(Pipeline(when, commands, background))
            if end in {None, ")"}:
                break
            self._at += 1
            when = end if end in {"&&", "||"} else ";"
        if inside == (self._next() is None):
            raise ShellSyntaxError(f"syntax error: unexpected '{')' if self._next() else 'EOF'}'")
        return found

    def _pipeline(self) -> list[Command]:
        commands = [self._command()]
        while self._next() == "|":
            self._at += 1
            self._skip_newlines()
            commands.append(self._command())
        return commands

    def _command(self) -> Command:
        command = Command()
        while (operator := self._next()) is not None and operator not in _ENDS:
            self._at += 1
            token = self._tokens[self._at - 1]
            if isinstance(token, Text):
                if command.group is not None:
                    raise ShellSyntaxError(f"syntax error: unexpected '{token.parts}'")
                _check_first(command, token)
                command.words.append(token.word())
            elif operator == "(":
                if not command.empty:
                    raise UnsupportedError("'(' is not supported here")
                command.group = self.pipelines(inside=True)
                if not command.group:
                    raise ShellSyntaxError("syntax error: unexpected ')'")
                self._at += 1
            else:
                target = self._tokens[self._at] if self._at < len(self._tokens) else None
                command.redirects.append(_redirect(operator, target))
                self._at += 1
        if command.empty:
            raise ShellSyntaxError(f"syntax error: unexpected '{_named(self._next() or 'EOF')}'")
        return command


def _named(text: str) -> str:
    return "newline" if text == "\n" else text


def _check_first(command: Command, token: Text) -> None:
    if command.words or token.quoted or len(token.parts) != 1 or token.parts[0] is None:
        return
    text = token.parts[0]
    if text in _RESERVED:
        raise UnsupportedError(f"'{text}' is not supported")
    if re.match(r"[A-Za-z_]\w*\+?=", text):
        raise UnsupportedError(f"the assignment '{text}' is not supported")


def _redirect(operator: str, target: object) -> Redirect:
    found = re.fullmatch(r"(\d*)(\D+)", operator)
    assert found is not None
    number, kind = found.groups()
    if kind not in {"<", ">", ">>", ">&"}:
        raise UnsupportedError(f"'{kind}' is not supported")
    if not isinstance(target, Text):
        raise ShellSyntaxError("syntax error: a redirection without a target")
    descriptor = int(number) if number else int(kind != "<")
    if descriptor > 2:
        raise UnsupportedError(f"descriptor {descriptor} is not supported")
    if kind == ">&":
        if target.parts not in (["1"], ["2"]):
            raise UnsupportedError("'>&' to anything but 1 and 2 is not supported")
        return Redirect(descriptor, "copy", target.word())
    modes: dict[str, Literal["read", "write", "append"]] = {"<": "read", ">": "write", ">>": "append"}
    return Redirect(descriptor, modes[kind], target.word())
