"""What holds of every format, the package's own and one from outside: asked of the registry, by no name."""

from __future__ import annotations

import dataclasses
import importlib.metadata
import os
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import onnxruntime
import pytest
import torch
from torch import Tensor, nn
from zoo.stopwatch import Settled

import sparsec
from sparsec.codegen import formats
from sparsec.codegen.formats.alone import LAYER, alone, in_formats
from sparsec.codegen.formats.patterns import pattern_of
from sparsec.codegen.mlir import engine
from sparsec.codegen.mlir.linker import linkers
from sparsec.codegen.onnx.export import export_onnx, reexport
from sparsec.codegen.onnx.files import library_for
from sparsec.compiler.comparison import relative_error
from sparsec.compiler.errors import UserError
from sparsec.compiler.ir.packing import Format, Means, SparseLayer
from sparsec.compiler.ir.program import Program
from sparsec.compiler.ir.target import Target
from sparsec.compiler.ir.verifier import verify
from sparsec.compiler.ir.window import Window
from sparsec.runtime import select
from sparsec.runtime.targets import get

from .outside import EXAMPLE, KeptColumns

TOLERANCE, ROUNDED = 2e-6, 5e-2


def random(*shape: int, seed: int = 0) -> Tensor:
    return torch.randn(shape, generator=torch.Generator().manual_seed(seed))


