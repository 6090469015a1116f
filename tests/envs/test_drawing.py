"""Every card can be read off the pixels, however long the hand."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest

from envs.cards.blackjack import Blackjack
from envs.cards.drawing import CELL, FELT, RANKS, SIZE, SUITS, WHITE, Card, canvas, place, to_array, write_wrapped


def picture_of(card: Card | None, column: float = 0, row: int = 0) -> bytes:
    image = canvas(FELT)
    place(image, card, column, row)
    return image.tobytes()


def test_a_canvas_is_300_by_300_rgb_bytes():
    array = to_array(canvas(FELT))
    assert (array.shape, array.dtype) == ((300, 300, 3), np.uint8)
    assert (array == FELT).all()


def test_an_array_is_a_copy_of_the_picture():
    image = canvas(FELT)
    array = to_array(image)
    array[:] = 0
    assert image.getpixel((0, 0)) == FELT
    assert array.flags.writeable


def test_every_rank_and_suit_and_the_back_are_drawn_differently():
    faces = [picture_of(Card(rank, suit)) for rank, suit in product(RANKS, SUITS)]
    assert len({*faces, picture_of(None)}) == 53


def test_values_are_those_of_the_games():
    assert [Card(rank, "clubs").value for rank in RANKS] == [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 10, 10, 10]


def test_a_card_looks_the_same_in_every_cell_and_leaves_the_others_alone():
    tiles = set()
    for column, row in product(range(4), range(4)):
        image = canvas(FELT)
        place(image, Card("Q", "hearts"), column, row)
        box = (column * CELL, row * CELL, (column + 1) * CELL, (row + 1) * CELL)
        tiles.add(image.crop(box).tobytes())
        image.paste(FELT, box)
        assert image.tobytes() == canvas(FELT).tobytes()
    assert len(tiles) == 1


def hand(length: int) -> list[Card]:
    return [Card(RANKS[index * 5 % 13], SUITS[index % 4]) for index in range(length)]


def draws_of_each_rank(game: Blackjack, cards: list[Card], position: int) -> set[bytes]:
    kept, shown = cards[position], set()
    for rank in RANKS:
        cards[position] = Card(rank, kept.suit)
        shown.add(game.draw().tobytes())
    cards[position] = kept
    return shown


# 22 is the longest hand there is: an ace twenty-one times and the card that ends it.
@pytest.mark.parametrize("length", [*range(1, 17), 22])
def test_the_rank_of_every_card_of_a_players_hand_is_seen(length):
    game = Blackjack()
    game.reset(seed=0)
    game.player = hand(length)
    for position in range(length):
        assert len(draws_of_each_rank(game, game.player, position)) == len(RANKS)


@pytest.mark.parametrize("length", range(2, 11))
def test_the_rank_of_every_card_of_the_dealer_is_seen_at_the_end(length):
    game = Blackjack()
    game.reset(seed=0)
    game.player, game.dealer, game.over = hand(16), hand(length), True
    for position in range(length):
        assert len(draws_of_each_rank(game, game.dealer, position)) == len(RANKS)


def test_one_card_more_always_changes_the_picture():
    game = Blackjack()
    game.reset(seed=0)
    pictures = []
    for length in range(1, 17):
        game.player = hand(length)
        pictures.append(game.draw().tobytes())
    assert len(set(pictures)) == len(pictures)


def test_wrapped_words_stay_left_of_the_margin_and_none_is_lost():
    words = ["10"] * 24
    image = canvas(FELT)
    write_wrapped(image, words, 8, 10, 22)
    inked = (to_array(image) == WHITE).all(axis=2)
    columns, rows = np.flatnonzero(inked.any(axis=0)), np.flatnonzero(inked.any(axis=1))
    assert 6 <= columns.min() <= columns.max() <= SIZE - 7
    one_line = canvas(FELT)
    write_wrapped(one_line, words[:1], 8, 10, 22)
    ink_of_a_word = (to_array(one_line) == WHITE).all(axis=2).sum()
    assert inked.sum() == pytest.approx(24 * ink_of_a_word, rel=0.1)
    assert rows.max() > 50
