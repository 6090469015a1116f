"""Messages as OpenAI chat messages: every byte the same each time, so that the server's prefix cache hits."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from model.base import Generated, Image, Message, Part


def as_chat(messages: Sequence[Message], url: Callable[[Image], str], *, open_turn: bool) -> list[dict[str, Any]]:
    """The conversation, each image at its place in its turn.

    Args:
        url: of an image.
        open_turn: keep the parts of an assistant's turn together, images included. Otherwise what the model did not
            write itself becomes a user's turn: most servers take pictures from users alone.
    """
    chat: list[dict[str, Any]] = []
    for message in messages:
        for part in message.parts:
            theirs = message.role == "assistant" and not isinstance(part, Generated) and not open_turn
            role = "user" if theirs else message.role
            if not chat or chat[-1]["role"] != role:
                chat.append({"role": role, "content": []})
            _add(chat[-1]["content"], part, url)
    for entry in chat:
        if not any(part["type"] == "image_url" for part in entry["content"]):
            entry["content"] = "".join(part["text"] for part in entry["content"])
    return chat


def _add(content: list[dict[str, Any]], part: Part, url: Callable[[Image], str]) -> None:
    """Texts next to each other are one part: servers differ in what they put between two."""
    if isinstance(part, Image):
        content.append({"type": "image_url", "image_url": {"url": url(part)}})
    elif content and content[-1]["type"] == "text":
        content[-1]["text"] += part.text
    else:
        content.append({"type": "text", "text": part.text})
