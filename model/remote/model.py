"""A server as a Model: what is asked of it, and what it turned out not to take."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from actions.dialects.registry import make_dialect
from model.base import Completion, Generated, Message, ModelError, Sampling
from model.remote.answer import Ending, UnsaidError, conclude, read_answer
from model.remote.chat import as_chat
from model.remote.picture import PictureBook
from model.remote.refusal import RefusedError
from model.remote.request import Request
from model.remote.server import Patience, Server
from model.remote.session import RemoteSession

_log = logging.getLogger(__name__)
_MOST_STOPS = 4  # that the OpenAI interface takes


@dataclass(frozen=True, slots=True)
class RemoteOptions:
    """How to use a server.

    Args:
        dialect: of the served family.
        open_turn: send a conversation in one open assistant turn as such, screenshots inside it, to be continued
            (vLLM: add_generation_prompt, continue_final_message), in place of alternating turns.
        min_pixels: images of a smaller area are enlarged before they are sent.
        max_pixels: images of a larger area are reduced before they are sent.
        patience: timeouts and retries.
        extra: fields of the server's own for every request, such as chat_template_kwargs; they go before ours, and
            None takes one of ours out.
    """

    dialect: str = "hermes"
    open_turn: bool = False
    min_pixels: int | None = None
    max_pixels: int | None = None
    patience: Patience = field(default_factory=Patience)
    extra: Mapping[str, Any] = field(default_factory=dict)


class RemoteModel:
    """A server by its base URL, such as http://127.0.0.1:8000/v1, with or without a `#model-name` at the end.

    Without a name the server's only model is taken. Most chat interfaces cannot leave an assistant turn open
    (`RemoteOptions.open_turn` is for those that can), so a conversation in one open turn is sent as alternating turns:
    what the model wrote stays the assistant's, every observation becomes a user message. The prompt therefore differs
    from the one the Qwen2-VL report describes.

    The key, if the server wants one, is read from OPENAI_API_KEY. Raises ModelError when the server cannot be asked.
    """

    def __init__(self, url: str, options: RemoteOptions = RemoteOptions()) -> None:
        address, _, name = url.partition("#")
        self.options = options
        self.dialect = options.dialect
        self.constrains = False  # a grammar is not sent
        self._writer = make_dialect(options.dialect)
        self._server = Server(address, options.patience)
        self._pictures = PictureBook(options.min_pixels, options.max_pixels)
        self._refused: frozenset[str] = frozenset()
        self._watches = False
        self.url = self._server.url
        self.served = name or self._only_model()
        self.name = f"{self.url}#{self.served}"

    def session(self) -> RemoteSession:
        return RemoteSession(self.complete)

    def describe(self) -> dict[str, Any]:
        options = self.options
        return {
            "engine": "remote",
            "model": self.served,
            "url": self.url,
            "open_turn": options.open_turn,
            "min_pixels": options.min_pixels,
            "max_pixels": options.max_pixels,
            "extra": dict(options.extra),
        }

    def complete(self, messages: Sequence[Message], sampling: Sampling) -> Completion:
        """Continue a conversation.

        A native call in an answer, whether `sampling.tools` were declared or not, is turned into the dialect's text.
        The request is asked again without a field that the server refuses, and with the stop strings looked for here
        where it does not say which of them ended its answer; both are remembered, so that it happens once a model.

        Raises ModelError.
        """
        chat = as_chat(messages, self._pictures.url, open_turn=self.options.open_turn)
        while True:
            # A server's own parser needs a call's closing tag, which a stop string would keep from it.
            watching = self._watches or bool(sampling.tools)
            sent = () if watching else sampling.stop[:_MOST_STOPS]
            options = self.options
            request = Request(self.served, chat, sampling, sent, options.open_turn, options.extra)
            refused = self._refused
            try:
                read = partial(read_answer, stops=sampling.stop, sent=sent)
                answer = self._server.chat(request.body(refused), read)
            except RefusedError as error:
                blamed = request.blamed(error.said, refused)
                if not blamed:
                    raise
                _log.info("%s does not take %s: %s", self.url, ", ".join(sorted(blamed)), error.said[:200])
                self._refused |= blamed
                continue
            try:
                ending = conclude(answer, sampling.stop, sent, self._writer)
            except UnsaidError:
                if "stream" not in refused:
                    _log.info("%s does not say what ended its answer: stop strings are looked for here", self.url)
                    self._watches = True
                    continue
                ending = Ending(answer.text, "end")
            part = Generated(ending.text + (ending.stop or ""))
            return Completion(ending.text, ending.finish, ending.stop, part, answer.usage)

    def _only_model(self) -> str:
        models = self._server.models()
        if len(models) != 1:
            raise ModelError(f"{self.url} serves {models or 'no model'}; choose one with {self.url}#NAME")
        return models[0]
