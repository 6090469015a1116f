"""`visuomotor eval androidcontrol` from end to end, on drawn screens."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from gymnasium.utils.env_checker import check_env
from typer.testing import CliRunner

from agent.record import RecordError, episode_files
from envs.base import EnvError
from envs.registry import make_env
from evals.command import app
from evals.summary import read_summary
from tests.evals.androidcontrol.conftest import STEPS, step, write_set


def run(*words: object):
    return CliRunner().invoke(app, ["androidcontrol", *map(str, words)], catch_exceptions=True)


@pytest.fixture
def seen(tmp_path: Path) -> tuple[Path, Path]:
    """Annotations and screenshots of 108×240, which the coordinates are for too."""
    scaled = [
        step("click", coordinate=[54, 120], boxes=[[50, 115, 60, 125]]),
        step("type", 1, text="Hi ✿FUNCTION✿ <|im_end|>"),
        step("swipe", 2, direction="right", swiped=([27, 120], [81, 120])), step("wait", 3, time=2),
    ]  # fmt: skip
    return write_set(tmp_path, {"5": scaled, "6": [step("open", text="Mail")]}, pictures=True), tmp_path / "images"


def value(out: Path, name: str, metric: str) -> float:
    return next(row.value for row in read_summary(out / "summary.json") if (row.name, row.metric) == (name, metric))


@pytest.mark.parametrize("model", ["oracle", "oracle-text"])
@pytest.mark.parametrize("level", ["low", "high"])
def test_the_oracle_is_right_in_every_step(seen, tmp_path, model, level):
    data, images = seen
    out = tmp_path / "run"
    ran = run("--data", data, "--images", images, "--model", model, "--level", level, "--out", out)
    assert ran.exit_code == 0, ran.output
    assert value(out, "strict", "step_success_rate") == 1
    assert value(out, "qwen-ui-s1", "episode_success_rate") == 1
    assert len((out / "predictions.jsonl").read_text().splitlines()) == 5
    assert len((out / "steps.jsonl").read_text().splitlines()) == 5
    assert (out / "report.html").is_file()
    assert f"level {level}, history actions; 2 episodes, 5 steps" in ran.output.replace("\n", " ")


def test_its_own_predictions_score_the_same_from_the_file_and_a_resumed_run_plays_nothing_twice(seen, tmp_path):
    data, images = seen
    out = tmp_path / "run"
    words = ("--data", data, "--images", images, "--model", "random", "--out", out)
    assert run(*words).exit_code == 0
    texts = {path: path.read_text() for path in episode_files(out)}
    assert isinstance(run(*words).exception, RecordError)
    # As if it had been killed: one record cut short, one never begun.
    first, second, *_ = sorted(texts)
    first.write_text(texts[first][:-20])
    second.unlink()
    again = run(*words, "--resume")
    assert again.exit_code == 0, again.output
    assert "3 of 5 episodes are already recorded" in again.output
    assert [json.loads(text.splitlines()[1])["raw"] for text in texts.values()] == [
        json.loads(path.read_text().splitlines()[1])["raw"] for path in texts
    ]
    scored = tmp_path / "scored"
    assert (
        run("--data", data, "--images", images, "--predictions", out / "predictions.jsonl", "--out", scored).exit_code
        == 0
    )
    assert (scored / "steps.jsonl").read_text() == (out / "steps.jsonl").read_text()


def test_a_missing_picture_is_an_error_of_its_step_and_stays_in_the_denominator(seen, tmp_path):
    data, images = seen
    (images / "5_1.png").write_bytes(b"no picture")
    out = tmp_path / "run"
    ran = run("--data", data, "--images", images, "--model", "oracle", "--out", out)
    assert ran.exit_code == 1, ran.output
    assert "errors: 1 of 5 items" in ran.output
    rows = {(row.name, row.metric): row for row in read_summary(out / "summary.json")}
    row = rows["strict", "step_success_rate"]
    assert (row.value, row.episodes, row.errors) == (4 / 5, 5, 1)


def test_what_cannot_be_run_is_said_in_a_sentence(seen, tmp_path):
    data, _ = seen
    for words, message in (
        (("--data", data), "either --model"),
        (("--data", data, "--model", "oracle", "--predictions", data), "either --model"),
        (("--data", data, "--model", "oracle"), "--images"),
        (("--data", tmp_path / "none", "--predictions", data), "no annotations"),
    ):
        ran = run(*words, "--out", tmp_path / "x")
        assert isinstance(ran.exception, EnvError)
        assert message in str(ran.exception)


def test_gymnasiums_own_checker_finds_nothing(seen):
    data, images = seen
    env = make_env("AndroidControl", data=str(data), images=str(images), item="5/2")
    check_env(env.unwrapped)
    observation, info = env.reset(options={"task": "5/2"})
    assert observation["image"].shape == (240, 108, 3)
    assert info == {"item": "5/2", "answered": False, "episode_id": "5", "step_id": 2}
    for item in ("5/9", "7/0", "5/-1", "5/x", "/0", "x"):
        with pytest.raises(EnvError, match="no step"):
            make_env("AndroidControl", data=str(data), images=str(images), item=item)
    with pytest.raises(EnvError, match="--images"):
        make_env("AndroidControl", data=str(data)).reset()
    with pytest.raises(EnvError, match="made for"):
        env.unwrapped.reset(options={"task": "5/3"})


def test_steps_of_every_kind_are_scored_without_pictures(small, tmp_path):
    assert len(STEPS) == 7
    predictions = tmp_path / "p.jsonl"
    predictions.write_text(json.dumps({"episode_id": "77", "step_id": 6, "call": {"name": "wait"}}))
    ran = run("--data", small, "--predictions", predictions, "--out", tmp_path / "run")
    assert ran.exit_code == 0, ran.output
    assert value(tmp_path / "run", "os-atlas", "step_success_rate") == 1 / 7
    rules = json.loads((tmp_path / "run" / "summary.json").read_text())["run"]["rules"]
    assert [(rule["name"], rule["version"]) for rule in rules] == [
        ("os-atlas", "bad0840"), ("qwen-ui-s1", "05cb90d"), ("strict", "1"),
    ]  # fmt: skip
    for words in ("bad0840", "05cb90d"):
        assert words in ran.output
        assert words in (tmp_path / "run" / "report.html").read_text()


def test_a_step_is_written_with_what_was_recorded_and_given_and_why(small, tmp_path):
    calls = [
        {"name": "open_app", "arguments": {"app": "Maps"}},
        {"name": "click", "arguments": {"point": [float("inf"), 1]}},
        {"name": "press", "arguments": {"button": "Home"}},
        None,
    ]
    path = tmp_path / "p.jsonl"
    lines = [{"episode_id": "77", "step_id": number, "call": call} for number, call in enumerate(calls)]
    path.write_text("\n".join(map(json.dumps, lines)))
    out = tmp_path / "run"
    ran = run("--data", small, "--predictions", path, "--out", out)
    assert ran.exit_code == 0, ran.output

    def refused(word: str) -> None:
        raise AssertionError(f"{word} is no JSON")

    text = (out / "steps.jsonl").read_text()
    steps = [json.loads(line, parse_constant=refused) for line in text.splitlines()]
    first, second, third, fourth, *_, last = steps
    assert first["expected"] == {"name": "open_app", "arguments": {"app": "Clock App"}}
    assert first["given"] == calls[0]
    assert first["rules"]["strict"] == {"type": True, "exact": False, "reason": "'Maps' for 'Clock App'"}
    assert second["expected"]["name"] == "click"
    assert second["given"] == {"name": "click", "arguments": "{'point': [inf, 1]}"}
    assert third["rules"]["os-atlas"]["reason"] == "system_button for type"
    assert (fourth["given"], fourth["predicted"]) == (None, True)
    assert fourth["rules"]["strict"]["reason"] == "no call"
    assert last["rules"]["strict"]["reason"] == "no prediction"
    assert all(verdict["reason"] for step in steps for verdict in step["rules"].values())
    heads, *rows = (out / "scores.csv").read_text().splitlines()
    assert heads == "name,metric,value,low,high,of,missing"
    assert len(rows) == len(read_summary(out / "summary.json"))
