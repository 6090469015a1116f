"""What was changed on a person's phone, and how it is put back."""

from __future__ import annotations

from actions.call import ActionError
from envs.android.shell import Line, Shell, line
from envs.base import EnvError

ANIMATIONS = ("window_animation_scale", "transition_animation_scale", "animator_duration_scale")
_ALWAYS = "7"
"""On mains, USB and wireless power: what `svc power stayon true` writes."""


class Loans:
    """Settings of a phone that are changed for a while; the first value seen is what is put back."""

    def __init__(self, shell: Shell) -> None:
        self._shell = shell
        self._before: dict[tuple[str, str], str] = {}

    def keep_awake(self) -> None:
        """Keep the display on while there is power."""
        self.put("global", "stay_on_while_plugged_in", _ALWAYS)

    def stop_animations(self) -> None:
        """Let windows change at once."""
        for name in ANIMATIONS:
            self.put("global", name, "0")

    def put(self, namespace: str, name: str, value: str) -> None:
        """Change a setting and remember what it was. Raises EnvError."""
        before = self._shell.ask(line("settings", "get", namespace, name)).text.strip()
        # Remembered before it is changed: a connection that breaks in between leaves nothing behind.
        self._before.setdefault((namespace, name), before)
        self._shell.ask(line("settings", "put", namespace, name, value))  # the same, however often

    def give_back(self) -> str:
        """Put everything back; returns what could not be, "" when all was."""
        failed: list[str] = []
        for (namespace, name), value in list(self._before.items()):
            try:
                problem = self._shell.ask(_restored(namespace, name, value)).problem
            except (EnvError, ActionError) as error:
                problem = str(error)
            if problem:
                failed.append(f"{namespace} {name} was {value!r} ({problem})")
            else:
                del self._before[namespace, name]
        return "; ".join(failed)


def _restored(namespace: str, name: str, value: str) -> Line:
    if value in ("", "null"):
        return line("settings", "delete", namespace, name)
    return line("settings", "put", namespace, name, value)


def current_method(shell: Shell) -> str:
    """The input method in use, "" when there is none."""
    found = shell.ask(line("settings", "get", "secure", "default_input_method")).text.strip()
    return "" if found == "null" else found


def enabled_methods(shell: Shell) -> list[str]:
    """The input methods a person could choose now."""
    return shell.ask(line("ime", "list", "-s")).text.split()


def restore_method(shell: Shell, method: str, enabled: bool, own: str) -> str:
    """Make an input method the current one again; `own` is disabled unless it was enabled. Returns what failed."""
    try:
        commands: list[Line] = []
        if current_method(shell) != method:
            commands.append(line("ime", "set", method) if method else line("ime", "reset"))
        if not enabled and own in enabled_methods(shell):
            commands.append(line("ime", "disable", own))
        return next((problem for command in commands if (problem := shell.ask(command).problem)), "")
    except EnvError as error:
        return str(error)
