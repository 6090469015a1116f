"""Every env by its gymnasium id, with the place it is loaded from when asked for."""

from __future__ import annotations

import difflib
from dataclasses import dataclass, field
from typing import Any

import gymnasium

from actions.space import Action
from envs.android.tasks.table import TASKS as PHONE_TASKS
from envs.base import EnvError, MissingExtraError, Observation
from envs.browser.miniwob.tasks import KINDS


@dataclass(frozen=True, slots=True)
class EnvSpec:
    """An env's short name, where its class is, what it is in a line, and its limit of steps."""

    name: str
    entry_point: str
    summary: str
    max_steps: int
    extra: str = ""
    kwargs: dict[str, Any] = field(default_factory=dict)
    options: str = ""
    """Where the dataclass of its options is; the keywords of the class itself if empty."""
    family: str = ""
    """A name that lists show for many alike."""
    checkpoint: str = ""
    """The checkpoint that ships and was trained on it."""

    @property
    def id(self) -> str:
        return f"visuomotor/{self.name}-v0"


# max_steps is RL4VLM's 300 for the card games (gym_cards/__init__.py); each game also ends by its own rule.
SPECS = {
    spec.name: spec
    for spec in (
        EnvSpec("NumberLine", "envs.cards.number_line:NumberLine", "move a number to a target by + and -", 300,
                checkpoint="cards"),
        EnvSpec("Blackjack", "envs.cards.blackjack:Blackjack", "hit or stand against a dealer", 300,
                checkpoint="cards"),
        EnvSpec("EZPoints", "envs.cards.points:EZPoints", "make 12 from two cards", 300,
                checkpoint="cards"),
        EnvSpec("Points24", "envs.cards.points:Points24", "make 24 from four cards", 300,
                checkpoint="cards"),
        EnvSpec("browser", "envs.browser.env:BrowserEnv", "a task on a site, in a real Chromium", 1000, "browser",
                options="envs.browser.options:BrowserOptions"),
        EnvSpec("android", "envs.android.env:AndroidEnv", "a task on a phone, over ADB", 1000, "android",
                options="envs.android.options:AndroidOptions"),
        EnvSpec("thor", "envs.thor.env:ThorEnv", "a task in a simulated household, in high-level actions", 1000, "thor",
                options="envs.thor.options:ThorOptions"),
        EnvSpec("thor-low", "envs.thor.env:ThorLowEnv", "the same household in ALFRED's low-level actions", 1000,
                "thor", options="envs.thor.options:ThorOptions"),
        EnvSpec("alfred", "evals.alfred.env:AlfredEnv", "a household task of ALFRED, judged by its conditions", 1000,
                "thor", options="evals.alfred.options:AlfredOptions"),
        EnvSpec("AITZ", "envs.replay.env:AitzReplay", "a recorded phone episode, replayed", 1000,
                options="envs.replay.options:ReplayOptions"),
        EnvSpec("AndroidControl", "envs.replay.androidcontrol.env:AndroidControl", "a recorded step on a phone", 1,
                options="envs.replay.androidcontrol.options:AndroidControlOptions"),
        EnvSpec("FunctionCalling", "envs.replay.function_calling.env:FunctionCalling", "a question on a picture", 1,
                options="envs.replay.function_calling.options:FunctionCallingOptions"),
        EnvSpec("ScreenSpot", "envs.replay.screenspot.env:ScreenSpot", "one click on a screen", 1,
                options="envs.replay.screenspot.options:ScreenSpotOptions"),
        EnvSpec("AndroidWorld", "envs.android.androidworld:AndroidWorldTask", "an AndroidWorld task, on an emulator",
                1000, "android", options="envs.android.androidworld:AndroidWorldOptions"),
        EnvSpec("R2R", "envs.navigation.real:RealNavigation", "follow a route in a scanned building", 30, "navigation",
                {"kind": "R2R"}, "envs.navigation.options:RealOptions"),
        EnvSpec("REVERIE", "envs.navigation.real:RealNavigation", "find an object in a scanned building", 30,
                "navigation", {"kind": "REVERIE"}, "envs.navigation.options:RealOptions"),
        EnvSpec("R2R-low", "envs.navigation.real:RealLowLevel", "the same routes, one turn or move at a time", 100,
                "navigation", options="envs.navigation.options:DataOptions"),
        EnvSpec("Synthetic-R2R", "envs.navigation.synthetic.env:SyntheticNavigation",
                "follow a route in a drawn building", 30, "navigation", {"kind": "R2R"},
                "envs.navigation.options:SyntheticOptions"),
        EnvSpec("Synthetic-REVERIE", "envs.navigation.synthetic.env:SyntheticNavigation",
                "find an object in a drawn building", 30, "navigation", {"kind": "REVERIE"},
                "envs.navigation.options:SyntheticOptions"),
        EnvSpec("Synthetic-R2R-low", "envs.navigation.synthetic.env:SyntheticLowLevel",
                "a drawn building, one turn or move at a time", 100, "navigation",
                options="envs.navigation.options:BuildingOptions"),
        *(
            EnvSpec(
                f"miniwob.{task}", "envs.browser.miniwob.env:MiniWob", f"a MiniWoB++ page: {kind}", 200, "browser",
                {"task": task}, family="miniwob",
            )
            for task, kind in sorted(KINDS.items())
        ),
        *(
            EnvSpec(
                f"Phone.{entry.name}", "envs.android.bench:PhoneTask", f"a task on the stand-in phone: {entry.app}",
                200, "android", {"task": entry.name}, family="Phone",
            )
            for entry in PHONE_TASKS.values()
        ),
    )
}  # fmt: skip


def find(name: str) -> EnvSpec:
    """The spec of a short name or of a full id. Raises EnvError with the nearest names."""
    short = name.removeprefix("visuomotor/").removesuffix("-v0")
    by_fold = {spec.casefold(): spec for spec in SPECS}
    if short.casefold() in by_fold:
        return SPECS[by_fold[short.casefold()]]
    near = difflib.get_close_matches(short.casefold(), by_fold, n=1)
    hint = f" Did you mean {by_fold[near[0]]}?" if near else ""
    names = dict.fromkeys(f"{spec.family}.TASK" if spec.family else spec.name for spec in SPECS.values())
    raise EnvError(f"unknown environment {name!r}.{hint} There are: {', '.join(names)}.")


def register_all() -> None:
    """Make every env known to `gymnasium.make`. Safe to call twice."""
    for spec in SPECS.values():
        if spec.id not in gymnasium.registry:
            gymnasium.register(
                spec.id, entry_point=spec.entry_point, max_episode_steps=spec.max_steps, kwargs=spec.kwargs
            )


def make_env(name: str, **kwargs: Any) -> gymnasium.Env[Observation, Action]:
    """The env of a short name or id. Raises EnvError for an unknown name, MissingExtraError for a missing driver."""
    spec = find(name)
    register_all()
    try:
        return gymnasium.make(spec.id, **kwargs)
    except ImportError as error:
        if not spec.extra:
            raise
        raise MissingExtraError(spec.name, spec.extra, error) from error
    except TypeError as error:
        raise EnvError(f"{spec.name} does not take these options: {error}") from error
