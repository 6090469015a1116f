"""The doctor names what is wrong."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace

import pytest

from agent.doctor import examine


def states(work: Path) -> dict[str, tuple[str, str]]:
    return {finding.what: (finding.state, finding.detail) for finding in examine(work)}


def test_a_foreign_distribution_with_one_of_our_names_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    info = tmp_path / "other_agents-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: other-agents\nVersion: 1.0\n")
    (info / "top_level.txt").write_text("agent\n")
    (info / "RECORD").write_text("agent/__init__.py,,\n")
    monkeypatch.syspath_prepend(str(tmp_path))
    state, detail = states(tmp_path)["agent"]
    assert state == "bad"
    assert "other-agents" in detail


def test_a_missing_extra_comes_with_the_command_that_adds_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    state, detail = states(tmp_path)["extra browser"]
    assert (state, detail) == ("info", "not installed; add it with: pip install 'visuomotor[browser]'")


@pytest.mark.parametrize(("free", "state"), [(2**29, "info"), (2**33, "good")])
def test_a_full_disk_is_said_and_is_no_fault_of_the_installation(
    free: int, state: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("shutil.disk_usage", lambda path: SimpleNamespace(free=free))
    said, detail = states(tmp_path)["free disk"]
    assert said == state
    assert ("--out" in detail) == (state == "info")
