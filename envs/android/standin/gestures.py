"""A finger on the phone's glass: trusted touch events by the devtools protocol, at the pace of a hand."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import Any

Send = Callable[[str, dict[str, Any]], Awaitable[Any]]

STEP = 1 / 60
"""Seconds between two places of a moving finger: what a panel reports."""
TAP = 0.02
"""Seconds a tap stays down."""
LIFT = 0.004
"""Seconds between the last move and the lifting of the finger, as the page is told them. It takes a finger that made no
move for 40 ms to have stopped, and does not fling: so it is told the times a hand would keep, not a busy machine's."""


class Finger:
    """One finger, at one place at a time. Coordinates are CSS pixels.

    Args:
        send: sends a devtools command and waits for its answer.
    """

    def __init__(self, send: Send) -> None:
        self._send = send
        self._busy = asyncio.Lock()

    async def tap(self, x: float, y: float) -> None:
        """Down and up again."""
        async with self._busy:
            await self._touch("touchStart", x, y)
            await asyncio.sleep(TAP)
            await self._touch("touchEnd")

    async def swipe(self, start: tuple[float, float], end: tuple[float, float], seconds: float) -> None:
        """From one point to another; between the same point it is a press of that length."""
        async with self._busy:
            began = time.time()
            await self._touch("touchStart", *start, at=began)
            try:
                if start == end:
                    await asyncio.sleep(seconds)
                else:
                    await self._move(start, end, seconds, began)
            finally:  # a finger is never left on the glass
                await self._touch("touchEnd", at=began + seconds + LIFT if start != end else None)

    async def _move(self, start: tuple[float, float], end: tuple[float, float], seconds: float, began: float) -> None:
        steps = max(2, round(seconds / STEP))
        moves = []
        for step in range(1, steps + 1):
            at = began + seconds * step / steps
            place = (a + (b - a) * step / steps for a, b in zip(start, end, strict=True))
            await asyncio.sleep(max(0.0, at - time.time()))
            # Not waiting for the answer: a busy page answers a move late, and the finger does not wait for it.
            moves.append(asyncio.ensure_future(self._touch("touchMove", *place, at=at)))
        await asyncio.gather(*moves)

    async def _touch(self, kind: str, *place: float, at: float | None = None) -> None:
        points = [{"x": place[0], "y": place[1], "radiusX": 1, "radiusY": 1, "id": 0}] if place else []
        when = {} if at is None else {"timestamp": at}
        await self._send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points, **when})
