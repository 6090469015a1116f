"""`visuomotor eval function-calling` from end to end."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from gymnasium.utils.env_checker import check_env
from typer.testing import CliRunner

from actions.call import FunctionCall
from agent.record import RecordError, episode_files, read_episode
from envs.base import EnvError
from envs.registry import make_env
from envs.replay.function_calling.items import read_items
from evals.command import app
from evals.function_calling.generate import make_set
from evals.function_calling.score import judge, score
from evals.predictions import Prediction
from evals.summary import read_summary


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("fncall")
    make_set(folder, 24, 5)
    return folder


def run(*words: object):
    return CliRunner().invoke(app, ["function-calling", *map(str, words)])


def value(out: Path, metric: str, name: str = "all") -> float:
    return next(row.value for row in read_summary(out / "summary.json") if (row.name, row.metric) == (name, metric))


@pytest.mark.parametrize(
    ("model", "dialect", "items"), [("oracle-text", "qwen", 12), ("oracle-text", "hermes", 4), ("oracle", "qwen", 2)]
)
def test_the_oracle_calls_every_function_right(made, tmp_path, model, dialect, items):
    ran = run("--data", made, "--model", model, "--dialect", dialect, "--out", tmp_path, "--items", items)
    assert ran.exit_code == 0, ran.output
    for metric in ("type_match", "exact_match", "exact_match_lenient", "format_rate"):
        assert value(tmp_path, metric) == 1
    assert f"{items} of {items} are predicted" in ran.output.replace("\n", " ")
    assert (tmp_path / "report.html").is_file()
    assert len((tmp_path / "verdicts.jsonl").read_text().splitlines()) == items


def test_chance_is_low_and_a_run_that_was_cut_short_goes_on(made, tmp_path):
    out = tmp_path / "run"
    words = ("--data", made, "--model", "random", "--items", 8, "--out", out)
    assert run(*words).exit_code == 0
    assert value(out, "exact_match") == 0
    assert value(out, "type_match") < 0.5
    files = episode_files(out)
    before = [read_episode(path).steps[0]["raw"] for path in files]
    files[3].write_text(files[3].read_text()[:-30])
    files[6].unlink()
    ran = run(*words, "--resume")
    assert "6 of 8 episodes are already recorded" in ran.output
    assert [read_episode(path).steps[0]["raw"] for path in files] == before


def test_predictions_from_a_file_by_value_and_by_text(made, tmp_path):
    items = list(read_items(made).values())
    lines = []
    for number, item in enumerate(items):
        arguments = dict(item.call.arguments)
        match number % 4:
            case 0:
                lines.append({"id": item.id, "call": {"name": item.call.name, "arguments": arguments}})
            case 1:
                loose = {key: f" {one} " if isinstance(one, str) else str(one) for key, one in arguments.items()}
                lines.append({"id": item.id, "call": {"name": item.call.name, "arguments": loose}})
            case 2:
                lines.append({"id": item.id, "text": "I would rather not call anything.", "dialect": "qwen"})
            case _:
                pass  # not predicted at all
    path = tmp_path / "p.jsonl"
    path.write_text(
        "\n".join(json.dumps(line, ensure_ascii=False) for line in [*lines, lines[0], {"id": "x", "call": None}])
    )
    ran = run("--data", made, "--predictions", path, "--out", tmp_path / "run")
    assert ran.exit_code == 0, ran.output
    figures = [value(tmp_path / "run", metric) for metric in ("type_match", "exact_match", "exact_match_lenient")]
    assert figures == [0.5, 0.25, 0.5]
    assert value(tmp_path / "run", "format_rate") == 0.5
    assert "1 lines of unknown items and 1 repeated" in ran.output.replace("\n", " ")
    rows = read_summary(tmp_path / "run" / "summary.json")
    assert next(row for row in rows if row.name == "all").errors == 6  # those not predicted


def test_a_verdict_holds_the_expected_call_and_the_one_given(made, tmp_path):
    first, second, third, *_ = read_items(made).values()
    deep: list = []
    for _ in range(400):
        deep = [deep]
    lines = [
        {"id": first.id, "call": {"name": "f", "arguments": {"x": 1}}},
        {"id": second.id, "call": {"name": "f", "arguments": {"x": deep, "y": float("nan")}}},
        {"id": third.id, "call": None},
    ]
    (tmp_path / "p.jsonl").write_text("\n".join(map(json.dumps, lines)))
    ran = run("--data", made, "--predictions", tmp_path / "p.jsonl", "--out", tmp_path / "run")
    assert ran.exit_code == 0, ran.output
    verdicts = [json.loads(line) for line in (tmp_path / "run" / "verdicts.jsonl").read_text().splitlines()]
    assert verdicts[0]["expected"] == {"name": first.call.name, "arguments": dict(first.call.arguments)}
    assert verdicts[0]["given"] == {"name": "f", "arguments": {"x": 1}}
    assert isinstance(verdicts[1]["given"]["arguments"], str)
    assert [(one["given"], one["predicted"]) for one in verdicts[2:4]] == [(None, True), (None, False)]


def test_the_order_of_items_changes_no_figure_and_none_is_no_division(made):
    items = list(read_items(made).values())
    predictions = {item.id: Prediction(item.call) for item in items[::3]}
    forward = {(row.name, row.metric): row for row in score(judge(items, predictions))}
    back = {(row.name, row.metric): row for row in score(judge(items[::-1], predictions))}
    assert forward == back
    assert all((row.value, row.episodes) == (0, 0) for row in score([]))


def test_a_damaged_picture_is_the_error_of_its_item_alone(tmp_path):
    make_set(tmp_path / "set", 4, 0)
    (tmp_path / "set" / "images" / "000001.png").write_bytes(b"no picture")
    ran = run("--data", tmp_path / "set", "--model", "oracle", "--out", tmp_path / "run")
    assert ran.exit_code == 1, ran.output
    assert "errors: 1 of 4 items" in ran.output
    assert value(tmp_path / "run", "exact_match") == 0.75


def line(**changes) -> dict:
    functions = [
        {"name": "f", "description": "", "parameters": {"type": "object", "properties": {"a": {"type": "string"}}}}
    ]
    return {"id": "1", "image": "a.png", "question": "?", "functions": functions, "call": {"name": "f"}, **changes}


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"image": "../../etc/passwd"}, "no relative path"),
        ({"image": "/etc/passwd"}, "no relative path"),
        ({"image": ""}, "no relative path"),
        ({"image": "a\0b"}, "no relative path"),
        ({"image": 3}, "'image' is int"),
        ({"call": {"name": "g"}}, "must hold 'g'"),
        ({"call": {"name": "f", "arguments": [1]}}, "arguments of 'call'"),
        ({"call": {}}, "'name' is missing"),
        ({"functions": [1]}, "a function is an object"),
        ({"functions": line()["functions"] * 2}, "no name twice"),
        ({"id": 3}, "'id' is int"),
    ],
)
def test_an_item_that_is_none_is_named_with_its_line(tmp_path, changes, message):
    (tmp_path / "items.jsonl").write_text(json.dumps(line(**changes)))
    with pytest.raises(EnvError, match=message) as caught:
        read_items(tmp_path)
    assert "items.jsonl:1" in str(caught.value)


def test_a_link_out_of_the_set_is_refused_and_an_id_stands_once(tmp_path):
    (tmp_path / "set").mkdir()
    (tmp_path / "secret.png").write_bytes(b"x")
    (tmp_path / "set" / "a.png").symlink_to(tmp_path / "secret.png")
    (tmp_path / "set" / "items.jsonl").write_text(json.dumps(line()))
    with pytest.raises(EnvError, match="leads out of the set"):
        read_items(tmp_path / "set")
    (tmp_path / "items.jsonl").write_text(json.dumps(line()) + "\n" + json.dumps(line()))
    with pytest.raises(EnvError, match=":2: the id '1' is already at .*:1"):
        read_items(tmp_path)


def test_openais_frame_is_read_and_an_expected_call_that_cannot_be_made_is_found_before_playing(tmp_path):
    framed = [{"type": "function", "function": line()["functions"][0]}]
    (tmp_path / "items.jsonl").write_text(json.dumps(line(functions=framed, call={"name": "f", "arguments": {"a": 3}})))
    item = read_items(tmp_path)["1"]
    assert item.functions == tuple(line()["functions"])
    assert item.call == FunctionCall("f", {"a": 3})
    ran = run("--data", tmp_path, "--model", "random", "--out", tmp_path / "run")
    assert isinstance(ran.exception, EnvError)
    assert "does not fit its function" in str(ran.exception)
    assert not (tmp_path / "run").exists()


def test_gymnasiums_own_checker_finds_nothing(made):
    check_env(make_env("FunctionCalling", data=str(made), item="000010").unwrapped)
    with pytest.raises(EnvError, match="no item"):
        make_env("FunctionCalling", data=str(made), item="nine")
    with pytest.raises(EnvError, match="--data"):
        make_env("FunctionCalling").reset()


def test_what_cannot_be_run_is_said(made, tmp_path):
    ran = run("--data", tmp_path / "none", "--model", "random")
    assert isinstance(ran.exception, EnvError)
    assert "visuomotor data make function-calling" in str(ran.exception)
    (tmp_path / "p.jsonl").write_text('{"id": 3, "call": null}')
    ran = run("--data", made, "--predictions", tmp_path / "p.jsonl", "--out", tmp_path / "run")
    assert isinstance(ran.exception, RecordError)
    assert "p.jsonl:1: 'id' is int" in str(ran.exception)


@pytest.mark.slow
def test_a_model_of_random_weights_goes_the_whole_way(made, tmp_path, tiny_checkpoint):
    ran = run("--data", made, "--model", tiny_checkpoint, "--out", tmp_path, "--items", 2, "--max-tokens", 200,
              "--max-pixels", 3136)  # fmt: skip
    assert ran.exit_code == 0, ran.output
    assert len((tmp_path / "predictions.jsonl").read_text().splitlines()) == 2
