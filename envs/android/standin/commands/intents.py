"""The words of `am` that make an intent."""

from __future__ import annotations

import re
from dataclasses import dataclass, field


@dataclass(slots=True)
class Intent:
    """What is asked of an activity or a receiver."""

    action: str = ""
    data: str = ""
    kind: str = ""
    package: str = ""
    component: str = ""
    flags: int = 0
    categories: list[str] = field(default_factory=list)
    extras: dict[str, str] = field(default_factory=dict)
    wait: bool = False
    stop_first: bool = False

    def __str__(self) -> str:
        """As Intent.toString() of Android writes it, which hides what follows the scheme of the data."""
        parts = [f"act={self.action}"] if self.action else []
        if self.categories:
            parts.append(f"cat=[{','.join(self.categories)}]")
        if self.data:
            parts.append(f"dat={_shown(self.data)}")
        if self.kind:
            parts.append(f"typ={self.kind}")
        if self.flags:
            parts.append(f"flg={self.flags:#x}")
        if self.package:
            parts.append(f"pkg={self.package}")
        if self.component:
            parts.append(f"cmp={self.component}")
        if self.extras:
            parts.append("(has extras)")
        return f"Intent {{ {' '.join(parts)} }}"


_EXTRAS = frozenset(
    ("-e", "--es", "--esa", "--esal", "--ez", "--ei", "--eia", "--eial", "--el", "--ela", "--ef", "--efa", "--eu")
)
_WITH_VALUE = frozenset(("--user", "--display", "--receiver-permission", "--task", "--activityType", "--windowingMode"))


def parse(args: list[str]) -> Intent:
    """Read an intent.

    Raises:
        ValueError: an option is unknown or lacks its value; the text is Android's.
    """
    intent = Intent()
    words = iter(args)

    def value(option: str) -> str:
        found = next(words, None)
        if found is None:
            raise ValueError(f'Argument expected after "{option}"')
        return found

    for word in words:
        match word:
            case "-a":
                intent.action = value(word)
            case "-d":
                intent.data = value(word)
            case "-t":
                intent.kind = value(word)
            case "-c":
                intent.categories.append(value(word))
            case "-p":
                intent.package = value(word)
            case "-n":
                intent.component = value(word)
            case "-f":
                intent.flags = int(value(word), 0)
            case "--esn":
                intent.extras[value(word)] = ""
            case "-W":
                intent.wait = True
            case "-S":
                intent.stop_first = True
            case _ if word in _EXTRAS:
                name = value(word)
                intent.extras[name] = value(name)
            case _ if word in _WITH_VALUE:
                value(word)
            case _ if word.startswith("-"):
                raise ValueError(f"Unknown option: {word}")
            case _:
                _positional(intent, word)
    return intent


def _positional(intent: Intent, word: str) -> None:
    """A word without an option: a URI, a component or a package, by its looks."""
    if ":" in word:
        intent.data = word
    elif "/" in word:
        intent.component = word
    else:
        intent.package = word


def _shown(data: str) -> str:
    scheme, _, rest = data.partition(":")
    if scheme in {"tel", "sip", "sms", "smsto", "mailto"}:
        return f"{scheme}:{re.sub('[^@+.-]', 'x', rest)}"
    if rest.startswith("//"):
        host, slash, path = rest[2:].partition("/")
        return f"{scheme}://{host}{slash}{'...' if path else ''}"
    return f"{scheme}:..." if rest else data
