"""What objects are called."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from envs.thor.names import label, named, spoken


def thing(kind: str, number: int) -> dict:
    return {"objectType": kind, "objectId": f"{kind}|{number:+06.2f}|+00.00|+00.00"}


KINDS = st.sampled_from(["Mug", "Drawer", "SinkBasin", "AppleSliced", "Apple", "TVStand", "CounterTop"])


@given(st.lists(KINDS, min_size=1, max_size=20))
def test_a_label_means_just_its_object(kinds):
    things = [thing(kind, number) for number, kind in enumerate(kinds)]
    for one in things:
        assert named(things, label(things, one["objectId"])) == [one]
        assert named(things, one["objectId"]) == [one]


@pytest.mark.parametrize(
    ("said", "kind"),
    [
        ("counter top", "CounterTop"), ("COUNTERTOP", "CounterTop"), ("counter-top", "CounterTop"),
        ("sink", "SinkBasin"), ("apple slice", "AppleSliced"), ("sliced apple", "AppleSliced"),
        ("slice of apple", "AppleSliced"), ("AppleSliced", "AppleSliced"), ("apple", "Apple"), ("tv stand", "TVStand"),
    ],
)  # fmt: skip
def test_spelling_does_not_matter(said, kind):
    things = [thing(one, 1) for one in ("CounterTop", "SinkBasin", "AppleSliced", "Apple", "TVStand")]
    assert [one["objectType"] for one in named(things, said)] == [kind]


def test_numbers_count_from_one_in_the_order_of_the_ids():
    things = [thing("Drawer", number) for number in (3, 1, 2)]
    assert [named(things, f"drawer {n}")[0]["objectId"][7:13] for n in (1, 2, 3)] == ["+01.00", "+02.00", "+03.00"]
    assert named(things, "Drawer_2") == named(things, "drawer #2") == named(things, "Drawer2")
    assert named(things, "drawer 4") == []
    assert len(named(things, "drawer")) == 3


def test_a_sink_alone_is_the_sink():
    assert named([thing("Sink", 1)], "sink")[0]["objectType"] == "Sink"
    assert named([thing("Sink", 1), thing("SinkBasin", 1)], "sink")[0]["objectType"] == "SinkBasin"


@given(st.text(max_size=40))
def test_any_text_is_a_name_of_nothing_or_of_something(said):
    assert isinstance(named([thing("Mug", 1), thing("Mug", 2)], said), list)


def test_a_name_as_long_as_a_page_is_none():
    assert named([thing("Mug", 1)], "mug" + " " * 100_000 + "1x") == []
    assert named([thing("Mug", 1)], "mug 1") != []


def test_nothing_of_that_id_has_a_label():
    with pytest.raises(KeyError):
        label([thing("Mug", 1)], "Mug|9")


@pytest.mark.parametrize(
    ("kind", "said"),
    [("CounterTop", "counter top"), ("AppleSliced", "apple slice"), ("TVStand", "TV stand"), ("CD", "CD")],
)
def test_a_type_in_a_sentence(kind, said):
    assert spoken(kind) == said
