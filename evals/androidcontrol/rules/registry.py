"""Every rule-set by its name."""

from __future__ import annotations

from evals.androidcontrol.rules.base import Rules
from evals.androidcontrol.rules.os_atlas import OsAtlas
from evals.androidcontrol.rules.strict import Strict
from evals.androidcontrol.rules.ui_s1 import UiS1

RULES: tuple[Rules, ...] = (OsAtlas(), UiS1(), Strict())
