"""A trial of ALFRED as an env, judged by its goal conditions: `visuomotor/alfred-v0`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from actions.household import Done
from actions.space import Action
from envs.base import EnvError, Observation
from envs.options import read_options
from envs.thor.env import ThorEnv
from envs.thor.opening import Opening, Verdict
from envs.thor.trial import load_trial
from envs.thor.walk import can_be_found
from envs.thor.world import World as House
from evals.alfred import eb, synthetic
from evals.alfred.account import Account
from evals.alfred.dataset import find_root, find_trial
from evals.alfred.expert import PlanExpert
from evals.alfred.goals import Goal, conditions, tally
from evals.alfred.options import LOCATING, SYNTHETIC, AlfredOptions
from evals.alfred.planner import plan
from evals.alfred.room import EnvRoom, floor_plan_of, seen_of, world_of
from evals.alfred.trial import Trial

_SIZE = {"alfred": 300, "eb": 500}
"""Pixels of the image's sides (gen/constants.py; EBAlfEnv.py)."""
_STEPS, _FAILURES = 1000, 10
"""ALFRED's limits (models/eval/leaderboard.py)."""
_REPLANS = 2
_UNLIMITED = 1_000_000


class AlfredEnv(ThorEnv):
    """One trial with the words of one person, or a task that the seed draws in a generated room.

    In mode `alfred` the episode ends by `Done`, after 1,000 low-level steps or after 10 failed ones, and the reward is
    1 if all goal conditions hold then. In mode `eb` (EB-ALFRED) they are judged after every action, and the episode
    ends when they hold, with a reward of 1, or after 30 actions, or 10 that failed.

    Args: those of `AlfredOptions`.

    Raises:
        EnvError: for an unknown trial, engine or rule; nothing is started before `reset`.
        ModelError: for a segmenter that cannot be made.
    """

    def __init__(self, render_mode: str | None = None, **options: Any) -> None:
        told = read_options(AlfredOptions, options)
        own = told.segmenter in LOCATING
        super().__init__(
            render_mode,
            None if own else _segmenter(told.segmenter),
            locate=told.segmenter if own else "auto",
            engine=told.engine,
            executable=told.executable,
            display=told.display,
            data=str(find_root(Path(told.data))) if told.trial else "",
            size=_SIZE[told.mode],
            low_steps=_UNLIMITED if told.mode == "eb" else _STEPS,
            failures=_UNLIMITED if told.mode == "eb" else _FAILURES,
        )
        self.told = told
        self.trial = read_told(told)
        self.goal: Goal | None = self.trial.goal if self.trial else None
        self.account = Account()
        self._plan: PlanExpert | None = None
        self._drawn = self._replanned = 0

    def reset(
        self, *, seed: int | None = None, options: dict[str, Any] | None = None
    ) -> tuple[Observation, dict[str, Any]]:
        """Begin the trial, or draw a task. Raises EnvError when the engine fails or the room offers no task."""
        # A task is known by the seed itself, before there is an engine: see `synthetic.sketch`.
        self._drawn = seed if seed is not None else int(self.np_random.integers(2**31))
        self.account, self._plan, self._replanned = Account(), None, 0
        return super().reset(seed=seed, options=options)

    def step(self, action: Action) -> tuple[Observation, float, bool, bool, dict[str, Any]]:
        """Act, look, and judge. Raises EnvError when the engine is gone."""
        self.account.actions += 1
        observation, reward, terminated, truncated, info = super().step(action)
        if truncated:  # the last state counts, however the episode ends (models/eval/eval_task.py)
            reward = float(info["success"])
        return observation, reward, terminated, truncated, info

    def opening(self, task: str, options: dict[str, Any]) -> Opening:
        """The scene and the words of this episode. Raises EnvError for a task of one's own."""
        if task:
            raise EnvError("the trial names its task; give none, or choose the env thor for one of your own")
        if self.trial is None:
            return Opening(synthetic.sketch(self._drawn).scene, "")
        words = self.trial.annotations[self.told.repeat if self.told.mode == "alfred" else 0].goal
        return Opening(self.trial.floor_plan, words, load_trial(self.trial.data))

    def goal_in(self, world: House, opening: Opening) -> str:
        """The words, once the scene stands: a task of one's own is drawn from what is in it. Raises EnvError."""
        words, steps = opening.goal, self.trial.plan if self.trial else ()
        if self.trial is None:
            self.goal, words = synthetic.draw(
                self._drawn,
                synthetic.sketch(self._drawn),
                world.objects,
                lambda thing: can_be_found(world, dict(thing)),
            )
            steps = plan(self.goal, world.objects)
        self._plan = PlanExpert(steps, strict=self.told.expert == "strict") if steps else None
        self.account.begin(steps, floor_plan_of(world))
        return words

    def oracle(self) -> tuple[str, Action]:
        """The expert's next action: by the trial's own plan, or by the planner's. Raises EnvError without a plan.

        Where the plan is at its end and the goal is not reached, the planner makes another from what is there now; not
        for the strict expert, who has but the one plan.
        """
        if self._plan is None:
            raise EnvError("this trial's plan is hidden, and the expert has nothing to go by; choose another --split")
        advice = self._plan.advise(EnvRoom(self))
        if isinstance(advice[1], Done) and self._replan():
            return self._plan.advise(EnvRoom(self))
        return advice

    def verdict(self, ended: bool) -> Verdict:
        """How far the goal and the expert's plan are reached, and whether that ends the episode."""
        account, state = self.account, world_of(self.world)
        if account.actions:
            account.note(self.outcome)
        judged = conditions(self.goal, state, self.told.rules) if self.goal else ()
        exact = conditions(self.goal, state, "exact-type") if self.goal else ()
        account.tracker.update(seen_of(self.world))
        facts = account.facts(self.goal, judged, exact)
        if account.actions == 1:
            facts["map"] = account.map
        if self._plan is not None:
            facts |= {"given_up": list(self._plan.given_up), "substituted": list(self._plan.substituted)}
            facts["replanned"] = self._replanned
        tried = account.actions >= eb.STEPS or account.invalid >= eb.INVALID
        stop = self.told.mode == "eb" and (bool(facts["success"]) or tried)
        return Verdict(float(facts["success"] and (ended or stop)), stop, facts)

    def _replan(self) -> bool:
        """Begin another plan; False when the goal is reached, or cannot be, or that was done often enough."""
        if self.told.expert == "strict":
            return False
        state = world_of(self.world)
        met, of = tally(conditions(self.goal, state, self.told.rules)) if self.goal else (0, 0)
        if self.goal is None or met == of or self._replanned >= _REPLANS:
            return False
        try:
            steps = plan(self.goal, state.objects, *state.held)
        except EnvError:
            return False
        assert self._plan is not None
        self._plan, before = PlanExpert(steps), self._plan
        self._plan.given_up, self._plan.substituted = before.given_up, before.substituted
        self._replanned += 1
        return True


def read_told(told: AlfredOptions) -> Trial | None:
    """The trial that the options name; None for a task that the seed draws. Raises EnvError."""
    if not told.trial:
        if told.split != SYNTHETIC:
            raise EnvError(
                f"split {told.split} has many trials: name one by --trial, or play all: visuomotor eval alfred"
            )
        return None
    data = Path(told.data)
    if told.mode == "eb":
        episode = eb.find_episode(data, told.trial)
        return eb.reworded(find_trial(data, eb.TRIALS_OF, episode.task), episode)
    trial = find_trial(data, told.split, told.trial)
    if told.repeat >= len(trial.annotations):
        raise EnvError(f"{trial.name} has {len(trial.annotations)} annotations, counted from 0, and no {told.repeat}")
    return trial


def _segmenter(spec: str) -> Any:
    from model.segmenter.registry import shared_segmenter  # torch only where a network segments

    return shared_segmenter(spec)
