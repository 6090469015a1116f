"""What `data check aitz` finds: every kind of defect, each with its place, and nothing in a sound set."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from envs.replay.aitz import read_set
from envs.replay.check import PUBLISHED, check, counts
from envs.replay.contradiction import contradiction, verb_of
from envs.replay.defects import Kind
from envs.replay.step import COMPLETE, DUAL_POINT, IMPOSSIBLE, PRESS_BACK, TYPE, AitzStep, Element
from tests.envs.replay.made import change, first_json, make


@pytest.fixture
def made(tmp_path: Path) -> Path:
    make(tmp_path / "zoo", 4)
    return tmp_path / "zoo"


def kinds(root: Path) -> list[Kind]:
    return [defect.kind for defect in check(read_set(root)) if defect.kind != Kind.COUNT]


def test_published_counts_sum_to_the_published_totals():
    for split, total in (("test", (506, 4724)), ("train", (1998, 13919))):
        subsets = [count for name, count in PUBLISHED[split].items() if name != "all"]
        assert (sum(one.episodes for one in subsets), sum(one.steps for one in subsets)) == total
        assert (PUBLISHED[split]["all"].episodes, PUBLISHED[split]["all"].steps) == total


def test_a_sound_set_lacks_nothing_but_the_published_number(made):
    assert kinds(made) == []
    found = check(read_set(made))
    assert {defect.kind for defect in found} == {Kind.COUNT}
    assert found[-1].place == "test"
    assert "published are 506 and 4724" in found[-1].detail
    assert counts(read_set(made))["single"].episodes == 0


def test_every_kind_of_defect_is_found_at_its_place(made):
    path = first_json(made)

    def spoil(steps):
        del steps[1]
        steps[-1]["result_action_type"] = 5
        steps[-1]["coat_action_desc"] = "go back."

    change(path, spoil)
    path.with_name(f"{path.stem}_0.png").unlink()
    found = {defect.kind: defect for defect in check(read_set(made)) if defect.kind != Kind.COUNT}
    assert set(found) == {Kind.IMAGE, Kind.MISSING_STEP, Kind.ORDER, Kind.VERB, Kind.LENGTH, Kind.NO_STATUS}
    assert found[Kind.MISSING_STEP].detail == "no step has step_id 1"
    assert found[Kind.IMAGE].place.startswith(f"{path}: step 0: image_path")
    assert found[Kind.VERB].place.endswith("coat_action_desc")
    assert str(path) in str(found[Kind.NO_STATUS])


def test_a_picture_whose_head_alone_is_whole_is_found(made):
    path = first_json(made)
    picture = path.with_name(f"{path.stem}_1.png")
    picture.write_bytes(picture.read_bytes()[:400])
    (found,) = [defect for defect in check(read_set(made)) if defect.kind != Kind.COUNT]
    assert (found.kind, found.place) == (Kind.DAMAGED, f"{path}: step 1: image_path")
    assert picture.name in found.detail


def test_a_list_out_of_order_is_put_in_order_and_told_by_the_places_of_the_list(made):
    path = first_json(made)
    change(path, lambda steps: steps.reverse())
    (episode,) = [one for one in read_set(made).episodes if one.folder == path.parent]
    assert [step.step_id for step in episode.steps] == list(range(len(episode.steps)))
    found = [defect for defect in check(read_set(made)) if defect.kind == Kind.ORDER]
    assert (f"{path}: step 0", f"its step_id is {len(episode.steps) - 1}") in [(one.place, one.detail) for one in found]


def test_the_known_contradiction_of_the_test_split_is_found(data):
    entries = json.loads((data / "aitz/aitz_test_annotation_samples/aitz_test_steps_4.json").read_text())
    entry = next(one for one in entries if one["episode_id"] == "1365057080660724073")
    boxes = zip(entry["_ui_positions_px"], json.loads(entry["ui_text"]), json.loads(entry["ui_types"]), strict=True)
    step = tap("", at=tuple(json.loads(entry["result_touch_yx"])), height=1170, width=540)
    elements = tuple(Element(*place, text, kind) for place, text, kind in boxes)
    wrong = contradiction(replace(step, description=entry["coat_action_desc"], elements=elements))
    assert wrong == "names 'microphone', the touch lies on ICON_X"


def tap(description: str, *, at=(0.5, 0.5), height=600, width=270, **fields) -> AitzStep:
    step = AitzStep(
        episode_id="1", subset="general", step_id=0, instruction="", image=None, height=height, width=width,
        action=DUAL_POINT, text="", touch=at, lift=at, elements=(), screen_description="", thought="",
        description=description, expectation="",
    )  # fmt: skip
    return replace(step, **fields)


@pytest.mark.parametrize(
    ("step", "wrong"),
    [
        (tap("click on it"), None),
        (tap("scroll up"), "says 'swipe', the result is 'tap'"),
        (tap("scroll up.", lift=(0.1, 0.5)), None),
        (tap("scroll down", lift=(0.1, 0.5)), "says down, the finger went up"),
        (tap("press the home button", action=PRESS_BACK), "says home, the button is back"),
        (tap("Press the back button.", action=PRESS_BACK), None),
        (tap("stop and set the query as completed", action=COMPLETE), None),
        (tap("stop and set the query as completed", action=IMPOSSIBLE), "says completed, the status is the other one"),
        (tap('type in the content: "Berlin"', action=TYPE, text="berlin "), None),
        (tap('type in the content: "Berlin"', action=TYPE, text="Paris"), "says 'Berlin', what was typed is 'Paris'"),
        (tap('click on "Go"', elements=(Element(10, 10, 8, 20, "Go", "TEXT"),)), "names 'Go', which is annotated"),
        (tap('click on "Go"', elements=(Element(300, 10, 8, 20, "Go", "TEXT"),)), None),
        (tap("go back"), None),
    ],
)
def test_descriptions_are_held_against_the_result_fields(step, wrong):
    found = contradiction(step)
    assert found is None if wrong is None else str(found).startswith(wrong)


def test_the_verb_is_the_first_word_in_any_case():
    assert [verb_of(words) for words in ("Click on", "TAP", "swipe up", "", "Go back", "stop.")] == [
        "tap", "tap", "swipe", None, None, "stop",
    ]  # fmt: skip
