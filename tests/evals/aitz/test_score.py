"""What a run leaves behind: the files, and the tables of the terminal."""

from __future__ import annotations

import csv
import json
from pathlib import Path

from actions.android import OpenApp, Press, Swipe
from actions.point import Point
from actions.screen import Click
from envs.replay.step import PRESS_HOME
from evals.aitz.judging import resolved
from evals.aitz.predictions.base import Prediction, Reading
from evals.aitz.published import PEERS
from evals.aitz.report.files import table_text
from evals.aitz.report.tables import counted, peer_table
from evals.aitz.rules.aitw import Aitw
from evals.aitz.rules.registry import ALL
from evals.aitz.score import score_predictions, tables, write_scores
from evals.summary import read_summary
from tests.evals.aitz.made import coat, episode, step

SET = [
    episode(
        [
            step(PRESS_HOME, number=0, episode="18446744073709551615", description="press the home button"),
            step(touch=(0.5, 0.5), lift=(0.1, 0.5), number=1, episode="18446744073709551615", description="scroll up"),
            step(
                touch=(0.5, 0.5), number=2, episode="18446744073709551615", description="tap", elements=[(0, 0, 9, 9)]
            ),
        ],
        "18446744073709551615",
    )
]
SAID = {
    ("18446744073709551615", 0): Prediction(Press("Home")),
    ("18446744073709551615", 1): Prediction(Swipe("down")),
    ("18446744073709551615", 2): Prediction(OpenApp("Clock")),
    ("4", 0): Prediction(Press("Home")),
}


def test_the_files(tmp_path: Path) -> None:
    scores = score_predictions(SET, SAID)
    reading = Reading("own", SAID, duplicates=(("4", 0),), notes=("told twice",))
    write_scores(tmp_path, scores, {"history": "gold", "inputs": "instruction"}, reading=reading)
    lines = [json.loads(line) for line in (tmp_path / "steps.jsonl").read_text().splitlines()]
    assert [(line["episode_id"], line["step_id"]) for line in lines] == [("18446744073709551615", n) for n in range(3)]
    assert all(line.keys() == {"episode_id", "step_id", "rules"} for line in lines)
    assert lines[1]["rules"].keys() == {rules.name for rules in ALL}
    assert lines[1]["rules"]["aitw"] == {"type": True, "exact": True}
    assert lines[1]["rules"]["strict"] == {"type": True, "exact": False}
    assert read_summary(tmp_path / "summary.json") == list(scores.rows)
    run = json.loads((tmp_path / "summary.json").read_text())["run"]
    assert run["settings"] == {"history": "gold", "inputs": "instruction"}
    assert run["counts"]["unknown_episodes"] == 1
    assert run["counts"]["foreign"] == {"open_app": 1}
    assert run["predictions"]["duplicates"] == [["4", 0]]
    assert {each["name"]: each["version"] for each in run["rules"]}["aitz-published-2024-10"] == "2024-10"
    with (tmp_path / "steps.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["aitw exact"] for row in rows] == ["1", "1", "0"]
    assert rows[2]["gold"] == "click (0.500, 0.500)"
    with (tmp_path / "scores.csv").open(newline="") as file:
        assert len(list(csv.DictReader(file))) == len(scores.rows)
    assert (tmp_path / "report.html").stat().st_size > 5000


def test_the_tables() -> None:
    shown = tables(score_predictions(SET, SAID))
    steps, episodes, kinds, subsets, rules = shown
    assert steps.title == "3 steps of 1 episode"
    assert [row[0] for row in steps.rows] == [row[0] for row in episodes.rows] == [one.name for one in ALL]
    assert steps.rows[0] == ["qwen-agentcpm", "66.7 [0.0, 100.0]", "33.3 [0.0, 100.0]", "100.0"]
    assert episodes.rows[0][1:] == ["33.3 [0.0, 100.0]", "0.0 [0.0, 100.0]", "–"]
    assert "widened by 70 of 1000" in episodes.note
    assert kinds.columns == ["rule-set", "click", "scroll", "press"]
    assert kinds.rows[0] == ["qwen-agentcpm", "0.0/0.0", "100.0/0.0", "100.0/100.0"]
    assert kinds.rows[-1] == ["steps", "1", "1", "1"]
    assert subsets.columns == ["rule-set", "general"]
    for table in shown[:4]:
        widths = [max(map(len, column)) for column in zip(table.columns, *table.rows, strict=True)]
        assert sum(widths) + 2 * len(widths) <= 80
    assert all(len(row) == len(table.columns) for table in shown for row in table.rows)
    assert rules.rows[0][1]


def test_what_could_not_be_taken_is_said() -> None:
    said = " ".join(counted(score_predictions(SET, {("9", 9): Prediction(None, "no call")})))
    assert "Without a prediction: 3 steps." in said
    assert "1 step that the set does not hold; episodes unknown: 1." in said
    said = " ".join(counted(score_predictions(SET, SAID)))
    assert "open_app 1" in said
    assert "aitz-published-2024-10 at 1 step." in said  # a description that begins with "tap"
    assert counted(score_predictions(SET, SAID, (Aitw(),))) != []


def test_peers_have_sources() -> None:
    assert all(peer.source and (peer.exact_match or 0) > 0 for peer in PEERS)
    table = peer_table()
    assert ["Qwen2-VL-72B", "89.6", "72.1"] in [list(row[:3]) for row in table.rows]
    assert "rule-sets" in table.note


def test_cells_are_never_formulas() -> None:
    assert table_text(["a", "b"], [["=1+1", 2], ["", "-x"]]) == "a,b\n'=1+1,2\n,'-x\n"


def test_an_index_becomes_a_click_for_the_other_rule_sets() -> None:
    boxed = step(touch=(0.5, 0.5), description="click", elements=[(280, 115, 40, 40), (0, 0, 20, 20)])
    said = Prediction(None, index=1, coat=coat("click_element", idx=1).coat)
    assert resolved(boxed, said).action == Click(Point(0.5, 0.5))
    assert resolved(boxed, Prediction(None, index=2)).problem == "the screen has 2 elements, none of index 2"
    assert resolved(boxed, Prediction(None, index=-1)).action is None
    scores = score_predictions([episode([boxed])], {("1", 0): said})
    exact = {rules.name: scores.episodes[0].steps[0].verdicts[at].exact for at, rules in enumerate(scores.rules)}
    assert exact.pop("aitz-published-2024-10") is False
    assert all(exact.values())
    assert scores.counts.unreadable == 0
