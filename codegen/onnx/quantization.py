"""Rounding to integers and back as ONNX's own nodes, QuantizeLinear and DequantizeLinear, over integer weights.

ONNX Runtime computes layers between such nodes with integers, where it recognises them: nothing may stand between a
layer and what makes numbers of its weight, and scales and zeros have to be constants of the types that the standard
asks for. So weights are transposed here and not in the graph, and a node whose range of integers is narrower than
their type clips what it gives.

ONNX divides by a scale where PyTorch multiplies by its inverse, which rounds once more: a number that lies between two
integers, by no more than rounding, may become either.
"""

from __future__ import annotations

import operator
from typing import Any

import torch
from torch import Tensor, fx

from ...compiler.ir.arguments import argument, operand_of
from ...compiler.ir.program import Program, shape_of
from ...compiler.ir.quantization import EXTREMES, LEAST_SCALE, Affine, called, meaning, source_of_steps
from ...compiler.ir.views import LINEAR

# The version of ONNX's operators from which on there are integers of 16 bits.
OPSET_16_BITS = 21
WIDE = (torch.int16, torch.uint16)
# Types that ONNX Runtime clips.
CLIPPED = (torch.int8, torch.uint8, torch.int32)
# Operators that move numbers, whatever those are.
MOVING = {
    torch.ops.aten.permute.default,
    torch.ops.aten.reshape.default,
    torch.ops.aten.transpose.int,
    torch.ops.aten.view.default,
}

# Pools to sizes that are asked for, and how many dimensions batches of what they read have.
POOLS = {
    torch.ops.aten.adaptive_avg_pool1d.default: 3,
    torch.ops.aten.adaptive_avg_pool2d.default: 4,
    torch.ops.aten.adaptive_avg_pool3d.default: 5,
}


def least_opset(program: Program, opset: int | None) -> int | None:
    """The version of ONNX's operators that a program needs, if none is asked for."""
    wide = any((affine := Affine.of(node)) is not None and affine.dtype in WIDE for node in program.nodes())
    return OPSET_16_BITS if wide and opset is None else opset


def with_roundings(program: Program) -> Program:
    """A program in which whatever rounds to integers, or makes numbers of them, is an ONNX node."""
    if not any(called(node) for node in program.nodes()):
        return program
    program = program.copy()
    for node in [*program.nodes()]:
        affine = Affine.of(node)
        if affine is not None:
            _move_behind(affine, program)
            _pick_first(affine, program)
            _average(affine)
            _round_dynamically(affine, program)
    for node in [*program.nodes()]:
        affine = Affine.of(node)
        if affine is not None:
            _write(affine, program)
        elif called(node) in EXTREMES:
            node.target = meaning(node)
    for node in program.nodes():
        if node.target is times and _is_dynamic(node.args[0]):
            left, right, bias = node.args
            node.args, node.target = (*left.args[:3], *right.args[:3], bias), times_integers  # type: ignore[union-attr]
    program.clean()
    return program


def _write(affine: Affine, program: Program) -> None:
    node = affine.node
    if not affine.rounds:
        _turn(affine, program)
        affine = Affine.of(node) or affine
    scale = _constant(affine.scale, torch.float32, f"{node.name}_scale", program)
    zero = _constant(0 if affine.zero is None else affine.zero, affine.dtype, f"{node.name}_zero_point", program)
    if not affine.rounds and affine.dtype is torch.int32:
        zero = None  # it is 0, and the standard wants none
    limits = torch.iinfo(affine.dtype)
    bounds = (affine.least, affine.most) if (affine.least, affine.most) != (limits.min, limits.max) else None
    if affine.rounds:
        node.args = (affine.input, scale, zero, affine.axis, affine.dtype, bounds)
        node.target = quantize
    else:
        node.args = (affine.input, scale, zero, affine.axis, node.meta["val"].dtype)
        node.target = dequantize
    node.kwargs = {}


def _move_behind(affine: Affine, program: Program) -> None:
    """Let what only moves integers move the numbers made of them: rounding is recognised beside its inverse alone."""
    node, moved = affine.node, affine.input
    if affine.rounds or affine.axis is not None or moved.target not in MOVING or len(moved.users) != 1:
        return
    source = operand_of(moved)
    before = Affine.of(source)
    if before is None or not before.rounds:
        return
    node.replace_all_uses_with(moved, delete_user_cb=lambda user: user is not node, propagate_meta=False)
    node.replace_input_with(moved, source)
    moved.replace_input_with(source, node)
    source.append(node)
    dtype = node.meta["val"].dtype
    with program.fake_mode():
        node.meta["val"] = source.meta["val"].to(dtype)
        moved.meta["val"] = moved.meta["val"].to(dtype)


