"""The browser benchmark's own machinery, with engines that are made up; its figures are for people, not for tests."""

from __future__ import annotations

import io
import json
import os
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from typer.testing import CliRunner

from actions.browser import Click, Drag, TypeText, browser_space
from actions.point import Point
from actions.space import Action
from envs.base import EnvError
from evals.speed import __main__ as command
from evals.speed import browser
from evals.speed.browsers import engines, figures, overhead, plan, race, tree
from evals.speed.browsers.engines import GYM, OURS, SELENIUM, Engine, Played
from evals.speed.browsers.plan import Plan
from evals.speed.browsers.race import WARM, Lap
from evals.speed.peers import browsergym_worker, episodes, selenium_miniwob_worker
from evals.speed.peers.base import PeerError, PeerMissingError
from evals.speed.peers.worker import script
from evals.summary import read_summary

WORLD = """
import subprocess, time

class Image:
    shape = (4, 5, 3)

class World:
    def __init__(self, lasts="2"):
        self.lasts, self.child = int(lasts), None
    def facts(self):
        return {"engine": "made up"}
    def open(self, task):
        if task == "broken":
            raise OSError("no such page")
        self.child = subprocess.Popen(["sleep", "600"], start_new_session=True)
    def reset(self, seed):
        self.left = self.lasts
        return Image()
    def step(self, move):
        print("chatter")
        self.left -= 1
        return (Image() if self.left else None), 1.0 - bool(self.left), not self.left
    def close(self):
        pass  # a browser that does not go by itself
"""
MOVES = [{"kind": "click", "x": 80.0, "y": 25.0}, {"kind": "type", "text": "a"}, {"kind": "click", "x": 1.0, "y": 2.0}]


def made_up(folder: Path, *settings: str) -> Engine:
    path = folder / "world.py"
    path.write_text(WORLD)
    return Engine("made up", [sys.executable, "-P", script("episodes.py"), str(path), *settings])


def test_an_engine_plays_until_the_page_is_done_and_leaves_nothing_behind(tmp_path: Path) -> None:
    engine = made_up(tmp_path)
    try:
        assert engine.open("task") >= 0
        played = engine.play(Plan("task", 7, MOVES))
        assert (len(played.steps), played.pictured, played.reward, played.done) == (2, [True, False], 1.0, True)
        assert played.shape == [4, 5, 3]
        assert engine.facts() == {"engine": "made up"}
        assert engine.memory() > 0
        processes = tree.members(engine._worker.group)
        assert len(processes) == 2
    finally:
        engine.close()
    engine.close()
    for _ in range(100):  # a killed process is gone a moment later
        if not any(_runs(process.number) for process in processes):
            break
        time.sleep(0.02)
    assert not any(_runs(process.number) for process in processes)


def _runs(number: int) -> bool:
    try:
        return Path(f"/proc/{number}/stat").read_text().rpartition(")")[2].split()[0] not in "ZX"
    except OSError:
        return False


def test_an_engine_that_fails_says_why(tmp_path: Path) -> None:
    engine = made_up(tmp_path)
    try:
        with pytest.raises(PeerError, match="OSError: no such page"):
            engine.open("broken")
    finally:
        engine.close()


def test_a_number_that_was_given_to_another_process_is_left_alone() -> None:
    me = tree.members(os.getpid())[0]
    tree.end([me._replace(started=me.started + 1)])


class Quiet:
    """A world that notes what is asked of it."""

    def __init__(self) -> None:
        self.closed = 0

    def facts(self) -> dict[str, str]:
        return {"engine": "quiet"}

    def open(self, task: str) -> None: ...

    def reset(self, seed: int) -> Any:
        return np.zeros((2, 3, 3), np.uint8)

    def step(self, move: dict[str, Any]) -> tuple[Any, float, bool]:
        raise TimeoutError("nothing came")

    def close(self) -> None:
        self.closed += 1


