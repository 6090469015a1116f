"""An ALFRED trial as far as the house is concerned: the scene, where everything lies, and where the agent stands."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from envs.base import EnvError
from envs.thor.standin.alfred import contents_of, furniture_of, path_of

_FAR = 1000.0
"""Metres or degrees that no trial reaches; an object's id has no room for more either."""


@dataclass(frozen=True, slots=True)
class Start:
    """Where the agent stands at first: metres, and degrees (horizon is down from level)."""

    x: float
    y: float
    z: float
    rotation: float
    horizon: float


@dataclass(frozen=True, slots=True)
class Trial:
    """What a traj_data.json says of a scene (ALFRED, data/README.md), and what people said is to be done.

    The rest is what a house built from the trial must have: `furniture` are the ids of what its plan uses and cannot be
    carried, `contents` say what lies in what, `path` are the places (x, z) its agent stood at. A trial of the tests
    splits has no plan, and names no furniture.
    """

    task_id: str
    scene: str
    poses: tuple[Mapping[str, Any], ...]
    toggles: tuple[Mapping[str, Any], ...]
    dirty_and_empty: bool
    start: Start
    goals: tuple[str, ...]
    furniture: tuple[str, ...] = ()
    contents: Mapping[str, str] = field(default_factory=dict)
    path: tuple[tuple[float, float], ...] = ()


def load_trial(source: str | Path | Mapping[str, Any]) -> Trial:
    """A trial from traj_data.json: its path, the path of its folder, or what it holds.

    Raises EnvError naming the file and the field.
    """
    if isinstance(source, Mapping):
        return _trial(source, "the trial")
    path = Path(source)
    path = path / "traj_data.json" if path.is_dir() else path
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise EnvError(f"the trial {path} cannot be read: {error.strerror}") from error
    except ValueError as error:
        raise EnvError(f"the trial {path} is not JSON: {error}") from error
    return _trial(content, str(path))


def _trial(content: Any, where: str) -> Trial:
    scene = _part(content, "scene", dict, where)
    start = _part(scene, "init_action", dict, f"{where}: scene")
    numbers = [_number(start, name, f"{where}: scene.init_action") for name in ("x", "y", "z", "rotation", "horizon")]
    annotations = _part(_part(content, "turk_annotations", dict, where), "anns", list, f"{where}: turk_annotations")
    plan = content.get("plan") or {}
    try:
        furniture, contents = tuple(furniture_of(plan)), contents_of(plan)
        path = tuple(path_of({"scene": scene, "plan": plan}))
    except (AttributeError, KeyError, TypeError, ValueError, ArithmeticError) as error:
        raise EnvError(f"{where}: the plan is none of ALFRED's: {error}") from error
    return Trial(
        task_id=str(content.get("task_id", "")),
        scene=str(_part(scene, "floor_plan", str, f"{where}: scene")),
        poses=tuple(_poses(scene, f"{where}: scene")),
        toggles=tuple(_toggles(scene, f"{where}: scene")),
        dirty_and_empty=bool(scene.get("dirty_and_empty", False)),
        start=Start(*numbers),
        goals=tuple(_part(said, "task_desc", str, f"{where}: turk_annotations") for said in annotations),
        furniture=furniture,
        contents=contents,
        path=path,
    )


def _poses(scene: Any, where: str) -> Iterator[Mapping[str, Any]]:
    for index, pose in enumerate(_part(scene, "object_poses", list, where)):
        place = f"{where}.object_poses[{index}]"
        _part(pose, "objectName", str, place)
        for part in ("position", "rotation"):
            numbers = _part(pose, part, dict, place)
            for axis in ("x", "y", "z"):
                _number(numbers, axis, f"{place}.{part}")
        yield pose


def _toggles(scene: Any, where: str) -> Iterator[Mapping[str, Any]]:
    for index, toggle in enumerate(_part(scene, "object_toggles", list, where)):
        place = f"{where}.object_toggles[{index}]"
        _part(toggle, "objectType", str, place)
        _part(toggle, "isOn", bool, place)
        yield toggle


def _part(content: Any, name: str, kind: type, where: str) -> Any:
    found = content.get(name) if isinstance(content, Mapping) else None
    if not isinstance(found, kind):
        raise EnvError(f"{where} has no {name}; an ALFRED trial is a traj_data.json of json_2.1.0")
    return found


def _number(content: Mapping[str, Any], name: str, where: str) -> float:
    found = content.get(name)
    if isinstance(found, bool) or not isinstance(found, int | float) or not -_FAR < found < _FAR:
        raise EnvError(f"{where}.{name} is a number, not {str(found)[:40]!r}")
    return float(found)
