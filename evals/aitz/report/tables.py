"""The scores as tables: for the terminal and for the top of the page."""

from __future__ import annotations

from collections.abc import Sequence

from evals.aitz.judging import Scores
from evals.aitz.metrics import SUBSETS, ordered
from evals.aitz.published import CAUTION, PEERS
from evals.aitz.rules.acts import KINDS
from evals.aitz.rules.aitw import NAME as AITW
from evals.aitz.rules.clickfix import ClickFix
from evals.aitz.rules.published import Published
from evals.success import percent
from evals.summary import Row, Table

NOTE = (
    "In per cent, with 95 % intervals by drawing whole episodes. TM: the type is right; EM: the action is. Steps "
    "without a prediction, and answers that are no action, are wrong and stay in every denominator. Text: how alike "
    "the typed texts are, where the rule-set measures it. An interval without width says that all episodes agree, and "
    "not that there is no doubt; one of 0 to 100, that there are fewer than two."
)
_COLUMNS = {
    "TM": "type_match",
    "EM": "exact_match",
    "format hit": "format_hit_rate",
    "goal progress": "goal_progress",
    "episode success": "episode_success_rate",
    "text": "text_distance",
}
_BARE = ("format hit", "text")
"""Columns without their intervals, where there is room for 80 letters."""


def tables(scores: Scores) -> list[Table]:
    """The rule-sets side by side, for a terminal: steps, episodes, by gold type, by subset; and the rules themselves.

    All but the last are at most 80 letters wide.
    """
    whole = overview(scores)
    steps = _narrow(scores, whole.title, ("TM", "EM", "format hit"), "")
    episodes = _narrow(scores, "Episodes, and typed texts", ("goal progress", "episode success", "text"), whole.note)
    return [steps, episodes, by_type(scores), by_subset(scores), rule_table(scores)]


def overview(scores: Scores) -> Table:
    """A line a rule-set, every figure with its interval."""
    rows = [[one.name, *(_cell(scores, one.name, head, False) for head in _COLUMNS)] for one in scores.rules]
    title = f"{plural(scores.counts.steps, 'step')} of {plural(scores.counts.episodes, 'episode')}"
    return Table(
        title,
        ["rule-set", *_COLUMNS],
        rows,
        " ".join([NOTE, *_subset_mean(scores), *_widened(scores), *counted(scores)]),
    )


def _narrow(scores: Scores, title: str, heads: Sequence[str], note: str) -> Table:
    rows = [[one.name, *(_cell(scores, one.name, head, head in _BARE) for head in heads)] for one in scores.rules]
    return Table(title, ["rule-set", *heads], rows, note)


def _cell(scores: Scores, name: str, head: str, bare: bool) -> str:
    row = scores.row(name, _COLUMNS[head])
    if row is None:
        return "–"
    return f"{100 * row.value:.1f}" if bare else percent(row)


def by_type(scores: Scores) -> Table:
    """TM / EM of every type of gold action, by the result fields under every rule-set."""
    kinds = ordered({judged.kind for episode in scores.episodes for judged in episode.steps}, KINDS)
    return _pairs(scores, "By the gold action's type, TM / EM", "type", kinds)


def by_subset(scores: Scores) -> Table:
    """TM / EM of every subset."""
    subsets = ordered({judged.step.subset for episode in scores.episodes for judged in episode.steps}, SUBSETS)
    return _pairs(scores, "By subset, TM / EM", "subset", subsets)


def rule_table(scores: Scores) -> Table:
    """What the names of the rule-sets stand for."""
    rows = [[one.name, one.version, one.settings, one.source] for one in scores.rules]
    return Table("The rule-sets", ["rule-set", "version", "thresholds", "source"], rows)


def peer_table() -> Table:
    """What others report, each with its source."""
    rows = [[peer.model, _number(peer.type_match), _number(peer.exact_match), peer.source] for peer in PEERS]
    return Table("Published figures of the test split", ["model", "TM", "EM", "source"], rows, CAUTION)


def counted(scores: Scores) -> list[str]:
    """What was missing or could not be taken, in sentences."""
    counts = scores.counts
    foreign = ", ".join(f"{name} {count}" for name, count in counts.foreign.items())
    stops = ", ".join(f"{name} at {plural(count, 'step')}" for name, count in counts.stops.items())
    parts = plural(counts.left_out, "part")
    such = next(iter(counts.left_out_examples), "")
    unknown = f"{plural(counts.unknown, 'step')} that the set does not hold"
    said = [
        (
            counts.left_out,
            f"In no figure, for they cannot be read: {parts} of the set, and episodes that lack one are not done; such "
            f"as {such}.",
        ),
        (counts.missing, f"Without a prediction: {plural(counts.missing, 'step')}."),
        (counts.unreadable, f"With an answer that is no action: {plural(counts.unreadable, 'step')}."),
        (foreign, f"Actions of which the benchmark has no gold ones: {foreign}."),
        (counts.unknown, f"Not scored: predictions of {unknown}; episodes unknown: {counts.unknown_episodes}."),
        (counts.empty_episodes, f"Without a step, and so not done: {plural(counts.empty_episodes, 'episode')}."),
        (counts.repeated, f"With the id of an earlier step, and its prediction: {plural(counts.repeated, 'step')}."),
        (stops, f"The program itself would have ended with an exception: {stops}."),
    ]
    return [sentence for holds, sentence in said if holds]


def plural(count: int, noun: str) -> str:
    """1 step, 2 steps."""
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"


def _subset_mean(scores: Scores) -> list[str]:
    row = scores.row(AITW, "subset_mean")
    return [] if row is None else [f"{AITW} gives a data set the mean of EM over its subsets: {percent(row)}."]


def _widened(scores: Scores) -> list[str]:
    widths = {one.widening: one.name for one in scores.rules if isinstance(one, Published | ClickFix)}
    return [
        f"Where a rule-set asks for a box, a predicted point is widened by {by:g} of 1000 on every side."
        for by in widths
    ]


def _pairs(scores: Scores, title: str, group: str, names: Sequence[str]) -> Table:
    def cells(name: str, metric: str) -> list[Row | None]:
        return [scores.row(f"{name}/{group}:{each}", metric) for each in names]

    rows = []
    for one in scores.rules:
        pairs = zip(cells(one.name, "type_match"), cells(one.name, "exact_match"), strict=True)
        rows.append([one.name, *(f"{100 * tm.value:.1f}/{100 * em.value:.1f}" for tm, em in pairs if tm and em)])
    counts = [str(row.episodes) for row in cells(scores.rules[0].name, "type_match") if row] if scores.rules else []
    return Table(title, ["rule-set", *names], [*rows, ["steps", *counts]] if rows else [])


def _number(value: float | None) -> str:
    return "–" if value is None else str(value)
