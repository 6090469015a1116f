"""`visuomotor data check aitz`."""

from __future__ import annotations

import json

import pytest
from typer.testing import CliRunner

from envs.base import EnvError
from evals.data import app
from tests.envs.replay.made import change, first_json, make


def test_defects_are_listed_with_their_places_and_what_will_be_evaluated(tmp_path):
    make(tmp_path, 4)
    path = first_json(tmp_path)
    change(path, lambda steps: steps[0].update(result_touch_yx="[", result_action_type=4))
    result = CliRunner().invoke(app, ["check", "aitz", str(tmp_path)])
    assert result.exit_code == 1
    assert f"unreadable field: {path}: step 0: result_touch_yx: is no JSON" in result.output
    assert f"missing step: {path}: no step has step_id 0" in result.output
    assert "1 parts are left out" in result.output


def test_as_json_it_is_one_object(tmp_path):
    make(tmp_path, 4)
    result = CliRunner().invoke(app, ["check", "aitz", str(tmp_path), "--json"])
    facts = json.loads(result.output)
    assert result.exit_code == 1
    assert {defect["kind"] for defect in facts["defects"]} == {"count differs from the published"}
    assert facts["evaluated"]["all"]["episodes"] == 4
    assert facts["published"]["all"] == {"episodes": 506, "steps": 4724}


@pytest.mark.parametrize("name", ["a" * 300, "a" * 5000, "\ud800.png", f"{chr(0xDC80)}.png"])
@pytest.mark.parametrize("words", [[], ["--json"]])
def test_a_picture_whose_name_is_none_is_listed(tmp_path, name, words):
    make(tmp_path, 4)
    path = first_json(tmp_path)
    change(path, lambda steps: steps[0].update(image_path=name))
    result = CliRunner().invoke(app, ["check", "aitz", str(tmp_path), *words])
    assert result.exit_code == 1, result.exception
    assert f"{path}: step 0: image_path" in result.output
    assert ("refused path" in result.output) == (name != "\udc80.png")
    assert ("missing image" in result.output) == (name == "\udc80.png")


@pytest.mark.parametrize("words", [[], ["--json"]])
def test_ids_that_no_encoding_writes_are_listed(tmp_path, words):
    make(tmp_path, 4)
    change(first_json(tmp_path), lambda steps: steps[-1].update(episode_id="\ud800"))
    result = CliRunner().invoke(app, ["check", "aitz", str(tmp_path), *words])
    assert result.exit_code == 1, result.exception
    assert "foreign id" in result.output


def test_a_set_as_published_has_no_defect(tmp_path, monkeypatch):
    from envs.replay import check
    from envs.replay.aitz import read_set

    make(tmp_path, 4)
    monkeypatch.setitem(check.PUBLISHED, "test", check.counts(read_set(tmp_path)))
    result = CliRunner().invoke(app, ["check", "aitz", str(tmp_path)])
    assert result.exit_code == 0, result.output
    assert "no defects" in result.output


def test_no_set_at_all_is_an_error(tmp_path):
    result = CliRunner().invoke(app, ["check", "aitz", str(tmp_path)])
    assert isinstance(result.exception, EnvError)
    with pytest.raises(EnvError, match="holds no episodes"):
        raise result.exception


def test_names_of_folders_are_no_markup(tmp_path):
    make(tmp_path, 1)
    subset = first_json(tmp_path).parent.parent
    subset.rename(subset.with_name("[bold]"))
    result = CliRunner().invoke(app, ["check", "aitz", str(tmp_path)])
    assert result.exit_code == 1, result.output
    assert "\n [bold] " in result.output


def test_a_damaged_picture_is_a_defect_and_counts_as_none(tmp_path):
    make(tmp_path, 1)
    path = first_json(tmp_path)
    picture = path.with_name(f"{path.stem}_1.png")
    picture.write_bytes(picture.read_bytes()[:400])
    result = CliRunner().invoke(app, ["check", "aitz", str(tmp_path)])
    assert f"damaged image: {path}: step 1: image_path: {picture.name!r} cannot be decoded" in result.output
    assert "1 steps have no whole picture" in result.output
