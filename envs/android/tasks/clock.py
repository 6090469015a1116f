"""Tasks in Clock."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from envs.android.tasks.base import Draw, Parameters, Task, by_id, new_id
from envs.android.tasks.ending import State
from envs.android.tasks.hand import Hand, Move

WEEKDAYS = ("Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday")
WEEKDAYS_ZH = ("周日", "周一", "周二", "周三", "周四", "周五", "周六")


def draw_time(draw: Draw) -> Parameters:
    """A time that no alarm of the phone has; one in four at a minute the clock face does not show."""
    minute = draw.one(range(0, 60, 5)) if draw.one(range(4)) else draw.one([7, 18, 34, 56])
    hour = draw.one([hour for hour in range(5, 24) if hour not in (6, 8, 9)])
    return {"hour": hour, "minute": minute, "time": f"{hour}:{minute:02d}"}


def alarm(state: State, hour: int, minute: int, label: str = "", days: list[int] | None = None) -> dict[str, Any]:
    """A new alarm."""
    return {"id": new_id(state), "hour": hour, "minute": minute, "label": label, "days": days or [], "on": True}


def make_alarm(hand: Hand, hour: int, minute: int, label: str = "", days: list[int] | None = None) -> Move:
    """The next move towards a new alarm."""
    if move := hand.enter("clock"):
        return move
    if hand.activity == "MainActivity":
        return hand.tap("add_alarm" if hand.has("add_alarm") else "tab_alarm")
    form = hand.time("time", hour, minute) or hand.fill("label", label)
    if form:
        return form
    for day in range(7):
        chip = hand.find(f"day_{day}")
        if chip is None and days:
            return hand.scroll(f"day_{day}")
        if chip is not None and chip["checked"] is not (day in (days or [])):
            return hand.tap(f"day_{day}")
    return hand.tap("save")


class NewAlarm(Task):
    name = "clock-alarm"
    english = ("Set an alarm for {time}.", "Wake me at {time}, once. It is in 24-hour time.")
    chinese = ("设一个{time}的闹钟。", "帮我定一个{time}（24小时制）响一次的闹钟。")

    def draw(self, draw: Draw) -> Parameters:
        return draw_time(draw)

    def end(self, state: State, p: Parameters) -> None:
        state["clock"]["alarms"].append(alarm(state, p["hour"], p["minute"]))

    def move(self, hand: Hand, p: Parameters) -> Move:
        return make_alarm(hand, p["hour"], p["minute"])


class WeeklyAlarm(Task):
    name = "clock-alarm-weekly"
    english = ("Set an alarm for {time} on {first} and {second}, named “{label}”.",)
    chinese = ("设一个每{first}和{second} {time}响的闹钟，标签为“{label}”。",)

    def draw(self, draw: Draw) -> Parameters:
        days = sorted(draw.some(range(7), 2))
        names = WEEKDAYS_ZH if draw.language == "zh" else WEEKDAYS
        named = {"first": names[days[0]], "second": names[days[1]]}
        return {**draw_time(draw), **named, "days": days, "label": draw.word("label")}

    def end(self, state: State, p: Parameters) -> None:
        state["clock"]["alarms"].append(alarm(state, p["hour"], p["minute"], p["label"], p["days"]))

    def move(self, hand: Hand, p: Parameters) -> Move:
        return make_alarm(hand, p["hour"], p["minute"], p["label"], p["days"])


class _OneAlarm(Task):
    """Something to be done with one of several alarms."""

    def draw(self, draw: Draw) -> Parameters:
        time = draw_time(draw)
        return {**time, "alarm": draw.state["next_id"] + 1, "label": draw.word("label")}

    def prepare(self, state: State, p: Parameters) -> None:
        state["clock"]["alarms"].append(alarm(state, p["hour"], p["minute"], p["label"]))


class AlarmOff(_OneAlarm):
    name = "clock-alarm-off"
    english = ("Turn off the alarm at {time}, but keep it.", "Switch the {time} alarm off without deleting it.")
    chinese = ("关掉{time}的闹钟，但不要删除。", "停用{time}的闹钟，保留它。")

    def end(self, state: State, p: Parameters) -> None:
        by_id(state["clock"]["alarms"], p["alarm"])["on"] = False

    def move(self, hand: Hand, p: Parameters) -> Move:
        return hand.enter("clock") or hand.tap(f"alarm_switch_{p['alarm']}")


class AlarmDelete(_OneAlarm):
    name = "clock-alarm-delete"
    english = ("Delete the alarm “{label}”.", "I no longer need the alarm named {label}: delete it.")
    chinese = ("删除闹钟“{label}”。", "我不需要名为{label}的闹钟了，请删除。")

    def end(self, state: State, p: Parameters) -> None:
        alarms = state["clock"]["alarms"]
        alarms.remove(by_id(alarms, p["alarm"]))

    def move(self, hand: Hand, p: Parameters) -> Move:
        if move := hand.enter("clock"):
            return move
        if hand.has("confirm_delete"):
            return hand.tap("confirm_delete")
        return hand.tap(f"alarm_{p['alarm']}" if hand.activity == "MainActivity" else "delete")


class AlarmLater(_OneAlarm):
    name = "clock-alarm-change"
    english = ("Change the alarm “{label}” to {later}.", "Move the {label} alarm from {time} to {later}.")
    chinese = ("把闹钟“{label}”改到{later}。", "将{label}的闹钟从{time}改为{later}。")

    def draw(self, draw: Draw) -> Parameters:
        p = super().draw(draw)
        hour = (p["hour"] + draw.one([1, 2, 3])) % 24
        return {**p, "to": hour, "later": f"{hour}:{p['minute']:02d}"}

    def end(self, state: State, p: Parameters) -> None:
        by_id(state["clock"]["alarms"], p["alarm"])["hour"] = p["to"]

    def move(self, hand: Hand, p: Parameters) -> Move:
        if move := hand.enter("clock"):
            return move
        if hand.activity == "MainActivity":
            return hand.tap(f"alarm_{p['alarm']}")
        return hand.time("time", p["to"], p["minute"]) or hand.tap("save")


class Timer(Task):
    name = "clock-timer"
    english = ("Start a timer for {minutes} minutes and {seconds} seconds.",)
    chinese = ("开始一个{minutes}分{seconds}秒的计时器。",)

    def draw(self, draw: Draw) -> Parameters:
        return {"minutes": draw.one(range(1, 60)), "seconds": draw.one([10, 15, 20, 30, 45])}

    def end(self, state: State, p: Parameters) -> None:
        length = 60 * p["minutes"] + p["seconds"]
        ends = datetime.fromisoformat(state["device"]["clock"]) + timedelta(seconds=length)
        state["clock"]["timer"] |= {"duration": length, "left": length, "ends": ends.isoformat()}

    def move(self, hand: Hand, p: Parameters) -> Move:
        if move := hand.enter("clock"):
            return move
        if not hand.has("timer_value"):
            return hand.tap("tab_timer")
        digits = f"{p['minutes']}{p['seconds']:02d}"
        typed = "".join(letter for letter in hand.words("timer_value") if letter.isdigit()).lstrip("0")
        if typed == digits:
            return hand.tap("timer_start")
        return hand.tap(f"digit_{digits[len(typed)]}" if digits.startswith(typed) else "timer_delete")


TASKS: tuple[Task, ...] = (NewAlarm(), WeeklyAlarm(), AlarmOff(), AlarmDelete(), AlarmLater(), Timer())
