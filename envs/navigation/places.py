"""The places of an episode by number, and the map of what was seen so far, in words."""

from __future__ import annotations

from collections.abc import Sequence


class Places:
    """Numbers given at first sight and kept: 0 is the start.

    Args:
        start: its viewpoint.
    """

    def __init__(self, start: str) -> None:
        self._numbers = {start: 0}
        self._joined: dict[int, list[int]] = {}
        self.walked: list[int] = []

    def arrive(self, viewpoint: str, neighbours: Sequence[str]) -> list[int]:
        """Be at a viewpoint; returns the numbers of its neighbours, in their order."""
        for one in (viewpoint, *neighbours):
            self._numbers.setdefault(one, len(self._numbers))
        found = [self._numbers[one] for one in neighbours]
        here = self._numbers[viewpoint]
        self._joined[here] = sorted(found)
        self.walked.append(here)
        return found

    def number(self, viewpoint: str) -> int:
        return self._numbers[viewpoint]

    def visited(self, number: int) -> bool:
        return number in self._joined

    def lines(self) -> list[str]:
        """The map: what joins what as far as it was seen, the way so far, and what is left to visit."""
        ways = "; ".join(f"{place} joins {_list(others)}" for place, others in sorted(self._joined.items()))
        unseen = [number for number in self._numbers.values() if number not in self._joined]
        return [
            f"Map so far: {ways}.",
            f"Walked: {_list(self.walked)}. Seen but not visited: {_list(unseen) if unseen else 'none'}.",
        ]


def _list(numbers: Sequence[int]) -> str:
    return ", ".join(str(number) for number in numbers)
