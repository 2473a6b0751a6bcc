"""Products of integers that are multiplied by their scales afterwards, rows of tables and pools, as those of numbers.

``quantize_dynamic`` of ONNX Runtime writes ``Mul(Cast(MatMulInteger(a, b, ...)), Mul(scale of a, scale of b))``, and
the same with ``ConvInteger``, whose border is what stands for 0. What is multiplied there are the numbers that the
integers stand for: written so, b is the weight of a layer like any other.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace

import torch

from .graph import Graph, Node
from .values import DTYPES

# What multiplies integers: what multiplies the numbers that they stand for, and along which dimension of a weight its
# scales run.
PRODUCTS = {"MatMulInteger": ("MatMul", -1), "ConvInteger": ("Conv", 0)}
# An attribute of nodes that pick rows of a weight, though another node makes numbers of it.
TABLE = "sparsec.table"


def with_numbers(graph: Graph) -> Graph:
    """The same graph; itself where it holds no such product."""
    makers = {name: node for node in graph.nodes for name in node.outputs if name}
    reads = Counter(name for node in graph.all_nodes() for name in node.inputs) + Counter(graph.outputs)
    found = [_Product.ending_in(node, makers, reads, graph) for node in graph.nodes if node.op == "Mul"]
    products = {product.last.outputs[0]: product for product in found if product is not None}
    if not products:
        return graph
    gone = {name for product in products.values() for name in (product.product.outputs[0], product.cast.outputs[0])}
    nodes: list[Node] = []
    for node in graph.nodes:
        if node.outputs[0] in products:
            nodes += products[node.outputs[0]].in_numbers()
        elif node.outputs[0] not in gone:
            nodes.append(node)
    return replace(graph, nodes=tuple(nodes))


@dataclass(frozen=True)
class _Product:
    """The nodes of one, and the scales of what it multiplies."""

    product: Node
    cast: Node
    last: Node
    scales: tuple[str, str]

    @classmethod
    def ending_in(cls, last: Node, makers: Mapping[str, Node], reads: Counter[str], graph: Graph) -> _Product | None:
        for scaled, by in (last.inputs, last.inputs[::-1]):
            cast, both = makers.get(scaled), makers.get(by)
            product = None if cast is None or cast.op != "Cast" else makers.get(cast.inputs[0])
            if cast is None or product is None or both is None or both.op != "Mul" or product.op not in PRODUCTS:
                continue
            if DTYPES.get(cast.get("to")) is not torch.float32 or reads[scaled] + reads[product.outputs[0]] != 2:
                continue
            scales = _scales(product, both, makers, graph)
            if scales is not None:
                return cls(product, cast, last, scales)
        return None

    def in_numbers(self) -> list[Node]:
        """What stands in its place."""
        (a, b, *zeros), name = self.product.inputs, self.last.outputs[0]
        zeros += [""] * (2 - len(zeros))
        sides = [(value, scale, zero) for value, scale, zero in zip((a, b), self.scales, zeros, strict=True)]
        results = [f"{name}/numbers_{index}" for index in range(2)]
        op, axis = PRODUCTS[self.product.op]
        base = replace(self.product, opset=max(self.product.opset, 13))
        made = [
            replace(base, op="DequantizeLinear", inputs=side, outputs=(result,), attributes={"axis": axis})
            for side, result in zip(sides, results, strict=True)
        ]
        return [*made, replace(base, op=op, inputs=(*results,), outputs=(name,))]


def _scales(product: Node, both: Node, makers: Mapping[str, Node], graph: Graph) -> tuple[str, str] | None:
    """The scale of values that were rounded as they came, and of a matrix that is a weight."""
    rounded = makers.get(product.inputs[0])
    if rounded is None or rounded.op != "DynamicQuantizeLinear" or product.inputs[1] not in graph.constants:
        return None
    if len(product.inputs) < 3 or product.inputs[2] != rounded.outputs[2]:
        return None
    for of_values, of_weight in (both.inputs, both.inputs[::-1]):
        held = graph.constants.get(of_weight)
        if of_values == rounded.outputs[1] and held is not None and _fits(held.shape, product, graph):
            return of_values, of_weight
    return None


def _fits(shape: tuple[int, ...], product: Node, graph: Graph) -> bool:
    """Whether a scale is one number, or one for each column of a matrix."""
    weight = graph.constants[product.inputs[1]]
    if product.op == "ConvInteger":  # scales of its outputs would not lie along the last dimension
        return weight.ndim > 2 and shape in ((), (1,))
    return weight.ndim == 2 and shape in ((), (1,), (weight.shape[1],))


def with_tables_of_numbers(graph: Graph) -> Graph:
    """Rows of a table of integers, made numbers afterwards, as rows of a table of numbers; itself without such rows.

    Rows that are picked of such numbers are marked as well.
    """
    readers: dict[str, list[Node]] = {}
    for node in graph.all_nodes():
        for name in node.inputs:
            readers.setdefault(name, []).append(node)
    nodes: list[Node] = []
    tables: dict[str, Node] = {}
    numbers: set[str] = set()
    for node in graph.nodes:
        rows = readers.get(node.outputs[0], [])
        if node.op == "Gather" and len(rows) == 1 and _is_table(node, rows[0], graph):
            tables[node.outputs[0]] = node
        elif node.op == "DequantizeLinear" and node.inputs[0] in tables:
            nodes += _of_numbers(tables[node.inputs[0]], node)
        elif node.op == "Gather" and node.inputs[0] in numbers:
            nodes.append(replace(node, attributes={**node.attributes, TABLE: 1}))
        else:
            nodes.append(node)
        if node.op == "DequantizeLinear" and node.inputs[0] in graph.constants:
            numbers.add(node.outputs[0])
    return replace(graph, nodes=tuple(nodes)) if tables or numbers else graph


def _is_table(gather: Node, reader: Node, graph: Graph) -> bool:
    """Whether what is picked from is a weight of integers, and becomes numbers by one scale."""
    table = graph.constants.get(gather.inputs[0])
    if table is None or table.ndim != 2 or table.dtype.kind not in "iu" or gather.outputs[0] in graph.outputs:
        return False
    scales = [graph.constants.get(name) for name in reader.inputs[1:]]
    known = all(scale is not None and scale.size == 1 for scale in scales)
    return reader.op == "DequantizeLinear" and reader.inputs[0] == gather.outputs[0] and known


def _of_numbers(gather: Node, reader: Node) -> list[Node]:
    table, (result,) = f"{reader.outputs[0]}/table", reader.outputs
    marked = {**gather.attributes, TABLE: 1}
    return [
        replace(reader, inputs=(gather.inputs[0], *reader.inputs[1:]), outputs=(table,)),
        replace(gather, inputs=(table, *gather.inputs[1:]), outputs=(result,), attributes=marked),
    ]


# -------------------------------------------------------------------- pools

# Where operators of integers say what scale and what zero their result has.
SCALED = {
    "QuantizeLinear": 1,
    **dict.fromkeys(("QLinearConv", "QLinearMatMul", "QLinearAdd", "QLinearMul"), 6),
    **dict.fromkeys(("QLinearGlobalAveragePool", "QLinearLeakyRelu", "QLinearSigmoid"), 3),
    "QGemm": 7,
    "QLinearConcat": 0,
}
# What hands integers on as they are.
MOVED = ("MaxPool", "Reshape", "Transpose", "Flatten", "Squeeze", "Unsqueeze", "Slice", "Identity")


def with_pools_of_numbers(graph: Graph) -> Graph:
    """The largest of integers as the largest of the numbers that they stand for, rounded again: the same integer.

    So is it written between nodes that round, and what is known of a channel's numbers is known of the largest. Itself
    without such pools.
    """
    makers = {name: node for node in graph.nodes for name in node.outputs if name}
    nodes: list[Node] = []
    for node in graph.nodes:
        scale = _scale_of(node.inputs[0], makers, graph) if node.op == "MaxPool" and not node.wants(1) else None
        nodes += [node] if scale is None else _pooled(node, scale)
    return graph if len(nodes) == len(graph.nodes) else replace(graph, nodes=tuple(nodes))


def _scale_of(name: str, makers: Mapping[str, Node], graph: Graph) -> tuple[str, ...] | None:
    """Scale and zero of integers, if they are one number each; None for what is no such integer."""
    node = makers.get(name)
    while node is not None and node.op in MOVED and not node.domain:
        node = makers.get(node.inputs[0])
    place = None if node is None else SCALED.get(node.op)
    if node is None or place is None:
        return None
    found = (*(each for each in node.inputs[place : place + 2] if each),)
    held = [graph.constants.get(each) for each in found]
    return found if found and all(array is not None and array.size == 1 for array in held) else None


def _pooled(pool: Node, scale: tuple[str, ...]) -> list[Node]:
    (result,), base = pool.outputs[:1], replace(pool, opset=max(pool.opset, 13), attributes={})
    numbers, largest = f"{result}/numbers", f"{result}/largest"
    return [
        replace(base, op="DequantizeLinear", inputs=(pool.inputs[0], *scale), outputs=(numbers,)),
        replace(pool, inputs=(numbers,), outputs=(largest,)),
        replace(base, op="QuantizeLinear", inputs=(largest, *scale), outputs=(result,)),
    ]
