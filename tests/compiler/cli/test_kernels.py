"""``sparsec kernels``: what is said of machine code for cards that are not here."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import pytest
import torch
from onnx import helper
from torch import Tensor, nn

from sparsec.codegen.formats.vector_blocks import VectorBlocks
from sparsec.codegen.triton import build as building
from sparsec.codegen.triton import facts, predicted
from sparsec.codegen.triton.base import Schedule
from sparsec.compiler.cli import main

pytest.importorskip("triton")
Run = Callable[[str], tuple[int, str, str]]


class Packed(nn.Module):
    """Two layers alike, of 16 x 1 vectors."""

    def __init__(self) -> None:
        super().__init__()
        generator = torch.Generator().manual_seed(0)
        weight = torch.randn(64, 64, generator=generator) * (torch.rand(64, 64, generator=generator) < 0.1)
        packed = VectorBlocks((64, 64), 16).pack(weight.bfloat16())
        for name in ("values", "indices", "starts"):
            self.register_buffer(name, getattr(packed, name))

    def forward(self, x: Tensor) -> Tensor:
        for _ in range(2):
            layer = (self.values, self.indices, self.starts, None, None)
            x = torch.ops.sparsec.vblock_linear(x, *layer, 64, 0, "relu", False, False)
        return x


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("cache")


@pytest.fixture
def run(cache: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Runs a command line; gives exit code, stdout, stderr."""
    monkeypatch.setenv("SPARSEC_CACHE", str(cache))

    def line(words: str) -> tuple[int, str, str]:
        capsys.readouterr()
        code = main(words.split())
        return code, *capsys.readouterr()

    return line


@pytest.fixture
def model(tmp_path: Path) -> Path:
    path = tmp_path / "packed.pt2"
    torch.export.save(torch.export.export(Packed(), (torch.ones(1, 64, dtype=torch.bfloat16),)), path)
    return path


def test_a_kernel_is_judged_for_a_shape(run: Run) -> None:
    code, out, err = run("kernels --kernel vblock_matvec --rows 1024 --columns 2048 --tokens 1")
    assert (code, err) == (0, "")
    assert "vblock_matvec: 1024 x 2048 bfloat16, 10% of it stored, 1 token; at most 1." in out
    rows = [line for line in out.splitlines() if line.startswith("decode, 16 x 1")]
    assert rows and all("fma" in line and "16B" in line and "x" in line and "%" in line for line in rows)
    assert "not measured" in out and "predicted" in out and "…" not in out


