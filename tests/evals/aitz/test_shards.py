"""Shards: together everything, nothing twice; merged only where they belong together."""

from __future__ import annotations

import json
from itertools import chain
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.record import RecordError
from envs.base import EnvError
from evals.aitz.merge import merge_runs
from evals.aitz.shards import Shard


@given(st.lists(st.integers(), max_size=40), st.integers(1, 9))
def test_shards_are_a_partition_in_order_and_of_like_size(items, of):
    parts = [Shard(part, of).take(items) for part in range(1, of + 1)]
    assert sorted(chain.from_iterable(parts)) == sorted(items)
    assert max(map(len, parts)) - min(map(len, parts)) <= 1
    assert all(part == items[at::of] for at, part in enumerate(parts))


@pytest.mark.parametrize("text", ["0/2", "3/2", "1", "a/b", "1/0", "-1/2", "1/2/3", "1" * 9 + "/2"])
def test_what_is_no_shard_is_refused(text):
    with pytest.raises(EnvError, match="k/n with k from 1 to n"):
        Shard.read(text)


def test_the_whole_is_one_of_one():
    assert (Shard.read(""), str(Shard()), Shard.read("2/4")) == (Shard(1, 1), "1/1", Shard(2, 4))


def a_run(folder: Path, **settings) -> Path:
    folder.mkdir()
    told = {"eval": "aitz", "model": "oracle", "split": "test", "shard": "1/2", **settings}
    (folder / "run.json").write_text(json.dumps({"settings": told}))
    return folder


def test_runs_of_other_settings_are_not_merged(tmp_path):
    one, other = a_run(tmp_path / "a"), a_run(tmp_path / "b", shard="2/2", history="own")
    with pytest.raises(RecordError, match="history is None and 'own'"):
        merge_runs([one, other], tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_what_is_no_run_of_a_model_is_not_merged(tmp_path):
    with pytest.raises(RecordError, match="is missing or damaged"):
        merge_runs([tmp_path], tmp_path / "out")
    with pytest.raises(RecordError, match="no run of a model"):
        merge_runs([a_run(tmp_path / "a", eval="cards")], tmp_path / "out")
    with pytest.raises(RecordError, match="name the runs"):
        merge_runs([], tmp_path / "out")
    (tmp_path / "there").mkdir()
    with pytest.raises(RecordError, match="exists already"):
        merge_runs([a_run(tmp_path / "b")], tmp_path / "there")
