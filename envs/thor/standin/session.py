"""One player's life: the scene it shows, how it is asked to draw it, and its answers to actions."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from envs.raster import NOTHING
from envs.thor.standin import metadata, picture, scenes
from envs.thor.standin.failure import FailedActionError
from envs.thor.standin.thing import Thing
from envs.thor.standin.wire import Field, Reply
from envs.thor.standin.world import World, build

NEAR, FAR = 0.1, 20.0  # metres; what AI2-THOR says of its camera
_GLANCE = 100  # pixels of the side of a picture that is only for checking
_SEEN = 3e-5  # of the picture's pixels that must show an object for it to be visible


@dataclass(slots=True)
class Settings:
    """What Initialize sets; the defaults are AI2-THOR 5.0's."""

    grid: float = 0.25
    visibility: float = 1.5
    fov: float = 90.0
    turn: float = 90.0
    image: bool = True
    depth: bool = False
    instances: bool = False
    classes: bool = False


@dataclass(slots=True)
class Outcome:
    """What came of an action."""

    action: str = ""
    succeeded: bool = True
    message: str = ""
    code: str = ""
    returned: Any = None


class Session:
    """The state between two actions.

    Args:
        folder: of ALFRED's data, or None.
        width, height: of the pictures, in pixels.
    """

    def __init__(self, folder: Path | None, width: int, height: int) -> None:
        self.folder = folder
        self.width, self.height = width, height
        self.settings = Settings()
        self.world: World | None = None
        self._trouble = ""
        self._painter = picture.Painter()
        self._view: picture.View | None = None
        self._pixels: dict[str, int] = {}

    def reset(self, scene: str) -> None:
        """Load a scene afresh. Raises FailedActionError when it cannot be."""
        try:
            self._enter(build(scenes.load(scene, self.folder)))
        except (ValueError, OSError, KeyError, TypeError, ArithmeticError) as error:
            self.world, self._trouble = None, f"the scene cannot be loaded: {error}"
            raise FailedActionError(self._trouble, "InvalidArgument") from error
        self.settings = Settings()

    def furnish(self, named: list[str], contents: dict[str, str], places: list[tuple[float, float]]) -> None:
        """Build the scene anew from its layout and one trial's words alone, as `ScenePlan.furnished` takes them.

        Raises FailedActionError, the world being as it was.
        """
        scene = self.open_world().name
        try:
            self._enter(build(scenes.load(scene, self.folder, bare=True).furnished(named, contents, places)))
        except (ValueError, OSError, KeyError, TypeError, ArithmeticError) as error:
            raise FailedActionError(f"the scene cannot be furnished: {error}", "InvalidArgument") from error

    def _enter(self, world: World) -> None:
        self.world, self._painter = world, picture.Painter()
        self.changed()

    def changed(self) -> None:
        """The world is not as last drawn."""
        self._view = None

    def open_world(self) -> World:
        if self.world is None:
            # The Controller does not look at what Reset says, but at what Initialize does.
            raise FailedActionError(self._trouble or "no scene is loaded; Reset comes first", "InvalidAction")
        return self.world

    def view(self) -> picture.View:
        """The scene as it looks now, drawn once a change."""
        world = self.open_world()
        if self._view is None:
            world.carry()
            self._view = self._painter.draw(world, self.width, self.height, self.settings.fov)
            self._pixels = self._view.pixels()
        return self._view

    def visible(self) -> set[str]:
        """The ids of what is seen and within the visibility distance; what is held is always."""
        world = self.open_world()
        self.view()
        least = max(1.0, _SEEN * self.width * self.height)
        seen = {
            key
            for key, count in self._pixels.items()
            if count >= least and world.reach(world.things[key]) <= self.settings.visibility + 1e-6
        }
        return seen | ({world.held} if world.held is not None else set())

    def seen(self, thing: Thing) -> bool:
        """Whether a thing would be seen as the world is now: in a small picture, drawn for this alone."""
        world = self.open_world()
        return self._painter.glance(world, thing, _GLANCE, self.settings.fov)

    def target(self, given: dict[str, Any], force: bool) -> Thing:
        """The object an action names by `objectId`, or by `x` and `y` in the picture. Raises FailedActionError."""
        world = self.open_world()
        key = given.get("objectId")
        if key is None:
            key = self._at(given)
        if not isinstance(key, str) or key not in world.things:
            raise FailedActionError(f"objectId: {str(key)[:80]} is not the objectId on any object in the scene!")
        thing = world.things[key]
        if not force and key not in self.visible():
            raise FailedActionError(f"Target object not found within the specified visibility. ({key})")
        return thing

    def _at(self, given: dict[str, Any]) -> str | None:
        x, y = given.get("x"), given.get("y")
        if not all(isinstance(v, int | float) and not isinstance(v, bool) and 0 <= v <= 1 for v in (x, y)):
            raise FailedActionError("an objectId, or x and y from 0 to 1, must be given", "MissingArguments")
        view = self.view()
        row = min(self.height - 1, int(float(y or 0) * self.height))
        column = min(self.width - 1, int(float(x or 0) * self.width))
        shown = int(view.frame.identity[row, column])
        return None if shown == NOTHING else view.names[shown] or None

    def reply(self, sequence: int, outcome: Outcome, asked: dict[str, Any]) -> Reply:
        """The frame that answers an action."""
        if self.world is None:
            return Reply(self._wrapped(sequence, self._blank(outcome)))
        facts = self._blank(outcome) | self._facts(self.world)
        images = self._images(asked, facts)
        return Reply(self._wrapped(sequence, facts), tuple(images))

    def _wrapped(self, sequence: int, facts: dict[str, Any]) -> dict[str, Any]:
        return {"agents": [facts], "sequenceId": sequence, "thirdPartyCameras": [], "activeAgentId": 0}

    def _blank(self, outcome: Outcome) -> dict[str, Any]:
        """What is told even before there is a scene."""
        return {
            "screenWidth": self.width,
            "screenHeight": self.height,
            "thirdPartyCameras": [],
            "lastAction": outcome.action,
            "lastActionSuccess": outcome.succeeded,
            "errorMessage": outcome.message,
            "errorCode": outcome.code,
            "actionReturn": outcome.returned,
            "sceneName": "",
            "objects": [],
            "inventoryObjects": [],
            "colors": [],
            "agentId": 0,
            "depthFormat": "Meters",
            "isSceneAtRest": True,
            "fov": self.settings.fov,
            "cameraNearPlane": NEAR,
            "cameraFarPlane": FAR,
            "agent": {
                "position": {"x": 0.0, "y": 0.0, "z": 0.0},
                "rotation": {"x": 0.0, "y": 0.0, "z": 0.0},
                "cameraHorizon": 0.0,
                "isStanding": True,
            },
        }

    def _facts(self, world: World) -> dict[str, Any]:
        held = world.holding()
        return {
            "sceneName": f"{world.name}_physics",
            "objects": metadata.objects(world, self.visible()),
            "inventoryObjects": metadata.inventory(world),
            "agent": metadata.agent(world),
            "cameraPosition": metadata.point(world.agent.eye),
            "cameraOrthSize": -1.0,
            "sceneBounds": metadata.scene_bounds(world),
            "heldObjectPose": None if held is None else {"position": metadata.point(held.position)},
            "reachablePositions": None,
        }

    def _images(self, asked: dict[str, Any], facts: dict[str, Any]) -> list[tuple[Field, bytes]]:
        """The pictures an action asks for or Initialize set, bottom row first."""
        settings, view = self.settings, self.view()
        found: list[tuple[Field, bytes]] = []
        if asked.get("renderImage", settings.image):
            found.append((Field.RGB, view.frame.rgb[::-1].tobytes()))
        if asked.get("renderDepthImage", settings.depth):
            depth = np.minimum(view.frame.depth[::-1], np.float32(FAR))
            found.append((Field.DEPTH, depth.astype("<f4").tobytes()))
        instances = asked.get("renderInstanceSegmentation", settings.instances)
        classes = asked.get("renderSemanticSegmentation", settings.classes)
        if instances or classes:
            kinds = tuple(_kind_of(name) for name in view.names)
            table, class_table = picture.colours(view.names), picture.colours(kinds)
            facts["colors"] = [*picture.legend(view.names), *picture.legend(kinds)]
            # Index -1, nothing, finds the last row: black.
            if instances:
                found.append((Field.IDS, _painted(table, view)))
            if classes:
                found.append((Field.CLASSES, _painted(class_table, view)))
        return found


def _kind_of(name: str) -> str:
    parts = name.split("|")
    return (parts[-1].split("_")[0] if len(parts) > 4 else parts[0]) if name else ""


def _painted(table: NDArray[np.uint8], view: picture.View) -> bytes:
    """The picture of colours, (n, 4), by identity; four bytes are gathered at once, as one number."""
    numbers = np.append(table.view(np.uint32)[:, 0], np.array([0, 0, 0, 255], np.uint8).view(np.uint32))
    return numbers[view.frame.identity[::-1]].tobytes()
