"""Items of a function-calling set: a picture, a question, functions to choose from, and the call that is expected.

A set is a folder with items.jsonl and its pictures, or such a file by itself. A line is

    {"id": "000001", "image": "images/000001.png", "question": "…", "call": {"name": "…", "arguments": {…}},
     "functions": [{"name": "…", "description": "…", "parameters": {"type": "object", "properties": {…}, …}}, …],
     "scene": "menu", "language": "en"}

of which the last two may be missing. A function may also stand in the frame {"type": "function", "function": {…}}.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from actions.call import FunctionCall
from envs.base import EnvError
from envs.replay.single.images import below
from envs.replay.single.lines import Line, field, read_lines

ITEMS = "items.jsonl"


@dataclass(frozen=True, slots=True)
class Item:
    """One question. `functions` is as in the file, without OpenAI's frame, and not yet checked beyond the names."""

    id: str
    image: Path
    question: str
    functions: tuple[dict[str, Any], ...]
    call: FunctionCall
    scene: str
    language: str
    place: str
    """Where it stands, for messages."""


def items_file(data: Path) -> Path:
    """The file of a set that is named by its folder, or by that file."""
    return data / ITEMS if data.is_dir() else data


def read_items(data: Path) -> dict[str, Item]:
    """All items of a set by id, in its order. Raises EnvError naming the line."""
    path = items_file(data)
    try:
        changed = path.stat().st_mtime_ns
    except OSError as error:
        raise EnvError(
            f"there is no set of function calls at {data} ({error.strerror}); make one with: "
            "visuomotor data make function-calling DIR"
        ) from error
    return _read(path, changed)


@cache
def _read(path: Path, changed: int) -> dict[str, Item]:
    """A world an item reads them, so they are kept; `changed` is the file's time, which tells another file."""
    items: dict[str, Item] = {}
    for line in read_lines(path):
        item = _item(line, path.parent)
        if item.id in items:
            raise EnvError(f"{line.place}: the id {item.id!r} is already at {items[item.id].place}")
        items[item.id] = item
    return items


def _item(line: Line, folder: Path) -> Item:
    functions = tuple(_function(value, line.place) for value in line.get("functions", list))
    call = line.get("call", dict)
    name, arguments = field(call, "name", str, f"{line.place}, call"), call.get("arguments", {})
    if not isinstance(arguments, dict):
        raise EnvError(f"{line.place}: the arguments of 'call' are {type(arguments).__name__}, not an object")
    names = [function["name"] for function in functions]
    if name not in names or len(set(names)) != len(names):
        raise EnvError(f"{line.place}: 'functions' must hold {name!r}, which is called, and no name twice")
    return Item(
        id=line.get("id", str),
        image=below(folder, line.get("image", str), line.place),
        question=line.get("question", str),
        functions=functions,
        call=FunctionCall(name, arguments),
        scene=str(line.value.get("scene", "")),
        language=str(line.value.get("language", "")),
        place=line.place,
    )


def _function(value: Any, place: str) -> dict[str, Any]:
    if isinstance(value, dict) and "function" in value:
        value = value["function"]
    if not isinstance(value, dict) or not isinstance(value.get("name"), str):
        raise EnvError(f"{place}: a function is an object with a 'name'")
    return value
