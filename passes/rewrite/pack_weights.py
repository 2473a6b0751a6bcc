"""PackWeights: a layer whose zeros stay is computed by a kernel that leaves them out."""

from __future__ import annotations

import math
import operator
from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields
from typing import Any, ClassVar

import torch
from torch import Tensor, fx

from ...codegen.formats.grouped_gather import GroupedGather
from ...codegen.formats.int8_blocks import Int8Blocks
from ...codegen.formats.patterns import Pattern
from ...codegen.formats.vector_blocks import VectorBlocks
from ...codegen.mlir.pad import Window
from ...compiler.ir.program import Program, is_static, is_tensor, same_shape, shape_of
from ...compiler.ir.verifier import infer
from ..base import PART_OF, Context, Form, Pass, SparseLayer
from ..rules.base import argument

aten = torch.ops.aten

# Layers with fewer zeros are not worth a sentence.
FEW = 0.3


@dataclass(frozen=True)
class PackWeights(Pass):
    """Replace a layer by a sparse kernel where that was measured to be faster than the dense layer.

    Before::

        linear = aten.linear(x, weight, bias)
        gelu = aten.gelu(linear)

    After::

        linear = sparsec.vblock_linear(x, values, indices, starts, bias, None, 3072, 0, 'gelu', False, False)

    An activation behind the layer, or a sum with a value of the same shape, becomes part of the kernel.
    """

    requires: ClassVar[frozenset[str]] = frozenset({"patterns"})

    def run(self, program: Program, ctx: Context) -> bool:
        if ctx.kernels is None:
            return False
        patterns: dict[fx.Node, Pattern] = program.facts["patterns"]
        packed: dict[tuple[str, Form], tuple[fx.Node, ...]] = {}
        across: dict[fx.Node, _Across] = {}
        for node, pattern in patterns.items():
            weight = program.weight(node.args[1])
            if weight is None or (pattern.density > 1 - FEW and not ctx.kernels.quantize):
                continue
            reason = why_not(node, weight)
            if reason is not None:
                ctx.refuse(node, f"{pattern.words()}: {reason}")
                continue
            fused = _Fused.of(node, program)
            choice = ctx.kernels.choose(fused.layer(program, pattern))
            ctx.kernels.chosen[node.name] = choice
            if choice.format is None:
                ctx.refuse(node, f"{pattern.words()}: {choice.reason}")
                continue
            key = (str(node.args[1].target), choice.format)  # type: ignore[union-attr]
            if key not in packed:  # a weight that several layers share is packed once
                order = pattern.order if isinstance(choice.format, VectorBlocks) else None
                rows = weight.flatten(1) if order is None else weight.flatten(1)[order]
                packed[key] = _pack(program, key[0], rows, choice.format)
            if isinstance(choice.format, VectorBlocks):
                fused.write_blocks(program, choice.format, weight, packed[key], pattern.order)
            elif isinstance(choice.format, Int8Blocks):
                fused.write_int8(program, choice.format, packed[key])
            else:
                write_groups(fused, program, choice.format, packed[key], across)
        if packed:
            program.clean()
            infer(program)
        return bool(packed)


def why_not(node: fx.Node, weight: Tensor) -> str | None:
    """Why there is no kernel for a layer; None if there is."""
    if weight.dtype is not torch.float32:
        return f"there are kernels for float32, not for {str(weight.dtype).removeprefix('torch.')}"
    if node.target is aten.linear.default:
        return None
    if node.target is not aten.conv2d.default:
        return f"there is no sparse kernel for {str(node.target).split('.')[1]}"
    if node.meta["val"].ndim != 4:
        return "sparse convolutions take a batch of images"
    if argument(node, "groups") != 1:
        return "there is no sparse kernel for grouped convolutions"
    if len(set(window_of(node, weight).stride)) > 1:
        return "sparse convolutions move by the same number of rows and columns"
    return None


def window_of(node: fx.Node, weight: Tensor) -> Window:
    """The geometry of a 2-d convolution."""

    def pair(name: str) -> tuple[int, int]:
        given = argument(node, name)
        sizes = [given] if isinstance(given, int) else [*given]
        return (sizes[0], sizes[-1])

    kernel = (weight.shape[2], weight.shape[3])
    return Window(kernel, pair("stride"), pair("padding"), pair("dilation"))


