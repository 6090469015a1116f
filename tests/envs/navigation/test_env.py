"""Episodes: what every navigation env keeps to, on drawn buildings and on files in the licensed formats."""

from __future__ import annotations

import json
import math
import re
import shutil
import warnings

import numpy as np
import pytest
from gymnasium.utils.env_checker import check_env

from actions.call import ActionError
from actions.cards import Hit
from actions.navigation import Forward, GoTo, LookDown, LookUp, Stop, StopAt, TurnLeft, TurnRight
from envs.base import EnvError
from envs.navigation.objects import SeenObject, load_objects
from envs.navigation.synthetic.world import Synthetic
from envs.navigation.walk import Walk
from envs.options import options_of
from envs.registry import SPECS, make_env

KINDS = ("R2R", "REVERIE", "R2R-low", "Synthetic-R2R", "Synthetic-REVERIE", "Synthetic-R2R-low")
FACTS = {
    "instr_id", "scan", "instruction", "reference", "goal", "viewpoint", "heading", "elevation", "path", "length",
    "distance", "shortest", "stopped", "success", "oracle_success",
}  # fmt: skip


@pytest.fixture
def make(files):
    """An env of a name, real ones on the files of one building."""

    def made(name, **options):
        real = {} if name.startswith("Synthetic") else {"data": str(files), "split": "val_seen"}
        return make_env(name, render_mode="rgb_array", **real, **options)

    return made


def play(env, seed, most=60):
    observation, info = env.reset(seed=seed)
    steps = [(observation["image"].tobytes(), observation["text"], 0.0, False, info)]
    while not steps[-1][3] and len(steps) < most:
        observation, reward, terminated, _, info = env.step(env.unwrapped.oracle()[1])
        steps.append((observation["image"].tobytes(), observation["text"], reward, terminated, info))
    return steps


@pytest.mark.parametrize("name", KINDS)
def test_gymnasiums_own_checker_finds_nothing_not_even_a_warning(make, name):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        check_env(make(name).unwrapped)


@pytest.mark.parametrize("name", KINDS)
def test_the_oracle_arrives_on_the_reference_path_and_a_seed_decides_the_episode(make, name):
    first = play(make(name), 7)
    assert play(make(name), 7) == first
    _, _, reward, terminated, info = first[-1]
    assert (reward, terminated, info["success"], info["stopped"]) == (1.0, True, True, True)
    walked = [pose[0] for pose in info["path"]]
    assert [one for k, one in enumerate(walked) if not k or one != walked[k - 1]] == info["reference"]
    assert info["distance"] == 0
    assert info["length"] == pytest.approx(info["shortest"])
    assert set(info) >= FACTS
    assert json.loads(json.dumps(info, allow_nan=False)) == info, "what is recorded is JSON"


@pytest.mark.parametrize("name", KINDS)
def test_the_instruction_is_in_the_first_observation_and_no_viewpoint_id_ever_is(make, name):
    steps = play(make(name), 3)
    assert steps[0][4]["instruction"] in steps[0][1]
    assert not any(re.search(r"[0-9a-f]{12}", text) for _, text, *_ in steps)


@pytest.mark.parametrize("name", KINDS)
def test_a_task_names_the_instruction_and_an_unknown_one_is_refused(make, name):
    env = make(name)
    wanted = env.unwrapped.world.draw(np.random.default_rng(5))
    assert env.reset(options={"task": wanted.id})[1]["instr_id"] == wanted.id
    with pytest.raises(EnvError, match="no instruction 'nonsense_1'"):
        env.reset(options={"task": "nonsense_1"})
    with pytest.raises(ActionError):
        env.unwrapped.step(Hit())


