"""The checkpoint that ships is a genuine Qwen2-VL that plays."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch
from transformers import AutoProcessor, AutoTokenizer, Qwen2VLForConditionalGeneration

from actions.dialects.qwen import QwenDialect
from agent.guard import Budget
from agent.play import play
from agent.policy import ModelPolicy
from envs.registry import make_env
from evals.cards.metrics import GAMES, score
from model.base import Image, Message, Sampling
from model.qwen2vl.model import Qwen2VL
from model.registry import CHECKPOINTS, make_model
from tests.model.reference import complete_and_check

CARDS = CHECKPOINTS / "cards"
GREEDY = Sampling(max_tokens=128, temperature=0.0)


@pytest.fixture(scope="module")
def model() -> Qwen2VL:
    made = make_model("cards")
    assert isinstance(made, Qwen2VL)
    return made


def test_it_is_small_and_loads_by_plain_from_pretrained() -> None:
    network, info = Qwen2VLForConditionalGeneration.from_pretrained(CARDS, output_loading_info=True)
    assert not info["missing_keys"]
    assert not info["unexpected_keys"]
    assert sum(parameter.numel() for parameter in network.parameters()) <= 12_000_000
    assert sum(path.stat().st_size for path in CARDS.rglob("*")) <= 25 * 2**20
    assert network.config.vision_config.spatial_merge_size == 2


def test_transformers_own_processor_reads_it() -> None:
    processor = AutoProcessor.from_pretrained(CARDS)
    screen = make_env("Points24").reset(seed=1)[0]["image"]
    chat = [{"role": "user", "content": [{"type": "image"}, {"type": "text", "text": "Read the cards."}]}]
    text = processor.apply_chat_template(chat, add_generation_prompt=True)
    inputs = processor(text=[text], images=[screen], return_tensors="pt")
    assert inputs["image_grid_thw"].tolist() == [[1, 8, 8]]
    network = Qwen2VLForConditionalGeneration.from_pretrained(CARDS)
    assert torch.isfinite(network(**inputs).logits).all()


def test_its_tokenizer_can_spell_anything() -> None:
    tokenizer = AutoTokenizer.from_pretrained(CARDS)
    for text in ("naïve 東京 🎴", "<|im_end|>", "✿FUNCTION✿: Append"):
        assert tokenizer.decode(tokenizer.encode(text, split_special_tokens=True)) == text


def test_its_session_equals_plain_transformers_through_a_game(model: Qwen2VL) -> None:
    env = make_env("EZPoints")
    observation, _ = env.reset(seed=5)
    session = model.session()
    session.append(Message.of("user", observation["text"], Image(observation["image"])))
    for _ in range(3):
        complete_and_check(model, session, Sampling(max_tokens=24, temperature=0.0, stop=("✿RESULT✿",)))
        observation, *_ = env.step(env.unwrapped.oracle()[1])  # type: ignore[attr-defined]
        session.append(Message.of("assistant", ": ", Image(observation["image"]), "\n✿RETURN✿"))


def played(model: Qwen2VL, game: str, episodes: int, first: int) -> dict[str, float]:
    policy = ModelPolicy(model, QwenDialect(), GREEDY)
    account = [
        play(make_env(game), policy, name=game, seed=seed, budget=Budget()) for seed in range(first, first + episodes)
    ]
    return {row.metric: row.value for row in score(account) if row.name == game}


@pytest.mark.parametrize(("game", "least"), [("NumberLine", 0.9), ("EZPoints", 0.9)])
def test_it_wins_what_can_be_won(model: Qwen2VL, game: str, least: float) -> None:
    assert played(model, game, 10, 50_000)["success_rate"] >= least


def test_it_plays_blackjack_as_the_policy_that_wins_most(model: Qwen2VL) -> None:
    assert played(model, "Blackjack", 20, 50_000)["best_action_rate"] >= 0.85


@pytest.mark.slow
@pytest.mark.parametrize(
    ("game", "metric", "least"),
    [
        ("NumberLine", "success_rate", 0.98),
        ("EZPoints", "success_rate", 0.97),
        ("Blackjack", "best_action_rate", 0.95),
        ("Points24", "success_rate", 0.55),
    ],
)
def test_it_keeps_its_figures_on_many_deals(model: Qwen2VL, game: str, metric: str, least: float) -> None:
    assert game in GAMES
    assert played(model, game, 200, 60_000)[metric] >= least


def test_it_is_where_the_name_says(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert make_model("cards").name == str(CARDS)
