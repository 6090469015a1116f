"""Regular expressions of the numbers within bounds, written as `json.dumps` writes them."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal, localcontext

# repr() of a float has at most 17 significant digits and, before it turns to an exponent at 1e-04, three zeros.
_FRACTION = 20
_MANTISSA = 16
_PLAIN_UNTIL = Decimal(10**16)
_SMALL, _LARGE = range(-324, -4), range(16, 309)


def integers(low: int, high: int) -> str:
    """The whole numbers from `low` to `high`. Raises ValueError when there are none."""
    if low > high:
        raise ValueError(f"there is no whole number from {low} to {high}")
    options = []
    if low < 0:
        options.append("-" + _group(_natural(max(1, -high), -low)))
    if high >= 0:
        options.extend(_natural(max(0, low), high))
    return _group(options)


def floats(low: float, high: float) -> str:
    """The decimals from `low` to `high`, as far as a float can be written in: a whole number, a fraction of up to 20
    digits, or mantissa and exponent where `repr` uses them. Raises ValueError when there are none.
    """
    if not low <= high:
        raise ValueError(f"there is no number from {low:g} to {high:g}")
    limit = sys.float_info.max
    least, most = Decimal(repr(max(float(low), -limit))), Decimal(repr(min(float(high), limit)))
    options = []
    if least < 0:
        options.append("-" + _group(_magnitudes(max(Decimal(0), -most), -least)))
    elif least == 0:
        options.append(r"-0\.0")  # negative zero is a float, and equal to zero
    if most >= 0:
        options.extend(_magnitudes(max(Decimal(0), least), most))
    return _group(options)


def _magnitudes(low: Decimal, high: Decimal) -> Iterator[str]:
    if low < _PLAIN_UNTIL:
        yield from _decimals(low, min(high, _PLAIN_UNTIL), _FRACTION)
    for decades, mark in ((_SMALL, "-"), (_LARGE, r"\+")):
        whole = []
        for decade in decades:
            with localcontext(prec=50):
                first, last = low.scaleb(-decade), high.scaleb(-decade)
            if first <= 1 and last >= 10:
                whole.append(abs(decade))
            elif first < 10 and last >= 1:
                mantissas = _group(_decimals(max(first, Decimal(1)), min(last, _BELOW_TEN), _MANTISSA))
                yield f"{mantissas}e{mark}{abs(decade):02}"
        if whole:
            exponents = [f"{number:02}" for number in whole if number < 10]
            if whole[0] > 9 or whole[-1] > 9:
                exponents.extend(_natural(max(10, min(whole)), max(whole)))
            yield rf"[1-9](\.[0-9]{{1,{_MANTISSA}}})?e{mark}{_group(exponents)}"


_BELOW_TEN = Decimal("9." + "9" * _MANTISSA)


def _decimals(low: Decimal, high: Decimal, room: int) -> Iterator[str]:
    """Plain decimals of magnitude `low` to `high` with up to `room` digits after the point."""
    with localcontext(prec=50):
        low = low.quantize(Decimal(1).scaleb(-room), ROUND_CEILING)
        high = high.quantize(Decimal(1).scaleb(-room), ROUND_FLOOR)
    if low > high:
        return
    first, last = int(low), int(high)
    above, below = _digits_after_point(low), _digits_after_point(high)
    if first == last:
        yield str(first) + _point(above, below, room)
        return
    if above:  # else the whole numbers below cover the first one too
        yield str(first) + _point(above, None, room)
    start = first + 1 if above else first
    if start < last:
        yield _group(_natural(start, last - 1)) + _point("", None, room)
    yield str(last) + _point("", below, room)


def _digits_after_point(number: Decimal) -> str:
    text = f"{number:f}"
    return text.partition(".")[2].rstrip("0")


def _point(low: str, high: str | None, room: int) -> str:
    """A fraction from 0.`low` to 0.`high` (None: to the next whole number), its point included; none where 0 fits."""
    fraction = rf"\.{_fraction(low, high, room, needed=True)}"
    return f"({fraction})?" if not low else fraction


def _fraction(low: str, high: str | None, room: int, needed: bool = False) -> str:
    """Digits after the point, from `low` to `high`; at least one of them when `needed`."""
    if not low and not high:
        digit = "[0-9]" if high is None else "0"
        return f"{digit}{{{int(needed)},{room}}}"
    least, most = int(low[:1] or 0), 9 if high is None else int(high[:1] or 0)
    if least == most:
        options = [f"{least}{_fraction(low[1:], high and high[1:], room - 1)}"]
    else:
        free = least + bool(low), most - (high is not None)
        options = [f"{least}{_fraction(low[1:], None, room - 1)}"] if low else []
        if free[0] <= free[1]:
            options.append(f"[{free[0]}-{free[1]}][0-9]{{0,{room - 1}}}")
        if high is not None:
            options.append(f"{most}{_fraction('', high[1:], room - 1)}")
    digits = _group(options)
    return digits if needed or low else f"{digits}?"


def _natural(low: int, high: int) -> Iterator[str]:
    """Whole numbers from `low` to `high`, neither negative, one length of digits at a time."""
    for length in range(len(str(low)), len(str(high)) + 1):
        first = max(low, 10 ** (length - 1) if length > 1 else 0)
        yield from _alike(str(first), str(min(high, 10**length - 1)))


def _alike(low: str, high: str) -> Iterator[str]:
    """Digit strings from `low` to `high`, which are equally long."""
    if not low or low == high:
        yield low
    elif low[0] == high[0]:
        yield low[0] + _group(_alike(low[1:], high[1:]))
    else:
        rest = len(low) - 1
        first, last = int(low[0]), int(high[0])
        if low[1:] != "0" * rest:
            yield low[0] + _group(_alike(low[1:], "9" * rest))
            first += 1
        if high[1:] != "9" * rest:
            last -= 1
        if first <= last:
            yield (f"[{first}-{last}]" if first < last else str(first)) + (f"[0-9]{{{rest}}}" if rest else "")
        if high[1:] != "9" * rest:
            yield high[0] + _group(_alike("0" * rest, high[1:]))


def _group(options: Iterator[str] | list[str]) -> str:
    """One of several expressions, in brackets where that needs them."""
    found = list(options)
    return found[0] if len(found) == 1 and "|" not in found[0] else f"({'|'.join(found)})"
