"""Loads a Qwen2-VL checkpoint and refuses, with a reason, one that would answer nonsense."""

from __future__ import annotations

import json
import math
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from huggingface_hub import snapshot_download
from huggingface_hub.errors import HfHubHTTPError, HFValidationError, LocalEntryNotFoundError
from transformers import AutoTokenizer, Qwen2VLForConditionalGeneration

from model.base import Image, ModelError
from model.qwen2vl.encoding import Encoder, SpecialTokens
from model.qwen2vl.kernels.base import Kernels
from model.qwen2vl.kernels.choose import choose_kernels
from model.qwen2vl.language import LanguageModel
from model.qwen2vl.preprocess import load_preprocessor
from model.qwen2vl.tower import VisionTower

_CONTROL = {
    "im_start": "<|im_start|>",
    "im_end": "<|im_end|>",
    "vision_start": "<|vision_start|>",
    "vision_end": "<|vision_end|>",
    "image_pad": "<|image_pad|>",
    "pad": "<|endoftext|>",
}


@dataclass(frozen=True, slots=True)
class LoadOptions:
    """How to load.

    Args:
        device: "auto" takes CUDA, else Apple's GPU, else the CPU; "spread" lays the layers over all GPUs.
        dtype: of the weights as they are kept. "auto" is bfloat16 on a GPU; on a CPU it is the checkpoint's own,
            computed with in float32 either way, so that a bfloat16 checkpoint takes half the memory and time a token
            and answers as it would in float32. "int8" (CPU) keeps the language model's weights in eight bits.
        kernels: "auto", "native", "torch" or "compiled" (`choose_kernels`).
    """

    device: str = "auto"
    dtype: str = "auto"
    min_pixels: int | None = None
    max_pixels: int | None = None
    kernels: str = "auto"


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """A loaded checkpoint: the network in its two parts, the encoder and its generation config."""

    folder: Path
    language: LanguageModel
    tower: VisionTower
    encoder: Encoder
    generation: Any
    kernels: Kernels
    storage: str
    """How the language model's weights are kept: float32, bfloat16 or int8."""
    parameters: int
    positions: int
    """Most positions the checkpoint was made for."""
    ends: frozenset[int]
    """Ids that end an answer: the generation config's, and the turn's own."""
    never: torch.Tensor
    """Ids no answer may hold: vision placeholders, whose features would be missing, and rows without a token."""


def locate(name: str) -> Path:
    """The folder of a checkpoint: a local path, or a hub id that is fetched. Raises ModelError."""
    folder = Path(name).expanduser()
    if folder.is_dir():
        return folder
    if folder.is_absolute() or name.startswith((".", "~")) or name.count("/") != 1:
        raise ModelError(
            f"there is no checkpoint folder {name!r}; give a folder or a hub id such as Qwen/Qwen2-VL-2B-Instruct"
        )
    try:
        return Path(snapshot_download(name))
    except (OSError, HFValidationError, HfHubHTTPError, LocalEntryNotFoundError) as error:
        raise ModelError(
            f"{name!r} is no local folder and could not be fetched from the hub ({type(error).__name__}); "
            "check the name and the connection, or download it elsewhere and give its folder"
        ) from error


def load_encoder(folder: Path, options: LoadOptions) -> Encoder:
    """Tokenizer, control tokens and preprocessor, checked against config.json. Raises ModelError."""
    config = read_config(folder)
    try:
        tokenizer = AutoTokenizer.from_pretrained(folder)
    except (OSError, ValueError) as error:
        raise ModelError(f"the tokenizer in {folder} cannot be read ({error}); fetch the checkpoint again") from error
    ids = {name: tokenizer.convert_tokens_to_ids(token) for name, token in _CONTROL.items()}
    missing = [_CONTROL[name] for name, number in ids.items() if number is None or number == tokenizer.unk_token_id]
    if missing:
        raise ModelError(f"the tokenizer in {folder} lacks {', '.join(missing)}; it is not a Qwen2-VL tokenizer")
    special = SpecialTokens(**ids)
    for key, number in (
        ("image_token_id", special.image_pad),
        ("vision_start_token_id", special.vision_start),
        ("vision_end_token_id", special.vision_end),
    ):
        if config.get(key, number) != number:
            raise ModelError(
                f"{folder}: config.json says {key} {config[key]} but the tokenizer says {number}; "
                "one of the two files is from another checkpoint"
            )
    return Encoder(tokenizer, special, load_preprocessor(folder, options.min_pixels, options.max_pixels))


