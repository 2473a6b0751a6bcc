"""Operations that read or write wherever integers point: asked first.

Sizes and inputs that nobody gave are tried on the user's module and on programs. PyTorch checks most indices. Those of
a bag of embeddings it checks in part, and ends the process where there are none; where the groups of a product do not
cover its rows, it leaves some as they were in memory, another number at every run.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor

from .tracing import Watch

aten = torch.ops.aten


class InBounds(Watch):
    """Raises an IndexError in place of an operation whose integers do not fit its operands."""

    supports_higher_order_operators = True

    @classmethod
    def is_infra_mode(cls) -> bool:
        """Branches (``torch.cond``) are compiled as ever: otherwise Dynamo would leave them out from then on."""
        return True

    def __torch_dispatch__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        fits = POINTING.get(func)
        if fits is not None and not fits(*args, **(kwargs or {})):
            raise IndexError(f"{func} points outside of its operands, or not at all of them")
        return func(*args, **(kwargs or {}))


def _bag_fits(weight: Tensor, words: Tensor, offsets: Tensor, *rest: Any, **options: Any) -> bool:
    if offsets.numel() == 0:
        return words.numel() == 0
    return _ascend(offsets) and int(offsets[-1]) <= words.numel()


def _groups_fit(a: Tensor, b: Tensor, offs: Tensor | None = None, *rest: Any, **options: Any) -> bool:
    if offs is None or a.ndim == b.ndim:
        return True  # a batched product, or sums over groups
    rows = a.shape[0] if a.ndim == 2 else b.shape[-1]
    return _ascend(offs) and offs.numel() > 0 and int(offs[-1]) == rows


def _ascend(offsets: Tensor) -> bool:
    return bool((offsets[1:] >= offsets[:-1]).all()) and bool((offsets >= 0).all())


POINTING: dict[object, Callable[..., bool]] = {
    aten._embedding_bag.default: _bag_fits,
    aten._embedding_bag_forward_only.default: _bag_fits,
    aten._grouped_mm.default: _groups_fit,
}
# Operations of a graph that come to one of those.
REACHING = POINTING.keys() | {aten.embedding_bag.default, aten.embedding_bag.padding_idx}
