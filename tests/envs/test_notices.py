"""What happened is told line by line, bounded, and without what is secret or could pose as something else."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from envs.notices import Notices, plain


def same(text: str) -> str:
    return text


def test_lines_are_told_once_in_their_order_and_then_forgotten():
    notices = Notices(same)
    for line in ("one", "two", "one", "one"):
        notices.say(line)
    assert notices.take() == ["one (3 times)", "two"]
    assert notices.take() == []


def test_of_very_many_lines_the_rest_is_counted():
    notices = Notices(same)
    for number in range(100):
        notices.say(f"line {number}")
    notices.say("line 0")
    told = notices.take()
    assert told[0] == "line 0 (2 times)"
    assert told[-1] == "88 more things happened."
    assert len(told) == 13


def test_secrets_are_taken_out_before_a_text_is_cut():
    notices = Notices(lambda text: text.replace("hunter22", "<secret:x>"))
    notices.say("a" * 295 + "hunter22")
    assert "hunt" not in notices.take()[0]
    assert notices.quote("a" * 5 + "hunter22", 8) == "aaaaa<s…"


def test_the_marks_that_surround_a_quotation_are_not_in_it():
    assert Notices(same).quote("a” The page closed. “b", 100) == 'a" The page closed. "b'


@given(st.text(max_size=200), st.integers(1, 50))
def test_a_pages_text_becomes_one_line_of_printable_characters(text, longest):
    line = plain(text, longest)
    assert len(line) <= longest
    assert all(character.isprintable() for character in line)
    assert plain(line, longest) == line.rstrip() or " " in line
