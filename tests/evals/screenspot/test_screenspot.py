"""ScreenSpot, v2 and Pro: conventions, scores and the command."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from gymnasium.utils.env_checker import check_env
from hypothesis import given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

from actions.call import FunctionCall
from actions.point import Point
from agent.record import RecordError
from envs.base import EnvError
from envs.registry import make_env
from envs.replay.screenspot.env import inside, middle
from envs.replay.screenspot.items import Target, read_targets
from evals.command import app
from evals.data import app as data_app
from evals.predictions import Prediction
from evals.screenspot.generate import make_set
from evals.screenspot.score import judge, score
from evals.summary import read_summary

RELEASES = ("v1", "v2", "pro")


@pytest.fixture(scope="module")
def sets(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("screenspot")
    for release in RELEASES:
        make_set(folder / release, 5, 7, release)
    return {release: folder / release for release in RELEASES}


def run(*words: object):
    return CliRunner().invoke(app, ["screenspot", *map(str, words)])


def value(out: Path, name: str) -> float:
    return next(row.value for row in read_summary(out / "summary.json") if row.name == name)


def target(name: str = "1", platform: str = "web", kind: str = "text", box=(100, 200, 300, 400)) -> Target:
    return Target(name, Path("x.png"), (1000, 1000), "press it", box, platform, kind)


def test_one_set_reads_the_same_from_every_release(sets):
    read = {release: list(read_targets(sets[release]).values()) for release in RELEASES}
    boxes = {release: [one.box for one in read[release]] for release in RELEASES}
    assert boxes["v1"] == boxes["v2"]
    assert sorted(boxes["pro"]) == sorted(boxes["v1"])
    assert {one.platform for one in read["v2"]} == {"mobile", "desktop", "web"}
    assert {one.platform for one in read["pro"]} == {"Mobile", "Desktop", "Web"}
    assert next(iter(read_targets(sets["v2"]))) == "screenspot_desktop_v2-00000"
    assert next(iter(read_targets(sets["pro"]))) == "desktop_0000"
    one_file = sets["pro"] / "annotations" / "web.json"
    assert len(read_targets(one_file)) == 5


@pytest.mark.parametrize("release", RELEASES)
def test_boxes_of_the_other_convention_are_found_out(sets, tmp_path, release):
    folder = tmp_path / "set"
    make_set(folder, 5, 7, release)
    for file in folder.rglob("*.json"):
        entries = json.loads(file.read_text())
        for entry in entries:
            a, b, c, d = entry["bbox"]
            entry["bbox"] = [a, b, c - a, d - b] if release == "pro" else [a, b, a + c, b + d]
        file.write_text(json.dumps(entries))
    other = "xywh" if release == "pro" else "xyxy"
    with pytest.raises(EnvError, match=f"they fit as {other}"):
        read_targets(folder)


def test_edges_count_and_a_pixel_beyond_does_not():
    one = target()
    for x, y, hit in ((100, 200, True), (300, 400, True), (99.9, 300, False), (200, 400.1, False), (200, 300, True)):
        assert inside(one, Point(x / 1000, y / 1000)) is hit
    assert middle(one) == Point(0.2, 0.3)
    assert middle(target(box=(-400, 0, 100, 2200))) == Point(0, 1)


def test_macro_is_the_mean_of_cells_and_all_the_share_of_targets():
    targets = [target("a"), target("b"), target("c"), target("d", kind="icon"), target("e", platform="mobile")]
    hit, miss = FunctionCall("click", {"point": [200, 300]}), FunctionCall("click", {"point": [900, 900]})
    predictions = {"a": Prediction(hit), "b": Prediction(miss), "d": Prediction(hit), "e": Prediction(None)}
    rows = {row.name: row for row in score(judge(targets, predictions))}
    assert rows["web/text"].value == pytest.approx(1 / 3)
    assert rows["macro"].value == pytest.approx((1 / 3 + 1 + 0) / 3)
    assert (rows["all"].value, rows["all"].episodes, rows["all"].errors) == (2 / 5, 5, 1)
    assert (rows["platform:web"].value, rows["kind:icon"].value) == (2 / 4, 1)
    assert rows["macro"].low < rows["macro"].value < rows["macro"].high
    assert {row.name: row.value for row in score([])} == {"macro": 0, "all": 0}


cells = st.tuples(st.sampled_from(["web", "mobile"]), st.sampled_from(["text", "icon"]), st.sampled_from("hmn"))


@settings(deadline=None)
@given(st.lists(cells, max_size=12), st.randoms(use_true_random=False))
def test_figures_are_bounded_and_do_not_depend_on_the_order(drawn, rng):
    targets = [target(str(number), platform, kind) for number, (platform, kind, _) in enumerate(drawn)]
    points = {"h": [200, 300], "m": [900, 900]}
    predictions = {
        str(number): Prediction(FunctionCall("click", {"point": points[what]}))
        for number, (*_, what) in enumerate(drawn) if what in points
    }  # fmt: skip
    rows = {row.name: row for row in score(judge(targets, predictions))}
    rng.shuffle(targets)
    assert {row.name: row for row in score(judge(targets, predictions))} == rows
    assert all(0 <= row.low <= row.value + 1e-12 <= row.high + 2e-12 <= 1 + 1e-9 for row in rows.values())


@pytest.mark.parametrize("release", RELEASES)
def test_the_oracle_hits_and_chance_misses(sets, tmp_path, release):
    assert run("--data", sets[release], "--model", "oracle-text", "--items", 4, "--out", tmp_path / "a").exit_code == 0
    assert value(tmp_path / "a", "all") == value(tmp_path / "a", "macro") == 1
    assert run("--data", sets[release], "--model", "random", "--items", 4, "--out", tmp_path / "b").exit_code == 0
    assert value(tmp_path / "b", "all") < 0.5
    again = tmp_path / "c"
    words = ("--predictions", tmp_path / "b" / "predictions.jsonl", "--items", 4, "--out", again)
    assert run("--data", sets[release], *words).exit_code == 0
    assert (again / "verdicts.jsonl").read_text() == (tmp_path / "b" / "verdicts.jsonl").read_text()


def test_predictions_as_points_calls_and_text(sets, tmp_path):
    targets = list(read_targets(sets["v2"]).values())
    lines = []
    for number, one in enumerate(targets):
        x, y = (1000 * value for value in (middle(one).x, middle(one).y))
        said = f'✿FUNCTION✿: click\n✿ARGS✿: {{"point": [{round(x)}, {round(y)}]}}'
        lines.append([
            {"id": one.id, "point": [x, y]},
            {"id": one.id, "call": {"name": "click", "arguments": {"point": [x, y]}}},
            {"id": one.id, "text": said, "dialect": "qwen"},
            {"id": one.id, "point": [x, 2000]},
            {"id": one.id, "point": None},
        ][number % 5])  # fmt: skip
    path = tmp_path / "p.jsonl"
    path.write_text("\n".join(map(json.dumps, lines)))
    ran = run("--data", sets["v2"], "--predictions", path, "--out", tmp_path / "run")
    assert ran.exit_code == 0, ran.output
    assert value(tmp_path / "run", "all") == 9 / 15


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"img_filename": "../x.png"}, "no relative path"),
        ({"img_filename": "none.png"}, "missing|give --images"),
        ({"bbox": [1, 2, 3]}, "four numbers"),
        ({"bbox": [1, 2, True, 4]}, "four numbers"),
        ({"bbox": [1, 2, 10**400, 4]}, "four numbers"),
        ({"bbox": [1, 2, float("nan"), 4]}, "four numbers"),
        ({"img_size": [float("inf"), 10]}, "'img_size'"),
        ({"img_size": [0.5, 10]}, "'img_size'"),
        ({"img_size": [10**400, 10]}, "'img_size'"),
        ({"img_size": "10x10"}, "'img_size'"),
        ({"img_filename": "a" * 5000}, "no name of a file"),
        ({"img_filename": "\ud800.png"}, "no name of a file"),
        ({"data_type": "picture"}, "text or icon"),
        ({"instruction": 3}, "'instruction' is int"),
    ],
)
def test_an_entry_that_is_none_is_named(tmp_path, change, message):
    make_set(tmp_path, 2, 0, "v1")
    file = tmp_path / "screenspot_web.json"
    entries = json.loads(file.read_text())
    entries[1] |= change
    file.write_text(json.dumps(entries))
    with pytest.raises(EnvError, match=message) as caught:
        read_targets(tmp_path)
    assert "screenspot_web.json, entry 1" in str(caught.value) or "none.png" in str(caught.value)


def test_folders_that_are_no_set(tmp_path):
    with pytest.raises(EnvError, match="no annotations"):
        read_targets(tmp_path)
    for text, message in (("{}", "dict, not a list"), ("[1]", "no ScreenSpot file"), ("[", "cannot read")):
        (tmp_path / "a.json").write_text(text)
        with pytest.raises(EnvError, match=message):
            read_targets(tmp_path)


def test_pictures_elsewhere_and_a_platform_from_the_source(tmp_path):
    make_set(tmp_path / "set", 1, 0, "v1")
    (tmp_path / "set" / "screenspot_imgs").rename(tmp_path / "pictures")
    with pytest.raises(EnvError, match="give --images"):
        read_targets(tmp_path / "set")
    assert len(read_targets(tmp_path / "set", tmp_path / "pictures")) == 3
    for file in (tmp_path / "set").glob("*.json"):
        file.rename(file.with_name({"mobile": "a", "desktop": "b", "web": "c"}[file.stem.split("_")[1]] + ".json"))
    (tmp_path / "moved").mkdir()
    for file in (tmp_path / "set").glob("*.json"):
        file.rename(tmp_path / "moved" / file.name)
    found = read_targets(tmp_path / "moved", tmp_path / "pictures")
    assert [one.platform for one in found.values()] == ["mobile", "desktop", "web"]


def test_gymnasiums_own_checker_finds_nothing(sets):
    check_env(make_env("ScreenSpot", data=str(sets["pro"]), item="web_0002").unwrapped)
    with pytest.raises(EnvError, match="no target"):
        make_env("ScreenSpot", data=str(sets["pro"]), item="nine")
    with pytest.raises(EnvError, match="--data"):
        make_env("ScreenSpot").reset()


def test_a_file_that_is_no_predictions_is_named(sets, tmp_path):
    (tmp_path / "p.jsonl").write_text('{"id": "web_0000"}')
    ran = run("--data", sets["pro"], "--predictions", tmp_path / "p.jsonl", "--out", tmp_path / "run")
    assert isinstance(ran.exception, RecordError)
    assert "neither 'call' nor 'text'" in str(ran.exception)


@pytest.mark.parametrize("release", ["v1", "v2", "pro"])
def test_the_command_makes_a_set_and_writes_none_over(tmp_path, release):
    words = ["make", "screenspot", str(tmp_path / "set"), "--count", "2", "--seed", "4", "--release", release]
    made = CliRunner().invoke(data_app, words)
    assert made.exit_code == 0, made.output
    assert "wrote 6 targets of mobile, desktop, web" in made.output.replace("\n", " ")
    make_set(tmp_path / "same", 2, 4, release)
    first, second = (list(read_targets(tmp_path / name).values()) for name in ("set", "same"))
    assert [(one.id, one.box, one.instruction) for one in first] == [
        (one.id, one.box, one.instruction) for one in second
    ]
    again = CliRunner().invoke(data_app, words)
    assert isinstance(again.exception, RecordError)
    assert "already holds a set" in str(again.exception)
