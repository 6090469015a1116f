"""What the ALFRED env can be told."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Literal, get_args

from envs.base import EnvError
from envs.thor.options import EngineName
from evals.alfred.goals import RULES, Rules

Mode = Literal["alfred", "eb"]
MODES: tuple[Mode, ...] = get_args(Mode)
ExpertKind = Literal["able", "strict"]
SYNTHETIC = "synthetic"
"""The split of tasks drawn in generated rooms, which needs no data."""
LOCATING = ("truth", "box", "name")
"""Ways to find an object that need no segmenter."""


@dataclass(frozen=True, slots=True)
class AlfredOptions:
    """Options of the ALFRED env. Without `trial`, the seed draws a task in a generated room."""

    data: Annotated[str, "the folder of ALFRED's data, which holds the trials and the scenes' layouts"] = ""
    split: Annotated[str, "train, valid_seen, valid_unseen, tests_seen, tests_unseen or synthetic"] = SYNTHETIC
    trial: Annotated[str, "TASK/TRIAL of the split; in mode eb SUBSET/INDEX"] = ""
    repeat: Annotated[int, "which person's words are the goal, from 0"] = 0
    mode: Annotated[Mode, "alfred (1,000 low-level steps, 10 failures, judged at the end) or eb (30 actions, 10 of "
                          "them invalid, judged after each)"] = "alfred"  # fmt: skip
    rules: Annotated[Rules, "how a goal names objects: alfred (part of the id) or exact-type"] = "alfred"
    segmenter: Annotated[
        str, "what turns a box into a mask: classical, sam:vit_b:CHECKPOINT, truth (an oracle), box, name"
    ] = "truth"
    expert: Annotated[
        ExpertKind, "able, or strict: its plan as it stands, with nothing taken in place of what the plan names"
    ] = "able"
    engine: Annotated[EngineName, "standin, unity (AI2-THOR 5.0.0) or alfred (AI2-THOR 2.1.0)"] = "standin"
    executable: Annotated[str, "a build of AI2-THOR's player on this machine"] = ""
    display: Annotated[str, "the X display a player draws on, or cloud"] = ""

    def __post_init__(self) -> None:
        if self.mode not in MODES:
            raise EnvError(f"mode is one of {', '.join(MODES)}, not {self.mode!r}")
        if self.rules not in RULES:
            raise EnvError(f"rules is one of {', '.join(RULES)}, not {self.rules!r}")
        if self.expert not in get_args(ExpertKind):
            raise EnvError(f"expert is one of {', '.join(get_args(ExpertKind))}, not {self.expert!r}")
        if self.engine not in get_args(EngineName):
            raise EnvError(f"engine is one of {', '.join(get_args(EngineName))}, not {self.engine!r}")
        if self.trial and not self.data:
            raise EnvError("a trial is read from ALFRED's data: give --data its folder")
        if self.repeat < 0:
            raise EnvError(f"repeat counts from 0, not {self.repeat}")
