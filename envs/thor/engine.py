"""AI2-THOR's Controller with a player behind it: started, asked, and given up when it breaks."""

from __future__ import annotations

import contextlib
import subprocess
from collections.abc import Callable
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from envs.base import EnvError
from envs.thor.watch import watching

_BUSY = 5
_MOMENT = 0.3
"""Seconds."""


class Event(Protocol):
    """What a player answers: the part of ai2thor's Event that 2.1.0 and 5.0.0 share.

    `frame` and `instance_segmentation_frame` are uint8 RGB (height, width, 3), or None where they were not asked for.
    """

    metadata: dict[str, Any]
    frame: NDArray[np.uint8] | None
    instance_segmentation_frame: NDArray[np.uint8] | None
    color_to_object_id: dict[tuple[int, int, int], str]


class Controller(Protocol):
    """What is used of ai2thor's Controller, 5.0.0; `legacy` gives 2.1.0 the same face."""

    server: Any
    last_event: Any

    def reset(self, scene: str) -> Event: ...

    def step(self, action: str, **arguments: Any) -> Event: ...

    def stop(self) -> None: ...


class RefusalError(EnvError):
    """The player does not know an action or an argument: it is of another version than the one expected."""


class Engine:
    """One player. Any failure but a refusal closes it; the next one is another Engine.

    Args:
        name: said in errors and records.
        make: makes the controller, and puts it into the list before it is ready, so that it can be watched meanwhile.
        scene: the scene it starts in.
        start: seconds that starting, or loading a scene, may take.
        patience: seconds without any work after which a player counts as stuck; an action may take five times as long.
        own: the player knows the stand-in's own actions.

    Raises:
        EnvError: it did not start.
    """

    def __init__(
        self,
        name: str,
        make: Callable[[list[Controller]], None],
        scene: str,
        *,
        start: float = 60.0,
        patience: float = 4.0,
        own: bool = False,
    ) -> None:
        self.name, self.own = name, own
        self._fresh = scene
        self._start, self._patience = start, patience
        self._made: list[Controller] = []
        self._last: Any = None
        self._call("start", start, lambda: make(self._made))

    @property
    def alive(self) -> bool:
        """Whether it was not closed, and its process has not ended by itself meanwhile."""
        player = getattr(self._server(), "unity_proc", None)
        return bool(self._made) and (player is None or player.poll() is None)

    def reset(self, scene: str) -> Event:
        """Load a scene, unless it started in it just now. Raises EnvError."""
        fresh, self._fresh = self._fresh, ""
        if fresh == scene:
            event: Event = self._controller().last_event
            return event
        loaded: Event = self._call(f"load {scene}", self._start, lambda: self._controller().reset(scene))
        return loaded

    def step(self, action: str, *, patient: bool = False, **arguments: Any) -> Event:
        """Do one action; whether it came about is in the metadata. Raises EnvError, RefusalError.

        Args:
            patient: it may take as long as loading a scene.
        """
        self._fresh = ""
        seconds = self._start if patient else _BUSY * self._patience
        event: Event = self._call(
            action, seconds, lambda: self._controller().step(action=action, **arguments), refusable=True
        )
        return event

    def close(self) -> None:
        """End the player and wait for it. May be called twice."""
        made, self._made = self._made, []
        for controller in made:
            server = self._last
            # What is broken may break again while it is ended; the process is what matters, and is ended below.
            with contextlib.suppress(Exception):
                controller.stop()
            _reap(getattr(server, "unity_proc", None))
            folder = getattr(server, "tmp_dir", None)
            if folder is not None:
                folder.cleanup()
            # ai2thor keeps every controller, and stops its server, when the program ends (atexit): its pictures need
            # not be kept that long.
            controller.last_event = None
            if server is not None:
                controller.server = server
                server.raw_files = server.raw_metadata = None

    def _controller(self) -> Controller:
        if not self._made:
            raise EnvError(f"the {self.name} was closed; reset starts another")
        return self._made[0]

    def _server(self) -> Any:
        # A controller lets go of the server of a player that crashed; it is kept here, to be tidied up.
        self._last = (getattr(self._made[0], "server", None) if self._made else None) or self._last
        return self._last

    def _call(self, what: str, seconds: float, call: Callable[[], Any], *, refusable: bool = False) -> Any:
        ended: list[str] = []
        try:
            with watching(self._server, seconds, self._patience) as ended:
                return call()
        except RefusalError:
            raise
        except EnvError:
            self.close()
            raise
        except ValueError as error:
            if refusable and self._running():
                raise RefusalError(f"the {self.name} does not take {what}: {_line(error)}") from error
            self.close()
            raise EnvError(f"the {self.name} cannot {what}: {_line(error)}") from error
        # ai2thor raises Exception itself when a player is gone, and whatever reading half a message raises.
        except Exception as error:
            why = (ended and ended[0]) or ("its player ended" if self._ended() else _line(error))
            self.close()
            raise EnvError(f"the {self.name} failed while it was to {what}: {why}; reset starts another") from error
        except BaseException:
            self.close()
            raise

    def _ended(self) -> bool:
        """Whether the process is at its end; one that closed its pipe is given a moment for the rest."""
        player = getattr(self._server(), "unity_proc", None)
        with contextlib.suppress(subprocess.TimeoutExpired):
            return player is not None and player.wait(_MOMENT) is not None
        return False

    def _running(self) -> bool:
        player = getattr(self._server(), "unity_proc", None)
        return player is not None and player.poll() is None


def _reap(player: Any) -> None:
    if player is None:
        return
    if player.poll() is None:
        player.kill()
    with contextlib.suppress(subprocess.TimeoutExpired):
        player.wait(5)


def _line(error: Exception) -> str:
    """The first line of an error's own words."""
    words = [line.strip() for line in str(error).splitlines() if line.strip()]
    return words[0].rstrip(".")[:200] if words else type(error).__name__
