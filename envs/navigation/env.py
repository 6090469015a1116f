"""Following an instruction from place to place: the panoramic action space of R2R and REVERIE."""

from __future__ import annotations

from functools import cached_property
from typing import Any, assert_never

import gymnasium
import numpy as np
from numpy.typing import NDArray

from actions.call import ActionError
from actions.navigation import GoTo, PanoramicAction, Stop, StopAt, referring_space, route_space
from actions.space import Action
from envs.base import EnvError, Observation, observation_space, task_of
from envs.navigation.angles import elevation_of, heading_of, turn
from envs.navigation.candidates import Candidate, candidates
from envs.navigation.options import ViewOptions
from envs.navigation.picture import Sight, beyond, panorama, panorama_height, tiles, tiles_height
from envs.navigation.places import Places
from envs.navigation.walk import Walk
from envs.navigation.words import located
from envs.navigation.world import Kind, World
from envs.notices import plain

MAX_TEXT = 16384
_SHOWN = {
    "panorama": "The picture shows all around you, straight ahead in its middle, behind you at both ends.",
    "tiles": "The picture has a tile for each place you can walk to, from left to right.",
}
_HOW = (
    "A numbered blue marker is a place you can walk to. "
    "Follow the instruction from place to place and stop where it ends."
)
_APART = "Objects that none of these tiles shows have tiles of their own, without a marker."
_WHICH = "Orange boxes are objects. Stop where the object that is meant is marked, and give its number."


