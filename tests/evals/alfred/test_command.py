"""What is chosen, how it is told, and a whole evaluation on the command line."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from agent.demonstrations import Demonstrations, Selection
from agent.episode import Episode, Outcome
from envs.base import EnvError
from evals.alfred.command import circumstances, select
from evals.alfred.metrics import Reference, failures_of, score
from evals.alfred.published import published
from evals.alfred.selection import Choice, chosen, chosen_eb, splits, task_types
from evals.alfred.tables import brief, by_exact_type, by_subgoal, by_type, failures, grounding
from evals.summary import read_summary
from tests.evals.alfred.test_dataset import TRIAL, folder

EVAL = (sys.executable, "-m", "evals.alfred")


def choice(data: Path | None, *names: str, tasks: str = "", episodes: int | None = None, every: bool = True) -> Choice:
    return Choice(data, names, task_types(tasks), episodes, 0, every)


def test_names_of_splits_and_tasks() -> None:
    assert splits("valid") == ("valid_seen", "valid_unseen")
    assert splits("train,valid_seen") == ("train", "valid_seen")
    assert len(task_types("")) == 7
    assert task_types("look_at_obj_in_light") == ("look_at_obj_in_light",)
    with pytest.raises(EnvError, match="no split 'valid_sen'. Did you mean valid_seen"):
        splits("valid_sen")
    with pytest.raises(EnvError, match="no task type 'dance'"):
        task_types("dance")
    with pytest.raises(EnvError, match="by itself"):
        splits("synthetic,train")


def test_episodes_are_the_annotations_and_each_has_its_reference(tmp_path: Path) -> None:
    folder(tmp_path, TRIAL)
    found = chosen(choice(tmp_path, "valid_seen"), {"segmenter": "truth"})
    assert [job.name for job in found.jobs] == ["valid_seen-task-1-trial_T1-0", "valid_seen-task-1-trial_T1-1"]
    assert found.jobs[1].env_options["repeat"] == 1
    assert found.references[0] == Reference("pick_and_place_simple", 1, 3, "", ("GotoLocation", "PutObject"))
    assert len(chosen(choice(tmp_path, "valid_seen", every=False), {}).jobs) == 1
    assert chosen(choice(tmp_path, "valid_seen", tasks="look_at_obj_in_light"), {}).jobs == []
    with pytest.raises(EnvError, match="--data FOLDER"):
        chosen(choice(None, "valid_seen"), {})
    with pytest.raises(EnvError, match="--data FOLDER"):
        chosen_eb(choice(None, "valid_seen"), ("base",), {})


def test_trials_that_a_split_lists_and_the_data_lacks_are_said(data: Path) -> None:
    found = chosen(choice(data / "alfred", "train"), {})
    assert "1 of the 6574 trials of train" in found.note
    assert chosen(choice(data / "alfred", "valid_seen"), {}).note == ""


def test_few_episodes_are_spread_over_the_split(data: Path) -> None:
    found = chosen(choice(data / "alfred", "valid_unseen", episodes=30), {})
    assert len(found.jobs) == 30
    assert len({reference.task_type for reference in found.references}) == 7
    whole = chosen(choice(data / "alfred", "valid_unseen"), {})
    assert (len(whole.jobs), len({job.name for job in whole.jobs})) == (821, 821)


def test_eb_has_its_300_episodes_in_six_groups(data: Path) -> None:
    found = chosen_eb(choice(data / "alfred", "valid_seen"), ("base", "spatial"), {})
    assert len(found.jobs) == len({job.name for job in found.jobs}) == 100
    assert {reference.group for reference in found.references} == {"base", "spatial"}


def test_drawn_tasks_are_filtered_by_type() -> None:
    found = chosen(choice(None, "synthetic", tasks="look_at_obj_in_light", episodes=3), {})
    assert [job.seed for job in found.jobs] == [2, 9, 16]


def test_the_circumstances_of_a_score_stand_beside_it() -> None:
    settings = {"engine": "standin", "split": "valid_seen", "model": "expert", "expert": "strict"}
    said = circumstances(settings, "stand-in engine", "truth")
    assert "truth (oracle masks)" in said
    assert "The house holds what the trial's own plan and poses name" in said
    assert "GotoLocation knows where every object is" in said
    assert "Expert: strict" in said
    said = circumstances({**settings, "model": "random", "split": "synthetic"}, "stand-in engine", "box")
    assert "Expert" not in said
    assert "own plan" not in said


def test_episodes_that_nobody_can_judge_here_are_counted(data: Path) -> None:
    world = {"segmenter": "box"}
    found = select("alfred", ("tests_unseen",), data / "alfred", "", "", 3, 0, "first", world)
    assert "2 episodes are of a hidden split: they are played, and none of them can be judged here." in found.note


def test_tables_tell_every_group_and_every_failure() -> None:
    lost = Episode("alfred", "", 0, Outcome.TERMINATED, facts={
        "conditions_met": 0, "exact_met": 0, "low_steps": 5, "goal_conditions": [["Apple in Fridge", 0, 1]],
        "given_up": ["PutObject Apple|1 Fridge|1"], "last_failure": "The fridge is full.",
    })  # fmt: skip
    died = Episode("alfred", "", 0, Outcome.ERROR, error="EnvError: gone")
    references = [Reference("pick_and_place_simple", 1, 3, "base", ("PutObject",))] * 2
    rows = score([lost, died], references)
    for mode in ("alfred", "eb"):
        table = by_type(rows, mode, ("base",))
        assert [row[0] for row in table.rows] == ["base", "pick_and_place_simple", "all"]
        assert all(len(row) == len(table.columns) for row in [*table.rows])
        assert [row[-2:] for row in brief(rows, mode).rows] == [["2", "1"], ["2", "1"]]
        assert published(mode).rows
    assert by_exact_type(rows).rows[0][:3] == ["pick_and_place_simple", "0.0 [0.0, 65.8]", "0.0"]
    assert by_subgoal(rows)[0].rows == [["PutObject", "0.0 [0.0, 65.8]", "2"]]
    assert by_subgoal([]) == []
    assert grounding(rows, "truth").rows[0][0] == "truth (oracle masks)"
    assert "0 where none of the name was at the place" in grounding(rows, "box").note
    assert grounding(rows, "box").rows == [["box", "–", "–", "0"]]
    found = failures_of(["one", "two"], [lost, died], references)
    assert [(one.name, one.outcome) for one in found] == [("one", "terminated"), ("two", "error")]
    assert "given up: PutObject" in found[0].cause
    assert "The fridge is full." in found[0].cause
    assert found[1].cause == "EnvError: gone"
    assert len(failures(found).rows) == 2


@pytest.mark.parametrize(
    ("given", "says"),
    [
        (["--split", "valid_unseen"], "--data FOLDER"),
        (["--mode", "fast"], "--mode is one of"),
        (["--subsets", "base"], "--mode eb"),
        (["--annotations", "some"], "all or first"),
        (["--mode", "eb", "--split", "valid_unseen"], "leave --split out"),
        (["--split", "tests_unseen", "--data", "/nowhere"], "hidden, and the expert has nothing to go by"),
        (["--expert", "lax"], "expert is one of able, strict"),
        (["--engine", "unreal"], "engine is one of"),
        (["--split", "train", "--data", "/nowhere"], "holds no trials"),
        (["--data", "/nowhere"], "--data goes with a --split"),
    ],
)
def test_what_cannot_be_run_is_said_in_one_sentence(
    given: list[str], says: str, capsys: pytest.CaptureFixture[str]
) -> None:
    from typer.testing import CliRunner

    from evals.command import app

    result = CliRunner().invoke(app, ["alfred", *given])
    assert result.exit_code != 0
    assert says in str(result.exception)


def test_a_whole_evaluation_and_what_it_leaves(tmp_path: Path) -> None:
    pytest.importorskip("ai2thor")
    out = tmp_path / "run"
    command = [*EVAL, "--model", "expert", "--tasks", "look_at_obj_in_light", "--episodes", "1", "--out", str(out)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, done.stderr
    assert "segmenter: truth (oracle masks)" in done.stdout.replace("\n", " ")
    assert "Expert: able" in done.stdout.replace("\n", " ")
    assert "stand-in" in done.stdout
    rows = {(row.name, row.metric): row for row in read_summary(out / "summary.json")}
    assert rows["all", "success_rate"].value == rows["look_at_obj_in_light", "goal_condition_rate"].value == 1
    run = json.loads((out / "summary.json").read_text())["run"]
    assert (run["engine"], run["segmenter"]) == ("stand-in engine", "truth")
    assert json.loads((out / "failures.json").read_text()) == []
    assert "Goal conditions" in (out / "episodes.html").read_text()
    again = subprocess.run([*command, "--resume"], capture_output=True, text=True, timeout=300, check=False)
    assert "1 of 1 episodes are already recorded" in again.stdout
    # What was recorded can be learnt from, in the dialect.
    conversation = Demonstrations([out], Selection(min_return=1))[0]
    assert len(conversation) >= 4
