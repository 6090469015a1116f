"""What the expert may ask of a household, and what follows from the answers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

from actions.point import Box
from envs.thor.names import spoken

Thing = Mapping[str, Any]


class Room(Protocol):
    """What the expert knows of the world: the true state, ids and boxes."""

    def objects(self) -> Mapping[str, Thing]:
        """Everything there is, by id."""
        ...

    def held(self) -> str:
        """The id of what is in the hand, or ""."""
        ...

    def box(self, object_id: str) -> Box | None:
        """Where an object is seen; None out of view."""
        ...

    def label(self, object_id: str) -> str:
        """The name that means just this object."""
        ...

    def changed(self, action: str, object_id: str) -> bool:
        """Whether an object was cleaned, heated or cooled: what a CleanObject, HeatObject or CoolObject is for."""
        ...


def closed_around(room: Room, object_id: str) -> str:
    """What is shut and holds an object, or ""."""
    for parent in around(room, object_id):
        thing = room.objects().get(parent, {})
        if thing.get("openable") and not thing.get("isOpen"):
            return str(parent)
    return ""


def around(room: Room, object_id: str) -> Sequence[str]:
    """The ids of what an object lies in or on."""
    return room.objects().get(object_id, {}).get("parentReceptacles") or ()


def inside(room: Room, place: str) -> Sequence[str]:
    """The ids of what lies in or on a place."""
    return room.objects().get(place, {}).get("receptacleObjectIds") or ()


def words(label: str) -> str:
    """A label as one speaks of it: "AlarmClock 2" is "alarm clock"."""
    return spoken(label.split(" ")[0])
