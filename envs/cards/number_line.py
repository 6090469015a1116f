"""NumberLine: bring the current number to the target by plus and minus.

After RL4VLM gym-cards numberline.py: numbers 0..5, +1 on reaching the target (ends), -1 for a step that does not come
nearer (a step against the end of the line included), truncated after ten steps. A start equal to the target moves the
target to (target + 1) mod 5; that skew is kept under both rule-sets so that published figures compare.
"""

from __future__ import annotations

from typing import Any, assert_never

from PIL import Image

from actions.cards import Minus, NumberLineAction, Plus, number_line_space
from actions.space import Action
from envs.base import EnvError
from envs.cards.drawing import CELL, SIZE, WHITE, canvas, write
from envs.cards.game import CardGame, Rules, numbers_in

HIGHEST = 5
_MAX_STEPS = 2 * HIGHEST
_BLACK = (0, 0, 0)


class NumberLine(CardGame):
    """`visuomotor/NumberLine-v0`. Task: "" or "current target", such as "1 4"."""

    goal = "Move the current number to the target."

    def __init__(self, rules: Rules = "default", render_mode: str | None = None) -> None:
        super().__init__(number_line_space(), rules, render_mode)
        self.current = self.target = self.steps = 0

    def deal(self, task: str) -> None:
        if task:
            self.current, self.target = numbers_in(task, 2, 0, HIGHEST, "the current number and the target")
            if self.current == self.target:
                raise EnvError("the current number and the target must differ")
        else:
            self.current, self.target = (int(n) for n in self.np_random.integers(HIGHEST + 1, size=2))
            if self.current == self.target:
                self.target = (self.target + 1) % HIGHEST
        self.steps = 0

    def play(self, action: Action) -> tuple[float, bool, bool, str]:
        assert isinstance(action, Minus | Plus)
        before = abs(self.target - self.current)
        self.current = min(max(self.current + _change(action), 0), HIGHEST)
        self.steps += 1
        distance = abs(self.target - self.current)
        if distance == 0:
            return 1.0, True, False, "The target is reached."
        return (0.0 if distance < before else -1.0), False, self.steps >= _MAX_STEPS, ""

    def draw(self) -> Image.Image:
        image = canvas(WHITE)
        for row, (label, number) in enumerate((("Target:", self.target), ("Current:", self.current))):
            write(image, label, 12, row * 2 * CELL + 16, 32, _BLACK)
            write(image, str(number), 2 * CELL + 24, row * 2 * CELL + 2, 56, _BLACK)
        return image.crop((0, 0, SIZE, SIZE))

    def facts(self) -> dict[str, Any]:
        return {"target": self.target, "current": self.current, "goal_reached": self.current == self.target}

    def oracle(self) -> tuple[str, Action]:
        thought = f"Target {self.target}. Current {self.current}."
        return thought, Plus() if self.current < self.target else Minus()


def _change(action: NumberLineAction) -> int:
    match action:
        case Plus():
            return 1
        case Minus():
            return -1
        case _:
            assert_never(action)
