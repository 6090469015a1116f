"""The submission of a split whose paths are not public: written for those who score it, not scored here."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.markup import escape

from envs.base import EnvError
from envs.navigation.items import Instruction
from evals.navigation.answers import Answers
from evals.navigation.benchmarks import Benchmark
from evals.navigation.score import walked
from evals.navigation.selection import Split
from evals.navigation.submission import write_submission
from evals.navigation.trajectory import Trajectory, TrajectoryError
from evals.summary import write_summary

_TOLD = 5
"""Problems that are printed; the summary has them all."""


def hand_in(
    benchmark: Benchmark, split: Split, instructions: Sequence[Instruction], answers: Answers, out: Path,
    run: dict[str, Any], console: Console,
) -> int:  # fmt: skip
    """Write submission.json and summary.json, without scores; returns the exit status: 1 when any has a problem.

    Only what can be walked on the graphs from the start is handed in. Raises RecordError when the disk refuses.
    """
    trajectories: list[Trajectory] = []
    problems: list[str] = []
    for one in instructions:
        match _checked(split, one, answers):
            case Trajectory() as taken:
                trajectories.append(taken)
            case problem:
                problems.append(problem)
    write_submission(out / "submission.json", trajectories, objects=benchmark.objects)
    notes = [f"not scored: the paths of {split.name} are not public", *answers.notes, *problems]
    write_summary(out, {**run, "model": answers.model, "notes": notes}, list(answers.rows))
    for note in (*answers.notes, *problems[:_TOLD]):
        console.print(escape(note), style="yellow")
    if len(problems) > _TOLD:
        console.print(f"and {len(problems) - _TOLD} more such, in {escape(str(out / 'summary.json'))}", style="yellow")
    console.print(escape(f"not scored: the paths of {benchmark.title}'s {split.name} are not public"))
    console.print(f"without a trajectory: {len(problems)} of {len(instructions)} instructions")
    console.print(escape(f"written: {out}/ submission.json, summary.json"))
    return 1 if problems else 0


def _checked(split: Split, instruction: Instruction, answers: Answers) -> Trajectory | str:
    """The trajectory of an instruction, or why it has none that counts."""
    if instruction.id in answers.problems:
        return answers.problems[instruction.id]
    taken = answers.trajectories.get(instruction.id)
    if taken is None:
        return f"{instruction.id}: there is no trajectory"
    try:
        graph = split.world.graph(instruction.scan)
        graph.index(instruction.path[0])
        walked(taken, instruction, graph)
    except (EnvError, TrajectoryError) as error:
        return f"{instruction.id}: {error}"
    return taken
