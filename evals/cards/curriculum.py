"""What the shipped card checkpoint is taught, in the order it is taught it.

Every sample is made from its index alone, so a run can be resumed anywhere and a seed can be kept from training.
Four kinds of lesson: reading tiles of a grid, formulas by text, counting a hand by text, and whole games as the loop
plays them. The first three are far cheaper than a game and teach its hard parts alone.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from itertools import combinations_with_replacement

from actions.cards import Hit
from actions.dialects.qwen import QwenDialect
from agent.policy import space_of
from agent.prompt import conversation_of
from envs.base import HasOracle, Observation
from envs.cards.blackjack import EMPTY, best_action
from envs.cards.drawing import FELT, RANKS, SUITS, WHITE, Card, canvas, place, to_array, write
from envs.cards.formula import solve
from envs.registry import make_env
from model.base import Generated, Image, Message

FIRST_TRAINING_SEED = 1_000_000
"""Training deals come from seeds at and above this; evaluation seeds stay below it."""

Conversation = Sequence[Message]
_DIALECT = QwenDialect()


@dataclass(frozen=True, slots=True)
class Stage:
    """A share of the training run and the micro-batches of lessons it cycles through."""

    share: float
    lessons: tuple[str, ...]


# Two processes take even and odd micro-batches by turns: what stands at even places costs about what odd ones do.
FIRST_STEPS = (
    Stage(0.33, ("read", "read", "read", "NumberLine/1", "read", "read", "formula", "count")),
    Stage(0.67, ("read", "EZPoints/2", "Points24/1", "Blackjack/1", "formula", "count", "NumberLine/1", "formula")),
)
"""Reading, recalling and counting, then each game's first step."""

_GAMES_AND_FORMULAS = (
    ("Points24/3", "Points24/5", "EZPoints", "formula", "formula", "NumberLine/2", "count", "formula"),
    ("EZPoints", "Points24", "NumberLine", "formula", "Blackjack/3", "read", "formula", "formula"),
)
WHOLE_GAMES = (Stage(1.0, tuple(lesson for step in _GAMES_AND_FORMULAS for lesson in step)),)
"""The games to their end, and formulas all along: a hand is recalled or it is lost."""


_MOSTLY_LONG_HANDS = (
    ("long hand", "long hand", "long hand", "long hand", "long hand", "count", "formula", "NumberLine"),
    ("long hand", "Points24", "long hand", "formula", "EZPoints", "count", "count", "formula"),
)
LONG_HANDS = (Stage(1.0, tuple(lesson for step in _MOSTLY_LONG_HANDS for lesson in step)),)
"""Blackjack past the first card: half of all deals stand at once, so whole games show it too seldom."""


