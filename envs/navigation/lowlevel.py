"""The simulator's own action space, one turn or move at a time, seen through its 640x480 camera."""

from __future__ import annotations

import math
from functools import cached_property
from typing import Any, assert_never

import gymnasium
import numpy as np
from numpy.typing import NDArray

from actions.call import ActionError
from actions.navigation import (
    Forward,
    LookDown,
    LookUp,
    LowLevelAction,
    Stop,
    TurnLeft,
    TurnRight,
    low_level_space,
)
from actions.space import Action
from envs.base import EnvError, Observation, observation_space, task_of
from envs.navigation.angles import STEP, compass, direction_of, heading_of, view_of
from envs.navigation.candidates import Candidate, navigable
from envs.navigation.marks import Marker, draw
from envs.navigation.projection import Perspective
from envs.navigation.turning import first_step
from envs.navigation.walk import Walk
from envs.navigation.words import located
from envs.navigation.world import World
from envs.notices import plain

WIDTH, HEIGHT = 640, 480
_FOV = math.radians(60)
_HOW = "The marker is the place that forward walks to. Follow the instruction and stop where it ends."


class LowLevelEnv(gymnasium.Env[Observation, Action]):
    """Base: a subclass says which world. Headings and elevations are those of the 36 views."""

    metadata = {"render_modes": ["rgb_array"], "render_fps": 1}  # noqa: RUF012 - gymnasium's own class attribute

    def __init__(self, render_mode: str | None = None) -> None:
        self.render_mode = render_mode
        self.observation_space = observation_space(HEIGHT, WIDTH)
        self.action_space = low_level_space()
        self._walk: Walk | None = None
        self._seen: Observation | None = None

    def make_world(self) -> World:
        raise NotImplementedError

    @cached_property
    def world(self) -> World:
        return self.make_world()

    @property
    def walk(self) -> Walk:
        if self._walk is None:
            raise EnvError("an episode begins with reset()")
        return self._walk

    def reset(
        self, *, seed: int | None = None, options: dict[str, Any] | None = None
    ) -> tuple[Observation, dict[str, Any]]:
        """Begin at the start of a path, its heading snapped to a view. Raises EnvError."""
        super().reset(seed=seed)
        task = task_of(options)
        walk = Walk(self.world, self.world.find(task) if task else self.world.draw(self.np_random))
        walk.heading = heading_of(view_of(walk.heading, 0.0))
        walk.path[0] = (walk.viewpoint, walk.heading, 0.0)
        self._walk = walk
        return self._observe([f"Instruction: {plain(walk.instruction.text, 4096)}", _HOW]), walk.facts()

    def step(self, action: Action) -> tuple[Observation, float, bool, bool, dict[str, Any]]:
        """Turn, walk or stop. Raises EnvError."""
        if not self.action_space.contains(action):
            raise ActionError(f"{action!r} is not an action here.")
        told = self._act(action)  # type: ignore[arg-type]  # the space holds no others
        stopped = self.walk.stopped
        return self._observe(told), float(stopped and self.walk.success), stopped, False, self.walk.facts()

    def oracle(self) -> tuple[str, Action]:
        """Turn until the next place of the way is the one ahead, walk, and stop at the end."""
        walk = self.walk
        following = walk.next_on_route()
        if following is None:
            return "This is where the instruction ends.", Stop()
        view = view_of(walk.heading, walk.elevation)
        action = first_step(walk.graph, (walk.viewpoint, view), following, (walk.viewpoint, following))
        if isinstance(action, Forward):
            return "The way goes on to the place ahead.", action
        towards = direction_of(walk.graph.position(following) - walk.graph.position(walk.viewpoint))
        return f"The way goes on {located(towards, walk.heading)}.", action

    def render(self) -> NDArray[np.uint8] | None:
        return self._seen["image"] if self.render_mode == "rgb_array" and self._seen is not None else None

    def _ahead(self) -> Candidate | None:
        walk = self.walk
        found = navigable(walk.graph, walk.viewpoint, walk.heading, walk.elevation)
        return found[0] if found else None

    def _act(self, action: LowLevelAction) -> list[str]:
        walk, limit = self.walk, STEP * 1.01
        match action:
            case Forward():
                ahead = self._ahead()
                if ahead is None:
                    return ["There is no place ahead to walk to; turn first."]
                walk.go(ahead.viewpoint, walk.heading, walk.elevation)
            case TurnLeft():
                walk.turn(compass(walk.heading - STEP), walk.elevation)
            case TurnRight():
                walk.turn(compass(walk.heading + STEP), walk.elevation)
            case LookUp() | LookDown():
                elevation = walk.elevation + (STEP if isinstance(action, LookUp) else -STEP)
                if abs(elevation) > limit:
                    return ["You cannot look any further that way."]
                walk.turn(walk.heading, elevation)
            case Stop():
                walk.stopped = True
                return ["You stopped."]
            case _:
                assert_never(action)
        return []

    def _observe(self, told: list[str]) -> Observation:
        walk, ahead = self.walk, self._ahead()
        camera = Perspective(walk.heading, walk.elevation, _FOV, WIDTH, HEIGHT)
        picture = self.world.sphere(walk.instruction.scan, walk.viewpoint).look(camera.rays())
        if ahead is None:
            lines = [*told, "There is no place ahead to walk to."]
        else:
            lines = [*told, f"The place ahead: {located(ahead.direction, walk.heading)}."]
            point = camera.place(ahead.direction)
            picture = draw(picture, [Marker("go", *point)] if point is not None else [], [])
        looking = round(math.degrees(walk.elevation))
        if looking:
            lines.append(f"You look {abs(looking)}° {'up' if looking > 0 else 'down'}.")
        self._seen = {"image": picture, "text": "\n".join(lines)}
        return self._seen
