"""Observations to messages: what the model is told, in the words of its dialect."""

from __future__ import annotations

from collections.abc import Sequence

from actions.dialects.base import Dialect
from actions.space import ActionSpace, FunctionSchema
from envs.base import Observation
from model.base import Generated, Image, Message


def opening(
    functions: Sequence[FunctionSchema], dialect: Dialect, observation: Observation, note: str = ""
) -> list[Message]:
    """The system prompt and the first user turn: goal, then screenshot."""
    system = "\n\n".join(text for text in (dialect.declare(functions), note) if text)
    return [
        Message.of("system", system),
        Message.of("user", dialect.quote(observation["text"]), Image(observation["image"])),
    ]


def result(dialect: Dialect, observation: Observation | None, note: str, stop: str | None) -> Message:
    """What a call brought about: the new screenshot, if there is one, then text.

    Args:
        observation: None when the world was not touched (the answer held no valid action).
        note: the runtime's own words, such as what was wrong with the answer.
        stop: how the completion ended, which decides what the dialect still has to write.
    """
    frame = dialect.frame(stop)
    words = "\n".join(text for text in ((observation or {"text": ""})["text"], note) if text)
    image = [Image(observation["image"])] if observation is not None else []
    return Message.of(frame.role, frame.before, *image, dialect.quote(words), frame.after)


def conversation_of(
    space: ActionSpace, dialect: Dialect, turns: Sequence[tuple[Observation, Generated]]
) -> list[Message]:
    """A played episode as the messages of a session: what training reads and what the session was given."""
    messages: list[Message] = []
    for observation, answer in turns:
        if not messages:
            messages = opening(space.schema(), dialect, observation)
        else:
            messages.append(result(dialect, observation, "", dialect.stop[0]))
        messages.append(Message.of("assistant", answer))
    return messages
