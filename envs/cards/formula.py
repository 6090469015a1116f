"""Formulas as token lists: an exact evaluator, RL4VLM's evaluator without its `eval`, and an exact solver."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from fractions import Fraction
from functools import cache
from typing import NamedTuple

BLANK = " "


class FormulaError(ValueError):
    """The tokens are no formula."""


def evaluate(tokens: Sequence[str]) -> Fraction:
    """The exact value of numbers, + - * / and parentheses, each number one token.

    Raises FormulaError for anything else and for a division by zero.
    """
    try:
        value, at = _sum(tokens, 0)
    except RecursionError as error:
        raise FormulaError("the parentheses are nested too deep") from error
    if at != len(tokens):
        raise FormulaError(f"unexpected {tokens[at]!r}")
    return value


def _sum(tokens: Sequence[str], at: int) -> tuple[Fraction, int]:
    value, at = _product(tokens, at)
    while at < len(tokens) and tokens[at] in ("+", "-"):
        right, after = _product(tokens, at + 1)
        value, at = (value + right if tokens[at] == "+" else value - right), after
    return value, at


def _product(tokens: Sequence[str], at: int) -> tuple[Fraction, int]:
    value, at = _atom(tokens, at)
    while at < len(tokens) and tokens[at] in ("*", "/"):
        right, after = _atom(tokens, at + 1)
        if tokens[at] == "/" and right == 0:
            raise FormulaError("division by zero")
        value, at = (value * right if tokens[at] == "*" else value / right), after
    return value, at


def _atom(tokens: Sequence[str], at: int) -> tuple[Fraction, int]:
    if at >= len(tokens):
        raise FormulaError("the formula is not complete")
    if tokens[at].isdecimal():
        return Fraction(tokens[at]), at + 1
    if tokens[at] == "(":
        value, at = _sum(tokens, at + 1)
        if at >= len(tokens) or tokens[at] != ")":
            raise FormulaError("a parenthesis is not closed")
        return value, at + 1
    raise FormulaError(f"unexpected {tokens[at]!r}")


# 10**10**10 is a legal token string that hangs gym-cards; past this many bits no value it can reach is 12 or 24
# except by multiplying with zero, which is refused here and costs no real player anything.
_MAX_BITS = 4096


def evaluate_as_python(tokens: Sequence[str]) -> float | int | complex:
    """What gym-cards' `eval("".join(tokens))` gives: floats, joined digits, `**`, `//` and unary signs included.

    Walks the syntax tree instead of running it. Raises FormulaError where `eval` raises.
    """
    try:
        tree = ast.parse("".join(tokens).lstrip(), mode="eval")
        return _walk(tree.body)
    except (SyntaxError, ZeroDivisionError, OverflowError, ValueError, TypeError, RecursionError) as error:
        raise FormulaError(str(error)) from error


def _walk(node: ast.expr) -> float | int | complex:
    match node:
        case ast.Constant(value=int() | float() as value):
            return value
        case ast.UnaryOp(op=ast.UAdd(), operand=operand):
            return +_walk(operand)
        case ast.UnaryOp(op=ast.USub(), operand=operand):
            return -_walk(operand)
        case ast.BinOp(left=left, op=operator, right=right):
            return _binary(operator, _walk(left), _walk(right))
    raise FormulaError("not an arithmetic formula")


def _binary(operator: ast.operator, a: float | int | complex, b: float | int | complex) -> float | int | complex:
    match operator:
        case ast.Add():
            return a + b
        case ast.Sub():
            return a - b
        case ast.Mult():
            return a * b
        case ast.Div():
            return a / b
        case ast.FloorDiv():
            return a // b  # type: ignore[operator]
        case ast.Pow():
            if isinstance(a, int) and isinstance(b, int) and b > 0 and abs(a) > 1 and a.bit_length() * b > _MAX_BITS:
                raise FormulaError("the power is too large")
            return a**b
    raise FormulaError("not an arithmetic formula")


class _Term(NamedTuple):
    """A way to write a value: sorts by what is preferred (short, no division, no subtraction, then a fixed order)."""

    cost: tuple[int, int, int]
    tokens: tuple[str, ...]
    rank: int  # 3 number, 2 product, 1 sum: what needs parentheses beside what


_RANK_OF = {"+": 1, "-": 1, "*": 2, "/": 2}


@cache
def solve(values: tuple[int, ...], target: int) -> tuple[str, ...] | None:
    """The preferred formula that makes `target` from every value exactly once, or None: exact and exhaustive.

    Args:
        values: sorted card values. The same multiset always has the same answer.
    """
    if len(values) == 1:
        return (str(target),) if values[0] == target else None
    answers = [
        _join(x, sign, y)
        for left, right in _splits(values)
        for (a, _), x in _ways(left).items()
        for (b, _), y in _ways(right).items()
        for sign in _signs_making(target, a, b)
    ]
    return min(answers).tokens if answers else None


@cache
def _ways(values: tuple[int, ...]) -> dict[tuple[Fraction, int], _Term]:
    """The preferred term of every value and rank that can be made from `values`, each used once."""
    if len(values) == 1:
        return {(Fraction(values[0]), 3): _Term((1, 0, 0), (str(values[0]),), 3)}
    table: dict[tuple[Fraction, int], _Term] = {}
    for left, right in _splits(values):
        for (a, _), x in _ways(left).items():
            for (b, _), y in _ways(right).items():
                made = [(a + b, "+"), (a - b, "-"), (a * b, "*")]
                if b != 0:
                    made.append((a / b, "/"))
                for value, sign in made:
                    term = _join(x, sign, y)
                    key = value, term.rank
                    if key not in table or term < table[key]:
                        table[key] = term
    return table


def _splits(values: tuple[int, ...]) -> set[tuple[tuple[int, ...], tuple[int, ...]]]:
    """Every way to give some values to the left of a sign and the rest to its right, equal values not told apart."""
    sides = range(1, (1 << len(values)) - 1)
    return {
        (
            tuple(value for index, value in enumerate(values) if side >> index & 1),
            tuple(value for index, value in enumerate(values) if not side >> index & 1),
        )
        for side in sides
    }


def _signs_making(target: int, a: Fraction, b: Fraction) -> Iterator[str]:
    """The signs for which `a sign b` is `target`; cross-multiplied, since Fraction arithmetic took most of the time."""
    p, q, r, s = a.numerator, a.denominator, b.numerator, b.denominator
    whole = target * q * s
    if p * s + r * q == whole:
        yield "+"
    if p * s - r * q == whole:
        yield "-"
    if p * r == whole:
        yield "*"
    if r != 0 and p * s == target * q * r:
        yield "/"


def _join(x: _Term, sign: str, y: _Term) -> _Term:
    rank = _RANK_OF[sign]
    left = x.tokens if x.rank >= rank else ("(", *x.tokens, ")")
    right_needs = rank + 1 if sign in ("-", "/") else rank
    right = y.tokens if y.rank >= right_needs else ("(", *y.tokens, ")")
    tokens = (*left, sign, *right)
    return _Term((len(tokens), tokens.count("/"), tokens.count("-")), tokens, rank)