@dataclass
class _Fused:
    """A layer with what follows it."""

    node: fx.Node
    residual: fx.Node | None = None
    activation: str = ""
    absorbed: tuple[fx.Node, ...] = ()

    @classmethod
    def of(cls, node: fx.Node, program: Program) -> _Fused:
        found = cls(node)
        follower = _only_user(node)
        if follower is not None and follower.target is aten.add.Tensor and follower.kwargs.get("alpha", 1) == 1:
            other = follower.args[1] if follower.args[0] is node else follower.args[0]
            same = isinstance(other, fx.Node) and other is not node and is_tensor(other) and same_shape(other, node)
            if same and isinstance(other, fx.Node) and other.meta["val"].dtype == node.meta["val"].dtype:
                found.residual, found.absorbed = other, (follower,)
                follower = _only_user(follower)
        name = None if follower is None else activation_of(follower)
        if name is not None and follower is not None:
            found.activation, found.absorbed = name, (*found.absorbed, follower)
        return found

    def layer(self, program: Program, pattern: Pattern) -> SparseLayer:
        weight = program.weight(self.node.args[1])
        assert weight is not None
        is_linear = self.node.target is aten.linear.default
        shape = shape_of(self.node)
        others = shape[:-1] if is_linear else (shape[0], *shape[2:])
        ends: dict[str, Any] = {
            "dynamic": not all(is_static(size) for size in others),
            "bias": argument(self.node, "bias") is not None,
            "residual": self.residual is not None,
            "activation": self.activation,
        }
        tokens = math.prod(_sizes(program, others))
        if is_linear:
            return SparseLayer(weight, pattern, tokens, **ends)
        assert isinstance(self.node.args[0], fx.Node)
        number, _, height, width = _sizes(program, shape_of(self.node.args[0]))
        window = window_of(self.node, weight)
        return SparseLayer(weight.flatten(1), pattern, tokens, window, (number, height, width), **ends)

    def absorb(self, program: Program) -> None:
        """Let the layer take the place of what follows it."""
        last = self.absorbed[-1] if self.absorbed else self.node
        if self.absorbed:
            value = last.meta["val"]
            last.replace_all_uses_with(self.node)
            last.prepend(self.node)  # a residual may be computed after the layer
            for other in reversed(self.absorbed):
                program.graph.erase_node(other)
            self.node.meta = {**self.node.meta, "val": value}

    def write_blocks(
        self,
        program: Program,
        form: VectorBlocks,
        weight: Tensor,
        tensors: tuple[fx.Node, ...],
        order: Tensor | None,
    ) -> None:
        """Write a layer for a kernel; ``order`` is that of its rows, which are put back after it."""
        node, rows = self.node, form.shape[0]
        bias, activation, residual = argument(node, "bias"), self.activation, self.residual
        if order is None or residual is None:
            self.absorb(program)
        else:  # what is added lies in the old order
            activation, residual = "", None
        if order is not None:
            bias = _ordered(program, node, bias, order)
        operands = (node.args[0], *tensors, bias, residual, rows)
        is_linear = node.target is aten.linear.default
        if is_linear:
            node.target = torch.ops.sparsec.vblock_linear.default
            node.args = (*operands, form.segment, activation, False, False)
        else:
            node.target, sides = torch.ops.sparsec.vblock_conv2d.default, window_of(node, weight).sides
            node.args = (*operands, *sides, activation)
        node.kwargs = {}
        if order is not None:
            _put_back(program, node, order, -1 if is_linear else 1)

    def write_int8(self, program: Program, form: Int8Blocks, tensors: tuple[fx.Node, ...]) -> None:
        node, bias, activation = self.node, argument(self.node, "bias"), ""
        if self.residual is None:  # the operator adds none
            activation = self.activation
            self.absorb(program)
        node.target = torch.ops.sparsec.vblock_linear_int8.default
        node.args, node.kwargs = (node.args[0], *tensors, bias, form.shape[0], activation), {}


def _ordered(program: Program, node: fx.Node, bias: object, order: Tensor) -> fx.Node | None:
    """The bias of a layer whose rows are in another order."""
    if not isinstance(bias, fx.Node):
        return None
    held = program.weight(bias)
    if held is not None:
        return program.new_weight(f"{bias.target}_ordered", held[order], kind=Tensor)
    rows = program.new_weight(f"{node.name}_rows", order, kind=Tensor)
    with program.graph.inserting_before(node):
        return program.graph.call_function(aten.index_select.default, (bias, 0, rows))


def _put_back(program: Program, node: fx.Node, order: Tensor, dim: int) -> None:
    """Give the results of a layer whose rows are in another order their own again."""
    places = program.new_weight(f"{node.name}_order", torch.argsort(order), kind=Tensor)
    with program.graph.inserting_after(node):
        gather = program.graph.call_function(aten.index_select.default, (node, dim, places))
    gather.meta = {**node.meta, PART_OF: node.name}
    node.replace_all_uses_with(gather, delete_user_cb=lambda user: user is not gather)


@dataclass(frozen=True)
class _Across:
    """A value as [features, tokens], and its other sizes: numbers, or operations that find them out."""

    features: fx.Node
    others: list[Any]


