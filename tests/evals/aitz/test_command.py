"""`visuomotor eval aitz` from end to end: oracle and chance, shards, being killed, files made elsewhere."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from itertools import chain
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from agent.record import RecordError
from envs.base import EnvError
from envs.replay.aitz import read_set
from evals.command import app
from tests.envs.replay.made import change, first_json, make

RULES = {"qwen-agentcpm", "strict", "aitz-clickfix", "aitw", "os-atlas", "aitz-published-2024-10"}


@pytest.fixture(scope="module")
def zoo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("zoo")
    make(root, 5)
    return root


def run(*args: Any, status: int = 0) -> str:
    """The command's output; without the report's pictures, which take longer than all the rest."""
    pictures = ["--most", "0"] if args[0] == "aitz" and "--most" not in args else []
    result = CliRunner().invoke(app, [*(str(arg) for arg in args), *pictures])
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    assert result.exit_code == status, result.output
    return result.output


@pytest.fixture(scope="module")
def by_chance(zoo: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A whole run of the random policy."""
    out = tmp_path_factory.mktemp("runs") / "chance"
    run("aitz", "--data", zoo, "--model", "random", "--out", out)
    return out


def scores(out: Path) -> dict[str, float]:
    rows = json.loads((out / "summary.json").read_text())["rows"]
    return {row["name"]: row["value"] for row in rows if row["metric"] == "exact_match"}


def keys(out: Path, name: str = "predictions.jsonl") -> list[tuple[str, int]]:
    lines = [json.loads(line) for line in (out / name).read_text().splitlines()]
    return [(line["episode_id"], line["step_id"]) for line in lines]


def all_keys(zoo: Path) -> list[tuple[str, int]]:
    return [(step.episode_id, step.step_id) for one in read_set(zoo).episodes for step in one.steps]


@pytest.mark.parametrize("model", ["oracle", "oracle-text"])
def test_the_oracle_is_right_under_every_rule_set_but_the_broken_one(zoo, tmp_path, model):
    output = run("aitz", "--data", zoo, "--model", model, "--out", tmp_path / "run", "--most", 2)
    found = scores(tmp_path / "run")
    assert set(found) >= RULES
    assert {found[name] for name in RULES - {"aitz-published-2024-10"}} == {1.0}
    assert found["aitz-published-2024-10"] < 1
    assert keys(tmp_path / "run") == keys(tmp_path / "run", "steps.jsonl") == all_keys(zoo)
    assert "history gold" in output.replace("\n", " ")
    assert (tmp_path / "run/report.html").exists()
    assert (tmp_path / "run/episodes.html").exists()


def test_a_wrong_model_is_told_apart_and_flags_are_printed_with_the_score(zoo, tmp_path):
    output = run(
        "aitz", "--data", zoo, "--model", "random", "--inputs", "desc", "--history", "none", "--out", tmp_path / "r"
    )
    assert all(value < 0.5 for name, value in scores(tmp_path / "r").items() if name in RULES)
    flat = " ".join(output.split())
    assert "inputs desc: coat_action_desc was told" in flat
    assert "history none, observations none, inputs desc" in flat
    assert json.loads((tmp_path / "r/run.json").read_text())["settings"]["observations"] == "none"


def test_predictions_come_back_as_a_file_with_the_same_score(zoo, by_chance, tmp_path):
    run("aitz", "--data", zoo, "--predictions", by_chance / "predictions.jsonl", "--out", tmp_path / "b")
    assert scores(by_chance) == scores(tmp_path / "b")
    lines = [json.loads(line) for line in (by_chance / "predictions.jsonl").read_text().splitlines()]
    points = [line["call"]["arguments"]["point"] for line in lines if line["call"]["arguments"].get("point")]
    assert points
    assert all(0 <= number <= 1000 for point in points for number in point)
    assert max(number for point in points for number in point) > 1


