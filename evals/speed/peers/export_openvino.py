"""Exports a checkpoint for OpenVINO GenAI. Run by `prepare.py` in OpenVINO's own environment: CHECKPOINT TARGET."""

from __future__ import annotations

import importlib
import sys
from pathlib import Path


def export(checkpoint: Path, target: Path) -> None:
    """Write the float32 network and the tokenizer of `checkpoint`, a legacy copy, in OpenVINO's format."""
    intel = importlib.import_module("optimum.intel")
    transformers = importlib.import_module("transformers")
    tokenizers = importlib.import_module("openvino_tokenizers")
    openvino = importlib.import_module("openvino")
    network = intel.OVModelForVisualCausalLM.from_pretrained(checkpoint, export=True, compile=False, load_in_8bit=False)
    network.save_pretrained(target)
    tokenizer = transformers.AutoTokenizer.from_pretrained(checkpoint)
    tokenizer.save_pretrained(target)
    transformers.AutoImageProcessor.from_pretrained(checkpoint).save_pretrained(target)
    for name, part in zip(
        ("tokenizer", "detokenizer"), tokenizers.convert_tokenizer(tokenizer, with_detokenizer=True), strict=True
    ):
        openvino.save_model(part, target / f"openvino_{name}.xml", compress_to_fp16=False)


if __name__ == "__main__":
    export(Path(sys.argv[1]), Path(sys.argv[2]))
