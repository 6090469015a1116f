"""The icons of the drawn phone, by the names Android-in-the-Zoo annotates them with."""

from __future__ import annotations

from PIL import ImageDraw

Colour = tuple[int, int, int]
Corners = tuple[float, float, float, float]


def draw_icon(draw: ImageDraw.ImageDraw, kind: str, corners: Corners, fill: Colour) -> None:
    """Draw an icon into a rectangle, left, top, right, bottom in pixels. Raises ValueError for an unknown one."""
    left, top, right, bottom = corners
    size = min(right - left, bottom - top)
    pen = max(1, round(size / 8))
    middle, centre = (left + right) / 2, (top + bottom) / 2
    half = size / 2

    def at(x: float, y: float) -> tuple[float, float]:
        """A place by fractions of the icon, from -1 to 1."""
        return middle + x * half, centre + y * half

    match kind:
        case "ICON_V_BACKWARD" | "ICON_PLAY":
            way = -1 if kind == "ICON_V_BACKWARD" else 1
            draw.polygon([at(0.7 * way, 0), at(-0.7 * way, -0.8), at(-0.7 * way, 0.8)], fill)
        case "ICON_NAV_BAR_CIRCLE":
            draw.ellipse((*at(-0.9, -0.9), *at(0.9, 0.9)), outline=fill, width=pen)
        case "ICON_NAV_BAR_RECT":
            draw.rectangle((*at(-0.8, -0.8), *at(0.8, 0.8)), outline=fill, width=pen)
        case "ICON_MAGNIFYING_GLASS":
            draw.ellipse((*at(-0.9, -0.9), *at(0.3, 0.3)), outline=fill, width=pen)
            draw.line((*at(0.2, 0.2), *at(0.9, 0.9)), fill, pen)
        case "ICON_X":
            draw.line((*at(-0.7, -0.7), *at(0.7, 0.7)), fill, pen)
            draw.line((*at(-0.7, 0.7), *at(0.7, -0.7)), fill, pen)
        case "ICON_PLUS":
            draw.line((*at(-0.8, 0), *at(0.8, 0)), fill, pen)
            draw.line((*at(0, -0.8), *at(0, 0.8)), fill, pen)
        case "ICON_THREE_DOTS":
            for y in (-0.7, 0.0, 0.7):
                draw.ellipse((*at(-0.18, y - 0.18), *at(0.18, y + 0.18)), fill)
        case "ICON_MIC":
            draw.rounded_rectangle((*at(-0.3, -0.9), *at(0.3, 0.2)), size * 0.15, fill)
            draw.arc((*at(-0.6, -0.5), *at(0.6, 0.6)), 0, 180, fill, pen)
            draw.line((*at(0, 0.6), *at(0, 0.95)), fill, pen)
        case "ICON_ARROW_BACKWARD":
            draw.line((*at(-0.8, 0), *at(0.8, 0)), fill, pen)
            draw.line((*at(-0.8, 0), *at(-0.1, -0.7)), fill, pen)
            draw.line((*at(-0.8, 0), *at(-0.1, 0.7)), fill, pen)
        case "ICON_SHOPPING_CART":
            draw.line([at(-0.9, -0.7), at(-0.5, -0.7), at(-0.2, 0.3), at(0.7, 0.3), at(0.9, -0.4)], fill, pen)
            for x in (-0.1, 0.6):
                draw.ellipse((*at(x - 0.18, 0.5), *at(x + 0.18, 0.86)), fill)
        case "ICON_SWITCH_ON" | "ICON_SWITCH_OFF":
            draw.rounded_rectangle((left, top, right, bottom), (bottom - top) / 2, fill)
            edge = right - (bottom - top) if kind == "ICON_SWITCH_ON" else left
            draw.ellipse((edge + pen, top + pen, edge + (bottom - top) - pen, bottom - pen), (255, 255, 255))
        case _:
            raise ValueError(f"no icon is called {kind}")