def test_a_shard_alone_then_all_of_them_merged(zoo, by_chance, tmp_path):
    for part in (1, 2):
        run("aitz", "--data", zoo, "--model", "random", "--shard", f"{part}/2", "--out", tmp_path / f"s{part}")
    shards = [tmp_path / f"s{part}" for part in (1, 2)]
    assert sorted(chain.from_iterable(map(keys, shards))) == sorted(all_keys(zoo))
    output = run("aitz-merge", *shards, "--data", zoo, "--out", tmp_path / "merged")
    assert "5 of 5 episodes are finished" in output
    assert scores(tmp_path / "merged") == scores(by_chance)
    assert keys(tmp_path / "merged") == all_keys(zoo)
    with pytest.raises(RecordError, match="would count twice"):
        run("aitz-merge", shards[0], shards[0], "--data", zoo, "--out", tmp_path / "twice")
    # What is missing is named, counts as wrong, and can be played in the merged folder.
    output = run("aitz-merge", shards[0], "--data", zoo, "--out", tmp_path / "part", status=1)
    assert output.count("missing: ") == 2
    assert len(keys(tmp_path / "part", "steps.jsonl")) == len(all_keys(zoo))
    run("aitz", "--data", zoo, "--model", "random", "--out", tmp_path / "part", "--resume")
    assert scores(tmp_path / "part") == scores(by_chance)


def test_a_run_killed_at_any_moment_goes_on_with_nothing_lost_or_twice(zoo, by_chance, tmp_path):
    out = tmp_path / "run"
    command = [
        sys.executable, "-m", "evals.aitz", "--data", str(zoo), "--model", "random", "--out", str(out),
    ]  # fmt: skip
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    deadline = time.monotonic() + 60
    while len(list(out.glob("episodes/*.jsonl"))) < 3 and process.poll() is None and time.monotonic() < deadline:
        time.sleep(0.002)
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    begun = len(list(out.glob("episodes/*.jsonl")))
    assert begun >= 3
    run("aitz", "--data", zoo, "--model", "random", "--out", out, "--resume")
    assert keys(out) == all_keys(zoo)
    assert (out / "predictions.jsonl").read_text() == (by_chance / "predictions.jsonl").read_text()


def test_another_run_is_not_continued(zoo, tmp_path):
    run("aitz", "--data", zoo, "--model", "random", "--episodes", 2, "--out", tmp_path)
    with pytest.raises(RecordError, match="already holds a run"):
        run("aitz", "--data", zoo, "--model", "random", "--episodes", 2, "--out", tmp_path)
    with pytest.raises(RecordError, match="was run with history"):
        run(
            "aitz", "--data", zoo, "--model", "random", "--episodes", 2, "--history", "own", "--out", tmp_path,
            "--resume",
        )  # fmt: skip


def test_a_chosen_number_of_episodes_is_spread_over_the_subsets(zoo, tmp_path):
    run("aitz", "--data", zoo, "--model", "oracle", "--episodes", 3, "--out", tmp_path)
    files = sorted(path.name.split(".")[0] for path in (tmp_path / "episodes").iterdir())
    assert len(files) == 3
    assert len(set(files)) > 1


def test_steps_without_a_picture_and_broken_episodes_stay_in_the_denominator(tmp_path):
    make(tmp_path / "zoo", 3)
    first, second, third = [one.folder for one in read_set(tmp_path / "zoo").episodes]
    (first / f"{first.name}_1.png").unlink()
    for picture in second.glob("*.png"):
        picture.unlink()  # none is left: nothing of it can be shown
    (second / f"{second.name}_0.png").write_bytes((third / f"{third.name}_0.png").read_bytes())
    picture = third / f"{third.name}_2.png"
    picture.write_bytes(picture.read_bytes()[:600])
    whole = len(all_keys(tmp_path / "zoo"))
    output = run("aitz", "--data", tmp_path / "zoo", "--model", "oracle", "--out", tmp_path / "run")
    assert "errors: 0 of 3 episodes" in output  # the damaged picture costs its own step alone
    assert len(keys(tmp_path / "run", "steps.jsonl")) == whole
    answered = keys(tmp_path / "run")
    assert len(answered) < whole
    assert scores(tmp_path / "run")["strict"] == pytest.approx(len(answered) / whole)


