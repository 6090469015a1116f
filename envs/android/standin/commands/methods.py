"""`ime`: the input methods, of which one is current."""

from __future__ import annotations

from envs.android.standin.system import ADB_KEYBOARD_IME, Answer, System, failed, said

_CURRENT = ("secure", "default_input_method")
_ENABLED = ("secure", "enabled_input_methods")


async def current(system: System) -> str:
    """The id of the input method in use."""
    return await system.setting(*_CURRENT)


async def enabled(system: System) -> list[str]:
    """The ids of those a person may choose from."""
    return [one for one in (await system.setting(*_ENABLED)).split(":") if one]


async def installed(system: System) -> list[str]:
    """The ids of all."""
    return [await system.own_method(), *([ADB_KEYBOARD_IME] if system.adb_keyboard else [])]


async def ime(system: System, args: list[str], cwd: str) -> Answer:
    """`ime list [-a] [-s] | enable | disable | set ID | reset`"""
    match args:
        case ["list", *options]:
            return await _list(system, options)
        case ["reset"]:
            own = await system.own_method()
            await system.put_setting(*_CURRENT, own)
            await system.put_setting(*_ENABLED, own)
            return said(
                "Reset current and enabled IMEs for user #0\n"
                f"  Newly selected IME: {own}\n  Newly enabled IMEs:\n    {own}\n"
            )
        case ["enable" | "disable" as verb, method]:
            return await _switch(system, method, on=verb == "enable")
        case ["set", method]:
            if method not in await enabled(system):
                return failed(f"Unknown input method {method} cannot be selected for user #0\n")
            await system.put_setting(*_CURRENT, method)
            return said(f"Input method {method} selected for user #0\n")
        case ["enable" | "disable" | "set"]:
            return failed(f'Error: Argument expected after "{args[0]}"\n')
        case [verb, *_]:
            return failed(f"Unknown command: {verb}\n")
        case _:
            return failed("usage: ime list | enable | disable | set | reset\n")


async def _list(system: System, options: list[str]) -> Answer:
    methods = await installed(system) if "-a" in options else await enabled(system)
    if "-s" in options:
        return said("".join(f"{method}\n" for method in methods))
    return said(
        "".join(f"{method}:\n  mId={method} mSettingsActivityName=null mIsVrOnly=false\n" for method in methods)
    )


async def _switch(system: System, method: str, *, on: bool) -> Answer:
    if method not in await installed(system):
        word = "enabled" if on else "disabled"
        return failed(f"Unknown input method {method} cannot be {word} for user #0\n")
    methods = await enabled(system)
    if on == (method in methods):
        return said(f"Input method {method}: already {'enabled' if on else 'disabled'} for user #0\n")
    methods = [*methods, method] if on else [one for one in methods if one != method]
    await system.put_setting(*_ENABLED, ":".join(methods))
    if not on and await current(system) == method:
        await system.put_setting(*_CURRENT, await system.own_method())
    return said(f"Input method {method}: now {'enabled' if on else 'disabled'} for user #0\n")
