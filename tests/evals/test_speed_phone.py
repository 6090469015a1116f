"""The phone benchmark's own machinery, with engines that are made up; its figures are for people, not for tests."""

from __future__ import annotations

import contextlib
import json
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("adb_shell", reason="needs adb-shell")

from envs.base import EnvError
from evals.speed import phone as bench
from evals.speed.peers.base import PeerError, PeerMissingError
from evals.speed.phones import engines, race, server
from evals.speed.phones.engines import ADB, ALL, DIRECT, SERVER, UTILS, Done
from evals.speed.phones.race import RAW, STEP, TAP, TEXT, TYPE, WORK, Lap
from evals.summary import read_summary

NODES = [
    {"content_desc": "Notes", "class": "android.view.ViewGroup", "bounds": [0, 0, 100, 50]},
    {"content_desc": "", "class": "android.widget.EditText", "bounds": [0, 100, 100, 150], "text": TEXT},
]


class Phone:
    """The control of a stand-in that always shows what it should."""

    address = "127.0.0.1:1"

    def __init__(self) -> None:
        self.calls: list[str] = []
        self.package = "com.standin.notes"

    def do(self, call: str, *values: Any) -> Any:
        self.calls.append(call)
        return {"hierarchy": NODES, "status": {"package": self.package}}.get(call)


class MadeUp:
    def __init__(self, name: str) -> None:
        self.name = name
        self.taps: list[tuple[int, int]] = []
        self.closed = False

    def facts(self) -> dict[str, str]:
        return {"engine": "made up"}

    def tap(self, x: int, y: int) -> None:
        self.taps.append((x, y))

    def swipe(self, *path: int) -> None:
        pass

    def type(self, text: str) -> None:
        pass

    def shot(self, kind: str) -> Done | None:
        return None if self.name == UTILS and kind == "raw" else Done(0.2, {"picture": 0.15, "rest": 0.05})

    def look(self) -> None:
        pass

    def step(self, x: int, y: int) -> Done:
        self.tap(x, y)
        return Done(1.0, {"act": 0.1, "picture": 0.6, "pause": 0.2, "rest": 0.1}, 3)

    def close(self) -> None:
        self.closed = True


def laps_of(seconds: dict[str, list[float]], work: str = STEP) -> list[Lap]:
    return [
        Lap(engine, work, repeat, 0, value, {"act": value / 2}, 2)
        for engine, values in seconds.items()
        for repeat, value in enumerate(values)
    ]


def test_every_engine_does_all_work_and_none_always_follows_the_same(tmp_path: Path) -> None:
    field = [MadeUp(name) for name in ALL]
    phone = Phone()
    laps = race.run(phone, field, 2, 2, tmp_path / "laps.jsonl", lambda lap: None)  # type: ignore[arg-type]
    assert {(lap.engine, lap.work) for lap in laps} == {(name, work) for name in ALL for work in WORK} - {(UTILS, RAW)}
    assert [lap.engine for lap in laps if lap.work == TAP][:8] == [*ALL, *ALL[1:], ALL[0]]
    assert all((50, 25) in engine.taps for engine in field)
    assert race.read(tmp_path / "laps.jsonl") == laps


def test_a_race_goes_on_where_it_stopped(tmp_path: Path) -> None:
    path = tmp_path / "laps.jsonl"
    field = [MadeUp(DIRECT), MadeUp(ADB)]
    race.run(Phone(), field, 1, 1, path, lambda lap: None)  # type: ignore[arg-type]
    with path.open("a") as file:
        file.write('{"engine": "adb", "wo')
    new: list[Lap] = []
    laps = race.run(Phone(), field, 2, 1, path, new.append)  # type: ignore[arg-type]
    assert {lap.repeat for lap in new} == {1}
    assert len(laps) == 2 * len(new) == 24
    assert race.read(path) == laps


def test_an_engine_that_does_not_do_it_stops_the_race(tmp_path: Path) -> None:
    phone = Phone()
    phone.package = "com.standin.shop"
    with pytest.raises(PeerError, match="adb did not do it"):
        race.run(phone, [MadeUp(ADB)], 1, 1, tmp_path / "laps.jsonl", lambda lap: None)  # type: ignore[arg-type]
    assert TYPE in {lap.work for lap in race.read(tmp_path / "laps.jsonl")}


def test_ratios_are_paired_and_ties_are_called_so() -> None:
    figures = bench.Figures(laps_of({DIRECT: [1.0, 2.0, 3.0], ADB: [2.0, 4.0, 6.0], UTILS: [1.1, 1.9, 3.0]}))
    clear, tie = figures.ratio(DIRECT, ADB, STEP), figures.ratio(DIRECT, UTILS, STEP)
    assert clear is not None
    assert tie is not None
    assert (clear.middle, clear.low, clear.high, clear.verdict) == (0.5, 0.5, 0.5, "faster")
    assert tie.verdict == "tie"
    assert figures.ratio(DIRECT, SERVER, STEP) is None


def test_what_is_left_behind(tmp_path: Path) -> None:
    laps = [lap for work in (TAP, STEP) for lap in laps_of({DIRECT: [1.0, 2.0], ADB: [2.0, 4.0]}, work)]
    raced = bench.Raced(laps, {DIRECT: {"adb-shell": "1"}}, {UTILS: "not installed <here>"}, [0.1, 0.2])
    bench.write(tmp_path, bench.Asked(2, 1, latency=True), raced)
    rows = {(row.name, row.metric): row for row in read_summary(tmp_path / "summary.json")}
    assert rows["step_direct_vs_adb", "ratio"].value == 0.5
    assert rows[ADB, "phone_step_act_seconds"].value == 1.5
    run = json.loads((tmp_path / "summary.json").read_text())["run"]
    assert run["missing"] == {UTILS: "not installed <here>"}
    assert run["phone_latency"] == {"input": 0.25, "screencap": 0.7}
    page = (tmp_path / "report.html").read_text()
    assert "not installed &lt;here&gt;" in page
    assert "a step of ours, direct against adb" in page


def test_other_latencies_need_another_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    @contextlib.contextmanager
    def apart(latency: object) -> Any:
        yield Phone()

    monkeypatch.setattr(bench, "phone_apart", apart)
    monkeypatch.setattr(bench, "gather", lambda stack, serial, wanted: ([MadeUp(ADB)], {DIRECT: "gone"}))
    said: list[str] = []
    bench.compare(tmp_path, bench.Asked(1, 1), said.append)
    assert said[0] == "missing: ours, direct: gone"
    with pytest.raises(EnvError, match="other latencies"):
        bench.compare(tmp_path, bench.Asked(1, 1, latency=True), said.append)


def test_without_adb_those_that_need_it_are_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(server.shutil, "which", lambda name: None)
    monkeypatch.setattr(server.importlib.util, "find_spec", lambda name: None)
    with pytest.raises(PeerMissingError, match="apt install adb"):
        server.find_program()
    monkeypatch.setattr(bench, "open_ours", lambda name, serial, server: MadeUp(name))
    with contextlib.ExitStack() as stack:
        field, missing = bench.gather(stack, "127.0.0.1:1", ALL)
        assert [engine.name for engine in field] == [DIRECT]
        assert set(missing) == {SERVER, ADB, UTILS}
    assert field[0].closed  # type: ignore[attr-defined]


def test_the_parts_of_a_step_add_up() -> None:
    done = engines._split(1.0, {"act": 0.1, "picture": 0.5, "state": 0.05, "rest": 9.0}, 3)
    assert done.parts["pause"] == pytest.approx(0.2)
    assert sum(done.parts.values()) == pytest.approx(done.seconds)