@pytest.mark.parametrize("view", ["panorama", "tiles"])
def test_a_number_on_no_marker_is_told_and_moves_nobody(make, view):
    env = make("Synthetic-REVERIE", view=view)
    before = env.reset(seed=1)[1]
    observation, reward, terminated, _, info = env.step(GoTo(99))
    known = ", ".join(before["candidates"])
    assert observation["text"].startswith(f"There is no place 99 to go to from here. You can go to: {known}.")
    assert (reward, terminated, info["path"]) == (0.0, False, before["path"])
    observation, _, terminated, _, _ = env.step(StopAt(99_999))
    assert observation["text"].startswith("There is no object 99999 marked here.")
    assert not terminated
    *_, terminated, _, info = env.step(StopAt())
    assert terminated
    assert info["predicted"] is None


def test_numbers_of_places_are_kept_and_the_map_says_what_joins_what(make):
    env = make("Synthetic-R2R")
    _, info = env.reset(seed=2)
    start, (number, _) = info["viewpoint"], next(iter(info["candidates"].items()))
    observation, _, _, _, info = env.step(GoTo(int(number)))
    assert info["candidates"]["0"] == start
    assert f"{number} joins {', '.join(sorted(info['candidates'], key=int))}" in observation["text"]
    assert f"Walked: 0, {number}." in observation["text"]
    observation, _, _, _, info = env.step(GoTo(0))
    assert info["viewpoint"] == start
    assert f"{number} (" in observation["text"]
    assert "visited" in observation["text"]
    assert [pose[0] for pose in info["path"]] == [start, info["candidates"][number], start]


def test_to_stop_is_a_success_strictly_within_three_metres(make):
    world = Synthetic("R2R", "unseen")
    for seed in range(12):
        walk = Walk(world, world.draw(np.random.default_rng(seed)))
        for viewpoint in walk.graph.ids:
            walk.viewpoint = viewpoint
            assert walk.success == (walk.graph.distance(viewpoint, walk.instruction.path[-1]) < 3.0)
    env = make("Synthetic-R2R")
    env.reset(seed=0)
    _, reward, terminated, _, info = env.step(Stop())
    assert (reward, terminated) == (0.0, True)
    assert not info["success"]
    assert not info["oracle_success"]


def test_reverie_succeeds_wherever_the_target_is_seen_whatever_object_is_named(make):
    env = make("REVERIE")
    steps = play(env, 4)
    assert steps[-1][4]["predicted"] == steps[-1][4]["target"]
    assert steps[-1][4]["viewpoint"] in steps[-1][4]["goals"]
    env.reset(seed=4)
    while True:
        thought, action = env.unwrapped.oracle()
        if isinstance(action, StopAt):
            break
        env.step(action)
    assert str(action.object) in thought
    _, reward, *_, info = env.step(StopAt())
    assert (reward, info["success"], info["predicted"]) == (1.0, True, None)


def test_names_of_objects_are_told_only_where_there_is_nothing_to_see(make):
    def marked(env):
        for seed in range(20):
            text = env.reset(seed=seed)[0]["text"]
            found = re.search(r"Marked objects: (.+)\.", text)
            if found[1] != "none":
                return found[1]
        raise AssertionError("no object in twenty episodes")

    assert re.fullmatch(r"[\d, ]+", marked(make("Synthetic-REVERIE")))
    assert re.search(r"\d [a-z]", marked(make("REVERIE")))
    assert re.search(r"\d [a-z]", marked(make("Synthetic-REVERIE", names="shown")))
    assert re.fullmatch(r"[\d, ]+", marked(make("REVERIE", names="hidden")))


def test_low_level_turns_look_and_walk_ahead_only(make):
    env = make("Synthetic-R2R-low")
    _, info = env.reset(seed=0)
    heading = info["heading"]
    assert env.step(TurnRight())[4]["heading"] == pytest.approx((heading + math.pi / 6) % (2 * math.pi))
    assert env.step(TurnLeft())[4]["heading"] == pytest.approx(heading)
    assert env.step(LookUp())[4]["elevation"] == pytest.approx(math.pi / 6)
    assert "cannot look" in env.step(LookUp())[0]["text"]
    env.step(LookDown())
    for _ in range(12):
        observation, *_, info = env.step(TurnRight())
        if "no place ahead" in observation["text"]:
            told, *_, after = env.step(Forward())
            assert told["text"].startswith("There is no place ahead to walk to; turn first.")
            assert after["viewpoint"] == info["viewpoint"]
            break


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"split": "nowhere"}, "split is one of train, unseen"),
        ({"view": "sideways"}, "view is one of panorama, tiles"),
        ({"width": 10}, "224 to 4096"),
        ({"names": "all"}, "names is one of"),
        ({"colour": "red"}, "does not take these options"),
    ],
)
def test_options_that_mean_nothing_are_refused(options, message):
    with pytest.raises(EnvError, match=message):
        make_env("Synthetic-R2R", **options)


