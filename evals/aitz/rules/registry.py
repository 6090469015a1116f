"""The rule-sets by name."""

from __future__ import annotations

from evals.aitz.rules.aitw import Aitw
from evals.aitz.rules.base import RuleSet
from evals.aitz.rules.clickfix import ClickFix
from evals.aitz.rules.os_atlas import OsAtlas
from evals.aitz.rules.published import WIDENING, Published
from evals.aitz.rules.qwen_agentcpm import QwenAgentCpm
from evals.aitz.rules.strict import Strict

DEFAULT = "qwen-agentcpm"


def rule_sets(widening: float = WIDENING) -> tuple[RuleSet, ...]:
    """All of them, the default first.

    Args:
        widening: units of 1000 by which a predicted point grows on every side under the rules that ask for a box.
    """
    return QwenAgentCpm(), Strict(), ClickFix(widening), Aitw(), OsAtlas(), Published(widening)


ALL = rule_sets()


def choose(names: str, widening: float = WIDENING) -> tuple[RuleSet, ...]:
    """The rule-sets of a list with commas, all if it is empty. Raises ValueError naming the choices."""
    known = {rules.name: rules for rules in rule_sets(widening)}
    chosen = [name.strip() for name in names.split(",") if name.strip()]
    for name in chosen:
        if name not in known:
            raise ValueError(f"there is no rule-set {name!r}; choose from {', '.join(known)}")
    return tuple(known[name] for name in dict.fromkeys(chosen)) or tuple(known.values())
