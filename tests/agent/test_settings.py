"""What was typed becomes options of the env, or a sentence that says why not."""

from __future__ import annotations

import pytest

from agent.settings import parse_flags, parse_settings
from envs.base import EnvError
from envs.options import options_of
from envs.registry import find

BROWSER = find("browser")


def test_flags_take_their_kinds_from_the_envs_own_options() -> None:
    words = ["--url", "http://a.example", "--mobile", "--width=400", "--scale", "2", "--sandbox", "false",
             "--allow-domain", "b.example", "--allow-domain", "c.example"]  # fmt: skip
    assert parse_flags(BROWSER, words) == {
        "url": "http://a.example", "mobile": True, "width": 400, "scale": 2.0, "sandbox": False,
        "allow_domain": ("b.example", "c.example"),
    }  # fmt: skip


def test_a_keyword_of_a_card_game_is_an_option_with_its_choices() -> None:
    assert parse_flags(find("Points24"), ["--rules", "rl4vlm"]) == {"rules": "rl4vlm"}
    with pytest.raises(EnvError, match="--rules is one of default, rl4vlm, not 'vegas'"):
        parse_flags(find("Points24"), ["--rules", "vegas"])


def test_what_the_registry_sets_itself_is_no_option() -> None:
    assert {option.name for option in options_of(find("miniwob.click-test"))} == {"scale", "mode"}


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--ulr", "x"], r"browser has no option --ulr. Did you mean --url\?"),
        (["--step", "5"], r"Did you mean --steps\?"),
        (["--qqqqq"], "browser has no option --qqqqq. See: visuomotor envs browser"),
        (["--url"], "--url needs a value"),
        (["--width", "wide"], "--width is a whole number, not 'wide'"),
        (["--scale", "big"], "--scale is a number, not 'big'"),
        (["--mobile=perhaps"], "--mobile is true or false, not 'perhaps'"),
        (["--width", "1", "--width", "2"], "--width was given twice"),
        (["stray"], "'stray' belongs to no option; put texts with spaces in quotes"),
    ],
)
def test_what_is_wrong_is_said_with_the_nearest_right_thing(words: list[str], said: str) -> None:
    with pytest.raises(EnvError, match=said):
        parse_flags(BROWSER, words, known=["--steps", "--model"])


def test_settings_are_json_where_they_parse_as_json() -> None:
    assert parse_settings(["a=1", "b=true", "c=x=y", 'd=["e"]']) == {"a": 1, "b": True, "c": "x=y", "d": ["e"]}
    with pytest.raises(EnvError, match="'novalue' is not of the form key=value"):
        parse_settings(["novalue"])
