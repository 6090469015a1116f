"""The engine's ways to save work: none of them changes an answer."""

from __future__ import annotations

import gc
import random
import resource
import threading
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
import torch

from actions.call import CallError
from actions.dialects.registry import make_dialect
from actions.space import ActionSpace
from envs.registry import make_env
from evals.speed.exact import traced
from evals.speed.peers.memory import peak_of, restart_peak
from model.base import ContextOverflowError, Generated, Image, Message, ModelError, Sampling
from model.qwen2vl.answer import Answer
from model.qwen2vl.engine import Engine, Task
from model.qwen2vl.history import DROPPED, Window, runs_of
from model.qwen2vl.language import Feed, LanguageModel
from model.qwen2vl.model import EngineOptions, Qwen2VL
from model.qwen2vl.positions import positions
from model.qwen2vl.session import QwenSession
from model.qwen2vl.weights import LoadOptions
from model.registry import CHECKPOINTS
from tests.model.reference import complete_and_check, complete_many_and_check, plain_network
from tests.model.test_session import SHORT, picture

CARDS = CHECKPOINTS / "cards"


@pytest.fixture(scope="module")
def model(tiny_checkpoint: Path) -> Qwen2VL:
    return Qwen2VL(str(tiny_checkpoint))


def opened(model: Qwen2VL, seed: int, text: str = "the screen") -> QwenSession:
    rng = random.Random(seed)
    session = model.session()
    session.append(Message.of("user", text, picture(rng), " seen" * rng.randrange(30)))
    return session


# Batches.


@pytest.mark.parametrize("count", [2, 5, 9])
def test_together_as_one_at_a_time(model: Qwen2VL, count: int) -> None:
    samplings = [
        Sampling(max_tokens=3 + n, temperature=0.0 if n % 2 else 1.2, seed=n, stop=("a",) if n % 3 else ())
        for n in range(count)
    ]
    together = model.complete_many([opened(model, n) for n in range(count)], samplings)
    alone = [opened(model, n).complete(samplings[n]) for n in range(count)]
    assert [c.part for c in together] == [c.part for c in alone]
    assert [c.finish for c in together] == [c.finish for c in alone]


def test_a_batch_takes_fewer_passes(model: Qwen2VL, monkeypatch: pytest.MonkeyPatch) -> None:
    passes = []
    forward = LanguageModel.forward

    def counting(self: LanguageModel, feeds: Sequence[Feed]) -> torch.Tensor:
        passes.append(len(feeds))
        return forward(self, feeds)

    monkeypatch.setattr(LanguageModel, "forward", counting)
    model.complete_many([opened(model, n) for n in range(4)], [Sampling(max_tokens=6, temperature=0.0, lookup=0)] * 4)
    assert passes == [4] * 6


def test_threads_are_completed_together(tiny_checkpoint: Path) -> None:
    model = Qwen2VL(str(tiny_checkpoint))
    sessions = [opened(model, n) for n in range(6)]
    expected = [session.fork().complete(SHORT).part for session in sessions]
    found: dict[int, object] = {}
    together = []
    step = Engine.step

    def counting(self: Engine, tasks: Sequence[Task]) -> None:
        together.append(len(tasks))
        step(self, tasks)

    def work(n: int) -> None:
        found[n] = sessions[n].complete(SHORT).part

    threads = [threading.Thread(target=work, args=(n,)) for n in range(6)]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Engine, "step", counting)
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(60)
    assert [found[n] for n in range(6)] == expected
    assert max(together) > 1


def test_an_interrupt_in_one_thread_leaves_the_others_answers(tiny_checkpoint: Path) -> None:
    model = Qwen2VL(str(tiny_checkpoint))
    sessions = [opened(model, n) for n in range(2)]
    expected = sessions[1].fork().complete(Sampling(max_tokens=30, temperature=0.0, lookup=0)).part
    found: list[object] = []
    begun = threading.Event()
    step = Engine.step

    def slow(self: Engine, tasks: Sequence[Task]) -> None:
        begun.set()
        step(self, tasks)

    class Change(threading.Condition):
        """Whoever waits for another's pass is interrupted once."""

        def wait(self, timeout: float | None = None) -> bool:
            if threading.current_thread() is threading.main_thread() and not interrupted.is_set():
                interrupted.set()
                raise KeyboardInterrupt
            return super().wait(timeout)

    interrupted = threading.Event()
    model.batch._change = Change()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Engine, "step", slow)
        long = Sampling(max_tokens=30, temperature=0.0, lookup=0)
        other = threading.Thread(target=lambda: found.append(sessions[1].complete(long).part))
        other.start()
        assert begun.wait(30)
        try:
            sessions[0].complete(long)
        except KeyboardInterrupt:
            assert interrupted.is_set()
        other.join(60)
    assert found == [expected]
    complete_and_check(model, sessions[0], SHORT)
    complete_and_check(model, sessions[1], SHORT)


