"""Actions on objects: pick up, put, open, toggle, slice, clean and the like."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import numpy as np

from envs.thor.standin import kinds, placing
from envs.thor.standin.failure import FailedActionError
from envs.thor.standin.kinds import Trait
from envs.thor.standin.thing import Thing, box_of
from envs.thor.standin.world import World

_SLICES = {"Apple": 7, "Tomato": 7, "Potato": 8, "Lettuce": 7, "Bread": 10}
_SLIDE = 0.85  # part of its depth by which a drawer comes out


def pickup(world: World, thing: Thing, force: bool) -> None:
    """Take a thing in the hand, with what is in it."""
    if not thing.has(Trait.PICKUPABLE):
        raise FailedActionError(f"{thing.id} must have the property CanPickup to be picked up.")
    held = world.holding()
    if held is not None:
        raise FailedActionError(
            f"Agent Hand has something in it already! Can't pick up {thing.id} while holding {held.id}."
        )
    if world.hidden(thing) and not force:
        raise FailedActionError(f"{thing.id} is inside a closed receptacle and cannot be picked up.")
    thing.parent = None
    world.held = thing.id
    world.carry()


def put(world: World, receptacle: Thing, reach: float | None, seen: Callable[[Thing], bool]) -> None:
    """Put what is held in or on a receptacle, where it is seen if there is such a spot.

    Args:
        reach: metres from the agent within which a spot is sought first; None for anywhere.
        seen: whether a thing that has been put down can be seen.
    """
    held = _held(world)
    if not receptacle.has(Trait.RECEPTACLE):
        raise FailedActionError(f"This target object {receptacle.id} is NOT a receptacle!")
    if receptacle.id == held.id or receptacle in world.within(held):
        raise FailedActionError(f"{held.id} cannot be put into itself.")
    if receptacle.hides:
        raise FailedActionError(
            f"Target openable Receptacle is CLOSED, can't place if target is not open! ({receptacle.id})"
        )
    spots = placing.find(world, held, receptacle, reach)
    world.held = None
    held.parent = receptacle.id
    held.yaw = round(held.yaw / 90) * 90 % 360
    for spot in placing.spread(spots):
        world.shift(held, spot - held.base)
        if len(spots) == 1 or seen(held):
            break
    else:
        world.shift(held, spots[0] - held.base)
    _soak(world, receptacle)


def _soak(world: World, receptacle: Thing) -> None:
    """What a running tap, or a hot or a cold place, does to what has just been put there."""
    if receptacle.state.toggled and receptacle.has(Trait.HEATS):
        heat(world, receptacle)
    if receptacle.kind.name == "CoffeeMachine" and receptacle.state.toggled:
        brew(world, receptacle)


def drop(world: World, floor: Thing | None) -> None:
    """Let what is held fall before the agent."""
    held = _held(world)
    ahead = world.agent.axes()[2] * [1, 0, 1]
    ahead = ahead / max(float(np.linalg.norm(ahead)), 1e-9)
    spot = np.array([world.agent.x, 0.01, world.agent.z]) + ahead * 0.4
    world.held = None
    held.parent = None if floor is None else floor.id
    world.shift(held, spot - held.base)
    if held.has(Trait.BREAKABLE):
        held.state.broken = True


def set_open(world: World, thing: Thing, opened: bool) -> None:
    """Open or close; a drawer takes its contents along, a closed fridge chills them."""
    if not thing.has(Trait.OPENABLE):
        raise FailedActionError(f"{thing.id} is not an Openable object")
    if thing.state.is_open == opened:
        raise FailedActionError(f"{thing.id} is already {'open' if opened else 'closed'}")
    if opened and thing.state.toggled and thing.has(Trait.HEATS):
        raise FailedActionError(f"Target must be OFF to open! ({thing.id})")
    thing.state.is_open = opened
    if thing.kind.shape == "drawer":
        way = thing.axes()[:, 2] * (-_SLIDE if opened else _SLIDE) * float(thing.size[2])
        world.shift(thing, way)
        thing.pivot = thing.pivot - way
    if not opened and thing.has(Trait.COOLS):
        _warm(world.within(thing), "Cold")


def toggle(world: World, thing: Thing, on: bool) -> None:
    """Switch on or off, with what follows: heat, water, light, coffee."""
    if not thing.has(Trait.TOGGLEABLE):
        raise FailedActionError(f"{thing.id} is not a Toggleable object")
    if thing.kind.name == "StoveBurner":
        raise FailedActionError(f"{thing.id} is operated by its StoveKnob")
    if thing.state.toggled == on:
        raise FailedActionError(
            f"can't toggle object {'on' if on else 'off'} if it's already {'on' if on else 'off'}! ({thing.id})"
        )
    if on and thing.state.is_open and thing.has(Trait.HEATS):
        raise FailedActionError(f"Target must be closed to Toggle On! ({thing.id})")
    thing.state.toggled = on
    _follow(world, thing, on)


def _follow(world: World, thing: Thing, on: bool) -> None:
    if thing.kind.name == "StoveKnob":
        burners = [other for other in world.things.values() if other.kind.name == "StoveBurner"]
        if burners:
            nearest = min(burners, key=lambda other: float(np.linalg.norm(other.base - thing.base)))
            nearest.state.toggled = on
            if on:
                _warm(world.within(nearest), "Hot")
    if not on:
        return
    if thing.has(Trait.HEATS):
        heat(world, thing)
    if thing.kind.name == "Faucet":
        water(world, thing)
    if thing.kind.name == "CoffeeMachine":
        brew(world, thing)


def heat(world: World, source: Thing) -> None:
    """A microwave warms and cooks what is in it."""
    _warm(world.within(source), "Hot")


def _warm(things: Iterable[Thing], temperature: str) -> None:
    for thing in things:
        if temperature == "Hot":
            thing.state.temperature = "Hot"
            thing.state.cooked |= thing.has(Trait.COOKABLE)
        else:
            thing.state.temperature = "Cold"


def water(world: World, tap: Thing) -> None:
    """A tap washes and fills what is in the basin nearest to it."""
    basins = [other for other in world.things.values() if other.kind.shape == "basin"]
    if not basins:
        return
    basin = min(basins, key=lambda other: float(np.linalg.norm(other.base - tap.base)))
    for thing in world.within(basin):
        thing.state.dirty = False
        if thing.has(Trait.FILLABLE):
            thing.state.filled = "water"


def brew(world: World, machine: Thing) -> None:
    for thing in world.within(machine):
        if thing.has(Trait.FILLABLE):
            thing.state.filled, thing.state.temperature = "coffee", "Hot"


def cut(world: World, thing: Thing, force: bool) -> None:
    """Slice: the thing gives way to `<its id>|AppleSliced_k`; an egg cracks."""
    if not thing.has(Trait.SLICEABLE):
        raise FailedActionError(f"{thing.id} Does not have the CanBeSliced property!")
    if thing.state.sliced:
        raise FailedActionError(f"{thing.id} is already sliced.")
    held = world.holding()
    if held is thing:
        raise FailedActionError(f"{thing.id} cannot be sliced while it is held.")
    name = "EggCracked" if thing.kind.name == "Egg" else f"{thing.kind.name}Sliced"
    if name != "EggCracked" and not force and (held is None or "Knife" not in held.kind.name):
        raise FailedActionError(f"A knife must be in hand to slice {thing.id}.")
    count = _SLICES.get(thing.kind.name, 1)
    kind, axes = kinds.find(name), thing.axes()
    along = 0 if thing.size[0] > thing.size[2] else 2
    step = max(float(kind.size[0]), 0.05) * 0.8
    for number in range(count):
        offset = np.zeros(3)
        offset[along] = (number - (count - 1) / 2) * step
        spot = thing.base + axes @ offset + [0, kind.size[1] / 2 if kind.anchor == "centre" else 0, 0]
        base, size, pivot = box_of(kind, spot, thing.yaw)
        label = f"{thing.id}|{name}" if name == "EggCracked" else f"{thing.id}|{name}_{number}"
        slice_ = Thing(label, kind, f"{thing.name}_Slice_{number}", base, thing.yaw, size, pivot, parent=thing.parent)
        slice_.state.temperature, slice_.state.cooked = thing.state.temperature, thing.state.cooked
        world.things[label] = slice_
    del world.things[thing.id]


def set_dirty(thing: Thing, dirty: bool) -> None:
    if not thing.has(Trait.DIRTYABLE):
        raise FailedActionError(f"{thing.id} does not have dirtyable property!")
    if thing.state.dirty == dirty:
        raise FailedActionError(f"{thing.id} is already {'dirty' if dirty else 'clean'}!")
    thing.state.dirty = dirty


def fill(thing: Thing, liquid: str) -> None:
    if not thing.has(Trait.FILLABLE):
        raise FailedActionError(f"{thing.id} does not have CanBeFilled property!")
    if liquid not in ("water", "coffee", "wine"):
        raise FailedActionError(f"{liquid[:20]!r} is not a liquid; there are coffee, water and wine.")
    if thing.state.filled:
        raise FailedActionError(f"{thing.id} is already Filled!")
    thing.state.filled = liquid


def empty(thing: Thing) -> None:
    if not thing.has(Trait.FILLABLE):
        raise FailedActionError(f"{thing.id} does not have CanBeFilled property!")
    if not thing.state.filled:
        raise FailedActionError(f"{thing.id} is already empty!")
    thing.state.filled = ""


def cook(thing: Thing) -> None:
    if not thing.has(Trait.COOKABLE):
        raise FailedActionError(f"{thing.id} cannot be cooked.")
    thing.state.cooked = True


def crush(thing: Thing) -> None:
    if not thing.has(Trait.BREAKABLE):
        raise FailedActionError(f"{thing.id} cannot be broken.")
    thing.state.broken = True


def _held(world: World) -> Thing:
    held = world.holding()
    if held is None:
        raise FailedActionError("Can't place an object if Agent isn't holding anything")
    return held
