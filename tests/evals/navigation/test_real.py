"""Reference rows on the real annotations and graphs (../shared/reference/cards_and_navigation.md, section 3)."""

from __future__ import annotations

from pathlib import Path

import pytest

from envs.navigation.matterport import Matterport
from envs.navigation.options import RealOptions
from evals.navigation.benchmarks import R2R, REVERIE, Benchmark
from evals.navigation.metrics import add_up
from evals.navigation.score import score
from evals.navigation.walkers import walk


@pytest.fixture
def vln(data: Path) -> Path:
    if not (data / "vln").is_dir():
        pytest.skip(f"no navigation data in {data}")
    return data / "vln"


def rows_of(benchmark: Benchmark, vln: Path, split: str, walker: str) -> tuple[dict[str, float], int]:
    world = Matterport(benchmark.kind, RealOptions(data=str(vln), split=split))
    scores = [
        score(benchmark, world, one, walk(walker, one, world.graph(one.scan)))
        for one in sorted(world.instructions, key=lambda one: one.scan)
    ]
    assert not any(one.problem for one in scores)
    return {row.metric: row.value for row in add_up(benchmark, scores) if row.name == "all"}, len(scores)


def test_r2r_val_seen(vln: Path) -> None:
    shortest, count = rows_of(R2R, vln, "val_seen", "shortest_path")
    assert count == 1021
    assert shortest["TL"] == pytest.approx(10.186, abs=5e-4)
    assert shortest["NE"] == 0
    assert shortest["SR"] == shortest["OSR"] == shortest["SPL"] == 1
    stay, _ = rows_of(R2R, vln, "val_seen", "stay")
    assert stay["NE"] == pytest.approx(10.186, abs=5e-4)
    assert stay["nDTW"] == pytest.approx(0.2092, abs=5e-5)
    assert stay["CLS"] == pytest.approx(0.1781, abs=5e-5)
    assert stay["TL"] == stay["SR"] == stay["OSR"] == stay["SPL"] == stay["SDTW"] == 0


def test_the_random_agent_of_r2r(vln: Path) -> None:
    """The R2R paper (arXiv 1711.07280) has TL 9.77, NE 9.23, SR 16.3, OSR 22.0 on val_unseen."""
    found, count = rows_of(R2R, vln, "val_unseen", "random")
    assert count == 2349
    assert found["TL"] == pytest.approx(9.77, abs=0.3)
    assert found["NE"] == pytest.approx(9.23, abs=0.4)
    assert found["SR"] == pytest.approx(0.163, abs=0.025)
    assert found["OSR"] == pytest.approx(0.22, abs=0.025)


def test_reverie_val_unseen(vln: Path) -> None:
    reference, count = rows_of(REVERIE, vln, "val_unseen", "reference")
    assert count == 3521
    assert reference["SR"] == reference["OSR"] == reference["SPL_reference"] == 1
    assert reference["RGS"] == 0
    stay, _ = rows_of(REVERIE, vln, "val_unseen", "stay")
    assert stay["SR"] == stay["OSR"] == stay["SPL"] == 0


@pytest.mark.slow
def test_reverie_val_seen(vln: Path) -> None:
    reference, count = rows_of(REVERIE, vln, "val_seen", "reference")
    assert count == 1423
    assert reference["SR"] == reference["OSR"] == reference["SPL"] == 1
