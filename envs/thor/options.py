"""What the household env can be told."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Literal, get_args

from envs.base import EnvError

EngineName = Literal["standin", "unity", "alfred"]
Locating = Literal["auto", "box", "truth", "name"]
_CHOICES = {"engine": get_args(EngineName), "locate": get_args(Locating)}
_SMALLEST, _LARGEST = 64, 2048


@dataclass(frozen=True, slots=True)
class ThorOptions:
    """Options of the household env; on the command line `--low-steps` is low_steps.

    The limits of steps and failures are those of ALFRED's leaderboard (models/eval/leaderboard.py).
    """

    engine: Annotated[
        EngineName, "standin (nothing to install), unity (AI2-THOR 5.0.0), alfred (AI2-THOR 2.1.0, ALFRED's own)"
    ] = "standin"
    executable: Annotated[str, "a build of AI2-THOR's player on this machine, in place of one that is downloaded"] = ""
    display: Annotated[str, "the X display a player draws on; DISPLAY if left out; cloud renders without one"] = ""
    data: Annotated[str, "a folder of ALFRED data, from which the stand-in builds ALFRED's scenes"] = ""
    scene: Annotated[str, "such as FloorPlan10; drawn from the seed if left out"] = ""
    trial: Annotated[str, "an ALFRED trial: the path of its traj_data.json"] = ""
    annotation: Annotated[int, "which person's words are the goal of the trial"] = 0
    locate: Annotated[
        Locating,
        "how a box finds its object: auto (the segmenter the env was given, else the box), box, truth (the engine's "
        "own masks, an oracle), name (no box: the nearest in sight)",
    ] = "auto"
    vocabulary: Annotated[bool, "begin by telling the names of everything in the scene"] = False
    low_steps: Annotated[int, "low-level steps before the episode is cut off"] = 1000
    failures: Annotated[int, "failed interactions before the episode is cut off"] = 10
    size: Annotated[int, "pixels of the image's sides"] = 300
    patience: Annotated[
        float, "seconds an engine may do nothing before it counts as broken; an action may take 5 times that"
    ] = 4.0
    start: Annotated[float, "seconds the engine may take to start, or to load a scene"] = 60.0

    def __post_init__(self) -> None:
        for name, choices in _CHOICES.items():
            if getattr(self, name) not in choices:
                raise EnvError(f"{name} is one of {', '.join(choices)}, not {getattr(self, name)!r}")
        if not _SMALLEST <= self.size <= _LARGEST:
            raise EnvError(f"size is {_SMALLEST} to {_LARGEST} pixels, not {self.size}")
        if min(self.low_steps, self.failures) < 1:
            raise EnvError("low_steps and failures are limits, and at least 1")
        if min(self.patience, self.start) <= 0:
            raise EnvError("patience and start are seconds, and more than 0")
        if self.annotation < 0:
            raise EnvError(f"annotation counts from 0, not {self.annotation}")
        if self.trial and self.scene:
            raise EnvError("a trial has a scene of its own: give scene or trial, not both")
        if self.executable and self.engine == "standin":
            raise EnvError("executable names a build of AI2-THOR: it comes with --engine unity")
