"""The tasks by name, with their app, how hard they are, and the steps the oracle takes. Light: it imports nothing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Difficulty = Literal["easy", "medium", "hard"]
DIFFICULTIES: tuple[Difficulty, ...] = ("easy", "medium", "hard")


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of the table. `app` is "several" for tasks of more than one; `steps` are the oracle's, `done` included:
    of two seeds, one in each language, the greater; more seeds differ by what must be scrolled to or emptied first."""

    name: str
    app: str
    difficulty: Difficulty
    steps: int


_TABLE = """
settings-brightness settings easy 4
settings-dark-theme settings easy 4
settings-font-size settings easy 5
settings-screen-timeout settings easy 5
settings-wifi settings easy 5
settings-bluetooth settings easy 5
settings-device-name settings medium 8
settings-volume settings easy 4
clock-alarm clock hard 11
clock-alarm-weekly clock hard 12
clock-alarm-off clock easy 3
clock-alarm-delete clock easy 5
clock-alarm-change clock medium 7
clock-timer clock medium 8
contacts-new contacts medium 8
contacts-phone contacts medium 8
contacts-favourite contacts easy 4
contacts-delete contacts easy 5
contacts-call contacts easy 5
contacts-ask-phone contacts easy 4
messages-reply messages medium 6
messages-new messages medium 9
messages-number messages medium 9
messages-delete messages easy 5
messages-ask-code messages easy 4
notes-new notes medium 8
notes-add-line notes medium 7
notes-delete notes easy 5
notes-move notes easy 5
notes-pin notes easy 4
notes-ask notes easy 4
calendar-event calendar hard 13
calendar-delete calendar medium 7
calendar-move calendar hard 10
calendar-reminder calendar medium 8
calendar-ask-start calendar medium 6
shop-cart shop medium 6
shop-cart-remove shop easy 4
shop-order shop hard 10
shop-order-to shop hard 16
shop-cheapest shop easy 5
shop-ask-price shop medium 6
maps-save maps medium 7
maps-unsave maps easy 5
maps-route maps hard 10
maps-ask-closing maps medium 7
files-folder files medium 6
files-rename files medium 9
files-delete files medium 6
files-move files medium 7
files-ask files easy 5
pay-send pay medium 7
pay-send-note pay medium 9
pay-send-new pay medium 9
pay-ask-last pay easy 3
send-number several medium 9
send-address several hard 12
send-price several medium 9
event-from-message several hard 14
contact-from-message several hard 10
pay-from-note several medium 9
alarm-for-event several hard 11
tell-event several hard 10
shop-from-note several hard 11
note-event-day several hard 12
folder-and-note several hard 13
photo camera easy 5
"""


def _entry(line: str) -> Entry:
    name, app, difficulty, steps = line.split()
    (known,) = (word for word in DIFFICULTIES if word == difficulty)
    return Entry(name, app, known, int(steps))


TASKS = {entry.name: entry for entry in map(_entry, _TABLE.strip().splitlines())}
"""Every task."""

APPS = tuple(dict.fromkeys(entry.app for entry in TASKS.values()))
