"""One step of a made episode: a page, what a person does on it, and the words about it."""

from __future__ import annotations

from dataclasses import dataclass

from envs.replay.generator.page import Page
from envs.replay.generator.screen import Area
from envs.replay.step import COMPLETE, DUAL_POINT, IMPOSSIBLE, PRESS_BACK, PRESS_ENTER, PRESS_HOME, TYPE

_BUTTONS = {"back": PRESS_BACK, "home": PRESS_HOME, "enter": PRESS_ENTER}


@dataclass(frozen=True, slots=True)
class Scene:
    """`target` is where a tap goes, `swipe` the way a finger goes; both None for anything else."""

    page: Page
    action: int
    thought: str
    description: str
    expectation: str
    text: str = ""
    target: Area | None = None
    swipe: str | None = None


def tap(page: Page, name: str, why: str, then: str) -> Scene:
    """Touch a target of the page."""
    target = page.targets[name]
    words = f"click on the {target.words} located at the {_place(page, target.area)} of the screen."
    return Scene(page, DUAL_POINT, why, words, then, target=target.area)


def swipe(page: Page, direction: str, why: str, then: str) -> Scene:
    """Move a finger up, down, left or right."""
    return Scene(page, DUAL_POINT, why, f"scroll {direction}", then, swipe=direction)


def write(page: Page, text: str, why: str, then: str) -> Scene:
    """Type into the field that has the focus."""
    return Scene(page, TYPE, why, f'type in the content: "{text}"', then, text=text)


def press(page: Page, button: str, why: str, then: str) -> Scene:
    """Press back, home or enter."""
    words = "press enter" if button == "enter" else f"press the {button} button"
    return Scene(page, _BUTTONS[button], why, words, then)


def stop(page: Page, why: str, *, done: bool = True) -> Scene:
    """End the episode as completed or as impossible."""
    status = "completed" if done else "impossible"
    return Scene(
        page, COMPLETE if done else IMPOSSIBLE, why, f"stop and set the query as {status}", "The task ends here."
    )


def _place(page: Page, area: Area) -> str:
    x = (area.x + area.width / 2) / 270
    y = (area.y + area.height / 2) / page.screen.look.tall
    down = "top" if y < 0.2 else "upper" if y < 0.4 else "middle" if y < 0.6 else "lower" if y < 0.8 else "bottom"
    across = "left" if x < 1 / 3 else "middle" if x < 2 / 3 else "right"
    return f"{down} {across} part"
