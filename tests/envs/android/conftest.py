"""Stand-in phones for the tests, and the table of what which client could do with them."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from envs.android.standin import mksh
from envs.android.standin.server import Standin
from envs.android.standin.threaded import StandinThread
from tests.envs.android.fake_screen import FakeScreen, making

CELL = "client"
"""The property of a report that is (check, client, ✓, ✗ or –)."""


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


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print who could do what: told by the tests' reports, since these may come from other processes."""
    reports = [report for kind in ("passed", "skipped", "failed") for report in terminalreporter.getreports(kind)]
    told = [value for report in reports for name, value in report.user_properties if name == CELL]
    if not told:
        return
    table = {(check, client): mark for check, client, mark in told}
    checks = list(dict.fromkeys(check for check, _ in table))
    clients = list(dict.fromkeys(client for _, client in table))
    width = max(map(len, checks))
    terminalreporter.section("clients against the stand-in phone")
    terminalreporter.write_line(" " * width + "  " + "  ".join(clients))
    for check in checks:
        cells = (table.get((check, client), " ").center(len(client)) for client in clients)
        terminalreporter.write_line(check.ljust(width) + "  " + "  ".join(cells))
