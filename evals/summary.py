"""What every benchmark leaves behind: summary.json and report.html."""

from __future__ import annotations

import json
import platform
import sys
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

from agent.record import RecordError
from agent.report.page import environment, write_page
from agent.runfolder import write_json
from evals.interval import Rate

FORMAT = 1


@dataclass(frozen=True, slots=True)
class Row:
    """One figure: rates as fractions from 0 to 1, with a 95 % interval; errors are within the episodes."""

    name: str
    metric: str
    value: float
    low: float
    high: float
    episodes: int
    errors: int

    @classmethod
    def of(cls, name: str, metric: str, rate: Rate, errors: int) -> Row:
        return cls(name, metric, rate.value, rate.low, rate.high, rate.of, errors)


@dataclass(frozen=True, slots=True)
class Table:
    """A table of the report: a title, column heads, rows of text, and a note below."""

    title: str
    columns: Sequence[str]
    rows: Sequence[Sequence[str]]
    note: str = ""


def write_summary(out: Path, run: dict[str, Any], rows: Sequence[Row]) -> None:
    """Write `out`/summary.json. Raises RecordError when it cannot be written."""
    facts = {"command": sys.argv, "versions": versions(), **run}
    write_json(out / "summary.json", {"format": FORMAT, "run": facts, "rows": [asdict(row) for row in rows]})


def versions() -> dict[str, str]:
    """The versions a figure depends on."""
    names = ("visuomotor", "torch", "transformers", "gymnasium", "pillow", "numpy")
    return {"python": platform.python_version(), **{name: version(name) for name in names}}


def read_summary(path: Path) -> list[Row]:
    """The rows of a summary.json. Raises RecordError when it is none."""
    try:
        summary = json.loads(path.read_text(encoding="utf-8"))
        if summary["format"] != FORMAT:
            raise RecordError(f"{path} has format {summary['format']!r}; this version reads format {FORMAT}")
        return [Row(**row) for row in summary["rows"]]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise RecordError(f"{path} is no summary ({error})") from error


def write_tables(out: Path, title: str, lead: str, tables: Sequence[Table], links: Sequence[tuple[str, str]]) -> None:
    """Write `out`/report.html: the tables, and links to pages beside it."""
    template = environment("evals").get_template("summary.html.j2")
    write_page(out / "report.html", template.render(title=title, lead=lead, tables=tables, links=links))
