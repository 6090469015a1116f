"""Blackjack's rule, its exact policy and its counts."""

from __future__ import annotations

from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from actions.cards import Hit, Stand
from envs.cards.blackjack import EMPTY, Blackjack, Hand, best_action, best_win, dealer_totals, hand_of
from envs.cards.drawing import RANKS, SUITS, Card

DECK = (1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 10, 10, 10)
# The highest total to hit, by the dealer's card: what wins most often, found by exact dynamic programming.
HIT_HARD = {1: 17, 2: 11, 3: 11, 4: 11, 5: 11, 6: 11, 7: 16, 8: 15, 9: 15, 10: 14}
HIT_SOFT = {1: 18, 2: 17, 3: 17, 4: 17, 5: 17, 6: 17, 7: 17, 8: 18, 9: 18, 10: 18}

hands = st.lists(st.sampled_from(RANKS), min_size=1, max_size=22)


def cards(ranks: str) -> list[Card]:
    return [Card(rank, SUITS[index % 4]) for index, rank in enumerate(ranks.split())]


def table(dealer: str, player: str) -> Blackjack:
    """A game with these cards on the table; what is drawn further comes from seed 0."""
    game = Blackjack()
    game.reset(seed=0)
    game.dealer, game.player = cards(dealer), cards(player)
    return game


def next_cards(game: Blackjack, ranks: str) -> None:
    """Let the deck give these cards next."""
    coming = iter(cards(ranks))
    game.draw_card = lambda *_: next(coming)


def brute_force(ranks: list[str]) -> tuple[int, bool]:
    """The best total over every choice of one or eleven for each ace, and whether it counts one as eleven."""
    tens = [1 if rank == "A" else 10 if rank in "JQK" else int(rank) for rank in ranks if rank != "A"]
    totals = {sum(tens) + sum(aces): 11 in aces for aces in product((1, 11), repeat=min(ranks.count("A"), 3))}
    more = max(0, ranks.count("A") - 3)  # at most one of them can ever be eleven
    legal = [total + more for total in totals if total + more <= 21]
    best = max(legal) if legal else min(totals) + more
    return best, totals[best - more]


@given(hands)
@settings(max_examples=400, deadline=None)
def test_a_hands_total_is_the_best_over_the_values_of_its_aces(ranks):
    hand = hand_of([Card(rank, "spades") for rank in ranks])
    assert (hand.total, hand.soft) == brute_force(ranks)


@given(hands)
@settings(max_examples=100, deadline=None)
def test_the_order_of_the_cards_changes_no_total(ranks):
    assert hand_of([Card(rank, "clubs") for rank in ranks]) == hand_of([Card(rank, "hearts") for rank in sorted(ranks)])


def test_the_chances_of_the_dealer_add_up_and_a_soft_17_is_final():
    assert all(sum(dealer_totals(EMPTY.add(value)).values()) == pytest.approx(1) for value in range(1, 11))
    assert dealer_totals(Hand(17, True)) == {17: 1.0}
    assert set(dealer_totals(EMPTY.add(1))) == {17, 18, 19, 20, 21, 22}


def test_the_best_policy_wins_43_16_percent():
    total = sum(best_win(EMPTY.add(a).add(b), dealer) for a, b, dealer in product(DECK, repeat=3))
    assert 100 * total / len(DECK) ** 3 == pytest.approx(43.16, abs=0.01)


@pytest.mark.parametrize("dealer", range(1, 11))
def test_the_best_action_is_the_win_optimal_table(dealer):
    hard = {total: best_action(Hand(total, False), dealer) for total in range(4, 22)}
    soft = {total: best_action(Hand(total, True), dealer) for total in range(12, 22)}
    assert hard == {total: Hit() if total <= HIT_HARD[dealer] else Stand() for total in hard}
    assert soft == {total: Hit() if total <= HIT_SOFT[dealer] else Stand() for total in soft}


