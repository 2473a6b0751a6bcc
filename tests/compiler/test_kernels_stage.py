"""Layers whose zeros stay, through ``sparsec.compile`` and ``torch.compile``: kept, undone, verified, rounded."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, ClassVar

import pytest
import torch
from torch import Tensor, nn
from zoo.stopwatch import Settled

import sparsec
from sparsec.codegen.formats.grouped_gather import GroupedGather
from sparsec.codegen.formats.int8_blocks import Int8Blocks
from sparsec.codegen.formats.vector_blocks import Packed, VectorBlocks
from sparsec.compiler import exact_stages
from sparsec.compiler.backend import last_reports
from sparsec.compiler.capture.models import capture
from sparsec.compiler.comparison import relative_error
from sparsec.compiler.effort import EFFORTS
from sparsec.compiler.errors import PassError, UserError
from sparsec.compiler.ir.packing import Choice, SparseLayer
from sparsec.compiler.ir.program import Program, set_attribute
from sparsec.compiler.ir.site import Site
from sparsec.compiler.races import Measured
from sparsec.compiler.report.build import TOGETHER
from sparsec.compiler.report.data import Report
from sparsec.compiler.report.html import page
from sparsec.passes.rewrite.fold_weights import FoldWeights


@dataclass
class Always:
    """Kernels that are said to be twice as fast."""

    target: str
    quantize: str | None = None
    measured: object = None
    chosen: dict[str, Choice] = field(default_factory=dict)

    def choose(self, layer: SparseLayer) -> Choice:
        shape = (layer.weight.shape[0], layer.weight.shape[1])
        blocks = VectorBlocks(shape, 4, dtype=torch.bfloat16 if self.quantize else None)
        form = Int8Blocks(shape) if self.quantize == "int8" else blocks
        return Choice(form, 2.0, f"{form.words}, measured 2.00x dense")


class Exact(Always):
    """Kernels that round nothing, whatever they are allowed to."""

    def choose(self, layer: SparseLayer) -> Choice:
        return replace(super().choose(layer), format=VectorBlocks((layer.weight.shape[0], layer.weight.shape[1]), 4))


@dataclass
class Uneven(Always):
    """Kernels that gain much for the last layer, and little for the first."""

    gains: ClassVar[tuple[float, float]] = (1.2, 1.8)

    def choose(self, layer: SparseLayer) -> Choice:
        gain = self.gains[layer.weight.shape[0] == 8]
        return Choice(super().choose(layer).format, gain, f"4x1 blocks: {gain:.2f}x dense")


@pytest.fixture(autouse=True)
def forced(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Every layer gets a kernel."""
    torch._dynamo.reset()
    monkeypatch.setattr(exact_stages, "kernels_for", Always)
    yield
    torch._dynamo.reset()


def net() -> nn.Sequential:
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        model = nn.Sequential(nn.Linear(12, 24), nn.GELU(), nn.Linear(24, 8)).eval()
        with torch.no_grad():
            for layer in (model[0], model[2]):
                layer.weight *= torch.rand_like(layer.weight) < 0.3
    return model


def batch(size: int = 3) -> Tensor:
    return torch.randn(size, 12, generator=torch.Generator().manual_seed(size))


def compiled(**options: Any) -> sparsec.CompiledModule:
    return sparsec.compile(net(), (batch(),), measure=False, **options)


def names(model: sparsec.CompiledModule) -> list[str]:
    return [str(node.target) for node in model.program.nodes() if node.op == "call_function"]


@pytest.mark.parametrize("target", ["cpu", "inductor"])
def test_kept_and_told(target: str) -> None:
    small = compiled(target=target)
    assert names(small).count("sparsec.vblock_linear.default") == 2
    assert f"Kept, measured 2.00x on {target}: sparse kernels for 2 layers." in small.report.decisions
    assert all("4x1 blocks, measured 2.00x dense" in layer.done for layer in small.report.layers)
    assert not any("Nothing was removed" in note for note in small.report.notes)
    assert "4x1 blocks" in str(small.report)
    with torch.no_grad():
        for size in (1, 3, 20):
            torch.testing.assert_close(small.module(batch(size)), net()(batch(size)), rtol=1e-4, atol=1e-5)


def test_undone_where_the_model_is_not_faster(stopwatch: Settled) -> None:
    stopwatch.gain = 0.9
    small = compiled()
    assert not any("sparsec" in name for name in names(small))
    assert "Undone, measured 0.90x on cpu: sparse kernels for 2 layers." in small.report.decisions
    assert all("do not make the model faster" in " ".join(layer.refused) for layer in small.report.layers)


