"""What came of an action: a sentence for the model."""

from __future__ import annotations

import re
from dataclasses import dataclass

from envs.thor.names import Thing, spoken
from envs.thor.world import LowStep, World

_ID = re.compile(r"\b([A-Za-z]+)(?:\|[^\s,;|]+)+")
_LONGEST = 160


@dataclass(frozen=True, slots=True)
class Deed:
    """Whether an action was done, and the sentence that says what came of it."""

    done: bool
    sentence: str


class Undone(Exception):  # noqa: N818 - told to the model, not an error of the program
    """An action that cannot be done, or was not; the message is the sentence for the model."""


def demand(world: World, holds: bool, action: str, object_id: str, sentence: str) -> None:
    """Refuse a low-level action that cannot succeed: a step that failed. Raises Undone unless `holds`."""
    if not holds:
        world.refuse(action, object_id, sentence)
        raise Undone(sentence)


def take_step(world: World, action: str, thing: Thing, *, force: bool = False) -> LowStep:
    """A low-level step on an object, without pictures. Raises Undone when it fails."""
    step = world.act(action, str(thing["objectId"]), blind=True, force=force)
    if not step.success:
        raise Undone(f"It did not work: {plain(step.error)}.")
    return step


def the(thing: Thing) -> str:
    return f"the {spoken(str(thing['objectType']))}"


def capital(sentence: str) -> str:
    return sentence[:1].upper() + sentence[1:]


def plain(error: str) -> str:
    """An engine's own words on one line, not too long, with kinds of objects in place of ids."""
    words = " ".join(_ID.sub(lambda match: spoken(match[1]), error).split()).rstrip(".")
    return words if len(words) <= _LONGEST else words[: _LONGEST - 3] + "..."
