"""A recorded episode of Android-in-the-Zoo as a world, so that offline benchmarks go through the one loop."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import gymnasium
import numpy as np

from actions.call import ActionError
from actions.space import Action
from envs.base import EnvError, Observation, observation_space, task_of
from envs.options import read_options
from envs.replay.aitz import read_episode, read_one
from envs.replay.gold import gold_action
from envs.replay.layout import episode_folders
from envs.replay.options import ReplayOptions
from envs.replay.pictures import DamagedPictureError, read_picture
from envs.replay.space import ReplaySpace
from envs.replay.step import AitzEpisode, AitzStep

MAX_TEXT = 8192
_FIRST = (600, 270)
"""Height and width until a reset says which."""


class AitzReplay(gymnasium.Env[Observation, Action]):
    """Teacher forcing: step n shows the recorded screen n, and the recorded screen n + 1 follows whatever is done.

    An action is taken down in `info` and judged by nobody here: the reward is always 0, scoring is `evals.aitz`'s. The
    episode terminates after its last step's action. A step whose picture is missing or damaged cannot be shown: it is
    passed over, and without a prediction it counts as wrong.

    The episode is the option `episode`, else the task's (`reset(options={"task": ID})`), else one by the seed. `info`
    holds `episode_id`, `step_id` (of the step just answered, None after a reset), the whole `gold` action after a
    step, and how many steps of the episode are known to be passed over: a picture is decoded when its turn comes.

    Args:
        options: the keywords of `ReplayOptions`.

    Raises:
        EnvError: at reset, when there is no such set or episode; when a picture that was there is so no more.
    """

    metadata = {"render_modes": ["rgb_array"], "render_fps": 1}  # noqa: RUF012 - gymnasium's own class attribute

    def __init__(self, render_mode: str | None = None, **options: Any) -> None:
        self.options = read_options(ReplayOptions, options)
        self.render_mode = render_mode
        self._space = ReplaySpace()
        self.action_space = self._space
        self.observation_space = observation_space(*_FIRST, MAX_TEXT)
        self._episode: AitzEpisode | None = None
        self._shown: list[AitzStep] = []
        self._at = 0
        self._seen: Observation | None = None

    @property
    def step_now(self) -> AitzStep:
        """The recorded step whose screen is shown; the last one after the end. Raises EnvError before a reset."""
        if self._episode is None:
            raise EnvError("the replay shows nothing before reset()")
        return self._shown[min(self._at, len(self._shown) - 1)]

    @property
    def skipped(self) -> tuple[AitzStep, ...]:
        """The recorded steps between the screen shown and the one before it, which had none to show."""
        if self._episode is None or self._at >= len(self._shown):
            return ()
        steps = self._episode.steps
        first = 0 if self._at == 0 else steps.index(self._shown[self._at - 1]) + 1
        return steps[first : steps.index(self._shown[self._at])]

    def reset(
        self, *, seed: int | None = None, options: dict[str, Any] | None = None
    ) -> tuple[Observation, dict[str, Any]]:
        super().reset(seed=seed)
        episode = self._choose(task_of(options))
        self._episode, self._at, self._seen = episode, 0, None
        self._shown = [step for step in episode.steps if step.image is not None]
        self._seen = self._look()
        if self._seen is None:
            self._episode = None
            raise EnvError(f"{episode.folder} has no screen to show; run: visuomotor data check aitz ROOT")
        height, width = self._seen["image"].shape[:2]
        self.observation_space = observation_space(height, width, MAX_TEXT)  # every phone has its own
        return self._seen, {"episode_id": episode.episode_id, "step_id": None, "passed_over": self._passed_over()}

    def step(self, action: Action) -> tuple[Observation, float, bool, bool, dict[str, Any]]:
        if not self.action_space.contains(action):
            raise ActionError(f"{action!r} is not an action of a phone.")
        done = self.step_now
        if self._at >= len(self._shown):
            raise EnvError("the recorded episode is over; reset() begins another")
        assert self._seen is not None
        self._at += 1
        seen = self._look()
        # After the last step its screen stays: nobody recorded what came of it.
        self._seen = {"image": self._seen["image"].copy(), "text": ""} if seen is None else seen
        gold = self._space.encode(gold_action(done))
        info = {
            "episode_id": done.episode_id,
            "step_id": done.step_id,
            "gold": {"name": gold.name, "arguments": gold.arguments},
            "passed_over": self._passed_over(),
        }
        return self._seen, 0.0, seen is None, False, info

    def oracle(self) -> tuple[str, Action]:
        """What the person did on the screen shown, and the annotators' thought."""
        step = self.step_now
        return " ".join(step.thought.split()), gold_action(step)

    def render(self) -> Any:
        if self.render_mode != "rgb_array" or self._seen is None:
            return None
        return self._seen["image"]

    def _choose(self, task: str) -> AitzEpisode:
        if not self.options.root:
            raise EnvError("the replay needs a set: --root FOLDER (visuomotor data make aitz FOLDER makes one)")
        root, split = Path(self.options.root), self.options.split
        if wanted := self.options.episode or task:
            return read_one(root, split, wanted)
        folders = episode_folders(root, split)
        folder = folders[int(self.np_random.integers(len(folders)))]
        episode, defects = read_episode(folder)
        if episode is None:
            raise EnvError(f"the episode cannot be read: {defects[0]}")
        return episode

    def _passed_over(self) -> int:
        return 0 if self._episode is None else len(self._episode.steps) - len(self._shown)

    def _look(self) -> Observation | None:
        """The screen whose turn it is, past those that are damaged; None where there is no further one."""
        while self._at < len(self._shown):
            step = self._shown[self._at]
            assert step.image is not None
            try:
                pixels = read_picture(step.image)
            except DamagedPictureError:
                del self._shown[self._at]  # as if it had been missing: the answers to the others are worth keeping
                continue
            return {"image": np.ascontiguousarray(pixels), "text": self._words(step)[:MAX_TEXT]}
        return None

    def _words(self, step: AitzStep) -> str:
        """The goal with the first screen, and with every screen what `inputs` adds to it."""
        lines = [step.instruction] if self._at == 0 or self.options.repeat_goal else []
        match self.options.inputs:
            case "think":
                lines.append(f"Thought: {step.thought}")
            case "desc":
                lines += [f"Thought: {step.thought}", f"Next action: {step.description}"]
        return "\n".join(lines)
