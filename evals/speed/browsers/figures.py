"""What the laps come to: a figure is the median over repeats, with the lowest and the highest."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from statistics import median

from evals.speed.browsers.engines import GYM, GYM_LEAST, MINE, OURS, OURS_CHROMIUM, OURS_SMALL, SELENIUM
from evals.speed.browsers.race import WARM, Lap
from evals.summary import Row, Table

PEERS = {SELENIUM: "selenium", GYM: "browsergym", GYM_LEAST: "browsergym_least_waits"}
_NOTE = (
    "Median over repeats [lowest, highest]. A step: a click or typing, and a fresh screenshot as an RGB array; only "
    "steps at which all engines took one are counted. Last step: the one that ends the episode, at which Selenium's "
    "env takes no screenshot and looks at no DOM. Start: making the env and its first reset. Peak: resident bytes of "
    "its processes added up. Ratios are ours / theirs, paired within a repeat; a tie is a spread that reaches across 1."
)


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure over `of` repeats."""

    middle: float
    low: float
    high: float
    of: int

    @classmethod
    def over(cls, values: Sequence[float]) -> Figure:
        return cls(median(values), min(values), max(values), len(values))

    @property
    def verdict(self) -> str:
        """Of a ratio ours / theirs of seconds."""
        return "tie" if self.low <= 1.0 <= self.high else "faster" if self.high < 1.0 else "SLOWER"

    def row(self, name: str, metric: str) -> Row:
        return Row(name, metric, self.middle, self.low, self.high, self.of, 0)

    def text(self, factor: float = 1.0, digits: int = 0) -> str:
        shown = [f"{value * factor:.{digits}f}" for value in (self.middle, self.low, self.high)]
        return f"{shown[0]} [{shown[1]}, {shown[2]}]"


class Laps:
    """The laps of a race, by engine and repeat."""

    def __init__(self, laps: Sequence[Lap]) -> None:
        self.warm = [lap for lap in laps if lap.repeat == WARM]
        self._laps = [lap for lap in laps if lap.repeat != WARM]
        self.engines = list(dict.fromkeys(lap.engine for lap in self._laps))
        self.repeats = sorted({lap.repeat for lap in self._laps})
        shown: dict[tuple[str, int, int], bool] = {}
        for lap in self._laps:
            for number, pictured in enumerate(lap.pictured):
                key = (lap.task, lap.seed, number)
                shown[key] = shown.get(key, True) and pictured
        self._alike = {key for key, all_of in shown.items() if all_of}

    def of(self, engine: str, repeat: int | None = None) -> list[Lap]:
        """An engine's laps, of one repeat or of all."""
        return [lap for lap in self._laps if lap.engine == engine and repeat in (None, lap.repeat)]

    def steps(self, engine: str, repeat: int) -> list[float]:
        """Seconds of the steps at which every engine took a screenshot, but for those that ended an episode."""
        return [
            seconds
            for lap in self.of(engine, repeat)
            for number, seconds in enumerate(lap.steps[:-1])
            if (lap.task, lap.seed, number) in self._alike
        ]

    def figure(self, engine: str, value: Callable[[int], float]) -> Figure:
        return Figure.over([value(repeat) for repeat in self.repeats])

    def step(self, engine: str) -> Figure:
        return self.figure(engine, lambda repeat: median(self.steps(engine, repeat)))

    def rate(self, engine: str) -> Figure:
        """Steps a second."""
        return self.figure(engine, lambda repeat: len(self.steps(engine, repeat)) / sum(self.steps(engine, repeat)))

    def reset(self, engine: str) -> Figure:
        return self.figure(engine, lambda repeat: median(lap.reset for lap in self.of(engine, repeat)))

    def last(self, engine: str) -> Figure:
        return self.figure(engine, lambda repeat: median(lap.steps[-1] for lap in self.of(engine, repeat)))

    def episodes(self, engine: str) -> Figure:
        """Episodes a second, resets and last steps included."""

        def value(repeat: int) -> float:
            laps = self.of(engine, repeat)
            return len(laps) / sum(lap.reset + sum(lap.steps) for lap in laps)

        return self.figure(engine, value)

    def ratio(self, one: str, other: str, value: Callable[[str, int], float]) -> Figure:
        return Figure.over([value(one, repeat) / value(other, repeat) for repeat in self.repeats])

    def step_ratio(self, one: str, other: str) -> Figure:
        return self.ratio(one, other, lambda engine, repeat: median(self.steps(engine, repeat)))

    def reset_ratio(self, one: str, other: str) -> Figure:
        return self.ratio(one, other, lambda engine, repeat: median(lap.reset for lap in self.of(engine, repeat)))

    def episode_ratio(self, one: str, other: str) -> Figure:
        """Of the seconds an episode takes."""
        return self.ratio(
            one, other, lambda engine, repeat: sum(x.reset + sum(x.steps) for x in self.of(engine, repeat))
        )

    def solved(self, engine: str) -> tuple[int, int]:
        """How many episodes were solved, and of how many."""
        laps = self.of(engine)
        return sum(lap.solved for lap in laps), len(laps)

    def peak(self, engine: str) -> int:
        return max(lap.memory for lap in self.of(engine))


