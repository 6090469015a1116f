"""From what a user typed to the options of an env."""

from __future__ import annotations

import difflib
import json
from collections.abc import Sequence
from typing import Any

from envs.base import EnvError
from envs.options import EnvOption, options_of
from envs.registry import EnvSpec


def parse_settings(settings: Sequence[str]) -> dict[str, Any]:
    """`key=value` pairs as env options; values are JSON where they parse as JSON, else text. Raises EnvError."""
    found: dict[str, Any] = {}
    for setting in settings:
        key, sign, value = setting.partition("=")
        if not sign or not key.isidentifier():
            raise EnvError(f"{setting!r} is not of the form key=value")
        try:
            found[key] = json.loads(value)
        except ValueError:
            found[key] = value
    return found


def parse_flags(spec: EnvSpec, words: Sequence[str], known: Sequence[str] = ()) -> dict[str, Any]:
    """`--name value`, `--name=value` and `--flag` as options of an env.

    Args:
        words: what stood on the command line beside the command's own options.
        known: the command's own flags, for the hint when one is misspelt.

    Raises:
        EnvError: for an option that the env does not have, or a value that does not fit.
    """
    options = {option.flag: option for option in options_of(spec)} if words else {}
    found: dict[str, Any] = {}
    rest = list(words)
    while rest:
        flag, sign, value = rest.pop(0).partition("=")
        option = options.get(flag)
        if option is None:
            raise EnvError(_unknown(spec, flag, [*options, *known]))
        if not sign and option.kind is bool:
            value = rest.pop(0) if rest and rest[0].casefold() in ("true", "false") else "true"
        elif not sign:
            if not rest:
                raise EnvError(f"{flag} needs a value")
            value = rest.pop(0)
        _add(found, option, option.read(value))
    return found


def _add(found: dict[str, Any], option: EnvOption, value: Any) -> None:
    if option.repeated:
        found[option.name] = (*found.get(option.name, ()), value)
    elif option.name in found:
        raise EnvError(f"{option.flag} was given twice")
    else:
        found[option.name] = value


def _unknown(spec: EnvSpec, flag: str, flags: list[str]) -> str:
    if not flag.startswith("--"):
        return f"{flag!r} belongs to no option; put texts with spaces in quotes"
    near = difflib.get_close_matches(flag, flags, n=1)
    hint = f" Did you mean {near[0]}?" if near else ""
    return f"{spec.name} has no option {flag}.{hint} See: visuomotor envs {spec.name}"
