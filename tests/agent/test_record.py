"""Records survive a crash, say where they are damaged, and give back what was played."""

from __future__ import annotations

import errno
import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from actions.call import FunctionCall
from actions.dialects.qwen import QwenDialect
from agent.demonstrations import Demonstrations, Selection
from agent.episode import Episode, Outcome, Step
from agent.guard import Budget
from agent.play import header_of, play
from agent.policy import OraclePolicy, Policy, space_of
from agent.record import Recorder, RecordError, read_episode
from agent.report.page import write_report
from agent.rollout import rollout
from envs.registry import make_env
from model.base import Generated, Image, Message


def record(
    run: Path, policy: Policy | None = None, env: str = "EZPoints", seed: int = 1, watchers: tuple = ()
) -> Episode:
    world, policy = make_env(env), policy or OraclePolicy(QwenDialect())
    with Recorder(run, f"{env}-{seed}", header_of(world, policy, env, "", seed), space_of(world)) as recorder:
        return play(world, policy, name=env, seed=seed, budget=Budget(), recorder=recorder, watchers=watchers)


def file_of(run: Path) -> Path:
    return next((run / "episodes").glob("*.jsonl"))


def test_what_was_played_can_be_read_back(tmp_path: Path) -> None:
    seen: list[Step] = []
    played = record(tmp_path, watchers=(seen.append,))
    recorded = read_episode(file_of(tmp_path))
    assert recorded.episode() == replace(played, facts=json.loads(json.dumps(played.facts)))
    assert [step["raw"] for step in recorded.steps] == [step.decision.text for step in seen]
    assert recorded.call(0) == FunctionCall("Append", {"token": seen[0].decision.action.token})  # type: ignore[union-attr]
    for step, live in zip(recorded.steps, seen, strict=True):
        assert np.array_equal(recorded.images.get(step["image"]), live.observation["image"])
    assert recorded.header.functions[0]["name"] == "Append"


def test_an_image_seen_twice_is_stored_once(tmp_path: Path) -> None:
    record(tmp_path, env="Blackjack", seed=3)
    record(tmp_path, env="Blackjack", seed=3)
    digests = {step["image"] for step in read_episode(file_of(tmp_path)).steps}
    assert {path.stem for path in (tmp_path / "images").glob("*.png")} >= digests
    assert not list((tmp_path / "images").glob(".*"))


def test_a_crash_in_the_middle_leaves_every_finished_step(tmp_path: Path) -> None:
    class Crash(Exception):
        pass

    def crash(step: Step) -> None:
        if step.index == 1:
            raise Crash

    with pytest.raises(Crash):
        record(tmp_path, watchers=(crash,))
    recorded = read_episode(file_of(tmp_path))
    assert (len(recorded.steps), recorded.end) == (2, None)
    with pytest.raises(RecordError, match="cut short after 2 steps"):
        recorded.episode()


def test_ctrl_c_leaves_an_interrupted_record(tmp_path: Path) -> None:
    def interrupt(step: Step) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        record(tmp_path, watchers=(interrupt,))
    assert read_episode(file_of(tmp_path)).episode().outcome is Outcome.INTERRUPTED


def test_a_line_broken_off_counts_as_not_written(tmp_path: Path) -> None:
    record(tmp_path)
    path = file_of(tmp_path)
    whole = path.read_text()
    steps = len(read_episode(path).steps)
    path.write_text(whole[:-30])
    assert read_episode(path).end is None
    assert len(read_episode(path).steps) == steps


@pytest.mark.parametrize(
    ("damage", "words"),
    [
        (lambda lines: [lines[0], "{broken", *lines[2:]], r":2 is not a record line"),
        (lambda lines: lines[1:], "does not begin with a header"),
        (lambda lines: [lines[0].replace('"format": 1', '"format": 9'), *lines[1:]], "has format 9"),
        (lambda lines: ['{"kind": "header", "format": 1}', *lines[1:]], ":1 lacks"),
    ],
)
def test_a_damaged_record_names_the_place(tmp_path: Path, damage: object, words: str) -> None:
    record(tmp_path)
    path = file_of(tmp_path)
    path.write_text("\n".join(damage(path.read_text().split("\n"))))  # type: ignore[operator]
    with pytest.raises(RecordError, match=words):
        read_episode(path)


