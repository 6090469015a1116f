"""The action spaces of the four card games."""

from __future__ import annotations

import pytest

from actions.call import ActionError, FunctionCall
from actions.cards import AppendTo12, AppendTo24, Stand, blackjack_space, ez_points_space, number_line_space
from actions.cards import points24_space as twenty_four_space
from actions.space import ActionSpace

SPACES = [number_line_space(), blackjack_space(), ez_points_space(), twenty_four_space()]


def test_each_game_offers_its_moves() -> None:
    assert [space.names for space in SPACES] == [("Minus", "Plus"), ("Stand", "Hit"), ("Append",), ("Append",)]


def test_the_tokens_are_those_of_the_games() -> None:
    twelve, twenty_four = (
        space.schema()[0].parameters["properties"]["token"]["enum"] for space in (SPACES[2], SPACES[3])
    )
    numbers = [str(number) for number in range(1, 11)]
    assert twelve == [*numbers, "+", "*", "="]
    assert twenty_four == [*numbers, "+", "-", "*", "/", "(", ")", "="]


@pytest.mark.parametrize("space", SPACES)
def test_every_move_survives_the_codec(space: ActionSpace) -> None:
    space.seed(0)
    for action in {space.sample() for _ in range(200)}:
        assert space.decode(space.encode(action)) == action


def test_a_number_may_be_written_bare() -> None:
    assert SPACES[2].decode(FunctionCall("Append", {"token": 10})) == AppendTo12("10")
    assert SPACES[3].decode(FunctionCall("Append", {"token": 7})) == AppendTo24("7")


def test_a_token_of_the_other_game_is_refused_with_the_choices() -> None:
    with pytest.raises(ActionError, match=r"'token' must be one of 1, 2, .*10, \+, \*, =\."):
        SPACES[2].decode(FunctionCall("Append", {"token": "/"}))
    assert AppendTo24("+") not in SPACES[2]
    assert AppendTo12("+") not in SPACES[3]


def test_a_move_with_arguments_it_does_not_take_is_refused() -> None:
    assert SPACES[1].decode(FunctionCall("Stand")) == Stand()
    with pytest.raises(ActionError, match="it takes no arguments"):
        SPACES[1].decode(FunctionCall("Stand", {"card": 5}))