class NavigationEnv(gymnasium.Env[Observation, Action]):
    """Base: a subclass says which world. The reward is 1 for stopping where the instruction ends, else 0.

    A task is an instr_id; without one the seed draws an instruction.
    """

    metadata = {"render_modes": ["rgb_array"], "render_fps": 1}  # noqa: RUF012 - gymnasium's own class attribute

    def __init__(self, kind: Kind, options: ViewOptions, render_mode: str | None = None) -> None:
        self.kind, self.options, self.render_mode = kind, options, render_mode
        height = (panorama_height if options.view == "panorama" else tiles_height)(options.width)
        self.observation_space = observation_space(height, options.width, MAX_TEXT)
        self.action_space = referring_space() if kind == "REVERIE" else route_space()
        self._walk: Walk | None = None
        self._candidates: dict[int, Candidate] = {}
        self._places = Places("")
        self._seen: Observation | None = None

    def make_world(self) -> World:
        raise NotImplementedError

    @cached_property
    def world(self) -> World:
        """Opened when first needed, so that an env can be made, and listed, without data."""
        return self.make_world()

    @property
    def walk(self) -> Walk:
        if self._walk is None:
            raise EnvError("an episode begins with reset()")
        return self._walk

    def reset(
        self, *, seed: int | None = None, options: dict[str, Any] | None = None
    ) -> tuple[Observation, dict[str, Any]]:
        """Begin at the start of an instruction's path. Raises EnvError for an unknown one or a broken world."""
        super().reset(seed=seed)
        task = task_of(options)
        instruction = self.world.find(task) if task else self.world.draw(self.np_random)
        self._walk = Walk(self.world, instruction)
        self._places = Places(instruction.path[0])
        self._arrive()
        lead = [f"Instruction: {plain(instruction.text, 4096)}", _HOW, _SHOWN[self.options.view]]
        if self.kind == "REVERIE":
            lead += [_WHICH] if self.options.view == "panorama" else [_APART, _WHICH]
        return self._observe(lead), self._info()

    def step(self, action: Action) -> tuple[Observation, float, bool, bool, dict[str, Any]]:
        """Walk or stop. A number that is on no marker is told; it costs the step. Raises EnvError."""
        if not self.action_space.contains(action):
            raise ActionError(f"{action!r} is not an action here.")
        told = self._act(action)  # type: ignore[arg-type]  # the space holds no others
        stopped = self.walk.stopped
        return self._observe(told), float(stopped and self.walk.success), stopped, False, self._info()

    def oracle(self) -> tuple[str, Action]:
        """The next place of the reference path, or of the shortest way back to its end; stop there."""
        walk = self.walk
        following = walk.next_on_route()
        if following is not None:
            number = self._places.number(following)
            return f"The way goes on to place {number}: {self._located(number)}.", GoTo(number)
        if self.kind == "R2R":
            return "This is where the instruction ends.", Stop()
        shown = [one.id for one in self._objects()]
        target = walk.instruction.target
        if target not in shown:
            return "This is where the instruction ends, but its object is not marked.", StopAt()
        return f"The object that is meant is here: {target}.", StopAt(int(target))

    def render(self) -> NDArray[np.uint8] | None:
        return self._seen["image"] if self.render_mode == "rgb_array" and self._seen is not None else None

    def _act(self, action: PanoramicAction) -> list[str]:
        walk = self.walk
        match action:
            case GoTo(candidate=number):
                if number not in self._candidates:
                    known = ", ".join(str(one) for one in self._candidates) or "none"
                    return [f"There is no place {number} to go to from here. You can go to: {known}."]
                chosen = self._candidates[number]
                # As agents on the simulator do: turn to the view that shows the place, and walk.
                walk.go(chosen.viewpoint, heading_of(chosen.view), elevation_of(chosen.view))
                self._arrive()
            case Stop():
                walk.stopped = True
            case StopAt(object=identity):
                marked = [one.id for one in self._objects()]
                if identity is not None and str(identity) not in marked:
                    known = ", ".join(marked) or "none"
                    return [f"There is no object {identity} marked here. Marked objects: {known}."]
                walk.stopped = True
                walk.predicted = None if identity is None else str(identity)
            case _:
                assert_never(action)
        return ["You stopped."] if walk.stopped else []

    def _arrive(self) -> None:
        walk = self.walk
        found = sorted(
            candidates(walk.graph, walk.viewpoint), key=lambda one: turn(one.direction.heading - walk.heading)
        )
        numbers = self._places.arrive(walk.viewpoint, [one.viewpoint for one in found])
        self._candidates = dict(zip(numbers, found, strict=True))

    def _observe(self, told: list[str]) -> Observation:
        walk = self.walk
        here = self._places.number(walk.viewpoint)
        ways = [
            f"{number} ({self._located(number)}{', visited' if self._places.visited(number) else ''})"
            for number in self._candidates
        ]
        lines = [*told, f"You are at place {here}. You can go to: {'; '.join(ways) or 'nowhere'}."]
        if self.kind == "REVERIE":
            lines.append(f"Marked objects: {', '.join(self._listed(one) for one in self._objects()) or 'none'}.")
        lines += self._places.lines()
        # A text longer than the space allows would take a graph that no building has; its end is the map.
        self._seen = {"image": self._picture(), "text": "\n".join(lines)[:MAX_TEXT]}
        return self._seen

    def _picture(self) -> NDArray[np.uint8]:
        walk = self.walk
        sphere = self.world.sphere(walk.instruction.scan, walk.viewpoint)
        places = [(number, one.direction) for number, one in self._candidates.items()]
        sight = Sight(walk.heading, places, [(self._label(one), one) for one in self._objects()])
        return (panorama if self.options.view == "panorama" else tiles)(sphere, sight, self.options.width)

    def _located(self, number: int) -> str:
        return located(self._candidates[number].direction, self.walk.heading)

    def _objects(self) -> list[Any]:
        return [
            one for one in self.world.objects(self.walk.instruction.scan, self.walk.viewpoint) if one.id.isdecimal()
        ]

    def _label(self, one: Any) -> str:
        named = self.options.names == "shown" or (self.options.names == "auto" and not self.world.pictured)
        return f"{one.id} {one.name.replace('#', ' ')}" if named else str(one.id)

    def _listed(self, one: Any) -> str:
        """The label, and why there is but a sliver at the picture's edge where that is so."""
        outside = beyond(one, self.options.width) if self.options.view == "panorama" else ""
        return f"{self._label(one)} ({outside})" if outside else self._label(one)

    def _info(self) -> dict[str, Any]:
        going = {str(number): one.viewpoint for number, one in self._candidates.items()}
        return {**self.walk.facts(), "candidates": going}
