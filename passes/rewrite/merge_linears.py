"""MergeLinears: what is computed of one value by layers, factors and sums alone is one layer."""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, fx

from ...compiler.ir.aliasing import memory_of
from ...compiler.ir.arguments import operand_of
from ...compiler.ir.integers import held_as
from ...compiler.ir.program import COMPUTES, Program, is_tensor, is_written, same_shape, shape_of
from ...compiler.ir.views import Layer
from ..base import Context, Pass

aten = torch.ops.aten

# How many values a value is looked at as computed of, at most: chains that are longer are merged piece by piece.
MOST_FORMS = 8


# What is calculated with two operands, and whether the second comes first.
CALCULATIONS: dict[object, tuple[str, bool]] = {
    aten.mul.Tensor: ("*", False),
    aten.mul.Scalar: ("*", False),
    aten.neg.default: ("*", False),
    aten.div.Tensor: ("/", False),
    aten.div.Scalar: ("/", False),
    aten.add.Tensor: ("+", False),
    aten.add.Scalar: ("+", False),
    aten.sub.Tensor: ("-", False),
    aten.sub.Scalar: ("-", False),
    aten.rsub.Tensor: ("-", True),
    aten.rsub.Scalar: ("-", True),
}


@dataclass(frozen=True)
class Map:
    """What a layer, factors and summands make of channels: ``matrix x + shift``.

    Attributes:
        matrix: (outputs, inputs, taps), or (channels,) for factors alone.
        shift: (outputs,).
    """

    matrix: Tensor
    shift: Tensor

    def scaled(self, factor: Tensor) -> Map:
        """Each output times a number."""
        shape = (-1, 1, 1) if self.matrix.ndim == 3 else (-1,)
        return Map(self.matrix * factor.reshape(shape), self.shift * factor)

    def then(self, weight: Tensor, shift: Tensor) -> Map:
        """A layer (outputs, inputs, taps) behind it: of one tap, unless these are but factors."""
        if self.matrix.ndim == 1:
            return Map(weight * self.matrix[None, :, None], shift + weight.sum(dim=2) @ self.shift)
        return Map(torch.einsum("po,oit->pit", weight[:, :, 0], self.matrix), shift + weight[:, :, 0] @ self.shift)

    def plus(self, other: Map, sign: float) -> Map:
        """The sum with another."""
        first, second = self.matrix, other.matrix
        if first.ndim != second.ndim:
            first, second = (torch.diag(x)[:, :, None] if x.ndim == 1 else x for x in (first, second))
        return Map(first + sign * second, self.shift + sign * other.shift)


@dataclass(frozen=True)
class Table:
    """An embedding: a layer whose inputs are the rows of its table, of which one is 1 and the others are 0."""

    program: Program
    node: fx.Node
    input: fx.Node
    weight: fx.Node
    held: Tensor
    bias: None = None
    stride: tuple[Any, ...] = ()
    padding: tuple[Any, ...] = ()
    dilation: tuple[Any, ...] = ()
    is_convolution: bool = False

    @classmethod
    def of(cls, node: fx.Node, program: Program) -> Table | None:
        """The table that a node looks up; None for any other op."""
        if node.target is not aten.embedding.default:
            return None
        weight, index = operand_of(node, "weight"), operand_of(node, "indices")
        held = program.held(weight)
        fits = held is not None and held.is_floating_point() and not program.is_weight(index)
        return cls(program, node, index, weight, held.detach()) if fits and held is not None else None

    @property
    def dim(self) -> int:
        return len(shape_of(self.node)) - 1

    @property
    def shape(self) -> tuple[int, int, int, int]:
        rows, columns = self.held.shape
        return 1, columns, rows, 1

    def map(self) -> Map:
        """What it makes of its inputs."""
        columns = self.held.to("cpu", torch.float64).T[:, :, None]
        return Map(columns, torch.zeros(len(columns), dtype=torch.float64))

    def hold(self, made: Map) -> None:
        """Have another table, of the numbers of a map."""
        table = (made.matrix[:, :, 0] + made.shift[:, None]).T.contiguous()
        self.program.replace_weight(self.node, self.weight, table.to(self.held.device, self.weight.meta["val"].dtype))


