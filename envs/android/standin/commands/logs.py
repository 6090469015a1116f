"""`logcat`: of this phone's log only the beginning is told."""

from __future__ import annotations

from envs.android.standin.system import Answer, System, said


async def logcat(system: System, args: list[str], cwd: str) -> Answer:
    """`logcat [-d] [-c]`: without -d it goes on until it is killed."""
    if {"-c", "--clear"} & set(args):
        return Answer()
    text = "--------- beginning of main\n"
    if {"-d", "-t", "-g"} & set(args):
        return said(text)
    return Answer(text.encode(), hold=True)


async def reboot(system: System, args: list[str], cwd: str) -> Answer:
    """`reboot`: the link drops, and the phone comes back."""
    system.restart()
    return Answer()
