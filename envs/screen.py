"""What the envs of a screen, a browser's or a phone's, tell alike."""

from __future__ import annotations

from dataclasses import asdict, replace
from typing import Any

import numpy as np

from envs.vault import Vault

MAX_TEXT = 8192
"""Characters of an observation's text."""
ANSWERED = "The answer was given to the person. Call done when the task is finished."


def goal_lines(task: str, vault: Vault) -> list[str]:
    """The goal, and what may be typed without being seen."""
    lines = [task] if task else ["No task was given."]
    if vault.labels:
        lines.append(f"Secrets that type_secret can type: {', '.join(vault.labels)}.")
    return lines


def facts_of(sight: Any) -> dict[str, Any]:
    """A sight, a dataclass with `image` and `lines`, as facts for scorers: without what the observation holds."""
    facts = asdict(replace(sight, image=np.zeros(0, np.uint8), lines=[]))
    del facts["image"], facts["lines"]
    return facts
