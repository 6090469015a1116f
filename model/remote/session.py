"""A conversation with a server."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from model.base import GREEDY, Completion, Image, Message, Sampling

Ask = Callable[[Sequence[Message], Sampling], Completion]


class RemoteSession:
    """Sends the whole conversation each time; the server's own prefix cache does the rest.

    `Usage.images_encoded` counts the images that this conversation had not sent before: a server does not say which
    it still remembered. Create with `RemoteModel.session`.
    """

    def __init__(self, ask: Ask, messages: Sequence[Message] = (), sent: frozenset[Image] = frozenset()) -> None:
        self._ask = ask
        self._messages = list(messages)
        self._sent = sent

    @property
    def messages(self) -> Sequence[Message]:
        return tuple(self._messages)

    def append(self, message: Message) -> None:
        self._messages.append(message)

    def complete(self, sampling: Sampling = GREEDY) -> Completion:
        """As Session.complete.

        Raises:
            ContextOverflowError: the conversation does not fit the server's window, which only the server knows.
            ModelError: no answer. The session is unchanged, as on Ctrl-C, which closes the connection at once.
        """
        completion = self._ask(self._messages, sampling)
        images = frozenset(image for message in self._messages for image in message.images)
        usage = replace(completion.usage, images_encoded=len(images - self._sent))
        self._messages.append(Message("assistant", (completion.part,)))
        self._sent |= images
        return replace(completion, usage=usage)

    def propose(self, sampling: Sampling = GREEDY) -> Completion:
        return self.fork().complete(sampling)

    def fork(self) -> RemoteSession:
        return RemoteSession(self._ask, self._messages, self._sent)
