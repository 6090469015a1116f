"""AndroidWorld's tasks (arXiv 2405.14573) played through our driver: `visuomotor/AndroidWorld-v0`. Needs an emulator.

The package `android_world` (google-research/android_world, not on PyPI) sets the emulator up, draws a task's
parameters, and judges; screens and actions go over ADB by our own driver, as on any phone.
"""

from __future__ import annotations

import contextlib
import difflib
import importlib
import random
import shutil
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Annotated, Any, Protocol

import gymnasium
import numpy as np
from numpy.typing import NDArray

from actions.android import Answer, Done, android_space
from actions.space import Action
from envs.android.env import AndroidEnv
from envs.android.eyes import DEFAULT_SIZE
from envs.base import EnvError, Intent, Observation, observation_space, task_of
from envs.options import read_options
from envs.screen import MAX_TEXT

STEPS_PER_COMPLEXITY = 10
"""AndroidWorld's budget (suite_utils.py): ten steps for each point of a task's complexity."""
_INSTALL = (
    "AndroidWorld needs the package android_world and an emulator with its apps: "
    "pip install git+https://github.com/google-research/android_world, and its README for the emulator"
)


@dataclass(frozen=True, slots=True)
class AndroidWorldOptions:
    """Options of AndroidWorld's env."""

    task_name: Annotated[str, "a name of AndroidWorld's registry, such as ContactsAddContact"] = ""
    serial: Annotated[str, "the emulator, as `adb devices` lists it"] = "emulator-5554"
    console_port: Annotated[int, "the emulator's"] = 5554
    grpc_port: Annotated[int, "the emulator's, given to it with -grpc"] = 8554
    adb: Annotated[str, "the program adb; the one on the path if left out"] = ""
    settle: Annotated[float, "seconds to wait at most for a screen that keeps changing, up to 5"] = 3.0


class World(Protocol):
    """What is used of AndroidWorld's own env."""

    interaction_cache: str
    """The agent's answer: tasks that ask something are judged by it."""

    def close(self) -> None: ...


class Eval(Protocol):
    """One task with its parameters (android_world/task_evals/task_eval.py)."""

    start_on_home_screen: bool

    @property
    def goal(self) -> str: ...
    @property
    def complexity(self) -> float: ...
    def initialize_task(self, env: World) -> None: ...
    def is_successful(self, env: World) -> float: ...
    def tear_down(self, env: World) -> None: ...


class Suite(Protocol):
    """Where tasks and the emulator come from."""

    def tasks(self) -> Mapping[str, Any]:
        """The classes of all tasks by name."""
        ...

    def connect(self) -> World:
        """The running emulator. Raises EnvError."""
        ...


class PackageSuite:
    """The installed package, and the emulator on its ports."""

    def __init__(self, options: AndroidWorldOptions) -> None:
        self._options = options

    def tasks(self) -> Mapping[str, Any]:
        registry = _import("android_world.registry").TaskRegistry()
        found: Mapping[str, Any] = registry.get_registry(registry.ANDROID_WORLD_FAMILY)
        return found

    def connect(self) -> World:
        adb = self._options.adb or shutil.which("adb")
        if adb is None:
            raise EnvError("AndroidWorld runs the program adb, which is not here; install it, or name it with --adb")
        launcher = _import("android_world.env.env_launcher")
        with _judging("connect to the emulator"):
            world: World = launcher.load_and_setup_env(
                console_port=self._options.console_port, grpc_port=self._options.grpc_port, adb_path=adb
            )
        return world


