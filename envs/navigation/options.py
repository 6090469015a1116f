"""What the navigation envs can be told."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Literal, get_args

from envs.base import EnvError
from envs.navigation.world import Layout

Names = Literal["auto", "shown", "hidden"]
Split = Literal["train", "unseen"]


@dataclass(frozen=True, slots=True)
class ViewOptions:
    """How a step is shown."""

    view: Annotated[Layout, "one picture all around, or one tile a candidate"] = "panorama"
    width: Annotated[int, "of the picture in pixels"] = 1120
    names: Annotated[Names, "of REVERIE's marked objects: auto tells them only where there are no pictures"] = "auto"

    def __post_init__(self) -> None:
        if not 224 <= self.width <= 4096:
            raise EnvError(f"the picture is 224 to 4096 pixels wide, not {self.width}")
        for name, value, kind in (("view", self.view, Layout), ("names", self.names, Names)):
            if value not in get_args(kind):
                raise EnvError(f"{name} is one of {', '.join(get_args(kind))}, not {value!r}")


@dataclass(frozen=True)  # without slots: a class can inherit the slots of one base alone
class DataOptions:
    """Where the licensed data are. `data` has connectivity/, R2R/, REVERIE/ and REVERIE/BBox_compact/."""

    data: Annotated[str, "the folder with connectivity/, R2R/ and REVERIE/"] = ""
    split: Annotated[str, "such as val_seen: which file of instructions"] = "val_unseen"
    connectivity: Annotated[str, "the folder of graphs, if it is elsewhere"] = ""
    annotations: Annotated[str, "the file of instructions, if it is elsewhere"] = ""
    boxes: Annotated[str, "the folder of REVERIE's object boxes, if it is elsewhere"] = ""
    images: Annotated[str, "the folder of Matterport pictures; without them the picture is a schema"] = ""


@dataclass(frozen=True)
class RealOptions(DataOptions, ViewOptions):
    """Where the licensed data are, and how a step is shown."""


@dataclass(frozen=True)
class BuildingOptions:
    """Which of the drawn buildings."""

    split: Annotated[Split, "the 200 buildings to train on, or 40 unseen ones"] = "train"

    def __post_init__(self) -> None:
        if self.split not in get_args(Split):
            raise EnvError(f"split is one of {', '.join(get_args(Split))}, not {self.split!r}")


@dataclass(frozen=True)
class SyntheticOptions(BuildingOptions, ViewOptions):
    """Which of the drawn buildings, and how a step is shown."""

    def __post_init__(self) -> None:
        BuildingOptions.__post_init__(self)
        ViewOptions.__post_init__(self)
