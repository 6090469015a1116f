"""What the offline benchmarks share: data as text on the terminal, and folders claimed only when there is a score."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from rich.console import Console
from typer.testing import CliRunner

from agent.record import RecordError
from envs.base import EnvError
from evals import offline
from evals.command import app
from evals.function_calling.generate import make_set as make_functions
from evals.offline import Told, fingerprint, tell
from evals.screenspot.generate import make_set as make_targets
from evals.summary import Row, Table
from tests.evals.androidcontrol.conftest import STEPS, write_set

FIRST = {
    "androidcontrol": {"episode_id": "77", "step_id": 0},
    "screenspot": {"id": "screenspot_web_v2-00000"},
    "function-calling": {"id": "000000"},
}
"""What names the first item of each set."""
HOSTILE = "[/x] [bold]b[/bold] :smile: ["


def test_what_data_say_is_printed_as_it_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    out = tmp_path / "[" / "x]"
    monkeypatch.setattr(offline, "console", Console(width=400, record=True, highlight=False))
    table = Table(f"title {HOSTILE}", ["", f"column {HOSTILE}"], [[HOSTILE, "1"], ["all", "2"]], f"note {HOSTILE}")
    told = Told("title", f"lead {HOSTILE}", [Row("all", "accuracy", 1.0, 0.0, 1.0, 1, 0)], [table], [HOSTILE], {})
    tell(out, told, None)
    text = offline.console.export_text()
    assert text.count(HOSTILE) == 6
    assert str(out / "summary.json") in text


@pytest.fixture(params=["androidcontrol", "screenspot", "function-calling"])
def benchmark(request: pytest.FixtureRequest, tmp_path: Path) -> tuple[str, Path]:
    data = tmp_path / "set"
    data.mkdir()
    match request.param:
        case "androidcontrol":
            return request.param, write_set(data, {"77": list(STEPS)})
        case "screenspot":
            make_targets(data, 1, 0)
        case _:
            make_functions(data, 4, 0)
    return request.param, data


@pytest.mark.parametrize("text", [None, "{", '{"id": "1", "episode_id": "1", "step_id": 0}'])
def test_a_file_that_is_no_predictions_leaves_the_folder_free(benchmark, tmp_path, text):
    name, data = benchmark
    path, out = tmp_path / "p.jsonl", tmp_path / "run"
    words = [name, "--data", str(data), "--predictions", str(path), "--out", str(out)]
    if text is not None:
        path.write_text(text)
    assert isinstance(CliRunner().invoke(app, words).exception, RecordError)
    assert not out.exists()
    path.write_text(json.dumps({"id": "1", "episode_id": "1", "step_id": 0, "call": None}))
    ran = CliRunner().invoke(app, words)
    assert ran.exit_code == 0, ran.output
    again = CliRunner().invoke(app, words)
    assert isinstance(again.exception, RecordError)
    assert "already holds a run" in str(again.exception)
    assert CliRunner().invoke(app, [*words, "--resume"]).exit_code == 0


def test_the_dialect_of_texts_is_named_or_asked_for(benchmark, tmp_path):
    name, data = benchmark
    path, out = tmp_path / "p.jsonl", tmp_path / "run"
    words = [name, "--data", str(data), "--predictions", str(path), "--out", str(out)]
    text = '<tool_call>\n{"name": "click", "arguments": {"point": [1, 2]}}\n</tool_call>'
    path.write_text(json.dumps({**FIRST[name], "text": text}))
    asked = CliRunner().invoke(app, words)
    assert isinstance(asked.exception, RecordError)
    assert "--dialect" in str(asked.exception)
    ran = CliRunner().invoke(app, [*words, "--dialect", "hermes"])
    assert ran.exit_code == 0, ran.output
    assert "1 of them with a call" in " ".join(ran.output.split())
    other = CliRunner().invoke(app, [*words, "--dialect", "qwen", "--resume"])
    assert "dialect = 'hermes', not 'qwen'" in str(other.exception)


def test_a_run_is_not_gone_on_with_when_its_set_has_changed(benchmark, tmp_path):
    name, data = benchmark
    path, out = tmp_path / "p.jsonl", tmp_path / "run"
    words = [name, "--data", str(data), "--predictions", str(path), "--out", str(out)]
    path.write_text("")
    ran = CliRunner().invoke(app, words)
    assert ran.exit_code == 0, ran.output
    settings = json.loads((out / "summary.json").read_text())["run"]["settings"]
    assert f"set {settings['set']}" in " ".join(ran.output.split())
    assert settings["set"] in (out / "report.html").read_text()
    assert (out / "scores.csv").read_text().startswith("name,metric,value,low,high,of,missing\n")
    file = data if data.is_file() else next(iter(sorted([*data.glob("*.json*")])))
    file.write_text(file.read_text() + "\n")
    again = CliRunner().invoke(app, [*words, "--resume"])
    assert isinstance(again.exception, RecordError)
    assert "was run with set" in str(again.exception)


def test_files_are_told_apart_by_their_bytes_and_names(tmp_path):
    first, second = tmp_path / "a", tmp_path / "b"
    first.write_text("1")
    second.write_text("1")
    assert fingerprint([first]) != fingerprint([second])
    assert fingerprint([first, second]) == fingerprint([first, second]) != fingerprint([second, first])
    before = fingerprint([first])
    first.write_text("2")
    assert fingerprint([first]) != before
    with pytest.raises(EnvError, match="cannot read"):
        fingerprint([tmp_path])


def test_ids_that_no_encoding_writes_are_scored(tmp_path):
    make_functions(tmp_path / "set", 4, 0)
    items = tmp_path / "set" / "items.jsonl"
    lines = [json.loads(line) for line in items.read_text().splitlines()]
    lines[0] |= {"id": "\ud800", "scene": "[/x]b"}
    items.write_text("\n".join(map(json.dumps, lines)))
    (tmp_path / "p.jsonl").write_text("")
    words = ["--data", tmp_path / "set", "--predictions", tmp_path / "p.jsonl", "--out", tmp_path / "run"]
    ran = CliRunner().invoke(app, ["function-calling", *map(str, words)])
    assert ran.exit_code == 0, ran.output
    assert "[/x]b" in ran.output
    assert "\\ud800" in (tmp_path / "run" / "verdicts.jsonl").read_text()
