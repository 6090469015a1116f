"""Paper, pen and tables for the generated pictures: Pillow's own font, and Noto Sans CJK for Chinese."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

Colour = tuple[int, int, int]
BLACK, WHITE = (20, 20, 24), (255, 255, 255)
# Where Debian, Fedora, Arch and macOS (Homebrew) put Noto Sans CJK; in its collection the third face is the simplified.
_CJK_FOLDERS = (
    "/usr/share/fonts/opentype/noto", "/usr/share/fonts/google-noto-sans-cjk-fonts", "/usr/share/fonts/google-noto-cjk",
    "/usr/share/fonts/noto-cjk", "/Library/Fonts", "~/Library/Fonts", "~/.local/share/fonts", "~/.fonts",
)  # fmt: skip
_SIMPLIFIED = 2


@dataclass(frozen=True, slots=True)
class Theme:
    """Colours of a picture."""

    paper: Colour
    ink: Colour
    head: Colour
    """Behind headings."""
    on_head: Colour
    line: Colour


THEMES = (
    Theme((255, 255, 255), BLACK, (32, 74, 135), WHITE, (200, 205, 214)),
    Theme((252, 248, 236), (52, 40, 28), (120, 72, 36), (255, 246, 226), (222, 206, 180)),
    Theme((20, 24, 32), (232, 236, 240), (44, 54, 72), (255, 214, 102), (64, 72, 88)),
    Theme((238, 244, 240), (24, 48, 38), (36, 110, 84), WHITE, (186, 208, 196)),
    Theme((250, 240, 244), (60, 20, 40), (150, 40, 84), WHITE, (226, 196, 208)),
)


@cache
def find_cjk(bold: bool = False) -> Path | None:
    """The file of Noto Sans CJK, or None where it is not installed. VISUOMOTOR_CJK_FONT names another font."""
    given = os.environ.get("VISUOMOTOR_CJK_FONT")
    if given:
        return Path(given) if Path(given).is_file() else None
    name = f"NotoSansCJK-{'Bold' if bold else 'Regular'}.ttc"
    places = (Path(folder).expanduser() / name for folder in _CJK_FOLDERS)
    return next((place for place in places if place.is_file()), None)


@cache
def _font(size: int, chinese: bool, bold: bool) -> ImageFont.FreeTypeFont:
    if chinese:
        path = find_cjk(bold) or find_cjk()
        if path is None:
            raise ValueError("Noto Sans CJK is not installed (Debian: apt install fonts-noto-cjk)")
        return ImageFont.truetype(str(path), size, index=_SIMPLIFIED if path.suffix == ".ttc" else 0)
    font = ImageFont.load_default(size)
    if not isinstance(font, ImageFont.FreeTypeFont):
        raise RuntimeError("Pillow was built without FreeType; reinstall it from a wheel: pip install pillow")
    return font


class Sheet:
    """A picture being drawn.

    Args:
        width, height: in pixels.
        chinese: write with the Chinese font. Raises ValueError on the first text where there is none.
    """

    def __init__(self, width: int, height: int, theme: Theme, *, chinese: bool = False) -> None:
        self.theme = theme
        self.image = Image.new("RGB", (width, height), theme.paper)
        self.draw = ImageDraw.Draw(self.image)
        self._chinese = chinese

    @property
    def width(self) -> int:
        return self.image.width

    def write(
        self,
        x: float,
        y: float,
        text: str,
        size: int = 26,
        *,
        bold: bool = False,
        fill: Colour | None = None,
        anchor: str = "lt",
    ) -> None:
        """One line of text; `anchor` as Pillow's."""
        stroke = 1 if bold and not self._chinese else 0
        self.draw.text(
            (x, y), text, font=_font(size, self._chinese, bold), fill=fill or self.theme.ink, anchor=anchor,
            stroke_width=stroke,
        )  # fmt: skip

    def length(self, text: str, size: int) -> float:
        return _font(size, self._chinese, False).getlength(text)

    def banner(self, text: str, height: int = 84, size: int = 38, *, under: str = "") -> int:
        """A coloured heading over the whole width; returns where what follows begins."""
        self.draw.rectangle((0, 0, self.width, height), fill=self.theme.head)
        middle = height / 2 if not under else height * 0.36
        self.write(self.width / 2, middle, text, size, bold=True, fill=self.theme.on_head, anchor="mm")
        if under:
            self.write(self.width / 2, height * 0.76, under, 22, fill=self.theme.on_head, anchor="mm")
        return height + 20

    def rule(self, y: float, margin: int = 30) -> None:
        self.draw.line((margin, y, self.width - margin, y), fill=self.theme.line, width=2)

    def table(
        self,
        y: int,
        columns: Sequence[tuple[str, int]],
        rows: Sequence[Sequence[str]],
        *,
        size: int = 25,
        pitch: int = 52,
    ) -> int:
        """A table with a head.

        Args:
            columns: title and left edge of each; a negative edge aligns to the right, that far from the left.

        Returns:
            where what follows begins.
        """
        self._row(y, [title for title, _ in columns], columns, size - 3, bold=True)
        y += pitch - 8
        self.rule(y - 6)
        for row in rows:
            self._row(y + 6, row, columns, size)
            y += pitch
            self.rule(y - 6)
        return y + 10

    def _row(
        self, y: float, cells: Sequence[str], columns: Sequence[tuple[str, int]], size: int, *, bold: bool = False
    ) -> None:
        for cell, (_, edge) in zip(cells, columns, strict=True):
            self.write(abs(edge), y, cell, size, bold=bold, anchor="rt" if edge < 0 else "lt")
