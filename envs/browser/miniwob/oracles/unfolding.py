"""Oracles for pages where the thing to click must be found first: tabs, sections, menus, trees, pages of results."""

from __future__ import annotations

from actions.browser import Click, Hover
from envs.browser.miniwob.oracles.look import Look, Oracle, place
from envs.browser.miniwob.oracles.page import (
    Element,
    Step,
    asked,
    click,
    clicks,
    fill,
    find,
    one,
    ordinal,
    pick,
    scroll_to,
    submit,
    wait,
    where,
)


def click_tab(look: Look) -> Step:
    """The tab that the goal names."""
    (name,) = asked(look, r"(Tab #\d)")
    tab = pick(find(look, "#area ul a"), name)
    return click(look, tab, f"{name} is {where(look, tab)}.")


def _link(look: Look, name: str) -> Step | None:
    links = [link for link in find(look, "#area .alink") if link.text == name]
    if not links:
        return None
    return click(look, links[0], f'The link "{name}" is on show, {where(look, links[0])}.')


def click_tab_2(look: Look) -> Step:
    """A link in one of several tabs, opened one after the other; the first is open from the start."""
    (name,) = asked(look, r'link "(.+)"')
    tabs = find(look, "#area ul a")
    step = _link(look, name)
    if step is not None:
        return step
    tab = tabs[clicks(look) + 1]
    return click(look, tab, f'"{name}" is not in the tabs opened so far; the next is {where(look, tab)}.')


def click_collapsible(look: Look) -> Step:
    """Open the only section, then submit."""
    header = one(look, "#area h3")
    if not header.has("ui-accordion-header-active"):
        return click(look, header, f"The section is closed; its header is {where(look, header)}.")
    return submit(look, "The section is open.")


def click_collapsible_2(look: Look) -> Step:
    """A link in one of three sections, opened one after the other; all are closed at the start."""
    (name,) = asked(look, r'link "(.+)"')
    headers = find(look, "#area h3")
    step = _link(look, name)
    if step is not None:
        return step
    header = headers[clicks(look)]
    return click(look, header, f'"{name}" is not on show; open section {clicks(look) + 1}, {where(look, header)}.')


def _hover(look: Look, item: Element) -> Step:
    if item.spot is None:
        return scroll_to(look, item)
    over = Hover(place(look, *item.spot))
    if look.done and look.done[-1] == over:
        return wait(0.5, f'The menu of "{item.text}" is about to open.')
    return f'"{item.text}" leads on; move the mouse over it, {where(look, item)}, to open its menu.', over


def click_menu(look: Look) -> Step:
    """An entry of a nested menu: hovering opens a menu, and only the last entry may be clicked."""
    (path,) = asked(look, r"^Select (.+)$")
    names = path.split(">")
    entries = {entry.text: entry for entry in find(look, "#menu li > div")}
    depth = max(i for i, name in enumerate(names) if name in entries)
    if depth < len(names) - 1:
        return _hover(look, entries[names[depth]])
    entry = entries[names[-1]]
    return click(look, entry, f'The last entry, "{names[-1]}", is {where(look, entry)}.')


def click_menu_2(look: Look) -> Step:
    """An entry of a menu with icons, given by its name or its icon; four of them are in the menu Playback."""
    if not find(look, "#menu"):
        button = one(look, "#open-menu")
        return click(look, button, f'The menu is closed; press "Menu", {where(look, button)}.')
    icons = find(look, "#query .ui-icon")
    if icons:
        (kind,) = (each for each in icons[0].attributes["class"].split() if each != "ui-icon")
        found = find(look, f"#menu li > div:has(.{kind})")
        what = "with the icon of the goal"
    else:
        (name,) = asked(look, r'labeled "(.+)"')
        found = [entry for entry in find(look, "#menu li > div") if entry.text == name]
        what = f'"{name}"'
    if found:
        return click(look, found[0], f"The entry {what} is {where(look, found[0])}.")
    return _hover(look, pick(find(look, "#menu li > div"), "Playback"))


def navigate_tree(look: Look) -> Step:
    """A file or folder by its name; closed folders are opened from the top until it shows."""
    (name,) = asked(look, r'named "(.+)"')
    entries = find(look, "#tree span.file, #tree span.folder")
    named = [entry for entry in entries if entry.text == name]
    if named:
        return click(look, named[0], f'"{name}" is {where(look, named[0])}.')
    folder = one(look, "#tree li.expandable > span.folder")
    return click(look, folder, f'"{name}" is not on show; open the folder "{folder.text}", {where(look, folder)}.')


def click_pie(look: Look) -> Step:
    """An item of a pie menu, opened by the disc in its middle.

    The item that is chosen from the start (in white) takes no click once the menu is open: where the goal asks for it,
    as it does with seed 1 but with no other seed up to 9, this does not end.
    """
    (name,) = asked(look, r'labeled "(.)"')
    labels = [label for label in find(look, "#divWheel text") if label.text == name and label.box.width > 2]
    opened = [label for label in labels if label.spot is not None]
    if opened:
        return click(look, opened[0], f'The item "{name}" is {where(look, opened[0])}.')
    if look.done and isinstance(look.done[-1], Click):
        return wait(0.5, "The pie menu is opening.")
    middle = one(look, "#divWheel svg text:last-of-type")
    return click(look, middle, "The pie menu is closed; press its middle, the plus.")


def search_engine(look: Look) -> Step:
    """Search for a name, then turn to the page with the result of a number and click it."""
    name, which = asked(look, r'enter "(.+)" and press "Search", then find and click the (\w+) search result')
    results = find(look, "#page-content .search-title")
    if not results:
        field = one(look, "#search-text")
        return fill(look, field, name, "the search field") or submit(look, "The name is in the field.", "#search")
    page, index = divmod(ordinal(which) - 1, 3)
    shown = int(one(look, "#pagination .active").text) - 1
    if shown != page:
        link = pick(find(look, "#pagination a"), str(page + 1))
        return click(look, link, f"Three results a page: the {which} is on page {page + 1}, linked at the bottom.")
    return click(look, results[index], f"The {which} result is number {index + 1} on this page.")


def phone_book(look: Look) -> Step:
    """Turn the pages of a contact book to a person, then click an address of theirs."""
    person, what = asked(look, r"^Find (.+) in the contact book and click on their (phone|email|address)")
    if one(look, "#contact .name").text == person:
        link = one(look, f"#contact a.{what}")
        return click(look, link, f"This is {person}; their {what} is {where(look, link)}.")
    arrow = pick(find(look, "#pagination a"), ">")
    return click(look, arrow, f"This page is not {person}'s; turn to the next, {where(look, arrow)}.")


ORACLES: dict[str, Oracle] = {
    "click-tab": click_tab,
    "click-tab-2": click_tab_2,
    "click-tab-2-easy": click_tab_2,
    "click-tab-2-medium": click_tab_2,
    "click-tab-2-hard": click_tab_2,
    "click-collapsible": click_collapsible,
    "click-collapsible-nodelay": click_collapsible,
    "click-collapsible-2": click_collapsible_2,
    "click-collapsible-2-nodelay": click_collapsible_2,
    "click-menu": click_menu,
    "click-menu-2": click_menu_2,
    "navigate-tree": navigate_tree,
    "click-pie": click_pie,
    "click-pie-nodelay": click_pie,
    "search-engine": search_engine,
    "phone-book": phone_book,
}