def test_a_worker_answers_errors_and_closes_with_its_input() -> None:
    world, out = Quiet(), io.StringIO()
    asked = [{"do": "facts"}, {"do": "open", "task": "a"}, {"do": "play", "seed": 0, "moves": MOVES}, {"do": "dance"}]
    episodes.serve(world, [json.dumps(request) for request in asked], out)
    answers = [json.loads(line) for line in out.getvalue().splitlines()]
    assert answers[0] == {"engine": "quiet"}
    assert answers[1]["seconds"] >= 0
    assert answers[2:] == [{"error": "TimeoutError: nothing came"}, {"error": "ValueError: 'dance' is no request"}]
    assert world.closed == 1


class Fake:
    """An engine whose resets and steps take as long as it is told."""

    def __init__(self, name: str, step: float = 1.0, fail_at: int | None = None) -> None:
        self.name, self.step, self.fail_at = name, step, fail_at
        self.opened: list[str] = []
        self.played = 0

    def open(self, task: str) -> float:
        self.opened.append(task)
        return 5.0

    def play(self, episode: Plan) -> Played:
        self.played += 1
        if self.played == self.fail_at:
            raise PeerError("gone")
        seconds = [self.step] * len(episode.moves)
        return Played(2.0, seconds, [True] * len(seconds), 1.0, True, [2, 3, 3])

    def memory(self) -> int:
        return 10**6

    def facts(self) -> dict[str, str]:
        return {"engine": self.name}

    def close(self) -> None: ...


PLANS = [Plan(task, seed, MOVES) for task in ("one", "two") for seed in range(2)]


def compete(fakes: list[Fake], path: Path, repeats: int = 2) -> list[Lap]:
    return race.run(fakes, PLANS, repeats, path, lambda lap: None)  # type: ignore[arg-type]


def test_engines_take_turns_and_none_always_comes_first(tmp_path: Path) -> None:
    laps = compete([Fake("a"), Fake("b")], tmp_path / "laps.jsonl")
    order = [(lap.task, lap.repeat, lap.engine) for lap in laps if lap.seed == 0 and lap.task == "one"]
    assert order == [("one", r, e) for r, e in ((WARM, "a"), (WARM, "b"), (0, "a"), (0, "b"), (1, "b"), (1, "a"))]
    assert [lap.reset for lap in laps if lap.repeat == WARM] == [7.0] * 4  # the making is part of the first
    assert {lap.reset for lap in laps if lap.repeat != WARM} == {2.0}


def test_an_interrupted_race_goes_on(tmp_path: Path) -> None:
    path = tmp_path / "laps.jsonl"
    with pytest.raises(PeerError):
        compete([Fake("a"), Fake("b", fail_at=5)], path)  # in the second repeat of the first task
    with path.open("a") as file:
        file.write('{"cut')
    assert not race.finished(path, ["a", "b"], PLANS, 2)
    again = [Fake("a"), Fake("b")]
    laps = compete(again, path)
    assert [fake.played for fake in again] == [1 + 2 + 1 + 4] * 2  # warm, a repeat of one task; warm, two of the other
    wanted = sorted((e, p.task, r, p.seed) for e in "ab" for p in PLANS for r in range(2))
    assert sorted((x.engine, x.task, x.repeat, x.seed) for x in laps if x.repeat != WARM) == wanted
    assert race.finished(path, ["a", "b"], PLANS, 2) == race.kept(race.read(path), ["a", "b"], PLANS)
    assert not race.finished(path, ["a", "b", "c"], PLANS, 2)
    idle = [Fake("a"), Fake("b")]
    compete(idle, path)
    assert [fake.opened for fake in idle] == [[], []]


def lap(
    engine: str, repeat: int, steps: list[float], reset: float = 1.0, reward: float = 1.0, last: bool = True
) -> Lap:
    pictured = [True] * (len(steps) - 1) + [last]
    return Lap(engine, "one", repeat, 0, reset, steps, pictured, reward, True, [2, 3, 3], 10**6)


