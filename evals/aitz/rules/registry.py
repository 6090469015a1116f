"""Every rule-set."""

from __future__ import annotations

from evals.aitz.rules.aitw import Aitw
from evals.aitz.rules.base import RuleSet
from evals.aitz.rules.clickfix import ClickFix
from evals.aitz.rules.os_atlas import OsAtlas
from evals.aitz.rules.published import Published
from evals.aitz.rules.qwen_agentcpm import QwenAgentCpm
from evals.aitz.rules.strict import Strict

ALL: tuple[RuleSet, ...] = (QwenAgentCpm(), Strict(), ClickFix(), Aitw(), OsAtlas(), Published())
"""The default first."""
