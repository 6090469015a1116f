"""What every engine does in an episode: our oracle's own clicks and keys, recorded once for each task and seed."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import gymnasium

from actions.browser import Click, TypeText
from actions.point import Point
from actions.space import Action
from agent.runfolder import write_json
from envs.base import EnvError, HasOracle, Observation

TASKS = ("click-test", "click-button", "enter-text", "login-user", "click-checkboxes", "click-link")
_MOST = 20
_SIZE = (160, 210)
"""A page's width and height in CSS pixels: points are told in these."""
_LEAD = {"kind": "click", "x": 80.0, "y": 25.0}
"""A click on the instruction, which does nothing, before the oracle's own: Selenium's env takes no screenshot at the
step that ends an episode, so without it a task of one click would have no step that all engines do alike."""

Env = gymnasium.Env[Observation, Action]
Move = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Plan:
    """An episode: a task, the seed of its page, and the moves that solve it."""

    task: str
    seed: int
    moves: Sequence[Move]


def plans(path: Path, tasks: Sequence[str], seeds: int, make: Callable[[str], Env]) -> list[Plan]:
    """The plans of these tasks and seeds, from the file if they are all there, else recorded and written to it.

    Raises EnvError when our oracle does not solve one of them.
    """
    wanted = [(task, seed) for task in tasks for seed in range(seeds)]
    known = _read(path)
    if not set(wanted) <= set(known):
        known = {}
        for task in tasks:
            with _closing(make(f"miniwob.{task}")) as env:
                known |= {(task, seed): record(env, task, seed) for seed in range(seeds)}
        write_json(path, [{"task": p.task, "seed": p.seed, "moves": list(p.moves)} for p in known.values()])
    return [known[key] for key in wanted]


def record(env: Env, task: str, seed: int) -> Plan:
    """Solve one episode with the oracle. Raises EnvError when it is not solved by clicks and typing alone."""
    env.reset(seed=seed)
    moves: list[Move] = []
    for number in range(_MOST):
        action = _lead() if number == 0 else cast("HasOracle", env.unwrapped).oracle()[1]
        moves.append(_move(action))
        _, reward, terminated, truncated, _ = env.step(action)
        if terminated or truncated:
            if reward == 1:
                return Plan(task, seed, moves)
            break
    raise EnvError(f"the oracle did not solve miniwob.{task} with seed {seed}")


def _lead() -> Action:
    return Click(Point(_LEAD["x"] / _SIZE[0], _LEAD["y"] / _SIZE[1]))  # type: ignore[operator]  # numbers both


def _move(action: Action) -> Move:
    match action:
        case Click(point):
            return {"kind": "click", "x": point.x * _SIZE[0], "y": point.y * _SIZE[1]}
        case TypeText(text, submit=False):
            return {"kind": "type", "text": text}
        case _:
            raise EnvError(f"{action!r} is not a move that every engine has")


def _read(path: Path) -> dict[tuple[str, int], Plan]:
    try:
        found = [Plan(**entry) for entry in json.loads(path.read_text(encoding="utf-8"))]
    except (OSError, ValueError, TypeError):
        return {}
    return {(plan.task, plan.seed): plan for plan in found}


@contextmanager
def _closing(env: Env) -> Iterator[Env]:
    try:
        yield env
    finally:
        env.close()
