"""Secrets an agent may type but never sees."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from pathlib import Path

from envs.base import EnvError

PREFIX = "VISUOMOTOR_SECRET_"
_LABEL = re.compile(r"[A-Za-z][A-Za-z0-9_]*")
_BETWEEN = r"[\s\-\u00ad\u200b-\u200d\u2060]|%(?:25)*20"
_SHORTEST = 4  # redacting a shorter one would tear holes into any text, and give it away by where they are


class Vault:
    """Values by label. Their text never leaves but by `value`."""

    def __init__(self, values: Mapping[str, str]) -> None:
        for label, value in values.items():
            if len(value) < _SHORTEST:
                raise EnvError(
                    f"the secret {label} is shorter than {_SHORTEST} characters; it could not be kept secret"
                )
        self._values = {label.casefold(): value for label, value in values.items()}
        # Longest first: one may be part of another.
        labels = sorted(self._values, key=lambda label: -len(self._values[label]))
        self._groups = {f"s{number}": label for number, label in enumerate(labels)}
        shapes = (f"(?P<{group}>{_shape(self._values[label])})" for group, label in self._groups.items())
        self._shapes = re.compile("|".join(shapes))

    @classmethod
    def open(cls, file: str, environment: Mapping[str, str] = os.environ) -> Vault:
        """The secrets of the environment and of a file of NAME=value lines ("" is no file). Raises EnvError."""
        values = {name.removeprefix(PREFIX): value for name, value in environment.items() if name.startswith(PREFIX)}
        if file:
            values |= _read(Path(file))
        return cls(values)

    @property
    def labels(self) -> tuple[str, ...]:
        return tuple(sorted(self._values))

    def value(self, label: str) -> str | None:
        return self._values.get(label.strip().casefold())

    def redact(self, text: str) -> str:
        """The text with every secret in it, plain or as in an address, replaced by its label."""
        if not self._groups:
            return text
        return self._shapes.sub(lambda match: f"<secret:{self._groups[match.lastgroup or '']}>", text)

    def __repr__(self) -> str:
        return f"Vault({', '.join(self.labels)})"


def _shape(value: str) -> str:
    """A pattern for a text as it is and as it stands in an address, where each sender escapes other characters, and an
    address within an address is escaped twice."""
    # A page may group what it shows: a card's number in fours.
    return f"(?:{_BETWEEN})*".join(map(_either, value))


def _either(character: str) -> str:
    escaped = "".join(f"%(?:25)*(?i:{byte:02x})" for byte in character.encode(errors="surrogatepass"))
    # The escaped form first: a % that is escaped begins with one.
    return f"(?:{escaped}|{re.escape(character)}{'|[+]' if character == ' ' else ''})"


def _read(path: Path) -> dict[str, str]:
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise EnvError(f"cannot read the secrets in {path} ({type(error).__name__})") from error
    found = {}
    for number, line in enumerate(lines, 1):
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        label, sign, value = line.partition("=")
        if not sign or not _LABEL.fullmatch(label.strip()):
            raise EnvError(f"{path}:{number} is not of the form NAME=value")  # the line itself may be the secret
        found[label.strip()] = value.strip()
    return found
