"""A server's refusals, in its own words and in ours: what is wrong and what to do next."""

from __future__ import annotations

import json
import re

from model.base import ContextOverflowError, ModelError

# Wordings of vLLM, SGLang, llama-server and DashScope, old and new.
_OVERFLOW = re.compile(
    r"maximum context length|maximum model length|maximum allowed length|longer than the model's context length"
    r"|exceeds? the available context size|exceed_context_size|context size has been exceeded|context_length_exceeded"
    r"|too long to fit into the model|range of input length should be|input is too long",
    re.IGNORECASE,
)
_TOO_MANY = re.compile(r"at most (\d+) image", re.IGNORECASE)
_BLIND = re.compile(
    r"image input is not supported|is not a multimodal model|mmproj|not support(?:ing)? (?:image|vision|multimodal)"
    r"|images? (?:inputs? )?(?:is|are) not supported|unknown part type|only 'text' content|text-only",
    re.IGNORECASE,
)


class RefusedError(ModelError):
    """The request was refused for a reason not known here; `said` is the server's own text."""

    def __init__(self, message: str, said: str) -> None:
        super().__init__(message)
        self.said = said


def refusal(where: str, model: str, status: int, body: str, images: int) -> ModelError:
    """The error for an answer of `status` with `body` to a request that held so many images."""
    said = words(body)
    quoted = f"{where} answered {status}: {said[:300]}"
    if _OVERFLOW.search(said):
        return ContextOverflowError(
            f"the conversation does not fit the server's context window ({quoted}); serve it with a longer one "
            "(vLLM --max-model-len, SGLang --context-length, llama-server -c), lower --max-pixels or --max-tokens"
        )
    if (most := _TOO_MANY.search(said)) and int(most.group(1)) > 0:
        return ModelError(
            f"the server takes {most.group(1)} image(s) a request and the conversation has {images} ({quoted}); "
            """serve it with more, in vLLM with --limit-mm-per-prompt '{"image": 64}'"""
        )
    if most or (images and _BLIND.search(said)):
        return ModelError(
            f"the model {model} takes no images as it is served ({quoted}); serve a vision model, "
            "in llama-server with its --mmproj file"
        )
    if status in (401, 403):
        return ModelError(f"the server does not accept the key ({quoted}); put the right one in OPENAI_API_KEY")
    if is_page(body) and status < 500:  # a proxy before a server that is starting answers 5xx with a page
        return ModelError(f"{where} answered {status} with a web page; {_ADDRESS}")
    if status == 404 and "model" in said.lower():
        return ModelError(f"the server has no model {model} ({quoted}); choose one of its /models with URL#NAME")
    if status in (404, 405):
        return ModelError(f"{quoted}; {_ADDRESS}")
    return RefusedError(quoted, said)


def is_page(body: str) -> bool:
    """Whether this is HTML, which no model server answers with."""
    return body.lstrip()[:1] == "<"


def not_json(where: str, body: str) -> ModelError:
    """The error for an answer that should have been a JSON object."""
    kind = "a web page" if is_page(body) else "something other than a JSON object"
    return ModelError(f"{where} answered with {kind}: {body[:100]!r}; {_ADDRESS}")


def words(body: str) -> str:
    """The message in an error body of any of the usual forms, else the body."""
    try:
        found = json.loads(body)
    except ValueError:
        return body
    for _ in range(3):
        if not isinstance(found, dict):
            break
        found = next((found[key] for key in ("error", "message", "detail") if found.get(key)), body)
    return found if isinstance(found, str) else json.dumps(found, ensure_ascii=False)


_ADDRESS = "is it the address of an OpenAI-compatible server, which mostly ends in /v1?"
