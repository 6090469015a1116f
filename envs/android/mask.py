"""Takes secrets out of screenshots: wherever the screen shows one that was typed, the picture is black."""

from __future__ import annotations

import math
import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from itertools import accumulate

import numpy as np

from envs.android.frames import Pixels
from envs.android.nodes import Node, dump
from envs.android.shell import Shell
from envs.notices import Notices

_BETWEEN = re.compile(r"[\u00ad\u200b-\u200d\u2060\ufeff\s-]+")
"""What an app may put between the characters of what it shows: a card's number in fours."""


class Mask:
    """Knows the secrets that were typed on one phone. Before the first one it asks the phone nothing.

    A screen that does not tell its parts in time is black as a whole: a secret may stand anywhere on it.

    Args:
        unseen: show such a screen all the same.
    """

    def __init__(self, shell: Shell, notices: Notices, unseen: bool) -> None:
        self._shell = shell
        self._notices = notices
        self._unseen = unseen
        self._secrets: set[str] = set()

    def add(self, secret: str) -> None:
        """From now on this one is looked for."""
        self._secrets.add(secret)

    def cover(self, frame: Pixels, display: tuple[int, int]) -> Pixels:
        """A frame of the display, whose width and height its parts are told in, without secrets. Raises EnvError."""
        if not self._secrets:
            return frame
        nodes = dump(self._shell)
        if nodes is not None:
            return black_out(frame, list(places(nodes, sorted(self._secrets))), display)
        if self._unseen:
            return frame
        self._notices.say(
            "The screen is not shown: it could not be searched for the secret that was typed. Wait until it is at "
            "rest, or go Back."
        )
        return np.zeros_like(frame)


def places(nodes: Sequence[Node], secrets: Sequence[str]) -> Iterator[tuple[int, int, int, int]]:
    """The boxes of the nodes that hold one of the secrets, alone or several of them in a row."""
    for words in ([node.text for node in nodes], [node.description for node in nodes]):
        flat = [_flat(text) for text in words]
        ends = list(accumulate(len(text) for text in flat))
        whole = "".join(flat)
        for secret in filter(None, map(_flat, secrets)):
            at = whole.find(secret)
            while at >= 0:
                first, last = bisect_right(ends, at), bisect_left(ends, at + len(secret))
                yield from (node.box for node, text in zip(nodes[first : last + 1], flat[first:], strict=False) if text)
                at = whole.find(secret, at + 1)


def black_out(frame: Pixels, boxes: Sequence[tuple[int, int, int, int]], display: tuple[int, int]) -> Pixels:
    """The frame with every box of the display blackened."""
    if not boxes:
        return frame
    frame = frame.copy()
    height, width = frame.shape[:2]
    across, down = width / display[0], height / display[1]
    for left, top, right, bottom in boxes:
        rows = slice(max(0, math.floor(top * down)), max(0, math.ceil(bottom * down)))
        columns = slice(max(0, math.floor(left * across)), max(0, math.ceil(right * across)))
        frame[rows, columns] = 0
    return frame


def _flat(text: str) -> str:
    return _BETWEEN.sub("", text).casefold()
