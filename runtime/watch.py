"""WeightWatch: notice that a weight changed after it was compiled in.

Addresses and PyTorch's version counters are compared at every call: that sees in-place operations, loading, moving and
replacing. It does not see writes through ``.data`` or NumPy, which pruning code is full of. So the numbers themselves
are read, too, a piece at a time, for as long as a small share of the time of the calls allows.
"""

from __future__ import annotations

import math
import operator
import time
import weakref
from collections.abc import Callable, Sequence
from itertools import chain, zip_longest
from typing import Any

import numpy as np
import torch
from torch import Tensor

# Of the time of calls: a round over all weights takes 100 times as long as reading them at once.
TIME_SHARE = 0.01
PIECE_BYTES = 1 << 15
_ODD = np.random.default_rng(0).integers(1 << 63, size=PIECE_BYTES // 8, dtype=np.uint64) * 2 + 1
_HALF = np.uint64(31)

_version, _address = operator.attrgetter("_version"), torch._C.TensorBase.data_ptr


class WeightWatch:
    """Remembers the state of some tensors.

    Args:
        weights: the tensors to watch; their memory is kept, they themselves are not.
        share: of the time of calls, to be spent on reading numbers: 0 reads them on demand only, infinity reads all of
            them at every look; None cannot read them at all.
        clock: of seconds.
    """

    def __init__(
        self,
        weights: Sequence[Tensor],
        *,
        share: float | None = TIME_SHARE,
        clock: Callable[[], float] = time.perf_counter,
    ) -> None:
        self._share, self._clock = share or 0.0, clock
        self._weights = [weakref.ref(weight) for weight in weights]
        # A detached tensor shares the counter, is no Parameter, whose attributes take longer, and keeps the memory.
        self._held = [weight.detach() for weight in weights]
        self._counted = [x for x in self._held if not x.is_inference()]
        self._versions, self._addresses = self._now(weights)
        pieces = [_pieces(x) for x in self._held] if share is not None else []
        # A piece of each weight in turn: what overwrites a whole weight is seen early in a round.
        self._pieces = [piece for piece in chain(*zip_longest(*pieces)) if piece is not None]
        start = clock()
        self._digests = [piece() for piece in self._pieces]
        self._round = (clock() - start) / share if share else math.inf
        self._next, self._credit, self._last = 0, share if share == math.inf else 0.0, 0.0
        self._changed = False

    @property
    def round(self) -> float:
        """Seconds of calls within which every number is looked at, as far as could be told at the beginning."""
        return self._round

    def look(self, weights: Sequence[Tensor]) -> bool:
        """Whether one of the tensors, which are these now, is known to be not what it was."""
        if self._changed:
            return True
        self._changed = self._counts(weights) or (self._credit > 0 and self._differs(self._credit))
        return self._changed

    def spend(self, seconds: float) -> None:
        """Say how long a call took: its share is for the next look. Of two calls the shorter one counts."""
        if self._share < math.inf:
            self._credit = min(self._credit, 0.0) + self._share * min(seconds, self._last)
            self._last = seconds

    def changed(self) -> bool:
        """Whether one of the tensors is not what it was: reads all of them."""
        weights: list[Any] = [weight() for weight in self._weights]
        gone = any(weight is None for weight in weights)
        self._changed = self._changed or gone or self._counts(weights) or self._differs(math.inf)
        return self._changed

    def moved(self, weights: Sequence[Tensor]) -> list[int]:
        """Which of the tensors, which are these now, were replaced, moved or written in place."""
        counted = {id(x): version for x, version in zip(self._counted, self._versions, strict=True)}
        written = [id(x) in counted and x._version != counted[id(x)] for x in self._held]
        then = zip(self._weights, self._addresses, written, strict=True)
        return [
            at
            for at, (weight, (old, address, wrote)) in enumerate(zip(weights, then, strict=True))
            if wrote or old() is not weight or weight.data_ptr() != address
        ]

    def _counts(self, weights: Sequence[Tensor]) -> bool:
        """Whether anything changed that PyTorch counts."""
        same = all(map(operator.is_, weights, map(operator.call, self._weights)))
        return not same or self._now(weights) != (self._versions, self._addresses)

    def _now(self, weights: Sequence[Tensor]) -> tuple[list[int], list[int]]:
        return list(map(_version, self._counted)), list(map(_address, weights))

    def _differs(self, seconds: float) -> bool:
        """Read on where the last time ended, for some seconds but one round at most; whether something differs."""
        now = start = self._clock()
        for _ in self._pieces:
            at = self._next
            self._next = (at + 1) % len(self._pieces)
            if self._pieces[at]() != self._digests[at]:
                return True
            now = self._clock()
            if now - start >= seconds:
                break
        self._credit -= now - start
        return False


def _pieces(weight: Tensor) -> list[Callable[[], Any]]:
    """Functions that digest the tensor's numbers, as they are then, a piece each."""
    if weight.numel() == 0:
        return []
    if torch._prims_common.is_non_overlapping_and_dense_or_false(weight):
        weight = weight.as_strided((weight.numel(),), (1,), weight.storage_offset())
    weight = weight.reshape(1) if weight.ndim == 0 else weight
    rows = max(1, PIECE_BYTES // (weight.element_size() * weight[0].numel()))
    return [_reader(piece) for piece in weight.split(rows)]


def _reader(piece: Tensor) -> Callable[[], Any]:
    def parts() -> tuple[Any, Any]:
        plain = piece.cpu().resolve_conj().resolve_neg().contiguous().reshape(-1)
        octets = plain.view(torch.uint8).numpy()
        whole = len(octets) // 8 * 8
        return octets[:whole].view(np.uint64), octets[whole:]

    if piece.device.type == "cpu" and piece.is_contiguous() and not piece.is_conj() and not piece.is_neg():
        words, tail = parts()  # views: no copies
        return lambda: _digest(words, tail)
    return lambda: _digest(*parts())


def _digest(words: Any, tail: Any) -> tuple[int, bytes]:
    """Digest of bytes: what differs in one word differs, and what differs elsewhere does but for a chance of 2**-31.

    A sum of words times odd numbers. The upper half of each word is folded into the lower one before, since products
    with the highest bit alone, the sign of a number, would all be the same.
    """
    total, most = 0, len(_ODD)
    for at in range(0, len(words), most):
        part = words[at : at + most]
        mixed = part >> _HALF
        np.bitwise_xor(mixed, part, out=mixed)
        total += int(np.dot(mixed, _ODD[: len(part)]))
    return total, tail.tobytes()
