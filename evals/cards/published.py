"""Figures of others, in per cent, beside which this run's are printed."""

from __future__ import annotations

from evals.cards.metrics import GAMES

PUBLISHED: dict[str, tuple[float, float, float, float]] = {
    # NumberLine, Blackjack, EZPoints, Points24
    "RL4VLM": (89.4, 40.2, 50.0, 2.3),
    "GPT-4o": (91.5, 34.5, 85.5, 3.0),
    "Qwen2-VL-72B": (100.0, 42.6, 100.0, 4.5),
    "random": (28.4, 28.1, 0.1, 0.0),
    "ceiling": (100.0, 43.2, 100.0, 73.1),
}
assert all(len(row) == len(GAMES) for row in PUBLISHED.values())

SOURCES = (
    "RL4VLM: Zhai et al. 2024, table 2. GPT-4o and Qwen2-VL-72B (zero-shot): Qwen2-VL report, arXiv 2409.12191, "
    "table 5, whose number of episodes and success rule are not published. Random and ceiling: computed, the ceiling "
    "exactly (Blackjack by dynamic programming over the infinite deck, Points24 over all deals)."
)
SPECIALIST = (
    "The checkpoint that ships is a specialist of these four games, trained on them with the drawing they have here; "
    "GPT-4o and Qwen2-VL-72B are generalists that were not. The figures do not say that it is the better model."
)
