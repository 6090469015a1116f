"""Gymnasium's own Selenium env of MiniWoB++ (PyPI miniwob), played by `episodes.py` in its own environment."""

from __future__ import annotations

import importlib
from importlib.metadata import version
from typing import Any


class Seed(int):
    """A seed that the env writes into its script in quotes: to seedrandom, "7" is another seed than 7."""

    def __repr__(self) -> str:
        return f"'{int(self)}'"


class World:
    """The env as it is made by default. Where the browser and its driver are, it reads from the environment."""

    def __init__(self) -> None:
        self._gymnasium = importlib.import_module("gymnasium")
        self._gymnasium.register_envs(importlib.import_module("miniwob"))
        self._types = importlib.import_module("miniwob.action").ActionTypes
        self._env: Any = None

    def facts(self) -> dict[str, str]:
        found = self._instance().driver.capabilities if self._env is not None else {}
        browser = f"{found['browserName']} {found['browserVersion']}" if found else ""
        return {
            "engine": f"miniwob {version('miniwob')}, selenium {version('selenium')}",
            "browser": browser,
            "headless": str(self._instance().headless) if self._env is not None else "",
            "waits": f"after a step {self._instance().wait_ms:g} ms" if self._env is not None else "",
            "reset": "same page, started anew",
        }

    def open(self, task: str) -> None:
        self.close()
        self._env = self._gymnasium.make(f"miniwob/{task}-v1", action_space_config="all_supported")

    def reset(self, seed: int) -> Any:
        return self._env.reset(seed=Seed(seed))[0]["screenshot"]

    def step(self, move: dict[str, Any]) -> tuple[Any, float, bool]:
        create = self._env.unwrapped.create_action
        if move["kind"] == "click":
            action = create(self._types.CLICK_COORDS, coords=[move["x"], move["y"]])
        else:
            action = create(self._types.TYPE_TEXT, text=move["text"])
        observation, _, done, _, info = self._env.step(action)
        # At the end of an episode this env gives back black pixels in place of a screenshot.
        return (None if done else observation["screenshot"]), float(info["raw_reward"]), bool(done)

    def close(self) -> None:
        env, self._env = self._env, None
        if env is not None:
            env.close()

    def _instance(self) -> Any:
        return self._env.unwrapped.instance
