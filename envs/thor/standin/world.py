"""The household's state: what there is, what is in what, and where the agent stands."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

import numpy as np

from envs.thor.standin import furnish, settle
from envs.thor.standin.ground import Ground
from envs.thor.standin.kinds import Trait
from envs.thor.standin.plan import Pose, ScenePlan
from envs.thor.standin.rect import Rect
from envs.thor.standin.thing import Floats, Thing

STANDING, CROUCHING = 0.675, 0.0  # metres of the camera above the agent's middle, as in AI2-THOR
AGENT_Y = 0.9009992


@dataclass(slots=True)
class Agent:
    """The agent: x and z in metres, rotation and horizon in degrees (horizon positive looks down)."""

    x: float
    z: float
    rotation: float = 0.0
    horizon: float = 0.0
    standing: bool = True
    y: float = AGENT_Y

    @property
    def eye(self) -> Floats:
        return np.array([self.x, self.y + (STANDING if self.standing else CROUCHING), self.z])

    def axes(self) -> Floats:
        """(3, 3): rows right, down and forward of the camera in the world."""
        turn, dip = math.radians(self.rotation), math.radians(self.horizon)
        ahead = np.array([math.sin(turn), 0.0, math.cos(turn)])
        right = np.array([math.cos(turn), 0.0, -math.sin(turn)])
        forward = ahead * math.cos(dip) + np.array([0.0, -math.sin(dip), 0.0])
        down = -ahead * math.sin(dip) + np.array([0.0, -math.cos(dip), 0.0])
        return np.stack([right, down, forward])


@dataclass(slots=True)
class World:
    """A scene in use."""

    name: str
    ground: Ground
    agent: Agent
    things: dict[str, Thing]
    room: Rect
    held: str | None = None
    told: dict[str, str] = field(default_factory=dict)

    def inside(self, receptacle: Thing) -> list[Thing]:
        """What is directly in or on a receptacle."""
        return [thing for thing in self.things.values() if thing.parent == receptacle.id]

    def within(self, receptacle: Thing) -> list[Thing]:
        """What is in or on a receptacle, and in or on that."""
        found = self.inside(receptacle)
        for thing in tuple(found):
            if thing.has(Trait.RECEPTACLE):
                found += self.within(thing)
        return found

    def ancestors(self, thing: Thing) -> Iterator[Thing]:
        """What a thing is in, what that is in, and so on."""
        above = self.things.get(thing.parent) if thing.parent is not None else None
        while above is not None:
            yield above
            above = self.things.get(above.parent) if above.parent is not None else None

    def hidden(self, thing: Thing) -> bool:
        """Whether something it is in is closed."""
        return any(above.hides for above in self.ancestors(thing))

    def holding(self) -> Thing | None:
        return None if self.held is None else self.things[self.held]

    def shift(self, thing: Thing, by: Floats) -> None:
        """Move a thing with all that is in it."""
        thing.move(by)
        for other in self.within(thing):
            other.move(by)

    def reach(self, thing: Thing) -> float:
        """Metres, on the level, from the agent to the nearest point of a thing."""
        return min(top.distance(self.agent.x, self.agent.z) for top in thing.tops())

    def carry(self) -> None:
        """Bring what is held to the hand: before the agent, low, where it hides little."""
        thing = self.holding()
        if thing is None:
            return
        turn = math.radians(self.agent.rotation)
        ahead = np.array([math.sin(turn), 0.0, math.cos(turn)])
        axes = self.agent.axes()
        place = self.agent.eye + axes[2] * 0.5 + axes[1] * 0.34
        self.shift(thing, place - thing.base - np.array([0, float(thing.size[1]) / 2, 0]) + 0.0 * ahead)
        thing.yaw = self.agent.rotation

    def place_goods(self, poses: Iterable[Pose]) -> None:
        """Lay out what can be carried afresh: everything else that can be carried is gone, as in AI2-THOR."""
        self.held = None
        furniture = {key: thing for key, thing in self.things.items() if not thing.has(Trait.PICKUPABLE)}
        fresh: dict[str, Thing] = {}
        for pose in poses:
            thing = furnish.good(pose)
            while thing.id in fresh:  # two of a kind in the same centimetre
                thing.id += "'"
            fresh[thing.id] = thing
        rebuilt = {
            key: furnish.copied(thing, furnish.fixed(key, thing.view, self.ground)) for key, thing in furniture.items()
        }
        settle.settle(rebuilt, fresh.values(), self.ground, self.told)
        self.things = {**rebuilt, **fresh}
        self.room = self.ground.bounds(thing.footprint() for thing in self.things.values())


def build(plan: ScenePlan) -> World:
    """A world from a plan. Raises ValueError for ids that are not ids."""
    x, z, rotation = plan.start
    furniture = {key: furnish.fixed(key, view, plan.ground) for key, view in plan.fixed.items()}
    for piece in furnish.fittings(list(furniture.values()), plan):
        furniture.setdefault(piece.id, piece)
    world = World(
        plan.name, plan.ground, Agent(x, z, rotation), dict(furniture), plan.ground.bounds(()), told=plan.told
    )
    world.place_goods(plan.goods)
    return world
