"""FoldWeights: compute what depends on weights alone, once and for all, where that does not make the model larger."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import networkx as nx
import torch
from torch import Tensor, fx

from ...compiler.ir.findings import Cause
from ...compiler.ir.integers import held_as
from ...compiler.ir.program import INTEGERS, Program, attribute, hint
from ...compiler.ir.quantization import called
from ...compiler.ir.size import CREATED, Recipe
from ..base import Context, Pass
from ..rules.base import Role
from ..rules.table import rule_of

# A weight that others are computed into may grow so many times: what is expanded late is moved less.
GROWTH_FACTOR = 4
# Tensors that forward makes out of nothing (arange, zeros) may be as large as this.
LARGEST_NUMBERS = 65536


@dataclass(frozen=True)
class FoldWeights(Pass):
    """Replace operations on weights alone (pruning masks, parametrizations, weight standardisation) by their result.

    Before::

        mul = aten.mul(weight_orig, weight_mask)
        conv2d = aten.conv2d(x, mul, bias)

    After::

        conv2d = aten.conv2d(x, mul_weight, bias)

    Results are held in place of what they are computed from. Which of them are is one minimum cut: as few numbers as
    possible are held in the end. A table that is read at many places stays a table, a tied weight that is transposed
    stays one weight.

    Attributes:
        created: only what is computed from nothing, such as a table of slopes made by ``arange``: no weights.
    """

    created: bool = False

    def run(self, program: Program, ctx: Context) -> bool:
        changed, left = not self.created and _merge(program), set[fx.Node]()
        while True:
            region = _region(program, left)
            region = {n: sources for n, sources in region.items() if not (self.created and sources)}
            results = [n for n in region if isinstance(n.meta["val"], Tensor) and any(u not in region for u in n.users)]
            apart = _to_leave(results, region, program, ctx)
            for node in apart:
                ctx.refuse(node, "its result is larger than the weights it is computed from", Cause.LARGER)
            left |= apart
            if not apart:
                break
        values = _evaluate(results, region, program)
        for node in results:
            kind = torch.nn.Parameter if _has_parameter(region[node], program) else Tensor
            held = program.new_weight(_name(node, region), values[node], kind=kind)
            integers = [source.meta[INTEGERS] for source in region[node] if held_as(source) is not None]
            if len(integers) == 1:
                held.meta[INTEGERS] = integers[0]
            if not region[node]:
                held.meta[CREATED] = Recipe.of(node, values[node])
            node.replace_all_uses_with(held, propagate_meta=False)
            changed = True
        return changed


# Of each operation on weights alone, the weights that it is computed from.
Region = dict[fx.Node, frozenset[fx.Node]]


def _region(program: Program, left: set[fx.Node]) -> Region:
    """The operations on weights alone, but those in ``left`` and what follows from them."""
    region: Region = {}
    for node in program.nodes():
        operands = node.all_input_nodes
        if node in left or not _foldable(node) or any(a not in region and not program.is_weight(a) for a in operands):
            continue
        sources = frozenset[fx.Node]().union(*(region.get(a, frozenset([a])) for a in operands))
        if sources or all(x.numel() <= LARGEST_NUMBERS for x in _results(node)):
            region[node] = sources
    return region


def _foldable(node: fx.Node) -> bool:
    if node.op != "call_function" or not _results(node) or not node.users:
        return False
    if called(node).startswith("dequantize"):
        return False  # integers take less than the numbers that are made of them
    if torch.Tag.nondeterministic_seeded in getattr(node.target, "tags", ()):
        return False
    return not getattr(getattr(node.target, "_schema", None), "is_mutable", False)


def _results(node: fx.Node) -> list[Tensor]:
    """The tensors that an op returns; none if it returns anything else."""
    value = node.meta.get("val")
    parts: list[Any] = [*value] if isinstance(value, (list, tuple)) else [value]
    return parts if all(isinstance(part, Tensor) for part in parts) else []


def _to_leave(results: list[fx.Node], region: Region, program: Program, ctx: Context) -> set[fx.Node]:
    """The results that are better computed at every call: holding them would take more than what they come from.

    A minimum cut: a result that is held costs its size, one that is not costs what it is computed from, once. What has
    a price of 0 may grow, see ``_price``.
    """
    graph = nx.DiGraph()
    graph.add_nodes_from(("made", "held"))
    for node in results:
        if not region[node]:
            continue
        price = _price(node, region, program, ctx)
        graph.add_edge(node, "made", capacity=price)
        for source in region[node]:
            graph.add_edge(source, node, capacity=math.inf)
            free = any(user not in region for user in source.users)
            graph.add_edge("held", source, capacity=0 if free else _size(source))
    _, made = nx.minimum_cut(graph, "held", "made")[1]  # of all such cuts the one that leaves the fewest
    return {node for node in results if node in made}


def _price(node: fx.Node, region: Region, program: Program, ctx: Context) -> int:
    """What holding a result costs. Nothing where others gain from it and the whole is counted at the end.

    A layer whose weight is computed at every call keeps all its channels; what is merely moved loses nothing by it.
    """
    fits = _size(node) <= GROWTH_FACTOR * max(sum(map(_size, region[node])), 1024)
    moved = rule_of(node).kind in ("movement", "lookup") and not _is_layer_weight(node)
    return 0 if ctx.allow_growth and fits and not moved else _size(node)


def _is_layer_weight(node: fx.Node) -> bool:
    return any(rule_of(user).role is Role.LAYER and node in user.args[1:3] for user in node.users)


def _size(node: fx.Node) -> int:
    return math.prod(hint(size) for size in node.meta["val"].shape)


def _evaluate(results: Iterable[fx.Node], region: Region, program: Program) -> dict[fx.Node, Tensor]:
    evaluation = _Evaluation(region, program)
    with torch.no_grad():
        return {node: evaluation.compute(node) for node in results}


class _Evaluation:
    """What operations on weights alone give, each computed once."""

    def __init__(self, region: Region, program: Program) -> None:
        self.region, self.program = region, program
        self.values: dict[fx.Node, Any] = {}

    def compute(self, node: fx.Node) -> Any:
        if node not in self.values:
            assert callable(node.target)
            args, kwargs = fx.node.map_arg((node.args, node.kwargs), self._read)
            self.values[node] = node.target(*args, **kwargs)
        return self.values[node]

    def _read(self, argument: fx.Node) -> Any:
        return self.compute(argument) if argument in self.region else self.program.weight(argument)


def _has_parameter(sources: Iterable[fx.Node], program: Program) -> bool:
    return any(isinstance(attribute(program.module, str(node.target)), torch.nn.Parameter) for node in sources)


def _name(node: fx.Node, region: Region) -> str:
    """The weight that an ``x_orig * x_mask`` or a parametrization stands for, or the node's own name."""
    names = {_stands_for(str(source.target)) for source in region[node]}
    name = names.pop() if len(names) == 1 else None
    return name or node.name


def _stands_for(source: str) -> str | None:
    if source.endswith(("_orig", "_mask")):
        return source[: -len("_orig")]
    if ".parametrizations." in source:
        module, _, rest = source.partition(".parametrizations.")
        return f"{module}.{rest.split('.')[0]}"
    if source.startswith("parametrizations."):
        return source.split(".")[1]
    return None


def _merge(program: Program) -> bool:
    """One node for what is computed from weights several times: every call of a module masks its weight anew."""
    first: dict[object, fx.Node] = {}
    merged = False
    for node in _region(program, set()):
        kept = first.setdefault((node.target, str(node.args), str(node.kwargs)), node)
        if kept is not node:
            node.replace_all_uses_with(kept, propagate_meta=False)
            program.graph.erase_node(node)
            merged = True
    return merged
