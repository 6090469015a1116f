"""The oracle of each task that has one."""

from __future__ import annotations

from envs.browser.miniwob.oracles import (
    booking,
    choosing,
    dragging,
    entry,
    figures,
    inbox,
    pointing,
    reading,
    unfolding,
)
from envs.browser.miniwob.oracles.look import Oracle

ORACLES: dict[str, Oracle] = {
    **pointing.ORACLES,
    **figures.ORACLES,
    **choosing.ORACLES,
    **unfolding.ORACLES,
    **entry.ORACLES,
    **reading.ORACLES,
    **dragging.ORACLES,
    **inbox.ORACLES,
    **booking.ORACLES,
}
