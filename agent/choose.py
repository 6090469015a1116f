"""From what a user typed to a policy."""

from __future__ import annotations

from dataclasses import replace

from actions.dialects.base import Dialect
from actions.dialects.registry import make_dialect
from agent.policy import ModelPolicy, OraclePolicy, Policy, RandomPolicy
from agent.telling import OracleTextPolicy
from model.base import ModelError, Sampling
from model.registry import ModelOptions, make_model

BUILT_IN = ("oracle", "oracle-text", "random")


def make_policy(
    spec: str,
    *,
    dialect: str | None = None,
    options: ModelOptions = ModelOptions(),  # noqa: B008 - frozen
    sampling: Sampling = Sampling(),  # noqa: B008 - frozen
    constrained: bool = True,
) -> Policy:
    """The policy of `oracle`, `oracle-text`, `random`, or anything `make_model` takes.

    Args:
        dialect: None takes the one the model was trained on.
        constrained: hold a model in process to the grammar of the actions.

    Raises:
        ModelError: no such model or dialect.
    """
    if spec == "oracle":
        return OraclePolicy(dialect_of(dialect or "qwen"))
    if spec == "oracle-text":
        return OracleTextPolicy(dialect_of(dialect or "qwen"))
    if spec == "random":
        return RandomPolicy(dialect_of(dialect or "qwen"))
    if dialect is not None:
        dialect_of(dialect)  # a wrong name is found before minutes of loading
    model = make_model(spec, replace(options, dialect=dialect))
    return ModelPolicy(
        model, dialect_of(dialect or model.dialect), sampling, constrained=constrained, tools=options.tools
    )


def dialect_of(name: str) -> Dialect:
    """The dialect of that name. Raises ModelError naming the choices."""
    try:
        return make_dialect(name)
    except ValueError as error:
        raise ModelError(str(error)) from error


def check_model(spec: str, options: ModelOptions, dialect: str | None) -> None:
    """Raise ModelError for a model that cannot be used, without loading its weights."""
    if dialect is not None:
        dialect_of(dialect)
    if spec not in BUILT_IN and not spec.startswith(("http://", "https://")):
        from model.qwen2vl.weights import LoadOptions, load_encoder, locate
        from model.registry import find_checkpoint

        bounds = LoadOptions(options.device, options.dtype, options.min_pixels, options.max_pixels)
        load_encoder(locate(find_checkpoint(spec)), bounds)
