"""`wm`: the size and density of the display."""

from __future__ import annotations

import re

from envs.android.standin.commands.crash import argument_expected
from envs.android.standin.screen import DENSITY
from envs.android.standin.system import Answer, System, failed, physical_size, said

_UNLOCK_MS = 200


async def wm(system: System, args: list[str], cwd: str) -> Answer:
    """`wm size [WxH|reset]`, `wm density [N|reset]`; an override is remembered, the display stays as it is."""
    match args:
        case ["size"]:
            width, height = physical_size()
            text = f"Physical size: {width}x{height}\n"
            if system.size_override is not None:
                text += "Override size: {}x{}\n".format(*system.size_override)
            return said(text)
        case ["size", "reset"]:
            system.size_override = None
        case ["size", value] if found := re.fullmatch(r"(\d+)x(\d+)", value):
            size = int(found[1]), int(found[2])
            system.size_override = None if size == physical_size() else size
        case ["size", value]:
            return failed(f"Error: bad size {value}\n")
        case ["density"]:
            text = f"Physical density: {160 * DENSITY}\n"
            if system.density_override is not None:
                text += f"Override density: {system.density_override}\n"
            return said(text)
        case ["dismiss-keyguard"]:
            status = await system.screen.status()
            if status.get("locked") and status.get("awake", True):
                width, height = await system.screen.size()
                await system.screen.swipe(width // 2, height * 8 // 10, width // 2, height * 2 // 10, _UNLOCK_MS)
        case ["user-rotation" | "set-user-rotation", *rest]:
            return await _turn(system, rest)
        case ["density", "reset"]:
            system.density_override = None
        case ["density", value] if value.isdecimal():
            if int(value) < 72:
                return failed("Error: density must be >= 72\n")
            system.density_override = int(value)
        case ["density", value]:
            return failed(f"Error: bad number {value}\n")
        case []:
            return argument_expected("wm", "wm")
        case [unknown, *_]:
            return said(f"Unknown command: {unknown}\n", code=255)
    return Answer()


async def _turn(system: System, args: list[str]) -> Answer:
    """`free`, or `lock` with quarter turns."""
    match [word for word in args if word not in {"-d", "0"} or args[:1] == ["lock"]]:
        case []:
            return said("free\n" if await system.setting("system", "accelerometer_rotation") == "1" else "lock\n")
        case ["free"]:
            await system.put_setting("system", "accelerometer_rotation", "1")
        case ["lock"]:
            await system.put_setting("system", "accelerometer_rotation", "0")
        case ["lock", turns] if turns in {"0", "1", "2", "3"}:
            await system.put_setting("system", "accelerometer_rotation", "0")
            await system.put_setting("system", "user_rotation", turns)
        case [*_]:
            return failed("Error: rotation argument should be one of lock, free\n")
    return Answer()
