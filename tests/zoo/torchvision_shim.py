"""Make torchvision importable beside a CPU build of torch (it has no CPU wheel with operators of its own)."""

from __future__ import annotations

from typing import Any

import torch

_keep_alive: list[torch.library.Library] = []


def import_torchvision() -> Any:
    """Return the torchvision module, or raise ImportError where it is not installed.

    torchvision registers fake kernels for two operators that only its CUDA wheel defines; on a CPU torch the
    import works once their schemas exist.
    """
    if torch.version.cuda is None and not _keep_alive:
        library = torch.library.Library("torchvision", "DEF")
        for op in ("nms", "qnms"):
            library.define(f"{op}(Tensor dets, Tensor scores, float iou_threshold) -> Tensor")
        _keep_alive.append(library)
    import torchvision

    return torchvision
