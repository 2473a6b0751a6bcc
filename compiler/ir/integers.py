"""Weights that a model holds as integers, with scales: worked on as the numbers that they stand for, kept as integers.

A quantised model reads ``dequantize(integers, scale, zero)`` where another one reads a weight. ``in_numbers`` puts that
weight in its place, so that everything that is known of weights holds of it, and notes on its node how it was held.
``in_integers`` goes back, once it was cut, ordered anew or folded into: whatever the numbers are by then, each has to
be an integer times a scale, which is looked for among those that there were. That is checked number by number, so that
no pass needs to know of integers, and none can spoil them unseen.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

import torch
from torch import Tensor, fx

from .arguments import function_of, operand_of
from .program import INTEGERS, Program, attribute, delete_attribute, set_attribute
from .quantization import MEANINGS, Affine, called, meaning
from .views import Layer

# How far from an integer a number may be, relative to it: what float32 loses in a scale and in a number, and a little.
ROUNDING = 2.0**-21
# How far from an integer a bias may be besides. What constants add to it are sums of products of integers below 2**15,
# each of which float32 rounds; they may cancel. Its unit is that of exact sums, some thousandth of a step of a result.
LOOSE = 0.05
# Rows of a weight whose scales are looked for at a time.
CHUNK = 256
# Integers up to these bits are told from the float32 number that they make with a scale.
TELLING_BITS = 16

# What hands integers on as they are, and zeros besides: their scale is that of what was read.
MOVING = {
    torch.ops.aten.constant_pad_nd,
    torch.ops.aten.max_pool2d,
    torch.ops.aten.pad,
    torch.ops.aten.permute,
    torch.ops.aten.reshape,
    torch.ops.aten.transpose,
    torch.ops.aten.view,
}


@dataclass(frozen=True)
class Integers:
    """How a weight is held.

    Attributes:
        least, most, dtype: of the integers.
        scale: one number, or one for each row.
        zero: the integer that stands for 0, for each scale.
        axis: the dimension of the rows; None where one scale serves all.
        kept: the integers as they came, in one dimension, where float32 numbers do not tell them.
    """

    least: int
    most: int
    dtype: torch.dtype
    scale: Tensor = field(repr=False)
    zero: Tensor = field(repr=False)
    axis: int | None = None
    kept: Tensor | None = field(default=None, repr=False)

    @property
    def wide(self) -> bool:
        """Whether there are more integers than float32 tells apart, as in biases."""
        return torch.iinfo(self.dtype).bits > TELLING_BITS


@dataclass(frozen=True)
class Found:
    """A weight's integers, found again.

    Attributes:
        held: how.
        values: the integers.
        rows: for each row, which of the scales that there were it has; None for one scale, or scales of its own.
    """

    held: Integers
    values: Tensor
    rows: Tensor | None = None


def held_as(node: object) -> Integers | None:
    """How the model holds a weight that is worked on as numbers; None for any other."""
    found = node.meta.get(INTEGERS) if isinstance(node, fx.Node) and node.op == "get_attr" else None
    return found if isinstance(found, Integers) else None


# ---------------------------------------------------------------- to numbers


def in_numbers(program: Program) -> Program:
    """The same with numbers in place of integers that are weights; itself if nothing in it makes numbers of integers.

    Scales and zeros of single numbers stand among the arguments.
    """
    if not any(Affine.of(node) for node in program.nodes()):
        return program
    program = program.copy()
    fixed = _fixed(program)
    for node in program.nodes():
        _spell_out(node, program, fixed)
    made: dict[Any, fx.Node] = {}
    for node in [*program.nodes()]:
        found = _integers_of(node, program, fixed)
        if found is None:
            continue
        key = (str(node.args), str(node.kwargs))
        if key not in made:
            made[key] = _as_number(node, *found, program)
        node.replace_all_uses_with(made[key], propagate_meta=False)
        program.graph.erase_node(node)
    program.clean()
    return program


def _fixed(program: Program) -> set[fx.Node]:
    """The values that weights alone decide, and something."""
    found: set[fx.Node] = set()
    for node in program.nodes():
        made = node.op == "call_function" and isinstance(node.meta.get("val"), Tensor) and node.all_input_nodes
        if program.is_weight(node) or (made and found.issuperset(node.all_input_nodes)):
            found.add(node)
    return found


def _spell_out(node: fx.Node, program: Program, fixed: set[fx.Node]) -> None:
    """Let a node have its scale and zero as numbers, where they are weights of one."""
    affine = Affine.of(node)
    if affine is None or affine.axis is not None or not isinstance(affine.scale, fx.Node):
        return
    scale, zero = _given(affine.scale, program, fixed), _given(affine.zero, program, fixed)
    if scale is None or zero is None or scale.numel() != 1 or zero.numel() != 1:
        return
    packet: Any = node.target.overloadpacket  # type: ignore[union-attr]
    node.target = packet.default
    node.args = (affine.input, float(scale), int(zero), affine.least, affine.most, affine.dtype)


def _integers_of(node: fx.Node, program: Program, fixed: set[fx.Node]) -> tuple[Integers, Tensor] | None:
    """What a node makes numbers of, if those are weights, and the numbers."""
    affine = Affine.of(node)
    if affine is None or affine.rounds:
        return None
    values = _given(affine.input, program, fixed)
    if values is None or values.is_floating_point():
        return None
    zero = _given(0 if affine.zero is None else affine.zero, program, fixed)
    scale = _given(affine.scale, program, fixed)
    if scale is None or zero is None:
        return None
    scale = scale.float()  # that in which PyTorch multiplies
    zero = zero.expand(scale.shape)
    kept = values if values.ndim == 1 and torch.iinfo(affine.dtype).bits > TELLING_BITS else None
    axis = affine.axis if scale.numel() > 1 or affine.axis is not None else None
    held = Integers(affine.least, affine.most, affine.dtype, scale.double(), zero.long(), axis, kept)
    out = node.meta["val"].dtype
    return held, _numbers(values, held, out)


def _given(value: Any, program: Program, fixed: set[fx.Node]) -> Tensor | None:
    """A number, a weight, or what a few operations make of weights alone; None for what inputs decide."""
    if not isinstance(value, fx.Node):
        return torch.as_tensor(value, dtype=torch.float64)
    held = program.weight(value)
    if held is not None or value not in fixed:
        return held
    read = {node: _given(node, program, fixed) for node in value.all_input_nodes}
    args, kwargs = fx.node.map_arg((value.args, value.kwargs), read.__getitem__)
    found: Tensor = (meaning(value) if called(value) in MEANINGS else function_of(value))(*args, **kwargs)
    return found


def _numbers(values: Tensor, held: Integers, out: torch.dtype) -> Tensor:
    """What PyTorch makes of integers: in float32 (or ``out``), the product rounded once."""
    scale, zero = (_spread(x, held.axis, values.ndim) for x in (held.scale, held.zero))
    return ((values.double() - zero) * scale).to(out)


def _spread(values: Tensor, axis: int | None, rank: int) -> Tensor:
    return values.reshape([-1 if dim == axis else 1 for dim in range(rank)]) if axis is not None else values.reshape(())


def _as_number(node: fx.Node, held: Integers, numbers: Tensor, program: Program) -> fx.Node:
    """A weight in place of a node; it has the name of the integers where nobody else reads them."""
    source = made_of = operand_of(node, "input")
    while source.op != "get_attr" and source.all_input_nodes:
        source = source.all_input_nodes[0]
    name = str(source.target) if source.op == "get_attr" else node.name
    parameter = torch.nn.Parameter(numbers.contiguous(), requires_grad=False)
    if source is made_of and len(source.users) == 1:
        delete_attribute(program.module, name)
        set_attribute(program.module, name, parameter)
        weight = source
        weight.meta = {key: value for key, value in source.meta.items() if key != "val"}
        weight.meta["val"] = program.fake(numbers)
    else:
        weight = program.new_weight(name, numbers)
    weight.meta[INTEGERS] = held
    return weight


# ---------------------------------------------------------------- and back


def in_integers(program: Program) -> Program:
    """The same with integers in place of the weights that are held so; itself if none is.

    Those that are no integers times scales any more are left as they are, and still noted: see ``in_floats``.
    """
    if not any(held_as(node) for node in program.nodes()):
        return program
    program = program.copy()
    weights = [node for node in program.nodes() if held_as(node) is not None]
    found = {node: _found(node, program) for node in weights if program.held(node).ndim != 1}  # type: ignore[union-attr]
    found |= {node: _found(node, program) for node in weights if node not in found}
    for layer in _with_new_bias(program, weights) + [x for node in weights for x in _reading_as_bias(node, program)]:
        assert layer.bias is not None
        found[layer.bias] = _bias(layer, found) or found.get(layer.bias)
    for node, integers in found.items():
        if integers is not None:
            node.meta.pop(INTEGERS, None)
            _write(node, integers, program)
    program.clean()
    return program


def integers_of(weight: fx.Node, program: Program) -> Found | None:
    """The integers of a weight that is worked on as numbers; None where it is none, or they are none any more."""
    return None if held_as(weight) is None else _found(weight, program)


def stay_numbers(node: fx.Node) -> None:
    """Let a weight that is worked on as numbers be held as those."""
    node.meta.pop(INTEGERS, None)


def in_floats(program: Program) -> list[str]:
    """The weights that were integers and are none any more, once the others are again."""
    return [str(node.target) for node in program.nodes() if held_as(node) is not None]


def _reading_as_bias(node: fx.Node, program: Program) -> list[Layer]:
    """The layer whose bias a weight is, if it is of one alone."""
    if len(node.users) != 1:
        return []
    layer = Layer.of(next(iter(node.users)), program)
    return [layer] if layer is not None and layer.bias is node and layer.weight is not node else []


def _with_new_bias(program: Program, weights: list[fx.Node]) -> list[Layer]:
    """Layers that have a bias that none held, in a model whose biases are integers."""
    if not any(held.wide for node in weights if (held := held_as(node)) is not None):
        return []
    layers = [Layer.of(user, program) for node in weights for user in node.users]
    return [
        layer
        for layer in dict.fromkeys(layers)
        if layer is not None
        and held_as(layer.weight) is not None
        and layer.bias is not None
        and program.is_weight(layer.bias)
        and held_as(layer.bias) is None
        and len(layer.bias.users) == 1
    ]


def _bias(layer: Layer, found: dict[fx.Node, Found | None]) -> Found | None:
    """A bias with the scale of what the layer reads times that of its weight, as exact sums of integers have it."""
    weight = found.get(layer.weight)
    if weight is None:
        return None
    old, rows = held_as(layer.bias), weight.rows
    scale, given = _of_sums(layer, weight), None if old is None else _as_before(old, rows)
    if given is not None and (scale is None or bool((given - scale).abs().le(scale.abs() * 1e-5).all())):
        scale = given
    if scale is None:
        return None
    limits = torch.iinfo(torch.int32)
    blank = old or Integers(limits.min, limits.max, torch.int32, scale, torch.zeros_like(scale, dtype=torch.long))
    value = layer.program.weight(layer.bias)
    assert value is not None
    if scale.numel() not in (1, value.numel()) or bool((blank.zero != 0).any()):
        return None
    axis = 0 if scale.numel() > 1 or (old is not None and old.axis is not None) else None
    held = replace(blank, scale=scale, zero=torch.zeros_like(scale, dtype=torch.long), axis=axis)
    integers = _whole(value.double().cpu(), held)
    return None if integers is None else Found(held, _as_they_came(integers, value, held, rows), rows)


def _of_sums(layer: Layer, weight: Found) -> Tensor | None:
    """The scale of a layer's sums of products; None where nobody knows that of what it reads."""
    node = layer.input
    while getattr(node.target, "overloadpacket", None) in MOVING and len(node.all_input_nodes) == 1:
        node = operand_of(node)
    read = Affine.of(node)
    if read is None or not isinstance(read.scale, float):
        return None
    return (weight.held.scale.float() * torch.tensor(read.scale, dtype=torch.float32)).double()


