"""What the model is told in words: the goal, what is in the hand, and, if wished, what there is."""

from __future__ import annotations

from envs.notices import plain
from envs.thor.names import label, spoken
from envs.thor.world import World

MAX_TEXT = 8192
"""Characters of an observation's text."""


def opening_lines(goal: str) -> list[str]:
    return [plain(goal, MAX_TEXT // 2) if goal else "No task was given."]


def hand_line(world: World) -> str:
    held = world.held
    return f"In the hand: {spoken(str(held['objectType']))}." if held else "In the hand: nothing."


def vocabulary_line(world: World) -> str:
    """The names of everything there is, as an action takes them; what can only be looked at is left out."""
    kinds = ("pickupable", "receptacle", "openable", "toggleable")
    names = [label(world.objects, it["objectId"]) for it in world.objects if any(it[kind] for kind in kinds)]
    return f"There are: {', '.join(sorted(names))}."
