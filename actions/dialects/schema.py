"""The words in which a schema is shown to a model, shared by the dialects."""

from __future__ import annotations

import json

from actions.point import Box, Point, PointScale
from actions.space import ActionSpace, FunctionSchema, parameters_of


def describe(schema: FunctionSchema) -> str:
    """One line: what the function does and its parameters, if it has any."""
    if not schema.parameters["properties"]:
        return schema.description
    return f"{schema.description} Parameters: {json.dumps(schema.parameters, ensure_ascii=False)}"


def declares_coordinates(space: ActionSpace, scale: PointScale) -> list[str]:
    """A line on the unit of coordinates, or none when no action takes any."""
    kinds = {parameter.kind for action in space.actions for parameter in parameters_of(action)}
    if not kinds & {Point, Box}:
        return []
    return [f"Points are [x, y] from the top left, x from 0 to {scale.width:g} and y from 0 to {scale.height:g}."]
