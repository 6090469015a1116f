"""Which player to start: the stand-in, AI2-THOR's own of 5.0.0, or ALFRED's of 2.1.0."""

from __future__ import annotations

import importlib
import os
import shlex
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any, NoReturn, assert_never

from envs.base import EnvError, MissingExtraError
from envs.thor.engine import Controller, Engine
from envs.thor.options import ThorOptions
from envs.thor.standin.alfred import find_layouts

DATA = "VISUOMOTOR_ALFRED"
"""The environment variable that tells the stand-in where ALFRED's data lies."""
GRID = 0.25
"""Metres of a step (ALFRED, gen/constants.py; so is all below)."""
VISIBILITY = 1.5
FIELD_OF_VIEW = 60.0
"""Degrees; 5.0.0 would take 90."""
_environment = threading.Lock()


def launch(options: ThorOptions, scene: str) -> Engine:
    """Start the player of the options in a scene. Raises EnvError; MissingExtraError where ai2thor is not installed."""
    check(options)
    match options.engine:
        case "alfred":
            from envs.thor.legacy import launch_legacy

            return launch_legacy(options, scene)
        case "standin":
            return _standin(options, scene)
        case "unity":
            return _unity(options, scene)
        case _:
            assert_never(options.engine)


def check(options: ThorOptions) -> None:
    """Raise EnvError for a player that cannot be started here, MissingExtraError where ai2thor is not installed."""
    found = installed()
    if options.engine == "alfred" and not found.startswith("2."):
        raise EnvError(
            f"engine alfred is AI2-THOR 2.1.0, and ai2thor {found} is installed: "
            "pip install ai2thor==2.1.0 flask==2.0.3 werkzeug==2.0.3, in an environment of its own"
        )
    if options.engine != "alfred" and not found.startswith("5."):
        raise EnvError(f"engine {options.engine} needs ai2thor 5.0.0, not {found}; for 2.1.0 give --engine alfred")
    if options.engine == "standin" and options.data and find_layouts(Path(options.data)) is None:
        raise EnvError(f"data is a folder of ALFRED data, with gen/layouts in it or beside it; {options.data} has none")
    blind = sys.platform == "linux" and not (options.display or os.environ.get("DISPLAY"))
    if options.engine == "unity" and blind:
        raise EnvError("AI2-THOR draws on an X display: set DISPLAY, or give --display :0 or --display cloud")
    if options.executable and not os.access(options.executable, os.X_OK):
        raise EnvError(f"{options.executable} is no program that can be started")


def _unity(options: ThorOptions, scene: str) -> Engine:
    given: dict[str, Any] = {"local_executable_path": _quoted(options.executable)} if options.executable else {}
    if options.display == "cloud":
        given["platform"] = importlib.import_module("ai2thor.platform").CloudRendering
    else:
        given["x_display"] = options.display or os.environ.get("DISPLAY")
    return _start(f"AI2-THOR {installed()}", options, scene, given, own=False)


def _standin(options: ThorOptions, scene: str) -> Engine:
    from envs.thor.standin.launch import executable

    # x_display: Popen fails without one; the stand-in does not look at it.
    try:
        program = executable()
    except OSError as error:
        raise EnvError(f"the stand-in engine's launcher cannot be written ({error}); set TMPDIR to a folder") from error
    given = {"local_executable_path": _quoted(str(program)), "x_display": ":0"}
    with _told(options.data):
        return _start("stand-in engine", options, scene, given, own=True)


def _quoted(program: str) -> str:
    """A path as the Controller needs it: it takes its command apart at spaces, as a shell does."""
    return shlex.quote(program)


def _start(name: str, options: ThorOptions, scene: str, given: dict[str, Any], *, own: bool) -> Engine:
    kind = importlib.import_module("ai2thor.controller").Controller

    def make(made: list[Controller]) -> None:
        controller = kind.__new__(kind)
        made.append(controller)  # before it is ready: what waits in its constructor is watched already
        controller.__init__(
            width=options.size,
            height=options.size,
            scene=scene,
            gridSize=GRID,
            snapToGrid=True,
            rotateStepDegrees=90,
            visibilityDistance=VISIBILITY,
            fieldOfView=FIELD_OF_VIEW,
            renderInstanceSegmentation=True,
            makeAgentsVisible=False,
            server_timeout=None,  # the end of the pipe is then noticed at once; how long it may take, `watching` says
            server_start_timeout=options.start,
            **given,
        )
        controller.start = _no_restart

    return Engine(name, make, scene, start=options.start, patience=options.patience, own=own)


def _no_restart(*_: Any, **__: Any) -> NoReturn:
    # ai2thor would start a player that crashed again, in a scene without the episode's objects.
    raise RuntimeError("the player crashed")


@contextmanager
def _told(data: str) -> Iterator[None]:
    """While a player is started, its environment names the data: ai2thor hands on no other."""
    with _environment:
        before = os.environ.get(DATA)
        os.environ.pop(DATA, None)  # what a shell says is no option of this env's
        if data:
            os.environ[DATA] = str((find_layouts(Path(data)) or Path(data)).resolve())
        try:
            yield
        finally:
            if data and before is None:
                os.environ.pop(DATA, None)
            elif before is not None:
                os.environ[DATA] = before


def installed() -> str:
    """The version of ai2thor. Raises MissingExtraError."""
    try:
        return version("ai2thor")
    except PackageNotFoundError as error:
        raise MissingExtraError("thor", "thor", ImportError(str(error), name="ai2thor")) from error
