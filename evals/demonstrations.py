"""Records an oracle's episodes, to train on."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from rich.console import Console

from agent.guard import Budget
from evals.runner import Job, Plan, exit_status, run_plan


def record_oracle(
    jobs: Sequence[Job],
    out: Path,
    settings: dict[str, Any],
    *,
    steps: int,
    dialect: str,
    workers: int,
    resume: bool,
    console: Console,
) -> int:
    """Play every job by its env's oracle and say how many are solved; returns the exit status.

    Raises RecordError and ModelError as `run_plan` does.
    """
    plan = Plan(model="oracle", jobs=jobs, budget=Budget(steps=steps), dialect=dialect)
    played = run_plan(plan, out, settings, workers=workers, resume=resume, console=console)
    solved = sum(episode.total_reward == 1 for episode in played.episodes)
    console.print(f"{solved} of {len(played.episodes)} episodes are solved, {played.errors} ended in an error")
    console.print(f"recorded in {out}; train on the solved ones with: visuomotor train {out} --min-return 1")
    return exit_status(played)
