"""How things that can be carried are drawn: two or three blocks or six-sided columns each, told apart by colour."""

from __future__ import annotations

from collections.abc import Callable

from envs.thor.standin.kinds import Colour
from envs.thor.standin.mesh import Face, block, prism
from envs.thor.standin.textures import Texture
from envs.thor.standin.thing import Thing
from envs.thor.standin.tints import DARK, brightened, colour_of


def _fruit(thing: Thing) -> list[Face]:
    width, height, depth = thing.size
    colour = colour_of(thing)
    body = prism((0, height * 0.45, 0), (width, height * 0.62, depth), colour)
    cap = block((0, height * 0.88, 0), (width * 0.5, height * 0.24, depth * 0.5), brightened(colour, 1.12), without="b")
    return [*body, *cap]


def _ball(thing: Thing) -> list[Face]:
    width, height, depth = thing.size
    colour = colour_of(thing)
    found = prism((0, height * 0.5, 0), (width, height * 0.5, depth), colour)
    found += prism((0, height * 0.85, 0), (width * 0.75, height * 0.3, depth * 0.75), colour)
    return found + prism((0, height * 0.13, 0), (width * 0.75, height * 0.26, depth * 0.75), brightened(colour, 0.9))


def _round(lid: float) -> Callable[[Thing], list[Face]]:
    """A six-sided column whose top is `lid` times as bright."""

    def made(thing: Thing) -> list[Face]:
        width, height, depth = thing.size
        colour = colour_of(thing)
        return prism((0, height / 2, 0), (width, height, depth), colour, top=brightened(colour, lid))

    return made


def _tool(head: float, thick: float) -> Callable[[Thing], list[Face]]:
    """A handle in front and a head behind: knife, fork, ladle; `head` is the part of the length that it takes."""

    def made(thing: Thing) -> list[Face]:
        width, height, depth = thing.size
        grip = (width * thick, height, depth * (1 - head))
        found = block(
            (0, height / 2, -depth * head / 2), grip, DARK if thing.kind.name == "Knife" else colour_of(thing)
        )
        top = (0, height / 2, depth * (1 - head) / 2)
        return found + block(top, (width, height * 0.8, depth * head), colour_of(thing))

    return made


def _book(thing: Thing) -> list[Face]:
    width, height, depth = thing.size
    found = block((0, height / 2, 0), (width, height, depth), thing.kind.colour)
    return found + block((width * 0.03, height / 2, 0), (width * 0.97, height * 0.7, depth * 0.97), (240, 236, 224))


def _print(thing: Thing) -> list[Face]:
    width, height, depth = thing.size
    return block((0, height / 2, 0), (width, height, depth), thing.kind.colour, Texture.PRINT)


def _phone(thing: Thing) -> list[Face]:
    width, height, depth = thing.size
    lit: Colour = (90, 160, 230) if thing.state.toggled else (66, 74, 86)
    found = block((0, height / 2, 0), (width, height, depth), thing.kind.colour)
    return found + block((0, height + 0.001, 0), (width * 0.8, 0.002, depth * 0.7), lit, without="rlbfk")


def _laptop(thing: Thing) -> list[Face]:
    width, height, depth = thing.size
    base = block((0, 0.012, 0), (width, 0.024, depth), thing.kind.colour)
    if not thing.state.is_open:
        return base + block((0, 0.03, 0), (width, 0.01, depth), brightened(thing.kind.colour, 1.2))
    lit: Colour = (130, 180, 240) if thing.state.toggled else (26, 28, 34)
    lid = block((0, height / 2, depth / 2), (width, height, 0.012), thing.kind.colour)
    return base + lid + block((0, height / 2, depth / 2 - 0.008), (width * 0.92, height * 0.85, 0.004), lit)


def _carton(thing: Thing) -> list[Face]:
    """A cardboard box, open above when it is open."""
    width, height, depth = thing.size
    if not thing.state.is_open:
        lid = block((0, height + 0.002, 0), (width * 0.1, 0.004, depth), brightened(thing.kind.colour, 1.2))
        return block((0, height / 2, 0), (width, height, depth), thing.kind.colour) + lid
    walls = block((0, height / 2, 0), (width, height, depth), thing.kind.colour, without="t")
    inner = block(
        (0, height / 2, 0), (width, height, depth), brightened(thing.kind.colour, 0.8), without="t", inward=True
    )
    return walls + inner


