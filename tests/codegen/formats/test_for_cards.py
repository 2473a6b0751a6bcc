"""Formats for graphics cards: block sparse rows, groups of rows, 2:4, vectors of many rows."""

from __future__ import annotations

import itertools
from pathlib import Path

import onnx
import onnxruntime
import pytest
import torch
import torch.nn.functional as F
from torch import Tensor, nn

from sparsec.codegen.formats.alone import in_formats
from sparsec.codegen.formats.bsr import PARTS, SHORTEST, Bsr, work_items
from sparsec.codegen.formats.lane_vectors import LaneVectors
from sparsec.codegen.formats.n24 import N24
from sparsec.codegen.formats.patterns import pattern_of
from sparsec.codegen.formats.row_groups import RowGroups
from sparsec.codegen.formats.vector_blocks import VectorBlocks
from sparsec.codegen.mlir import engine
from sparsec.codegen.mlir.linker import linkers
from sparsec.codegen.onnx.export import export_onnx
from sparsec.codegen.operators import BSR_LINEAR, GATHER_LINEAR, N24_LINEAR
from sparsec.compiler.capture.models import capture
from sparsec.compiler.comparison import relative_error
from sparsec.compiler.ir.packing import Choice, Format, Means, SparseLayer
from sparsec.compiler.ir.program import Program
from sparsec.compiler.ir.target import Target
from sparsec.compiler.ir.verifier import verify
from sparsec.compiler.ir.window import Window
from sparsec.compiler.pipeline import Pipeline, packing_steps
from sparsec.passes.base import Context
from sparsec.runtime.select import MeasuredKernels, runs_on
from sparsec.runtime.targets import get

TILES = ((32, 32), (64, 64), (128, 64), (16, 1), (32, 1), (64, 1), (128, 1))
EXACT = 1e-10


def random(*shape: int, seed: int = 0) -> Tensor:
    return torch.randn(shape, generator=torch.Generator().manual_seed(seed), dtype=torch.float64)


