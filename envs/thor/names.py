"""What objects are called: by their type in any spelling, and by a number where there are several."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

Thing = dict[str, Any]
"""An object as the metadata describes it."""
_NUMBERED = re.compile(r"(.*?)[\s_#-]*(\d{1,4})", re.DOTALL)
_LONGEST = 80
"""Letters of a name; longer ones are no names, and matching takes the square of their length."""
_SPACES = re.compile(r"(?<=[a-z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
# Receptacles are the basins, of which people say sink and bathtub.
_ALSO = {"sink": "sinkbasin", "bathtub": "bathtubbasin", "bath": "bathtubbasin", "tap": "faucet", "tv": "television"}
_ALSO |= {"refrigerator": "fridge", "couch": "sofa", "trashcan": "garbagecan", "bin": "garbagecan"}


def spoken(object_type: str) -> str:
    """A type as a sentence says it: CounterTop becomes counter top, AppleSliced apple slice, TVStand TV stand."""
    words = _SPACES.sub(" ", object_type).split()
    if words[-1:] == ["Sliced"]:
        words[-1] = "slice"
    return " ".join(word if word.isupper() else word.lower() for word in words)


def fold(name: str) -> str:
    """A name without case, spaces and signs, to be compared."""
    plain = "".join(letter for letter in name.casefold() if letter.isalnum())
    for pattern in ("sliced", "sliceof", "slice"):
        if pattern in plain:  # "sliced apple", "apple slice" and "slice of apple" are all AppleSliced
            return plain.replace(pattern, "", 1) + "sliced"
    return plain


def of_type(things: Sequence[Thing], object_type: str) -> list[Thing]:
    """All of a type, in the order that numbers them: by objectId as text."""
    return sorted((thing for thing in things if thing["objectType"] == object_type), key=lambda it: str(it["objectId"]))


def label(things: Sequence[Thing], object_id: str) -> str:
    """The name that means just this object: its type, with its number where there are several of the type.

    Raises KeyError when there is no such object.
    """
    found = next((thing for thing in things if thing["objectId"] == object_id), None)
    if found is None:
        raise KeyError(object_id)
    alike = of_type(things, found["objectType"])
    if len(alike) == 1:
        return str(found["objectType"])
    return f"{found['objectType']} {alike.index(found) + 1}"


def named(things: Sequence[Thing], name: str) -> list[Thing]:
    """What a name may mean: one for a number or a full objectId, all of the type otherwise, none for what is not there.

    "Sink" is the sink's basin, unless nothing but a sink is there.
    """
    exact = [thing for thing in things if thing["objectId"] == name]
    if exact:
        return exact
    wanted, number = fold(name), 0
    by_fold = {fold(thing["objectType"]): thing["objectType"] for thing in things}
    match = _NUMBERED.fullmatch(name.strip()) if len(name) <= _LONGEST else None
    if wanted not in by_fold and match is not None:
        wanted, number = fold(match[1]), int(match[2])
    if _ALSO.get(wanted) in by_fold:
        wanted = _ALSO[wanted]
    if wanted not in by_fold:
        return []
    alike = of_type(things, by_fold[wanted])
    if match is None or number == 0:
        return alike
    return alike[number - 1 : number]