@dataclass(frozen=True)
class Form:
    """A value as a map of another one.

    Attributes:
        base: that other value.
        layer: which of the layers that read it; None where there are but factors and summands.
        outputs: how many channels the value has.
        used: the operations between.
        made: makes the map.
        shifts: whether factors and summands before a layer may have added something.
        dim: along which dimension those differ; None where they are numbers, or a layer says so.
    """

    base: fx.Node
    layer: Layer | Table | None
    outputs: int
    used: frozenset[fx.Node]
    made: Callable[[], Map]
    shifts: bool = False
    dim: int | None = None

    def runs(self, layer: Layer | Table) -> bool:
        """Whether its channels are those of a layer."""
        return self.layer.dim == layer.dim if self.layer is not None else self.dim in (None, layer.dim)


@dataclass(frozen=True)
class MergeLinears(Pass):
    """Compute by one layer what is computed of one value by layers in a row, beside each other, factors and summands.

    Before::

        linear = aten.linear(x, weight, bias)          # weight: f64[64, 32]
        mul = aten.mul(linear, mask)                   # mask: f64[64]
        linear_1 = aten.linear(mul, weight_1, bias_1)  # weight_1: f64[16, 64]

    After::

        linear = aten.linear(x, weight, bias)          # weight: f64[16, 32]

    Masks and operators between layers, and adapters beside them, go that way; of numbers alone, powers of two. It is
    done only where the layer that is left has no more weights, and no more of them that are not zero, than those that
    go.
    """

    def run(self, program: Program, ctx: Context) -> bool:
        forms: dict[fx.Node, list[Form]] = {}
        for node in program.nodes():
            forms[node] = [_itself(node), *_forms(node, forms, program)][:MOST_FORMS] if _is_followed(node) else []
        taken = set[fx.Node]()
        for node in reversed([*program.nodes()]):  # the last value that one layer can compute, the longest way first
            for form in sorted(forms[node], key=lambda form: -len(form.used)):
                if not taken & form.used and _fits(node, form, program, ctx):
                    _write(node, form, program)
                    taken |= form.used
                    break
        return bool(taken)


def _is_followed(node: fx.Node) -> bool:
    return is_tensor(node) and node.op in ("placeholder", "call_function") and node.meta["val"].is_floating_point()


def _itself(node: fx.Node) -> Form:
    return Form(node, None, 0, frozenset(), lambda: Map(torch.ones(1).double(), torch.zeros(1).double()))


def _forms(node: fx.Node, forms: dict[fx.Node, list[Form]], program: Program) -> list[Form]:
    """The ways in which a node is a map of another value."""
    layer = Layer.of(node, program)
    if layer is not None:
        return _of_layer(layer, forms, program)
    table = Table.of(node, program)
    if table is not None:
        return [Form(table.input, table, table.shape[1], frozenset([node]), table.map)]
    calculation = CALCULATIONS.get(node.target)
    if calculation is None or len(node.args) > 2 or node.kwargs:  # with alpha
        return []
    first, second = node.args if len(node.args) == 2 else (node.args[0], -1)
    if is_tensor(first) and is_tensor(second) and not program.is_weight(first) and not program.is_weight(second):
        return _of_sum(node, first, second, forms)
    return _of_vector(node, calculation, first, second, forms, program)


def _of_layer(layer: Layer, forms: dict[fx.Node, list[Form]], program: Program) -> list[Form]:
    biased = layer.bias is None or program.is_weight(layer.bias)
    if layer.groups != 1 or layer.is_transposed or not biased or layer.held.ndim < 2:
        return []
    found = []
    for form in forms.get(layer.input, []):
        behind = form.layer is not None and not _is_pointwise(layer)
        if behind or not form.runs(layer) or (form.layer is None and form.shifts and layer.has_border):
            continue
        own = form.layer or layer
        found.append(Form(form.base, own, layer.shape[1], form.used | {layer.node}, _behind(form, layer)))
    return found


def _behind(form: Form, layer: Layer) -> Callable[[], Map]:
    def made() -> Map:
        before, inputs = form.made(), layer.shape[2]
        if before.matrix.ndim == 1:
            before = Map(before.matrix.expand(inputs), before.shift.expand(inputs))
        return before.then(layer.canonical()[0], layer.shift())

    return made


