"""What a scene is: something with words on it that a person photographs, and what can be asked of it."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from PIL import Image

from evals.function_calling.drawing import Theme

Schema = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Posed:
    """A drawn scene with a question whose call can be read off the picture.

    `content` is what is written on the picture, as JSON values: what arguments are compared with goes back to it.
    """

    image: Image.Image
    content: dict[str, Any]
    question: str
    name: str
    arguments: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Scene:
    """A kind of picture: its name, language, functions of its own, and how one is made of chance."""

    name: str
    language: str
    functions: tuple[Schema, ...]
    pose: Callable[[random.Random, Theme], Posed]


def function(name: str, description: str, **parameters: Schema) -> Schema:
    """A function whose parameters are all required, as JSON Schema."""
    schema = {"type": "object", "properties": parameters, "required": list(parameters)}
    return {"name": name, "description": description, "parameters": schema}


def text(description: str, *choices: str) -> Schema:
    schema: Schema = {"type": "string", "description": description}
    return schema | {"enum": list(choices)} if choices else schema


def whole(description: str) -> Schema:
    return {"type": "integer", "description": description}


def number(description: str) -> Schema:
    return {"type": "number", "description": description}


def texts(description: str) -> Schema:
    return {"type": "array", "items": {"type": "string"}, "description": description}


def clock(minutes: int) -> str:
    """HH:MM of a day."""
    return f"{minutes // 60 % 24:02d}:{minutes % 60:02d}"
