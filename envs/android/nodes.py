"""What `uiautomator dump` tells of the screen: asked once and briefly, for a screen that never rests holds it up."""

from __future__ import annotations

import re
import secrets
from dataclasses import dataclass
from xml.parsers import expat

from actions.point import Point
from envs.android.link import LostError
from envs.android.shell import Shell, line, provided, sequence, silent

LIMIT = 5.0
"""Seconds; slow phones take three, and what is not told is asked about."""
_LARGEST = 4_000_000
# Apps may write to /sdcard, and so could answer in its place; this folder is the shell's own.
_FOLDER = "/data/local/tmp"
_BOUNDS = re.compile(r"\[(-?\d+),(-?\d+)\]\[(-?\d+),(-?\d+)\]")


@dataclass(frozen=True, slots=True)
class Node:
    """A part of the screen. `box` is left, top, right, bottom in pixels, right and bottom beyond it."""

    box: tuple[int, int, int, int]
    text: str
    description: str
    resource: str
    kind: str
    package: str
    clickable: bool
    focused: bool
    password: bool
    hint: str = ""

    @property
    def editable(self) -> bool:
        return self.kind.endswith(("EditText", "AutoCompleteTextView", "SearchAutoComplete"))

    @property
    def area(self) -> int:
        left, top, right, bottom = self.box
        return max(0, right - left) * max(0, bottom - top)

    def holds(self, x: int, y: int) -> bool:
        left, top, right, bottom = self.box
        return left <= x < right and top <= y < bottom

    def within(self, other: Node) -> bool:
        mine, theirs = self.box, other.box
        return theirs[0] <= mine[0] and theirs[1] <= mine[1] and mine[2] <= theirs[2] and mine[3] <= theirs[3]


def dump(shell: Shell, limit: float = LIMIT) -> list[Node] | None:
    """The nodes of the window in front in reading order; None when the phone does not tell them in time."""
    path = f"{_FOLDER}/visuomotor-{secrets.token_hex(4)}.xml"
    command = sequence(provided(line("uiautomator", "dump", path), line("cat", path)), silent(line("rm", "-f", path)))
    try:
        text = shell.ask(command, limit).text
    except LostError:
        return None
    start, end = text.find("<?xml"), text.rfind(">")
    if start < 0 or end - start > _LARGEST:
        return None
    try:
        return parse(text[start : end + 1])
    except expat.ExpatError:
        return None


def parse(xml: str) -> list[Node]:
    """The nodes of a dump. Raises ExpatError for what is none; entities of its own are refused, not expanded."""
    nodes: list[Node] = []

    def start(name: str, values: dict[str, str]) -> None:
        bounds = _BOUNDS.fullmatch(values.get("bounds", ""))
        if name == "node" and bounds is not None:
            left, top, right, bottom = map(int, bounds.groups())
            nodes.append(_node((left, top, right, bottom), values))

    def refuse(*_: object) -> None:
        raise expat.ExpatError("an entity declaration")

    parser = expat.ParserCreate()
    parser.StartElementHandler = start
    parser.EntityDeclHandler = refuse
    parser.Parse(xml.encode(), True)
    return nodes


def focused(nodes: list[Node]) -> Node | None:
    """The text field with the focus."""
    return next((node for node in nodes if node.focused and node.editable), None)


def under(nodes: list[Node], point: Point, width: int, height: int) -> tuple[Node | None, str]:
    """What a touch at a point goes to, and what it says: its own words and those within it."""
    x, y = point.to_pixels(width, height)
    there = [node for node in nodes if node.holds(x, y)]
    if not there:
        return None, ""
    # Of two of one size the later one is on top, or within the other.
    smallest = min(reversed(there), key=lambda node: node.area)
    actor = min((node for node in reversed(there) if node.clickable), key=lambda node: node.area, default=None)
    if actor is None:  # the background: what lies elsewhere on it is not meant
        return smallest, words_of(smallest)
    inner = [actor, *(node for node in nodes if node is not actor and node.within(actor) and node.area < actor.area)]
    words = dict.fromkeys(word for node in inner for word in (node.text, node.description) if word.strip())
    return actor, " ".join(words)


def words_of(node: Node) -> str:
    return f"{node.text} {node.description}".strip()


def _node(box: tuple[int, int, int, int], values: dict[str, str]) -> Node:
    return Node(
        box=box,
        text=values.get("text", ""),
        description=values.get("content-desc", ""),
        resource=values.get("resource-id", ""),
        kind=values.get("class", ""),
        package=values.get("package", ""),
        clickable=values.get("clickable") == "true" or values.get("long-clickable") == "true",
        focused=values.get("focused") == "true",
        password=values.get("password") == "true",
        hint=values.get("hint", ""),
    )
