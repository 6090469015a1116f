"""Every word arrives as it was, and only what changes nothing is sent twice."""

from __future__ import annotations

import itertools
import random
import subprocess

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from actions.call import ActionError
from envs.android.keyboard import pieces, typable
from envs.android.link import Limits, LostError
from envs.android.shell import BACKOFF, Shell, line, overlapping, pipe, provided, quote, sequence, silent
from envs.base import EnvError
from tests.envs.android_driver.fake import FakePhone, simple_commands

_PARTS = [
    ";", "&&", "||", "|", "&", "$(id)", "`id`", "${HOME}", "$HOME", "'", '"', "\\", "\\'", "'\\''", "\n", "\r\n", "\t",
    "%s", "% s", "%%s", "#", "!", "!!", "~", "*", "?", "[a-z]", "{a,b}", ">", ">>/tmp/x", "<", "<(id)", "=", "-n", "--",
    " ", "", "你好", "🎉", "👩‍👩‍👧", "é", "שלום", "مرحبا", "\u202e", "\u200b", "ﷺ", "\x01", "\x1b[31m", "\x7f",
    "rm -rf /", "reboot", "' ; reboot ; '", '"; reboot; "', "$((1+1))", "$?", "\\n", "\\0", "a=b id", "exit",
    "EOF", "\ufeff",
]  # fmt: skip


def hostile(count=200):
    """Strings a shell would do something with: alone, and several at once."""
    rng = random.Random(7)
    found = list(_PARTS)
    while len(found) < count:
        found.append("".join(rng.choices(_PARTS, k=rng.randint(2, 6))))
    return found


def run_sh(command):
    return subprocess.run(["/bin/sh", "-c", command], capture_output=True, check=True, timeout=10).stdout


def test_two_hundred_hostile_strings_come_back_from_a_real_shell_as_they_were():
    words = hostile()
    assert len(words) >= 200
    for batch in (
        itertools.batched(words, 50)
        if hasattr(itertools, "batched")
        else [words[i : i + 50] for i in range(0, len(words), 50)]
    ):
        assert run_sh(line("printf", r"%s\0", *batch)).decode().split("\0")[:-1] == list(batch)


@given(st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=60))
@settings(max_examples=60, deadline=None)
def test_any_text_comes_back_from_a_real_shell_as_it_was(word):
    assert run_sh(line("printf", "%s.", word)) == word.encode() + b"."


@pytest.mark.parametrize("word", ["a\0b", "\0", "\ud800"])
def test_what_no_argument_can_hold_is_refused(word):
    with pytest.raises(ActionError, match="cannot be typed"):
        quote(word)


def test_lines_are_joined_as_a_shell_takes_them_apart():
    assert run_sh(sequence(line("echo", "a;b"), line("echo", "c"))) == b"a;b\nc\n"
    assert run_sh(pipe(line("printf", r"x\ny\n"), line("grep", "-E", "y|z"))) == b"y\n"
    assert run_sh(silent(line("ls", "/nowhere at all")) + b"; true") == b""
    assert run_sh(provided(line("false"), line("echo", "never")) + b"; true") == b""
    assert run_sh(overlapping(line("echo", 1), 0.05, line("echo", 2))) == b"1\n2\n"


@given(
    st.text(st.characters(min_codepoint=32, max_codepoint=126), max_size=40)
    | st.lists(st.sampled_from(["%", "s", "%s", " ", "a"])).map("".join)
)
def test_what_is_typed_by_key_presses_is_the_text_to_the_letter(text):
    assert "".join(android_reads(piece) for piece in pieces(text)) == text


def android_reads(text):
    """InputShellCommand.sendText, word for word."""
    buffer, escaped, i = list(text), False, 0
    while i < len(buffer):
        if escaped:
            escaped = False
            if buffer[i] == "s":
                buffer[i] = " "
                i -= 1
                del buffer[i]
        if buffer[i] == "%":
            escaped = True
        i += 1
    return "".join(buffer)


def test_every_hostile_string_is_typed_as_it_is_or_refused_with_a_reason():
    refused = 0
    for text in hostile():
        try:
            whole = typable(text)
        except ActionError:
            refused += 1
            continue
        for part in whole.split("\n"):
            if part.isascii():
                typed = [
                    words for piece in pieces(part) for words in simple_commands(line("input", "text", piece).decode())
                ]
                assert all(len(words) == 3 for words in typed)
                assert "".join(android_reads(words[2]) for words in typed) == part
    assert 0 < refused < 100


