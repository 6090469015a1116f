"""The page: the scores beside those of others, and the episodes as strips of screenshots."""

from __future__ import annotations

import base64
import io
import os
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from PIL import Image as PILImage

from agent.report.page import environment, write_page
from evals.aitz.judging import Scores
from evals.aitz.metrics import SUBSETS, JudgedEpisode, JudgedStep, ordered
from evals.aitz.predictions.base import Reading
from evals.aitz.report.drawing import Drawing, gold_drawing, predicted_drawing
from evals.aitz.report.tables import by_subset, by_type, overview, peer_table, rule_table
from evals.aitz.rules.acts import KINDS, gold_act, predicted_act
from evals.aitz.rules.base import RuleSet
from evals.aitz.rules.published import NAME as BUG_FOR_BUG
from evals.aitz.verdicts import Verdict

_THUMBNAIL = (240, 540)
_TEXT = 2000
"""Characters of a model's answer that are shown."""


@dataclass(frozen=True, slots=True)
class Mark:
    """A rule-set's verdict as the page shows it: 2 exact, 1 the type alone, 0 neither."""

    rule: str
    level: int
    reason: str

    @classmethod
    def of(cls, one: RuleSet, verdict: Verdict) -> Mark:
        return cls(one.name, 2 if verdict.exact else 1 if verdict.type else 0, verdict.reason)


@dataclass(frozen=True, slots=True)
class Card:
    """A step on the page."""

    step: JudgedStep
    picture: str
    """A data URI, "" where there is none."""
    gold: str
    predicted: str
    gold_drawing: Drawing
    predicted_drawing: Drawing
    stroke: float
    """The width of a line, in pixels of the screenshot."""
    marks: Sequence[Mark]
    text: str

    @property
    def levels(self) -> str:
        """A digit a rule-set, for the filters."""
        return "".join(str(mark.level) for mark in self.marks)

    @property
    def disputed(self) -> bool:
        """Whether the rule-sets disagree on the action; the bug-for-bug one aside, which is wrong at every click."""
        return len({mark.level == 2 for mark in self.marks if mark.rule != BUG_FOR_BUG}) > 1


def write_report(
    out: Path, scores: Scores, settings: dict[str, Any], *, reading: Reading | None = None, most: int = 12
) -> None:
    """Write the page to `out`, with at most `most` episodes, evenly spread. Raises RecordError when it cannot."""
    page = environment("evals.aitz").get_template("page.html.j2")
    chosen = _spread(scores.episodes, most)
    pictures = _pictures([judged.step.image for episode in chosen for judged in episode.steps])
    html = page.render(
        counts=scores.counts,
        settings=[(name, str(value)) for name, value in settings.items() if value not in (None, "", [])],
        notes=_notes(reading),
        overview=overview(scores),
        details=[by_type(scores), by_subset(scores), rule_table(scores)],
        peers=peer_table(),
        rules=[one.name for one in scores.rules],
        kinds=ordered({card.kind for episode in chosen for card in episode.steps}, KINDS),
        subsets=ordered({episode.episode.subset for episode in chosen}, SUBSETS),
        episodes=[(each.episode, [_card(scores.rules, judged, pictures) for judged in each.steps]) for each in chosen],
    )
    write_page(out, html)


def _spread(episodes: Sequence[JudgedEpisode], most: int) -> Sequence[JudgedEpisode]:
    if len(episodes) <= most:
        return episodes
    return [episodes[at * len(episodes) // most] for at in range(most)]


def _notes(reading: Reading | None) -> list[str]:
    if reading is None:
        return []
    found = [f"{count} × {problem}" for problem, count in reading.problems.most_common(8)]
    return [*reading.notes, *(["Answers that are no action: " + "; ".join(found)] if found else [])]


def _pictures(paths: Sequence[Path | None]) -> Mapping[Path | None, str]:
    """The thumbnails of pictures; threads, for Pillow decodes outside the interpreter's lock."""
    named = list(dict.fromkeys(path for path in paths if path is not None))
    with ThreadPoolExecutor(min(4, os.cpu_count() or 1)) as pool:
        return {None: "", **dict(zip(named, pool.map(thumbnail, named), strict=True))}


def _card(rules: Sequence[RuleSet], judged: JudgedStep, pictures: Mapping[Path | None, str]) -> Card:
    step, prediction = judged.step, judged.prediction
    action = None if prediction is None else prediction.action
    nothing = "nothing" if prediction is None else "no action"
    return Card(
        step=judged,
        picture=pictures[step.image],
        gold=str(gold_act(step)),
        predicted=nothing if action is None else str(predicted_act(action)),
        gold_drawing=gold_drawing(step),
        predicted_drawing=predicted_drawing(step, prediction),
        stroke=max(1.0, min(step.width, step.height) / 80),
        marks=[Mark.of(one, verdict) for one, verdict in zip(rules, judged.verdicts, strict=True)],
        text="" if prediction is None else prediction.text[:_TEXT],
    )


def thumbnail(path: Path) -> str:
    """A picture made small, as a data URI; "" when it cannot be read: the page says so."""
    try:
        with PILImage.open(path) as picture:
            small = picture.convert("RGB")
            small.thumbnail(_THUMBNAIL)
    except (OSError, ValueError, SyntaxError, PILImage.DecompressionBombError):
        return ""
    buffer = io.BytesIO()
    small.save(buffer, format="JPEG", quality=72)
    return "data:image/jpeg;base64," + base64.b64encode(buffer.getvalue()).decode()
