"""Renders recorded episodes as one HTML file that needs nothing else."""

from __future__ import annotations

import base64
import io
from pathlib import Path
from typing import Any

import jinja2
from PIL import Image as PILImage

from agent.record import RecordedEpisode, RecordError, episode_files, read_episode
from agent.report.overlay import draw_action


def environment(package: str) -> jinja2.Environment:
    """A template environment of a package's report folder: everything is escaped, a missing value is an error."""
    return jinja2.Environment(
        loader=jinja2.PackageLoader(package, "report"), autoescape=True, undefined=jinja2.StrictUndefined
    )


def write_report(run: Path, out: Path, most: int = 50) -> int:
    """Write the page of at most `most` episodes, evenly spread over the run, to `out`; returns how many the run has.

    A record that cannot be read is shown as such. Raises RecordError when the run holds no episodes.
    """
    files = episode_files(run)
    shown = [_episode(path) for path in files[:: -(-len(files) // most)]]
    write_page(
        out, environment("agent").get_template("episode.html.j2").render(run=run.name, episodes=shown, total=len(files))
    )
    return len(files)


def write_page(out: Path, html: str) -> None:
    """Write a page whole or not at all. Raises RecordError when the disk refuses."""
    aside = out.with_name(f".{out.name}.part")
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        aside.write_text(html, encoding="utf-8", errors="backslashreplace")
        aside.replace(out)
    except OSError as error:
        raise RecordError(f"cannot write {out} ({error.strerror or error}); choose another place") from error


def _episode(path: Path) -> dict[str, Any]:
    try:
        recorded = read_episode(path)
        steps = [_step(recorded, step) for step in recorded.steps]
        last = recorded.end and recorded.end.get("image")
        final = _embed(PILImage.fromarray(recorded.images.get(last))) if last else None
    except RecordError as error:
        return {"name": path.stem, "damaged": str(error)}
    return {
        "name": path.stem,
        "damaged": "",
        "header": recorded.header,
        "steps": steps,
        "end": recorded.end,
        "final": final,
    }


def _step(recorded: RecordedEpisode, step: dict[str, Any]) -> dict[str, Any]:
    pixels = recorded.images.get(step["image"])
    return {**step, "picture": _embed(draw_action(pixels, step["action"])), "call_text": call_text(step["call"])}


def call_text(call: dict[str, Any] | None) -> str:
    """A call on one line, as code: Append(token="10")."""
    if call is None:
        return ""
    return f"{call['name']}({', '.join(f'{name}={value!r}' for name, value in call['arguments'].items())})"


def _embed(picture: PILImage.Image) -> str:
    buffer = io.BytesIO()
    picture.save(buffer, format="PNG")
    return "data:image/png;base64," + base64.b64encode(buffer.getvalue()).decode()
