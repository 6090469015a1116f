"""`visuomotor data make aitz`."""

from __future__ import annotations

from typer.testing import CliRunner

from envs.base import EnvError
from envs.replay.aitz import read_set
from evals.data import app


def test_a_set_is_made_and_not_written_over(tmp_path):
    command = ["make", "aitz", str(tmp_path), "--episodes", "5", "--seed", "3", "--split", "train"]
    result = CliRunner().invoke(app, command)
    assert result.exit_code == 0, result.output
    found = read_set(tmp_path, "train")
    assert len(found.episodes) == 5
    assert f"wrote {found.steps} steps of 5 episodes" in result.output
    again = CliRunner().invoke(app, command)
    assert isinstance(again.exception, EnvError)
    assert len(read_set(tmp_path, "train").episodes) == 5
