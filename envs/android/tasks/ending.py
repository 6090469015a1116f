"""What of the phone's document a task is judged by: what a person would say is on the phone, and nothing besides."""

from __future__ import annotations

import json
from typing import Any

State = dict[str, Any]

# What changes by itself, or by looking: none of it is damage.
_PASSING = ("version", "seed", "labels", "faults", "next_id", "notifications", "settings", "web")
_PASSING_DEVICE = (
    "clock", "permissions", "battery", "charging", "awake", "locked", "input_method", "animation", "rotation", "secure",
)  # fmt: skip
# Which number a thing was given and when: whoever deletes an alarm and makes the same anew has changed nothing.
_NUMBERS = ("id", "time", "contact", "unread")


def essence(state: State) -> State:
    """The state without ids, times, histories and orders, so that equal ones mean the same to a person."""
    kept = {name: value for name, value in state.items() if name not in _PASSING}
    kept["device"] = {name: value for name, value in state["device"].items() if name not in _PASSING_DEVICE}
    maps = state["maps"]
    kept["maps"] = {"saved": sorted(maps["saved"]), "route": maps["route"]}
    kept["shop"] = {name: value for name, value in state["shop"].items() if name != "products"}
    kept["files"] = [{**entry, "parent": path(state, entry["parent"])} for entry in state["files"]["entries"]]
    result: State = _plain(kept)
    return result


def same(one: State, other: State) -> bool:
    """Whether two states are the same but for what does not matter."""
    return essence(one) == essence(other)


def path(state: State, folder: int) -> str:
    """Where a folder is: its name after those it is in; "" is the root."""
    entry = next((entry for entry in state["files"]["entries"] if entry["id"] == folder), None)
    return "" if entry is None else f"{path(state, entry['parent'])}/{entry['name']}"


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _plain(part) for name, part in value.items() if name not in _NUMBERS}
    if isinstance(value, list):
        parts = [_plain(part) for part in value]
        # What one says comes in an order; nothing else that apps list does.
        return parts if parts and isinstance(parts[0], dict) and "mine" in parts[0] else sorted(parts, key=_key)
    return value


def _key(value: Any) -> str:
    return json.dumps(value, sort_keys=True, ensure_ascii=False)
