"""What happened in the browser that a screenshot does not show, as lines for the model."""

from __future__ import annotations

from collections.abc import Callable

_LINES = 12
_LONGEST = 300


class Notices:
    """Collects lines between two observations; equal ones are counted, very many are cut off.

    Args:
        redact: takes secrets out of a text.
    """

    def __init__(self, redact: Callable[[str], str]) -> None:
        self._redact = redact
        self._lines: dict[str, int] = {}
        self._more = 0

    def say(self, line: str) -> None:
        line = plain(self._redact(line), _LONGEST)
        if line in self._lines or len(self._lines) < _LINES:
            self._lines[line] = self._lines.get(line, 0) + 1
        else:
            self._more += 1

    def quote(self, text: str, longest: int) -> str:
        """A page's text as it may stand within “quotation marks”. Cut only after secrets were taken out."""
        return plain(self._redact(text), longest).replace("“", '"').replace("”", '"')

    def take(self) -> list[str]:
        """The lines since the last time."""
        lines = [line if count == 1 else f"{line} ({count} times)" for line, count in self._lines.items()]
        if self._more:
            lines.append(f"{self._more} more things happened.")
        self._lines, self._more = {}, 0
        return lines


def plain(text: str, longest: int) -> str:
    """A page's text on one line of printable characters, cut to `longest`."""
    line = "".join(c if c.isprintable() else " " for c in " ".join(text[: 4 * longest].split()))
    return line if len(line) <= longest else line[: longest - 1] + "…"
