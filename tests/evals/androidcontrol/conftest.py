"""A real set where there is one, and small ones of our own."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from PIL import Image

from envs.replay.androidcontrol.annotations import read_annotations
from envs.replay.androidcontrol.step import AndroidControlEpisode


def step(kind: str, number: int = 0, **values) -> dict:
    """A step of the annotations; `boxes` and `direction` go where the set has them."""
    check = {"action": kind, **{key: value for key, value in values.items() if key not in ("swiped", "boxes")}}
    content = {key: value for key, value in check.items() if key not in ("direction", "candidate_bbox")}
    if "boxes" in values:
        check["candidate_bbox"] = values["boxes"]
    if kind == "swipe":
        content["coordinate"], content["coordinate2"] = values.get("swiped", ([540, 1800], [540, 600]))
    return {"action_content": content, "check_options": check, "screenshot": f"/far/away/77_{number}.png",
            "step_instruction": f"do {kind}"}  # fmt: skip


STEPS = [
    step("open", text="Clock App", boxes=[[100, 200, 300, 400]]),
    step("click", 1, coordinate=[540, 1200], boxes=[[500, 1150, 600, 1250], [0, 0, 1080, 2400]]),
    step("type", 2, text="Hello there"),
    step("swipe", 3, direction="down"),
    step("long_press", 4, coordinate=[200, 300], boxes=[]),
    step("system_button", 5, button="Back"),
    step("wait", 6, time=2),
]


def write_set(folder: Path, episodes: dict[str, list[dict]], *, pictures: bool = False) -> Path:
    path = folder / "annotations.jsonl"
    lines = []
    for name, steps in episodes.items():
        for number, one in enumerate(steps):
            one = {**one, "screenshot": f"/far/away/{name}_{number}.png"}
            steps[number] = one
            if pictures:
                (folder / "images").mkdir(exist_ok=True)
                Image.new("RGB", (108, 240), (number * 20, 90, 160)).save(folder / "images" / f"{name}_{number}.png")
        lines.append(json.dumps({"goal": f"goal {name}", "is_successful": True, "steps": steps, "episode_id": name}))
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


@pytest.fixture
def small(tmp_path: Path) -> Path:
    """Annotations of one episode of every kind of action, and of one of no steps at all."""
    return write_set(tmp_path, {"77": list(STEPS), "78": []})


@pytest.fixture(scope="session")
def real(data: Path) -> tuple[AndroidControlEpisode, ...]:
    path = data / "androidcontrol" / "android_control_evaluation_std.jsonl"
    if not path.is_file():
        pytest.skip(f"there is no {path}")
    return read_annotations(path)