def sparse_layers(model: sparsec.CompiledModule | Program) -> int:
    program = model if isinstance(model, Program) else model.program
    return sum(str(node.target).startswith("sparsec.") for node in program.nodes())


def by_layers(gains: dict[int, float]) -> Any:
    """Gains of programs with so many sparse layers."""
    return lambda new, old: {name: gains[sparse_layers(program)] for name, program in new.items()}


@pytest.fixture
def uneven(monkeypatch: pytest.MonkeyPatch, stopwatch: Settled) -> type[Uneven]:
    """Both layers together are slower than dense, one of them alone is faster."""
    monkeypatch.setattr(exact_stages, "kernels_for", Uneven)
    stopwatch.gain = by_layers({1: 1.4, 2: 0.9})
    monkeypatch.setitem(EFFORTS, "default", replace(EFFORTS["default"], try_seconds=600.0))  # not the clock decides
    return Uneven


def test_few_layers_are_kept_where_all_together_gain_nothing(uneven: type[Uneven]) -> None:
    small = compiled()
    assert sparse_layers(small) == 1
    assert small.report.decisions == [
        "Undone, measured 0.90x on cpu: sparse kernels for 2 layers.",
        "Kept, measured 1.40x on cpu: sparse kernels for 1 layer.",
    ]
    first, last = small.report.layers
    assert f"4x1 blocks: 1.20x dense, {TOGETHER}" in first.refused and not any("4x1" in x for x in first.done)
    assert "4x1 blocks: 1.80x dense" in last.done and not any("4x1" in x for x in last.refused)
    with torch.no_grad():
        torch.testing.assert_close(small(batch()), net()(batch()), rtol=1e-4, atol=1e-5)


@dataclass
class Between(Uneven):
    """Kernels whose first layer gains only where what is beside it is sparse, too."""

    among_sparse: bool = False

    def choose(self, layer: SparseLayer) -> Choice:
        found = super().choose(layer)
        if self.among_sparse or layer.weight.shape[0] == 8:
            return found
        return Choice(None, 0.95, "0.95x alone", among_sparse=True)


@pytest.mark.parametrize(("gains", "kept"), [({1: 1.2, 2: 1.5}, 2), ({1: 1.2, 2: 1.1}, 1), ({1: 0.9, 2: 1.3}, 2)])
def test_layers_that_gain_side_by_side_are_raced_together(
    gains: dict[int, float], kept: int, monkeypatch: pytest.MonkeyPatch, stopwatch: Settled
) -> None:
    monkeypatch.setattr(exact_stages, "kernels_for", Between)
    stopwatch.gain = by_layers(gains)
    small = compiled()
    layers = "1 layer" if kept == 1 else "2 layers"
    assert sparse_layers(small) == kept
    assert small.report.decisions == [f"Kept, measured {gains[kept]:.2f}x on cpu: sparse kernels for {layers}."]
    assert any("0.95x alone" in text for text in small.report.layers[0].refused) == (kept == 1)


def test_few_layers_are_undone_where_they_gain_nothing_either(uneven: type[Uneven], stopwatch: Settled) -> None:
    stopwatch.gain = by_layers({1: 1.01, 2: 0.9})
    small = compiled()
    assert sparse_layers(small) == 0
    assert small.report.decisions == [
        "Undone, measured 0.90x on cpu: sparse kernels for 2 layers.",
        "Undone, measured 1.01x on cpu: sparse kernels for 1 layer.",
        "Undone, measured 1.01x on cpu: sparse kernels for 1 layer.",
    ]
    assert all(layer.refused[-1].endswith(TOGETHER) for layer in small.report.layers)


