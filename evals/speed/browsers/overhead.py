"""What our env itself costs a step at 1280×720: everything but the model, on pages of our own over loopback."""

from __future__ import annotations

import http.server
import json
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import median, quantiles

import gymnasium

from actions.browser import Click, Scroll, TypeText
from actions.point import Point
from actions.space import Action
from envs.base import Observation
from evals.speed.browsers.figures import Figure
from evals.summary import Row, Table

Env = gymnasium.Env[Observation, Action]

SIZE = (1280, 720)
TARGET = 0.150
"""Seconds a step may take at the median."""
_HEAD = "<!doctype html><meta charset=utf-8><style>body{font:16px/1.5 sans-serif;margin:40px}</style>"
_STATIC = f"<title>Static</title>{_HEAD}<h1>Reading</h1>" + "".join(
    f"<h2>Part {part}</h2><p>{'Words that fill a paragraph of a page that never changes. ' * 12}</p>"
    for part in range(40)
)
_FORM = f"""<title>Form</title>{_HEAD}
<style>input,button{{position:absolute;left:100px;width:400px;height:32px}} #box{{width:32px}}</style>
<h1>Order</h1><input id=name style="top:100px"><input id=mail style="top:160px">
<input id=box type=checkbox style="top:220px"><button style="top:280px">Send</button>
<p id=said style="position:absolute;top:340px;left:100px"></p>
<script>document.querySelector('button').onclick = () => {{
  said.textContent = `Thank you, ${{document.getElementById('name').value}}.`; }};</script>"""
_LIST = f"""<title>List</title>{_HEAD}
<style>#find{{position:absolute;top:40px;left:100px;width:400px;height:32px}}
#rows{{position:absolute;top:100px;left:100px;width:800px;height:560px;overflow:auto;margin:0;padding:0}}
li{{height:32px;list-style:none;border-bottom:1px solid #ccc}} .on{{background:#cfc}}</style>
<input id=find><ul id=rows></ul><p id=clock style="position:absolute;top:40px;left:560px;margin:0"></p>
<script>
const rows = document.getElementById('rows'), find = document.getElementById('find');
const draw = () => {{ rows.replaceChildren(...Array.from({{ length: 300 }}, (_, i) => `row ${{i}}`)
  .filter(text => text.includes(find.value))
  .map(text => Object.assign(document.createElement('li'), {{ textContent: text }}))); }};
find.oninput = draw;
rows.onclick = event => setTimeout(() => event.target.classList.toggle('on'), 20);
setInterval(() => {{ clock.textContent = new Date().toLocaleTimeString(); }}, 1000);
draw();
</script>"""
PAGES = {"static": _STATIC, "form": _FORM, "list": _LIST}


def _click(x: float, y: float) -> Click:
    return Click(Point(x / SIZE[0], y / SIZE[1]))


ACTIONS: dict[str, Sequence[Action]] = {
    "static": (_click(640, 300), Scroll("down"), Scroll("down"), _click(400, 500), Scroll("up"), _click(300, 200)),
    "form": (
        _click(300, 116), TypeText("Ada Lovelace"), _click(300, 176), TypeText("ada@example.org"), _click(116, 236),
        _click(300, 296),
    ),
    "list": (
        _click(300, 56), TypeText("row 1"), _click(300, 150), Scroll("down", 5, Point(0.3, 0.5)), _click(300, 300),
        Scroll("up", 5, Point(0.3, 0.5)),
    ),
}  # fmt: skip
"""What is done on each page, in order."""


@dataclass(frozen=True, slots=True)
class Step:
    """One step: seconds of all of it, and of its waiting for the page and taking the screenshot."""

    page: str
    repeat: int
    number: int
    kind: str
    seconds: float
    settle: float
    shot: float

    @property
    def act(self) -> float:
        """The action itself, and all that is neither waiting nor the screenshot."""
        return self.seconds - self.settle - self.shot


