"""Oracles for pages where a text that the goal gives is typed, copied or pasted."""

from __future__ import annotations

import re
from itertools import pairwise

from actions.browser import Click, Key, TypeText
from envs.browser.miniwob.oracles.look import Look, Oracle, place
from envs.browser.miniwob.oracles.page import Element, Step, asked, click, fill, find, one, ordinal, submit, where


def enter_text(look: Look) -> Step:
    """Type a text and submit."""
    (text,) = asked(look, r'Enter "(.+)" into the text field')
    return fill(look, one(look, "#tt"), text, "the field") or submit(look, f'The field says "{text}".')


def enter_text_2(look: Look) -> Step:
    """Type a text in capitals or in small letters and submit."""
    text, case = asked(look, r'^Type "(.+)" in all (upper|lower) case')
    text = text.upper() if case == "upper" else text.lower()
    return fill(look, one(look, "#tt"), text, "the field") or submit(look, f'The field says "{text}".')


def enter_password(look: Look) -> Step:
    """Type a password twice."""
    (password,) = asked(look, r'the password "(.+)" into both')
    return (
        fill(look, one(look, "#password"), password, "the first field")
        or fill(look, one(look, "#verify"), password, "the second field")
        or submit(look, "The password is in both fields.")
    )


def login_user(look: Look) -> Step:
    """Type a name and a password; a question that pops up is declined."""
    user, password = asked(look, r'username "(.+)" and the password "(.+)" into')
    if find(look, "#popup"):
        button = one(look, "#popup-cancel")
        return click(look, button, "A pop-up asks whether to leave; that is not wanted, so cancel it.")
    return (
        fill(look, one(look, "#username"), user, "the user name")
        or fill(look, one(look, "#password"), password, "the password")
        or submit(look, "Name and password are filled in.")
    )


def _fill_parts(look: Look, field: Element, value: str, keys: str, shown: str) -> Step | None:
    # A date or time field has parts; typing goes on to the next part by itself, so it must begin in the first.
    if field.value == value:
        return None
    if not field.focused:
        thought = f"The field must say {shown}; click its first part, {where(look, field)}."
        return thought, Click(place(look, field.box.left + 8, field.box.centre[1]))
    return f"The first part has the focus; type the digits of {shown} one after the other.", TypeText(keys)


def enter_date(look: Look) -> Step:
    """Type a date into a field with a part for each of month, day and year."""
    month, day, year = asked(look, r"(\d\d)/(\d\d)/(\d{4})")
    date = f"{month}/{day}/{year}"
    field = one(look, "#tt")
    return _fill_parts(look, field, f"{year}-{month}-{day}", month + day + year, date) or submit(
        look, f"The field says {date}."
    )


def enter_time(look: Look) -> Step:
    """Type a time into a field with a part for each of hours, minutes and half of the day."""
    hour, minute, half = asked(look, r"(\d+):(\d\d)\s*([AP]M)")
    of_24 = int(hour) % 12 + (12 if half == "PM" else 0)
    time = f"{hour}:{minute} {half}"
    field = one(look, "#tt")
    keys = f"{int(hour):02}{minute}{half}"
    return _fill_parts(look, field, f"{of_24:02}:{minute}", keys, time) or submit(look, f"The field says {time}.")


def _copy(look: Look, source: Element) -> Step:
    target = one(look, "#answer-input")
    if target.value == source.value:
        return submit(look, "The field holds the text.")
    if Key("Control+c") in look.done:
        if target.focused:
            return "The field has the focus; paste into it.", Key("Control+v")
        return click(look, target, f"The text is copied; click the field, {where(look, target)}, to paste it.")
    if source.whole:
        return "All of the text is selected; copy it.", Key("Control+c")
    if source.focused:
        return "The text area has the focus; select all of it.", Key("Control+a")
    return click(look, source, f"The text to copy is {where(look, source)}; click into it.")


def copy_paste(look: Look) -> Step:
    """Copy a text area into a field."""
    return _copy(look, one(look, "#to-copy"))


