"""`am` and `monkey`: apps are started and stopped, broadcasts sent."""

from __future__ import annotations

import base64
import binascii

from envs.android.standin.commands import intents, methods
from envs.android.standin.commands.crash import ARGUMENT, exception
from envs.android.standin.commands.intents import Intent
from envs.android.standin.commands.keycodes import NAMES
from envs.android.standin.system import (
    ADB_KEYBOARD,
    ADB_KEYBOARD_IME,
    Answer,
    StartsActivities,
    System,
    full_class,
    said,
    short_component,
)

_NEW_TASK = 0x10000000
_FROM_SHELL = 0x400000
_SETTINGS = ".settings"


async def am(system: System, args: list[str], cwd: str) -> Answer:
    """`am start | start-activity | force-stop | kill | broadcast | get-current-user | stack list`"""
    verb, rest = (args[0], args[1:]) if args else ("", [])
    if verb in {"force-stop", "kill"}:
        return await _stop(system, rest)
    if verb == "get-current-user":
        return said("0\n")
    if verb not in {"start", "start-activity", "broadcast"}:
        return said(f"Unknown command: {verb}\n" if verb else "Activity manager (activity) commands:\n", code=255)
    try:
        intent = intents.parse(rest)
    except ValueError as error:
        return exception(verb, f"{ARGUMENT}: {error}")
    return await (_broadcast(system, intent) if verb == "broadcast" else _start(system, intent))


async def _stop(system: System, args: list[str]) -> Answer:
    packages = [word for word in args if not word.startswith("-") and word != "0"]
    if not packages:
        return exception("force-stop", f'{ARGUMENT}: Argument expected after "force-stop"')
    if (await system.screen.status()).get("package") == packages[0]:
        await system.screen.key("KEYCODE_HOME")
    return Answer()


async def _start(system: System, intent: Intent) -> Answer:
    if intent.package and not (intent.component or intent.action or intent.data):
        intent.action = "android.intent.action.MAIN"
        intent.categories.append("android.intent.category.LAUNCHER")
    elif not (intent.component or intent.action or intent.data):
        return exception("start", f"{ARGUMENT}: No intent supplied")
    elif intent.data and not intent.action:
        intent.action = "android.intent.action.VIEW"
    head = f"Starting: {intent}\n"
    intent.flags |= _NEW_TASK
    package, activity = await _resolve(system, intent)
    if package is None and intent.component:
        name, _, activity = intent.component.partition("/")
        shown = f"{{{name}/{full_class(name, activity)}}}"
        return Answer(head.encode(), f"Error type 3\nError: Activity class {shown} does not exist.\n", 1)
    if package is None:
        return Answer(head.encode(), f"Error: Activity not started, unable to resolve {intent}\n", 1)
    before = (await system.screen.status()).get("package")
    if package == "":
        await system.screen.key("KEYCODE_HOME")
    elif intent.component and isinstance(system.screen, StartsActivities):
        name = short_component(package, activity).partition("/")[2]
        await system.screen.start_activity(package, name, dict(intent.extras))
    else:
        await system.screen.launch(package)
    warning = ""
    if before == package:
        warning = "Warning: Activity not started, intent has been delivered to currently running top-most instance.\n"
    if intent.wait:
        shown = short_component(package, activity) if package else "com.android.launcher3/.Launcher"
        head += f"Status: ok\nLaunchState: WARM\nActivity: {shown}\nTotalTime: 120\nWaitTime: 125\nComplete\n"
    return Answer(head.encode(errors="surrogateescape"), warning)


async def _resolve(system: System, intent: Intent) -> tuple[str | None, str]:
    """The package and activity that answer an intent; "" is the home screen, None nobody."""
    launchers = await system.launchers()
    if intent.component:
        package, _, activity = intent.component.partition("/")
        known = set(launchers[package].activities) if package in launchers else set()
        status = await system.screen.status()
        if package == status.get("package") and package in launchers:
            known.add(full_class(package, str(status.get("activity", ""))))
        name = full_class(package, activity)
        return (package, name) if name in known else (None, "")
    if "android.intent.category.HOME" in intent.categories:
        return "", ""
    wanted = intent.package
    if intent.action.startswith("android.settings."):
        wanted = next((package for package in launchers if package.endswith(_SETTINGS)), "")
    if not wanted and intent.data:
        handlers = (await system.screen.status()).get("handlers", {})
        wanted = str(handlers.get(intent.data.partition(":")[0].lower(), ""))
    return (wanted, launchers[wanted].activity) if wanted in launchers else (None, "")


async def _broadcast(system: System, intent: Intent) -> Answer:
    intent.flags |= _FROM_SHELL
    # The receiver is registered while the keyboard is the current one; the result is 0 whether or not text landed.
    if intent.package in {"", ADB_KEYBOARD} and await methods.current(system) == ADB_KEYBOARD_IME:
        await _type(system, intent)
    text = f"Broadcasting: {intent}\nBroadcast completed: result=0\n"
    return said(text)


async def _type(system: System, intent: Intent) -> None:
    """What ADBKeyboard does with a broadcast: github.com/senzhk/ADBKeyBoard."""
    message = intent.extras.get("msg")
    match intent.action:
        case "ADB_CLEAR_TEXT":
            await system.screen.clear_text()
        case "ADB_INPUT_B64" if message is not None:
            try:
                text = base64.b64decode(message).decode(errors="replace")
            except binascii.Error:
                return  # it crashes inside, and nothing is typed
            await system.screen.text(text)
        case "ADB_INPUT_TEXT" if message is not None:
            await system.screen.text(message)
        case "ADB_INPUT_CHARS" if "chars" in intent.extras:
            codes = intent.extras["chars"].split(",")
            await system.screen.text("".join(chr(int(code)) for code in codes if code.isdecimal()))
        case "ADB_INPUT_CODE" | "ADB_EDITOR_CODE" if intent.extras.get("code", "").isdecimal():
            editor = intent.action == "ADB_EDITOR_CODE"
            code = NAMES.get(66 if editor else int(intent.extras["code"]), "KEYCODE_UNKNOWN")
            await system.screen.key(code)


async def monkey(system: System, args: list[str], cwd: str) -> Answer:
    """`monkey -p package -c category 1`: how scripts start an app whose activity they do not know."""
    package = next((args[at + 1] for at, word in enumerate(args[:-1]) if word == "-p"), None)
    category = next((args[at + 1] for at, word in enumerate(args[:-1]) if word == "-c"), None)
    head = "".join(f"  bash arg: {word}\n" for word in args)
    if package is None or not args[-1].isdecimal():
        return Answer(head.encode(), "** Error: Count not specified\n" if package else "** Error: No packages\n", 255)
    if package not in await system.launchers():
        return Answer(head.encode(errors="surrogateescape"), "** No activities found to run, monkey aborted.\n", 252)
    await system.screen.launch(package)
    quoted = "".join(f' arg: "{word}"\n' for word in args)
    traced = f"args: [{', '.join(args)}]\n{quoted}" + (f'data="{category}"\n' if category else "")
    tail = "## Network stats: elapsed time=22ms (0ms mobile, 0ms wifi, 22ms not connected)\n"
    return Answer(f"{head}Events injected: {args[-1]}\n{tail}".encode(), traced)