def test_the_same_as_json_out_of_the_cache(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    line = "kernels --kernel vblock_matvec --rows 1024 --columns 2048 --tokens 1 --json"
    first = run(line)
    monkeypatch.setattr(building, "_compiled", lambda *_: pytest.fail("it was compiled again"))
    monkeypatch.setattr(facts, "_nvidia", lambda *_: pytest.fail("it was disassembled again"))
    facts.facts.cache_clear()
    assert run(line) == first and first[0] == 0
    document = json.loads(first[1])
    assert (document["card"], document["arch"]) == ("H200 SXM", "sm_90")
    found = document["kernels"][0]
    assert found["problem"]["tile"] == [16, 1] and found["problem"]["dtype"] == "bfloat16" and found["at_most"] > 1
    told = found["schedules"][0]["facts"]
    assert told["spills"] == 0 and told["registers"] > 0 and told["size"] > 1000 and told["weight"] > 0
    assert found["schedules"][0]["predicted"]["us"] >= found["schedules"][0]["limit_us"] > 2


def test_layers_of_a_model_that_ask_the_same_are_one(run: Run, model: Path) -> None:
    code, out, err = run(f"kernels {model} --json")
    assert (code, err) == (0, "")
    (found,) = json.loads(out)["kernels"]
    assert found["layers"] == ["vblock_linear", "vblock_linear_1"] and found["kernel"] == "vblock_matvec"
    assert found["problem"] | {"rows": 64, "columns": 64, "tokens": 1, "activation": "relu"} == found["problem"]
    assert not any(schedule["offered"] for schedule in found["schedules"]), "so small a layer is all launch"


def test_tokens_may_be_others_than_those_of_the_examples(run: Run, model: Path) -> None:
    (found,) = json.loads(run(f"kernels {model} --tokens 4 --json")[1])["kernels"]
    assert found["problem"]["tokens"] == 4


@pytest.mark.parametrize(
    ("line", "part"),
    [
        ("--target cpu", "is no graphics card"),
        ("--target cuda:sm_12", "no target 'cuda:sm_12'"),
        ("--kernel nonsense", "there is no kernel 'nonsense'"),
        ("--dtype float64", "is no dtype of these kernels"),
        ("--sparsity 1.0", "is no layer"),
        ("--tokens 0", "is no layer"),
        ("--rows 0", "is no layer"),
        ("nowhere.pt2", "nowhere.pt2"),
        ("nowhere.pt2 --rows 64 --dtype float16", "a model says itself what --rows and --dtype would"),
    ],
)
def test_what_cannot_be_asked_is_an_error(run: Run, line: str, part: str) -> None:
    code, out, err = run(f"kernels {line}")
    assert (code, out) == (2, "") and err.startswith("error: ") and part in err


@pytest.mark.parametrize("line", ["--dtype float64", "--rows 0", "--sparsity 1", "--tokens 0", "model.pt2 --rows 64"])
def test_what_was_asked_is_looked_at_before_anything_slow(line: str) -> None:
    command = f"from sparsec.compiler.cli import main; main('kernels {line}'.split())"
    code = f"import sys; {command}; print('torch' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "False\n" and done.stderr.startswith("error: ")


def test_what_is_known_is_shown_while_others_are_compiled(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """The second of two sizes of blocks fails."""
    build = predicted.build

    def fail(schedule: Schedule, *rest: Any) -> Any:
        if schedule.constants["R"] == 32:
            raise RuntimeError("no room")
        return build(schedule, *rest)

    monkeypatch.setattr(predicted, "build", fail)
    code, out, err = run("kernels --kernel vblock_matvec --rows 1024 --columns 2048 --tokens 1")
    assert code == 1 and "no room" in err and "decode, 16 x 1" in out


def test_a_model_without_sparse_layers_is_an_error(run: Run, tmp_path: Path, model: Path) -> None:
    path = tmp_path / "dense.pt2"
    torch.export.save(torch.export.export(nn.Linear(4, 4), (torch.ones(1, 4),)), path)
    code, _, err = run(f"kernels {path}")
    assert code == 2 and "no layer of" in err and f"sparsec explain {path} --target cuda:sm_90" in err
    code, _, err = run(f"kernels {model} --kernel bsr_linear")
    assert code == 2 and "'bsr_linear' computes" in err


def onnx_file(path: Path, side: int) -> Path:
    """A product with a matrix that is zero but for each tenth block on average."""
    generator = np.random.default_rng(0)
    blocks = generator.random((side // 64, side // 64)) < 0.1
    blocks[0, 0] = True
    weight = generator.normal(size=(side, side)) * blocks.repeat(64, 0).repeat(64, 1)
    sizes = {name: helper.make_tensor_value_info(name, onnx.TensorProto.FLOAT, [2, side]) for name in "xy"}
    node = helper.make_node("Gemm", ["x", "w"], ["y"], transB=1)
    held = [onnx.numpy_helper.from_array(weight.astype(np.float32), "w")]
    graph = helper.make_graph([node], "g", [sizes["x"]], [sizes["y"]], held)
    onnx.save(helper.make_model(graph, opset_imports=[helper.make_opsetid("", 20)], ir_version=10), path)
    return path


def test_an_onnx_file_is_compiled_first(run: Run, tmp_path: Path) -> None:
    """One as small as this gains nothing, and is told so."""
    path = onnx_file(tmp_path / "small.onnx", 64)
    code, out, err = run(f"kernels {path}")
    assert (code, out) == (2, "") and f"no layer of '{path}' is in a sparse format" in err and "explain" in err


@pytest.mark.slow
def test_layers_of_an_onnx_file_are_judged(run: Run, tmp_path: Path) -> None:
    code, out, err = run(f"kernels {onnx_file(tmp_path / 'blocks.onnx', 1024)} --json")
    assert (code, err) == (0, "")
    (found,) = json.loads(out)["kernels"]
    assert found["kernel"] == "bsr_linear" and (found["problem"]["rows"], found["problem"]["tokens"]) == (1024, 2)


def test_without_triton_it_says_what_to_install(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(building, "version", lambda: "")
    code, _, err = run("kernels --kernel bsr_linear --tokens 1")
    assert code == 2 and "[missing-package]" in err and "sparsec[gpu-kernels]" in err
