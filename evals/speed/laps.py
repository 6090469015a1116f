"""What the laps of a race look like as tables."""

from __future__ import annotations

from collections.abc import Sequence
from statistics import median

from evals.speed.race import Lap
from evals.speed.ratio import token_seconds
from evals.summary import Table


def laps_table(laps: Sequence[Lap]) -> Table:
    """Median seconds and spread of steps 1, 2, 4, 8 and the last by engine; laps.jsonl holds them all."""
    peers = list(dict.fromkeys(lap.peer for lap in laps))
    steps = sorted({1, 2, 4, 8, max((lap.step for lap in laps), default=1)} & {lap.step for lap in laps})
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
