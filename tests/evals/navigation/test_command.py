"""The commands on files: `visuomotor eval r2r`, `eval reverie` and `record navigation`."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import typer
from PIL import Image
from typer.testing import CliRunner

from agent.demonstrations import Demonstrations, Selection
from agent.record import RecordError
from envs.base import EnvError
from evals.navigation.command import r2r, reverie
from evals.navigation.recording import record
from evals.navigation.submission import read_submission
from evals.navigation.walkers import WALKERS
from evals.summary import read_summary
from model.base import Generated
from tests.evals.navigation.town import write_town

app = typer.Typer()
app.command()(r2r)
app.command()(reverie)
app.command()(record)


def run(*arguments: str | Path) -> tuple[int, str]:
    found = CliRunner().invoke(app, [str(argument) for argument in arguments])
    if isinstance(found.exception, Exception):
        raise found.exception
    return found.exit_code, found.output


@pytest.fixture
def town(tmp_path: Path) -> Path:
    return write_town(tmp_path / "data")


def rows_of(out: Path) -> dict[str, float]:
    return {row.metric: row.value for row in read_summary(out / "summary.json") if row.name == "all"}


def test_walkers_and_their_submission(town: Path, tmp_path: Path) -> None:
    first, second = tmp_path / "first", tmp_path / "second"
    status, told = run("r2r", "--split", "val", "--data", town, "--model", "shortest_path", "--out", first)
    assert status == 0
    assert "0 of 7 instructions" in told
    found = rows_of(first)
    assert found["SR"] == found["SPL"] == found["nDTW"] == 1
    # What a run wrote is scored the same when it is read.
    again, _ = run(
        "r2r", "--split", "val", "--data", town, "--trajectories", first / "submission.json", "--out", second
    )
    assert again == 0
    assert rows_of(second) == found
    assert (second / "submission.json").read_text() == (first / "submission.json").read_text()


def test_staying(town: Path, tmp_path: Path) -> None:
    status, _ = run("reverie", "--split", "val", "--data", town, "--model", "stay", "--out", tmp_path / "out")
    assert status == 0
    found = rows_of(tmp_path / "out")
    assert found["SR"] == found["OSR"] == found["SPL"] == found["RGS"] == found["TL"] == 0


def test_the_official_instructions(town: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    _, told = run("r2r", "--split", "val", "--data", town, "--model", "stay", "--official", "--out", out)
    assert "of 6 instructions" in told


def test_a_corrupted_graph_costs_its_own_instructions(town: Path, tmp_path: Path) -> None:
    paths = json.loads((town / "R2R" / "R2R_val.json").read_text())
    paths[0]["scan"] = "broken"
    (town / "R2R" / "R2R_val.json").write_text(json.dumps(paths))
    (town / "connectivity" / "broken_connectivity.json").write_text('[{"image_id": "a"')
    out = tmp_path / "out"
    status, told = run("r2r", "--split", "val", "--data", town, "--model", "reference", "--out", out)
    assert status == 1
    assert "broken_connectivity.json" in told
    assert "3 of 7 instructions" in told
    assert rows_of(out)["SR"] == pytest.approx(4 / 7)


def test_an_unknown_object_and_missing_boxes_are_told(town: Path, tmp_path: Path) -> None:
    tasks = json.loads((town / "REVERIE" / "REVERIE_val.json").read_text())
    tasks.append({**tasks[0], "id": "2_77", "objId": 77})
    (town / "REVERIE" / "REVERIE_val.json").write_text(json.dumps(tasks))
    out = tmp_path / "out"
    status, told = run("reverie", "--split", "val", "--data", town, "--model", "reference", "--out", out)
    assert status == 1
    assert "town.json has no object '77'" in told.replace("\n", "")
    assert rows_of(out)["SR"] == 0.5


def test_resuming_a_walk_and_another_setting(town: Path, tmp_path: Path) -> None:
    arguments = ["r2r", "--split", "val", "--data", town, "--out", tmp_path / "out"]
    run(*arguments, "--model", "stay")
    with pytest.raises(RecordError, match="already holds a run"):
        run(*arguments, "--model", "stay")
    assert run(*arguments, "--model", "stay", "--resume")[0] == 0
    with pytest.raises(RecordError, match="was run with model"):
        run(*arguments, "--model", "straight", "--resume")


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (("--split", "val"), "either --model MODEL or --trajectories FILE"),
        (("--split", "val", "--model", "stay", "--trajectories", "x.json"), "either --model"),
        (("--split", "val_seen", "--model", "stay"), "with --data, or take the shipped ones"),
        (("--split", "synthetic-test", "--model", "stay"), "there is no split 'synthetic-test'"),
        (("--split", "val_seen", "--model", "stay", "--data", "nowhere"), "R2R_val_seen.json is missing"),
        (("--model", "stay", "--data", "nowhere"), "the split synthetic is shipped"),
        (("--split", "../../etc", "--model", "stay", "--data", "nowhere"), "split is a name"),
    ],
)
def test_what_cannot_be_run(arguments: tuple[str, ...], reason: str, tmp_path: Path) -> None:
    with pytest.raises(EnvError) as found:
        run("r2r", *arguments, "--out", tmp_path / "out")
    assert reason in str(found.value)
    assert not (tmp_path / "out").exists()


def without_paths(town: Path, benchmark: str) -> None:
    """A test split: the starts alone, and in REVERIE no object either."""
    paths = json.loads((town / benchmark / f"{benchmark}_val.json").read_text())
    for one in paths:
        one["path"] = one["path"][:1]
        one.pop("objId", None)
    (town / benchmark / f"{benchmark}_test.json").write_text(json.dumps(paths))


@pytest.mark.parametrize(("benchmark", "count"), [("R2R", 7), ("REVERIE", 2)])
@pytest.mark.parametrize("played", [False, True])
def test_a_split_without_public_paths_is_handed_in(
    town: Path, tmp_path: Path, benchmark: str, count: int, played: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    if played:
        monkeypatch.delitem(WALKERS, "random")  # the model of that name then acts in the env
    without_paths(town, benchmark)
    out = tmp_path / "out"
    arguments = [benchmark.lower(), "--split", "test", "--data", town]
    status, told = run(*arguments, "--model", "random", "--out", out)
    assert status == 0
    assert (out / "episodes").exists() == played
    assert "not scored" in told
    assert f"0 of {count} instructions" in told
    assert len(read_submission(out / "submission.json").trajectories) == count
    assert not {"SR", "SPL", "NE"} & rows_of(out).keys()
    again = run(*arguments, "--trajectories", out / "submission.json", "--out", tmp_path / "again")
    assert again[0] == 0
    assert (tmp_path / "again" / "submission.json").read_text() == (out / "submission.json").read_text()


def test_what_nobody_can_walk_is_not_handed_in(town: Path, tmp_path: Path) -> None:
    without_paths(town, "R2R")
    path, out = tmp_path / "mine.json", tmp_path / "out"
    path.write_text(json.dumps([{"instr_id": "1_0", "trajectory": [["a", 0, 0], ["e", 0, 0]]}]))
    status, told = run("r2r", "--split", "test", "--data", town, "--trajectories", path, "--out", out)
    assert status == 1
    assert "1_0: step 1 goes from a to e" in told
    assert "7 of 7 instructions" in told
    assert read_submission(out / "submission.json").trajectories == {}
    for model in ("shortest_path", "oracle"):
        status, told = run("r2r", "--split", "test", "--data", town, "--model", model, "--out", tmp_path / model)
        assert status == 1
        assert "not public" in told
        assert read_submission(tmp_path / model / "submission.json").trajectories == {}
    with pytest.raises(EnvError, match="not public"):
        run("record", "--split", "test", "--data", town, "--out", tmp_path / "demos")


def lines_of(out: Path) -> dict[str, dict[str, object]]:
    lines = [json.loads(line) for line in (out / "instructions.jsonl").read_text().splitlines()]
    return {line["instr_id"]: line for line in lines}


@pytest.mark.parametrize("model", ["oracle", "oracle-text"])
def test_the_oracle_through_the_env(town: Path, tmp_path: Path, model: str) -> None:
    out = tmp_path / "out"
    arguments = ["reverie", "--split", "val", "--data", town, "--model", model, "--out", out]
    assert run(*arguments)[0] == 0
    found = rows_of(out)
    assert found["SR"] == found["SPL"] == found["RGS"] == found["RGSPL"] == 1
    entries = json.loads((out / "submission.json").read_text())
    assert [pose[0] for pose in entries[0]["trajectory"]] == list("bace")
    assert entries[0]["predObjId"] == 5
    assert (out / "episodes.html").exists()
    _, told = run(*arguments, "--resume")
    assert "2 of 2 episodes are already recorded" in told
    assert rows_of(out) == found


def test_a_larger_sample_goes_on_with_a_smaller_one(town: Path, tmp_path: Path) -> None:
    arguments = ["r2r", "--split", "val", "--data", town, "--model", "oracle", "--out", tmp_path / "out"]
    run(*arguments, "--sample", "2")
    assert len(lines_of(tmp_path / "out")) == 2
    _, told = run(*arguments, "--sample", "4", "--resume")
    assert "2 of 4 episodes are already recorded" in told
    assert len(lines_of(tmp_path / "out")) == 4


def test_the_limit_of_steps_ends_where_it_stands(town: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    run("r2r", "--split", "val", "--data", town, "--model", "oracle", "--steps", "2", "--out", out)
    found = lines_of(out)
    assert (found["1_0"]["NE"], found["1_0"]["SR"]) == (0, 1)  # there without having said so
    assert (found["2_0"]["NE"], found["2_0"]["SR"]) == (2, 1)
    assert found["2_0"]["SPL"] == 1


def pictured(folder: Path, viewpoints: str) -> Path:
    images = folder / "town" / "matterport_skybox_images"
    images.mkdir(parents=True)
    for viewpoint in viewpoints:
        Image.new("RGB", (384, 64), "gray").save(images / f"{viewpoint}_skybox_small.jpg")
    return images


def test_missing_and_corrupted_pictures_cost_their_own_episodes(town: Path, tmp_path: Path) -> None:
    images, out = pictured(tmp_path / "images", "abcd"), tmp_path / "out"  # e, on the second path, is missing
    arguments = ["r2r", "--split", "val", "--data", town, "--images", tmp_path / "images", "--model", "oracle"]
    status, told = run(*arguments, "--out", out)
    assert status == 1
    assert "counted as failed: 4 of 7" in told
    found = lines_of(out)
    assert found["1_0"]["SR"] == 1
    assert "viewpoint e of scan town" in str(found["2_0"]["problem"])
    assert rows_of(out)["SR"] == pytest.approx(3 / 7)
    # With the picture there, what had failed is played again, and nothing else.
    Image.new("RGB", (384, 64), "gray").save(images / "e_skybox_small.jpg")
    _, told = run(*arguments, "--out", out, "--resume")
    assert "3 of 7 episodes are already recorded" in told
    assert rows_of(out)["SR"] == 1
    (images / "d_skybox_small.jpg").write_bytes(b"no picture")
    run(*arguments, "--out", tmp_path / "other")
    assert "d_skybox_small.jpg" in str(lines_of(tmp_path / "other")["1_0"]["problem"])


def test_recording_the_oracle(town: Path, tmp_path: Path) -> None:
    out = tmp_path / "demos"
    arguments = ["record", "--benchmark", "reverie", "--split", "val", "--data", town, "--out", out]
    status, told = run(*arguments)
    assert status == 0
    assert "2 of 2 episodes are solved" in told
    demonstrations = Demonstrations([out], Selection(min_return=1.0))
    assert len(demonstrations) == 2
    learnt = [part.text for message in demonstrations[0] for part in message.parts if isinstance(part, Generated)]
    assert "go_to" in learnt[0]
    assert '"object": 5' in learnt[-1]
    assert "2 of 2 episodes are already recorded" in run(*arguments, "--resume")[1]
    with pytest.raises(EnvError, match="r2r, reverie"):
        run("record", "--benchmark", "rxr", "--out", tmp_path / "other")


@pytest.mark.slow
@pytest.mark.parametrize("benchmark", ["r2r", "reverie"])
def test_the_shipped_buildings(benchmark: str, tmp_path: Path) -> None:
    """A fresh machine has these alone."""
    status, _ = run(benchmark, "--model", "oracle", "--sample", "3", "--out", tmp_path / "oracle")
    assert status == 0
    assert rows_of(tmp_path / "oracle")["SPL"] == 1
    rates = {}
    for walker in ("shortest_path", "straight", "random", "stay"):
        assert run(benchmark, "--model", walker, "--out", tmp_path / walker)[0] == 0
        rates[walker] = rows_of(tmp_path / walker)["SR"]
    assert rates["shortest_path"] == 1
    assert rates["stay"] == 0
    assert 0 < rates["straight"] < 0.25
    assert 0 < rates["random"] < 0.25
