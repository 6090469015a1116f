"""Object ids as AI2-THOR writes them: `Apple|+00.91|+01.69|-01.54`, and `Apple|…|AppleSliced_1` for a part."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

_NUMBER = r"[+-]?\d{2,3}\.\d{2}"
_PATTERN = re.compile(
    rf"([A-Za-z]{{1,40}})\|({_NUMBER})\|({_NUMBER})\|({_NUMBER})(?:\|([A-Za-z]{{1,40}})(_\d{{1,3}})?)?"
)


@dataclass(frozen=True, slots=True)
class ObjectId:
    """An id taken apart. `part` is "SinkBasin" or "AppleSliced"; "" when the id names a whole thing."""

    base: str
    position: tuple[float, float, float]
    part: str = ""

    @property
    def kind(self) -> str:
        """The object's type: the part's, where the id names one."""
        return self.part or self.base


def write(kind: str, x: float, y: float, z: float) -> str:
    """The id of an object of a type that stands at a place, in metres. A negative that rounds to zero has no sign, as
    in the data: `Dresser|+02.68|00.00|+01.51`."""
    return "|".join([kind, *map(_number, (x, y, z))])


def _number(value: float) -> str:
    """As Unity writes a float: to seven digits first, and from there to two places, halves away from zero."""
    places = Decimal(f"{value:.7g}").quantize(Decimal("0.01"), ROUND_HALF_UP)
    if places == 0:
        return "00.00" if value < 0 else "+00.00"
    return f"{places:+06.2f}"


def parse(text: str) -> ObjectId:
    """Take an id apart. Raises ValueError for text that is not one."""
    match = _PATTERN.fullmatch(text)
    if match is None:
        raise ValueError(f"{text[:80]!r} is not an object id of the form Type|+00.00|+00.00|+00.00")
    base, x, y, z, part, _ = match.groups()
    return ObjectId(base, (float(x), float(y), float(z)), part or "")