def _pick_first(affine: Affine, program: Program) -> None:
    """Let rows be picked from a table of integers: no more of them are made numbers."""
    node, embedding = affine.node, torch.ops.aten.embedding.default
    readers = [*node.users]
    if affine.rounds or affine.axis is not None or not program.is_weight(affine.input):
        return
    if not all(reader.target is embedding and reader.args[0] is node for reader in readers):
        return
    for reader in readers:
        with program.graph.inserting_before(reader):
            picked = program.graph.call_function(embedding, (affine.input, *reader.args[1:]))
            picked.meta["val"] = reader.meta["val"].to(affine.dtype)
            made = program.graph.call_function(node.target, (picked, *node.args[1:]), node.kwargs)  # type: ignore[arg-type]
            made.meta["val"] = reader.meta["val"]
        reader.replace_all_uses_with(made, propagate_meta=False)


def _average(affine: Affine) -> None:
    """Let a mean of planes of such numbers be the operator that there is for integers."""
    for reader in [] if affine.rounds else [*affine.node.users]:
        if _means_planes(reader, affine.node.meta["val"].ndim):
            reader.args, reader.kwargs, reader.target = (affine.node,), {}, average


def _round_dynamically(affine: Affine, program: Program) -> None:
    """Let a value that is rounded by scale and zero of its own be rounded by the operator that works those out."""
    source, node = source_of_steps(affine), affine.node
    if source is None or affine.axis is not None or affine.dtype is not torch.uint8:
        return
    if argument(source, "eps") > LEAST_SCALE or not all(map(_only_rounds, (affine.scale, affine.zero))):
        return
    with program.graph.inserting_after(source):
        made = program.graph.call_function(dynamically, (affine.input,))
    made.meta["val"] = tuple(value.meta["val"] for value in (node, affine.scale, affine.zero))
    for index, value in reversed([*enumerate((node, affine.scale, affine.zero))]):
        with program.graph.inserting_after(made):
            part = program.graph.call_function(operator.getitem, (made, index))
        part.meta["val"] = value.meta["val"]
        value.replace_all_uses_with(part, propagate_meta=False)


def _is_dynamic(node: Any) -> bool:
    """Whether a node makes numbers of integers that were rounded to the range of their own value."""
    scale = node.args[1] if isinstance(node, fx.Node) and len(node.args) > 2 else None
    made = scale.args[0] if isinstance(scale, fx.Node) and scale.target is operator.getitem else None
    return isinstance(made, fx.Node) and made.target is dynamically


def _only_rounds(value: fx.Node) -> bool:
    """Whether a scale, or a zero, has ONNX's shape, and nodes that round alone read it, of any type."""
    return value.meta["val"].ndim == 0 and all(map(Affine.of, value.users))


def _means_planes(reader: fx.Node, rank: int) -> bool:
    """Whether a node takes the mean of each plane of images of so many dimensions, and keeps those."""
    if reader.target in POOLS:
        return set(argument(reader, "output_size")) == {1} and rank == POOLS[reader.target]
    if reader.target is not torch.ops.aten.mean.dim or argument(reader, "dtype") is not None:
        return False
    dims = argument(reader, "dim") or []
    return rank > 2 and bool(argument(reader, "keepdim")) and sorted(dim % rank for dim in dims) == [*range(2, rank)]


def _constant(value: Any, dtype: torch.dtype, name: str, program: Program) -> Any:
    """A scale or a zero as a weight of a type; a value that is computed as it is."""
    held = program.weight(value) if isinstance(value, fx.Node) else torch.tensor(value)
    if held is None:
        return value
    if isinstance(value, fx.Node) and held.dtype is dtype:
        return value
    return program.new_weight(name, held.to(dtype), kind=Tensor)