def drawn(seed: int) -> Tensor:
    """A weight in blocks of some size, or scattered, with rows and columns of zeros, or none, or nothing else."""
    dice = torch.Generator().manual_seed(seed)
    rows, columns, high, wide, kind = (int(torch.randint(most, (1,), generator=dice)) for most in (150, 150, 70, 70, 6))
    weight = random(rows + 1, columns + 1, seed=seed)
    density = (0.0, 0.1, 0.3, 0.7, 0.3, 1.0)[kind]
    kept = torch.rand(rows // (high + 1) + 1, columns // (wide + 1) + 1, generator=dice) < density
    weight *= kept.repeat_interleave(high + 1, 0).repeat_interleave(wide + 1, 1)[: rows + 1, : columns + 1]
    if kind == 4:
        weight[torch.rand(rows + 1, generator=dice) < 0.5] = -0.0
        weight *= torch.rand(weight.shape, generator=dice) < 0.5
    return weight


def in_tiles(rows: int, columns: int, high: int = 64, wide: int = 64, density: float = 0.3) -> Tensor:
    kept = torch.rand(rows // high, columns // wide, generator=torch.Generator().manual_seed(1)) < density
    return random(rows, columns) * kept.repeat_interleave(high, 0).repeat_interleave(wide, 1)


def two_of_four(rows: int, columns: int, seed: int = 0) -> Tensor:
    order = random(rows, columns // 4, 4, seed=seed + 1).argsort(2)
    return random(rows, columns, seed=seed) * (order < 2).reshape(rows, columns)


def layer_of(weight: Tensor, tokens: int = 1, window: Window | None = None) -> SparseLayer:
    return SparseLayer(weight, pattern_of(weight, TILES), tokens, window)


def offered(kind: type[Format], weight: Tensor, tokens: int = 1, window: Window | None = None) -> list[str]:
    return [*kind.candidates(layer_of(weight, tokens, window), Means())]


# -------------------------------------------------------------------- weights of all kinds


@pytest.mark.parametrize("tile", [(4, 8), (32, 32), (64, 64), (128, 64)], ids=str)
@pytest.mark.parametrize("seed", range(12))
def test_block_sparse_rows_of_any_weight(seed: int, tile: tuple[int, int]) -> None:
    weight = drawn(seed)
    form = Bsr((weight.shape[0], weight.shape[1]), *tile)
    packed = form.pack(weight)
    assert torch.equal(form.unpack(packed), weight)
    x, bias = random(3, 2, weight.shape[1], seed=1), random(len(weight), seed=2)
    residual = random(3, 2, len(weight), seed=3)
    tables = (packed.values, packed.columns, packed.rows, packed.parts)
    found = BSR_LINEAR.op(x, *tables, bias, residual, len(weight), "tanh")
    torch.testing.assert_close(found, torch.tanh(F.linear(x, weight, bias) + residual), rtol=EXACT, atol=EXACT)


@pytest.mark.parametrize("group", [(8, 4), (64, 32), (128, 64)], ids=str)
@pytest.mark.parametrize("seed", range(12))
def test_groups_of_rows_of_any_weight(seed: int, group: tuple[int, int]) -> None:
    weight = drawn(seed)
    form = RowGroups((weight.shape[0], weight.shape[1]), *group)
    packed = form.pack(weight)
    assert torch.equal(form.unpack(packed), weight)
    lists = [*packed.columns.split([group[1] * int(count) for count in packed.starts.diff()])]
    assert all(len({*columns.tolist()}) == len(columns) for columns in lists), "none twice"
    x, bias = random(weight.shape[1], 3, 2, seed=1), random(len(weight), seed=2)
    tables = (packed.values, packed.columns, packed.starts)
    found = GATHER_LINEAR.op(x, *tables, bias, None, len(weight), "", True, True)
    expected = F.linear(x.movedim(0, -1), weight, bias).movedim(-1, 0)
    torch.testing.assert_close(found, expected, rtol=EXACT, atol=EXACT)


@pytest.mark.parametrize("kept", [0, 1, 2])
def test_two_of_four_of_any_weight(kept: int) -> None:
    """Every place of two numbers, and of fewer."""
    masks = [mask for mask in itertools.product([0.0, 1.0], repeat=4) if sum(mask) <= kept]
    weight = random(3, 4 * len(masks)) * torch.tensor(masks, dtype=torch.float64).flatten()
    weight = F.pad(weight, (0, -weight.shape[1] % 8))
    form = N24((3, weight.shape[1]))
    packed = form.pack(weight)
    assert packed.values.shape == (3, weight.shape[1] // 4, 2) and packed.codes.shape == (3, weight.shape[1] // 8)
    assert torch.equal(form.unpack(packed), weight)
    x = random(5, weight.shape[1], seed=1)
    found = N24_LINEAR.op(x, packed.values, packed.codes, None, None, "relu")
    torch.testing.assert_close(found, F.linear(x, weight).relu(), rtol=EXACT, atol=EXACT)


def test_the_codes_of_two_fours() -> None:
    weight = torch.tensor([[0.0, 3.0, 0.0, 4.0, 5.0, 0.0, 6.0, 0.0]])
    packed = N24((1, 8)).pack(weight)
    assert packed.values.tolist() == [[[3.0, 4.0], [5.0, 6.0]]]
    assert packed.codes.tolist() == [[1 | 3 << 2 | 0 << 4 | 2 << 6]]


@pytest.mark.parametrize("weight", [torch.ones(2, 8), torch.zeros(2, 12), torch.zeros(3, 8)], ids=["3:4", "12", "rows"])
def test_what_is_not_two_of_four_is_not_packed(weight: Tensor) -> None:
    with pytest.raises(ValueError, match="a weight"):
        N24((2, 8)).pack(weight) if weight.shape[1] == 8 else N24((2, 12)).pack(weight)


FORMS = {
    "bsr": (Bsr((96, 80), 32, 32), in_tiles(96, 80, 32, 16)),
    "groups": (RowGroups((96, 80), 32, 32), in_tiles(96, 80, 32, 1)),
    "2:4": (N24((96, 80)), two_of_four(96, 80)),
    "vectors": (LaneVectors((96, 80), 32), in_tiles(96, 80, 32, 1)),
}


@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16, torch.float32])
@pytest.mark.parametrize("name", FORMS)
def test_numbers_are_kept_to_the_bit(name: str, dtype: torch.dtype) -> None:
    form, weight = FORMS[name]
    weight = weight.to(dtype)
    odd = weight.nonzero()[:3].T
    weight[odd[0], odd[1]] = torch.tensor([float("nan"), float("inf"), torch.finfo(dtype).smallest_normal / 2]).to(
        dtype
    )
    found = form.unpack(form.pack(weight))
    bits = torch.int32 if dtype is torch.float32 else torch.int16
    kept = (weight != 0) & (~weight.isnan() if name == "vectors" else True)  # those are added to zeros
    assert torch.equal(found.isnan(), weight.isnan()) and not found[weight == 0].any()
    assert torch.equal(found.view(bits)[kept], weight.view(bits)[kept])


def test_groups_list_what_they_do_not_read_last() -> None:
    weight = torch.zeros(6, 7)
    weight[0, 2] = weight[2, 5] = weight[3:, :] = 1
    packed = RowGroups((6, 7), 3, 4).pack(weight)
    assert packed.starts.tolist() == [0, 1, 3]
    assert packed.columns.tolist() == [2, 5, 0, 1, *range(8)]
    assert packed.values[0].tolist() == [[1, 0, 0, 0], [0, 0, 0, 0], [0, 1, 0, 0]]
    assert not packed.values[2, :, 3].any(), "there is no eighth column"


@pytest.mark.parametrize("counts", [[0, 0], [3, 40, 0, 5], [9000, 1, 700], []], ids=str)
def test_work_is_cut_into_parts_of_like_length(counts: list[int]) -> None:
    rows, parts = work_items(torch.tensor(counts, dtype=torch.int64))
    lengths = (parts[:, 2] - parts[:, 1]).tolist()
    assert (rows[:, 2] - rows[:, 1]).tolist() == sorted(counts, reverse=True)
    assert lengths == sorted(lengths, reverse=True) and sum(lengths) == sum(counts)
    assert max(lengths, default=0) <= max(SHORTEST, -(-sum(counts) // PARTS))
    assert len(parts) <= PARTS + len(counts)


# -------------------------------------------------------------------- which layers they are for


def test_blocks_are_offered_where_they_hold_few_zeros() -> None:
    assert offered(Bsr, in_tiles(512, 512)) == ["64x64 bsr"]
    assert offered(Bsr, in_tiles(512, 512, 128)) == ["128x64 bsr", "64x64 bsr"]
    assert offered(Bsr, in_tiles(512, 512, 32, 32)) == ["32x32 bsr"]
    assert offered(Bsr, in_tiles(512, 512), window=Window((1, 1))) == ["64x64 bsr"]
    for weight in (torch.ones(256, 256), in_tiles(256, 256, 1, 1)):
        assert not offered(Bsr, weight)
    assert not offered(Bsr, in_tiles(512, 512), window=Window((1, 1), (2, 2)))


def test_groups_are_offered_where_many_rows_share_columns() -> None:
    assert offered(RowGroups, in_tiles(256, 256, 64, 1)) == ["groups of 64 rows, chunks of 32"]
    assert offered(RowGroups, in_tiles(256, 4096, 128, 1)) == [
        "groups of 64 rows, chunks of 64",
        "groups of 128 rows, chunks of 64",
    ]
    assert not offered(RowGroups, in_tiles(256, 256, 16, 1, 0.5))
    assert not offered(RowGroups, in_tiles(256, 256, 64, 1), window=Window((3, 3)))


def test_two_of_four_is_offered_where_the_weight_is() -> None:
    assert offered(N24, two_of_four(16, 32)) == ["2:4"]
    assert not offered(N24, two_of_four(16, 36))
    assert not offered(N24, in_tiles(16, 32, 1, 1))


def test_vectors_are_offered_for_a_few_tokens() -> None:
    weight = in_tiles(128, 96, 32, 1)
    assert offered(LaneVectors, weight) == ["vectors of 16 rows", "vectors of 32 rows"]
    assert offered(LaneVectors, in_tiles(128, 96, 16, 1), tokens=4) == ["vectors of 16 rows"]
    assert not offered(LaneVectors, weight, tokens=5)
    mixed = in_tiles(128, 96, 32, 1, 0.5)[torch.randperm(128, generator=torch.Generator().manual_seed(0))]
    assert offered(LaneVectors, mixed) == ["vectors of 16 rows"]  # it is written in the order that was found


@pytest.mark.parametrize("target", ["cpu", "inductor", "onnxruntime"])
def test_they_do_not_compete_on_processors(target: str) -> None:
    kinds = (Bsr, RowGroups, N24, LaneVectors)
    for weight in (in_tiles(256, 256), in_tiles(256, 256, 64, 1), two_of_four(16, 32)):
        kernels = MeasuredKernels(target)
        layer = SparseLayer(weight.float(), pattern_of(weight, kernels._target.tiles), 1)
        assert not any(isinstance(form, kinds) for form in kernels._forms(layer, native=True).values())


@pytest.mark.parametrize("target", ["cuda:sm_90", "hip:gfx942"])
def test_they_compete_on_cards(target: str) -> None:
    card = get(target)
    assert {*TILES} == {*card.tiles}
    assert all(runs_on(kind, card) for kind in (Bsr, RowGroups, N24, LaneVectors))
    assert not runs_on(VectorBlocks, card)


# -------------------------------------------------------------------- in a model


class Pruned:
    """Says that a format is faster for every layer that it is offered for."""

    quantize = None

    def __init__(self, kind: type[Format]) -> None:
        self.kind, self.chosen = kind, dict[str, Choice]()

    def choose(self, layer: SparseLayer) -> Choice:
        forms = [*self.kind.candidates(layer, Means()).values()]
        return Choice(forms[0] if forms else None, 2.0, "twice as fast")


class Card(Target):
    """Asks about tiles."""

    tiles = TILES
    kernel_dtypes = (torch.float16, torch.bfloat16, torch.float32)


class Gating(Card):
    """Has kernels that multiply with a gate."""

    lowers = "cuda"


class Block(nn.Module):
    """Two convolutions of single places, and a layer behind."""

    def __init__(self) -> None:
        super().__init__()
        self.up, self.down, self.head = nn.Conv2d(64, 192, 1), nn.Conv2d(192, 64, 1, bias=False), nn.Linear(64, 128)
        with torch.no_grad():
            self.up.weight.copy_(in_tiles(192, 64, density=0.5)[..., None, None])
            self.down.weight.copy_(in_tiles(64, 192, density=0.5)[..., None, None])
            self.head.weight.copy_(in_tiles(128, 64, 128, 1, 0.25))

    def forward(self, x: Tensor) -> Tensor:
        y = F.relu(self.down(F.silu(self.up(x))) + x)
        hidden: Tensor = self.head(y.mean((2, 3)))
        return hidden


def packed(model: nn.Module, x: Tensor, kind: type[Format], target: Target | None = None) -> Program:
    program = capture(model.eval(), (x,), dynamic_shapes=({0: torch.export.Dim.DYNAMIC},))
    assert Pipeline(packing_steps()).run(program, Context(kernels=Pruned(kind), target=target or Card()))
    verify(program)
    return program


def operators(program: Program) -> list[str]:
    found = [str(node.target) for node in program.nodes() if node.op == "call_function"]
    return [name.removesuffix(".default") for name in found]


@pytest.mark.parametrize("memory", [torch.contiguous_format, torch.channels_last], ids=["planes", "channels last"])
def test_convolutions_of_single_places(memory: torch.memory_format) -> None:
    model, x = Block().to(memory_format=memory), random(2, 64, 5, 7).float().to(memory_format=memory)
    program = packed(model, x, Bsr)
    assert operators(program) == [
        *("aten.permute", "sparsec.bsr_linear", "aten.permute"),
        *("aten.permute", "aten.permute", "sparsec.bsr_linear", "aten.permute"),
        *("aten.mean.dim", "aten.linear"),
    ]
    for given in (x, x[:1], torch.cat([x, x])):
        with torch.no_grad():
            assert relative_error(program.run((given,)), [model(given)]) <= 2e-6


class Gated(nn.Module):
    """A layer and another that gates it, of tokens or of places in images; what multiplies stands first or last."""

    def __init__(self, first: bool, images: bool, kind: type[Format]) -> None:
        super().__init__()
        self.first = first
        self.up, self.gate = (nn.Conv2d(128, 128, 1) if images else nn.Linear(128, 128) for _ in range(2))
        tile = {RowGroups: (64, 1), LaneVectors: (16, 1)}.get(kind, (32, 32))
        with torch.no_grad():
            for layer in (self.up, self.gate):
                kept = two_of_four(128, 128) if kind is N24 else in_tiles(128, 128, *tile, 0.3)
                layer.weight.copy_(kept.reshape(layer.weight.shape))

    def forward(self, x: Tensor) -> Tensor:
        gate = F.silu(self.gate(x))
        return (gate * self.up(x) if self.first else self.up(x) * gate) * 2.0


@pytest.mark.parametrize("images", [False, True], ids=["tokens", "images"])
@pytest.mark.parametrize("first", [False, True])
@pytest.mark.parametrize("kind", [Bsr, RowGroups, N24])
def test_a_gate_is_multiplied_with_in_the_kernel(kind: type[Format], first: bool, images: bool, tmp_path: Path) -> None:
    model, x = Gated(first, images, kind), random(2, 128, 5, 7).float() if images else random(6, 128).float()
    program = packed(model, x, kind, Gating())
    found = [name for name in operators(program) if name != "aten.permute"]
    (operator,) = (one.name.replace("::", ".") for one in kind.operators)
    assert found == [operator, operator, "aten.mul.Tensor"], "by a number: that is no gate"
    gates = [BSR_LINEAR, GATHER_LINEAR, N24_LINEAR][[Bsr, RowGroups, N24].index(kind)]
    held = [gates.bound(node) for node in program.nodes() if node.target is gates.op]
    assert sum(one["gate"] is not None for one in held) == 1
    export_onnx(program, tmp_path / "model.onnx")
    session = onnxruntime.InferenceSession(tmp_path / "model.onnx")
    for given in (x, torch.cat([x, x])):
        with torch.no_grad():
            expected = model(given)
        assert relative_error(program.run((given,)), [expected]) <= 2e-6
        assert relative_error([torch.from_numpy(session.run(None, {"x": given.numpy()})[0])], [expected]) <= 2e-6


def test_vectors_are_multiplied_with_a_gate_in_the_kernel(tmp_path: Path) -> None:
    """On cards; what computes them on a processor leaves it to the reference, or to an operation of its own."""
    model, x = Gated(True, False, LaneVectors), random(3, 128).float()
    program = packed(model, x, LaneVectors, Gating())
    assert operators(program) == ["sparsec.vblock_linear", "sparsec.vblock_linear", "aten.mul.Tensor"]
    with torch.no_grad():
        expected = model(x)
        assert relative_error(program.run((x,)), [expected]) <= 2e-6
    if not (engine.available() and linkers()):
        return
    export_onnx(program, tmp_path / "model.onnx")
    options = onnxruntime.SessionOptions()
    options.register_custom_ops_library(str(tmp_path / "model.sparsec.so"))
    found = onnxruntime.InferenceSession(tmp_path / "model.onnx", options).run(None, {"x": x.numpy()})
    assert relative_error([torch.from_numpy(found[0])], [expected]) <= 2e-6


@pytest.mark.parametrize("kind", [Bsr, LaneVectors])
def test_without_such_kernels_a_gate_stays_an_operation(kind: type[Format]) -> None:
    model, x = Gated(True, False, Bsr), random(3, 128).float()
    program = packed(model, x, kind, Card())
    assert operators(program).count("aten.mul.Tensor") == 2
    with torch.no_grad():
        assert relative_error(program.run((x,)), [model(x)]) <= 2e-6


def test_a_layer_alone_is_written_with_its_gate() -> None:
    weight = in_tiles(128, 192).float()
    layer = SparseLayer(weight, pattern_of(weight, TILES), 3, activation="silu", gate=True)
    programs = in_formats(layer, Bsr.candidates(layer, Means()))
    assert operators(programs["dense"]) == ["aten.linear", "aten.silu", "aten.mul.Tensor"]
    assert all(operators(form) == ["sparsec.bsr_linear"] for name, form in programs.items() if name != "dense")
    assert len(programs) > 1
    results = [program.run(program.inputs) for program in programs.values()]
    assert relative_error(results[1], results[0]) <= 2e-6


@pytest.mark.parametrize("kind", [Bsr, RowGroups])
def test_a_model_in_onnx_is_dense(kind: type[Format], tmp_path: Path) -> None:
    model, x = Block(), random(2, 64, 5, 7).float()
    program = packed(model, x, kind)
    path = export_onnx(program, tmp_path / "model.onnx")
    written = onnx.load(path).graph
    assert {node.domain for node in written.node} == {""} and not {*tmp_path.glob("*.so")}
    names = [weight.name for weight in written.initializer]
    assert not any(name.endswith(("_values", "_columns", "_parts")) for name in names)
    session = onnxruntime.InferenceSession(path)
    for given in (x, torch.cat([x, x])):
        with torch.no_grad():
            expected = model(given)
        assert relative_error([torch.from_numpy(session.run(None, {"x": given.numpy()})[0])], [expected]) <= 2e-6


@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16])
def test_half_precision_is_exported_and_loaded(dtype: torch.dtype, tmp_path: Path) -> None:
    weight = in_tiles(128, 192)
    model, x = nn.Linear(192, 128), random(3, 192).to(dtype)
    with torch.no_grad():
        model.weight.copy_(weight)
    model = model.to(dtype)
    program = packed(model, x, Bsr)
    torch.export.save(torch.export.export(program.module, (x,)), tmp_path / "layer.pt2")
    found = torch.export.load(tmp_path / "layer.pt2").module()(x)
    assert found.dtype == dtype and torch.equal(found, program.run((x,))[0])
    torch.testing.assert_close(found, model(x))


def test_torch_compile_finds_one_graph() -> None:
    layer = SparseLayer(in_tiles(128, 192).float(), pattern_of(in_tiles(128, 192), TILES), 3)
    forms = {name: form for kind in (Bsr, RowGroups) for name, form in kind.candidates(layer, Means()).items()}
    for program in in_formats(layer, forms).values():
        torch.compiler.reset()
        compiled = torch.compile(program.module, backend="aot_eager", fullgraph=True)
        with torch.no_grad():
            (found,) = compiled(*program.inputs)
            assert torch.equal(found, program.run(program.inputs)[0])
