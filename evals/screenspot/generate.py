"""A set in the layout of any release of ScreenSpot, for trying a model out."""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any, Literal

from PIL import Image, ImageDraw, ImageFont

from agent.record import RecordError
from agent.runfolder import write_json
from envs.replay.screenspot.items import annotation_files

Release = Literal["v1", "v2", "pro"]
_SIZES = {"mobile": (540, 960), "desktop": (960, 600), "web": (1000, 700)}
PLATFORMS = tuple(_SIZES)
_WORDS = ("Save", "Cancel", "Search", "Settings", "Log in", "Help", "Inbox", "Upload", "Next", "Basket")
_ICONS = {"circle": "the round icon", "cross": "the icon of a cross", "triangle": "the triangle", "bars": "the menu"}


def make_set(out: Path, count: int, seed: int, release: Release = "v2") -> None:
    """Write `count` targets a platform: pictures and annotation files with the keys and boxes of a release.

    Raises:
        RecordError: when the folder holds a set already or cannot be written.
    """
    if annotation_files(out):
        raise RecordError(f"{out} already holds a set; choose another folder")
    folder = out / {"v1": "screenspot_imgs", "v2": "screenspotv2_image", "pro": "images"}[release]
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for platform in PLATFORMS:
            rng = random.Random(f"screenspot {seed} {platform}")
            entries = [_entry(folder, platform, index, rng, release) for index in range(count)]
            names = {
                "v1": f"screenspot_{platform}.json", "v2": f"screenspot_{platform}_v2.json",
                "pro": f"annotations/{platform}.json",
            }  # fmt: skip
            write_json(out / names[release], entries)
    except OSError as error:
        raise RecordError(f"cannot write to {out} ({error.strerror or error}); choose another folder") from error


def _entry(folder: Path, platform: str, index: int, rng: random.Random, release: Release) -> dict[str, Any]:
    width, height = _SIZES[platform]
    image = Image.new("RGB", (width, height), (244, 246, 250))
    draw = ImageDraw.Draw(image)
    # Six cells in two columns: no two elements touch.
    cells = [(column, row) for column in range(2) for row in range(3)]
    labels = [*rng.sample(_WORDS, 3), *rng.sample(sorted(_ICONS), 3)]
    placed = {}
    for label, (column, row) in zip(labels, rng.sample(cells, 6), strict=True):
        left = column * width // 2 + rng.randint(10, 60)
        top = row * height // 3 + rng.randint(10, 60)
        placed[label] = _draw(draw, label, left, top)
    label = rng.choice(labels)
    left, top, right, bottom = placed[label]
    name = f"{platform}_{index:04d}.png"
    image.save(folder / name, format="PNG")
    kind = "icon" if label in _ICONS else "text"
    instruction = f"press {_ICONS.get(label, label)}"
    if release == "pro":
        return {"img_filename": name, "bbox": [left, top, right, bottom], "instruction": instruction, "id": name[:-4],
                "application": "sketch", "platform": "linux", "img_size": [width, height], "ui_type": kind,
                "group": platform.capitalize()}  # fmt: skip
    source = {"mobile": "android", "desktop": "windows", "web": "shop"}[platform]
    return {"img_filename": name, "bbox": [left, top, right - left, bottom - top], "instruction": instruction,
            "data_type": kind, "data_source": source}  # fmt: skip


def _draw(draw: ImageDraw.ImageDraw, label: str, left: int, top: int) -> tuple[int, int, int, int]:
    if label not in _ICONS:
        box = (left, top, left + 150, top + 54)
        draw.rounded_rectangle(box, 10, fill=(40, 96, 200))
        draw.text((left + 75, top + 27), label, font=ImageFont.load_default(24), fill=(255, 255, 255), anchor="mm")
        return box
    right, bottom = left + 44, top + 44
    match label:
        case "circle":
            draw.ellipse((left, top, right, bottom), fill=(208, 60, 60))
        case "cross":
            draw.line((left, top, right, bottom), fill=(30, 30, 30), width=7)
            draw.line((left, bottom, right, top), fill=(30, 30, 30), width=7)
        case "triangle":
            draw.polygon(((left + 22, top), (right, bottom), (left, bottom)), fill=(30, 140, 80))
        case _:
            for line in range(3):
                draw.rectangle((left, top + 18 * line, right, top + 18 * line + 8), fill=(60, 60, 70))
    return left, top, right, bottom