def test_without_data_the_error_says_what_to_give():
    with pytest.raises(EnvError, match=r"licensed and not shipped: give --data .* Synthetic-R2R"):
        make_env("R2R").reset(seed=0)


def test_broken_data_are_named_with_file_and_id(files, tmp_path):
    folder = tmp_path / "vln"
    shutil.copytree(files, folder)
    paths = json.loads((folder / "R2R" / "R2R_val_seen.json").read_text())
    paths[0]["path"][2] = "f" * 32
    paths[1]["scan"] = "nowhere"
    (folder / "R2R" / "R2R_val_seen.json").write_text(json.dumps(paths))
    env = make_env("R2R", data=str(folder), split="val_seen")
    with pytest.raises(EnvError, match=f"instruction {paths[0]['path_id']}_0: scan .* has no viewpoint '{'f' * 32}'"):
        env.reset(options={"task": f"{paths[0]['path_id']}_0"})
    with pytest.raises(EnvError, match="no graph of scan nowhere"):
        env.reset(options={"task": f"{paths[1]['path_id']}_0"})
    env.reset(options={"task": f"{paths[2]['path_id']}_0"})  # the others go on
    with pytest.raises(EnvError, match=r"R2R_val_unseen\.json is missing"):
        make_env("R2R", data=str(folder)).reset(seed=0)
    tasks = json.loads((folder / "REVERIE" / "REVERIE_val_seen.json").read_text())
    tasks[0] |= {"objId": 9999, "id": "1_9999"}
    (folder / "REVERIE" / "REVERIE_val_seen.json").write_text(json.dumps(tasks))
    env = make_env("REVERIE", data=str(folder), split="val_seen")
    with pytest.raises(EnvError, match=r"\.json has no object '9999'"):
        env.reset(options={"task": "1_9999_0"})
    (images := tmp_path / "images").mkdir()
    env = make_env("R2R", data=str(folder), split="val_seen", images=str(images))
    with pytest.raises(EnvError, match="has no pictures of viewpoint [0-9a-f]{32} of scan synthetic-003"):
        env.reset(options={"task": f"{paths[2]['path_id']}_0"})


@pytest.mark.parametrize(
    ("entry", "message"),
    [
        ({"path": []}, "the path is no list"),
        ({"instructions": "go"}, "the instructions are no list"),
        ({"heading": None}, "scan or heading is missing"),
        ({"heading": 10**400}, "scan or heading is missing"),
        ({"path_id": "\x1b[31m"}, "the path_id is missing or no plain name"),
        ({"path_id": "\ud800"}, "the path_id is missing or no plain name"),
        ({"path_id": 10**4200}, "the path_id is missing or no plain name"),
    ],
)
def test_broken_instructions_are_named_with_their_place(files, tmp_path, entry, message):
    folder = tmp_path / "vln"
    shutil.copytree(files, folder)
    file = folder / "R2R" / "R2R_val_seen.json"
    paths = json.loads(file.read_text())
    paths[1] |= entry
    file.write_text(json.dumps(paths))
    with pytest.raises(EnvError, match=rf"R2R_val_seen\.json, entry 1: {message}"):
        make_env("R2R", data=str(folder), split="val_seen").reset(seed=0)


def test_instructions_nested_too_deep_are_no_instructions(files, tmp_path):
    folder = tmp_path / "vln"
    shutil.copytree(files, folder)
    (folder / "R2R" / "R2R_val_seen.json").write_text("[" * 200_000)
    with pytest.raises(EnvError, match=r"R2R_val_seen\.json cannot be read as instructions"):
        make_env("R2R", data=str(folder), split="val_seen").reset(seed=0)