def _turn(affine: Affine, program: Program) -> None:
    """Let linear layers multiply by a matrix of integers that lies as ONNX multiplies; those of matrices stay."""
    node, held = affine.node, program.weight(affine.input)
    readers = [*node.users]
    if held is None or held.ndim != 2 or len(affine.input.users) != 1:
        return
    if not all(reader.target is LINEAR and reader.args[1] is node and reader.args[0] is not node for reader in readers):
        return
    if any(len(shape_of(reader)) == 2 and not _is_dynamic(reader.args[0]) for reader in readers):
        return
    turned = program.new_weight(f"{affine.input.target}_transposed", held.t().contiguous(), kind=Tensor)
    with program.fake_mode():
        node.meta["val"] = node.meta["val"].t().contiguous()
    node.replace_input_with(affine.input, turned)
    if affine.axis is not None:
        node.args = (*node.args[:3], 1 - affine.axis, *node.args[4:])
    for reader in readers:
        reader.args = (*reader.args[:2], reader.args[2] if len(reader.args) > 2 else None)
        reader.target, reader.kwargs = times, {}


# ---------------------------------------------------------------- what the exporter traces


def quantize(
    x: Tensor,
    scale: Tensor,
    zero: Tensor,
    axis: int | None,
    dtype: torch.dtype,
    bounds: tuple[int, int] | None,
) -> Tensor:
    """The node that rounds, and the one that clips what it gives."""
    if bounds is not None and dtype not in CLIPPED:
        least, most = ((bound - zero.to(x.dtype)) * scale for bound in bounds)
        x = torch.maximum(torch.minimum(x, _along(most, axis, x.ndim)), _along(least, axis, x.ndim))
        bounds = None
    scale, zero = scale.to(torch.float32), zero.to(dtype)
    y = _node("QuantizeLinear", [x, _shaped(scale, axis), _shaped(zero, axis)], axis, dtype, x.shape)
    if bounds is None:
        return y
    least, most = (torch.full((), bound, dtype=dtype) for bound in bounds)
    return torch.onnx.ops.symbolic("Clip", [y, least, most], {}, dtype=dtype, shape=x.shape)


def dequantize(x: Tensor, scale: Tensor, zero: Tensor | None, axis: int | None, dtype: torch.dtype) -> Tensor:
    """The node that makes numbers of integers."""
    scale = scale.to(torch.float32)
    zeros = [] if zero is None else [_shaped(zero.to(x.dtype), axis)]
    return _node("DequantizeLinear", [x, _shaped(scale, axis), *zeros], axis, torch.float32, x.shape).to(dtype)


def times(x: Tensor, matrix: Tensor, bias: Tensor | None) -> Tensor:
    """A linear layer by a matrix that is transposed already."""
    y = torch.matmul(x, matrix)
    return y if bias is None else y + bias


def dynamically(x: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    """The node that rounds to the range of a value: the integers, the scale, the zero."""
    dtypes = (torch.uint8, torch.float32, torch.uint8)
    found = torch.onnx.ops.symbolic_multi_out("DynamicQuantizeLinear", [x], dtypes=dtypes, shapes=(x.shape, (), ()))
    return found[0], found[1], found[2]


def average(x: Tensor) -> Tensor:
    """The mean of each plane."""
    shape = [*x.shape[:2], *[1] * (x.ndim - 2)]
    return _node("GlobalAveragePool", [x], None, x.dtype, shape)


def times_integers(
    x: Tensor, scale: Tensor, zero: Tensor, matrix: Tensor, scales: Tensor, zeros: Tensor, bias: Tensor | None
) -> Tensor:
    """The same of integers, which are scaled afterwards: the form that ONNX Runtime makes one operator of."""
    inputs = [x, matrix, zero, zeros.to(matrix.dtype)]
    shape = [*x.shape[:-1], matrix.shape[1]]
    products = torch.onnx.ops.symbolic("MatMulInteger", inputs, {}, dtype=torch.int32, shape=shape)
    y = products.to(torch.float32) * (scale.to(torch.float32) * scales.to(torch.float32))
    return y if bias is None else y + bias


def _node(kind: str, inputs: list[Tensor], axis: int | None, dtype: torch.dtype, shape: Any) -> Tensor:
    return torch.onnx.ops.symbolic(kind, inputs, {} if axis is None else {"axis": axis}, dtype=dtype, shape=shape)


def _shaped(value: Tensor, axis: int | None) -> Tensor:
    """One number as one, not as a list of one."""
    return value if axis is not None or value.ndim == 0 else value.reshape(())


def _along(value: Tensor, axis: int | None, rank: int) -> Tensor:
    return value if axis is None else value.reshape([-1 if dim == axis else 1 for dim in range(rank)])
