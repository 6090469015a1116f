"""The words in which a schema is shown to a model, shared by the dialects."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from actions.point import PointScale
from actions.space import FunctionSchema


def describe(schema: FunctionSchema) -> str:
    """One line: what the function does and its parameters, if it has any."""
    if not schema.parameters["properties"]:
        return schema.description
    return f"{schema.description} Parameters: {json.dumps(schema.parameters, ensure_ascii=False)}"


def declares_coordinates(functions: Sequence[FunctionSchema], scale: PointScale) -> list[str]:
    """A line on the unit of coordinates, or none when no function takes any."""
    if not any(_is_place(kind) for function in functions for kind in function.parameters["properties"].values()):
        return []
    return [f"Points are [x, y] from the top left, x from 0 to {scale.width:g} and y from 0 to {scale.height:g}."]


def _is_place(parameter: dict[str, Any]) -> bool:
    """Whether a parameter is a point or a box, as `ActionSpace.schema` writes them."""
    numbers = parameter.get("items") == {"type": "number"}
    return numbers and parameter.get("minItems") == parameter.get("maxItems") and parameter.get("minItems") in (2, 4)
