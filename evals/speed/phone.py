"""What a step on a phone costs, by part, and our driver beside `adb` as a subprocess and adbutils."""

from __future__ import annotations

import contextlib
import json
import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from agent.runfolder import write_json
from envs.android.standin.faults import REAL_LATENCY
from envs.base import EnvError, MissingExtraError
from evals.speed.browsers.figures import Figure
from evals.speed.peers.base import PeerMissingError
from evals.speed.phones.apart import phone_apart
from evals.speed.phones.engines import ADB, ALL, DIRECT, PARTS, SERVER, UTILS, Adb, AdbUtils, Engine, open_ours
from evals.speed.phones.race import STEP, SWIPE_MS, WORK, Lap, run
from evals.speed.phones.server import adb_server
from evals.summary import Row, Table, write_summary, write_tables

PEERS = {ADB: "adb", UTILS: "adbutils"}
_NOTE = (
    "Median over repeats [lowest, highest], of the median of each. Ratios are ours / theirs, paired within a repeat; a "
    f"tie is a spread that reaches across 1. A swipe is {SWIPE_MS} ms of a finger on the glass. A step: tap an icon, "
    "wait until two screenshots are alike, have the picture as an RGB array; ours also asks before and after what is "
    "in front, how the display is turned and whether it is locked, which the others do not. Most of a screenshot here "
    "is Chromium drawing the stand-in."
)


@dataclass(frozen=True, slots=True)
class Raced:
    """A race run to its end: its laps, what the engines are, why others are missing, and how busy the machine was."""

    laps: Sequence[Lap]
    facts: Mapping[str, Mapping[str, str]]
    missing: Mapping[str, str]
    load: Sequence[float]


@dataclass(frozen=True, slots=True)
class Asked:
    """What is to be run. `latency`: as a real phone's."""

    repeats: int
    laps: int
    latency: bool = False
    wanted: Sequence[str] = ALL

    def describe(self) -> dict[str, object]:
        return {"repeats": self.repeats, "laps": self.laps, "phone_latency": latencies(self)}


def latencies(asked: Asked) -> dict[str, float]:
    """Seconds that are added to commands."""
    return {name: REAL_LATENCY[name] for name in ("input", "screencap")} if asked.latency else {}


def compare(out: Path, asked: Asked, watch: Callable[[str], None]) -> Raced:
    """Race on a stand-in phone in `out`, going on where a run there stopped. Raises EnvError, PeerError."""
    out.mkdir(parents=True, exist_ok=True)
    _same(out / "asked.json", asked)
    before = os.getloadavg()
    with contextlib.ExitStack() as stack:
        phone = stack.enter_context(phone_apart(latencies(asked)))
        engines, missing = gather(stack, phone.address, asked.wanted)
        for name, reason in missing.items():
            watch(f"missing: {name}: {reason}")
        laps = run(phone, engines, asked.repeats, asked.laps, out / "laps.jsonl", lambda lap: watch(show(lap)))
        facts = {engine.name: engine.facts() for engine in engines}
    return Raced(laps, facts, missing, [round(value, 2) for value in (before[0], os.getloadavg()[0])])


def gather(stack: contextlib.ExitStack, serial: str, wanted: Sequence[str]) -> tuple[list[Engine], dict[str, str]]:
    """The engines that are there, closed by `stack`, and why the others are not."""
    engines: list[Engine] = []
    missing: dict[str, str] = {}

    def take(name: str, make: Callable[[], Engine]) -> None:
        if name not in wanted:
            return
        try:
            engine = make()
        except (MissingExtraError, ImportError) as error:
            missing[name] = str(error)
        else:
            stack.callback(engine.close)
            engines.append(engine)

    take(DIRECT, lambda: open_ours(DIRECT, serial, None))
    others = [name for name in (SERVER, ADB, UTILS) if name in wanted]
    if others:
        try:
            server = stack.enter_context(adb_server(serial))
        except PeerMissingError as error:
            return engines, missing | dict.fromkeys(others, str(error))
        take(SERVER, lambda: open_ours(SERVER, serial, server))
        take(ADB, lambda: Adb(server))
        take(UTILS, lambda: AdbUtils(server))
    return engines, missing


class Figures:
    """What the laps come to."""

    def __init__(self, laps: Sequence[Lap]) -> None:
        self._laps = laps
        self.engines = [name for name in ALL if any(lap.engine == name for lap in laps)]
        self.repeats = sorted({lap.repeat for lap in laps})

    def value(self, engine: str, work: str, repeat: int, part: str = "") -> float | None:
        """The median of a repeat in seconds, of a whole lap or of a part of it."""
        laps = [lap for lap in self._laps if (lap.engine, lap.work, lap.repeat) == (engine, work, repeat)]
        return median(lap.parts.get(part, 0.0) if part else lap.seconds for lap in laps) if laps else None

    def figure(self, engine: str, work: str, part: str = "") -> Figure | None:
        found = [self.value(engine, work, repeat, part) for repeat in self.repeats]
        values = [value for value in found if value is not None]
        return Figure.over(values) if values else None

    def ratio(self, one: str, other: str, work: str) -> Figure | None:
        pairs = [(self.value(one, work, repeat), self.value(other, work, repeat)) for repeat in self.repeats]
        values = [mine / theirs for mine, theirs in pairs if mine is not None and theirs]
        return Figure.over(values) if values else None

    def shots(self, engine: str) -> float:
        return median(lap.shots for lap in self._laps if (lap.engine, lap.work) == (engine, STEP))


