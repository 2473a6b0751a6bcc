"""Sparse layers as nodes for ONNX Runtime's provider for NVIDIA's cards: what an operator is, and how a layer names it.

Experimental: nobody has run them on a card. A node of domain "sparsec" has for inputs the activations, the packed
weight, and what follows the product, as the operator of PyTorch has them; its attribute ``rows`` is the number of
outputs. Its second output, which nobody reads, is the memory that parts of sums take: the runtime gives memory to the
results of nodes in the order of its stream, and to nothing else.
"""

from __future__ import annotations

import functools
import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Self

import onnx
import torch
from torch import Tensor, fx

from ..operators.base import Operator
from ..operators.dense import linear_shape
from ..triton.plans import Plan
from .native_api import DOMAIN, IMAGES_RANK

DTYPES = {
    torch.float32: "f32",
    torch.float16: "f16",
    torch.bfloat16: "bf16",
    torch.int32: "i32",
    torch.int16: "i16",
    torch.uint8: "u8",
}
# Inputs that have a number for each one of the result.
LIKE_RESULT = ("residual", "gate")


@dataclass(frozen=True)
class CardOperator:
    """One operator of a library for cards: a layer's sizes, and its kernels.

    Attributes:
        kind: name of the operator of PyTorch, without its namespace.
        inputs: name, dtype and how many numbers, of each; None where they are as many as those of the result.
        rows, columns: of the weight.
        columns_first, rows_first: whether activations are [columns, tokens], results [rows, tokens].
        plans: (architecture, the most tokens, plan): the first that fits is taken. The inputs that a plan names are
            places in ``inputs``.
    """

    kind: str
    inputs: tuple[tuple[str, str, int | None], ...]
    rows: int
    columns: int
    columns_first: bool
    rows_first: bool
    plans: tuple[tuple[str, int, Plan], ...]

    @classmethod
    def of(cls, operator: Operator, arguments: Mapping[str, Any], plans: Sequence[tuple[str, int, Plan]]) -> Self:
        """For one layer.

        Args:
            operator: of PyTorch's.
            arguments: by name and in order; of values any tensors of their shapes and dtypes.
            plans: see above, the inputs that they name being places in ``arguments``.
        """
        x, names = arguments["x"], inputs_of(arguments)
        order = [bool(arguments.get(name)) and x.ndim > 1 for name in ("columns_first", "rows_first")]
        columns = x.shape[0 if order[0] else -1]
        at = {place: names.index(name) for place, name in enumerate(arguments) if name in names}
        return cls(
            kind=operator.name.partition("::")[2],
            inputs=tuple((name, DTYPES[arguments[name].dtype], _numbers(name, arguments[name])) for name in names),
            rows=operator.shape_of_result(*arguments.values()).numel() * columns // x.numel(),
            columns=columns,
            columns_first=order[0],
            rows_first=order[1],
            plans=tuple((arch, most, _placed(plan, at)) for arch, most, plan in plans),
        )

    @functools.cached_property
    def name(self) -> str:
        """The type of its nodes: another one for other kernels or sizes, so that no library of others passes for it."""
        facts = (self.inputs, self.rows, self.columns, self.columns_first, self.rows_first, self.plans)
        digest = hashlib.sha256(repr(facts).encode())
        for _, _, plan in self.plans:
            digest.update(plan.binary.code)
        return f"{self.kind}_{digest.hexdigest()[:16]}"

    @property
    def has_scratch(self) -> bool:
        """Whether nodes have a second output."""
        return any(plan.has_scratch for _, _, plan in self.plans)


def write_node(node: fx.Node, operator: Operator, card: CardOperator) -> None:
    """Let a sparse layer write a node that calls an operator of a library for cards."""
    named = operator.bound(node)
    names = [name for name, _, _ in card.inputs]
    order = (card.columns_first, card.rows_first)
    node.args = (card.name, names, [named[name] for name in names], card.rows, order, card.has_scratch)
    node.kwargs = {}
    node.target = linear


def inputs_of(arguments: Mapping[str, Any]) -> list[str]:
    """The names of those arguments of an operator that are inputs of its node, in order."""
    return [name for name, value in arguments.items() if isinstance(value, (Tensor, fx.Node))]


def _numbers(name: str, value: Tensor) -> int | None:
    return None if name in ("x", *LIKE_RESULT) else value.numel()


def _placed(plan: Plan, at: Mapping[int, int]) -> Plan:
    """The same with places among a node's inputs for those among the operator's arguments."""
    parameters = [(kind, at[value] if kind == "input" else value) for kind, value in plan.parameters]
    return replace(plan, parameters=tuple(parameters))


def linear(
    name: str, names: Sequence[str], inputs: Sequence[Tensor], rows: int, order: tuple[bool, bool], scratch: bool
) -> Tensor:
    """The node of a layer; its operator wants [images, features, ...] from ``IMAGES_RANK`` on."""
    x = inputs[0]
    shape: list[Any] = [*linear_shape(x.shape, rows, *order)[0]]
    among_images = any(order) and x.ndim >= IMAGES_RANK
    given = [*inputs]
    if among_images:
        shape, like_x = [1, *shape], {"x", *LIKE_RESULT}
        given = [value.unsqueeze(0) if of in like_x else value for value, of in zip(inputs, names, strict=True)]
    dtypes, shapes = ([x.dtype, torch.uint8], [shape, [1]]) if scratch else ([x.dtype], [shape])
    found = torch.onnx.ops.symbolic_multi_out(
        f"{DOMAIN}::{name}", given, {"rows": rows}, dtypes=dtypes, shapes=shapes, version=1
    )
    return found[0].squeeze(0) if among_images else found[0]


def forget_scratch(graph: onnx.GraphProto, cards: Mapping[str, CardOperator]) -> None:
    """Leave the sizes of second outputs to the operators, which ask for what a call needs."""
    scratch = {name for node in graph.node if node.op_type in cards for name in node.output[1:]}
    for value in graph.value_info:
        if value.name in scratch:
            value.type.tensor_type.ClearField("shape")
