"""What every peer offers, and where the environments of those that need one are found."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

THREADS = 2
"""Threads every peer computes with."""

PREPARE = "python -m evals.speed.peers.prepare"


class PeerError(RuntimeError):
    """The peer was there and did not do its work; the message holds its own words."""


class PeerMissingError(PeerError):
    """Something a peer needs is not there; the message says what, and how to get it."""


@dataclass(frozen=True, slots=True)
class PeerStep:
    """One turn of a chat.

    Args:
        seconds: from handing over the screenshot's path to holding the whole answer.
        first_token: seconds until the first text of the answer, where the peer tells.
        tokens: written, the one that ends the turn counted or not as the peer counts it.
        text: the answer without control tokens.
        prompt: tokens of the whole prompt, where the peer tells.
        cached: how many of them were not computed again, where the peer tells.
        passes: through the network after the prompt, where the engine tells.
    """

    seconds: float
    first_token: float | None
    tokens: int
    text: str
    prompt: int | None = None
    cached: int | None = None
    passes: int | None = None


class Peer(Protocol):
    """An engine in a chat: a system turn if one was given, then user turns of one screenshot and a text each."""

    name: str

    def facts(self) -> dict[str, str]:
        """Version, dtype of the weights and of the KV cache, and the flags that matter."""
        ...

    def begin(self) -> None:
        """Forget everything, caches included: a new chat."""
        ...

    def step(self, screenshot: Path, text: str, tokens: int) -> PeerStep:
        """One more user turn and its greedy answer of `tokens` tokens at most, which the chat keeps."""
        ...

    @property
    def group(self) -> int:
        """The process group it computes in, to be frozen while others take their turn; 0: this process."""
        ...

    def memory(self) -> int:
        """Peak resident bytes of its process, or of its processes added up (pages they share count in each)."""
        ...

    def close(self) -> None:
        """End its processes. Nothing may be asked afterwards; closing twice does no harm."""
        ...


def find_environment(name: str, needed: str = "bin/python") -> Path:
    """The folder of one peer's environment below $VISUOMOTOR_PEERS. Raises PeerMissingError."""
    root = os.environ.get("VISUOMOTOR_PEERS")
    if not root:
        raise PeerMissingError(
            f"VISUOMOTOR_PEERS is not set; set it to a folder for the peers' environments and run `{PREPARE} install`"
        )
    return check_environment(Path(root) / name, needed)


def check_environment(folder: Path, needed: str = "bin/python") -> Path:
    """`folder` if it holds the file `needed`. Raises PeerMissingError."""
    if not (folder / needed).exists():
        raise PeerMissingError(f"{folder / needed} is missing; `{PREPARE} install --only {folder.name}` makes it")
    return folder


def beside(model: Path, ending: str) -> Path:
    """Where a conversion of a checkpoint folder is kept: next to it, under its name and an ending."""
    return model.resolve().parent / f"{model.resolve().name}{ending}"


def converted(model: Path, ending: str) -> Path:
    """A conversion that must be there. Raises PeerMissingError."""
    path = beside(model, ending)
    if not path.exists():
        raise PeerMissingError(f"{path} is missing; `{PREPARE} convert {model}` makes it")
    return path
