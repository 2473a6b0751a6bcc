"""JoinLayers: sparse layers that read one value are one call."""

from __future__ import annotations

import operator
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, fx

from ...codegen.operators import VBLOCK_LINEAR, operator_of
from ...compiler.ir.arguments import operand_of
from ...compiler.ir.program import COMPUTES, Program
from ...compiler.ir.speculation import mark
from ...compiler.ir.target import Target
from ..base import Context, Pass

aten = torch.ops.aten

ADDED = "joined layers"
WEIGHT = ("values", "indices", "starts")
# What joined layers have to have in common, beside what they read and the blocks of their weights.
ALIKE = ("column_tile", "activation", "columns_first", "rows_first")


@dataclass(frozen=True)
class JoinLayers(Pass):
    """Compute sparse layers that read one value by one call, whose result is cut into views.

    Before::

        query = sparsec.vblock_linear(x, values, indices, starts, bias, None, 384, 0, '', False, False)
        key = sparsec.vblock_linear(x, values_1, indices_1, starts_1, bias_1, None, 384, 0, '', False, False)

    After::

        linear = sparsec.vblock_linear(x, values, indices, starts, bias, None, 768, 0, '', False, False)
        split_with_sizes = aten.split_with_sizes(linear, [384, 384], -1)
        query = getitem(split_with_sizes, 0)
        key = getitem(split_with_sizes, 1)

    The numbers are the same to the last bit: what follows is one row of blocks after the other, as before.
    """

    @classmethod
    def is_for(cls, target: Target) -> bool:
        """Whether parts of a value are views: where they are copied, they cost what a call less saves."""
        return target.views

    def run(self, program: Program, ctx: Context) -> bool:
        groups: dict[Any, list[fx.Node]] = {}
        for node in program.nodes():
            key = _key(node, program) if node.name not in ctx.held else None
            if key is not None:
                groups.setdefault(key, []).append(node)
        joined = [nodes for nodes in groups.values() if len(nodes) > 1 and ctx.speculation.at(nodes[0])]
        for nodes in joined:
            _join(nodes, program)
        if joined:
            program.clean()
        return bool(joined)


def _key(node: fx.Node, program: Program) -> Any:
    """What is the same for layers that may be joined; None for those that may not."""
    if operator_of(node) is not VBLOCK_LINEAR or not node.users:
        return None
    named = VBLOCK_LINEAR.bound(node)
    values, indices = (program.held(named[name]) for name in ("values", "indices"))
    starts, bias = program.held(named["starts"]), named["bias"]
    if values is None or indices is None or starts is None or (bias is not None and program.held(bias) is None):
        return None
    if named["residual"] is not None or named["gate"] is not None or named["column_tile"] != 0:
        return None
    return operand_of(node), values.shape[1:], values.dtype, indices.dtype, *(named[name] for name in ALIKE)


def _join(nodes: Sequence[fx.Node], program: Program) -> None:
    named = [VBLOCK_LINEAR.bound(node) for node in nodes]
    rows = [int(given["rows"]) for given in named]
    weights = [[program.held(given[part]) for part in WEIGHT] for given in named]
    called = _called([str(given["values"].target).removesuffix("_values") for given in named])
    made = _concatenated(weights, rows)
    held = [program.new_weight(f"{called}_{part}", made[part], kind=Tensor) for part in WEIGHT]
    bias = _bias([given["bias"] for given in named], rows, called, program)
    given = {**named[0], **dict(zip(WEIGHT, held, strict=True)), "bias": bias, "rows": sum(rows)}
    dim = 0 if given["rows_first"] else -1
    with program.graph.inserting_before(nodes[0]):
        call = program.graph.call_function
        whole = call(VBLOCK_LINEAR.op, tuple(given.values()))
        parts = call(aten.split_with_sizes.default, (whole, rows, dim))
        views = [call(operator.getitem, (parts, at)) for at in range(len(nodes))]
    whole.meta = {key: value for key, value in nodes[0].meta.items() if key != "val"}
    whole.meta[COMPUTES] = tuple(node.name for node in nodes)
    mark(whole, ADDED, nodes[0])
    for node, view in zip(nodes, views, strict=True):
        node.replace_all_uses_with(view, propagate_meta=False)
        program.graph.erase_node(node)


def _called(names: Sequence[str]) -> str:
    """A name for weights of these names: ``block.0.query_key.weight``."""
    split = [name.split(".") for name in names]
    alike = [place for place, parts in enumerate(zip(*split, strict=False)) if len({*parts}) > 1]
    if len({len(parts) for parts in split}) > 1 or len(alike) != 1:
        return f"{names[0]}_and_more"
    (place,) = alike
    own = "_".join(parts[place] for parts in split)
    return ".".join([*split[0][:place], own, *split[0][place + 1 :]])


def _concatenated(weights: Sequence[Sequence[Any]], rows: Sequence[int]) -> dict[str, Tensor]:
    """The tensors of a weight whose rows are those of all weights."""
    *first, last = weights
    values, indices = (torch.cat([*(held[at][:-1] for held in first), last[at]]) for at in (0, 1))
    starts, before = [], torch.zeros(2, dtype=torch.int32)
    for own, count in zip(weights, rows, strict=True):
        starts.append((own[2] + before)[: None if own is last else -1])
        before = before + torch.tensor([len(own[0]) - 1, count], dtype=torch.int32)
    return {"values": values, "indices": indices, "starts": torch.cat(starts)}


def _bias(nodes: Sequence[fx.Node | None], rows: Sequence[int], called: str, program: Program) -> fx.Node | None:
    """The biases one after the other, zeros where a layer has none; None if none has any."""
    held = [program.held(node) for node in nodes]
    there = next((bias for bias in held if bias is not None), None)
    if there is None:
        return None
    parts = [there.new_zeros(count) if bias is None else bias for bias, count in zip(held, rows, strict=True)]
    return program.new_weight(f"{called.removesuffix('.weight')}.bias", torch.cat(parts).detach())
