"""BrowserGym's env of MiniWoB++ (PyPI browsergym-miniwob), played by `episodes.py` in its own environment."""

from __future__ import annotations

import importlib
import importlib.util
import os
from importlib.metadata import version
from pathlib import Path
from typing import Any


class Drawn:
    """In place of a task's random numbers, of which it draws its page's seed: always the seed it is given.

    As text in quotes, for to seedrandom "7" is another seed than 7.
    """

    def __init__(self, seed: int) -> None:
        self._seed = seed

    def randint(self, low: int, high: int) -> str:
        return f"'{self._seed}'"


class World:
    """The env with its own waits, or with `waits="least"` without those that can be turned off."""

    def __init__(self, waits: str = "default") -> None:
        package = importlib.util.find_spec("miniwob")
        assert package is not None
        assert package.submodule_search_locations is not None
        pages = Path(package.submodule_search_locations[0], "html", "miniwob")
        os.environ["MINIWOB_URL"] = f"{pages.as_uri()}/"
        self._gymnasium = importlib.import_module("gymnasium")
        importlib.import_module("browsergym.miniwob")
        highlevel = importlib.import_module("browsergym.core.action.highlevel")
        self._mapping = highlevel.HighLevelActionSet(subsets=["coord"]).to_python_code
        self._options: dict[str, Any] = {"slow_mo": 0, "pre_observation_delay": 0.0} if waits == "least" else {}
        self._env: Any = None

    def facts(self) -> dict[str, str]:
        made = self._env.unwrapped if self._env is not None else None
        browser = f"chromium {made.browser.version}" if made is not None and made.browser is not None else ""
        task = made.task if made is not None else None
        slow = None if made is None else made.slow_mo if made.slow_mo is not None else task and task.slow_mo
        return {
            "engine": f"browsergym-miniwob {version('browsergym-miniwob')}, playwright {version('playwright')}",
            "browser": browser,
            "headless": str(made.headless) if made is not None else "",
            "waits": f"slow_mo {slow} ms, before a look {made.pre_observation_delay:g} s" if made is not None else "",
            "reset": "two new browsers (page and chat)",
        }

    def open(self, task: str) -> None:
        self.close()
        self._env = self._gymnasium.make(
            f"browsergym/miniwob.{task}", action_mapping=self._mapping, headless=True, **self._options
        )
        env = self._env.unwrapped
        entry = env.task_entrypoint

        def seeded(seed: int, **given: Any) -> Any:
            made = entry(seed=seed, **given)
            made.random = Drawn(seed)
            return made

        env.task_entrypoint = seeded

    def reset(self, seed: int) -> Any:
        return self._env.reset(seed=seed)[0]["screenshot"]

    def step(self, move: dict[str, Any]) -> tuple[Any, float, bool]:
        if move["kind"] == "click":
            scale = self._env.unwrapped.page._bgym_scale_factor  # its points are those of its enlarged screenshot
            action = f"mouse_click({move['x'] * scale!r}, {move['y'] * scale!r})"
        else:
            action = f"keyboard_type({move['text']!r})"
        observation, _, done, _, info = self._env.step(action)
        if observation["last_action_error"]:
            raise RuntimeError(f"{action}: {observation['last_action_error']}")
        # Its own reward is 1 for anything above 0.
        return observation["screenshot"], float(info["task_info"]["RAW_REWARD_GLOBAL"]), bool(done)

    def close(self) -> None:
        env, self._env = self._env, None
        if env is not None:
            env.close()
