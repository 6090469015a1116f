"""Oracles for longer errands: ordering food, booking a flight, putting an event into a calendar."""

from __future__ import annotations

import re

from envs.browser.miniwob.oracles.choosing import set_date
from envs.browser.miniwob.oracles.look import Look, Oracle
from envs.browser.miniwob.oracles.page import (
    Element,
    Step,
    asked,
    click,
    drag,
    fill,
    find,
    one,
    scroll_to,
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


_HALF_HOURS = {"30 mins": 1, "0.5 hours": 1, "60 mins": 2, "1 hour": 2, "90 mins": 3, "1.5 hours": 3}
_WINDOWS = {"8AM and 12PM": range(16, 24), "12PM and 4PM": range(24, 32), "4PM and 8PM": range(32, 40)}


def daily_calendar(look: Look) -> Step:
    """Drag out an event over free half hours of a day, name it and create it."""
    length, name, window = asked(look, r'^Create a (.+) event named "(.+)", between (.+)\.$')
    if find(look, "#create-event"):
        field = one(look, "#event-name")
        return fill(look, field, name, "the event's name") or submit(look, "The event is named.", "#controls .create")
    count, hours = _HALF_HOURS[length], _WINDOWS[window]
    slots = find(look, ".half-hour")
    busy = [event.box for event in find(look, ".event")]

    def free(slot: Element) -> bool:
        middle = slot.box.centre[1]
        return not any(box.top - 1 < middle < box.top + box.height + 1 for box in busy)

    first = next(i for i in hours if i + count <= hours.stop and all(free(slot) for slot in slots[i : i + count]))
    start, end = slots[first], slots[first + count - 1]
    if start.spot is None or end.spot is None:
        return scroll_to(look, start if start.spot is None else end)
    (x, y), (_, to_y) = start.box.centre, end.box.centre
    # Within one half hour the mouse must move a little too, for the page to take it as a drag.
    return drag(
        look, (x, y - 4), (x, to_y + 4),
        f"{length} are free {where(look, start)}, within {window}; drag over them to make the event.",
    )  # fmt: skip


ORACLES: dict[str, Oracle] = {
    "order-food": order_food,
    "book-flight": book_flight,
    "book-flight-nodelay": book_flight,
    "daily-calendar": daily_calendar,
}
