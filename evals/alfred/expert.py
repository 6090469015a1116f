"""Carries out a plan by high-level actions, from what the engine knows: the ceiling, and demonstrations to train on."""

from __future__ import annotations

from collections.abc import Sequence

from actions.household import Clean, Close, Cool, Done, GotoLocation, Heat, Open, Pickup, PutDown, Slice, Toggle
from actions.space import Action
from evals.alfred.household import Room, around, closed_around, inside, words
from evals.alfred.subgoals import actions, whole
from evals.alfred.trial import Subgoal

_TRIES = 5
"""Actions a sub-goal may take before it counts as stuck; in a drawer it takes four: go, open, take, close."""
_REPEATS = 2
"""How often the same action is tried within a sub-goal."""

Advice = tuple[str, Action]


class PlanExpert:
    """Follows a plan of sub-goals, looking at the world's true state before each action.

    A sub-goal that holds is left behind; what its object needs first, walking to it or opening what it lies in, is
    done first. Where an object stays out of reach, or a receptacle takes no more, another of the same type stands in
    for it from then on, which the goals allow; with no other left the sub-goal is given up.

    Args:
        strict: nothing stands in for anything but the slices, whose ids the knife makes.

    Attributes:
        given_up: sub-goals that were not done, in words.
        substituted: objects that others stood in for, in words.
    """

    def __init__(self, plan: Sequence[Subgoal], *, strict: bool = False) -> None:
        self.plan = actions(plan)
        self._strict = strict
        self.given_up: list[str] = []
        self.substituted: list[str] = []
        self._next = 0
        self._tried: list[Action] = []
        """What was done for this sub-goal."""
        self._went = -1
        """The last GotoLocation of the plan that was carried out."""
        self._opened = ""
        """What was opened to get at something inside, and must be closed again."""
        self._slices: dict[str, str] = {}
        """The slice that stands for one the plan names: the knife makes the ids."""
        self._instead: dict[str, str] = {}
        """What stands in for what."""
        self._refused: set[str] = set()
        """What could not be reached, or took no more."""

    def advise(self, room: Room) -> Advice:
        """The next action, with a thought a person might have who looks at the scene."""
        while self._next < len(self.plan):
            step = self.plan[self._next]
            advice = self._step(room, step)
            if advice is not None and len(self._tried) < _TRIES and self._tried.count(advice[1]) < _REPEATS:
                self._tried.append(advice[1])
                return advice
            if advice is not None and self._substitute(room, step):
                self._tried = []
                continue
            if advice is not None:
                self.given_up.append(f"{step.action} {step.object_id} {step.other_id}".rstrip())
            closing = self._close(room)
            if closing is not None:
                return closing
            self._next, self._tried = self._next + 1, []
        return "Everything that was asked for is done.", Done()

    def _substitute(self, room: Room, step: Subgoal) -> bool:
        """Let another of its type stand in for what a sub-goal is stuck on; False when there is none."""
        if self._strict:
            return False
        if step.action == "SliceObject" or (step.action == "PickupObject" and not room.held()):
            wanted = whole(step.object_id) if step.action == "SliceObject" else step.object_id
        elif step.action == "PutObject" and room.held():
            wanted = step.other_id
        else:
            return False
        now = self._object(room, wanted)
        self._refused.add(now)
        others = [one for one in self._alike(room, now) if one not in self._refused and self._is_free(room, one)]
        others.sort(key=lambda one: not room.objects()[one].get("visible"))
        if not others:
            return False
        if "Sliced" in wanted:
            self._slices[wanted] = others[0]
        else:
            self._instead[wanted] = others[0]
        self.substituted.append(f"{others[0]} for {wanted}")
        return True

    def _is_free(self, room: Room, object_id: str) -> bool:
        """Whether an object can stand in for another: it is whole, stands in for none yet, and is not there already."""
        ahead = next((step for step in self.plan[self._next :] if step.action == "PutObject"), None)
        there = () if ahead is None else inside(room, self._place(ahead))
        taken = (*self._instead.values(), *self._slices.values(), *there)
        return object_id not in taken and not room.objects()[object_id].get("isSliced")

    def _step(self, room: Room, step: Subgoal) -> Advice | None:
        """What is to be done next for a sub-goal; None when it holds."""
        match step.action:
            case "GotoLocation":
                return self._goto(room)
            case "PickupObject":
                return self._pickup(room, self._object(room, step.object_id))
            case "PutObject":
                return self._put(room, step)
            case "SliceObject":
                return self._slice(room, self._object(room, step.object_id))
            case "ToggleObject":
                return self._toggle(room, step.object_id)
            case "CleanObject" | "HeatObject" | "CoolObject":
                return self._change(room, step)
            case _:
                return None

    def _goto(self, room: Room) -> Advice | None:
        """Walk to what the next sub-goal is about, once: it is asked for again if it is out of reach then."""
        if self._went == self._next:
            return None
        self._went = self._next
        after = self.plan[self._next + 1] if self._next + 1 < len(self.plan) else None
        target = "" if after is None else self._target(room, after)
        return self._walk(room, target) if target in room.objects() else None

    def _target(self, room: Room, step: Subgoal) -> str:
        """What one must stand before to do a sub-goal: what holds the object, if it is closed."""
        target = self._place(step) if step.action == "PutObject" else self._object(room, step.object_id)
        return closed_around(room, target) or target

    def _pickup(self, room: Room, target: str) -> Advice | None:
        if not self._has(room, target) or room.held() == target:
            return None
        first = self._uncover(room, target) or self._reach(room, target)
        name = room.label(target)
        return first or (f"The {words(name)} is within reach. I take it.", Pickup(name, room.box(target)))

    def _put(self, room: Room, step: Subgoal) -> Advice | None:
        thing, place = self._object(room, step.object_id), self._place(step)
        if not self._has(room, thing, place) or thing in inside(room, place):
            return None
        if room.held() != thing:
            return self._pickup(room, thing)
        name = room.label(place)
        thought = f"I put the {words(room.label(thing))} down: {words(name)}."
        first = self._uncover(room, place) or self._reach(room, place)
        return first or (thought, PutDown(name, room.box(place)))

    def _slice(self, room: Room, target: str) -> Advice | None:
        if any(one.startswith(f"{target}|") for one in room.objects()):
            return None  # done: an engine may keep the whole object beside its slices, or not
        if not self._has(room, target) or room.objects()[target].get("isSliced"):
            return None
        if "Knife" not in room.held():
            self.given_up.append(f"SliceObject {target}: no knife in the hand")
            return None
        first = self._uncover(room, target) or self._reach(room, target)
        name = room.label(target)
        return first or (f"With the knife I cut the {words(name)}.", Slice(name, room.box(target)))

    def _toggle(self, room: Room, target: str) -> Advice | None:
        if not self._has(room, target):
            return None
        lamp = room.objects()[target]
        if lamp.get("isToggled") and lamp.get("visible"):
            return None
        name = room.label(target)
        return self._reach(room, target) or (f"I switch the {words(name)} on.", Toggle(name, room.box(target)))

    def _change(self, room: Room, step: Subgoal) -> Advice | None:
        """Clean, heat or cool what is in the hand."""
        held, where = room.held(), step.object_id
        if not self._has(room, held, where) or room.changed(step.action, held):
            return None
        kind = {"CleanObject": Clean, "HeatObject": Heat, "CoolObject": Cool}[step.action]
        name, verb = room.label(held), kind.__name__.lower()
        thought = f"I {verb} the {words(name)}: {words(room.label(where))}."
        return self._reach(room, where) or (thought, kind(name, room.box(where)))

    def _uncover(self, room: Room, target: str) -> Advice | None:
        """Open what the target is shut up in."""
        shut = closed_around(room, target)
        if not shut:
            return None
        first = self._reach(room, shut)
        if first is not None:
            return first
        self._opened, name = shut, room.label(shut)
        return f"It must be in the {words(name)}. I open it.", Open(name, room.box(shut))

    def _close(self, room: Room) -> Advice | None:
        """Close again what was opened, if it still is open and in view, and what comes next is not in it too."""
        after = self.plan[self._next + 1] if self._next + 1 < len(self.plan) else None
        if after is not None and self._opened and self._opened in around(room, self._object(room, after.object_id)):
            return None
        shut, self._opened = self._opened, ""
        if shut and room.objects().get(shut, {}).get("isOpen") and room.box(shut) is not None:
            name = room.label(shut)
            return f"I close the {words(name)} again.", Close(name, room.box(shut))
        return None

    def _reach(self, room: Room, target: str) -> Advice | None:
        """Walk to what is not near and in view."""
        if room.objects()[target].get("visible") and room.box(target) is not None:
            return None
        return self._walk(room, target)

    def _walk(self, room: Room, target: str) -> Advice:
        name = room.label(target)
        return f"I go to the {words(name)}.", GotoLocation(name)

    def _object(self, room: Room, object_id: str) -> str:
        """The id itself, what stands in for it, or of a slice that the knife made otherwise another of the same."""
        base = self._instead.get(whole(object_id), whole(object_id))
        if "Sliced" not in object_id:
            return base
        if object_id not in self._slices and object_id in room.objects() and base == whole(object_id):
            return object_id
        if self._slices.get(object_id) not in room.objects():
            free = sorted(
                one for one in room.objects()
                if "Sliced" in one and whole(one) == base and one not in self._slices.values()
            )  # fmt: skip
            if not free:
                return object_id
            self._slices[object_id] = room.held() if room.held() in free else free[0]
        return self._slices[object_id]

    def _has(self, room: Room, *ids: str) -> bool:
        """Whether the scene has them all; what it lacks is noted, and the sub-goal cannot be done."""
        missing = [one for one in ids if one not in room.objects()]
        if missing:
            self.given_up.append(f"{self.plan[self._next].action}: there is no {missing[0] or 'thing in the hand'}")
        return not missing

    def _place(self, step: Subgoal) -> str:
        return self._instead.get(step.other_id, step.other_id)

    def _alike(self, room: Room, place: str) -> list[str]:
        """Other receptacles of a place's type."""
        kind = room.objects().get(place, {}).get("objectType")
        return sorted(one for one, thing in room.objects().items() if thing.get("objectType") == kind and one != place)
