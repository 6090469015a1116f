"""The phone's tasks: the scores, what is chosen, and whole evaluations over ADB."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from agent.demonstrations import Demonstrations, Selection
from agent.episode import Episode, Outcome
from agent.record import episode_files, read_episode
from envs.android.tasks.table import TASKS
from envs.base import EnvError
from evals.phone.command import by_app, by_difficulty, by_task
from evals.phone.metrics import score
from evals.phone.selection import chosen
from evals.summary import Row, read_summary

EVAL = (sys.executable, "-m", "evals.phone")


def episode(
    task: str, reward: float, *, steps: int = 0, outcome: Outcome = Outcome.TERMINATED, reached: bool | None = None
) -> Episode:
    facts = {"success": reward == 1 if reached is None else reached}
    steps = steps or TASKS[task].steps
    return Episode(f"Phone.{task}", "", 0, outcome, steps=steps, total_reward=reward, facts=facts)


def found(rows: list[Row], name: str, metric: str) -> tuple[float, int, int]:
    row = next(row for row in rows if (row.name, row.metric) == (name, metric))
    return row.value, row.episodes, row.errors


def test_success_is_counted_by_task_by_app_by_difficulty_and_together():
    rows = score([episode("clock-alarm", 1), episode("clock-timer", 0), episode("send-number", 1)])
    assert found(rows, "Phone.clock-alarm", "success_rate") == (1.0, 1, 0)
    assert found(rows, "app:clock", "success_rate") == (0.5, 2, 0)
    assert found(rows, "app:several", "success_rate") == (1.0, 1, 0)
    assert found(rows, "all", "success_rate") == (pytest.approx(2 / 3), 3, 0)
    level = f"difficulty:{TASKS['send-number'].difficulty}"
    assert found(rows, level, "success_rate")[1] >= 1


def test_steps_are_those_of_successes_over_the_oracles():
    oracle = TASKS["clock-alarm"].steps
    done = [episode("clock-alarm", 1, steps=oracle), episode("clock-alarm", 1, steps=2 * oracle)]
    rows = score([*done, episode("clock-alarm", 0, steps=100)])
    assert found(rows, "all", "steps_over_oracle") == (1.5, 2, 0)
    assert found(score([episode("clock-alarm", 0)]), "all", "steps_over_oracle") == (0.0, 0, 0)


def test_an_error_is_a_failure_whatever_it_had_earned_and_is_counted_apart():
    rows = score([episode("clock-alarm", 1), episode("clock-alarm", 1, outcome=Outcome.ERROR)])
    assert found(rows, "all", "success_rate") == (0.5, 2, 1)
    assert found(rows, "all", "reached_rate") == (0.5, 2, 1)


def test_who_did_it_and_did_not_say_so_has_reached_it_without_success():
    rows = score([episode("clock-alarm", 0, reached=True, outcome=Outcome.OUT_OF_STEPS)])
    assert found(rows, "all", "success_rate")[0] == 0.0
    assert found(rows, "all", "reached_rate")[0] == 1.0


def test_no_episodes_give_no_division_by_zero_and_tables_of_one_line():
    rows = score([])
    assert found(rows, "all", "success_rate") == (0.0, 0, 0)
    assert [len(table(rows).rows) for table in (by_task, by_app, by_difficulty)] == [0, 0, 1]


def test_tasks_are_chosen_by_name_by_app_and_by_difficulty():
    assert chosen("clock-alarm, Phone.maps-save,clock-alarm") == ["clock-alarm", "maps-save"]
    assert chosen("pay") == [name for name, entry in TASKS.items() if entry.app == "pay"]
    assert chosen("") == chosen("all") == list(TASKS)
    assert set(chosen("easy,medium,hard")) == set(TASKS)
    assert all(TASKS[name].difficulty == "hard" for name in chosen("hard"))
    with pytest.raises(EnvError, match=r"no task 'clock-alrm'. Did you mean clock-alarm\?"):
        chosen("clock-alrm")


def run(*words: str) -> subprocess.CompletedProcess[str]:
    ran = subprocess.run(words, capture_output=True, text=True, timeout=300)
    if "no browser is installed" in ran.stdout + ran.stderr:
        pytest.skip("no browser is installed")
    return ran


def test_the_oracle_as_text_does_tasks_through_the_command_line_and_a_resumed_run_plays_nothing_twice(tmp_path: Path):
    words = [*EVAL, "--out", str(tmp_path), "--model", "oracle-text", "--tasks",
             "settings-dark-theme,contacts-ask-phone,messages-new", "--episodes", "1"]  # fmt: skip
    ran = run(*words)
    assert ran.returncode == 0, ran.stdout + ran.stderr
    rows = read_summary(tmp_path / "summary.json")
    assert found(rows, "all", "success_rate") == (1.0, 3, 0)
    assert found(rows, "all", "unparsable_rate")[0] == 0.0
    assert 0.5 < found(rows, "all", "steps_over_oracle")[0] < 2
    assert "By difficulty" in ran.stdout
    assert (tmp_path / "report.html").is_file()
    assert (tmp_path / "episodes.html").is_file()
    texts = {path: path.read_text() for path in episode_files(tmp_path)}
    again = run(*words, "--resume")
    assert again.returncode == 0, again.stdout + again.stderr
    assert "3 of 3 episodes are already recorded" in again.stdout
    assert {path: path.read_text() for path in episode_files(tmp_path)} == texts


def test_chance_plays_to_the_end_of_its_steps_without_an_error(tmp_path: Path):
    ran = run(*EVAL, "--out", str(tmp_path), "--model", "random", "--tasks", "pay-send", "--episodes", "1",
              "--steps", "6")  # fmt: skip
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert found(read_summary(tmp_path / "summary.json"), "all", "success_rate") == (0.0, 1, 0)


def test_recorded_episodes_are_solved_and_fit_for_training(tmp_path: Path):
    ran = run(sys.executable, "-m", "agent.cli", "record", "phone", "--tasks", "clock-alarm-off", "--episodes", "1",
              "--out", str(tmp_path))  # fmt: skip
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert "1 of 1 episodes are solved" in ran.stdout
    (path,) = episode_files(tmp_path)
    assert read_episode(path).header.seed == 1_000_000
    assert len(Demonstrations([tmp_path], Selection(min_return=1))) > 0
