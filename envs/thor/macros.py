"""The high-level actions as the low-level ones they are made of: the sequences of ALFRED's own plans.

Counted over the 506 validation trials: Put is Put, or Open Put Close where the receptacle was closed; Clean is Put
ToggleOn ToggleOff Pickup (73 of 73); Heat is Open Put Close ToggleOn ToggleOff Open Pickup Close (76 of 76); Cool is
Open Put Close Open Pickup Close (74 of 75). Every one of these steps counts.
"""

from __future__ import annotations

from envs.thor.bookkeeping import distance
from envs.thor.deed import Undone, capital, demand, take_step, the
from envs.thor.names import Thing
from envs.thor.world import World

EMPTY = "Nothing is in the hand."


def pick_up(world: World, thing: Thing) -> str:
    """PickupObject. Every function here returns what was done, or raises Undone with why it was not."""
    held = world.held
    here = str(thing["objectId"])
    demand(world, held is None, "PickupObject", here, f"There is {_a(held)} in the hand already; put it down first.")
    demand(world, thing["pickupable"], "PickupObject", here, f"{capital(the(thing))} cannot be picked up.")
    _reachable(world, "PickupObject", thing)
    take_step(world, "PickupObject", thing)
    return f"Picked up {the(thing)}."


def put_down(world: World, receptacle: Thing) -> str:
    """PutObject; OpenObject before and CloseObject after it where the receptacle was closed."""
    held = _holding(world, "PutObject", receptacle)
    here = str(receptacle["objectId"])
    demand(world, receptacle["receptacle"], "PutObject", here, f"Nothing can be put on {the(receptacle)}.")
    _reachable(world, "PutObject", receptacle)
    shut = receptacle["openable"] and not receptacle["isOpen"]
    if shut:
        take_step(world, "OpenObject", receptacle)
    try:
        take_step(world, "PutObject", receptacle)
    except Undone as error:
        if shut:  # as it was found
            take_step(world, "CloseObject", receptacle)
        raise Undone(f"{capital(the(held))} was not put there. {error}") from error
    if shut:
        take_step(world, "CloseObject", receptacle)
    inside = "into" if receptacle["openable"] else "on"
    return f"Put {the(held)} {inside} {the(receptacle)}."


def place(world: World, receptacle: Thing) -> str:
    """PutObject alone: what is closed has to be opened first."""
    held = _holding(world, "PutObject", receptacle)
    here = str(receptacle["objectId"])
    demand(world, receptacle["receptacle"], "PutObject", here, f"Nothing can be put on {the(receptacle)}.")
    shut = receptacle["openable"] and not receptacle["isOpen"]
    demand(world, not shut, "PutObject", here, f"{capital(the(receptacle))} is closed; open it first.")
    _reachable(world, "PutObject", receptacle)
    take_step(world, "PutObject", receptacle)
    return f"Put {the(held)} {'into' if receptacle['openable'] else 'on'} {the(receptacle)}."


def open_up(world: World, thing: Thing) -> str:
    here = str(thing["objectId"])
    demand(world, thing["openable"], "OpenObject", here, f"{capital(the(thing))} cannot be opened.")
    demand(world, not thing["isOpen"], "OpenObject", here, f"{capital(the(thing))} is open already.")
    demand(world, not _running(thing), "OpenObject", here, f"{capital(the(thing))} is on; switch it off first.")
    _reachable(world, "OpenObject", thing)
    take_step(world, "OpenObject", thing)
    return f"Opened {the(thing)}."


def close_up(world: World, thing: Thing) -> str:
    here = str(thing["objectId"])
    demand(world, thing["openable"], "CloseObject", here, f"{capital(the(thing))} cannot be closed.")
    demand(world, thing["isOpen"], "CloseObject", here, f"{capital(the(thing))} is closed already.")
    _reachable(world, "CloseObject", thing)
    take_step(world, "CloseObject", thing)
    return f"Closed {the(thing)}."


def toggle(world: World, thing: Thing) -> str:
    """ToggleObjectOn, or ToggleObjectOff for what is on."""
    action = "ToggleObjectOff" if thing["isToggled"] else "ToggleObjectOn"
    return switch(world, thing, action)


def switch(world: World, thing: Thing, action: str) -> str:
    """ToggleObjectOn or ToggleObjectOff, whichever is asked for."""
    here, on = str(thing["objectId"]), action == "ToggleObjectOn"
    state = "on" if on else "off"
    demand(world, thing["toggleable"], action, here, f"{capital(the(thing))} cannot be switched on or off.")
    demand(world, thing["isToggled"] != on, action, here, f"{capital(the(thing))} is {state} already.")
    ajar = thing["openable"] and thing["isOpen"] and thing["objectType"] == "Microwave"
    demand(world, not (ajar and on), action, here, f"{capital(the(thing))} is open; close it first.")
    _reachable(world, action, thing)
    take_step(world, action, thing)
    return f"Switched {the(thing)} {state}."


