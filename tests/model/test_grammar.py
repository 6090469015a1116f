"""A model held to a grammar writes calls that parse and decode, whatever its logits are."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import pytest
import torch
from transformers import AutoTokenizer

from actions.call import FunctionCall
from actions.cards import blackjack_space, ez_points_space, number_line_space, points24_space
from actions.dialects.base import Dialect
from actions.dialects.hermes import HermesDialect
from actions.dialects.limits import Limits
from actions.dialects.qwen import QwenDialect
from actions.dialects.registry import DIALECTS, make_dialect
from actions.point import Point
from actions.space import Action, ActionSpace
from model.base import ModelError
from model.qwen2vl.grammar import Constraint, GrammarCompiler
from tests.actions.strategies import SPACE, Options


@dataclass(frozen=True, slots=True)
class Click(Action, name="click"):
    """Tap a place."""

    point: Point


@dataclass(frozen=True, slots=True)
class Type(Action, name="type"):
    """Write into the field that has the focus."""

    text: str


@dataclass(frozen=True, slots=True)
class Swipe(Action, name="swipe"):
    """Move the page."""

    direction: Literal["up", "down", "left", "right"]


@dataclass(frozen=True, slots=True)
class OpenApp(Action, name="open_app"):
    """Start an app."""

    app: Literal["Clock", "Calendar", "Gmail", "Maps", "Settings", "✿ <b>\n名"]


PHONE = ActionSpace([Click, Type, Swipe, OpenApp])
CARDS = [number_line_space(), blackjack_space(), ez_points_space(), points24_space()]
SPACES = [*CARDS, PHONE, SPACE]
SHORT = Limits(thought=12, text=48, items=2)
THOUGHTS = ("", "I tap *here* <b>.", "Zuerst über 🀄 nach 12 - 3 = 9.", "✿ A line\nand \x00another\n")


class Vocabulary:
    """A tokenizer, its compiler and how many logits there are: more than it has tokens."""

    def __init__(self, folder: Path | str, rows: int) -> None:
        self.tokenizer: Any = AutoTokenizer.from_pretrained(folder)
        self.rows = rows
        self.compiler = GrammarCompiler(self.tokenizer, rows)
        # llguidance goes by tokens alone: where a tokenizer splits " 7" off a ": " but has only the latter as a token,
        # what is forced before a number is not what it writes. No such numbers there.
        known = self.tokenizer.get_vocab()
        self.richest = PHONE if ":Ġ" in known and "Ġ7" not in known else SPACE
        self.special = {self.tokenizer.convert_tokens_to_ids(token) for token in self.tokenizer.all_special_tokens}

    def encode(self, text: str) -> tuple[int, ...]:
        return tuple(self.tokenizer.encode(text, add_special_tokens=False, split_special_tokens=True))

    def decode(self, ids: list[int]) -> str:
        return str(self.tokenizer.decode(ids, clean_up_tokenization_spaces=False))


@pytest.fixture(scope="module")
def tiny(tiny_checkpoint: Path) -> Vocabulary:
    return Vocabulary(tiny_checkpoint, 1000)


@pytest.fixture(scope="module")
def true(qwen_checkpoint: Path) -> Vocabulary:
    return Vocabulary(qwen_checkpoint, 151936)


@pytest.fixture(scope="module")
def shipped() -> Vocabulary:
    return Vocabulary("model/checkpoints/cards", 733)


@pytest.fixture(params=["tiny", "true", "shipped"], scope="module")
def vocabulary(request: pytest.FixtureRequest) -> Vocabulary:
    made: Vocabulary = request.getfixturevalue(request.param)
    return made


@pytest.fixture(params=DIALECTS, scope="module")
def dialect(request: pytest.FixtureRequest) -> Dialect:
    return make_dialect(request.param)


def masked(constraint: Constraint, logits: torch.Tensor) -> torch.Tensor:
    constraint.mask(logits)
    return logits


def complete(constraint: Constraint, rows: int, generator: torch.Generator, jump: bool) -> list[int]:
    """A completion of uniformly random logits; forced tokens are taken as they are when it may `jump`."""
    ids: list[int] = []
    while not constraint.finished:
        run = constraint.forced() if jump else ()
        if not run:
            logits = masked(constraint, torch.rand(rows, generator=generator))
            run = (int(logits.argmax()),)
            assert logits[run[0]] >= 0  # something is always allowed
        for token in run:
            constraint.commit(token)
        ids += run
    return ids


def check(vocabulary: Vocabulary, dialect: Dialect, space: ActionSpace, ids: list[int]) -> None:
    assert not vocabulary.special & set(ids)
    assert max(ids) < len(vocabulary.tokenizer)
    text = vocabulary.decode(ids)
    assert text.endswith(dialect.stop[0])
    assert not any(stop in text.removesuffix(dialect.stop[0]) for stop in dialect.stop)
    for answer in (text, text.removesuffix(dialect.stop[0])):
        space.decode(dialect.parse(answer), dialect.scale)


@pytest.mark.parametrize("space", SPACES, ids=repr)
def test_random_logits_write_calls(tiny: Vocabulary, dialect: Dialect, space: ActionSpace) -> None:
    grammar = dialect.grammar(space, SHORT)
    generator = torch.Generator().manual_seed(1)
    for index in range(85):  # 1,020 over all spaces and dialects
        check(tiny, dialect, space, complete(tiny.compiler.compile(grammar), tiny.rows, generator, bool(index % 2)))


@pytest.mark.parametrize("space", SPACES, ids=repr)
def test_random_logits_write_calls_in_the_true_vocabulary(
    true: Vocabulary, dialect: Dialect, space: ActionSpace
) -> None:
    grammar = dialect.grammar(space, SHORT)
    generator = torch.Generator().manual_seed(2)
    for index in range(6):
        check(true, dialect, space, complete(true.compiler.compile(grammar), true.rows, generator, bool(index % 2)))


@pytest.mark.parametrize("room", [256, 512])
def test_random_logits_come_to_a_call_in_the_room_there_is(vocabulary: Vocabulary, dialect: Dialect, room: int) -> None:
    generator = torch.Generator().manual_seed(3)
    for space in (*CARDS, PHONE):
        for _ in range(3):
            constraint = vocabulary.compiler.compile(dialect.grammar(space), room)
            ids = complete(constraint, vocabulary.rows, generator, jump=True)
            check(vocabulary, dialect, space, ids)
            assert len(ids) <= room
            assert not constraint.cut or space is PHONE


def follow(constraint: Constraint, ids: Sequence[int]) -> None:
    for token in ids:
        constraint.commit(token)


def test_a_text_has_all_the_room_the_thought_left_and_is_known_as_cut_when_it_was_not_enough(
    vocabulary: Vocabulary, dialect: Dialect
) -> None:
    call = FunctionCall("type", {"text": "word " * 70})
    whole = vocabulary.encode(dialect.answer("Write.", call, first=True))
    room = len(whole) + 80
    constraint = vocabulary.compiler.compile(dialect.grammar(PHONE), room)
    follow(constraint, whole)
    assert constraint.finished
    assert not constraint.cut

    constraint = vocabulary.compiler.compile(dialect.grammar(PHONE), room // 2)
    ids: list[int] = []
    for token in whole:
        if constraint.forced() and constraint.forced()[0] != token:
            break
        constraint.commit(token)
        ids.append(token)
    assert constraint.cut
    while not constraint.finished:
        ids.append(constraint.forced()[0] if constraint.forced() else vocabulary.encode("}")[0])
        constraint.commit(ids[-1])
    assert len(ids) <= room // 2
    constraint.rollback(len(ids))
    assert not constraint.cut


@pytest.mark.parametrize("character", ["*", "✿", "<", "\\", "🀄", '"', "\n", "a"])
def test_a_model_that_repeats_itself_comes_to_a_call(tiny: Vocabulary, dialect: Dialect, character: str) -> None:
    constraint = tiny.compiler.compile(dialect.grammar(PHONE, SHORT))
    logits = torch.zeros(tiny.rows)
    logits[list(tiny.encode(character))] = torch.arange(1.0, 1 + len(tiny.encode(character)))
    ids: list[int] = []
    while not constraint.finished:
        ids.append(int(masked(constraint, logits.clone()).argmax()))
        constraint.commit(ids[-1])
        assert len(ids) < 200
    check(tiny, dialect, PHONE, ids)


def answers(dialect: Dialect, space: ActionSpace, count: int) -> Iterator[str]:
    space.seed(4)
    for index in range(count):
        call = space.encode(space.sample(), dialect.scale)
        yield dialect.answer(THOUGHTS[index % len(THOUGHTS)], call, first=index % 2 == 0)


@pytest.mark.parametrize("space", SPACES, ids=repr)
def test_what_a_model_is_trained_to_write_is_allowed_and_forced_as_it_is_tokenised(
    vocabulary: Vocabulary, dialect: Dialect, space: ActionSpace
) -> None:
    if space not in (*CARDS, PHONE, vocabulary.richest):
        pytest.skip("this vocabulary splits numbers where llguidance does not")
    for answer in answers(dialect, space, 20):
        ids = vocabulary.encode(answer)
        constraint = vocabulary.compiler.compile(dialect.grammar(space))
        at = forced = 0
        while not constraint.finished:
            run = constraint.forced()
            assert run == ids[at : at + len(run)]
            for token in run or ids[at : at + 1]:
                assert constraint.allows(token)
                constraint.commit(token)
            at += len(run) or 1
            forced += len(run)
        assert at == len(ids)
        assert forced >= 4


def test_forced_tokens_and_masks_agree(vocabulary: Vocabulary, dialect: Dialect) -> None:
    spell = vocabulary.compiler._tokenizer.decode_bytes
    random_state = random.Random(5)
    for answer in answers(dialect, vocabulary.richest, 8):
        constraint = vocabulary.compiler.compile(dialect.grammar(vocabulary.richest))
        for token in vocabulary.encode(answer):
            run = constraint.forced()
            if run and random_state.random() < 0.5:
                whole = spell(list(run))
                allowed = masked(constraint, torch.zeros(vocabulary.rows)).isfinite().nonzero().flatten().tolist()
                assert run[0] in allowed
                # Other ways to write the same bytes are allowed too, and nothing else.
                for other in allowed:
                    piece = spell([other])
                    assert piece.startswith(whole) or whole.startswith(piece)
            constraint.commit(token)


def test_the_mask_and_allows_say_the_same(shipped: Vocabulary, dialect: Dialect) -> None:
    for answer in answers(dialect, SPACE, 2):
        constraint = shipped.compiler.compile(dialect.grammar(SPACE))
        for token in shipped.encode(answer):
            finite = masked(constraint, torch.zeros(shipped.rows)).isfinite().tolist()
            assert finite == [constraint.allows(token) for token in range(shipped.rows)]
            constraint.commit(token)


def test_control_tokens_and_rows_past_the_tokenizer_are_never_allowed(vocabulary: Vocabulary, dialect: Dialect) -> None:
    never = [*vocabulary.special, *range(len(vocabulary.tokenizer), vocabulary.rows)]
    constraint = vocabulary.compiler.compile(dialect.grammar(SPACE))
    call = SPACE.encode(Options(text="<|im_end|> <|image_pad|>"))
    for token in vocabulary.encode(dialect.answer("<|im_end|>", call, first=True)):
        assert not masked(constraint, torch.zeros(vocabulary.rows))[never].isfinite().any()
        constraint.commit(token)
    assert constraint.finished


def test_the_end_is_reached_with_the_last_token(vocabulary: Vocabulary, dialect: Dialect) -> None:
    constraint = vocabulary.compiler.compile(dialect.grammar(PHONE))
    ids = vocabulary.encode(dialect.answer("Go.", PHONE.encode(Swipe("up")), first=True))
    for token in ids:
        assert not constraint.finished
        constraint.commit(token)
    assert constraint.finished
    assert constraint.forced() == ()
    assert not any(constraint.allows(token) for token in (*ids, *vocabulary.special))
    assert not masked(constraint, torch.zeros(vocabulary.rows)).isfinite().any()
    with pytest.raises(ModelError, match="does not allow"):
        constraint.commit(ids[0])


def test_masks_of_other_dtypes_and_widths(tiny: Vocabulary, dialect: Dialect) -> None:
    constraint = tiny.compiler.compile(dialect.grammar(PHONE))
    plain = masked(constraint, torch.zeros(tiny.rows)).isfinite()
    assert torch.equal(masked(constraint, torch.zeros(tiny.rows, dtype=torch.bfloat16)).isfinite(), plain)
    assert torch.equal(masked(constraint, torch.zeros(tiny.rows * 2)[::2]).isfinite(), plain)
    with pytest.raises(ModelError, match=r"shape \(1000,\), not \(1, 1000\)"):
        constraint.mask(torch.zeros(1, tiny.rows))


def test_a_refused_token_changes_nothing(tiny: Vocabulary) -> None:
    constraint = tiny.compiler.compile(QwenDialect().grammar(PHONE))
    before = tiny.encode("x\n✿FUNCTION✿: ")
    for token in before:
        constraint.commit(token)
    for wrong in (tiny.encode("z")[0], next(iter(tiny.special)), -1, tiny.rows, 10**9):
        with pytest.raises(ModelError, match=rf"does not allow .*\({wrong}\) here"):
            constraint.commit(wrong)
    rest = QwenDialect().answer("x", PHONE.encode(Swipe("up")), first=True).removeprefix("x\n✿FUNCTION✿: ")
    for token in tiny.encode(rest):
        constraint.commit(token)
    assert constraint.finished


def test_copies_are_independent(vocabulary: Vocabulary, dialect: Dialect) -> None:
    grammar = dialect.grammar(PHONE)
    ids = vocabulary.encode(dialect.answer("Go.", PHONE.encode(Type("a b c")), first=True))
    one = vocabulary.compiler.compile(grammar)
    for token in ids[:-4]:
        one.commit(token)
    two = one.copy()
    for token in ids[-4:]:
        two.commit(token)
    assert two.finished
    assert not one.finished
    again = vocabulary.compiler.compile(grammar)  # compiled once, begun anew
    assert again.allows(ids[0])
    for token in ids[-4:]:
        one.commit(token)
    assert one.finished


def test_tokens_can_be_taken_back(vocabulary: Vocabulary, dialect: Dialect) -> None:
    random_state = random.Random(6)
    for answer in answers(dialect, vocabulary.richest, 3):
        ids = vocabulary.encode(answer)
        constraint = vocabulary.compiler.compile(dialect.grammar(vocabulary.richest))
        at = 0
        while not constraint.finished:
            for token in ids[at : at + random_state.randint(1, 9)]:
                constraint.commit(token)
                at += 1
            back = random_state.randint(0, min(at, 4))
            other = constraint.copy()
            constraint.rollback(back)
            for token in ids[at - back : at]:
                constraint.commit(token)
            zeros = torch.zeros(vocabulary.rows)
            assert torch.equal(masked(constraint, zeros.clone()), masked(other, zeros.clone()))
            assert constraint.forced() == other.forced()
        with pytest.raises(ModelError, match="cannot be taken back"):
            constraint.rollback(len(ids) + 1)
        constraint.rollback(len(ids))
        assert constraint.allows(ids[0])


def test_a_thought_past_its_limit_is_ended(tiny: Vocabulary) -> None:
    dialect, space = HermesDialect(), number_line_space()
    constraint = tiny.compiler.compile(dialect.grammar(space, Limits(thought=3)))
    end = tiny.encode("\n<tool_call>")
    word = tiny.encode("a")[0]
    for _ in range(3):
        assert constraint.forced() == ()
        constraint.commit(word)
    assert constraint.forced() == end
    assert not constraint.allows(word)
    assert masked(constraint, torch.zeros(tiny.rows)).isfinite().nonzero().flatten().tolist() == [end[0]]
    twin = constraint.copy()
    constraint.commit(end[0])
    assert constraint.forced() == end[1:]
    constraint.rollback(2)
    assert constraint.forced() == ()
    assert constraint.allows(word)
    assert twin.forced() == end
    none = tiny.compiler.compile(dialect.grammar(space, Limits(thought=0)))
    assert none.forced() == end


def test_a_limit_waits_for_the_end_of_a_character(tiny: Vocabulary) -> None:
    constraint = tiny.compiler.compile(QwenDialect().grammar(PHONE, Limits(thought=2)))
    bytes_of_tile = tiny.encode("🀄")
    assert len(bytes_of_tile) == 4
    for token in bytes_of_tile:
        assert constraint.forced() == ()
        constraint.commit(token)
    assert constraint.forced() == tiny.encode("\n✿FUNCTION✿")


def test_a_grammar_without_limits_has_none(tiny: Vocabulary) -> None:
    constraint = tiny.compiler.compile('start: /a+/ "b"')
    for _ in range(600):
        constraint.commit(tiny.encode("a")[0])
    assert constraint.forced() == ()
    constraint.commit(tiny.encode("b")[0])
    assert constraint.finished


@pytest.mark.parametrize("grammar", ["start: nothing", "start: /(/", "", "beginn: /a/", "{}"])
def test_a_bad_grammar_is_refused_with_the_place(tiny: Vocabulary, grammar: str) -> None:
    with pytest.raises(ModelError, match="the grammar cannot be compiled: ."):
        tiny.compiler.compile(grammar)


def test_a_tokenizer_that_is_not_fast_is_refused() -> None:
    with pytest.raises(ModelError, match="grammars do not work with this tokenizer"):
        GrammarCompiler(object(), 100)
