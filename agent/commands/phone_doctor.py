"""`visuomotor doctor android`."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from agent.doctor import Finding
from agent.runfolder import write_json
from envs.android import devices
from envs.android.link import Link
from envs.android.options import AndroidOptions
from envs.android.probe import examine
from envs.base import EnvError


def examine_phone(
    options: AndroidOptions, out: Path | None = None, connect: Callable[[AndroidOptions], Link] | None = None
) -> list[Finding]:
    """Every finding about a connected phone. What it answered is written to `out`.

    Raises:
        RecordError: it cannot be written.
    """
    try:
        link = (connect or devices.connect)(options)
    except EnvError as error:
        return [Finding("bad", "connection", str(error))]
    try:
        report = examine(link, options)
    finally:
        link.close()
    findings = [Finding(check.state, check.what, check.detail) for check in report.checks]
    if out is not None:
        write_json(out, report.fixture())
        findings.append(Finding("info", "fixture", f"wrote {out}: what the phone answered, without pictures or texts"))
    return findings
