"""MiniWoB++ (Liu et al. 2018, arXiv 1802.08802) through the browser: `visuomotor/miniwob.TASK-v0`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import gymnasium
import numpy as np
from numpy.typing import NDArray

from actions.browser import BrowserAction, Done, mini_page_space
from actions.call import ActionError
from actions.space import Action
from envs.base import EnvError, Observation, observation_space, task_of
from envs.browser.browsing import Browsing, Sight
from envs.browser.chromium import Launch
from envs.browser.env import context_settings, device_points
from envs.browser.miniwob.oracles.registry import ORACLES
from envs.browser.miniwob.site import address, html_folder
from envs.browser.miniwob.tasks import TASKS, is_flight
from envs.browser.options import BrowserOptions, size_of
from envs.browser.seat import Seat
from envs.screen import MAX_TEXT
from envs.vault import Vault

_READY = 20.0
_LAUNCH = Launch(offline=True)
_SCREEN = (160, 210)
_FLIGHT_SCREEN = (375, 667)
_FLIGHT_SCALE = 1.0
# A day of its own for every page, for several draw the present one; the clock still runs.
_DATE = """(() => {
  const shift = Date.UTC(2024, 0, 15, 12) - Date.now();
  const Real = Date;
  window.Date = class extends Real {
    constructor(...given) { if (given.length) super(...given); else super(Real.now() + shift); }
    static now() { return Real.now() + shift; }
  };
})()"""
# What the page shows beside the task: the START cover, the reward display, and the marks of clicks.
_HIDE = """(() => {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync('#sync-task-cover, #reward-display, #click-canvas { display: none !important }');
  document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];
})()"""
# The longest that setTimeout takes: a longer one would fire at once.
_START = """async ([seed, mode, seconds]) => {
  const late = performance.now() + 1000 * seconds;
  const until = async ready => {
    while (!ready()) {
      if (performance.now() > late) throw new Error('the page of the task does not get ready');
      await new Promise(resolve => setTimeout(resolve, 5));
    }
  };
  await until(() => typeof core !== 'undefined' && core.cover_div);
  core.EPISODE_MAX_TIME = 2147483647;
  core.setDataMode(mode);
  Math.seedrandom(seed);
  core.startEpisodeReal();
  await until(() => WOB_TASK_READY);
  const said = core.getUtterance();
  return typeof said === 'object' && said !== null
    ? { utterance: String(said.utterance ?? ''), fields: said.fields ?? {} }
    : { utterance: String(said ?? ''), fields: {} };
}"""
_STATE = """() => typeof WOB_DONE_GLOBAL === 'undefined' ? null
  : { done: Boolean(WOB_DONE_GLOBAL), raw: Number(WOB_RAW_REWARD_GLOBAL), reason: String(WOB_REWARD_REASON ?? '') }"""


class MiniWob(gymnasium.Env[Observation, Action]):
    """One task. The reward is the page's raw one, at the end: 1 is success, without its discount for time.

    The page's own time limit is lifted, the date is always the same, and every episode has a fresh browser context, so
    a seed decides the episode.

    Args:
        task: a name of `TASKS`.
        scale: device pixels a CSS pixel; the task is 160 x 210 CSS pixels. 2.8 makes 448 x 588, which Qwen2-VL takes
            without resizing. The flight sites are 375 x 667 and not scaled unless asked for.
        mode: MiniWoB++'s split of the data some pages draw from, train or test.
        render_mode: "rgb_array" or None.

    Raises:
        EnvError: for an unknown task or split.
    """

    metadata = {"render_modes": ["rgb_array"], "render_fps": 1}  # noqa: RUF012 - gymnasium's own class attribute

    def __init__(
        self, task: str, scale: float | None = None, mode: str = "train", render_mode: str | None = None
    ) -> None:
        if task not in TASKS:
            raise EnvError(f"MiniWoB++ has no task {task!r}")
        if mode not in ("train", "test"):
            raise EnvError(f"unknown mode {mode!r}; choose train or test")
        if scale is not None and not isinstance(scale, int | float):
            raise EnvError(f"the scale is a number, not {scale!r}")
        html_folder()  # said before an evaluation begins, not by every episode
        self.task = task
        self.render_mode = render_mode
        self._mode = mode
        width, height = _FLIGHT_SCREEN if is_flight(task) else _SCREEN
        scale = scale if scale is not None else _FLIGHT_SCALE if is_flight(task) else 2.8
        self.options = BrowserOptions(width=width, height=height, scale=float(scale), quiet=0.02)
        image = size_of(self.options)
        self.observation_space = observation_space(image[1], image[0], MAX_TEXT)
        self.action_space = mini_page_space()
        self.utterance = ""
        self.fields: Mapping[str, Any] = {}
        self.actions: list[Action] = []
        self._seat = Seat()
        self._browsing: Browsing | None = None
        self._sight: Sight | None = None
        self._state: dict[str, Any] = {}
        self._device: dict[str, list[float]] = {}

    @property
    def size(self) -> tuple[int, int]:
        """Width and height of the screen in CSS pixels."""
        return self.options.width, self.options.height

    @property
    def done(self) -> Sequence[Action]:
        """The actions of this episode so far."""
        return tuple(self.actions)

    def reset(
        self, *, seed: int | None = None, options: dict[str, Any] | None = None
    ) -> tuple[Observation, dict[str, Any]]:
        """Load the page and start an episode from a seed. Raises EnvError when the page does not start."""
        super().reset(seed=seed)
        if task_of(options):
            raise EnvError("a MiniWoB++ page draws its goal itself, from the seed; give no task")
        drawn = seed if seed is not None else int(self.np_random.integers(2**31))
        self.actions, self._device = [], {}
        self._sight = self._seat.run(self._open(str(drawn)))
        self._state = {"done": False, "raw": 0.0, "reason": ""}
        return {"image": self._sight.image, "text": "\n".join([self.utterance, *self._sight.lines])}, self._info()

    def step(self, action: Action) -> tuple[Observation, float, bool, bool, dict[str, Any]]:
        """Act, look, and ask the page for its reward. Raises EnvError when the browser is gone."""
        if not self.action_space.contains(action):
            raise ActionError(f"{action!r} is not an action of a MiniWoB++ page.")
        self.actions.append(action)
        self._device = device_points(action, self._begun().view)
        self._sight, state = self._seat.run(self._act(action))  # type: ignore[arg-type]  # the space holds no others
        left = state is None
        self._state = {"done": True, "raw": 0.0, "reason": "the page was left"} if state is None else state
        reward = float(self._state["raw"]) if self._state["done"] else 0.0
        terminated = (bool(self._state["done"]) and not left) or isinstance(action, Done)
        seen: Observation = {"image": self._sight.image, "text": "\n".join(self._sight.lines)}
        return seen, reward, terminated, left and not terminated, self._info()

    def oracle(self) -> tuple[str, Action]:
        """The best next action, from the page's DOM. Raises EnvError where there is no oracle, or it is at a loss."""
        if self.task not in ORACLES:
            raise EnvError(f"there is no oracle for miniwob.{self.task}; there are for {len(ORACLES)} other tasks")
        try:
            return ORACLES[self.task](self)
        except (LookupError, ActionError) as error:  # what it looks for is not there, or not on the screen
            raise EnvError(f"the oracle of miniwob.{self.task} is at a loss: {error}") from error

    def run(self, script: str, argument: Any = None) -> Any:
        """What a JavaScript function returns in the page: for oracles."""
        return self._seat.run(self._evaluate(script, argument))

    def render(self) -> NDArray[np.uint8] | None:
        return None if self.render_mode is None or self._sight is None else self._sight.image

    def close(self) -> None:
        """End the episode's context and, with the last env, the browser."""
        self._seat.leave(self._end())
        self._sight = None

    async def _end(self) -> None:
        browsing, self._browsing = self._browsing, None
        if browsing is not None:
            await browsing.close()

    async def _open(self, seed: str) -> Sight:
        await self._end()
        browser = await self._seat.driver.browser(_LAUNCH)
        context = await browser.new_context(**context_settings(self.options), timezone_id="UTC")
        self._browsing = Browsing(context, self.options, Vault({}), scripts=(_DATE, _HIDE))
        await self._browsing.open(address(self.task))
        page = (await self._browsing.window.tab()).page
        goal = await page.evaluate(_START, [seed, self._mode, _READY])
        self.utterance, self.fields = goal["utterance"], goal["fields"]
        return await self._browsing.look()

    def _begun(self) -> Browsing:
        if self._browsing is None:
            raise EnvError("the page comes with reset()")
        return self._browsing

    async def _act(self, action: BrowserAction) -> tuple[Sight, dict[str, Any] | None]:
        browsing = self._begun()
        await browsing.act(action)
        sight = await browsing.look()
        return sight, await self._evaluate(_STATE, None)

    async def _evaluate(self, script: str, argument: Any) -> Any:
        return await (await self._begun().window.tab()).page.evaluate(script, argument)

    def _info(self) -> dict[str, Any]:
        assert self._sight is not None
        return {
            "task": self.task,
            "utterance": self.utterance,
            "raw_reward": float(self._state["raw"]),
            "done": bool(self._state["done"]),
            "reason": self._state["reason"],
            "device": self._device,
            "settled": self._sight.settled,
            "seconds": self._sight.seconds,
        }