def test_ratios_are_paired_within_a_repeat_and_last_steps_stand_apart() -> None:
    laps = figures.Laps(
        [lap(OURS, r, [0.1 * (r + 1), 0.3], reset=2.0) for r in range(3)]
        + [lap(SELENIUM, r, [0.2 * (r + 1), 0.01], last=False) for r in range(3)]
    )
    ratio = laps.step_ratio(OURS, SELENIUM)
    assert (ratio.middle, ratio.low, ratio.high, ratio.of) == (pytest.approx(0.5), pytest.approx(0.5), 0.5, 3)
    assert ratio.verdict == "faster"
    assert laps.step(SELENIUM).middle == pytest.approx(0.4)
    assert laps.last(SELENIUM).middle == 0.01
    assert laps.reset_ratio(OURS, SELENIUM).verdict == "SLOWER"
    assert laps.episodes(OURS).middle == pytest.approx(1 / 2.5)
    names = {(row.name, row.metric) for row in figures.rows(laps)}
    assert {("step_vs_selenium", "ratio"), (OURS, "browser_step_seconds"), (SELENIUM, "browser_reset_seconds")} <= names


def test_a_spread_across_one_is_a_tie_and_an_unsolved_episode_is_said() -> None:
    ours = [lap(OURS, repeat, [0.1, 0.1]) for repeat in range(2)]
    laps = figures.Laps([*ours, lap(GYM, 0, [0.2, 0.1]), lap(GYM, 1, [0.05, 0.1], reward=0.5)])
    assert laps.step_ratio(OURS, GYM).verdict == "tie"
    shown = figures.table(laps).rows
    assert "2 of 2" in shown[0]
    assert "1 of 2: NOT ALL" in shown[1]
    assert {row.errors for row in figures.rows(laps) if row.name == GYM} == {1}
    assert figures.short_table(laps).rows[1][-2].endswith("tie")
    assert figures.short_table(laps).rows[1][-1] == "-"
    assert figures.task_table(laps).rows == [["one", "100 / 1000", "125 / 1000"]]


def test_a_step_that_one_engine_does_not_show_counts_for_none() -> None:
    blind = Lap(SELENIUM, "one", 0, 0, 1.0, [9.0, 2.0, 1.0], [False, True, True], 1.0, True, [2, 3, 3], 1)
    laps = figures.Laps([lap(OURS, 0, [9.0, 1.0, 1.0]), blind])
    assert laps.steps(OURS, 0) == [1.0]
    assert laps.steps(SELENIUM, 0) == [2.0]


def test_missing_engines_are_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("VISUOMOTOR_PEERS", raising=False)
    found = engines.gather([SELENIUM])
    assert not found.engines
    assert "VISUOMOTOR_PEERS is not set" in found.missing[SELENIUM]
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(PeerMissingError, match="apt install chromium chromium-driver"):
        engines.system(engines.CHROMIUM)
    assert "apt install" in engines.gather([GYM]).missing[GYM]


class FakeEnv:
    """An env, and oracle, that clicks and then does what it is told."""

    def __init__(self, last: Action, reward: float = 1.0) -> None:
        self.last, self.reward = last, reward
        self.unwrapped, self.steps = self, 0

    def reset(self, seed: int | None = None) -> tuple[dict[str, Any], dict[str, Any]]:
        self.steps = 0
        return {}, {}

    def step(self, action: Action) -> tuple[dict[str, Any], float, bool, bool, dict[str, Any]]:
        self.steps += 1
        done = self.steps == 3
        return {}, self.reward * done, done, False, {"seconds": {"settle": 0.0, "shot": 0.0}}

    def oracle(self) -> tuple[str, Action]:
        return "", Click(Point(0.5, 0.1)) if self.steps == 1 else self.last

    def close(self) -> None: ...