def _is_pointwise(layer: Layer | Table) -> bool:
    """Whether each place of the result sees the channels of one place."""
    if not isinstance(layer, Layer) or not layer.is_convolution:
        return True
    plain = not isinstance(layer.padding, str) and all(p == 0 for p in layer.padding)
    return layer.shape[3] == 1 and plain and all(step == 1 for step in layer.stride)


def _of_vector(
    node: fx.Node,
    calculation: tuple[str, bool],
    first: Any,
    second: Any,
    forms: dict[fx.Node, list[Form]],
    program: Program,
) -> list[Form]:
    """A value times, over, plus or minus numbers that are the same at all places."""
    (sign, turned), held = calculation, not is_tensor(first) or program.is_weight(first)
    value, other = (second, first) if held else (first, second)
    turned = turned != held
    if not is_tensor(value) or not same_shape(value, node) or value.meta["val"].dtype != node.meta["val"].dtype:
        return []
    if turned and sign == "/":
        return []
    found = []
    for form in forms.get(value, []):
        for dim in _dims(form, value):
            numbers = _numbers(other, dim, value, program)
            if numbers is not None:
                made, used = _changed(form, sign, numbers, turned), form.used | {node}
                shifts = form.shifts or sign in "+-"
                along = form.dim if isinstance(other, (int, float)) or form.layer is not None else dim
                found.append(Form(form.base, form.layer, form.outputs, used, made, shifts, along))
                break
    return found


def _dims(form: Form, value: fx.Node) -> list[int]:
    """Along which dimensions channels may lie: of layers that read a value, where none is before it."""
    known = form.layer.dim if form.layer is not None else form.dim
    rank = len(shape_of(value))
    return [known] if known is not None else [*dict.fromkeys((rank - 1, min(1, rank - 1)))]


def _numbers(other: Any, dim: int, value: fx.Node, program: Program) -> Callable[[], Tensor] | None:
    """Numbers along a dimension, in float64; None for a tensor that differs along others."""
    if isinstance(other, (int, float)) and not isinstance(other, bool):
        return lambda: torch.full((1,), float(other), dtype=torch.float64)
    held = program.held(other)
    if held is None or not held.is_floating_point():
        return None
    at = dim - len(shape_of(value)) + held.ndim
    if any(size != 1 for d, size in enumerate(held.shape) if d != at):
        return None
    return lambda: held.detach().to("cpu", torch.float64).reshape(-1)


def _changed(form: Form, sign: str, numbers: Callable[[], Tensor], turned: bool) -> Callable[[], Map]:
    def made() -> Map:
        before, by = form.made(), numbers()
        if sign in "*/":
            by = by.expand(max(len(by), len(before.shift)))
            return before.scaled(by if sign == "*" else 1 / by)
        if sign == "-" and turned:
            return Map(-before.matrix, by - before.shift)
        return Map(before.matrix, before.shift + (by if sign == "+" else -by))

    return made


def _of_sum(node: fx.Node, first: fx.Node, second: fx.Node, forms: dict[fx.Node, list[Form]]) -> list[Form]:
    """The sum or difference of two maps of one value."""
    if node.target not in (aten.add.Tensor, aten.sub.Tensor) or not (
        same_shape(first, node) and same_shape(second, node)
    ):
        return []
    sign, found = 1.0 if node.target is aten.add.Tensor else -1.0, []
    for one, other in itertools.product(forms.get(first, []), forms.get(second, [])):
        layers = [form.layer for form in (one, other) if form.layer is not None]
        if one.base is not other.base or not layers or not _alike(layers, one, other):
            continue
        largest = max(layers, key=lambda layer: layer.held.numel())
        outputs = one.outputs or other.outputs
        found.append(
            Form(one.base, largest, outputs, one.used | other.used | {node}, _added(one, other, sign, outputs))
        )
    return found


def _alike(layers: list[Layer | Table], one: Form, other: Form) -> bool:
    """Whether layers look at the same places; where one of the maps is but factors, at one place each."""
    if len(layers) == 1:
        outputs, layer = max(one.outputs, other.outputs), layers[0]
        return _is_pointwise(layer) and layer.shape[2] == outputs and one.runs(layer) and other.runs(layer)
    first, second = layers
    if first.dim != second.dim or one.outputs != other.outputs or first.node.target is not second.node.target:
        return False
    return first.held.shape[2:] == second.held.shape[2:] and all(
        getattr(first, name) == getattr(second, name) for name in ("stride", "padding", "dilation")
    )


