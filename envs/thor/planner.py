"""The shortest way over the grid, in the low-level moves it takes."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

GRID = 0.25
LOOK = 15
# Steps ahead for the four ways to face: 0 is +z, 1 is +x (Unity turns clockwise seen from above).
AHEAD = ((0, 1), (1, 0), (0, -1), (-1, 0))
_TURNS = (("RotateLeft", -1), ("RotateRight", 1))


@dataclass(frozen=True, slots=True, order=True)
class Pose:
    """Where the agent stands and looks: grid cells of 25 cm, quarter turns, and degrees down from level."""

    x: int
    z: int
    turn: int
    horizon: int = 0

    @property
    def cell(self) -> tuple[int, int]:
        return self.x, self.z


def pose_of(agent: Mapping[str, Any]) -> Pose:
    """The pose nearest to that of the metadata's `agent`."""
    position = agent["position"]
    turn = round(agent["rotation"]["y"] / 90) % 4
    return Pose(round(position["x"] / GRID), round(position["z"] / GRID), turn, round(agent["cameraHorizon"]))


class Paths:
    """The shortest ways from one pose to every other, over the free cells.

    Every move costs one low-level step, so a breadth-first search over (x, z, turn) is exact; looking up and down is
    independent of walking and comes last. A few thousand states at most: it takes milliseconds.

    Args:
        free: the cells that can be stood on.
        blocked: pairs of a pose's (x, z, turn) from which a step ahead was tried in vain.
    """

    def __init__(
        self, start: Pose, free: Iterable[tuple[int, int]], blocked: Iterable[tuple[int, int, int]] = ()
    ) -> None:
        self._start = start
        cells, shut = {*free, start.cell}, set(blocked)
        begin = (start.x, start.z, start.turn)
        self._before: dict[tuple[int, int, int], tuple[tuple[int, int, int], str]] = {}
        self._cost = {begin: 0}
        queue = deque([begin])
        while queue:
            here = queue.popleft()
            x, z, turn = here
            follow = [((x, z, (turn + by) % 4), move) for move, by in _TURNS]
            ahead = (x + AHEAD[turn][0], z + AHEAD[turn][1])
            if ahead in cells and here not in shut:
                follow.insert(0, ((*ahead, turn), "MoveAhead"))
            for there, move in follow:
                if there not in self._cost:
                    self._cost[there] = self._cost[here] + 1
                    self._before[there] = here, move
                    queue.append(there)

    def cost(self, goal: Pose) -> int | None:
        """Low-level steps to a pose; None when there is no way."""
        walked = self._cost.get((goal.x, goal.z, goal.turn))
        return None if walked is None else walked + len(looks(self._start.horizon, goal.horizon))

    def moves(self, goal: Pose) -> list[str]:
        """The low-level actions that lead to a pose. Raises KeyError when there is no way."""
        state, moves = (goal.x, goal.z, goal.turn), []
        if state not in self._cost:
            raise KeyError(goal)
        while state in self._before:
            state, move = self._before[state]
            moves.append(move)
        return moves[::-1] + looks(self._start.horizon, goal.horizon)


def looks(before: int, after: int) -> list[str]:
    """Looking from one angle to another, in steps of 15 degrees; down is positive."""
    steps = round((after - before) / LOOK)
    return ["LookDown" if steps > 0 else "LookUp"] * abs(steps)
