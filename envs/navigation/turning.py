"""Which single turns and moves lead to a viewpoint: a search through the simulator's states."""

from __future__ import annotations

from collections import deque

from actions.navigation import Forward, LookDown, LookUp, LowLevelAction, TurnLeft, TurnRight
from envs.base import EnvError
from envs.navigation.angles import HEADINGS, VIEWS, elevation_of, heading_of
from envs.navigation.candidates import navigable
from envs.navigation.graph import NavGraph

State = tuple[str, int]
"""A viewpoint and the discretised view one looks at."""


def ahead(graph: NavGraph, state: State) -> str | None:
    """Where forward leads: the place nearest to the middle of the picture; None when none is in sight."""
    found = navigable(graph, state[0], heading_of(state[1]), elevation_of(state[1]))
    return found[0].viewpoint if found else None


def first_step(graph: NavGraph, state: State, goal: str, through: tuple[str, ...]) -> LowLevelAction:
    """The first of the fewest actions from a state to a viewpoint, by way of some viewpoints alone if that can be.

    Two places in almost one direction can bar the further one from forward: then the way goes anywhere.

    Raises:
        EnvError: when nothing leads there.
    """
    found = _search(graph, state, goal, frozenset(through)) or _search(graph, state, goal, frozenset(graph.ids))
    if found is None:
        raise EnvError(f"in scan {graph.scan} no turns and moves lead from {state[0]} to {goal}")
    return found


def _search(graph: NavGraph, start: State, goal: str, allowed: frozenset[str]) -> LowLevelAction | None:
    firsts: dict[State, LowLevelAction | None] = {start: None}
    queue = deque([start])
    while queue:
        state = queue.popleft()
        if state[0] == goal:
            return firsts[state]
        for action, after in _moves(graph, state):
            if after not in firsts and after[0] in allowed:
                firsts[after] = firsts[state] or action
                queue.append(after)
    return None


def _moves(graph: NavGraph, state: State) -> list[tuple[LowLevelAction, State]]:
    viewpoint, view = state
    row, column = divmod(view, HEADINGS)
    found: list[tuple[LowLevelAction, State]] = []
    following = ahead(graph, state)
    if following is not None:
        found.append((Forward(), (following, view)))
    found.append((TurnLeft(), (viewpoint, row * HEADINGS + (column - 1) % HEADINGS)))
    found.append((TurnRight(), (viewpoint, row * HEADINGS + (column + 1) % HEADINGS)))
    if view + HEADINGS < VIEWS:
        found.append((LookUp(), (viewpoint, view + HEADINGS)))
    if view >= HEADINGS:
        found.append((LookDown(), (viewpoint, view - HEADINGS)))
    return found
