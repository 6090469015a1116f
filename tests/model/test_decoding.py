"""Stop strings and the choice of tokens."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
import torch
from transformers import (
    RepetitionPenaltyLogitsProcessor,
    TemperatureLogitsWarper,
    TopKLogitsWarper,
    TopPLogitsWarper,
)

from model.base import Sampling
from model.qwen2vl.decoding import Sampler, StopMatch, find_stop

NONE = torch.tensor([], dtype=torch.long)


def test_the_earliest_stop_string_wins_and_of_two_the_longer() -> None:
    assert find_stop("ab</x>", ("</x>", "b")) == StopMatch("b", 1, 2)
    assert find_stop("ab", ("a", "ab")) == StopMatch("ab", 0, 2)
    assert find_stop("ab", ("c", "")) is None


def test_the_checkpoint_decides_unless_it_is_overridden() -> None:
    sampled = SimpleNamespace(do_sample=True, temperature=0.7, top_k=20, top_p=0.8)
    assert not Sampler(Sampling(), sampled, NONE, 0).greedy
    assert Sampler(Sampling(temperature=0.0), sampled, NONE, 0).greedy
    assert Sampler(Sampling(), SimpleNamespace(do_sample=True, temperature=0.01, top_k=1, top_p=0.001), NONE, 0).greedy
    assert not Sampler(Sampling(temperature=0.8), SimpleNamespace(do_sample=True, top_k=1, top_p=0.001), NONE, 0).greedy
    assert Sampler(Sampling(), SimpleNamespace(do_sample=False), NONE, 0).greedy
    assert not Sampler(Sampling(temperature=1.0), SimpleNamespace(do_sample=False), NONE, 0).greedy


def test_forbidden_tokens_are_never_chosen() -> None:
    sampler = Sampler(Sampling(temperature=0.0), SimpleNamespace(), torch.tensor([2]), 0)
    assert sampler.choose(torch.tensor([0.0, 1.0, 9.0]), []) == 1


@pytest.mark.parametrize(("temperature", "k", "p"), [(1.0, 0, 1.0), (0.7, 5, 1.0), (1.3, 0, 0.6), (1.0, 8, 0.5)])
def test_the_distribution_is_that_of_transformers(
    temperature: float, k: int, p: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    logits = torch.randn(40, generator=torch.Generator().manual_seed(3)) * 2
    seen: list[torch.Tensor] = []

    def note(chances: torch.Tensor, *args: object, **kwargs: object) -> torch.Tensor:
        seen.append(chances / chances.sum())
        return torch.tensor([0])

    monkeypatch.setattr(torch, "multinomial", note)
    sampling = Sampling(temperature=temperature, top_k=k, top_p=p, repetition_penalty=1.2)
    Sampler(sampling, SimpleNamespace(), NONE, 0).choose(logits, [1, 2, 2])
    expected = RepetitionPenaltyLogitsProcessor(1.2)(torch.tensor([[1, 2, 2]]), logits[None].clone())
    expected = TemperatureLogitsWarper(temperature)(NONE, expected)
    if k:
        expected = TopKLogitsWarper(k)(NONE, expected)
    if p < 1:
        expected = TopPLogitsWarper(p)(NONE, expected)
    assert torch.allclose(seen[0], expected[0].softmax(-1), atol=1e-6)