def _as_before(old: Integers, rows: Tensor | None) -> Tensor | None:
    """The scales that a bias had, for the rows that its layer's weight has now."""
    if old.scale.numel() == 1:
        return old.scale
    if rows is None or rows.numel() == 0 or int(rows.max()) >= old.scale.numel():
        return None
    return old.scale.reshape(-1)[rows]


def _found(node: fx.Node, program: Program) -> Found | None:
    """The integers of a weight, with scales that there were; with others, one for each row, where those do not fit."""
    held, value = held_as(node), program.weight(node)
    assert held is not None and value is not None
    value = value.double().cpu()
    if held.axis is None:
        integers = _whole(value, held)
        return None if integers is None else Found(held, _as_they_came(integers, value, held, None))
    if value.ndim == 0:
        return None
    dims = [held.axis, *(dim for dim in range(value.ndim) if dim != held.axis)]
    for dim in (dim for dim in dims if dim < value.ndim):
        rows = _rows(_by_row(value, dim), held)
        if rows is not None:
            chosen = replace(held, axis=dim, scale=held.scale.reshape(-1)[rows], zero=held.zero.reshape(-1)[rows])
            integers = _whole(value, chosen)
            if integers is not None:
                return Found(chosen, _as_they_came(integers, value, chosen, rows), rows)
    return _of_own_scales(value, held)


