"""Every number of a report is that of the program that is returned, whatever was kept, undone or left out."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import torch
from torch import Tensor, nn
from torch.nn.utils import parametrizations, prune
from zoo.stopwatch import Settled

import sparsec
from sparsec.codegen.formats.vector_blocks import VectorBlocks
from sparsec.compiler import exact_stages
from sparsec.compiler.errors import FallbackWarning
from sparsec.compiler.ir.packing import Choice, SparseLayer
from sparsec.compiler.ir.program import Program
from sparsec.compiler.ir.speculation import additions
from sparsec.compiler.races import Measured
from sparsec.compiler.report.build import undone
from sparsec.compiler.report.data import LayerRow, Report
from sparsec.compiler.trials import Trial
from sparsec.passes.base import Context
from sparsec.passes.rewrite.convert_layouts import ConvertLayouts
from sparsec.passes.rewrite.fold_weights import FoldWeights
from sparsec.passes.rewrite.form_linears import FormLinears
from sparsec.passes.rewrite.remove_channels import RemoveChannels


def zero(model: nn.Module, **places: Any) -> nn.Module:
    """The model with some places of its parameters zero; dots in names are written as double underscores."""
    with torch.no_grad():
        for name, index in places.items():
            model.get_parameter(name.replace("__", "."))[index] = 0
    return model.eval()


def made(build: Callable[[], nn.Module]) -> nn.Module:
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        return build().eval()


def columns(*indices: int) -> tuple[slice, list[int]]:
    return slice(None), [*indices]


class Net(nn.Module):
    """Convolutions, one of them grouped, and linear layers, one of them a product with a transposed parameter."""

    def __init__(self) -> None:
        super().__init__()
        self.first, self.second = nn.Conv2d(3, 8, 3, padding=1), nn.Conv2d(8, 8, 3, groups=2)
        self.inner, self.head = nn.Parameter(torch.randn(8, 10)), nn.Linear(10, 4)

    def forward(self, x: Tensor) -> Tensor:
        x = torch.relu(self.second(torch.relu(self.first(x)))).mean((2, 3))
        return self.head(torch.relu(x @ self.inner))  # type: ignore[no-any-return]


class Fan(nn.Module):
    """Two layers that read different channels of one value."""

    def __init__(self) -> None:
        super().__init__()
        self.first, self.one, self.two = nn.Linear(6, 32), nn.Linear(32, 5), nn.Linear(32, 7)

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor]:
        x = torch.relu(self.first(x))
        return self.one(x), self.two(x)


class Attention(nn.Module):
    """One layer makes queries, keys and values, of which different ones are needed."""

    def __init__(self) -> None:
        super().__init__()
        self.qkv, self.out = nn.Linear(12, 36), nn.Linear(12, 12)

    def forward(self, x: Tensor) -> Tensor:
        q, k, v = self.qkv(x).unflatten(-1, (3, 3, 4)).permute(2, 0, 3, 1, 4).unbind(0)
        found = nn.functional.scaled_dot_product_attention(q, k, v)
        return self.out(found.transpose(1, 2).flatten(2))  # type: ignore[no-any-return]


class Recurrent(nn.Module):
    """Two layers of an LSTM."""

    def __init__(self) -> None:
        super().__init__()
        self.inner, self.head = nn.LSTM(6, 5, 2, batch_first=True), nn.Linear(5, 2)

    def forward(self, x: Tensor) -> Tensor:
        return self.head(self.inner(x)[0])  # type: ignore[no-any-return]


def net() -> nn.Module:
    return zero(made(Net), first__weight=[1, 4], head__weight=columns(3), second__weight=[2, 6])


def padded() -> nn.Module:
    """Constants that differ from place to place: a bias map."""
    build = lambda: nn.Sequential(nn.Conv2d(3, 8, 1), nn.ZeroPad2d(1), nn.ReLU(), nn.Conv2d(8, 4, 3, padding=1))  # noqa: E731
    model = zero(made(build), **{"0__weight": [1, 4]})
    with torch.no_grad():
        model[0].bias[1], model[0].bias[4] = 1.0, 2.0  # type: ignore[index]
    return model


def masked() -> nn.Module:
    model = made(lambda: nn.Sequential(nn.Linear(8, 6), nn.ReLU(), nn.Linear(6, 3)))
    zero(model, **{"0__weight": [1], "0__bias": [1]})
    prune.custom_from_mask(model[0], "weight", (model[0].weight != 0).float())  # type: ignore[index]
    parametrizations.weight_norm(model[2])  # type: ignore[index]
    return model.eval()


def fan() -> nn.Module:
    return zero(made(Fan), one__weight=columns(*range(12)), two__weight=columns(*range(20, 32)))


def attention() -> nn.Module:
    return zero(made(Attention), out__weight=columns(1, 5, 9))


def recurrent() -> nn.Module:
    return zero(made(Recurrent), inner__weight_ih_l1=columns(2), inner__weight_hh_l0=columns(2))


IMAGES = torch.randn(2, 3, 8, 8, generator=torch.Generator().manual_seed(0))
ROWS = torch.randn(3, 8, generator=torch.Generator().manual_seed(0))
FEW = torch.randn(3, 6, generator=torch.Generator().manual_seed(0))
WORDS = torch.randn(2, 5, 12, generator=torch.Generator().manual_seed(0))
STEPS = torch.randn(2, 4, 6, generator=torch.Generator().manual_seed(0))
MODELS: dict[str, tuple[Callable[[], nn.Module], Tensor]] = {
    "convolutions": (net, IMAGES),
    "masks": (masked, ROWS),
    "a fan": (fan, FEW),
    "attention": (attention, WORDS),
    "recurrent": (recurrent, STEPS),
}


# -------------------------------------------------------------------- counted again, by other means


def parameters_of(program: Program) -> int:
    read = {str(node.target) for node in program.nodes() if node.op == "get_attr"}
    return sum(value.numel() for name, value in program.module.named_parameters() if name in read)


def operations_of(node: Any, program: Program) -> int:
    """Multiplications and additions, from the shapes of the operands."""
    weight, groups = program.weight(node.args[1]), 1
    assert weight is not None
    if "conv" in str(node.target):
        groups = node.args[6] if len(node.args) > 6 else node.kwargs.get("groups", 1)
    result = node.meta["val"].shape
    channels = result[-1] if groups == 1 and "conv" not in str(node.target) else result[1]
    assert int(channels) == weight.shape[0]
    elements = 1
    for size in result:
        elements *= program.example_size(size)
    return 2 * elements * weight[0].numel()


def recounted(program: Program) -> dict[str, tuple[int, int, int]]:
    """Outputs, inputs and operations of each convolution and linear layer, by the name of its node."""
    program = program.copy()
    for item in (FoldWeights(), FormLinears()):
        item.run(program, Context())
    found = {}
    for node in program.nodes():
        if str(node.target).split(".")[1:2] in (["linear"], ["conv2d"]):
            weight = program.weight(node.args[1])
            assert weight is not None
            groups = node.args[6] if len(node.args) > 6 else 1
            found[node.name] = (weight.shape[0], weight.shape[1] * groups, operations_of(node, program))
    return found


def assert_true(small: sparsec.CompiledModule, model: nn.Module, x: Tensor) -> None:
    """What the report says of the result is so."""
    report, found = small.report, recounted(small.program)
    layers = [layer for layer in report.layers if layer.op in ("linear", "conv2d")]
    told = {layer.node: (layer.outputs[1], layer.inputs[1], layer.flops[1]) for layer in layers if layer.outputs[1]}
    assert told == found
    assert report.parameters[1] == parameters_of(small.program)
    assert report.parameters[0] == sum(value.numel() for value in model.parameters())
    for at in (0, 1):
        assert report.flops[at] == sum(layer.flops[at] for layer in report.layers)
    gone = [layer for layer in layers if not layer.outputs[1]]
    assert all(layer.done == ["removed: its result is constant or nobody reads it"] for layer in gone)
    same = [layer for layer in layers if layer.outputs[0] == layer.outputs[1] and layer.inputs[0] == layer.inputs[1]]
    assert not any("removed" in words for layer in same for words in layer.done)
    torch.testing.assert_close(small(x), model(x), rtol=1e-4, atol=1e-5)


def compiled(model: nn.Module, x: Tensor, **options: Any) -> sparsec.CompiledModule:
    return sparsec.compile(model, (x,), **{"measure": False, "kernels": False, **options})


def untouched(report: Report) -> bool:
    """Whether a report says that nothing changed."""
    pairs = [report.parameters, report.flops, *(pair for x in report.layers for pair in (x.outputs, x.inputs, x.flops))]
    return all(before == after for before, after in pairs) and not report.removed


@pytest.mark.parametrize("name", MODELS)
@pytest.mark.parametrize("target", ["cpu", "onnxruntime"])
def test_of_what_is_removed(name: str, target: str) -> None:
    build, x = MODELS[name]
    model = build()
    small = compiled(model, x, target=target)
    assert_true(small, model, x)
    assert target != "cpu" or untouched(small.report) == (name == "a fan")


@pytest.mark.parametrize("gain", [0.5, 2.0])
def test_of_speculative_rewrites(gain: float, stopwatch: Settled) -> None:
    stopwatch.gain = gain
    model = padded()
    small = compiled(model, IMAGES)
    assert_true(small, model, IMAGES)
    decision = small.report.decisions[0]
    assert decision.startswith("Kept" if gain > 1 else "Undone") and "bias map" in decision
    assert ("bias map added" in small.report.layers[1].done) == (gain > 1)
    assert any(found.what == "bias map" for found in additions(small.program)) == (gain > 1)


@pytest.mark.parametrize("gain", [0.5, 2.0])
def test_of_layouts(gain: float, stopwatch: Settled) -> None:
    stopwatch.gain = gain
    model = fan()
    small = compiled(model, FEW, layout="gather")
    assert_true(small, model, FEW)
    assert small.report.layout is not None and small.report.layout.kept == (gain > 1)
    inputs = [layer.inputs[1] for layer in small.report.layers]
    assert inputs == ([6, 20, 20] if gain > 1 else [6, 32, 32])


class Always:
    """Kernels that are said to be twice as fast."""

    quantize = None

    def __init__(self, *options: object) -> None:
        self.chosen: dict[str, Choice] = {}

    def choose(self, layer: SparseLayer) -> Choice:
        form = VectorBlocks((layer.weight.shape[0], layer.weight.shape[1]), 4)
        return Choice(form, 2.0, f"{form.words}, measured 2.00x dense")


def scattered() -> nn.Module:
    """A row of zeros, and many scattered ones."""
    model = made(lambda: nn.Sequential(nn.Linear(8, 24), nn.ReLU(), nn.Linear(24, 8)))
    with torch.no_grad():
        for layer in (model[0], model[2]):  # type: ignore[index]
            layer.weight *= torch.rand(layer.weight.shape, generator=torch.Generator().manual_seed(1)) < 0.4
    return zero(model, **{"0__weight": [5], "0__bias": [5]})


@pytest.mark.parametrize("gain", [0.5, 2.0])
def test_of_kernels(gain: float, monkeypatch: pytest.MonkeyPatch, stopwatch: Settled) -> None:
    """Kept ones compute layers of the sizes that the report says; their zeros are counted as they lie in the weight."""
    monkeypatch.setattr(exact_stages, "kernels_for", Always)
    stopwatch.gain = gain
    model = scattered()
    small, dense = compiled(model, ROWS, kernels=True), compiled(model, ROWS)
    kernels = [node for node in small.program.nodes() if str(node.target).startswith("sparsec.")]
    assert len(kernels) == (2 if gain > 1 else 0)
    report = small.report
    assert (report.parameters, report.flops) == (dense.report.parameters, dense.report.flops)
    for layer, other in zip(report.layers, dense.report.layers, strict=True):
        assert (layer.outputs, layer.inputs, layer.flops) == (other.outputs, other.inputs, other.flops)
        assert ("4x1 blocks, measured 2.00x dense" in layer.done) == (gain > 1)
    if gain < 1:
        assert_true(small, model, ROWS)
    for node, layer in zip(kernels, report.layers, strict=False):
        assert layer.outputs[1] in node.meta["val"].shape  # features may come first
        assert layer.inputs[1] in node.args[0].meta["val"].shape  # type: ignore[union-attr]


@pytest.mark.parametrize("name", ["convolutions", "masks", "attention"])
def test_of_an_undone_compile(name: str, stopwatch: Settled) -> None:
    stopwatch.measured, stopwatch.length = Measured((1.0, 2.0), {}), 0.5
    build, x = MODELS[name]
    model = build()
    small = compiled(model, x, target="onnxruntime", measure=True)
    assert_true(small, model, x)
    assert untouched(small.report)
    assert small.report.decisions == ["Undone, measured 0.50x on onnxruntime: all that was removed."]
    assert not any("Nothing was removed" in note for note in small.report.notes)


def test_parameters_that_folding_saves_are_told() -> None:
    norm = nn.Sequential(nn.Conv2d(3, 4, 3), nn.BatchNorm2d(4)).eval()
    for model, told in ((norm, True), (nn.Sequential(nn.Conv2d(3, 4, 3)).eval(), False)):
        report = sparsec.explain(model, (torch.randn(1, 3, 8, 8),))
        assert (report.parameters[1] < report.parameters[0]) == told
        assert any("Parameters are fewer since" in note for note in report.notes) == told


@pytest.mark.parametrize("name", ["convolutions", "masks", "a fan"])
@pytest.mark.parametrize("kind", [FoldWeights, FormLinears, RemoveChannels, ConvertLayouts])
def test_of_what_is_left_out(name: str, kind: type, monkeypatch: pytest.MonkeyPatch) -> None:
    build, x = MODELS[name]
    model, run = build(), kind.run

    def fails_in_passes(self: object, program: Program, ctx: Context) -> bool:
        if not ctx.current:  # the report computes masks, too
            return run(self, program, ctx)  # type: ignore[no-any-return]
        raise IndexError("list index out of range")

    monkeypatch.setattr(kind, "run", fails_in_passes)
    with pytest.warns(FallbackWarning):
        small = compiled(model, x, strict=False)
    monkeypatch.undo()
    assert small.report.failures
    assert_true(small, model, x)
    if kind is RemoveChannels:
        assert not small.report.changed_layers and not small.report.removed


@pytest.mark.parametrize("name", ["convolutions", "masks", "recurrent"])
def test_of_a_compile_that_does_nothing(name: str) -> None:
    build, x = MODELS[name]
    model = build()
    small = compiled(model, x, stages=exact_stages.only([]))
    assert_true(small, model, x)
    assert untouched(small.report)


def test_layers_are_told_apart_by_their_nodes() -> None:
    model = net()
    names = [layer.node for layer in compiled(model, IMAGES).report.layers]
    assert len(set(names)) == len(names) == 4


# -------------------------------------------------------------------- which channels


def untied(weight: Tensor) -> list[list[float]]:
    """Rows in an order of their own, each with its numbers in order: what is left if channels are permuted."""
    return sorted(sorted(row.flatten().tolist()) for row in weight.double())


@pytest.mark.parametrize("layout", ["optimised", "gather"])
@pytest.mark.parametrize("name", ["convolutions", "a fan", "attention"])
def test_indices_are_those_that_the_weights_lost(name: str, layout: str) -> None:
    build, x = MODELS[name]
    model = build()
    small = compiled(model, x, layout=layout)
    whole, nodes = (
        compiled(model, x, stages=exact_stages.only([])).program.copy(),
        {n.name: n for n in small.program.nodes()},
    )
    for item in (FoldWeights(), FormLinears()):
        item.run(whole, Context())
    originals = {n.name: n for n in whole.nodes()}
    followed = 0
    for row in small.report.layers:
        assert row.removed_outputs is not None and row.removed_inputs is not None
        assert len(row.removed_outputs) == row.outputs[0] - row.outputs[1]
        assert len(row.removed_inputs) == row.inputs[0] - row.inputs[1]
        old, new = whole.weight(originals[row.node].args[1]), small.program.weight(nodes[row.node].args[1])
        assert old is not None and new is not None
        rows = [n for n in range(row.outputs[0]) if n not in row.removed_outputs]
        if old.shape[1] == row.inputs[0]:  # one group
            columns = [n for n in range(row.inputs[0]) if n not in row.removed_inputs]
            assert untied(old[rows][:, columns]) == untied(new)
        followed += len(row.removed_outputs) + len(row.removed_inputs)
    assert followed or (name, layout) == ("a fan", "optimised")


def test_indices_of_what_is_gone_and_of_what_is_undone() -> None:
    report = compiled(net(), IMAGES).report
    assert any(row.removed_outputs for row in report.layers)
    report = undone(report, Trial("call", False, 0.5))
    assert all(row.removed_outputs == row.removed_inputs == () for row in report.layers)
    row = LayerRow("a", "linear", None, 0.0, 0, 0, (9, 5), (3, 0), (2, 1), removed_outputs=(1, 3, 4, 5))
    made = Report("Model", "cpu", [row], (1, 1), (2, 1))
    assert [str(cell) for column in made.table(removed=True).columns[-2:] for cell in column.cells] == ["1, 3-5", "all"]
    row.inputs, row.removed_inputs = (3, 2), None
    assert [str(cell) for cell in made.table(removed=True).columns[-1].cells] == ["not followed"]
    assert made.to_json(removed=True)["layers"][0]["removed_outputs"] == [1, 3, 4, 5]
    assert "removed_outputs" not in made.to_json()["layers"][0]


def test_indices_of_recurrent_layers_are_not_followed() -> None:
    (row,) = [row for row in compiled(recurrent(), STEPS).report.layers if row.noun == "unit"]
    assert row.outputs[1] < row.outputs[0] and row.removed_outputs is None


def test_layers_that_came_packed_are_told_and_counted() -> None:
    class Packed(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            weight = torch.randn(32, 24) * (torch.arange(24) % 4 == 0)
            for name, value in vars(VectorBlocks((32, 24), 8).pack(weight)).items():
                self.register_buffer(f"up_{name}", value)
            self.head = nn.Linear(32, 4)

        def forward(self, x: Tensor) -> Tensor:
            packed = (self.up_values, self.up_indices, self.up_starts)
            return self.head(torch.ops.sparsec.vblock_linear(x, *packed, None, None, 32, 0, "relu", False, False))  # type: ignore[no-any-return]

    report = sparsec.compile(made(Packed), (torch.randn(3, 24),), measure=False).report
    head, packed = report.layers
    assert (packed.name, packed.op, packed.outputs, packed.inputs) == ("up", "vblock_linear", (32, 32), (24, 24))
    assert packed.zeros == pytest.approx(0.75) and packed.flops == (2 * 3 * 24 * 32,) * 2
    assert report.flops[0] == packed.flops[0] + head.flops[0]
    assert "0 of 2 layers shrank" in str(report) and "in a sparse format already (vblock_linear)" in str(report)


def test_what_a_machine_lacks_for_kernels_is_said_in_the_head(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sparsec.codegen.triton.version", lambda: "")
    model = made(lambda: nn.Sequential(nn.Linear(64, 64), nn.ReLU(), nn.Linear(64, 64))).bfloat16()
    prune.random_unstructured(model[0], "weight", 0.9)
    x = torch.randn(3, 64).bfloat16()
    told = "Sparse kernels for graphics cards need Triton: pip install 'sparsec[gpu-kernels]'."
    assert told in sparsec.compile(model, (x,), target="cuda:sm_90", measure=False).report.summary().splitlines()
    assert told not in str(sparsec.compile(model, (x,), target="cuda:sm_90", measure=False, kernels=False).report)
    prune.remove(model[0], "weight")
    with torch.no_grad():
        model[0].weight.fill_(1.0)
    assert told not in str(sparsec.compile(model, (x,), target="cuda:sm_90", measure=False).report), "nobody asked"
