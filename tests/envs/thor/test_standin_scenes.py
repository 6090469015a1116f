"""The scenes that the stand-in reads from ALFRED's files, some of them damaged."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np

from envs.thor.standin.alfred import load

START = {"x": 0.25, "y": 0.9, "z": 0.25, "rotation": 0, "horizon": 30}
DESK, FRIDGE = "Desk|+01.00|+00.00|+01.00", "Fridge|+02.00|+00.00|+01.00"


def trial(named: str, **scene: object) -> dict[str, object]:
    step = {"planner_action": {"action": "OpenObject", "objectId": named}}
    whole = {"floor_plan": "FloorPlan1", "init_action": START, "object_poses": [], **scene}
    return {"scene": whole, "plan": {"high_pddl": [step], "low_actions": []}}


def test_damaged_trials_do_not_break_the_others_of_their_scene(tmp_path: Path) -> None:
    layouts = tmp_path / "gen" / "layouts"
    layouts.mkdir(parents=True)
    np.save(layouts / "FloorPlan1-layout.npy", np.array([[0.0, 0.0], [0.25, 0.0], [0.25, 0.25]]))
    far = {**START, "x": 1e308}
    lines = [
        '{"scene": {"floor_plan": "FloorPlan1"',
        *(
            json.dumps(one)
            for one in (
                trial(DESK, object_poses=[None]),
                trial(DESK, init_action=far),
                trial(DESK, init_action=None),
                ["FloorPlan1"],
                trial(FRIDGE),
            )
        ),
    ]
    (tmp_path / "valid_seen.jsonl").write_text("\n".join(lines))
    assert set(load(tmp_path, "FloorPlan1").fixed) == {FRIDGE}
