"""The speed benchmark's own arithmetic; its figures are for people, not for tests."""

from __future__ import annotations

import json
from dataclasses import asdict, replace
from pathlib import Path

import pytest

from evals.speed import forcing, pieces, stages, throughput, windows
from evals.speed.alone import alone
from evals.speed.ceilings import Ceilings, middle
from evals.speed.field import Race, Taken, digest_of_engine, gather, taken
from evals.speed.floor import floor_ratios, floors
from evals.speed.laps import laps_table
from evals.speed.names import HELD, LLAMA, OURS, SCRATCH
from evals.speed.ours import OurPeer
from evals.speed.peers.base import PeerError, PeerStep
from evals.speed.race import Entry, Lap, draw, read, run
from evals.speed.ratio import Ratio, race_ratios, token_seconds
from model.qwen2vl.model import Qwen2VL


class Fake:
    """A peer whose steps take as long as it is told."""

    def __init__(self, name: str, seconds: float, fail_at: int | None = None) -> None:
        self.name, self.seconds, self.fail_at = name, seconds, fail_at
        self.begun = self.steps = 0

    def facts(self) -> dict[str, str]:
        return {}

    def begin(self) -> None:
        self.begun += 1

    def step(self, screenshot: Path, text: str, tokens: int) -> PeerStep:
        self.steps += 1
        if self.steps == self.fail_at:
            raise PeerError("gone")
        return PeerStep(self.seconds, self.seconds / 2, 11, "call", 10, 5)

    @property
    def group(self) -> int:
        return 0

    def memory(self) -> int:
        return 2**30

    def close(self) -> None: ...


def race(peers: list[Fake], out: Path, repeats: int = 2, steps: int = 3) -> list[Lap]:
    return run([Entry(peer, steps) for peer in peers], repeats, 20, out, lambda peer: None, lambda lap: None)


def test_an_interrupted_race_goes_on_after_its_last_whole_repeat(tmp_path: Path) -> None:
    with pytest.raises(PeerError):
        race([Fake("a", 1.0), Fake("b", 2.0, fail_at=6)], tmp_path)
    assert len(read(tmp_path / "laps.jsonl")) == 9  # one repeat, and a step and a half
    (tmp_path / "laps.jsonl").open("a").write('{"cut')
    again = [Fake("a", 1.0), Fake("b", 2.0)]
    laps = race(again, tmp_path)
    assert [peer.begun for peer in again] == [2, 2]  # once to warm up
    assert sorted((lap.peer, lap.repeat, lap.step) for lap in laps) == sorted(
        (name, repeat, step) for name in "ab" for repeat in range(2) for step in range(1, 4)
    )


def test_laps_are_taken_for_those_of_the_same_race_alone(tmp_path: Path) -> None:
    this = Race("model", 24, 8, 40, digest_of_engine())
    assert taken(tmp_path, this, ["a"]) == Taken()
    kept = Taken({"a": 24}, {"a": {}}, {"b": "not installed"}, asdict(this))
    (tmp_path / "engines.json").write_text(json.dumps(asdict(kept)))
    assert taken(tmp_path, this, ["a"]) == kept
    assert taken(tmp_path, this, ["a", "b"]) == Taken()  # it may be installed now
    for other in (replace(this, tokens=41), replace(this, engine="another")):
        with pytest.raises(PeerError, match="take another --out"):
            taken(tmp_path, other, ["a"])


def test_every_step_has_a_screenshot_of_its_own(tmp_path: Path) -> None:
    assert draw(tmp_path, 0, 1).read_bytes() != draw(tmp_path, 0, 2).read_bytes()
    assert draw(tmp_path, 0, 1) == draw(tmp_path, 0, 1)


def lap(peer: str, repeat: int, step: int, seconds: float) -> Lap:
    return Lap(peer, repeat, step, seconds, seconds - 1.0, 11, "call", 10, 5, 0)


def test_ratios_are_paired_within_a_repeat() -> None:
    laps = [
        lap(peer, repeat, step, seconds * (repeat + 1) * (2 if step == 12 else 1))
        for repeat in range(3)
        for step in (2, 8, 12)
        for peer, seconds in ((HELD, 2.0), (OURS, 3.0), (SCRATCH, 20.0), (LLAMA, 8.0))
        if step < 12 or peer.startswith("ours")
    ]
    found = {ratio.name: ratio for ratio in race_ratios(laps, 12)}
    assert found["step8_vs_scratch"] == Ratio("step8_vs_scratch", 0.1, 0.1, 0.1, 3)
    assert found["step8_free_vs_llamacpp"].middle == pytest.approx(3 / 8)
    assert found["step12_vs_step2"].middle == 2.0
    assert found["decode_vs_best_peer"].middle == 1.0
    assert "step8_vs_vllm" not in found
    assert token_seconds(laps[0]) == pytest.approx(0.1)
    assert "3 different" not in laps_table(laps).note


