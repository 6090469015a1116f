"""Steps, episodes and predictions made for tests."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from hypothesis import strategies as st

from actions.point import Point
from actions.screen import Click
from envs.replay.aitz import read_set
from envs.replay.gold import gold_action
from envs.replay.step import (
    COMPLETE,
    DUAL_POINT,
    IMPOSSIBLE,
    PRESS_BACK,
    PRESS_ENTER,
    PRESS_HOME,
    TYPE,
    AitzEpisode,
    AitzStep,
    Element,
)
from evals.aitz.predictions.base import CoatCall, Key, Prediction

NOWHERE = (-1.0, -1.0)
_SIZES = ((600, 270), (1080, 540), (1520, 720))
_PRESSES = {PRESS_BACK: "back", PRESS_HOME: "home", PRESS_ENTER: "enter"}


def step(
    action: int = DUAL_POINT,
    *,
    touch: tuple[float, float] = NOWHERE,
    lift: tuple[float, float] | None = None,
    text: str = "",
    description: str = "",
    elements: Sequence[tuple[float, float, float, float]] = (),
    number: int = 0,
    episode: str = "1",
    subset: str = "general",
    size: tuple[int, int] = (600, 270),
) -> AitzStep:
    """A step; points are (y, x), elements (y, x, height, width) in pixels, as in the files."""
    return AitzStep(
        episode_id=episode,
        subset=subset,
        step_id=number,
        instruction="open the clock",
        image=None,
        height=size[0],
        width=size[1],
        action=action,
        text=text,
        touch=touch,
        lift=touch if lift is None else lift,
        elements=tuple(Element(*box, text="", kind="TEXT") for box in elements),
        screen_description="",
        thought="",
        description=description,
        expectation="",
    )


def episode(steps: Sequence[AitzStep], name: str = "1", subset: str = "general") -> AitzEpisode:
    return AitzEpisode(name, subset, Path(name), len(steps), tuple(steps))


def click(x: float, y: float) -> Prediction:
    return Prediction(Click(Point(x, y)))


def coat(name: Any, **arguments: Any) -> Prediction:
    """A call of CoAT's API as its layout holds it."""
    return Prediction(None, coat=CoatCall(name, arguments))


def gold_predictions(episodes: Sequence[AitzEpisode]) -> dict[Key, Prediction]:
    return {(one.episode_id, one.step_id): Prediction(gold_action(one)) for each in episodes for one in each.steps}


def stored_episode(data: Path) -> AitzEpisode:
    """The one real episode: home, scroll up, a click on the Clock, which has no annotation, complete."""
    return read_set(data / "aitz" / "android_in_the_zoo", "train").episodes[0]


_fractions = st.floats(0, 1, allow_subnormal=False)


@st.composite
def steps(draw: st.DrawFn, number: int = 0, name: str = "1", subset: str = "general") -> AitzStep:
    """A step whose description says what the result fields hold, as the dataset's own do."""
    size = draw(st.sampled_from(_SIZES))
    boxes = draw(
        st.lists(
            st.tuples(
                st.integers(0, size[0] - 10), st.integers(0, size[1] - 10), st.integers(1, 60), st.integers(1, 200)
            ),
            max_size=8,
        )
    )
    kind = draw(st.sampled_from(["tap", "swipe", "type", "press", "stop"]))
    action, touch, lift, text = DUAL_POINT, NOWHERE, NOWHERE, ""
    match kind:
        case "tap":
            touch = lift = draw(_fractions), draw(_fractions)
            words = draw(st.sampled_from(["click on the icon.", "Click the button", "tap on the icon"]))
        case "swipe":
            touch = 0.5, 0.5
            way, lift = draw(
                st.sampled_from(
                    [("up", (0.1, 0.55)), ("down", (0.9, 0.4)), ("left", (0.5, 0.1)), ("right", (0.6, 0.9))]
                )
            )
            words = draw(st.sampled_from([f"scroll {way}", f"Scroll {way}.", "swipe"]))
        case "type":
            action, text = TYPE, draw(st.text(max_size=20))
            words = f'type in the content: "{text}"'
        case "press":
            action = draw(st.sampled_from(sorted(_PRESSES)))
            words = f"press the {_PRESSES[action]} button"
        case _:
            action = draw(st.sampled_from([COMPLETE, IMPOSSIBLE]))
            words = "stop and set the query as completed"
    return step(
        action, touch=touch, lift=lift, text=text, description=words, elements=boxes, number=number, episode=name,
        subset=subset, size=size,
    )  # fmt: skip


@st.composite
def episodes(draw: st.DrawFn, most: int = 5) -> list[AitzEpisode]:
    """Up to `most` episodes of up to five steps, some of none."""
    made = []
    for index in range(draw(st.integers(0, most))):
        subset = draw(st.sampled_from(["general", "install", "web_shopping"]))
        length = draw(st.integers(0, 5))
        made.append(episode([draw(steps(at, str(index), subset)) for at in range(length)], str(index), subset))
    return made