def _clock(thing: Thing) -> list[Face]:
    width, height, depth = thing.size
    found = block((0, height / 2, 0), (width, height, depth), thing.kind.colour)
    return found + block((0, height / 2, -depth / 2 - 0.002), (width * 0.8, height * 0.6, 0.003), (120, 230, 140))


def _candle(thing: Thing) -> list[Face]:
    width, height, depth = thing.size
    flame: Colour = (255, 190, 60) if thing.state.toggled else DARK
    found = prism((0, height * 0.42, 0), (width, height * 0.84, depth), thing.kind.colour)
    return found + block((0, height * 0.92, 0), (0.012, height * 0.2, 0.012), flame)


def _plunger(thing: Thing) -> list[Face]:
    width, height, depth = thing.size
    cup = prism((0, height * 0.12, 0), (width, height * 0.24, depth), thing.kind.colour)
    return cup + block((0, height * 0.6, 0), (0.03, height * 0.8, 0.03), (206, 170, 120))


def _bat(thing: Thing) -> list[Face]:
    width, height, depth = thing.size
    barrel = prism((0, height * 0.7, 0), (width, height * 0.6, depth), thing.kind.colour)
    return barrel + block((0, height * 0.2, 0), (width * 0.5, height * 0.4, depth * 0.5), DARK)


def _racket(thing: Thing) -> list[Face]:
    width, height, depth = thing.size
    head = block((0, height * 0.72, 0), (width, height * 0.56, depth), thing.kind.colour)
    return head + block((0, height * 0.22, 0), (0.04, height * 0.44, depth), DARK)


def _statue(thing: Thing) -> list[Face]:
    width, height, depth = thing.size
    colour = colour_of(thing)
    found = block((0, height * 0.08, 0), (width, height * 0.16, depth), brightened(colour, 0.7))
    found += block((0, height * 0.45, 0), (width * 0.5, height * 0.6, depth * 0.5), colour)
    return found + prism((0, height * 0.87, 0), (width * 0.5, height * 0.24, depth * 0.5), brightened(colour, 1.1))


def _bear(thing: Thing) -> list[Face]:
    width, height, depth = thing.size
    colour = colour_of(thing)
    found = prism((0, height * 0.3, 0), (width, height * 0.6, depth), colour)
    found += prism((0, height * 0.76, 0), (width * 0.66, height * 0.34, depth * 0.66), brightened(colour, 1.1))
    for side in (-1, 1):
        found += block((side * width * 0.24, height * 0.96, 0), (0.06, 0.06, 0.04), colour)
    return found


def _tissues(thing: Thing) -> list[Face]:
    width, height, depth = thing.size
    found = block((0, height * 0.4, 0), (width, height * 0.8, depth), thing.kind.colour)
    return found + block((0, height * 0.9, 0), (width * 0.4, height * 0.2, 0.02), (248, 248, 248))


def _boots(thing: Thing) -> list[Face]:
    width, height, depth = thing.size
    found: list[Face] = []
    for side in (-1, 1):
        at = side * width * 0.27
        found += block((at, height * 0.15, 0), (width * 0.4, height * 0.3, depth), thing.kind.colour)
        found += block((at, height * 0.65, depth * 0.25), (width * 0.38, height * 0.7, depth * 0.45), thing.kind.colour)
    return found


def _pillow(thing: Thing) -> list[Face]:
    width, height, depth = thing.size
    found = block((0, height / 2, 0), (width * 0.9, height, depth * 0.86), thing.kind.colour)
    return found + block((0, height / 2, 0), (width, height * 0.5, depth), brightened(thing.kind.colour, 0.92))


SHAPES: dict[str, Callable[[Thing], list[Face]]] = {
    "ball": _ball,
    "bat": _bat,
    "bear": _bear,
    "blade": _tool(0.5, 0.7),
    "book": _book,
    "boots": _boots,
    "candle": _candle,
    "carton": _carton,
    "clock": _clock,
    "disc": _round(1.15),
    "fork": _tool(0.35, 0.4),
    "fruit": _fruit,
    "knife": _tool(0.62, 0.7),
    "ladle": _tool(0.3, 0.35),
    "laptop": _laptop,
    "phone": _phone,
    "pillow": _pillow,
    "plunger": _plunger,
    "print": _print,
    "racket": _racket,
    "roll": _round(0.85),
    "statue": _statue,
    "tissues": _tissues,
    "tube": _round(1.0),
    "wedge": _round(1.1),
}
