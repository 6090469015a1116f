"""Recorded episodes as training conversations, exactly as the loop showed them to the model."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from actions.dialects.registry import make_dialect
from actions.space import FunctionSchema
from agent import prompt
from agent.record import RecordedEpisode, RecordError, episode_files, read_episode
from envs.base import Observation
from model.base import Generated, Message, Text


@dataclass(frozen=True, slots=True)
class Selection:
    """Which recorded episodes are worth learning from."""

    min_return: float | None = None
    """Leave out episodes that returned less."""


class Demonstrations(Sequence[list[Message]]):
    """The finished episodes of some runs, read again each time they are asked for (images stay on disk).

    Raises RecordError when a run holds none that is selected.
    """

    def __init__(self, runs: Sequence[Path], selection: Selection = Selection()) -> None:
        self.files = [path for run in runs for path in episode_files(run) if _selected(path, selection)]
        if not self.files:
            raise RecordError(f"no finished episode in {', '.join(map(str, runs))} is selected; record some first")

    def __len__(self) -> int:
        return len(self.files)

    def __getitem__(self, index: int) -> list[Message]:  # type: ignore[override]
        return conversation(read_episode(self.files[index]))


def _selected(path: Path, selection: Selection) -> bool:
    end = read_episode(path).end
    if end is None or end["outcome"] in ("error", "interrupted"):
        return False
    return selection.min_return is None or end["total_reward"] >= selection.min_return


def conversation(recorded: RecordedEpisode) -> list[Message]:
    """The messages of a recorded episode. What the model wrote without a valid action is shown but not learnt.

    Raises RecordError when the header does not hold the functions that were declared.
    """
    dialect = make_dialect(recorded.header.dialect)
    try:
        functions = [FunctionSchema(**function) for function in recorded.header.functions]
    except TypeError as error:
        raise RecordError(f"{recorded.path}:1 does not hold the declared functions ({error})") from error
    messages: list[Message] = []
    for number, step in enumerate(recorded.steps):
        seen: Observation = {"image": recorded.images.get(step["image"]), "text": step["text"]}
        if number == 0:
            messages += prompt.opening(functions, dialect, seen)
        else:
            messages.append(
                prompt.result(
                    dialect, seen if step["fresh"] else None, step["note"], recorded.steps[number - 1]["stop"]
                )
            )
        written = step["raw"] + (step["stop"] or "")
        part = Generated(written) if step["action"] is not None else Text(written)
        messages.append(Message("assistant", (part,)))
    return messages
