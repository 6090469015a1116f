"""The page: complete, escaped, bounded, and alive in a real browser."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from PIL import Image as PILImage

from actions.android import Press, Swipe
from actions.point import Box, Point
from actions.screen import Click
from envs.replay.step import PRESS_HOME, AitzEpisode
from evals.aitz.predictions.base import Key, Prediction, Reading
from evals.aitz.report.drawing import gold_drawing, predicted_drawing
from evals.aitz.report.page import thumbnail, write_report
from evals.aitz.rules.geometry import Rect
from evals.aitz.score import score_predictions
from tests.evals.aitz.made import click, episode, step

EVIL = '</pre><script>alert(1)</script><img src=x onerror="alert(2)">'


@pytest.fixture
def screen(tmp_path: Path) -> Path:
    path = tmp_path / "screen.png"
    PILImage.new("RGB", (270, 600), (90, 120, 200)).save(path)
    return path


def made(screen: Path | None, count: int = 1) -> tuple[list[AitzEpisode], dict[Key, Prediction]]:
    """Episodes of a press, a swipe and a click, and predictions the rule-sets disagree on."""
    found, said = [], {}
    for at in range(count):
        name, subset = str(at), "general" if at % 2 else "install"
        steps = [
            step(PRESS_HOME, description="press the home button", number=0, episode=name, subset=subset),
            step(touch=(0.5, 0.5), lift=(0.1, 0.5), description="scroll up", number=1, episode=name, subset=subset),
            step(
                touch=(0.5, 0.5),
                description="click",
                number=2,
                episode=name,
                subset=subset,
                elements=[(280, 120, 40, 30)],
            ),
        ]
        steps = [replace(one, image=screen, instruction=f"{EVIL} {at}") for one in steps]
        found.append(episode(steps, name, subset))
        said[name, 0] = Prediction(Press("Home"), text=EVIL)
        said[name, 1] = Prediction(Swipe("down"))
        said[name, 2] = click(0.5, 0.6)
    return found, said


def page(tmp_path: Path, count: int, screen: Path | None, most: int = 20) -> Path:
    found, said = made(screen, count)
    out = tmp_path / "report.html"
    reading = Reading("own", said, notes=(EVIL,))
    write_report(out, score_predictions(found, said, rounds=5), {"model": EVIL}, reading=reading, most=most)
    return out


def test_everything_is_escaped_and_nothing_is_fetched(tmp_path: Path, screen: Path) -> None:
    html = page(tmp_path, 2, screen).read_text()
    assert "<script>alert" not in html
    assert 'onerror="' not in html
    assert html.count("&lt;script&gt;alert(1)") >= 5
    assert re.findall(r'(?:src|href)="(?!data:image/jpeg;base64,)', html) == []
    assert html.count("data:image/jpeg") == 6


def test_the_page_is_bounded_and_spread(tmp_path: Path, screen: Path) -> None:
    html = page(tmp_path, 50, screen, most=5).read_text()
    assert html.count("<article") == 15
    assert [number for number in range(50) if f"alert(2)&#34;&gt; {number}</h3>" in html] == [0, 10, 20, 30, 40]
    assert "5 of 50" in html


def test_a_set_without_pictures_and_one_without_episodes(tmp_path: Path) -> None:
    assert page(tmp_path, 1, None).read_text().count("no picture") == 3
    out = tmp_path / "none.html"
    write_report(out, score_predictions([], {}), {})
    assert "0 steps of 0 episodes" in out.read_text()
    write_report(out, score_predictions([episode([])], {}), {})
    assert "This episode has no step" in out.read_text()


def test_pictures_that_are_none(tmp_path: Path) -> None:
    broken = tmp_path / "broken.png"
    broken.write_bytes(b"\x89PNG\r\n\x1a\n" + b"\x00" * 40)
    assert thumbnail(broken) == ""
    assert thumbnail(tmp_path / "missing.png") == ""


def test_drawings_are_in_pixels() -> None:
    clicked = step(touch=(0.5, 0.5), elements=[(280, 120, 40, 30), (0, 0, 10, 10)])
    assert gold_drawing(clicked).point == (135, 300)
    assert gold_drawing(clicked).boxes == (Rect(120, 280, 150, 320),)
    boxed = Prediction(Click(Point(0.5, 0.5)), box=Box(0, 0, 1, 1))
    assert predicted_drawing(clicked, boxed).boxes == (Rect(0, 0, 270, 600),)
    swiped = step(touch=(0.5, 0.5), lift=(0.1, 0.5))
    assert gold_drawing(swiped).arrow == ((135, 300), (135, 60))
    assert predicted_drawing(swiped, Prediction(Swipe("left"))).arrow == ((135, 300), (67.5, 300))
    assert predicted_drawing(swiped, Prediction(Press("Home"))).arrow is None
    assert predicted_drawing(swiped, None) == predicted_drawing(swiped, Prediction(None))


@pytest.fixture(scope="module")
def chromium() -> Iterator[Any]:
    api = pytest.importorskip("playwright.sync_api")
    from envs.browser.chromium import find_system

    path = find_system(headless=True)
    if path is None:
        pytest.skip("no Chromium on this machine")
    with api.sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield browser
        browser.close()


def test_the_filters_in_a_real_browser(tmp_path: Path, screen: Path, chromium: Any) -> None:
    out = page(tmp_path, 4, screen)
    for width in (1280, 390):
        tab = chromium.new_page(viewport={"width": width, "height": 800})
        errors: list[str] = []
        tab.on("pageerror", lambda error, errors=errors: errors.append(str(error)))
        tab.on("dialog", lambda dialog, errors=errors: errors.append(dialog.message))
        tab.goto(out.as_uri())
        assert tab.inner_text("#shown") == "12 of 12 steps shown"
        tab.select_option("#type", "click")
        assert tab.inner_text("#shown") == "4 of 12 steps shown"
        tab.select_option("#subset", "general")
        assert tab.locator("article:visible").count() == 2
        assert tab.locator("section:visible").count() == 2
        tab.select_option("#rule", label="strict")
        tab.select_option("#verdict", "2")
        assert tab.inner_text("#shown") == "0 of 12 steps shown"
        tab.select_option("#rule", label="qwen-agentcpm")
        assert tab.inner_text("#shown") == "2 of 12 steps shown"
        tab.select_option("#verdict", "d")
        assert tab.locator("article:visible").count() == 2
        assert tab.evaluate("document.documentElement.scrollWidth <= innerWidth")
        assert errors == []
        tab.close()
