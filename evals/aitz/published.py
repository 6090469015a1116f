"""Figures of others on AITZ's test split, in per cent, beside which a run's are printed."""

from __future__ import annotations

from dataclasses import dataclass

QWEN2_VL = "Qwen2-VL README, benchmark table (lines 98-99); no script was released"
CPM = "AgentCPM-GUI eval/README.md, its own evaluator (qwen-agentcpm)"
FORK = "LZ-Dong/AgentCPM-GUI-Evaluation eval/README.md: the same evaluator after a repair of the history"
PAPER = "the AITZ paper, quoted from memory: unverified"


@dataclass(frozen=True, slots=True)
class Peer:
    """What a model is reported to score: type match and exact match of steps, None where it is not told."""

    model: str
    type_match: float | None
    exact_match: float | None
    source: str


PEERS: tuple[Peer, ...] = (
    Peer("Qwen2-VL-72B", 89.6, 72.1, QWEN2_VL),
    Peer("GPT-4o", 70.0, 35.3, QWEN2_VL),
    Peer("AUTO-UI, fine-tuned with CoAT", 83.0, 47.7, QWEN2_VL),
    Peer("CogAgent, fine-tuned with CoAT", 72.6, 53.3, PAPER),
    Peer("Qwen2.5-VL-3B", None, 76.9, "Qwen2.5-VL README (line 77); unreproduced (Qwen3-VL#904)"),
    Peer("Qwen2.5-VL-7B", None, 81.9, "Qwen2.5-VL README (line 77); a user got 55.68 (Qwen3-VL#904)"),
    Peer("Qwen2.5-VL-72B", None, 83.2, "Qwen2.5-VL README (line 77); unreproduced (Qwen3-VL#904)"),
    Peer("Qwen2.5-VL-7B, run by others", 73.16, 57.58, CPM + "; history with future steps"),
    Peer("Qwen2.5-VL-7B, run by others", 78.41, 54.61, FORK),
    Peer("UI-TARS-7B", 71.74, 55.31, CPM + "; history with future steps"),
    Peer("UI-TARS-7B", 80.42, 65.77, FORK),
    Peer("AgentCPM-GUI-8B", 85.71, 76.38, CPM),
    Peer("OS-Atlas-Pro-7B", 74.13, 58.45, CPM),
    Peer("OdysseyAgent-7B", 59.17, 31.60, CPM),
    Peer("Aguvis-7B-720P", 35.71, 18.99, CPM),
    Peer("OS-Genesis-7B-AC", 19.98, 8.45, CPM),
)

CAUTION = (
    "These were made with other rule-sets, other inputs (the instruction alone, or also the thought or the action in "
    "words, which is often not told) and other histories. The same predictions differ by more than ten points between "
    "rule-sets, so that a figure here is no more than a neighbour. AgentCPM-GUI's evaluator leaves steps without a "
    "prediction out; here they are wrong."
)