def test_the_most_promising_layers_are_tried_first(uneven: type[Uneven], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(uneven, "gains", (1.8, 1.2))
    first, last = compiled().report.layers
    assert "4x1 blocks: 1.80x dense" in first.done and not any("4x1" in text for text in last.done)


def test_little_effort_tries_no_parts(uneven: type[Uneven]) -> None:
    small = compiled(effort="fast")
    assert sparse_layers(small) == 0 and len(small.report.decisions) == 1


def test_little_effort_tries_layers_with_many_zeros() -> None:
    weight = torch.ones(10, 10)
    for zeros, tried in ((5, ["default", "max"]), (6, ["fast", "default", "max"])):
        weight[:, :zeros] = 0
        program = capture(nn.Sequential(nn.Linear(10, 10)).eval(), (torch.ones(2, 10),))
        set_attribute(program.module, "0.weight", nn.Parameter(weight.clone()))
        assert [name for name, e in EFFORTS.items() if exact_stages.has_zeros(program, e.zeros_share)] == tried


def test_not_asked_for() -> None:
    assert not any("sparsec" in name for name in names(compiled(kernels=False)))


def test_a_model_without_zeros_is_not_packed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(exact_stages, "kernels_for", lambda *asked: pytest.fail("there is nothing to leave out"))
    dense = nn.Sequential(nn.Linear(12, 8)).eval()
    assert names(sparsec.compile(dense, (batch(),), measure=False)) == ["aten.linear.default"]


def test_what_removal_refused_is_said_once() -> None:
    class Whole(nn.Module):
        """A layer behind an operation that no channel passes."""

        def __init__(self) -> None:
            super().__init__()
            self.layers = net()

        def forward(self, x: Tensor) -> Tensor:
            return self.layers(torch.renorm(x, 2, 1, 1.0))  # type: ignore[no-any-return]

    refusals = sparsec.compile(Whole().eval(), (batch(),), measure=False).report.refusals
    assert [refusal.node for refusal in refusals].count("renorm") == 1


def wrong(self: VectorBlocks, weight: Tensor, pack: Any = VectorBlocks.pack) -> Packed:
    packed = pack(self, weight)
    return Packed(packed.values * 1.01, packed.indices, packed.starts)


def test_a_kernel_that_computes_something_else_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(VectorBlocks, "pack", wrong)
    with pytest.raises(PassError):
        compiled()


def test_within_torch_compile() -> None:
    model, count = net(), len(last_reports())
    fast = torch.compile(model, backend="sparse")
    with torch.no_grad():
        torch.testing.assert_close(fast(batch()), model(batch()), rtol=1e-4, atol=1e-5)
        model[0].weight *= 2  # seen, and compiled again
        torch.testing.assert_close(fast(batch()), model(batch()), rtol=1e-4, atol=1e-5)
    assert len(last_reports()) == count + 2
    assert "sparse kernels for 2 layers" in last_reports()[-1].summary()
    dense = torch.compile(net(), backend="sparse", options={"kernels": False})
    with torch.no_grad():
        dense(batch())
    assert "sparse kernels" not in last_reports()[-1].summary()


def test_a_bad_option() -> None:
    with pytest.raises(UserError, match="option 'kernels' is True or False"):
        torch.compile(net(), backend="sparse", options={"kernels": "some"})(batch())


def test_saved_and_loaded_by_another_process(tmp_path: Path) -> None:
    path = compiled().save(tmp_path / "small.pt2")
    torch.save((batch(20), net()(batch(20)).detach()), tmp_path / "expected.pt")
    program = (
        "import sys, sparsec, torch\n"
        "x, expected = torch.load(sys.argv[2])\n"
        "with torch.no_grad():\n"
        "    got = sparsec.load(sys.argv[1]).exported.module()(x)\n"
        "torch.testing.assert_close(got, expected, rtol=1e-4, atol=1e-5)\n"
    )
    subprocess.run([sys.executable, "-c", program, str(path), str(tmp_path / "expected.pt")], check=True)


@pytest.mark.parametrize(("quantize", "tolerance"), [(None, 1e-5), ("bfloat16", 0.01), ("int8", 0.02)])
def test_gradients_flow_as_through_the_dense_model(quantize: str | None, tolerance: float) -> None:
    small, x, y = compiled(quantize=quantize), batch().requires_grad_(), batch().requires_grad_()
    small(x).sum().backward()
    net()(y).sum().backward()
    assert relative_error([x.grad], [y.grad]) < tolerance


# -------------------------------------------------------------------- weights that are rounded

ROUNDED = ("bfloat16", "int8")
OPERATOR = {"bfloat16": "sparsec.vblock_linear.default", "int8": "sparsec.vblock_linear_int8.default"}


def off(small: sparsec.CompiledModule) -> float:
    """How far a model is off on its examples."""
    with torch.no_grad():
        return relative_error([small(batch()[:2])], [net()(batch()[:2])])


@pytest.mark.parametrize("verify", [True, False])
@pytest.mark.parametrize("quantize", ROUNDED)
def test_the_error_of_rounding_is_measured_and_told(quantize: str, verify: bool) -> None:
    small = compiled(quantize=quantize, verify=verify)
    report, error = small.report, small.report.quantized_error
    assert names(small).count(OPERATOR[quantize]) == 2
    assert report.quantized == quantize and error is not None
    assert 1e-4 < off(small) <= error * 1.001 and error < 0.05
    assert (report.error is None) == (not verify)
    sentence = f"rounded to {quantize}, as asked: the outputs are off by {error:.1e} of their scale."
    assert sentence in report.summary() and sentence in str(report)
    assert (report.to_json()["quantized"], report.to_json()["quantized_error"]) == (quantize, error)
    assert f"{error:.1e}" in page(report) and f"rounded to {quantize}" in page(report)


def assert_exact(report: Report) -> None:
    assert report.quantized is None and report.quantized_error is None
    assert "rounded" not in report.summary() and "rounded" not in page(report)


def test_nothing_is_rounded_unless_asked_for() -> None:
    assert_exact(compiled().report)


def test_nothing_is_rounded_by_other_passes() -> None:
    small = compiled(quantize="int8", stages=exact_stages.only([FoldWeights()]))
    assert off(small) < 1e-6 and sparse_layers(small) == 0
    assert_exact(small.report)


def test_nothing_can_be_rounded_without_kernels() -> None:
    with pytest.raises(UserError, match="sparse kernels are switched off"):
        compiled(quantize="int8", kernels=False)


def test_nothing_is_rounded_where_the_model_is_not_faster(stopwatch: Settled) -> None:
    stopwatch.gain = 0.9
    small = compiled(quantize="int8")
    assert off(small) < 1e-6 and sparse_layers(small) == 0
    assert_exact(small.report)


def test_nothing_is_rounded_where_all_is_undone(stopwatch: Settled) -> None:
    def measured(dense: Program, small: Program) -> Measured:
        assert sparse_layers(small) == 2
        return Measured((1.0, 2.0), {})

    stopwatch.measured, stopwatch.length = measured, 0.5
    small = sparsec.compile(net(), (batch(),), target="onnxruntime", quantize="int8")
    report = small.report
    assert report.decisions == ["Undone, measured 0.50x on onnxruntime: all that was removed."]
    assert not report.changed_layers and not report.removed and report.measured is None
    assert not any(layer.done for layer in report.layers) and report.flops[0] == report.flops[1]
    assert report.parameters[1] == sum(weight.numel() for weight in net().parameters())
    assert off(small.module) == 0.0
    assert_exact(small.report)


def test_kernels_that_round_nothing_are_verified(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where exact kernels are the fastest, though others were allowed."""
    monkeypatch.setattr(exact_stages, "kernels_for", Exact)
    small = compiled(quantize="int8")
    assert sparse_layers(small) == 2
    assert_exact(small.report)
    monkeypatch.setattr(VectorBlocks, "pack", wrong)
    with pytest.raises(PassError):
        compiled(quantize="int8")


@pytest.mark.parametrize("quantize", ["int4", "INT8", "", True, torch.int8, ["int8"]])
def test_what_weights_cannot_be_rounded_to(quantize: Any) -> None:
    with pytest.raises(UserError, match="weights cannot be rounded to") as raised:
        sparsec.compile("missing.pt2", quantize=quantize)  # said before the file is looked for
    assert raised.value.code == "bad-option" and raised.value.hint == "quantize is one of bfloat16, int8, or None"


@pytest.mark.parametrize("quantize", ROUNDED)
def test_rounded_within_torch_compile(quantize: str) -> None:
    model, count = net(), len(last_reports())
    fast = torch.compile(model, backend="sparse", options={"quantize": quantize})
    with torch.no_grad():
        for _ in range(2):
            assert 1e-4 < relative_error([fast(batch())], [model(batch())]) < 0.05
            model[0].weight *= 2  # seen, and rounded again
    assert [report.quantized for report in last_reports()[count:]] == [quantize, quantize]


class Masked(nn.Module):
    """Layers whose results a mask, a matrix of integers, goes over."""

    def __init__(self, dtype: torch.dtype) -> None:
        super().__init__()
        self.layers = net()
        self.register_buffer("mask", (torch.arange(8) < 6).to(dtype)[None])

    def forward(self, x: Tensor) -> Tensor:
        return self.layers(x) * self.mask  # type: ignore[no-any-return]


@pytest.mark.parametrize("dtype", [None, torch.bool, torch.int64], ids=str)
@pytest.mark.parametrize("quantize", [None, *ROUNDED])
def test_a_packed_model_can_be_compiled_again(quantize: str | None, dtype: torch.dtype | None, tmp_path: Path) -> None:
    model = net() if dtype is None else Masked(dtype).eval()
    small = sparsec.compile(model, (batch(),), measure=False, quantize=quantize)
    loaded = sparsec.load(small.save(tmp_path / "small.pt2")).exported
    again = sparsec.compile(loaded, measure=False)
    assert again.report.error is not None and again.report.quantized is None
    with torch.no_grad():
        for size in (1, 20):
            torch.testing.assert_close(loaded.module()(batch(size)), small(batch(size)))
            torch.testing.assert_close(again(batch(size)), small(batch(size)))


def test_bytes_that_something_else_reads_are_still_refused() -> None:
    class Mixed(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            packed = Int8Blocks((8, 12)).pack(net()[0].weight[:8])
            for name in ("values", "indices", "starts", "scales", "sums"):
                self.register_buffer(name, getattr(packed, name))
            self.register_buffer("table", torch.arange(96, dtype=torch.int8).reshape(8, 12))

        def forward(self, x: Tensor) -> Tensor:
            packed = (self.values, self.indices, self.starts, self.scales, self.sums)
            return torch.ops.sparsec.vblock_linear_int8(x, *packed, None, None, 8, "") + x @ self.table.float().t()  # type: ignore[no-any-return]

    with pytest.raises(UserError, match="integer weights") as raised:
        sparsec.compile(Mixed().eval(), (batch(),), measure=False)
    assert raised.value.note == "'table' is int8"


class Grouped(Always):
    """Kernels that gather, as a format of ordinary operations."""

    def choose(self, layer: SparseLayer) -> Choice:
        return Choice(GroupedGather((layer.weight.shape[0], layer.weight.shape[1]), 2), 2.0, "grouped")


class Fixed(GroupedGather):
    """A format that writes down how large the images of the example are."""

    def write(self, site: Site) -> None:
        super().write(site)
        for node in [*site.program.graph.nodes]:
            if node.target is torch.ops.aten.sym_size.int and node.args[1] in (2, 3):
                node.replace_all_uses_with(node.args[0].meta["val"].shape[node.args[1]])


class WrittenDown(Always):
    def choose(self, layer: SparseLayer) -> Choice:
        return Choice(Fixed((layer.weight.shape[0], layer.weight.shape[1]), 2), 2.0, "fixed")


def points() -> nn.Module:
    torch.manual_seed(0)
    model = nn.Sequential(nn.Conv2d(3, 8, 3, padding=1), nn.ReLU(), nn.Conv2d(8, 16, 1), nn.ReLU(), nn.Conv2d(16, 8, 1))
    with torch.no_grad():
        for layer in (model[2], model[4]):
            assert isinstance(layer, nn.Conv2d)
            layer.weight *= torch.rand_like(layer.weight) > 0.5
    return model.eval()


@pytest.mark.parametrize("kernels", [Always, Grouped])
def test_images_of_other_sizes_go_through_kernels(kernels: type, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(exact_stages, "kernels_for", kernels)
    model = points()
    with torch.no_grad():
        small = sparsec.compile(model, (torch.randn(2, 3, 16, 16),), measure=False)
        larger = torch.randn(3, 3, 20, 24)
        assert [x.target for x in small.program.nodes()].count(torch.ops.aten.conv2d.default) == 1
        torch.testing.assert_close(small(larger), model(larger))


def test_a_format_that_writes_sizes_down_fixes_them(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(exact_stages, "kernels_for", WrittenDown)
    model, x = points(), torch.randn(2, 3, 16, 16)
    with torch.no_grad():
        small = sparsec.compile(model, (x,), measure=False)
        torch.testing.assert_close(small(x), model(x))
        with pytest.raises(UserError, match="bad-inputs"):
            small(torch.randn(2, 3, 20, 24))


def test_in_other_dtypes_the_reference_of_an_operator_computes() -> None:
    small, wanted = compiled(), net().double()(batch().double())
    assert "sparsec.vblock_linear.default" in names(small)
    with torch.no_grad():
        for dtype, bound in ((torch.float64, 1e-6), (torch.float16, 5e-3), (torch.float32, 5e-3)):
            found = small.to(dtype)(batch().to(dtype))
            assert found.dtype is dtype
            torch.testing.assert_close(found.double(), wanted, rtol=0, atol=bound)
