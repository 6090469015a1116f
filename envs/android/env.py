"""A phone, driven over ADB from screenshots: `visuomotor/android-v0`."""

from __future__ import annotations

import copy
import weakref
from collections.abc import Callable
from typing import Any

import gymnasium
import numpy as np
from numpy.typing import NDArray

from actions.android import Answer, Done, HandOver, Wait, android_space
from actions.call import ActionError
from actions.space import Action
from envs.android import devices
from envs.android.eyes import DEFAULT_SIZE
from envs.android.intent import intent_of
from envs.android.link import Link, Renewable
from envs.android.options import AndroidOptions
from envs.android.phone import Phone, Takeover
from envs.android.shell import line
from envs.base import EnvError, Intent, Observation, observation_space, task_of
from envs.notices import plain
from envs.options import read_options
from envs.screen import ANSWERED, MAX_TEXT, facts_of, goal_lines
from envs.vault import Vault

_PROPERTIES = {
    "model": "ro.product.model",
    "android": "ro.build.version.release",
    "sdk": "ro.build.version.sdk",
}


class AndroidEnv(gymnasium.Env[Observation, Action]):
    """A task on a phone. The model sees the screen's pixels, the app in front, and what pixels do not show.

    A phone stays as it is: an episode begins on its home screen, with the apps in whatever state they are; only a
    stand-in is set to the state of the seed. The reward is always 0: what `done` says is the model's own view, told in
    `info["status"]`. The size of the observations is the phone's, known from `reset` on, and changes when it is turned.

    Args:
        render_mode: "rgb_array" or None.
        connect: makes the opened link to the phone of the options.
        options: the fields of `AndroidOptions`.

    Attributes:
        takeover: gives the phone to a person for a reason, waits, and says whether somebody took it; None is nobody.

    Raises:
        EnvError: on options that make no sense; nothing is connected before `reset`.
    """

    metadata = {"render_modes": ["rgb_array"], "render_fps": 1}  # noqa: RUF012 - gymnasium's own class attribute

    def __init__(
        self,
        render_mode: str | None = None,
        connect: Callable[[AndroidOptions], Link] = devices.connect,
        **options: Any,
    ) -> None:
        self.options = read_options(AndroidOptions, options)
        self.render_mode = render_mode
        self.takeover: Takeover | None = None
        self._connect = connect
        self._vault = Vault.open(self.options.secrets)
        width, height = DEFAULT_SIZE
        self._size = height, width
        self.observation_space = observation_space(height, width, MAX_TEXT)
        self.action_space = android_space(secrets=bool(self._vault.labels))
        self._phone: Phone | None = None
        self._renewable: Renewable | None = None
        self._ending: Callable[[], Any] | None = None
        self._facts: dict[str, Any] = {}
        self._actions: list[Action] = []
        self._told = ""

    def reset(
        self, *, seed: int | None = None, options: dict[str, Any] | None = None
    ) -> tuple[Observation, dict[str, Any]]:
        """Connect if need be, wake the phone and go to its home screen. Raises EnvError."""
        super().reset(seed=seed)
        task = task_of(options)
        phone = self._connected()
        if self._renewable is not None:
            self._renewable.renew(seed or 0, task)
        self._actions = []
        self._facts, self._told = {"task": task, "status": "", "answer": "", "phone": _describe(phone)}, ""
        phone.begin()
        return self._observe(phone, goal_lines(task, self._vault)), self._info(phone)

    def step(self, action: Action) -> tuple[Observation, float, bool, bool, dict[str, Any]]:
        """Act once and look. Raises EnvError when the phone is gone, ActionError for an action of another space."""
        if not self.action_space.contains(action):
            raise ActionError(f"{action!r} is not an action of a phone.")
        phone = self._begun()
        self._actions.append(action)
        ended = isinstance(action, Done)
        if isinstance(action, Done):
            self._facts["status"] = action.status
        elif isinstance(action, Answer):
            self._facts["answer"] = action.text
            phone.notices.say(ANSWERED)
        phone.takeover = self.takeover
        phone.act(action)  # type: ignore[arg-type]  # the space holds no others
        phone.look(expect=not isinstance(action, Done | Answer | Wait | HandOver) and not phone.deed.refused)
        return self._observe(phone, []), 0.0, ended, False, self._info(phone)

    def oracle(self) -> tuple[str, Action]:
        """The best next action: known on a stand-in, for the goals of Phone.TASK. Raises EnvError."""
        self._begun()
        if self._renewable is None:
            raise EnvError("nobody knows what is best on a person's phone; choose a model, or try it with --standin")
        return self._renewable.guide(self._actions, self._facts["answer"])

    def intent(self, action: Action) -> Intent | None:
        """What an action would bring about that a person may want to decide, judged by what is under it."""
        return intent_of(self._begun(), action)

    def render(self) -> NDArray[np.uint8] | None:
        if self.render_mode is None or self._phone is None or self._phone.sight is None:
            return None
        return self._phone.sight.image

    def close(self) -> None:
        """Put back what was changed on the phone, and disconnect. Raises EnvError for what could not be put back."""
        self._phone = self._renewable = None
        ending, self._ending = self._ending, None
        if ending is not None:
            ending()

    def _connected(self) -> Phone:
        if self._phone is None:
            link = self._connect(self.options)
            self._renewable = link if isinstance(link, Renewable) else None
            self._phone = Phone(link, self.options, self._vault)
            # Also when it is forgotten, and at the end of the program: the phone is a person's.
            self._ending = weakref.finalize(self, self._phone.close)
        return self._phone

    def _begun(self) -> Phone:
        if self._phone is None or self._phone.sight is None:
            raise EnvError("a step comes after reset()")
        return self._phone

    def _observe(self, phone: Phone, lines: list[str]) -> Observation:
        sight = phone.sight
        assert sight is not None
        height, width = sight.image.shape[:2]
        if self._size != (height, width):
            self._size = height, width
            self.observation_space = observation_space(height, width, MAX_TEXT)
        lines = [*lines, *sight.lines]
        front = f"In front: {plain(sight.label, 60)} ({sight.app})" if sight.label else f"In front: {sight.app}"
        if sight.app and front != self._told:
            lines.append(front)
            self._told = front
        return {"image": sight.image.copy(), "text": "\n".join(lines)[:MAX_TEXT]}

    def _info(self, phone: Phone) -> dict[str, Any]:
        deed = phone.deed
        return {
            **copy.deepcopy(self._facts),
            **facts_of(phone.sight),
            "size": list(phone.eyes.size),
            "device": {name: list(pixel) for name, pixel in deed.device.items()},
            "refused": deed.refused,
            "uncertain": deed.uncertain,
        }


def _describe(phone: Phone) -> dict[str, str]:
    """What phone it is, for records."""
    found = {name: phone.shell.ask(line("getprop", key)).text.strip() for name, key in _PROPERTIES.items()}
    return {"serial": phone.shell.where, **found}
