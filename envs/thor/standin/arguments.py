"""The arguments each action takes, as AI2-THOR's dispatcher checks them."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

from envs.thor.standin.failure import FailedActionError

COMMON = frozenset(
    {
        "action",
        "agentId",
        "renderClassImage",
        "renderDepthImage",
        "renderFlowImage",
        "renderImage",
        "renderInstanceSegmentation",
        "renderNormalsImage",
        "renderObjectImage",
        "renderSemanticSegmentation",
        "sequenceId",
        "visibilityDistance",
    }
)


@dataclass(frozen=True, slots=True)
class Signature:
    """The names an action needs and may have; `anything` takes unknown ones too, as Initialize does."""

    needs: frozenset[str]
    may: frozenset[str]
    anything: bool = False


def signature(needs: str = "", may: str = "", *, anything: bool = False) -> Signature:
    return Signature(frozenset(needs.split()), frozenset(may.split()), anything)


def check(name: str, given: dict[str, Any], expected: Signature) -> None:
    """Raise FailedActionError with AI2-THOR's code for a missing or an unknown argument."""
    names = {key for key, value in given.items() if value is not None} - COMMON
    missing = sorted(expected.needs - names)
    if missing:
        raise FailedActionError(
            f"Action: {name} is missing the following arguments: {', '.join(missing)}", "MissingArguments"
        )
    unknown = sorted(names - expected.needs - expected.may)
    if unknown and not expected.anything:
        valid = ", ".join(sorted(expected.needs | expected.may)) or "none"
        raise FailedActionError(
            f"Action: {name} called with invalid argument: {', '.join(unknown)}. Valid arguments: {valid}",
            "InvalidArgument",
        )


def number(given: dict[str, Any], key: str, default: float) -> float:
    """A finite number. Raises FailedActionError for anything else."""
    value = given.get(key)
    if value is None:
        return default
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise FailedActionError(f"{key} must be a number, not {str(value)[:40]!r}", "InvalidArgument")
    return float(value)


def flag(given: dict[str, Any], key: str, default: bool = False) -> bool:
    value = given.get(key)
    if value is None:
        return default
    if not isinstance(value, bool):
        raise FailedActionError(f"{key} must be true or false, not {str(value)[:40]!r}", "InvalidArgument")
    return value


def text(given: dict[str, Any], key: str, default: str = "") -> str:
    value = given.get(key)
    if value is None:
        return default
    if not isinstance(value, str):
        raise FailedActionError(f"{key} must be text, not {str(value)[:40]!r}", "InvalidArgument")
    return value


def vector(given: dict[str, Any], key: str) -> dict[str, float] | None:
    """A place or a rotation as {x, y, z}; what is left out is 0. None when the argument is not given."""
    value = given.get(key)
    if value is None:
        return None
    if not isinstance(value, dict):
        raise FailedActionError(f"{key} must be an object with x, y and z, not {str(value)[:40]!r}", "InvalidArgument")
    return {axis: number(value, axis, 0.0) for axis in "xyz"}


def listed(given: dict[str, Any], key: str) -> list[Any]:
    value = given.get(key)
    if value is None:
        return []
    if not isinstance(value, list):
        raise FailedActionError(f"{key} must be a list, not {str(value)[:40]!r}", "InvalidArgument")
    return value
