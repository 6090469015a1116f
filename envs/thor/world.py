"""The simulated house as the env uses it: its state, its objects, and every low-level step counted."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from envs.base import EnvError
from envs.thor import names
from envs.thor.bookkeeping import Bookkeeping, basin_of
from envs.thor.engine import Engine, Event
from envs.thor.names import Thing
from envs.thor.planner import Pose, pose_of

_BLIND = {"renderImage": False, "renderInstanceSegmentation": False}
_SLOW = ("GetInteractablePoses", "GetReachablePositions", "SetObjectPoses", "FurnishScene", "SetStateOfAllObjects")
# What every low-level action is given beside the object; names and values of 5.0.0, sizes of ALFRED's.
_GIVEN: dict[str, dict[str, Any]] = {
    "MoveAhead": {"moveMagnitude": 0.25},
    "RotateLeft": {"degrees": 90},
    "RotateRight": {"degrees": 90},
    "LookUp": {"degrees": 15},
    "LookDown": {"degrees": 15},
    "OpenObject": {"openness": 1.0},
    "CloseObject": {"forceAction": True},
    "PutObject": {"forceAction": True, "placeStationary": True},
}


@dataclass(frozen=True, slots=True)
class LowStep:
    """A low-level step that was taken, or refused before the engine was asked."""

    action: str
    object_id: str
    success: bool
    error: str = ""

    def fact(self) -> dict[str, Any]:
        return {"action": self.action, "objectId": self.object_id, "success": self.success, "error": self.error}


class World:
    """One scene in one engine, from its loading on.

    Attributes:
        event: the last answer that has pictures.
        bookkeeping: what was cleaned, heated and cooled.
        steps, failures: low-level steps, and those of them that failed.
        log: every low-level step of the episode.
    """

    def __init__(self, engine: Engine, scene: str) -> None:
        self.engine, self.scene = engine, scene
        self.bookkeeping = Bookkeeping()
        self.steps = self.failures = 0
        self.log: list[LowStep] = []
        self.event = engine.reset(scene)
        self._metadata = self.event.metadata
        self._free: frozenset[tuple[int, int]] | None = None

    @property
    def metadata(self) -> dict[str, Any]:
        """The state now."""
        return self._metadata

    @property
    def objects(self) -> list[Thing]:
        return list(self._metadata["objects"])

    @property
    def pose(self) -> Pose:
        return pose_of(self._metadata["agent"])

    @property
    def held(self) -> Thing | None:
        """What is in the hand."""
        inventory = self._metadata.get("inventoryObjects") or []
        return (self.get(inventory[0]["objectId"]) or dict(inventory[0])) if inventory else None

    def get(self, object_id: str) -> Thing | None:
        return next((thing for thing in self._metadata["objects"] if thing["objectId"] == object_id), None)

    def find(self, name: str) -> list[Thing]:
        """What a name may mean (see `names.named`)."""
        return names.named(self._metadata["objects"], name)

    def label(self, object_id: str) -> str:
        """The name that means just this object. Raises KeyError."""
        return names.label(self._metadata["objects"], object_id)

    def hidden(self, thing: Thing) -> bool:
        """Whether it is in something that is closed."""
        around = [self.get(parent) for parent in thing.get("parentReceptacles") or ()]
        return any(parent is not None and parent["openable"] and not parent["isOpen"] for parent in around)

    def free_cells(self) -> frozenset[tuple[int, int]]:
        """The cells that can be stood on; asked once an episode."""
        if self._free is None:
            places = self.ask("GetReachablePositions").metadata["actionReturn"] or []
            self._free = frozenset((round(place["x"] * 4), round(place["z"] * 4)) for place in places)
        return self._free

    def act(self, action: str, object_id: str = "", *, blind: bool = False, force: bool = False) -> LowStep:
        """Take a low-level step: counted, whether it succeeds or not. Raises EnvError.

        Args:
            blind: without pictures; `look` brings them.
            force: the engine need not see the object.
        """
        given = {**_GIVEN.get(action, {}), **({"objectId": object_id} if object_id else {})}
        event = self.ask(action, blind=blind, **given, **({"forceAction": True} if force else {}))
        step = LowStep(action, object_id, bool(event.metadata["lastActionSuccess"]), _error(event.metadata))
        self._count(step)
        self.bookkeeping.note(action, object_id, event.metadata)
        if step.success and action == "ToggleObjectOn" and "Faucet" in object_id:
            self._rinse(object_id)
        return step

    def refuse(self, action: str, object_id: str, error: str) -> LowStep:
        """A step that the engine is not asked for: counted as one that failed, as ALFRED's evaluator does."""
        step = LowStep(action, object_id, False, error)
        self._count(step)
        return step

    def ask(self, action: str, *, blind: bool = False, **arguments: Any) -> Event:
        """Anything else of the engine; not counted. Raises EnvError, RefusalError."""
        event = self.engine.step(action, patient=action in _SLOW, **(_BLIND if blind else {}), **arguments)
        self._metadata = event.metadata
        if not blind:
            self.event = event
        return event

    def look(self) -> Event:
        """The state now, with pictures. Raises EnvError."""
        if self.event.metadata is not self._metadata or self.event.frame is None:
            self.ask("Pass")
        if self.event.frame is None or self.event.instance_segmentation_frame is None:
            raise EnvError(f"the {self.engine.name} sends no pictures; it may have been started without graphics")
        return self.event

    def _count(self, step: LowStep) -> None:
        self.steps += 1
        self.failures += not step.success
        self.log.append(step)

    def _rinse(self, faucet_id: str) -> None:
        """All that is in the basin becomes clean, not only what the stream meets (ALFRED, env/thor_env.py)."""
        self.ask("Pass", blind=True)
        basin = basin_of(faucet_id, self._metadata)
        for object_id in (basin or {}).get("receptacleObjectIds") or ():
            thing = self.get(object_id)
            if thing is not None and thing["dirtyable"] and thing["isDirty"]:
                self.ask("CleanObject", blind=True, objectId=object_id)


def _error(metadata: dict[str, Any]) -> str:
    return "" if metadata["lastActionSuccess"] else str(metadata.get("errorMessage") or "it failed")
