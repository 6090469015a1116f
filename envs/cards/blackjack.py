"""Blackjack against a dealer who draws to 17, and the exact policy that wins most often.

After RL4VLM gym-cards blackjack.py (gymnasium's Blackjack in pixels): an infinite deck, stand or hit, the dealer
stands on every 17, a natural pays like any win, hitting at 21 is allowed. Reward +1, 0 or -1 at the end. The one
thing mended is the picture: there the fifth card lies off the canvas, here a long hand wraps and overlaps.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any, assert_never

from PIL import Image

from actions.cards import BlackjackAction, Hit, Stand, blackjack_space
from actions.space import Action
from envs.base import EnvError
from envs.cards.drawing import CELL, FELT, WHITE, Card, canvas, place, place_rows, write
from envs.cards.game import CardGame, Rules

_DECK = (1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 10, 10, 10)


@dataclass(frozen=True, slots=True)
class Hand:
    """A hand's best total and whether an ace counts eleven in it."""

    total: int
    soft: bool

    def add(self, value: int) -> Hand:
        """The hand with one more card of `value` (ace 1)."""
        if value == 1 and self.total + 11 <= 21:
            return Hand(self.total + 11, True)
        total = self.total + value
        if total > 21 and self.soft:
            return Hand(total - 10, False)
        return Hand(total, self.soft)


EMPTY = Hand(0, False)


def hand_of(cards: list[Card]) -> Hand:
    hand = EMPTY
    for card in cards:
        hand = hand.add(card.value)
    return hand


@cache
def dealer_totals(hand: Hand) -> dict[int, float]:
    """Probability of each final total of a dealer who has `hand` and draws to 17; 22 stands for bust."""
    if hand.total >= 17:
        return {min(hand.total, 22): 1.0}
    totals: dict[int, float] = {}
    for value in _DECK:
        for total, chance in dealer_totals(hand.add(value)).items():
            totals[total] = totals.get(total, 0.0) + chance / len(_DECK)
    return totals


@cache
def win_if_stand(player: Hand, dealer: int) -> float:
    """Probability of winning by standing against a dealer who shows `dealer`."""
    chances = dealer_totals(EMPTY.add(dealer))
    return sum(chance for total, chance in chances.items() if total == 22 or total < player.total)


@cache
def win_if_hit(player: Hand, dealer: int) -> float:
    """Probability of winning by hitting and playing on for the most wins."""
    hands = [player.add(value) for value in _DECK]
    return sum(best_win(hand, dealer) for hand in hands if hand.total <= 21) / len(_DECK)


def best_win(player: Hand, dealer: int) -> float:
    return max(win_if_stand(player, dealer), win_if_hit(player, dealer))


def best_action(player: Hand, dealer: int) -> BlackjackAction:
    """The action that wins most often: exact dynamic programming over the infinite deck."""
    return Hit() if win_if_hit(player, dealer) > win_if_stand(player, dealer) else Stand()


class Blackjack(CardGame):
    """`visuomotor/Blackjack-v0`. Success in RL4VLM's sense is a win; a draw is not."""

    goal = "Come nearer to 21 than the dealer, not over it."

    def __init__(self, rules: Rules = "default", render_mode: str | None = None) -> None:
        super().__init__(blackjack_space(), rules, render_mode)
        self.dealer: list[Card] = []
        self.player: list[Card] = []
        self.over = self.won = False
        self.decisions = self.best_decisions = 0

    def deal(self, task: str) -> None:
        if task:
            raise EnvError(f"there is no task {task!r} here; Blackjack always deals at random")
        self.dealer = [self.draw_card(), self.draw_card()]
        self.player = [self.draw_card(), self.draw_card()]
        self.over = self.won = False
        self.decisions = self.best_decisions = 0

    def play(self, action: Action) -> tuple[float, bool, bool, str]:
        assert isinstance(action, Hit | Stand)
        choice: BlackjackAction = action
        self.decisions += 1
        self.best_decisions += choice == self._best()
        match choice:
            case Hit():
                self.player.append(self.draw_card())
                if hand_of(self.player).total <= 21:
                    return 0.0, False, False, ""
                return self._end(-1.0)
            case Stand():
                while hand_of(self.dealer).total < 17:
                    self.dealer.append(self.draw_card())
                player, dealer = hand_of(self.player).total, hand_of(self.dealer).total
                return self._end(1.0 if dealer > 21 or player > dealer else float(player == dealer) - 1.0)
            case _:
                assert_never(choice)

    def _end(self, reward: float) -> tuple[float, bool, bool, str]:
        self.over, self.won = True, reward > 0
        outcome = "You win." if reward > 0 else "You lose." if reward < 0 else "A draw."
        return reward, True, False, outcome

    def draw(self) -> Image.Image:
        image = canvas(FELT)
        if self.over:
            place_rows(image, self.dealer, 0, 1)
        else:
            place(image, self.dealer[0], 0, 0)
            place(image, None, 1, 0)
            write(image, "Dealer", 2 * CELL + 8, 24, 24, WHITE)
        place_rows(image, self.player, 1, 3)
        if len(self.player) <= 4:
            write(image, "Player", 8, 2 * CELL + 16, 24, WHITE)
        return image

    def facts(self) -> dict[str, Any]:
        return {
            "dealer": [card.rank for card in self.dealer],
            "player": [card.rank for card in self.player],
            "decisions": self.decisions,
            "best_decisions": self.best_decisions,
            "goal_reached": self.won,
        }

    def oracle(self) -> tuple[str, Action]:
        hand, counts = EMPTY, []
        for card in self.player:
            hand = hand.add(card.value)
            counts.append(f"{card.value} {'soft' if hand.soft else 'hard'} {hand.total}")
        return f"Dealer {self.dealer[0].value}. Player {', '.join(counts)}.", self._best()

    def _best(self) -> BlackjackAction:
        return best_action(hand_of(self.player), self.dealer[0].value)
