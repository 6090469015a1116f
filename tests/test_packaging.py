"""What a user installs: five packages with their data, and no tests."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from pathlib import Path

ROOT = Path(__file__).parent.parent
PACKAGES = {"actions", "agent", "envs", "evals", "model"}


def test_the_wheel_holds_the_five_packages_with_their_data(tmp_path: Path) -> None:
    subprocess.run(
        [sys.executable, "-m", "build", "--wheel", "--outdir", str(tmp_path), str(ROOT)],
        check=True,
        capture_output=True,
        timeout=300,
    )
    names = zipfile.ZipFile(next(tmp_path.glob("*.whl"))).namelist()
    tops = {name.split("/")[0] for name in names if ".dist-info/" not in name}
    assert tops == PACKAGES
    assert not [name for name in names if "test" in name.lower().split("/")]
    for data in (
        "agent/report/episode.html.j2",
        "evals/report/summary.html.j2",
        "model/checkpoints/cards/model.safetensors",
        "model/checkpoints/cards/config.json",
        "model/checkpoints/cards/tokenizer.json",
        "model/qwen2vl/kernels/native.cpp",
        "evals/speed/peers/open_turn.jinja",
    ):
        assert data in names
    shipped = [
        info
        for info in zipfile.ZipFile(next(tmp_path.glob("*.whl"))).infolist()
        if "checkpoints/cards" in info.filename
    ]
    assert sum(info.file_size for info in shipped) <= 25 * 2**20


def test_init_files_hold_a_docstring_only() -> None:
    for package in PACKAGES:
        for path in (ROOT / package).rglob("__init__.py"):
            lines = path.read_text().strip()
            assert lines.startswith('"""'), path
            assert lines.endswith('"""'), path
            assert lines.count('"""') == 2, path
