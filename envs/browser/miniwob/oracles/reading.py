"""Oracles for pages where something is read, looked up or worked out, then typed; and for scrolling through a text."""

from __future__ import annotations

import re

from envs.browser.miniwob.oracles.look import Look, Oracle
from envs.browser.miniwob.oracles.page import (
    Element,
    Step,
    asked,
    click,
    fill,
    find,
    one,
    ordinal,
    submit,
    turn,
)

# How far a text area is scrolled, how far it can be, and its words.
_SCROLLED = """() => {
  const area = document.querySelector('#text-area');
  return [area.scrollTop, area.scrollHeight - area.clientHeight, area.value.trim().split(/\\s+/)];
}"""


def _table(look: Look) -> dict[str, str]:
    cells = [cell.text for cell in find(look, "#tab td")]
    return dict(zip(cells[::2], cells[1::2], strict=True))


def read_table(look: Look) -> Step:
    """Look a value up in a table and type it."""
    (key,) = asked(look, r"the value of (.+) into the text field")
    value = _table(look)[key]
    return fill(look, one(look, "#tt"), value, f'the field for "{key}"') or submit(look, f'"{key}" is "{value}".')


def read_table_2(look: Look) -> Step:
    """Look two values up in a table and type each beside its label."""
    table = _table(look)
    for label, field in zip(find(look, "#form label"), find(look, "#form input"), strict=True):
        key = label.text.rstrip(":")
        step = fill(look, field, table[key], f'the field "{key}"')
        if step is not None:
            return step
    return submit(look, "Both values are copied from the table.")


def find_word(look: Look) -> Step:
    """Count to a word of a paragraph and type it without its punctuation."""
    (which,) = asked(look, r"Find the (\w+) word")
    word = re.sub(r"[^a-zA-Z]", "", one(look, "#area p").text.split()[ordinal(which) - 1])
    return fill(look, one(look, "#answer-input"), word, "the field") or submit(look, f'The {which} word is "{word}".')


def simple_arithmetic(look: Look) -> Step:
    """Add, subtract or multiply two digits."""
    left, sign, right = one(look, "#math-problem").text.rstrip("= ").split()
    answer = {"+": int(left) + int(right), "-": int(left) - int(right), "x": int(left) * int(right)}[sign]
    field = one(look, "#math-answer")
    return fill(look, field, str(answer), "the answer") or submit(look, f"{left} {sign} {right} = {answer}.")


def simple_algebra(look: Look) -> Step:
    """Solve an equation such as 3 - x = 20 for x."""
    left, sign, right, _, total = one(look, "#math-problem").text.split()
    if sign == "+":
        answer = int(total) - int(left if right == "x" else right)
    else:
        answer = int(total) + int(right) if left == "x" else int(left) - int(total)
    field = one(look, "#math-answer")
    return fill(look, field, str(answer), "x") or submit(look, f"x is {answer}.")


def visual_addition(look: Look) -> Step:
    """Count the blocks in two heaps."""
    left, right = len(find(look, "#visual-1 .addition-block")), len(find(look, "#visual-2 .addition-block"))
    field = one(look, "#math-answer")
    return fill(look, field, str(left + right), "the sum") or submit(
        look, f"There are {left} and {right} blocks, {left + right} in all."
    )


def _scroll_end(look: Look, area: Element, top: bool = False) -> Step | None:
    scrolled, most, _ = look.run(_SCROLLED)
    left = -scrolled if top else most - scrolled
    if abs(left) < 2:
        return None
    x, y = area.box.centre
    # Past the end does no harm; short of it would cost one step more.
    return turn(look, left + (-20 if top else 20), x, y, f"The text is not at its {'top' if top else 'bottom'} yet")


def scroll_text(look: Look) -> Step:
    """Scroll to the end of a text and type its last word."""
    field = one(look, "#answer-input")
    word = re.sub(r"[^a-zA-Z0-9]", "", look.run(_SCROLLED)[2][-1])
    return (
        _scroll_end(look, one(look, "#text-area"))
        or fill(look, field, word, "the last word's field")
        or submit(look, f'The last word is "{word}".')
    )


def scroll_text_2(look: Look) -> Step:
    """Scroll a text to its top or bottom."""
    (end,) = asked(look, r"to the (bottom|top)")
    return _scroll_end(look, one(look, "#text-area"), end == "top") or submit(look, f"The text is at its {end}.")


def sign_agreement(look: Look) -> Step:
    """Scroll to the end of an agreement, sign it with a name, and press the button that the goal gives."""
    match = re.search(r'enter the name "(.+)" then press "(Agree|Cancel)"', look.utterance)
    if match is None:
        return submit(look, "The goal asks for nothing else.", "#cancel")
    name, button = match.groups()
    return (
        _scroll_end(look, one(look, "#text-area"))
        or fill(look, one(look, "#name"), name, "the name")
        or submit(look, "The agreement is read and signed.", f"#{button.lower()}")
    )


def buy_ticket(look: Look) -> Step:
    """The cheapest, dearest, shortest or longest of several trips."""
    (what,) = asked(look, r"with the (.+)\.$")
    buttons = find(look, ".buy-ticket")
    if "cost" in what:
        values = [int(re.sub(r"\D", "", button.text)) for button in buttons]
    else:
        values = [minutes(each.text) for each in find(look, ".time-duration")]
    best = min(values) if what in ("cheapest cost", "shortest duration") else max(values)
    number = values.index(best)
    return click(look, buttons[number], f"Offer {number + 1} from the top has the {what}; book it.")


def minutes(duration: str) -> int:
    """The minutes in a duration such as "5h 20m"."""
    hours, rest = duration.split("h")
    return 60 * int(hours) + int(rest.strip(" m"))


ORACLES: dict[str, Oracle] = {
    "read-table": read_table,
    "read-table-2": read_table_2,
    "find-word": find_word,
    "simple-arithmetic": simple_arithmetic,
    "simple-algebra": simple_algebra,
    "visual-addition": visual_addition,
    "scroll-text": scroll_text,
    "scroll-text-2": scroll_text_2,
    "sign-agreement": sign_agreement,
    "buy-ticket": buy_ticket,
}
