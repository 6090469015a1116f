"""Keys by the names people and models give them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from actions.call import ActionError
from envs.browser.keys import chord


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("Enter", "Enter"), ("return", "Enter"), (" ESC ", "Escape"), ("ctrl+a", "Control+a"), ("F12", "F12"),
        ("Ctrl + Shift + T", "Control+Shift+T"), ("cmd+c", "Meta+c"), ("page_down", "PageDown"), ("PgUp", "PageUp"),
        ("down", "ArrowDown"), ("f5", "F5"), ("space", "Space"), ("plus", "+"), ("+", "+"), ("ctrl++", "Control++"),
        ("Control+plus", "Control++"), ("x", "x"), ("~", "~"), ("7", "7"), ("option+left", "Alt+ArrowLeft"),
    ],
)  # fmt: skip
def test_names_and_their_other_forms(written, meant):
    assert chord(written) == meant


@pytest.mark.parametrize(
    "written", ["", " ", "Hyper", "F13", "é", "你", "Control+Nothing", "a+b+c+d+e+f", "\n", "Enter Enter"]
)
def test_what_is_no_key_is_told_with_examples(written):
    with pytest.raises(ActionError, match="Enter, Escape, ArrowDown or Control"):
        chord(written)


@given(st.text(max_size=40))
def test_any_text_is_a_chord_or_a_mistake_that_is_told(text):
    try:
        told = chord(text)
    except ActionError as error:
        told = str(error)
    assert told
    assert "\n" not in told
    assert len(told) < 300
