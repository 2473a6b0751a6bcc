"""PackWeights: layers whose zeros stay get a kernel, or are computed in groups, if that is said to be faster."""

from __future__ import annotations

import functools
import math
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import torch
from torch import Tensor, fx, nn
from torch.nn import functional as F
from torch.utils import _pytree as pytree

from sparsec.codegen.formats.grouped_gather import GroupedGather, PackedGroups
from sparsec.codegen.formats.int8_blocks import Int8Blocks, PackedInt8
from sparsec.codegen.formats.patterns import order_of, pattern_of
from sparsec.codegen.formats.vector_blocks import Packed, VectorBlocks
from sparsec.codegen.onnx.export import reexport
from sparsec.codegen.operators.epilogues import ACTIVATIONS
from sparsec.compiler.capture.models import capture
from sparsec.compiler.comparison import relative_error
from sparsec.compiler.ir.packing import Choice, Format, SparseLayer
from sparsec.compiler.ir.program import PART_OF, Program, shape_of
from sparsec.compiler.ir.target import Target
from sparsec.compiler.ir.verifier import verify
from sparsec.compiler.pipeline import Pipeline, packing_steps
from sparsec.passes.base import Context
from sparsec.runtime import operators  # noqa: F401  (attaches the kernels)

from ..harness import BATCHES, Outcome, Shape, batch_is_dynamic, known, op_names

# Largest difference from the dense float32 model allowed, relative to the output's largest magnitude.
TOLERANCE = 2e-6
KERNEL = "sparsec.vblock_linear.default"


@dataclass
class Always:
    """Kernels for blocks, or some other form, that are said to be faster for every layer of which ``wanted`` holds."""

    rows: int = 4
    wanted: Callable[[SparseLayer], bool] = lambda layer: True
    form: Callable[[tuple[int, int]], Format] | None = None
    quantize: str | None = None
    chosen: dict[str, Choice] = field(default_factory=dict)
    asked: list[SparseLayer] = field(default_factory=list)

    def choose(self, layer: SparseLayer) -> Choice:
        self.asked.append(layer)
        if not self.wanted(layer):
            return Choice(None, 0.5, "half as fast")
        shape = (layer.weight.shape[0], layer.weight.shape[1])
        return Choice(self.form(shape) if self.form else VectorBlocks(shape, self.rows), 2.0, "twice as fast")


def sparse(model: nn.Module, seed: int = 0) -> nn.Module:
    """In float32, four of five numbers of every weight zero."""
    random = torch.Generator().manual_seed(seed)
    model = known(model).float()
    with torch.no_grad():
        for weight in model.parameters():
            if weight.ndim > 1:
                weight *= torch.rand(weight.shape, generator=random) < 0.2
    return model


