"""The two evaluators against Python's own arithmetic, and the solver against every deal there is."""

from __future__ import annotations

import warnings
from collections import Counter
from fractions import Fraction
from itertools import combinations_with_replacement, pairwise, permutations
from math import factorial, prod

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from envs.cards.formula import BLANK, FormulaError, evaluate, evaluate_as_python, solve

NUMBERS = [str(number) for number in range(1, 11)]
ALPHABET = [*NUMBERS, "+", "-", "*", "/", "(", ")"]
MULTISETS = list(combinations_with_replacement(range(1, 11), 4))

trees = st.recursive(
    st.sampled_from(NUMBERS), lambda part: st.tuples(part, st.sampled_from("+-*/"), part, st.booleans()), max_leaves=10
)


def value_of(tree) -> Fraction:
    """The value of a tree. Raises ZeroDivisionError."""
    if isinstance(tree, str):
        return Fraction(int(tree))
    left, sign, right, _ = tree
    a, b = value_of(left), value_of(right)
    return {"+": lambda: a + b, "-": lambda: a - b, "*": lambda: a * b, "/": lambda: a / b}[sign]()


def tokens_of(tree) -> list[str]:
    """The tree written with the parentheses it needs, and with one more pair where its last field says so."""
    if isinstance(tree, str):
        return [tree]
    left, sign, right, boxed = tree
    strong = sign in "*/"
    inner_left, inner_right = tokens_of(left), tokens_of(right)
    if strong and is_sum(left):
        inner_left = ["(", *inner_left, ")"]
    if not isinstance(right, str) and not right[3] and (strong or (sign == "-" and is_sum(right))):
        inner_right = ["(", *inner_right, ")"]
    written = [*inner_left, sign, *inner_right]
    return ["(", *written, ")"] if boxed else written


def is_sum(tree) -> bool:
    """Whether the tree is written as a bare sum or difference."""
    return not isinstance(tree, str) and tree[1] in "+-" and not tree[3]


