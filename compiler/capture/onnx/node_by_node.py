"""Nodes of a file that rounds to integers, each held to ONNX Runtime on what it is given there.

What lies on the edge between two integers may become either by the last bit of a sum, and every layer behind it
multiplies that: of a whole model, two right evaluations may have little in common. One node, given the same, may be
off by a step where its number lies on an edge, and by no more than rounding anywhere else.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from ....runtime.sessions import intact_model, reference_session
from ...comparison import TOLERANCE, Difference, differences
from .graph import Graph, Node
from .integer_products import SCALED
from .module import OnnxGraph
from .values import Value, is_known, tensor

# How many bytes of ONNX Runtime's values are asked for at a time.
MOST_BYTES = 2**29
# How near to an edge a number has to lie, relative to itself, if it may be rounded to either side.
NEAR = TOLERANCE[torch.float32]
# What rounds to a scale and a zero that it works out.
WORKED_OUT = "DynamicQuantizeLinear"

Values = dict[str, Value]


class Untold(Exception):
    """ONNX Runtime does not give inner values of a file, as of one that is too large to be loaded with more outputs."""


def rounds_values(graph: Graph) -> bool:
    """Whether some node rounds numbers to integers that stand for them."""
    return any(node.op in SCALED or node.op == WORKED_OUT for node in graph.all_nodes())


@torch.no_grad()
def wrong_node(file: Path, module: OnnxGraph, inputs: Sequence[Tensor]) -> tuple[Node, str] | None:
    """The first node that makes something else of what ONNX Runtime gives it, rewrites off, and how that differs.

    What the module's graph has and the file has not, since some nodes are written in another way, is carried on to the
    next value that both have.

    Args:
        file: the model.
        module: carries out its graph.
        inputs: of one call, in order.

    Raises:
        Untold: inner values cannot be had.
    """
    traced = _Traced(file, module, inputs)
    for node, values, found in _carried_out(module, inputs):
        expected = traced.of(node)
        for name in expected:
            difference = _difference(module, node, name, values, expected, found)
            if difference is not None:
                return node, f"'{name}' differs {difference}"
        found |= {name: right for name, right in expected.items() if not is_known(found[name])}
    return None


def _carried_out(module: OnnxGraph, inputs: Sequence[Tensor]) -> Iterator[tuple[Node, Values, Values]]:
    """Every node of a module's graph, the values before it, and what it makes; its readers get what that is made."""
    graph = module.graph
    values: Values = dict(zip((given.name for given in graph.inputs), inputs, strict=True))
    values |= module.constants(graph)
    last = {name: node.outputs for node in graph.nodes for name in (*node.outputs, *_read_by(node))}
    for node in graph.nodes:
        found = module.results(node, values)
        yield node, values, found
        values |= found
        for name in (*node.outputs, *_read_by(node)):
            if last[name] == node.outputs:
                values.pop(name, None)


def _read_by(node: Node) -> Iterator[str]:
    """Names that a node reads, in its branches, too."""
    yield from node.inputs
    for value in node.attributes.values():
        if isinstance(value, Graph):
            yield from value.outputs
            for inner in value.all_nodes():
                yield from inner.inputs


class _Traced:
    """What ONNX Runtime makes at each node of a file, some at a time.

    Args:
        file, module, inputs: as for ``wrong_node``.
    """

    def __init__(self, file: Path, module: OnnxGraph, inputs: Sequence[Tensor]) -> None:
        self.file, self.model = file, intact_model(file)
        names = (given.name for given in module.graph.inputs)
        self.feeds = {name: value.detach().cpu().numpy() for name, value in zip(names, inputs, strict=True)}
        own = {name for node in self.model.graph.node for name in node.output if name}
        self.sizes: dict[str, int] = {}
        for _, _, found in _carried_out(module, inputs):
            for name, made in ((name, tensor(value)) for name, value in found.items() if name in own):
                if isinstance(made, Tensor) and made.dtype is not torch.bfloat16:  # NumPy has none
                    self.sizes[name] = made.nbytes
        self.left, self.held = [*self.sizes], dict[str, Tensor]()

    def of(self, node: Node) -> dict[str, Tensor]:
        """The results of a node that both graphs have; nodes are asked for in their order."""
        names = [name for name in node.outputs if name in self.sizes]
        while not self.held.keys() >= {*names}:
            self._fetch()
        return {name: self.held.pop(name) for name in names}

    def _fetch(self) -> None:
        """The next values that fit, and one at least."""
        count, total = 0, 0
        while count < len(self.left) and (total := total + self.sizes[self.left[count]]) <= MOST_BYTES:
            count += 1
        names = self.left[: max(count, 1)]
        self.left = self.left[len(names) :]
        try:
            found = self._session(names).run(names, self.feeds)
        except Exception as error:  # every kind that ONNX Runtime has
            raise Untold from error
        self.held |= dict(zip(names, map(torch.from_numpy, found), strict=True))

    def _session(self, names: Sequence[str]) -> Any:
        import onnx

        model = onnx.ModelProto()
        model.CopyFrom(self.model)
        present = {value.name for value in model.graph.output}
        model.graph.output.extend(
            onnx.helper.make_empty_tensor_value_info(name) for name in names if name not in present
        )
        return reference_session(model.SerializeToString(), folder=self.file.resolve().parent)


def _difference(
    module: OnnxGraph, node: Node, name: str, values: Values, right: Mapping[str, Tensor], found: Values
) -> Difference | None:
    """How a result of a node differs from what is right, where rounding does not explain it."""
    made = tensor(found[name])
    difference = differences([made], [right[name]])[0]
    if not difference.step:
        return None if difference.error <= TOLERANCE.get(made.dtype, 0.0) else difference
    if node.op in SCALED and SCALED[node.op] < len(node.inputs):
        return None if _may_be(module, node, values, right[name]) else difference
    if node.op != WORKED_OUT:
        return difference
    integers, scale, zero = node.outputs
    if name == zero:
        return None if difference.step == 1 else difference
    # Each by the scale and the zero that stand beside it.
    same = replace(node, op="QuantizeLinear", inputs=(node.inputs[0], scale, zero), outputs=(integers,))
    sides = ((values | found, made), ({**values, **right}, right[integers]))
    return None if all(_may_be(module, same, around, rounded) for around, rounded in sides) else difference


def _may_be(module: OnnxGraph, node: Node, values: Values, rounded: Tensor) -> bool:
    """Whether integers are what a node makes, but near edges, where they are what it makes by a scale nearby."""
    scale = node.inputs[SCALED[node.op]]
    near = (values | {scale: tensor(values[scale]) * (1 + sign * NEAR)} for sign in (-1, 1))
    low, high = (tensor(module.results(node, each)[node.outputs[0]]).long() for each in near)
    wanted = rounded.long()
    return bool(((torch.minimum(low, high) <= wanted) & (wanted <= torch.maximum(low, high))).all())
