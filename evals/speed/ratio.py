"""The figures of the comparison: ratios, paired within a repeat, with their spread and their targets."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from statistics import median

from evals.speed.names import HELD, INT8, LLAMA, LLAMA8, OPENVINO, OURS, SCRATCH, VLLM
from evals.speed.race import Lap
from evals.summary import Row, Table

TARGETS = {
    "step8_vs_scratch": 0.15, "step8_vs_vllm": 0.4, "step8_vs_openvino": 0.6, "step8_vs_llamacpp": 0.6,
    "step24_vs_step2": 1.3, "decode_vs_best_peer": 1.1, "decode_int8_vs_llamacpp_q8_0": 1.1,
    "decode_16k_vs_64": 1.25, "gemm_share_encode": 0.85, "gemm_share_prefill": 0.9, "bandwidth_share": 0.7,
    "forwards_per_token": 0.65, "exact_share": 1.0,
}  # fmt: skip
"""What each ratio should be: at most, or for shares at least."""


@dataclass(frozen=True, slots=True)
class Ratio:
    """One figure: the median over repeats and its spread, lowest to highest. `of`: how many repeats."""

    name: str
    middle: float
    low: float
    high: float
    of: int

    @classmethod
    def over(cls, name: str, values: Sequence[float]) -> Ratio:
        return cls(name, median(values), min(values), max(values), len(values))

    @property
    def tie(self) -> bool:
        """The spread reaches across 1: neither side is faster."""
        return self.low <= 1.0 <= self.high

    @property
    def met(self) -> bool | None:
        """Whether the median keeps to the target; None where there is none."""
        target = TARGETS.get(self.name)
        if target is None:
            return None
        return self.middle >= target if "share" in self.name else self.middle <= target

    def row(self) -> Row:
        return Row(self.name, "ratio", self.middle, self.low, self.high, self.of, 0)


def race_ratios(laps: Sequence[Lap], last: int) -> list[Ratio]:
    """The ratios of whole steps and of decoding, paired within each repeat."""
    times = {(lap.peer, lap.repeat, lap.step): lap for lap in laps}
    repeats = sorted({lap.repeat for lap in laps})
    found = []

    def paired(name: str, one: tuple[str, int], other: tuple[str, int], value: Callable[[Lap], float]) -> None:
        pairs = [(times.get((one[0], r, one[1])), times.get((other[0], r, other[1]))) for r in repeats]
        values = [value(a) / value(b) for a, b in pairs if a is not None and b is not None]
        if values:
            found.append(Ratio.over(name, values))

    compared = min(8, max((lap.step for lap in laps if not lap.peer.startswith("ours")), default=8))
    for name, peer in (("scratch", SCRATCH), ("vllm", VLLM), ("openvino", OPENVINO), ("llamacpp", LLAMA)):
        paired(f"step{compared}_vs_{name}", (HELD, compared), (peer, compared), lambda lap: lap.seconds)
        paired(f"step{compared}_free_vs_{name}", (OURS, compared), (peer, compared), lambda lap: lap.seconds)
    paired(f"step{last}_vs_step2", (HELD, last), (HELD, 2), lambda lap: lap.seconds)
    full = [peer for peer in (SCRATCH, VLLM, OPENVINO, LLAMA) if (peer, repeats[0], compared) in times]
    if full:
        best = min(full, key=lambda peer: median(token_seconds(times[peer, r, compared]) for r in repeats))
        paired("decode_vs_best_peer", (OURS, compared), (best, compared), token_seconds)
    paired("decode_int8_vs_llamacpp_q8_0", (INT8, compared), (LLAMA8, compared), token_seconds)
    return found


def token_seconds(lap: Lap) -> float:
    """Seconds a token after the first."""
    assert lap.first_token is not None
    return (lap.seconds - lap.first_token) / max(1, lap.tokens - 1)


def ratios_table(ratios: Sequence[Ratio]) -> Table:
    """Every ratio with its target."""
    rows = []
    for one in ratios:
        target = TARGETS.get(one.name)
        verdict = "" if one.met is None else "met" if one.met else "short"
        bound = "" if target is None else f"{'≥' if 'share' in one.name else '≤'} {target}"
        tie = "tie" if one.tie and "_vs_" in one.name else ""
        rows.append(
            [one.name, f"{one.middle:.3f}", f"{one.low:.3f}", f"{one.high:.3f}", str(one.of), bound, verdict, tie]
        )
    note = "Medians over repeats with the lowest and highest; a spread across 1 is called a tie."
    return Table("Ratios", ["ratio", "median", "low", "high", "of", "target", "", ""], rows, note)