def _added(one: Form, other: Form, sign: float, outputs: int) -> Callable[[], Map]:
    def spread(form: Form) -> Map:
        made = form.made()
        if made.matrix.ndim == 1:
            return Map(made.matrix.expand(outputs), made.shift.expand(outputs))
        return made

    return lambda: spread(one).plus(spread(other), sign)


def _fits(node: fx.Node, form: Form, program: Program, ctx: Context) -> bool:
    """Whether nobody else reads what lies between, and the layer that is left is no more than what goes."""
    layer = form.layer
    if layer is None or len(form.used) < 2:
        return False
    if any(user not in form.used for one in form.used - {node} for user in one.users):
        return False
    if any(one.name in ctx.held or is_written(memory_of(one)) for one in form.used):
        return False
    if not node.users or any(one.meta["val"].dtype != node.meta["val"].dtype for one in form.used):
        return False
    if any(held_as(x) is not None for one in form.used for x in one.all_input_nodes):
        return False  # of integers, which sums of products are none of
    freed = _freed(form.used, program)
    given, size = sum(held.numel() for held in freed), form.outputs * layer.shape[2] * layer.shape[3]
    if size > given or _rounds_each(form.used, program):
        return False
    made = form.made()
    shifted = form.outputs if isinstance(layer, Layer) and bool(made.shift.any()) else 0
    left = int(made.matrix.count_nonzero()) + int(made.shift.count_nonzero())
    small = size + shifted <= given and left <= sum(int(held.count_nonzero()) for held in freed)
    dtype = program.held_in or layer.weight.meta["val"].dtype
    return small and _can_be_held(made.matrix, dtype) and _can_be_held(made.shift, dtype)


def _can_be_held(numbers: Tensor, dtype: torch.dtype) -> bool:
    """Whether a dtype holds numbers to its own precision: none too large for it, not all too small."""
    error, largest = (numbers.to(dtype).double() - numbers).abs().max(), numbers.abs().max()
    return bool(error <= torch.finfo(dtype).eps * largest)


def _rounds_each(used: Iterable[fx.Node], program: Program) -> bool:
    """Whether a layer alone is multiplied by numbers, of which one is no power of two, or has some added.

    Each of its weights would be rounded, for one operation less.
    """
    layers = {one for one in used if Layer.of(one, program) or Table.of(one, program)}
    beside = [one for one in used if one not in layers]
    if len(layers) > 1 or any(len(one.all_input_nodes) > 1 for one in beside):
        return False
    return not all(_is_power_of_two(one) for one in beside)


def _is_power_of_two(node: fx.Node) -> bool:
    """Whether a value is multiplied or divided by a power of two, or its negative."""
    numbers = [x for x in node.args if isinstance(x, (int, float))] or [-1]
    return CALCULATIONS[node.target][0] in "*/" and all(abs(math.frexp(x)[0]) == 0.5 for x in numbers)


def _freed(used: Iterable[fx.Node], program: Program) -> list[Tensor]:
    """The weights that nobody reads once some operations are gone."""
    gone = {*used}
    read = dict.fromkeys(x for one in used for x in one.all_input_nodes if program.is_weight(x))
    held = (program.held(x) for x in read if all(user in gone for user in x.users))
    return [x.detach() for x in held if x is not None]


def _write(node: fx.Node, form: Form, program: Program) -> None:
    """Let the layer that reads the base compute the whole."""
    layer, made = form.layer, form.made()
    assert layer is not None
    layer.node.replace_input_with(layer.input, form.base)
    for user in [*node.users]:
        if user is not layer.node:
            user.replace_input_with(node, layer.node)
    if isinstance(layer, Table):
        layer.hold(made)
    else:
        layer.hold(made.matrix[None])
        if layer.bias is not None or bool(made.shift.any()):
            layer.hold_bias(made.shift.to(layer.dtype))
    layer.node.meta["val"] = node.meta["val"]
    merged = {name for one in form.used for name in (*one.meta.get(COMPUTES, ()), *_named(one, program))}
    layer.node.meta[COMPUTES] = tuple(sorted(merged - {layer.node.name}))


def _named(node: fx.Node, program: Program) -> list[str]:
    """The name of a layer that is not all zeros."""
    layer = Layer.of(node, program)
    return [] if layer is None or not layer.held.any() else [node.name]
