"""Layers in sparse formats on a card that is not here: kernels are built for it, judged, saved, and found again."""

from __future__ import annotations

import ctypes
import json
from pathlib import Path

import pytest
import torch

from sparsec.codegen import triton
from sparsec.codegen.formats.alone import in_formats
from sparsec.codegen.formats.patterns import pattern_of
from sparsec.codegen.formats.vector_blocks import VectorBlocks
from sparsec.codegen.operators import VBLOCK_LINEAR
from sparsec.codegen.triton.cards import H200
from sparsec.codegen.triton.lowerings import lowering
from sparsec.compiler.errors import UserError
from sparsec.compiler.ir.packing import SparseLayer
from sparsec.compiler.ir.program import Program
from sparsec.runtime.gpu import binaries, layers
from sparsec.runtime.gpu.model import predicted
from sparsec.runtime.targets import get

pytestmark = pytest.mark.skipif(not triton.version(), reason="Triton is not installed")
ROWS, COLUMNS = 4096, 4096


@pytest.fixture(scope="module", autouse=True)
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A cache that the tests of this file share: building takes seconds."""
    with pytest.MonkeyPatch.context() as patch:
        folder = tmp_path_factory.mktemp("cache")
        patch.setenv("SPARSEC_CACHE", str(folder))
        yield folder


@pytest.fixture(scope="module")
def forms() -> dict[str, Program]:
    """A layer for one token, dense and in vectors of 16 rows, with what follows it."""
    random = torch.Generator().manual_seed(0)
    kept = (torch.rand(ROWS // 16, COLUMNS, generator=random) < 0.2).repeat_interleave(16, 0)
    weight = (torch.randn(ROWS, COLUMNS, generator=random) * kept).bfloat16()
    layer = SparseLayer(weight, pattern_of(weight), 1, bias=True, activation="silu")
    return in_formats(layer, {"16x1": VectorBlocks(layer.shape, 16)})


def test_a_call_is_a_problem(forms: dict[str, Program]) -> None:
    (node,) = (node for node in forms["16x1"].graph.nodes if node.target is VBLOCK_LINEAR.op)
    problem = layers.problem_of(VBLOCK_LINEAR, node, forms["16x1"])
    assert problem is not None and problem.tile == (16, 1) and problem.dtype is torch.bfloat16
    assert (problem.rows, problem.columns, problem.tokens) == (ROWS, COLUMNS, 1)
    assert problem.bias and not problem.residual and problem.activation == "silu"
    values = forms["16x1"].weights()["weight_values"]
    assert problem.stored == values.numel() and 0.19 < problem.stored / (ROWS * COLUMNS) < 0.21


def test_no_kernel_fits_activations_of_another_dtype_or_none_at_all() -> None:
    packed = [*vars(VectorBlocks((32, 40), 16).pack(torch.randn(32, 40))).values()]
    how, rest = lowering(VBLOCK_LINEAR), (None, None, 32, 0, "", False, False)
    assert how is not None and how.problem(torch.randn(1, 40), *packed, *rest) is not None
    assert how.problem(torch.randn(1, 40).double(), *packed, *rest) is None
    assert how.problem(torch.randn(0, 40), *packed, *rest) is None


def test_a_sparse_layer_is_predicted_faster_and_the_remark_says_why(forms: dict[str, Program]) -> None:
    seconds = {name: sum(predicted(form, H200, layers.rules()).values()) for name, form in forms.items()}
    assert seconds["dense"] / seconds["16x1"] > 2
    remark = layers.remark(forms["16x1"], H200, seconds["dense"])
    for words in ("at most ", "x; bound by ", "16 x 1 vectors", " registers, no spills"):
        assert words in remark
    assert layers.remark(forms["dense"], H200, 1.0) == ""


def test_a_file_carries_the_kernels(forms: dict[str, Program], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    target = get("cuda:sm_90")
    code = json.loads(json.dumps(target.code_of(forms["16x1"])))
    assert target.code_of(forms["dense"]) == {}
    monkeypatch.setattr(binaries, "_held", {})
    target.hold_code(code)
    (held,) = binaries._held.values()
    (node,) = (node for node in forms["16x1"].graph.nodes if node.target is VBLOCK_LINEAR.op)
    best = layers.prediction(node, forms["16x1"], H200)
    assert best is not None and binaries.held(best.schedule, torch.bfloat16, "sm_90") is held
    assert binaries.held(best.schedule, torch.float16, "sm_90") is None
    assert binaries.held(best.schedule, torch.bfloat16, "sm_80") is None
    assert held.code.startswith(b"\x7fELF") and held.assembly == ""


def test_a_launch_hands_over_addresses_and_numbers_in_order(forms: dict[str, Program]) -> None:
    (binary,) = layers.binaries(forms["16x1"], H200)
    x = torch.zeros(16)
    arguments = {name: x if kind.startswith("*") else 7 + at for at, (name, kind) in enumerate(binary.arguments)}
    given = binaries.parameters(arguments, binary)
    assert len(given) == len(binary.arguments) + binary.trailing
    for at, (value, (_, kind)) in enumerate(zip(given, binary.arguments, strict=False)):
        wanted = (ctypes.c_void_p, x.data_ptr()) if kind.startswith("*") else (ctypes.c_int32, 7 + at)
        assert (type(value), value.value) == wanted
    assert all(value.value is None for value in given[len(binary.arguments) :])


@pytest.mark.parametrize("code", [{}, {"binaries": [{}]}, {"binaries": [{"layout": 1, "code": "!"}]}, {"binaries": 3}])
def test_damaged_kernels_are_refused(code: dict[str, object]) -> None:
    with pytest.raises(UserError, match="the kernels for graphics cards in the file cannot be read"):
        binaries.hold(code)
