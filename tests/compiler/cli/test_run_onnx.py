"""``sparsec run-onnx``, and what ``sparsec compile`` says of a model that needs a library."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import onnxruntime
import pytest
import torch
from onnx import TensorProto, helper
from torch import nn
from torch.export import Dim

from sparsec.codegen.formats.int8_blocks import Int8Blocks
from sparsec.codegen.formats.vector_blocks import VectorBlocks
from sparsec.codegen.mlir import engine, linker
from sparsec.codegen.mlir.host import own_set, sets, sets_of
from sparsec.codegen.onnx import export
from sparsec.codegen.onnx.files import FIXED, LABEL, library_for, seal
from sparsec.compiler import exact_stages
from sparsec.compiler.cli import main
from sparsec.compiler.ir.packing import Choice, SparseLayer
from sparsec.runtime import against_dense, disturbance
from sparsec.runtime.against_dense import Checked, Held

LINKED = any(shutil.which(name) for name in linker.NAMES)
needs_kernels = pytest.mark.skipif(not (engine.available() and LINKED), reason="no torch-mlir, or no linker")
LIBRARY = library_for(Path("model.onnx")).name
DTYPES = {None: None, "bfloat16": torch.bfloat16}


class Always:
    """Kernels that are said to be faster for every layer."""

    def __init__(self, target: str, quantize: str | None = None, measured: object = None) -> None:
        self.quantize = quantize
        self.chosen: dict[str, Choice] = {}

    def choose(self, layer: SparseLayer) -> Choice:
        shape = (layer.weight.shape[0], layer.weight.shape[1])
        form = Int8Blocks(shape) if self.quantize == "int8" else VectorBlocks(shape, 8, dtype=DTYPES[self.quantize])
        return Choice(form, 2.0, "twice as fast")


@pytest.fixture(scope="module")
def saved(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with ``model.pt2``, a layer with zeros, and ``model.onnx`` that was compiled from it."""
    folder = tmp_path_factory.mktemp("saved")
    model = nn.Sequential(nn.Linear(24, 16), nn.ReLU()).requires_grad_(False)
    model[0].weight *= torch.rand(16, 24, generator=torch.Generator().manual_seed(0)) < 0.2
    exported = torch.export.export(model, (torch.ones(2, 24),), dynamic_shapes=({0: Dim.AUTO},))
    torch.export.save(exported, folder / "model.pt2")
    return folder


