"""The command line as a person types it."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from agent.record import finished_episode


def visuomotor(*words: str, cwd: Path, ok: int = 0) -> str:
    """Run the installed command; returns everything it printed."""
    command = [sys.executable, "-m", "agent.cli", *words]
    environment = {**os.environ, "COLUMNS": "200", "HF_HUB_OFFLINE": "1"}
    done = subprocess.run(command, cwd=cwd, env=environment, capture_output=True, text=True, timeout=120, check=False)
    printed = done.stdout + done.stderr
    assert done.returncode == ok, printed
    assert "Traceback" not in printed
    return printed


def test_run_records_and_report_shows(tmp_path: Path) -> None:
    printed = visuomotor("run", "points24", "-m", "oracle", "--task", "3 3 8 8", "--out", "r", cwd=tmp_path)
    assert "Append(token='8')" in printed
    assert "return 10" in printed
    assert "visuomotor report r" in printed
    assert "1 of 1" in visuomotor("report", "r", cwd=tmp_path)
    assert (tmp_path / "r" / "episodes.html").stat().st_size > 10_000


def test_a_run_is_never_written_over(tmp_path: Path) -> None:
    visuomotor("run", "Blackjack", "-m", "random", "--out", "r", cwd=tmp_path)
    assert "already holds a run" in visuomotor("run", "Blackjack", "-m", "random", "--out", "r", cwd=tmp_path, ok=2)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("run", "Pointz24", "-m", "oracle"), "Did you mean Points24?"),
        (("run", "NumberLine", "-m", "./nowhere"), "no checkpoint folder"),
        (("run", "NumberLine", "-m", "oracle", "--set", "rules=chess"), "choose one of default, rl4vlm"),
        (("run", "NumberLine", "-m", "oracle", "--set", "colour=red"), "does not take these options"),
        (("run", "NumberLine", "-m", "oracle", "--set", "nonsense"), "key=value"),
        (("run", "NumberLine", "-m", "oracle", "--dialect", "latin"), "choose one of qwen, hermes"),
        (("report", "nowhere"), "holds no recorded episodes"),
        (("eval", "cards", "-m", "random", "--games", "Chess"), "unknown game 'Chess'"),
        (("run", "NumberLine", "-m", "http://127.0.0.1:9/v1"), "is the server up"),
    ],
)
def test_bad_input_ends_in_one_sentence(tmp_path: Path, words: tuple[str, ...], said: str) -> None:
    assert said in visuomotor(*words, cwd=tmp_path, ok=2).replace("\n", " ")


def test_a_task_that_does_not_exist_ends_as_an_error(tmp_path: Path) -> None:
    printed = visuomotor("run", "NumberLine", "-m", "oracle", "--task", "9 9", "--out", "r", cwd=tmp_path, ok=1)
    assert "0 to 5" in printed


def test_who_plays_when_nobody_is_named_is_said_where_it_was_not_trained(tmp_path: Path) -> None:
    said = visuomotor("run", "Synthetic-R2R", "--steps", "1", "--out", "a", cwd=tmp_path).replace("\n", " ")
    assert "no --model is given: cards plays" in said
    assert "no --model" not in visuomotor("run", "NumberLine", "--task", "1 2", "--out", "b", cwd=tmp_path)


def test_envs_and_help_and_doctor(tmp_path: Path) -> None:
    assert "visuomotor/Points24-v0" in visuomotor("envs", cwd=tmp_path)
    assert "Play NumberLine" in visuomotor("eval", "cards", "--help", cwd=tmp_path)
    assert "no other distribution uses ours" in visuomotor("doctor", cwd=tmp_path)


def test_eval_leaves_a_summary_and_resumes(tmp_path: Path) -> None:
    words = ("eval", "cards", "-m", "oracle", "--games", "EZPoints,NumberLine", "--episodes", "3", "--out", "e")
    visuomotor(*words, cwd=tmp_path)
    first = json.loads((tmp_path / "e" / "summary.json").read_text())
    assert first["format"] == 1
    rows = {(row["name"], row["metric"]): row for row in first["rows"]}
    assert rows["EZPoints", "success_rate"] == {
        "name": "EZPoints", "metric": "success_rate", "value": 1.0, "low": pytest.approx(0.4385, abs=1e-3),
        "high": 1.0, "episodes": 3, "errors": 0,
    }  # fmt: skip
    assert rows["all", "success_rate"]["episodes"] == 6
    assert "already holds a run" in visuomotor(*words, cwd=tmp_path, ok=2)
    kept = (tmp_path / "e" / "episodes" / "EZPoints-000001.jsonl").stat().st_mtime_ns
    (tmp_path / "e" / "episodes" / "EZPoints-000002.jsonl").unlink()
    assert "5 of 6 episodes are already recorded" in visuomotor(*words, "--resume", cwd=tmp_path)
    assert (tmp_path / "e" / "episodes" / "EZPoints-000001.jsonl").stat().st_mtime_ns == kept
    assert json.loads((tmp_path / "e" / "summary.json").read_text())["rows"] == first["rows"]
    assert "6 of 8 episodes" in visuomotor(*words[:-4], "--episodes", "4", "--out", "e", "--resume", cwd=tmp_path)
    other = (*words, "--rules", "rl4vlm", "--resume")
    assert "was run with rules = 'default', not 'rl4vlm'" in visuomotor(*other, cwd=tmp_path, ok=2).replace("\n", " ")
    assert "specialist" in (tmp_path / "e" / "report.html").read_text()


@pytest.mark.parametrize("whole_group", [True, False])
def test_a_kill_at_any_moment_loses_nothing_and_repeats_nothing(tmp_path: Path, whole_group: bool) -> None:
    words = ["eval", "cards", "-m", "oracle", "--games", "Points24", "--episodes", "40", "--out", "e"]
    command = [sys.executable, "-m", "agent.cli", *words, "--workers", "2"]
    process = subprocess.Popen(
        command, cwd=tmp_path, start_new_session=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    episodes = tmp_path / "e" / "episodes"
    deadline = time.monotonic() + 60
    while len(list(episodes.glob("*.jsonl"))) < 5 and time.monotonic() < deadline:
        time.sleep(0.05)
    if whole_group:
        os.killpg(process.pid, signal.SIGKILL)
    else:
        process.kill()
    process.wait()
    time.sleep(2)  # orphaned workers see it within half a second
    # One that was broken off is played again, even when it came to write that it was interrupted.
    whole = {path: path.stat().st_mtime_ns for path in episodes.glob("*.jsonl") if finished_episode(path) is not None}
    printed = visuomotor(*words, "--resume", cwd=tmp_path)
    assert f"{len(whole)} of 40 episodes are already recorded" in printed or not whole
    assert len(list(episodes.glob("*.jsonl"))) == 40
    assert all(path.stat().st_mtime_ns == stamp for path, stamp in whole.items())


def test_recorded_episodes_train_a_checkpoint(tmp_path: Path, tiny_checkpoint: Path) -> None:
    visuomotor("run", "Blackjack", "-m", "oracle", "--episodes", "3", "--out", "demos", cwd=tmp_path)
    words = ("train", "demos", "-m", str(tiny_checkpoint), "--out", "t", "--accumulate", "1", "--freeze", "none")
    printed = visuomotor(*words, cwd=tmp_path)
    assert "3 episodes" in printed
    assert "GiB for weights" in printed
    assert (tmp_path / "t" / "final" / "model.safetensors").exists()
    assert (tmp_path / "t" / "loss.jsonl").read_text().count("train_loss") == 1
    assert "was run with freeze = 'none', not 'vision'" in visuomotor(*words[:-1], "vision", cwd=tmp_path, ok=2)
    visuomotor("run", "Blackjack", "-m", "t/final", "--max-tokens", "4", "--out", "r", cwd=tmp_path)


def test_a_model_that_is_not_there_does_not_claim_the_folder(tmp_path: Path) -> None:
    for workers in ("1", "2"):
        words = ("eval", "cards", "-m", "./nowhere", "--episodes", "1", "--workers", workers, "--out", "e")
        assert "no checkpoint folder './nowhere'" in visuomotor(*words, cwd=tmp_path, ok=2)
    visuomotor("eval", "cards", "-m", "oracle", "--episodes", "1", "--out", "e", cwd=tmp_path)


def test_the_loop_imports_nothing_heavy() -> None:
    heavy = ("torch", "transformers", "playwright", "ai2thor", "adb_shell")
    code = f"import sys, agent.rollout, agent.cli; print([m for m in {heavy} if m in sys.modules])"
    assert (
        subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.strip() == "[]"
    )
