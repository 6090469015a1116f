"""ALFRED's trials: read, and set out in a scene."""

from __future__ import annotations

import copy
import json

import pytest

from envs.base import EnvError
from envs.thor import env as module
from envs.thor.env import ThorEnv
from envs.thor.restore import restore
from envs.thor.trial import Start, load_trial
from tests.envs.thor.house import SIZE, House, engine_of, world_of

MUG, SINK, MICROWAVE = "Mug|+00.10|+00.90|+00.20", "SideTable|+01.00|+00.90|+01.00", "Microwave|-01.00|+00.90|+01.00"
FAR = {
    "planner_action": {
        "action": "PickupObject", "objectId": MUG,
        "coordinateReceptacleObjectId": ["CounterTop", [1e308, 0, 1, 0, 1, 0]],
    }
}  # fmt: skip
ORIGIN = {"x": 0.0, "y": 0.0, "z": 0.0}
TRIAL = {
    "task_id": "trial_T1",
    "scene": {
        "floor_plan": "FloorPlan1",
        "init_action": {"action": "TeleportFull", "x": 0.25, "y": 0.9, "z": -0.5, "rotation": 90, "horizon": 30},
        "object_poses": [{"objectName": "Mug_1", "position": ORIGIN, "rotation": ORIGIN}],
        "object_toggles": [{"objectType": "DeskLamp", "isOn": True}],
        "dirty_and_empty": True,
    },
    "turk_annotations": {"anns": [{"task_desc": "Heat the mug."}, {"task_desc": "Warm up a cup."}]},
    "plan": {
        "high_pddl": [{"planner_action": {"action": "PutObject", "objectId": MUG, "receptacleObjectId": SINK}}],
        "low_actions": [
            {"api_action": {"action": "MoveAhead"}},
            {"api_action": {"action": "OpenObject", "objectId": MICROWAVE}},
        ],
    },
}


def test_a_trial_is_read_from_its_path_its_folder_or_its_content(tmp_path):
    path = tmp_path / "traj_data.json"
    path.write_text(json.dumps(TRIAL))
    assert load_trial(path) == load_trial(tmp_path) == load_trial(str(path)) == load_trial(TRIAL)
    trial = load_trial(TRIAL)
    assert (trial.scene, trial.task_id, trial.goals) == ("FloorPlan1", "trial_T1", ("Heat the mug.", "Warm up a cup."))
    assert trial.start == Start(0.25, 0.9, -0.5, 90.0, 30.0)
    assert set(trial.furniture) == {MICROWAVE, SINK}
    assert trial.path == ((0.25, -0.5), (0.5, -0.5))


def test_a_trial_of_the_tests_splits_has_no_plan():
    assert load_trial({name: value for name, value in TRIAL.items() if name != "plan"}).furniture == ()


@pytest.mark.parametrize(
    ("spoil", "told"),
    [
        (lambda t: t.pop("scene"), "the trial has no scene"),
        (lambda t: t["scene"].pop("object_poses"), "the trial: scene has no object_poses"),
        (lambda t: t["scene"]["init_action"].update(x="left"), "scene.init_action.x is a number, not 'left'"),
        (lambda t: t["scene"]["init_action"].update(z=float("nan")), "scene.init_action.z is a number"),
        (lambda t: t["plan"].update(high_pddl=["go"]), "the plan is none of ALFRED's"),
        (lambda t: t["scene"].update(object_poses=[None]), r"object_poses\[0\] has no objectName"),
        (lambda t: t["scene"].update(object_poses=["x"]), r"object_poses\[0\] has no objectName"),
        (lambda t: t["scene"]["object_poses"][0].update(position={**ORIGIN, "y": 1e308}), r"\[0\].position.y is a num"),
        (lambda t: t["scene"]["object_poses"][0].update(rotation={**ORIGIN, "y": 10**400}), r"rotation.y is a number"),
        (lambda t: t["scene"].update(object_toggles=["x"]), r"object_toggles\[0\] has no objectType"),
        (lambda t: t["scene"].update(object_toggles=[{"isOn": True}]), r"object_toggles\[0\] has no objectType"),
        (lambda t: t["scene"].update(object_toggles=[{"objectType": "Lamp", "isOn": 1}]), "has no isOn"),
        (lambda t: t["plan"].update(high_pddl=[FAR]), "the plan is none of ALFRED's"),
        (lambda t: t["turk_annotations"]["anns"][0].pop("task_desc"), "turk_annotations has no task_desc"),
    ],
)
def test_what_is_missing_is_named(spoil, told):
    trial = copy.deepcopy(TRIAL)
    spoil(trial)
    with pytest.raises(EnvError, match=told):
        load_trial(trial)


