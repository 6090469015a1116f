"""The whole comparison: our engine beside its peers in one run, and the rows of summary.json."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from typing import Any

from evals.speed import ceilings, forcing, stages, throughput, windows
from evals.speed.ours import OurPeer
from evals.speed.peers.base import Peer, PeerMissingError, find_environment
from evals.speed.race import Entry, Lap
from evals.summary import Row, Table
from model.qwen2vl.answer import LOOKUP

OURS, HELD, INT8 = "ours float32", "ours float32 held", "ours int8"
SCRATCH, VLLM, OPENVINO, LLAMA, LLAMA8 = (
    "transformers", "vLLM", "OpenVINO SDPA", "llama-server f32", "llama-server q8_0"
)  # fmt: skip

TARGETS = {
    "step8_vs_scratch": 0.15, "step8_vs_vllm": 0.4, "step8_vs_openvino": 0.6, "step8_vs_llamacpp": 0.6,
    "step24_vs_step2": 1.3, "decode_vs_best_peer": 1.1, "decode_int8_vs_llamacpp_q8_0": 1.1,
    "decode_16k_vs_64": 1.25, "gemm_share_encode": 0.85, "gemm_share_prefill": 0.9, "bandwidth_share": 0.7,
    "forwards_per_token": 0.65,
}  # fmt: skip
"""What each ratio should be: at most, or for shares at least."""


@dataclass(frozen=True, slots=True)
class Field:
    """Who takes part, and why others do not."""

    entries: Sequence[Entry]
    missing: dict[str, str] = field(default_factory=dict)

    def close(self) -> None:
        for entry in self.entries:
            entry.peer.close()

    def taken(self) -> Taken:
        """What is worth keeping of it."""
        peers = [entry.peer for entry in self.entries]
        return Taken(
            {entry.peer.name: entry.steps for entry in self.entries},
            {peer.name: peer.facts() for peer in peers},
            self.missing,
        )


@dataclass(frozen=True, slots=True)
class Taken:
    """A field as it is kept on disk: how many steps each engine goes, its facts, and why others are missing."""

    steps: dict[str, int]
    facts: dict[str, dict[str, str]]
    missing: dict[str, str]


def taken(out: Path, steps: int, peer_steps: int) -> Taken:
    """The field of the run in `out`, if it went as far as is asked for; else an empty one."""
    try:
        found = Taken(**json.loads((out / "engines.json").read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):
        return Taken({}, {}, {})
    return found if set(found.steps.values()) <= {steps, peer_steps} else Taken({}, {}, {})


def gather(model: Path, steps: int, peer_steps: int, wanted: Sequence[str]) -> Field:
    """Start every engine there is. Ours goes `steps` steps of a chat, the others `peer_steps`."""
    from evals.speed.peers.llamacpp import BINARY, LlamaCppPeer
    from evals.speed.peers.openvino import OpenVinoPeer
    from evals.speed.peers.plain import PlainPeer
    from evals.speed.peers.vllm import VllmPeer

    makers: dict[str, tuple[int, Callable[[], Peer]]] = {
        HELD: (steps, lambda: OurPeer(model, held=True)),
        OURS: (peer_steps, lambda: OurPeer(model)),
        INT8: (peer_steps, lambda: OurPeer(model, "int8")),
        SCRATCH: (peer_steps, lambda: PlainPeer(model)),
        VLLM: (peer_steps, lambda: VllmPeer(model, find_environment("vllm"))),
        OPENVINO: (peer_steps, lambda: OpenVinoPeer(model, find_environment("openvino"))),
        LLAMA: (peer_steps, lambda: LlamaCppPeer(model, find_environment("llamacpp", BINARY))),
        LLAMA8: (peer_steps, lambda: LlamaCppPeer(model, find_environment("llamacpp", BINARY), "q8_0")),
    }
    entries: list[Entry] = []
    missing: dict[str, str] = {}
    for name, (far, make) in makers.items():
        if wanted and name not in wanted:
            continue
        try:
            peer = make()
            entries.append(Entry(peer, far))
        except PeerMissingError as error:
            missing[name] = str(error)
        except BaseException:
            Field(entries).close()
            raise
    return Field(entries, missing)


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


def laps_table(laps: Sequence[Lap]) -> Table:
    """Median seconds of every step by engine, with the spread at the last step both have."""
    peers = list(dict.fromkeys(lap.peer for lap in laps))
    steps = sorted({lap.step for lap in laps})
    rows = []
    for peer in peers:
        cells = []
        for step in steps:
            seconds = [lap.seconds for lap in laps if (lap.peer, lap.step) == (peer, step)]
            cells.append(f"{median(seconds):.2f} [{min(seconds):.2f}, {max(seconds):.2f}]" if seconds else "-")
        rows.append([peer, *cells])
    texts = {lap.text.removesuffix("<|im_end|>").strip() for lap in laps}
    same = "All engines wrote the same text." if len(texts) == 1 else f"{len(texts)} different texts were written."
    return Table("Seconds a step: median [lowest, highest]", ["engine", *map(str, steps)], rows, same)


def detail_table(laps: Sequence[Lap]) -> Table:
    """What a step is made of: by engine at its steps 2, 8 and last."""
    rows = []
    for peer in dict.fromkeys(lap.peer for lap in laps):
        own = [lap for lap in laps if lap.peer == peer]
        last = max(lap.step for lap in own)
        for step in sorted({2, min(8, last), last}):
            found = [lap for lap in own if lap.step == step]
            if not found:
                continue
            one = found[0]
            parts = [
                f"{median(lap.stages[name] for lap in found if lap.stages):.3f}" if one.stages else "-"
                for name in ("preprocess", "encode", "prefill", "decode")
            ]
            first = f"{median(lap.first_token or 0 for lap in found):.2f}"
            token = f"{1e3 * median(token_seconds(lap) for lap in found if lap.first_token):.1f}"
            rows.append([
                peer, str(step), first, token, *parts, str(one.prompt), str(one.cached), str(one.tokens),
                f"{max(lap.memory for lap in found) / 2**30:.2f}",
            ])  # fmt: skip
    columns = [
        "engine", "step", "first token, s", "ms a token", "preprocess, s", "encode, s", "prefill, s", "decode, s",
        "prompt", "cached", "written", "peak memory, GiB",
    ]  # fmt: skip
    return Table("What a step is made of (medians)", columns, rows, "Engines in this process share its memory figure.")


@dataclass(frozen=True, slots=True)
class Alone:
    """What is measured of our engine by itself."""

    ratios: list[Ratio]
    tables: list[Table]


def alone(model: OurPeer, small: OurPeer | None, repeats: int, deep: bool) -> Alone:
    """Stages against the ceilings; with `deep` also batches, windows and forced tokens."""
    ratios, rows = [], []
    gathered: dict[str, list[float]] = {}
    for _ in range(repeats):
        top, found = ceilings.measure(), stages.measure(model.model)
        single = {one.past: one for one in found.decode if one.tokens == 1}
        several = {one.past: one for one in found.decode if one.tokens == 4}
        values = {
            "gemm_share_encode": found.encode_flop / found.encode_seconds / top.gemm,
            "gemm_share_prefill": found.prefill_flop / found.prefill_seconds / top.gemm,
            "bandwidth_share": single[64].read / single[64].seconds / top.read,
            "bandwidth_share_16k": single[16384].read / single[16384].seconds / top.read,
            "decode_16k_vs_64": single[16384].seconds / single[64].seconds,
            "step24_vs_step2_by_stages": _step(found, -1) / _step(found, 0),
            "four_tokens_vs_one": several[64].seconds / single[64].seconds,
        }
        for name, value in values.items():
            gathered.setdefault(name, []).append(value)
        rows.append([
            f"{top.gemm / 1e9:.0f}", f"{found.encode_flop / found.encode_seconds / 1e9:.0f}",
            f"{found.prefill_flop / found.prefill_seconds / 1e9:.0f}", f"{top.read / 1e9:.1f}",
            *(f"{1e3 * one.seconds:.1f}" for one in found.decode),
            *(f"{turn.seconds:.2f}" for turn in found.turns),
        ])  # fmt: skip
        columns = ["GEMM, GFLOP/s", "encode", "prefill of 500", "read, GB/s",
                   *(f"ms, {one.tokens} after {one.past}" for one in found.decode),
                   *(f"s, {turn.tokens} after {turn.past}" for turn in found.turns)]  # fmt: skip
    ratios += [Ratio.over(name, values) for name, values in gathered.items()]
    tables = [Table("Stages beside the machine's ceilings, one row a repeat", columns, rows)]
    if deep:
        extra = [_together(model), _windows(model), _forced(model)]
        if small is not None:
            extra.append(_small(model, small))
        for more in extra:
            ratios += more.ratios
            tables += more.tables
    return Alone(ratios, tables)


def _step(found: stages.Stages, which: int) -> float:
    """Seconds of a step with nothing forced: a screenshot, its prefill, and 30 tokens at the nearest past measured."""
    turn = found.turns[which]
    token = min((one for one in found.decode if one.tokens == 1), key=lambda one: abs(one.past - turn.past))
    return found.encode_seconds + turn.seconds + 30 * token.seconds


def _together(model: OurPeer) -> Alone:
    found = throughput.measure(model.model)
    rows = [[str(t.together), f"{t.tokens_a_second:.1f}", "yes" if t.equal else "NO"] for t in found]
    best = max(t.tokens_a_second for t in found) / found[0].tokens_a_second
    table = Table("Sessions completed together", ["sessions", "tokens a second", "as one at a time"], rows)
    return Alone([Ratio.over("throughput_best_vs_one", [best])], [table])


def _windows(model: OurPeer) -> Alone:
    found = windows.compare(model.model, steps=16, tokens=900)
    strayed = [one.divergence for one in found]
    slow = [one.rebuild_seconds for one in found]
    rows = [
        ["next token's divergence, nats: median", f"{median(strayed):.2e}"],
        ["highest", f"{max(strayed):.2e}"],
        ["likeliest token agrees", f"{sum(one.agrees for one in found)} of {len(found)}"],
        ["seconds to the next token, evict: median", f"{median(o.evict_seconds for o in found):.2f}"],
        ["rebuild: median, highest", f"{median(slow):.2f}, {max(slow):.2f}"],
    ]
    spans = windows.spans(model.model)
    note = " ".join(
        f"{span.screen}: {span.tokens} tokens and {span.positions} positions a step; {span.kept} steps kept whole in a "
        f"window of 32,768, positions end after {span.until_positions_end}."
        for span in spans
    )
    return Alone([], [Table("Eviction against rebuilding, steps after a drop", ["figure", ""], rows, note)])


def _forced(model: OurPeer) -> Alone:
    data = Path(os.environ.get("VISUOMOTOR_DATA", "../shared/data")) / "aitz"
    found_episodes = forcing.episodes(data)
    turns = [turn for episode in found_episodes for turn in episode]
    if not turns:
        return Alone([], [Table("Forced tokens", ["figure"], [["no AITZ episode was found; set VISUOMOTOR_DATA"]])])
    found = forcing.measure(model.model, turns)
    rows = [
        [
            one.dialect, one.action, str(one.tokens), str(one.forced), f"{one.passes / one.tokens:.2f}",
            f"{one.free_passes / one.tokens:.2f}", f"{one.seconds:.2f}", f"{one.free_seconds:.2f}",
        ]
        for one in found
    ]  # fmt: skip
    calls = [one for one in found if "thought" not in one.action]
    ratios = [
        Ratio.over("forwards_per_token", [one.passes / one.tokens for one in calls]),
        Ratio.over("forwards_per_token_with_thoughts", [o.passes / o.tokens for o in found if "thought" in o.action]),
        Ratio.over("forced_seconds_vs_free", [one.seconds / one.free_seconds for one in calls]),
    ]
    # The mean is what an episode takes; the spread is over its actions.
    mean = sum(one.passes for one in calls) / sum(one.tokens for one in calls)
    ratios[0] = Ratio("forwards_per_token", mean, ratios[0].low, ratios[0].high, len(calls))
    columns = ["dialect", "action", "tokens", "forced", "passes a token", "free", "seconds", "free"]
    guessed = forcing.guess(model.model, found_episodes[0], (0, 3, 5, 10))
    plain = guessed[0]
    best = next(one for one in guessed if one.way == f"free, up to {LOOKUP}")
    ratios += [
        Ratio.over("guessed_passes_vs_plain", [best.passes / plain.passes]),
        Ratio.over("guessed_seconds_vs_plain", [best.seconds / plain.seconds]),
    ]
    ways = [[g.way, str(g.tokens), str(g.guessed), str(g.passes), f"{g.seconds:.2f}"] for g in guessed]
    return Alone(
        ratios,
        [
            Table("Forced tokens, by the actions of a real AITZ episode", columns, rows),
            Table("The episode in one session, with guesses", ["way", "tokens", "guessed", "passes", "seconds"], ways),
        ],
    )


def _small(model: OurPeer, small: OurPeer) -> Alone:
    """How far int8 weights stray: the next token's distribution after the same prompts."""
    import torch

    divergences, agree = [], 0
    language, other = (peer.model.checkpoint.language for peer in (model, small))
    generator = torch.Generator().manual_seed(0)
    for _ in range(16):
        ids = torch.randint(0, 150_000, (64,), generator=generator).tolist()
        full, less = (_last(peer, ids) for peer in (model, small))
        divergences.append(float((full.exp() * (full - less)).sum()))
        agree += bool(full.argmax() == less.argmax())
    rows = [
        ["next token's divergence, nats: median", f"{median(divergences):.2e}"],
        ["highest", f"{max(divergences):.2e}"],
        ["likeliest token agrees", f"{agree} of 16"],
        ["bytes of weights a token", f"{other.weight_bytes / 1e6:.0f} MB against {language.weight_bytes / 1e6:.0f} MB"],
    ]
    return Alone([], [Table("int8 weights against float32, random weights and prompts", ["figure", ""], rows)])


def _last(peer: OurPeer, ids: list[int]) -> Any:
    import torch

    from model.qwen2vl.cache import KVCache
    from model.qwen2vl.language import Feed

    checkpoint = peer.model.checkpoint
    language = checkpoint.language
    with torch.inference_mode():
        cache = KVCache(language.cache_shape, checkpoint.kernels, len(ids))
        hidden = language.forward([Feed(language.embed(ids), torch.arange(len(ids)).expand(3, -1), cache)])
        return language.logits(hidden[-1:])[0].log_softmax(-1)


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
