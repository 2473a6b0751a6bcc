"""Who shares a channel with whom: position labels for every value, unified like types.

Every value has *positions*: a value labelled over its dimensions ``dims`` has one position for each index into those
dimensions (its channels, or heads x features), and a value with ``dims == ()`` has a single position, the whole
tensor. Each position carries a *channel id*. Two positions whose ids are unified exist together or not at all. Leaf
axes, products (``view``), sums (``cat``, ``split``) and permutations all become plain arrays of ids, so data movement
is the movement of labels and needs no algebra of its own.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Hashable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Labels = NDArray[np.int64]
Mask = NDArray[np.bool_]


@dataclass(frozen=True)
class Channels:
    """Channel ids of one value: ``labels[i, j, ...]`` is the one at index i of ``dims[0]``, j of ``dims[1]``, ..."""

    dims: tuple[int, ...]
    labels: Labels

    def __post_init__(self) -> None:
        if self.labels.ndim != len(self.dims):
            raise ValueError(f"{self.labels.ndim} label dimensions for dims {self.dims}")
        if list(self.dims) != sorted(set(self.dims)):
            raise ValueError(f"dims {self.dims} are not in ascending order")

    def along(self, dim: int) -> int | None:
        """Which label axis stands for dimension ``dim`` (None: the positions do not vary along it)."""
        return self.dims.index(dim) if dim in self.dims else None

    def only(self, dims: Collection[int]) -> Channels:
        """The labels at the first index of every dimension that is not in ``dims``."""
        if set(self.dims) <= set(dims):
            return self
        index = tuple(slice(None) if d in dims else 0 for d in self.dims)
        return Channels(tuple(d for d in self.dims if d in dims), np.asarray(self.labels[index]))

    def spread(self, mask: Mask, dims: Collection[int]) -> Mask:
        """A mask over ``only(dims)`` repeated along the other dimensions."""
        index = tuple(slice(None) if d in dims else None for d in self.dims)
        return np.broadcast_to(mask[index] if index else mask, self.labels.shape)

    def anywhere(self, mask: Mask, dims: Collection[int]) -> Mask:
        """Where a mask over all positions is set anywhere along the dimensions that are not in ``dims``."""
        result: Mask = np.asarray(mask.any(axis=tuple(a for a, d in enumerate(self.dims) if d not in dims)))
        return result

    def reduced(self, mask: Mask, dims: Collection[int]) -> Mask:
        """Where a mask over all positions is set all along the dimensions that are not in ``dims``."""
        result: Mask = np.asarray(mask.all(axis=tuple(a for a, d in enumerate(self.dims) if d not in dims)))
        return result


class ChannelIds:
    """Union-find over integers handed out by ``fresh``.

    Attributes:
        ties: how often something was tied; representatives hold as long as it stays.
    """

    def __init__(self) -> None:
        self._parent: Labels = np.zeros(1024, dtype=np.int64)
        self._count = 0
        self.ties = 0

    def __len__(self) -> int:
        return self._count

    def fresh(self, shape: tuple[int, ...] = ()) -> Labels:
        """New channel ids, one for each position of ``shape``."""
        count = int(np.prod(shape, dtype=np.int64))
        start, self._count = self._count, self._count + count
        if self._count > len(self._parent):
            self._parent = np.resize(self._parent, 2 * self._count)
        self._parent[start : self._count] = np.arange(start, self._count)
        return np.arange(start, self._count, dtype=np.int64).reshape(shape)

    def find(self, labels: Labels) -> Labels:
        """Representatives, elementwise."""
        roots = self._parent[labels]
        while True:
            above = self._parent[roots]
            if np.array_equal(above, roots):
                self._parent[labels] = roots
                return roots
            roots = above

    def tie(self, a: Labels, b: Labels) -> None:
        """Unify two label arrays elementwise (they broadcast)."""
        self.ties += 1
        left, right = (x.ravel() for x in np.broadcast_arrays(a, b))
        while True:
            left, right = self.find(left), self.find(right)
            low, high = np.minimum(left, right), np.maximum(left, right)
            differ = low != high
            if not differ.any():
                return
            # A root that is written twice keeps one of its partners; the next round ties the others.
            self._parent[high[differ]] = low[differ]


@dataclass(frozen=True)
class Constraint:
    """A shape that the kept positions must have: ``close`` adds to a mask of kept channel ids and says whether it did.

    ``close(kept)`` gets the mask over channel id representatives and may only set entries to True.
    """

    reason: str
    close: Callable[[Mask], bool]


@dataclass(frozen=True)
class Part:
    """Labels over named indices: operands that use the same name for an index run along it together."""

    labels: Labels
    names: tuple[Hashable, ...]


def _representatives(parts: Sequence[Part], ids: ChannelIds) -> Callable[[], list[Labels]]:
    """Representatives of the parts' labels, found again only once something was tied."""
    found: tuple[int, list[Labels]] | None = None

    def roots() -> list[Labels]:
        nonlocal found
        if found is None or found[0] != ids.ties:
            found = ids.ties, [ids.find(part.labels) for part in parts]
        return found[1]

    return roots


