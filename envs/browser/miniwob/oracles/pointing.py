"""Oracles for pages that want one thing, or a few in order, clicked: buttons, links, dialogs, fields."""

from __future__ import annotations

from envs.browser.miniwob.oracles.look import Look, Oracle
from envs.browser.miniwob.oracles.page import Step, asked, click, clicks, find, one, ordinal, pick, submit, where


def click_test(look: Look) -> Step:
    """The only button there is."""
    button = one(look, "#area button")
    return click(look, button, f"The only button on the page is {where(look, button)}.")


def named_button(look: Look) -> Step:
    """The button whose caption the goal gives, quoted or as a word in capitals."""
    (name,) = asked(look, r'^Click (?:on the|button) "?(.+?)"?(?: button)?\.$')
    button = pick(find(look, "#area button"), name)
    return click(look, button, f'The goal asks for the button "{name}", {where(look, button)}.')


def click_button_sequence(look: Look) -> Step:
    """ONE, then TWO."""
    name = "ONE" if clicks(look) == 0 else "TWO"
    button = pick(find(look, "#area button"), name)
    order = "first" if name == "ONE" else "now"
    return click(look, button, f"The button {name} comes {order}; it is {where(look, button)}.")


def click_dialog(look: Look) -> Step:
    """The cross of a dialog box."""
    cross = one(look, ".ui-dialog-titlebar-close")
    return click(look, cross, f'The "x" that closes the dialog box is {where(look, cross)}.')


def click_dialog_2(look: Look) -> Step:
    """One of the buttons of a dialog box, or its cross."""
    (name,) = asked(look, r'labeled "(.+)"')
    if name == "x":
        return click_dialog(look)
    button = pick(find(look, ".ui-dialog-buttonpane button"), name)
    return click(look, button, f'The dialog box has a button "{name}", {where(look, button)}.')


def click_link(look: Look) -> Step:
    """The link with the text that the goal gives."""
    (name,) = asked(look, r'link "(.+)"')
    link = pick(find(look, "#area .alink"), name)
    return click(look, link, f'The underlined word "{name}" is {where(look, link)}.')


def click_widget(look: Look) -> Step:
    """Any widget of the kind that the goal names."""
    (kind,) = asked(look, r'"(.+)" widget')
    found = find(look, f'#area [data-type="{kind}"]')
    widget = next((each for each in found if each.spot is not None), found[0])
    return click(look, widget, f'A widget of the kind "{kind}" is {where(look, widget)}.')


def focus_text(look: Look) -> Step:
    """The only text field."""
    field = one(look, "#area input")
    return click(look, field, f"A click puts the focus into the text field, {where(look, field)}.")


def focus_text_2(look: Look) -> Step:
    """The first, second or third text field, counted from the top."""
    (which,) = asked(look, r"the (\w+) input")
    field = find(look, "#area input")[ordinal(which) - 1]
    return click(look, field, f"Counted from the top, the {which} text field is {where(look, field)}.")


def generate_number(look: Look) -> Step:
    """Draw numbers until one fits, then submit."""
    shown = one(look, "#display-number").text
    if shown != "-" and _fits(look, int(shown)):
        return submit(look, f"The number {shown} is what the goal asks for.", "#submit")
    button = one(look, "#generate")
    state = "There is no number yet" if shown == "-" else f"The number {shown} does not fit"
    return click(look, button, f'{state}; press "Generate".')


def _fits(look: Look, number: int) -> bool:
    goal = look.utterance
    if "less than" in goal:
        return number < int(asked(look, r"less than (\d+)")[0])
    if "greater than" in goal:
        return number > int(asked(look, r"greater than (\d+)")[0])
    return number % 2 == (1 if "odd number" in goal else 0)


def odd_or_even(look: Look) -> Step:
    """Mark each number of a column as odd or even."""
    numbers = [int(each.text) for each in find(look, ".display-number")]
    odd, even = find(look, ".row .odd"), find(look, ".row .even")
    for number, odd_button, even_button in zip(numbers, odd, even, strict=True):
        button, word = (odd_button, "odd") if number % 2 else (even_button, "even")
        if not button.has("selected"):
            return click(look, button, f"{number} is {word}, and its row is not marked so yet.")
    return submit(look, "Every number is marked.", "#submit")


def find_greatest(look: Look) -> Step:
    """Turn over each card, then again the greatest of them: turning one hides the others."""
    cards = find(look, ".card")
    seen = clicks(look)
    if seen < len(cards):
        return click(look, cards[seen], f"Card {seen + 1} from the left is not known yet; turn it over.")
    values = [int(card.text) for card in cards]
    best = values.index(max(values))
    if cards[best].has("hidden"):
        listed = ", ".join(map(str, values))
        return click(look, cards[best], f"The cards were {listed}; turn over {values[best]} again.")
    return submit(look, f"The greatest card, {values[best]}, lies open.", "#submit")


ORACLES: dict[str, Oracle] = {
    "click-test": click_test,
    "click-test-2": named_button,
    "click-test-transfer": named_button,
    "click-button": named_button,
    "unicode-test": named_button,
    "click-button-sequence": click_button_sequence,
    "click-dialog": click_dialog,
    "click-dialog-2": click_dialog_2,
    "click-link": click_link,
    "click-widget": click_widget,
    "focus-text": focus_text,
    "focus-text-2": focus_text_2,
    "generate-number": generate_number,
    "odd-or-even": odd_or_even,
    "find-greatest": find_greatest,
}
