"""The table of what which ADB client could do with the stand-in phone."""

from __future__ import annotations

import pytest

CELL = "client"
"""The property of a report that is (check, client, ✓, ✗ or –)."""


def show(terminalreporter: pytest.TerminalReporter) -> None:
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
