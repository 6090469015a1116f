"""The pages: home screen, drawer, lists, searches and their results, store, shop, gallery."""

from __future__ import annotations

import random
from collections.abc import Sequence

from envs.replay.generator.look import WIDTH, Look
from envs.replay.generator.page import (
    Page,
    app_icon,
    begin,
    colour_of,
    finish,
    row,
    search_field,
    title_bar,
)
from envs.replay.generator.screen import Area
from envs.replay.generator.words import PAINTS, SUBJECTS


def home(look: Look, rng: random.Random, apps: Sequence[str], dock: Sequence[str], day: str) -> Page:
    """The home screen: the day, a few apps, a dock, and a search bar below."""
    ground = (38, 50, 66) if look.dark else (214, 226, 240)
    page = begin(look, f"The home screen with {', '.join([*apps, *dock])} and a search bar.", ground)
    page.screen.text(24, 54, day, 12)
    base = page.screen.bottom
    for index, app in enumerate(apps):
        app_icon(page, rng, app, 22 + index % 4 * 64, base - 230 + index // 4 * 66)
    for index, app in enumerate(dock):
        app_icon(page, rng, app, 22 + index % 4 * 64, base - 96, label=False)
    search_field(page, base - 42, "Search", mic=True, called="search bar")
    return finish(page)


def drawer(look: Look, rng: random.Random, apps: Sequence[str]) -> Page:
    """As many apps as fit, in alphabetical order."""
    page = begin(look, "The app drawer, a list of all apps in alphabetical order.")
    search_field(page, 30, "Search your phone and more")
    room = drawer_room(look)
    for index, app in enumerate(apps[:room]):
        app_icon(page, rng, app, 22 + index % 4 * 64, 84 + index // 4 * 66)
    return finish(page)


def drawer_room(look: Look) -> int:
    """Apps that fit the drawer of a screen."""
    return int((look.tall - 34 - 84) // 66) * 4


def app_page(look: Look, rng: random.Random, name: str) -> Page:
    """An app right after it was opened."""
    page = begin(look, f"The {name} app, just opened.")
    title_bar(page, name, back=False)
    page.screen.box(Area(70, 110, 130, 130), colour_of(name), 65)
    page.screen.text(WIDTH / 2, 158, name[0], 44, (255, 255, 255), centred=True, noted=False)
    page.screen.text(WIDTH / 2, 262, f"Welcome to {name}", 12, centred=True)
    page.screen.text(WIDTH / 2, 286, f"{rng.randint(2, 40)} new items", 9, look.faint, centred=True)
    return finish(page)


def listing(look: Look, title: str, names: Sequence[str], words: str) -> Page:
    """A list, cut where the screen ends."""
    page = begin(look, words)
    top = title_bar(page, title)
    for index, name in enumerate(names[: rows_of(look)]):
        row(page, top + index * 40, name)
    return finish(page)


def rows_of(look: Look) -> int:
    """Entries of a list that fit the screen."""
    return int((look.tall - 34 - 64) // 40)


def switch(look: Look, name: str, *, on: bool) -> Page:
    """One setting with its switch."""
    page = begin(look, f"The setting {name}, which is {'on' if on else 'off'}.")
    title_bar(page, name)
    screen = page.screen
    screen.text(18, 82, f"Use {name}", 10)
    kind = "ICON_SWITCH_ON" if on else "ICON_SWITCH_OFF"
    page.add("switch", screen.icon(kind, Area(220, 78, 32, 17), look.accent if on else look.faint), f"{name} switch")
    screen.text(18, 116, "On" if on else "Off", 9, look.faint)
    return finish(page)


def search(look: Look, title: str, hint: str, text: str, suggestions: Sequence[str], *, keyboard: bool) -> Page:
    """A search field with what has been typed, and suggestions."""
    words = f'A search field with "{text}" typed into it.' if text else "An empty search field."
    page = begin(look, words)
    if title:
        page.screen.text(18, 34, title, 13)
    search_field(page, 56, hint, text)
    if text:
        page.add("clear", page.screen.icon("ICON_X", Area(238, 64, 11, 11), look.faint), "close icon")
    for index, suggestion in enumerate(suggestions):
        row(page, 92 + index * 40, suggestion, f'suggestion "{suggestion}"')
    return finish(page, keyboard=keyboard)


def answer(look: Look, query: str, fact: str, details: Sequence[str]) -> Page:
    """A page of web results with the answer on top."""
    page = begin(look, f'Web results for "{query}": {fact}.')
    search_field(page, 30, "Search", query)
    screen = page.screen
    screen.box(Area(14, 72, WIDTH - 28, 70), look.tint, 8)
    screen.text(26, 82, query, 8, look.faint)
    screen.text(26, 100, fact, 20)
    for index, detail in enumerate(details):
        screen.text(18, 160 + index * 44, detail, 10, look.accent)
        screen.box(Area(18, 177 + index * 44, 210, 5), look.tint, 2)
        screen.box(Area(18, 186 + index * 44, 160, 5), look.tint, 2)
    return finish(page)


def nothing(look: Look, query: str) -> Page:
    """A search without a result."""
    page = begin(look, f'The store found no results for "{query}".')
    search_field(page, 30, "Search apps", query)
    page.screen.text(WIDTH / 2, 200, "No results found", 14, centred=True)
    page.screen.text(WIDTH / 2, 224, "There is no such app in the store.", 8, look.faint, centred=True)
    return finish(page)


def store_page(look: Look, rng: random.Random, app: str, state: str) -> Page:
    """An app in the store; `state` is Install or Open."""
    page = begin(look, f'The store page of "{app}" with the button "{state}".')
    title_bar(page, "Store")
    screen = page.screen
    screen.box(Area(18, 72, 52, 52), colour_of(app), 10)
    screen.text(44, 88, app[0], 22, (255, 255, 255), centred=True, noted=False)
    screen.text(82, 78, app, 13)
    screen.text(82, 98, f"{rng.randint(31, 49) / 10} stars, {rng.randint(1, 90)} MB", 8, look.faint)
    page.add("button", screen.button(Area(18, 138, WIDTH - 36, 30), state), f'"{state}" button')
    for index in range(3):
        screen.box(Area(18 + index * 82, 186, 74, 120), look.tint, 6)
    screen.text(18, 322, "About this app", 11)
    for index in range(4):
        screen.box(Area(18, 344 + index * 13, 220 - index * 20, 5), look.tint, 2)
    return finish(page)


def shop(look: Look, name: str, *, popup: bool) -> Page:
    """A shop's start page, at times with an offer before it."""
    words = f"The start page of {name}" + (" behind an offer that covers it." if popup else " with a search field.")
    page = begin(look, words)
    screen = page.screen
    _address(page, name)
    screen.text(18, 72, name.split(".")[0].title(), 15, look.accent)
    page.add("cart", screen.icon("ICON_SHOPPING_CART", Area(238, 70, 16, 16)), "shopping cart")
    search_field(page, 98, "Search products")
    for index in range(4):
        screen.box(Area(18 + index % 2 * 122, 142 + index // 2 * 130, 112, 118), look.tint, 6)
    if popup:
        screen.box(Area(30, 170, WIDTH - 60, 170), look.paper, 8, look.faint)
        page.add("close", screen.icon("ICON_X", Area(214, 182, 14, 14)), "close icon")
        screen.text(WIDTH / 2, 230, "10 % off today", 16, centred=True)
        screen.text(WIDTH / 2, 258, "Join our newsletter", 9, look.faint, centred=True)
    return finish(page)


def goods(look: Look, name: str, query: str, items: Sequence[tuple[str, str]]) -> Page:
    """Results of a shop: pictures, names and prices."""
    page = begin(look, f'Results for "{query}" on {name}: {", ".join(item for item, _ in items)}.')
    screen = page.screen
    _address(page, name)
    screen.text(18, 70, f"Results for {query}", 10, look.faint)
    for index, (item, price) in enumerate(items):
        y = 92 + index * 92
        screen.box(Area(18, y, 76, 76), PAINTS.get(item.split()[0], look.tint), 6)
        screen.text(106, y + 12, item, 11)
        screen.text(106, y + 34, price, 10, look.accent)
        screen.line(y + 84, 14, WIDTH - 14)
        page.add(item, Area(56, y, 130, 60), f'"{item}" in the results')
    return finish(page)


def goods_room(look: Look) -> int:
    """Results that fit the screen."""
    return int((look.tall - 34 - 92) // 92)


def product(look: Look, name: str, item: str, price: str, *, added: bool) -> Page:
    """A product; after `added` the cart holds it."""
    page = begin(look, f'The page of "{item}"' + (": it was added to the cart." if added else "."))
    screen = page.screen
    _address(page, name)
    screen.box(Area(45, 76, 180, 180), PAINTS.get(item.split()[0], look.tint), 8)
    screen.text(18, 270, item, 14)
    screen.text(18, 292, price, 11, look.accent)
    page.add("cart", screen.icon("ICON_SHOPPING_CART", Area(236, 268, 18, 18)), "shopping cart")
    if added:
        screen.box(Area(18, 318, WIDTH - 36, 32), look.tint, 6)
        screen.text(WIDTH / 2, 329, "Added to cart", 10, centred=True)
    else:
        page.add("button", screen.button(Area(18, 318, WIDTH - 36, 32), "Add to cart"), '"Add to cart" button')
    return finish(page)


def photo(look: Look, name: str, index: int, total: int) -> Page:
    """A photo of a row of photos."""
    page = begin(look, f"Photo {index + 1} of {total}, {name}, which fills the screen.")
    title_bar(page, name)
    sky = SUBJECTS[name.lower()]
    area = page.screen.box(Area(0, 90, WIDTH, 270), sky)
    page.screen.box(Area(0, 280, WIDTH, 80), colour_of(name))
    page.screen.box(Area(190, 110, 40, 40), (255, 245, 200), 20)
    page.screen.text(WIDTH / 2, area.y + area.height + 12, f"{index + 1} of {total}", 10, look.faint, centred=True)
    return finish(page)


def _address(page: Page, url: str) -> None:
    screen, look = page.screen, page.screen.look
    screen.box(Area(14, 26, WIDTH - 60, 26), look.tint, 12)
    screen.text(26, 34, url, 10)
    screen.icon("ICON_THREE_DOTS", Area(250, 31, 10, 14), look.faint)
    page.add("address", Area(20, 28, 170, 22), "address bar")


def blank_tab(look: Look, text: str = "", *, keyboard: bool = False) -> Page:
    """A browser without a page."""
    page = begin(look, f'A browser\'s empty tab, "{text}" in its address bar.' if text else "A browser's empty tab.")
    search_field(page, 28, "Search or type web address", text, called="address bar")
    if not keyboard:
        page.screen.text(WIDTH / 2, 200, "New tab", 16, look.faint, centred=True)
    return finish(page, keyboard=keyboard)
