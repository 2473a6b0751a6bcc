"""Forms of a weight are chosen by measurement, once, and remembered; the times here are made up."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
import torch
from torch import Tensor

from sparsec.codegen.formats.alone import in_formats
from sparsec.codegen.formats.grouped_gather import GroupedGather
from sparsec.codegen.formats.int8_blocks import Int8Blocks
from sparsec.codegen.formats.patterns import pattern_of
from sparsec.codegen.formats.vector_blocks import FEW_TOKENS, TRIED, VectorBlocks
from sparsec.codegen.mlir import engine
from sparsec.codegen.mlir.linker import linkers
from sparsec.codegen.onnx.sparse_nodes import with_nodes
from sparsec.codegen.onnx.written_out import written_out
from sparsec.codegen.operators import VBLOCK_CONV2D, VBLOCK_LINEAR, attach, base
from sparsec.compiler.errors import UserError
from sparsec.compiler.ir.packing import Format, Pattern, SparseLayer
from sparsec.compiler.ir.program import Program
from sparsec.compiler.ir.target import Target
from sparsec.compiler.ir.window import Window
from sparsec.runtime import cache, select, select_onnx
from sparsec.runtime.cache import write_document
from sparsec.runtime.select import (
    MARGIN_SHARE,
    MeasuredKernels,
    cache_file,
    check_quantize,
    gains_over_dense,
    kernels_for,
)
from sparsec.runtime.targets import get, onnxruntime


def numbers(result: object) -> Tensor:
    """What a runner gives: PyTorch's outputs, or a value of ONNX Runtime."""
    return result[0] if isinstance(result, tuple) else torch.from_numpy(result.numpy())  # type: ignore[attr-defined]


@dataclasses.dataclass
class Clock:
    """Stands in for the real one: runs every candidate once and gives it the seconds that were set for it."""

    seconds: dict[str, float]
    races: list[list[str]] = dataclasses.field(default_factory=list)
    results: dict[str, Tensor] = dataclasses.field(default_factory=dict)

    def __call__(self, programs: Mapping[str, Program], target: Target) -> dict[str, float]:
        candidates = target.layer_runners(programs)
        self.races.append([*candidates])
        self.results = {name: numbers(run()) for name, run in candidates.items()}
        return {name: self.seconds["dense"] / self.seconds.get(name, self.seconds["other"]) for name in programs}

    def kernels(self, target: str, quantize: str | None = None) -> MeasuredKernels:
        return MeasuredKernels(target, quantize, self)


@pytest.fixture
def folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """An empty cache, and an engine that is there; without torch-mlir the operator computes without."""
    monkeypatch.setenv("SPARSEC_CACHE", str(tmp_path / "cache"))
    if not engine.available():
        monkeypatch.setattr(engine, "available", lambda: True)
        versions = {"torch-mlir": "0"}
        version = select.importlib.metadata.version
        monkeypatch.setattr(select.importlib.metadata, "version", lambda name: versions.get(name) or version(name))
    return tmp_path / "cache"


@pytest.fixture
def clock(folder: Path) -> Clock:
    """Every kernel takes half of what the dense layer takes, unless a test says otherwise."""
    return Clock({"dense": 1.0, "other": 0.5})


def layer_of(weight: Tensor, **options: object) -> SparseLayer:
    return SparseLayer(weight, **{"pattern": pattern_of(weight), "tokens": 6, **options})  # type: ignore[arg-type]


