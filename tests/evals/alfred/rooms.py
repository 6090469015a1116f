"""A household of symbols: as much of an engine as the expert's decisions need, and none of its geometry."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, assert_never

from actions.household import (
    Clean,
    Close,
    Cool,
    Done,
    GotoLocation,
    Heat,
    HouseholdAction,
    Open,
    Pickup,
    PutDown,
    Slice,
    Toggle,
)  # fmt: skip
from actions.point import Box
from evals.alfred.goals import World

_BOX = Box(0.4, 0.4, 0.6, 0.6)


class ToyRoom:
    """One is near just what one walked to last, what lies in or on it, and what it lies in.

    Args:
        full: receptacles that take nothing.
        lost: what is seen from nowhere.
    """

    def __init__(self, things: list[dict[str, Any]], full: tuple[str, ...] = (), lost: tuple[str, ...] = ()) -> None:
        self.things = {one["objectId"]: one for one in things}
        self.hand = ""
        self.near = ""
        self.full, self.lost = full, lost
        self.changes: dict[str, set[str]] = {"CleanObject": set(), "HeatObject": set(), "CoolObject": set()}
        self.failures = 0
        for one in things:
            one.setdefault("isOpen", False)
            one.setdefault("openable", False)
        self._look()

    def objects(self) -> Mapping[str, Mapping[str, Any]]:
        return self.things

    def held(self) -> str:
        return self.hand

    def box(self, object_id: str) -> Box | None:
        return _BOX if self.things[object_id]["visible"] else None

    def label(self, object_id: str) -> str:
        alike = sorted(k for k, one in self.things.items() if one["objectType"] == self.things[object_id]["objectType"])
        kind = str(self.things[object_id]["objectType"])
        return kind if len(alike) == 1 else f"{kind} {alike.index(object_id) + 1}"

    def changed(self, action: str, object_id: str) -> bool:
        return object_id in self.changes[action]

    def world(self) -> World:
        held = (self.hand,) if self.hand else ()
        return World(
            list(self.things.values()), held, *(self.changes[k] for k in ("CleanObject", "HeatObject", "CoolObject"))
        )

    def do(self, action: HouseholdAction) -> None:
        """Act; what cannot be done is a failure and changes nothing."""
        if isinstance(action, Done):
            return
        where = next(one for one in self.things if self.label(one) == action.object)
        thing = self.things[where]
        done = isinstance(action, GotoLocation | Clean | Heat | Cool) or thing["visible"]
        match action:
            case GotoLocation():
                self.near = where
            case Pickup():
                done = done and not self.hand
                if done:
                    self._take(where)
            case PutDown():
                done = done and bool(self.hand) and thing["receptacle"] and where not in self.full
                if done:
                    self._put(where)
            case Open() | Close():
                thing["isOpen"] = isinstance(action, Open)
            case Slice():
                done = done and "Knife" in self.hand
                if done:
                    self._cut(where)
            case Toggle():
                thing["isToggled"] = not thing["isToggled"]
            case Clean() | Heat() | Cool():
                self.changes[f"{type(action).__name__}Object"].add(self.hand)
            case _ as unknown:
                assert_never(unknown)
        self.failures += not done
        self._look()

    def _take(self, thing: str) -> None:
        for one in self.things.values():
            if thing in (one["receptacleObjectIds"] or ()):
                one["receptacleObjectIds"].remove(thing)
        self.things[thing]["parentReceptacles"] = []
        self.hand = thing

    def _put(self, place: str) -> None:
        self.things[place]["receptacleObjectIds"].append(self.hand)
        self.things[self.hand]["parentReceptacles"] = [place, *(self.things[place]["parentReceptacles"] or ())]
        self.hand = ""

    def _cut(self, thing: str) -> None:
        target = self.things[thing]
        kind = f"{target['objectType']}Sliced"
        target |= {"isSliced": True, "pickupable": False}
        for index in range(1, 4):
            name = f"{thing}|{kind}_{index}"
            self.things[name] = {**target, "objectId": name, "objectType": kind, "pickupable": True, "isSliced": False}
            for place in target["parentReceptacles"] or ():
                self.things[place]["receptacleObjectIds"].append(name)

    def _look(self) -> None:
        for name, one in self.things.items():
            parents = one["parentReceptacles"] or ()
            around = name == self.near or self.near in parents or name == self.hand
            shut = any(self.things[p]["openable"] and not self.things[p]["isOpen"] for p in parents if p in self.things)
            one["visible"] = around and not shut and name not in self.lost