def test_a_file_that_is_no_trial(tmp_path):
    (tmp_path / "traj_data.json").write_text("{")
    with pytest.raises(EnvError, match="traj_data.json is not JSON"):
        load_trial(tmp_path)
    (tmp_path / "traj_data.json").write_text("[]")
    with pytest.raises(EnvError, match="has no scene"):
        load_trial(tmp_path)


class Modern(House):
    """5.0.0 as it is without ALFRED's own bulk actions."""


class Old(House):
    def do_SetObjectToggles(self, objectToggles):  # noqa: N802, N803
        pass

    def do_SetStateOfAllObjects(self, StateChange, forceAction):  # noqa: N802, N803
        pass


class OwnPlayer(Old):
    def do_FurnishScene(self, ids, contents, positions):  # noqa: N802
        assert ids
        assert positions[0] == {"x": 0.25, "z": -0.5}


def called(house: House) -> list[str]:
    return [call["action"] for call in house.calls]


def test_alfreds_order_of_calls():
    house = Old()
    world = world_of(house)
    restore(world, load_trial(TRIAL))
    assert called(house) == [
        "SetObjectToggles", "SetStateOfAllObjects", "SetStateOfAllObjects", "SetObjectPoses", "TeleportFull",
    ]  # fmt: skip
    assert (world.pose.x, world.pose.z, world.pose.turn, world.pose.horizon) == (1, -2, 1, 30)
    assert world.steps == 0


def test_what_5_0_lacks_is_done_one_by_one():
    house = Modern()
    restore(world_of(house), load_trial(TRIAL))
    assert house.first("DeskLamp")["isToggled"]
    assert all(thing["isDirty"] for thing in house.things if thing["dirtyable"])


def test_the_stand_in_is_told_of_the_plans_furniture_and_places_things_first():
    house = OwnPlayer()
    engine = engine_of(house)
    engine.own = True
    from envs.thor.world import World

    restore(World(engine, "FloorPlan1"), load_trial(TRIAL))
    assert called(house)[:2] == ["FurnishScene", "SetObjectPoses"]
    assert called(house)[-1] == "TeleportFull"


def test_an_engine_that_cannot_is_an_error():
    class Deaf(Old):
        def do_TeleportFull(self, **_):  # noqa: N802
            return "no such place"

    with pytest.raises(EnvError, match="could not TeleportFull for this trial: no such place"):
        restore(world_of(Deaf()), load_trial(TRIAL))


def test_an_env_plays_a_trial_in_the_words_of_one_person(monkeypatch, tmp_path):
    monkeypatch.setattr(module, "launch", lambda options, scene: engine_of(Old()))
    (tmp_path / "traj_data.json").write_text(json.dumps(TRIAL))
    with pytest.raises(EnvError, match="say where it lies with --data"):
        ThorEnv(size=SIZE, trial=str(tmp_path)).reset(seed=0)
    (tmp_path / "gen" / "layouts").mkdir(parents=True)
    env = ThorEnv(size=SIZE, trial=str(tmp_path), annotation=1, data=str(tmp_path))
    observation, info = env.reset(seed=0)
    assert observation["text"].startswith("Warm up a cup.")
    assert (info["trial"], info["scene"]) == ("trial_T1", "FloorPlan1")
    assert env.reset(seed=0, options={"task": "Do as I say."})[0]["text"].startswith("Do as I say.")
    assert env.reset(seed=0, options={"trial": TRIAL, "annotation": 0})[0]["text"].startswith("Heat the mug.")
    with pytest.raises(EnvError, match="2 annotations, counted from 0: there is no 2"):
        env.reset(seed=0, options={"annotation": 2})


def test_every_real_trial_is_read(data):
    for split in ("valid_seen", "valid_unseen"):
        for line in (data / "alfred" / f"{split}.jsonl").read_text().splitlines():
            trial = load_trial(json.loads(line))
            assert trial.scene.startswith("FloorPlan")
            assert trial.poses
            assert len(trial.goals) >= 3
