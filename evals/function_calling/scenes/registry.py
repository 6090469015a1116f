"""Every scene, in the order in which items take turns."""

from __future__ import annotations

from evals.function_calling.scene import Scene
from evals.function_calling.scenes import chinese, office, shopping, travel

SCENES: tuple[Scene, ...] = (*travel.SCENES, *shopping.SCENES, *office.SCENES, *chinese.SCENES)