def in_blocks(model: nn.Module, mixed: bool = False) -> nn.Module:
    """In float32, four of five numbers of every weight zero: alike in eight rows, which lie side by side or mixed."""
    random = torch.Generator().manual_seed(0)
    model = known(model).float()
    with torch.no_grad():
        for weight in model.parameters():
            if weight.ndim > 1:
                kept = torch.rand((-(-len(weight) // 8), *weight.shape[1:]), generator=random) < 0.2
                weight *= (torch.cat([kept] * 8) if mixed else kept.repeat_interleave(8, 0))[: len(weight)]
    return model


def noise(shape: Shape, batch: int = BATCHES[0], seed: int = 0) -> Tensor:
    return torch.randn((batch, *shape), generator=torch.Generator().manual_seed(100 * batch + seed))


def packed(
    model: nn.Module, shape: Shape, kernels: Always | None = None, limit: float = TOLERANCE, **options: object
) -> Outcome:
    """What the pass makes of a model; its output is that of the model, its program well formed."""
    program = capture(model, (noise(shape),), **options)
    before = {name: weight.clone() for name, weight in program.weights().items()}
    copy, ctx = program.copy(), Context(kernels=kernels)
    changed = Pipeline(packing_steps()).run(copy, ctx)
    verify(copy)
    assert all(torch.equal(weight, before[name]) for name, weight in program.weights().items())
    assert difference(copy, model, shape) <= limit
    return Outcome(copy, ctx, changed)


def difference(program: Program, model: nn.Module, shape: Shape) -> float:
    worst = 0.0
    for batch in BATCHES if batch_is_dynamic(program) else BATCHES[:1]:
        x = noise(shape, batch, seed=1)
        with torch.no_grad():
            expected = model(x)
            found = program.run((x,))
        expected = pytree.tree_leaves(expected)
        assert [(y.shape, y.dtype) for y in found] == [(y.shape, y.dtype) for y in expected]
        worst = max(worst, relative_error(found, expected))
    return worst


class Layer(nn.Module):
    """A layer and what follows it, a function of its result and its input."""

    def __init__(
        self, then: Callable[[Tensor, Tensor], object] = lambda y, x: y, bias: bool = True, size: int = 12
    ) -> None:
        super().__init__()
        self.layer = nn.Linear(size, size, bias=bias)
        self.then = then

    def forward(self, x: Tensor) -> object:
        return self.then(self.layer(x), x)


# -------------------------------------------------------------------- fires


@pytest.mark.parametrize(
    ("rows", "shape", "bias"), [(1, (12,), True), (4, (12,), False), (4, (3, 12), True), (8, (2, 3, 12), True)]
)
def test_a_layer_is_packed(rows: int, shape: Shape, bias: bool) -> None:
    model = sparse(Layer(bias=bias))
    result = packed(model, shape, Always(rows))
    assert result.changed
    (node,) = (node for node in result.program.nodes() if node.op == "call_function")
    x, values, indices, starts, its_bias, *rest = node.args
    assert x is result.program.placeholders()[0]
    assert (its_bias is not None) == bias
    assert rest == [None, 12, 0, "", False, False]
    assert {name for name in result.program.weights() if name != "layer.bias"} == {
        "layer.weight_values",
        "layer.weight_indices",
        "layer.weight_starts",
    }
    held = Packed(*(result.program.weight(argument) for argument in (values, indices, starts)))
    form = VectorBlocks((12, 12), rows)
    assert torch.equal(form.unpack(held), model.layer.weight)
    assert result.ctx.kernels.chosen == {node.name: Choice(form, 2.0, "twice as fast")}
    assert not result.ctx.refusals


def test_indices_are_no_parameters() -> None:
    program = packed(sparse(Layer()), (12,), Always()).program
    assert {*dict(program.module.named_parameters())} == {"layer.bias"}
    assert len(dict(program.module.named_buffers())) == 3


# What follows a layer; the activation that becomes part of the kernel, whether a residual does, what stays.
FUSED: dict[str, tuple[Callable[[Tensor, Tensor], object], str, bool, str]] = {
    "nothing": (lambda y, x: y, "", False, ""),
    "relu": (lambda y, x: F.relu(y), "relu", False, ""),
    "relu6": (lambda y, x: F.relu6(y), "relu6", False, ""),
    "hardtanh from 0 to 6": (lambda y, x: F.hardtanh(y, 0, 6), "relu6", False, ""),
    "hardsigmoid": (lambda y, x: F.hardsigmoid(y), "hardsigmoid", False, ""),
    "hardswish": (lambda y, x: F.hardswish(y), "hardswish", False, ""),
    "sigmoid": (lambda y, x: torch.sigmoid(y), "sigmoid", False, ""),
    "silu": (lambda y, x: F.silu(y), "silu", False, ""),
    "tanh": (lambda y, x: torch.tanh(y), "tanh", False, ""),
    "gelu": (lambda y, x: F.gelu(y), "gelu", False, ""),
    "gelu with tanh": (lambda y, x: F.gelu(y, approximate="tanh"), "gelu_tanh", False, ""),
    "two of them": (lambda y, x: F.relu(F.silu(y)), "silu", False, "relu"),
    "plus the input": (lambda y, x: y + x, "", True, ""),
    "the input plus it": (lambda y, x: x + y, "", True, ""),
    "plus, then relu": (lambda y, x: F.relu(x + y), "relu", True, ""),
    "plus, twice": (lambda y, x: y + x + x, "", True, "add"),
    "plus what comes later": (lambda y, x: F.gelu(y + x.sin().cos()), "gelu", True, "sin cos"),
    "plus something transposed": (lambda y, x: y + x.mT, "", True, "transpose"),
    "plus something expanded": (lambda y, x: y + x.mean(1, True).expand_as(y), "", True, "mean expand"),
    # These do not fit.
    "leaky relu": (lambda y, x: F.leaky_relu(y), "", False, "leaky_relu"),
    "hardtanh": (lambda y, x: F.hardtanh(y), "", False, "hardtanh"),
    "softmax": (lambda y, x: y.softmax(-1), "", False, "softmax"),
    "plus a number": (lambda y, x: y + 1.0, "", False, "add"),
    "plus a row": (lambda y, x: y + x.mean(1, True), "", False, "mean add"),
    "a multiple plus": (lambda y, x: torch.add(y, x, alpha=2), "", False, "add"),
    "plus itself": (lambda y, x: y + y, "", False, "add"),
    "plus integers": (lambda y, x: y + x.int(), "", False, "_to_copy add"),
    "minus": (lambda y, x: y - x, "", False, "sub"),
    "two readers": (lambda y, x: y * torch.sigmoid(y), "", False, "sigmoid mul"),
    "a sum with two readers": (lambda y, x: (y + x) * torch.relu(y + x), "", False, "add add relu mul"),
    "one that is also an output": (lambda y, x: (y, F.relu(y)), "", False, "relu"),
    "plus one that is also an output": (lambda y, x: (y + x, y), "", False, "add"),
    "a sum that is also an output": (lambda y, x: (lambda z: (z, F.relu(z)))(y + x), "", True, "relu"),
}


class Everything(nn.Module):
    """A layer for each of ``FUSED``, all in one model: capturing takes most of the time."""

    def __init__(self, size: int = 12) -> None:
        super().__init__()
        self.layers = nn.ModuleList(Layer(then, size=size) for then, *_ in FUSED.values())

    def forward(self, x: Tensor) -> list[object]:
        return [layer(x) for layer in self.layers]


@functools.cache
def everything() -> tuple[nn.Module, Outcome]:
    model = sparse(Everything())
    return model, packed(model, (12, 12), Always(), limit=math.inf)


def behind(nodes: list[fx.Node]) -> list[fx.Node]:
    """The operations that some values are computed by, in order."""
    found, waiting = set(nodes), [*nodes]
    while waiting:
        new = set(waiting.pop().all_input_nodes) - found
        found |= new
        waiting += new
    return [node for node in nodes[0].graph.nodes if node in found and node.op == "call_function"]


@pytest.mark.parametrize("name", FUSED)
def test_what_follows(name: str) -> None:
    _, activation, residual, stays = FUSED[name]
    model, result = everything()
    number = [*FUSED].index(name)
    x = noise((12, 12), 5)
    with torch.no_grad():
        outputs = [[*y] if isinstance(y, tuple) else [y] for y in model(x)]
    first = sum(map(len, outputs[:number]))
    mine = slice(first, first + len(outputs[number]))
    (node, *rest) = sorted(behind(result.program.outputs()[mine]), key=lambda node: str(node.target) != KERNEL)
    assert str(node.target) == KERNEL
    assert (node.args[8], node.args[5] is not None) == (activation, residual)
    asked = result.ctx.kernels.asked[number]
    assert (asked.activation, asked.residual) == (activation, residual)
    others = [str(node.target).split(".")[1] for node in rest]
    assert [name for name in others if name != "sym_size"] == stays.split()
    assert relative_error(result.program.run((x,))[mine], outputs[number]) <= TOLERANCE


def test_every_activation_of_the_kernels_is_found() -> None:
    assert {activation for _, activation, _, _ in FUSED.values()} == {"", *ACTIVATIONS}


class Two(nn.Module):
    """The sum of two layers."""

    def __init__(self, size: int = 12) -> None:
        super().__init__()
        self.one, self.other = nn.Linear(size, size), nn.Linear(size, size)

    def forward(self, x: Tensor) -> Tensor:
        return F.relu(self.one(x) + self.other(x))


def test_two_layers_of_one_sum() -> None:
    result = packed(sparse(Two()), (12,), Always())
    assert op_names(result.program) == [KERNEL, KERNEL]
    first, second = (node for node in result.program.nodes() if str(node.target) == KERNEL)
    assert second.args[5] is first and second.args[8] == "relu"
    assert first.args[5] is None and first.args[8] == ""


def test_a_chain() -> None:
    model = sparse(nn.Sequential(nn.Linear(12, 30), nn.GELU(), nn.Linear(30, 7), nn.ReLU(), nn.Linear(7, 3)))
    result = packed(model, (12,), Always())
    assert op_names(result.program) == [KERNEL] * 3
    assert [node.args[6] for node in result.program.nodes() if str(node.target) == KERNEL] == [30, 7, 3]


# -------------------------------------------------------------------- convolutions

CONV = "sparsec.vblock_conv2d.default"


class Convolution(nn.Module):
    """A convolution and what follows it."""

    def __init__(
        self, then: Callable[[Tensor, Tensor], Tensor] = lambda y, x: y, size: int = 6, **options: object
    ) -> None:
        super().__init__()
        self.layer = nn.Conv2d(size, size, **options)  # type: ignore[arg-type]
        self.then = then

    def forward(self, x: Tensor) -> Tensor:
        return self.then(self.layer(x), x)


@pytest.mark.parametrize(
    ("options", "window"),
    [
        ({"kernel_size": 1}, [[1, 1], [1, 1], [0, 0], [1, 1]]),
        ({"kernel_size": 3, "padding": 1}, [[3, 3], [1, 1], [1, 1], [1, 1]]),
        ({"kernel_size": (2, 3), "stride": 2, "padding": (0, 1)}, [[2, 3], [2, 2], [0, 1], [1, 1]]),
        ({"kernel_size": 3, "dilation": (1, 2), "bias": False}, [[3, 3], [1, 1], [0, 0], [1, 2]]),
    ],
)
def test_a_convolution_is_packed(options: dict[str, object], window: list[list[int]]) -> None:
    kernels, model = Always(), sparse(Convolution(**options))
    result = packed(model, (6, 8, 7), kernels)
    (node,) = (node for node in result.program.nodes() if str(node.target) == CONV)
    assert [*map(list, node.args[7:11])] == window
    assert (node.args[4] is not None) == options.get("bias", True)
    (layer,) = kernels.asked
    assert layer.images == (BATCHES[0], 8, 7)
    assert layer.tokens == shape_of(node)[2] * shape_of(node)[3] * BATCHES[0]
    assert torch.equal(layer.weight, model.layer.weight.flatten(1))


def test_what_follows_a_convolution() -> None:
    model = sparse(Convolution(lambda y, x: F.silu(x + y), kernel_size=3, padding=1))
    result = packed(model, (6, 8, 7), Always())
    (node,) = (node for node in result.program.nodes() if node.op == "call_function" and "sym" not in node.name)
    assert node.args[5] is result.program.placeholders()[0]
    assert node.args[12] == "silu"


# A layer of another kind, the shape of an example, and its operator's kernel, stride, padding, dilation and groups.
OTHERS: dict[str, tuple[Callable[[], nn.Module], Shape, list[Any]]] = {
    "signals": (
        lambda: nn.Conv1d(6, 10, 3, stride=2, padding=1, dilation=2),
        (6, 13),
        [[1, 3], [1, 2], [0, 1], [1, 2], 1],
    ),
    "a token a place": (lambda: nn.Conv1d(6, 10, 1), (6, 13), [[1, 1], [1, 1], [0, 0], [1, 1], 1]),
    "groups": (
        lambda: nn.Conv2d(6, 9, 3, padding=1, groups=3),
        (6, 7, 8),
        [[3, 3], [1, 1], [1, 1], [1, 1], 3],
    ),
    "groups of points": (lambda: nn.Conv2d(6, 9, 1, groups=3), (6, 7, 8), [[1, 1], [1, 1], [0, 0], [1, 1], 3]),
    "depthwise": (
        lambda: nn.Conv2d(6, 12, 3, stride=2, groups=6),
        (6, 7, 8),
        [[3, 3], [2, 2], [0, 0], [1, 1], 6],
    ),
    "groups of signals": (
        lambda: nn.Conv1d(6, 9, 3, padding=1, groups=3),
        (6, 13),
        [[1, 3], [1, 1], [0, 1], [1, 1], 3],
    ),
    "uneven strides": (
        lambda: nn.Conv2d(6, 9, (2, 3), stride=(1, 2)),
        (6, 7, 8),
        [[2, 3], [1, 2], [0, 0], [1, 1], 1],
    ),
    "the same size": (
        lambda: nn.Conv2d(6, 9, 3, padding="same", dilation=2),
        (6, 7, 8),
        [[3, 3], [1, 1], [2, 2], [2, 2], 1],
    ),
    "transposed": (
        lambda: nn.ConvTranspose2d(6, 9, (3, 2), padding=(1, 0)),
        (6, 7, 8),
        [[3, 2], [1, 1], [1, 1], [1, 1], 1],
    ),
    "phases": (lambda: nn.ConvTranspose2d(6, 9, 2, stride=2), (6, 7, 8), [[1, 1], [1, 1], [0, 0], [1, 1], 1]),
    "phases of groups": (
        lambda: nn.ConvTranspose2d(6, 9, (2, 3), stride=(2, 3), groups=3),
        (6, 7, 8),
        [[1, 1], [1, 1], [0, 0], [1, 1], 3],
    ),
    "volumes": (
        lambda: nn.Conv3d(6, 9, (3, 3, 2), stride=(2, 1, 1), padding=(1, 1, 0), dilation=(1, 1, 2)),
        (6, 7, 5, 6),
        [[3, 2], [1, 1], [1, 0], [1, 2], 1],
    ),
    "groups of volumes": (
        lambda: nn.Conv3d(6, 9, (2, 1, 1), dilation=(2, 1, 1), groups=3),
        (6, 5, 4, 3),
        [[1, 1], [1, 1], [0, 0], [1, 1], 3],
    ),
    "phases of signals": (
        lambda: nn.ConvTranspose1d(6, 9, 4, stride=4),
        (6, 7),
        [[1, 1], [1, 1], [0, 0], [1, 1], 1],
    ),
}


@pytest.mark.parametrize("name", OTHERS)
def test_another_kind_of_convolution_is_packed(name: str) -> None:
    build, shape, geometry = OTHERS[name]
    kernels = Always()
    result = packed(sparse(nn.Sequential(build(), nn.ReLU())), shape, kernels)
    (node,) = (node for node in result.program.nodes() if str(node.target) == CONV)
    assert [list(side) for side in node.args[7:11]] + [node.args[11]] == geometry
    assert node.args[12] == "relu"
    (layer,) = kernels.asked
    assert layer.window is not None and layer.images == (BATCHES[0], *shape[1:])
    assert layer.window.weight(layer.weight).shape == build().weight.shape  # type: ignore[union-attr]


@pytest.mark.parametrize(
    "name", ["signals", "groups", "volumes", "transposed", "phases of groups", "phases of signals"]
)
def test_what_follows_another_kind(name: str) -> None:
    """A sum lies behind phases that are interleaved first; it is inside otherwise."""
    build, shape, _ = OTHERS[name]

    class Sum(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.layer, self.other = build(), build()

        def forward(self, x: Tensor) -> Tensor:
            return F.silu(self.layer(x) + self.other(x * 2).tanh())

    result = packed(sparse(Sum()), shape, Always())
    nodes = [node for node in result.program.nodes() if str(node.target) == CONV]
    assert len(nodes) == 2 and sum(node.args[5] is not None for node in nodes) == ("phases" not in name)


LEFT: dict[str, tuple[Callable[[], nn.Module], Shape, str]] = {
    "volumes": (
        lambda: nn.Sequential(nn.ConvTranspose3d(6, 6, 1)),
        (6, 4, 3, 2),
        "no sparse kernel for conv_transpose3d",
    ),
    "uneven": (
        lambda: nn.Sequential(nn.Conv2d(6, 6, 2, padding="same")),
        (6, 4, 4),
        "pad both ends of a side by the same number",
    ),
    "taps that meet": (
        lambda: nn.Sequential(nn.ConvTranspose2d(6, 6, 4, stride=2)),
        (6, 4, 4),
        "or one as large as their kernel",
    ),
}


@pytest.mark.parametrize("name", LEFT)
def test_other_convolutions_stay(name: str) -> None:
    build, shape, reason = LEFT[name]
    kernels = Always()
    result = packed(sparse(build()), shape, kernels)
    assert not result.changed and not kernels.asked
    (refusal,) = result.ctx.refusals
    assert "zero, " in refusal.reason and reason in refusal.reason


def test_an_image_without_a_batch() -> None:
    class Unbatched(Convolution):
        def forward(self, x: Tensor) -> Tensor:
            return self.layer(x[0])

    result = packed(sparse(Unbatched(kernel_size=3)), (6, 8, 7), Always())
    assert [refusal.reason.split(": ")[1] for refusal in result.ctx.refusals] == [
        "sparse convolutions take a batch of images"
    ]


# -------------------------------------------------------------------- what the kernels are asked


def test_a_dynamic_batch() -> None:
    kernels = Always()
    packed(sparse(Layer(lambda y, x: F.relu(y))), (5, 12), kernels)
    (layer,) = kernels.asked
    assert (layer.tokens, layer.dynamic, layer.bias) == (BATCHES[0] * 5, True, True)


def test_a_fixed_batch() -> None:
    kernels = Always()
    packed(sparse(Layer(bias=False)), (5, 12), kernels, dynamic_shapes=({},))
    (layer,) = kernels.asked
    assert (layer.tokens, layer.dynamic, layer.bias) == (10, False, False)


def test_the_pattern_is_that_of_the_weight() -> None:
    kernels, model = Always(), sparse(Layer())
    packed(model, (12,), kernels)
    (layer,) = kernels.asked
    assert torch.equal(layer.weight, model.layer.weight)
    assert layer.pattern == pattern_of(model.layer.weight.detach())


# -------------------------------------------------------------------- shared weights


class Shared(nn.Module):
    """One layer called for two values of different sizes."""

    def __init__(self, size: int = 12) -> None:
        super().__init__()
        self.layer = nn.Linear(size, size)

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor]:
        return self.layer(x), F.relu(self.layer(x[:, 0].exp()))


def test_a_shared_weight_is_packed_once() -> None:
    result = packed(sparse(Shared()), (4, 12), Always())
    first, second = (node for node in result.program.nodes() if str(node.target) == KERNEL)
    assert first.args[1:4] == second.args[1:4]
    assert len(result.program.weights()) == 4


def test_a_shared_weight_may_stay_dense_for_some() -> None:
    result = packed(sparse(Shared()), (4, 12), Always(wanted=lambda layer: layer.tokens > 2))
    assert op_names(result.program).count(KERNEL) == op_names(result.program).count("aten.linear.default") == 1
    assert "layer.weight" in result.program.weights()


def test_a_shared_weight_in_two_forms() -> None:
    class Both(Always):
        def choose(self, layer: SparseLayer) -> Choice:
            self.rows = 8 if layer.tokens > 2 else 1
            return super().choose(layer)

    result = packed(sparse(Shared()), (4, 12), Both())
    first, second = (node for node in result.program.nodes() if str(node.target) == KERNEL)
    assert not set(first.args[1:4]) & set(second.args[1:4])
    assert "layer.weight" not in result.program.weights()


# -------------------------------------------------------------------- other forms, and other orders of rows

# Of a weight with 32 columns: the form, whether its rows are mixed, and how far results may be off.
FORMS: dict[str, tuple[Callable[[tuple[int, int]], Format], bool, float]] = {
    "groups": (lambda shape: GroupedGather(shape, 4), False, TOLERANCE),
    "uneven groups": (lambda shape: GroupedGather(shape, 5), False, TOLERANCE),
    "mixed groups": (lambda shape: GroupedGather(shape, 4), True, TOLERANCE),
    "mixed blocks": (lambda shape: VectorBlocks(shape, 8), True, TOLERANCE),
    "bfloat16": (lambda shape: VectorBlocks(shape, 8, dtype=torch.bfloat16), False, 1e-2),
    "mixed bfloat16": (lambda shape: VectorBlocks(shape, 8, dtype=torch.bfloat16), True, 1e-2),
    "int8": (Int8Blocks, False, 5e-2),
    "mixed int8": (Int8Blocks, True, 5e-2),
}
GROUPS = [name for name in FORMS if "groups" in name]


def packed_as(name: str, model: nn.Module, shape: Shape, **options: object) -> Outcome:
    """What the pass makes of a model in one of these forms; no layer is left out."""
    form, mixed, limit = FORMS[name]
    result = packed(in_blocks(model, mixed), shape, Always(form=form), limit, **options)
    assert not {"aten.linear.default", "aten.conv2d.default"} & {*op_names(result.program)}
    return result


def short(program: Program) -> list[str]:
    """The operations without their namespaces, and without those that find out sizes."""
    names = [name.split(".")[1] for name in op_names(program) if "." in name]
    return [name for name in names if name != "sym_size"]


def held(program: Program, *nodes: object) -> list[Tensor]:
    return [weight for node in nodes if (weight := program.weight(node)) is not None]


@pytest.mark.parametrize("name", ["mixed groups", "uneven groups", "mixed blocks"])
def test_what_follows_another_form(name: str) -> None:
    result = packed_as(name, Everything(32), (32, 32))
    fused = [node for node in result.program.nodes() if str(node.target) == KERNEL and node.args[5] is not None]
    assert not fused  # a residual lies in the old order


@pytest.mark.parametrize("shape", [(32,), (3, 32), (2, 3, 32)], ids=str)
@pytest.mark.parametrize("name", FORMS)
def test_another_form(name: str, shape: Shape) -> None:
    result = packed_as(name, Layer(lambda y, x: F.gelu(y), bias=len(shape) != 2, size=32), shape)
    (nothing,) = result.program.run((torch.zeros(0, *shape),))
    assert nothing.shape == (0, *shape)


@pytest.mark.parametrize("name", FORMS)
def test_another_form_of_a_fixed_batch(name: str) -> None:
    result = packed_as(name, Layer(lambda y, x: F.relu(x + y), size=32), (3, 32), dynamic_shapes=({},))
    assert not any("sym_size" in name for name in op_names(result.program))


@pytest.mark.parametrize("name", FORMS)
def test_another_form_for_one_token(name: str) -> None:
    class OneToken(Layer):
        def forward(self, x: Tensor) -> object:
            return F.silu(self.layer(x[0]))

    packed_as(name, OneToken(size=32), (32,))


@pytest.mark.parametrize("name", GROUPS)
def test_groups_are_plain_operations(name: str) -> None:
    model = Layer(lambda y, x: F.relu(y), size=32)
    program = packed_as(name, model, (3, 32)).program
    in_order = {
        "groups": ["reshape"],
        "uneven groups": ["slice", "reshape"],
        "mixed groups": ["index_select", "reshape"],
    }
    before = ["reshape", "transpose", "index_select", "reshape", "bmm", "reshape"]
    assert short(program) == [*before, *in_order[name], "add", "relu", "transpose", "reshape"]
    nodes = [node for node in program.nodes() if node.op == "call_function"]
    product = next(node for node in nodes if node.target is torch.ops.aten.bmm.default)
    gather = next(node for node in nodes if node.target is torch.ops.aten.index_select.default)
    weights = program.weights()
    order = weights.get("layer.weight_order")
    assert (order is not None) == (name == "mixed groups")
    parts = PackedGroups(*held(program, product.args[0], gather.args[2]), order)
    assert torch.equal(FORMS[name][0]((32, 32)).unpack(parts), model.layer.weight)  # type: ignore[union-attr]
    assert {*weights} - {"layer.weight_order"} == {"layer.weight_values", "layer.weight_columns", "layer.bias"}
    (activation,) = (node for node in nodes if node.meta.get(PART_OF) != "linear")
    assert activation.target is torch.ops.aten.relu.default


def test_blocks_of_rows_in_another_order() -> None:
    model = Layer(lambda y, x: F.relu(y), size=32)
    program = packed_as("mixed blocks", model, (3, 32)).program
    layer, gather = (node for node in program.nodes() if node.op == "call_function")
    order = order_of(model.layer.weight != 0)
    assert order is not None
    (values, indices, starts, bias, places) = held(program, *layer.args[1:5], gather.args[2])
    assert torch.equal(VectorBlocks((32, 32), 8).unpack(Packed(values, indices, starts)), model.layer.weight[order])
    assert len(values) == int((model.layer.weight != 0).sum()) // 8 + 1
    assert torch.equal(bias, model.layer.bias[order]) and torch.equal(order[places], torch.arange(32))
    assert (layer.args[8], gather.target, gather.args[1]) == ("relu", torch.ops.aten.index_select.default, -1)
    assert gather.meta[PART_OF] == layer.name
    assert "layer.bias" not in program.weights()


def test_a_residual_is_added_in_the_old_order() -> None:
    program = packed_as("mixed blocks", Layer(lambda y, x: F.relu(x + y), size=32), (3, 32)).program
    assert short(program) == ["vblock_linear", "index_select", "add", "relu"]
    assert next(node for node in program.nodes() if str(node.target) == KERNEL).args[8] == ""


@pytest.mark.parametrize("name", FORMS)
def test_a_bias_that_is_computed(name: str) -> None:
    class Computed(Layer):
        def forward(self, x: Tensor) -> object:
            return F.linear(x, self.layer.weight, x.mean(0))

    packed_as(name, Computed(size=32), (32,))


def test_weights_in_8_bits() -> None:
    model = Layer(lambda y, x: F.relu(y), size=32)
    program = packed_as("int8", model, (3, 32)).program
    (layer,) = (node for node in program.nodes() if node.op == "call_function")
    form, parts = Int8Blocks((32, 32)), PackedInt8(*held(program, *layer.args[1:6]))
    assert str(layer.target) == "sparsec.vblock_linear_int8.default" and layer.args[7:] == (None, 32, "relu")
    torch.testing.assert_close(form.unpack(parts), model.layer.weight.detach(), rtol=0, atol=float(parts.scales.max()))
    assert len(program.weights()) == 6


def test_a_window_in_8_bits() -> None:
    model = sparse(Convolution(FOLLOWS["plus, then silu"], 32, kernel_size=3, padding=1))
    kernels = Always(form=lambda shape: Int8Blocks(shape, 4, 9))
    assert short(packed(model, (32, 5, 7), kernels, 5e-2).program) == ["vblock_conv2d_int8"]


class Signal(nn.Module):
    """A convolution of a signal, to which it is added."""

    def __init__(self) -> None:
        super().__init__()
        self.layer = nn.Conv1d(32, 32, 3, padding=1)

    def forward(self, x: Tensor) -> Tensor:
        return F.relu(self.layer(x) + x)


def test_a_signal_in_8_bits() -> None:
    kernels = Always(form=lambda shape: Int8Blocks(shape, 4, 3))
    program = packed(sparse(Signal()), (32, 19), kernels, 5e-2).program
    (layer,) = (node for node in program.nodes() if node.target == torch.ops.sparsec.vblock_conv2d_int8.default)
    assert layer.args[8:14] == (32, [1, 3], [1, 1], [0, 1], [1, 1], "relu")
    assert sorted(short(program)) == ["squeeze", "unsqueeze", "unsqueeze", "vblock_conv2d_int8"]


def test_8_bits_with_a_residual() -> None:
    program = packed_as("int8", Layer(lambda y, x: F.relu(x + y), size=32), (3, 32)).program
    assert short(program) == ["vblock_linear_int8"]


@pytest.mark.parametrize("quantize", [None, "int8"])
def test_a_weight_without_zeros_may_be_rounded(quantize: str | None) -> None:
    kernels = Always(form=Int8Blocks, quantize=quantize)
    assert packed(known(Layer()).float(), (12,), kernels, limit=5e-2).changed == (quantize is not None)


def chain() -> nn.Sequential:
    return nn.Sequential(nn.Linear(32, 40), nn.GELU(), nn.Linear(40, 33), nn.ReLU(), nn.Linear(33, 32))


@pytest.mark.parametrize("shape", [(32,), (3, 32)], ids=str)
@pytest.mark.parametrize("name", FORMS)
def test_a_chain_of_other_forms(name: str, shape: Shape) -> None:
    names = short(packed_as(name, chain(), shape).program)
    if name in GROUPS:  # features stay first in between
        assert names.count("bmm") == 3 and names.count("transpose") == 2
        assert names[-1] == "transpose" if len(shape) == 1 else names[-2:] == ["transpose", "reshape"]


class Readers(nn.Module):
    """Three layers that read the same."""

    def __init__(self) -> None:
        super().__init__()
        self.one, self.two, self.three = (nn.Linear(32, 32) for _ in range(3))

    def forward(self, x: Tensor) -> Tensor:
        return self.one(x) + self.two(x) * F.silu(self.three(x))


@pytest.mark.parametrize("name", FORMS)
def test_layers_that_read_the_same(name: str) -> None:
    names = short(packed_as(name, Readers(), (3, 32)).program)
    assert name not in GROUPS or names.count("transpose") == 4  # of what they read, and of what each makes


@pytest.mark.parametrize("first", range(3))
@pytest.mark.parametrize("mixed", [False, True])
@pytest.mark.parametrize("build", [chain, Readers, lambda: Two(32)], ids=["chain", "readers", "sum"])
def test_several_forms(build: Callable[[], nn.Module], mixed: bool, first: int) -> None:
    class InTurn(Always):
        def choose(self, layer: SparseLayer) -> Choice:
            self.form = FORMS[("groups", "mixed blocks", "uneven groups")[(first + len(self.asked)) % 3]][0]
            return super().choose(layer)

    result = packed(in_blocks(build(), mixed), (3, 32), InTurn())
    assert {"bmm", "vblock_linear"} & {*short(result.program)}


@pytest.mark.parametrize("name", FORMS)
def test_a_shared_weight_in_another_form(name: str) -> None:
    program = packed_as(name, Shared(32), (4, 32)).program
    parts = [weight for weight in program.weights() if weight.startswith("layer.weight")]
    assert not any(part.endswith("_1") for part in parts)


FOLLOWS: dict[str, Callable[[Tensor, Tensor], Tensor]] = {
    "nothing": lambda y, x: y,
    "gelu": lambda y, x: F.gelu(y),
    "plus, then silu": lambda y, x: F.silu(x + y),
}


@pytest.mark.parametrize("then", FOLLOWS)
@pytest.mark.parametrize("name", FORMS)
def test_a_point_convolution_in_another_form(name: str, then: str) -> None:
    model = Convolution(FOLLOWS[then], 32, kernel_size=1, bias=then != "gelu")
    program = packed_as(name, model, (32, 5, 7)).program
    (nothing,) = program.run((torch.zeros(0, 32, 5, 7),))
    assert nothing.shape == (0, 32, 5, 7)
    if name in GROUPS:
        assert short(program).count("matmul") == 1 and "transpose" not in short(program)


@pytest.mark.parametrize("name", FORMS)
def test_images_of_any_size(name: str) -> None:
    sizes = dict.fromkeys((0, 2, 3), torch.export.Dim.DYNAMIC)
    model = Convolution(FOLLOWS["plus, then silu"], 32, kernel_size=1)
    program = packed_as(name, model, (32, 5, 7), dynamic_shapes=(sizes,)).program
    for images in (noise((32, 4, 9), 3), noise((32, 6, 6), 0)):
        with torch.no_grad():
            expected = model(images)
        (found,) = program.run((images,))
        assert found.shape == expected.shape
        assert images.numel() == 0 or relative_error([found], [expected]) <= FORMS[name][2]


@pytest.mark.parametrize("name", ["mixed blocks", "bfloat16", "mixed bfloat16"])
def test_windows_in_another_form(name: str) -> None:
    model = Convolution(FOLLOWS["plus, then silu"], 32, kernel_size=3, padding=1)
    program = packed_as(name, model, (32, 5, 7)).program
    assert short(program) == ["vblock_conv2d", *(["index_select", "add", "silu"] if "mixed" in name else [])]


# -------------------------------------------------------------------- refusals


def test_a_target_without_kernels() -> None:
    result = packed(sparse(Layer()), (12,), None)
    assert not result.changed
    assert op_names(result.program) == ["aten.linear.default"]
    assert not result.ctx.refusals


def test_no_gain() -> None:
    kernels = Always(wanted=lambda layer: False)
    result = packed(sparse(Layer(lambda y, x: F.relu(y + x))), (12,), kernels)
    assert not result.changed
    assert op_names(result.program) == ["aten.linear.default", "aten.add.Tensor", "aten.relu.default"]
    (refusal,) = result.ctx.refusals
    words = kernels.asked[0].pattern.words()
    assert (refusal.reason, refusal.node) == (f"{words}: half as fast", "linear")
    assert "zero" in words
    assert kernels.chosen == {"linear": Choice(None, 0.5, "half as fast")}


@pytest.mark.parametrize("dtype", [torch.float64, torch.bfloat16])
def test_other_dtypes(dtype: torch.dtype) -> None:
    kernels, model = Always(), sparse(Layer()).to(dtype)
    program = capture(model, (noise((12,)).to(dtype),))
    ctx = Context(kernels=kernels)
    assert not Pipeline(packing_steps()).run(program, ctx)
    assert op_names(program) == ["aten.linear.default"]
    (refusal,) = ctx.refusals
    assert refusal.reason.endswith(f": there are kernels for float32, not for {str(dtype).removeprefix('torch.')}")
    assert not kernels.asked and not kernels.chosen


class Halves(Target):
    """Has kernels for half precision."""

    kernel_dtypes = (torch.float16, torch.bfloat16)


@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16])
def test_the_target_says_for_which_dtypes_it_has_kernels(dtype: torch.dtype) -> None:
    kernels = Always(wanted=lambda layer: False)
    program = capture(sparse(Layer()).to(dtype), (noise((12,)).to(dtype),))
    ctx = Context(kernels=kernels, target=Halves())
    assert not Pipeline(packing_steps()).run(program, ctx)
    (refusal,) = ctx.refusals
    says = "there are kernels for float16 and bfloat16, not for float32"
    assert refusal.reason.endswith(f": {says if dtype is torch.float32 else 'half as fast'}")
    assert [asked.weight.dtype for asked in kernels.asked] == ([] if dtype is torch.float32 else [dtype])


def test_few_zeros_are_not_worth_a_word() -> None:
    model, kernels = known(Layer()).float(), Always()
    with torch.no_grad():
        model.layer.weight[:, :3] = 0
    result = packed(model, (12,), kernels)
    assert not result.changed
    assert not result.ctx.refusals and not kernels.asked


# -------------------------------------------------------------------- the contract


def test_a_second_run_changes_nothing() -> None:
    result = packed(sparse(Layer(lambda y, x: F.relu(y + x))), (12,), Always())
    text = result.text
    assert not Pipeline(packing_steps()).run(result.program, Context(kernels=Always()))
    assert result.text == text


@pytest.mark.parametrize("name", FORMS)
def test_other_forms_are_saved_and_loaded(name: str, tmp_path: Path) -> None:
    model = nn.Sequential(Layer(lambda y, x: F.gelu(y) + x, size=32), Layer(lambda y, x: F.relu(y), size=32))
    program = packed_as(name, model, (3, 32)).program
    torch.export.save(reexport(program), tmp_path / "packed.pt2")
    loaded = torch.export.load(tmp_path / "packed.pt2").module()
    for batch in (1, 7):
        x = noise((3, 32), batch, seed=1)
        with torch.no_grad():
            assert relative_error(pytree.tree_leaves(loaded(x)), [model(x)]) <= FORMS[name][2]
            torch.testing.assert_close(pytree.tree_leaves(loaded(x)), program.run((x,)), rtol=1e-6, atol=1e-6)


def test_the_result_is_exported_and_loaded(tmp_path: pytest.TempPathFactory) -> None:
    model = sparse(Layer(lambda y, x: F.gelu(y) + x))
    program = packed(model, (12,), Always()).program
    exported = torch.export.export(program.module, (noise((12,)),))
    torch.export.save(exported, f"{tmp_path}/packed.pt2")
    loaded = torch.export.load(f"{tmp_path}/packed.pt2").module()
    x = noise((12,), seed=1)
    (found,) = loaded(x) if isinstance(loaded(x), (tuple, list)) else (loaded(x),)
    torch.testing.assert_close(found, model(x).detach(), rtol=1e-5, atol=1e-5)
