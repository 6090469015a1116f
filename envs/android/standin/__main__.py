"""`python -m envs.android.standin`: a stand-in phone until Ctrl-C."""

from __future__ import annotations

import argparse
import signal
import sys
import threading
from typing import get_args

from envs.android.standin.faults import REAL_LATENCY
from envs.android.standin.seed import LANGUAGES
from envs.android.standin.server import ShellName
from envs.base import EnvError


def main(words: list[str] | None = None) -> int:
    """Run it; the exit status."""
    given = _parser().parse_args(words)
    try:
        from envs.android.standin.running import Rig
    except ImportError as error:  # the screen needs Playwright, which is the browser extra's
        print(f"error: the stand-in phone needs pip install 'visuomotor[android,browser]' ({error})", file=sys.stderr)
        return 2
    end = threading.Event()
    for name in (signal.SIGINT, signal.SIGTERM):
        signal.signal(name, lambda *_: end.set())
    latency = REAL_LATENCY if given.phone_latency else {}
    try:
        with Rig(given.shell, given.port, latency) as phone:
            phone.renew(given.seed, given.language)
            print(_how_to_reach(phone.address, phone.standin.shell), flush=True)
            end.wait()
            for failure in phone.standin.failures:
                print(f"went wrong in it: {failure!r}", file=sys.stderr)
    except EnvError as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    print("the stand-in phone is off")
    return 0


def _how_to_reach(address: str, shell: str) -> str:
    return f"""a stand-in phone listens at {address} (shell: {shell}); Ctrl-C switches it off

  adb connect {address}
  visuomotor android screenshot --serial {address}
  visuomotor doctor android --serial {address}
  visuomotor run android --serial {address} --task "Set an alarm for 7:30" --model MODEL"""


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser("python -m envs.android.standin", description="A stand-in phone until Ctrl-C.")
    parser.add_argument("--port", type=_port, default=0, help="where it listens on 127.0.0.1; a free port if left out")
    parser.add_argument("--seed", type=int, default=0, help="of what is on it")
    parser.add_argument("--language", choices=LANGUAGES, default="en")
    parser.add_argument("--shell", choices=get_args(ShellName), default="auto", help="auto is mksh where it runs")
    parser.add_argument("--phone-latency", action="store_true", help="answer as slowly as real phones do")
    return parser


def _port(text: str) -> int:
    port = int(text)
    if not 0 <= port < 65536:
        raise argparse.ArgumentTypeError("a port is 0 to 65535")
    return port


if __name__ == "__main__":
    sys.exit(main())
