"""`input`: touches, keys and text, after InputShellCommand of Android 14."""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import Awaitable, Callable

from envs.android.standin.commands.crash import ARGUMENT, argument_expected, exception
from envs.android.standin.commands.keycodes import name_of
from envs.android.standin.system import Answer, Gesture, System, said

_SOURCES = (
    "keyboard", "dpad", "gamepad", "touchscreen", "mouse", "stylus", "trackball", "touchpad", "touchnavigation",
    "joystick", "rotaryencoder",
)  # fmt: skip
_USAGE = "\n".join(
    [
        "Usage: input [<source>] [-d DISPLAY_ID] <command> [<arg>...]",
        "",
        "The sources are: ",
        *(f"      {source}" for source in _SOURCES),
        "",
        "-d: specify the display ID.",
        "      (Default: -1 for key event, 0 for motion event if not specified.)",
        "The commands and default sources are:",
        "      text <string> (Default: keyboard)",
        "      keyevent [--longpress|--doubletap|--async|--delay <duration between keycodes in ms>]"
        " <key code number or name> ... (Default: keyboard)",
        "      tap <x> <y> (Default: touchscreen)",
        "      swipe <x1> <y1> <x2> <y2> [duration(ms)] (Default: touchscreen)",
        "      draganddrop <x1> <y1> <x2> <y2> [duration(ms)] (Default: touchscreen)",
        "      press (Default: trackball)",
        "      roll <dx> <dy> (Default: trackball)",
        "      motionevent <DOWN|UP|MOVE|CANCEL> <x> <y> (Default: touchscreen)",
        "      keycombination [-t duration(ms)] <key code 1> <key code 2> ..."
        " (Default: keyboard, the key order is important here.)",
        "",
    ]
)
_TYPABLE = re.compile(r"[\t\n\x20-\x7e]*")
"""What the virtual keyboard has keys for."""
_DEFAULT_SWIPE_MS = 300
_TAP_MS = 100
_LONG_PRESS_SECONDS = 0.5
_MOST_MS = 60_000


class _MissingError(Exception):
    """An argument is missing; `args` has the one before it."""


async def input_command(system: System, args: list[str], cwd: str) -> Answer:
    """`input [source] [-d display] command argument…`"""
    rest = list(args)
    if rest and rest[0] in _SOURCES:
        rest.pop(0)
    if rest[:1] == ["-d"]:
        del rest[:2]
    if not rest or rest[0] in {"help", "-h", "--help"}:
        return said(_USAGE, code=255 if not rest else 0)
    name, *operands = rest
    do = _COMMANDS.get(name)
    if do is None:
        return said(f"Unknown command: {name}\n", code=255)
    try:
        return await do(system, operands) or Answer()
    except _MissingError as missing:
        return argument_expected(name, str(missing.args[0] or name))
    except ValueError:  # a NumberFormatException of Java's
        return exception(name, f"{ARGUMENT}: Error: Invalid arguments for command: {name}")


def _numbers(operands: list[str], count: int) -> list[int]:
    """The first `count` operands as Java reads floats, whole pixels of them."""
    if len(operands) < count:
        raise _MissingError(operands[-1] if operands else "")
    return [int(float(operand)) for operand in operands[:count]]


def _milliseconds(operands: list[str]) -> int:
    given = int(operands[4]) if len(operands) > 4 else -1
    return min(given, _MOST_MS) if given >= 0 else _DEFAULT_SWIPE_MS


async def _text(system: System, operands: list[str]) -> Answer | None:
    if not operands:
        raise _MissingError("")
    text = operands[0].replace("%s", " ")  # there is no way to write the two characters themselves
    if _TYPABLE.fullmatch(text) is None:
        # KeyCharacterMap.getEvents() knows no keys for it and returns null.
        return exception(
            "text",
            "java.lang.NullPointerException: Attempt to get length of null array",
            "com.android.server.input.InputShellCommand.sendText(InputShellCommand.java:318)",
            "com.android.server.input.InputShellCommand.runText(InputShellCommand.java:284)",
            "com.android.server.input.InputShellCommand.onCommand(InputShellCommand.java:226)",
        )
    for part in re.split(r"([\n\t])", text):
        if part in {"\n", "\t"}:
            await system.screen.key("KEYCODE_ENTER" if part == "\n" else "KEYCODE_TAB")
        elif part:
            await system.screen.text(part)
    return None


async def _keyevent(system: System, operands: list[str]) -> None:
    if not operands:
        raise _MissingError("")
    codes, twice = [], False
    waiting = iter(operands)
    for operand in waiting:
        if operand == "--delay":
            next(waiting, None)
        elif operand == "--doubletap":
            twice = True
        elif not operand.startswith("--"):
            codes.append(name_of(operand))
    if not codes:
        raise _MissingError(operands[-1])
    for code in codes:
        for _ in range(2 if twice else 1):
            await system.screen.key(code)


async def _tap(system: System, operands: list[str]) -> None:
    x, y = _numbers(operands, 2)
    await system.screen.tap(x, y)


async def _swipe(system: System, operands: list[str]) -> None:
    x1, y1, x2, y2 = _numbers(operands, 4)
    await system.screen.swipe(x1, y1, x2, y2, _milliseconds(operands))


async def _drag(system: System, operands: list[str]) -> None:
    x1, y1, x2, y2 = _numbers(operands, 4)
    milliseconds = _milliseconds(operands)
    await asyncio.sleep(_LONG_PRESS_SECONDS)  # held first, as the command does, to pick the thing up
    await system.screen.swipe(x1, y1, x2, y2, milliseconds)


async def _motion(system: System, operands: list[str]) -> None:
    if not operands:
        raise _MissingError("")
    action = operands[0].upper()
    x, y = _numbers(operands[1:], 2) if action != "CANCEL" or len(operands) > 2 else (0, 0)
    match action:
        case "DOWN":
            system.gesture = Gesture(x, y)
        case "UP" if down := system.gesture:
            system.gesture = None
            milliseconds = int((time.monotonic() - down.since) * 1000)
            if (x, y) == (down.x, down.y) and milliseconds < _LONG_PRESS_SECONDS * 1000:
                await system.screen.tap(x, y)
            else:
                await system.screen.swipe(down.x, down.y, x, y, max(_TAP_MS, min(milliseconds, _MOST_MS)))
        case "CANCEL":
            system.gesture = None
        case "MOVE" | "UP":
            pass  # the way between does not matter to any app of this phone
        case _:
            raise ValueError(f"unknown action {action}")


async def _roll(system: System, operands: list[str]) -> None:
    _numbers(operands, 2)  # nothing on this phone listens to a trackball


async def _press(system: System, operands: list[str]) -> None:
    pass


async def _combination(system: System, operands: list[str]) -> Answer | None:
    codes = operands[2:] if operands[:1] == ["-t"] else operands
    if len(codes) < 2:
        return exception("keycombination", f"{ARGUMENT}: keycombination requires at least 2 keycodes")
    for code in codes:
        await system.screen.key(name_of(code))
    return None


_COMMANDS: dict[str, Callable[[System, list[str]], Awaitable[Answer | None]]] = {
    "text": _text,
    "keyevent": _keyevent,
    "tap": _tap,
    "swipe": _swipe,
    "draganddrop": _drag,
    "motionevent": _motion,
    "roll": _roll,
    "press": _press,
    "keycombination": _combination,
}
