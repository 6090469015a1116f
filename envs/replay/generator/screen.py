"""A screen under the pencil: what is drawn on it is annotated as it is drawn."""

from __future__ import annotations

from dataclasses import dataclass

from PIL import Image, ImageDraw

from envs.replay.generator.icons import draw_icon
from envs.replay.generator.look import WIDTH, Colour, Look, font
from envs.replay.step import Element

BAR = 34.0
"""Height in units of the bar with back, home and overview."""


@dataclass(frozen=True, slots=True)
class Area:
    """A rectangle in units: x, y, width and height."""

    x: float
    y: float
    width: float
    height: float

    def within(self, share: float) -> Area:
        """Its middle: `share` of its sides."""
        return Area(
            self.x + self.width * (1 - share) / 2,
            self.y + self.height * (1 - share) / 2,
            self.width * share,
            self.height * share,
        )


class Screen:
    """A picture and its elements. Coordinates are units from the top left: the screen is 270 of them wide."""

    def __init__(self, look: Look, ground: Colour | None = None) -> None:
        self.look = look
        self.image = Image.new("RGB", (look.width, look.height), ground or look.paper)
        self.elements: list[Element] = []
        self._draw = ImageDraw.Draw(self.image)

    @property
    def bottom(self) -> float:
        """Where what belongs to the app ends, and the navigation bar begins."""
        return self.look.tall - BAR

    def text(
        self, x: float, y: float, words: str, size: float = 9, fill: Colour | None = None, centred: bool = False,
        noted: bool = True,
    ) -> Area:  # fmt: skip
        """Write a line with its top left, or top middle, at (x, y), cut where the screen ends."""
        s, face = self.look.scale, font(round(size * self.look.scale))
        while len(words) > 1 and face.getlength(words) / s > WIDTH - (0 if centred else x) - 4:
            words = words[:-1]
        left, top, right, bottom = face.getbbox(words)
        if centred:
            x -= (right - left) / s / 2
        self._draw.text((x * s - left, y * s - top), words, font=face, fill=fill or self.look.ink)
        area = Area(x, y, (right - left) / s, (bottom - top) / s)
        if noted:
            self.note(area, words, "TEXT")
        return area

    def box(self, area: Area, fill: Colour | None, radius: float = 0, outline: Colour | None = None) -> Area:
        s = self.look.scale
        corners = (area.x * s, area.y * s, (area.x + area.width) * s - 1, (area.y + area.height) * s - 1)
        self._draw.rounded_rectangle(corners, radius * s, fill, outline, max(1, round(s)))
        return area

    def line(self, y: float, left: float = 0, right: float = WIDTH) -> None:
        self.box(Area(left, y, right - left, 1 / self.look.scale), self.look.tint)

    def icon(self, kind: str, area: Area, fill: Colour | None = None, noted: bool = True) -> Area:
        """Draw an icon of an annotated type."""
        s = self.look.scale
        places = (area.x * s, area.y * s, (area.x + area.width) * s, (area.y + area.height) * s)
        draw_icon(self._draw, kind, places, fill or self.look.ink)
        if noted:
            self.note(area, "", kind)
        return area

    def button(self, area: Area, words: str, fill: Colour | None = None, ink: Colour = (255, 255, 255)) -> Area:
        """A filled button with its words in the middle, where people touch it: returns that part."""
        self.box(area, fill or self.look.accent, area.height / 2.4)
        self.text(area.x + area.width / 2, area.y + area.height / 2 - 4, words, 9, ink, centred=True)
        return Area(area.x + area.width / 2 - 45, area.y, 90, area.height)

    def note(self, area: Area, words: str, kind: str) -> None:
        """Annotate an area, in whole pixels as the archive has them."""
        s = self.look.scale
        self.elements.append(
            Element(round(area.y * s), round(area.x * s), round(area.height * s), round(area.width * s), words, kind)
        )

    def bars(self, ink: Colour | None = None) -> None:
        """The status bar above and the navigation bar below."""
        ink = ink or self.look.faint
        self.text(6, 4, self.look.clock, 8, ink, noted=False)
        self.box(Area(WIDTH - 16, 4, 6, 8), ink, 1)
        y = self.look.tall - BAR / 2 - 7
        self.icon("ICON_V_BACKWARD", Area(50, y, 13, 14), ink)
        self.icon("ICON_NAV_BAR_CIRCLE", Area(128, y, 14, 14), ink)
        self.icon("ICON_NAV_BAR_RECT", Area(206, y, 13, 14), ink)
