"""A stand-in phone's envs for the tests, skipped where there is no browser."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

pytest.importorskip("adb_shell", reason="needs adb-shell")
pytest.importorskip("playwright", reason="needs playwright")

from envs.android.bench import PhoneTask
from envs.base import EnvError


@pytest.fixture
def phone() -> Iterator[Callable[..., PhoneTask]]:
    """Makes a task's env and resets it."""
    made: list[PhoneTask] = []

    def make(task: str, seed: int = 0, **options: Any) -> PhoneTask:
        env = PhoneTask(task, **options)
        made.append(env)
        try:
            env.reset(seed=seed)
        except EnvError as error:
            if "no browser is installed" in str(error):
                pytest.skip(str(error))
            raise
        return env

    yield make
    for env in made:
        env.close()
