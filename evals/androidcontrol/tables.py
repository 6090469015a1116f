"""The scores of AndroidControl as tables, and as files for other programs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from actions.android import Press, android_space
from actions.call import FunctionCall
from actions.space import ActionSpace
from envs.base import EnvError
from envs.replay.androidcontrol.gold import gold_action
from envs.replay.androidcontrol.step import KINDS
from evals.androidcontrol.rules.base import Gold
from evals.androidcontrol.rules.registry import RULES
from evals.androidcontrol.score import Judged, Judgement
from evals.offline import write_lines
from evals.predictions import THOUSANDTHS, written
from evals.success import percent
from evals.summary import Row, Table

METRICS = {
    "type_match": "Type",
    "grounding": "Grounding",
    "step_success_rate": "SR",
    "episode_success_rate": "episodes",
    "goal_progress": "progress",
}
PUBLISHED_NOTE = (
    "Published for comparison, under the rules of os-atlas or of the authors' own, with inputs that differ "
    "(UI-TARS README_v1.md, lines 166-180)."
)
# Type / Grounding / SR: bytedance/UI-TARS README_v1.md:166-180 (582f3a7).
PUBLISHED = {
    "low": {
        "Qwen2-VL-7B, fine-tuned": "91.9 / 86.5 / 82.6", "OS-Atlas-7B": "93.6 / 88.0 / 85.2",
        "UI-TARS-2B": "98.1 / 87.3 / 89.3", "UI-TARS-7B": "98.0 / 89.3 / 90.8", "SeeClick": "93.0 / 73.4 / 75.0",
        "GPT-4o": "74.3 / 0 / 19.4",
    },
    "high": {
        "Qwen2-VL-7B, fine-tuned": "83.8 / 77.7 / 69.7", "OS-Atlas-7B": "85.2 / 78.5 / 71.2",
        "UI-TARS-2B": "81.2 / 78.4 / 68.9", "UI-TARS-7B": "83.7 / 80.5 / 72.5", "SeeClick": "82.9 / 62.9 / 59.1",
        "GPT-4o": "66.3 / 0 / 20.8",
    },
}  # fmt: skip


def by_rules(rows: Sequence[Row], note: str) -> Table:
    """A line a metric, a column a rule-set."""
    found = {(row.name, row.metric): row for row in rows}
    body = [[words, *(_cell(found[rule.name, metric], percent) for rule in RULES)] for metric, words in METRICS.items()]
    return Table("By rule-set", ["%", *(rule.name for rule in RULES)], body, note)


def rule_table() -> Table:
    """Which rules these are: a figure means nothing without their versions."""
    body = [[rule.name, rule.version, rule.summary] for rule in RULES]
    return Table("The rule-sets", ["rule-set", "version", "rules"], body)


def rules_told() -> list[dict[str, str]]:
    """The same for summary.json."""
    return [{"name": rule.name, "version": rule.version, "summary": rule.summary} for rule in RULES]


def by_type(rows: Sequence[Row]) -> Table:
    """A line a kind of action: Type (which hardly differs) and SR under each rule-set; intervals are in scores.csv."""
    found = {(row.name, row.metric): row for row in rows}
    body = []
    for kind in KINDS:
        names = [f"{rule.name}/type:{kind}" for rule in RULES]
        cells = [found[names[0], "type_match"], *(found[name, "step_success_rate"] for name in names)]
        body.append([kind, *(_cell(row, _short) for row in cells), str(cells[0].episodes)])
    columns = ["gold action", "Type", *(f"SR, {rule.name}" for rule in RULES), "steps"]
    return Table("By action, %", columns, body)


def published(level: str) -> Table:
    """What others report for the level."""
    return Table(
        f"Published, AndroidControl {level}", ["model", "Type / Grounding / SR, %"],
        [[model, figures] for model, figures in PUBLISHED[level].items()], PUBLISHED_NOTE,
    )  # fmt: skip


def _cell(row: Row, write: Callable[[Row], str]) -> str:
    return write(row) if row.episodes else "–"


def _short(row: Row) -> str:
    return f"{100 * row.value:.1f}"


def screens_told(judgement: Judgement) -> str:
    """A sentence on how the sizes of the screens are known."""
    seen = Counter(step.gold.screen.evidence for step in judgement.steps)
    counts = ", ".join(f"{count} by {evidence}" for evidence, count in seen.most_common())
    return f"Sizes of the screens, in steps: {counts}." if counts else "There are no steps."


def write_steps(out: Path, judgement: Judgement) -> None:
    """`out`/steps.jsonl: a line a step with what was recorded, what was predicted, and every rule-set's verdict.

    Points are from 0 to 1000. Raises RecordError.
    """
    space = android_space()
    write_lines(out / "steps.jsonl", (_line(step, space) for step in judgement.steps))


def _line(step: Judged, space: ActionSpace) -> dict[str, Any]:
    return {
        "episode_id": step.key[0], "step_id": step.key[1], "gold": step.gold.step.kind,
        "expected": written(_expected(step.gold, space)), "given": written(step.given), "predicted": step.predicted,
        "rules": {name: asdict(verdict) for name, verdict in step.verdicts.items()},
    }  # fmt: skip


def _expected(gold: Gold, space: ActionSpace) -> FunctionCall:
    """The recorded action as a call of the phone's."""
    try:
        return space.encode(gold_action(gold.step, gold.screen), THOUSANDTHS)
    except EnvError:  # a button that no phone here has
        return FunctionCall(Press.name, {"button": gold.step.button})