def in_blocks(rows: int = 8, density: float = 0.2, seed: int = 0) -> Tensor:
    """[32, 40] in blocks of some rows."""
    random = torch.Generator().manual_seed(seed)
    kept = (torch.rand(32 // rows, 40, generator=random) < density).repeat_interleave(rows, 0)
    return torch.randn(32, 40, generator=random) * kept


def scattered(density: float = 0.2, columns: int = 300) -> Tensor:
    random = torch.Generator().manual_seed(0)
    return torch.randn(24, columns, generator=random) * (torch.rand(24, columns, generator=random) < density)


def block_diagonal() -> Tensor:
    """[512, 64], eight blocks."""
    return torch.block_diag(*torch.randn(8, 64, 8, generator=torch.Generator().manual_seed(0)))


# -------------------------------------------------------------------- the choice


@pytest.mark.parametrize(
    ("best", "form", "words"),
    [
        ("8x1", VectorBlocks((32, 40), 8), "8x1 blocks"),
        ("4x1", VectorBlocks((32, 40), 4), "4x1 blocks"),
        ("2 groups", GroupedGather((32, 40), 2), "2 groups of rows"),
    ],
)
def test_the_fastest_is_chosen(clock: Clock, best: str, form: Format, words: str) -> None:
    clock.seconds[best] = 0.25
    choice = clock.kernels("cpu").choose(layer_of(in_blocks()))
    assert clock.races == [["dense", "8x1", "4x1", "2 groups"]]
    assert (choice.format, choice.gain, choice.reason) == (form, 4.0, f"{words}, measured 4.00x dense")


@pytest.mark.parametrize("target", ["cpu", "onnxruntime"])
def test_nobody_but_the_clock_is_asked_unless_said(target: str, folder: Path) -> None:
    choice = MeasuredKernels(target).choose(layer_of(in_blocks()))
    assert choice.gain is not None and choice.gain > 0
    (gains,) = json.loads(cache_file().read_text())["gains"].values()
    assert choice.gain == max(gains.values()) and "2 groups" in gains


@pytest.mark.parametrize("rows", [1, 8, 16])
def test_blocks_that_fit_are_tried(clock: Clock, rows: int) -> None:
    clock.kernels("cpu").choose(layer_of(in_blocks(rows)))
    ((dense, *tried),) = clock.races
    assert dense == "dense"
    assert f"{rows}x1" in tried
    assert len([name for name in tried if "groups" not in name]) == TRIED


def test_scattered_zeros_may_get_column_tiles(clock: Clock) -> None:
    clock.seconds["1x1 in column tiles of 128"] = 0.25
    weight = scattered()
    choice = clock.kernels("cpu").choose(layer_of(weight, tokens=40))
    assert choice.format == VectorBlocks((24, 300), 1, 1, 128)
    assert choice.reason == "1x1 blocks in column tiles of 128 columns, measured 4.00x dense"
    x = torch.randn(40, 300)
    torch.testing.assert_close(choice.format.multiply(choice.format.pack(weight), x.T), weight @ x.T)
    results = [result for name, result in clock.results.items() if name != "dense"]
    assert len(results) == 4
    for result in results:
        torch.testing.assert_close(result, clock.results["dense"], rtol=1e-4, atol=1e-4)


@pytest.mark.parametrize(
    ("target", "tokens", "weight"),
    [
        ("cpu", 4, scattered()),  # few tokens: their activations are in the cache anyway
        ("cpu", 40, scattered(columns=100)),
        ("cpu", 40, scattered(density=0.9)),
        ("cpu", 40, in_blocks(8)),
    ],
)
def test_no_column_tiles_where_they_gain_nothing(clock: Clock, target: str, tokens: int, weight: Tensor) -> None:
    clock.kernels(target).choose(layer_of(weight, tokens=tokens))
    assert not any("column_tiles" in name for race in clock.races for name in race)


@pytest.mark.parametrize(
    ("quantize", "more"),
    [
        (None, []),
        ("bfloat16", [VectorBlocks((32, 40), rows, dtype=torch.bfloat16) for rows in (8, 4)]),
        ("int8", [Int8Blocks((32, 40), rows) for rows in (8, 4)]),
    ],
)
def test_what_may_be_rounded(
    clock: Clock, monkeypatch: pytest.MonkeyPatch, quantize: str | None, more: list[Format]
) -> None:
    names = {"bfloat16": ["8x1 bfloat16", "4x1 bfloat16"], "int8": ["8x4 int8", "4x4 int8"]}.get(quantize or "", [])
    for name, form in zip(names, more, strict=True):
        clock.seconds = {"dense": 1.0, "other": 0.5, name: 0.25}
        choice = clock.kernels("cpu", quantize).choose(layer_of(in_blocks()))
        assert (choice.format, choice.reason) == (form, f"{form.words}, measured 4.00x dense")
        cache_file().unlink()
    clock.kernels("cpu", quantize).choose(layer_of(in_blocks()))
    assert clock.races[-1] == ["dense", "8x1", "4x1", *names, "2 groups"]


@pytest.mark.parametrize(("tokens", "tried"), [(FEW_TOKENS - 1, [["dense", "1x1 bfloat16"]]), (FEW_TOKENS, [])])
def test_few_tokens_are_worth_fewer_bytes(clock: Clock, tokens: int, tried: list[list[str]]) -> None:
    clock.kernels("cpu", "bfloat16").choose(layer_of(torch.ones(1, 40), tokens=tokens))
    assert clock.races == tried


@pytest.mark.parametrize(
    ("weight", "tried"),
    [
        (block_diagonal(), ["8 groups", "16 groups"]),
        (block_diagonal().reshape(8, 64, 64).transpose(0, 1).flatten(0, 1), ["8 groups", "16 groups"]),
        (torch.block_diag(*torch.ones(2, 64, 20)), ["2 groups", "4 groups"]),
        (in_blocks(), ["2 groups"]),
        (in_blocks(16)[:31], []),  # a group is 16 rows or more
        (scattered(), []),
        (torch.ones(64, 40), []),
    ],
    ids=["block diagonal", "in another order", "two blocks", "blocks of 8", "few rows", "scattered", "no zeros"],
)
def test_groups_that_are_worth_a_measurement(clock: Clock, weight: Tensor, tried: list[str]) -> None:
    clock.kernels("cpu").choose(layer_of(weight))
    assert [name for race in clock.races for name in race if "groups" in name] == tried


@pytest.mark.parametrize(
    ("window", "tried"),
    [
        (Window((1, 1)), ["8x1", "4x1", "8x4 int8", "4x4 int8", "2 groups"]),
        (Window((1, 1), (2, 2)), ["8x1", "4x1", "8x4 int8", "4x4 int8"]),
        (Window((1, 1), (2, 1)), ["8x1", "4x1"]),
        (Window((2, 2), (1, 1), (1, 1)), ["8x1", "4x1", "8x4 int8", "16x4 int8"]),
    ],
)
def test_convolutions(clock: Clock, monkeypatch: pytest.MonkeyPatch, window: Window, tried: list[str]) -> None:
    clock.kernels("cpu", "int8").choose(layer_of(in_blocks(), window=window, images=(2, 5, 6)))
    assert clock.races == [["dense", *tried]]


@pytest.mark.parametrize(
    ("seconds", "chosen"), [(1 / (1 + MARGIN_SHARE) - 1e-6, True), (1 / (1 + MARGIN_SHARE) + 1e-6, False)]
)
def test_the_margin(clock: Clock, seconds: float, chosen: bool) -> None:
    clock.seconds["other"] = seconds
    choice = clock.kernels("cpu").choose(layer_of(in_blocks()))
    assert (choice.format is not None) == chosen
    assert choice.gain == pytest.approx(1 / seconds)
    if not chosen:
        assert choice.reason.startswith("the best sparse kernel, ")
        assert choice.reason.endswith(" blocks, is 1.05x as fast as dense")


@pytest.mark.parametrize("quantize", ["int4", "", "float16", "INT8"])
def test_what_weights_cannot_be_rounded_to(quantize: str) -> None:
    with pytest.raises(UserError, match="cannot be rounded to") as caught:
        check_quantize(quantize)
    assert caught.value.hint == "quantize is one of bfloat16, int8, or None"
    for known in (None, "bfloat16", "int8"):
        check_quantize(known)


@pytest.mark.parametrize("quantize", ["bfloat16", "int8"])
def test_nothing_rounds_without_kernels(quantize: str) -> None:
    with pytest.raises(UserError, match=f"nothing else rounds weights to {quantize}") as caught:
        check_quantize(quantize, kernels=False)
    assert caught.value.code == "bad-option"
    check_quantize(None, kernels=False)


@pytest.mark.parametrize("target", ["cuda:sm_90", "openvino"])
def test_targets_without_kernels_that_round(target: str) -> None:
    with pytest.raises(UserError, match=f"no kernel rounds weights to int8 on target '{target}'") as caught:
        check_quantize("int8", target=target)
    assert caught.value.code == "bad-option"
    check_quantize(None, target=target)
    for able in ("cpu", "inductor", "onnxruntime"):
        check_quantize("int8", target=able)


# -------------------------------------------------------------------- what is raced

SHAPE = (64, 40)
# Forms of a weight, and how far results may be off.
FORMS: dict[str, tuple[Format, float]] = {
    "blocks": (VectorBlocks(SHAPE, 8), 1e-5),
    "column_tiles": (VectorBlocks(SHAPE, 1, 1, 16), 1e-5),
    "bfloat16": (VectorBlocks(SHAPE, 8, dtype=torch.bfloat16), 1e-2),
    "int8": (Int8Blocks(SHAPE), 2e-2),
    "groups": (GroupedGather(SHAPE, 4), 1e-5),
    "uneven groups": (GroupedGather(SHAPE, 5), 1e-5),
}
LAYERS: dict[str, tuple[dict[str, object], list[str]]] = {
    "tokens": ({"tokens": 6}, [*FORMS]),
    "one token": ({"tokens": 1}, [*FORMS]),
    "no tokens": ({"tokens": 0}, [*FORMS]),
    "images": ({"window": Window((1, 1)), "images": (3, 5, 7)}, ["blocks", "bfloat16", "groups", "uneven groups"]),
    "windows": ({"window": Window((2, 2), (2, 2), (1, 0)), "images": (3, 5, 7)}, ["blocks", "bfloat16"]),
}
# Bias, residual, activation.
ENDS = [(False, False, ""), (True, False, "gelu"), (False, True, "silu"), (True, True, "relu6"), (True, True, "")]
# In ONNX Runtime each is a library of its own, which takes a second.
ENDS_OF = {"PyTorch": ENDS, "ONNX Runtime": ENDS[:1] + ENDS[3:4]}
RUNNERS = {"PyTorch": get("cpu"), "ONNX Runtime": get("onnxruntime")}
# PyTorch multiplies bytes where there is no kernel for that; ONNX Runtime has nothing else.
RACES = [
    *(pytest.param("PyTorch", kind, names, id=f"PyTorch-{kind}") for kind, (_, names) in LAYERS.items()),
    *(
        pytest.param("ONNX Runtime", kind, [name for name in names if name != "int8"], id=f"ONNX Runtime-{kind}")
        for kind, (_, names) in LAYERS.items()
    ),
    *(
        pytest.param("ONNX Runtime", kind, ["int8"], id=f"ONNX Runtime-{kind}-int8")
        for kind, (_, names) in LAYERS.items()
        if "int8" in names
    ),
]


@pytest.mark.parametrize("mixed", [False, True], ids=["in order", "mixed"])
@pytest.mark.parametrize(("where", "kind", "names"), RACES)
def test_what_is_raced_computes_the_same(where: str, kind: str, names: list[str], mixed: bool) -> None:
    options, _ = LAYERS[kind]
    if where == "ONNX Runtime" and not (engine.available() and linkers()):
        names = [name for name in names if "groups" in name]
    weight = torch.cat([in_blocks(8), in_blocks(8, seed=1)])
    weight = weight.reshape(8, 8, 40).transpose(0, 1).reshape(SHAPE) if mixed else weight
    layer = layer_of(weight, **options)
    assert (layer.pattern.order is not None) == mixed
    for bias, residual, activation in ENDS_OF[where]:
        full = dataclasses.replace(layer, bias=bias, residual=residual, activation=activation)
        runs = RUNNERS[where].layer_runners(in_formats(full, {name: FORMS[name][0] for name in names}))
        assert [*runs] == ["dense", *names]
        dense, *found = (numbers(run()).numpy() for run in runs.values())
        assert dense.shape == layer.result_shape
        for name, result in zip(names, found, strict=True):
            assert result.shape == dense.shape
            assert abs(result - dense).max(initial=0) <= FORMS[name][1] * abs(dense).max(initial=0), name


def test_groups_in_onnx_runtime_are_plain_operators(monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither a compiler nor a linker is needed."""
    monkeypatch.setattr(select_onnx.native, "write_library", lambda *_: pytest.fail("a library was written"))
    layer = layer_of(in_blocks(), bias=True)
    programs = in_formats(layer, {"groups": GroupedGather((32, 40), 2)})
    assert [*get("onnxruntime").layer_runners(programs)] == ["dense", "groups"]
    model = written_out(programs["groups"])
    assert model is not None and {node.domain for node in model.graph.node} == {""}


def test_what_follows_is_raced_too(clock: Clock) -> None:
    results = []
    for activation in ("", "gelu"):
        clock.kernels("cpu").choose(layer_of(in_blocks(), bias=True, activation=activation))
        results.append(clock.results["dense"])
    plain, activated = results
    assert torch.equal(torch.nn.functional.gelu(plain), activated)


@dataclasses.dataclass(frozen=True)
class Elsewhere(Target):
    """Runs kernels of ours that are attached for a device, in half precision."""

    name = "elsewhere"
    kernels = True
    lowers = "elsewhere"
    kernel_dtypes = (torch.float16, torch.bfloat16)

    def load(self, program: Program) -> Callable[..., object]:
        return program.module


def test_a_format_competes_where_all_of_its_operators_have_kernels(
    clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(base, "_lowerings", {**base._lowerings})
    layer, kernels = layer_of(in_blocks()), MeasuredKernels(Elsewhere())
    for operator, offered in ((None, 1), (VBLOCK_LINEAR, 1), (VBLOCK_CONV2D, 3)):
        if operator is not None:
            attach(operator, Elsewhere.lowers, operator.reference)
        forms = kernels._forms(layer, native=True)
        assert "2 groups" in forms and len(forms) == offered
    assert [*kernels._forms(layer, native=False)] == ["2 groups"]


def test_a_target_says_which_dtypes_its_kernels_take() -> None:
    assert Elsewhere().refuses(torch.bfloat16) is None
    assert Elsewhere().refuses(torch.float32) == "there are kernels for float16 and bfloat16, not for float32"
    assert get("cpu").refuses(torch.float32) is None
    assert get("cpu").refuses(torch.float16) == "there are kernels for float32, not for float16"


# -------------------------------------------------------------------- nothing that could be measured


@dataclasses.dataclass(frozen=True)
class Prophet(Elsewhere):
    """Is not here: a layer takes a second for each operation, and a sparse one as long as it is told."""

    sparse: float = 0.25
    name = "prophet"

    def predicted(self, program: Program) -> Mapping[str, float]:
        names = [node.name for node in program.graph.nodes if node.op == "call_function"]
        dense = any("aten.linear" in str(node.target) for node in program.graph.nodes)
        return dict.fromkeys(names, 1.0 if dense else self.sparse / len(names))

    def remark(self, program: Program, dense: float) -> str:
        return f", {len([*program.graph.nodes])} nodes against {dense:.0f} s"

    def hidden_cost(self, layer: SparseLayer) -> tuple[float, str]:
        return 0.3, "what nobody knows"


@pytest.mark.parametrize(("sparse", "chosen"), [(0.25, True), (0.8, False), (2.0, False)])
def test_what_cannot_be_timed_is_predicted(clock: Clock, sparse: float, chosen: bool) -> None:
    layer, kernels = layer_of(in_blocks().bfloat16()), MeasuredKernels(Prophet(sparse))
    choices = [kernels.choose(layer) for _ in range(2)]
    assert choices[0] == choices[1] and not clock.races and not cache_file().exists()
    choice = choices[0]
    assert choice.gain == pytest.approx(1 / sparse) and (choice.format is not None) == chosen
    if chosen:
        assert choice.reason.startswith("2 groups of rows, predicted 4.00x dense, ")
        assert choice.reason.endswith(" nodes against 1 s")
    else:
        assert f"2 groups of rows, is predicted to be {1 / sparse:.2f}x as fast as dense" in choice.reason
        assert ("what nobody knows would cost" in choice.reason) == (sparse < 1)


# -------------------------------------------------------------------- nothing to measure


@pytest.fixture(params=["compiler", "linker"])
def missing(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> tuple[str, str]:
    """A machine without something that kernels need: the target, and what the report says about it."""
    if request.param == "linker":
        monkeypatch.setattr(onnxruntime, "linkers", list)
        return "onnxruntime", "sparse kernels for ONNX Runtime need a linker: none of ld, cc, gcc, clang is installed"

    def version(name: str, known: Callable[[str], str] = select.importlib.metadata.version) -> str:
        if name == "torch-mlir":
            raise select.importlib.metadata.PackageNotFoundError(name)
        return known(name)

    monkeypatch.setattr(engine, "available", lambda: False)
    monkeypatch.setattr(select.importlib.metadata, "version", version)
    return "cpu", "sparse kernels need a compiler: pip install 'sparsec[cpu-kernels]'"


def test_groups_need_no_kernel(clock: Clock, missing: tuple[str, str]) -> None:
    target, _ = missing
    choice = clock.kernels(target, "bfloat16").choose(layer_of(in_blocks()))
    assert clock.races == [["dense", "2 groups"]]
    assert (choice.format, choice.reason) == (GroupedGather((32, 40), 2), "2 groups of rows, measured 2.00x dense")


def test_where_groups_are_no_faster_the_reason_says_what_is_missing(clock: Clock, missing: tuple[str, str]) -> None:
    target, reason = missing
    clock.seconds["other"] = 2.0
    choice = clock.kernels(target).choose(layer_of(in_blocks()))
    assert (choice.format, choice.gain) == (None, 0.5)
    assert choice.reason == f"the best sparse kernel, 2 groups of rows, is 0.50x as fast as dense; {reason}"


def test_where_there_are_no_groups_the_reason_says_what_is_missing(
    clock: Clock, folder: Path, missing: tuple[str, str]
) -> None:
    target, reason = missing
    choice = clock.kernels(target).choose(layer_of(scattered()))
    assert (choice.format, choice.gain, choice.reason) == (None, None, reason)
    assert not clock.races and not folder.exists()


def test_a_linker_is_missing_for_onnx_runtime_alone(clock: Clock, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(onnxruntime, "linkers", list)
    clock.kernels("cpu").choose(layer_of(in_blocks()))
    assert clock.races == [["dense", "8x1", "4x1", "2 groups"]]


@pytest.fixture
def attempts(monkeypatch: pytest.MonkeyPatch) -> list[list[str]]:
    """A linker that is there and fails: what it was asked for."""
    asked = []

    def runners(programs: Mapping[str, Program], *_: object) -> Mapping[str, Callable[[], object]]:
        asked.append([name for name in programs if name != "dense"])
        if any(with_nodes(program)[1].matmuls for program in programs.values()):
            raise UserError("no-linker", "the kernels cannot be linked", note="ld says no")
        return dict.fromkeys(programs, lambda: (torch.zeros(()),))

    monkeypatch.setattr(onnxruntime, "linkers", lambda: ["ld"])
    monkeypatch.setattr(select_onnx, "runners", runners)
    return asked


def test_where_linking_fails_groups_of_rows_remain(clock: Clock, attempts: list[list[str]]) -> None:
    kernels = clock.kernels("onnxruntime")
    choice = kernels.choose(layer_of(in_blocks()))
    assert (choice.format, choice.gain) == (GroupedGather((32, 40), 2), 2.0)
    assert kernels.choose(layer_of(in_blocks())).format == choice.format
    assert attempts == [["8x1", "4x1", "2 groups"], ["2 groups"]]  # linking is not tried again


def test_where_linking_fails_and_there_are_no_groups_the_reason_is_said(
    clock: Clock, attempts: list[list[str]]
) -> None:
    choice = clock.kernels("onnxruntime").choose(layer_of(scattered()))
    assert (choice.format, choice.reason) == (None, "the kernels cannot be linked: ld says no")


@pytest.mark.parametrize("shape", [(0, 5), (5, 0), (0, 0)])
def test_an_empty_weight(clock: Clock, shape: tuple[int, int]) -> None:
    choice = clock.kernels("cpu").choose(layer_of(torch.zeros(shape)))
    assert (choice.format, choice.gain, choice.reason) == (None, None, "the weight is empty")
    assert not clock.races


def test_many_zeros_that_no_kernel_is_for(clock: Clock) -> None:
    weight = torch.zeros(1, 40)
    weight[0, 3] = 1
    choice = MeasuredKernels(Elsewhere()).choose(layer_of(weight))
    assert (choice.format, choice.reason) == (None, "there is no kernel for zeros that lie so")


def test_too_few_zeros(clock: Clock) -> None:
    """One row cannot fill a block of several, and alone it is slower than dense."""
    choice = clock.kernels("cpu").choose(layer_of(torch.ones(1, 40)))
    assert (choice.format, choice.gain, choice.reason) == (None, None, "too few zeros for any kernel")
    assert not clock.races


def test_a_weight_of_zeros(clock: Clock) -> None:
    assert clock.kernels("cpu").choose(layer_of(torch.zeros(32, 40))).gain == 2.0


def test_no_tokens(clock: Clock) -> None:
    assert clock.kernels("cpu").choose(layer_of(in_blocks(), tokens=0)).gain == 2.0


@pytest.mark.parametrize("target", ["cpu", "inductor", "onnxruntime"])
def test_targets(target: str, clock: Clock) -> None:
    assert kernels_for(target) == MeasuredKernels(target, None, gains_over_dense)
    assert kernels_for(target, "int8", clock) == MeasuredKernels(target, "int8", clock)


def test_a_target_without_kernels() -> None:
    assert kernels_for(Target()) is None


# -------------------------------------------------------------------- remembered


def test_a_layer_is_measured_once(clock: Clock) -> None:
    choice = clock.kernels("cpu").choose(layer_of(in_blocks()))
    clock.seconds["other"] = 0.1
    assert clock.kernels("cpu").choose(layer_of(in_blocks())) == choice
    assert clock.kernels("cpu").choose(layer_of(-in_blocks())) == choice  # the numbers do not matter
    assert len(clock.races) == 1
    assert [file for file in cache_file().parent.iterdir() if file.is_file()] == [cache_file()]


OTHERS: dict[str, Callable[[], SparseLayer]] = {
    "tokens": lambda: layer_of(in_blocks(), tokens=7),
    "bias": lambda: layer_of(in_blocks(), bias=True),
    "residual": lambda: layer_of(in_blocks(), residual=True),
    "activation": lambda: layer_of(in_blocks(), activation="relu"),
    "shape": lambda: layer_of(in_blocks().reshape(40, 32)),
    "dtype": lambda: layer_of(in_blocks().bfloat16()),
    "density": lambda: layer_of(in_blocks(density=0.6)),
    "pattern": lambda: layer_of(in_blocks(1)),
    "groups": lambda: layer_of(in_blocks(), pattern=replaced(groups={2: 0.5})),
    "order": lambda: layer_of(in_blocks(), pattern=replaced(order=torch.arange(32))),
}


def replaced(**options: object) -> Pattern:
    return dataclasses.replace(pattern_of(in_blocks()), **options)  # type: ignore[arg-type]


@pytest.mark.parametrize("differs", OTHERS)
def test_another_layer_is_measured_anew(clock: Clock, differs: str) -> None:
    kernels = clock.kernels("cpu")
    kernels.choose(layer_of(in_blocks()))
    kernels.choose(OTHERS[differs]())
    assert len(clock.races) == 2


def test_another_target_is_measured_anew(clock: Clock) -> None:
    for target in ("cpu", "inductor"):
        clock.kernels(target).choose(layer_of(in_blocks()))
    assert len(clock.races) == 2


def test_another_rounding_is_measured_anew(clock: Clock, monkeypatch: pytest.MonkeyPatch) -> None:
    for _ in range(2):
        for quantize in (None, "bfloat16", "int8"):
            clock.kernels("cpu", quantize).choose(layer_of(in_blocks()))
    assert len(clock.races) == 3


def test_another_number_of_threads_is_measured_anew(clock: Clock, monkeypatch: pytest.MonkeyPatch) -> None:
    for threads in (1, 2):
        monkeypatch.setattr(torch, "get_num_threads", lambda threads=threads: threads)
        clock.kernels("cpu").choose(layer_of(in_blocks()))
    assert len(clock.races) == 2


def test_another_machine_or_version_has_another_file(monkeypatch: pytest.MonkeyPatch) -> None:
    names = {cache_file()}
    monkeypatch.setattr(select, "processor", lambda: "another processor")
    names.add(cache_file())
    monkeypatch.setattr(select, "FORMAT_VERSION", select.FORMAT_VERSION + 1)
    names.add(cache_file())
    assert len(names) == 3


def test_on_another_machine_a_layer_is_measured_again(clock: Clock, monkeypatch: pytest.MonkeyPatch) -> None:
    """A cache folder that is copied, or shared, serves both machines."""
    here, layer = select.processor(), layer_of(in_blocks())
    choices = []
    for machine, seconds in ((here, 0.5), ("another processor", 2.0), (here, 2.0), ("another processor", 0.5)):
        monkeypatch.setattr(select, "processor", lambda machine=machine: machine)
        clock.seconds["other"] = seconds
        choices.append(clock.kernels("cpu").choose(layer).format)
    assert len(clock.races) == 2
    assert choices[0] == choices[2] is not None and choices[1] is choices[3] is None


def test_the_cache_lies_in_the_users_folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("SPARSEC_CACHE")
    monkeypatch.setattr(cache.platformdirs, "user_cache_dir", lambda *_, **__: str(tmp_path / "users"))
    assert cache_file().parent == tmp_path / "users"


@pytest.mark.parametrize(
    "text",
    ["", "{", "[]", "null", "{}", '{"gains": 3}', '{"gains": null}', '{"gains": []}', "\udcff"],
    ids=["empty", "cut off", "a list", "null", "no gains", "a number", "no object", "gains in a list", "no text"],
)
def test_a_damaged_file(clock: Clock, text: str) -> None:
    cache_file().parent.mkdir(parents=True)
    cache_file().write_bytes(text.encode(errors="surrogateescape"))
    assert clock.kernels("cpu").choose(layer_of(in_blocks())).gain == 2.0
    assert len(json.loads(cache_file().read_text())["gains"]) == 1


@pytest.mark.parametrize("damage", [{}, 3, {"8x1": "fast"}], ids=str)
def test_a_damaged_entry(clock: Clock, damage: object) -> None:
    layer = layer_of(in_blocks())
    clock.kernels("cpu").choose(layer)
    gains = json.loads(cache_file().read_text())["gains"]
    write_document(cache_file(), {"gains": dict.fromkeys(gains, damage)})
    assert clock.kernels("cpu").choose(layer).gain == 2.0
    assert len(clock.races) == 2


def test_other_entries_are_kept(clock: Clock) -> None:
    for tokens in (3, 4, 5):
        clock.kernels("cpu").choose(layer_of(in_blocks(), tokens=tokens))
    assert len(json.loads(cache_file().read_text())["gains"]) == 3


def test_what_two_processes_measure_is_kept(clock: Clock) -> None:
    """Both have read the file before either writes."""
    both = [clock.kernels("cpu"), clock.kernels("cpu")]
    assert not any(kernels._cache.gains for kernels in both)
    for tokens, kernels in enumerate(both, start=3):
        kernels.choose(layer_of(in_blocks(), tokens=tokens))
    assert len(json.loads(cache_file().read_text())["gains"]) == 2
    both[1].choose(layer_of(in_blocks(), tokens=3))  # what it finds when it writes, it knows
    assert len(clock.races) == 2


def test_a_folder_that_cannot_be_written(clock: Clock, folder: Path) -> None:
    folder.write_text("a file where the folder should be")
    for _ in range(2):
        assert clock.kernels("cpu").choose(layer_of(in_blocks())).gain == 2.0
    assert len(clock.races) == 2
    assert folder.read_text() == "a file where the folder should be"
