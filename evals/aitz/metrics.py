"""Figures of judged steps: rates over steps and over episodes, with intervals by drawing whole episodes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from envs.replay.step import AitzEpisode, AitzStep
from evals.aitz.predictions.base import Prediction
from evals.aitz.rules.acts import KINDS, Kind, gold_act
from evals.aitz.rules.aitw import NAME as AITW
from evals.aitz.rules.base import RuleSet
from evals.aitz.verdicts import Verdict
from evals.bootstrap import ROUNDS, Bootstrapped, bootstrap
from evals.summary import Row

Array = NDArray[np.float64]
SUBSETS = ("general", "google_apps", "install", "single", "web_shopping")


@dataclass(frozen=True, slots=True)
class JudgedStep:
    """A step, what was predicted for it (None: nothing), and a verdict a rule-set, in their order."""

    step: AitzStep
    prediction: Prediction | None
    verdicts: tuple[Verdict, ...]
    kind: Kind
    """Of the gold action, by the result fields: what steps are grouped by under every rule-set."""

    @classmethod
    def of(cls, step: AitzStep, prediction: Prediction | None, verdicts: tuple[Verdict, ...]) -> JudgedStep:
        return cls(step, prediction, verdicts, gold_act(step).kind)

    @property
    def answered(self) -> bool:
        return self.prediction is not None and self.prediction.action is not None


@dataclass(frozen=True, slots=True)
class JudgedEpisode:
    episode: AitzEpisode
    steps: tuple[JudgedStep, ...]

    def progress(self, rule: int) -> float:
        """The part of the steps before the first that is not exact; 0 for an episode without steps.

        Steps that could not be read are divided by as well, so that an episode with one is never 1.
        """
        exact = [judged.verdicts[rule].exact for judged in self.steps]
        whole = len(exact) + self.episode.left_out
        return (exact.index(False) if False in exact else len(exact)) / whole if exact else 0.0


@dataclass(frozen=True, slots=True)
class _Ratio:
    """One figure: what each episode adds above and below the line, and how many of its steps had no answer."""

    name: str
    metric: str
    above: Array
    below: Array
    errors: int

    @property
    def told(self) -> bool:
        """Whether drawing episodes says anything: one alone is drawn every time."""
        return int((self.below > 0).sum()) > 1


def score_rows(
    episodes: Sequence[JudgedEpisode], rules: Sequence[RuleSet], *, rounds: int = ROUNDS, seed: int = 0
) -> list[Row]:
    """Every row of the summary, for each rule-set, its subsets (NAME/subset:x) and gold types (NAME/type:y).

    type_match, exact_match   of all steps: one without a prediction, or with one that is no action, is wrong
    format_hit_rate           steps whose prediction is an action, of all steps; by CoAT's rules, one of its API
    goal_progress             the mean over episodes of the part of the steps before the first that is not exact
    episode_success_rate      episodes all of whose steps are exact, of all; without steps, or with one that could not
                              be read, an episode is none
    subset_mean               the mean over subsets of exact_match: aitw's score of a data set, so for aitw alone
    text_distance             the mean ratio of typed texts, 1 when equal, at type-matched steps of typing: the name is
                              CoAT's. Only where the rule-set measures it

    `episodes` of a row is what it divides by, steps or episodes; `errors` those among them without an answer. The
    intervals are the percentile bootstrap's, 95 %, whole episodes drawn; where fewer than two episodes contribute,
    anything is possible.
    """
    # The draws go by the place in the list, which says nothing: the figures must not change with it.
    episodes = sorted(episodes, key=lambda each: (each.episode.episode_id, each.episode.subset, len(each.steps)))
    ratios = [ratio for at, one in enumerate(rules) for ratio in _ratios(episodes, at, one.name)]
    if not ratios:
        return []
    found = bootstrap(
        np.stack([ratio.above for ratio in ratios], axis=1),
        np.stack([ratio.below for ratio in ratios], axis=1),
        rounds=rounds,
        seed=seed,
    )
    means = [subset_mean(episodes, at, one.name, rounds, seed) for at, one in enumerate(rules) if one.name == AITW]
    return [*_rows(ratios, found), *means]


def _rows(ratios: Sequence[_Ratio], found: Bootstrapped) -> list[Row]:
    return [
        Row(
            ratio.name,
            ratio.metric,
            _unit(found.value[at]),
            _unit(found.low[at]) if ratio.told else 0.0,
            _unit(found.high[at]) if ratio.told else 1.0,
            int(found.of[at]),
            ratio.errors,
        )
        for at, ratio in enumerate(ratios)
    ]


def subset_mean(episodes: Sequence[JudgedEpisode], rule: int, name: str, rounds: int = ROUNDS, seed: int = 0) -> Row:
    """The mean over subsets of the exact steps of each, subsets alike whatever their size.

    The interval draws whole episodes within each subset; where one has fewer than two, anything is possible.
    """
    rng = np.random.default_rng(seed)
    parts, draws, told = [], [], True
    for subset in ordered({each.episode.subset for each in episodes if each.steps}, SUBSETS):
        members = [each for each in episodes if each.episode.subset == subset and each.steps]
        hits = np.array([sum(judged.verdicts[rule].exact for judged in each.steps) for each in members], np.float64)
        of = np.array([len(each.steps) for each in members], np.float64)
        drawn = rng.multinomial(len(members), np.full(len(members), 1 / len(members)), size=rounds)
        parts.append(hits.sum() / of.sum())
        draws.append((drawn @ hits) / (drawn @ of))
        told = told and len(members) > 1
    steps = [judged for each in episodes for judged in each.steps]
    low, high = np.percentile(np.mean(draws, axis=0), [2.5, 97.5]) if parts and told else np.array([0.0, 1.0])
    value = _unit(np.mean(parts)) if parts else 0.0
    errors = sum(not judged.answered for judged in steps)
    return Row(name, "subset_mean", value, _unit(low), _unit(high), len(steps), errors)


def _unit(value: np.float64) -> float:
    """A mean of numbers from 0 to 1 as one: sums of floats may miss the end by an ulp."""
    return min(1.0, max(0.0, float(value)))


def _ratios(episodes: Sequence[JudgedEpisode], rule: int, name: str) -> Iterator[_Ratio]:
    steps = [(at, judged) for at, episode in enumerate(episodes) for judged in episode.steps]
    owner = np.array([at for at, _ in steps], np.intp)
    verdicts = [judged.verdicts[rule] for _, judged in steps]
    hits = {
        "type_match": np.array([verdict.type for verdict in verdicts], np.float64),
        "exact_match": np.array([verdict.exact for verdict in verdicts], np.float64),
        "format_hit_rate": np.array([verdict.format for verdict in verdicts], np.float64),
    }
    silent = np.array([not judged.answered for _, judged in steps], bool)

    def total(values: Array, mask: NDArray[np.bool_]) -> Array:
        return np.bincount(owner[mask], weights=values[mask], minlength=len(episodes)).astype(np.float64)

    for group, mask in _groups([judged for _, judged in steps]):
        for metric, hit in hits.items():
            below = total(np.ones(len(steps)), mask)
            yield _Ratio(name + group, metric, total(hit, mask), below, int(silent[mask].sum()))
    progress = np.array([episode.progress(rule) for episode in episodes], np.float64)
    broken = np.array([not all(judged.answered for judged in episode.steps) for episode in episodes], bool)
    for group, members in _episode_groups(episodes):
        errors, below = int(broken[members].sum()), members.astype(np.float64)
        yield _Ratio(name + group, "goal_progress", progress * below, below, errors)
        yield _Ratio(name + group, "episode_success_rate", (progress == 1) * below, below, errors)
    alike = np.array([-1.0 if (r := verdict.text_ratio) is None else r for verdict in verdicts], np.float64)
    if (alike >= 0).any():
        below = total(np.ones(len(steps)), alike >= 0)
        yield _Ratio(name, "text_distance", total(alike, alike >= 0), below, 0)


def _groups(steps: Sequence[JudgedStep]) -> Iterator[tuple[str, NDArray[np.bool_]]]:
    yield "", np.ones(len(steps), bool)
    for subset in ordered({judged.step.subset for judged in steps}, SUBSETS):
        yield f"/subset:{subset}", np.array([judged.step.subset == subset for judged in steps], bool)
    for kind in ordered({judged.kind for judged in steps}, KINDS):
        yield f"/type:{kind}", np.array([judged.kind == kind for judged in steps], bool)


def _episode_groups(episodes: Sequence[JudgedEpisode]) -> Iterator[tuple[str, NDArray[np.bool_]]]:
    yield "", np.ones(len(episodes), bool)
    for subset in ordered({episode.episode.subset for episode in episodes}, SUBSETS):
        yield f"/subset:{subset}", np.array([episode.episode.subset == subset for episode in episodes], bool)


def ordered(found: set[str] | set[Kind], known: Sequence[str]) -> list[str]:
    """What was found, in the known order, then what is unknown by name."""
    return [*(name for name in known if name in found), *sorted(set(found) - set(known))]
