"""Who takes part in the race: our engine, and the peers whose environments are there."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Any

from evals.speed.names import HELD, INT8, LLAMA, LLAMA8, OPENVINO, OURS, SCRATCH, VLLM
from evals.speed.ours import OurPeer
from evals.speed.peers.base import Peer, PeerError, PeerMissingError, find_environment
from evals.speed.peers.llamacpp import BINARY, LlamaCppPeer
from evals.speed.peers.openvino import OpenVinoPeer
from evals.speed.peers.plain import PlainPeer
from evals.speed.peers.vllm import VllmPeer
from evals.speed.race import Entry


@dataclass(frozen=True, slots=True)
class Field:
    """Who takes part, and why others do not."""

    entries: Sequence[Entry]
    missing: dict[str, str] = field(default_factory=dict)

    def close(self) -> None:
        for entry in self.entries:
            entry.peer.close()

    def taken(self, of: Race) -> Taken:
        """What is worth keeping of it."""
        peers = [entry.peer for entry in self.entries]
        return Taken(
            {entry.peer.name: entry.steps for entry in self.entries},
            {peer.name: peer.facts() for peer in peers},
            self.missing,
            asdict(of),
        )


@dataclass(frozen=True, slots=True)
class Race:
    """What makes laps of one race comparable with each other.

    Args:
        model: the checkpoint's folder.
        steps, peer_steps: how far ours goes, and the others.
        tokens: most tokens an answer.
        engine: a digest of our engine's sources.
    """

    model: str
    steps: int
    peer_steps: int
    tokens: int
    engine: str


@dataclass(frozen=True, slots=True)
class Taken:
    """A field as it is kept on disk: how many steps each engine goes, its facts, why others are missing, and in which
    race."""

    steps: dict[str, int] = field(default_factory=dict)
    facts: dict[str, dict[str, str]] = field(default_factory=dict)
    missing: dict[str, str] = field(default_factory=dict)
    race: dict[str, Any] = field(default_factory=dict)


def taken(out: Path, of: Race, wanted: Sequence[str]) -> Taken:
    """The field of the race in `out`, if all that are wanted took part; else an empty one.

    Raises PeerError when another race was run there: its laps are not to be taken for this one's, nor to be lost.
    """
    path = out / "engines.json"
    if not path.exists():
        return Taken()
    try:
        found = Taken(**json.loads(path.read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError) as error:
        raise PeerError(f"{path} cannot be read ({error}); take another --out") from error
    if other := [name for name, value in asdict(of).items() if found.race.get(name) != value]:
        raise PeerError(f"the race in {out} was run with another {' and '.join(other)}; take another --out")
    return found if set(wanted or _MAKERS) <= found.steps.keys() else Taken()


def digest_of_engine() -> str:
    """Of the sources of our engine as they are now."""
    import model

    folder, found = Path(model.__file__).parent / "qwen2vl", sha256()
    for path in sorted(path for path in folder.rglob("*") if path.suffix in (".py", ".cpp")):
        found.update(path.read_bytes())
    return found.hexdigest()[:16]


_MAKERS: dict[str, Callable[[Path], Peer]] = {
    HELD: lambda model: OurPeer(model, held=True),
    OURS: OurPeer,
    INT8: lambda model: OurPeer(model, "int8"),
    SCRATCH: PlainPeer,
    VLLM: lambda model: VllmPeer(model, find_environment("vllm")),
    OPENVINO: lambda model: OpenVinoPeer(model, find_environment("openvino")),
    LLAMA: lambda model: LlamaCppPeer(model, find_environment("llamacpp", BINARY)),
    LLAMA8: lambda model: LlamaCppPeer(model, find_environment("llamacpp", BINARY), "q8_0"),
}


def gather(model: Path, steps: int, peer_steps: int, wanted: Sequence[str]) -> Field:
    """Start every engine there is. Ours, held to the grammar, goes `steps` steps of a chat, the others `peer_steps`.

    Raises PeerError for a name that no engine has.
    """
    if unknown := [name for name in wanted if name not in _MAKERS]:
        raise PeerError(f"no engine is called {unknown[0]!r}; choose of {', '.join(_MAKERS)}")
    entries: list[Entry] = []
    missing: dict[str, str] = {}
    for name, make in _MAKERS.items():
        if wanted and name not in wanted:
            continue
        try:
            entries.append(Entry(make(model), steps if name == HELD else peer_steps))
        except PeerMissingError as error:
            missing[name] = str(error)
        except BaseException:
            Field(entries).close()
            raise
    return Field(entries, missing)