def test_what_cannot_be_done_is_said_in_a_sentence(zoo, tmp_path):
    with pytest.raises(EnvError, match="either --model"):
        run("aitz", "--data", zoo)
    with pytest.raises(EnvError, match="no split 'train'"):
        run("aitz", "--data", zoo, "--model", "oracle", "--split", "train")
    with pytest.raises(EnvError, match="is empty; take fewer shards"):
        run("aitz", "--data", zoo, "--model", "oracle", "--shard", "9/9", "--out", tmp_path)
    assert not list(tmp_path.iterdir())
    assert first_json(zoo).exists()


def test_going_on_with_a_merged_run_leaves_the_shards_as_they_are(zoo, tmp_path):
    shards = [tmp_path / "s1", tmp_path / "s2"]
    for part, shard in enumerate(shards, 1):
        run("aitz", "--data", zoo, "--model", "random", "--shard", f"{part}/2", "--out", shard)
    broken = sorted((shards[0] / "episodes").iterdir())[0]
    *lines, last = broken.read_text().splitlines()
    broken.write_text("\n".join([*lines, json.dumps({**json.loads(last), "outcome": "error"})]) + "\n")
    before = broken.read_text()
    output = run("aitz-merge", *shards, "--data", zoo, "--out", tmp_path / "whole", status=1)
    assert "4 of 5 episodes are finished" in output
    assert f"missing: {broken.stem}" in output
    assert (tmp_path / "whole/episodes" / broken.name).read_text() == before
    run("aitz", "--data", zoo, "--model", "random", "--out", tmp_path / "whole", "--resume")
    assert json.loads((tmp_path / "whole/episodes" / broken.name).read_text().splitlines()[-1])["outcome"] != "error"
    assert broken.read_text() == before


def test_runs_of_another_set_are_not_merged_and_nothing_is_written(zoo, tmp_path):
    make(tmp_path / "other", 2)
    run("aitz", "--data", zoo, "--model", "random", "--episodes", 1, "--out", tmp_path / "run")
    with pytest.raises(RecordError, match="is not the set that the runs were played on"):
        run("aitz-merge", tmp_path / "run", "--data", tmp_path / "other", "--out", tmp_path / "whole")
    assert not (tmp_path / "whole").exists()


def test_how_predictions_were_made_is_declared_or_not_stated(zoo, by_chance, tmp_path):
    file = ("aitz", "--data", zoo, "--predictions", by_chance / "predictions.jsonl", "--out")
    output = " ".join(run(*file, tmp_path / "a").split())
    assert "history not stated, observations not stated, inputs not stated" in output
    assert "not stated" in (tmp_path / "a/report.html").read_text()
    output = " ".join(run(*file, tmp_path / "b", "--history", "own", "--inputs", "desc").split())
    assert "history own, observations not stated, inputs desc" in output
    assert "inputs desc: coat_action_desc was told" in output
    settings = json.loads((tmp_path / "b/summary.json").read_text())["run"]["settings"]
    assert (settings["history"], settings["observations"], settings["inputs"]) == ("own", "not stated", "desc")
    output = " ".join(run(*file, tmp_path / "c", "--history", "none").split())
    assert "history none, observations none, inputs not stated" in output


def test_what_cannot_be_read_is_told_in_every_output(tmp_path):
    make(tmp_path / "zoo", 2)
    # To rich, the one closes a tag that was never opened, and the other is a style.
    subset = sorted((tmp_path / "zoo/test").iterdir())[0]
    change(first_json(tmp_path / "zoo"), lambda steps: steps[1].update(result_action_type="[/x]"))
    subset.rename(subset.with_name("[bold]"))
    output = " ".join(run("aitz", "--data", tmp_path / "zoo", "--model", "oracle", "--out", tmp_path / "run").split())
    assert "1 parts of the set cannot be read" in output
    assert "not '[/x]'" in output
    assert "[bold]" in output.split("By subset, TM / EM")[1][:100]
    counts = json.loads((tmp_path / "run/summary.json").read_text())["run"]["counts"]
    assert counts["left_out"] == 1
    assert "step 1: result_action_type" in counts["left_out_examples"][0]
    assert "In no figure, for they cannot be read: 1 part of the set" in (tmp_path / "run/report.html").read_text()
    rows = json.loads((tmp_path / "run/summary.json").read_text())["rows"]
    done = {row["name"]: row["value"] for row in rows if row["metric"] == "episode_success_rate"}
    assert done["strict"] == 0.5
