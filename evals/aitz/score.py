"""What a command calls: judge a set of predictions by every rule-set, show it and write it down.

reading = read_predictions(path)                         # evals.aitz.predictions.read; or a dict of Prediction
scores = score_predictions(episodes, reading.predictions)
write_scores(out, scores, settings, reading=reading)
for table in tables(scores): …
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from evals.aitz.judging import Counts as Counts
from evals.aitz.judging import Scores as Scores
from evals.aitz.judging import score_predictions as score_predictions
from evals.aitz.predictions.base import Reading
from evals.aitz.report.files import write_files
from evals.aitz.report.page import write_report
from evals.aitz.report.tables import tables as tables


def write_scores(
    out: Path, scores: Scores, settings: dict[str, Any], *, reading: Reading | None = None, most: int = 12
) -> None:
    """Write everything about the scores to the folder `out`.

    summary.json   the figures and what made them, as every benchmark leaves them (evals.summary)
    scores.csv     the same figures, a row each
    steps.jsonl    {"episode_id", "step_id", "rules": {name: {"type", "exact"}}}, a line a step
    steps.csv      the same with gold and predicted action and every verdict's reason
    report.html    one page to look at, with the pictures of at most `most` episodes, evenly spread

    Args:
        settings: what the run was: printed on the page and kept in summary.json.
        reading: of the file the predictions come from, for what was wrong with it.

    Raises:
        RecordError: when it cannot be written.
    """
    write_files(out, scores, settings, reading)
    write_report(out / "report.html", scores, settings, reading=reading, most=most)