def test_one_that_cannot_begin_leaves_the_others_usable(model: Qwen2VL) -> None:
    small = QwenSession(model.batch, Window(tokens=40, reserve=0))
    small.append(Message.of("user", "seen " * 12))
    while True:  # fill its window to the last token
        try:
            small.append(Message.of("assistant", "a"))
        except ContextOverflowError:
            break
    good = opened(model, 1)
    before = good.messages
    with pytest.raises(ContextOverflowError):
        model.complete_many([good, small], [SHORT, SHORT])
    assert good.messages == before
    complete_and_check(model, good, SHORT)
    with pytest.raises(ValueError, match="only once"):
        model.complete_many([good, good], [SHORT, SHORT])


# Guesses from the history.


@pytest.mark.parametrize("lookup", [1, 3, 5, 12])
@pytest.mark.parametrize("temperature", [0.0, 0.7])
def test_a_guess_changes_nothing_but_the_passes(model: Qwen2VL, lookup: int, temperature: float) -> None:
    guessed = 0
    for seed in range(6):
        session = opened(model, seed, "calls calls calls the screen the screen the screen")
        plain = Sampling(max_tokens=30, temperature=temperature, lookup=0, seed=seed)
        slow = session.fork().complete(plain)
        fast = session.complete(Sampling(max_tokens=30, temperature=temperature, lookup=lookup, seed=seed))
        assert fast.part == slow.part
        assert fast.usage.passes + fast.usage.drafted == slow.usage.passes
        guessed += fast.usage.drafted
        session.append(Message.of("user", "agent"))
        complete_and_check(model, session, SHORT)
    assert guessed > 0 or temperature > 0


@pytest.mark.parametrize("temperature", [0.0, 0.9])
def test_a_guess_within_a_grammar_changes_nothing_either(model: Qwen2VL, temperature: float) -> None:
    grammar = 'start: ("The agent sees " /[a-c]{3}/ " and calls. "){4}'
    for seed in range(8):
        session = opened(model, seed, "The agent sees abc and calls. The agent sees abc and calls. ")
        slow, fast = (
            session.fork().complete(
                Sampling(max_tokens=90, temperature=temperature, lookup=lookup, seed=seed, grammar=grammar)
            )
            for lookup in (0, 5)
        )
        assert fast.part == slow.part


def test_what_one_answer_trips_over_is_its_own(model: Qwen2VL, monkeypatch: pytest.MonkeyPatch) -> None:
    good, bad = opened(model, 1), opened(model, 2)
    expected, before = good.fork().complete(SHORT).part, bad.messages
    take = Answer.take

    def failing(self: Answer, logits: torch.Tensor) -> None:
        if self._cache is bad._cache:
            raise ModelError("tripped")
        take(self, logits)

    monkeypatch.setattr(Answer, "take", failing)
    found: list[object] = []
    thread = threading.Thread(target=lambda: found.append(good.complete(SHORT).part))
    thread.start()
    with pytest.raises(ModelError, match="tripped"):
        bad.complete(SHORT)
    thread.join(60)
    assert found == [expected]
    assert bad.messages == before


# Grammars.

WORLDS = (
    "NumberLine", "Blackjack", "EZPoints", "Points24", "browser", "miniwob.click-test", "android", "thor", "thor-low",
    "Synthetic-R2R", "Synthetic-REVERIE",
)  # fmt: skip
"""One of every set of actions."""


@pytest.mark.parametrize("dialect", ["qwen", "hermes"])
def test_random_weights_always_call(model: Qwen2VL, dialect: str) -> None:
    """A few here; a thousand with the slow tests."""
    always_calls(model, dialect, rounds=1)


