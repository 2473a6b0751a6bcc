"""What a program takes on a graphics card, by a model: no such card is asked.

Every operation is a launch and then what takes longer, its multiplications on the tensor cores or its bytes from
memory. Nothing overlaps, and nothing stays in a cache from one operation to the next. That is optimistic for a single
operation (no latency, no tail, no bank conflict) and tells nothing of what a compiler fuses. It ranks two forms of a
program; it is no time that anybody has seen.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Any

import torch
from torch import Tensor, fx

from ...codegen.triton.cards import Card
from ...compiler.ir.arguments import argument
from ...compiler.ir.program import PART_OF, Program, is_tensor, shape_of
from ...compiler.ir.views import Layer

aten = torch.ops.aten

# Products of values, and which argument's last dimension they sum over.
PRODUCTS = {
    aten.mm.default: "self",
    aten.bmm.default: "self",
    aten.matmul.default: "self",
    aten.addmm.default: "mat1",
    aten.baddbmm.default: "batch1",
}
ATTENTION = aten.scaled_dot_product_attention.default
# Operations that read of a table no more than they write, by the argument that the table is.
LOOKUPS = {
    aten.embedding.default: "weight",
    aten.index_select.default: "self",
    aten.index.Tensor: "self",
    aten.gather.default: "self",
}

# For an operation of ours: its seconds on a card, from its node, the program and the card.
Rule = Callable[[fx.Node, Program, Card], float]


def predicted(program: Program, card: Card, rules: Mapping[Any, Rule]) -> dict[str, float]:
    """Seconds of each operation for the example inputs, by the name of its node, or of the layer that it is part of.

    Args:
        program: with shapes.
        card: what it would run on.
        rules: for operators that are not what their inputs' sizes say, by operator.
    """
    found: dict[str, float] = {}
    for node in program.graph.nodes:
        if node.op != "call_function" or not isinstance(node.target, torch._ops.OpOverload) or not is_tensor(node):
            continue
        rule = rules.get(node.target, _dense)
        name = node.meta.get(PART_OF, node.name)
        found[name] = found.get(name, 0.0) + rule(node, program, card)
    return found


def _dense(node: fx.Node, program: Program, card: Card) -> float:
    if is_view(node):
        return 0.0
    dtype, operations = node.meta["val"].dtype, float(multiplied(node, program))
    computing = operations / card.operations(dtype) if operations and dtype in card.tensor else 0.0
    return card.launch + max(computing, moved(node, program) / card.bandwidth)


def is_view(node: fx.Node) -> bool:
    """Whether an operation moves nothing: its result lies where its input does."""
    returns = node.target._schema.returns  # type: ignore[union-attr]  # asked for operators alone
    return any(value.alias_info is not None and not value.alias_info.is_write for value in returns)


def multiplied(node: fx.Node, program: Program) -> int:
    """Operations, two for a multiplication with its sum, of layers, products and attention; 0 for anything else."""
    layer, size = Layer.of(node, program), _count(node.meta["val"], program)
    if layer is not None:
        _, _, inputs, taps = layer.shape
        return 2 * size * inputs * taps
    if node.target in PRODUCTS:
        return 2 * size * program.example_size(shape_of(argument(node, PRODUCTS[node.target]))[-1])
    if node.target is ATTENTION:
        query, key = argument(node, "query").meta["val"], argument(node, "key").meta["val"]
        return 4 * _count(query, program) * program.example_size(key.shape[-2])
    return 0


def moved(node: fx.Node, program: Program) -> int:
    """Bytes of what an operation reads and writes, each once; of a table, what is looked up."""
    written = _bytes(node, program)
    table = argument(node, LOOKUPS[node.target]) if node.target in LOOKUPS else None
    read = {x: _bytes(x, program) for x in node.all_input_nodes if is_tensor(x)}
    if table is not None:
        read[table] = min(read[table], written)
    return written + sum(read.values())


def _bytes(node: fx.Node, program: Program) -> int:
    return _count(node.meta["val"], program) * int(node.meta["val"].dtype.itemsize)


def _count(value: Tensor, program: Program) -> int:
    return math.prod(program.example_size(size) for size in value.shape)
