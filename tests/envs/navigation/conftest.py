"""Files in the formats of the licensed data, made from a synthetic building."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from envs.navigation.synthetic import paint
from envs.navigation.synthetic.building import build
from envs.navigation.synthetic.sights import objects
from envs.navigation.synthetic.tasks import tasks
from envs.navigation.synthetic.waypoints import connectivity, graph

SEED = 3


@pytest.fixture(scope="session")
def files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """connectivity/, R2R/ and REVERIE/ of one building, as RealOptions wants them; the split is val_seen."""
    folder, building = tmp_path_factory.mktemp("vln"), build(SEED)
    for name in ("connectivity", "R2R", "REVERIE/BBox_compact"):
        (folder / name).mkdir(parents=True)
    scan = folder / "connectivity" / f"{building.scan}_connectivity.json"
    scan.write_text(json.dumps(connectivity(building)))
    paths = {
        one.path_id: {"scan": one.scan, "path_id": int(one.path_id), "path": one.path, "heading": one.heading,
                      "distance": one.distance, "instructions": []}
        for one in tasks("R2R", SEED)
    }  # fmt: skip
    for one in tasks("R2R", SEED):
        paths[one.path_id]["instructions"].append(one.text)
    (folder / "R2R" / "R2R_val_seen.json").write_text(json.dumps(list(paths.values())))
    entries = [
        {"scan": one.scan, "path_id": int(one.path_id), "path": one.path, "heading": one.heading,
         "objId": int(one.target), "id": f"{one.path_id}_{one.target}", "instructions": [one.text]}
        for one in tasks("REVERIE", SEED) if one.id.endswith("_0")
    ]  # fmt: skip
    (folder / "REVERIE" / "REVERIE_val_seen.json").write_text(json.dumps(entries))
    boxes = {
        viewpoint: {
            one.id: {
                "name": one.name.replace(" ", "#"),
                "visible_pos": one.views,
                "bbox2d": [[300, 200, 40, 60]] * len(one.views),
            }
            for one in objects(building, viewpoint)
        }
        for viewpoint in graph(building).ids
    }
    (folder / "REVERIE" / "BBox_compact" / f"{building.scan}.json").write_text(json.dumps(boxes))
    return folder


@pytest.fixture(autouse=True)
def small_faces(monkeypatch: pytest.MonkeyPatch) -> None:
    """Paint coarsely: what an episode is made of does not depend on it."""
    monkeypatch.setattr(paint, "FACE", 64)