def _by_row(value: Tensor, dim: int) -> Tensor:
    """A weight as a matrix whose rows lie along a dimension."""
    return value.movedim(dim, 0).reshape(value.shape[dim], -1)


def _of_own_scales(value: Tensor, held: Integers) -> Found | None:
    """The integers of rows that were multiplied by something: the fewest that all numbers of a row are parts of."""
    dim = min(held.axis or 0, value.ndim - 1)
    if bool((held.zero != 0).any()) or held.wide:
        return None
    steps = torch.arange(1, min(-held.least, held.most) + 1, dtype=torch.float64)
    scales = []
    for row in _by_row(value, dim):
        largest = row.abs().max()
        parts = (row[row != 0].abs() / largest)[:, None] * steps
        fits = ((parts - parts.round()).abs() <= parts * ROUNDING).all(dim=0)
        if not bool(fits.any()):
            return None
        scales.append(largest / steps[fits][0] if largest > 0 else torch.ones((), dtype=torch.float64))
    scale = torch.stack(scales).float().double()
    own = replace(held, axis=dim, scale=scale, zero=torch.zeros_like(scale, dtype=torch.long), kept=None)
    integers = _whole(value, own)
    return None if integers is None else Found(own, integers)


def _whole(value: Tensor, held: Integers) -> Tensor | None:
    """The integers that numbers stand for, if each stands for one."""
    scale, zero = (_spread(x, held.axis, value.ndim) for x in (held.scale, held.zero))
    ratio = value / scale
    whole = torch.round(ratio)
    integers = whole + zero
    off = (ratio - whole).abs() > whole.abs() * ROUNDING + (LOOSE if held.wide else 1e-6)
    if bool(off.any()) or bool(((integers < held.least) | (integers > held.most)).any()):
        return None
    return integers.to(held.dtype)


