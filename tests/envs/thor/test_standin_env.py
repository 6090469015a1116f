"""The household env over the stand-in engine and ai2thor's own Controller, from pictures to pipes."""

from __future__ import annotations

import json
import warnings
from pathlib import Path

import pytest
from gymnasium.utils.env_checker import check_env

from actions.household import (
    Clean,
    Close,
    Cool,
    GotoLocation,
    Heat,
    Open,
    Pickup,
    PutDown,
    Slice,
    Toggle,
)
from envs.registry import make_env
from envs.thor.env import ThorEnv

pytest.importorskip("ai2thor")
KITCHEN = "FloorPlan3"


@pytest.fixture(autouse=True)
def home(tmp_path, monkeypatch):
    """ai2thor writes a folder of its own there."""
    monkeypatch.setenv("HOME", str(tmp_path))


@pytest.fixture
def kitchen():
    env = ThorEnv(scene=KITCHEN, patience=20.0)
    env.reset(seed=0, options={"task": "Look around."})
    yield env
    env.close()


def do(env: ThorEnv, action) -> dict:
    observation, _, _, _, info = env.step(action)
    assert env.observation_space.contains(observation)
    json.dumps(info)
    assert info["succeeded"], (action, info["result"])
    return info


def use(env: ThorEnv, kind: type, name: str, said: str = "") -> dict:
    """Go to something, and act on it where it is seen."""
    do(env, GotoLocation(name))
    return do(env, kind(said or name, env.box_of(env.world.find(name)[0]["objectId"])))


def test_gymnasiums_own_checker_finds_nothing_not_even_a_warning():
    env = make_env("thor", scene=KITCHEN, size=120, patience=20.0, render_mode="rgb_array").unwrapped
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        warnings.simplefilter("ignore", ResourceWarning)  # ai2thor's log file
        check_env(env)
    env.close()


def test_all_ten_actions_in_a_kitchen_made_up_from_its_number(kitchen):
    use(kitchen, Pickup, "Mug 1")
    mug = kitchen.world.held["objectId"]
    info = use(kitchen, Clean, "SinkBasin", "mug")
    assert mug in info["cleaned"]
    info = use(kitchen, Heat, "Microwave", "mug")
    assert mug in info["heated"]
    info = use(kitchen, Cool, "Fridge", "mug")
    assert mug in info["cooled"]
    use(kitchen, PutDown, "CounterTop 1")
    assert kitchen.world.held is None
    use(kitchen, Open, "Microwave")
    assert kitchen.world.find("Microwave")[0]["isOpen"]
    use(kitchen, Close, "Microwave")
    use(kitchen, Toggle, "Faucet")
    use(kitchen, Pickup, "Knife")
    use(kitchen, Slice, "Potato")
    assert kitchen.world.find("sliced potato")
    assert kitchen.world.failures == 0
    assert kitchen.world.steps == len(kitchen.world.log)


def test_the_same_seed_is_the_same_episode_in_another_engine():
    def episode() -> list:
        env = ThorEnv(patience=20.0)
        env.action_space.seed(5)
        steps = [env.reset(seed=5)]
        steps.append(env.step(GotoLocation("GarbageCan"))[::4])
        steps += [env.step(env.action_space.sample())[::4] for _ in range(5)]
        env.close()
        return [(observation["image"].tobytes(), observation["text"], info) for observation, info in steps]

    assert episode() == episode()


def test_a_real_trial_stands_as_it_was_recorded(data):
    folder = data / "alfred"
    line = (folder / "valid_seen.jsonl").open(encoding="utf-8").readline()
    trial = json.loads(line)
    env = ThorEnv(data=str(folder), patience=20.0)
    observation, info = env.reset(seed=0, options={"trial": trial})
    assert observation["text"].startswith(trial["turk_annotations"]["anns"][0]["task_desc"])
    start = trial["scene"]["init_action"]
    assert (info["pose"]["x"], info["pose"]["z"], info["pose"]["rotation"], info["pose"]["horizon"]) == (
        start["x"], start["z"], start["rotation"], start["horizon"],
    )  # fmt: skip
    actions = [step["planner_action"] for step in trial["plan"]["high_pddl"]]
    for kind, name in ((Pickup, "PickupObject"), (Toggle, "ToggleObject")):
        target = next(action["objectId"] for action in actions if action["action"] == name)
        info = use(env, kind, env.name_of(target))
        assert info["grounding"]["chosen"] == target
    assert env.world.held["objectType"] == trial["pddl_params"]["object_target"]
    assert env.world.get(target)["isToggled"]
    env.close()


@pytest.mark.slow
def test_forty_envs_one_after_the_other_leave_nothing_behind():
    children = Path("/proc/self/task").glob("*/children")
    before = {pid for path in children for pid in path.read_text().split()}
    for seed in range(40):
        env = ThorEnv(patience=20.0)
        env.reset(seed=seed)
        env.step(GotoLocation("GarbageCan"))
        env.close()
    after = {pid for path in Path("/proc/self/task").glob("*/children") for pid in path.read_text().split()}
    assert after <= before
    assert len(list(Path("/proc/self/fd").iterdir())) < 60