def cut(world: World, thing: Thing) -> str:
    """SliceObject; ALFRED asks for a knife in the hand (env/thor_env.py)."""
    held, here = world.held, str(thing["objectId"])
    knife = held is not None and "Knife" in held["objectType"]
    demand(world, knife, "SliceObject", here, "A knife is needed in the hand to slice.")
    demand(world, thing["sliceable"], "SliceObject", here, f"{capital(the(thing))} cannot be sliced.")
    demand(world, not thing["isSliced"], "SliceObject", here, f"{capital(the(thing))} is sliced already.")
    _reachable(world, "SliceObject", thing)
    take_step(world, "SliceObject", thing)
    return f"Sliced {the(thing)}."


def clean(world: World, sink: Thing) -> str:
    """Put it into the basin, run the water, take it up again."""
    held = _holding(world, "PutObject", sink)
    here = str(sink["objectId"])
    basin = sink if sink["objectType"] == "SinkBasin" else _near(world, "SinkBasin", sink)
    wet = sink["objectType"] in ("SinkBasin", "Sink", "Faucet")
    demand(world, wet and basin is not None, "PutObject", here, f"{capital(the(sink))} is no sink to wash it in.")
    assert basin is not None
    faucet = _near(world, "Faucet", basin)
    demand(world, faucet is not None, "ToggleObjectOn", here, "There is no tap over that sink.")
    assert faucet is not None
    _reachable(world, "PutObject", basin)
    take_step(world, "PutObject", basin)
    if faucet["isToggled"]:  # it is the switching on that washes
        take_step(world, "ToggleObjectOff", faucet, force=True)
    take_step(world, "ToggleObjectOn", faucet, force=True)
    take_step(world, "ToggleObjectOff", faucet, force=True)
    take_step(world, "PickupObject", held, force=True)
    return f"Washed {the(held)} in the sink and took it up again."


def heat(world: World, microwave: Thing) -> str:
    """Put it in, close, run, open, take it out, close."""
    held = _into(world, microwave, "Microwave", "a microwave to heat it in")
    take_step(world, "CloseObject", microwave)
    take_step(world, "ToggleObjectOn", microwave)
    take_step(world, "ToggleObjectOff", microwave)
    _out_of(world, held, microwave)
    return f"Heated {the(held)} in the microwave and took it out again."


def cool(world: World, fridge: Thing) -> str:
    """Put it in, close, open, take it out, close."""
    held = _into(world, fridge, "Fridge", "a fridge to cool it in")
    take_step(world, "CloseObject", fridge)
    _out_of(world, held, fridge)
    return f"Cooled {the(held)} in the fridge and took it out again."


def _into(world: World, appliance: Thing, kind: str, what: str) -> Thing:
    """Open, Put; what was open is not opened again."""
    held = _holding(world, "PutObject", appliance)
    here = str(appliance["objectId"])
    fits = appliance["objectType"] == kind
    demand(world, fits, "PutObject", here, f"{capital(the(appliance))} is not {what}.")
    _reachable(world, "OpenObject", appliance)
    if _running(appliance):
        take_step(world, "ToggleObjectOff", appliance)
    if not appliance["isOpen"]:
        take_step(world, "OpenObject", appliance)
    try:
        take_step(world, "PutObject", appliance)
    except Undone as error:
        if not appliance["isOpen"]:
            take_step(world, "CloseObject", appliance)
        raise Undone(f"{capital(the(held))} was not put in. {error}") from error
    return held


def _out_of(world: World, held: Thing, appliance: Thing) -> None:
    """Open, Pickup, Close."""
    take_step(world, "OpenObject", appliance)
    take_step(world, "PickupObject", held, force=True)
    take_step(world, "CloseObject", appliance)


def _holding(world: World, action: str, target: Thing) -> Thing:
    held = world.held
    demand(world, held is not None, action, str(target["objectId"]), EMPTY)
    assert held is not None
    return held


def _reachable(world: World, action: str, thing: Thing) -> None:
    near = bool(thing["visible"])
    demand(world, near, action, str(thing["objectId"]), f"{capital(the(thing))} is too far away; go to it first.")


def _running(thing: Thing) -> bool:
    return bool(thing["objectType"] == "Microwave" and thing["isToggled"])


def _near(world: World, kind: str, thing: Thing) -> Thing | None:
    alike = [other for other in world.objects if other["objectType"] == kind]
    return min(alike, key=lambda other: distance(other["position"], thing["position"]), default=None)


def _a(thing: Thing | None) -> str:
    if thing is None:
        return "something"
    name = the(thing).removeprefix("the ")
    return f"an {name}" if name[0] in "aeiou" else f"a {name}"
