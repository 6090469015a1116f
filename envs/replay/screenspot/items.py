"""Reads ScreenSpot, ScreenSpot-v2 and ScreenSpot-Pro as their folders are, whichever it is.

ScreenSpot (njucckevin/SeeClick) and v2 (OS-Copilot): screenspot_{mobile,desktop,web}[_v2].json, lists of {img_filename,
bbox [x, y, width, height], instruction, data_type text|icon, data_source}. Pro (likaixin2000/ScreenSpot-Pro-GUI-
Grounding): annotations/*.json, lists of {id, img_filename, img_size, bbox [left, top, right, bottom], instruction,
ui_type text|icon, application, group}. All boxes are pixels. Nothing in a file names its convention but its keys, so
it is checked against the pictures' sizes.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Literal

from actions.call import show
from envs.base import EnvError
from envs.numbers import is_number
from envs.replay.single.images import below, size_of
from envs.replay.single.lines import field

Convention = Literal["xywh", "xyxy"]
_IMAGES = ("screenspot_imgs", "screenspotv2_image", "images", ".")
_PLATFORMS = {"ios": "mobile", "android": "mobile", "macos": "desktop", "windows": "desktop", "linux": "desktop",
              "gitlab": "web", "shop": "web", "forum": "web", "tool": "web"}  # fmt: skip
_SLACK = 1.0
"""Pixels a box may reach over its picture: annotations are rounded."""
_FEW = 0.05
"""The share of boxes that may be wrong one by one; read by the wrong convention, far more are."""


@dataclass(frozen=True, slots=True)
class Target:
    """What is to be pointed at: `box` is (left, top, right, bottom) in pixels of a picture, `size` (width, height)."""

    id: str
    image: Path
    size: tuple[int, int]
    instruction: str
    box: tuple[float, float, float, float]
    platform: str
    """mobile, desktop or web; of Pro the group of the application, such as CAD."""
    kind: str
    """text or icon."""


@dataclass(frozen=True, slots=True)
class _Raw:
    place: str
    file: Path
    index: int
    value: dict[str, Any]

    @property
    def pro(self) -> bool:
        return "ui_type" in self.value


def annotation_files(data: Path) -> list[Path]:
    """The files of a set that is named by its folder, or by one of them."""
    return [data] if data.is_file() else [*sorted(data.glob("*.json")), *sorted(data.glob("annotations/*.json"))]


def read_targets(data: Path, images: Path | None = None) -> dict[str, Target]:
    """All targets of a folder (or of one file) by id, in the order of the files' names.

    Args:
        images: the pictures' folder; found beside the files if left out.

    Raises:
        EnvError: naming file and entry, for what is no such set, a missing picture, or boxes of the wrong convention.
    """
    return _read(data, images)


@cache
def _read(data: Path, images: Path | None) -> dict[str, Target]:
    """A world a target reads them, so they are kept."""
    raws = [raw for file in annotation_files(data) for raw in _entries(file)]
    if not raws:
        raise EnvError(
            f"there are no annotations at {data}: give the folder that holds screenspot_*.json or annotations/"
        )
    root = data.parent if data.is_file() else data
    folder = images or _find_images(root, raws[0])
    targets = [(raw, _target(raw, folder, "xyxy" if raw.pro else "xywh")) for raw in raws]
    _check_convention(targets)
    found: dict[str, Target] = {}
    for raw, target in targets:
        if target.id in found:
            raise EnvError(f"{raw.place}: the id {target.id!r} is there twice")
        found[target.id] = target
    return found


def _entries(file: Path) -> Iterator[_Raw]:
    try:
        values = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError) as error:
        raise EnvError(f"cannot read {file} ({error}); is it an annotation file?") from error
    if not isinstance(values, list):
        raise EnvError(f"{file} is {type(values).__name__}, not a list of annotations")
    for index, value in enumerate(values):
        place = f"{file}, entry {index}"
        if not isinstance(value, dict) or not {"img_filename", "bbox"} <= value.keys():
            raise EnvError(f"{place} has no 'img_filename' and 'bbox': this is no ScreenSpot file")
        yield _Raw(place, file, index, value)


def _find_images(root: Path, first: _Raw) -> Path:
    name = field(first.value, "img_filename", str, first.place)
    bases = (root, root.parent)  # of one file in annotations/ the pictures are beside its folder
    places = [base / folder for base in bases for folder in _IMAGES]
    found = next((place for place in places if below(place, name, first.place).is_file()), None)
    if found is None:
        raise EnvError(f"the picture {name} of {first.place} is not at {root}; give --images, the pictures' folder")
    return found


def _target(raw: _Raw, folder: Path, convention: Convention) -> Target:
    value, place = raw.value, raw.place
    image = below(folder, field(value, "img_filename", str, place), place)
    size = _size(value.get("img_size"), image, place)
    numbers = value["bbox"]
    if not isinstance(numbers, list) or len(numbers) != 4 or not all(map(is_number, numbers)):
        raise EnvError(f"{place}: 'bbox' is four numbers, not {show(numbers)}")
    a, b, c, d = (float(one) for one in numbers)
    box = (a, b, a + c, b + d) if convention == "xywh" else (a, b, c, d)
    kind = field(value, "ui_type" if raw.pro else "data_type", str, place)
    if kind not in ("text", "icon"):
        raise EnvError(f"{place}: the kind of the element is text or icon, not {show(kind)}")
    name = value.get("id", f"{raw.file.stem}-{raw.index:05d}")
    return Target(str(name), image, size, field(value, "instruction", str, place), box, _platform(raw), kind)


def _size(given: Any, image: Path, place: str) -> tuple[int, int]:
    if given is None:  # only Pro says it
        return size_of(image)
    if not isinstance(given, list) or len(given) != 2 or not all(is_number(one) and one >= 1 for one in given):
        raise EnvError(f"{place}: 'img_size' is width and height in pixels, not {show(given)}")
    return int(given[0]), int(given[1])


def _platform(raw: _Raw) -> str:
    if raw.pro:
        return str(raw.value.get("group") or raw.value.get("application") or raw.file.stem)
    named = next((word for word in ("mobile", "desktop", "web") if word in raw.file.stem.lower()), None)
    source = str(raw.value.get("data_source", "")).lower()
    platform = named or _PLATFORMS.get(source)
    if platform is None:
        raise EnvError(f"{raw.place}: neither the file's name nor data_source {source!r} says mobile, desktop or web")
    return platform


def _check_convention(targets: Sequence[tuple[_Raw, Target]]) -> None:
    """Raise EnvError when more than a few boxes are none, and say so when the other convention would fit."""
    wrongs = [(raw, target) for raw, target in targets if not _fits(target.box, target.size)]
    if len(wrongs) <= _FEW * len(targets):
        return
    raw, target = wrongs[0]
    read, other = ("xyxy", "xywh") if raw.pro else ("xywh", "xyxy")
    alike = [(one, of.size) for one, of in targets if one.pro == raw.pro]
    fit = sum(_fits(_other(one.value["bbox"], pro=one.pro), size) for one, size in alike)
    hint = f"; they fit as {other}: are the keys of another release?" if fit >= (1 - _FEW) * len(alike) else ""
    raise EnvError(
        f"{raw.place}: the box {raw.value['bbox']}, read as {read}, is not within the picture of {target.size[0]}×"
        f"{target.size[1]}, and so for {len(wrongs)} of {len(targets)}{hint}"
    )


def _other(numbers: Sequence[float], *, pro: bool) -> tuple[float, float, float, float]:
    a, b, c, d = numbers
    return (a, b, a + c, b + d) if pro else (a, b, c, d)


def _fits(box: tuple[float, float, float, float], size: tuple[int, int]) -> bool:
    left, top, right, bottom = box
    inside = left >= -_SLACK and top >= -_SLACK and right <= size[0] + _SLACK and bottom <= size[1] + _SLACK
    return inside and left < right and top < bottom
