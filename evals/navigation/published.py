"""Figures of others on val_unseen, in per cent, beside which this run's are printed."""

from __future__ import annotations

from dataclasses import dataclass

SPLIT = "val_unseen"
"""The split that all of them are of."""


@dataclass(frozen=True, slots=True)
class Published:
    """A method's figures; None where none is published. `kind` is how it came to them."""

    name: str
    kind: str
    success: float
    weighted: float | None
    source: str
    subset: str = ""
    """The instructions they are of, where these are not the whole split."""


_MAPGPT = "MapGPT (arXiv 2401.07314), "
R2R = (
    Published("Random", "sees nothing", 16.3, None, "R2R (arXiv 1711.07280)"),
    Published("Seq2Seq", "trained", 21, None, _MAPGPT + "table 2"),
    Published("NavGPT (GPT-4)", "zero-shot", 34, 29, _MAPGPT + "table 2"),
    Published("MapGPT (GPT-4V)", "zero-shot", 43.7, 34.8, _MAPGPT + "table 2"),
    Published("DUET", "trained", 72, 60, _MAPGPT + "table 2"),
    Published("ScaleVLN", "trained", 81, 70, _MAPGPT + "table 2"),
    Published("Qwen2-VL-72B", "generalist", 51.7, None, "Qwen2-VL report (arXiv 2409.12191), table 5", "not published"),
)
REVERIE = (
    Published("Seq2Seq", "trained", 4.2, 2.84, _MAPGPT + "table 3"),
    Published("NavGPT (GPT-4)", "zero-shot", 19.2, 14.6, _MAPGPT + "table 3", "500 instructions"),
    Published("MapGPT (GPT-4V)", "zero-shot", 31.6, 20.3, _MAPGPT + "table 3", "500 instructions"),
    Published("DUET", "trained", 45.8, 35.3, _MAPGPT + "table 3", "500 instructions"),
    Published("Qwen2-VL-72B", "generalist", 31.0, None, "Qwen2-VL report (arXiv 2409.12191), table 5", "not published"),
)
PUBLISHED = {"r2r": R2R, "reverie": REVERIE}


def sources(benchmark: str) -> str:
    """Where the figures come from, and what is not known of them."""
    by_source: dict[str, list[str]] = {}
    for row in PUBLISHED[benchmark]:
        by_source.setdefault(row.source, []).append(row.name)
    told = " ".join(f"{', '.join(names)}: {source}." for source, names in by_source.items())
    return (
        f"Published figures are of {SPLIT}. {told} Of Qwen2-VL-72B neither what it is shown, nor its limit of steps, "
        "nor its choice of instructions is published."
    )
