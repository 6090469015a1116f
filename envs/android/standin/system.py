"""The software of the phone behind its commands: what they read and change beside the screen."""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol, runtime_checkable

from envs.android.standin.faults import Faults
from envs.android.standin.root import Root
from envs.android.standin.screen import DENSITY, HEIGHT, WIDTH, Screen
from envs.android.standin.shell import Ran

_SYSTEM_PREFIXES = ("com.android.", "com.google.android.", "android")
ADB_KEYBOARD = "com.android.adbkeyboard"
ADB_KEYBOARD_IME = f"{ADB_KEYBOARD}/.AdbIME"
LATIN_IME = "com.android.inputmethod.latin/.LatinIME"

_DEFAULT_SETTINGS: Mapping[tuple[str, str], str] = {
    ("secure", "android_id"): "5d2f8a41c7e09b36",
    ("global", "adb_enabled"): "1",
    ("global", "development_settings_enabled"): "1",
    ("global", "device_name"): "Stand-in",
    ("global", "window_animation_scale"): "1.0",
    ("global", "transition_animation_scale"): "1.0",
    ("global", "animator_duration_scale"): "1.0",
    ("global", "wifi_on"): "1",
    ("global", "mobile_data"): "1",
    ("global", "airplane_mode_on"): "0",
    ("global", "stay_on_while_plugged_in"): "0",
    ("system", "accelerometer_rotation"): "0",
    ("system", "user_rotation"): "0",
    ("system", "screen_off_timeout"): "60000",
    ("system", "screen_brightness"): "102",
    ("system", "font_scale"): "1.0",
}

DEFAULT_PROPERTIES: Mapping[str, str] = {
    "dalvik.vm.heapsize": "512m",
    "persist.sys.locale": "en-US",
    "persist.sys.timezone": "UTC",
    "ro.build.characteristics": "default",
    "ro.build.display.id": "STANDIN.240101.001",
    "ro.build.fingerprint": "visuomotor/standin/standin:14/STANDIN.240101.001/1:user/release-keys",
    "ro.build.type": "user",
    "ro.build.version.release": "14",
    "ro.build.version.sdk": "34",
    "ro.build.version.security_patch": "2024-01-05",
    "ro.hardware": "standin",
    "ro.product.brand": "visuomotor",
    "ro.product.cpu.abi": "arm64-v8a",
    "ro.product.cpu.abilist": "arm64-v8a",
    "ro.product.device": "standin",
    "ro.product.locale": "en-US",
    "ro.product.manufacturer": "visuomotor",
    "ro.product.model": "Stand-in",
    "ro.product.name": "standin",
    "ro.serialno": "STANDIN0001",
    "ro.sf.lcd_density": str(160 * DENSITY),
    "service.adb.root": "0",
    "sys.boot_completed": "1",
}


@dataclass(frozen=True, slots=True)
class Answer:
    """What a command printed, and its exit code."""

    out: bytes = b""
    err: str = ""
    code: int = 0
    hold: bool = False
    """It goes on without printing more, until it is killed."""


def said(text: str, code: int = 0) -> Answer:
    """An answer on the standard output."""
    return Answer(text.encode(errors="surrogateescape"), code=code)


def failed(text: str, code: int = 255) -> Answer:
    """An answer on the standard error; most of Android's commands return -1, which arrives as 255."""
    return Answer(err=text, code=code)


@runtime_checkable
class StartsActivities(Protocol):
    """A screen whose apps have more than one activity to start."""

    async def start_activity(self, package: str, activity: str, arguments: dict[str, Any] | None = None) -> bool: ...


@dataclass(frozen=True, slots=True)
class Launcher:
    """A package with an icon: its first activity is the one behind it. Full class names."""

    activities: tuple[str, ...]
    label: str

    @property
    def activity(self) -> str:
        return self.activities[0]


@dataclass(slots=True)
class Gesture:
    """A finger put down by `input motionevent` and not taken up yet."""

    x: int
    y: int
    since: float = field(default_factory=time.monotonic)


Command = Callable[["System", list[str], str], Awaitable[Answer]]
"""Gets the system, the arguments and the directory it runs in."""


