"""EZPoints (12 from two cards) and Points24 (24 from four), one token of the formula a call.

After RL4VLM gym-cards ezpoints.py and points.py. In the order of the original's checks: a formula already longer than
the limit truncates the episode (-1) whatever the action; a number the cards do not offer (any more) costs -1; "="
ends the game with +10 when the formula makes the target from all cards and -1 otherwise; anything else is appended.

What `rules="rl4vlm"` keeps and the default mends: there an illegal number still appends a blank to the formula, and
the value is Python's `eval` of the joined tokens (floats, so 8/(3-8/3) is not 24; "1","2" make 12; "*","*" a power).
By default the formula stays as it was and is judged with exact rationals, one token a number.
"""

from __future__ import annotations

from typing import Any

from PIL import Image

from actions.cards import NUMBERS, AppendTo12, AppendTo24, ez_points_space, points24_space
from actions.space import Action, ActionSpace
from envs.cards.drawing import CELL, FELT, RANKS, SUITS, WHITE, Card, canvas, place, write, write_wrapped
from envs.cards.formula import BLANK, FormulaError, evaluate, evaluate_as_python, solve
from envs.cards.game import CardGame, Rules, numbers_in


class PointsGame(CardGame):
    """The rule both games share: their cards, target and limit differ."""

    target: int
    cards_dealt: int
    longest: int
    first_column: int

    def __init__(self, space: ActionSpace, rules: Rules, render_mode: str | None) -> None:
        super().__init__(space, rules, render_mode)
        self.cards: list[Card] = []
        self.formula: list[str] = []
        self.solved = False

    @property
    def values(self) -> list[int]:
        return [card.value for card in self.cards]

    def deal(self, task: str) -> None:
        if task:
            values = numbers_in(task, self.cards_dealt, 1, 10, "the values of the cards, ace 1")
            self.cards = [Card(RANKS[value - 1], SUITS[int(self.np_random.integers(4))]) for value in values]
        else:
            self.cards = self.deal_cards()
        self.formula, self.solved = [], False

    def deal_cards(self) -> list[Card]:
        raise NotImplementedError

    def play(self, action: Action) -> tuple[float, bool, bool, str]:
        assert isinstance(action, AppendTo12 | AppendTo24)
        token = action.token
        if len(self.formula) > self.longest:
            return -1.0, False, True, "The formula is too long."
        if token in NUMBERS and self.formula.count(token) >= self.values.count(int(token)):
            if self.rules == "rl4vlm":
                self.formula.append(BLANK)
            return -1.0, False, False, f"{token} is not on an unused card."
        if token == "=":  # noqa: S105 - a token of the formula, not a password
            self.solved = self._makes_target()
            return (10.0 if self.solved else -1.0), True, False, "Solved." if self.solved else "That is not it."
        self.formula.append(token)
        return 0.0, False, False, ""

    def _makes_target(self) -> bool:
        if sum(token in NUMBERS for token in self.formula) != len(self.cards):
            return False
        try:
            if self.rules == "rl4vlm":
                return bool(evaluate_as_python(self.formula) == self.target)
            return evaluate(self.formula) == self.target
        except FormulaError:
            return False

    def draw(self) -> Image.Image:
        image = canvas(FELT)
        write(image, f"Make {self.target}", 8, 20, 26, WHITE)
        for index, card in enumerate(self.cards):
            place(image, card, self.first_column + index, 1)
        write_wrapped(image, ["Formula:", *self.formula], 8, 2 * CELL + 12, 22)
        return image

    def facts(self) -> dict[str, Any]:
        return {
            "cards": [card.rank for card in self.cards],
            "values": self.values,
            "formula": list(self.formula),
            "solvable": self.solution() is not None,
            "goal_reached": self.solved,
        }

    def solution(self) -> tuple[str, ...] | None:
        return solve(tuple(sorted(self.values)), self.target)

    def oracle(self) -> tuple[str, Action]:
        plan = (*(self.solution() or ()), "=")
        done = len(self.formula)
        # Off the plan nothing can be won any more: hand the formula in.
        rest = plan[done:] if list(plan[:done]) == self.formula and done < len(plan) else ("=",)
        thought = f"Rest {' '.join(rest)}."
        if done == 0:
            thought = f"{self.reading()} {thought}"
        return thought, self.action_space.actions[0](token=rest[0])  # type: ignore[attr-defined]

    def reading(self) -> str:
        return f"Cards {' '.join(map(str, self.values))}."


class EZPoints(PointsGame):
    """`visuomotor/EZPoints-v0`: make 12. Every deal can be solved. Task: "" or two values, such as "5 7"."""

    goal = "Make 12 from the two cards, each used once."
    target, cards_dealt, longest, first_column = 12, 2, 5, 1

    def __init__(self, rules: Rules = "default", render_mode: str | None = None) -> None:
        super().__init__(ez_points_space(), rules, render_mode)

    def deal_cards(self) -> list[Card]:
        """A first card from 2 to K, a second whose value completes it, in random order."""
        first = self.draw_card(RANKS[1:])
        value = first.value
        by_product = value in (2, 3, 4, 6) and bool(self.np_random.integers(2))
        second = Card(RANKS[(12 // value if by_product else 12 - value) - 1], SUITS[int(self.np_random.integers(4))])
        return [first, second] if self.np_random.integers(2) else [second, first]


class Points24(PointsGame):
    """`visuomotor/Points24-v0`: make 24. 73.1 % of deals can be solved. Task: "" or values, such as "3 3 8 8"."""

    goal = "Make 24 from the four cards, each used once."
    target, cards_dealt, longest, first_column = 24, 4, 20, 0

    def __init__(self, rules: Rules = "default", render_mode: str | None = None) -> None:
        super().__init__(points24_space(), rules, render_mode)

    def deal_cards(self) -> list[Card]:
        return [self.draw_card() for _ in range(4)]

    def reading(self) -> str:
        return f"{super().reading()} Sorted {' '.join(map(str, sorted(self.values)))}."
