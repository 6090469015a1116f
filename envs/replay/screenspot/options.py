"""What a ScreenSpot world can be told at its making."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated


@dataclass(frozen=True, slots=True)
class ScreenSpotOptions:
    """One target of a set."""

    data: Annotated[str, "the folder of ScreenSpot, v2 or Pro, or one of its JSON files"] = ""
    images: Annotated[str, "the pictures' folder; found beside the annotations if left out"] = ""
    item: Annotated[str, "the target's id; the first one if left out"] = ""
