"""`getprop` and `setprop`."""

from __future__ import annotations

from envs.android.standin.system import Answer, System, failed, said


async def getprop(system: System, args: list[str], cwd: str) -> Answer:
    """`getprop [name [default]]`: all, or one, an empty line when there is none."""
    if not args:
        return said("".join(f"[{name}]: [{value}]\n" for name, value in sorted(system.properties.items())))
    return said(system.properties.get(args[0], args[1] if len(args) > 1 else "") + "\n")


async def setprop(system: System, args: list[str], cwd: str) -> Answer:
    """`setprop name value`; read-only ones are refused."""
    if len(args) != 2:
        return failed("usage: setprop NAME VALUE\n\nSets an Android system property.\n", code=1)
    name, value = args
    if name.startswith("ro."):
        return failed(f"Failed to set property '{name}' to '{value}'.\nSee dmesg for error reason.\n", code=1)
    system.properties[name] = value
    return Answer()
