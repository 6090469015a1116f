"""Tasks in Calendar."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from envs.android.tasks.base import Draw, Parameters, Task, by_id, new_id
from envs.android.tasks.clock import WEEKDAYS, WEEKDAYS_ZH
from envs.android.tasks.ending import State
from envs.android.tasks.hand import Hand, Move

_MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
)  # fmt: skip
_REMINDERS = {
    5: ("5 minutes before", "提前5分钟"),
    60: ("1 hour before", "提前1小时"),
    1440: ("1 day before", "提前1天"),
}


def say_date(when: date, language: str) -> str:
    """A date as people say it."""
    if language == "zh":
        return f"{when.month}月{when.day}日（{WEEKDAYS_ZH[when.isoweekday() % 7]}）"
    return f"{WEEKDAYS[when.isoweekday() % 7]}, {_MONTHS[when.month - 1]} {when.day}"


def draw_date(draw: Draw, most: int = 20) -> date:
    """A day to come."""
    return date.fromisoformat(draw.state["device"]["clock"][:10]) + timedelta(days=draw.one(range(1, most)))


def draw_event(draw: Draw) -> Parameters:
    """Title, date and start of an event to be made, an hour long: when the start is later, Calendar moves the end."""
    when, hour = draw_date(draw), draw.one(range(10, 20))
    start, end = f"{hour:02d}:00", f"{hour + 1:02d}:00"
    facts = {"title": draw.word("event"), "date": when.isoformat(), "day": say_date(when, draw.language)}
    return {**facts, "start": start, "end": end}


def event(state: State, p: Parameters, **other: Any) -> dict[str, Any]:
    """A new event, with the reminder that Calendar gives it by itself."""
    made = {name: p[name] for name in ("title", "date", "start", "end")}
    return {"id": new_id(state), "place": "", "reminder": 10, "notes": "", **made, **other}


def edit_date(hand: Hand, p: Parameters, old: str) -> Move | None:
    """Set the date of the event that is being edited; its row says it in words."""
    day = date.fromisoformat(p["date"])
    said = hand.words("date")
    shown = f" {day.day} {_MONTHS[day.month - 1]}" in said or f"年{day.month}月{day.day}日" in said
    return hand.date("date", p["date"], p["date"] if shown and not hand.has("date_picker") else old)


def make_event(hand: Hand, p: Parameters, place: str = "") -> Move:
    """The next move towards a new event."""
    if move := hand.enter("calendar"):
        return move
    if hand.activity == "MainActivity":
        return hand.tap("add_event")
    if hand.activity != "EditEventActivity":
        return hand.back()
    if hand.has("time_picker"):  # it covers the form, so what it is for is finished first
        return set_time(hand, "start", p["start"]) or hand.tap("time_ok")
    return (
        edit_date(hand, p, "")
        or set_time(hand, "start", p["start"])
        or hand.fill("title_input", p["title"])
        or (hand.fill("place_input", place) if place else None)
        or hand.tap("save")
    )


def set_time(hand: Hand, field: str, at: str) -> Move | None:
    return hand.time(field, int(at[:2]), int(at[3:]))


def find_event(hand: Hand, number: int) -> Move | None:
    """Go to an event's page by its day in the month."""
    if move := hand.enter("calendar"):
        return move
    if hand.activity != "MainActivity":
        return None
    day = by_id(hand.state["calendar"]["events"], number)["date"]
    if hand.has(f"event_{number}"):
        return hand.tap(f"event_{number}")
    chosen = hand.find(f"day_{day}")
    if chosen is not None and chosen["checked"]:
        return hand.tap(f"event_{number}")
    return hand.month(day) or hand.tap(f"day_{day}")


class _OneEvent(Task):
    """Something to be done with an event."""

    def draw(self, draw: Draw) -> Parameters:
        it = draw.one(draw.state["calendar"]["events"])
        return {"event": it["id"], "title": it["title"], "start": it["start"], "place": it["place"]}