def rows(laps: Laps) -> list[Row]:
    """The rows of summary.json; an episode that was not solved counts as an error of its engine's rows."""
    found = []
    for engine in laps.engines:
        solved, of = laps.solved(engine)
        for metric, figure in {
            "browser_step_seconds": laps.step(engine),
            "browser_steps_per_second": laps.rate(engine),
            "browser_reset_seconds": laps.reset(engine),
            "browser_last_step_seconds": laps.last(engine),
            "browser_episodes_per_second": laps.episodes(engine),
        }.items():
            found.append(Row(engine, metric, figure.middle, figure.low, figure.high, of, of - solved))
        peak = float(laps.peak(engine))
        found.append(Row(engine, "browser_peak_bytes", peak, peak, peak, of, of - solved))
    for mine, label in ((OURS, ""), (OURS_SMALL, "same_picture_"), (OURS_CHROMIUM, "same_browser_")):
        for peer, name in PEERS.items():
            if {mine, peer} <= set(laps.engines):
                found.append(laps.step_ratio(mine, peer).row(f"step_{label}vs_{name}", "ratio"))
                found.append(laps.reset_ratio(mine, peer).row(f"reset_{label}vs_{name}", "ratio"))
                found.append(laps.episode_ratio(mine, peer).row(f"episode_{label}vs_{name}", "ratio"))
    return found


def table(laps: Laps) -> Table:
    """One row an engine."""
    columns = ["engine", "step, ms", "steps/s", "reset, ms", "last step, ms", "episodes/s", "start, s", "peak, MB",
               "solved", f"step {OURS}/it", f"step {OURS_SMALL}/it", f"reset {OURS}/it"]  # fmt: skip
    lines = []
    for engine in laps.engines:
        solved, of = laps.solved(engine)
        compared = [mine for mine in (OURS, OURS_SMALL) if engine not in MINE and mine in laps.engines]
        ratios = {mine: laps.step_ratio(mine, engine) for mine in compared}
        resets = [laps.reset_ratio(OURS, engine)] if OURS in compared else []
        start = [lap.reset for lap in laps.warm if lap.engine == engine]
        lines.append([
            engine, laps.step(engine).text(1e3), laps.rate(engine).text(digits=1), laps.reset(engine).text(1e3),
            laps.last(engine).text(1e3), laps.episodes(engine).text(digits=2),
            f"{median(start):.1f}" if start else "-", f"{laps.peak(engine) / 1e6:.0f}",
            f"{solved} of {of}" + ("" if solved == of else ": NOT ALL"),
            *(_compared(ratios.get(mine)) for mine in (OURS, OURS_SMALL)), _compared(*resets),
        ])  # fmt: skip
    return Table(f"MiniWoB++, {len(laps.repeats)} repeats", columns, lines, _NOTE)


def _compared(ratio: Figure | None = None) -> str:
    return "-" if ratio is None else f"{ratio.text(digits=2)} {ratio.verdict}"


def short_table(laps: Laps) -> Table:
    """What fits a terminal."""
    columns = ["engine", "step, ms", "steps/s", "reset, ms", "solved", f"step {OURS}/it", f"step {OURS_SMALL}/it"]
    whole = table(laps)
    places = [whole.columns.index(column) for column in columns]
    note = "Medians over repeats [lowest, highest]; more in report.html."
    return Table(whole.title, columns, [[cells[place] for place in places] for cells in whole.rows], note)


def task_table(laps: Laps) -> Table:
    """Median seconds of a step and of a reset by task, over all repeats."""
    every = [lap for engine in laps.engines for lap in laps.of(engine)]
    lines = []
    for task in dict.fromkeys(lap.task for lap in every):
        cells = []
        for engine in laps.engines:
            mine = [lap for lap in every if lap.task == task and lap.engine == engine]
            steps = [seconds for lap in mine for seconds in lap.steps[:-1]]
            cells.append(f"{1e3 * median(steps):.0f} / {1e3 * median(lap.reset for lap in mine):.0f}" if steps else "-")
        lines.append([task, *cells])
    return Table("Step / reset by task, ms", ["task", *laps.engines], lines)


def facts_table(laps: Laps, facts: Mapping[str, Mapping[str, str]], missing: Mapping[str, str]) -> Table:
    """The settings of every engine, and why others are missing."""
    columns = ["engine", "browser", "headless", "waits", "reset"]
    shapes = {lap.engine: f"{lap.shape[1]}×{lap.shape[0]}" for lap in laps.warm if len(lap.shape) == 3}
    lines = [[name, *(found.get(c, "") for c in columns), shapes.get(name, "")] for name, found in facts.items()]
    lines += [[name, "missing", "", "", "", reason, ""] for name, reason in missing.items()]
    return Table("Engines", ["name", *columns, "screenshot"], lines)