def _as_they_came(integers: Tensor, value: Tensor, held: Integers, rows: Tensor | None) -> Tensor:
    """Integers that float32 numbers do not tell: those of the model where they make the same number."""
    if held.kept is None or integers.shape != value.shape:
        return integers
    if rows is not None and rows.numel() and int(rows.max()) >= held.kept.numel():
        return integers
    if rows is None and held.kept.shape != integers.shape:
        return integers
    kept = held.kept.cpu() if rows is None else held.kept.cpu()[rows]
    same = _numbers(kept, held, torch.float32) == value.float()
    return torch.where(same, kept.to(integers.dtype), integers)


def _rows(value: Tensor, held: Integers) -> Tensor | None:
    """Of each row, which of the scales that there were makes integers of it: the same one as before, or the next."""
    scales, zeros = held.scale.reshape(-1), held.zero.reshape(-1)
    same = torch.arange(len(scales))
    if len(value) == len(scales) and _fits(value, scales, zeros, held).all():
        return same
    chosen, last = [], -1
    for start in range(0, len(value), CHUNK):
        part = value[start : start + CHUNK]
        largest = part.abs().argmax(dim=1) if part.shape[1] else torch.zeros(len(part), dtype=torch.long)
        tops = part.gather(1, largest[:, None]) if part.shape[1] else part.new_zeros(len(part), 1)
        likely = _fits_one(tops, scales[None], zeros[None], held)
        for row, line in zip(part, likely, strict=True):
            options = line.nonzero().flatten()
            if len(options) == 0:
                return None
            fits = _fits(row.expand(len(options), -1), scales[options], zeros[options], held)
            options = options[fits]
            if len(options) == 0:
                return None
            later = options[options > last]
            last = int(later[0] if len(later) else options[0])
            chosen.append(last)
    return torch.tensor(chosen, dtype=torch.long)