class NewEvent(Task):
    name = "calendar-event"
    english = ("Add {title} to the calendar: {day}, from {start} to {end}.",)
    chinese = ("在日历中添加{title}：{day}，{start}到{end}。",)

    def draw(self, draw: Draw) -> Parameters:
        return draw_event(draw)

    def end(self, state: State, p: Parameters) -> None:
        state["calendar"]["events"].append(event(state, p))

    def move(self, hand: Hand, p: Parameters) -> Move:
        return make_event(hand, p)


class EventDelete(_OneEvent):
    name = "calendar-delete"
    english = ("Cancel “{title}”: delete it from the calendar.", "Delete the event {title}.")
    chinese = ("取消“{title}”：把它从日历中删除。", "删除日程{title}。")

    def end(self, state: State, p: Parameters) -> None:
        events = state["calendar"]["events"]
        events.remove(by_id(events, p["event"]))

    def move(self, hand: Hand, p: Parameters) -> Move:
        asked = hand.has("confirm_delete")
        return find_event(hand, p["event"]) or hand.tap("confirm_delete" if asked else "delete")


class EventDay(_OneEvent):
    name = "calendar-move"
    english = ("Move “{title}” to {day}, at the same time.", "{title} now takes place on {day}. Change it.")
    chinese = ("把“{title}”改到{day}，时间不变。", "{title}改在{day}了，请修改日程。")

    def draw(self, draw: Draw) -> Parameters:
        p = super().draw(draw)
        old = by_id(draw.state["calendar"]["events"], p["event"])["date"]
        when = draw_date(draw)
        while when.isoformat() == old:
            when += timedelta(days=1)
        return {**p, "date": when.isoformat(), "old": old, "day": say_date(when, draw.language)}

    def end(self, state: State, p: Parameters) -> None:
        by_id(state["calendar"]["events"], p["event"])["date"] = p["date"]

    def move(self, hand: Hand, p: Parameters) -> Move:
        if move := find_event(hand, p["event"]):
            return move
        if hand.activity == "EventActivity":
            return hand.tap("edit")
        return edit_date(hand, p, p["old"]) or hand.tap("save")


class Reminder(_OneEvent):
    name = "calendar-reminder"
    english = ("Remind me of {title} {before}.", "Set the reminder of “{title}” to {before}.")
    chinese = ("{before}提醒我{title}。", "把“{title}”的提醒设为{before}。")

    def draw(self, draw: Draw) -> Parameters:
        minutes = draw.one(list(_REMINDERS))
        return {**super().draw(draw), "minutes": minutes, "before": draw.pick(*_REMINDERS[minutes])}

    def end(self, state: State, p: Parameters) -> None:
        by_id(state["calendar"]["events"], p["event"])["reminder"] = p["minutes"]

    def move(self, hand: Hand, p: Parameters) -> Move:
        if move := find_event(hand, p["event"]):
            return move
        if hand.activity == "EventActivity":
            return hand.tap("edit")
        wanted = f"reminder_{p['minutes']}"
        if hand.has(wanted):
            return hand.tap(wanted)
        words = {5: ("5 min", "5分钟", "5 分钟"), 60: ("1 hour", "1小时", "1 小时"), 1440: ("1 day", "1天", "1 天")}
        said = hand.words("reminder")
        return hand.tap("save" if any(word in said for word in words[p["minutes"]]) else "reminder")


class AskStart(_OneEvent):
    name = "calendar-ask-start"
    english = ("When does {title} start? Give the time as 14:00.", "At what time does “{title}” begin, as in 09:30?")
    chinese = ("{title}几点开始？请用14:00这样的写法。", "“{title}”什么时候开始？写成09:30的形式。")

    def replies(self, before: State, p: Parameters) -> tuple[str, ...]:
        return p["start"], p["start"].lstrip("0")

    def move(self, hand: Hand, p: Parameters) -> Move:
        return find_event(hand, p["event"]) or hand.answer(p["start"])


TASKS: tuple[Task, ...] = (NewEvent(), EventDelete(), EventDay(), Reminder(), AskStart())
