from __future__ import annotations

import os
import subprocess
import tempfile
from pathlib import Path

import pytest

from envs.registry import make_env
from envs.thor.standin.launch import executable


def test_the_launcher_is_written_once_and_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    path = executable()
    assert path == executable()
    assert os.access(path, os.X_OK)
    assert path.is_relative_to(tmp_path)
    done = subprocess.run(
        [str(path), "-screen-width", "9"], env={}, capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 2
    assert "Controller" in done.stderr


def test_a_folder_may_have_a_space_in_its_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    spaced = tmp_path / "a b"
    spaced.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(spaced))
    assert os.access(executable(), os.X_OK)
    env = make_env("thor", scene="FloorPlan3")
    try:
        assert env.reset(seed=0)[0]["image"].any()
    finally:
        env.close()
