"""A household in AI2-THOR: `visuomotor/thor-v0` with high-level actions, `thor-low-v0` with low-level ones."""

from __future__ import annotations

import weakref
from dataclasses import replace
from typing import Any

import gymnasium
import numpy as np
from numpy.typing import NDArray

from actions.call import ActionError
from actions.household import Done, household_space, low_level_space
from actions.point import Box
from actions.space import Action, ActionSpace
from envs.base import EnvError, Observation, observation_space, task_of
from envs.options import read_options
from envs.thor.bookkeeping import Bookkeeping
from envs.thor.doing import Outcome, do_high, do_low
from envs.thor.engine import Engine, Event
from envs.thor.grounding import Segmenter, truth_box
from envs.thor.launch import check, launch
from envs.thor.locate import Locator
from envs.thor.opening import Expert, Opening, Verdict
from envs.thor.options import ThorOptions
from envs.thor.restore import restore
from envs.thor.scenes import draw_scene, scatter
from envs.thor.telling import MAX_TEXT, hand_line, opening_lines, vocabulary_line
from envs.thor.trial import load_trial
from envs.thor.world import World


class ThorEnv(gymnasium.Env[Observation, Action]):
    """A robot in a house. The model sees through its camera, and is told what came of its last action.

    The reward is 0 and `Done` ends the episode, unless a benchmark that derives from this says otherwise: see `opening`
    and `verdict`. Limits of low-level steps and failures truncate it. Failures are sentences in the next observation.

    Args:
        render_mode: "rgb_array" or None.
        segmenter: turns a box into a mask; may be set later, before `reset`. None is the box itself.
        options: the fields of `ThorOptions`.

    Attributes:
        expert: knows what to do next, for `oracle`; None is nobody.
        outcome: what came of the last action.

    Raises:
        EnvError: on options that make no sense, or where ai2thor is not installed; nothing is started before `reset`.
    """

    metadata = {"render_modes": ["rgb_array"], "render_fps": 1}  # noqa: RUF012 - gymnasium's own class attribute

    def __init__(self, render_mode: str | None = None, segmenter: Segmenter | None = None, **options: Any) -> None:
        self.options = read_options(ThorOptions, options)
        check(self.options)
        self.render_mode = render_mode
        self.segmenter = segmenter
        self.expert: Expert | None = None
        self.observation_space = observation_space(self.options.size, self.options.size, MAX_TEXT)
        self.action_space = self._space()
        self._trial = load_trial(self.options.trial) if self.options.trial else None
        self._engine: Engine | None = None
        self._ending: weakref.finalize[[], Any] | None = None
        self._world: World | None = None
        self._start: Opening | None = None
        self._locator = Locator(self.options.locate, segmenter)
        self.outcome = Outcome(True, "")
        self._picture: NDArray[np.uint8] | None = None

    def reset(
        self, *, seed: int | None = None, options: dict[str, Any] | None = None
    ) -> tuple[Observation, dict[str, Any]]:
        """Start the engine if need be, and set the scene out. Raises EnvError; the next reset starts a new engine."""
        super().reset(seed=seed)
        self._world, self._start = None, None
        self._locator = Locator(self.options.locate, self.segmenter)
        start = self.opening(task_of(options), dict(options or {}))
        world = World(self._running(start.scene), start.scene)
        if start.trial is not None:
            restore(world, start.trial)
        else:
            scatter(world, self.np_random)
        self._world = world
        self._start = start = replace(start, goal=self.goal_in(world, start))
        self.outcome = Outcome(True, "")
        told = [*opening_lines(start.goal), *([vocabulary_line(world)] if self.options.vocabulary else [])]
        return self._observe(told), self._info([], self.verdict(ended=False))

    def step(self, action: Action) -> tuple[Observation, float, bool, bool, dict[str, Any]]:
        """Do one action. Raises EnvError when the engine is gone, ActionError for an action of another space."""
        if not self.action_space.contains(action):
            raise ActionError(f"{action!r} is not an action of this household.")
        world = self.world
        first = len(world.log)
        ended = isinstance(action, Done)
        self.outcome = outcome = Outcome(True, "The episode is over.") if ended else self._do(action)
        verdict = self.verdict(ended=ended)
        observation = self._observe([outcome.sentence])
        spent = world.steps >= self.options.low_steps or world.failures >= self.options.failures
        info = self._info([step.fact() for step in world.log[first:]], verdict)
        terminated = ended or verdict.terminated
        return observation, verdict.reward, terminated, spent and not terminated, info

    def opening(self, task: str, options: dict[str, Any]) -> Opening:
        """What the episode of a reset is: free text in a scene of the options or of the seed, or the options' trial.

        `options` may hold a trial, as a path or as the content of its traj_data.json, and an annotation. A benchmark
        overrides this.
        """
        trial = load_trial(options["trial"]) if options.get("trial") else self._trial
        if trial is None:
            return Opening(self.options.scene or draw_scene(self.np_random), task)
        if self.options.engine == "standin" and not self.options.data:
            raise EnvError("the stand-in builds a trial's house from ALFRED's data: say where it lies with --data")
        which = int(options.get("annotation", self.options.annotation))
        if not task and which >= len(trial.goals):
            raise EnvError(f"the trial has {len(trial.goals)} annotations, counted from 0: there is no {which}")
        return Opening(trial.scene, task or trial.goals[which], trial)

    def goal_in(self, world: World, opening: Opening) -> str:
        """The words the model is given, once the scene stands. A benchmark that asks for what is there overrides this.

        `np_random` is the episode's own generator.
        """
        return opening.goal

    def verdict(self, ended: bool) -> Verdict:
        """What is to be said of the state now, after reset and after every step, `outcome` being set.

        A benchmark overrides this.
        """
        return Verdict()

    def oracle(self) -> tuple[str, Action]:
        """The expert's next action. Raises EnvError when there is no expert."""
        if self.expert is None:
            raise EnvError("nobody knows the way in a household with a task in free text; choose another --model")
        return self.expert.advise(self)

    def render(self) -> NDArray[np.uint8] | None:
        return None if self.render_mode is None else self._picture

    def close(self) -> None:
        """End the engine."""
        self._world = self._engine = None
        ending, self._ending = self._ending, None
        if ending is not None:
            ending()

    @property
    def world(self) -> World:
        """The house, from reset on. Raises EnvError before."""
        if self._world is None:
            raise EnvError("a step comes after reset()")
        return self._world

    @property
    def start(self) -> Opening:
        """What this episode began with. Raises EnvError before reset."""
        if self._start is None:
            raise EnvError("an episode begins with reset()")
        return self._start

    @property
    def event(self) -> Event:
        """The engine's last answer with pictures."""
        return self.world.look()

    @property
    def bookkeeping(self) -> Bookkeeping:
        return self.world.bookkeeping

    def name_of(self, object_id: str) -> str:
        """The name that means just this object. Raises KeyError."""
        return self.world.label(object_id)

    def box_of(self, object_id: str) -> Box | None:
        """Where an object is seen, by the engine's own mask; None out of view."""
        return truth_box(self.event, object_id)

    def _space(self) -> ActionSpace:
        return household_space()

    def _do(self, action: Action) -> Outcome:
        return do_high(self.world, self._locator, action)

    def _running(self, scene: str) -> Engine:
        if self._engine is None or not self._engine.alive:
            self.close()
            engine = launch(self.options, scene)
            # Also when it is forgotten, and at the end of the program.
            self._engine, self._ending = engine, weakref.finalize(self, engine.close)
        return self._engine

    def _observe(self, told: list[str]) -> Observation:
        world = self.world
        frame = world.look().frame
        assert frame is not None
        self._picture = np.ascontiguousarray(frame, np.uint8)
        text = "\n".join([*(line for line in told if line), hand_line(world)])
        return {"image": self._picture.copy(), "text": text[:MAX_TEXT]}

    def _info(self, steps: list[dict[str, Any]], verdict: Verdict) -> dict[str, Any]:
        world, start, outcome = self.world, self.start, self.outcome
        held, pose = world.held, world.pose
        return {
            "engine": world.engine.name,
            "segmenter": self._locator.name,
            "scene": start.scene,
            "goal": start.goal,
            "trial": start.trial.task_id if start.trial else "",
            "succeeded": outcome.succeeded,
            "result": outcome.sentence,
            "low_steps": world.steps,
            "failures": world.failures,
            "low_actions": steps,
            "grounding": outcome.grounding.fact() if outcome.grounding else None,
            "pose": {"x": pose.x / 4, "z": pose.z / 4, "rotation": pose.turn * 90, "horizon": pose.horizon},
            "held": held["objectId"] if held else None,
            "cleaned": sorted(world.bookkeeping.cleaned),
            "heated": sorted(world.bookkeeping.heated),
            "cooled": sorted(world.bookkeeping.cooled),
            **verdict.facts,
        }


class ThorLowEnv(ThorEnv):
    """The same house with ALFRED's own low-level actions: every move and every touch is an action of the model's."""

    def _space(self) -> ActionSpace:
        return low_level_space()

    def _do(self, action: Action) -> Outcome:
        return do_low(self.world, self._locator, action)
