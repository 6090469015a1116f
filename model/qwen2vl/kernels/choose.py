"""Which kernels serve: the compiled ones on a CPU, torch's own elsewhere and where nothing compiles."""

from __future__ import annotations

import logging
import os

import torch

from model.base import ModelError
from model.qwen2vl.kernels.base import Kernels
from model.qwen2vl.kernels.build import NoCompilerError
from model.qwen2vl.kernels.native import NativeKernels
from model.qwen2vl.kernels.plain import PlainKernels

VARIABLE = "VISUOMOTOR_KERNELS"


def choose_kernels(device: torch.device, asked: str = "auto") -> Kernels:
    """The kernels for a device.

    Args:
        asked: "native", "torch", "compiled" (torch's own with torch.compile) or "auto"; for "auto" the environment's
            VISUOMOTOR_KERNELS may choose.

    Raises:
        ModelError: native ones were asked for and cannot be had.
    """
    name = asked if asked != "auto" else os.environ.get(VARIABLE, "auto")
    if name not in ("auto", "native", "torch", "compiled"):
        raise ModelError(f"unknown kernels {name!r}; use auto, native, torch or compiled")
    if name == "compiled":
        return PlainKernels(compiled=True)
    if name == "torch" or (name == "auto" and device.type != "cpu"):
        return PlainKernels()
    if device.type != "cpu":
        raise ModelError(f"the native kernels run on a CPU, not on {device}")
    try:
        return NativeKernels()
    except NoCompilerError as error:
        if name == "native":
            raise
        logging.getLogger(__name__).warning("%s", error)
        return PlainKernels()