@dataclass(frozen=True)
class _Parts:
    """Writes the operations that a layer becomes."""

    program: Program
    layer: fx.Node

    def call(self, target: Any, *args: Any) -> Any:
        made = self.program.graph.call_function(target, args)
        made.meta[PART_OF] = self.layer.name
        return made

    def size(self, x: fx.Node, dim: int) -> Any:
        """A number, or the operation that finds it out."""
        found = shape_of(x)[dim]
        return int(found) if is_static(found) else self.call(aten.sym_size.int, x, dim)

    def multiply_images(self, x: fx.Node, values: fx.Node, columns: fx.Node, shape: Sequence[int]) -> Any:
        """The groups of a 1 x 1 convolution, rows side by side; ``shape`` is that of values."""
        (groups, rows, width), call = shape, self.call
        images, height, breadth = self.size(x, 0), self.size(x, 2), self.size(x, 3)
        fixed = isinstance(height, int) and isinstance(breadth, int)
        places = height * breadth if fixed else call(operator.mul, height, breadth)
        read = call(aten.index_select.default, x, 1, columns)
        read = call(aten.reshape.default, read, [images, groups, width, places])
        y = call(aten.matmul.default, values, read)
        return call(aten.reshape.default, y, [images, groups * rows, height, breadth])


def write_groups(
    fused: _Fused, program: Program, form: GroupedGather, tensors: tuple[fx.Node, ...], across: dict[fx.Node, _Across]
) -> None:
    """Write a layer as a gather of columns and a batched product.

    ``across`` holds what such layers read and make as the next one wants it.
    """
    values, columns, *order = tensors
    node = fused.node
    x, bias, is_linear = node.args[0], argument(node, "bias"), node.target is aten.linear.default
    assert isinstance(x, fx.Node)
    held = program.weight(values)
    assert held is not None
    groups, rows, width = held.shape
    parts = _Parts(program, node)
    call = parts.call
    with program.graph.inserting_before(node):
        if is_linear:
            if x not in across:
                tokens = call(aten.reshape.default, x, [-1, form.shape[1]])
                others = [parts.size(x, dim) for dim in range(x.meta["val"].ndim - 1)]
                across[x] = _Across(call(aten.transpose.int, tokens, 0, 1), others)
            read = call(aten.index_select.default, across[x].features, 0, columns)
            read = call(aten.reshape.default, read, [groups, width, -1])
            y = call(aten.reshape.default, call(aten.bmm.default, values, read), [groups * rows, -1])
        else:
            y = parts.multiply_images(x, values, columns, held.shape)
        dim = 0 if is_linear else 1
        if order:
            y = call(aten.index_select.default, y, dim, order[0])
        elif groups * rows != form.shape[0]:
            y = call(aten.slice.Tensor, y, dim, 0, form.shape[0])
        if bias is not None:
            y = call(aten.add.Tensor, y, call(aten.reshape.default, bias, [-1, 1] if is_linear else [-1, 1, 1]))
        last = fused.absorbed[-1] if fused.absorbed and fused.residual is None else node
        if last is not node:
            y = program.graph.create_node("call_function", last.target, (y, *last.args[1:]), last.kwargs)
        features = y
        if is_linear:
            y = call(aten.transpose.int, y, 0, 1)
            if x.meta["val"].ndim != 2:
                y = call(aten.reshape.default, y, [*across[x].others, form.shape[0]])
    y.meta = {**last.meta, **y.meta}
    if is_linear:
        across[y] = _Across(features, across[x].others)
    last.replace_all_uses_with(y, propagate_meta=False)


def _pack(program: Program, name: str, weight: Tensor, form: Form) -> tuple[fx.Node, ...]:
    packed = form.pack(weight)
    parts = [field.name for field in fields(packed) if getattr(packed, field.name) is not None]
    found = {}
    for part in reversed(parts):  # each new weight becomes the graph's first node
        found[part] = program.new_weight(f"{name}_{part}", getattr(packed, part), kind=Tensor)
    return tuple(found[part] for part in parts)


def _sizes(program: Program, shape: Sequence[Any]) -> list[int]:
    """Sizes for the example inputs; 1 where they depend on the inputs' values."""
    found = []
    for size in shape:
        try:
            found.append(program.example_size(size))
        except ValueError:
            found.append(1)
    return found


def _only_user(node: fx.Node) -> fx.Node | None:
    return next(iter(node.users)) if len(node.users) == 1 else None


def activation_of(node: fx.Node) -> str | None:
    """The name, as kernels know it, of the activation that a node computes; None for anything else."""
    found = ACTIVATIONS.get(node.target)
    return found(node) if callable(found) else found


def _gelu(node: fx.Node) -> str:
    return "gelu_tanh" if node.kwargs.get("approximate", "none") == "tanh" else "gelu"


def _hardtanh(node: fx.Node) -> str | None:
    return "relu6" if tuple(node.args[1:]) == (0.0, 6.0) else None


ACTIVATIONS: dict[object, str | Callable[[fx.Node], str | None]] = {
    aten.relu.default: "relu",
    aten.relu6.default: "relu6",
    aten.hardtanh.default: _hardtanh,
    aten.hardsigmoid.default: "hardsigmoid",
    aten.hardswish.default: "hardswish",
    aten.sigmoid.default: "sigmoid",
    aten.silu.default: "silu",
    aten.tanh.default: "tanh",
    aten.gelu.default: _gelu,
}