def run(repeats: int, path: Path, make: Callable[[str], Env]) -> list[Step]:
    """Every page `repeats` times, in turn; whole ones on disk are not run again."""
    done = read(path)
    steps = [step for step in done if step.repeat < repeats and _whole(done, step.page, step.repeat)]
    left = [(repeat, page) for repeat in range(repeats) for page in PAGES if not _whole(steps, page, repeat)]
    with path.open("w", encoding="utf-8") as file, serving() as address:
        for step in steps:
            file.write(json.dumps(asdict(step)) + "\n")
        if not left:
            return steps
        envs = {page: make(f"{address}/{page}") for page in PAGES}
        try:
            for env in envs.values():  # the browser starts at a first reset
                env.reset()
            for repeat, page in left:
                for step in visit(envs[page], page, repeat):
                    steps.append(step)
                    file.write(json.dumps(asdict(step)) + "\n")
                    file.flush()
        finally:
            for env in envs.values():
                env.close()
    return steps


def visit(env: Env, page: str, repeat: int) -> Iterator[Step]:
    """One page from its beginning."""
    env.reset()
    for number, action in enumerate(ACTIONS[page]):
        started = time.perf_counter()
        *_, info = env.step(action)
        seconds = time.perf_counter() - started
        spent = info["seconds"]
        yield Step(page, repeat, number, action.name, seconds, spent["settle"], spent["shot"])


def read(path: Path) -> list[Step]:
    """The steps on disk; a line cut off by an interruption is left out."""
    steps = []
    for line in path.read_text(encoding="utf-8").splitlines() if path.exists() else ():
        try:
            steps.append(Step(**json.loads(line)))
        except (ValueError, TypeError):
            continue
    return steps


def _whole(steps: Sequence[Step], page: str, repeat: int) -> bool:
    return {step.number for step in steps if (step.page, step.repeat) == (page, repeat)} == set(
        range(len(ACTIONS[page]))
    )


@contextmanager
def serving() -> Iterator[str]:
    """The pages on a loopback port; the address."""

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            text = PAGES.get(self.path.lstrip("/"))
            body = (text or "").encode()
            self.send_response(200 if text is not None else 404)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()


def ninetieth(values: Sequence[float]) -> float:
    """The 90th percentile."""
    return quantiles(values, n=10, method="inclusive")[-1] if len(values) > 1 else values[0]


def over(steps: Sequence[Step], value: Callable[[Sequence[float]], float]) -> Figure:
    """What `value` makes of the seconds of all steps of a repeat, over the repeats."""
    repeats = sorted({step.repeat for step in steps})
    return Figure.over([value([step.seconds for step in steps if step.repeat == repeat]) for repeat in repeats])


def rows(steps: Sequence[Step]) -> list[Row]:
    """The rows of summary.json."""
    return [
        over(steps, median).row("overhead_step_seconds", "s"),
        over(steps, ninetieth).row("overhead_step_seconds_p90", "s"),
    ]


def table(steps: Sequence[Step]) -> Table:
    """By page and kind of step: the median and the 90th percentile over all repeats, and where the time goes."""
    groups = [("all", "all")] + [(page, "all") for page in PAGES] + sorted({("all", step.kind) for step in steps})
    lines = []
    for page, kind in groups:
        mine = [step for step in steps if page in ("all", step.page) and kind in ("all", step.kind)]
        seconds = [step.seconds for step in mine]
        parts = [median(values) for values in (
            [step.act for step in mine], [step.settle for step in mine], [step.shot for step in mine]
        )]  # fmt: skip
        shown = [f"{1e3 * value:.0f}" for value in (median(seconds), ninetieth(seconds), *parts)]
        lines.append([page, kind, *shown, str(len(mine))])
    note = (
        "Settle includes the wait that makes sure of quiet (the option `quiet`); act is what is neither of the others."
    )
    columns = ["page", "step", "median, ms", "90th, ms", "act, ms", "settle, ms", "shot, ms", "steps"]
    return Table(f"Our env at {SIZE[0]}×{SIZE[1]}", columns, lines, note)