def product(parts: Sequence[Part], reason: str, ids: ChannelIds) -> Constraint:
    """What is kept of every part is a full product, and parts agree on each index that they share.

    The first part decides whether there is anything to agree on: where nothing of it is kept, the others are free.
    Otherwise something of every part is kept, since tensors have no zero sizes.
    """
    representatives = _representatives(parts, ids)

    def close(kept: Mask) -> bool:
        roots = representatives()
        flags = [kept[root] for root in roots]
        if not flags[0].any():
            return False
        spans: dict[Hashable, Mask] = {}
        for part, flag in zip(parts, flags, strict=True):
            for axis, name in enumerate(part.names):
                along = np.asarray(flag.any(axis=tuple(a for a in range(flag.ndim) if a != axis)))
                spans[name] = spans[name] | along if name in spans else along
        for span in spans.values():
            if not span.any():
                span[0] = True
        changed = False
        for part, root in zip(parts, roots, strict=True):
            wanted = root[np.ix_(*(spans[name] for name in part.names))] if part.names else root
            if not kept[wanted].all():
                kept[wanted] = changed = True
        return changed

    return Constraint(reason, close)


def agreement(parts: Sequence[Part], names: Collection[Hashable], reason: str, ids: ChannelIds) -> Constraint:
    """Two values keep the same along some indices, whatever they keep along the others."""
    representatives = _representatives(parts, ids)

    def close(kept: Mask) -> bool:
        roots = representatives()
        flags = [kept[root] for root in roots]
        if not all(flag.any() for flag in flags):
            return False
        changed = False
        for name in names:
            axes = [part.names.index(name) for part in parts]
            spans = [
                flag.any(axis=tuple(a for a in range(flag.ndim) if a != axis))
                for flag, axis in zip(flags, axes, strict=True)
            ]
            wanted = np.logical_or.reduce(spans)
            for root, flag, axis, span in zip(roots, flags, axes, spans, strict=True):
                if (span == wanted).all():
                    continue
                alive = flag.any(axis=axis, keepdims=True)
                spread = wanted.reshape([-1 if a == axis else 1 for a in range(flag.ndim)])
                kept[root[np.broadcast_to(alive & spread, root.shape)]] = changed = True
        return changed

    return Constraint(reason, close)


def holds_at_least(operand: Part, result: Part, reason: str, ids: ChannelIds) -> Constraint:
    """The operand keeps at least what the result keeps along the indices that they share; its reader takes its pick."""
    representatives = _representatives((operand, result), ids)

    def close(kept: Mask) -> bool:
        roots = representatives()
        flags = kept[roots[1]]
        if not flags.any():
            return False
        spans = []
        for name in operand.names:
            axis = result.names.index(name)
            spans.append(flags.any(axis=tuple(a for a in range(flags.ndim) if a != axis)))
        wanted = roots[0][np.ix_(*spans)] if spans else roots[0]
        if kept[wanted].all():
            return False
        kept[wanted] = True
        return True

    return Constraint(reason, close)
