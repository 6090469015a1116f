"""`settings` and `svc`: what can be set without touching the screen."""

from __future__ import annotations

from envs.android.standin.system import Answer, System, failed, said

_SPACES = ("system", "secure", "global")
_SWITCHES = {"wifi": "wifi_on", "data": "mobile_data", "bluetooth": "bluetooth_on", "nfc": "nfc_on"}


async def settings(system: System, args: list[str], cwd: str) -> Answer:
    """`settings [--user N] get|put|delete|list namespace [name [value]]`"""
    rest = list(args)
    if rest[:1] == ["--user"]:
        del rest[:2]
    match rest:
        case ["get" | "put" | "delete" | "list" | "reset", space, *_] if space not in _SPACES:
            return failed(f"Invalid namespace '{space}'\n")
        case ["get", space, name]:
            return said(f"{await system.setting(space, name)}\n")
        case ["put", space, name, value, *_]:
            await system.put_setting(space, name, value)
            return Answer()
        case ["delete", space, name]:
            there = name in await system.all_settings(space)
            await system.put_setting(space, name, "null")
            return said(f"Deleted {int(there)} rows\n")
        case ["list", space]:
            return said("".join(f"{name}={value}\n" for name, value in (await system.all_settings(space)).items()))
        case ["get" | "put" | "delete" | "list", *_]:
            return failed("Bad arguments\n")
        case [verb, *_]:
            return failed(f"Invalid command: {verb}\n")
        case _:
            return failed("No command specified\n")


async def svc(system: System, args: list[str], cwd: str) -> Answer:
    """`svc wifi|data|bluetooth|nfc enable|disable`, `svc power stayon …|reboot`"""
    match args:
        case [radio, "enable" | "disable" as verb] if radio in _SWITCHES:
            await system.put_setting("global", _SWITCHES[radio], "1" if verb == "enable" else "0")
        case ["power", "stayon", when]:
            value = {"true": "7", "false": "0", "ac": "1", "usb": "2", "wireless": "4"}.get(when)
            if value is None:
                return failed("usage: svc power stayon [true|false|usb|ac|wireless|dock]\n", code=0)
            await system.put_setting("global", "stay_on_while_plugged_in", value)
        case ["power", "reboot", *_]:
            system.restart()
        case _:
            return failed(
                "Available commands:\n    help\n    power\n    data\n    wifi\n    bluetooth\n    nfc\n", code=0
            )
    return Answer()
