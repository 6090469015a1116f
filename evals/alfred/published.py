"""Figures of others, in per cent, beside which this run's are printed; none is comparable with one on a stand-in."""

from __future__ import annotations

from evals.summary import Table

ALFRED: tuple[tuple[str, str, float, float], ...] = (
    # system, split, SR, GC
    ("Qwen2-VL-72B", "valid unseen", 67.8, 75.8),
    ("ThinkBot", "valid unseen", 67.7, 75.3),
    ("ThinkBot", "tests unseen", 57.82, 67.75),
    ("FILM", "tests unseen", 26.49, 36.37),
    ("Seq2Seq baseline", "tests unseen", 0.39, 7.03),
    ("human", "tests unseen", 91.0, 94.5),
)
EB_ALFRED: tuple[tuple[str, float], ...] = (
    ("Claude-3.7-Sonnet", 67.7),
    ("Gemini-1.5-Pro", 62.3),
    ("GPT-4o", 56.3),
    ("Qwen2.5-VL-72B", 39.7),
    ("Qwen2-VL-72B", 33.7),
    ("Qwen2-VL-7B", 1.7),
)
SOURCES = (
    "Published on ALFRED's own engine (AI2-THOR 2.1.0), each with its own actions and limits: Qwen2-VL report, "
    "arXiv 2409.12191, table 5; the others as listed by Awesome-EIF. Figures on a stand-in or on AI2-THOR 5 are not "
    "comparable with them."
)
EB_SOURCES = (
    "EmbodiedBench, arXiv 2502.09560, table 2, success rate over 300 episodes on AI2-THOR 2.1.0 with its own list of "
    "actions, among them a find that teleports. Figures on a stand-in or on AI2-THOR 5 are not comparable with them."
)


def published(mode: str) -> Table:
    """What others report, for the mode `alfred` or `eb`."""
    if mode == "eb":
        rows = [[system, f"{rate:.1f}"] for system, rate in EB_ALFRED]
        return Table("Published: EB-ALFRED", ["system", "SR, %"], rows, EB_SOURCES)
    body = [[system, split, f"{rate:g}", f"{conditions:g}"] for system, split, rate, conditions in ALFRED]
    return Table("Published: ALFRED", ["system", "split", "SR, %", "GC, %"], body, SOURCES)