def copy_paste_2(look: Look) -> Step:
    """Copy the first, second or third text area into a field."""
    (which,) = asked(look, r"the (\w+) text area")
    return _copy(look, one(look, f"#text-{ordinal(which)}"))


def text_transform(look: Look) -> Step:
    """Type letters that are drawn slanted."""
    text = "".join(letter.text for letter in find(look, "#captcha span"))
    return fill(look, one(look, "#tt"), text, "the field") or submit(look, f'The field says "{text}".')


def search_movie(look: Look) -> Step:
    """Fill a form with three fields whose order and wording vary."""
    genre, director, year = asked(look, r"Search for (.+) movies directed by (.+) from year (\d+)")
    wanted = {"Genre": genre, "Director": director, "Year": year, "Date": year}
    labels = find(look, "#area p span, #area .row > div, #area th, #area .label, #area .ui-label")
    for label, field in zip(labels, find(look, "#area input"), strict=True):
        word = next(word for word in wanted if word in label.text)
        step = fill(look, field, wanted[word], f'the field "{label.text.rstrip(":")}"')
        if step is not None:
            return step
    return submit(look, "All three fields are filled in.", "#area button, #area .final, #area .ui-submit")


def terminal(look: Look) -> Step:
    """List the files of a terminal, then delete one with the extension that the goal gives."""
    match = re.search(r"the extension \.(\S+)$", look.utterance)
    if not find(look, "#terminal-target:focus"):
        return click(look, one(look, "#terminal"), "The terminal takes no keys yet; click it.")
    if TypeText("ls", submit=True) not in look.done:
        return 'The file names are not known; "ls" lists them.', TypeText("ls", submit=True)
    names = one(look, ".terminal-output:has(+ .terminal-line:last-child) .output").text.split(" ")
    if match is None:
        name = next(name for name in names if "." not in name)
        return f'"{name}" has no extension; remove it.', TypeText(f"rm {name}", submit=True)
    ending = match.group(1)
    # The page takes a file only if the extension occurs in it for the first time at its end: not puppy.py.
    fitting = [name for name in names if name.endswith(f".{ending}")]
    name = next((each for each in fitting if each.index(ending) + len(ending) == len(each)), fitting[0])
    return f'"{name}" ends with .{ending}; remove it.', TypeText(f"rm {name}", submit=True)


def guess_number(look: Look) -> Step:
    """Guess a number from 0 to 9 by halving what is left."""
    guesses = [int(action.text) for action in look.done if isinstance(action, TypeText)]
    field, last = one(look, "#tt"), look.done[-1] if look.done else None
    if isinstance(last, TypeText):
        return submit(look, f"The field says {field.value}.")
    low, high = 0, 9
    # Each guess but the last was answered by the guess that followed it; the last by what the page says now.
    for guess, following in pairwise(guesses):
        low, high = (max(low, guess + 1), high) if following > guess else (low, min(high, guess - 1))
    if guesses:
        higher = bool(find(look, "#higher"))
        low, high = (max(low, guesses[-1] + 1), high) if higher else (low, min(high, guesses[-1] - 1))
    guess = (low + high) // 2
    if not field.focused:
        thought = f"The number is from {low} to {high}; click the field to guess {guess}."
        return thought, Click(place(look, field.box.left + 8, field.box.centre[1]))
    if field.value and last != Key("Control+a"):
        return "The field holds the last guess; select it to replace it.", Key("Control+a")
    return f"The number is from {low} to {high}; guess {guess}.", TypeText(str(guess))


ORACLES: dict[str, Oracle] = {
    "enter-text": enter_text,
    "enter-text-dynamic": enter_text,
    "enter-text-2": enter_text_2,
    "enter-password": enter_password,
    "login-user": login_user,
    "login-user-popup": login_user,
    "enter-date": enter_date,
    "enter-time": enter_time,
    "copy-paste": copy_paste,
    "copy-paste-2": copy_paste_2,
    "text-transform": text_transform,
    "multi-layouts": search_movie,
    "multi-orderings": search_movie,
    "terminal": terminal,
    "guess-number": guess_number,
}
