"""A stand-in phone in a process of its own: in ours it would hold up the drivers that are Python, and no others."""

from __future__ import annotations

import contextlib
import multiprocessing
import signal
from collections.abc import Iterator, Mapping
from multiprocessing.connection import Connection
from typing import Any, Literal

from envs.base import EnvError, MissingExtraError

Call = Literal["key", "launch", "settle", "tap", "clear_text", "hierarchy", "status"]
_START, _ANSWER, _END = 120.0, 60.0, 40.0


class PhoneApart:
    """The phone's own screen and software, for what is not to go over ADB. `address` is where ADB is."""

    def __init__(self, pipe: Connection) -> None:
        self._pipe = pipe
        self.address: str = self._answer(_START)

    def do(self, call: Call, *values: Any) -> Any:
        """What `Phone` does and answers. Raises EnvError."""
        self._pipe.send((call, values))
        return self._answer(_ANSWER)

    def _answer(self, seconds: float) -> Any:
        try:
            if not self._pipe.poll(seconds):
                raise EnvError(f"the stand-in phone did not answer within {seconds:g} s")
            answer, problem = self._pipe.recv()
        except EOFError as error:
            raise EnvError("the stand-in phone's process ended") from error
        if problem:
            raise EnvError(problem)
        return answer


@contextlib.contextmanager
def phone_apart(latency: Mapping[str, float]) -> Iterator[PhoneApart]:
    """A stand-in phone with its built-in shell, on while the context lasts. Raises EnvError, MissingExtraError."""
    try:
        import envs.android.standin.running  # noqa: F401 - said here, not in the other process
    except ImportError as error:
        raise MissingExtraError("a stand-in phone", "android,browser", error) from error
    spawning = multiprocessing.get_context("spawn")
    ours, theirs = spawning.Pipe()
    process = spawning.Process(target=_serve, args=(theirs, dict(latency)), name="stand-in phone")
    process.start()
    theirs.close()  # so that its end is seen here, and ours there
    try:
        yield PhoneApart(ours)
    finally:
        ours.close()
        process.join(_END)
        if process.is_alive():
            process.kill()
            process.join()


def _serve(pipe: Connection, latency: dict[str, float]) -> None:
    from envs.android.standin.running import Rig

    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the benchmark, which then closes the pipe
    try:
        with Rig("builtin", latency=latency) as phone:
            phone.renew(0)
            pipe.send((phone.address, ""))
            while True:
                call, values = pipe.recv()
                try:
                    pipe.send((phone.run(getattr(phone.phone, call)(*values)), ""))
                except (EnvError, TimeoutError) as error:
                    pipe.send((None, f"the stand-in phone: {error}"))
    except (EOFError, BrokenPipeError):
        pass  # the benchmark is over
    except EnvError as error:
        pipe.send((None, str(error)))
