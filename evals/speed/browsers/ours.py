"""Our MiniWoB++ env, played by `peers/episodes.py` like the others, in a process of its own."""

from __future__ import annotations

import os
from importlib.metadata import version
from typing import Any

from actions.browser import Click, TypeText
from actions.point import Point
from actions.space import Action
from envs.registry import make_env


class World:
    """The env as `make_env` makes it. $VISUOMOTOR_CHROMIUM names another browser, $VISUOMOTOR_SCALE another scale."""

    def __init__(self) -> None:
        self._env: Any = None

    def facts(self) -> dict[str, str]:
        facts = {"engine": f"visuomotor {version('visuomotor')}, playwright {version('playwright')}",
                 "headless": "True", "reset": "new browser context"}  # fmt: skip
        if self._env is None:
            return facts
        env = self._env.unwrapped
        context = env._browsing._context if env._browsing is not None else None
        browser = f"chromium {context.browser.version}" if context is not None else ""
        waits = f"until {1000 * env.options.quiet:g} ms without a change"
        return facts | {"browser": browser, "waits": waits}

    def open(self, task: str) -> None:
        self.close()
        scale = os.environ.get("VISUOMOTOR_SCALE")
        self._env = make_env(f"miniwob.{task}", scale=float(scale) if scale else None)

    def reset(self, seed: int) -> Any:
        return self._env.reset(seed=seed)[0]["image"]

    def step(self, move: dict[str, Any]) -> tuple[Any, float, bool]:
        width, height = self._env.unwrapped.size
        action: Action
        if move["kind"] == "click":
            action = Click(Point(move["x"] / width, move["y"] / height))
        else:
            action = TypeText(move["text"])
        observation, _, terminated, truncated, info = self._env.step(action)
        return observation["image"], float(info["raw_reward"]), bool(terminated or truncated)

    def close(self) -> None:
        env, self._env = self._env, None
        if env is not None:
            env.close()
