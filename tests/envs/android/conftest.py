"""Stand-in phones for the tests."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from envs.android.standin import mksh
from envs.android.standin.server import Standin
from envs.android.standin.threaded import StandinThread
from tests.envs.android.fake_screen import FakeScreen, making


@pytest.fixture
def screen() -> FakeScreen:
    return FakeScreen()


@pytest.fixture(params=["mksh", "builtin"])
def phone(request: pytest.FixtureRequest, screen: FakeScreen) -> Iterator[StandinThread]:
    """A phone that asks for no key, once with each shell."""
    if request.param == "mksh" and (reason := mksh.missing()) is not None:
        pytest.skip(reason)
    with StandinThread(Standin(making(screen), shell=request.param, accept_keys=False)) as thread:
        yield thread
        assert thread.standin.failures == []


@pytest.fixture
def builtin(screen: FakeScreen) -> Iterator[StandinThread]:
    """A phone with the built-in shell that asks for no key."""
    with StandinThread(Standin(making(screen), shell="builtin", accept_keys=False)) as thread:
        yield thread
