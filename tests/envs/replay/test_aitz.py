"""The loader of Android-in-the-Zoo: the archive's layout, its quirks, and files that mean harm."""

from __future__ import annotations

import io
import json
import shutil
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from actions.android import Click, Done, Press, Swipe
from envs.base import EnvError
from envs.replay.aitz import read_episode, read_one, read_set
from envs.replay.defects import Kind
from envs.replay.gold import gold_action
from envs.replay.layout import EpisodeFolder, episode_folders
from tests.envs.replay.made import change, first_json, make

CLOCK = "GOOGLE_APPS-523638528775825151"


@pytest.fixture
def made(tmp_path: Path) -> Path:
    make(tmp_path / "zoo", 4)
    return tmp_path / "zoo"


def test_the_real_episode_is_read_as_it_was_recorded(data):
    found = read_set(data / "aitz/android_in_the_zoo", "train")
    (episode,) = found.episodes
    assert (episode.episode_id, episode.subset, episode.length) == ("523638528775825151", "google_apps", 4)
    assert found.defects == ()
    first, *_, last = episode.steps
    assert (first.width, first.height, len(first.elements)) == (270, 600, 15)
    assert (first.elements[0].y, first.elements[0].x, first.elements[0].kind) == (54, 17, "TEXT")
    assert last.description == "stop and set the query as completed"
    home, up, click, done = map(gold_action, episode.steps)
    assert (home, up, done) == (Press(button="Home"), Swipe(direction="up"), Done(status="success"))
    assert isinstance(click, Click)
    assert click.point.y == episode.steps[2].touch[0]


def test_the_archive_the_split_a_folder_of_episodes_and_one_episode_are_all_roots(data):
    archive = data / "aitz/android_in_the_zoo"
    roots = (archive, archive / "train", archive / "train/google_apps", archive / "train/google_apps" / CLOCK)
    for root in roots:
        (episode,) = read_set(root, "train").episodes
        assert (episode.subset, len(episode.steps)) == ("google_apps", 4)


def test_positions_that_another_tool_has_divided_are_multiplied_back(data, tmp_path):
    entries = json.loads((data / "aitz/aitz_test_annotation_samples/aitz_test_steps_4.json").read_text())
    for entry in entries:
        subset, name, _ = entry["image_path"].split("/")
        (tmp_path / subset / name).mkdir(parents=True)
        (tmp_path / subset / name / f"{name}.json").write_text(json.dumps([entry]))
    found = read_set(tmp_path)
    assert {defect.kind for defect in found.defects} == {Kind.IMAGE, Kind.REWRITTEN}
    for entry in entries:
        (step,) = next(one for one in found.episodes if one.episode_id == entry["episode_id"]).steps
        assert step.image is None
        pixels = [[round(e.y), round(e.x), round(e.height), round(e.width)] for e in step.elements]
        assert pixels == entry["_ui_positions_px"]


def test_another_split_is_named_where_the_one_asked_for_is_not_there(made):
    with pytest.raises(EnvError, match=r"has no split 'train', but test: add --split test"):
        read_set(made, "train")
    (made / "empty").mkdir()
    with pytest.raises(EnvError, match="holds no episodes"):
        read_set(made / "empty")
    with pytest.raises(EnvError, match="is no folder"):
        read_set(made / "nothing")


def test_episodes_come_sorted_whatever_the_folder_lists_first(made):
    folders = [folder.path for folder in episode_folders(made, "test")]
    assert folders == sorted(folders)


def test_ids_beyond_64_bits_and_ids_written_as_numbers_stay_what_they_are(made):
    path = first_json(made)
    change(path, lambda steps: [step.update(episode_id=18446744073709551617) for step in steps])
    episode, defects = read_episode(EpisodeFolder("general", path.parent))
    assert episode is not None
    assert episode.episode_id == "18446744073709551617"
    assert [defect.kind for defect in defects] == [Kind.FOREIGN]  # the folder says otherwise


def test_the_type_of_a_picture_is_told_by_its_bytes(made):
    path = first_json(made)
    picture = path.with_name(f"{path.stem}_0.png")
    with Image.open(picture) as image:
        buffer = io.BytesIO()
        image.save(buffer, "JPEG")
    picture.write_bytes(buffer.getvalue())
    episode, defects = read_episode(EpisodeFolder("general", path.parent))
    assert episode is not None
    assert episode.steps[0].image == picture
    assert [(defect.kind, defect.unusable) for defect in defects] == [(Kind.MIME, False)]


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("result_touch_yx", "[0.5", "result_touch_yx: is no JSON"),
        ("result_touch_yx", "[0.5]", "result_touch_yx: must be two numbers"),
        ("result_touch_yx", "[NaN, 0.1]", "result_touch_yx: must be two numbers"),
        ("result_lift_yx", "[1.5, 0.1]", "result_lift_yx: must lie on the screen"),
        ("ui_positions", "[[1, 2, 3]]", "ui_positions: must be lists of y, x, height and width"),
        ("ui_text", '["one"]', "ui_positions: "),
        ("ui_types", "[" * 100_000, "ui_types: is no JSON"),
        ("result_action_type", 9, "result_action_type: must be one of 3, 4, 5, 6, 7, 10, 11, not 9"),
        ("result_action_type", True, "result_action_type: must be a whole number"),
        ("step_id", 10**12, "step_id: must be a whole number"),
        ("instruction", None, "instruction: is missing"),
        ("episode_id", 1.5, "episode_id: must be text"),
    ],
)
def test_a_field_that_cannot_be_read_is_named_with_file_and_step(made, field, value, words):
    path = first_json(made)
    change(path, lambda steps: steps[0].update({"result_action_type": 4, "result_lift_yx": "[0.5, 0.5]"}))
    change(path, lambda steps: steps[0].update({"result_touch_yx": "[0.5, 0.5]", field: value}))
    found = read_set(made)
    (defect,) = found.left_out
    assert defect.place == f"{path}: step 0"
    assert defect.detail.startswith(words)
    assert path.parent in {episode.folder for episode in found.episodes}
    assert 0 not in {step.step_id for one in found.episodes if one.folder == path.parent for step in one.steps}


