"""Every error that a user can cause: its code, what it says, and that nothing is left behind."""

from __future__ import annotations

import ast
import dataclasses
import re
import shutil
import warnings
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import IO, Any

import pytest
import torch
import torch.nn.functional as F
from torch import Tensor, nn
from torch.export import Dim, ExportedProgram
from torch.nn.utils import prune

import sparsec
from sparsec.compiler.errors import CODES, PassError, SparsecError, UserError
from sparsec.compiler.exact_stages import only
from sparsec.compiler.pipeline import DumpIR, known_passes
from sparsec.passes.base import parse

ROOT = Path(__file__).resolve().parent.parent
INPUTS = (torch.linspace(-1, 1, 18).reshape(3, 6),)


class Net(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.first, self.second = nn.Linear(6, 5), nn.Linear(5, 4)

    def forward(self, x: Tensor) -> Tensor:
        return self.second(self.first(x).relu())


class WithForward(Net):
    """A Net with another forward: ``body(net, x)``."""

    def __init__(self, body: Callable[[Any, Tensor], Any]) -> None:
        super().__init__()
        self.body = body

    def forward(self, x: Tensor) -> Any:
        return self.body(self, x)


class Holding(nn.Module):
    """Multiply by buffers; the last of them scales the result."""

    def __init__(self, **buffers: Tensor) -> None:
        super().__init__()
        for name, value in buffers.items():
            self.register_buffer(name, value)

    def forward(self, x: Tensor) -> Tensor:
        for value in self.buffers():
            x = x @ value.to(x.dtype) if value.ndim == 2 else x * value
        return x


def net() -> Net:
    return Net().eval()


def compile(model: Any, args: Any = INPUTS, kwargs: Any = None, **options: Any) -> sparsec.CompiledModule:
    return sparsec.compile(model, args, kwargs, measure=False, **options)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The current folder; whatever a test puts there has to be all that is in it at the end."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def refused(code: str, work: Callable[[], object], *parts: str) -> UserError:
    """Run ``work``, which must raise a UserError that says ``parts``, and leave no trace."""
    before = listing()
    with pytest.raises(UserError) as caught:
        work()
    error = caught.value
    assert error.code == code, str(error)
    missing = [part for part in parts if part not in str(error)]
    assert not missing, f"{missing} not in:\n{error}"
    assert f"[{code}]" in str(error).splitlines()[0]
    assert error.hint, "no hint what to do"
    assert listing() == before
    return error


def listing() -> dict[str, int]:
    return {str(path): path.stat().st_size for path in Path().rglob("*")}


# --- models that torch.export rejects


def branch_on_data(self: Any, x: Tensor) -> Tensor:
    if self.first(x).sum() > 0:
        return self.first(x)
    return -self.first(x)


def test_a_branch_on_data(folder: Path, capfd: pytest.CaptureFixture[str]) -> None:
    error = refused(
        "capture-failed",
        lambda: compile(WithForward(branch_on_data).eval()),
        "torch.export cannot capture 'WithForward'",
        "Could not guard on data-dependent expression",
        "torch.cond",
    )
    assert error.where == f"{__file__}:{branch_on_data.__code__.co_firstlineno + 1}"
    assert error.__cause__ is not None
    assert capfd.readouterr() == ("", "")  # torch.export prints the graph and logs


@dataclasses.dataclass
class Both:
    """A class that PyTorch has never heard of."""

    x: Tensor
    y: Tensor


class Cache:
    def __init__(self, x: Tensor) -> None:
        self.x = x


UNKNOWN: dict[str, tuple[Any, tuple[Any, ...], str]] = {
    "dataclass in": (lambda self, both: self.first(both.x), (Both(*INPUTS, *INPUTS),), "Both"),
    "dataclass out": (lambda self, x: Both(self.first(x), x), INPUTS, "Both"),
    "class in": (lambda self, cache: self.first(cache.x), (Cache(*INPUTS),), "Cache"),
    "class out": (lambda self, x: Cache(self.first(x)), INPUTS, "Cache"),
    "class within": (lambda self, x: {"y": [self.first(x), Cache(x)]}, INPUTS, "Cache"),
}


@pytest.mark.parametrize("name", UNKNOWN)
def test_classes_that_nobody_registered(name: str) -> None:
    forward, args, word = UNKNOWN[name]
    words = (f"what a '{word}' is made of", "torch.export.register_dataclass", "register_pytree_node")
    refused("capture-failed", lambda: sparsec.compile(WithForward(forward).eval(), args), *words)


def test_a_cache_that_a_language_model_hands_out() -> None:
    model = WithForward(lambda self, x: (self.first(x), Cache(x))).eval()
    model.config = SimpleNamespace(use_cache=True)  # as those of transformers have
    refused("capture-failed", lambda: sparsec.compile(model, INPUTS), "model.config.use_cache = False")


@pytest.mark.filterwarnings("ignore:`torch.jit:DeprecationWarning")
def test_a_torchscript_module(folder: Path) -> None:
    scripted = torch.jit.trace(net(), INPUTS)
    refused("capture-failed", lambda: compile(scripted), "'Net' is a TorchScript module", "nn.Module")


@pytest.mark.parametrize(
    ("shapes", "part"),
    [
        ({"x": {1: Dim("width")}}, "specialized it to be a constant (6)"),
        ({"y": {0: Dim("batch")}}, "['x']"),
        ({"x": {0: Dim.DYNAMIC, 1: Dim.DYNAMIC}}, "x"),
    ],
)
def test_dynamic_shapes_that_do_not_fit(folder: Path, shapes: Any, part: str) -> None:
    refused("bad-option", lambda: compile(net(), dynamic_shapes=shapes), "dynamic_shapes= does not fit 'Net'", part)


def test_a_failed_export_leaves_no_marks_on_the_inputs(folder: Path) -> None:
    inputs = (torch.ones(3, 6),)
    refused("bad-option", lambda: compile(net(), inputs, dynamic_shapes={"x": {1: Dim.DYNAMIC}}))
    assert compile(net(), inputs).report.error is not None
    assert not [name for name in vars(inputs[0]) if "dynamic" in name]


# --- things that are no model


@pytest.mark.parametrize(
    ("model", "message"),
    [
        (lambda x: x, "'function' is not a model"),
        (None, "'NoneType' is not a model"),
        ({"weight": INPUTS[0]}, "'dict' is not a model"),
        (Net, "'Net' is a class, not a model"),
    ],
)
def test_no_model(folder: Path, model: object, message: str) -> None:
    refused("bad-inputs", lambda: compile(model), message)


def test_training_mode(folder: Path) -> None:
    refused("bad-inputs", lambda: compile(Net()), "'Net' is in training mode", "model.eval()")


# --- example inputs


@pytest.mark.parametrize(
    ("args", "kwargs", "parts"),
    [
        ((), None, ["'Net.forward(x", "missing a required argument: 'x'"]),
        ((*INPUTS, *INPUTS), None, ["'Net.forward(x", "too many positional arguments"]),
        (INPUTS, {"mask": INPUTS[0]}, ["unexpected keyword argument 'mask'"]),
        (INPUTS, {"x": INPUTS[0]}, ["multiple values for argument 'x'"]),
        (INPUTS[0], None, ["the example inputs are a tensor, not a tuple", "(images,)"]),
        (3, None, ["of type 'int', not a tuple"]),
        ({"x": INPUTS[0]}, None, ["of type 'dict', not a tuple", "kwargs={...}"]),
        ((), [INPUTS[0]], ["the keyword inputs are of type 'list', not a dict"]),
        ((torch.ones(3, 7),), None, ["'Net' fails on the example inputs", "3x7 and 6x5"]),
        ((torch.ones(3, 6, dtype=torch.float64),), None, ["'Net' fails on the example inputs", "dtype"]),
        (("text",), None, ["'Net' fails on the example inputs", "must be Tensor, not str"]),
        ((INPUTS,), None, ["'Net' fails on the example inputs", "must be Tensor, not tuple"]),
        ((torch.full((3, 6), torch.nan),), None, ["float32[3, 6], holds NaN"]),
    ],
)
def test_example_inputs_that_do_not_fit_a_module(folder: Path, args: Any, kwargs: Any, parts: list[str]) -> None:
    refused("bad-inputs", lambda: compile(net(), args, kwargs), *parts)


def test_a_failing_model_is_located(folder: Path) -> None:
    error = refused("bad-inputs", lambda: compile(net(), (torch.ones(3, 7),)), "fails on the example inputs")
    assert error.where == f"{__file__}:{Net.forward.__code__.co_firstlineno + 1}"


@pytest.fixture(scope="module")
def exported() -> ExportedProgram:
    return torch.export.export(net(), INPUTS)


@pytest.mark.parametrize(
    ("args", "kwargs", "parts"),
    [
        ((*INPUTS, *INPUTS), None, ["exported for the inputs (...), and (..., ...) were given"]),
        ((), {"x": INPUTS[0]}, ["exported for the inputs (...), and (x=...) were given"]),
        (([INPUTS[0]],), None, ["exported for the inputs (...), and ([...]) were given"]),
        (INPUTS[0], None, ["the example inputs are a tensor"]),
        ((torch.ones(3, 7),), None, ["'x'", "float32[3, 6], and float32[3, 7] was given"]),
        ((torch.ones(5, 6),), None, ["'x'", "float32[3, 6], and float32[5, 6] was given", "dynamic_shapes="]),
        ((torch.ones(6),), None, ["'x'", "float32[6] was given"]),
        ((torch.ones(3, 6).double(),), None, ["'x'", "float64[3, 6] was given"]),
        ((3,), None, ["'x'", "'int' was given"]),
        ((torch.full((3, 6), torch.nan),), None, ["holds NaN"]),
    ],
)
def test_example_inputs_that_do_not_fit_a_program(
    folder: Path, exported: ExportedProgram, args: Any, kwargs: Any, parts: list[str]
) -> None:
    refused("bad-inputs", lambda: compile(exported, args, kwargs), *parts)


def test_a_dynamic_program_takes_other_sizes() -> None:
    dynamic = torch.export.export(net(), INPUTS, dynamic_shapes=({0: Dim.AUTO},))
    assert compile(dynamic, (torch.ones(5, 6),))(torch.ones(7, 6)).shape == (7, 4)


def test_a_program_without_example_inputs(folder: Path) -> None:
    bare = torch.export.export(net(), INPUTS)
    bare.example_inputs = None
    refused("bad-inputs", lambda: compile(bare, ()), "carries no example inputs", "args=")
    assert compile(bare, INPUTS).report.error is not None


def test_calls_that_differ_from_the_example(folder: Path) -> None:
    small = compile(net())
    refused("bad-inputs", lambda: small([INPUTS[0]]), "called with ([Tensor[3, 6]])")


# --- weights


@pytest.mark.parametrize("value", [torch.nan, torch.inf, -torch.inf])
def test_weights_that_are_not_finite(folder: Path, value: float) -> None:
    model = net()
    with torch.no_grad():
        model.second.weight[0, 1] = value
    error = refused(
        "non-finite-weights", lambda: compile(model), "weight 'second.weight' holds 1 NaN or infinite value"
    )
    assert error.where == f"{__file__}:{Net.forward.__code__.co_firstlineno + 1}"


def test_a_bias_that_is_not_finite(folder: Path) -> None:
    model = net()
    nn.init.constant_(model.second.bias, torch.nan)
    refused("non-finite-weights", lambda: compile(model), "weight 'second.bias' holds 4 NaN or infinite values")


def test_statistics_that_are_not_finite(folder: Path) -> None:
    model = nn.Sequential(nn.Linear(6, 5), nn.BatchNorm1d(5)).eval()
    model[1].running_var[2] = torch.inf
    refused("non-finite-weights", lambda: compile(model), "weight '1.running_var' holds 1")


@pytest.mark.parametrize("pruned", [False, True])
def test_nothing_but_zeros(folder: Path, pruned: bool) -> None:
    model = net()
    for layer in (model.first, model.second):
        if pruned:
            prune.custom_from_mask(layer, "weight", torch.zeros_like(layer.weight))
        else:
            nn.init.zeros_(layer.weight)
    refused("all-zero", lambda: compile(model), "every weight of 'Net' is zero", "checkpoint")


@pytest.mark.parametrize("dtype", [torch.int8, torch.int32, torch.int64])
def test_only_integer_weights(folder: Path, dtype: torch.dtype) -> None:
    model = Holding(table=torch.arange(24).reshape(6, 4).to(dtype)).eval()
    refused(
        "quantized-model",
        lambda: compile(model),
        "'Holding' has integer weights",
        f"'table' is {str(dtype).removeprefix('torch.')}",
    )


@pytest.mark.parametrize("dtype", [torch.int8, torch.uint8])
def test_8_bit_weights_with_a_floating_point_scale(folder: Path, dtype: torch.dtype) -> None:
    model = Holding(table=torch.arange(24).reshape(6, 4).to(dtype), scale=torch.ones(4, 4)).eval()
    refused(
        "quantized-model", lambda: compile(model), "'Holding' has integer weights", "'table'", "quantise the result"
    )


def test_a_mask_may_be_an_integer() -> None:
    mask = torch.ones(6, 6, dtype=torch.uint8)
    mask[:, 2] = 0
    assert compile(Holding(mask=mask, weight=torch.ones(6, 4)).eval()).report.error < 1e-15


def quantised() -> nn.Module:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # torch.ao.quantization is deprecated
        return torch.ao.quantization.quantize_dynamic(net(), {nn.Linear})


def test_a_module_quantised_by_pytorch(folder: Path) -> None:
    model = quantised()
    refused("quantized-model", lambda: compile(model), "module 'first' is quantised ('Linear')", "quantise the result")


def test_a_program_with_quantised_tensors(folder: Path) -> None:
    program = torch.export.export(net(), INPUTS)
    node = next(node for node in program.graph.nodes if node.op == "call_function")
    node.target = torch.ops.quantized.linear_dynamic.default
    refused("quantized-model", lambda: compile(program), "the model is quantised", "linear_dynamic", "cannot be seen")


# --- graphs


@pytest.mark.parametrize(
    "body",
    [lambda _, x: x, lambda _, x: (x, x), lambda _, x: None],
    ids=["identity", "twice", "none"],
)
def test_a_model_that_computes_nothing(folder: Path, body: Any) -> None:
    refused("empty-graph", lambda: compile(WithForward(body).eval()), "'WithForward' computes nothing", "forward")


def test_an_empty_sequence_computes_nothing(folder: Path) -> None:
    refused("empty-graph", lambda: compile(nn.Sequential().eval()), "'Sequential' computes nothing")


@pytest.mark.parametrize(
    "body",
    [
        lambda self, x: self.first(x) + torch.randn(5),
        lambda self, x: self.first(x + torch.rand_like(x)),
        lambda self, x: F.dropout(self.first(x), 0.5, training=True),
    ],
    ids=["randn", "rand_like", "dropout"],
)
def test_a_model_that_draws_random_numbers(folder: Path, body: Any) -> None:
    error = refused("impure-model", lambda: compile(WithForward(body).eval()), "draws random numbers", "pass them in")
    assert error.where and error.where.startswith(__file__)


def test_dropout_in_eval_mode_and_kept_lstm_are_not_random() -> None:
    model = nn.Sequential(nn.Linear(6, 5), nn.Dropout(), nn.LSTM(5, 4, num_layers=2, dropout=0.5)).eval()
    assert compile(model, (INPUTS[0][None],)).report.error is not None


def test_a_model_that_writes_into_its_input(folder: Path) -> None:
    model = WithForward(lambda self, x: self.first(x.mul_(2))).eval()
    refused("impure-model", lambda: compile(model, (INPUTS[0].clone(),)), "writes into its input 'x'", "x.clone()")


class Counting(Net):
    def __init__(self) -> None:
        super().__init__()
        self.register_buffer("calls", torch.zeros(()))

    def forward(self, x: Tensor) -> Tensor:
        self.calls += 1
        return self.first(x) * self.calls


def test_a_model_that_writes_into_its_buffers(folder: Path) -> None:
    """It goes on counting, as the original does; an ONNX graph cannot."""
    model = Counting().eval()
    small = compile(model)
    assert model.calls == 0
    assert small.report.error is not None
    with torch.no_grad():
        for calls in (1, 2, 3):
            torch.testing.assert_close(small(*INPUTS), model(*INPUTS))
            assert small.state_dict()["calls"] == model.calls == calls
    refused(
        "onnx-export-failed",
        lambda: small.export_onnx("small.onnx"),
        "'Counting' writes into its own 'calls'",
        "an ONNX graph has no state",
        "return the new one",
    )
    assert small.state_dict()["calls"] == model.calls == 3


def test_a_program_exported_in_training_mode(folder: Path) -> None:
    model = nn.Sequential(nn.Linear(6, 5), nn.BatchNorm1d(5)).train()
    program = torch.export.export(model, INPUTS)
    refused("impure-model", lambda: compile(program, ()), "'1.running_mean'", "call model.eval() before torch.export")


# --- files that are no exported program


def truncated(share: float) -> Callable[[Path], None]:
    """The end of a complete archive in it is the end of the file at some lengths."""

    def write(file: Path) -> None:
        torch.export.save(torch.export.export(net(), INPUTS), file)
        data = file.read_bytes()
        file.write_bytes(data[: int(len(data) * share)])

    return write


def damaged(file: Path) -> None:
    torch.export.save(torch.export.export(net(), INPUTS), file)
    with zipfile.ZipFile(file) as archive:
        contents = {name: archive.read(name) for name in archive.namelist()}
    with zipfile.ZipFile(file, "w") as archive:
        for name, data in contents.items():
            archive.writestr(name, data[:50] if name.endswith("model.json") else data)


def onnx_model(file: Path) -> None:
    compile(net()).export_onnx("model.onnx")
    shutil.move("model.onnx", file)


def archive_of_text(file: Path) -> None:
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("readme.txt", "hello")


@pytest.mark.parametrize(
    ("name", "write", "parts"),
    [
        ("model.pt2", truncated(0.98), ["'model.pt2' is not an exported program", "it is truncated"]),
        ("model.pt2", truncated(0.5), ["'model.pt2' is not an exported program", "it is truncated"]),
        ("model.pt2", truncated(0.01), ["'model.pt2' is not an exported program", "it is truncated"]),
        ("model.pt2", damaged, ["'model.pt2' cannot be read"]),
        ("model.pt2", lambda file: file.write_text("hello"), ["not an exported program", "of another kind"]),
        ("model.pt2", lambda file: file.write_bytes(b""), ["not an exported program", "it is empty"]),
        ("model.pt2", archive_of_text, ["not an exported program", "zip archive of another kind"]),
        ("model.pt2", lambda file: torch.save(net().state_dict(), file), ["checkpoint of torch.save"]),
        ("model.pt2", lambda file: torch.save(net(), file), ["checkpoint of torch.save", "load it into the model"]),
        ("model.pt2", onnx_model, ["'model.pt2' is not an exported program", "an ONNX model"]),
        ("model.onnx", lambda file: file.write_text(""), ["an ONNX model"]),
        ("model.pt2", lambda file: file.mkdir(), ["'model.pt2' is a folder, not a file", "config.json"]),
        ("model.pt2", lambda file: None, ["there is no file 'model.pt2'", "the current folder is"]),
        ("no/model.pt2", lambda file: None, ["there is no file 'no/model.pt2'"]),
    ],
)
def test_foreign_files(folder: Path, name: str, write: Callable[[Path], object], parts: list[str]) -> None:
    write(Path(name))
    refused("bad-file", lambda: compile(name, ()), *parts)


def test_foreign_files_are_not_unpickled(folder: Path) -> None:
    torch.save(Touch(), "model.pt2")
    refused("bad-file", lambda: compile("model.pt2", ()), "checkpoint")


class Touch:
    """Leaves a file behind when it is unpickled."""

    def __reduce__(self) -> Any:
        return (Path.touch, (Path("touched"),))


@pytest.mark.filterwarnings("ignore:`torch.jit:DeprecationWarning")
def test_a_torchscript_file(folder: Path) -> None:
    torch.jit.trace(net(), INPUTS).save("model.pt2")
    refused("bad-file", lambda: compile("model.pt2", ()), "TorchScript")


def test_a_failing_load_prints_nothing(folder: Path, capfd: pytest.CaptureFixture[str]) -> None:
    damaged(Path("model.pt2"))
    capfd.readouterr()
    refused("bad-file", lambda: compile("model.pt2", ()))
    assert capfd.readouterr() == ("", "")


# --- options of a type that they cannot have

MEANINGLESS: list[tuple[str, Any, str]] = [
    ("verify", "no", "neither True nor False"),
    ("measure", None, "neither True nor False"),
    ("kernels", 2, "neither True nor False"),
    ("progress", "bar", "neither True nor False"),
    ("strict", "yes", "neither True nor False"),
    ("examples", None, "not a list"),
    ("examples", 3, "not a list"),
    ("passes", 3, "is not a pass"),
    ("passes", nn.ReLU, "is not a pass"),
    ("stages", 3, "is no list"),
    ("stages", [3], "has no carry_out()"),
    ("stages", "remove", "is no list"),
    ("observers", None, "is no list"),
    ("observers", [3], "has no before()"),
    ("observers", [DumpIR], "a class, not an instance"),
    ("dynamic_shapes", 3, "neither a dict nor a tuple"),
    ("dynamic_shapes", "batch", "neither a dict nor a tuple"),
]


@pytest.mark.parametrize(("name", "value", "words"), MEANINGLESS)
def test_options_without_a_meaning(name: str, value: Any, words: str) -> None:
    options = {"measure": False} | {name: value}
    with pytest.raises(UserError) as caught:
        sparsec.compile(net(), INPUTS, **options)
    assert caught.value.code in ("bad-option", "bad-inputs") and words in str(caught.value)


@pytest.mark.parametrize("model", [None, 3, nn.Linear, "model.pt2"])
def test_weights_are_loaded_into_a_module(model: Any) -> None:
    refused("bad-inputs", lambda: sparsec.load_weights(model, net().state_dict()), "not a model")


# --- paths that cannot be written


@pytest.fixture(scope="module")
def small() -> sparsec.CompiledModule:
    return compile(net())


@pytest.mark.parametrize("write", ["save", "export_onnx"])
@pytest.mark.parametrize(
    ("path", "part"),
    [
        ("missing/model.onnx", "No such file or directory"),
        ("taken", "is a folder"),
        ("file/model.onnx", "Not a directory"),
    ],
)
def test_unwritable_paths(folder: Path, small: sparsec.CompiledModule, write: str, path: str, part: str) -> None:
    Path("taken").mkdir()
    Path("file").write_text("keep me")
    refused("unwritable-path", lambda: getattr(small, write)(path), f"'{path}' cannot be written", part)
    assert Path("file").read_text() == "keep me"


def test_a_failing_write_keeps_the_old_file(
    folder: Path, small: sparsec.CompiledModule, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(program: object, file: IO[bytes], **more: object) -> None:
        file.write(b"half")
        raise RuntimeError("the disk is full")

    Path("model.pt2").write_text("old")
    monkeypatch.setattr(torch.export, "save", fail)
    with pytest.raises(RuntimeError, match="the disk is full"):
        small.save("model.pt2")
    assert listing() == {"model.pt2": 3}


def test_a_model_that_onnx_cannot_express(folder: Path) -> None:
    model = WithForward(lambda self, x: torch.special.bessel_j0(self.first(x))).eval()
    compiled = compile(model)
    refused("onnx-export-failed", lambda: compiled.export_onnx("model.onnx"), "'WithForward' cannot be written as ONNX")


def test_an_onnx_file_with_an_operator_that_nobody_knows(folder: Path) -> None:
    from onnx import TensorProto, helper, save

    values = [[helper.make_tensor_value_info(name, TensorProto.FLOAT, [2])] for name in ("x", "y")]
    graph = helper.make_graph([helper.make_node("Unique", ["x"], ["y"], name="some")], "g", *values)
    save(helper.make_model(graph, opset_imports=[helper.make_opsetid("", 18)], ir_version=10), "net.onnx")
    refused("onnx-import-failed", lambda: compile("net.onnx"), "'net' has 1 operator that", "Unique (node 'some')")


# --- options


def test_unknown_targets(folder: Path) -> None:
    refused("unknown-option", lambda: compile(net(), target="gpu"), "no target 'gpu'", "cpu, cuda, hip, inductor")


@pytest.mark.skipif(torch.cuda.is_available(), reason="there is a graphics card")
@pytest.mark.parametrize(("target", "known"), [("cuda", "cuda:sm_90"), ("hip", "hip:gfx942")])
def test_targets_whose_hardware_is_not_here(folder: Path, target: str, known: str) -> None:
    refused("missing-device", lambda: compile("missing.pt2", (), target=target), "no graphics card here", known)
    refused("unknown-option", lambda: compile(net(), target=f"{target}:abacus"), f"no target '{target}:abacus'", known)


@pytest.mark.skipif(torch.cuda.is_available(), reason="there is a graphics card")
@pytest.mark.parametrize("move", [lambda model: model.to("cuda"), lambda model: model.cuda()], ids=["to", "cuda"])
def test_a_device_that_is_not_here(folder: Path, move: Callable[[Any], Any]) -> None:
    small = compile(net())
    before = small(*INPUTS)
    refused("missing-device", lambda: move(small), "cannot be moved or converted", "Note: ")
    torch.testing.assert_close(small(*INPUTS), before)


def test_targets_are_checked_before_the_work(folder: Path) -> None:
    refused("unknown-option", lambda: compile("missing.pt2", (), target="gpu"), "no target 'gpu'")


def test_unknown_passes_options_and_values(folder: Path) -> None:
    for text, code, part in (
        ("fold-everything", "unknown-option", "there is no pass 'fold-everything'"),
        ("liveness{maps=true}", "unknown-option", "pass 'liveness' has no option 'maps'"),
        ("liveness{bias_maps=3}", "bad-option", "true or false, not '3'"),
    ):
        with pytest.raises(UserError) as caught:
            parse(text, known_passes())
        assert caught.value.code == code and part in str(caught.value)


def test_a_list_of_passes_in_the_wrong_order(folder: Path) -> None:
    steps = parse("axes,fold-batchnorm,remove-channels", known_passes())
    refused(
        "pass-order",
        lambda: compile(net(), stages=only(steps)),
        "'remove-channels' needs 'axes', which no earlier pass",
    )


def test_dump_folders_that_cannot_be_made(folder: Path) -> None:
    Path("file").write_text("")
    refused_without_hint = pytest.raises(UserError, match="'file/dumps' cannot be made")
    with refused_without_hint as caught:
        DumpIR("file/dumps")
    assert caught.value.code == "unwritable-path"


# --- how errors look


def test_the_form_of_a_user_error() -> None:
    error = UserError("bad-file", "there is no file 'x'", where="here", note="because", hint="do that")
    assert str(error) == "there is no file 'x' [bad-file]\n  at here\n  Note: because\n  Hint: do that"
    assert str(UserError("bad-file", "there is no file 'x'")) == "there is no file 'x' [bad-file]"
    assert isinstance(error, SparsecError) and error.code == "bad-file"


def test_the_form_of_a_pass_error() -> None:
    error = PassError("went wrong", pass_name="fold", index=2, ran=["axes", "liveness"], ir="a = 1\nb = 2")
    assert str(error) == "pass 'fold' (number 2): went wrong\n  after: axes, liveness\n  IR:\n    a = 1\n    b = 2"
    assert str(PassError("went wrong", pass_name="fold")) == "pass 'fold' (number 0): went wrong"
    assert error.ran == ("axes", "liveness") and isinstance(error, SparsecError)


def test_codes_are_checked() -> None:
    with pytest.raises(ValueError, match="'no-such-code' is not a known error code"):
        UserError("no-such-code", "x")


# --- the table of codes, the code base and the documentation agree


def raises() -> Iterator[tuple[str, ast.Call]]:
    """(place, call) of every ``UserError(...)`` in the package."""
    for top in ("compiler", "passes", "codegen", "runtime"):
        for file in sorted((ROOT / top).rglob("*.py")):
            for node in ast.walk(ast.parse(file.read_text())):
                if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "UserError":
                    yield f"{file.relative_to(ROOT)}:{node.lineno}", node


def codes(call: ast.Call) -> list[str]:
    """The codes that a call may have: one, or the two arms of a condition."""
    first = call.args[0]
    arms = [first.body, first.orelse] if isinstance(first, ast.IfExp) else [first]
    return [arm.value for arm in arms if isinstance(arm, ast.Constant) and isinstance(arm.value, str)]


def test_every_error_has_a_known_code() -> None:
    wrong = [place for place, call in raises() if not codes(call) or not set(codes(call)) <= CODES.keys()]
    assert not wrong, "\n".join(wrong)


def test_every_code_is_raised_somewhere() -> None:
    assert {code for _, call in raises() for code in codes(call)} == CODES.keys()


def test_messages_are_one_sentence_without_a_full_stop() -> None:
    wrong = []
    for place, call in raises():
        message = call.args[1] if len(call.args) > 1 else None
        parts = message.values if isinstance(message, ast.JoinedStr) else [message]
        texts = [part.value for part in parts if isinstance(part, ast.Constant)]
        if any("\n" in text for text in texts) or (texts and texts[-1].endswith((".", "!"))):
            wrong.append(place)
    assert not wrong, "\n".join(wrong)


def sections() -> dict[str, str]:
    """Text of each section of docs/errors.md that is about a code, by code."""
    text = (ROOT / "docs" / "errors.md").read_text()
    found = re.split(r"^## `([a-z-]+)`$", text, flags=re.MULTILINE)[1:]
    return dict(zip(found[::2], found[1::2], strict=True))


def test_every_code_is_documented() -> None:
    assert sections().keys() == CODES.keys() | {"pass-error", "internal-error"}


@pytest.mark.parametrize("code", CODES)
def test_a_section_has_meaning_example_and_remedy(code: str) -> None:
    text = sections()[code]
    assert f"[{code}]" in text, "no example of the message"
    assert "**What to do.**" in text and "```" in text
