"""Oracles for longer errands: ordering food and booking a flight."""

from __future__ import annotations

import re

from envs.browser.miniwob.oracles.choosing import set_date
from envs.browser.miniwob.oracles.look import Look, Oracle
from envs.browser.miniwob.oracles.page import (
    Element,
    Step,
    asked,
    click,
    fill,
    find,
    one,
    submit,
    wait,
    where,
)
from envs.browser.miniwob.oracles.reading import minutes


def order_food(look: Look) -> Step:
    """Order dishes by name, or a number of dishes of one kind, told by the pictures beside them."""
    items = find(look, ".food-item")
    names = [item.attributes["data-item"].strip() for item in items]
    quantities = [int(item.attributes["data-quantity"]) for item in items]
    match = re.search(r"^Order (\d+) items that are (\S+)$", look.utterance)
    if match is None:
        (listed,) = asked(look, r"^Order one of each item: (.+)$")
        wanted = {name.strip(): 1 for name in listed.split(",")}
    else:
        count, kind = int(match.group(1)), match.group(2)
        wanted = {names[_first_of_kind(look, items, kind)]: count}
    for index, (name, quantity) in enumerate(zip(names, quantities, strict=True)):
        if quantity < wanted.get(name, 0):
            plus = find(look, ".food-item .add")[index]
            return click(look, plus, f'"{name}" is ordered {quantity} of {wanted[name]} times; press its "+".')
    return submit(look, "The order is complete.", "#submit-order button")


def _first_of_kind(look: Look, items: list[Element], kind: str) -> int:
    for index, item in enumerate(items):
        if find(look, f'.food-item[data-id="{item.attributes["data-id"]}"] img[alt="{kind}"]'):
            return index
    raise LookupError(f"no dish is {kind}")


def _airport(look: Look, field: Element, name: str) -> Step | None:
    if name in field.value and field.value != name and field.value.endswith(")"):
        return None
    rows = [row for row in find(look, ".ui-autocomplete li") if _is_airport(row.text, name)]
    if rows and field.focused:
        row = next((each for each in rows if each.spot is not None), rows[0])
        return click(look, row, f'The suggestion "{row.text}" is {where(look, row)}.')
    what = field.attributes["placeholder"].rstrip(":").lower()
    return fill(look, field, name, f'the field "{what}"') or wait(0.5, "The suggestions are still to come.")


def _is_airport(row: str, name: str) -> bool:
    return row.startswith(f"{name} (") or row.endswith(f"({name})")


def book_flight(look: Look) -> Step:
    """Fill a form with two airports and a date, then take the cheapest or the shortest flight."""
    best, start, end, date = asked(look, r"^Book the (\w+) one-way flight from: (.+) to: (.+) on (\S+)\.$")
    offers = find(look, ".flight-price")
    if not offers:
        return (
            _airport(look, one(look, "#flight-from"), start)
            or _airport(look, one(look, "#flight-to"), end)
            or set_date(look, one(look, "#datepicker"), date)
            or submit(look, "Both airports and the date are filled in.", "#search")
        )
    if best == "cheapest":
        values = [int(re.sub(r"\D", "", offer.text)) for offer in offers]
    else:
        values = [minutes(each.text) for each in find(look, ".time-duration")]
    number = values.index(min(values))
    return click(look, offers[number], f"Of {len(offers)} flights, number {number + 1} is the {best}; book it.")


ORACLES: dict[str, Oracle] = {
    "order-food": order_food,
    "book-flight": book_flight,
    "book-flight-nodelay": book_flight,
}
