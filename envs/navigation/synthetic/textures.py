"""The pictures on floors, walls and things, drawn by numbers alone."""

from __future__ import annotations

from functools import cache

import numpy as np

from envs.navigation.skybox import Picture
from envs.navigation.synthetic.furniture import COLOURS, Colour

_SIZE = 64


@cache
def texture(name: str) -> Picture:
    """(64, 64, 3) uint8 RGB, row 0 below. Raises KeyError for a name that is none."""
    kind, _, colour = name.partition(":")
    rng = np.random.default_rng(sum(name.encode()))
    return _KINDS[kind](rng, COLOURS.get(colour, (128, 128, 128)))


def pale(colour: Colour) -> Colour:
    """A paint as walls wear it."""
    red, green, blue = ((part + 3 * 235) // 4 for part in colour)
    return red, green, blue


def _flat(colour: Colour) -> Picture:
    return np.full((_SIZE, _SIZE, 3), colour, np.uint8)


def _grained(picture: Picture, rng: np.random.Generator, strength: int) -> Picture:
    noise = rng.integers(-strength, strength + 1, (_SIZE, _SIZE, 1))
    return np.clip(picture.astype(int) + noise, 0, 255).astype(np.uint8)


def _planks(rng: np.random.Generator, _: Colour) -> Picture:
    picture = _flat((168, 122, 78))
    for k in range(4):
        picture[16 * k : 16 * k + 16] = np.clip(
            picture[16 * k : 16 * k + 16].astype(int) + rng.integers(-18, 18), 0, 255
        )
        picture[16 * k] = (96, 66, 40)
        seam = int(rng.integers(8, 56))
        picture[16 * k : 16 * k + 16, seam] = (96, 66, 40)
    return _grained(picture, rng, 6)


def _tiles(rng: np.random.Generator, _: Colour) -> Picture:
    picture = _flat((214, 216, 214))
    picture[:32, :32] = picture[32:, 32:] = (176, 186, 190)
    picture[::32] = picture[:, ::32] = (120, 124, 126)
    return _grained(picture, rng, 3)


def _carpet(rng: np.random.Generator, colour: Colour) -> Picture:
    soft = tuple((part + 2 * 150) // 3 for part in colour)
    return _grained(_flat((soft[0], soft[1], soft[2])), rng, 14)


def _stripes(rng: np.random.Generator, colour: Colour) -> Picture:
    picture = _flat(pale(colour))
    picture[:, ::16] = picture[:, 1::16] = np.array(pale(colour)) - 22
    return _grained(picture, rng, 2)


def _books(rng: np.random.Generator, _: Colour) -> Picture:
    picture = _flat((92, 62, 38))
    paints = list(COLOURS.values())
    for shelf in range(4):
        bottom, x = 16 * shelf + 2, 2
        while x < _SIZE - 5:
            thick, high = int(rng.integers(2, 5)), int(rng.integers(9, 13))
            picture[bottom : bottom + high, x : x + thick] = paints[int(rng.integers(len(paints)))]
            x += thick + 1
    return picture


def _washer(rng: np.random.Generator, _: Colour) -> Picture:
    picture = _flat((236, 238, 240))
    y, x = np.mgrid[:_SIZE, :_SIZE] - 30
    picture[x**2 + y**2 < 20**2] = (120, 126, 132)
    picture[x**2 + y**2 < 15**2] = (50, 70, 92)
    picture[54:60, 6:30] = (70, 80, 90)
    return picture


def _painting(rng: np.random.Generator, colour: Colour) -> Picture:
    picture = _flat((70, 45, 25))
    picture[5:-5, 5:-5] = colour
    for _ in range(3):
        y, x = (int(at) for at in rng.integers(10, 44, 2))
        picture[y : y + 6, x : x + 12] = np.clip(np.array(colour) + 60, 0, 255)
    return picture


def _mirror(rng: np.random.Generator, _: Colour) -> Picture:
    picture = _flat((150, 120, 70))
    ramp = np.linspace(185, 232, _SIZE - 8).astype(np.uint8)
    picture[4:-4, 4:-4] = np.stack([ramp, ramp, np.minimum(ramp + 14, 255)], axis=1)[None]
    return picture


def _clock(rng: np.random.Generator, _: Colour) -> Picture:
    picture = _flat((60, 60, 60))
    y, x = np.mgrid[:_SIZE, :_SIZE] - 32
    picture[x**2 + y**2 < 28**2] = (250, 250, 245)
    picture[32:54, 31:33] = picture[31:33, 32:48] = (20, 20, 20)
    return picture


def _screen(rng: np.random.Generator, _: Colour) -> Picture:
    picture = _flat((15, 15, 18))
    picture[5:-5, 3:-3] = (40, 60, 95)
    return picture


def _window(rng: np.random.Generator, _: Colour) -> Picture:
    picture = _flat((250, 250, 250))
    picture[5:-5, 5:-5] = (160, 205, 245)
    picture[5:24, 5:-5] = (120, 175, 110)
    picture[30:34] = picture[:, 30:34] = (250, 250, 250)
    return picture


def _keys(rng: np.random.Generator, _: Colour) -> Picture:
    picture = _flat((245, 245, 240))
    picture[:, ::4] = (60, 60, 60)
    return picture


_KINDS = {
    "planks": _planks, "tiles": _tiles, "carpet": _carpet, "stripes": _stripes, "books": _books,
    "washer": _washer, "painting": _painting, "mirror": _mirror, "clock": _clock, "screen": _screen,
    "window": _window, "keys": _keys,
}  # fmt: skip
