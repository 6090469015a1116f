"""ALFRED's own account of what was washed, heated and cooled, with its quirks."""

from __future__ import annotations

from envs.thor.bookkeeping import Bookkeeping, basin_of


def thing(kind: str, at: float = 0.0, inside: list | None = None, visible: bool = True) -> dict:
    return {
        "objectId": f"{kind}|{at:+.1f}", "objectType": kind, "visible": visible, "receptacleObjectIds": inside,
        "position": {"x": at, "y": 0.0, "z": 0.0},
    }  # fmt: skip


def metadata(*things: dict, success: bool = True) -> dict:
    return {"objects": list(things), "lastActionSuccess": success}


def test_the_tap_cleans_all_in_the_nearest_basin_in_sight():
    state = metadata(
        thing("Faucet", 1.0), thing("SinkBasin", 0.9, ["Egg|1"], visible=False),
        thing("SinkBasin", 2.0, ["Mug|1", "Cup|1"]),
        thing("SinkBasin", 5.0, ["Pan|1"]),
    )  # fmt: skip
    book = Bookkeeping()
    book.note("ToggleObjectOn", "Faucet|+1.0", state)
    assert book.cleaned == {"Mug|1", "Cup|1"}
    assert book.heated == book.cooled == set()


def test_nothing_leaves_a_set_but_null_contents_empty_it():
    book = Bookkeeping(heated={"Egg|1"})
    book.note("ToggleObjectOn", "Microwave|+0.0", metadata(thing("Microwave", inside=["Mug|1"])))
    assert book.heated == {"Egg|1", "Mug|1"}
    book.note("ToggleObjectOn", "Microwave|+0.0", metadata(thing("Microwave", inside=[])))
    assert book.heated == {"Egg|1", "Mug|1"}
    book.note("ToggleObjectOn", "Microwave|+0.0", metadata(thing("Microwave", inside=None)))
    assert book.heated == set()


def test_the_first_microwave_and_the_first_fridge_count_whichever_was_used():
    book = Bookkeeping()
    two = metadata(thing("Fridge", 0.0, ["Apple|1"]), thing("Fridge", 3.0, ["Mug|1"]))
    book.note("CloseObject", "Fridge|+3.0", two)
    assert book.cooled == {"Apple|1"}


def test_only_these_actions_and_only_when_they_succeed():
    book = Bookkeeping()
    state = metadata(thing("Microwave", inside=["Mug|1"]), thing("Fridge", inside=["Mug|1"]))
    for action in ("ToggleObjectOff", "OpenObject", "CloseObject"):
        book.note(action, "Microwave|+0.0", state)
    book.note("OpenObject", "Fridge|+0.0", state)
    book.note("ToggleObjectOn", "Microwave|+0.0", {**state, "lastActionSuccess": False})
    assert book == Bookkeeping()


def test_a_tap_over_no_basin_in_sight_cleans_nothing():
    state = metadata(thing("Faucet", 1.0), thing("SinkBasin", 1.0, ["Mug|1"], visible=False))
    book = Bookkeeping(cleaned={"Egg|1"})
    book.note("ToggleObjectOn", "Faucet|+1.0", state)
    assert book.cleaned == {"Egg|1"}
    assert basin_of("Faucet|+1.0", state) is None
    assert basin_of("Faucet|none", state) is None
