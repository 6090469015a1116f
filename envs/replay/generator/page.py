"""A page of the drawn phone, and the parts of it that can be touched."""

from __future__ import annotations

import random
from dataclasses import dataclass, field

from envs.replay.generator.look import WIDTH, Colour, Look
from envs.replay.generator.screen import BAR, Area, Screen

KEYS = ("qwertyuiop", "asdfghjkl", "zxcvbnm")
KEYBOARD = 150.0
"""Height in units."""


@dataclass(frozen=True, slots=True)
class Target:
    """Something that can be touched: where, and what a description calls it."""

    area: Area
    words: str


@dataclass
class Page:
    """A screen, its targets by name, and what it shows in a sentence."""

    screen: Screen
    words: str
    targets: dict[str, Target] = field(default_factory=dict)

    def add(self, name: str, area: Area, words: str) -> None:
        self.targets[name] = Target(area, words)


def begin(look: Look, words: str, ground: Colour | None = None) -> Page:
    """An empty page."""
    return Page(Screen(look, ground), words)


def finish(page: Page, *, keyboard: bool = False) -> Page:
    """Draw what lies above everything: the bars, and the keyboard."""
    if keyboard:
        _keyboard(page)
    screen = page.screen
    screen.box(Area(0, screen.look.tall - BAR, WIDTH, BAR), screen.look.paper)
    screen.bars()
    return page


def title_bar(page: Page, title: str, *, back: bool = True) -> float:
    """A bar with the page's title; returns where the content begins."""
    screen = page.screen
    if back:
        page.add("back", screen.icon("ICON_ARROW_BACKWARD", Area(12, 32, 14, 12)), "back arrow")
    screen.text(36 if back else 14, 33, title, 12)
    screen.icon("ICON_THREE_DOTS", Area(250, 31, 10, 14), screen.look.faint)
    screen.line(56)
    return 64.0


def search_field(page: Page, y: float, hint: str, text: str = "", *, mic: bool = False, called: str = "") -> None:
    """A field with a magnifier; `text` is what stands in it, with a caret once it has the focus."""
    screen, look = page.screen, page.screen.look
    area = screen.box(Area(14, y, WIDTH - 28, 28), look.tint, 13)
    screen.icon("ICON_MAGNIFYING_GLASS", Area(24, y + 8, 12, 12), look.faint)
    shown = screen.text(44, y + 9, text or hint, 10, look.ink if text else look.faint)
    if text:
        screen.box(Area(shown.x + shown.width + 2, y + 7, 1, 14), look.accent)
    if mic:
        screen.icon("ICON_MIC", Area(234, y + 7, 12, 14), look.accent)
    page.add("search", Area(44, area.y, 100, area.height), called or f'"{hint}" field')


def app_icon(page: Page, rng: random.Random, name: str, x: float, y: float, *, label: bool = True) -> None:
    """A round icon with the app's first letter, in a colour that goes with the name, and the name below."""
    screen = page.screen
    area = screen.box(Area(x, y, 32, 32), colour_of(name), 16)
    screen.text(x + 16, y + 9, name[0], 14, (255, 255, 255), centred=True, noted=rng.random() < 0.5)
    if label:
        screen.text(x + 16, y + 37, name, 7.5, centred=True)
    page.add(name, area, f'"{name}" app icon')


def colour_of(name: str) -> Colour:
    """The same for a name in every episode."""
    hue = sum(ord(letter) * (index + 3) for index, letter in enumerate(name))
    return 60 + hue * 37 % 150, 60 + hue * 59 % 150, 60 + hue * 83 % 150


def row(page: Page, y: float, name: str, called: str = "") -> None:
    """A line of a list; people touch its words."""
    screen = page.screen
    shown = screen.text(18, y + 9, name, 10)
    screen.line(y + 38, 14, WIDTH - 14)
    page.add(name, Area(14, y + 2, shown.width + 24, 34), called or f'"{name}" entry')


def _keyboard(page: Page) -> None:
    screen, look = page.screen, page.screen.look
    top = screen.bottom - KEYBOARD
    screen.box(Area(0, top, WIDTH, KEYBOARD), look.tint)
    for index, letters in enumerate(KEYS):
        left = 6 + (10 - len(letters)) * 13
        for place, letter in enumerate(letters):
            key = Area(left + place * 26, top + 8 + index * 35, 23, 30)
            screen.box(key, look.paper, 3)
            screen.text(key.x + 11.5, key.y + 10, letter, 10, centred=True, noted=False)
    screen.box(Area(66, top + 113, 130, 30), look.paper, 3)
    enter = screen.box(Area(214, top + 113, 50, 30), look.accent, 14)
    screen.icon("ICON_MAGNIFYING_GLASS", Area(233, top + 122, 12, 12), (255, 255, 255))
    page.add("go", enter, "search key of the keyboard")
