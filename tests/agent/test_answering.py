"""Options that every evaluation has in common, offered to typer one by one."""

from __future__ import annotations

from typing import Annotated

import pytest
import typer
from typer.testing import CliRunner

from agent.commands.answering import GREEDY, Answering, with_answering
from model.base import Sampling

seen: list[tuple[str, int, Answering]] = []


def command(**defaults: object) -> typer.Typer:
    app = typer.Typer()

    @app.command()
    @with_answering(**defaults)
    def play(
        model: Annotated[str, typer.Option(help="Who plays.")] = "cards",
        answering: Answering = GREEDY,
        steps: int = 3,
    ) -> None:
        """Play."""
        seen.append((model, steps, answering))

    seen.clear()
    return app


def test_the_fields_are_options_beside_the_commands_own() -> None:
    words = ["--model", "a", "--steps", "5", "--max-tokens", "9", "--free", "--dialect", "hermes", "--timeout", "4",
             "--window-policy", "evict", "--lookup", "5"]  # fmt: skip
    result = CliRunner().invoke(command(), words)
    assert result.exit_code == 0, result.output
    (asked,) = seen
    assert asked == (
        "a", 5, Answering("hermes", 9, window_policy="evict", lookup=5, free=True, timeout=4.0)
    )  # fmt: skip
    assert asked[2].options.window_policy == "evict"
    assert asked[2].sampling.lookup == 5


def test_what_is_left_out_is_the_commands_own_default_then_everybodys() -> None:
    CliRunner().invoke(command(max_tokens=256), [])
    CliRunner().invoke(command(), [])
    assert seen == [("cards", 3, GREEDY)]
    assert CliRunner().invoke(command(max_tokens=256), []).exit_code == 0
    assert seen == [("cards", 3, Answering(max_tokens=256))]


@pytest.mark.parametrize("words", [["--max-tokens", "0"], ["--window", "3"], ["--answering", "x"]])
def test_bad_values_are_refused_as_typer_does(words: list[str]) -> None:
    assert CliRunner().invoke(command(), words).exit_code == 2
    assert seen == []


def test_settings_are_what_decides_the_answers() -> None:
    answering = Answering(max_tokens=7, window=512, max_pixels=784, timeout=1.0)
    assert "timeout" not in answering.settings()
    assert Answering(**answering.settings()).settings() == answering.settings()
    assert answering.sampling == Sampling(max_tokens=7, temperature=0.0)
    assert (answering.options.window, answering.options.max_pixels, answering.options.timeout) == (512, 784, 1.0)