@pytest.mark.slow
@pytest.mark.parametrize("dialect", ["qwen", "hermes"])
def test_random_weights_always_call_a_thousand_times(model: Qwen2VL, dialect: str) -> None:
    always_calls(model, dialect, rounds=1000 // (2 * len(WORLDS)) + 1)


def always_calls(model: Qwen2VL, dialect: str, rounds: int) -> None:
    spoken = make_dialect(dialect)
    for name in WORLDS:
        env = make_env(name)
        space = env.action_space
        env.close()
        assert isinstance(space, ActionSpace)
        for seed in range(rounds):
            most = (256, 512)[seed % 2]  # the commands' own
            sampling = Sampling(
                temperature=1.0, seed=seed, max_tokens=most, stop=spoken.stop, grammar=spoken.grammar(space)
            )
            completion = opened(model, seed).complete(sampling)
            try:
                space.decode(spoken.parse(completion.text), spoken.scale)
            except CallError as error:
                pytest.fail(f"{name} {seed}: {completion.text!r}: {error}")
            assert completion.stop == spoken.stop[0]


def test_forced_tokens_are_those_that_would_have_been_chosen(model: Qwen2VL) -> None:
    grammar = 'start: "The agent sees " ("the screen" | "7") " and calls a function."'
    session = opened(model, 3)
    completion = session.complete(Sampling(max_tokens=60, temperature=0.0, grammar=grammar))
    assert completion.text in {f"The agent sees {what} and calls a function." for what in ("the screen", "7")}
    assert completion.finish == "end"
    assert completion.usage.forced >= completion.usage.completion / 2
    assert completion.usage.passes <= completion.usage.completion - completion.usage.forced
    session.append(Message.of("user", "agent"))
    complete_and_check(model, session, SHORT)  # the forced tail was never fed: it is now


def test_a_grammar_that_is_forced_throughout_needs_no_pass(model: Qwen2VL) -> None:
    session = opened(model, 3)
    completion = session.complete(Sampling(max_tokens=60, temperature=0.0, grammar='start: "calls"'))
    assert (completion.text, completion.usage.passes) == ("calls", 0)
    complete_and_check(model, session, SHORT)


def test_a_bad_grammar_is_refused_and_nothing_is_changed(model: Qwen2VL) -> None:
    session = opened(model, 1)
    before = session.messages, session.tokens
    with pytest.raises(ModelError, match="grammar"):
        session.complete(Sampling(grammar="start: ("))
    with pytest.raises(ModelError, match="1 at least"):
        session.complete(Sampling(max_tokens=0))
    assert (session.messages, session.tokens) == before
    complete_and_check(model, session, SHORT)


def test_a_trained_model_answers_the_same_constrained_and_free() -> None:
    model, spoken = Qwen2VL(str(CARDS)), make_dialect("qwen")
    checked = 0
    for game in ("NumberLine", "Blackjack", "EZPoints", "Points24"):
        for seed in range(5):
            env = make_env(game)
            observation, _ = env.reset(seed=seed)
            space = env.action_space
            assert isinstance(space, ActionSpace)
            session = model.session()
            session.append(Message.of("system", spoken.declare(space.schema())))
            session.append(Message.of("user", spoken.quote(observation["text"]), Image(observation["image"])))
            plain = Sampling(max_tokens=200, temperature=0.0, stop=spoken.stop)
            free = session.fork().complete(plain)
            held = session.complete(
                Sampling(max_tokens=200, temperature=0.0, stop=spoken.stop, grammar=spoken.grammar(space))
            )
            try:
                space.decode(spoken.parse(free.text), spoken.scale)
            except CallError:
                continue
            assert held.part.text == free.part.text
            assert held.usage.forced > 0
            checked += 1
    assert checked >= 18


# The window.


def evicting(folder: Path, tokens: int = 700, positions: int | None = None) -> Qwen2VL:
    return Qwen2VL(str(folder), EngineOptions(window=Window(tokens, 20, "evict", positions)))


def test_evicting_computes_nothing_again(tiny_checkpoint: Path) -> None:
    model, rng = evicting(tiny_checkpoint), random.Random(4)
    session = model.session()
    session.append(Message.of("user", "goal", picture(rng)))
    most = 0
    for _ in range(40):
        completion = session.complete(SHORT)
        new = completion.usage.prompt - completion.usage.cached
        most = max(most, new)
        session.append(Message.of("assistant", "seen", picture(rng)))
    assert session.dropped > 15
    assert most <= 16 + 2 + len(model.checkpoint.encoder.text("seen")) + SHORT.max_tokens + 8
    assert session.messages[0].parts[1] == DROPPED
    assert len(session.tokens) <= 700


def test_an_answer_as_long_as_the_room_there_is_can_be_kept(tiny_checkpoint: Path) -> None:
    """Also when what a rebuild would put in the place of evicted pictures takes some of it."""
    model, rng = evicting(tiny_checkpoint), random.Random(5)
    history = model.session()._history
    history.add(Message.of("user", "goal", picture(rng)))
    while history.dropped < 9:
        twin = history.copy()
        twin.add(Message("assistant", ()))  # the turn that is opened for an answer
        twin.append_generated(Generated("", (5,) * twin.room))
        assert twin.room == 0
        history.append_generated(Generated("", (5,) * 9))
        history.add(Message.of("assistant", picture(rng)))


def test_evicting_is_attention_with_the_pictures_masked(tiny_checkpoint: Path) -> None:
    """What was computed while they were there stays; what comes after sees what is left, at positions that went on."""
    model, roomy = evicting(tiny_checkpoint, tokens=100), Qwen2VL(str(tiny_checkpoint))
    pictures = [Image(np.random.default_rng(n).integers(0, 256, (112, 112, 3), np.uint8)) for n in range(4)]
    session, whole = model.session(), roomy.session()
    session.append(Message.of("user", "goal", pictures[0], "seen", pictures[1]))
    whole.append(session.messages[0])
    first = session.complete(SHORT)
    old = len(session.tokens) - len(first.part.tokens or ()) + session._cache.length - first.usage.prompt
    after = Message.of("user", pictures[2], "agent", pictures[3])
    session.append(after)
    assert session.dropped == 2
    with traced(model.checkpoint.language) as trace:
        session.complete(Sampling(max_tokens=1, temperature=0.0))
    for message in (Message.of("assistant", first.part), after, Message("assistant", ())):
        whole.append(message)
    chunks = whole._history.chunks
    embeddings = roomy.batch.engine.embed(chunks, roomy.checkpoint.encoder.preprocessor)
    places = positions((run for chunk in chunks for run in runs_of(chunk)), 2).ids
    assert session._history.end == whole._history.end + 1
    mask = torch.full((len(embeddings), len(embeddings)), -torch.inf).triu(1)
    at = 0
    for chunk in chunks:
        if chunk.image in pictures[:2]:
            mask[old:, at : at + len(chunk.ids)] = -torch.inf
        at += len(chunk.ids)
    network = plain_network(model.checkpoint.folder)
    with torch.inference_mode():
        hidden = network.model.language_model(
            inputs_embeds=embeddings[None],
            position_ids=places[:, None],
            attention_mask={"full_attention": mask[None, None]},
        ).last_hidden_state
        expected = network.lm_head(hidden)[0]
    fed = trace.logits[id(session._cache)]
    gone = len(embeddings) - session._cache.length
    assert sorted(fed) == list(range(old - gone, len(embeddings) - gone))
    assert max((fed[n] - expected[n + gone]).abs().max() for n in fed) < 1e-4
    assert torch.equal(torch.stack([trace.positions[id(session._cache)][n] for n in sorted(fed)], 1), places[:, old:])


def test_positions_that_run_out_bring_a_rebuild(tiny_checkpoint: Path) -> None:
    model, rng = evicting(tiny_checkpoint, tokens=900, positions=900), random.Random(4)
    session = model.session()
    session.append(Message.of("user", "goal", picture(rng)))
    for _ in range(60):
        session.complete(SHORT)
        session.append(Message.of("assistant", picture(rng)))
        assert session._history.end <= 900
    assert session.dropped > 15


def test_a_rebuilt_session_equals_a_fresh_one(tiny_checkpoint: Path) -> None:
    model = Qwen2VL(str(tiny_checkpoint), EngineOptions(window=Window(220, 10)))
    rng, session = random.Random(2), model.session()
    session.append(Message.of("user", "goal"))
    for _ in range(12):
        session.append(Message.of("assistant", picture(rng)))
        session.complete(SHORT)
    assert session.dropped > 2
    fresh = model.session()
    for message in session.messages:
        fresh.append(message)
    assert fresh.tokens == session.tokens
    assert fresh.complete(SHORT).part == session.complete(SHORT).part


# Interruptions.


@pytest.mark.parametrize("error", [KeyboardInterrupt, RuntimeError, TimeoutError])
@pytest.mark.parametrize("at", [0, 1, 4])
def test_an_interrupted_answer_leaves_the_session_as_it_was(
    model: Qwen2VL, monkeypatch: pytest.MonkeyPatch, error: type[BaseException], at: int
) -> None:
    session, count = opened(model, 5), 0
    session.complete(SHORT)
    session.append(Message.of("user", "agent", picture(random.Random(1))))
    before = session.messages, session.tokens
    layer = LanguageModel._layer

    def failing(self: LanguageModel, *args: object) -> torch.Tensor:
        nonlocal count
        count += 1
        if count == 2 * at + 2:  # in the second layer of that pass
            raise error("now")
        return layer(self, *args)  # type: ignore[arg-type]

    with monkeypatch.context() as patch:
        patch.setattr(LanguageModel, "_layer", failing)
        with pytest.raises(error):
            session.complete(SHORT)
    assert (session.messages, session.tokens) == before
    complete_and_check(model, session, SHORT)


# Bounds, memory, precision.


def test_a_session_may_have_pixel_bounds_of_its_own(model: Qwen2VL) -> None:
    wide = Image(np.random.default_rng(0).integers(0, 256, (200, 300, 3), np.uint8))
    lengths = []
    for bounds in ({}, {"max_pixels": 28 * 28 * 4}, {"min_pixels": 28 * 28 * 20, "max_pixels": 28 * 28 * 40}):
        session = model.session(**bounds)
        session.append(Message.of("user", wide))
        lengths.append(len(session.tokens))
        complete_and_check(model, session, SHORT)
    assert lengths[1] < lengths[0] < lengths[2]


def test_several_pictures_in_one_call_are_each_as_alone(model: Qwen2VL) -> None:
    rng = random.Random(3)
    pictures = [picture(rng) for _ in range(4)]
    vision, preprocessor = model.batch.engine.vision, model.checkpoint.encoder.preprocessor
    packed = vision._encode(pictures, preprocessor)
    alone = [vision._encode([one], preprocessor)[0] for one in pictures]
    assert all(torch.equal(a, b) for a, b in zip(packed, alone, strict=True))


def resident() -> int:
    """Bytes this process holds now: its peak would hide what leaks below it."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * resource.getpagesize()


@pytest.mark.slow
def test_a_whole_4k_screenshot_writes_out_no_scores(tiny_checkpoint: Path) -> None:
    """42,328 patches: their scores alone would be 6.7 GiB a head."""
    options = EngineOptions(LoadOptions(max_pixels=3840 * 2160), Window(32768, 20))
    model = Qwen2VL(str(tiny_checkpoint), options)
    preprocessor = model.checkpoint.encoder.preprocessor
    screen = Image(np.random.default_rng(0).integers(0, 256, (2160, 3840, 3), dtype=np.uint8))
    restart_peak()
    before = peak_of("self")
    (features,) = model.batch.engine.vision.features([screen], preprocessor)
    assert len(features) > 10_000
    assert peak_of("self") - before < 2**30


def test_five_hundred_steps_take_no_more_memory(tiny_checkpoint: Path) -> None:
    model = Qwen2VL(str(tiny_checkpoint), EngineOptions(window=Window(5500, 20)))
    rng, session = random.Random(0), model.session()
    session.append(Message.of("user", "goal", picture(rng)))
    one = Sampling(max_tokens=1, temperature=0.0)
    seen = []
    for step in range(500):
        session.complete(one)
        session.append(Message.of("assistant", picture(rng)))
        if step in (300, 499):
            gc.collect()
            seen.append(resident())
    assert seen[1] - seen[0] < 16 * 2**20  # the memory of features grows by some 4 MiB of them
    assert session.cache_bytes < 23 * 256 * model.checkpoint.language.cache_shape.token_bytes


@pytest.mark.parametrize("dtype", ["bfloat16", "int8"])
def test_small_weights_compute_with_exactly_what_they_hold(tiny_checkpoint: Path, dtype: str) -> None:
    """Prefill, decode and batches agree bitwise with each other, and nearly with the full weights."""
    model = Qwen2VL(str(tiny_checkpoint), EngineOptions(load=LoadOptions(dtype=dtype)))
    sessions = [opened(model, n) for n in range(3)]
    together = model.complete_many([session.fork() for session in sessions], [SHORT] * 3)
    assert [c.part for c in together] == [session.complete(SHORT).part for session in sessions]
    assert model.describe()["weights"] == dtype
    full = Qwen2VL(str(tiny_checkpoint))
    rows = torch.arange(20)
    ids = rows.tolist()
    assert (model.checkpoint.language.embed(ids) - full.checkpoint.language.embed(ids)).abs().max() < 0.01


def test_layers_may_lie_on_several_devices(tiny_checkpoint: Path) -> None:
    """As --device spread does it; here all of them are the one device there is."""
    model = Qwen2VL(str(tiny_checkpoint), EngineOptions(load=LoadOptions(device="spread", kernels="torch")))
    complete_many_and_check(model, [opened(model, 1), opened(model, 2)], SHORT)
