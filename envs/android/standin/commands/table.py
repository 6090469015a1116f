"""Every command by its name."""

from __future__ import annotations

from collections.abc import Mapping

from envs.android.standin.commands.activities import am, monkey
from envs.android.standin.commands.capture import screencap
from envs.android.standin.commands.display import wm
from envs.android.standin.commands.dumpsys import dumpsys
from envs.android.standin.commands.hierarchy import uiautomator
from envs.android.standin.commands.logs import logcat, reboot
from envs.android.standin.commands.methods import ime
from envs.android.standin.commands.packages import cmd, pm
from envs.android.standin.commands.preferences import settings, svc
from envs.android.standin.commands.properties import getprop, setprop
from envs.android.standin.commands.touch import input_command
from envs.android.standin.system import Command

COMMANDS: Mapping[str, Command] = {
    "am": am,
    "cmd": cmd,
    "dumpsys": dumpsys,
    "getprop": getprop,
    "ime": ime,
    "input": input_command,
    "logcat": logcat,
    "monkey": monkey,
    "pm": pm,
    "reboot": reboot,
    "screencap": screencap,
    "setprop": setprop,
    "settings": settings,
    "svc": svc,
    "uiautomator": uiautomator,
    "wm": wm,
}
