"""The pages' source: every word has a Chinese wording, and no text of the state's can become markup or a program."""

from __future__ import annotations

import re

from envs.android.standin.phone import WEB
from envs.android.standin.seed import APPS

SOURCES = {path.relative_to(WEB).as_posix(): path.read_text(encoding="utf-8") for path in WEB.rglob("*.js")}
KEY = re.compile(r'"((?:[^"\\]|\\.)*)":')


def keys(language: str) -> set[str]:
    return set(KEY.findall(SOURCES[f"words/{language}.js"]))


def spoken() -> set[str]:
    return {
        word
        for name, text in SOURCES.items()
        if not name.startswith("words/")
        for word in re.findall(r'\bt\("([^"]*)"', text)
    }


def test_every_word_has_a_chinese_one() -> None:
    assert spoken() - keys("zh") == set()
    assert set(APPS.values()) - keys("zh") == set()


def test_japanese_and_arabic_translate_words_that_exist() -> None:
    for language in ("ja", "ar"):
        assert keys(language) - keys("zh") == set()
        assert set(APPS.values()) - keys(language) == set()
        table = dict(re.findall(r'"((?:[^"\\]|\\.)*)": "((?:[^"\\]|\\.)*)"', SOURCES[f"words/{language}.js"]))
        assert all(set(re.findall(r"\{\d\}", word)) == set(re.findall(r"\{\d\}", said)) for word, said in table.items())


def test_text_never_becomes_markup_or_a_program() -> None:
    banned = re.compile(
        r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|new Function|setAttribute\(\"on|https?://(?!www\.w3\.org/2000/svg)[a-z]"
    )
    assert {name: banned.findall(text) for name, text in SOURCES.items() if banned.search(text)} == {}


def test_chance_and_the_real_clock_stay_out() -> None:
    banned = re.compile(r"Math\.random|Date\.now|new Date\(\)")
    assert [name for name, text in SOURCES.items() if banned.search(text)] == []
