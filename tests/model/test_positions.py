"""M-RoPE positions are those of transformers' get_rope_index."""

from __future__ import annotations

from pathlib import Path

import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from transformers import Qwen2VLConfig
from transformers.models.qwen2_vl.modeling_qwen2_vl import Qwen2VLModel

from model.qwen2vl.positions import Run, positions
from model.qwen2vl.preprocess import Grid

IMAGE, VIDEO = 5, 6
GRIDS = st.builds(Grid, st.just(1), st.integers(1, 6).map(lambda n: 2 * n), st.integers(1, 6).map(lambda n: 2 * n))
VIDEOS = st.builds(
    Grid, st.integers(2, 4), st.integers(1, 4).map(lambda n: 2 * n), st.integers(1, 4).map(lambda n: 2 * n)
)


def theirs(runs: list[tuple[int, Run]]) -> torch.Tensor:
    ids, types = [], []
    grids: dict[int, list[list[int]]] = {1: [], 2: []}
    for kind, run in runs:
        count = run if isinstance(run, int) else run.tokens(2)
        types += [kind] * count
        ids += [{0: 0, 1: IMAGE, 2: VIDEO}[kind]] * count
        if not isinstance(run, int):
            grids[kind].append([run.t, run.h, run.w])
    with torch.device("meta"):
        model = Qwen2VLModel(Qwen2VLConfig(text_config={"num_hidden_layers": 1}, vision_config={"depth": 1}))
    found = model.get_rope_index(
        torch.tensor([ids]),
        torch.tensor([types]),
        torch.tensor(grids[1]) if grids[1] else None,
        torch.tensor(grids[2]) if grids[2] else None,
    )
    return found[0][:, 0]


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.one_of(
            st.tuples(st.just(0), st.integers(1, 9)), st.tuples(st.just(1), GRIDS), st.tuples(st.just(2), VIDEOS)
        ),
        min_size=1,
        max_size=6,
    )
)
def test_positions_equal_get_rope_index_on_any_mix(mix: list[tuple[int, Run]]) -> None:
    # A vision run always lies between its start and end tokens; neighbours of one kind would be taken for one run.
    runs = [run for kind, item in mix for run in ([(0, 1), (kind, item), (0, 1)] if kind else [(0, item)])]
    merged: list[tuple[int, Run]] = []
    for kind, run in runs:
        if kind == 0 and merged and merged[-1][0] == 0:
            merged[-1] = (0, merged[-1][1] + run)  # type: ignore[operator]
        else:
            merged.append((kind, run))
    ours = positions([run for _, run in runs], merge=2)
    assert torch.equal(ours.ids, theirs(merged))
    assert ours.end == int(ours.ids[0, -1]) + 1


def test_an_image_moves_the_position_by_its_longer_side() -> None:
    assert positions([3, Grid(1, 4, 10), 1], merge=2).ids[:, -1].tolist() == [8, 8, 8]


def test_positions_go_on_where_they_stopped() -> None:
    whole = positions([2, Grid(1, 4, 4), 5], merge=2)
    head = positions([2, Grid(1, 4, 4)], merge=2)
    tail = positions([5], merge=2, start=head.end)
    assert torch.equal(torch.cat([head.ids, tail.ids], dim=1), whole.ids)


def test_no_runs_have_no_positions(tmp_path: Path) -> None:
    assert positions([], merge=2).ids.shape == (3, 0)
