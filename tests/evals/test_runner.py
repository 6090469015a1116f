"""Many episodes: one whose world cannot be closed does not end the others."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from agent.guard import Budget
from agent.record import finished_episode
from envs.base import EnvError
from envs.cards.number_line import NumberLine
from evals.runner import Plan, exit_status, jobs_of, run_plan


class Stuck(NumberLine):
    """A world in which something is left behind."""

    played = False

    def reset(self, **more: Any) -> Any:
        self.played = True
        return super().reset(**more)

    def close(self) -> None:
        super().close()
        if self.played:
            raise EnvError("the [bold] animations were '1.0'")


class Broken(Stuck):
    """A world that is lost as well."""

    def step(self, action: Any) -> Any:
        raise EnvError("the cable was pulled")


def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, world: type[Stuck], batch: int) -> tuple[Any, str]:
    monkeypatch.setattr("evals.runner.make_env", lambda name, **options: world())
    plan = Plan("random", jobs_of("Cards", ["NumberLine"], range(3), {}), Budget(steps=4), batch=batch)
    said = io.StringIO()
    console = Console(file=said, width=200)
    return run_plan(plan, tmp_path, {}, workers=1, resume=False, console=console), said.getvalue()


@pytest.mark.parametrize("batch", [1, 2])
def test_a_world_that_cannot_be_put_back_is_said_and_the_others_are_played(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, batch: int
) -> None:
    played, said = run(tmp_path, monkeypatch, Stuck, batch)
    assert len(played.episodes) == 3
    assert exit_status(played) == 0
    for seed in range(3):
        name = f"NumberLine-{seed:06d}"
        assert f"{name}, after its end: the [bold] animations were '1.0'" in said
        assert finished_episode(tmp_path / "episodes" / f"{name}.jsonl") is not None


def test_an_episode_that_ended_in_an_error_stays_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    played, said = run(tmp_path, monkeypatch, Broken, 1)
    assert [episode.error for episode in played.episodes] == ["EnvError: the cable was pulled"] * 3
    assert said.count("after its end") == 3
    assert exit_status(played) == 1
