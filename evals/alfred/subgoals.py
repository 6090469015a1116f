"""How far the expert's plan is done, in its order, whoever acts."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from evals.alfred.trial import Subgoal

_REACH = 3
"""A GotoLocation is done fewer actions than this from the expert's pose (models/config/rewards.json)."""
_CELL = 0.25
_HEADINGS = ((0, 1), (1, 0), (0, -1), (-1, 0))


@dataclass(frozen=True, slots=True)
class Seen:
    """What sub-goals are judged on: the engine's objects by id, what is in hand, and what was changed so far."""

    objects: Mapping[str, Mapping[str, Any]]
    held: str = ""
    cleaned: Collection[str] = frozenset()
    heated: Collection[str] = frozenset()
    cooled: Collection[str] = frozenset()
    pose: tuple[int, int, int, int] | None = None
    """x and z in cells of 0.25 m, rotation in quarter turns, horizon in degrees."""


class SubgoalTracker:
    """Counts the sub-goals of a plan that were done, each after those before it (env/tasks.py, transition_reward).

    ALFRED judges by the low-level action just taken; here an action is a whole sequence, so the state after it is
    judged, and of heating and cooling whether the thing was heated or cooled. A GotoLocation is also done when what
    follows it is: a high-level action may walk to another good place than the expert's.
    """

    def __init__(self, plan: Sequence[Subgoal]) -> None:
        self.plan = actions(plan)
        self.done = 0

    def update(self, seen: Seen) -> int:
        """Look once more; returns how many are done."""
        while self.done < len(self.plan):
            ahead = self.plan[self.done : self.done + 2]
            if is_done(self.plan, self.done, seen):
                self.done += 1
            elif len(ahead) == 2 and ahead[0].action == "GotoLocation" and is_done(self.plan, self.done + 1, seen):
                self.done += 2
            else:
                break
        return self.done


def actions(plan: Sequence[Subgoal]) -> tuple[Subgoal, ...]:
    """A plan without the End that closes it."""
    return tuple(step for step in plan if step.action != "End")


def is_done(plan: Sequence[Subgoal], index: int, seen: Seen) -> bool:
    """Whether a sub-goal holds (env/reward.py)."""
    step = plan[index]
    match step.action:
        case "GotoLocation":
            return step.location is not None and seen.pose is not None and near(seen.pose, step.location)
        case "PickupObject":
            return bool(seen.held) and whole(seen.held) == whole(step.object_id)  # any slice of it will do
        case "PutObject":
            inside = seen.objects.get(step.other_id, {}).get("receptacleObjectIds") or ()
            return any(whole(one) == whole(step.object_id) for one in inside)
        case "ToggleObject":
            return bool(seen.objects.get(step.object_id, {}).get("isToggled"))
        case "SliceObject":
            target = seen.objects.get(step.object_id, {})
            return bool(target.get("isSliced")) or any(one.startswith(f"{step.object_id}|") for one in seen.objects)
        case "CleanObject":
            return _any(seen.cleaned, step.other_id)
        case "HeatObject":
            return _any(seen.heated, _carried(plan, index))
        case "CoolObject":
            return _any(seen.cooled, _carried(plan, index))
        case _:
            return True


def near(pose: tuple[int, int, int, int], target: tuple[int, int, int, int]) -> bool:
    """Whether fewer than three actions lead from one pose to another, on a floor without obstacles."""
    reached = {pose}
    for _ in range(_REACH - 1):
        reached |= {after for one in reached for after in _moves(one)}
    return target in reached


def pose_of(agent: Mapping[str, float]) -> tuple[int, int, int, int]:
    """A pose of {x, z, rotation, horizon}, in metres and degrees, in ALFRED's cells."""
    turns = round(agent["rotation"] / 90) % 4
    return round(agent["x"] / _CELL), round(agent["z"] / _CELL), turns, round(agent["horizon"])


def whole(object_id: str) -> str:
    """The id of what a slice was cut from; of anything else its own."""
    base, _, part = object_id.rpartition("|")
    return base if "Sliced" in part else object_id


def _moves(pose: tuple[int, int, int, int]) -> list[tuple[int, int, int, int]]:
    x, z, turns, horizon = pose
    dx, dz = _HEADINGS[turns % 4]
    return [
        (x + dx, z + dz, turns, horizon), (x, z, (turns + 1) % 4, horizon), (x, z, (turns - 1) % 4, horizon),
        (x, z, turns, horizon + 15), (x, z, turns, horizon - 15),
    ]  # fmt: skip


def _carried(plan: Sequence[Subgoal], index: int) -> str:
    """What is in the hand at a step: what was picked up last before it."""
    before = [step.object_id for step in plan[:index] if step.action == "PickupObject"]
    return before[-1] if before else ""


def _any(changed: Collection[str], object_id: str) -> bool:
    return any(whole(one) == whole(object_id) for one in changed)
