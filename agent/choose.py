"""From what a user typed to a policy, an env and their options."""

from __future__ import annotations

import json
from typing import Any

from actions.dialects.registry import make_dialect
from agent.policy import ModelPolicy, OraclePolicy, Policy, RandomPolicy
from envs.base import EnvError
from model.base import Sampling
from model.registry import ModelOptions, make_model

BUILT_IN = ("oracle", "random")


def make_policy(
    spec: str,
    *,
    dialect: str | None = None,
    options: ModelOptions = ModelOptions(),  # noqa: B008 - frozen
    sampling: Sampling = Sampling(),  # noqa: B008 - frozen
) -> Policy:
    """The policy of `oracle`, `random`, or anything `make_model` takes.

    Args:
        dialect: None takes the one the model was trained on.

    Raises:
        ModelError: no such model. ValueError: no such dialect.
    """
    if spec == "oracle":
        return OraclePolicy(make_dialect(dialect or "qwen"))
    if spec == "random":
        return RandomPolicy(make_dialect(dialect or "qwen"))
    if dialect is not None:
        make_dialect(dialect)  # a wrong name is found before minutes of loading
    model = make_model(spec, options)
    return ModelPolicy(model, make_dialect(dialect or model.dialect), sampling)


def parse_settings(settings: list[str]) -> dict[str, Any]:
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
