"""The page of a run: the room from above, what was seen, where it was pointed, and the conditions ticked off."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from agent.record import RecordedEpisode, RecordError, episode_files, read_episode
from agent.report.page import call_text, environment, write_page
from evals.alfred.drawing import draw_grounding, embed, plan_view, trace


def write_pages(run: Path, out: Path, most: int = 24) -> int:
    """Write one self-contained page of at most `most` episodes, evenly spread; returns how many the run has.

    Raises RecordError when the run holds none, or the disk refuses.
    """
    files = episode_files(run)
    shown = [_episode(path) for path in files[:: -(-len(files) // most)]]
    page = environment("evals").get_template("household.html.j2")
    write_page(out, page.render(run=run.name, episodes=shown, total=len(files)))
    return len(files)


def _episode(path: Path) -> dict[str, Any]:
    try:
        recorded = read_episode(path)
        steps = [_step(recorded, step) for step in recorded.steps]
        last = recorded.end.get("image") if recorded.end else None
        final = embed(draw_grounding(recorded.images.get(last), None)) if last else ""
    except RecordError as error:
        return {"name": path.stem, "damaged": str(error)}
    infos = [step["info"] for step in recorded.steps]
    room: dict[str, Any] = next((info["map"] for info in infos if info.get("map")), {})
    paths = trace(room.get("start", (0, 0, 0)), _walked(recorded.steps))
    facts = infos[-1] if infos else {}
    return {
        "name": path.stem,
        "damaged": "",
        "header": recorded.header,
        "goal": facts.get("goal", ""),
        "scene": facts.get("scene", ""),
        "engine": facts.get("engine", ""),
        "segmenter": facts.get("segmenter", ""),
        "success": bool(facts.get("success")),
        "conditions": facts.get("goal_conditions", []),
        "low_steps": facts.get("low_steps", 0),
        "failures": facts.get("failures", 0),
        "plan": plan_view(room, paths) if room else None,
        "steps": steps,
        "end": recorded.end,
        "final": final,
    }


def _walked(steps: Sequence[dict[str, Any]]) -> list[list[dict[str, Any]]]:
    """The low-level actions of every step; where nothing was done, what a record repeats of the last is none."""
    return [(step["info"].get("low_actions") or []) if step["action"] else [] for step in steps]


def _step(recorded: RecordedEpisode, step: dict[str, Any]) -> dict[str, Any]:
    info = step["info"]
    grounding = info.get("grounding") if step["action"] else None
    return {
        "number": step["index"] + 1,
        "picture": embed(draw_grounding(recorded.images.get(step["image"]), grounding)),
        "call": call_text(step["call"]),
        "thought": step["thought"],
        "error": step["error"] or "",
        "note": step["note"],
        "result": str(info.get("result", "")) if step["action"] else "",
        "succeeded": bool(info.get("succeeded", True)),
        "grounding": grounding,
        "low": [one["action"] for one in info.get("low_actions") or []] if step["action"] else [],
        "conditions": info.get("goal_conditions", []),
    }
