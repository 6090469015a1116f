"""A driver on a phone that is not there, with a clock of its own."""

from __future__ import annotations

import pytest

from envs.android import env as env_module
from envs.android.env import AndroidEnv
from envs.android.phone import Phone
from tests.envs.android_driver.fake import Clock, FakePhone


@pytest.fixture
def phone():
    return FakePhone()


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def make(phone, clock, monkeypatch):
    """Makes an env on the fake phone."""
    made = []

    def timed(link, options, vault):
        return Phone(link, options, vault, clock, clock.sleep)

    monkeypatch.setattr(env_module, "Phone", timed)

    def start(**options):
        env = AndroidEnv(connect=lambda _: phone, **options)
        made.append(env)
        return env

    yield start
    phone.fails = phone.fails_after = lambda words: None
    for env in made:
        env.close()


@pytest.fixture
def env(make, phone):
    """An env after its reset, whose phone has forgotten what that took."""
    made = make()
    made.reset(options={"task": "Set an alarm."})
    phone.done.clear()
    return made
