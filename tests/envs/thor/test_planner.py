"""The shortest way over the grid."""

from __future__ import annotations

import networkx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from envs.thor.planner import Paths, Pose, looks, pose_of
from envs.thor.poses import HORIZONS, REACH, Extent, viewpoints

AHEAD = ((0, 1), (1, 0), (0, -1), (-1, 0))
cells = st.sets(st.tuples(st.integers(0, 5), st.integers(0, 5)), min_size=1, max_size=36)
horizons = st.sampled_from(HORIZONS)


def walk(pose: Pose, moves: list[str], free: set) -> Pose:
    x, z, turn, horizon = pose.x, pose.z, pose.turn, pose.horizon
    for move in moves:
        match move:
            case "MoveAhead":
                x, z = x + AHEAD[turn][0], z + AHEAD[turn][1]
                assert (x, z) in free
            case "RotateLeft":
                turn = (turn - 1) % 4
            case "RotateRight":
                turn = (turn + 1) % 4
            case "LookUp":
                horizon -= 15
            case "LookDown":
                horizon += 15
    return Pose(x, z, turn, horizon)


def graph_of(free: set) -> networkx.DiGraph:
    graph = networkx.DiGraph()
    for x, z in free:
        for turn in range(4):
            graph.add_edge((x, z, turn), (x, z, (turn + 1) % 4))
            graph.add_edge((x, z, turn), (x, z, (turn - 1) % 4))
            ahead = (x + AHEAD[turn][0], z + AHEAD[turn][1])
            if ahead in free:
                graph.add_edge((x, z, turn), (*ahead, turn))
    return graph


@given(cells, st.data(), horizons, horizons)
def test_the_way_leads_there_over_free_cells_and_none_is_shorter(free, data, first, last):
    start = Pose(*data.draw(st.sampled_from(sorted(free))), data.draw(st.integers(0, 3)), first)
    goal = Pose(*data.draw(st.sampled_from(sorted(free))), data.draw(st.integers(0, 3)), last)
    paths, graph = Paths(start, free), graph_of(free)
    if not networkx.has_path(graph, (start.x, start.z, start.turn), (goal.x, goal.z, goal.turn)):
        assert paths.cost(goal) is None
        with pytest.raises(KeyError):
            paths.moves(goal)
        return
    moves = paths.moves(goal)
    assert walk(start, moves, free) == goal
    shortest = networkx.shortest_path_length(graph, (start.x, start.z, start.turn), (goal.x, goal.z, goal.turn))
    assert len(moves) == paths.cost(goal) == shortest + abs(last - first) // 15


def test_a_step_tried_in_vain_is_not_taken_again():
    free = {(0, 0), (0, 1), (1, 0), (1, 1)}
    start, goal = Pose(0, 0, 0), Pose(0, 1, 0)
    assert Paths(start, free).moves(goal) == ["MoveAhead"]
    assert Paths(start, free, {(0, 0, 0)}).cost(goal) == 7  # around: right, ahead, left, ahead, left, ahead, right


def test_looking_goes_in_steps_of_fifteen_degrees():
    assert looks(30, 0) == ["LookUp", "LookUp"]
    assert looks(0, 15) == ["LookDown"]
    assert looks(30, 30) == []


def test_a_pose_is_read_off_the_metadata():
    agent = {"position": {"x": 1.2499, "y": 0.9, "z": -0.5}, "rotation": {"y": 270.0002}, "cameraHorizon": 29.99998}
    assert pose_of(agent) == Pose(5, -2, 3, 30)
    assert pose_of({**agent, "rotation": {"y": 359.9}}).turn == 0


@given(st.floats(-2, 2), st.floats(0, 2.2), st.floats(-2, 2))
def test_viewpoints_are_in_reach_and_face_the_object(x, y, z):
    room = [(i, j) for i in range(-10, 11) for j in range(-10, 11)]
    found = viewpoints(Extent(x, y, z), room)
    assert found
    assert [awkward for awkward, _ in found] == sorted(awkward for awkward, _ in found)
    for _, pose in found:
        dx, dz = x - pose.x / 4, z - pose.z / 4
        assert (dx**2 + dz**2) ** 0.5 <= REACH
        ahead = AHEAD[pose.turn]
        assert dx * ahead[0] + dz * ahead[1] >= -0.26  # in front, or under the feet
        assert pose.horizon in HORIZONS


def test_large_things_are_gone_to_at_their_near_side():
    bed = Extent(0, 0.3, 3.0, 1.0, 0.3, 2.0)
    _, best = viewpoints(bed, [(0, j) for j in range(-8, 4)])[0]
    assert best.turn == 0
    assert 0.1 <= 1.0 - best.z / 4 <= REACH


def test_room_is_left_for_a_door():
    fridge = Extent(0, 0.9, 1.0, 0.4, 0.9, 0.4)
    cells = [(0, j) for j in range(-4, 3)]
    near = viewpoints(fridge, cells)[0][1]
    far = viewpoints(fridge, cells, opens=True)[0][1]
    assert far.z <= near.z
    assert 0.6 - far.z / 4 >= 0.5


def test_without_a_box_the_position_is_what_there_is():
    assert Extent.of({"position": {"x": 1, "y": 2, "z": 3}}) == Extent(1, 2, 3)
    box = {"center": {"x": 1, "y": 2, "z": 3}, "size": {"x": 2, "y": 4, "z": 6}}
    assert Extent.of({"position": {"x": 0, "y": 0, "z": 0}, "axisAlignedBoundingBox": box}) == Extent(1, 2, 3, 1, 2, 3)
