"""What is wrong with a data set, each thing with its place."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """Kinds of defects. With those of `UNUSABLE`, what they name cannot be evaluated."""

    FILE = "unreadable file"
    FIELD = "unreadable field"
    DUPLICATE_STEP = "duplicate step"
    DUPLICATE_EPISODE = "duplicate episode"
    NO_SIZE = "unknown size"
    PATH = "refused path"
    IMAGE = "missing image"
    DAMAGED = "damaged image"
    MIME = "wrong image type"
    MISSING_STEP = "missing step"
    ORDER = "id differs from index"
    LENGTH = "length differs"
    NO_STATUS = "no final status"
    FOREIGN = "foreign id"
    CONTRADICTION = "contradicting description"
    VERB = "unknown verb"
    REWRITTEN = "rewritten by other tools"
    COUNT = "count differs from the published"


UNUSABLE = frozenset({Kind.FILE, Kind.FIELD, Kind.DUPLICATE_STEP, Kind.DUPLICATE_EPISODE, Kind.NO_SIZE})


@dataclass(frozen=True, slots=True)
class Defect:
    """One thing that is wrong.

    `place` names the file, and within it the step's index and the field as far as they are concerned.
    """

    kind: Kind
    place: str
    detail: str

    @property
    def unusable(self) -> bool:
        """Whether what it names is left out of evaluations."""
        return self.kind in UNUSABLE

    def __str__(self) -> str:
        return printable(f"{self.kind}: {self.place}: {self.detail}")


def printable(text: str) -> str:
    """What no encoding writes, half of a surrogate pair out of JSON or out of a file's name, is escaped."""
    return text.encode("utf-8", "backslashreplace").decode("utf-8")