class CardCurriculum(Sequence[Conversation]):
    """`samples` conversations in micro-batches of `batch` lessons of one kind (like lengths, little padding)."""

    def __init__(self, samples: int, batch: int, stages: Sequence[Stage], seed: int = 0) -> None:
        self.samples, self.batch, self.stages, self.seed = samples, batch, tuple(stages), seed

    def __len__(self) -> int:
        return self.samples

    def __getitem__(self, index: int) -> Conversation:  # type: ignore[override]
        lesson = self.lesson(index)
        return make_lesson(lesson, random.Random(f"{self.seed}/{index}"))

    def lesson(self, index: int) -> str:
        done = index / self.samples
        for stage in self.stages:
            if done < stage.share or stage is self.stages[-1]:
                return stage.lessons[index // self.batch % len(stage.lessons)]
            done -= stage.share
        raise AssertionError("unreachable: the last stage takes the rest")


def make_lesson(lesson: str, rng: random.Random) -> Conversation:
    """One conversation of a lesson."""
    match lesson:
        case "read":
            return read_tiles(rng)
        case "formula":
            return recall_formula(rng)
        case "count":
            return count_hand(rng)
        case "long hand":
            return play_game("Blackjack", 5, rng, until_hit=True)
        case _:
            game, _, steps = lesson.partition("/")
            return play_game(game, int(steps) if steps else 99, rng)


def read_tiles(rng: random.Random) -> Conversation:
    """A run of cards anywhere on the grid, read row by row."""
    image = canvas(FELT)
    if rng.random() < 0.3:
        write(image, rng.choice(["Make 24", "Make 12", "Dealer"]), rng.randrange(8, 160), 20, 26, WHITE)
    first = rng.randrange(0, 13)
    values = []
    for cell in range(first, min(16, first + rng.randrange(1, 9))):
        card = Card(rng.choice(RANKS), rng.choice(SUITS))
        place(image, card, cell % 4, cell // 4)
        values.append(str(card.value))
    return [
        Message.of("user", "Read the cards.", Image(to_array(image))),
        Message.of("assistant", Generated(f"Cards {' '.join(values)}.")),
    ]


@cache
def _hands() -> tuple[tuple[int, ...], ...]:
    return tuple(combinations_with_replacement(range(1, 11), 4))


def recall_formula(rng: random.Random) -> Conversation:
    """Four values to their formula: half the time any multiset, half the time as they are dealt."""
    dealt = [min(rng.randrange(1, 14), 10) for _ in range(4)]
    values = list(rng.choice(_hands())) if rng.random() < 0.5 else dealt
    rng.shuffle(values)
    formula = (*(solve(tuple(sorted(values)), 24) or ()), "=")
    cards, ordered = (" ".join(map(str, v)) for v in (values, sorted(values)))
    return [
        Message.of("user", "Make 24."),
        Message.of("assistant", f"Cards {cards}.", Generated(f" Sorted {ordered}. Rest {' '.join(formula)}.")),
    ]


def count_hand(rng: random.Random) -> Conversation:
    """A hand's running total and the action that wins most often."""
    while True:
        hand, words, values = EMPTY, [], []
        for _ in range(rng.choice((2, 2, 2, 3, 3, 4, 5))):
            value = min(rng.randrange(1, 14), 10)
            hand = hand.add(value)
            values.append(str(value))
            words.append(f"{value} {'soft' if hand.soft else 'hard'} {hand.total}")
        if hand.total <= 21:
            break
    dealer = min(rng.randrange(1, 14), 10)
    thought = f"Dealer {dealer}. Player {', '.join(words)}.\n✿FUNCTION✿: {best_action(hand, dealer).name}\n"
    return [
        Message.of("user", f"Dealer {dealer}. Player {' '.join(values)}."),
        Message.of("assistant", Generated(thought)),
    ]


def play_game(name: str, steps: int, rng: random.Random, *, until_hit: bool = False) -> Conversation:
    """A game as the oracle plays it, cut after `steps`: the first are the hardest, the rest are long and alike.

    `until_hit` deals Blackjack again until the first decision is a hit.
    """
    env = make_env(name)
    game, space = env.unwrapped, space_of(env)
    assert isinstance(game, HasOracle)
    observation, _ = env.reset(seed=_training_seed(rng))
    while until_hit and not isinstance(game.oracle()[1], Hit):
        observation, _ = env.reset(seed=_training_seed(rng))
    turns: list[tuple[Observation, Generated]] = []
    for _ in range(steps):
        thought, action = game.oracle()
        answer = _DIALECT.answer(thought, space.encode(action, _DIALECT.scale), first=not turns)
        turns.append((observation, Generated(answer)))
        observation, _, terminated, truncated, _ = env.step(action)
        if terminated or truncated:
            break
    return conversation_of(space, _DIALECT, turns)


def _training_seed(rng: random.Random) -> int:
    return FIRST_TRAINING_SEED + rng.randrange(2**31 - FIRST_TRAINING_SEED)


def tokenizer_corpus(samples: int = 400) -> list[str]:
    """The words the tokenizer is trained on: declarations, goals and answers."""
    rng = random.Random(0)
    texts = []
    lessons = ("formula", "count", "NumberLine", "Blackjack", "EZPoints", "Points24")
    for index in range(samples):
        for message in make_lesson(lessons[index % len(lessons)], rng):
            texts += [part.text for part in message.parts if not isinstance(part, Image)]
    return texts + ["user\n", "assistant\n", "system\n", "Read the cards.", "Cards"] * 20
