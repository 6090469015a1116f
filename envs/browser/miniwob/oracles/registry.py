"""The oracle of each task that has one.

There is none where a reward of 1 takes luck or more than a screen shows: points of a drawing to a fraction of a pixel
(bisect-angle, circle-center, find-midpoint, right-angle), the exact code of a colour (use-colorwheel-2), a curve, which
no action draws (draw-circle), an opponent's mistakes (tic-tac-toe), prices that change ten times a second
(stock-market), what the mouse felt many steps ago (hot-cold), a cube that goes on turning (drag-cube). On
daily-calendar, a wide font puts the hours one line below their labels, and a drag over them ends beside the event that
it makes. The flight sites are pages of another kind.
"""

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