def shell_on(phone, slept=None):
    return Shell(phone, Limits(), (slept if slept is not None else []).append)


def failing(times, error="gone"):
    left = [times]

    def fail(words):
        if left[0]:
            left[0] -= 1
            raise LostError(error)

    return fail


def test_an_exit_code_and_the_text_before_it_are_told_apart(phone):
    shell = shell_on(phone)
    reply = shell.ask(line("getprop", "ro.product.model"))
    assert (reply.text.strip(), reply.code, reply.problem) == ("Fake 1", 0, "")
    reply = shell.ask(line("nonsense"))
    assert reply.code == 127
    assert reply.problem == "sh: nonsense: not found"


def test_an_exit_code_comes_back_from_a_real_shell(phone):
    class Here(FakePhone):
        def run(self, command, limits):
            return subprocess.run(["/bin/sh", "-c", command], capture_output=True, timeout=10, check=False).stdout

    shell = shell_on(Here())
    assert shell.ask(line("sh", "-c", "echo out; echo err >&2; exit 7")).code == 7
    assert shell.ask(line("sh", "-c", "echo out; echo err >&2; exit 7")).text == "out\nerr\n"
    assert shell.ask(line("printf", "no line end")).text == "no line end"


def test_a_question_is_repeated_with_growing_pauses_until_it_is_answered(phone):
    slept = []
    shell = shell_on(phone, slept)
    phone.fails = failing(3)
    assert shell.ask(line("getprop", "ro.product.model")).text.strip() == "Fake 1"
    assert slept == list(BACKOFF)
    assert phone.opened == 3


def test_a_phone_that_stays_away_ends_in_an_error_that_says_so(phone):
    phone.fails = failing(99)
    with pytest.raises(EnvError, match=r"gone \(tried 4 times\)") as caught:
        shell_on(phone).ask(line("getprop", "x"))
    assert not isinstance(caught.value, LostError)
    phone.refuses_to_open = 99
    with pytest.raises(EnvError, match="cannot be reached any more: fake cannot be reached"):
        shell_on(phone).ask(line("getprop", "x"))


def test_what_changes_something_is_sent_once_and_never_again(phone):
    shell = shell_on(phone)
    phone.fails_after = failing(1)
    with pytest.raises(LostError):
        shell.do(line("input", "tap", 1, 2))
    assert phone.done == [["input", "tap", "1", "2"]]
    shell.ask(line("getprop", "x"))
    assert phone.opened == 1
    assert phone.done == [["input", "tap", "1", "2"]]


def test_a_connection_that_is_known_to_be_lost_is_made_anew_before_anything_is_sent(phone):
    slept = []
    shell = shell_on(phone, slept)
    phone.fails_after = failing(1)
    with pytest.raises(LostError):
        shell.do(line("input", "tap", 1, 2))
    phone.refuses_to_open = 2
    shell.do(line("input", "tap", 3, 4))
    assert [words[2:] for words in phone.done] == [["1", "2"], ["3", "4"]]
    assert slept == list(BACKOFF[:2])


def test_an_answer_without_its_end_counts_as_lost(phone):
    real = phone.run
    cut = iter([True, False])
    phone.run = lambda command, limits: real(command, limits)[:-20] if next(cut) else real(command, limits)
    assert shell_on(phone).ask(line("getprop", "ro.product.model")).text.strip() == "Fake 1"
    assert phone.opened == 1


def test_all_three_limits_go_with_every_command(phone):
    shell = Shell(phone, Limits(9, 15, 30), lambda _: None)
    shell.ask(line("getprop", "x"))
    assert phone.limits == Limits(9, 15, 30)
    shell.ask(line("getprop", "x"), seconds=2)
    assert phone.limits == Limits(2, 2, 2)
    shell.do(line("input", "tap", 1, 2), silence=10)
    assert phone.limits == Limits(19, 25, 40)


@pytest.mark.parametrize(
    ("text", "code", "problem"),
    [
        ("Error: Activity class {x} does not exist.\n", 0, "Error: Activity class {x} does not exist."),
        ("Unknown input method x cannot be selected\n", 0, "Unknown input method x cannot be selected"),
        (
            "\nException occurred while executing 'text':\njava.lang.X",
            255,
            "Exception occurred while executing 'text':",
        ),
        ("", 3, "exit code 3"),
        ("Broadcast completed: result=0\n", 0, ""),
    ],
)
def test_what_went_wrong_is_found_in_what_android_prints(text, code, problem):
    from envs.android.shell import Reply

    assert Reply(text, code).problem == problem
