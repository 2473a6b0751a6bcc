"""Which inputs are images, volumes or signals: their sizes are captured as numbers.

Constants under zero padding are exact for one size only. Tensors of four and five dimensions may as well be caches of
keys and values, whose lengths are to be dynamic. What tells them apart is whether anything looks at neighbours.
"""

from __future__ import annotations

from typing import Any

import torch.utils._pytree as pytree
from torch import Tensor, nn
from torch.utils.weak import WeakIdKeyDictionary

from ..ir.tracing import Watch
from .user_model import Call, UserModel

# Dimensions of inputs, by the numbers of the inputs.
Kept = dict[int, frozenset[int]]
# Parts of the names of operations that look at neighbours along the last dimensions.
NEIGHBOURS = ("conv", "pool", "upsample", "grid_sampler", "reflection_pad", "replication_pad", "im2col", "col2im")


def is_image(value: object, module: nn.Module) -> bool:
    """Whether an input may be images, volumes, or signals that one-dimensional convolutions read."""
    if not (isinstance(value, Tensor) and value.is_floating_point()):
        return False
    signals = value.ndim == 3 and any(isinstance(part, (nn.Conv1d, nn.ConvTranspose1d)) for part in module.modules())
    return value.ndim in (4, 5) or signals


def images_of(model: UserModel, call: Call) -> Kept:
    """Which flat inputs of a call may be images, and which of their sizes are kept.

    A model that takes tokens has none. Of four or five dimensions they have to come to an operation that looks at
    neighbours in as many, whatever lies between; the model is run once to see that. What does not is a cache, whose
    length is its last size but one: the others are numbers of heads and of features.
    """
    leaves = pytree.tree_leaves(call)
    if any(isinstance(x, Tensor) and x.ndim > 1 and not x.is_floating_point() for x in leaves):
        return {}
    found = {at: leaves[at] for at, value in enumerate(leaves) if is_image(value, model.module)}
    unsure = {at: value for at, value in found.items() if value.ndim > 3}
    watch = _Neighbours(unsure)
    if unsure:
        with watch:
            answer = model.tried(*call)
        unsure = {} if answer is None else {at: unsure[at] for at in unsure.keys() - watch.read}
    return {
        at: frozenset(range(1, value.ndim)) - ({value.ndim - 2} if at in unsure else set())
        for at, value in found.items()
    }


class _Neighbours(Watch):
    """Notes which inputs come to operations that look at neighbours.

    Attributes:
        read: the numbers of those inputs.
    """

    def __init__(self, inputs: dict[int, Tensor]) -> None:
        super().__init__()
        self.read: set[int] = set()
        self._ranks = {at: value.ndim for at, value in inputs.items()}
        self._from: Any = WeakIdKeyDictionary()  # tensors, and the inputs that they are computed from
        for at, value in inputs.items():
            self._from[value] = self._from.get(value, frozenset()) | {at}

    def __torch_dispatch__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        result = func(*args, **(kwargs or {}))
        given = [x for x in pytree.tree_leaves((args, kwargs)) if isinstance(x, Tensor)]
        sources = frozenset[int]().union(*(self._from.get(x, frozenset()) for x in given))
        if sources:
            if any(part in str(func) for part in NEIGHBOURS):
                self.read |= {at for at in sources if self._ranks[at] == given[0].ndim}
            for value in pytree.tree_leaves(result):
                if isinstance(value, Tensor):
                    self._from[value] = sources
        return result
