"""Scenes made up and scenes from ALFRED's files."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from envs.thor.standin import alfred, scenes, synthetic
from envs.thor.standin.kinds import Trait
from envs.thor.standin.world import build
from tests.envs.thor.standin.conftest import House

_NEEDED = {
    0: {
        "Fridge",
        "Microwave",
        "SinkBasin",
        "Faucet",
        "CounterTop",
        "Cabinet",
        "Drawer",
        "GarbageCan",
        "Knife",
        "Bread",
    },
    2: {"Sofa", "FloorLamp", "CoffeeTable", "Drawer", "GarbageCan", "Pillow"},
    3: {"Bed", "DeskLamp", "Drawer", "Safe", "GarbageCan", "Book"},
    4: {"Toilet", "BathtubBasin", "SinkBasin", "Faucet", "GarbageCan", "SoapBar"},
}


def test_all_of_ithor_is_there() -> None:
    assert len(scenes.names()) == 120
    for name in ("FloorPlan31", "FloorPlan0", "../x", "FloorPlan1_physics2", "Procedural"):
        with pytest.raises(ValueError, match="there is no scene"):
            scenes.load(name, None)


@pytest.mark.parametrize("first", [1, 201, 301, 401])
def test_a_made_up_room_has_what_its_tasks_need(first: int) -> None:
    for number in range(first, first + 30, 3):
        world = build(synthetic.room(f"FloorPlan{number}"))
        there = {thing.kind.name for thing in world.things.values()}
        assert _NEEDED[number // 100] <= there, number
        assert len(world.ground.points) > 40
        for thing in world.things.values():
            if thing.has(Trait.PICKUPABLE):
                assert thing.parent is not None, thing.id
                assert np.isfinite(thing.base).all()


@settings(max_examples=12, deadline=None)
@given(st.sampled_from([1, 201, 301, 401]), st.integers(0, 29))
def test_a_room_is_the_same_every_time_and_its_ground_hangs_together(first: int, more: int) -> None:
    name = f"FloorPlan{first + more}"
    one, two = synthetic.room(name), synthetic.room(name)
    assert (one.fixed, one.goods, one.start) == (two.fixed, two.goods, two.start)
    cells = set(one.ground.cells)
    edge = [cells.pop()]
    while edge:
        x, z = edge.pop()
        for cell in ((x + 1, z), (x - 1, z), (x, z + 1), (x, z - 1)):
            if cell in cells:
                cells.remove(cell)
                edge.append(cell)
    assert not cells


@pytest.mark.parametrize("name", ["FloorPlan5", "FloorPlan210", "FloorPlan320", "FloorPlan430"])
def test_everything_in_a_made_up_room_can_be_seen_or_brought_to_light(name: str) -> None:
    house = House()
    house.must("Reset", sceneName=f"{name}_physics")
    unseen = _unseen(house)
    assert unseen == []


def _unseen(house: House) -> list[str]:
    world = house.session.open_world()
    found = []
    for key, thing in list(world.things.items()):
        holder = None if thing.parent is None else world.things[thing.parent]
        shut = holder is not None and holder.hides
        if shut and holder is not None:
            house.must("OpenObject", objectId=holder.id, forceAction=True)
        poses = house.must(
            "GetInteractablePoses", objectId=key, horizons=[-30, 0, 30, 45, 60], standings=[True], maxPoses=1
        ).returned
        if not poses:
            found.append(key)
        if shut and holder is not None:
            house.must("CloseObject", objectId=holder.id, forceAction=True)
    return found


def _trial(data: Path, scene: str, number: int = 0) -> dict[str, Any]:
    for split in ("valid_unseen", "valid_seen"):
        for line in (data / "alfred" / f"{split}.jsonl").read_text().splitlines():
            if f'"{scene}"' in line:
                if number == 0:
                    trial: dict[str, Any] = json.loads(line)
                    return trial
                number -= 1
    raise AssertionError(scene)


def _load(house: House, trial: dict[str, Any]) -> None:
    scene = trial["scene"]
    house.must("Reset", sceneName=f"{scene['floor_plan']}_physics")
    house.must("Initialize", fieldOfView=60)
    plan = trial["plan"]
    house.must(
        "FurnishScene", ids=list(alfred.furniture_of(plan)), contents=alfred.contents_of(plan),
        positions=[{"x": x, "z": z} for x, z in alfred.path_of(trial)],
    )  # fmt: skip
    house.must("SetObjectPoses", objectPoses=scene["object_poses"], placeStationary=True)
    house.must("SetObjectToggles", objectToggles=scene["object_toggles"])
    start = scene["init_action"]
    house.must(
        "TeleportFull", x=start["x"], y=start["y"], z=start["z"], rotation={"y": start["rotation"]},
        horizon=start["horizon"], standing=True,
    )  # fmt: skip


@pytest.mark.parametrize("scene", ["FloorPlan10", "FloorPlan308", "FloorPlan424"])
def test_a_trial_stands_as_its_poses_say(data: Path, scene: str) -> None:
    trial, house = _trial(data, scene), House(data / "alfred")
    _load(house, trial)
    world = house.session.open_world()
    carried = [thing for thing in world.things.values() if thing.has(Trait.PICKUPABLE)]
    assert len(carried) == len(trial["scene"]["object_poses"])
    for thing, pose in zip(carried, trial["scene"]["object_poses"], strict=True):
        np.testing.assert_allclose(thing.position, [pose["position"][axis] for axis in "xyz"], atol=1e-6)
        assert thing.name == pose["objectName"]


def test_furniture_nobody_knew_is_added_and_known_furniture_is_not_doubled(data: Path) -> None:
    house = House(data / "alfred")
    house.must("Reset", sceneName="FloorPlan10_physics")
    new, known = "Safe|-03.00|+00.00|+00.50", "Fridge|+00.96|+00.00|+01.26"
    place = [{"x": 30.0, "z": 30.0}]
    house.must("FurnishScene", ids=[new, known], contents={}, positions=place)
    house.must("SetObjectPoses", objectPoses=[], placeStationary=True)
    world = house.session.open_world()
    assert house.facts(new)["openable"]
    assert [thing.kind.name for thing in world.things.values()].count("Fridge") == 1
    assert [30.0, 30.0] in world.ground.points.tolist()
    before = dict(world.things)
    for wrong in ({"ids": ["nonsense"]}, {"contents": {"a": "b"}}, {"ids": [3]}, {"contents": {"a": 3}}):
        given = {"ids": [], "contents": {}, "positions": [], **wrong}
        assert house.do("FurnishScene", **given).code == "InvalidArgument"
    assert house.session.open_world().things == before


@pytest.mark.parametrize("top", [".", "data"])
def test_a_scene_is_furnished_from_trials_in_folders_too(data: Path, tmp_path: Path, top: str) -> None:
    """As in a clone of ALFRED, where nothing is packed and the data lies beside the layouts."""
    (tmp_path / "gen").symlink_to(data.resolve() / "alfred" / "gen")
    trial = _trial(data, "FloorPlan308")
    place = tmp_path / top / "json_2.1.0" / "valid_seen" / "pick_and_place_simple-Mug-None-Desk-308" / "trial_T1"
    place.mkdir(parents=True)
    (place / "traj_data.json").write_text(json.dumps(trial))
    (place.parent / "trial_T2").mkdir()
    (place.parent / "trial_T2" / "traj_data.json").write_text("{cut")
    house = House(tmp_path)
    house.must("Reset", sceneName="FloorPlan308_physics")
    carried = [thing for thing in house.session.open_world().things.values() if thing.has(Trait.PICKUPABLE)]
    assert len(carried) == len(trial["scene"]["object_poses"])


def test_a_trials_house_is_the_same_whichever_other_trials_are_there(data: Path, tmp_path: Path) -> None:
    """With all of ALFRED's validation trials beside it, and with none."""
    (tmp_path / "gen").symlink_to(data.resolve() / "alfred" / "gen")
    trial = _trial(data, "FloorPlan219")
    crowded, alone = House(data / "alfred"), House(tmp_path)
    for house in (crowded, alone):
        _load(house, trial)
    one, other = (house.session.open_world() for house in (crowded, alone))
    assert list(one.things) == list(other.things)
    assert {key: thing.parent for key, thing in one.things.items()} == {
        key: thing.parent for key, thing in other.things.items()
    }
    np.testing.assert_array_equal(one.ground.points, other.ground.points)