def test_plans_are_recorded_once(tmp_path: Path) -> None:
    made: list[str] = []

    def make(name: str) -> Any:
        made.append(name)
        return FakeEnv(TypeText("hello"))

    path = tmp_path / "plans.json"
    first = plan.plans(path, ["enter-text"], 2, make)
    assert [dict(move) for move in first[1].moves] == [
        {"kind": "click", "x": 80.0, "y": 25.0},
        {"kind": "click", "x": 80.0, "y": 21.0},
        {"kind": "type", "text": "hello"},
    ]
    assert plan.plans(path, ["enter-text"], 1, make) == first[:1]
    assert made == ["miniwob.enter-text"]


@pytest.mark.parametrize(
    ("env", "complaint"),
    [
        (FakeEnv(TypeText("a"), reward=0.5), "did not solve miniwob.a with seed 3"),
        (FakeEnv(TypeText("a", submit=True)), "not a move that every engine has"),
        (FakeEnv(Drag(Point(0, 0), Point(1, 1))), "not a move that every engine has"),
    ],
)
def test_a_plan_that_others_could_not_follow_is_refused(env: Any, complaint: str) -> None:
    with pytest.raises(EnvError, match=complaint):
        plan.record(env, "a", 3)


def test_selenium_world_hides_its_black_pixels() -> None:
    assert f"Math.seedrandom({selenium_miniwob_worker.Seed(7)!r})" == "Math.seedrandom('7')"
    asked: list[tuple[str, dict[str, Any]]] = []
    unwrapped = SimpleNamespace(create_action=lambda kind, **given: asked.append((kind, given)))
    answers = iter([({"screenshot": "picture"}, 0.0, False, False, {"raw_reward": 0.0}),
                    ({"screenshot": "black"}, 0.7, True, False, {"raw_reward": 1.0})])  # fmt: skip
    world = selenium_miniwob_worker.World.__new__(selenium_miniwob_worker.World)
    world._types = SimpleNamespace(CLICK_COORDS="click", TYPE_TEXT="type")
    world._env = SimpleNamespace(unwrapped=unwrapped, step=lambda action: next(answers))
    assert world.step(MOVES[0]) == ("picture", 0.0, False)
    assert world.step(MOVES[1]) == (None, 1.0, True)
    assert asked == [("click", {"coords": [80.0, 25.0]}), ("type", {"text": "a"})]


def test_browsergym_world_clicks_in_its_enlarged_screenshot() -> None:
    assert f"{browsergym_worker.Drawn(7).randint(0, 9)}" == "'7'"
    asked: list[str] = []

    def step(action: str) -> tuple[dict[str, str], float, bool, bool, dict[str, Any]]:
        asked.append(action)
        error = "TimeoutError: no" if "type" in action else ""
        info = {"task_info": {"RAW_REWARD_GLOBAL": 0.5}}
        return {"screenshot": "picture", "last_action_error": error}, 1.0, True, False, info

    world = browsergym_worker.World.__new__(browsergym_worker.World)
    unwrapped = SimpleNamespace(page=SimpleNamespace(_bgym_scale_factor=1.5))
    world._env = SimpleNamespace(unwrapped=unwrapped, step=step)
    assert world.step(MOVES[0]) == ("picture", 0.5, True)
    with pytest.raises(RuntimeError, match=r"keyboard_type\('a'\): TimeoutError"):
        world.step(MOVES[1])
    assert asked[0] == "mouse_click(120.0, 37.5)"


class FakeBrowser(FakeEnv):
    def __init__(self, url: str) -> None:
        super().__init__(TypeText("a"))
        self.url = url
        with urllib.request.urlopen(url) as answer:
            assert b"<title>" in answer.read()


