"""Plays given moves in a browser env and times them, behind JSON lines: `episodes.py WORLD.py [NAME=VALUE…]`.

WORLD.py holds a class `World`, made with the settings. This runs in the environment of each engine, so it needs the
standard library alone. One request a line on standard input, one answer a line on standard output: `{"do": "facts"}`,
`{"do": "open", "task": …}`, `{"do": "play", "seed": n, "moves": […]}`. An answer with "error" is a failure. When the
input ends, so does the world.
"""

from __future__ import annotations

import importlib.util
import json
import os
import signal
import sys
import time
from typing import Any, NamedTuple, Protocol

LIMIT = 180
"""Seconds a request may take."""


class Seen(NamedTuple):
    """What one step gave back. `image` is uint8 RGB of shape (height, width, 3), or None if none was taken."""

    image: Any
    reward: float
    done: bool


class World(Protocol):
    """One engine. A move is {"kind": "click", "x": …, "y": …} in CSS pixels or {"kind": "type", "text": …}."""

    def facts(self) -> dict[str, str]:
        """Versions and the settings that matter."""
        ...

    def open(self, task: str) -> None:
        """Have the env of that task, and no other."""
        ...

    def reset(self, seed: int) -> Any:
        """Begin an episode, seeded by Math.seedrandom of the seed as a string; its first image."""
        ...

    def step(self, move: dict[str, Any]) -> Any:
        """Carry out a move: (image or None, raw reward, done)."""
        ...

    def close(self) -> None:
        """End the browser."""
        ...


def play(world: World, seed: int, moves: list[dict[str, Any]]) -> dict[str, Any]:
    """One episode with the seconds of everything; it ends early when the page says it is done."""
    started = time.perf_counter()
    image = world.reset(seed)
    reset = time.perf_counter() - started
    steps: list[float] = []
    pictured: list[bool] = []
    reward, done = 0.0, False
    for move in moves:
        started = time.perf_counter()
        seen = Seen(*world.step(move))
        steps.append(time.perf_counter() - started)
        pictured.append(seen.image is not None)
        reward, done = seen.reward, seen.done
        if done:
            break
    return {
        "reset": reset, "steps": steps, "pictured": pictured, "reward": float(reward), "done": bool(done),
        "shape": [int(side) for side in image.shape],
    }  # fmt: skip


def serve(world: World, lines: Any, out: Any) -> None:
    """Answer every request until the input ends, then close the world."""
    try:
        for line in lines:
            request = json.loads(line)
            what = request.pop("do")
            signal.alarm(LIMIT)  # a browser that hangs must not hang the benchmark
            try:
                answer = _answer(world, what, request)
            except Exception as error:  # noqa: BLE001  # the other side raises it
                answer = {"error": f"{type(error).__name__}: {error}"}
            finally:
                signal.alarm(0)
            print(json.dumps(answer), file=out, flush=True)
    finally:
        world.close()


def _answer(world: World, what: str, request: dict[str, Any]) -> dict[str, Any]:
    if what == "facts":
        return dict(world.facts())
    if what == "open":
        started = time.perf_counter()
        world.open(request["task"])
        return {"seconds": time.perf_counter() - started}
    if what == "play":
        return play(world, request["seed"], request["moves"])
    if what == "close":
        world.close()
        return {}
    raise ValueError(f"{what!r} is no request")


def load(path: str, settings: dict[str, str]) -> World:
    """The world in a file."""
    spec = importlib.util.spec_from_file_location("world", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["world"] = module
    spec.loader.exec_module(module)
    world: World = module.World(**settings)
    return world


def _late(*_: Any) -> None:
    raise TimeoutError(f"nothing came within {LIMIT} s")


if __name__ == "__main__":
    protocol = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)  # what libraries print must not stand between the answers
    signal.signal(signal.SIGALRM, _late)
    serve(load(sys.argv[1], dict(pair.split("=", 1) for pair in sys.argv[2:])), sys.stdin, protocol)
