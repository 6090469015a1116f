"""The body of a request, and which of its fields a server does not take."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from model.base import Sampling

# vLLM's way to leave the last turn open; SGLang knows the second.
_CONTINUE = {"add_generation_prompt": False, "continue_final_message": True}
# Fields which not every server takes. Those that OpenAI does not know come first: a refusal of unknown fields that
# names none of them is about all of these. A field stands before the one it is part of.
_FOREIGN = (
    "continuous_usage_stats",
    "timings_per_token",
    "include_stop_str_in_output",
    "no_stop_trim",
    "repetition_penalty",
    "top_k",
    *_CONTINUE,
)
_OPTIONAL = (*_FOREIGN, "stream_options", "seed", "stream")
_UNKNOWN = re.compile(
    r"unknown|unrecogni[sz]ed|unsupported|unexpected|not permitted|extra (?:field|input)", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Request:
    """One completion.

    Args:
        model: the name it is served under.
        chat: the conversation as OpenAI messages.
        sampling: how to complete.
        sent: those of the stop strings that the server is told; the others are looked for here.
        open_turn: a last turn of the assistant's must be continued; without it, another one may follow it.
        extra: fields of the server's own; they go before ours, and None takes one of ours out.
    """

    model: str
    chat: Sequence[Mapping[str, Any]]
    sampling: Sampling
    sent: Sequence[str] = ()
    open_turn: bool = False
    extra: Mapping[str, Any] = field(default_factory=dict)

    def body(self, refused: Collection[str]) -> dict[str, Any]:
        """The JSON to post, without the fields in `refused`."""
        sampling, watching = self.sampling, len(self.sent) < len(self.sampling.stop)
        options = {"include_usage": True, "continuous_usage_stats": watching or None}
        body: dict[str, Any] = {
            "model": self.model,
            "messages": self.chat,
            "max_tokens": sampling.max_tokens,
            "temperature": sampling.temperature,
            "top_p": sampling.top_p,
            "top_k": sampling.top_k,
            # vLLM takes the checkpoint's own where none is given: 1.05 for Qwen2-VL.
            "repetition_penalty": sampling.repetition_penalty,
            "seed": sampling.seed,
            "stop": list(self.sent) or None,
            # To keep the stop string in the text: vLLM's name, SGLang's name.
            "include_stop_str_in_output": True if self.sent else None,
            "no_stop_trim": True if self.sent else None,
            "stream": True,
            "stream_options": _without(options, refused) if "stream" not in refused else None,
            # Who closes the connection at a stop string never sees the last piece, which has the counts.
            "timings_per_token": watching or None,
            "tools": [{"type": "function", "function": asdict(schema)} for schema in sampling.tools] or None,
        }
        if self.chat and self.chat[-1]["role"] == "assistant":
            body |= _CONTINUE
        return _without(_without(body, refused) | dict(self.extra), ())

    def blamed(self, said: str, refused: Collection[str]) -> frozenset[str]:
        """The optional fields that a refusal of this request is about; none when it is about something else."""
        body = self.body(refused)
        needed = {*self.extra, *(_CONTINUE if self.open_turn else ())}
        there = [name for name in _OPTIONAL if name in {*body, *body.get("stream_options", {})} - needed]
        for name in there:
            if re.search(rf"\b{name}(?:ing)?\b", said, re.IGNORECASE):
                return frozenset({name})
        return frozenset(there) & frozenset(_FOREIGN) if _UNKNOWN.search(said) else frozenset()


def _without(fields: Mapping[str, Any], refused: Collection[str]) -> dict[str, Any]:
    return {key: value for key, value in fields.items() if value is not None and key not in refused}
