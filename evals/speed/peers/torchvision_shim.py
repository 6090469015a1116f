"""Makes a torchvision built for CUDA importable beside a CPU build of torch. Copied into an environment, not imported.

torchvision registers the meta kernels of two detection operators at import and fails where its binary part, which
declares them, does not load. This module declares them just before torchvision is first imported. `prepare.py` puts it
into site-packages with a .pth file that imports it, so that the server's worker processes have it too.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec
from types import ModuleType


class _Declarer(MetaPathFinder):
    """Finds nothing itself: declares the operators the first time torchvision is looked for, and steps aside."""

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        if fullname == "torchvision":
            sys.meta_path.remove(self)
            _declare()
        return None


def _declare() -> None:
    import torch

    global _library  # the declarations live as long as this object
    _library = torch.library.Library("torchvision", "DEF")
    for name in ("nms", "qnms"):
        _library.define(f"{name}(Tensor dets, Tensor scores, float iou_threshold) -> Tensor")


_library: object = None
sys.meta_path.insert(0, _Declarer())
