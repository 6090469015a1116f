"""How a command of the Android framework fails: with a Java exception on the standard error."""

from __future__ import annotations

from envs.android.standin.system import Answer, failed

ARGUMENT = "java.lang.IllegalArgumentException"


def exception(command: str, what: str, *frames: str) -> Answer:
    """What ShellCommand prints of an exception in `command`; `frames` are the innermost lines of its trace."""
    trace = (
        *frames,
        "android.os.BasicShellCommandHandler.exec(BasicShellCommandHandler.java:97)",
        "android.os.ShellCommand.exec(ShellCommand.java:38)",
        "android.os.Binder.shellCommand(Binder.java:1068)",
        "android.os.Binder.onTransact(Binder.java:888)",
        "android.os.Binder.execTransactInternal(Binder.java:1344)",
        "android.os.Binder.execTransact(Binder.java:1275)",
    )
    lines = [f"\nException occurred while executing '{command}':", what, *(f"\tat {frame}" for frame in trace)]
    return failed("\n".join(lines) + "\n")


def argument_expected(command: str, after: str) -> Answer:
    """An argument is missing."""
    return exception(command, f'{ARGUMENT}: Argument expected after "{after}"')
