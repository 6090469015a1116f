"""What was washed, heated and cooled: ALFRED's own account of it, kept beside the engine (env/thor_env.py).

Its rules are kept with their quirks: nothing ever leaves a set, except that a receptacle whose contents are unknown
(`receptacleObjectIds` is null) empties the whole set; the microwave and the fridge are the first of the metadata.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import Any

from envs.thor.names import Thing


@dataclass(slots=True)
class Bookkeeping:
    """The ids of all objects that were ever cleaned, heated and cooled in the episode."""

    cleaned: set[str] = field(default_factory=set)
    heated: set[str] = field(default_factory=set)
    cooled: set[str] = field(default_factory=set)

    def note(self, action: str, object_id: str, metadata: dict[str, Any]) -> None:
        """Take note of a low-level action, with the metadata after it; a failed one changes nothing."""
        if not metadata["lastActionSuccess"]:
            return
        if action == "ToggleObjectOn" and "Faucet" in object_id:
            basin = basin_of(object_id, metadata)
            if basin is not None:
                self.cleaned = _with_contents(self.cleaned, basin)
        elif action == "ToggleObjectOn" and "Microwave" in object_id:
            self.heated = _with_contents(self.heated, _first("Microwave", metadata))
        elif action == "CloseObject" and "Fridge" in object_id:
            self.cooled = _with_contents(self.cooled, _first("Fridge", metadata))


def basin_of(faucet_id: str, metadata: dict[str, Any]) -> Thing | None:
    """The sink basin in sight that is nearest to a faucet; None where no basin is in sight.

    ALFRED raises there, and its evaluator counts a failed action; here the tap simply runs into no basin that is seen.
    """
    faucet = next((thing for thing in metadata["objects"] if thing["objectId"] == faucet_id), None)
    things: list[Thing] = metadata["objects"]
    basins = [thing for thing in things if thing["objectType"] == "SinkBasin" and thing["visible"]]
    if faucet is None or not basins:
        return None
    return min(basins, key=lambda basin: distance(basin["position"], faucet["position"]))


def distance(one: dict[str, float], other: dict[str, float]) -> float:
    """Metres between two positions {x, y, z}."""
    return math.dist((one["x"], one["y"], one["z"]), (other["x"], other["y"], other["z"]))


def _first(object_type: str, metadata: dict[str, Any]) -> Thing:
    return next(thing for thing in metadata["objects"] if thing["objectType"] == object_type)


def _with_contents(before: set[str], receptacle: Thing) -> set[str]:
    inside = receptacle["receptacleObjectIds"]
    return before | set(inside) if inside is not None else set()
