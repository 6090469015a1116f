"""Looks at a phone: waits until its screen is at rest, and tells what the picture alone does not."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np

from envs.android.apps import Apps
from envs.android.camera import Camera, RefusedError
from envs.android.frames import Pixels, is_black
from envs.android.mask import Mask
from envs.android.options import AndroidOptions
from envs.android.settle import Rest, settle
from envs.android.shell import Shell, line
from envs.android.state import State, ask_state
from envs.notices import Notices

DEFAULT_SIZE = (1080, 2400)
"""Width and height that are taken until a phone has told its own."""
_WAKE = 0.5
_LOOKS = 3
_SHAPE = 0.01
"""By how much the ratio of the sides may differ: a display that is turned or folded differs by far more."""


@dataclass(frozen=True, slots=True)
class Sight:
    """What is seen now. `image` is uint8 RGB of shape (height, width, 3), as the display is turned."""

    image: Pixels
    lines: list[str]
    app: str
    activity: str
    label: str
    locked: bool
    protected: bool
    settled: bool
    shots: int
    seconds: dict[str, float] = field(default_factory=dict)
    """What it took: act, settle."""

    @property
    def window(self) -> str:
        """What is in front, as one name."""
        return f"{self.app}/{self.activity}"


class Eyes:
    """What was last seen of a phone, and how to look again.

    Args:
        clock, sleep: of the module time, or a test's own.

    Attributes:
        sight: what was last seen.
        camera: takes the screenshots.
    """

    def __init__(
        self,
        shell: Shell,
        apps: Apps,
        options: AndroidOptions,
        notices: Notices,
        mask: Mask,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self.sight: Sight | None = None
        self.camera = Camera(shell, options.screencap, clock)
        self._shell = shell
        self._apps = apps
        self._cap = options.settle
        self._notices = notices
        self._mask = mask
        self._clock = clock
        self._sleep = sleep
        self._frame: Pixels | None = None
        """The last screenshot as it was, secrets included: for comparing alone."""
        self._size: tuple[int, int] | None = None
        self._turn: int | None = None
        self._upright: bool | None = None
        """Whether this phone stands upright when it is not turned; tablets lie."""

    @property
    def size(self) -> tuple[int, int]:
        """Width and height of the last screenshot."""
        return DEFAULT_SIZE if self.sight is None else (self.sight.image.shape[1], self.sight.image.shape[0])

    @property
    def display(self) -> tuple[int, int]:
        """Width and height of the display when it was last seen, in the pixels of touches and of the parts it tells.

        Where a size was set with `wm size`, screenshots on some phones are not of it.
        """
        return self._size or self.size

    def look(self, expect: bool = False, acted: float = 0.0) -> Sight:
        """Wait until the screen is at rest, within bounds, and look at it.

        Args:
            expect: something was done, and a screen that has not changed may still be about to.
            acted: seconds that took, for the record.

        Raises:
            EnvError: the phone cannot be reached any more.
        """
        before = self._frame if expect else None
        rest, state = self._steady(before)
        black = is_black(rest.frame)
        if black and not state.awake:
            self.wake()
            self._notices.say("The display had gone off; it was turned on again.")
            rest, state = self._steady(None)
            black = is_black(rest.frame)
        self._tell(rest, state, black)
        self._turn, self._size, self._frame = state.turn, state.size, rest.frame
        height, width = rest.frame.shape[:2]
        self.sight = Sight(
            image=rest.frame if black else self._mask.cover(rest.frame, state.size or (width, height)),
            lines=self._notices.take(),
            app=state.package,
            activity=state.activity,
            label=self._apps.label(state.package),
            locked=state.locked,
            protected=black and state.awake,
            settled=rest.settled,
            shots=rest.shots,
            seconds={"act": round(acted, 4), "settle": round(rest.seconds, 4)},
        )
        return self.sight

    def turned(self, state: State) -> bool:
        """Whether the display has been turned, folded or set to another size since the last screenshot."""
        another = None not in (state.turn, self._turn) and state.turn != self._turn
        return another or state.size not in (None, self.display) or not self._fits(self.size, state)

    def wake(self) -> None:
        """Turn the display on; one that is on stays so."""
        self._shell.ask(line("input", "keyevent", "KEYCODE_WAKEUP"))
        self._sleep(_WAKE)

    def _fits(self, size: tuple[int, int], state: State) -> bool:
        """Whether a frame of that size was taken as the display is turned now, as far as the phone tells."""
        width, height = size
        if state.size is not None:
            return abs(state.size[0] / state.size[1] - width / height) <= _SHAPE * width / height
        if state.turn is None or self._upright is None:
            return True
        return (height >= width) == (self._upright == (state.turn % 2 == 0))

    def _steady(self, before: Pixels | None) -> tuple[Rest, State]:
        """A screen at rest and the state it was in: not of the moment before it was turned."""
        for _ in range(_LOOKS):
            rest = settle(self._shoot, self._cap, before, self._clock, self._sleep)
            state = ask_state(self._shell)
            height, width = rest.frame.shape[:2]
            if self._fits((width, height), state):
                break
        if self._upright is None and state.turn is not None:
            self._upright = (height >= width) == (state.turn % 2 == 0)
        return rest, state

    def _shoot(self) -> Pixels:
        try:
            return self.camera.shoot()
        except RefusedError:
            width, height = self.size
            return np.zeros((height, width, 3), np.uint8)

    def _tell(self, rest: Rest, state: State, black: bool) -> None:
        if black and not state.awake:
            self._notices.say("The display is off.")
        elif black:
            self._notices.say(
                "The screen is protected: the app does not let it be seen. Do not guess; hand_over, or go Back."
            )
        if not rest.settled:
            self._notices.say("The screen is still changing.")
        if state.locked and (self.sight is None or not self.sight.locked):
            self._notices.say("The phone is locked. If a swipe up does not open it, hand_over.")