@pytest.fixture
def folder(saved: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The current folder."""
    shutil.copytree(saved, tmp_path, dirs_exist_ok=True)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(exact_stages, "kernels_for", Always)
    return tmp_path


@pytest.fixture
def compiled(folder: Path, saved: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """``model.onnx`` and its library, which are made once."""
    if not (saved / "model.onnx").exists():
        assert main(["compile", "model.pt2", "-o", "model.onnx", "--no-measure"]) == 0
        for name in ("model.onnx", LIBRARY):
            shutil.copy(name, saved)
    capsys.readouterr()


def plain(kind: int = TensorProto.FLOAT) -> None:
    """Write ``plain.onnx``, without sparse layers, of a dynamic batch and length."""
    nodes = [helper.make_node("Add", ["first", "second"], ["sum"]), helper.make_node("Abs", ["sum"], ["size"])]
    inputs = [
        helper.make_tensor_value_info("first", kind, ["batch", "length", 3]),
        helper.make_tensor_value_info("second", kind, ["batch", 1, 3]),
    ]
    outputs = [helper.make_tensor_value_info(name, kind, None) for name in ("sum", "size")]
    graph = helper.make_graph(nodes, "plain", inputs, outputs)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 18)], ir_version=9)
    onnx.save_model(model, "plain.onnx")


class Shell:
    def __init__(self, capture: pytest.CaptureFixture[str]) -> None:
        self.capture = capture

    def good(self, line: str) -> str:
        code = main(line.split())
        out, err = self.capture.readouterr()
        assert (code, err) == (0, "")
        return out

    def document(self, line: str) -> Any:
        return json.loads(self.good(f"{line} --json"))

    def bad(self, line: str) -> str:
        code = main(line.split())
        out, err = self.capture.readouterr()
        assert (code, out) == (2, "") and "Traceback" not in err
        return err


@pytest.fixture
def shell(folder: Path, capsys: pytest.CaptureFixture[str]) -> Shell:
    return Shell(capsys)


# --- compile


@needs_kernels
def test_compile_writes_both_files_and_says_how_to_load_them(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(export, "sets_of", sets_of)
    out = shell.good("compile model.pt2 -o model.onnx --no-measure")
    assert "Wrote model.onnx (" in out and f"Wrote {LIBRARY} (" in out and f"runs on {', '.join(sets_of())})" in out
    assert f"options.register_custom_ops_library('./{LIBRARY}')" in out
    document = shell.document("compile model.pt2 -o model.onnx --no-measure")
    assert document["library"] == LIBRARY and document["library_bytes"] == Path(LIBRARY).stat().st_size
    assert document["runs_on"] == sets_of()
    out = shell.good("compile model.pt2 -o model.onnx --no-measure --no-kernels")
    assert not Path(LIBRARY).exists() and "register_custom_ops_library" not in out
    assert shell.document("compile model.pt2 -o model.onnx --no-measure --no-kernels")["library"] is None


@needs_kernels
@pytest.mark.parametrize(
    ("quantize", "kind"),
    [("bfloat16", "vblock_8x1_bf16"), ("int8", "vblock_8x4_i8")],
)
def test_weights_may_be_rounded(quantize: str, kind: str, shell: Shell) -> None:
    document = shell.document(f"compile model.pt2 -o model.onnx --no-measure --quantize {quantize}")
    report = document["report"]
    assert document["library"] == LIBRARY and report["quantized"] == quantize and 0 < report["quantized_error"] < 0.05
    (node,) = [node for node in onnx.load("model.onnx").graph.node if node.op_type.startswith("vblock")]
    assert node.op_type.startswith(kind)
    x = torch.randn(5, 24, generator=torch.Generator().manual_seed(1))
    options = onnxruntime.SessionOptions()
    options.register_custom_ops_library(f"./{LIBRARY}")
    session = onnxruntime.InferenceSession("model.onnx", options, providers=["CPUExecutionProvider"])
    (found,) = session.run(None, {session.get_inputs()[0].name: x.numpy()})
    expected = torch.export.load("model.pt2").module()(x).numpy()
    assert 1e-4 < np.abs(found - expected).max() / np.abs(expected).max() < 0.05


def test_rounding_is_told_and_shown(shell: Shell) -> None:
    out = shell.good("compile model.pt2 -o small.pt2 --no-measure --quantize int8 --report report.html")
    assert "Weights of sparse kernels are rounded to int8, as asked: the outputs are off by " in out
    assert "weights of sparse kernels are rounded to int8, as asked" in Path("report.html").read_text()
    assert "rounded" not in shell.good("compile model.pt2 -o small.pt2 --no-measure")
    assert "0 of 1 layer shrank" in shell.good("explain small.pt2")  # by the report in it
    assert "sparse format already" in shell.good("explain small.pt2 --no-kernels")  # compiled: its weights are packed


# --- a run


@needs_kernels
def test_a_model_with_its_library(shell: Shell, compiled: None) -> None:
    out = shell.good("run-onnx model.onnx --repeat 2 --threads 1")
    assert "[1, 24]" in out and "[1, 16]" in out and "float32" in out
    assert "Median of 2 runs: " in out and f"(threads: 1, 1 layer by sparse kernels for {own_set()})" in out
    document = shell.document("run-onnx model.onnx --repeat 1 --batch 5")
    assert document["library"] == LIBRARY and document["sparse_layers"] == 1 and document["median_ms"] > 0
    assert [row["shape"] for row in (*document["inputs"], *document["outputs"])] == [[5, 24], [5, 16]]


@needs_kernels
def test_a_library_elsewhere(shell: Shell, compiled: None) -> None:
    Path(LIBRARY).rename("other.so")
    assert shell.document("run-onnx model.onnx --repeat 1 --library other.so")["library"] == "other.so"


@needs_kernels
def test_it_needs_no_torch(folder: Path, compiled: None) -> None:
    script = "import sys; from sparsec.compiler.cli import main; print(main(), 'torch' in sys.modules)"
    command = [sys.executable, "-c", script, *["run-onnx", "model.onnx", "--repeat", "1"]]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.stdout.splitlines()[-1] == "0 False", done.stderr


def test_a_batch_that_the_model_does_not_take_is_said(shell: Shell) -> None:
    fixed = helper.make_tensor_value_info("x", TensorProto.FLOAT, [2, 3])
    out = helper.make_tensor_value_info("y", TensorProto.FLOAT, [2, 3])
    graph = helper.make_graph([helper.make_node("Relu", ["x"], ["y"])], "fixed", [fixed], [out])
    onnx.save(helper.make_model(graph, opset_imports=[helper.make_opsetid("", 18)], ir_version=10), "fixed.onnx")
    assert "input 'x' takes 2 at a time [bad-inputs]" in shell.bad("run-onnx fixed.onnx --batch 4")
    for words in ("", " --batch 2"):
        assert shell.document(f"run-onnx fixed.onnx --repeat 1{words}")["inputs"][0]["shape"] == [2, 3]


def test_sizes_of_random_inputs(shell: Shell) -> None:
    plain()
    document = shell.document("run-onnx plain.onnx --repeat 1 --batch 2 --dim length=5")
    assert [row["shape"] for row in document["inputs"]] == [[2, 5, 3], [2, 1, 3]]
    assert [row["name"] for row in document["outputs"]] == ["sum", "size"]
    assert document["library"] is None and document["sparse_layers"] == 0
    assert "sparse" not in shell.good("run-onnx plain.onnx --repeat 1")


@pytest.mark.parametrize("kind", ["float16", "int32", "int64", "double"])
def test_types_of_random_inputs(kind: str, shell: Shell) -> None:
    plain(getattr(TensorProto, kind.upper()))
    document = shell.document("run-onnx plain.onnx --repeat 1")
    assert {row["dtype"] for row in document["inputs"]} == {kind.replace("double", "float64")}


def test_inputs_from_files(shell: Shell) -> None:
    plain()
    np.save("x.npy", np.ones((4, 2, 3), np.float32))
    document = shell.document("run-onnx plain.onnx --repeat 1 --input first=x.npy")
    assert [row["shape"] for row in document["inputs"]] == [[4, 2, 3], [4, 1, 3]]


# --- code


@needs_kernels
def test_the_code_that_is_shown_runs(shell: Shell, compiled: None) -> None:
    out = shell.good("run-onnx model.onnx --threads 2 --show-code")
    python, _, cpp = out.partition("// C++")
    names: dict[str, Any] = {}
    exec(python, names)
    assert names["y"].shape == (1, 16) and names["options"].intra_op_num_threads == 2
    assert f'options.RegisterCustomOpsLibrary(ORT_TSTR("./{LIBRARY}"));' in cpp
    assert "options.SetIntraOpNumThreads(2);" in cpp and 'ORT_TSTR("model.onnx")' in cpp


def test_code_for_several_inputs_and_no_library(shell: Shell) -> None:
    plain()
    python = shell.good("run-onnx plain.onnx --show-code").partition("// C++")[0]
    names: dict[str, Any] = {}
    exec(python, names)
    assert names["y1"].shape == (1, 1, 3) and "register" not in python


# --- errors


def test_no_file(shell: Shell) -> None:
    assert "there is no file 'nothing.onnx' [bad-file]" in shell.bad("run-onnx nothing.onnx")


@pytest.mark.parametrize(
    "content", [b"", b"text", b"\x08\x09", bytes(range(256))], ids=["empty", "text", "cut", "bytes"]
)
def test_no_model(content: bytes, shell: Shell) -> None:
    Path("wrong.onnx").write_bytes(content)
    assert "'wrong.onnx' is not an ONNX model [bad-file]" in shell.bad("run-onnx wrong.onnx")


def test_another_kind_of_file(shell: Shell) -> None:
    assert "'model.pt2' is not an ONNX model [bad-file]" in shell.bad("run-onnx model.pt2")


def test_an_operator_that_onnx_runtime_does_not_know(shell: Shell) -> None:
    plain()
    model = onnx.load("plain.onnx")
    model.graph.node[0].op_type = "Unheard"
    onnx.save_model(model, "plain.onnx")
    err = shell.bad("run-onnx plain.onnx")
    assert "ONNX Runtime cannot load 'plain.onnx' [bad-file]" in err and "Unheard" in err


@needs_kernels
def test_no_library(shell: Shell, compiled: None) -> None:
    Path(LIBRARY).unlink()
    err = shell.bad("run-onnx model.onnx")
    assert f"there is no file '{LIBRARY}' [bad-library]" in err and "1 layer of 'model.onnx'" in err


@needs_kernels
def test_a_library_for_another_machine(shell: Shell, compiled: None) -> None:
    content = bytearray(Path(LIBRARY).read_bytes())
    content[18] ^= 0xFF  # the kind of machine
    Path(LIBRARY).write_bytes(content)
    seal(Path(LIBRARY))
    err = shell.bad("run-onnx model.onnx")
    assert f"'{LIBRARY}' cannot be loaded here [bad-library]" in err and "machine like this one" in err


@needs_kernels
def test_a_library_of_an_earlier_version(shell: Shell, compiled: None) -> None:
    content, label, _ = Path(LIBRARY).read_bytes().rpartition(LABEL.encode())
    assert label
    Path(LIBRARY).write_bytes(content)
    seal(Path(LIBRARY))
    err = shell.bad("run-onnx model.onnx")
    assert f"'{LIBRARY}' is from another version of sparsec [bad-library]" in err and "export the model again" in err


@needs_kernels
def test_the_instruction_sets_of_a_library(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    least = next(iter(sets()))
    out = shell.good(f"compile model.pt2 -o model.onnx --no-measure --cpu {least}")
    assert f"; runs on {least})" in out
    assert f" for {least})." in shell.good("run-onnx model.onnx --repeat 1")
    assert shell.document("run-onnx model.onnx --repeat 1")["version"] == least
    for wrong, said in (("sse", "'sse' is no instruction set"), (",", "cpu=',' names no instruction set")):
        assert said in shell.bad(f"compile model.pt2 -o model.onnx --no-measure --cpu {wrong}")
    assert "holds no machine code" in shell.bad("compile model.pt2 -o small.pt2 --no-measure --cpu native")


@needs_kernels
def test_check(shell: Shell, compiled: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(disturbance.Disturbance, "share", lambda self: 0.0)
    out = shell.good("run-onnx model.onnx --repeat 1 --threads 1 --check")
    assert "vblock_8x1_f32_i16_panels_tokens_bias_relu" in out and "as fast as with dense layers" in out
    document = shell.document("run-onnx model.onnx --repeat 1 --check")["check"]
    assert document["nodes"][0]["count"] == 1 and document["whole"].keys() == {"sparse", "dense"}

    def told(seconds: tuple[float, float], whole: dict[str, float]) -> str:
        checked = Checked([Held("up", "vblock", 3, seconds)], 1, whole)
        monkeypatch.setattr(against_dense, "against_dense", lambda *_: checked)
        return " ".join(shell.good("run-onnx model.onnx --repeat 1 --check").split())

    out = told((2e-3, 1e-3), {"sparse": 9e-3, "dense": 7e-3, "mixed": 6e-3})
    assert "3 layers would be faster dense on this machine, the whole 1.50x as fast: compile the model again" in out
    assert "1 layer could not be held" in out and "The whole is 0.78x as fast as with dense layers" in out
    assert "No layer would be faster dense" in told((1e-3, 2e-3), {"sparse": 3e-3, "dense": 6e-3})


@needs_kernels
def test_a_check_on_a_busy_machine(
    compiled: None, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    checked = Checked([Held("up", "vblock", 1, (1e-3, 2e-3))], 0, {"sparse": 1e-3, "dense": 2e-3}, 0.7)
    monkeypatch.setattr(against_dense, "against_dense", lambda *_: checked)
    assert main(["run-onnx", "model.onnx", "--repeat", "1", "--check"]) == 0
    assert "Other processes were in the way for 70% of the time: check again" in capsys.readouterr().err


def test_nothing_to_check(shell: Shell) -> None:
    plain()
    err = shell.bad("run-onnx plain.onnx --check")
    assert "'plain.onnx' has no sparse layers that could be checked here [bad-option]" in err
    assert "leave one of them out" in shell.bad("run-onnx plain.onnx --check --show-code")


def test_a_library_that_is_none(shell: Shell) -> None:
    plain()
    Path("other.so").write_text("text")
    err = shell.bad("run-onnx plain.onnx --library other.so")
    assert "'other.so' is damaged, or no library of sparse kernels [bad-library]" in err


@needs_kernels
def test_the_library_of_another_model(shell: Shell, compiled: None) -> None:
    model = onnx.load("model.onnx")
    for node in model.graph.node:
        node.op_type += "_gelu" if node.domain == "sparsec" else ""
    onnx.save_model(model, "model.onnx")
    err = shell.bad("run-onnx model.onnx")
    assert "ONNX Runtime cannot load 'model.onnx' [bad-file]" in err and "goes with the model" in err


def array(*shape: int, dtype: str = "float32") -> None:
    np.save("x.npy", np.zeros(shape, dtype))


@pytest.mark.parametrize(
    ("shape", "dtype", "line", "message"),
    [
        ((1, 1, 3), "float32", "--input third=x.npy", "the model has no input 'third' [bad-inputs]"),
        ((1, 1, 3), "float64", "--input first=x.npy", "'first' is float32, and 'x.npy' holds float64 [bad-inputs]"),
        ((1, 3), "float32", "--input first=x.npy", "has shape [batch, length, 3], and 'x.npy' [1, 3] [bad-inputs]"),
        ((1, 2, 4), "float32", "--input first=x.npy", "[batch, length, 3], and 'x.npy' [1, 2, 4] [bad-inputs]"),
        ((1, 2, 3), "float32", "--input first=x.npy --dim length=3", "and 'x.npy' [1, 2, 3] [bad-inputs]"),
        ((1, 1, 3), "float32", "--input first=none.npy", "'none.npy' is not a .npy file of an array [bad-file]"),
        ((1, 1, 3), "float32", "--input first=plain.onnx", "'plain.onnx' is not a .npy file of an array [bad-file]"),
        ((1, 1, 3), "float32", "--input first", "'--input first' is not NAME=VALUE [bad-option]"),
        ((1, 1, 3), "float32", "--dim size=3", "no dynamic dimension 'size' [bad-inputs]"),
        ((1, 1, 3), "float32", "--dim length=long", "'--dim length=long' is not a size [bad-option]"),
        ((1, 1, 3), "float32", "--repeat 0", "[bad-option]"),
    ],
)
def test_inputs_that_do_not_fit(shape: tuple[int, ...], dtype: str, line: str, message: str, shell: Shell) -> None:
    plain()
    array(*shape, dtype=dtype)
    assert message in shell.bad(f"run-onnx plain.onnx {line}")


def test_an_input_that_is_part_of_the_graph(shell: Shell) -> None:
    plain()
    model = onnx.load("plain.onnx")
    model.metadata_props.add(key=FIXED, value=json.dumps({"scale": "2.0"}))
    onnx.save_model(model, "plain.onnx")
    array(1)
    err = shell.bad("run-onnx plain.onnx --input scale=x.npy")
    assert "the model has no input 'scale' [bad-inputs]" in err and "part of the graph, as 2.0" in err


def derived(size: str = "2*batch") -> None:
    """Write ``plain.onnx`` with a first dimension of ``second`` that is computed from that of ``first``."""
    plain()
    model = onnx.load("plain.onnx")
    model.graph.node[0].CopyFrom(helper.make_node("Concat", ["first", "second"], ["sum"], axis=0))
    model.graph.input[1].type.tensor_type.shape.dim[0].dim_param = size
    onnx.save_model(model, "plain.onnx")


def test_sizes_that_are_computed_from_others(shell: Shell) -> None:
    derived()
    found = shell.document("run-onnx plain.onnx --batch 3")
    assert [fact["shape"] for fact in found["inputs"]] == [[3, 1, 3], [6, 1, 3]]
    array(4, 1, 3)
    assert [fact["shape"] for fact in shell.document("run-onnx plain.onnx --input first=x.npy")["inputs"]] == [
        [4, 1, 3],
        [8, 1, 3],
    ]
    shell.good("run-onnx plain.onnx --input second=x.npy --batch 2")
    err = shell.bad("run-onnx plain.onnx --input second=x.npy --batch 3")
    assert "'second' has the size 4 in dimension 0, where '2*batch' is 6 [bad-inputs]" in err
    assert "no dynamic dimension '2*batch'" in shell.bad("run-onnx plain.onnx --dim 2*batch=4")


@pytest.mark.parametrize("size", ["2*rows", "batch**batch", "print(batch)", "batch more"])
def test_sizes_that_are_only_called_so(size: str, shell: Shell) -> None:
    derived(size)
    array(4, 1, 3)
    found = shell.document("run-onnx plain.onnx --input second=x.npy --batch 3")
    assert [fact["shape"] for fact in found["inputs"]] == [[3, 1, 3], [4, 1, 3]]


def test_a_run_that_fails(shell: Shell) -> None:
    node = helper.make_node("Reshape", ["x", "shape"], ["y"])
    inputs = [
        helper.make_tensor_value_info("x", TensorProto.FLOAT, ["n"]),
        helper.make_tensor_value_info("shape", TensorProto.INT64, [1]),
    ]
    graph = helper.make_graph([node], "reshape", inputs, [helper.make_tensor_value_info("y", TensorProto.FLOAT, None)])
    onnx.save_model(helper.make_model(graph, opset_imports=[helper.make_opsetid("", 18)], ir_version=9), "fails.onnx")
    assert "'fails.onnx' does not run on these inputs [bad-inputs]" in shell.bad("run-onnx fails.onnx --batch 7")


def test_a_model_is_a_tensor_of_text(shell: Shell) -> None:
    plain(TensorProto.STRING)
    model = onnx.load("plain.onnx")
    del model.graph.node[:]
    model.graph.node.append(helper.make_node("Identity", ["first"], ["sum"]))
    del model.graph.output[1:]
    onnx.save_model(model, "plain.onnx")
    assert "input 'first' is a tensor(string), not an array [bad-inputs]" in shell.bad("run-onnx plain.onnx")
