"""An item of a function-calling set as a world of one answer; its action space is the item's functions."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from actions.call import ActionError
from actions.screen import Answer
from actions.space import Action, ActionSpace
from envs.base import EnvError
from envs.options import read_options
from envs.replay.function_calling.functions import space_of_functions
from envs.replay.function_calling.items import Item, read_items
from envs.replay.function_calling.options import FunctionCallingOptions
from envs.replay.single.onestep import OneStep, Question, unasked


class FunctionCalling(OneStep):
    """`visuomotor/FunctionCalling-v0`: a picture, a question, and the functions one of which answers it.

    Raises:
        EnvError: where the set or the item is not there, or its functions cannot be actions.
    """

    def __init__(self, render_mode: str | None = None, **options: Any) -> None:
        super().__init__(_question(read_options(FunctionCallingOptions, options)), render_mode)


def _question(given: FunctionCallingOptions) -> Question:
    if not given.data:  # without a set there are no functions; a space must have one
        missing = "FunctionCalling needs --data; make a set with: visuomotor data make function-calling DIR"
        return unasked(ActionSpace([Answer]), Answer(""), missing)
    items = read_items(Path(given.data))
    item = items.get(given.item) if given.item else next(iter(items.values()), None)
    if item is None:
        raise EnvError(f"there is no item {given.item!r} in {given.data}")
    space, gold = checked(item)
    thought = f"The function that does this is {item.call.name}."
    return Question(item.id, item.image, item.question, space, gold, thought)


def checked(item: Item) -> tuple[ActionSpace, Action]:
    """The item's functions and the expected call as an action. Raises EnvError naming the item's line."""
    space = space_of_functions(item.functions, item.place)
    try:
        return space, space.decode(item.call)
    except ActionError as error:
        raise EnvError(f"{item.place}: the expected call does not fit its function: {error}") from error
