"""All orders of some leaves in which given subsets are contiguous, in one tree.

Source: K. S. Booth, G. S. Lueker, "Testing for the Consecutive Ones Property, Interval Graphs, and Graph Planarity
Using PQ-Tree Algorithms", Journal of Computer and System Sciences 13 (1976). The children of a P-node may be permuted
at will, those of a Q-node only reversed. The templates of the paper are written as two recursive functions over
immutable nodes whose leaf sets are bit masks, which costs one visit to every child of the nodes that a subset splits.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from copy import copy
from functools import reduce
from operator import or_
from typing import NamedTuple

_OUTSIDE, _PARTLY, _INSIDE = range(3)


class _Node(NamedTuple):
    """A leaf (no children), a P-node, or a Q-node (``ordered``); ``mask`` has a bit for every leaf below."""

    mask: int
    ordered: bool = False
    children: tuple[_Node, ...] = ()


class _Impossible(Exception):
    """No order of the tree has the subset in one piece."""


class PQTree:
    """The orders of ``leaves`` that keep every subset that ``reduce`` has accepted contiguous."""

    def __init__(self, leaves: Iterable[int]) -> None:
        self._leaves = list(leaves)
        self._bits = {leaf: 1 << index for index, leaf in enumerate(self._leaves)}
        self._masks: dict[frozenset[int], int] = {}
        self._root = _group([_Node(bit) for bit in self._bits.values()]) if self._leaves else _Node(0)
        if len(self._bits) < len(self._leaves):
            raise ValueError("a leaf is listed twice")

    def copy(self) -> PQTree:
        """An independent tree, at no cost: nodes are shared and never change."""
        return copy(self)

    def reduce(self, subset: Iterable[int]) -> bool:
        """Keep only the orders in which ``subset`` is contiguous; False, and no change, where there is none.

        Raises:
            KeyError: an element is not a leaf.
        """
        mask = self._mask(frozenset(subset))
        if mask & (mask - 1) == 0:
            return True
        try:
            self._root = _reduced(self._root, mask)
        except _Impossible:
            return False
        return True

    def fits(self, subset: Iterable[int]) -> bool:
        """Whether ``reduce`` would accept ``subset``."""
        return self.copy().reduce(subset)

    def frontier(self) -> list[int]:
        """One of the orders: children by their first leaf in the order given to the constructor.

        That order itself is returned whenever the tree allows it.
        """
        order: list[int] = []
        stack = [self._root] if self._leaves else []
        while stack:
            node = stack.pop()
            stack.extend(reversed(_ascending(node)))
            if not node.children:
                order.append(self._leaves[node.mask.bit_length() - 1])
        return order

    def _mask(self, subset: frozenset[int]) -> int:
        if subset not in self._masks:
            self._masks[subset] = sum(self._bits[leaf] for leaf in subset)
        return self._masks[subset]


def _first(node: _Node) -> int:
    return node.mask & -node.mask


def _ascending(node: _Node) -> Sequence[_Node]:
    if not node.ordered:
        return sorted(node.children, key=_first)
    turned = _first(node.children[0]) > _first(node.children[-1])
    return node.children[::-1] if turned else node.children


def _group(children: Sequence[_Node], *, ordered: bool = False) -> _Node:
    """A node over ``children``; a lone child stands for itself."""
    if len(children) == 1:
        return children[0]
    return _Node(reduce(or_, (child.mask for child in children)), ordered, tuple(children))


def _piece(children: Sequence[_Node]) -> list[_Node]:
    """Children of a P-node that stay together, as a part of a sequence."""
    return [_group(children)] if children else []


def _rank(node: _Node, subset: int) -> int:
    """How much of the node lies in ``subset``: an index into what ``_ranked`` gives."""
    common = node.mask & subset
    return _OUTSIDE if not common else _INSIDE if common == node.mask else _PARTLY


def _ranked(children: Sequence[_Node], subset: int) -> tuple[list[_Node], list[_Node], list[_Node]]:
    """The children that lie outside, partly inside, and inside of ``subset``."""
    ranked: tuple[list[_Node], list[_Node], list[_Node]] = ([], [], [])
    for child in children:
        ranked[_rank(child, subset)].append(child)
    return ranked


def _reduced(node: _Node, subset: int) -> _Node:
    """The node with ``subset``, all of which lies below it, made contiguous."""
    if node.mask == subset:
        return node
    touched = [index for index, child in enumerate(node.children) if child.mask & subset]
    if len(touched) == 1:
        (at,) = touched
        below = _reduced(node.children[at], subset)
        return node._replace(children=(*node.children[:at], below, *node.children[at + 1 :]))
    if node.ordered:
        return _reduced_in_place(node.children, touched[0], touched[-1], subset)
    return _reduced_freely(node.children, subset)


def _reduced_freely(children: Sequence[_Node], subset: int) -> _Node:
    """A P-node: what is inside moves together, between the inner ends of up to two children that are partly inside."""
    outside, partly, inside = _ranked(children, subset)
    if len(partly) > 2:
        raise _Impossible
    left, right = ([_split(child, subset) for child in partly] + [[], []])[:2]
    together = _group([*left, *_piece(inside), *right[::-1]], ordered=bool(partly))
    return _group([*outside, together])


def _reduced_in_place(children: Sequence[_Node], first: int, last: int, subset: int) -> _Node:
    """A Q-node: all children strictly between the first and the last one touched must be inside."""
    between = children[first + 1 : last]
    if any(child.mask & ~subset for child in between):
        raise _Impossible
    left, right = _split(children[first], subset), _split(children[last], subset)
    return _group([*children[:first], *left, *between, *right[::-1], *children[last + 1 :]], ordered=True)


def _split(node: _Node, subset: int) -> list[_Node]:
    """The node as a fixed sequence: what is outside of ``subset`` first, what is inside last."""
    if _rank(node, subset) != _PARTLY:
        return [node]
    return _split_in_place(node.children, subset) if node.ordered else _split_freely(node.children, subset)


def _split_freely(children: Sequence[_Node], subset: int) -> list[_Node]:
    outside, partly, inside = _ranked(children, subset)
    if len(partly) > 1:
        raise _Impossible
    return [*_piece(outside), *(_split(partly[0], subset) if partly else ()), *_piece(inside)]


def _split_in_place(children: Sequence[_Node], subset: int) -> list[_Node]:
    ranks = [_rank(child, subset) for child in children]
    if ranks[0] > ranks[-1]:
        children, ranks = children[::-1], ranks[::-1]
    if ranks != sorted(ranks) or ranks.count(_PARTLY) > 1:
        raise _Impossible
    return [piece for child in children for piece in _split(child, subset)]
