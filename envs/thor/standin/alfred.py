"""Scenes from ALFRED's own files: layouts, receptacles, and what trials tell of them."""

from __future__ import annotations

import contextlib
import json
import math
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from envs.thor.standin import ids, kinds
from envs.thor.standin.ground import GRID, Ground
from envs.thor.standin.kinds import Trait
from envs.thor.standin.plan import Pose, ScenePlan, View

_PACKED = ("valid_unseen.jsonl", "valid_seen.jsonl", "train.jsonl")
_ID_KEYS = ("objectId", "receptacleObjectId", "toggleObjectId", "cleanObjectId")


def has(folder: Path, scene: str) -> bool:
    """Whether the folder holds a scene's layout."""
    return (folder / "gen" / "layouts" / f"{scene}-layout.npy").is_file()


def find_layouts(folder: Path) -> Path | None:
    """The folder whose `gen/layouts` go with data: itself, or the one it lies in, as in a clone of ALFRED."""
    return next((one for one in (folder, folder.absolute().parent) if (one / "gen" / "layouts").is_dir()), None)


def layout(folder: Path, scene: str) -> ScenePlan:
    """What ALFRED's files say of a scene, such as FloorPlan10: where one can stand, and what opens. Nothing to carry.

    Raises OSError or ValueError for files that are missing or broken.
    """
    layouts = folder / "gen" / "layouts"
    ground = Ground(np.load(layouts / f"{scene}-layout.npy", allow_pickle=False).reshape(-1, 2).astype(float))
    openable = layouts / f"{scene}-openable.json"
    listed = json.loads(openable.read_text()) if openable.is_file() else {}
    fixed: dict[str, View | None] = {key: View(*map(float, pose)) for key, pose in listed.items()}
    return ScenePlan(scene, ground, fixed, (), _start(ground))


def load(folder: Path, scene: str) -> ScenePlan:
    """A scene with all that its packed trials tell of it, and the things of the first. Raises as `layout` does."""
    plan = layout(folder, scene)
    goods: tuple[Pose, ...] = ()
    for trial in _trials(folder, scene):
        try:
            goods = goods or tuple(poses(trial["scene"]["object_poses"]))
            told = trial.get("plan", {})
            plan = plan.furnished(furniture_of(told), contents_of(told), _bounded(path_of(trial)))
        except (AttributeError, KeyError, TypeError, ValueError, ArithmeticError):
            continue  # a damaged trial is told of when it is played itself, and costs the others of its scene nothing
    return replace(plan, goods=goods, start=_start(plan.ground))


def _start(ground: Ground) -> tuple[float, float, float]:
    x, z = ground.nearest(*(float(v) for v in np.median(ground.points, axis=0)))
    return x, z, 0.0


def contents_of(plan: dict[str, Any]) -> dict[str, str]:
    """What a trial's plan says things lie in at first: ids of receptacles, about, by the ids of things."""
    found: dict[str, str] = {}
    for step in plan.get("high_pddl", []):
        action = step.get("planner_action", {})
        thing, holder = action.get("objectId"), action.get("coordinateReceptacleObjectId")
        if action.get("action") != "PickupObject" or not isinstance(thing, str) or thing in found:
            continue
        match holder:
            case [str(kind), [x, _, z, _, y, _]]:
                found[thing] = ids.write(kind, float(x) * GRID, float(y) * GRID, float(z) * GRID)
            case _:
                pass
    return {
        thing: holder
        for thing, holder in found.items()
        if thing.count("|") == 3 and not kinds.find(ids.parse(holder).kind).has(Trait.PICKUPABLE)
    }


def path_of(trial: dict[str, Any]) -> Iterator[tuple[float, float]]:
    """Where a trial's own agent stood, x and z: a tenth of these places are missing from the layouts."""
    start = trial["scene"]["init_action"]
    x, z, heading = float(start["x"]), float(start["z"]), float(start["rotation"])
    yield x, z
    for step in trial.get("plan", {}).get("low_actions", []):
        match step.get("api_action", {}).get("action"):
            case "RotateLeft":
                heading -= 90
            case "RotateRight":
                heading += 90
            case "MoveAhead":
                x += GRID * math.sin(math.radians(heading))
                z += GRID * math.cos(math.radians(heading))
                yield x, z
            case _:
                pass


def _bounded(path: Iterable[tuple[float, float]]) -> list[tuple[float, float]]:
    """Places, all of them near enough to be of a house. Raises ValueError."""
    places = list(path)
    if not all(abs(part) < 1000 for place in places for part in place):
        raise ValueError("a place is not of this house")
    return places


def poses(listed: list[dict[str, Any]]) -> Iterator[Pose]:
    """ALFRED's `object_poses`. Raises KeyError or TypeError for entries that are not poses."""
    for entry in listed:
        name, at, turn = str(entry["objectName"]), entry["position"], entry.get("rotation", {})
        yield Pose(
            name.split("_")[0], name, (float(at["x"]), float(at["y"]), float(at["z"])), float(turn.get("y", 0.0))
        )  # fmt: skip


def furniture_of(plan: dict[str, Any]) -> Iterator[str]:
    """The ids a trial's plan names that are not of things to be carried."""
    seen: set[str] = set()
    for holder in contents_of(plan).values():
        if not ids.parse(holder).kind.endswith("Basin"):
            seen.add(holder)
            yield holder
    actions = [step.get("planner_action", {}) for step in plan.get("high_pddl", [])]
    actions += [step.get("api_action", {}) for step in plan.get("low_actions", [])]
    for action in actions:
        for key in _ID_KEYS:
            value = action.get(key)
            if isinstance(value, str) and value not in seen:
                seen.add(value)
                try:
                    named = ids.parse(value)
                except ValueError:
                    continue
                if not kinds.find(named.kind).has(Trait.PICKUPABLE):
                    yield value


def _trials(folder: Path, scene: str) -> list[dict[str, Any]]:
    """The trials of a scene, packed and in ALFRED's own folders, without damaged ones; others are not even parsed."""
    mark, found = f'"{scene}"', []
    for name in _PACKED:
        path = folder / name
        if path.is_file():
            with path.open(encoding="utf-8", errors="replace") as lines:
                found += [trial for line in lines if mark in line for trial in _read(line, scene)]
    number = scene.removeprefix("FloorPlan")
    for top in (folder, folder / "data"):
        for path in sorted(top.glob(f"json_2.1.0/*/*-{number}/*/traj_data.json")):
            with contextlib.suppress(OSError, ValueError):
                found += _read(path.read_text(encoding="utf-8"), scene)
    return found


def _read(text: str, scene: str) -> list[dict[str, Any]]:
    """The trial that a text holds, if it holds one of the scene."""
    with contextlib.suppress(ValueError, KeyError, TypeError, RecursionError):
        trial = json.loads(text)
        return [trial] if trial["scene"]["floor_plan"] == scene else []
    return []