def test_overhead_is_measured_page_by_page_and_goes_on(tmp_path: Path) -> None:
    path, make = tmp_path / "overhead.jsonl", FakeBrowser
    steps = overhead.run(2, path, make)  # type: ignore[arg-type]
    assert len(steps) == 2 * sum(len(actions) for actions in overhead.ACTIONS.values())
    lines = path.read_text().splitlines()
    path.write_text("\n".join(lines[:-1]) + '\n{"cut')  # the last page of the last repeat is not whole
    again: list[str] = []

    def note(url: str) -> Any:
        again.append(url.rpartition("/")[2])
        return FakeBrowser(url)

    assert len(overhead.run(2, path, note)) == len(steps)
    assert again == list(overhead.PAGES)

    def never(url: str) -> Any:
        raise AssertionError(url)

    assert len(overhead.run(2, path, never)) == len(steps)


def test_overhead_pages_are_served_and_nothing_else() -> None:
    with overhead.serving() as address, pytest.raises(urllib.error.HTTPError, match="404"):
        urllib.request.urlopen(f"{address}/other")
    space = browser_space()
    assert all(space.contains(action) for actions in overhead.ACTIONS.values() for action in actions)


def test_overhead_is_split_and_compared_with_its_target() -> None:
    steps = [
        overhead.Step(page, repeat, number, kind, 0.1 * (number + 1), 0.05, 0.02)
        for page in overhead.PAGES
        for repeat in range(3)
        for number, kind in enumerate(("click", "type", "scroll"))
    ]
    assert steps[0].act == pytest.approx(0.03)
    (middle, ninetieth) = overhead.rows(steps)
    assert middle.value == pytest.approx(0.2)
    assert ninetieth.value == pytest.approx(0.3)
    assert overhead.table(steps).rows[0] == ["all", "all", "200", "300", "130", "50", "20", "27"]
    assert "NOT met" in browser.conclude(None, steps).lines[0]


@pytest.fixture
def made_race(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Callable[..., Any]:
    """The command with made-up engines and envs, in a folder of its own."""
    fakes = [Fake(OURS, 0.1), Fake(SELENIUM, 0.2)]
    missing = dict.fromkeys(set(engines.ALL) - {OURS, SELENIUM}, "not there")
    field = engines.Field(fakes, missing)  # type: ignore[arg-type]
    monkeypatch.setattr(browser, "gather", lambda wanted: field)
    monkeypatch.setattr(
        browser, "make_env", lambda name, url="", **_: FakeBrowser(url) if url else FakeEnv(TypeText("a"))
    )

    def invoke(*arguments: str) -> Any:
        return CliRunner().invoke(command.app, ["browser", "--out", str(tmp_path), *arguments])

    return invoke


def test_the_command_leaves_rows_and_a_report_and_goes_on(
    made_race: Callable[..., Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    result = made_race("--tasks", "click-test", "--seeds", "2", "--repeats", "2")
    assert result.exit_code == 0, result.output
    assert f"missing: {GYM}: not there" in result.output
    assert "step_vs_selenium: 0.50 [0.50, 0.50], faster" in result.output
    assert "our overhead a step at 1280×720" in result.output
    rows = {(row.name, row.metric): row for row in read_summary(tmp_path / "summary.json")}
    assert rows["step_vs_selenium", "ratio"].value == pytest.approx(0.5)
    assert rows[OURS, "browser_step_seconds"].value == pytest.approx(0.1)
    assert "not there" in (tmp_path / "report.html").read_text()
    monkeypatch.setattr(browser, "gather", lambda wanted: pytest.fail("nothing is left to run"))
    again = made_race("--tasks", "click-test", "--seeds", "2", "--repeats", "2")
    assert again.exit_code == 0, again.output
    assert "step_vs_selenium: 0.50" in again.output


def test_an_unknown_engine_is_refused(made_race: Callable[..., Any]) -> None:
    result = made_race("--only", "Puppeteer")
    assert result.exit_code == 2
    assert "Puppeteer" in result.output
