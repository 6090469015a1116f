"""What can go wrong with a phone on a cable, on demand."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping
from dataclasses import dataclass, field

REAL_LATENCY: Mapping[str, float] = {"input": 0.25, "screencap": 0.7, "uiautomator": 2.0, "am": 0.2, "monkey": 0.6}
"""Seconds real phones were reported to take for a command, most of it the start of a Java machine."""


@dataclass(slots=True)
class Drop:
    """The link ends in the middle of a service's answer."""

    service: str
    """How the name of the service starts, such as "exec:screencap"; "" is any."""
    after: int
    """Bytes of the answer that still arrive."""
    half_frame: bool = False
    """The last packet is cut inside its header and payload, rather than the stream between two packets."""
    times: int = 1


@dataclass(slots=True)
class Faults:
    """Conditions of the stand-in; change them while it runs, from any thread."""

    drop: Drop | None = None
    refuse_keys: bool = False
    """The dialog is answered with no, for keys that were accepted before too."""
    latency: dict[str, float] = field(default_factory=dict)
    """Seconds more a command takes, by its name; see `REAL_LATENCY`."""
    screencap_fails: int = 0
    """How many of the next screenshots fail; -1 is all."""
    secure: bool = False
    """A protected window is in front: screenshots are black, whatever the screen says."""
    never_idle: bool = False
    """Something moves all the time, so uiautomator finds no idle state."""
    stalled_until: float = 0.0

    def stall(self, seconds: float) -> None:
        """Nothing leaves the phone for so long."""
        self.stalled_until = time.monotonic() + seconds

    async def pass_stall(self) -> None:
        """Wait until the phone may speak again."""
        while (left := self.stalled_until - time.monotonic()) > 0:
            await asyncio.sleep(min(left, 0.05))

    def take_drop(self, service: str, sent: int, size: int) -> Drop | None:
        """The drop that falls into the next `size` bytes of a service that sent `sent` already."""
        drop = self.drop
        if drop is None or drop.times <= 0 or not service.startswith(drop.service) or sent + size < drop.after:
            return None
        drop.times -= 1
        return drop

    def take_failed_screencap(self) -> bool:
        """Whether the next screenshot fails."""
        if self.screencap_fails > 0:
            self.screencap_fails -= 1
            return True
        return self.screencap_fails < 0
