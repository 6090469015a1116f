"""The least a step can take on this machine, whoever computes it: the proof where a target is out of reach.

A step that computes no token twice still has to multiply its screenshot's patches and its new tokens with the weights
and with the past (at best at the rate of torch's own matrix product), and to read weights and cache once a pass while
it writes (at best at the rate of plain reading). Both rates are the best seen in the run, so the floor is a true one.
Everything is float32 as in the race; an engine of lower precision has a lower floor.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

from evals.speed.ceilings import Ceilings
from evals.speed.names import HELD, LLAMA, OPENVINO, VLLM
from evals.speed.race import Lap
from evals.speed.ratio import Ratio
from evals.speed.stages import PHONE
from evals.summary import Table
from model.qwen2vl.model import Qwen2VL


@dataclass(frozen=True, slots=True)
class Floor:
    """One step's work: floating point operations of its screenshot and of its prefill, bytes read while writing;
    `seconds` they take at the ceilings, and `measured` of our engine (median)."""

    step: int
    encode: int
    prefill: int
    read: int
    seconds: float
    measured: float


def floors(laps: Sequence[Lap], model: Qwen2VL, top: Ceilings) -> list[Floor]:
    """Of our held engine's steps 2, 8 and last, by what its laps say was computed and cached."""
    language, tower = model.checkpoint.language, model.checkpoint.tower
    own = [lap for lap in laps if lap.peer == HELD and lap.prompt is not None and lap.cached is not None]
    found = []
    for step in sorted({2, 8, max((lap.step for lap in own), default=2)}):
        here = [lap for lap in own if lap.step == step]
        if not here:
            continue
        prompt, cached = here[0].prompt or 0, here[0].cached or 0
        encode, prefill = tower.flop(PHONE), language.flop(prompt - cached, cached)
        read = (here[0].passes or 0) * (language.weight_bytes + prompt * language.cache_shape.token_bytes)
        seconds = (encode + prefill) / top.gemm + read / top.read
        found.append(Floor(step, encode, prefill, read, seconds, median(lap.seconds for lap in here)))
    return found


def floor_ratios(found: Sequence[Floor], laps: Sequence[Lap]) -> list[Ratio]:
    """What the targets of the race would be for an engine that wastes nothing: no measured step of ours is in these."""
    at = {one.step: one for one in found}
    ratios = []
    for name, peer in (("vllm", VLLM), ("openvino", OPENVINO), ("llamacpp", LLAMA)):
        times = [lap.seconds for lap in laps if (lap.peer, lap.step) == (peer, 8)]
        if times and 8 in at:
            ratios.append(Ratio.over(f"floor8_vs_{name}", [at[8].seconds / seconds for seconds in times]))
    if len(at) > 1 and 2 in at:
        last = max(at)
        ratios.append(Ratio.over(f"floor{last}_vs_floor2", [at[last].seconds / at[2].seconds]))
    return ratios


def floors_table(found: Sequence[Floor], top: Ceilings) -> Table:
    """What a step consists of at the least, beside what ours took."""
    columns = ["step", "encode, GFLOP", "prefill, GFLOP", "read, GB", "floor, s", "ours held, s", "floor / ours"]
    rows = [
        [
            str(one.step), f"{one.encode / 1e9:.0f}", f"{one.prefill / 1e9:.0f}", f"{one.read / 1e9:.1f}",
            f"{one.seconds:.2f}", f"{one.measured:.2f}", f"{one.seconds / one.measured:.2f}",
        ]
        for one in found
    ]  # fmt: skip
    note = f"At {top.gemm / 1e9:.0f} GFLOP/s and {top.read / 1e9:.1f} GB/s, the best of this run; float32."
    return Table("The least a step can take here", columns, rows, note)
