"""What a browser env can be told."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

from envs.base import EnvError

_LARGEST = 64_000_000


@dataclass(frozen=True, slots=True)
class BrowserOptions:
    """Options of the browser env; on the command line `--allow-domain` is allow_domain, and a flag is on when named."""

    url: Annotated[str, "the page an episode starts on"] = ""
    allow_domain: Annotated[tuple[str, ...], "another domain it may visit; may be repeated, * is any"] = ()
    allow_local: Annotated[bool, "let it reach loopback and private addresses other than the start page's"] = False
    width: Annotated[int, "of the viewport, in CSS pixels"] = 1280
    height: Annotated[int, "of the viewport, in CSS pixels"] = 720
    scale: Annotated[float, "device pixels a CSS pixel; the screenshot is so many times larger"] = 1.0
    mobile: Annotated[bool, "emulate a touch screen and a mobile viewport"] = False
    user_agent: Annotated[str, "what it says it is; a phone's Chrome with --mobile"] = ""
    locale: Annotated[str, "such as de-DE"] = "en-US"
    headed: Annotated[bool, "show the browser's window"] = False
    sandbox: Annotated[bool | None, "Chromium's own; on unless root"] = None
    profile: Annotated[str, "a folder with a profile to use and keep; a fresh one an episode if left out"] = ""
    uploads: Annotated[str, "a folder whose files it may give to a page"] = ""
    downloads: Annotated[str, "a folder to save downloads in; refused if left out"] = ""
    secrets: Annotated[str, "a file of NAME=value lines it may type by name, beside VISUOMOTOR_SECRET_NAME"] = ""
    http_user: Annotated[str, "user name for a start page that asks for HTTP authentication"] = ""
    http_secret: Annotated[str, "the name of the secret that is its password"] = ""
    patience: Annotated[float, "seconds to wait at most for a page that keeps changing"] = 3.0
    load: Annotated[float, "seconds to wait at most for a page to load"] = 15.0
    quiet: Annotated[float, "seconds without a change after which a page counts as settled"] = 0.05

    def __post_init__(self) -> None:
        if not (16 <= self.width <= 8192 and 16 <= self.height <= 8192):
            raise EnvError(f"a viewport is 16 to 8192 pixels wide and high, not {self.width} x {self.height}")
        if not 0.25 <= self.scale <= 8:
            raise EnvError(f"the scale is 0.25 to 8, not {self.scale:g}")
        if self.width * self.height * self.scale**2 > _LARGEST:
            raise EnvError(
                f"a screenshot has at most {_LARGEST // 10**6} million pixels; take a smaller viewport or scale"
            )
        if min(self.patience, self.load, self.quiet) < 0 or self.quiet > self.patience:
            raise EnvError("quiet, patience and load are seconds, and quiet is not longer than patience")
        for name in ("uploads", "downloads"):
            folder = getattr(self, name)
            if folder and not Path(folder).is_dir():
                raise EnvError(f"{name}: {folder} is no folder; create it first")
        if bool(self.http_user) != bool(self.http_secret):
            raise EnvError("http_user and http_secret go together")


def size_of(options: BrowserOptions) -> tuple[int, int]:
    """Width and height of a screenshot in pixels."""
    return round(options.width * options.scale), round(options.height * options.scale)