class AndroidWorldTask(gymnasium.Env[Observation, Action]):
    """One of AndroidWorld's 116 tasks on a running emulator.

    The reward comes with `done`, whatever its status: AndroidWorld's own score from 0 to 1, which is partial for tasks
    made of several. An episode is truncated after ten steps for each point of the task's complexity.

    Args:
        render_mode: "rgb_array" or None.
        suite: in place of the installed package.
        driver: makes the env of the phone.
        options: the fields of `AndroidWorldOptions`.

    Raises:
        EnvError: from `reset`, for an unknown task, without the package, or without an emulator.
    """

    metadata = {"render_modes": ["rgb_array"], "render_fps": 1}  # noqa: RUF012 - gymnasium's own class attribute

    def __init__(
        self,
        render_mode: str | None = None,
        suite: Suite | None = None,
        driver: Callable[..., AndroidEnv] = AndroidEnv,
        **options: Any,
    ) -> None:
        self.render_mode = render_mode
        self.options = read_options(AndroidWorldOptions, options)
        self.task = self.options.task_name
        self._suite = suite or PackageSuite(self.options)
        self._make_driver = driver
        self._driver: AndroidEnv | None = None
        self._world: World | None = None
        self._eval: Eval | None = None
        self._steps = 0
        width, height = DEFAULT_SIZE
        self.observation_space = observation_space(height, width, MAX_TEXT)
        self.action_space = android_space()

    def reset(
        self, *, seed: int | None = None, options: dict[str, Any] | None = None
    ) -> tuple[Observation, dict[str, Any]]:
        """Draw the task's parameters from the seed and prepare the emulator. Raises EnvError."""
        super().reset(seed=seed)
        if task_of(options):
            raise EnvError("AndroidWorld draws a task's goal itself, from the seed; choose the task by its name")
        kind = self._kind()
        self._end_task()
        if self._world is None:
            self._world = self._suite.connect()
        drawn = seed if seed is not None else int(self.np_random.integers(2**31))
        with _judging(f"prepare {self.task}"), _drawing(drawn):
            started: Eval = kind({**kind.generate_random_params(), "seed": drawn})
            started.initialize_task(self._world)
        self._eval, self._steps = started, 0
        if self._driver is None:
            keep = not started.start_on_home_screen
            phone = {"serial": self.options.serial, "settle": self.options.settle, "keep_screen": keep}
            self._driver = self._make_driver(self.render_mode, **phone)
        observation, info = self._driver.reset(seed=seed, options={"task": started.goal})
        self.observation_space = self._driver.observation_space
        return observation, self._info(info, None)

    def step(self, action: Action) -> tuple[Observation, float, bool, bool, dict[str, Any]]:
        """Act through ADB and look; `done` is judged. Raises EnvError when the emulator or AndroidWorld fails."""
        driver, running, world = self._begun()
        observation, _, terminated, _, info = driver.step(action)
        self.observation_space = driver.observation_space
        self._steps += 1
        if isinstance(action, Answer):
            world.interaction_cache = action.text
        score = None
        if isinstance(action, Done):
            with _judging(f"judge {self.task}"):
                score = float(running.is_successful(world))
        truncated = not terminated and self._steps >= STEPS_PER_COMPLEXITY * running.complexity
        return observation, score or 0.0, terminated, truncated, self._info(info, score)

    def intent(self, action: Action) -> Intent | None:
        """What an action would bring about that a person may want to decide."""
        return self._begun()[0].intent(action)

    def render(self) -> NDArray[np.uint8] | None:
        return None if self._driver is None else self._driver.render()

    def close(self) -> None:
        """Tear the task down and let go of the emulator, which goes on running."""
        driver, self._driver = self._driver, None
        world, running = self._world, self._eval
        self._world = self._eval = None
        with contextlib.ExitStack() as ending:
            if world is not None:
                ending.callback(world.close)
            if driver is not None:
                ending.callback(driver.close)
            if running is not None and world is not None:
                with _judging(f"tear down {self.task}"):
                    running.tear_down(world)

    def _kind(self) -> Any:
        tasks = self._suite.tasks()
        if self.task in tasks:
            return tasks[self.task]
        near = difflib.get_close_matches(self.task, tasks, n=1)
        hint = f" Did you mean {near[0]}?" if near else " Choose one with --task-name."
        raise EnvError(f"AndroidWorld has no task {self.task!r} among its {len(tasks)}.{hint}")

    def _end_task(self) -> None:
        running, self._eval = self._eval, None
        if running is not None and self._world is not None:
            with _judging(f"tear down {self.task}"):
                running.tear_down(self._world)

    def _begun(self) -> tuple[AndroidEnv, Eval, World]:
        if self._driver is None or self._eval is None or self._world is None:
            raise EnvError("a step comes after reset()")
        return self._driver, self._eval, self._world

    def _info(self, info: dict[str, Any], score: float | None) -> dict[str, Any]:
        assert self._eval is not None
        budget = STEPS_PER_COMPLEXITY * self._eval.complexity
        return {**info, "task": self.task, "goal": self._eval.goal, "score": score, "budget": int(budget)}


def _import(module: str) -> Any:
    try:
        return importlib.import_module(module)
    except ImportError as error:
        raise EnvError(f"{_INSTALL} ({error})") from error


@contextlib.contextmanager
def _judging(what: str) -> Iterator[None]:
    """Whatever AndroidWorld's code raises is a world that broke: its tasks read databases and files of apps."""
    try:
        yield
    except EnvError:
        raise
    except Exception as error:
        raise EnvError(f"AndroidWorld could not {what}: {type(error).__name__}: {error}") from error


@contextlib.contextmanager
def _drawing(seed: int) -> Iterator[None]:
    """AndroidWorld draws from the global generator: it is seeded for that long, and put back."""
    before = random.getstate()
    random.seed(seed)
    try:
        yield
    finally:
        random.setstate(before)
