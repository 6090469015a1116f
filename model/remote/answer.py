"""A server's answer, streamed or whole, put together; and how it ended."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from actions.call import FunctionCall, ParseError
from actions.dialects.base import Dialect
from actions.dialects.literal import read_object
from model.base import ModelError, Usage
from model.remote.retry import PassingError

_CLOSING = re.compile(r"</([\w-]+)>")


@dataclass(slots=True)
class Answer:
    """What came back.

    `reason` is the server's own account of which stop string ended the text; `told` is whether it gives such accounts
    at all, None then meaning that no stop string did.
    """

    text: str = ""
    finish: str | None = None
    reason: object = None
    told: bool = False
    name: str = ""
    arguments: str = ""
    usage: Usage = field(default_factory=Usage)


@dataclass(frozen=True, slots=True)
class Ending:
    """The text before the stop string, and how it ended."""

    text: str
    finish: Literal["stop", "end", "length"]
    stop: str | None = None


class UnsaidError(Exception):
    """The server does not say which stop string ended its answer, or whether one did."""


def read_answer(pieces: Iterable[Mapping[str, Any]], stops: Sequence[str], sent: Sequence[str]) -> Answer:
    """Put an answer together, up to the first of `stops`.

    Args:
        pieces: chunks of a stream, or one whole completion.
        sent: those of `stops` which the server knows. It ends there by itself, and what it counts comes after that;
            at any other stop string nothing more is read.

    Raises:
        ModelError: there is no choice in it.
        PassingError: the stream ended before the answer did.
    """
    answer = Answer()
    last: Mapping[str, Any] = {}
    begun = False
    for piece in pieces:
        last = piece
        answer.usage = _usage(piece) or answer.usage
        choices = piece.get("choices")
        if not isinstance(choices, list) or not choices or not isinstance(choices[0], Mapping):
            continue
        begun = True
        _fold(answer, choices[0])
        found = find_stop(answer.text, stops)
        if found and (found[1] not in sent or found[0] + len(found[1]) < len(answer.text)):
            answer.finish = "stop"
            break
    if not begun:
        raise ModelError(f"the server answered without a choice: {str(dict(last))[:200]}")
    if answer.finish is None:
        raise PassingError("the server ended its answer in the middle")
    return answer


def conclude(answer: Answer, stops: Sequence[str], sent: Sequence[str], dialect: Dialect) -> Ending:
    """How an answer ended, its stop string put back where the server stripped it.

    A server that does not say which stop string it was is believed only where the text itself tells: after a tag that
    was opened and not closed, it was the closing tag (`<tool_call>…` and `</tool_call>`).

    Raises:
        UnsaidError: it may have been one of the stop strings, or none.
    """
    if answer.name:
        text = f"{answer.text}\n" if answer.text else ""
        stop = next((stop for stop in dialect.stop if stop in stops), None)
        return Ending(text + _render(answer, dialect), "stop" if stop else "end", stop)
    if found := find_stop(answer.text, stops):
        return Ending(answer.text[: found[0]], "stop", found[1])
    if answer.finish == "length":
        return Ending(answer.text, "length")
    if isinstance(answer.reason, str) and answer.reason in stops:
        return Ending(answer.text, "stop", answer.reason)
    if not answer.told:
        if closing := [stop for stop in sent if _is_open(answer.text, stop)]:
            return Ending(answer.text, "stop", closing[0])
        if any(not _CLOSING.fullmatch(stop) for stop in sent):
            raise UnsaidError
    return Ending(answer.text, "end")


def find_stop(text: str, stops: Sequence[str]) -> tuple[int, str] | None:
    """Where the first stop string in a text begins, and which it is; of two at one place the longer."""
    found = [(text.find(stop), -len(stop), stop) for stop in stops if stop and stop in text]
    if not found:
        return None
    at, _, stop = min(found)
    return at, stop


def _is_open(text: str, stop: str) -> bool:
    tag = _CLOSING.fullmatch(stop)
    return tag is not None and text.rfind(f"<{tag.group(1)}>") > text.rfind(stop)


def _fold(answer: Answer, choice: Mapping[str, Any]) -> None:
    said = choice.get("delta") or choice.get("message") or {}
    answer.text += said.get("content") or ""
    answer.finish = choice.get("finish_reason") or answer.finish
    for key in ("stop_reason", "matched_stop"):  # vLLM's name and SGLang's
        if key in choice:
            answer.told = True
            answer.reason = choice[key] if choice[key] is not None else answer.reason
    for call in said.get("tool_calls") or []:
        if call.get("index", 0) == 0:  # one call a turn: later ones were made without seeing what this one did
            function = call.get("function") or {}
            answer.name += function.get("name") or ""
            answer.arguments += function.get("arguments") or ""
            if "index" not in call:
                break


def _render(answer: Answer, dialect: Dialect) -> str:
    """A native call as the dialect writes it; arguments that cannot be read stay so, for the parser to complain of."""
    try:
        arguments, _ = read_object(answer.arguments or "{}")
    except ParseError:
        return dialect.render(FunctionCall(answer.name, {})).replace("{}", answer.arguments, 1)
    return dialect.render(FunctionCall(answer.name, arguments))


def _usage(piece: Mapping[str, Any]) -> Usage | None:
    """OpenAI's usage, or llama-server's timings where there is none."""
    used, timings = piece.get("usage") or {}, piece.get("timings") or {}
    if not used and not timings:
        return None
    reused = _count(timings, "cache_n") or _count(piece, "tokens_cached")
    prompt = _count(used, "prompt_tokens") or _count(timings, "prompt_n") + reused
    cached = _count(used.get("prompt_tokens_details") or {}, "cached_tokens") or reused
    completion = _count(used, "completion_tokens") or _count(timings, "predicted_n")
    return Usage(prompt, min(cached, prompt), completion)


def _count(found: Mapping[str, Any], key: str) -> int:
    value = found.get(key)
    return value if isinstance(value, int) else 0
