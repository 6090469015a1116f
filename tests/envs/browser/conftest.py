"""A real Chromium, and sites on loopback for it."""

from __future__ import annotations

import subprocess
from collections.abc import Callable, Coroutine, Iterator, Mapping
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
import pytest
from numpy.typing import NDArray
from playwright.async_api import Locator, Page

from actions.point import Point
from actions.space import Action
from envs.base import EnvError, Intent
from envs.browser.env import BrowserEnv
from envs.registry import make_env
from tests.envs.browser.serving import Answering, Site

T = TypeVar("T")


class Driven:
    """A browser env and what it showed last."""

    def __init__(self, task: str = "", **options: Any) -> None:
        self.env = make_env("browser", **options)
        self.world: BrowserEnv = self.env.unwrapped  # type: ignore[assignment]
        self.task = task
        self.text = ""
        self.image: NDArray[np.uint8] = np.zeros((1, 1, 3), np.uint8)
        self.info: dict[str, Any] = {}
        self.ended = False

    def reset(self, seed: int | None = 0) -> str:
        try:
            observation, self.info = self.env.reset(seed=seed, options={"task": self.task})
        except EnvError as error:
            if "no browser is installed" in str(error):
                pytest.skip(str(error))
            raise
        return self._see(observation)

    def do(self, *actions: Action) -> str:
        """Act, one after the other; the last one's text."""
        for action in actions:
            observation, reward, self.ended, truncated, self.info = self.env.step(action)
            assert (reward, truncated) == (0.0, False)
            self._see(observation)
        return self.text

    def intent(self, action: Action) -> Intent | None:
        return self.world.intent(action)

    def at(self, selector: str, frame: str = "", dx: float = 0.5, dy: float = 0.5) -> Point:
        """The point of the screenshot that shows the first element of a CSS selector, by default its middle."""
        left, top, width, height = self.box(selector, frame)
        view = self.world._browsing.view  # type: ignore[union-attr]
        return Point((left + dx * width - view.left) / view.width, (top + dy * height - view.top) / view.height)

    def box(self, selector: str, frame: str = "") -> tuple[float, float, float, float]:
        """Left, top, width and height of an element in CSS pixels of the viewport."""

        async def look(page: Page) -> Any:
            return await _found(page, selector, frame).bounding_box(timeout=5000)

        box = self.on_page(look)
        return box["x"], box["y"], box["width"], box["height"]

    def pixels(self, selector: str) -> NDArray[np.uint8]:
        """What the last screenshot shows of an element, on a page that is not scrolled."""
        left, top, width, height = (self.world.options.scale * number for number in self.box(selector))
        return self.image[round(top) : round(top + height), round(left) : round(left + width)]

    def js(self, script: str, frame: str = "") -> Any:
        """What an expression comes to in the page."""

        async def ask(page: Page) -> Any:
            return await _found(page, "html", frame).evaluate(f"() => ({script})", timeout=5000)

        return self.on_page(ask)

    def on_page(self, work: Callable[[Page], Coroutine[Any, Any, T]]) -> T:
        """What some work with Playwright's page of the front tab comes to."""
        browsing, driver = self.world._browsing, self.world._seat.driver
        assert browsing is not None
        assert driver is not None

        async def run() -> T:
            return await work((await browsing.window.tab()).page)

        return driver.run(run(), 60)

    def _see(self, observation: Any) -> str:
        assert self.env.observation_space.contains(observation)
        self.image, self.text = observation["image"], observation["text"]
        return self.text


def _found(page: Page, selector: str, frame: str) -> Locator:
    return (page.frame_locator(frame) if frame else page).locator(selector).first


@pytest.fixture
def serve() -> Iterator[Callable[..., Site]]:
    """Starts sites; they end with the test."""
    sites: list[Site] = []

    def start(pages: Mapping[str, Answering] | str, certificate: Path | None = None) -> Site:
        sites.append(Site({"/": pages} if isinstance(pages, str) else pages, certificate))
        return sites[-1]

    yield start
    for site in sites:
        site.close()


@pytest.fixture
def drive(serve: Callable[..., Site]) -> Iterator[Callable[..., Driven]]:
    """Opens a page, or a site, in an env that is closed with the test."""
    open_ones: list[Driven] = []

    def start(page: Mapping[str, Answering] | str | Site, task: str = "", path: str = "/", **options: Any) -> Driven:
        site = page if isinstance(page, Site) else serve(page)
        options = {"url": site.url(path), **options}
        open_ones.append(Driven(task, **options))
        open_ones[-1].reset()
        return open_ones[-1]

    yield start
    for driven in open_ones:
        driven.env.close()


@pytest.fixture(scope="session")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A key and a certificate for 127.0.0.1 that nobody has signed, in one PEM file."""
    folder = tmp_path_factory.mktemp("tls")
    key, signed = folder / "key.pem", folder / "certificate.pem"
    command = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=127.0.0.1"]
    try:
        subprocess.run([*command, "-keyout", key, "-out", signed], check=True, capture_output=True)
    except FileNotFoundError:
        pytest.skip("no openssl command to make a certificate with")
    both = folder / "both.pem"
    both.write_bytes(key.read_bytes() + signed.read_bytes())
    return both