@pytest.mark.parametrize(
    ("dealer", "player", "reward", "text"),
    [
        ("10 9", "K Q", 1.0, "You win."),
        ("10 9", "9 9", -1.0, "You lose."),
        ("10 9", "10 9", 0.0, "A draw."),
        ("10 9", "A K", 1.0, "You win."),
        ("A K", "A Q", 0.0, "A draw."),
        ("A J", "7 7 7", 0.0, "A draw."),
        ("A 6", "10 8", 1.0, "You win."),
        ("A 6", "10 6", -1.0, "You lose."),
        ("10 7", "2 3", -1.0, "You lose."),
    ],
)
def test_standing_compares_totals_against_a_dealer_who_stands_on_every_17(dealer, player, reward, text):
    game = table(dealer, player)
    observation, got, terminated, truncated, info = game.step(Stand())
    assert (got, terminated, truncated, observation["text"]) == (reward, True, False, text)
    assert info["dealer"] == dealer.split()
    assert info["goal_reached"] is (reward > 0)


def test_the_dealer_draws_up_to_17_and_no_further():
    game = table("2 3", "10 8")
    next_cards(game, "A 10 A 4")
    _, reward, _, _, info = game.step(Stand())
    assert info["dealer"] == ["2", "3", "A", "10", "A"]  # soft 16, hard 16, 17
    assert reward == 1.0


def test_a_dealer_who_goes_over_21_loses_to_any_hand():
    game = table("10 6", "2 3")
    next_cards(game, "K")
    assert game.step(Stand())[1:3] == (1.0, True)


def test_hitting_goes_on_until_the_hand_is_over_21():
    game = table("10 9", "10 2")
    next_cards(game, "9 A K")
    assert game.step(Hit())[1:4] == (0.0, False, False)
    assert hand_of(game.player).total == 21
    observation, reward, terminated, truncated, info = game.step(Hit())  # at 21 one may still hit
    assert (reward, terminated, truncated, observation["text"]) == (-1.0, True, False, "You lose.")
    assert (info["player"], info["dealer"]) == (["10", "2", "9", "A"], ["10", "9"])


@pytest.mark.parametrize("rules", ["default", "rl4vlm"])
def test_the_reward_of_random_play_follows_from_the_cards_and_so_do_the_counts(rules, monkeypatch):
    monkeypatch.setattr(Blackjack, "_observe", lambda self, text: text)
    game = Blackjack(rules)
    game.action_space.seed(2)
    outcomes = set()
    for seed in range(1500):
        _, info = game.reset(seed=seed)
        taken = best = 0
        terminated = False
        while not terminated:
            action, hand, soft = game.action_space.sample(), *brute_force(info["player"])
            shown = game.dealer[0].value
            taken += 1
            best += (action == Hit()) == (hand <= (HIT_SOFT if soft else HIT_HARD)[shown])
            _, reward, terminated, truncated, info = game.step(action)
            assert not truncated
            assert (info["decisions"], info["best_decisions"]) == (taken, best)
        player, dealer = brute_force(info["player"])[0], brute_force(info["dealer"])[0]
        if player > 21:
            assert (reward, len(info["dealer"])) == (-1.0, 2)
        else:
            assert reward == (1.0 if dealer > 21 else float((player > dealer) - (player < dealer)))
            assert dealer >= 17
            assert len(info["dealer"]) == 2 or brute_force(info["dealer"][:-1])[0] < 17
        outcomes.add((reward, player > 21, dealer > 21))
    assert len(outcomes) == 5  # bust, and a dealer bust, a win, a draw, a loss by comparison


def test_the_oracle_decides_best_every_time_and_counts_aloud():
    game = table("6 K", "A 5 K")
    assert game.oracle() == ("Dealer 6. Player 1 soft 11, 5 soft 16, 10 hard 16.", Stand())
    for seed in range(60):
        game.reset(seed=seed)
        terminated = False
        while not terminated:
            _, _, terminated, _, info = game.step(game.oracle()[1])
        assert info["decisions"] == info["best_decisions"] > 0


def test_two_deals_that_differ_in_the_hidden_card_look_the_same_until_the_end():
    pictures, ends = set(), set()
    for rank, suit in product(RANKS, SUITS):
        game = table("9 9", "3 4")
        game.dealer[1] = Card(rank, suit)
        next_cards(game, "2 10 10 10")
        dealt = game.draw().tobytes()
        thought = game.oracle()
        after_a_hit, *_ = game.step(Hit())
        pictures.add((dealt, after_a_hit["image"].tobytes(), after_a_hit["text"], thought, game.oracle()))
        ends.add(game.step(Stand())[0]["image"].tobytes())
    assert len(pictures) == 1
    assert len(ends) == 52
