"""`visuomotor/Synthetic-R2R-v0`, `visuomotor/Synthetic-REVERIE-v0` and `visuomotor/Synthetic-R2R-low-v0`."""

from __future__ import annotations

from typing import Any

from envs.navigation.env import NavigationEnv
from envs.navigation.lowlevel import LowLevelEnv
from envs.navigation.options import BuildingOptions, SyntheticOptions
from envs.navigation.synthetic.world import Synthetic
from envs.navigation.world import Kind, World
from envs.options import read_options


class SyntheticNavigation(NavigationEnv):
    """In a building drawn from a seed. `options` are those of SyntheticOptions."""

    def __init__(self, kind: Kind, render_mode: str | None = None, **options: Any) -> None:
        self.synthetic = read_options(SyntheticOptions, options)
        super().__init__(kind, self.synthetic, render_mode)

    def make_world(self) -> World:
        return Synthetic(self.kind, self.synthetic.split)


class SyntheticLowLevel(LowLevelEnv):
    """In a building drawn from a seed, one turn or move at a time. `options` are those of BuildingOptions."""

    def __init__(self, render_mode: str | None = None, **options: Any) -> None:
        self.synthetic = read_options(BuildingOptions, options)
        super().__init__(render_mode)

    def make_world(self) -> World:
        return Synthetic("R2R", self.synthetic.split)
