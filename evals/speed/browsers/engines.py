"""The browser envs that are compared, each in a worker process, and why one is missing."""

from __future__ import annotations

import contextlib
import shutil
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from evals.speed.browsers import tree
from evals.speed.browsers.plan import Plan
from evals.speed.peers.base import PeerError, PeerMissingError, find_environment
from evals.speed.peers.worker import Worker, script

OURS, OURS_SMALL, OURS_CHROMIUM, SELENIUM, GYM, GYM_LEAST = (
    "ours", "ours, 160x210", "ours, chromium", "Selenium", "BrowserGym", "BrowserGym, least waits"
)  # fmt: skip
MINE = (OURS, OURS_SMALL, OURS_CHROMIUM)
"""As the env is made by default, with a picture of a model's size; with the picture that Selenium's env takes, a pixel
a CSS pixel; and by default in the browser that the others use."""
ALL = (*MINE, SELENIUM, GYM, GYM_LEAST)
CHROMIUM, DRIVER = "chromium", "chromedriver"
CHROME = "browsers/chromium-1117/chrome-linux/chrome"
"""The system's browser in BrowserGym's environment, where Playwright 1.44 looks for its own. (The browser of its chat
cannot be told of another.)"""


@dataclass(frozen=True, slots=True)
class Played:
    """One episode. A step that is not `pictured` came back without a screenshot."""

    reset: float
    steps: list[float]
    pictured: list[bool]
    reward: float
    done: bool
    shape: list[int]


class Engine:
    """One env in its worker. `command` is a process that speaks as `peers/episodes.py` does."""

    def __init__(self, name: str, command: Sequence[str], environment: Mapping[str, str] | None = None) -> None:
        self.name = name
        self._worker = Worker(command, environment)
        self._closed = False

    def facts(self) -> dict[str, str]:
        return {name: str(value) for name, value in self._worker.ask(do="facts").items()}

    def open(self, task: str) -> float:
        """Make the env of a task in place of the one before; the seconds it took. Raises PeerError."""
        return float(self._worker.ask(do="open", task=task)["seconds"])

    def play(self, plan: Plan) -> Played:
        """One episode. Raises PeerError."""
        answer: dict[str, Any] = self._worker.ask(do="play", seed=plan.seed, moves=list(plan.moves))
        return Played(**answer)

    def memory(self) -> int:
        """Peak resident bytes of its processes, the browser's included, added up."""
        return tree.peak(self._worker.group)

    def close(self) -> None:
        """End it and its browser, whatever state they are in."""
        if self._closed:
            return
        self._closed = True
        processes = tree.members(self._worker.group)
        try:
            with contextlib.suppress(PeerError):  # it has ended already
                self._worker.ask(do="close")
        finally:
            self._worker.close()
            tree.end(processes)


@dataclass(frozen=True, slots=True)
class Field:
    """Who takes part, and why others do not."""

    engines: list[Engine]
    missing: dict[str, str] = field(default_factory=dict)

    def close(self) -> None:
        for engine in self.engines:
            engine.close()


def gather(wanted: Sequence[str]) -> Field:
    """Start the worker of every engine there is; no browser yet."""
    makers: dict[str, Callable[[], Engine]] = {
        OURS: lambda: ours(OURS),
        OURS_SMALL: lambda: ours(OURS_SMALL, {"VISUOMOTOR_SCALE": "1"}),
        OURS_CHROMIUM: lambda: ours(OURS_CHROMIUM, {"VISUOMOTOR_CHROMIUM": system(CHROMIUM)}),
        SELENIUM: selenium,
        GYM: lambda: browsergym(GYM),
        GYM_LEAST: lambda: browsergym(GYM_LEAST, "waits=least"),
    }
    field = Field([])
    for name, make in makers.items():
        if wanted and name not in wanted:
            continue
        try:
            field.engines.append(make())
        except PeerMissingError as error:
            field.missing[name] = str(error)
        except BaseException:
            field.close()
            raise
    return field


def ours(name: str, environment: Mapping[str, str] | None = None) -> Engine:
    """Our env, in this Python."""
    world = str(Path(__file__).with_name("ours.py"))
    return Engine(name, [sys.executable, "-m", "evals.speed.peers.episodes", world], environment)


def selenium() -> Engine:
    """MiniWoB++'s own env. Raises PeerMissingError."""
    python = find_environment("selenium") / "bin/python"
    found = {"MINIWOB_CHROME_BINARY": system(CHROMIUM), "MINIWOB_CHROMEDRIVER": system(DRIVER)}
    return Engine(SELENIUM, _peer(python, "selenium_miniwob_worker.py"), found)


def browsergym(name: str, *settings: str) -> Engine:
    """BrowserGym's env. Raises PeerMissingError."""
    system(CHROMIUM)
    folder = find_environment("browsergym", CHROME)
    command = [*_peer(folder / "bin/python", "browsergym_worker.py"), *settings]
    return Engine(name, command, {"PLAYWRIGHT_BROWSERS_PATH": str((folder / CHROME).parents[2])})


def system(program: str) -> str:
    """The path of a system's browser or driver. Raises PeerMissingError."""
    path = shutil.which(program)
    if path is None:
        raise PeerMissingError(f"{program} is missing; on Debian: apt install chromium chromium-driver")
    return path


def _peer(python: Path, world: str) -> list[str]:
    return [str(python), "-P", script("episodes.py"), script(world)]
