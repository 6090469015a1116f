"""What an AndroidControl world can be told at its making."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Literal

Level = Literal["high", "low"]
History = Literal["none", "actions", "instructions"]


@dataclass(frozen=True, slots=True)
class AndroidControlOptions:
    """One step of one episode, and how much of it is told."""

    data: Annotated[str, "the annotations: android_control_evaluation_std.jsonl"] = ""
    images: Annotated[str, "the folder of the screenshots, EPISODE_STEP.png"] = ""
    item: Annotated[str, "EPISODE/STEP; the first step of the file if left out"] = ""
    level: Annotated[Level, "high: the goal alone; low: the step's own instruction too"] = "high"
    history: Annotated[
        History, "of earlier steps: nothing, the recorded actions, or the instructions people were following"
    ] = "actions"
