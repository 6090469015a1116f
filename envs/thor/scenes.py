"""Where an episode without a trial takes place, decided by its seed."""

from __future__ import annotations

from itertools import count

import numpy as np

from envs.thor.planner import AHEAD
from envs.thor.restore import place
from envs.thor.trial import Start
from envs.thor.world import World

# iTHOR's scenes: kitchens, living rooms, bedrooms and bathrooms, thirty of each.
SCENES = tuple(f"FloorPlan{first + number}" for first in (0, 200, 300, 400) for number in range(1, 31))


def draw_scene(rng: np.random.Generator) -> str:
    return SCENES[int(rng.integers(len(SCENES)))]


def scatter(world: World, rng: np.random.Generator) -> None:
    """Stand the agent on a free cell, facing where it is free the farthest, looking down a little as in ALFRED."""
    free = world.free_cells()
    if not free:
        return
    x, z = sorted(free)[int(rng.integers(len(free)))]
    turn = max(rng.permutation(4).tolist(), key=lambda turn: _ahead(free, x, z, turn))
    height = world.metadata["agent"]["position"]["y"]
    place(world, Start(x / 4, height, z / 4, 90.0 * turn, 30.0))


def _ahead(free: frozenset[tuple[int, int]], x: int, z: int, turn: int) -> int:
    """How many free cells lie in a row in a direction."""
    step_x, step_z = AHEAD[turn]
    return next(far for far in count() if (x + (far + 1) * step_x, z + (far + 1) * step_z) not in free)
