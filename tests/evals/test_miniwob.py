"""MiniWoB++: the scores, what is chosen, and whole evaluations in a real browser."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from agent.demonstrations import Demonstrations, Selection
from agent.episode import Episode, Outcome
from agent.record import episode_files, read_episode
from envs.base import EnvError
from envs.browser.miniwob.tasks import KINDS, TASKS
from evals.miniwob.metrics import score
from evals.miniwob.selection import chosen
from evals.summary import Row, read_summary
from model.base import Generated

EVAL = (sys.executable, "-m", "evals.miniwob")


def episode(task: str, raw: float, *, done: bool = True, outcome: Outcome = Outcome.TERMINATED) -> Episode:
    facts = {"raw_reward": raw, "done": done}
    return Episode(f"miniwob.{task}", "", 0, outcome, steps=2, total_reward=raw, facts=facts)


def found(rows: list[Row], name: str, metric: str) -> tuple[float, int, int]:
    row = next(row for row in rows if (row.name, row.metric) == (name, metric))
    return row.value, row.episodes, row.errors


def test_only_a_raw_reward_of_one_is_success_and_the_other_rule_stands_beside_it() -> None:
    rows = score([episode("click-test", 1.0), episode("click-test", 0.5), episode("click-test", -1.0)])
    assert found(rows, "miniwob.click-test", "success_rate") == (pytest.approx(1 / 3), 3, 0)
    assert found(rows, "miniwob.click-test", "above_zero_rate") == (pytest.approx(2 / 3), 3, 0)
    assert found(rows, "kind:click", "success_rate") == found(rows, "all", "success_rate")


def test_an_error_is_a_failure_whatever_it_had_earned_and_is_counted_apart() -> None:
    rows = score([episode("click-test", 1.0), episode("click-test", 1.0, outcome=Outcome.ERROR)])
    assert found(rows, "all", "success_rate") == (0.5, 2, 1)


def test_an_episode_that_the_page_did_not_end_has_earned_nothing() -> None:
    rows = score([episode("click-test", 1.0, done=False, outcome=Outcome.OUT_OF_STEPS)])
    assert found(rows, "all", "success_rate") == (0.0, 1, 0)


def test_no_episodes_give_no_division_by_zero() -> None:
    assert found(score([]), "all", "success_rate") == (0.0, 0, 0)


def test_tasks_are_chosen_by_name_by_kind_and_by_who_plays() -> None:
    assert chosen("click-test, miniwob.enter-text,click-test", "x") == ["click-test", "enter-text"]
    assert chosen("inbox", "x") == [task for task in TASKS if KINDS[task] == "inbox"]
    assert chosen("", "some/model") == list(TASKS)
    assert chosen("all", "oracle") == list(TASKS)
    assert 25 <= len(chosen("", "oracle-text")) < len(TASKS)
    with pytest.raises(EnvError, match=r"no task 'click-tets'. Did you mean click-test\?"):
        chosen("click-tets", "x")


def evaluate(out: Path, *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([*EVAL, "--out", str(out), *words], capture_output=True, text=True, timeout=300)


@pytest.mark.parametrize("model", ["oracle", "oracle-text"])
def test_the_oracle_solves_tasks_through_the_command_line_and_leaves_a_summary(model: str, tmp_path: Path) -> None:
    tasks = "click-test,enter-text,click-checkboxes,use-slider"
    ran = evaluate(tmp_path, "--model", model, "--tasks", tasks, "--episodes", "2", "--workers", "2")
    assert ran.returncode == 0, ran.stdout + ran.stderr
    rows = read_summary(tmp_path / "summary.json")
    assert found(rows, "all", "success_rate") == (1.0, 8, 0)
    assert found(rows, "all", "unparsable_rate")[0] == 0.0
    assert "By kind of task" in ran.stdout
    assert (tmp_path / "report.html").is_file()
    assert (tmp_path / "episodes.html").is_file()


def test_a_run_killed_in_the_middle_goes_on_and_plays_nothing_twice(tmp_path: Path) -> None:
    words = ["--model", "oracle", "--tasks", "click-test,click-button,enter-text", "--episodes", "4", "--workers", "2"]
    running = subprocess.Popen(
        [*EVAL, "--out", str(tmp_path), *words], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    finished: dict[Path, str] = {}
    deadline = time.monotonic() + 120
    while len(finished) < 3 and time.monotonic() < deadline:
        time.sleep(0.1)
        finished = {path: path.read_text() for path in whole(tmp_path)}
    os.kill(running.pid, signal.SIGKILL)
    running.wait()
    assert len(finished) >= 3
    refused = evaluate(tmp_path, *words)
    assert refused.returncode == 2
    assert "add --resume" in " ".join(refused.stderr.split())
    resumed = evaluate(tmp_path, *words, "--resume")
    assert resumed.returncode == 0, resumed.stdout + resumed.stderr
    assert len(whole(tmp_path)) == 12
    assert all(path.read_text() == text for path, text in finished.items())
    assert found(read_summary(tmp_path / "summary.json"), "all", "success_rate")[1:] == (12, 0)


def whole(run: Path) -> list[Path]:
    """The episode files that end with their end line."""
    files = sorted((run / "episodes").glob("*.jsonl"))
    return [path for path in files if '"kind": "end"' in path.read_text()]


def test_demonstrations_are_recorded_in_a_form_that_trains(tmp_path: Path) -> None:
    ran = subprocess.run(
        [sys.executable, "-m", "agent.cli", "record", "miniwob", "--tasks", "click-test,login-user", "--episodes", "2",
         "--out", str(tmp_path)], capture_output=True, text=True, timeout=300,
    )  # fmt: skip
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert "4 of 4 episodes are solved" in ran.stdout
    assert all(read_episode(path).header.seed >= 1_000_000 for path in episode_files(tmp_path))
    conversations = Demonstrations([tmp_path], Selection(min_return=1.0))
    assert len(conversations) == 4
    learnt = [part for message in conversations[0] for part in message.parts if isinstance(part, Generated)]
    assert learnt
    assert all("✿FUNCTION✿" in part.text for part in learnt)


def test_a_task_without_an_oracle_ends_as_an_error_that_says_so(tmp_path: Path) -> None:
    without = sorted(set(TASKS) - set(chosen("oracle", "x")))[0]
    ran = evaluate(tmp_path, "--model", "oracle", "--tasks", without, "--episodes", "1")
    assert ran.returncode == 1
    end = json.loads((tmp_path / "episodes" / f"{without}-000000.jsonl").read_text().splitlines()[-1])
    assert "there is no oracle" in end["error"]