def rows(figures: Figures) -> list[Row]:
    """The rows of summary.json."""
    found = []
    for engine in figures.engines:
        for work in WORK:
            figure = figures.figure(engine, work)
            if figure is not None:
                found.append(figure.row(engine, f"phone_{_word(work)}_seconds"))
        for part in PARTS:
            figure = figures.figure(engine, STEP, part)
            if figure is not None:
                found.append(figure.row(engine, f"phone_step_{part}_seconds"))
    for (mine, label), (peer, name) in ((one, other) for one in _ours(figures) for other in PEERS.items()):
        for work in WORK:
            ratio = figures.ratio(mine, peer, work)
            if ratio is not None:
                found.append(ratio.row(f"{_word(work)}_{label}_vs_{name}", "ratio"))
    return found


def work_table(figures: Figures) -> Table:
    """One row a kind of work, one column an engine."""
    lines = [[work, *(_text(figures.figure(engine, work)) for engine in figures.engines)] for work in WORK]
    return Table(f"Milliseconds, {len(figures.repeats)} repeats", ["", *figures.engines], lines, _NOTE)


def ratio_table(figures: Figures) -> Table:
    """Ours against each of the others."""
    pairs = [(mine, label, peer) for mine, label in _ours(figures) for peer in PEERS if peer in figures.engines]
    lines = []
    for work in WORK:
        ratios = [figures.ratio(mine, peer, work) for mine, _, peer in pairs]
        lines.append([work, *("-" if one is None else f"{one.text(digits=2)} {one.verdict}" for one in ratios)])
    heads = [f"{label} / {PEERS[peer]}" for _, label, peer in pairs]
    return Table("Ratios", ["ours", *heads], lines, "Below 1 ours takes less.")


def step_table(figures: Figures) -> Table:
    """Where the time of a step goes."""
    lines = [[part, *(_text(figures.figure(engine, STEP, part)) for engine in figures.engines)] for part in PARTS]
    lines.append(["all", *(_text(figures.figure(engine, STEP)) for engine in figures.engines)])
    lines.append(["screenshots", *(f"{figures.shots(engine):g}" for engine in figures.engines)])
    note = (
        "act: the touch. picture: bringing the screenshots over. state: asking what is in front and how the display is "
        "turned, before and after. pause: between two looks. rest: decoding and comparing; adbutils decodes within "
        "picture."
    )
    return Table("A step by part, ms", ["", *figures.engines], lines, note)


def facts_table(raced: Raced) -> Table:
    """What each engine is, and which are missing."""
    lines = [[name, "; ".join(f"{key} {value}" for key, value in facts.items())] for name, facts in raced.facts.items()]
    lines += [[name, f"missing: {reason}"] for name, reason in raced.missing.items()]
    return Table("Engines", ["engine", "what"], lines, f"Load of the machine before and after: {raced.load}")


def conclude(raced: Raced) -> tuple[list[Table], list[str]]:
    """The tables, and a line for each ratio of a whole step."""
    figures = Figures(raced.laps)
    said = []
    for mine, _ in _ours(figures):
        for peer in PEERS:
            ratio = figures.ratio(mine, peer, STEP)
            if ratio is not None:
                said.append(f"a step of {mine} against {peer}: {ratio.text(digits=2)}, {ratio.verdict}")
    tables = [work_table(figures), ratio_table(figures), step_table(figures), facts_table(raced)]
    return tables, said


def write(out: Path, asked: Asked, raced: Raced) -> None:
    """Write summary.json and report.html."""
    tables, said = conclude(raced)
    engines = {"engines": raced.facts, "missing": raced.missing, "load": list(raced.load)}
    write_summary(out, {**asked.describe(), **engines}, rows(Figures(raced.laps)))
    slow = "input takes 250 ms and screencap 700 ms longer, as on real phones. " if asked.latency else ""
    lead = f"Engines interleaved in one run on one stand-in phone. {slow}{' '.join(f'{line}.' for line in said)}"
    write_tables(out, "Phone speed", lead, tables, [])


def show(lap: Lap) -> str:
    """A lap in a line."""
    parts = ", ".join(f"{name} {1e3 * seconds:.0f}" for name, seconds in lap.parts.items())
    return f"repeat {lap.repeat + 1}  {lap.work:<14} {lap.engine:<13} {1e3 * lap.seconds:6.0f} ms  {parts}".rstrip()


def _same(path: Path, asked: Asked) -> None:
    """Laps with and without a phone's latency are not put together."""
    now = {"phone_latency": latencies(asked)}
    with contextlib.suppress(OSError, ValueError):
        if json.loads(path.read_text(encoding="utf-8")) != now:
            raise EnvError(f"{path.parent} was run with other latencies; choose another --out")
    write_json(path, now)


def _ours(figures: Figures) -> list[tuple[str, str]]:
    return [(name, label) for name, label in ((DIRECT, "direct"), (SERVER, "server")) if name in figures.engines]


def _text(figure: Figure | None) -> str:
    return "-" if figure is None else figure.text(1e3)


def _word(work: str) -> str:
    return work.replace(" ", "_")