def test_what_a_plan_says_a_thing_lies_in_is_believed(data: Path) -> None:
    trial, house = _trial(data, "FloorPlan219"), House(data / "alfred")
    _load(house, trial)
    world = house.session.open_world()
    told = alfred.contents_of(trial["plan"])
    assert told
    for thing, holder in told.items():
        parent = world.things[thing].parent
        assert parent is not None
        assert parent.split("|")[0] == holder.split("|")[0]


@pytest.mark.parametrize("broken", ["gen/layouts/FloorPlan5-layout.npy", "gen/layouts/FloorPlan5-openable.json"])
def test_broken_files_are_named_in_one_sentence(tmp_path: Path, broken: str) -> None:
    layouts = tmp_path / "gen" / "layouts"
    layouts.mkdir(parents=True)
    np.save(layouts / "FloorPlan5-layout.npy", np.zeros((3, 2)))
    (tmp_path / broken).write_bytes(b"{not data")
    house = House(tmp_path)
    failed = house.do("Reset", sceneName="FloorPlan5_physics")
    assert "the scene cannot be loaded" in failed.message
    assert failed.message in house.do("Initialize").message


@pytest.mark.slow
def test_most_experts_can_be_followed_action_by_action(data: Path) -> None:
    """Their own low-level actions, with no planning of ours: at least nine in ten trials run through."""
    lines = (data / "alfred" / "valid_unseen.jsonl").read_text().splitlines()[::6]
    house, through = House(data / "alfred"), 0
    for line in lines:
        trial = json.loads(line)
        _load(house, trial)
        through += all(_follow(house, step["api_action"]) for step in trial["plan"]["low_actions"])
    assert through / len(lines) > 0.85


def _follow(house: House, action: dict[str, Any]) -> bool:
    name = action["action"]
    match name:
        case "LookUp" | "LookDown":
            return house.do(name, degrees=15).succeeded
        case "RotateLeft" | "RotateRight" | "MoveAhead":
            return house.do(name).succeeded
        case "PutObject":
            return house.do(name, objectId=action["receptacleObjectId"]).succeeded
        case _:
            return house.do(name, objectId=action["objectId"]).succeeded
