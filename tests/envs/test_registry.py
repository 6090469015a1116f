"""Envs by name: found with or without decoration, and every refusal says what to do instead."""

from __future__ import annotations

import gymnasium
import pytest

from envs.base import EnvError, HasOracle, MissingExtraError
from envs.registry import SPECS, EnvSpec, find, make_env, register_all


@pytest.fixture
def broken_world(monkeypatch):
    """A registered env whose module is not installed; call it with the extra that would bring it."""

    def add(extra: str) -> str:
        spec = EnvSpec("Broken", "no_such_driver.world:World", "cannot be imported", 10, extra=extra)
        monkeypatch.setitem(SPECS, spec.name, spec)
        return spec.name

    yield add
    gymnasium.registry.pop("visuomotor/Broken-v0", None)


@pytest.mark.parametrize("name", SPECS)
def test_an_env_is_found_by_short_name_by_full_id_and_in_any_case(name):
    spec = SPECS[name]
    assert [find(name), find(spec.id), find(name.lower()), find(name.upper())] == [spec] * 4


@pytest.mark.parametrize("name", SPECS)
def test_what_is_made_carries_its_id_its_limit_of_steps_and_an_oracle(name):
    env = make_env(name)
    assert env.spec is not None
    assert env.spec.id == SPECS[name].id
    assert env.spec.max_episode_steps == SPECS[name].max_steps
    # What is wanted on a site, nobody knows; of a phone, only on the stand-in and for the tasks that are drawn there.
    assert isinstance(env.unwrapped, HasOracle) == (name not in ("browser", "AndroidWorld"))


def test_registering_twice_changes_nothing():
    register_all()
    before = dict(gymnasium.registry)
    register_all()
    assert dict(gymnasium.registry) == before


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("NumberLin", "NumberLine"),
        ("black-jack", "Blackjack"),
        ("ezpoint", "EZPoints"),
        ("visuomotor/Points42-v0", "Points24"),
    ],
)
def test_a_misspelt_name_is_answered_with_the_nearest_one(typed, meant):
    with pytest.raises(EnvError, match=f"Did you mean {meant}\\?"):
        find(typed)


def test_a_name_near_to_nothing_is_answered_with_all_names():
    with pytest.raises(EnvError) as caught:
        make_env("qqq")
    assert "Did you mean" not in str(caught.value)
    assert all((spec.family or name) in str(caught.value) for name, spec in SPECS.items())


def test_an_option_no_env_takes_is_an_env_error():
    with pytest.raises(EnvError, match=r"NumberLine does not take these options.*colour"):
        make_env("NumberLine", colour="red")


def test_a_missing_driver_is_named_with_the_extra_that_installs_it(broken_world):
    with pytest.raises(MissingExtraError, match=r"'no_such_driver'.*pip install 'visuomotor\[thor\]'"):
        make_env(broken_world("thor"))


def test_an_import_that_fails_in_a_world_without_an_extra_is_a_bug_and_stays_one(broken_world):
    with pytest.raises(ImportError, match="no_such_driver"):
        make_env(broken_world(""))
