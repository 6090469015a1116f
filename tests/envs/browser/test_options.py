"""What a browser env can be told, and what it says to values that make no sense."""

from __future__ import annotations

import warnings

import numpy as np
import pytest
from gymnasium.utils.env_checker import check_env

from actions.browser import Click, Goto, TypeSecret, UploadFile
from actions.call import ActionError
from actions.cards import Hit
from actions.point import Point
from envs.base import EnvError
from envs.browser.env import BrowserEnv
from envs.browser.options import BrowserOptions, size_of
from envs.registry import make_env


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"width": 15}, "16 to 8192 pixels"), ({"height": 9000}, "16 to 8192 pixels"),
        ({"width": "wide"}, "width is int"),
        ({"scale": 0.1}, "the scale is 0.25 to 8"), ({"scale": float("nan")}, "the scale"), ({"url": 3}, "url is str"),
        ({"patience": -1.0}, "are seconds"), ({"quiet": 5.0}, "quiet is not longer"), ({"mobile": 1}, "mobile is bool"),
        ({"uploads": "/nowhere"}, "/nowhere is no folder"), ({"downloads": "/nowhere"}, "/nowhere is no folder"),
        ({"http_user": "ann"}, "go together"), ({"http_secret": "x"}, "go together"), ({"width": True}, "width is int"),
        ({"secrets": "/nowhere"}, "cannot read the secrets"), ({"colour": "red"}, "does not take these options"),
    ],
)  # fmt: skip
def test_a_value_that_makes_no_sense_is_an_error_before_anything_starts(options, said):
    with pytest.raises(EnvError, match=said):
        make_env("browser", **options)


def test_numbers_and_domains_are_taken_as_they_come():
    env = make_env("browser", scale=2, patience=1, allow_domain="example.com")
    assert env.unwrapped.options.scale == 2.0
    assert env.unwrapped.options.allow_domain == ("example.com",)
    assert make_env("browser", allow_domain=["a.com", "b.com"]).unwrapped.options.allow_domain == ("a.com", "b.com")
    assert size_of(BrowserOptions(width=364, height=812, scale=2.0)) == (728, 1624)
    assert env.observation_space["image"].shape == (1440, 2560, 3)


def test_actions_that_need_an_option_exist_only_with_it(tmp_path):
    secrets = tmp_path / "secrets"
    secrets.write_text("bank=hunter22\n")
    assert not {"type_secret", "upload_file"} & set(make_env("browser").action_space.names)
    names = make_env("browser", uploads=str(tmp_path), secrets=str(secrets)).action_space.names
    assert {"type_secret", "upload_file"} <= set(names)
    env = BrowserEnv()
    for action in (Hit(), None, "click", UploadFile("x"), TypeSecret("x"), Click(point=(0.5, 0.5))):
        with pytest.raises(ActionError, match="not an action of a browser"):
            env.step(action)


def test_a_page_sees_the_screen_language_and_agent_it_was_told(drive):
    page = drive("<title>x</title>", width=400, height=300, scale=1.5, locale="de-DE", user_agent="Mine/1.0")
    assert page.js("[innerWidth, innerHeight, devicePixelRatio]") == [400, 300, 1.5]
    assert page.js("[navigator.language, navigator.userAgent]") == ["de-DE", "Mine/1.0"]
    assert page.image.shape == (450, 600, 3)
    page = drive(
        "<title>x</title><meta name=viewport content='width=device-width'>", mobile=True, width=360, height=640
    )
    assert "Android" in page.js("navigator.userAgent")
    assert page.js("[innerWidth, 'ontouchstart' in window, matchMedia('(pointer: coarse)').matches]") == [
        360,
        True,
        True,
    ]


def test_a_profile_is_kept_and_without_one_every_episode_is_new(drive, serve, tmp_path):
    site = serve(
        {
            "/": "<title>x</title>",
            "/set": "<script>document.cookie = 'a=b; max-age=9999'; localStorage.c = 'd'</script>",
        }
    )
    state = "[document.cookie, localStorage.c ?? '']"
    page = drive(site)
    page.do(Goto(site.url("/set")))
    assert page.js(state) == ["a=b", "d"]
    page.reset()
    assert page.js(state) == ["", ""]
    for expected in (["", ""], ["a=b", "d"]):
        page = drive(site, profile=str(tmp_path / "profile"))
        assert page.js(state) == expected
        page.do(Goto(site.url("/set")), Goto(site.url()))
        page.env.close()


def test_gymnasiums_own_checker_finds_nothing_not_even_a_warning(drive, serve, monkeypatch):
    site = serve("<!doctype html><title>x</title><p>nothing to press</p>")
    page = drive(site, width=320, height=200, render_mode="rgb_array")  # skips where there is no browser
    assert np.array_equal(page.env.render(), page.image)
    whole = BrowserEnv._info  # what a step took differs from time to time, and is all that may
    monkeypatch.setattr(BrowserEnv, "_info", lambda self: {k: v for k, v in whole(self).items() if k != "seconds"})
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        check_env(page.env.unwrapped)


def test_rendering_shows_what_the_model_sees_and_only_when_asked(drive):
    page = drive("<body bgcolor=red>", width=100, height=100)
    assert page.env.unwrapped.render() is None
    first = page.image.copy()
    page.do(Click(Point(0.5, 0.5)))
    assert np.array_equal(first, page.image)
