"""How the drawn phone of one episode looks."""

from __future__ import annotations

import random
from dataclasses import dataclass
from functools import cache

from PIL import ImageFont

Colour = tuple[int, int, int]
WIDTH = 270
"""Every screen is laid out this many units wide, and scaled to its pixels."""
SIZES = ((270, 600), (540, 1080), (540, 1140), (540, 1170), (720, 1520))
"""Width and height in pixels of the screens of Android-in-the-Zoo."""
_ACCENTS = ((26, 115, 232), (0, 121, 107), (194, 24, 91), (81, 45, 168), (230, 81, 0))


@dataclass(frozen=True, slots=True)
class Look:
    """Size in pixels, colours, and the time of the status bar."""

    width: int
    height: int
    dark: bool
    accent: Colour
    clock: str

    @property
    def scale(self) -> float:
        """Pixels a unit."""
        return self.width / WIDTH

    @property
    def tall(self) -> float:
        """Height in units."""
        return self.height / self.scale

    @property
    def paper(self) -> Colour:
        return (24, 26, 30) if self.dark else (255, 255, 255)

    @property
    def ink(self) -> Colour:
        return (232, 234, 237) if self.dark else (32, 33, 36)

    @property
    def faint(self) -> Colour:
        """For lines, and text of little weight."""
        return (138, 143, 150) if self.dark else (110, 116, 122)

    @property
    def tint(self) -> Colour:
        """The ground of fields, keys and bars."""
        return (48, 52, 58) if self.dark else (232, 236, 241)


def draw_look(rng: random.Random) -> Look:
    """One of the real sizes, with colours and a time of its own."""
    width, height = rng.choice(SIZES)
    clock = f"{rng.randint(1, 12)}:{rng.randint(0, 59):02}"
    return Look(width, height, rng.random() < 0.25, rng.choice(_ACCENTS), clock)


@cache
def font(size: int) -> ImageFont.FreeTypeFont:
    """Pillow's own font, of which every machine draws the same pixels."""
    found = ImageFont.load_default(size)
    if not isinstance(found, ImageFont.FreeTypeFont):
        raise RuntimeError("Pillow was built without FreeType; reinstall it from a wheel: pip install pillow")
    return found
