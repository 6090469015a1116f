"""Reading trials: folders, packed lines, splits, and every complaint naming its file and field."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

import pytest

from envs.base import EnvError
from envs.thor.standin.alfred import find_layouts
from evals.alfred import eb
from evals.alfred.dataset import find_trial, read_split
from evals.alfred.goals import total
from evals.alfred.trial import read_trial

TRIAL: dict[str, Any] = {
    "task_id": "trial_T1",
    "task_type": "pick_and_place_simple",
    "pddl_params": {"object_target": "Apple", "parent_target": "Fridge", "object_sliced": False, "mrecep_target": "",
                    "toggle_target": ""},
    "scene": {"floor_plan": "FloorPlan1", "scene_num": 1, "dirty_and_empty": False, "object_poses": [],
              "object_toggles": [], "init_action": {"action": "TeleportFull"}},
    "turk_annotations": {"anns": [{"task_desc": "Chill it.", "high_descs": ["go", "take"]},
                                  {"task_desc": "Cool it.", "high_descs": []}]},
    "plan": {
        "high_pddl": [
            {"discrete_action": {"action": "GotoLocation", "args": ["countertop"]}, "high_idx": 0,
             "planner_action": {"action": "GotoLocation", "location": "loc|-3|8|1|45"}},
            {"discrete_action": {"action": "PutObject", "args": ["apple", "fridge"]}, "high_idx": 1,
             "planner_action": {"action": "PutObject", "objectId": "Apple|1", "receptacleObjectId": "Fridge|1"}},
        ],
        "low_actions": [{}, {}, {}],
    },
}  # fmt: skip


def folder(root: Path, trial: Any, split: str = "valid_seen", name: str = "task-1/trial_T1") -> Path:
    path = root / "json_2.1.0" / split / name / "traj_data.json"
    path.parent.mkdir(parents=True)
    path.write_text(json.dumps(trial))
    return path


def test_a_folder_and_a_packed_line_read_alike(tmp_path: Path) -> None:
    folder(tmp_path / "a", TRIAL)
    (tmp_path / "b").mkdir()
    (tmp_path / "b" / "valid_seen.jsonl").write_text(json.dumps(TRIAL | {"_path": "task-1/trial_T1"}) + "\n")
    (one,), (two,) = (read_split(tmp_path / name, "valid_seen").trials for name in "ab")
    assert one == two
    assert (one.name, one.expert_steps, one.plan[0].location, one.plan[0].goes_to) == (
        "task-1/trial_T1", 3, (-3, 8, 1, 45), "countertop",
    )  # fmt: skip
    assert one.goal is not None
    assert (one.plan[1].object_id, one.plan[1].other_id, total(one.goal)) == ("Apple|1", "Fridge|1", 1)
    assert find_trial(tmp_path / "a", "valid_seen", one.name) == find_trial(tmp_path / "b", "valid_seen", one.name)


def test_the_clones_own_data_folder_is_found(tmp_path: Path) -> None:
    folder(tmp_path / "data", TRIAL)
    assert len(read_split(tmp_path, "valid_seen").trials) == 1


def test_annotations_that_the_split_lists(tmp_path: Path) -> None:
    folder(tmp_path, TRIAL)
    assert [entry.instruction for entry in read_split(tmp_path, "valid_seen").entries(every=True)] == [
        "Chill it.",
        "Cool it.",
    ]
    (tmp_path / "splits").mkdir()
    listed = [{"task": "task-1/trial_T1", "repeat_idx": 1}, {"task": "task-1/trial_T2", "repeat_idx": 0}]
    (tmp_path / "splits" / "oct21.json").write_text(json.dumps({"valid_seen": listed}))
    split = read_split(tmp_path, "valid_seen")
    assert [entry.instruction for entry in split.entries(every=True)] == ["Cool it."]
    assert split.listed == 2


def test_a_hidden_trial_has_neither_goal_nor_plan(tmp_path: Path) -> None:
    hidden = {key: TRIAL[key] for key in ("task_id", "scene", "turk_annotations")}
    folder(tmp_path, hidden, "tests_seen", "trial_T1")
    (trial,) = read_split(tmp_path, "tests_seen").trials
    assert (trial.goal, trial.plan, trial.expert_steps, trial.name) == (None, (), 0, "trial_T1")


def without(*path: str) -> dict[str, Any]:
    trial = copy.deepcopy(TRIAL)
    holder = trial
    for key in path[:-1]:
        holder = holder[key]
    del holder[path[-1]]
    return trial


def discrete(told: Any) -> dict[str, Any]:
    trial = copy.deepcopy(TRIAL)
    trial["plan"]["high_pddl"][0]["discrete_action"] = told
    return trial


@pytest.mark.parametrize(
    ("broken", "says"),
    [
        (without("scene"), "the field scene is missing"),
        (without("scene", "floor_plan"), "the field scene.floor_plan is missing"),
        (without("turk_annotations", "anns"), "turk_annotations.anns is missing"),
        (without("task_type"), "task_type is missing"),
        (without("plan"), "plan is missing"),
        (without("pddl_params", "parent_target"), "needs pddl_params.parent_target"),
        (discrete(None), "plan.high_pddl[0].discrete_action must be a dict, not NoneType"),
        (discrete({"args": 1}), "plan.high_pddl[0].discrete_action.args must be a list, not int"),
        (discrete({"args": {}}), "plan.high_pddl[0].discrete_action.args must be a list, not dict"),
        (TRIAL | {"task_type": "dance"}, "'dance' is none of"),
        (TRIAL | {"scene": []}, "scene must be a dict, not list"),
        (TRIAL | {"turk_annotations": {"anns": []}}, "anns is empty"),
        (TRIAL | {"turk_annotations": {"anns": [{"task_desc": 5, "high_descs": []}]}}, "anns[0].task_desc must be a"),
        ([], "trial must be a dict"),
        (TRIAL | {"plan": {"low_actions": [], "high_pddl": [{"planner_action": {"action": "Go", "location": "x"}}]}},
         "plan.high_pddl[0].planner_action.location is 'x'"),
    ],
)  # fmt: skip
def test_complaints_name_file_and_field(tmp_path: Path, broken: Any, says: str) -> None:
    path = folder(tmp_path, broken)
    with pytest.raises(EnvError) as caught:
        read_split(tmp_path, "valid_seen")
    assert says in str(caught.value)
    assert str(path) in str(caught.value)


def test_a_damaged_line_is_named(tmp_path: Path) -> None:
    (tmp_path / "valid_seen.jsonl").write_text(json.dumps(TRIAL) + "\n{oh\n")
    with pytest.raises(EnvError, match=r"valid_seen\.jsonl:2 is not JSON"):
        read_split(tmp_path, "valid_seen")


def test_a_line_that_is_no_text_is_named(tmp_path: Path) -> None:
    (tmp_path / "valid_seen.jsonl").write_bytes(json.dumps(TRIAL).encode() + b"\n\xff\n")
    with pytest.raises(EnvError, match=r"cannot read .*valid_seen\.jsonl"):
        read_split(tmp_path, "valid_seen")


def test_the_layouts_of_a_clone_lie_beside_its_data(tmp_path: Path) -> None:
    assert find_layouts(tmp_path / "data") is None
    (tmp_path / "gen" / "layouts").mkdir(parents=True)
    assert find_layouts(tmp_path / "data") == tmp_path
    (tmp_path / "data" / "gen" / "layouts").mkdir(parents=True)
    assert find_layouts(tmp_path / "data") == tmp_path / "data"


def test_what_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(EnvError, match="holds no trials of ALFRED"):
        read_split(tmp_path, "valid_seen")
    folder(tmp_path, TRIAL)
    with pytest.raises(EnvError, match="has no split 'valid'"):
        read_split(tmp_path, "valid")
    with pytest.raises(EnvError, match="holds no trial of train"):
        read_split(tmp_path, "train")
    for name in ("task-1/trial_T2", "", "../valid_seen/task-1/trial_T1", "/etc"):
        with pytest.raises(EnvError, match="trial"):
            find_trial(tmp_path, "valid_seen", name)


def test_eb_needs_every_trial_it_names(tmp_path: Path) -> None:
    folder(tmp_path, TRIAL)
    with pytest.raises(EnvError, match="holds no eb_alfred_splits"):
        eb.read_episodes(tmp_path)
    item = {"task": "task-1/trial_T1", "repeat_idx": 0, "instruction": "Please."}
    table = {name: [item] for name in eb.SUBSETS}
    (tmp_path / "eb_alfred_splits.json").write_text(json.dumps(table))
    entries = eb.with_trials(tmp_path, eb.read_episodes(tmp_path))
    assert [entry.instruction for entry in entries] == ["Please."] * 6
    assert eb.find_episode(tmp_path, "spatial/0").instruction == "Please."
    with pytest.raises(EnvError, match="no episode '1'"):
        eb.find_episode(tmp_path, "spatial/1")
    table["base"] = [item | {"task": "task-2/trial_T9"}]
    (tmp_path / "eb_alfred_splits.json").write_text(json.dumps(table))
    with pytest.raises(EnvError, match="lacks 1 trials of EB-ALFRED, task-2/trial_T9"):
        eb.with_trials(tmp_path, eb.read_episodes(tmp_path))


def test_every_real_trial_is_read(data: Path) -> None:
    root = data / "alfred"
    counts = {split: read_split(root, split) for split in ("valid_seen", "valid_unseen")}
    assert {name: len(split.trials) for name, split in counts.items()} == {"valid_seen": 251, "valid_unseen": 255}
    assert {name: len(split.entries(every=True)) for name, split in counts.items()} == {
        "valid_seen": 820,
        "valid_unseen": 821,
    }
    assert all(trial.goal is not None and trial.plan for split in counts.values() for trial in split.trials)
    assert len(eb.with_trials(root, eb.read_episodes(root))) == 300
    hidden = read_split(root, "tests_unseen")
    assert (len(hidden.trials), hidden.listed, hidden.trials[0].goal) == (2, 488, None)


def test_the_untouched_files_and_the_packed_lines_agree(data: Path) -> None:
    root = data / "alfred"
    packed = {}
    for number, line in enumerate((root / "valid_unseen.jsonl").read_text().splitlines()):
        trial = read_trial(json.loads(line), f"line {number}", "valid_unseen")
        packed[trial.name] = trial
    paths = sorted((root / "json_2.1.0" / "valid_unseen").rglob("traj_data.json"))
    assert paths
    for path in paths:
        name = path.parent.relative_to(root / "json_2.1.0" / "valid_unseen").as_posix()
        assert read_trial(json.loads(path.read_text()), str(path), "valid_unseen", name) == packed[name]
