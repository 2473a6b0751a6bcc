"""PackWeights: layers whose zeros stay get a kernel, if that is said to be faster."""

from __future__ import annotations

import functools
import math
from collections.abc import Callable
from dataclasses import dataclass, field

import pytest
import torch
from torch import Tensor, fx, nn
from torch.nn import functional as F
from torch.utils import _pytree as pytree

from sparsec.codegen.formats.patterns import pattern_of
from sparsec.codegen.formats.vector_blocks import Packed, VectorBlocks
from sparsec.compiler.capture import capture
from sparsec.compiler.ir.program import Program, shape_of
from sparsec.compiler.ir.verifier import verify
from sparsec.compiler.numerics import relative_error
from sparsec.compiler.pipeline import Pipeline, packing_steps
from sparsec.passes.base import Choice, Context, SparseLayer
from sparsec.runtime import operators

from ..harness import BATCHES, Outcome, Shape, batch_is_dynamic, known, op_names

# Largest difference from the dense float32 model allowed, relative to the output's largest magnitude.
TOLERANCE = 2e-6
KERNEL = "sparsec.vblock_linear.default"


@dataclass
class Always:
    """Kernels that are said to be faster for every layer of which ``wanted`` holds."""

    rows: int = 4
    wanted: Callable[[SparseLayer], bool] = lambda layer: True
    chosen: dict[str, Choice] = field(default_factory=dict)
    asked: list[SparseLayer] = field(default_factory=list)

    def choose(self, layer: SparseLayer) -> Choice:
        self.asked.append(layer)
        if not self.wanted(layer):
            return Choice(None, 0.5, "half as fast")
        return Choice(VectorBlocks((layer.weight.shape[0], layer.weight.shape[1]), self.rows), 2.0, "twice as fast")


def sparse(model: nn.Module, seed: int = 0) -> nn.Module:
    """In float32, four of five numbers of every weight zero."""
    random = torch.Generator().manual_seed(seed)
    model = known(model).float()
    with torch.no_grad():
        for weight in model.parameters():
            if weight.ndim > 1:
                weight *= torch.rand(weight.shape, generator=random) < 0.2
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

    def __init__(self, then: Callable[[Tensor, Tensor], object] = lambda y, x: y, bias: bool = True) -> None:
        super().__init__()
        self.layer = nn.Linear(12, 12, bias=bias)
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
    "plus something expanded": (lambda y, x: y + x.mean(1, True).expand(-1, 12, -1), "", True, "mean expand"),
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

    def __init__(self) -> None:
        super().__init__()
        self.layers = nn.ModuleList(Layer(then) for then, *_ in FUSED.values())

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
    assert {activation for _, activation, _, _ in FUSED.values()} == operators.ACTIVATIONS.keys()


def test_two_layers_of_one_sum() -> None:
    class Two(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.one, self.other = nn.Linear(12, 12), nn.Linear(12, 12)

        def forward(self, x: Tensor) -> Tensor:
            return F.relu(self.one(x) + self.other(x))

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

    def __init__(self, then: Callable[[Tensor, Tensor], Tensor] = lambda y, x: y, **options: object) -> None:
        super().__init__()
        self.layer = nn.Conv2d(6, 6, **options)  # type: ignore[arg-type]
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
    assert node.args[11] == "silu"


LEFT: dict[str, tuple[Callable[[], nn.Module], Shape, str]] = {
    "grouped": (lambda: Convolution(kernel_size=1, groups=2), (6, 4, 4), "no sparse kernel for grouped convolutions"),
    "uneven": (lambda: Convolution(kernel_size=1, stride=(1, 2)), (6, 4, 4), "the same number of rows and columns"),
    "conv1d": (lambda: nn.Sequential(nn.Conv1d(6, 6, 1)), (6, 4), "no sparse kernel for conv1d"),
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

    packed(sparse(Unbatched(kernel_size=3)), (6, 8, 7), Always())


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

    def __init__(self) -> None:
        super().__init__()
        self.layer = nn.Linear(12, 12)

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


def test_the_result_is_exported_and_loaded(tmp_path: pytest.TempPathFactory) -> None:
    model = sparse(Layer(lambda y, x: F.gelu(y) + x))
    program = packed(model, (12,), Always()).program
    exported = torch.export.export(program.module, (noise((12,)),))
    torch.export.save(exported, f"{tmp_path}/packed.pt2")
    loaded = torch.export.load(f"{tmp_path}/packed.pt2").module()
    x = noise((12,), seed=1)
    (found,) = loaded(x) if isinstance(loaded(x), (tuple, list)) else (loaded(x),)
    torch.testing.assert_close(found, model(x).detach(), rtol=1e-5, atol=1e-5)
