from __future__ import annotations

import os
import subprocess
import tempfile
from pathlib import Path

import pytest

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


def test_a_folder_the_controller_cannot_name_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    spaced = tmp_path / "a b"
    spaced.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(spaced))
    with pytest.raises(OSError, match="set TMPDIR"):
        executable()
