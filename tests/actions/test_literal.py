"""The reader of almost-JSON arguments."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from actions.call import ParseError
from actions.dialects.literal import read_object, write_object
from tests.actions.strategies import attempt, is_fit_to_show, json_values, texts


def read(text: str) -> dict[str, Any]:
    return read_object(text)[0]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("{}", {}),
        (" \n{ }", {}),
        ('{"point": (348,291)}', {"point": [348, 291]}),
        ('{"point": " (596, 213)"}', {"point": " (596, 213)"}),
        ('{"point": [348, 291]}', {"point": [348, 291]}),
        ('{"box": (1,2),(3,4)}', {"box": [[1, 2], [3, 4]]}),
        ('{"box": (1,2),(3,4), "n": 5}', {"box": [[1, 2], [3, 4]], "n": 5}),
        ('{"box": [1,2], "n": (3,4)}', {"box": [1, 2], "n": [3, 4]}),
        ('{"point": <|box_start|>(1,2),(3,4)<|box_end|>}', {"point": [[1, 2], [3, 4]]}),
        ('{"point": <|point_start|>(1,2)<|point_end|>}', {"point": [1, 2]}),
        ("{'text': 'it\\'s'}", {"text": "it's"}),
        ("{'a': None, 'b': True, 'c': False}", {"a": None, "b": True, "c": False}),
        ('{"a": null, "b": true, "c": false}', {"a": None, "b": True, "c": False}),
        ('{"a": [1, 2,], "b": 3,}', {"a": [1, 2], "b": 3}),
        ('{"a": ()}', {"a": []}),
        ("｛“point”：（348，291）｝", {"point": [348, 291]}),
        ("{‘a’: ［１，２］}", {"a": [1, 2]}),
        ('{"a": "：，（）"}', {"a": "：，（）"}),
        ('{"a": -1.5e3, "b": +2, "c": .5, "d": 7.}', {"a": -1500.0, "b": 2, "c": 0.5, "d": 7.0}),
        (r'{"a": "\u273f\n\t\"\\\/"}', {"a": '✿\n\t"\\/'}),
        (r'{"a": "\ud83c\udc04"}', {"a": "🀄"}),
        (r'{"a": "\ud83c"}', {"a": "\ufffd"}),
        ('{"a": "one\ntwo"}', {"a": "one\ntwo"}),
        ('{"a": {"b": {"c": [[], {}]}}}', {"a": {"b": {"c": [[], {}]}}}),
        ('{"a": 1, "a": 2}', {"a": 2}),
    ],
)
def test_what_models_write_is_read(text: str, value: dict[str, Any]) -> None:
    assert read(text) == value


@pytest.mark.parametrize(
    "text",
    [
        *("", "  ", "}", "[]", "(348,291)", "null", '"{}"', "point"),
        *("{", '{"a"', '{"a":', '{"a": }', '{"a": 1', '{"a": 1 "b": 2}', '{"a" 1}', "{a: 1}", "{1: 2}", "{,}"),
        *('{"a": "b}', "{'a\": 1}", '{"a": [1, 2}', '{"a": (1, 2]}', '{"a": nul}', '{"a": nullify}', '{"a": NaN}'),
        *('{"a": 1e999}', '{"a": --1}', '{"a": "\\', '{"a": __import__("os")}'),
        pytest.param('{"a": ' + "9" * 5000 + "}", id="many digits"),
        pytest.param('{"a":' * 40 + "1" + "}" * 40, id="many objects"),
        pytest.param('{"a": ' + "[" * 40 + "]" * 40 + "}", id="many lists"),
    ],
)
def test_what_is_no_object_is_refused_in_words_fit_to_show(text: str) -> None:
    with pytest.raises(ParseError) as error:
        read(text)
    assert is_fit_to_show(error.value)


def test_the_message_says_what_was_expected_and_where() -> None:
    for text, told in [
        ('{"a" 1}', "expected ':' at '1}'"),
        ("{a: 1}", "expected a name in quotes at 'a: 1}'"),
        ('{"a": }', "expected a value at '}'"),
        ('{"a": 1', "expected ',' at the end"),
        ('{"a": "b}', "a text is never closed"),
        ("(348,291)", "must be a JSON object such as {}, but there is none at '(348,291)'"),
        ('{"a":' * 40, "nested too deeply"),
    ]:
        with pytest.raises(ParseError) as error:
            read(text)
        assert told in str(error.value)


# A pair after a list is read by its own rule, which must count depth like every other.
@pytest.mark.parametrize("unit", ['{"a":', "[", "(", '{"a":[],(', '{"a":[],({"a":(', '{"a":(),({"a":[],(['])
def test_no_nesting_exhausts_the_stack(unit: str) -> None:
    for opening in ("", '{"a":'):
        with pytest.raises(ParseError):
            read(opening + unit * 20_000)


def test_what_follows_the_object_is_not_looked_at() -> None:
    text = 'args: {"a": {"b": 1}} and more }'
    assert read_object(text, 5) == ({"a": {"b": 1}}, text.index(" and"))


@given(st.dictionaries(texts, json_values, max_size=4), texts)
def test_the_reader_reads_what_the_writer_wrote_whatever_follows(value: dict[str, Any], rest: str) -> None:
    written = write_object(value)
    assert read_object(written + rest) == (value, len(written))
    assert "\n" not in written


@given(st.dictionaries(texts, json_values, max_size=4), st.sampled_from([None, 2]), st.booleans())
def test_the_reader_reads_all_that_json_can_write(value: dict[str, Any], indent: int | None, ascii_only: bool) -> None:
    assert read(json.dumps(value, indent=indent, ensure_ascii=ascii_only)) == value


@given(st.dictionaries(st.text(max_size=3), st.integers() | st.text(max_size=5) | st.booleans() | st.none()))
def test_the_reader_reads_a_python_dict(value: dict[str, Any]) -> None:
    # repr writes \x and \U escapes, which are not JSON's, for what cannot be printed.
    if all(text.isprintable() for text in [*value, *(item for item in value.values() if isinstance(item, str))]):
        assert read(repr(value)) == value


@given(texts, st.integers(0, 20))
def test_any_text_at_all_is_an_object_or_a_parse_error(text: str, start: int) -> None:
    for candidate in (text, "{" + text, '{"a": ' + text, '{"a": "' + text):
        found = attempt(read_object, candidate, start, refusal=ParseError)
        if found is not None:
            assert isinstance(found[0], dict)
            assert start < found[1] <= len(candidate)