def load(name: str, options: LoadOptions = LoadOptions()) -> Checkpoint:
    """Load a Qwen2-VL checkpoint for inference.

    Raises ModelError when it is missing, damaged, of another architecture, or would run in float16 (activations of
    Qwen2-VL overflow there and it answers "!!!!": transformers issue 33294).
    """
    folder = locate(name)
    encoder = load_encoder(folder, options)
    device = _device(options.device)
    kernels = _kernels(device, options, read_config(folder))
    storage = _storage(options.dtype, device, kernels, folder)
    loaded = torch.bfloat16 if storage == "bfloat16" else torch.float32
    network = _network(folder, loaded, "auto" if options.device == "spread" else None)
    try:
        if options.device != "spread":
            network.to(device)
        network.eval().requires_grad_(False)
    except (RuntimeError, AssertionError) as error:
        raise ModelError(f"the model cannot be put on {device} ({error}); choose another --device") from error
    generation = network.generation_config  # the checkpoint's own, or defaults where it has none
    _probe_cap(encoder)
    ends = generation.eos_token_id
    own_ends = {encoder.special.im_end, encoder.special.pad}
    rows = network.get_input_embeddings().num_embeddings
    never = [encoder.special.image_pad, network.config.video_token_id, *range(len(encoder.tokenizer), rows)]
    parameters = sum(parameter.numel() for parameter in network.parameters())
    return Checkpoint(
        folder=folder,
        tower=VisionTower(network.model.visual, kernels, "bfloat16" if storage == "bfloat16" else "float32"),
        language=LanguageModel(network, kernels, storage),
        encoder=encoder,
        generation=generation,
        kernels=kernels,
        storage=storage,
        parameters=parameters,
        positions=network.config.get_text_config().max_position_embeddings,
        ends=frozenset(own_ends | (set(ends) if isinstance(ends, list) else {ends} if ends is not None else set())),
        never=torch.tensor(never),
    )


def _network(folder: Path, dtype: torch.dtype, device_map: str | None) -> Any:
    """transformers' module, every tensor of it from the files. Raises ModelError."""
    try:
        network, report = Qwen2VLForConditionalGeneration.from_pretrained(
            folder, dtype=dtype, device_map=device_map, output_loading_info=True
        )
    except Exception as error:
        raise ModelError(f"the weights in {folder} cannot be loaded ({error}); fetch the checkpoint again") from error
    if report["missing_keys"]:
        # transformers fills them with random numbers and only warns.
        raise ModelError(
            f"the weights in {folder} lack {len(report['missing_keys'])} tensors, such as "
            f"{min(report['missing_keys'])}; fetch the checkpoint again"
        )
    if any(parameter.is_meta for parameter in network.parameters()):
        raise ModelError(
            f"{folder} does not fit the devices there are: some of it would be left on disk; use more or larger GPUs, "
            "or serve it and give the server's URL"
        )
    return network


def _kernels(device: torch.device, options: LoadOptions, config: dict[str, Any]) -> Kernels:
    """The native ones take widths that are multiples of eight, which every released checkpoint has."""
    text, vision = config.get("text_config") or config, config.get("vision_config") or {}
    widths = [
        text.get("hidden_size", 0) // max(1, text.get("num_attention_heads", 1)),
        vision.get("embed_dim", 1280) // max(1, vision.get("num_heads", 16)),
    ]
    odd = any(width % 8 for width in (*widths, text.get("intermediate_size", 0)))
    return choose_kernels(device, "torch" if odd and options.kernels == "auto" else options.kernels)


def _probe_cap(encoder: Encoder) -> None:
    """Encode a picture far over the cap and see that the cap holds: it has been silently ignored before."""
    preprocessor = encoder.preprocessor
    side = math.isqrt(preprocessor.max_pixels) + 4 * preprocessor.patch * preprocessor.merge
    probe = Image(np.zeros((side, side, 3), np.uint8))
    area = preprocessor.patch**2 * len(preprocessor.patches(probe))
    if area > preprocessor.max_pixels:
        raise ModelError(f"the pixel cap of {preprocessor.max_pixels} is not in force: a probe came out at {area}")


def read_config(folder: Path) -> dict[str, Any]:
    """config.json of a Qwen2-VL checkpoint. Raises ModelError when it is unreadable or of another family."""
    path = folder / "config.json"
    try:
        config: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise ModelError(f"{path} cannot be read ({error}); is {folder} a whole checkpoint?") from error
    kind = config.get("model_type")
    if kind != "qwen2_vl":
        raise ModelError(
            f"{folder} holds a {kind!r} model; this engine runs Qwen2-VL (model_type 'qwen2_vl'). "
            "Other families write coordinates in other units: serve them and give the server's URL"
        )
    return config


def _device(name: str) -> torch.device:
    if name not in ("auto", "spread"):
        try:
            return torch.device(name)
        except RuntimeError as error:
            raise ModelError(f"unknown device {name!r}; use auto, cpu, cuda or mps") from error
    if torch.cuda.is_available():
        return torch.device("cuda")
    return torch.device("mps" if torch.backends.mps.is_available() else "cpu")


def _storage(name: str, device: torch.device, kernels: Kernels, folder: Path) -> str:
    """How weights are kept, from what was asked for and what there is. Raises ModelError."""
    if name in ("float16", "half"):
        raise ModelError("Qwen2-VL overflows in float16 and answers nonsense; use --dtype bfloat16 or float32")
    if name not in ("auto", "float32", "bfloat16", "int8"):
        raise ModelError(f"unknown dtype {name!r}; use auto, float32, bfloat16 or int8")
    if name == "int8" and kernels.name != "native":
        raise ModelError(f"int8 weights need the native kernels on a CPU, not {kernels.name}'s on {device.type}")
    if name != "auto":
        return name
    if kernels.name != "native":
        return "float32" if device.type == "cpu" else "bfloat16"
    config = read_config(folder)
    own = config.get("dtype") or config.get("torch_dtype") or (config.get("text_config") or {}).get("dtype")
    return "bfloat16" if own == "bfloat16" else "float32"
