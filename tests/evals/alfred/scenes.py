"""Hand-made metadata: just enough of an object for a goal condition to read."""

from __future__ import annotations

from typing import Any

from evals.alfred.goals import World


def thing(object_id: str, *, inside: list[dict[str, Any]] | None = None, **facts: Any) -> dict[str, Any]:
    """An object of a type read off its id, a receptacle of what is `inside` it when that is given."""
    parts = object_id.split("|")
    kind = parts[-1].split("_")[0] if "Sliced" in parts[-1] else parts[0]
    made: dict[str, Any] = {
        "objectId": object_id, "objectType": kind, "receptacle": inside is not None, "pickupable": False,
        "toggleable": False, "isToggled": False, "visible": True, "parentReceptacles": None,
        "receptacleObjectIds": None,
    }  # fmt: skip
    if inside is not None:
        made["receptacleObjectIds"] = [one["objectId"] for one in inside]
        for one in inside:
            one["parentReceptacles"] = [*(one["parentReceptacles"] or ()), object_id]
    return made | facts


def item(object_id: str, **facts: Any) -> dict[str, Any]:
    """Something that can be picked up."""
    return thing(object_id, pickupable=True, **facts)


def world(*things: dict[str, Any], held: tuple[str, ...] = (), **changed: set[str]) -> World:
    return World(list(things), held, **changed)