def _fits_one(value: Tensor, scales: Tensor, zeros: Tensor, held: Integers) -> Tensor:
    ratio = value / scales
    whole = torch.round(ratio)
    near = (ratio - whole).abs() <= whole.abs() * ROUNDING + (LOOSE if held.wide else 1e-6)
    return near & (whole + zeros >= held.least) & (whole + zeros <= held.most)


def _fits(value: Tensor, scales: Tensor, zeros: Tensor, held: Integers) -> Tensor:
    """For each row, whether its scale makes integers of all of it."""
    return _fits_one(value, scales[:, None], zeros[:, None], held).all(dim=1)


def _write(node: fx.Node, found: Found, program: Program) -> None:
    """Let all who read a weight read what makes numbers of its integers."""
    ops, held, name = torch.ops.quantized_decomposed, found.held, str(node.target)
    out, old = node.meta["val"].dtype, attribute(program.module, name)
    parameter = isinstance(old, torch.nn.Parameter)
    values = found.values.to(old.device)
    readers, first = [*node.users], next(user for user in program.nodes() if user in node.users)
    delete_attribute(program.module, name)
    set_attribute(program.module, name, torch.nn.Parameter(values, requires_grad=False) if parameter else values)
    node.meta["val"] = program.fake(values)
    rest = (held.least, held.most, held.dtype)
    named = {} if out is torch.float32 else {"out_dtype": out}
    operands: tuple[Any, ...]
    if held.axis is None:
        op, operands = ops.dequantize_per_tensor.default, (node, float(held.scale), int(held.zero), *rest)
    else:
        scale = program.new_weight(f"{name}_scale", held.scale.reshape(-1).float(), kind=Tensor)
        zero = program.new_weight(f"{name}_zero_point", held.zero.reshape(-1), kind=Tensor)
        op, operands = ops.dequantize_per_channel.default, (node, scale, zero, held.axis, *rest)
    with program.graph.inserting_before(first):
        made = program.graph.call_function(op, operands, named)
    with program.fake_mode():
        made.meta["val"] = torch.empty(values.shape, dtype=out, device=values.device)
    for reader in readers:
        reader.replace_input_with(node, made)
