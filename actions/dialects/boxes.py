"""Rules for a box in whole numbers: [left, top, right, bottom] with left <= right and top <= bottom.

Such a comparison is no matter of a context-free grammar, but one of llguidance's parametric rules: a rule carries 64
bits, here the digits of `left` and `top` and how many there are, and an alternative may be taken only for some bits.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class _Axis:
    """One axis: its name, its greatest number and where the bits of its lower number begin.

    Digit 0 is the first one written and has the highest bits, so that numbers of one length compare as their bits do.
    """

    name: str
    limit: int
    start: int

    @property
    def most(self) -> str:
        return str(self.limit)

    @property
    def length(self) -> str:
        """The bits that hold how many digits the lower number has."""
        return f"[{self.start}:{self.start + 4}]"

    def shift(self, place: int) -> int:
        return self.start + 4 * (len(self.most) - place)

    @property
    def end(self) -> int:
        return self.shift(-1)


def box_rules(width: int, height: int) -> list[str]:
    """Rules of `box` with x from 0 to `width` and y from 0 to `height`."""
    x = _Axis("x", width, 0)
    y = _Axis("y", height, x.end)
    if y.end > 64:
        raise ValueError(f"a grammar cannot hold boxes on a screen of {width} x {height}; it is too large")
    rules = ["box: x_low::0x0", f"digit: {_either(range(10))}"]
    rules += _low(x, "[", "y_low") + _low(y, ", ", "x_high")
    return rules + _high(x, "y_high::_") + _high(y, '"]"')


def _low(axis: _Axis, before: str, then: str) -> list[str]:
    """The lower number, which leaves its digits and their count in the bits."""
    name, most = axis.name, axis.most
    counts = range(1, len(most) + 1)
    # Every alternative begins with a text: llguidance 1.9 takes a rule of one name alone for that name and forgets what
    # it does to the bits.
    firsts = [f'"{before}" {name}_low{count}_0::bit_or({count << axis.start})' for count in counts]
    rules = [_rule(f"{name}_low", firsts)]
    for count in counts:
        for place in range(count):
            options = []
            for digit in _digits(place, count):
                condition = ""
                if count == len(most):
                    # The digits so far must stay below the limit's, or be equal to them if this one is not above.
                    relation = "le" if digit <= int(most[place]) else "lt"
                    if place == 0 and relation == "lt":
                        continue
                    if place:
                        bits = f"[{axis.shift(place - 1)}:{axis.end}]"
                        condition = f" %if {relation}({bits}, {int(most[:place], 16)})"
                following = then if place + 1 == count else f"{name}_low{count}_{place + 1}"
                options.append(f'"{digit}" {following}::bit_or({digit << axis.shift(place)}){condition}')
            rules.append(_rule(f"{name}_low{count}_{place}", options))
    return rules


def _high(axis: _Axis, then: str) -> list[str]:
    """The higher number: longer than the lower one, or as long and not below it digit by digit."""
    name, most = axis.name, axis.most
    counts = range(1, len(most) + 1)
    options, rules = [], []
    for count in counts:
        tight = count == len(most)  # as long as the limit, and so far equal to it
        options.append(f'", " {_state(name, count, 0, tight)}::_ %if eq({axis.length}, {count})')
        if count > 1:
            longer = "" if tight else f" digit{{{count - 1}}}"
            first = f"{name}_longest" if tight else f"({_either(range(1, 10))})"
            options.append(f'", " {first}{longer} {then} %if lt({axis.length}, {count})')
        for place in range(count):
            for bound in {tight, False} if place else {tight}:
                rules.append(_step(axis, count, place, bound, then))
    for place in range(len(most)):
        rules.append(_rule(f"{name}_longest{place or ''}", list(_up_to(name, most, place))))
    return [_rule(f"{name}_high", options), *rules]


def _step(axis: _Axis, count: int, place: int, tight: bool, then: str) -> str:
    """One digit of a higher number that has so far been equal to the lower one."""
    name, most = axis.name, axis.most
    bits = f"[{axis.shift(place)}:{axis.shift(place - 1)}]"
    left = count - place - 1
    options = []
    for digit in _digits(place, count):
        limit = int(most[place]) if tight else 9
        if digit > limit:
            break
        still = tight and digit == limit
        equal = f"{_state(name, count, place + 1, still)}::_" if left else then
        options.append(f'"{digit}" {equal} %if eq({bits}, {digit})')
        rest = "" if not left else f" {name}_longest{place + 1}" if still else f" digit{{{left}}}"
        options.append(f'"{digit}"{rest} {then} %if lt({bits}, {digit})')
    return _rule(_state(name, count, place, tight), options)


def _up_to(name: str, most: str, place: int) -> Iterator[str]:
    """The digits from `place` on of a number as long as the limit and not above it."""
    left = len(most) - place - 1
    for digit in _digits(place, len(most)):
        if digit < int(most[place]):
            yield f'"{digit}"' + (f" digit{{{left}}}" if left else "")
    yield f'"{most[place]}"' + (f" {name}_longest{place + 1}" if left else "")


def _digits(place: int, count: int) -> range:
    """The digits that may stand there: no number of several begins with 0."""
    return range(1 if place == 0 and count > 1 else 0, 10)


def _state(name: str, count: int, place: int, tight: bool) -> str:
    return f"{name}_high{count}_{place}{'_tight' if tight else ''}"


def _rule(name: str, options: list[str]) -> str:
    parameter = "" if "_longest" in name else "::_"
    return f"{name}{parameter}: " + "\n  | ".join(options)


def _either(digits: range) -> str:
    return " | ".join(f'"{digit}"' for digit in digits)
