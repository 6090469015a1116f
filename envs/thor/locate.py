"""Finds the object an action means, in the way the options say."""

from __future__ import annotations

import numpy as np

from actions.call import show
from envs.base import EnvError
from envs.thor.bookkeeping import distance
from envs.thor.grounding import (
    BoxSegmenter,
    Choice,
    Grounding,
    Mask,
    Prompt,
    Segmenter,
    choose,
    fitting,
    iou,
    truth_mask,
)
from envs.thor.names import Thing, spoken
from envs.thor.options import Locating
from envs.thor.world import World


class Unlocated(Exception):  # noqa: N818 - a refusal that is told to the model, not an error of the program
    """Nothing can be meant; the message is for the model."""

    def __init__(self, message: str, grounding: Grounding | None = None) -> None:
        super().__init__(message)
        self.grounding = grounding


class Locator:
    """One way to find objects, the same for a whole episode."""

    def __init__(self, how: Locating, segmenter: Segmenter | None) -> None:
        self._how = how
        self._segmenter: Segmenter = segmenter if segmenter is not None and how == "auto" else BoxSegmenter()

    @property
    def name(self) -> str:
        """What records and scores say: the segmenter's name, or the oracle that stood in for one."""
        return {"truth": "truth", "name": "name"}.get(self._how, self._segmenter.name)

    def locate(self, world: World, name: str, prompt: Prompt | None) -> Grounding:
        """The object meant by a name and a place in the picture. Raises Unlocated, EnvError."""
        things = self._named(world, name)
        if self._how == "name":
            return self._nearest(world, name, things)
        if prompt is None:
            raise Unlocated(f"Say where the {_short(name)} is seen: a box or a point is needed.")
        event = world.look()
        intended = fitting(event, prompt, things)
        mask = self._mask(world, prompt, intended)
        held = world.held
        choice = choose(event, mask, world.objects, held["objectId"] if held else None)
        truth = truth_mask(event, intended) if intended else None
        quality = iou(mask, truth) if truth is not None else 0.0
        meant = {intended} if intended else {thing["objectId"] for thing in things}
        wrong = choice.object_id not in meant if meant else None
        grounding = Grounding(self.name, name, prompt, choice, mask, intended, quality, wrong)
        if choice.object_id is None:
            raise Unlocated(f"There is nothing to act on where the {_short(name)} was said to be.", grounding)
        return grounding

    def _mask(self, world: World, prompt: Prompt, intended: str | None) -> Mask:
        image = world.look().frame
        assert image is not None
        if self._how == "truth":
            # Without an object of that name at the place, whatever is at the place is meant.
            target = intended or fitting(world.event, prompt, world.objects)
            mask = truth_mask(world.event, target) if target else None
            return np.zeros(image.shape[:2], bool) if mask is None else mask
        mask = self._segmenter.segment(image, prompt)
        if mask.shape != image.shape[:2] or mask.dtype != np.bool_:
            raise EnvError(f"the segmenter {self._segmenter.name} gave {mask.dtype} {mask.shape}, not bool masks")
        return mask

    def _nearest(self, world: World, name: str, things: list[Thing]) -> Grounding:
        near = [thing for thing in things if thing["visible"]]
        if not near:
            raise Unlocated(f"No {_short(name)} is in sight.")
        eye = world.metadata["agent"]["position"]
        best = str(min(near, key=lambda thing: distance(thing["position"], eye))["objectId"])
        return Grounding(self.name, name, None, Choice(best, 1.0), None, best, 0.0, wrong=None)

    @staticmethod
    def _named(world: World, name: str) -> list[Thing]:
        held = world.held
        return [thing for thing in world.find(name) if held is None or thing["objectId"] != held["objectId"]]


def _short(name: str) -> str:
    """A name as the model wrote it, on one line and not too long."""
    return show(name)[1:-1] if name.strip() else "object"


def told(thing: Thing) -> str:
    """An object as a sentence says it."""
    return spoken(str(thing["objectType"]))
