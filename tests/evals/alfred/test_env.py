"""Trials and drawn tasks through the real Controller and the stand-in engine, played by the expert and by nobody."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from actions.household import Done, GotoLocation, Pickup
from agent.choose import make_policy
from agent.episode import Episode, Outcome
from agent.guard import Budget
from agent.play import header_of, play
from agent.policy import space_of
from agent.record import Recorder
from envs.base import EnvError
from envs.thor.options import ThorOptions
from evals.alfred import eb
from evals.alfred.dataset import read_split
from evals.alfred.env import AlfredEnv
from evals.alfred.expert import PlanExpert
from evals.alfred.page import _walked, write_pages

pytest.importorskip("ai2thor")
HEAT, LOOK = 4, 2
"""Seeds of synthetic tasks of these types."""


def run(env: AlfredEnv, model: str = "oracle", seed: int = 0, out: Path | None = None) -> Episode:
    policy = make_policy(model)
    try:
        if out is None:
            return play(env, policy, name="alfred", seed=seed, budget=Budget(steps=60))
        with Recorder(out, "episode", header_of(env, policy, "alfred", "", seed), space_of(env)) as recorder:
            return play(env, policy, name="alfred", seed=seed, budget=Budget(steps=60), recorder=recorder)
    finally:
        env.close()


def test_a_drawn_task_is_solved_through_text_boxes_and_masks_and_shown(tmp_path: Path) -> None:
    episode = run(AlfredEnv(), "oracle-text", HEAT, tmp_path)
    facts = episode.facts
    assert (episode.outcome, episode.total_reward, facts["success"]) == (Outcome.TERMINATED, 1.0, True)
    assert facts["task_type"] == "pick_heat_then_place_in_recep"
    assert facts["conditions_met"] == facts["conditions"] == facts["exact_met"] == len(facts["goal_conditions"])
    assert facts["subgoals_done"] == len(facts["subgoals"])
    assert len(facts["grounding_ious"]) == len(facts["grounding_wrong"]) >= 3
    assert facts["low_steps"] > episode.steps
    assert write_pages(tmp_path, tmp_path / "page.html") == 1
    page = (tmp_path / "page.html").read_text()
    assert "made hot" in page
    assert "<polyline" in page
    assert not re.search(r"(src|href)=\"(?!data:)", page), "the page needs nothing else"


def test_an_answer_without_a_call_walks_nowhere_on_the_map() -> None:
    """A record repeats what was last known of the world."""
    ahead = {"low_actions": [{"action": "MoveAhead"}]}
    steps = [{"action": {"name": "MoveAhead"}, "info": ahead}, {"action": None, "info": ahead}]
    assert [len(actions) for actions in _walked(steps)] == [1, 0]


def test_the_segmenter_of_a_run_is_the_envs_own(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "agent.cli", "run", "alfred", "--model", "oracle", "--steps", "1"]
    done = subprocess.run(
        [*command, "--segmenter", "box", "--out", "r"],
        cwd=tmp_path, capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    record = next((tmp_path / "r" / "episodes").glob("*.jsonl")).read_text()
    assert '"segmenter": "box"' in record


def test_the_seed_decides_and_a_stop_at_once_earns_nothing() -> None:
    env = AlfredEnv()
    try:
        first, info = env.reset(seed=LOOK)
        again, _ = env.reset(seed=LOOK)
        assert first["text"] == again["text"]
        assert (first["image"] == again["image"]).all()
        assert info["conditions"] == 2
        _, reward, terminated, truncated, info = env.step(Done())
        assert (reward, terminated, truncated, info["success"], info["low_steps"]) == (0.0, True, False, False, 0)
    finally:
        env.close()


def trial_of(data: Path, kind: str) -> dict[str, Any]:
    split = read_split(data / "alfred", "valid_unseen")
    name = next(trial.name for trial in split.trials if trial.name.startswith(kind))
    return {"data": str(data / "alfred"), "split": "valid_unseen", "trial": name}


@pytest.mark.parametrize("kind", ["pick_cool_then_place_in_recep", "pick_two_obj_and_place"])
def test_the_expert_replays_a_trials_own_plan(data: Path, kind: str) -> None:
    episode = run(AlfredEnv(**trial_of(data, kind)))
    assert (episode.outcome, episode.facts["success"], episode.facts["given_up"]) == (Outcome.TERMINATED, True, [])
    assert episode.facts["subgoals_done"] == len(episode.facts["subgoals"])


def test_eb_ends_at_success_without_a_word_and_after_ten_invalid_actions(data: Path) -> None:
    root = data / "alfred"
    told = {"data": str(root), "mode": "eb", "trial": "base/3"}
    env = AlfredEnv(**told)
    try:
        observation, info = env.reset(seed=0)
        assert info["goal"] == eb.read_episodes(root)[3].instruction
        assert observation["image"].shape == (500, 500, 3)
        for number in range(eb.INVALID):
            _, reward, terminated, _, info = env.step(Pickup("Unicorn"))
            assert terminated is (number == eb.INVALID - 1)
        assert (reward, info["invalid"]) == (0.0, eb.INVALID)
    finally:
        env.close()
    episode = run(AlfredEnv(**told))
    assert (episode.total_reward, episode.facts["success"]) == (1.0, True)
    assert episode.facts["result"] != "The episode is over."


def test_ten_failures_cut_an_episode_of_alfred_off(data: Path) -> None:
    env = AlfredEnv(**trial_of(data, "pick_and_place_simple"))
    try:
        env.reset(seed=0)
        for number in range(10):
            _, _, terminated, truncated, info = env.step(GotoLocation("Unicorn"))
            assert (terminated, truncated) == (False, number == 9)
        assert info["failures"] == 10
    finally:
        env.close()


def test_a_hidden_trial_runs_and_is_not_judged(data: Path) -> None:
    name = read_split(data / "alfred", "tests_unseen").trials[0].name
    env = AlfredEnv(data=str(data / "alfred"), split="tests_unseen", trial=name)
    try:
        _, info = env.reset(seed=0)
        assert (info["conditions"], info["success"]) == (0, False)
        with pytest.raises(EnvError, match="hidden"):
            env.oracle()
    finally:
        env.close()


@pytest.mark.parametrize(
    ("told", "says"),
    [
        ({"mode": "fast"}, "mode is one of alfred, eb"),
        ({"rules": "loose"}, "rules is one of"),
        ({"engine": "unreal"}, "engine is one of"),
        ({"trial": "a/b"}, "give --data"),
        ({"split": "valid_seen"}, "many trials"),
        ({"repeat": -1}, "counts from 0"),
    ],
)
def test_options_that_make_no_sense_are_refused_before_anything_starts(told: dict[str, Any], says: str) -> None:
    with pytest.raises(EnvError, match=says):
        AlfredEnv(**told)


def test_a_player_that_hangs_is_noticed_as_soon_as_in_the_household() -> None:
    assert AlfredEnv().options.patience == ThorOptions().patience


def test_the_strict_expert_makes_no_new_plan() -> None:
    for kind, plans in (("able", 1), ("strict", 0)):
        env = AlfredEnv(expert=kind)
        try:
            env.reset(seed=HEAT)
            env._plan = PlanExpert(())  # a plan that is at its end with nothing done
            _, action = env.oracle()
            assert (isinstance(action, Done), env._replanned) == (kind == "strict", plans)
        finally:
            env.close()


def test_a_task_of_ones_own_is_another_env() -> None:
    env = AlfredEnv()
    try:
        with pytest.raises(EnvError, match="env thor"):
            env.reset(seed=0, options={"task": "Dance."})
    finally:
        env.close()


@pytest.mark.slow
def test_expert_replay_of_a_sample_of_the_validation_trials(data: Path) -> None:
    won, played = 0, 0
    for split in ("valid_seen", "valid_unseen"):
        for trial in read_split(data / "alfred", split).trials[::12]:
            episode = run(AlfredEnv(data=str(data / "alfred"), split=split, trial=trial.name))
            won, played = won + bool(episode.facts.get("success")), played + 1
    assert won >= 0.95 * played


@pytest.mark.slow
def test_the_planner_solves_drawn_tasks_of_every_type() -> None:
    assert all(run(AlfredEnv(), seed=seed).total_reward == 1 for seed in range(28))
