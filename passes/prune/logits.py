"""Which output of a model is logits: numbers that stand for the probabilities of classes."""

from __future__ import annotations

from typing import Any

import torch
import torch.utils._pytree as pytree
from torch import Tensor

# How far the length of a direction is from one at most.
UNIT = 1e-3


def looks_like_logits(name: str | None, value: Tensor, alone: bool, call: Any) -> bool:
    """By its name; where it has none, the only one does if it has a row of several numbers for each sample.

    Rows of length one are directions, such as embeddings. A row for each token stands for the next one if it is wider
    than tokens are many.

    Args:
        name: of the output; None if it has none.
        value: it.
        alone: whether it is the only one.
        call: the inputs that gave it, in any structure.
    """
    if value.ndim < 2 or value.shape[-1] < 2:
        return False
    if name is not None and "logits" in name:
        return True
    if not alone or name is not None:
        return False
    if value.ndim == 2:
        return bool((value.double().norm(dim=1) - 1).abs().max() > UNIT)
    integers = (x for x in pytree.tree_leaves(call) if isinstance(x, Tensor) and x.dtype in (torch.int32, torch.int64))
    return any(x.shape == value.shape[:-1] and 1 < int(x.max()) < value.shape[-1] for x in integers)
