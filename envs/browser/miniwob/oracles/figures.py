"""Oracles for pages of shapes and colours."""

from __future__ import annotations

import cmath
import math
from dataclasses import dataclass

from envs.browser.miniwob.oracles.look import Look, Oracle
from envs.browser.miniwob.oracles.page import Element, Step, asked, click, drag, find, one, pick, submit, where

_SIZES = ("large", "small")
_COLOURS = ("red", "green", "blue", "aqua", "black", "magenta", "yellow")
_FORMS = {"circle": "circle", "rect": "rectangle", "polygon": "triangle"}

# The farthest dark pixel from the middle of the canvas in each of 180 directions.
_OUTLINE = """() => {
  const canvas = document.querySelector('#c'), {width, height} = canvas;
  const pixels = canvas.getContext('2d').getImageData(0, 0, width, height).data;
  const radii = new Array(180).fill(0);
  for (let y = 0; y < height; y++) for (let x = 0; x < width; x++) {
    if (pixels[4 * (y * width + x) + 3] < 128) continue;
    const dx = x + 0.5 - width / 2, dy = y + 0.5 - height / 2;
    const turn = Math.floor((Math.atan2(dy, dx) / (2 * Math.PI) + 1) * 180) % 180;
    radii[turn] = Math.max(radii[turn], Math.hypot(dx, dy));
  }
  return radii;
}"""


@dataclass(frozen=True, slots=True)
class Figure:
    """A shape, letter or digit as it looks: `form` is what it is, `sort` the kind of thing that is."""

    element: Element
    size: str
    colour: str
    form: str
    sort: str

    def answers(self, description: list[str]) -> bool:
        """Whether it fits words such as ["large", "red", "circle"]."""
        return all(word in ("item", self.size, self.colour, self.form, self.sort) for word in description)


def _figures(look: Look) -> list[Figure]:
    return [_figure(element) for element in find(look, "#area_svg > *")]


def _figure(element: Element) -> Figure:
    colour = element.attributes["fill"]
    if element.tag == "text":
        large = element.attributes["font-size"] == "20px"
        sort = "digit" if element.text.isdigit() else "letter"
        return Figure(element, _SIZES[0 if large else 1], colour, element.text, sort)
    large = element.box.width > 15
    return Figure(element, _SIZES[0 if large else 1], colour, _FORMS[element.tag], "shape")


def click_shape(look: Look) -> Step:
    """Any figure that the goal describes."""
    (description,) = asked(look, r"^Click on a (.+)$")
    found = [figure.element for figure in _figures(look) if figure.answers(description.split())]
    figure = next((each for each in found if each.spot is not None), found[0])
    return click(look, figure, f'A figure that is a "{description}" lies {where(look, figure)}.')


def count_shape(look: Look) -> Step:
    """The button with the number of figures that the goal describes."""
    (description,) = asked(look, r"^How many (.+)s are there\?$")
    count = sum(figure.answers(description.split()) for figure in _figures(look))
    button = pick(find(look, "#count-buttons button"), str(count))
    return click(look, button, f'I count {count} of "{description}"; press {count} at the bottom.')


def identify_shape(look: Look) -> Step:
    """The button with the name of the only figure."""
    (figure,) = _figures(look)
    name = figure.sort if figure.sort != "shape" else figure.form
    button = one(look, f'#area-buttons [data-type="{name}"]')
    return click(look, button, f'The figure is a {name}; the button "{button.text}" is {where(look, button)}.')


def count_sides(look: Look) -> Step:
    """The button with the number of corners of a regular polygon drawn on a canvas."""
    radii: list[float] = look.run(_OUTLINE)
    # A regular n-gon's outline repeats n times in a turn, so its n-th Fourier coefficient stands out.
    sides = max(range(3, 8), key=lambda n: abs(_coefficient(radii, n)))
    button = pick(find(look, "#form button"), str(sides))
    return click(look, button, f"The shape has {sides} sides; press {sides}.")


def _coefficient(values: list[float], n: int) -> complex:
    turn = -2j * math.pi * n / len(values)
    return sum((value * cmath.exp(turn * i) for i, value in enumerate(values)), 0j)


def grid_coordinate(look: Look) -> Step:
    """A dot of a coordinate grid."""
    (coordinates,) = asked(look, r"(\(-?\d,-?\d\))")
    dot = next(each for each in find(look, "svg circle") if each.attributes["id"] == coordinates)
    x, y = coordinates.strip("()").split(",")
    return click(look, dot, f"The dot at x = {x} and y = {y} is {where(look, dot)}.")


def click_color(look: Look) -> Step:
    """The box of the colour that the goal names or shows."""
    (colour,) = asked(look, r"Click on the (.+) colored box")
    box = one(look, f'#area .color[data-color="{colour}"]')
    return click(look, box, f"The {colour} box is {where(look, box)}.")


def click_shades(look: Look) -> Step:
    """Every shade of one colour."""
    (colour,) = asked(look, r"shades of (\w+)")
    for shade in find(look, f'#area span[data-color="{colour}"]'):
        if not shade.has("selected"):
            return click(look, shade, f"The square {where(look, shade)} is a shade of {colour} without a frame yet.")
    return submit(look, f"Every shade of {colour} is framed.", "#submit")


def ascending_numbers(look: Look) -> Step:
    """The numbers in order: after the first click only blank squares stay, so their places must be remembered."""
    numbers = find(look, "#area_svg text")
    if numbers:
        return click(look, pick(numbers, "1"), "The numbers start at 1; click it and remember where the others are.")
    square = min(find(look, "#area_svg rect"), key=lambda each: int(each.attributes["data-index"]))
    number = square.attributes["data-index"]
    return click(look, square, f"The next number is {number}; its square is {where(look, square)}.")


def draw_line(look: Look) -> Step:
    """A horizontal or vertical stroke through a dot."""
    if look.done:
        return submit(look, "The line runs through the dot.", "#controls button")
    (direction,) = asked(look, r"Draw a (horizontal|vertical) line")
    dot = one(look, "#circ")
    x, y = dot.box.centre
    across, down = (25, 0) if direction == "horizontal" else (0, 25)
    return drag(
        look, (x - across, y - down), (x + across, y + down),
        f"The dot is {where(look, dot)}; draw a {direction} line through it.",
    )  # fmt: skip


ORACLES: dict[str, Oracle] = {
    "click-shape": click_shape,
    "count-shape": count_shape,
    "identify-shape": identify_shape,
    "count-sides": count_sides,
    "grid-coordinate": grid_coordinate,
    "click-color": click_color,
    "click-shades": click_shades,
    "ascending-numbers": ascending_numbers,
    "draw-line": draw_line,
}
