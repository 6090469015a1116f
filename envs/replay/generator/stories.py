"""What happens in a made episode: a goal of one of the subsets, and the scenes that lead to it.

Every gold action can be told from the goal and the screen: what is to be touched is on it under the name the goal
gives, a list that lacks it is scrolled, a page that has nothing to do with the goal is left.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from envs.replay.generator import pages
from envs.replay.generator.look import Look
from envs.replay.generator.page import Page
from envs.replay.generator.scene import Scene, press, stop, swipe, tap, write
from envs.replay.generator.words import (
    ADJECTIVES,
    APPS,
    CAPITALS,
    CITIES,
    GOODS,
    MAIL,
    NEW_APPS,
    PICTURES,
    SETTINGS,
    SHOPS,
)

_DAYS = ("Mon, Aug 8", "Tue, Sep 13", "Wed, Oct 5", "Thu, Nov 17", "Fri, Jan 20", "Sat, Feb 4", "Sun, Mar 26")
_DOCK = ("Phone", "Messages", "Browser", "Camera")


@dataclass(frozen=True, slots=True)
class Story:
    goal: str
    scenes: Sequence[Scene]


def general(look: Look, rng: random.Random) -> Story:
    """A question for the web."""
    if rng.random() < 0.7:
        country, capital = rng.choice(sorted(CAPITALS.items()))
        goal, query, fact = f"What is the capital of {country}?", f"capital of {country.lower()}", capital
    else:
        city = rng.choice(CITIES)
        goal, query = f"What's the weather in {city}?", f"weather in {city.lower()}"
        fact = f"{rng.randint(-5, 35)} °C, {rng.choice(('sunny', 'cloudy', 'rain'))}"
    scenes = [*_astray(look, rng, goal), *_from_home(look, rng, "search", goal, "The search page opens.")]
    empty = pages.search(look, "", "Search", "", [], keyboard=True)
    scenes.append(write(empty, query, f"The search field is empty. Type the question: {query}.", "The query appears."))
    typed = pages.search(look, "", "Search", query, [f"{query} today", f"{query} map"], keyboard=True)
    scenes.append(_submit(typed, rng))
    found = pages.answer(look, query, fact, [f"{query.title()} - Encyclopedia", f"All about {query}", "More results"])
    if rng.random() < 0.3:
        why = "The answer is shown, and more results are below. Look at them."
        scenes.append(swipe(found, "up", why, "More results are shown."))
        scenes.append(swipe(found, "down", "The answer was further up. Go back to it.", "The answer is shown again."))
    return Story(goal, [*scenes, stop(found, f"The answer is on the screen: {fact}.")])


def google_apps(look: Look, rng: random.Random) -> Story:
    """An app to open, a setting to change, or photos to look through."""
    return rng.choice((_open_app, _change_setting, _browse_photos))(look, rng)


def install(look: Look, rng: random.Random) -> Story:
    """An app to get from the store; some are there already, and some do not exist."""
    app = rng.choice(NEW_APPS)
    goal = f'install app "{app}"'
    scenes = [*_astray(look, rng, goal), *_from_home(look, rng, "Store", goal, "The store opens.")]
    start = pages.search(look, "Store", "Search apps", "", [], keyboard=False)
    scenes.append(tap(start, "search", f"The store is open. Search for {app}.", "The search field gets the focus."))
    empty = pages.search(look, "Store", "Search apps", "", [], keyboard=True)
    scenes.append(write(empty, app.lower(), f"The search field has the focus. Type {app}.", "The name appears."))
    fate = rng.choices(("Install", "Open", "nothing"), (6, 2, 2))[0]
    if fate == "nothing":
        typed = pages.search(look, "Store", "Search apps", app.lower(), [], keyboard=True)
        scenes.append(press(typed, "enter", "The name is typed. Start the search.", "The results appear."))
        lacking = pages.nothing(look, app.lower())
        return Story(goal, [*scenes, stop(lacking, f"The store has no app {app}: it cannot be done.", done=False)])
    others = rng.sample([name for name in NEW_APPS if name != app], 2)
    offered = [app, *others]
    rng.shuffle(offered)
    typed = pages.search(look, "Store", "Search apps", app.lower(), offered, keyboard=True)
    scenes.append(tap(typed, app, f'"{app}" is among the suggestions. Choose it.', "The app's page opens."))
    if fate == "Install":
        page = pages.store_page(look, rng, app, "Install")
        scenes.append(tap(page, "button", f"{app} is not installed. Install it.", "The app is installed."))
    after = pages.store_page(look, rng, app, "Open")
    return Story(goal, [*scenes, stop(after, f'The button says "Open": {app} is installed.')])


def single(look: Look, rng: random.Random) -> Story:
    """A part of a task, of one or two steps."""
    if rng.random() < 0.5:
        provider = rng.choice(MAIL)
        page = pages.listing(look, "Set up email", MAIL, "A list of e-mail providers.")
        scene = tap(page, provider, f'"{provider}" is in the list. Choose it.', "Its page opens.")
        end = stop(pages.app_page(look, rng, provider), f"The page of {provider} is open.")
        return Story(f"Select {provider} as the e-mail provider", [scene, end])
    index = rng.randint(1, 4)
    forward = rng.random() < 0.5
    page = pages.photo(look, PICTURES[index], index, len(PICTURES))
    goal = f"Show the {'next' if forward else 'previous'} photo"
    why = "A photo fills the screen. Move it aside for the one " + ("after it." if forward else "before it.")
    reached = pages.photo(look, PICTURES[index + (1 if forward else -1)], index + (1 if forward else -1), len(PICTURES))
    first = swipe(page, "left" if forward else "right", why, "Another photo is shown.")
    return Story(goal, [first, stop(reached, "The photo asked for is shown.")])


def web_shopping(look: Look, rng: random.Random) -> Story:
    """A thing to find in a shop and to put into its cart."""
    site, item = rng.choice(SHOPS), f"{rng.choice(ADJECTIVES)} {rng.choice(GOODS)}"
    goal = f'Go to {site}, search for "{item}" and add it to the cart'
    scenes = [*_astray(look, rng, goal), *_from_home(look, rng, "Browser", goal, "The browser opens.")]
    tab = pages.blank_tab(look)
    scenes.append(tap(tab, "search", "The tab is empty. Go to the address bar.", "The address bar gets the focus."))
    ready = pages.blank_tab(look, keyboard=True)
    scenes.append(write(ready, site, f"The address bar has the focus. Type {site}.", "The address appears."))
    typed = pages.blank_tab(look, site, keyboard=True)
    scenes.append(press(typed, "enter", "The address is typed. Go there.", "The shop's page loads."))
    if rng.random() < 0.3:
        offer = pages.shop(look, site, popup=True)
        scenes.append(tap(offer, "close", "An offer covers the page. Close it.", "The shop's page can be seen."))
    front = pages.shop(look, site, popup=False)
    scenes.append(tap(front, "search", "The shop has a search field. Go there.", "The search field gets the focus."))
    empty = pages.search(look, "", "Search products", "", [], keyboard=True)
    scenes.append(write(empty, item, f"The search field has the focus. Type {item}.", "The words appear."))
    filled = pages.search(look, "", "Search products", item, [f"{item} set"], keyboard=True)
    scenes.append(_submit(filled, rng))
    return Story(goal, [*scenes, *_buy(look, rng, site, item)])


STORIES = {
    "general": general, "google_apps": google_apps, "install": install, "single": single, "web_shopping": web_shopping,
}  # fmt: skip


def _open_app(look: Look, rng: random.Random) -> Story:
    app = rng.choice([app for app in APPS if app not in _DOCK])
    goal = f'open app "{app}"'
    scenes = [*_astray(look, rng, goal)]
    if rng.random() < 0.4:
        scenes += _from_home(look, rng, app, goal, f"{app} opens.")
    else:
        page = _home(look, rng, [other for other in APPS if other not in (app, *_DOCK)])
        why = f"{app} is not on the home screen. Open the app drawer."
        scenes.append(swipe(page, "up", why, "All apps are shown."))
        scenes += _in_drawer(look, rng, app)
    return Story(goal, [*scenes, stop(pages.app_page(look, rng, app), f"{app} is open.")])


def _in_drawer(look: Look, rng: random.Random, app: str) -> Iterator[Scene]:
    names, room = sorted(APPS), pages.drawer_room(look)
    first = names[:room]
    if app not in first:
        why = f"{app} comes later in the alphabet. Scroll on."
        yield swipe(pages.drawer(look, rng, first), "up", why, "More apps are shown.")
        first = names[-room:]
    elif rng.random() < 0.2 and app not in names[-room:]:
        why = f"{app} comes earlier in the alphabet. Scroll back."
        yield swipe(pages.drawer(look, rng, names[-room:]), "down", why, "Earlier apps are shown.")
    yield tap(pages.drawer(look, rng, first), app, f"{app} is in the drawer. Open it.", f"{app} opens.")


def _change_setting(look: Look, rng: random.Random) -> Story:
    name, turn_on = rng.choice(SETTINGS), rng.random() < 0.5
    goal = f"turn {'on' if turn_on else 'off'} {name}"
    scenes = [*_from_home(look, rng, "Settings", goal, "The settings open.")]
    names = list(SETTINGS)
    rng.shuffle(names)
    room = pages.rows_of(look)
    shown = names[:room]
    words = "The list of settings."
    if name not in shown:
        page = pages.listing(look, "Settings", shown, words)
        scenes.append(swipe(page, "up", f"{name} is not among these settings. Scroll on.", "More settings are shown."))
        shown = names[-room:]
    page = pages.listing(look, "Settings", shown, words)
    scenes.append(tap(page, name, f'"{name}" is in the list. Open it.', "The setting opens."))
    already = rng.random() < 0.2
    if not already:
        state = "off" if turn_on else "on"
        page = pages.switch(look, name, on=not turn_on)
        scenes.append(tap(page, "switch", f"{name} is {state}. Touch the switch.", "The switch changes."))
    done = pages.switch(look, name, on=turn_on)
    return Story(goal, [*scenes, stop(done, f"{name} is {'on' if turn_on else 'off'}.")])


def _browse_photos(look: Look, rng: random.Random) -> Story:
    start, wanted = rng.sample(range(len(PICTURES)), 2)
    wanted = max(start - 3, min(start + 3, wanted))
    goal = f"show photo {wanted + 1} of the album"
    scenes = [*_from_home(look, rng, "Photos", goal, "A photo is shown.")]
    total, way = len(PICTURES), 1 if wanted > start else -1
    for index in range(start, wanted, way):
        why = f"This is photo {index + 1}, photo {wanted + 1} is wanted. Go on."
        direction = "left" if way > 0 else "right"
        page = pages.photo(look, PICTURES[index], index, total)
        scenes.append(swipe(page, direction, why, "The photo beside it is shown."))
    page = pages.photo(look, PICTURES[wanted], wanted, total)
    return Story(goal, [*scenes, stop(page, f"Photo {wanted + 1} is shown.")])


def _home(look: Look, rng: random.Random, others: Sequence[str], needed: str | None = None) -> Page:
    apps = rng.sample([app for app in others if app != needed], rng.randint(3, 6))
    if needed is not None and needed not in _DOCK:
        apps.insert(rng.randint(0, len(apps)), needed)
    return pages.home(look, rng, apps, _DOCK, rng.choice(_DAYS))


def _from_home(look: Look, rng: random.Random, name: str, goal: str, then: str) -> Iterator[Scene]:
    """Touch an app, or the search bar, on the home screen."""
    others = [app for app in APPS if app not in _DOCK]
    page = _home(look, rng, others, None if name == "search" else name)
    what = "The search bar is at the bottom" if name == "search" else f"{name} is on the home screen"
    yield tap(page, name, f"{what}. It leads to the goal: {goal}", then)


def _astray(look: Look, rng: random.Random, goal: str) -> Iterator[Scene]:
    """At times the phone is somewhere else at first."""
    if rng.random() < 0.35:
        page = pages.listing(look, "Set up email", MAIL, "A list of e-mail providers.")
        why = f"This page has nothing to do with the goal. Go to the home screen for: {goal}"
        yield press(page, "home", why, "The home screen is shown.")
    elif rng.random() < 0.2:
        page = pages.switch(look, rng.choice(SETTINGS), on=True)
        why = f"This setting has nothing to do with the goal. Go back for: {goal}"
        yield press(page, "back", why, "The page before is shown.")


def _submit(page: Page, rng: random.Random) -> Scene:
    """Start a search, by the enter key or by the keyboard's own."""
    if rng.random() < 0.7:
        return press(page, "enter", "The words are typed. Start the search.", "The results appear.")
    return tap(page, "go", "The words are typed. Start the search.", "The results appear.")


def _buy(look: Look, rng: random.Random, site: str, item: str) -> Iterator[Scene]:
    room = pages.goods_room(look)
    names = [f"{adjective} {item.split()[1]}" for adjective in ADJECTIVES if adjective != item.split()[0]]
    offers = [(name, f"$ {rng.randint(3, 80)}.{rng.choice(('00', '50', '99'))}") for name in rng.sample(names, room)]
    price = f"$ {rng.randint(3, 80)}.99"
    if rng.random() < 0.35:
        page = pages.goods(look, site, item, offers)
        yield swipe(page, "up", f'"{item}" is not among these. Scroll on.', "More results are shown.")
        offers = offers[:-1]
    offers = offers[: room - 1]
    offers.insert(rng.randint(0, len(offers)), (item, price))
    yield tap(pages.goods(look, site, item, offers), item, f'"{item}" is among the results. Open it.', "It opens.")
    page = pages.product(look, site, item, price, added=False)
    yield tap(page, "button", "This is what is wanted. Put it into the cart.", "It is added to the cart.")
    page = pages.product(look, site, item, price, added=True)
    yield stop(page, 'The page says "Added to cart".')
