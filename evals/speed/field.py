"""Who takes part in the race: our engine, and the peers whose environments are there."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from evals.speed.names import HELD, INT8, LLAMA, LLAMA8, OPENVINO, OURS, SCRATCH, VLLM
from evals.speed.ours import OurPeer
from evals.speed.peers.base import Peer, PeerMissingError, find_environment
from evals.speed.race import Entry


@dataclass(frozen=True, slots=True)
class Field:
    """Who takes part, and why others do not."""

    entries: Sequence[Entry]
    missing: dict[str, str] = field(default_factory=dict)

    def close(self) -> None:
        for entry in self.entries:
            entry.peer.close()

    def taken(self) -> Taken:
        """What is worth keeping of it."""
        peers = [entry.peer for entry in self.entries]
        return Taken(
            {entry.peer.name: entry.steps for entry in self.entries},
            {peer.name: peer.facts() for peer in peers},
            self.missing,
        )


@dataclass(frozen=True, slots=True)
class Taken:
    """A field as it is kept on disk: how many steps each engine goes, its facts, and why others are missing."""

    steps: dict[str, int]
    facts: dict[str, dict[str, str]]
    missing: dict[str, str]


def taken(out: Path, steps: int, peer_steps: int) -> Taken:
    """The field of the run in `out`, if it went as far as is asked for; else an empty one."""
    try:
        found = Taken(**json.loads((out / "engines.json").read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):
        return Taken({}, {}, {})
    return found if set(found.steps.values()) <= {steps, peer_steps} else Taken({}, {}, {})


def gather(model: Path, steps: int, peer_steps: int, wanted: Sequence[str]) -> Field:
    """Start every engine there is. Ours goes `steps` steps of a chat, the others `peer_steps`."""
    from evals.speed.peers.llamacpp import BINARY, LlamaCppPeer
    from evals.speed.peers.openvino import OpenVinoPeer
    from evals.speed.peers.plain import PlainPeer
    from evals.speed.peers.vllm import VllmPeer

    makers: dict[str, tuple[int, Callable[[], Peer]]] = {
        HELD: (steps, lambda: OurPeer(model, held=True)),
        OURS: (peer_steps, lambda: OurPeer(model)),
        INT8: (peer_steps, lambda: OurPeer(model, "int8")),
        SCRATCH: (peer_steps, lambda: PlainPeer(model)),
        VLLM: (peer_steps, lambda: VllmPeer(model, find_environment("vllm"))),
        OPENVINO: (peer_steps, lambda: OpenVinoPeer(model, find_environment("openvino"))),
        LLAMA: (peer_steps, lambda: LlamaCppPeer(model, find_environment("llamacpp", BINARY))),
        LLAMA8: (peer_steps, lambda: LlamaCppPeer(model, find_environment("llamacpp", BINARY), "q8_0")),
    }
    entries: list[Entry] = []
    missing: dict[str, str] = {}
    for name, (far, make) in makers.items():
        if wanted and name not in wanted:
            continue
        try:
            peer = make()
            entries.append(Entry(peer, far))
        except PeerMissingError as error:
            missing[name] = str(error)
        except BaseException:
            Field(entries).close()
            raise
    return Field(entries, missing)