def test_a_spread_across_one_is_a_tie_and_targets_are_judged_by_the_median() -> None:
    assert Ratio.over("step8_vs_vllm", [0.3, 0.9, 1.2]).tie
    assert Ratio.over("step8_vs_vllm", [0.3, 0.39, 0.5]).met
    assert not Ratio.over("gemm_share_encode", [0.8, 0.8, 0.9]).met
    assert Ratio.over("unheard_of", [1.0]).met is None


def test_the_middle_of_several_runs() -> None:
    calls = []
    assert middle(lambda: calls.append(1), 3) >= 0
    assert len(calls) == 4


def test_every_stage_is_measured(tiny_checkpoint: Path) -> None:
    model = Qwen2VL(str(tiny_checkpoint))
    found = stages.measure(model, pasts=(8, 600), tokens=(1, 3))
    assert [(one.past, one.tokens) for one in found.decode] == [(8, 1), (8, 3), (600, 1), (600, 3)]
    assert found.decode[2].read - found.decode[0].read == 592 * model.checkpoint.language.cache_shape.token_bytes
    assert found.encode_flop > 0 < found.prefill_flop
    small = pieces.measure(model)
    assert 0 < small.mask <= small.slowest
    assert small.preprocess > 0
    assert small.transformers > 0
    together = throughput.measure(model, counts=(1, 3), tokens=4)
    assert [one.together for one in together] == [1, 3]
    assert all(one.equal for one in together)


def test_a_floor_is_the_work_at_the_best_rates_and_nothing_of_ours(tiny_checkpoint: Path) -> None:
    model = Qwen2VL(str(tiny_checkpoint))
    language = model.checkpoint.language
    head = 2 * language.hidden * language.vocabulary
    whole, parts = language.flop(50), language.flop(30) + language.flop(20, past=30)
    assert whole == parts - head  # computed in two goes, the head is needed twice

    laps = [
        Lap(HELD, 0, step, 99.0, 1.0, 11, "call", 500 * step, 500 * (step - 1), 0, None, 7)
        for step in (2, 8, 24)
    ] + [lap(LLAMA, 0, 8, 4.0), lap(LLAMA, 1, 8, 2.0)]  # fmt: skip
    found = floors(laps, model, Ceilings(1e9, 1e8))
    assert [one.step for one in found] == [2, 8, 24]
    eighth = found[1]
    assert eighth.read == 7 * (language.weight_bytes + 4000 * language.cache_shape.token_bytes)
    assert eighth.seconds == pytest.approx((eighth.encode + eighth.prefill) / 1e9 + eighth.read / 1e8)
    ratios = {ratio.name: ratio for ratio in floor_ratios(found, laps)}
    assert ratios["floor8_vs_llamacpp"].high == pytest.approx(eighth.seconds / 2)
    assert ratios["floor24_vs_floor2"].middle > 1
    assert "floor8_vs_vllm" not in ratios


def test_windows_are_compared_after_a_drop(tiny_checkpoint: Path) -> None:
    model = Qwen2VL(str(tiny_checkpoint))
    found = windows.compare(model, steps=14, tokens=400, side=112)
    assert found
    assert all(one.dropped > 0 and one.divergence >= -1e-6 for one in found)
    phone, desktop = windows.spans(model)
    assert phone.positions < phone.tokens + 1
    assert phone.until_positions_end >= phone.kept > 0 < desktop.kept


def test_dictated_answers_come_out_as_dictated(qwen_checkpoint: Path, data: Path) -> None:
    model = Qwen2VL(str(qwen_checkpoint))
    episodes = forcing.episodes(data / "aitz")
    assert len(episodes[0]) == 4
    found = forcing.measure(model, episodes[0][:1], repeats=1)
    assert {one.dialect for one in found} == {"qwen", "hermes"}
    for one in found:
        assert 0 < one.forced < one.tokens
        assert one.passes < one.free_passes
        assert one.passes == one.tokens - one.forced - 1 or one.passes < one.tokens - one.forced
    guessed = forcing.guess(model, episodes[0], (0, 5))
    assert len({one.tokens for one in guessed}) == 1
    assert guessed[1].passes + guessed[1].guessed == guessed[0].passes


def test_without_peers_there_is_still_a_report(tiny_checkpoint: Path) -> None:
    ours = OurPeer(tiny_checkpoint)
    assert {ratio.name for ratio in alone(ours, None, 1, deep=False).ratios} >= {"gemm_share_encode", "bandwidth_share"}
    assert ours.name == OURS


def test_an_engine_nobody_knows_is_refused_with_the_names_there_are(tmp_path: Path) -> None:
    with pytest.raises(PeerError, match="vLLM.*llama-server"):
        gather(tmp_path, 2, 2, ["vllm"])
