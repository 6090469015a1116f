"""Where the pages of MiniWoB++ are: files of the `miniwob` package, which is not imported (it would want Selenium)."""

from __future__ import annotations

import functools
import http.server
import importlib.util
import threading
from pathlib import Path

from envs.base import EnvError
from envs.browser.miniwob.tasks import is_flight


def html_folder() -> Path:
    """The package's html folder. Raises EnvError when it is not installed."""
    spec = importlib.util.find_spec("miniwob")
    if spec is None or not spec.submodule_search_locations:
        raise EnvError("MiniWoB++ needs 'miniwob'; install it with: pip install 'visuomotor[browser]'")
    return Path(spec.submodule_search_locations[0]) / "html"


def address(task: str) -> str:
    """The URL of a task's page. The flight sites are served on loopback, for they fetch their parts."""
    if is_flight(task):
        return f"http://127.0.0.1:{_port()}/{task.replace('.', '/')}/wrapper.html"
    return (html_folder() / "miniwob" / f"{task}.html").as_uri()


class _Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class's name
        """Nothing: a request is no news."""


@functools.cache
def _port() -> int:
    """The port of this process's server, started at first use."""
    handler = functools.partial(_Quiet, directory=str(html_folder()))
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, name="miniwob pages", daemon=True).start()
    return int(server.server_port)
