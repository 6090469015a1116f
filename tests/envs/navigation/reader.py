"""A reader of the synthetic buildings' instructions: follows the text, and knows only what a person there would see.

It shares no code with `route` and `wording`, and asserts whatever a sentence claims: which room one is in, on which
side a door or a thing is, that a name means one thing alone.
"""

from __future__ import annotations

import math
import re

from envs.navigation.synthetic.building import Building
from envs.navigation.synthetic.plan import Door
from envs.navigation.synthetic.waypoints import graph

_ORDINALS = {"first": 0, "second": 1, "third": 2, "fourth": 3, "fifth": 4}
_SIDES = {"ahead of you": 0, "on your right": 90, "behind you": 180, "on your left": -90}
_TURNS = {"Go straight on": 0, "Turn right": 90, "Turn around": 180, "Turn left": -90}
_ENTER = "(?:enter|go into|walk into)"


class Reader:
    """Stands somewhere, and looks somewhere."""

    def __init__(self, building: Building, viewpoint: str, heading: float) -> None:
        self.building = building
        x, y, _ = graph(building).position(viewpoint)
        self.at, self.heading = (float(x), float(y)), heading
        self.room = building.room_at(*self.at)
        self.stop = ""

    def follow(self, text: str) -> str:
        """The viewpoint at which the instruction ends."""
        assert text.endswith(".")
        for sentence in text[:-1].split(". "):
            assert not self.stop, "nothing comes after the end"
            self._obey(sentence)
        assert self.stop
        return self.stop

    def _obey(self, sentence: str) -> None:
        rules = (
            (r"(?:Stop next to|Wait by|Stop beside|Go to|Stop at) the (.+)", self._end),
            (r"(?:Leave the|Walk out of the|Exit the) (.+?)(?: by the door to the (.+))?", self._leave),
            (r"(?:Take the door to the|Go through the door that leads to the) (.+)", self._door_to),
            (
                r"Go through the door (ahead of you|on your left|on your right|behind you)(?:, into the (.+))?",
                self._door_at,
            ),
            (r"Go straight across the corridor (?:into the (.+)|through the door opposite)", self._across),
            (r"(Go straight on|Turn left|Turn right|Turn around)(?:,| in| and)? (.+)", self._along),
        )
        for pattern, obey in rules:
            found = re.fullmatch(pattern, sentence)
            if found:
                obey(*found.groups())
                return
        raise AssertionError(f"nobody understands {sentence!r}")

    def _kind(self, room: int) -> str:
        return self.building.rooms[room].kind

    def _doors(self) -> list[Door]:
        return [door for door in self.building.plan.doors if self.room in (door.a, door.b)]

    def _go(self, door: Door) -> None:
        self.room = door.b if self.room == door.a else door.a
        middle = self.building.rooms[self.room].area.middle
        if door.level:
            step = (0.0, math.copysign(1.0, middle[1] - door.y))
        else:
            step = (math.copysign(1.0, middle[0] - door.x), 0.0)
        self.at, self.heading = (door.x + 0.9 * step[0], door.y + 0.9 * step[1]), math.atan2(*step)

    def _bearing(self, x: float, y: float) -> float:
        angle = math.degrees(math.atan2(x - self.at[0], y - self.at[1]) - self.heading)
        return (angle + 180) % 360 - 180

    def _only(self, doors: list[Door]) -> Door:
        assert len(doors) == 1, f"{len(doors)} doors could be meant"
        return doors[0]

    def _leading(self, to: str) -> list[Door]:
        return [one for one in self._doors() if self._kind(one.b if one.a == self.room else one.a) == to]

    def _leave(self, room: str, to: str | None) -> None:
        assert self._kind(self.room) == room
        self._go(self._only(self._leading(to) if to else self._doors()))

    def _door_to(self, to: str) -> None:
        self._go(self._only(self._leading(to)))

    def _door_at(self, where: str, to: str | None) -> None:
        def off(door: Door) -> float:
            return abs((self._bearing(door.x, door.y) - _SIDES[where] + 180) % 360 - 180)

        if self.room == 0:
            # In a corridor the door meant is beside the reader.
            near = [one for one in self._doors() if math.dist(self.at, (one.x, one.y)) < 1.4]
            door = self._only([one for one in near if off(one) < 65 and one in self._leading(to or "")])
        else:
            door = self._only([one for one in self._doors() if off(one) < 45])
            assert to is None
        self._go(door)

    def _across(self, to: str | None) -> None:
        assert self.room == 0
        ahead = [
            one
            for one in self._doors()
            if abs(self._bearing(one.x, one.y)) < 40 and math.dist(self.at, (one.x, one.y)) < 1.6
        ]
        door = self._only(ahead)
        assert to is None or door in self._leading(to)
        self._go(door)

    def _along(self, turn: str, rest: str) -> None:
        assert self.room == 0
        axis = 0.0 if self.building.plan.lengthwise is False else 90.0
        wanted = math.degrees(self.heading) + _TURNS[turn]
        ways = [way for way in (axis, axis + 180) if abs((wanted - way + 180) % 360 - 180) <= 45.01]
        assert len(ways) == 1, "the turn does not lead along the corridor"
        self.heading = math.radians(ways[0])
        rest = re.sub(r"^(walk along )?the corridor and ", "", rest)
        if found := re.fullmatch(r"take the door at the end of the corridor", rest):
            return self._go(self._only(self._at_end()))
        if found := re.fullmatch(r"take the (\w+) door on the (left|right)", rest):
            doors = self._beside(found[2])
            assert not any(abs(self._ahead(one.x, one.y)) < 0.3 for one in doors), "does the one beside count?"
            return self._go([one for one in doors if self._ahead(one.x, one.y) > 0.3][_ORDINALS[found[1]]])
        if found := re.fullmatch(r"take the door on the (left|right) that leads to the (.+)", rest):
            return self._go(self._only([one for one in self._beside(found[1]) if one in self._leading(found[2])]))
        if found := re.fullmatch(rf"{_ENTER} the (.+) (on the left|on the right|at the end)", rest):
            doors = self._at_end() if "end" in found[2] else self._beside(found[2].split()[-1])
            return self._go(self._only([one for one in doors if one in self._leading(found[1])]))
        if found := re.fullmatch(r"walk past the (.+) on your (left|right) and enter the (.+)", rest):
            things = [one for one in self.building.pieces_in(0) if one.name == found[1]]
            assert len(things) == 1
            x, y = things[0].area.middle
            door = self._only(self._leading(found[3]))
            assert 0.3 < self._ahead(x, y) < self._ahead(door.x, door.y)
            assert self._hand(x, y) == found[2]
            return self._go(door)
        raise AssertionError(f"nobody understands {rest!r}")

    def _ahead(self, x: float, y: float) -> float:
        return (x - self.at[0]) * math.sin(self.heading) + (y - self.at[1]) * math.cos(self.heading)

    def _hand(self, x: float, y: float) -> str:
        middle = self.building.rooms[0].area.middle
        right = (x - middle[0]) * math.cos(self.heading) - (y - middle[1]) * math.sin(self.heading)
        return "right" if right > 0 else "left"

    def _at_end(self) -> list[Door]:
        lengthwise = self.building.plan.lengthwise
        return [one for one in self._doors() if one.level != lengthwise and self._ahead(one.x, one.y) > 0.3]

    def _beside(self, side: str) -> list[Door]:
        doors = [one for one in self._doors() if one.level == self.building.plan.lengthwise]
        came = [one for one in doors if math.dist((one.x, one.y), self.at) < 1.0]
        doors = [one for one in doors if self._hand(one.x, one.y) == side and self._ahead(one.x, one.y) > -0.9]
        # The door one came through is at one's back, and is no door to take.
        behind = [one for one in came if len(came) == 1 and one in doors and abs(self._ahead(one.x, one.y)) < 0.05]
        return sorted((one for one in doors if one not in behind), key=lambda one: self._ahead(one.x, one.y))

    def _end(self, name: str) -> None:
        things = [one for one in self.building.pieces_in(self.room) if one.name == name]
        assert len(things) == 1, f"{len(things)} things are a {name}"
        ways, area = graph(self.building), things[0].area

        def away(viewpoint: str) -> float:
            x, y = (float(value) for value in ways.position(viewpoint)[:2])
            return math.hypot(max(area.x0 - x, 0, x - area.x1), max(area.y0 - y, 0, y - area.y1))

        inside = [one for one in ways.ids if self.building.room_at(*ways.position(one)[:2]) == self.room]
        self.stop = min(inside, key=away)
