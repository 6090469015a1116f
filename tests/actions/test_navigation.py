"""The actions of navigation as a model writes them."""

from __future__ import annotations

import pytest

from actions.call import ActionError, FunctionCall
from actions.navigation import Forward, GoTo, Stop, StopAt, low_level_space, referring_space, route_space


@pytest.mark.parametrize("space", [route_space(), referring_space(), low_level_space()])
def test_every_action_survives_being_written_and_read(space):
    space.seed(0)
    for _ in range(50):
        action = space.sample()
        assert space.decode(space.encode(action)) == action


def test_stop_names_an_object_only_where_objects_are_meant():
    assert route_space().decode(FunctionCall("stop", {})) == Stop()
    assert referring_space().decode(FunctionCall("stop", {"object": 67})) == StopAt(67)
    assert referring_space().decode(FunctionCall("stop", {})) == StopAt(None)
    with pytest.raises(ActionError, match="no argument 'object'"):
        route_space().decode(FunctionCall("stop", {"object": 67}))


@pytest.mark.parametrize("number", ["1", 1.5, -1, None, True])
def test_a_candidate_is_a_whole_number(number):
    with pytest.raises(ActionError, match="candidate"):
        route_space().decode(FunctionCall("go_to", {"candidate": number}))
    assert route_space().decode(FunctionCall("go_to", {"candidate": 3})) == GoTo(3)


def test_the_low_level_names_are_those_of_the_simulator():
    assert low_level_space().names == ("forward", "left", "right", "up", "down", "stop")
    assert low_level_space().decode(FunctionCall("forward", {})) == Forward()