def in_blocks(rows: int, columns: int, height: int = 8, mixed: bool = False) -> Tensor:
    """A fifth of the numbers, alike in several rows, which lie side by side or apart."""
    kept = random(rows // height, columns, seed=1) > 0.84
    return random(rows, columns) * (kept.repeat(height, 1) if mixed else kept.repeat_interleave(height, 0))


def without_columns(rows: int, columns: int) -> Tensor:
    return random(rows, columns) * (torch.arange(columns) % 4 == 1)


# What some target asks about.
TILES = ((32, 32), (64, 64), (128, 64), (16, 1), (32, 1), (64, 1), (128, 1))


def layer_of(weight: Tensor, **options: object) -> SparseLayer:
    return SparseLayer(weight, **{"pattern": pattern_of(weight, TILES), "tokens": 6, **options})  # type: ignore[arg-type]


def in_groups(window: Window) -> SparseLayer:
    weight = in_blocks(24, 5 * window.kernel[0] * window.kernel[1], 2)
    pattern = pattern_of(weight, TILES, window.groups)
    return layer_of(weight, pattern=pattern, window=window, images=(2, 7, 6), bias=True, residual=True)


def in_tiles(rows: int, columns: int) -> Tensor:
    """Blocks of 64 x 64, and what is left at the edges."""
    kept = torch.zeros(-(-rows // 64), -(-columns // 64))
    kept[0, 0] = kept[-1, -1] = 1
    return random(rows, columns) * kept.repeat_interleave(64, 0).repeat_interleave(64, 1)[:rows, :columns]


def two_of_four(rows: int, columns: int) -> Tensor:
    order = random(rows, columns // 4, 4, seed=1).argsort(2)
    return random(rows, columns) * (order < 2).reshape(rows, columns)


# Layers of many kinds, so that every format finds some that are its own.
LAYERS: dict[str, Callable[[], SparseLayer]] = {
    "blocks": lambda: layer_of(in_blocks(32, 40), bias=True, activation="gelu"),
    "mixed blocks": lambda: layer_of(in_blocks(64, 40, mixed=True), bias=True, residual=True, activation="relu"),
    "scattered": lambda: layer_of(in_blocks(24, 300, 1), tokens=40),
    "block diagonal": lambda: layer_of(torch.block_diag(*random(8, 16, 8)), residual=True),
    "columns": lambda: layer_of(without_columns(32, 40), bias=True, activation="silu"),
    "columns and a sum": lambda: layer_of(without_columns(32, 40), residual=True, activation="tanh"),
    "one token": lambda: layer_of(in_blocks(32, 40), tokens=1),
    "no token": lambda: layer_of(without_columns(32, 40), tokens=0),
    "points": lambda: layer_of(in_blocks(32, 40), window=Window((1, 1)), images=(2, 3, 5), bias=True),
    "windows": lambda: layer_of(in_blocks(32, 36), window=Window((3, 3), (2, 2), (1, 1)), images=(2, 7, 6)),
    "uneven windows": lambda: layer_of(in_blocks(32, 36), window=Window((3, 3), (1, 2), (1, 1)), images=(2, 7, 6)),
    "windows in groups": lambda: in_groups(Window((3, 3), (2, 2), (1, 1), groups=4)),
    "points in groups": lambda: in_groups(Window((1, 1), groups=4)),
    "signals": lambda: layer_of(in_blocks(32, 36), window=Window.of([3], [2], [1], [1]), images=(2, 7), residual=True),
    "transposed": lambda: layer_of(
        in_blocks(32, 40), window=Window((2, 2), (2, 2), extra=(0, 0)), images=(2, 3, 5), bias=True, residual=True
    ),
    "transposed in another order": lambda: layer_of(
        in_blocks(32, 40),
        pattern=dataclasses.replace(pattern_of(in_blocks(32, 40), TILES), order=torch.arange(32).flip(0)),
        window=Window((2, 2), (2, 2), extra=(0, 0)),
        images=(2, 3, 5),
        bias=True,
    ),
    "transposed signals": lambda: layer_of(
        in_blocks(32, 36), window=Window.of([3], [1], [1], [1], extra=[0]), images=(2, 7), activation="relu"
    ),
    "zeros": lambda: layer_of(torch.zeros(32, 40)),
    "tiles": lambda: layer_of(in_tiles(180, 200), bias=True, residual=True, activation="silu"),
    "points in tiles": lambda: layer_of(in_tiles(128, 192), window=Window((1, 1)), images=(2, 3, 5), residual=True),
    "two of four": lambda: layer_of(two_of_four(24, 40), bias=True, activation="gelu"),
    "tall columns": lambda: layer_of(in_blocks(128, 40, 64), residual=True),
}
KINDS: list[type[Format]] = [*formats.formats(), KeptColumns]


def means(kind: type[Format]) -> list[Means]:
    """Exact results, and each rounding that a format offers, on a processor that has everything."""
    return [Means(quantize) for quantize in (None, *kind.roundings)]


def candidates(kind: type[Format], layer: SparseLayer) -> dict[str, Format]:
    return {name: form for given in means(kind) for name, form in kind.candidates(layer, given).items()}


def every() -> Iterator[Any]:
    """Each candidate of each format for each layer."""
    for kind in KINDS:
        for name in LAYERS:
            for candidate in candidates(kind, LAYERS[name]()):
                yield pytest.param(kind, name, candidate, id=f"{kind.__name__}, {name}, {candidate}")


EVERY = [*every()]
ONE_LAYER_EACH = [next(row for row in EVERY if row.values[0] is kind) for kind in KINDS]


def limit(form: Format) -> float:
    return ROUNDED if form.lossy else TOLERANCE


# -------------------------------------------------------------------- what is offered


@pytest.mark.parametrize("kind", KINDS)
def test_some_layer_is_its_own(kind: type[Format]) -> None:
    assert any(candidates(kind, make()) for make in LAYERS.values())


@pytest.mark.parametrize("kind", KINDS)
def test_nothing_rounds_unasked(kind: type[Format]) -> None:
    for make in LAYERS.values():
        assert not any(form.lossy for form in kind.candidates(make(), Means(None)).values())


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind.roundings])
def test_what_may_be_rounded_is(kind: type[Format]) -> None:
    for rounding in kind.roundings:
        given = Means(rounding)
        assert any(form.lossy for make in LAYERS.values() for form in kind.candidates(make(), given).values())


def test_names_are_one_formats_own() -> None:
    for make in LAYERS.values():
        names = [name for kind in KINDS for name in candidates(kind, make())]
        assert len(names) == len({*names})


@pytest.mark.parametrize(("kind", "name", "candidate"), EVERY)
def test_a_candidate_is_a_value(kind: type[Format], name: str, candidate: str) -> None:
    first, second = (candidates(kind, LAYERS[name]())[candidate] for _ in range(2))
    assert first == second and hash(first) == hash(second) and isinstance(first, kind)
    assert first.words and not first.words.endswith(".")


# -------------------------------------------------------------------- a weight


@pytest.mark.parametrize(("kind", "name", "candidate"), EVERY)
def test_a_weight_is_packed_and_unpacked(kind: type[Format], name: str, candidate: str) -> None:
    layer = LAYERS[name]()
    form, before = candidates(kind, layer)[candidate], layer.weight.clone()
    packed = form.pack(layer.weight)
    parts = [getattr(packed, part.name) for part in dataclasses.fields(packed)]
    assert all(part is None or isinstance(part, Tensor) for part in parts)
    assert torch.equal(layer.weight, before)
    found = form.unpack(packed)
    assert found.shape == layer.weight.shape
    if form.lossy:
        assert relative_error([found.float()], [layer.weight]) <= ROUNDED
    else:
        assert torch.equal(found, layer.weight) and found.dtype == layer.weight.dtype


@pytest.mark.parametrize(("kind", "name", "candidate"), EVERY)
def test_infinite_numbers_are_kept(kind: type[Format], name: str, candidate: str) -> None:
    form = candidates(kind, layer := LAYERS[name]())[candidate]
    weight = layer.weight.clone()
    if form.lossy or not weight.any():
        return
    place = tuple(weight.nonzero()[0].tolist())
    for odd in (float("inf"), float("nan")):
        weight[place] = odd
        torch.testing.assert_close(form.unpack(form.pack(weight)), weight, rtol=0, atol=0, equal_nan=True)


# -------------------------------------------------------------------- a layer


def written(kind: type[Format], layer: SparseLayer, candidate: str) -> tuple[Program, Program, float]:
    """A layer dense and in a format, and how far results may be off."""
    form = candidates(kind, layer)[candidate]
    dense, sparse = in_formats(layer, {"": form}).values()
    return dense, sparse, limit(form)


@pytest.mark.parametrize(("kind", "name", "candidate"), EVERY)
def test_a_layer_computes_the_same(kind: type[Format], name: str, candidate: str) -> None:
    dense, sparse, most = written(kind, LAYERS[name](), candidate)
    verify(sparse)
    targets = {str(node.target) for node in sparse.nodes() if node.op == "call_function"}
    assert not targets & {"aten.linear.default", "aten.conv2d.default"}
    with torch.no_grad():
        (expected,), (found,) = dense.run(dense.inputs), sparse.run(sparse.inputs)
    assert found.shape == expected.shape
    assert found.numel() == 0 or relative_error([found], [expected]) <= most
    with torch.no_grad():
        (run,) = (runner() for runner in get("cpu").layer_runners({"": sparse}).values())
    assert torch.equal(run[0], found)  # type: ignore[index]


@pytest.mark.parametrize(("kind", "name", "candidate"), EVERY)
def test_weights_are_named_after_the_layers(kind: type[Format], name: str, candidate: str) -> None:
    _, sparse, _ = written(kind, LAYERS[name](), candidate)
    assert "weight" not in sparse.weights()
    assert all(weight.startswith(("weight_", "bias", f"{LAYER}_")) for weight in sparse.weights())


@pytest.mark.parametrize(("kind", "name", "candidate"), ONE_LAYER_EACH)
def test_a_layer_is_saved_and_loaded(kind: type[Format], name: str, candidate: str, tmp_path: Path) -> None:
    layer = LAYERS[name]()
    _, sparse, _ = written(kind, layer, candidate)
    torch.export.save(reexport(sparse), tmp_path / "layer.pt2")
    loaded = torch.export.load(tmp_path / "layer.pt2").module()
    with torch.no_grad():
        (found,), (expected,) = loaded(*sparse.inputs), sparse.run(sparse.inputs)
    torch.testing.assert_close(found, expected, rtol=1e-6, atol=1e-6)


# Where each candidate is a library of its own, these differ from the others only in what PyTorch's tests see as well.
SEEN_IN_PYTORCH = {
    "mixed blocks", "columns", "columns and a sum", "block diagonal", "uneven windows", "points in groups", "zeros",
    "transposed in another order", "transposed signals", "tall columns",
}  # fmt: skip


@pytest.mark.parametrize(
    ("kind", "name"),
    [
        pytest.param(kind, name, marks=pytest.mark.slow if kind.operators and name in SEEN_IN_PYTORCH else ())
        for kind in KINDS
        for name in LAYERS
    ],
)
def test_layers_are_timed_in_onnx_runtime(kind: type[Format], name: str) -> None:
    if kind.operators and not (engine.available() and linkers()):
        pytest.skip("there is no compiler, or no linker")
    layer = LAYERS[name]()
    given = [Means(quantize) for quantize in (None, *kind.roundings)]
    forms = {name: form for means in given for name, form in kind.candidates(layer, means).items()}
    programs = in_formats(layer, forms)
    results: dict[str, Any] = {name: run() for name, run in get("onnxruntime").layer_runners(programs).items()}
    with torch.no_grad():
        (expected,) = programs["dense"].run(programs["dense"].inputs)
    for form, result in zip((None, *forms.values()), results.values(), strict=True):
        # A value of ONNX Runtime, or outputs where the exporter wrote the model.
        found = torch.from_numpy(result[0] if isinstance(result, list) else result.numpy())
        assert found.shape == expected.shape
        most = ROUNDED if form is not None and form.lossy else 1e-5
        assert found.numel() == 0 or relative_error([found], [expected]) <= most


@dataclasses.dataclass(frozen=True)
class Plain(Target):
    """A target of somebody else, which says nothing about formats but that it takes them."""

    name = "plain"
    kernels = True

    def load(self, program: Program) -> Callable[..., Any]:
        return program.module

    def missing(self) -> str | None:
        return "it runs no kernels of ours"


def test_any_target_times_any_format(monkeypatch: pytest.MonkeyPatch) -> None:
    raced: list[str] = []

    def race(programs: Mapping[str, Program], target: Target) -> dict[str, float]:
        raced.extend(name for name, run in target.layer_runners(programs).items() if run() is not None)
        return dict.fromkeys(programs, 2.0)

    monkeypatch.setattr(formats, "_registered", [KeptColumns])
    choice = select.MeasuredKernels(Plain(), None, race).choose(LAYERS["columns"]())
    native = [name for kind in KINDS if kind.operators for name in candidates(kind, LAYERS["columns"]())]
    assert choice.format is not None and choice.gain == 2.0
    assert "10 columns" in raced and not {*native} & {*raced}


# -------------------------------------------------------------------- a whole model


class Readers(nn.Module):
    """Two layers that read one value, which is needed whole."""

    def __init__(self, weight: Tensor) -> None:
        super().__init__()
        rows, columns = weight.shape
        self.first, self.second = nn.Linear(columns, rows), nn.Linear(columns, rows)
        with torch.no_grad():
            self.first.weight.copy_(weight)
            self.second.weight.copy_(weight.roll(1, 1))

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        return torch.relu(self.first(x)), self.second(x), x * 2


@pytest.fixture
def outsider(monkeypatch: pytest.MonkeyPatch, stopwatch: Settled) -> type[Format]:
    """The example's format, as another package would announce it; it is said to be the fastest."""
    entry = importlib.metadata.EntryPoint("kept-columns", f"{KeptColumns.__module__}:KeptColumns", "sparsec.formats")
    real = importlib.metadata.entry_points
    monkeypatch.setattr(
        importlib.metadata,
        "entry_points",
        lambda **asked: [entry] if asked == {"group": "sparsec.formats"} else real(**asked),
    )

    def race(programs: Mapping[str, Program], target: Target) -> dict[str, float]:
        for run in target.layer_runners(programs).values():
            run()
        return {name: 4.0 if "columns" in name else 2.0 for name in programs}

    stopwatch.form = race
    found: type[Format] = KeptColumns
    return found


@pytest.mark.parametrize("target", ["cpu", "onnxruntime"])
def test_a_format_of_another_package_goes_all_the_way(target: str, outsider: type[Format], tmp_path: Path) -> None:
    model, x = Readers(without_columns(32, 40)).eval(), random(6, 40)
    small = sparsec.compile(model, (x,), target=target, measure=False)
    words = "10 of 40 columns, measured 4.00x dense"
    assert all(words in row.done for row in small.report.layers) and words in str(small.report)
    targets = [str(node.target) for node in small.program.nodes()]
    assert targets.count("examples.gathered_linear.default") == 2
    with torch.no_grad():
        expected = model(x)
        assert relative_error([*small(x)], [*expected]) <= TOLERANCE
        torch.export.save(reexport(small.program), tmp_path / "small.pt2")
        assert relative_error([*torch.export.load(tmp_path / "small.pt2").module()(x)], [*expected]) <= TOLERANCE
    path = export_onnx(small.program, tmp_path / "small.onnx")
    assert not library_for(path).exists()
    found = onnxruntime.InferenceSession(path).run(None, {"x": x.numpy()})
    assert relative_error([torch.from_numpy(y) for y in found], [*expected]) <= TOLERANCE


INSTALLED = """
import sparsec
program = sparsec.load("layer.pt2").exported
print(*(node.target for node in program.graph.nodes if node.op == "call_function"))
"""


def test_a_file_that_holds_its_operator_is_loaded_by_who_has_the_package(tmp_path: Path) -> None:
    layer = LAYERS["columns"]()
    _, sparse, _ = written(KeptColumns, layer, "10 columns")
    torch.export.save(reexport(sparse), tmp_path / "layer.pt2")
    installed = tmp_path / "site"
    (installed / "kept_columns-1.0.dist-info").mkdir(parents=True)
    (installed / "kept_columns-1.0.dist-info" / "METADATA").write_text("Name: kept-columns\nVersion: 1.0\n")
    entry = "[sparsec.formats]\nkept-columns = kept_columns:KeptColumns\n"
    (installed / "kept_columns-1.0.dist-info" / "entry_points.txt").write_text(entry)
    (installed / "kept_columns.py").write_text(EXAMPLE.read_text())
    done = subprocess.run(
        [sys.executable, "-c", INSTALLED],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(installed)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert "examples.gathered_linear.default" in done.stdout, done.stderr[-2000:]


@pytest.mark.parametrize(
    ("value", "says"),
    [("builtins:int", "entry point 'mine' is not a format"), ("sparsec.passes.base:Pass", "is not a format")],
)
def test_what_is_announced_has_to_be_a_format(value: str, says: str, monkeypatch: pytest.MonkeyPatch) -> None:
    entry = importlib.metadata.EntryPoint("mine", value, "sparsec.formats")
    monkeypatch.setattr(importlib.metadata, "entry_points", lambda group: [entry])
    with pytest.raises(UserError, match=says) as caught:
        formats.formats()
    assert caught.value.hint == "let it name a frozen dataclass derived from sparsec.compiler.ir.packing.Format"


def test_a_format_that_cannot_be_imported_is_warned_of(monkeypatch: pytest.MonkeyPatch) -> None:
    entry = importlib.metadata.EntryPoint("mine", "no_such_package:Mine", "sparsec.formats")
    monkeypatch.setattr(importlib.metadata, "entry_points", lambda group: [entry])
    with pytest.warns(UserWarning, match=r"format 'mine' \(no_such_package:Mine\) cannot be imported"):
        assert formats.formats() == [*formats.BUILT_IN, *formats._registered]


def test_what_is_registered_competes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(formats, "_registered", [])
    before = formats.formats()
    assert KeptColumns not in before
    formats.register(KeptColumns)
    formats.register(KeptColumns)
    assert formats.formats() == [*before, KeptColumns]


def test_a_format_that_rounds_unasked_is_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    class Careless(KeptColumns):  # type: ignore[misc]
        lossy = True

    monkeypatch.setattr(formats, "_registered", [Careless])
    layer = LAYERS["columns"]()
    found = [select.MeasuredKernels("cpu", quantize)._forms(layer, True) for quantize in (None, "bfloat16")]
    assert ["10 columns" in forms for forms in found] == [False, True]


def test_two_formats_with_one_name_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    class Other(KeptColumns):  # type: ignore[misc]
        pass

    monkeypatch.setattr(formats, "_registered", [KeptColumns, Other])
    with pytest.raises(UserError, match="'Other' and another, offer '10 columns'"):
        select.MeasuredKernels("cpu")._forms(LAYERS["columns"](), True)


def test_a_layer_alone_is_the_layer() -> None:
    for make in LAYERS.values():
        layer = make()
        program = alone(layer)
        verify(program)
        assert (program.inputs[0].shape, program.output_shapes(program.inputs)) == (
            layer.input_shape,
            [layer.result_shape],
        )
