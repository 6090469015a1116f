"""Actions that move the agent: on the 0.25 m grid, where the layout says it can stand."""

from __future__ import annotations

import math
from typing import Any

from envs.thor.standin.arguments import flag, number, vector
from envs.thor.standin.failure import FailedActionError
from envs.thor.standin.ground import GRID
from envs.thor.standin.world import AGENT_Y, World

_MIN_HORIZON, _MAX_HORIZON = -30.0, 60.0
_HEADINGS = {"MoveAhead": 0.0, "MoveRight": 90.0, "MoveBack": 180.0, "MoveLeft": 270.0}


def move(world: World, name: str, given: dict[str, Any], grid: float) -> None:
    """MoveAhead, MoveBack, MoveLeft, MoveRight: by `moveMagnitude`, the grid's size if left out."""
    size = number(given, "moveMagnitude", grid) or grid
    turn = math.radians(world.agent.rotation + _HEADINGS[name])
    steps = max(1, math.ceil(abs(size) / GRID - 1e-6))
    for part in range(1, steps + 1):
        way = size * part / steps
        x, z = world.agent.x + way * math.sin(turn), world.agent.z + way * math.cos(turn)
        if not world.ground.stands(x, z):
            raise FailedActionError(f"{_obstacle(world, x, z)} is blocking Agent 0 from moving by {size:.4f}.")
    world.agent.x, world.agent.z = round(x / grid) * grid, round(z / grid) * grid  # snapToGrid


def _obstacle(world: World, x: float, z: float) -> str:
    for thing in world.things.values():
        if thing.base[1] < 1.2 and any(top.holds(x, z, 0.2) for top in thing.tops()):
            return thing.id
    return "Structure"


def rotate(world: World, name: str, given: dict[str, Any], default: float) -> None:
    """RotateLeft and RotateRight, by `degrees`."""
    by = number(given, "degrees", default)
    world.agent.rotation = (world.agent.rotation + (by if name == "RotateRight" else -by)) % 360


def look(world: World, name: str, given: dict[str, Any]) -> None:
    """LookUp and LookDown by `degrees`, 30 if left out, between 30 up and 60 down."""
    by = number(given, "degrees", 30.0)
    horizon = world.agent.horizon + (by if name == "LookDown" else -by)
    if not _MIN_HORIZON - 1e-3 <= horizon <= _MAX_HORIZON + 1e-3:
        way = "down" if name == "LookDown" else "up"
        edge = _MAX_HORIZON if name == "LookDown" else -_MIN_HORIZON
        raise FailedActionError(
            f"can't look {way} beyond {edge:g} degrees {'below' if way == 'down' else 'above'} the forward horizon"
        )
    world.agent.horizon = round(horizon, 4)


def stance(world: World, name: str) -> None:
    """Crouch and Stand."""
    standing = name == "Stand"
    if world.agent.standing == standing:
        raise FailedActionError(f"Already {'standing' if standing else 'crouching'}.")
    world.agent.standing = standing


def teleport(world: World, name: str, given: dict[str, Any]) -> None:
    """Teleport and TeleportFull: to `position` or x, y, z, with rotation, horizon and standing."""
    agent = world.agent
    at = vector(given, "position") or {
        "x": number(given, "x", agent.x), "y": number(given, "y", agent.y), "z": number(given, "z", agent.z)
    }  # fmt: skip
    turn = vector(given, "rotation")
    rotation = agent.rotation if turn is None else turn["y"]
    horizon = number(given, "horizon", agent.horizon)
    standing = flag(given, "standing", agent.standing)
    if not -90 <= horizon <= 90:
        raise FailedActionError(f"Each horizon must be in [-90:90], not {horizon:g}.", "InvalidArgument")
    if abs(at["y"] - AGENT_Y) > 0.5 and not flag(given, "forceAction"):
        raise FailedActionError(f"{name} target y {at['y']:.4f} is not at the agent's height {AGENT_Y:.4f}.")
    if not world.ground.stands(at["x"], at["z"]):
        if flag(given, "forceAction"):
            # ALFRED's layouts lack some places where its agent stood: one put there by force can walk away again.
            world.ground = world.ground.grown(world.ground.way_to(at["x"], at["z"]))
        else:
            raise FailedActionError(
                f"{_obstacle(world, at['x'], at['z'])} is colliding with Agent 0 at ({at['x']:.2f}, {at['z']:.2f})."
            )
    agent.x, agent.z, agent.rotation = at["x"], at["z"], rotation % 360
    agent.horizon, agent.standing = horizon, standing


def reachable(world: World) -> list[dict[str, float]]:
    """GetReachablePositions."""
    return [{"x": float(x), "y": AGENT_Y, "z": float(z)} for x, z in world.ground.points]
