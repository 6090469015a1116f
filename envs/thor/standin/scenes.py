"""The scenes of the stand-in: AI2-THOR's 120 rooms by name, from ALFRED's files where they are, made up otherwise."""

from __future__ import annotations

import re
from pathlib import Path

from envs.thor.standin import alfred, synthetic
from envs.thor.standin.plan import ScenePlan

_NAME = re.compile(r"FloorPlan(\d{1,3})(?:_physics)?")


def names() -> list[str]:
    """Every scene, as `GetScenesInBuild` lists them."""
    return [f"FloorPlan{start + number}_physics" for start in (0, 200, 300, 400) for number in range(1, 31)]


def load(name: str, folder: Path | None, bare: bool = False) -> ScenePlan:
    """The plan of a scene by name. Raises ValueError for a name that is none, OSError for files that cannot be read.

    Args:
        folder: of ALFRED's data (`gen/layouts` and the trials); None for made-up rooms only.
        bare: leave out what the folder's trials tell of the scene, so that it is the same whichever are there.
    """
    match = _NAME.fullmatch(name)
    if match is None or f"FloorPlan{int(match[1])}_physics" not in names():
        raise ValueError(f"there is no scene {name[:60]!r}; there are FloorPlan1-30, 201-230, 301-330 and 401-430")
    plain = f"FloorPlan{int(match[1])}"
    if folder is not None and alfred.has(folder, plain):
        return alfred.layout(folder, plain) if bare else alfred.load(folder, plain)
    return synthetic.room(plain)
