"""What a phone env can be told."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Literal, get_args

from envs.android.link import Limits
from envs.base import EnvError

Backend = Literal["auto", "direct", "server"]
Capture = Literal["auto", "raw", "png"]
_CHOICES = {"backend": get_args(Backend), "screencap": get_args(Capture)}
_LONGEST_SETTLE = 5.0


@dataclass(frozen=True, slots=True)
class AndroidOptions:
    """Options of the phone env; on the command line `--allow-app` is allow_app, and a flag is on when named."""

    serial: Annotated[str, "which phone: HOST:PORT, or a serial number; needed when there are several"] = ""
    standin: Annotated[bool, "a stand-in phone on this machine in place of a real one"] = False
    replay: Annotated[str, "a file of `doctor android --out` in place of a phone: it always answers the same"] = ""
    backend: Annotated[Backend, "direct (TCP, USB), or through an adb server (wireless debugging)"] = "auto"
    host: Annotated[str, "of the adb server"] = "127.0.0.1"
    port: Annotated[int, "of the adb server"] = 5037
    allow_app: Annotated[
        tuple[str, ...],
        "a package it may touch, and then no others; may be repeated; * is any, PACKAGE/ACTIVITY a page",
    ] = ()
    deny_app: Annotated[tuple[str, ...], "a package it may not touch, or PACKAGE/ACTIVITY; may be repeated"] = ()
    secrets: Annotated[str, "a file of NAME=value lines it may type by name, beside VISUOMOTOR_SECRET_NAME"] = ""
    allow_unseen: Annotated[
        bool,
        "do not ask before a touch where the phone does not tell what is under it, nor black such a screen out after "
        "a secret was typed",
    ] = False
    keep_screen: Annotated[bool, "start from what the phone shows instead of its home screen"] = False
    keep_awake: Annotated[bool, "keep the display on meanwhile"] = False
    still: Annotated[bool, "turn the system's animations off meanwhile"] = False
    settle: Annotated[float, "seconds to wait at most for a screen that keeps changing, up to 5"] = 3.0
    screencap: Annotated[Capture, "how screenshots are sent; auto takes what is faster"] = "auto"
    transport: Annotated[float, "seconds of silence on the connection after which it counts as lost"] = 9.0
    read: Annotated[float, "seconds one packet may take"] = 15.0
    command: Annotated[float, "seconds a whole command may take"] = 30.0
    authorize: Annotated[float, "seconds to wait for a person to accept this computer on the phone"] = 30.0

    def __post_init__(self) -> None:
        for name, choices in _CHOICES.items():
            if getattr(self, name) not in choices:
                raise EnvError(f"{name} is one of {', '.join(choices)}, not {getattr(self, name)!r}")
        if not 0 <= self.settle <= _LONGEST_SETTLE:
            raise EnvError(f"settle is 0 to {_LONGEST_SETTLE:g} seconds, not {self.settle:g}")
        if min(self.transport, self.read, self.command, self.authorize) <= 0:
            raise EnvError("transport, read, command and authorize are seconds, and more than 0")
        if self.standin and self.serial:
            raise EnvError("standin starts a phone of its own, and serial names another: give one of them")
        if self.replay and (self.standin or self.serial):
            raise EnvError("replay plays a file in place of a phone: give neither standin nor serial")
        if not 0 < self.port < 65536:
            raise EnvError(f"a port is 1 to 65535, not {self.port}")

    @property
    def limits(self) -> Limits:
        return Limits(self.transport, self.read, self.command)
