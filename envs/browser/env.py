"""A real Chromium, driven from screenshots: `visuomotor/browser-v0`."""

from __future__ import annotations

from dataclasses import fields
from typing import Any
from urllib.parse import urlsplit

import gymnasium
import numpy as np
from numpy.typing import NDArray

from actions.browser import Answer, BrowserAction, Done, browser_space
from actions.call import ActionError
from actions.point import Point
from actions.space import Action
from envs.base import EnvError, Intent, Observation, observation_space, task_of
from envs.browser.browsing import Browsing, Sight
from envs.browser.chromium import Launch
from envs.browser.intent import intent_of
from envs.browser.options import BrowserOptions, size_of
from envs.browser.proxy import Proxy
from envs.browser.seat import Seat
from envs.browser.sites import Sites
from envs.browser.tab import View
from envs.notices import plain
from envs.options import read_options
from envs.screen import ANSWERED, MAX_TEXT, facts_of, goal_lines
from envs.vault import Vault

# Chrome's own for every phone, since it no longer tells the model or the exact version.
_PHONE = (
    "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Mobile Safari/537.36"
)


class BrowserEnv(gymnasium.Env[Observation, Action]):
    """A task on a site. The model sees the page's pixels, the address, and what happened that pixels do not show.

    An episode has a browser context (a profile) of its own, and a network of its own: pages of other sites are not
    shown, and loopback and private addresses are out of reach (see `Sites` and `Proxy`). The reward is always 0: what
    `done` says is the model's own view, told in `info["status"]`.

    Args:
        render_mode: "rgb_array" or None.
        options: the fields of `BrowserOptions`.

    Raises:
        EnvError: on options that make no sense; nothing is started before `reset`.
    """

    metadata = {"render_modes": ["rgb_array"], "render_fps": 1}  # noqa: RUF012 - gymnasium's own class attribute

    def __init__(self, render_mode: str | None = None, **options: Any) -> None:
        self.options = read_options(BrowserOptions, options)
        self.render_mode = render_mode
        self._vault = Vault.open(self.options.secrets)
        width, height = size_of(self.options)
        self.observation_space = observation_space(height, width, MAX_TEXT)
        self.action_space = browser_space(secrets=bool(self._vault.labels), uploads=bool(self.options.uploads))
        self._seat = Seat()
        self._proxy: Proxy | None = None
        self._launch: Launch | None = None
        self._browsing: Browsing | None = None
        self._sight: Sight | None = None
        self._facts: dict[str, Any] = {}
        self._told = ""

    def reset(
        self, *, seed: int | None = None, options: dict[str, Any] | None = None
    ) -> tuple[Observation, dict[str, Any]]:
        """Open the start page in a fresh context. Raises EnvError when it cannot be opened."""
        super().reset(seed=seed)
        task = task_of(options)
        if not self.options.url:
            raise EnvError("the browser needs a page to start on: --url https://…")
        self._facts, self._told = {"task": task, "status": "", "answer": ""}, ""
        self._sight = self._seat.run(self._open())
        return self._observe(goal_lines(task, self._vault)), self._info()

    def step(self, action: Action) -> tuple[Observation, float, bool, bool, dict[str, Any]]:
        """Act and look. Raises EnvError when the browser is gone, ActionError for an action of another space."""
        if not self.action_space.contains(action):
            raise ActionError(f"{action!r} is not an action of a browser.")
        browsing = self._begun()
        ended = isinstance(action, Done)
        if isinstance(action, Done):
            self._facts["status"] = action.status
        elif isinstance(action, Answer):
            self._facts["answer"] = action.text
            browsing.notices.say(ANSWERED)
        self._facts["device"] = device_points(action, browsing.view)
        self._sight = self._seat.run(self._act(browsing, action))  # type: ignore[arg-type]  # the space holds no others
        return self._observe([]), 0.0, ended, False, self._info()

    def intent(self, action: Action) -> Intent | None:
        """What an action would bring about that a person may want to decide, judged by what is under it."""
        return self._seat.run(intent_of(self._begun(), action))

    def render(self) -> NDArray[np.uint8] | None:
        return None if self.render_mode is None or self._sight is None else self._sight.image

    def close(self) -> None:
        """End the episode's context, proxy and, with the last env, the browser."""
        self._seat.leave(self._end())
        self._sight = None

    async def _open(self) -> Sight:
        await self._end_episode()
        sites = Sites.around(self.options.url, self.options.allow_domain, self.options.allow_local)
        if self._proxy is None:
            self._proxy = Proxy(sites)
            await self._proxy.start()
        credentials = self._proxy.credentials
        self._launch = Launch(
            headless=not self.options.headed,
            sandbox=self.options.sandbox,
            proxy=self._proxy.address,
            credentials=(credentials.username, credentials.password),
        )
        settings = context_settings(self.options)
        if self.options.http_user:
            settings["http_credentials"] = self._http_credentials()
        if self.options.profile:
            context = await self._seat.driver.persistent(self._launch, self.options.profile, settings)
        else:
            context = await (await self._seat.driver.browser(self._launch)).new_context(**settings)
        self._browsing = Browsing(context, self.options, self._vault, sites.refusal_to_visit)
        await self._browsing.open(self.options.url)
        return await self._browsing.look()

    async def _act(self, browsing: Browsing, action: BrowserAction) -> Sight:
        await browsing.act(action)
        return await browsing.look()

    def _http_credentials(self) -> dict[str, str]:
        parts = urlsplit(self.options.url)
        password = self._vault.value(self.options.http_secret)
        if password is None:
            raise EnvError(f"there is no secret {self.options.http_secret!r} for http_secret")
        origin = f"{parts.scheme}://{parts.netloc}"
        return {"username": self.options.http_user, "password": password, "origin": origin}

    async def _end_episode(self) -> None:
        browsing, self._browsing = self._browsing, None
        if browsing is not None:
            await browsing.close()

    async def _end(self) -> None:
        await self._end_episode()
        if self._launch is not None:
            await self._seat.driver.quit(self._launch)
        if self._proxy is not None:
            proxy, self._proxy = self._proxy, None
            await proxy.close()

    def _begun(self) -> Browsing:
        if self._browsing is None:
            raise EnvError("a step comes after reset()")
        return self._browsing

    def _observe(self, lines: list[str]) -> Observation:
        sight = self._sight
        assert sight is not None
        lines = [*lines, *sight.lines]
        where = f"Tab {sight.tab} of {sight.tabs}: “{plain(sight.title, 80)}” {plain(sight.url, 200)}"
        if where != self._told:
            lines.append(where)
            self._told = where
        return {"image": sight.image, "text": "\n".join(lines)[:MAX_TEXT]}

    def _info(self) -> dict[str, Any]:
        return {**self._facts, **facts_of(self._sight)}


def context_settings(options: BrowserOptions) -> dict[str, Any]:
    """What Playwright makes a context of."""
    settings: dict[str, Any] = {
        "viewport": {"width": options.width, "height": options.height},
        "device_scale_factor": options.scale,
        "is_mobile": options.mobile,
        "has_touch": options.mobile,
        "locale": options.locale,
        "accept_downloads": bool(options.downloads),
    }
    agent = options.user_agent or (_PHONE if options.mobile else "")
    return settings | ({"user_agent": agent} if agent else {})


def device_points(action: Action, view: View) -> dict[str, list[float]]:
    """The points of an action in CSS pixels of the page, as they go to the browser."""
    names = [entry.name for entry in fields(action)]  # type: ignore[arg-type]
    points = {name: value for name in names if isinstance(value := getattr(action, name), Point)}
    return {name: [round(number, 2) for number in view.css(point)] for name, point in points.items()}