@pytest.mark.parametrize(
    "entry",
    [
        {"name": "lamp", "visible_pos": [12], "bbox2d": [[math.inf, 0, 1, 1]]},
        {"name": "lamp", "visible_pos": [12], "bbox2d": [[10**400, 0, 1, 1]]},
        {"name": "lamp", "visible_pos": [math.inf], "bbox2d": [[0, 0, 1, 1]]},
    ],
)
def test_boxes_that_are_none_are_named_with_their_place(tmp_path, entry):
    file = tmp_path / "s.json"
    file.write_text(json.dumps({"v": {"5": entry}}))
    with pytest.raises(EnvError, match=r"s\.json, 'v', object '5' has no name, visible_pos and bbox2d"):
        load_objects(file)
    file.write_text(json.dumps({"\x1b[31m": {"5" * 5000: entry}}))
    with pytest.raises(EnvError) as found:
        load_objects(file)
    assert str(found.value).isprintable()
    assert len(str(found.value)) < len(str(file)) + 200
    file.write_text('{"v":' * 200_000)
    with pytest.raises(EnvError, match="cannot be read as object boxes"):
        load_objects(file)


@pytest.mark.parametrize("name", ["R2R-low", "Synthetic-R2R-low"])
def test_the_simulators_camera_has_no_options_of_the_view(name):
    assert not {"view", "width", "names"} & {option.name for option in options_of(SPECS[name])}
    assert "split" in {option.name for option in options_of(SPECS[name])}
    with pytest.raises(EnvError, match="does not take these options"):
        make_env(name, width=560)


@pytest.mark.parametrize("kind", ["R2R", "REVERIE", "R2R-low"])
def test_a_path_that_is_not_public_is_no_success(files, tmp_path, kind):
    """Where nothing but the start is known, to stay there is not to have arrived."""
    folder, benchmark = tmp_path / "vln", kind.removesuffix("-low")
    shutil.copytree(files, folder)
    paths = json.loads((folder / benchmark / f"{benchmark}_val_seen.json").read_text())
    for one in paths:
        one["path"] = one["path"][:1]
        one.pop("objId", None)
    (folder / benchmark / f"{benchmark}_test.json").write_text(json.dumps(paths))
    env = make_env(kind, data=str(folder), split="test")
    _, info = env.reset(seed=0)
    assert (info["goal"], info["distance"], info["shortest"]) == (None, None, None)
    with pytest.raises(EnvError, match="not public"):
        env.unwrapped.oracle()
    _, reward, terminated, _, info = env.step(StopAt() if kind == "REVERIE" else Stop())
    assert (reward, terminated, info["success"], info["oracle_success"]) == (0.0, True, False, False)


def test_objects_outside_the_picture_are_told_so(make):
    env = make("Synthetic-REVERIE")
    outside = SeenObject("77", "lamp", 0.5, 0.1, 1.1, 1.3, (0,))
    env.reset(seed=0)
    env.unwrapped.world.objects = lambda scan, viewpoint: (outside,)
    told = env.step(GoTo(99))[0]["text"]
    assert "Marked objects: 77 (above the picture)." in told
    env = make("Synthetic-REVERIE", view="tiles")
    env.unwrapped.world.objects = lambda scan, viewpoint: (outside,)
    text = env.reset(seed=0)[0]["text"]
    assert "Marked objects: 77." in text
    assert "have tiles of their own" in text


@pytest.mark.parametrize(("kind", "count"), [("R2R", 2349), ("REVERIE", 3521)])
def test_the_oracle_follows_the_true_instructions(data, kind, count):
    if not (data / "vln").is_dir():
        pytest.skip(f"no graphs at {data / 'vln'}")
    env = make_env(kind, data=str(data / "vln"), split="val_unseen")
    assert len(env.unwrapped.world.instructions) == count
    for seed in range(3):
        assert play(env, seed)[-1][2] == 1.0