@pytest.mark.parametrize("content", ["", "[1", '{"a": 1}', "[" * 5000, "null", "\x00"])
def test_a_file_that_is_no_list_of_steps_is_a_defect_and_the_others_are_read(made, content):
    path = first_json(made)
    path.write_text(content)
    found = read_set(made)
    assert len(found.episodes) == 3
    (defect,) = found.defects
    assert (defect.kind, defect.place) == (Kind.FILE, str(path))


@pytest.mark.parametrize(
    "hostile",
    ["/etc/passwd", "../../../secret.png", "general/../../x.png", "OTHER-1/OTHER-1_0.png", "a\\..\\b.png", "a\0b",
     "a" * 300, "a" * 5000, "\ud800.png"],
)  # fmt: skip
def test_a_path_that_leads_elsewhere_is_refused_and_not_opened(made, hostile):
    path = first_json(made)
    change(path, lambda steps: steps[0].update(image_path=hostile))
    found = read_set(made)
    assert [defect.kind for defect in found.defects] == [Kind.PATH]
    step = next(one for one in found.episodes if one.folder == path.parent).steps[0]
    assert step.image is None
    assert step.width > 0  # its neighbours tell


def test_a_link_out_of_the_folder_is_refused(made, tmp_path):
    path = first_json(made)
    secret = tmp_path / "secret.png"
    Image.new("RGB", (4, 4)).save(secret)
    picture = path.with_name(f"{path.stem}_0.png")
    picture.unlink()
    picture.symlink_to(secret)
    assert [defect.kind for defect in read_set(made).defects] == [Kind.PATH]


def test_of_steps_and_episodes_that_are_there_twice_the_first_counts(made):
    path = first_json(made)
    name, copy = path.stem, "GENERAL-99999999999999999999"
    shutil.copytree(path.parent, path.parent.parent / copy)
    for file in list((path.parent.parent / copy).iterdir()):
        file.rename(file.with_name(file.name.replace(name, copy)))
    twin = path.parent.parent / copy / f"{copy}.json"
    change(twin, lambda steps: [one.update(image_path=one["image_path"].replace(name, copy)) for one in steps])
    change(path, lambda steps: steps.append(dict(steps[0])))
    found = read_set(made)
    assert sorted(defect.kind for defect in found.left_out) == [Kind.DUPLICATE_EPISODE, Kind.DUPLICATE_STEP]
    assert len(found.episodes) == 4


def test_a_step_without_any_known_size_is_left_out(made):
    path = first_json(made)
    for picture in path.parent.glob("*.png"):
        picture.unlink()
    found = read_set(made)
    assert {defect.kind for defect in found.left_out} == {Kind.NO_SIZE}
    assert next(one for one in found.episodes if one.folder == path.parent).steps == ()


def test_one_episode_is_found_by_its_id(made):
    wanted = read_set(made).episodes[2]
    assert read_one(made, "test", wanted.episode_id) == wanted
    assert read_one(made, "test", wanted.folder.name) == wanted
    with pytest.raises(EnvError, match="has no episode '12'"):
        read_one(made, "test", "12")


def test_nothing_of_the_users_is_written(made):
    before = {path: (path.stat().st_mtime_ns, path.stat().st_size) for path in made.rglob("*")}
    read_set(made)
    assert {path: (path.stat().st_mtime_ns, path.stat().st_size) for path in made.rglob("*")} == before


@settings(max_examples=60, deadline=None)
@given(
    entry=st.dictionaries(
        st.sampled_from(["episode_id", "step_id", "ui_positions", "result_action_type", "image_path", "x"]),
        st.none() | st.integers() | st.floats() | st.text() | st.lists(st.integers(), max_size=3),
    )
)
def test_whatever_a_step_holds_it_is_a_step_or_a_defect(tmp_path_factory, entry):
    folder = tmp_path_factory.mktemp("any") / "GENERAL-7"
    folder.mkdir()
    (folder / "GENERAL-7.json").write_text(json.dumps([entry]), encoding="utf-8")
    episode, defects = read_episode(EpisodeFolder("general", folder))
    assert episode is not None
    assert len(episode.steps) + sum(defect.unusable for defect in defects) == 1


@pytest.mark.parametrize("side", [10**400, -1, 0, True, "600", float("nan")])
def test_a_size_that_is_none_is_not_taken_from_the_file(made, side):
    path = first_json(made)
    for picture in path.parent.glob("*.png"):
        picture.unlink()
    change(path, lambda steps: [step.update(image_height=side, image_width=side) for step in steps])
    found = read_set(made)
    assert {defect.kind for defect in found.left_out} == {Kind.NO_SIZE}
    (episode,) = [one for one in found.episodes if one.folder == path.parent]
    assert episode.left_out == len(found.left_out) > 0
