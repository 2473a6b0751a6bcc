"""Files for ONNX Runtime's provider for cards: which layers have operators, with which kernels, and what is refused."""

from __future__ import annotations

import ctypes
import subprocess
from pathlib import Path
from types import SimpleNamespace

import onnx
import onnxruntime
import pytest
import torch
from torch import nn

import sparsec
from sparsec.codegen import triton
from sparsec.codegen.formats.alone import in_formats
from sparsec.codegen.formats.bsr import Bsr
from sparsec.codegen.formats.patterns import pattern_of
from sparsec.codegen.formats.row_groups import RowGroups
from sparsec.codegen.mlir import engine, linker
from sparsec.codegen.onnx.export import export_onnx
from sparsec.codegen.operators import GATHER_LINEAR, N24_LINEAR
from sparsec.codegen.operators.base import registered
from sparsec.codegen.triton.build import Binary
from sparsec.codegen.triton.cards import card_for
from sparsec.codegen.triton.lowerings import lowering
from sparsec.compiler.errors import UserError
from sparsec.compiler.ir.packing import SparseLayer
from sparsec.runtime.gpu import for_onnx
from sparsec.runtime.gpu.for_onnx import card_operators

WRITES = triton.version() and engine.available() and linker.linkers()


@pytest.mark.skipif(not WRITES, reason="needs Triton, torch-mlir and a linker")
def test_a_file_with_machine_code_for_a_card(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SPARSEC_CACHE", str(tmp_path))
    kept = (torch.rand(4, 8) < 0.4).repeat_interleave(64, 0).repeat_interleave(64, 1)
    weight = (torch.randn(256, 512) * kept).half()
    layer = SparseLayer(weight, pattern_of(weight), 2, bias=True, activation="relu")
    program = in_formats(layer, {"bsr": Bsr(layer.shape, 64, 64)})["bsr"]
    first_schedule(monkeypatch)
    cards = card_operators(program, ["sm_90"])
    (operator,) = cards.values()
    assert operator.kind == "bsr_linear" and [plan[0] for plan in operator.plans] == ["sm_90"]
    assert operator.plans[0][2].binary.code[:4] == b"\x7fELF"
    file = export_onnx(program, tmp_path / "model.onnx", cards=cards)
    (node,) = (node for node in onnx.load(file).graph.node if node.domain == "sparsec")
    assert node.op_type == operator.name and len(node.output) == 2
    library = tmp_path / "model.sparsec.so"
    assert ctypes.CDLL(str(library)).RegisterCustomOps
    missing = subprocess.run(["nm", "-D", "-u", str(library)], capture_output=True, text=True, check=True).stdout
    assert {line.split()[-1] for line in missing.splitlines()} == {"dlopen", "dlsym"}  # both weak
    with pytest.raises(UserError, match=r"are for graphics cards \(sm_90\)") as caught:
        sparsec.load(file)
    assert caught.value.code == "missing-device"
    options = onnxruntime.SessionOptions()
    options.log_severity_level = 4
    options.register_custom_ops_library(str(library))
    with pytest.raises(Exception, match="sparse layers run on a graphics card of NVIDIA's"):
        onnxruntime.InferenceSession(str(file), options, providers=["CPUExecutionProvider"])


def test_who_has_no_operators() -> None:
    small = sparsec.compile(nn.Linear(8, 8).eval(), (torch.ones(2, 8),), measure=False)
    for asked, code, words in (
        (["sm_90"], "bad-option", "no sparse layer with kernels"),
        (["gfx942"], "bad-option", "MI300X"),
        (["sm_1"], "unknown-option", "sm_1"),
    ):
        with pytest.raises(UserError, match=words) as caught:
            small.export_onnx("never.onnx", cuda_kernels=asked)
        assert caught.value.code == code
    assert not Path("never.onnx").exists()


def first_schedule(monkeypatch: pytest.MonkeyPatch) -> None:
    """The first schedule is the best."""

    def ranked(name: str, problem: object, card: object) -> list[object]:
        how = lowering(registered()[name])
        assert how is not None
        found = how.schedules(problem, card.arch)  # type: ignore[arg-type, attr-defined]
        return [SimpleNamespace(schedule=one, fault="") for one in found]

    monkeypatch.setattr(for_onnx, "ranked", ranked)


def without_triton(monkeypatch: pytest.MonkeyPatch) -> None:
    """The first schedule is the best, and its machine code is its name."""
    first_schedule(monkeypatch)
    facts = {"shared": 0, "warps": 4, "lanes": 32, "trailing": 2, "scratch": 0, "scratch_align": 1, "triton": "0"}

    def build(schedule: object, dtype: torch.dtype, arch: str, folder: object) -> Binary:
        given = {"arguments": tuple(schedule.signature(dtype).items()), "schedule": schedule.key}  # type: ignore[attr-defined]
        return Binary(arch=arch, code=schedule.key.encode(), entry="f", dtype=str(dtype), **facts, **given)  # type: ignore[attr-defined]

    monkeypatch.setattr(for_onnx, "build", build)


def test_a_kernel_for_any_number_of_tokens(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is taken for granted that holds for one number alone; the last kernel takes all that it can count."""
    without_triton(monkeypatch)
    weight, how = torch.randn(128, 512), lowering(GATHER_LINEAR)
    assert how is not None
    arguments = {"x": torch.randn(512, 64), **vars(RowGroups((128, 512), 64, 32).pack(weight)), "bias": None}
    arguments |= {"residual": None, "out_features": 128, "activation": "", "columns_first": True, "rows_first": True}
    plans = for_onnx._plans(how, arguments, card_for("sm_90"), (1, 16, 32, 64, 512))
    assert [tokens for tokens, _ in plans] == [16, 32, (2**31 - 1) // 512]  # of 1 and 16 the same
    assert not any(" T%16" in plan.binary.schedule for _, plan in plans)
    assert plans[0][1].slots and not plans[-1][1].slots
    alone = for_onnx._plans(how, arguments, card_for("sm_90"), ())
    assert [tokens for tokens, _ in alone] == [(2**31 - 1) // 512] and " T%16" in alone[0][1].binary.schedule


def test_a_layer_that_lacks_a_kernel_for_many_tokens_stays_dense(monkeypatch: pytest.MonkeyPatch) -> None:
    without_triton(monkeypatch)
    how = lowering(N24_LINEAR)
    assert how is not None
    arguments = {"x": torch.randn(1, 64), "values": torch.randn(32, 16, 2), "codes": torch.zeros(32, 8).byte()}
    arguments |= {"bias": None, "residual": None, "activation": ""}
    assert for_onnx._plans(how, arguments, card_for("sm_90"), ())
    assert not for_onnx._plans(how, arguments, card_for("sm_90"), (1, 16))