def python_value(text: str) -> float | int | complex:
    """What `eval` makes of arithmetic; FormulaError wherever it raises or gives no number, as a tuple for "()"."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", SyntaxWarning)  # 2(3) is also "not callable" to the compiler
        try:
            value = eval(text, {"__builtins__": {}})
        except (SyntaxError, TypeError, ArithmeticError, ValueError) as error:
            raise FormulaError(str(error)) from error
    if not isinstance(value, int | float | complex):
        raise FormulaError("no number")
    return value


@given(trees)
@settings(max_examples=300, deadline=None)
def test_an_expression_tree_has_its_exact_value(tree):
    try:
        expected = value_of(tree)
    except ZeroDivisionError:
        with pytest.raises(FormulaError, match="zero"):
            evaluate(tokens_of(tree))
        return
    assert evaluate(tokens_of(tree)) == expected


@given(st.sampled_from(NUMBERS), st.lists(st.tuples(st.sampled_from("+-*/"), st.sampled_from(NUMBERS)), max_size=9))
@settings(max_examples=200, deadline=None)
def test_a_flat_formula_has_pythons_precedence_and_goes_left_to_right(first, rest):
    tokens = [first, *(token for pair in rest for token in pair)]
    text = "".join(f"F({token})" if token in NUMBERS else token for token in tokens)
    assert evaluate(tokens) == eval(text, {"F": Fraction})


@given(st.lists(st.sampled_from([*ALPHABET, BLANK, "=", "", "+-", "**", "//", "1.5", "x", "²"]), max_size=21))
@settings(max_examples=500, deadline=None)
def test_any_token_list_has_a_value_or_raises_formula_error(tokens):
    try:
        value = evaluate(tokens)
    except FormulaError:
        return
    assert isinstance(value, Fraction)
    assert set(tokens) <= set(ALPHABET)
    assert all(not (a in NUMBERS and b in NUMBERS) for a, b in pairwise(tokens))


@pytest.mark.parametrize(
    "tokens",
    [
        "",
        "+",
        "1 +",
        "- 1",
        "1 + - 1",
        "1 * * 2",
        "1 / / 2",
        "1 2",
        "( 1",
        "1 )",
        "( )",
        "1 ( 2 )",
        "( 1 ) 2",
        "1 / ( 1 - 1 )",
    ],
)
def test_what_is_no_formula_is_refused(tokens):
    with pytest.raises(FormulaError):
        evaluate(tokens.split())


def test_an_empty_token_is_not_taken_for_a_sign():
    with pytest.raises(FormulaError):
        evaluate(["3", "", "1"])


@pytest.mark.parametrize("judge", [evaluate, evaluate_as_python])
def test_parentheses_deeper_than_the_stack_are_a_formula_error(judge):
    with pytest.raises(FormulaError):
        judge(["("] * 5000 + ["1"] + [")"] * 5000)


@given(st.lists(st.sampled_from([*ALPHABET, BLANK]), max_size=12))
@settings(max_examples=700, deadline=None)
def test_evaluating_as_python_is_what_eval_gives(tokens):
    text = "".join(tokens)
    assume(text.count("**") <= 1)  # two powers in a row can keep `eval` busy for ever
    assume(not any(len(run) > 4 for run in "".join(c if c.isdigit() else " " for c in text).split()))
    same_as_eval(tokens)


@given(st.lists(st.sampled_from(["1", "2", "3", "7", "+", "-", "*", "*", "/", "/", "(", ")"]), max_size=9))
@settings(max_examples=700, deadline=None)
def test_powers_floor_divisions_and_signs_are_what_eval_gives(tokens):
    assume("".join(tokens).count("**") <= 1)
    same_as_eval(tokens)


def same_as_eval(tokens: list[str]) -> None:
    try:
        value = evaluate_as_python(tokens)
    except FormulaError as error:
        if "too large" not in str(error):
            with pytest.raises(FormulaError):
                python_value("".join(tokens))
        return
    assert repr(value) == repr(python_value("".join(tokens)))  # repr also tells 24 from 24.0


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("12*(1+1)", 24),
        ("5**2-1", 24),
        ("7*7//2", 24),
        ("-1+25", 24),
        ("2**-1", 0.5),
        ("2**3**2", 512),
        ("-2**2", -4),
        ("8/(3-8/3)", 23.99999999999999),
        ("1**10**10", 1),
        ("(-1)**10**9", 1),
        ("10**-10**10", 0.0),
        ("(1-1)**10**10", 0),
        ("(-4)**(1/2)", (-4) ** 0.5),
    ],
)
def test_the_loopholes_of_eval_are_kept(text, value):
    assert repr(evaluate_as_python(list(text))) == repr(value)


@pytest.mark.parametrize(
    "text",
    ["10**10**10", "9**9**9**9", "(10**10)**(10**10)", "3**(3**(3**3))", "-(10**10**9)", "2**99999999", "1/10**10**10"],
)
def test_a_power_that_would_hang_is_refused(text):
    with pytest.raises(FormulaError, match="too large"):
        evaluate_as_python(list(text))


@given(st.lists(st.sampled_from([*ALPHABET, BLANK]) | st.sampled_from(["10", "9", "*", "*", "(", ")"]), max_size=21))
@settings(max_examples=1000, deadline=None)
def test_no_token_list_makes_evaluating_as_python_large_or_raise_anything_else(tokens):
    try:
        value = evaluate_as_python(tokens)
    except FormulaError:
        return
    # Bounded numbers bound the work: eleven factors at most, each a power of at most 4,096 bits.
    assert not isinstance(value, int) or value.bit_length() <= 11 * 4096


def test_a_tower_of_powers_in_every_grouping_is_bounded():
    towers = "9**9**9**9**9**9", "((((9**9)**9)**9)**9)**9", "(9**9)**(9**9)", "(1/9)**9**9**9", "(-9)**(1/9)**9"
    for text in towers:
        try:
            value = evaluate_as_python(list(text))
        except FormulaError:
            continue
        assert not isinstance(value, int) or value.bit_length() <= 4096


def deals_of(values: tuple[int, ...]) -> int:
    """In how many of the 13⁴ ordered deals these values lie; ten, jack, queen and king are all ten."""
    orders = factorial(len(values)) // prod(factorial(count) for count in Counter(values).values())
    return orders * prod(4 if value == 10 else 1 for value in values)


def test_exactly_566_of_the_715_multisets_make_24_and_that_is_20876_of_28561_deals():
    solved = [values for values in MULTISETS if solve(values, 24) is not None]
    assert (len(solved), len(MULTISETS)) == (566, 715)
    assert sum(map(deals_of, solved)) == 20_876
    assert sum(map(deals_of, MULTISETS)) == 28_561


def test_every_answer_makes_24_from_each_card_once():
    for values in MULTISETS:
        answer = solve(values, 24)
        if answer is not None:
            assert evaluate(answer) == 24
            assert sorted(int(token) for token in answer if token in NUMBERS) == list(values)


def test_pythons_floats_miss_24_in_just_two_answers():
    answers = [answer for values in MULTISETS if (answer := solve(values, 24)) is not None]
    missed = {"".join(answer) for answer in answers if evaluate_as_python(answer) != 24}
    assert missed == {"8/(3-8/3)", "4/(1-5/6)"}


@pytest.mark.parametrize(
    ("values", "target", "answer"),
    [
        ((24,), 24, "24"),
        ((23,), 24, None),
        ((5, 7), 12, "5 + 7"),
        ((2, 6), 12, "2 * 6"),
        ((3, 3, 8, 8), 24, "8 / ( 3 - 8 / 3 )"),
        ((1, 1, 1, 1), 24, None),
        ((4, 4, 10, 10), 24, "( 10 * 10 - 4 ) / 4"),
        ((2, 2), 0, "2 - 2"),
        ((2, 5), -3, "2 - 5"),
    ],
)
def test_the_preferred_answer_is_short_and_always_the_same(values, target, answer):
    assert solve(values, target) == (None if answer is None else tuple(answer.split()))


def reachable(values: tuple[Fraction, ...]) -> set[Fraction]:
    """Every value that some order and grouping of `values` makes."""
    if len(values) == 1:
        return set(values)
    made: set[Fraction] = set()
    for a, b, *rest in permutations(values):
        for value in {a + b, a - b, a * b} | ({a / b} if b else set()):
            made |= reachable((value, *rest))
    return made


@given(st.lists(st.integers(1, 10), min_size=1, max_size=3), st.integers(-10, 40))
@settings(max_examples=150, deadline=None)
def test_an_answer_is_found_exactly_where_trying_everything_finds_one(values, target):
    answer = solve(tuple(sorted(values)), target)
    assert (answer is not None) == (target in reachable(tuple(map(Fraction, values))))
    assert answer is None or evaluate(answer) == target
