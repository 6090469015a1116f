"""Judges a set of predictions by every rule-set."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from actions.point import Point
from actions.screen import Click
from envs.replay.defects import Defect
from envs.replay.step import AitzEpisode, AitzStep
from evals.aitz.metrics import JudgedEpisode, JudgedStep, score_rows
from evals.aitz.predictions.base import Key, Prediction
from evals.aitz.rules.acts import is_foreign
from evals.aitz.rules.base import RuleSet
from evals.aitz.rules.geometry import pixels, reading_order
from evals.aitz.rules.registry import ALL
from evals.aitz.verdicts import MISSING, Verdict
from evals.bootstrap import ROUNDS
from evals.summary import Row

_EXAMPLES = 5


@dataclass(frozen=True, slots=True)
class Counts:
    """What was scored, and what of the predictions could not be."""

    episodes: int
    steps: int
    empty_episodes: int
    """Without a step: they count as not done."""
    missing: int
    """Steps without a prediction: wrong under every rule-set."""
    unreadable: int
    """Steps whose prediction is no action: wrong too."""
    foreign: dict[str, int]
    """Predicted actions, by name, of which the benchmark has no gold ones: wrong, but well formed."""
    unknown: int
    """Predictions of steps that the set does not hold: not scored."""
    unknown_episodes: int
    """Episodes of theirs that the set does not hold at all."""
    repeated: int
    """Steps of the set with the id of an earlier one of their episode: judged by the same prediction."""
    left_out: int
    """Parts of the set that cannot be read: in no denominator, but their episodes are not done."""
    left_out_examples: tuple[str, ...]
    """The first of them, each with its place."""
    stops: dict[str, int]
    """Steps at which a rule-set's own program would have ended with an exception, by rule-set."""


@dataclass(frozen=True, slots=True)
class Scores:
    """Every verdict, and every figure made of them."""

    rules: tuple[RuleSet, ...]
    episodes: tuple[JudgedEpisode, ...]
    rows: tuple[Row, ...]
    counts: Counts

    def row(self, name: str, metric: str) -> Row | None:
        """The figure of a rule-set (NAME, NAME/subset:x or NAME/type:y), None when there is none."""
        return next((row for row in self.rows if (row.name, row.metric) == (name, metric)), None)


def score_predictions(
    episodes: Sequence[AitzEpisode],
    predictions: Mapping[Key, Prediction],
    rules: Sequence[RuleSet] = ALL,
    *,
    left_out: Sequence[Defect] = (),
    rounds: int = ROUNDS,
    seed: int = 0,
) -> Scores:
    """Judge every step of `episodes` by every rule-set.

    Args:
        episodes: what is scored: all their steps are in every denominator, with or without a prediction.
        predictions: by episode id and step id.
        left_out: what of the set could not become one of `episodes`, or of their steps.
        rounds, seed: of the bootstrap.
    """
    judged = tuple(
        JudgedEpisode(episode, tuple(_judge(step, predictions, rules) for step in episode.steps))
        for episode in episodes
    )
    rows = score_rows(judged, rules, rounds=rounds, seed=seed)
    return Scores(tuple(rules), judged, tuple(rows), _counts(judged, predictions, rules, left_out))


def _judge(step: AitzStep, predictions: Mapping[Key, Prediction], rules: Sequence[RuleSet]) -> JudgedStep:
    prediction = predictions.get((step.episode_id, step.step_id))
    if prediction is None:
        return JudgedStep.of(step, None, (MISSING,) * len(rules))
    prediction = resolved(step, prediction)
    verdicts: tuple[Verdict, ...] = tuple(one.judge(step, prediction) for one in rules)
    return JudgedStep.of(step, prediction, verdicts)


def resolved(step: AitzStep, prediction: Prediction) -> Prediction:
    """A prediction that gives an element's index as the click on its centre, which the other rule-sets look at."""
    if prediction.action is not None or prediction.index is None:
        return prediction
    boxes = reading_order([pixels(element) for element in step.elements])
    if not 0 <= prediction.index < len(boxes) or step.width <= 0 or step.height <= 0:
        return replace(prediction, problem=f"the screen has {len(boxes)} elements, none of index {prediction.index}")
    box = boxes[prediction.index]
    x, y = (box.left + box.right) / 2 / step.width, (box.top + box.bottom) / 2 / step.height
    return replace(prediction, action=Click(Point(min(1.0, max(0.0, x)), min(1.0, max(0.0, y)))))


def _counts(
    episodes: Sequence[JudgedEpisode], predictions: Mapping[Key, Prediction], rules: Sequence[RuleSet],
    left_out: Sequence[Defect],
) -> Counts:  # fmt: skip
    steps = [judged for episode in episodes for judged in episode.steps]
    keys = Counter((judged.step.episode_id, judged.step.step_id) for judged in steps)
    known = {episode.episode.episode_id for episode in episodes} | {episode for episode, _ in keys}
    unknown = [key for key in predictions if key not in keys]
    told = [judged.prediction for judged in steps if judged.prediction is not None]
    actions = [prediction.action for prediction in told if prediction.action is not None]
    stops = {one.name: sum(judged.verdicts[at].stops for judged in steps) for at, one in enumerate(rules)}
    return Counts(
        episodes=len(episodes),
        steps=len(steps),
        empty_episodes=sum(not episode.steps for episode in episodes),
        missing=len(steps) - len(told),
        unreadable=len(told) - len(actions),
        foreign=dict(Counter(action.name for action in actions if is_foreign(action)).most_common()),
        unknown=len(unknown),
        unknown_episodes=len({episode for episode, _ in unknown} - known),
        repeated=len(steps) - len(keys),
        left_out=len(left_out),
        left_out_examples=tuple(str(defect) for defect in left_out[:_EXAMPLES]),
        stops={name: count for name, count in stops.items() if count},
    )
