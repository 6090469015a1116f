"""The shipped card checkpoint in process and behind a real vLLM: the same greedy actions, episode by episode."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from agent.choose import make_policy
from agent.guard import Budget
from agent.play import play
from agent.policy import Policy
from envs.registry import make_env
from evals.cards.metrics import GAMES
from evals.speed.peers.base import THREADS, find_environment
from evals.speed.peers.server import Server
from evals.speed.peers.vllm import ENVIRONMENT
from model.base import Sampling
from model.registry import CHECKPOINTS, ModelOptions

_SERVED = "cards"


@dataclass(frozen=True, slots=True)
class Compared:
    """One episode both ways: what each answered, in order, and how it ended."""

    game: str
    seed: int
    here: tuple[str, ...]
    there: tuple[str, ...]
    returns: tuple[float, float]

    @property
    def equal(self) -> bool:
        return self.here == self.there


@contextmanager
def server() -> Iterator[str]:
    """vLLM from $VISUOMOTOR_PEERS with the shipped checkpoint; yields its address. Raises PeerMissingError."""
    python = find_environment("vllm") / "bin/python"
    running = Server(
        [
            str(python), "-m", "vllm.entrypoints.openai.api_server", "--model", str(CHECKPOINTS / "cards"),
            "--served-model-name", _SERVED, "--host", "127.0.0.1", "--port", "{port}", "--dtype", "float32",
            "--enforce-eager", "--enable-prefix-caching", "--max-model-len", "8192", "--limit-mm-per-prompt",
            '{"image":64,"video":0}', "--chat-template-content-format", "openai",
        ],
        {**ENVIRONMENT, "OMP_NUM_THREADS": str(THREADS)},
    )  # fmt: skip
    try:
        yield f"{running.url}/v1#{_SERVED}"
    finally:
        running.close()


def compare(url: str, episodes: int) -> Iterator[Compared]:
    """Play `episodes` episodes, spread over the games, with both; free of the grammar, which no server is sent."""
    sampling = Sampling(max_tokens=256, temperature=0.0)
    here = make_policy("cards", sampling=sampling, constrained=False)
    there = make_policy(url, dialect="qwen", options=ModelOptions(open_turn=True), sampling=sampling)
    for number in range(episodes):
        game, seed = GAMES[number % len(GAMES)], number // len(GAMES)
        one, other = _play(game, seed, here), _play(game, seed, there)
        yield Compared(game, seed, one[0], other[0], (one[1], other[1]))


def _play(game: str, seed: int, policy: Policy) -> tuple[tuple[str, ...], float]:
    said: list[str] = []
    world = make_env(game)
    try:
        episode = play(
            world, policy, name=game, seed=seed, budget=Budget(steps=100),
            watchers=[lambda step: said.append(step.decision.text)],
        )  # fmt: skip
    finally:
        world.close()
    return tuple(said), episode.total_reward
