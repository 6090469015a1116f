"""Reading predictions: our own lines, CoAT's folders, AgentCPM-GUI's lines, and everything that is wrong with them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from actions.android import ClearText, Drag, LongPress, Press, Swipe, TypeText, Wait, android_space
from actions.dialects.registry import make_dialect
from actions.point import Box, Point
from actions.screen import Click, Done
from actions.space import Action
from agent.record import RecordError
from evals.aitz.predictions.agentcpm import answered_action
from evals.aitz.predictions.coat import coat_prediction
from evals.aitz.predictions.lines import Line
from evals.aitz.predictions.own import own_prediction
from evals.aitz.predictions.read import read_predictions
from evals.predictions import THOUSANDTHS

EP = "18446744073709551615"
"""Twenty digits: no signed 64-bit number."""


def written(folder: Path, *lines: Any) -> Path:
    path = folder / "predictions.jsonl"
    path.write_text("".join(f"{line if isinstance(line, str) else json.dumps(line)}\n" for line in lines), "utf-8")
    return path


def call(number: int, name: str, **arguments: Any) -> dict[str, Any]:
    return {"episode_id": EP, "step_id": number, "call": {"name": name, "arguments": arguments}}


def test_own_lines(tmp_path: Path) -> None:
    said = make_dialect("qwen").render(android_space().encode(Click(Point(0.5, 0.25)), make_dialect("qwen").scale))
    path = written(
        tmp_path,
        call(0, "click", point=[607, 498.5]),
        call(1, "press", button="Home"),
        {"episode_id": EP, "step_id": 2, "call": None, "text": "I do not know"},
        "",
        {"episode_id": EP, "step_id": 3, "text": said, "dialect": "qwen"},
        {"episode_id": int(EP), "step_id": 4, "text": "I tap", "dialect": "hermes"},
        call(5, "click", point=[100, 200, 300, 400]),
        call(6, "tap", point=[1, 2]),
        call(7, "click", point=[1, 1001]),
    )
    reading = read_predictions(path)
    found = {number: one for (episode, number), one in reading.predictions.items() if episode == EP}
    assert reading.format == "own"
    assert [found[n].action for n in (0, 1, 3)] == [Click(Point(0.607, 0.4985)), Press("Home"), Click(Point(0.5, 0.25))]
    assert found[0].box is None
    assert (found[2].action, found[2].text) == (None, "I do not know")
    assert found[4].action is None
    assert found[5].action == Click(Point(0.2, 0.30000000000000004))
    assert found[5].box == Box(0.1, 0.2, 0.3, 0.4)
    assert "no function" in found[6].problem.lower() or "tap" in found[6].problem
    assert "outside the screen" in found[7].problem
    assert sum(reading.problems.values()) == 4
    assert reading.duplicates == ()


@settings(deadline=None)
@given(st.integers(0, 2**32 - 1))
def test_every_action_of_the_phone_can_be_written_and_read(seed: int) -> None:
    space = android_space(secrets=True)
    space.seed(seed)
    action = space.sample()
    encoded = space.encode(action, THOUSANDTHS)
    line = Line("here", {"call": json.loads(json.dumps({"name": encoded.name, "arguments": encoded.arguments}))})
    read = own_prediction(line).action
    assert type(read) is type(action)
    assert read is not None
    assert rounded(space.encode(read, THOUSANDTHS).arguments) == rounded(encoded.arguments)


def rounded(arguments: dict[str, Any]) -> dict[str, Any]:
    """To what float arithmetic keeps of a number that was multiplied and divided by 1000."""
    return {
        name: [f"{each:.6f}" for each in value]
        if isinstance(value, list) and name in ("point", "start", "end")
        else value
        for name, value in arguments.items()
    }


def test_the_first_of_two_counts_and_the_second_is_told(tmp_path: Path) -> None:
    reading = read_predictions(written(tmp_path, call(0, "press", button="Home"), call(0, "press", button="Back")))
    assert [one.action for one in reading.predictions.values()] == [Press("Home")]
    assert reading.duplicates == ((EP, 0),)
    assert reading.notes == ("Steps that are told more than once, the first of which counts: 1 times.",)


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ('{"episode_id": "1"', "line 2: no JSON"),
        ("[" * 100_000, "line 2: no JSON"),
        ("3", "line 2: a prediction is a JSON object"),
        ({"step_id": 0, "call": None}, "line 2: episode_id must be text"),
        ({"episode_id": 1.5, "step_id": 0, "call": None}, "line 2: episode_id must be text"),
        ({"episode_id": "1", "step_id": "0", "call": None}, "line 2: step_id must be a whole number"),
        ({"episode_id": "1", "step_id": True, "call": None}, "line 2: step_id must be a whole number"),
        ({"episode_id": "1", "step_id": 0}, 'line 2: there is neither "call" nor "text"'),
        ({"episode_id": "1", "step_id": 0, "text": "hello"}, 'line 2: a "text" needs a "dialect"'),
        ({"episode_id": "1", "step_id": 0, "text": "hello", "dialect": "klingon"}, "line 2: unknown dialect"),
        ({"episode_id": "1", "step_id": 0, "text": 7, "call": None}, "line 2: text must be text"),
    ],
)
def test_a_damaged_line_is_named(tmp_path: Path, line: Any, words: str) -> None:
    with pytest.raises(RecordError, match=words):
        read_predictions(written(tmp_path, call(0, "press", button="Home"), line))


def test_files_that_are_none(tmp_path: Path) -> None:
    with pytest.raises(RecordError, match="cannot be read"):
        read_predictions(tmp_path / "missing.jsonl")
    (tmp_path / "bytes.jsonl").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(RecordError, match="UTF-8"):
        read_predictions(tmp_path / "bytes.jsonl")
    with pytest.raises(RecordError, match="holds no prediction"):
        read_predictions(written(tmp_path))
    with pytest.raises(RecordError, match="--format"):
        read_predictions(written(tmp_path, {"episode_id": "1", "step_id": 0, "answer": 1}))
    with pytest.raises(RecordError, match="--format is auto, own"):
        read_predictions(written(tmp_path, call(0, "x")), "csv")
    with pytest.raises(RecordError, match="holds no file such as"):
        read_predictions(tmp_path)


def test_a_dialect_for_all_lines_and_a_list_instead_of_lines(tmp_path: Path) -> None:
    text = '<tool_call>\n{"name": "press", "arguments": {"button": "Back"}}\n</tool_call>'
    path = tmp_path / "list.json"
    path.write_text(json.dumps([{"episode_id": "1", "step_id": 0, "text": text}]), "utf-8")
    assert read_predictions(path, dialect="hermes").predictions["1", 0].action == Press("Back")
    path.write_text(json.dumps([7]), "utf-8")
    with pytest.raises(RecordError, match="item 1"):
        read_predictions(path)


@pytest.mark.parametrize(
    "broken", [7, "click", {}, {"name": 3}, {"name": "click", "arguments": [1]}, {"name": "click"}, {"name": "type"}]
)
def test_a_broken_call_is_a_prediction_without_an_action(tmp_path: Path, broken: Any) -> None:
    reading = read_predictions(written(tmp_path, {"episode_id": "1", "step_id": 0, "call": broken}))
    assert reading.predictions["1", 0].action is None
    assert reading.predictions["1", 0].problem


CPM: list[tuple[dict[str, Any], Action]] = [
    ({"thought": "…", "POINT": [607, 498]}, Click(Point(0.607, 0.498))),
    ({"POINT": [0, 0], "duration": 200}, Click(Point(0, 0))),
    ({"POINT": [500, 500], "duration": 1000}, LongPress(Point(0.5, 0.5))),
    ({"POINT": [500, 500], "to": "up"}, Swipe("up", Point(0.5, 0.5))),
    ({"POINT": [500, 500], "to": [500, 100]}, Drag(Point(0.5, 0.5), Point(0.5, 0.1))),
    ({"TYPE": ""}, TypeText("")),
    ({"PRESS": "HOME"}, Press("Home")),
    ({"PRESS": "APPSELECT", "STATUS": "continue"}, Press("Recents")),
    ({"STATUS": "finish"}, Done("success")),
    ({"STATUS": "impossible"}, Done("failure")),
    ({"POINT": [1, 1], "STATUS": "satisfied"}, Done("success")),
    ({"duration": 3000}, Wait(3.0)),
    ({"CLEAR": None}, ClearText()),
]


@pytest.mark.parametrize(("answer", "action"), CPM)
def test_agentcpm_answers(answer: dict[str, Any], action: Action) -> None:
    assert answered_action(answer) == action


BROKEN = [
    {},
    {"thought": "hm"},
    {"POINT": [1, 2], "TYPE": "a"},
    {"POINT": [1, 2, 3]},
    {"POINT": [1.5, 2]},
    {"POINT": [1, 1001]},
    {"POINT": "1,2"},
    {"TYPE": None},
    {"PRESS": "POWER"},
    {"STATUS": "done"},
    {"duration": -1},
    {"duration": True},
    {"to": "up"},
    {"POINT": [1, 2], "to": "sideways"},
    {"CLICK": [1, 2]},
    {"DEEP_LINK": None},
]


@pytest.mark.parametrize("answer", BROKEN)
def test_agentcpm_answers_that_break_the_schema(tmp_path: Path, answer: dict[str, Any]) -> None:
    path = written(tmp_path, {"episode_id": "1", "step_id": 0, "category": "general", "pred": answer})
    prediction = read_predictions(path).predictions["1", 0]
    assert prediction.action is None
    assert prediction.problem


def test_agentcpm_lines(tmp_path: Path) -> None:
    path = written(
        tmp_path,
        {"episode_id": EP, "step_id": 3, "category": "general", "ui_text": "[]", "pred": {"PRESS": "BACK"}},
        {"episode_id": EP, "step_id": 4, "category": "general", "pred": "{not valid"},
        {"episode_id": "7", "category": "general", "steps": [{"pred": {"STATUS": "finish"}}, {"pred": {"TYPE": "x"}}]},
    )
    reading = read_predictions(path)
    assert reading.format == "agentcpm"
    assert {key: one.action for key, one in reading.predictions.items()} == {
        (EP, 3): Press("Back"),
        (EP, 4): None,
        ("7", 0): Done(),
        ("7", 1): TypeText("x"),
    }
    assert reading.predictions[EP, 4].text == "{not valid"
    with pytest.raises(RecordError, match='line 1: there is no "pred"'):
        read_predictions(written(tmp_path, {"episode_id": "1", "step_id": 0}), "agentcpm")


COAT: list[tuple[dict[str, Any], Action | None]] = [
    ({"ACTION": "click_element", "ARGS": {"bbox": [100, 200, 300, 400]}}, Click(Point(0.2, 0.30000000000000004))),
    ({"ACTION": "scroll", "ARGS": {"direction": "UP"}}, Swipe("up")),
    ({"ACTION": "input", "ARGS": {"text": "Lyft"}}, TypeText("Lyft")),
    ({"ACTION": "INPUT", "ARGS": {}}, TypeText("")),
    ({"ACTION": "press_enter", "ARGS": {}}, Press("Enter")),
    ({"ACTION": "press_home", "ARGS": None}, Press("Home")),
    ({"ACTION": "stop", "ARGS": {"task_status": "success"}}, Done("success")),
    ({"ACTION": "stop", "ARGS": {"task_status": "failure"}}, Done("failure")),
    ({"ACTION": {"POINT": [1, 2]}, "ARGS": {"duration": 200}, "STATUS": "continue"}, Click(Point(0.001, 0.002))),
    ({"ACTION": {}, "ARGS": {"duration": 200}, "STATUS": "finish"}, Done("success")),
    ({"ACTION": {}, "ARGS": {"duration": 200}, "STATUS": "impossible"}, Done("failure")),
    ({"ACTION": {}, "ARGS": {"duration": 3000}, "STATUS": "continue"}, Wait(3.0)),
    ({"ACTION": {}, "ARGS": {}, "STATUS": "continue"}, None),
    ({"ACTION": [], "ARGS": {}}, None),
    ({"ACTION": "", "ARGS": {}}, None),
    ({"ACTION": None, "ARGS": None, "STATUS": None}, None),
    ({"ACTION": "scroll", "ARGS": {"direction": "over there"}}, None),
    ({"ACTION": "press_menu", "ARGS": {}}, None),
    ({"ACTION": "press", "ARGS": {}}, None),
    ({"ACTION": "fly", "ARGS": {}}, None),
    ({"ACTION": "input", "ARGS": {"text": None}}, None),
    ({"ACTION": "click_element", "ARGS": {"bbox": [0, 0, 2000, 10]}}, None),
    ({"ACTION": ["click"], "ARGS": {}}, None),
]


@pytest.mark.parametrize(("value", "action"), COAT)
def test_coat_calls(value: dict[str, Any], action: Action | None) -> None:
    prediction = coat_prediction(value)
    assert prediction.action == action
    assert action is not None or prediction.problem
    if isinstance(value["ACTION"], dict):
        assert prediction.coat is None
    elif value["ACTION"] not in (None, ""):
        assert prediction.coat is not None
        assert prediction.coat.name == value["ACTION"]


@pytest.mark.parametrize(
    "answer",
    [
        *(
            {**answer, "thought": ""} for answer, action in CPM if not isinstance(action, ClearText)
        ),  # the converter drops CLEAR
        {"POINT": [1, 2], "STATUS": "done"},
    ],
)
def test_an_answer_of_agentcpm_is_the_same_in_its_own_layout_and_converted(
    tmp_path: Path, answer: dict[str, Any]
) -> None:
    kept = {key: answer[key] for key in ("POINT", "to", "PRESS", "TYPE") if key in answer}
    arguments = {"duration": answer.get("duration", 200), **({"to": answer["to"]} if "to" in answer else {})}
    converted = {"ACTION": kept, "ARGS": arguments, "STATUS": answer.get("STATUS", "continue")}
    path = written(tmp_path, {"episode_id": "1", "step_id": 0, "pred": answer})
    (expected,) = read_predictions(path).predictions.values()
    assert coat_prediction(converted) == expected


def test_coat_folders(tmp_path: Path) -> None:
    def tell(name: str, value: Any) -> None:
        path = tmp_path / name.rpartition("_")[0] / f"{name}.json"
        path.parent.mkdir(exist_ok=True)
        path.write_text(json.dumps(value), "utf-8")

    box = {"ACTION": "click_element", "ARGS": {"bbox": [0, 0, 10, 10]}}
    tell(f"google_apps-{EP}_0", {"screen_desc": "…", "action_predict": {"COA": {"txt": box}}})
    tell(f"google_apps-{EP}_1", {"action_predict": {"COA": {"tag": {"ACTION": "click_element", "ARGS": {"idx": "0"}}}}})
    tell("GENERAL-7_0", {})
    with pytest.raises(RecordError, match=r"COA/txt \(1\), COA/tag \(1\); name one with --mode"):
        read_predictions(tmp_path)
    with pytest.raises(RecordError, match="no predictions of COT/txt"):
        read_predictions(tmp_path, mode="COT/txt")
    text = read_predictions(tmp_path, mode="COA/txt")
    assert list(text.predictions) == [(EP, 0)]
    tags = read_predictions(tmp_path, mode="COA/tag")
    assert tags.predictions[EP, 1].index == 0
    assert tags.predictions[EP, 1].action is None
    assert not tags.problems
    tell("GENERAL-7_1", [])
    with pytest.raises(RecordError, match="GENERAL-7_1.json: a prediction is a JSON object"):
        read_predictions(tmp_path)


@pytest.mark.parametrize(
    "answer",
    [{"duration": 10**400}, {"POINT": [10**400, 3]}, {"POINT": [1, 2], "to": [3, -(10**400)]}, {"duration": True}],
)
def test_numbers_beyond_all_bounds_are_no_action(tmp_path: Path, answer: dict[str, Any]) -> None:
    path = written(tmp_path, {"episode_id": EP, "step_id": 0, "pred": answer})
    (found,) = read_predictions(path).predictions.values()
    assert found.action is None
    assert found.problem
