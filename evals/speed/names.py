"""The engines that race, by the names their rows have."""

from __future__ import annotations

OURS, HELD, INT8 = "ours float32", "ours float32 held", "ours int8"
SCRATCH, VLLM, OPENVINO, LLAMA, LLAMA8 = (
    "transformers", "vLLM", "OpenVINO SDPA", "llama-server f32", "llama-server q8_0"
)  # fmt: skip
