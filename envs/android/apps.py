"""The apps of a phone: found by the name under their icon, brought to the front."""

from __future__ import annotations

import difflib
import re
from contextlib import suppress
from dataclasses import dataclass

from actions.call import ActionError, show
from envs.android.labels import LABELS
from envs.android.shell import Reply, Shell, line
from envs.base import EnvError

_MAIN, _LAUNCHER = "android.intent.action.MAIN", "android.intent.category.LAUNCHER"
_COMPONENT = re.compile(r"^\s*([A-Za-z][\w.]*)/([\w.$]+)\s*$", re.MULTILINE)
_PACKAGE = re.compile(r"^package:([\w.]+)\s*$", re.MULTILINE)
# The long form describes each activity in a block that begins with its name.
_BLOCK = re.compile(r"^\s*ActivityInfo:\s*$|^\s*Activity #\d+:\s*$", re.MULTILINE)
_LABEL = re.compile(r"nonLocalizedLabel=(?!null)(?P<label>.+?)(?: icon=| banner=|$)", re.MULTILINE)
_NAME = re.compile(r"\bpackageName=(?P<package>[\w.]+)")
_PLAIN = re.compile(r"[\W_]+")
# In the middle of a package these say nothing of the app: com.example.app.
_EMPTY = frozenset({"com", "org", "net", "android", "google", "app", "apps", "mobile", "main", "client"})


class MuteError(EnvError):
    """The phone does not tell its apps."""


@dataclass(frozen=True, slots=True)
class App:
    """An app with an icon. `component` is "package/activity", "" when the phone does not tell it."""

    package: str
    component: str
    labels: tuple[str, ...]

    @property
    def label(self) -> str:
        """What it is called in messages."""
        return self.labels[0] if self.labels else self.package


class Apps:
    """The apps of one phone; asked for once and again when a name is not among them."""

    def __init__(self, shell: Shell) -> None:
        self._shell = shell
        self._apps: list[App] = []

    def load(self) -> None:
        """Learn what apps there are, for their labels; a phone that does not tell is asked again when one is needed."""
        if not self._apps:
            with suppress(MuteError):
                self._apps = self._ask()

    def all(self) -> list[App]:
        """Every app with an icon, asked for anew. Raises EnvError when the phone does not tell."""
        self._apps = self._ask()
        return list(self._apps)

    def find(self, name: str) -> App:
        """The app of a label or a package. Raises ActionError with the nearest names, or with all it could mean."""
        app = choose(name, self._apps)
        if app is None:
            self._apps = self._ask()  # one may have been installed since
            app = choose(name, self._apps)
        if app is None:
            near = nearest(name, self._apps)
            hint = f" The nearest are: {', '.join(near)}." if near else ""
            raise ActionError(f"open_app: there is no app {show(name)}.{hint} You can also look for it on the screen.")
        return app

    def label(self, package: str) -> str:
        """What an app is called, its package if that is not known."""
        known = next((app.label for app in self._apps if app.package == package), "")
        return known or (LABELS[package][0] if package in LABELS else "")

    def open(self, app: App) -> Reply:
        """Bring an app to the front. Raises LostError when it is not known whether it was done."""
        if not app.component:
            return self._shell.do(line("monkey", "-p", app.package, "-c", _LAUNCHER, 1))
        return self._shell.do(line("am", "start", "-a", _MAIN, "-c", _LAUNCHER, "-n", app.component))

    def _ask(self) -> list[App]:
        listed = self._shell.ask(line("cmd", "package", "query-activities", "-a", _MAIN, "-c", _LAUNCHER)).text
        brief = self._shell.ask(
            line("cmd", "package", "query-activities", "--brief", "-a", _MAIN, "-c", _LAUNCHER)
        ).text
        found = read_apps(brief, listed)
        if not found:  # before Android 7 `cmd` knew no activities
            found = [_app(package, "", "") for package in _PACKAGE.findall(self._packages())]
        if not found:
            raise MuteError(f"{self._shell.where} does not tell its apps")
        return found

    def _packages(self) -> str:
        return self._shell.ask(line("pm", "list", "packages")).text


def read_apps(brief: str, listed: str) -> list[App]:
    """Apps from `cmd package query-activities`, in its brief form, and its long one for labels."""
    labels: dict[str, str] = {}
    for block in _BLOCK.split(listed):
        label, package = _LABEL.search(block), _NAME.search(block)
        if label is not None and package is not None:
            labels.setdefault(package["package"], label["label"].strip())
    apps: dict[str, App] = {}
    for package, activity in _COMPONENT.findall(brief):
        apps.setdefault(package, _app(package, f"{package}/{activity}", labels.get(package, "")))
    return list(apps.values())


def choose(name: str, apps: list[App]) -> App | None:
    """The one app a name means: its package, its label, or the only one whose name begins with it.

    Raises ActionError with their packages when several have that label: which is meant is not for us to guess.
    """
    for app in apps:
        if app.package == name.strip():
            return app
    wanted = _fold(name)
    if not wanted:
        return None
    # What the phone calls an app goes before the other names it is known by.
    for exact in (
        [app for app in apps if _fold(app.label) == wanted],
        [app for app in apps if any(_fold(label) == wanted for label in app.labels)],
    ):
        if len(exact) > 1:
            packages = ", ".join(sorted(app.package for app in exact))
            raise ActionError(f"open_app: several apps are called {show(name)}; name one by its package: {packages}.")
        if exact:
            return exact[0]
    by_package = [app for app in apps if wanted in _parts(app.package)]
    begins = [app for app in apps if any(_fold(label).startswith(wanted) for label in app.labels)]
    for found in (by_package, begins):
        if len(found) == 1:
            return found[0]
    return None


def nearest(name: str, apps: list[App], most: int = 5) -> list[str]:
    """Names like the one that was not found."""
    names = {_fold(label): label for app in apps for label in (*app.labels, app.package)}
    wanted = _fold(name)
    near = difflib.get_close_matches(wanted, names, n=most, cutoff=0.5)
    near += [folded for folded in names if wanted and wanted in folded and folded not in near]
    return [names[folded] for folded in near][:most]


def _app(package: str, component: str, told: str) -> App:
    known = LABELS.get(package, ())
    last = next((part for part in reversed(package.split(".")) if part.casefold() not in _EMPTY), package)
    labels = (told, *known) if told else known or (last.capitalize(),)
    return App(package, component, tuple(dict.fromkeys(label for label in labels if label)))


def _parts(package: str) -> set[str]:
    return {_fold(part) for part in package.split(".")} - _EMPTY


def _fold(text: str) -> str:
    return _PLAIN.sub("", text.casefold())
