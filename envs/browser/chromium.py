"""Which Chromium is started, and how."""

from __future__ import annotations

import asyncio
import os
import shutil
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from playwright.async_api import Browser, BrowserContext, Error, Playwright, async_playwright

from envs.base import EnvError
from envs.browser.proxy import CHROMIUM_ARGUMENTS

VARIABLE = "VISUOMOTOR_CHROMIUM"
"""An environment variable with the path of the browser to use."""

# The shell is old headless alone: smaller, and twice as fast to start. It cannot open a window.
_HEADLESS = ("chromium-headless-shell",)
_SYSTEM = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
_ARGUMENTS = (
    "--no-pings",
    "--mute-audio",
    "--disable-component-update",
    "--disable-background-networking",
    "--font-render-hinting=none",  # the same glyphs whatever the machine's font settings
)
_NO_NAMES = "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1"


@dataclass(frozen=True, slots=True)
class Launch:
    """How a browser is started; envs whose launches are equal share one.

    Args:
        headless: without a window.
        sandbox: Chromium's own; None is on unless root, for whom Chromium has none.
        offline: no name but 127.0.0.1 is resolved.
        proxy: "http://127.0.0.1:PORT" that every connection goes through, or "".
        credentials: user and password of the proxy.
    """

    headless: bool = True
    sandbox: bool | None = None
    offline: bool = False
    proxy: str = ""
    credentials: tuple[str, str] = ("", "")


def find_system(headless: bool, which: Callable[[str], str | None] = shutil.which) -> str | None:
    """The path of a system browser, or None."""
    chosen = os.environ.get(VARIABLE)
    if chosen:
        if not Path(chosen).is_file():
            raise EnvError(f"{VARIABLE} names {chosen}, which is not a file")
        return chosen
    names = (*_HEADLESS, *_SYSTEM) if headless else _SYSTEM
    return next((path for name in names if (path := which(name))), None)


def find(playwright: Playwright, headless: bool) -> str | None:
    """The executable to start; None is Playwright's own choice. Raises EnvError when there is no browser."""
    if not os.environ.get(VARIABLE):
        full = Path(playwright.chromium.executable_path)
        # Playwright's headless shell is a download of its own, beside the whole browser's or without it.
        if headless and any(full.parents[2].glob("chromium_headless_shell-*/*/*")):
            return None
        if full.exists():
            return str(full)
    system = find_system(headless)
    if system is None:
        raise EnvError(
            "no browser is installed; get Playwright's own with: playwright install chromium, or the system's, on "
            f"Debian: apt install chromium-headless-shell. {VARIABLE} may name one that is elsewhere"
        )
    return system


async def launch(playwright: Playwright, how: Launch) -> Browser:
    """Start a browser. Raises EnvError when there is none or it does not start."""
    executable = find(playwright, how.headless)
    try:
        return await playwright.chromium.launch(executable_path=executable, **_settings(how))
    except Error as error:
        raise _refused(executable, error) from error


async def launch_profile(playwright: Playwright, how: Launch, profile: str, settings: dict[str, Any]) -> BrowserContext:
    """Start a browser with the profile in a folder, made if need be. Raises EnvError as `launch` does."""
    executable = find(playwright, how.headless)
    try:
        return await playwright.chromium.launch_persistent_context(
            profile, executable_path=executable, **_settings(how), **settings
        )
    except Error as error:
        raise _refused(executable, error) from error


def _settings(how: Launch) -> dict[str, Any]:
    arguments = [*_ARGUMENTS]
    if how.headless:
        arguments.append("--disable-gpu")
    if how.offline:
        arguments.append(_NO_NAMES)
    if how.proxy:
        arguments += CHROMIUM_ARGUMENTS
    user, password = how.credentials
    return {
        "headless": how.headless,
        "chromium_sandbox": os.geteuid() != 0 if how.sandbox is None else how.sandbox,
        "args": arguments,
        "proxy": {"server": how.proxy, "username": user, "password": password} if how.proxy else None,
        "timeout": 60_000,
        # Ctrl-C is the runner's to answer: it closes the episode first.
        "handle_sigint": False,
        "handle_sigterm": False,
        "handle_sighup": False,
    }


def _refused(executable: str | None, error: Error) -> EnvError:
    name = executable or "Playwright's Chromium"
    advice = " (where the kernel allows no sandbox: --sandbox false)" if "sandbox" in error.message.lower() else ""
    return EnvError(f"{name} does not start: {error.message.splitlines()[0][:300]}{advice}")


async def _present() -> str:
    async with async_playwright() as playwright:
        return find(playwright, headless=True) or playwright.chromium.executable_path


if __name__ == "__main__":  # make asks whether there is a browser
    try:
        print(f"browser: {asyncio.run(_present())}")
    except EnvError as error:
        sys.exit(str(error))
