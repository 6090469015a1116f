"""Tasks on the stand-in phone through ADB: `visuomotor/Phone.TASK-v0`."""

from __future__ import annotations

import copy
import random
from typing import Any, Literal

import gymnasium
import numpy as np
from numpy.typing import NDArray

from actions.android import Answer, Done
from actions.call import ActionError
from actions.space import Action
from envs.android.env import AndroidEnv
from envs.android.options import Capture
from envs.android.standin.running import Rig
from envs.android.standin.seed import default_state
from envs.android.standin.server import ShellName
from envs.android.tasks.base import Draw, Parameters
from envs.android.tasks.guide import Guide
from envs.android.tasks.registry import TASKS
from envs.android.tasks.table import TASKS as TABLE
from envs.base import EnvError, Intent, Observation, task_of

LANGUAGES = ("en", "zh")
Language = Literal["", "en", "zh"]
_STILL = {"window": 0, "transition": 0, "animator": 0}


class PhoneTask(gymnasium.Env[Observation, Action]):
    """One task on a stand-in phone of its own, driven as any phone is: over ADB, from screenshots.

    The seed decides the phone's contents, the goal's parameters, wording and, unless given, language. The reward is 1
    when the episode ends by `done` with success said and the task done, all of it and nothing besides; else 0.

    Args:
        task: a name of `tasks.table.TASKS`.
        language: "en", "zh", or "" for the seed to choose.
        shell: who runs the commands that come over ADB, "mksh" or the quicker "builtin".
        settle: seconds to wait at most for a screen that keeps changing; the phone's animations are off.
        screencap: how screenshots are sent.
        render_mode: "rgb_array" or None.

    Raises:
        EnvError: for an unknown task or language; nothing is started before `reset`.
    """

    metadata = {"render_modes": ["rgb_array"], "render_fps": 1}  # noqa: RUF012 - gymnasium's own class attribute

    def __init__(
        self,
        task: str,
        language: Language = "",
        shell: ShellName = "builtin",
        settle: float = 3.0,
        screencap: Capture = "png",
        render_mode: str | None = None,
    ) -> None:
        if task not in TASKS:
            raise EnvError(f"there is no task {task!r} for the phone")
        if language not in ("", *LANGUAGES):
            raise EnvError(f"unknown language {language!r}; choose en or zh")
        self.task = TASKS[task]
        self.render_mode = render_mode
        self._language = language
        self._rig = Rig(shell)
        self._driver_options: dict[str, Any] = {"settle": float(settle), "screencap": screencap, "backend": "direct"}
        self._driver = AndroidEnv(render_mode, **self._driver_options)
        self.observation_space = self._driver.observation_space
        self.action_space = self._driver.action_space
        self.parameters: Parameters = {}
        self.goal = ""
        self.actions: list[Action] = []
        self._facts: dict[str, Any] = {}
        self._before: dict[str, Any] = {}
        self._answer = ""
        self._by_icon = False

    def reset(
        self, *, seed: int | None = None, options: dict[str, Any] | None = None
    ) -> tuple[Observation, dict[str, Any]]:
        """Fill the phone, and begin at its home screen. Raises EnvError when browser or phone fail."""
        super().reset(seed=seed)
        if task_of(options):
            raise EnvError("a task of the phone draws its goal itself, from the seed; give no task")
        drawn = seed if seed is not None else int(self.np_random.integers(2**31))
        state = self._draw(drawn)
        self._rig.load(state)
        if self._driver.options.serial != self._rig.address:
            self._driver = AndroidEnv(self.render_mode, serial=self._rig.address, **self._driver_options)
        observation, info = self._driver.reset(seed=seed, options={"task": self.goal})
        self._before = self._rig.state()
        return observation, self._info(info)

    def step(self, action: Action) -> tuple[Observation, float, bool, bool, dict[str, Any]]:
        """Act through ADB, look, and judge the phone's state. Raises EnvError when browser or phone fail."""
        if not self.action_space.contains(action):
            raise ActionError(f"{action!r} is not an action of a phone.")
        self.actions.append(action)
        observation, _, terminated, truncated, info = self._driver.step(action)
        if isinstance(action, Answer):
            self._answer = action.text
        info = self._info(info)
        won = terminated and isinstance(action, Done) and action.status == "success" and info["success"]
        return observation, float(won), terminated, truncated, info

    def oracle(self) -> tuple[str, Action]:
        """The best next action, from what is on the screen. Raises EnvError when it is at a loss."""
        if not self._before:
            raise EnvError("the oracle comes with reset()")
        guide = Guide(self.task, self.parameters, self._before, self._by_icon)
        return guide.next(self._rig.look(), self.actions, self._answer)

    def intent(self, action: Action) -> Intent | None:
        """What an action would bring about that a person may want to decide."""
        return self._driver.intent(action)

    def render(self) -> NDArray[np.uint8] | None:
        return self._driver.render()

    def close(self) -> None:
        """End the link and the phone; the browser goes with the last env."""
        self._before = {}
        try:
            self._driver.close()
        finally:
            self._rig.close()

    def _draw(self, seed: int) -> dict[str, Any]:
        """Decide the episode; returns the state it starts from."""
        rng = random.Random(seed)
        language = rng.choice(LANGUAGES)
        language = self._language or language
        self._by_icon = rng.random() < 0.5
        state = default_state(seed, language)
        state["device"]["animation"] = dict(_STILL)
        self.parameters = self.task.draw(Draw(rng, state, language))
        self.goal = self.task.goal(rng, language, self.parameters)
        self.actions, self._answer = [], ""
        self._facts = {"language": language, "goal": self.goal, "parameters": self.parameters}
        return self.task.initialise(state, self.parameters)

    def _info(self, told: dict[str, Any]) -> dict[str, Any]:
        entry = TABLE[self.task.name]
        about = {"task": entry.name, "of": entry.app, "difficulty": entry.difficulty, "oracle_steps": entry.steps}
        done = self.task.success(self._before, self._rig.state(), self.parameters, self._answer)
        # How long it took is no part of an episode that a seed decides.
        told = {name: value for name, value in told.items() if name not in ("seconds", "shots")}
        return {**told, **copy.deepcopy(self._facts), **about, "success": done}