def test_a_missing_image_is_named(tmp_path: Path) -> None:
    record(tmp_path)
    for picture in (tmp_path / "images").glob("*.png"):
        picture.write_bytes(b"not a png")
    recorded = read_episode(file_of(tmp_path))
    with pytest.raises(RecordError, match="missing or damaged"):
        recorded.images.get(recorded.steps[0]["image"])


def test_a_full_disk_stops_the_run_with_what_is_safe(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from PIL import Image as PILImage

    saved = PILImage.Image.save
    calls = []

    def full(self: PILImage.Image, *args: object, **kwargs: object) -> None:
        calls.append(1)
        if len(calls) > 2:
            raise OSError(errno.ENOSPC, "No space left on device")
        saved(self, *args, **kwargs)  # type: ignore[arg-type]

    monkeypatch.setattr(PILImage.Image, "save", full)
    with pytest.raises(RecordError, match="No space left on device.*2 steps are safe.*--resume"):
        record(tmp_path)
    assert len(read_episode(file_of(tmp_path)).steps) == 2


def test_training_reads_what_the_loop_said(tmp_path: Path) -> None:
    """The messages rebuilt from a record are those the session was given."""
    from agent.policy import ModelPolicy
    from model.scripted import ScriptedModel, ScriptedSession

    dialect = QwenDialect()
    answers = [
        step.decision.text + dialect.stop[0]
        for step in rollout(make_env("EZPoints"), OraclePolicy(dialect), seed=1, budget=Budget())
    ]
    answers.insert(2, "no call here" + dialect.stop[0])
    model = ScriptedModel(answers)
    opened: list[ScriptedSession] = []
    begin = model.session
    model.session = lambda: opened.append(begin()) or opened[-1]  # type: ignore[method-assign]
    record(tmp_path, ModelPolicy(model, dialect))
    learnt = Demonstrations([tmp_path])[0]

    def flat(messages: list[Message]) -> list[tuple[str, object]]:
        return [
            (message.role, part if isinstance(part, Image) else part.text)
            for message in messages
            for part in message.parts
        ]

    assert flat(learnt) == flat(list(opened[0].messages))
    own = [part.text for message in learnt for part in message.parts if isinstance(part, Generated)]
    assert own == [answer for answer in answers if "no call" not in answer]


def test_only_chosen_episodes_are_learnt(tmp_path: Path) -> None:
    record(tmp_path, env="Blackjack", seed=0)
    record(tmp_path, env="EZPoints", seed=0)
    assert len(Demonstrations([tmp_path])) == 2
    assert len(Demonstrations([tmp_path], Selection(min_return=10))) == 1
    with pytest.raises(RecordError, match="no finished episode"):
        Demonstrations([tmp_path], Selection(min_return=99))


def test_the_report_is_one_page_with_everything_escaped(tmp_path: Path) -> None:
    record(tmp_path)
    path = file_of(tmp_path)
    path.write_text(path.read_text().replace("Cards ", "<script>alert(1)</script> "))
    (tmp_path / "episodes" / "broken.jsonl").write_text("{}\n")
    page = tmp_path / "out" / "page.html"
    assert write_report(tmp_path, page) == 2
    html = page.read_text()
    assert "<script>alert" not in html
    assert "&lt;script&gt;" in html
    assert html.count("data:image/png;base64,") == len(read_episode(path).steps) + 1
    assert "is not a record line" in html
    assert "http" not in html.replace("http-equiv", "")


def test_a_report_of_nothing_says_where_it_looked(tmp_path: Path) -> None:
    with pytest.raises(RecordError, match="holds no recorded episodes"):
        write_report(tmp_path, tmp_path / "page.html")
