"""Oracles for pages where something is chosen: boxes ticked, list entries, dates, sliders, spinners, suggestions."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass

from actions.browser import Click, Drag, Key, SelectOption
from envs.browser.miniwob.oracles.look import Look, Oracle, place
from envs.browser.miniwob.oracles.page import (
    Element,
    Step,
    asked,
    click,
    drag,
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

_MONTHS = (
    "January", "February", "March", "April", "May", "June", "July",
    "August", "September", "October", "November", "December",
)  # fmt: skip

# The page's own groups of words with one meaning: what a reader of English knows.
_SYNONYMS = "() => SYNONYMS"
_PATTERN = "(digit) => PATTERNS[digit]"
_RANGE = """(selector) => ['value', 'min', 'max'].map((name) => $(selector).slider('option', name))"""


def _tick(look: Look, wanted: Collection[str]) -> Step | None:
    for box in find(look, "#area input[type=checkbox], #area input[type=radio]"):
        if box.checked != (box.label in wanted) and not (box.checked and box.attributes.get("type") == "radio"):
            state = "must be selected" if box.label in wanted else "must not be selected"
            return click(look, box, f'"{box.label}" {state}; its box is {where(look, box)}.')
    return None


def click_checkboxes(look: Look) -> Step:
    """Tick the boxes that the goal lists, and no other."""
    (names,) = asked(look, r"^Select (.+) and click Submit")
    wanted = [] if names == "nothing" else names.split(", ")
    return _tick(look, wanted) or submit(look, "The boxes are ticked as the goal asks.")


def click_checkboxes_soft(look: Look) -> Step:
    """Tick the boxes whose words mean the same as those that the goal lists."""
    (names,) = asked(look, r"similar to (.+) and click Submit")
    listed = set(names.split(", "))
    groups: list[list[str]] = look.run(_SYNONYMS)
    wanted = {word for group in groups if listed & set(group) for word in group}
    return _tick(look, wanted) or submit(look, "Every word that is similar is ticked.")


def click_option(look: Look) -> Step:
    """Choose one radio button by its label."""
    (name,) = asked(look, r"^Select (.+) and click Submit")
    return _tick(look, [name]) or submit(look, f'"{name}" is selected.')


def number_checkboxes(look: Look) -> Step:
    """Draw a digit with the boxes of a grid, as in the example beside it."""
    (digit,) = asked(look, r'the number "(\d)"')
    pattern: list[list[int]] = look.run(_PATTERN, int(digit))
    boxes = find(look, "#checkboxes input")
    for box, (row, column, dark) in zip(
        boxes, ((i, j, dark) for i, line in enumerate(pattern) for j, dark in enumerate(line)), strict=True
    ):
        if box.checked != bool(dark):
            change = "ticked" if dark else "empty"
            return click(look, box, f"In the example, box {column + 1} of row {row + 1} is {change}; here it is not.")
    return submit(look, "The boxes look like the example.")


def choose_list(look: Look) -> Step:
    """Choose one entry of a drop-down list."""
    (name,) = asked(look, r"^Select (.+) from the list")
    menu = one(look, "#options")
    if menu.value == name:
        return submit(look, f'The list says "{name}".', "#area button")
    if menu.spot is None:
        return scroll_to(look, menu)
    thought = f'The list, {where(look, menu)}, says "{menu.value}"; choose "{name}".'
    return thought, SelectOption(place(look, *menu.spot), name)


# Which entries of a list are chosen, and which one has the keyboard's mark (the last that was clicked or moved to).
_CHOSEN = """() => Array.from(document.querySelector('#options').selectedOptions).map((each) => each.text)"""


def click_scroll_list(look: Look) -> Step:
    """Choose one or two entries of a list that shows several: the second with the keyboard, which keeps the first."""
    (names,) = asked(look, r"^Select (.+) from the scroll list")
    wanted = names.split(", ")
    chosen: list[str] = look.run(_CHOSEN)
    if sorted(chosen) == sorted(wanted):
        return submit(look, f"The list shows {names} as chosen.", "#area button")
    options = find(look, "#options option")
    order = [option.text for option in options]
    places = sorted(order.index(name) for name in wanted)
    first = options[places[0]]
    if chosen != [first.text]:
        return click(look, first, f'"{first.text}" comes first in the list; click it.')
    moved = _moves_since_click(look)
    if moved < places[-1] - places[0]:
        return f'"{order[places[-1]]}" is further down; move to it without letting go of the first.', Key(
            "Control+ArrowDown"
        )
    return f'The mark is on "{order[places[-1]]}"; add it to the choice.', Key("Control+Space")


def _moves_since_click(look: Look) -> int:
    moves = 0
    for action in reversed(look.done):
        if isinstance(action, Click):
            break
        moves += action == Key("Control+ArrowDown")
    return moves


def set_date(look: Look, field: Element, date: str) -> Step | None:
    """The next step towards a date (MM/DD/YYYY) in a field with a calendar, None once it is there."""
    if field.value == date:
        return None
    if not find(look, ".ui-datepicker"):
        return click(look, field, f"The date must be {date}; click its field, {where(look, field)}, for a calendar.")
    month, day, year = (int(part) for part in date.split("/"))
    shown_month = one(look, ".ui-datepicker-month").text
    shown_year = int(one(look, ".ui-datepicker-year").text)
    ahead = 12 * (year - shown_year) + month - 1 - _MONTHS.index(shown_month)
    if ahead != 0:
        arrow = one(look, ".ui-datepicker-next" if ahead > 0 else ".ui-datepicker-prev")
        word = "later" if ahead > 0 else "earlier"
        thought = f"The calendar shows {shown_month}, {_MONTHS[month - 1]} is {word}; click the arrow."
        return click(look, arrow, thought)
    cell = pick(find(look, ".ui-datepicker-calendar a"), str(day))
    return click(look, cell, f"The calendar shows {shown_month}; day {day} is {where(look, cell)}.")


def choose_date(look: Look) -> Step:
    """Choose a date in a calendar."""
    (date,) = asked(look, r"(\d\d/\d\d/\d{4})")
    return set_date(look, one(look, "#datepicker"), date) or submit(look, f"The date is {date}.")


@dataclass(frozen=True, slots=True)
class Slider:
    """A slider: where its handle and its track are, and its value now."""

    handle: Element
    track: Element
    value: int
    low: int
    high: int


def _slider(look: Look, selector: str) -> Slider:
    value, low, high = look.run(_RANGE, selector)
    return Slider(one(look, f"{selector} .ui-slider-handle"), one(look, selector), value, low, high)


def set_slider(look: Look, selector: str, target: int) -> Step | None:
    """The next step towards a value of a slider, None once it has it: drag near it, then the arrow keys."""
    slider = _slider(look, selector)
    if slider.value == target:
        return None
    last = look.done[-1] if look.done else None
    upright = slider.track.has("ui-slider-vertical")
    length = slider.track.box.height if upright else slider.track.box.width
    shift = (target - slider.value) * length / (slider.high - slider.low)
    coarse = not isinstance(last, Drag | Key)
    if coarse and abs(shift) >= 1:
        x, y = slider.handle.box.centre
        end = (x, y - shift) if upright else (x + shift, y)
        spot = where(look, slider.handle)
        thought = f"The slider says {slider.value} and must say {target}; drag its handle, {spot}."
        return drag(look, (x, y), end, thought)
    if not slider.handle.focused:
        return click(look, slider.handle, f"The slider says {slider.value}, nearly {target}; click its handle.")
    more = target > slider.value
    key = ("ArrowUp" if more else "ArrowDown") if upright else ("ArrowRight" if more else "ArrowLeft")
    return f"The slider says {slider.value} and must say {target}; one step with the arrow key.", Key(key)


def use_slider(look: Look) -> Step:
    """Set a slider to a number."""
    (number,) = asked(look, r"^Select (-?\d+) with the slider")
    return set_slider(look, "#slider", int(number)) or submit(look, f"The slider says {number}.")


def use_slider_2(look: Look) -> Step:
    """Set three sliders."""
    (numbers,) = asked(look, r"\[(.+)\]")
    for i, number in enumerate(numbers.split(","), start=1):
        step = set_slider(look, f"#slider-{i}", int(number))
        if step is not None:
            return step
    return submit(look, f"The sliders say {numbers}.")


def form_sequence(look: Look) -> Step:
    """Set a slider, then tick one of three boxes."""
    number, which = asked(look, r"^Select (-?\d+) with the slider, click the (\w+) checkbox")
    step = set_slider(look, "#slider", int(number))
    if step is not None:
        return step
    boxes = find(look, "#area input[type=checkbox]")
    box = boxes[ordinal(which) - 1]
    if not box.checked:
        return click(look, box, f"The slider says {number}; the {which} box from the left comes next.")
    return submit(look, f"The slider says {number} and the {which} box is ticked.")


def form_sequence_2(look: Look) -> Step:
    """Choose one of three radio buttons and write into one of three fields."""
    radio_which, text, field_which = asked(look, r'the (\w+) radio button .+ "(-?\d+)" into the (\w+) textbox')
    radio = find(look, "#area input[type=radio]")[ordinal(radio_which) - 1]
    if not radio.checked:
        return click(look, radio, f"The {radio_which} radio button, {where(look, radio)}, is not selected yet.")
    field = find(look, "#area input[type=text]")[ordinal(field_which) - 1]
    return fill(look, field, text, f"the {field_which} field") or submit(look, "Both parts of the form are done.")


def form_sequence_3(look: Look) -> Step:
    """Choose an entry of a list that the page draws itself, then press a button."""
    entry, name = asked(look, r'^Choose (.+) from the dropdown, .+ labeled "(.+)"')
    shown = one(look, ".selectric .label")
    if shown.text == entry:
        button = pick(find(look, "#buttons button"), name)
        return click(look, button, f'The list says "{entry}"; press "{name}", {where(look, button)}.')
    if find(look, ".selectric-open"):
        row = pick(find(look, ".selectric-items li"), entry)
        return click(look, row, f'The list is open; "{entry}" is {where(look, row)}.')
    return click(look, one(look, ".selectric"), f'The list must say "{entry}"; click it to open it.')


def use_spinner(look: Look) -> Step:
    """Count a number field up or down with its arrows."""
    (number,) = asked(look, r"^Select (-?\d+) with the spinner")
    value = int(one(look, "#spinner").value)
    if value == int(number):
        return submit(look, f"The field says {number}.")
    way = "up" if value < int(number) else "down"
    arrow = one(look, f".ui-spinner-{way}")
    return click(look, arrow, f"The field says {value} and must say {number}; click the arrow {way}.")


def use_autocomplete(look: Look) -> Step:
    """Type how an entry begins and take the one suggestion that fits."""
    (start,) = asked(look, r'starts with "([^"]+)"')
    match = re.search(r'ends with "([^"]+)"', look.utterance)
    end = match.group(1) if match else ""
    field = one(look, "#tags")
    rows = [row for row in find(look, ".ui-autocomplete li") if row.text.startswith(start) and row.text.endswith(end)]
    if rows:
        row = next((each for each in rows if each.spot is not None), rows[0])
        return click(look, row, f'"{row.text}" among the suggestions starts and ends as the goal asks.')
    if field.value.startswith(start) and field.value.endswith(end) and isinstance(look.done[-1], Click):
        return submit(look, f'"{field.value}" is what the goal asks for.')
    return fill(look, field, start, "the field") or wait(0.5, "The suggestions are still to come.")


def use_colorwheel(look: Look) -> Step:
    """Set a colour by its code, which the field takes as text."""
    (name,) = asked(look, r"^Select (\w+) with the color picker")
    code = _COLOUR_CODES[name]
    field = one(look, "#col")
    step = fill(look, field, code, f'the field for the colour {name} (in code, "{code}")')
    if step is not None:
        return step
    button = one(look, "#subbtn")
    if button.spot is None:
        thought = "The colour is set, but its picker covers the button; click the empty corner below to close it."
        return thought, Click(place(look, 8, look.size[1] - 8))
    return submit(look, f"The field says {code}, which is {name}.")


_COLOUR_CODES = {
    "black": "000000", "white": "FFFFFF", "aqua": "00FFFF", "blue": "0000FF", "gray": "808080", "green": "008000",
    "lime": "00FF00", "maroon": "800000", "navy": "000080", "olive": "808000", "purple": "800080", "red": "FF0000",
    "silver": "C0C0C0", "teal": "008080", "yellow": "FFFF00", "pink": "FFC0CB", "magenta": "FF00FF",
    "orange": "FFA500", "gold": "FFD700",
}  # fmt: skip

ORACLES: dict[str, Oracle] = {
    "click-checkboxes": click_checkboxes,
    "click-checkboxes-large": click_checkboxes,
    "click-checkboxes-transfer": click_checkboxes,
    "click-checkboxes-soft": click_checkboxes_soft,
    "click-option": click_option,
    "number-checkboxes": number_checkboxes,
    "choose-list": choose_list,
    "click-scroll-list": click_scroll_list,
    "choose-date": choose_date,
    "choose-date-easy": choose_date,
    "choose-date-medium": choose_date,
    "choose-date-nodelay": choose_date,
    "use-slider": use_slider,
    "use-slider-2": use_slider_2,
    "form-sequence": form_sequence,
    "form-sequence-2": form_sequence_2,
    "form-sequence-3": form_sequence_3,
    "use-spinner": use_spinner,
    "use-autocomplete": use_autocomplete,
    "use-autocomplete-nodelay": use_autocomplete,
    "use-colorwheel": use_colorwheel,
}
