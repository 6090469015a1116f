"""`visuomotor/R2R-v0`, `visuomotor/REVERIE-v0` and `visuomotor/R2R-low-v0`."""

from __future__ import annotations

from typing import Any

from envs.navigation.env import NavigationEnv
from envs.navigation.lowlevel import LowLevelEnv
from envs.navigation.matterport import Matterport
from envs.navigation.options import DataOptions, RealOptions
from envs.navigation.world import Kind, World
from envs.options import read_options


class RealNavigation(NavigationEnv):
    """On the true graphs. `options` are those of RealOptions."""

    def __init__(self, kind: Kind, render_mode: str | None = None, **options: Any) -> None:
        self.real = read_options(RealOptions, options)
        super().__init__(kind, self.real, render_mode)

    def make_world(self) -> World:
        return Matterport(self.kind, self.real)


class RealLowLevel(LowLevelEnv):
    """On the true graphs, one turn or move at a time. `options` are those of DataOptions."""

    def __init__(self, render_mode: str | None = None, **options: Any) -> None:
        self.real = read_options(DataOptions, options)
        super().__init__(render_mode)

    def make_world(self) -> World:
        return Matterport("R2R", self.real)