class System:
    """Android's commands by name, and their state. Used on the event loop of the screen."""

    def __init__(
        self,
        screen: Screen,
        root: Root,
        faults: Faults,
        commands: Mapping[str, Command],
        log: deque[Ran],
        *,
        adb_keyboard: bool = True,
        header_bytes: int = 16,
        restart: Callable[[], None] = lambda: None,
    ) -> None:
        """
        Args:
            adb_keyboard: whether com.android.adbkeyboard is installed.
            header_bytes: of a raw screencap: 16, or 12 as before Android 9.
            restart: called for a reboot.
        """
        self.screen = screen
        self.root = root
        self.faults = faults
        self.commands = commands
        self.log = log
        self.adb_keyboard = adb_keyboard
        self.header_bytes = header_bytes
        self.restart = restart
        self.properties = dict(DEFAULT_PROPERTIES)
        self.size_override: tuple[int, int] | None = None
        self.density_override: int | None = None
        self.failures: list[Exception] = []
        """Bugs of the stand-in and breaks of its screen, which a client sees as a command that ends early."""
        self.gesture: Gesture | None = None
        self._own_method = ""
        self.settings: dict[tuple[str, str], str] = {}
        """What was written through `settings put`, for `settings list`; the screen keeps the values."""

    async def run(self, name: str, args: list[str], *, cwd: str = "/") -> Answer:
        """Run one of Android's commands.

        Raises:
            KeyError: there is none of that name.
        """
        began = time.monotonic()
        command = self.commands[name]
        if (extra := self.faults.latency.get(name, 0.0)) > 0:
            await asyncio.sleep(extra)
        answer = await command(self, args, cwd)
        self.log.append(Ran(" ".join([name, *args]), answer.code, time.monotonic() - began, began))
        return answer

    # What several commands ask.

    async def packages(self) -> dict[str, str]:
        """The label of every package."""
        status = await self.screen.status()
        found: dict[str, str] = {**status.get("packages", {}), **status.get("system_packages", {})}
        if self.adb_keyboard:
            found.setdefault(ADB_KEYBOARD, "ADB Keyboard")
        return found

    async def launchers(self) -> dict[str, Launcher]:
        """Every package with an icon in the launcher."""
        status = await self.screen.status()
        activities: dict[str, list[str]] = status.get("activities", {})
        found = {}
        for package, label in sorted(status.get("packages", {}).items()):
            names = activities.get(package) or [".MainActivity"]
            found[package] = Launcher(tuple(full_class(package, name) for name in names), str(label))
        return found

    async def is_system(self, package: str) -> bool:
        """Whether a package came with the phone."""
        if package in (await self.screen.status()).get("system_packages", {}):
            return True
        return package != ADB_KEYBOARD and package.startswith(_SYSTEM_PREFIXES)

    async def own_method(self) -> str:
        """The input method that came with the phone."""
        if not self._own_method:
            found = await self.screen.setting("secure", "default_input_method")
            self._own_method = LATIN_IME if found in {"null", ADB_KEYBOARD_IME} else found
        return self._own_method

    async def setting(self, namespace: str, name: str) -> str:
        """A setting, or "null"."""
        value = await self.screen.setting(namespace, name)
        if value != "null":
            return value
        if (namespace, name) in {("secure", "default_input_method"), ("secure", "enabled_input_methods")}:
            return await self.own_method()
        return _DEFAULT_SETTINGS.get((namespace, name), "null")

    async def put_setting(self, namespace: str, name: str, value: str) -> None:
        """Write a setting."""
        await self.screen.setting(namespace, name, value)
        self.settings[namespace, name] = value

    async def all_settings(self, namespace: str) -> dict[str, str]:
        """Every setting known of a namespace."""
        state: Any = (await self.screen.state()).get("settings", {})
        kept = state.get(namespace, {}) if isinstance(state, dict) else {}
        names = {name for space, name in (*_DEFAULT_SETTINGS, *self.settings) if space == namespace}
        if namespace == "secure":
            names |= {"default_input_method", "enabled_input_methods"}
        if isinstance(kept, dict):
            names |= {str(name) for name in kept}
        values = {name: await self.setting(namespace, name) for name in sorted(names)}
        return {name: value for name, value in values.items() if value != "null"}

    async def rotation(self) -> int:
        """Quarter turns of the display: 0 to 3."""
        return int((await self.screen.status()).get("rotation", 0))


def full_class(package: str, activity: str) -> str:
    """The class of an activity whose name may leave out its package: `.Main` of com.example is com.example.Main."""
    activity = activity.rpartition("/")[2]
    return package + activity if activity.startswith(".") else activity


def short_component(package: str, activity: str) -> str:
    """The name of an activity as Android writes it: com.example/.Main."""
    name = full_class(package, activity)
    return f"{package}/{name.removeprefix(package) if name.startswith(package + '.') else name}"


def physical_size() -> tuple[int, int]:
    """The display upright."""
    return WIDTH, HEIGHT
