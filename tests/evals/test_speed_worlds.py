"""The benchmark of our own worlds runs, and says whether a target is met."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner

from evals.speed import worlds
from evals.speed.__main__ import app
from evals.speed.browsers.figures import Figure
from evals.summary import read_summary


def test_the_command_measures_pictures_and_steps(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("ai2thor")
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.setattr(worlds, "SCENES", ("FloorPlan3",))
    result = CliRunner().invoke(app, ["worlds", "--out", str(tmp_path / "run"), "--repeats", "1"])
    assert result.exit_code == 0, result.output
    rows = {row.name: row for row in read_summary(tmp_path / "run/summary.json")}
    assert len(rows) == 4
    assert all(row.value > 0 for row in rows.values())


def test_a_rate_is_met_from_above_and_a_time_from_below() -> None:
    slow, quick = Figure(10, 9, 11, 3), Figure(30, 29, 31, 3)
    assert [worlds.Measure("a", "per_second", figure, 20.0).met for figure in (slow, quick)] == [False, True]
    assert [worlds.Measure("a", "seconds", figure, 20.0).met for figure in (slow, quick)] == [True, False]
