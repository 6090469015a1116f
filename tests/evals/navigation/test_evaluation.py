"""From trajectories to files: what is told, what is written, and what a browser is given."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from agent.episode import Episode, Outcome
from agent.record import RecordError
from agent.report.page import write_page
from agent.runfolder import open_run
from envs.navigation.items import Instruction
from evals.navigation.answers import from_episodes, from_file, from_walker, jobs_of
from evals.navigation.benchmarks import R2R, REVERIE, Benchmark
from evals.navigation.evaluation import conclude
from evals.navigation.selection import Split, chosen
from evals.navigation.submission import read_submission
from evals.summary import read_summary
from tests.evals.navigation.town import Town, instruction

ITEMS = [instruction("abd", "1_0"), instruction("abd", "1_1"), instruction("ace", "2_0")]


def split_of(items: list[Instruction], benchmark: Benchmark = R2R) -> Split:
    return Split("val", Town(benchmark.kind, items, {"5": "d"}), benchmark.kind, {})


def mine(tmp_path: Path, walked: dict[str, str], **more: Any) -> Path:
    path = tmp_path / "mine.json"
    entries = [{"instr_id": name, "trajectory": [[at, 0, 0] for at in way], **more} for name, way in walked.items()]
    path.write_text(json.dumps(entries))
    return path


def finish(tmp_path: Path, path: Path, items: list[Instruction] = ITEMS, benchmark: Benchmark = R2R) -> tuple[int, str]:
    opened = split_of(items, benchmark)
    console = Console(record=True, width=200, highlight=False)
    out = tmp_path / "out"
    out.mkdir()
    status = conclude(benchmark, opened, items, from_file(path, opened, items), out, {}, console)
    return status, console.export_text()


def test_the_rest_is_measured_when_one_jumps(tmp_path: Path) -> None:
    status, told = finish(tmp_path, mine(tmp_path, {"1_0": "abd", "2_0": "ae"}))
    assert status == 1
    assert "mine.json: 2_0: step 1 goes from a to e, which no edge of town joins" in told
    assert "mine.json: 1_1: there is no trajectory" in told
    assert "counted as failed: 2 of 3 instructions" in told
    rows = {row.metric: row for row in read_summary(tmp_path / "out" / "summary.json") if row.name == "all"}
    assert rows["SR"].value == pytest.approx(1 / 3)
    assert rows["SR"].errors == 2
    lines = [json.loads(line) for line in (tmp_path / "out" / "instructions.jsonl").read_text().splitlines()]
    assert [line["instr_id"] for line in lines] == ["1_0", "1_1", "2_0"]
    assert lines[0]["moves"] == 2
    assert lines[0]["SPL"] == 1
    assert "step 1" in lines[2]["problem"]
    again = read_submission(tmp_path / "out" / "submission.json").trajectories
    assert list(again) == ["1_0"]


def test_all_is_well(tmp_path: Path) -> None:
    status, told = finish(tmp_path, mine(tmp_path, {"1_0": "abd", "1_1": "abd", "2_0": "ace"}))
    assert status == 0
    assert "counted as failed: 0 of 3" in told
    assert "Qwen2-VL-72B" in told


def test_strangers_are_told_and_a_foreign_file_is_refused(tmp_path: Path) -> None:
    _, told = finish(tmp_path, mine(tmp_path, {"1_0": "abd", "99_0": "abd"}))
    assert "1 entries are of no instruction of val, as 99_0" in told
    opened = split_of(ITEMS)
    with pytest.raises(RecordError, match="they are called like 1_0"):
        from_file(mine(tmp_path, {"99_0": "abd"}), opened, ITEMS)


def test_the_object_of_a_submission(tmp_path: Path) -> None:
    items = [instruction("abd", "1_5_0", target="5")]
    finish(tmp_path, mine(tmp_path, {"1_5_0": "ab"}, predObjId=5), items, REVERIE)
    rows = {row.metric: row.value for row in read_summary(tmp_path / "out" / "summary.json") if row.name == "all"}
    assert (rows["SR"], rows["RGS"]) == (0, 1)
    assert json.loads((tmp_path / "out" / "submission.json").read_text())[0]["predObjId"] == 5


def page_data(page: str) -> Any:
    found = re.search(r'<script type="application/json" id="data">(.*?)</script>', page, re.DOTALL)
    assert found is not None
    return json.loads(found[1])


def test_the_page_holds_all_and_nothing_runs(tmp_path: Path) -> None:
    evil = "</script><script>alert(1)</script><img src=x onerror=alert(2)> {{ 7 * 7 }}"
    items = [
        Instruction("1_0", "town", ("a", "b", "d"), 0.5, evil, "1"),
        instruction("ab", "<b>3_0", scan="<i>village"),
    ]
    finish(tmp_path, mine(tmp_path, {"1_0": "aabd"}), items)
    page = (tmp_path / "out" / "report.html").read_text()
    assert evil not in page
    assert "<img" not in page
    assert "<b>3_0" not in page
    assert page.count("<script") == 2
    assert not re.search(r'(src|href)="?https?:', page)
    data = page_data(page)
    first, second = data["instructions"]
    assert first["text"] == evil
    assert first["path"] == first["reference"] == [0, 1, 3]  # turning left out
    assert first["goals"] == [1, 3]  # 2 m from the goal is near enough
    assert second["path"] == second["reference"] == []
    assert second["values"][0] is None
    assert set(data["scans"]) == {"town"}
    assert data["radius"] == 3


def test_halves_of_characters_and_escapes_end_nothing(tmp_path: Path) -> None:
    """JSON can hold what no UTF-8 file and no terminal should be given."""
    items = [
        Instruction("1_0", "town", ("a", "b", "d"), 0.5, "hi \ud800 there", "1"),
        Instruction("1_1", "town", ("a", "\x1b[31mX\ud800"), 0.5, "hi", "1"),
    ]
    path = mine(tmp_path, {"1_0": "abd", "1_1": "a"})
    entries = json.loads(path.read_text())
    entries[1]["trajectory"].append(["\x1b]0;title\x07", 0, 0])
    path.write_text(json.dumps([*entries, {"instr_id": "\ud800\x1b[31m", "trajectory": [["a", 0, 0]]}]))
    status, told = finish(tmp_path, path, items)
    assert status == 1
    assert "\x1b" not in told
    assert "\ud800" not in told
    assert r"'\x1b[31mX\ud800', on its reference path" in told
    assert "entry 2 has no instr_id" in told
    assert r"\ud800" in (tmp_path / "out" / "report.html").read_text(encoding="utf-8")
    values = {row.metric: row for row in read_summary(tmp_path / "out" / "summary.json") if row.name == "all"}
    assert (values["SR"].value, values["SR"].errors) == (0.5, 1)
    open_run(tmp_path / "run", {"data": "\udcff"}, resume=False)
    open_run(tmp_path / "run", {"data": "\udcff"}, resume=True)
    write_page(tmp_path / "page.html", "\ud800")
    assert (tmp_path / "page.html").read_text(encoding="utf-8") == r"\ud800"


def episode(outcome: Outcome, facts: dict[str, Any], error: str = "") -> Episode:
    return Episode("R2R", "1_0", 0, outcome, facts=facts, error=error)


def test_episodes_that_ended_badly() -> None:
    facts = {"path": [["a", 0.0, 0.0], ["b", 1.0, 0.0]], "predicted": "5"}
    episodes = [
        episode(Outcome.OUT_OF_STEPS, facts),
        episode(Outcome.ERROR, facts, "EnvError: b_skybox_small.jpg is missing"),
        episode(Outcome.TERMINATED, {}),
    ]
    found = from_episodes(ITEMS, episodes, {})
    assert found.trajectories["1_0"].viewpoints == ["a", "b"]  # it counts where it was, as in a submission
    assert found.trajectories["1_0"].object_id == "5"
    assert "1_1: the episode ended in an error: EnvError: b_skybox_small.jpg" in found.problems["1_1"]
    assert "2_0: its record holds no path" in found.problems["2_0"]
    assert {row.metric: row.value for row in found.rows} == {"stopped_rate": pytest.approx(1 / 3), "unparsable_rate": 0}


def test_a_walker_without_its_graph_is_told() -> None:
    items = [instruction("abd", "1_0"), instruction("ab", "2_0", scan="village"), instruction("ax", "3_0")]
    found = from_walker("shortest_path", split_of(items), items, 0)
    assert list(found.trajectories) == ["1_0"]
    assert "village_connectivity.json is missing" in found.problems["2_0"]
    assert "no way from a to x" in found.problems["3_0"]


def test_records_have_safe_names() -> None:
    items = [instruction("abd", name) for name in ("1_0", "../../etc/passwd", "a/b", ".hidden", "")]
    names = [job.name for job in jobs_of(split_of(items), items, 0)]
    assert names == ["1_0", "instruction-1", "instruction-2", "instruction-3", "instruction-4"]


def test_samples_grow() -> None:
    items = [instruction("abd", f"{path}_{k}") for path in range(10) for k in range(4)]
    assert len(chosen(R2R, items, True, 0, 0)) == 30
    assert chosen(REVERIE, items, True, 0, 0) == items
    few, more = chosen(R2R, items, False, 5, 1), chosen(R2R, items, False, 12, 1)
    assert len(few) == 5
    assert [one for one in more if one in few] == few
    assert chosen(R2R, items, False, 100, 1) == items
