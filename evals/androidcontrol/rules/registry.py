"""Every rule-set by its name, and two that are missing on purpose.

AgentCPM-GUI's (eval/utils/evaluator.py, a5612f0) credits a click in one of the five boxes nearest to the point, or
within 0.04. The boxes are of all elements of the screen, out of the accessibility trees: only the TFRecord files have
those, and the annotations that are read here name none but the elements that hold the point. `qwen-ui-s1` is the same
rule with these.

GUI-R1's (guir1/eval/eval_omni.py) has no verdict a step. A click counts when its squared distance, both axes over the
screen's size, is below 0.14², whatever action was predicted, so a step may be exact and of the wrong type; a text, an
app and a direction count by an F1 of words of 0.5; buttons and waiting are in its Type and not in its Step; and a kind
without one hit leaves the denominators. With all steps in the denominators, as here, its figures would be others.
"""

from __future__ import annotations

from evals.androidcontrol.rules.base import Rules
from evals.androidcontrol.rules.os_atlas import OsAtlas
from evals.androidcontrol.rules.strict import Strict
from evals.androidcontrol.rules.ui_s1 import UiS1

RULES: tuple[Rules, ...] = (OsAtlas(), UiS1(), Strict())
