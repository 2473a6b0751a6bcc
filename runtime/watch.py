"""WeightWatch: notice that a weight changed after it was compiled in.

PyTorch's version counter sees in-place operations, but not writes through ``.data`` or NumPy, which pruning code is
full of. So besides identity and version the numbers themselves are summed, as integers and block by block, at the
speed of memory (about 0.2 ms per million float32 weights on one core). What it cannot see is a write around the
version counter that only swaps numbers within one block of 32 kB.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import torch
from torch import Tensor

BLOCK = 4096  # eight-byte words


class WeightWatch:
    """Remembers the state of some tensors.

    Args:
        weights: the tensors to watch; they are kept alive.
        contents: also compare contents, which finds writes through ``.data``.
    """

    def __init__(self, weights: Sequence[Tensor], *, contents: bool = True) -> None:
        self._weights = [*weights]
        self._readers: list[Callable[[], Any]] = []
        for weight in self._weights if contents else []:
            self._readers.extend(_readers(weight.detach()))
        self._identity = self._identities()
        self._sums = [read() for read in self._readers]

    def changed(self) -> bool:
        """Whether any of the tensors is not what it was."""
        if self._identities() != self._identity:
            return True
        return any(not _same(read(), old) for read, old in zip(self._readers, self._sums, strict=True))

    def _identities(self) -> list[tuple[int, int]]:
        return [(w.data_ptr(), 0 if w.is_inference() else w._version) for w in self._weights]


def _same(a: Any, b: Any) -> bool:
    return bool(np.array_equal(a, b)) if isinstance(a, np.ndarray) else bool(a == b)


def _readers(weight: Tensor) -> list[Callable[[], Any]]:
    """Functions that sum the tensor's storage as integers."""
    if weight.numel() == 0:
        return []
    if weight.device.type != "cpu" or not weight.is_contiguous():
        return [lambda: int(torch.hash_tensor(weight)), lambda: float(weight.double().sum())]
    octets = weight.reshape(-1).view(torch.uint8).numpy()
    whole = len(octets) // 8 * 8
    words, tail = octets[:whole].view(np.uint64), octets[whole:]
    blocks = len(words) // BLOCK
    readers: list[Callable[[], Any]] = []
    if blocks:
        table = words[: blocks * BLOCK].reshape(blocks, BLOCK)
        readers.append(lambda: table.sum(axis=1))
    rest = words[blocks * BLOCK :]
    if len(rest):
        readers.append(rest.sum)
    if len(tail):
        readers.append(tail.tobytes)
    return readers
