"""Browsers come and go with the envs that use them, whatever becomes of the process that started them."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import textwrap
import threading
import time
from pathlib import Path

import psutil
import pytest

from actions.browser import Click, Goto, Wait
from actions.point import Point
from envs.base import EnvError
from envs.browser import driver
from tests.envs.browser.serving import eventually

ROOT = Path(__file__).parents[3]
# What every script begins with: a page in a file server of its own, and an env on it.
BEGIN = """
import os, sys, threading, time
import psutil
from actions.browser import Click, Goto, Wait
from actions.point import Point
from envs.browser import driver
from envs.registry import make_env
from tests.envs.browser.serving import Site

site = Site({"/": "<title>x</title><h1>page</h1>" + "<p>text</p>" * 50})
me = psutil.Process()

def mine():
    return [p for p in me.children(recursive=True) if p.status() != psutil.STATUS_ZOMBIE]

def memory():
    return sum(p.memory_info().rss for p in [me, *mine()]) >> 20
"""


def run(script: str, seconds: float = 240) -> str:
    whole = BEGIN + textwrap.dedent(script)
    done = subprocess.run(
        [sys.executable, "-c", whole], cwd=ROOT, capture_output=True, text=True, timeout=seconds, check=False
    )
    if "no browser is installed" in done.stderr:
        pytest.skip("no browser is installed")
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def test_the_browser_ends_some_time_after_the_last_env_was_closed_and_a_new_one_can_start():
    script = """
      env = make_env("browser", url=site.url())
      env.reset(seed=0)
      assert any("chrom" in p.name() for p in mine()) and any("node" in p.name() for p in mine())
      env.close()
      assert not any("chrom" in p.name() for p in mine())
      ends = time.monotonic() + driver.LINGER + 20
      def threads():
          return sum(t.name == "browser" for t in threading.enumerate())
      while (mine() or threads()) and time.monotonic() < ends:
          time.sleep(0.1)
      print(len(mine()), driver._driver, threads())
      env.reset(seed=0)
      print(env.unwrapped._sight.title)
    """
    assert run(script) == "0 None 0\nx"


@pytest.mark.parametrize("ending", ["", "sys.exit(0)", "raise SystemExit", "env.close()"])
def test_a_process_that_ends_without_closing_leaves_nothing_behind(ending):
    script = f"""
      env = make_env("browser", url=site.url())
      env.reset(seed=0)
      print(*[p.pid for p in mine()], flush=True)
      {ending}
    """
    pids = [int(pid) for pid in run(script).split()]
    assert len(pids) >= 3
    assert eventually(lambda: not any(alive(pid) for pid in pids))


def alive(pid: int) -> bool:
    try:
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGTERM])
def test_a_process_that_is_killed_leaves_nothing_behind(how):
    script = """
      env = make_env("browser", url=site.url())
      env.reset(seed=0)
      print(*[p.pid for p in mine()], flush=True)
      for _ in range(6):
          env.step(Wait(5.0))
    """
    process = subprocess.Popen(
        [sys.executable, "-c", BEGIN + textwrap.dedent(script)], cwd=ROOT, stdout=subprocess.PIPE, text=True
    )
    try:
        assert process.stdout is not None
        pids = [int(pid) for pid in process.stdout.readline().split()]
        if not pids:
            pytest.skip("no browser is installed")
        os.kill(process.pid, how)
        process.wait(30)
        assert eventually(lambda: not any(alive(pid) for pid in pids), 30)
    finally:
        process.kill()
        process.wait()


def test_two_envs_in_two_threads_do_not_mind_each_other(drive, serve):
    pages = [drive(serve(f"<title>{number}</title><button onclick='document.title += 1'>")) for number in "ab"]
    failures: list[BaseException] = []

    def play(page) -> None:
        try:
            button = page.at("button")
            for _ in range(5):
                page.do(Click(button))
            page.do(Goto(page.world.options.url), Click(button))
        except BaseException as error:  # noqa: BLE001 - shown below
            failures.append(error)

    threads = [threading.Thread(target=play, args=(page,)) for page in pages]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert failures == []
    assert [page.info["title"] for page in pages] == ["a1", "b1"]
    assert pages[0].world._seat.driver is pages[1].world._seat.driver
    pages[0].env.close()
    pages[1].do(Click(pages[1].at("button")))
    assert pages[1].info["title"] == "b11"


def test_ctrl_c_in_a_step_leaves_an_env_that_can_go_on_and_be_closed(drive):
    page = drive("<title>x</title>")
    timer = threading.Timer(0.5, os.kill, (os.getpid(), signal.SIGINT))
    started = time.monotonic()
    before = signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell's background jobs ignore it
    try:
        timer.start()
        with pytest.raises(KeyboardInterrupt):
            page.do(*[Wait(5.0)] * 5)
    finally:
        signal.signal(signal.SIGINT, before)
    assert time.monotonic() - started < 20
    page.do(Click(Point(0.5, 0.5)))
    assert page.info["title"] == "x"
    page.reset()
    page.env.close()
    page.env.close()
    with pytest.raises(EnvError):
        page.world.step(Click(Point(0.5, 0.5)))
    page.reset()
    assert page.info["title"] == "x"


def test_a_driver_is_shared_while_it_is_used_and_kept_a_little_longer(drive):
    page = drive("x")
    first = page.world._seat.driver
    page.env.close()
    assert driver._driver is first  # lingers
    page.reset()
    assert page.world._seat.driver is first


@pytest.mark.slow
def test_fifty_episodes_leave_no_process_behind():
    script = """
      for number in range(50):
          env = make_env("browser", url=site.url())
          env.reset(seed=number)
          env.step(Click(Point(0.5, 0.5)))
          env.close()
          assert not any("chrom" in p.name() for p in mine()), number
      time.sleep(driver.LINGER + 10)
      print(len(mine()))
    """
    assert run(script, 900) == "0"


@pytest.mark.slow
@pytest.mark.parametrize("name", ["browser", "miniwob.click-test"])
def test_memory_does_not_grow_over_three_hundred_episodes(name):
    script = f"""
      options = dict(url=site.url()) if "{name}" == "browser" else {{}}
      env = make_env("{name}", **options)
      seen = []
      for number in range(300):
          env.reset(seed=number)
          env.step(Click(Point(0.5, 0.9)))
          if number in (50, 175, 299):
              seen.append(memory())
      print(*seen, len(mine()), len(threading.enumerate()))
      env.close()
    """
    early, middle, late, processes, threads = map(int, run(script, 1800).split())
    assert late < early + 150, (early, middle, late)
    assert processes < 20
    assert threads < 20
