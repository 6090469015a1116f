"""What is measured of our engine without a peer: stages beside the machine's ceilings, batches, windows, forcing."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any

from evals.speed import ceilings, forcing, pieces, stages, throughput, windows
from evals.speed.ceilings import Ceilings
from evals.speed.ours import OurPeer
from evals.speed.ratio import Ratio
from evals.summary import Table
from model.qwen2vl.answer import LOOKUP


@dataclass(frozen=True, slots=True)
class Alone:
    """What is measured of our engine by itself."""

    ratios: list[Ratio]
    tables: list[Table]
    best: Ceilings | None = None
    """The highest rates seen, where they were measured."""


def alone(model: OurPeer, small: OurPeer | None, repeats: int, deep: bool) -> Alone:
    """Stages against the ceilings; with `deep` also batches, windows and forced tokens."""
    ratios, rows, tops = [], [], []
    gathered: dict[str, list[float]] = {}
    for _ in range(repeats):
        top, found = ceilings.measure(), stages.measure(model.model)
        tops.append(top)
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
        extra = [_pieces(model), _together(model), _windows(model), _forced(model)]
        if small is not None:
            extra.append(_small(model, small))
        for more in extra:
            ratios += more.ratios
            tables += more.tables
    best = Ceilings(max(top.gemm for top in tops), max(top.read for top in tops))
    return Alone(ratios, tables, best)


def _step(found: stages.Stages, which: int) -> float:
    """Seconds of a step with nothing forced: a screenshot, its prefill, and 30 tokens at the nearest past measured."""
    turn = found.turns[which]
    token = min((one for one in found.decode if one.tokens == 1), key=lambda one: abs(one.past - turn.past))
    return found.encode_seconds + turn.seconds + 30 * token.seconds


def _pieces(model: OurPeer) -> Alone:
    found = pieces.measure(model.model)
    rows = [
        ["a mask of the grammar: median, slowest", f"{1e3 * found.mask:.2f}, {1e3 * found.slowest:.2f}"],
        ["preprocessing of 1080 × 2400", f"{1e3 * found.preprocess:.1f}"],
        ["the same by transformers", f"{1e3 * found.transformers:.1f}"],
    ]
    ratio = Ratio.over("preprocess_vs_transformers", [found.preprocess / found.transformers])
    return Alone([ratio], [Table("Small pieces, ms", ["piece", "ms"], rows, "Masks are to take 0.2 ms at most.")])


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
