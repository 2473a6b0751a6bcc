"""Export to ONNX keeps what is dynamic, and what outputs are called."""

from __future__ import annotations

import importlib.util
import json
import logging
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import onnxruntime
import pytest
import torch
from torch import Tensor, nn

import sparsec
from sparsec.codegen.onnx.export import export_onnx
from sparsec.codegen.onnx.files import FIXED
from sparsec.compiler.capture.models import capture
from sparsec.compiler.errors import UserError
from sparsec.compiler.ir.tracing import quiet_onnx


class HalfOfAll(nn.Module):
    """A layer that reads half of the channels, tokens first: with two images, one stride is twice another."""

    def __init__(self) -> None:
        super().__init__()
        self.linear = nn.Linear(4, 6).requires_grad_(False)

    def forward(self, x: Tensor) -> Tensor:
        return self.linear((x + 1)[..., :4].transpose(0, 1))


@pytest.mark.parametrize("examples", [1, 2, 3])
def test_a_dynamic_batch_stays_dynamic_whatever_the_strides_are(examples: int, tmp_path: Path) -> None:
    model = HalfOfAll().eval()
    program = capture(model, (torch.randn(3, 5, 8),))
    program.call = ((torch.randn(examples, 5, 8),), {})
    session = onnxruntime.InferenceSession(str(export_onnx(program, tmp_path / "model.onnx")))
    for batch in (1, 2, 7):
        x = torch.randn(batch, 5, 8)
        (y,) = session.run(None, {session.get_inputs()[0].name: x.numpy()})
        torch.testing.assert_close(torch.from_numpy(y), model(x), rtol=1e-5, atol=1e-5)


def test_an_output_called_like_another_value(tmp_path: Path) -> None:
    """Passes may compute an output in another way, and have something else under its name before."""
    model = nn.Sequential(nn.Linear(4, 6), nn.ReLU(), nn.Linear(6, 5)).requires_grad_(False).eval()
    program = capture(model, (torch.randn(3, 4),))
    program.output_names = ("relu",)
    path = export_onnx(program, tmp_path / "model.onnx")
    names = [name for node in onnx.load(path).graph.node for name in node.output]
    assert len({*names}) == len(names) == 3 and names[-1] == "relu"
    x = torch.randn(2, 4)
    (y,) = onnxruntime.InferenceSession(str(path)).run(["relu"], {program.input_names[0]: x.numpy()})
    torch.testing.assert_close(torch.from_numpy(y), model(x), rtol=1e-5, atol=1e-5)


@pytest.mark.parametrize("name", ["cat", "add", "linear", "relu", "value", "table"])
def test_a_weight_called_like_a_value(name: str, tmp_path: Path) -> None:
    """Folded weights are called after operations, and users call theirs as they like."""

    class Called(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.layer, self.first = nn.Linear(8, 8), nn.Parameter(torch.randn(1, 1, 8))
            self.register_parameter(name, nn.Parameter(torch.randn(1, 6, 8)))

        def forward(self, value: Tensor) -> Tensor:
            tokens = torch.cat([self.first.expand(value.shape[0], -1, -1), value], 1) + getattr(self, name)
            return self.layer(torch.relu(self.layer(tokens)))

    model = Called().requires_grad_(False).eval()
    path = export_onnx(capture(model, (torch.randn(3, 5, 8),)), tmp_path / "model.onnx")
    graph = onnx.load(path).graph
    names = [x for node in graph.node for x in node.output] + [x.name for x in graph.initializer]
    names += [x.name for x in graph.input]
    assert len({*names}) == len(names)
    assert ("table" in names) == (name == "table")
    assert not any("." in x and not x.startswith("layer.") for x in names)
    session = onnxruntime.InferenceSession(str(path))
    for batch in (1, 2, 7):
        x = torch.randn(batch, 5, 8)
        (y,) = session.run(None, {session.get_inputs()[0].name: x.numpy()})
        torch.testing.assert_close(torch.from_numpy(y), model(x), rtol=1e-5, atol=1e-5)


def test_what_the_standard_has_no_types_for(tmp_path: Path) -> None:
    """ONNX transposes no convolution of bfloat16: an error that says so, and no file."""
    model = nn.Sequential(nn.ConvTranspose1d(4, 4, 3), nn.ReLU()).bfloat16().eval()
    program = capture(model, (torch.randn(2, 4, 8, dtype=torch.bfloat16),))
    with pytest.raises(UserError) as caught:
        export_onnx(program, tmp_path / "model.onnx")
    assert caught.value.code == "onnx-export-failed"
    assert not [*tmp_path.iterdir()]


# -------------------------------------------------------------------- sizes to export from


class OneLong(nn.Module):
    """A convolution that fits once: a longer input would lead to another program, which a length of one is not."""

    def __init__(self) -> None:
        super().__init__()
        self.a = nn.Conv1d(3, 8, 3, stride=2)
        self.weight = nn.Parameter(torch.randn(8, 4))

    def forward(self, x: Tensor) -> Tensor:
        return self.a(x) * self.weight


class Places(nn.Module):
    """A table with few places."""

    def __init__(self) -> None:
        super().__init__()
        self.a, self.table = nn.Linear(6, 8), nn.Parameter(torch.randn(4, 8))

    def forward(self, x: Tensor, scale: float) -> Tensor:
        return (self.a(x) + self.table[: x.shape[1]]) * scale


@pytest.mark.parametrize(
    ("kind", "inputs"),
    [(OneLong, (torch.randn(3, 3, 3),)), (OneLong, (torch.randn(3, 3, 4),)), (Places, (torch.randn(2, 3, 6), 2.0))],
)
def test_what_is_exported_again_takes_the_example(kind: type[nn.Module], inputs: Any, tmp_path: Path) -> None:
    torch.manual_seed(0)
    model = kind().eval()
    small = sparsec.compile(model, inputs, measure=False)
    small.save(tmp_path / "m.pt2")
    with torch.no_grad():
        torch.testing.assert_close(sparsec.load(tmp_path / "m.pt2").exported.module()(*inputs), model(*inputs))


# -------------------------------------------------------------------- guards


class Branch(nn.Module):
    def __init__(self, large: Any) -> None:
        super().__init__()
        self.a, self.b, self.large = nn.Linear(6, 8), nn.Linear(8, 4), large

    def forward(self, x: Tensor) -> Tensor:
        h = self.a(x).relu()
        return self.b(h * 2 if self.large(x) else h)


@pytest.mark.parametrize(
    ("large", "other", "shape"),
    [
        (lambda x: x.shape[0] > 4, (6, 4, 6), [3, "", 6]),
        (lambda x: x.shape[1] % 2 == 1, (3, 5, 6), ["", 4, 6]),
        (lambda x: x.shape[0] == x.shape[1], (4, 4, 6), [3, 4, 6]),
        (lambda x: x.numel() > 100, (5, 5, 6), [3, 4, 6]),
    ],
    ids=["a limit", "pairs", "a square", "many"],
)
def test_a_branch_on_a_size_is_guarded_in_files(large: Any, other: Any, shape: list[Any], tmp_path: Path) -> None:
    """Where a file of another kind knows no conditions, the size is fixed in it."""
    torch.manual_seed(0)
    model, x = Branch(large).eval(), torch.randn(3, 4, 6)
    small = sparsec.compile(model, (x,), measure=False)
    small.save(tmp_path / "m.pt2")
    loaded = sparsec.load(tmp_path / "m.pt2").exported.module()
    torch.testing.assert_close(loaded(x), model(x))
    with pytest.raises(AssertionError, match="Guard failed"):
        loaded(torch.randn(other))
    session = onnxruntime.InferenceSession(str(small.export_onnx(tmp_path / "m.onnx")))
    found = ["" if isinstance(size, str) else size for size in session.get_inputs()[0].shape]
    assert found == shape


def test_a_table_with_an_end_stays_dynamic(tmp_path: Path) -> None:
    torch.manual_seed(0)
    small = sparsec.compile(Places().eval(), (torch.randn(2, 3, 6), 2.0), measure=False)
    session = onnxruntime.InferenceSession(str(small.export_onnx(tmp_path / "m.onnx")))
    assert [type(size) for size in session.get_inputs()[0].shape] == [str, str, int]
    with pytest.raises(Exception, match="ONNXRuntimeError"):
        session.run(None, {"x": torch.randn(2, 5, 6).numpy()})


# -------------------------------------------------------------------- inputs and outputs


class Mixed(nn.Module):
    """Numbers, flags and None between tensors, and among the results; one value several times."""

    def __init__(self) -> None:
        super().__init__()
        self.a, self.held = nn.Linear(3, 4), nn.Parameter(torch.randn(5))

    def forward(
        self, unread: Tensor, flag: bool, x: Tensor, scale: float = 1.0, extra: Tensor | None = None, y: Any = None
    ) -> dict[str, Any]:
        z = self.a(x) * scale + (1 if flag else 0)
        if y is not None:
            z = z + y
        return {"n": 3, "z": z, "none": extra, "again": z, "given": x, "size": x.shape[0], "held": self.held, "y": y}


def test_every_input_and_output_has_its_own_name(tmp_path: Path) -> None:
    """What is no tensor is part of the graph: it takes no other's name, and a session refuses it."""
    model = Mixed().requires_grad_(False).eval()
    args = (torch.randn(2, 7), True, torch.randn(2, 3))
    program = capture(model, args, {"scale": 2.0, "extra": None, "y": torch.randn(2, 4)})
    path = export_onnx(program, tmp_path / "model.onnx")
    session = onnxruntime.InferenceSession(str(path), providers=["CPUExecutionProvider"])
    assert [i.name for i in session.get_inputs()] == ["unread", "x", "y"]
    x, y = torch.randn(4, 3), torch.randn(4, 4)
    feeds = {"unread": torch.randn(4, 7).numpy(), "x": x.numpy(), "y": y.numpy()}
    names = [o.name for o in session.get_outputs()]
    found = dict(zip(names, session.run(None, feeds), strict=True))
    expected = model(torch.randn(4, 7), True, x, 2.0, None, y)
    outputs = dict(zip(program.output_names, expected.values(), strict=True))
    assert names == [name for name, value in outputs.items() if value is not None and not name.startswith("n")]
    for name in names:
        torch.testing.assert_close(torch.as_tensor(found[name]), torch.as_tensor(outputs[name]))
    for name in ("scale", "flag", "extra"):
        with pytest.raises(Exception, match="nvalid input name"):
            session.run(None, feeds | {name: np.asarray(2.0)})
    held = json.loads(session.get_modelmeta().custom_metadata_map[FIXED])
    assert held == {"flag": "True", "scale": "2.0", "extra": "None"}


@pytest.mark.parametrize("measure", [False, True])
def test_what_onnx_runtime_has_no_kernel_for(measure: bool, tmp_path: Path) -> None:
    """No session would load the file: it is not written for ONNX Runtime, and others may have it."""
    model = nn.Sequential(nn.Conv1d(4, 4, 3), nn.ReLU()).requires_grad_(False).double().eval()
    x = torch.randn(2, 4, 8, dtype=torch.float64)

    def written() -> None:
        sparsec.compile(model, (x,), target="onnxruntime", measure=measure).export_onnx(tmp_path / "model.onnx")

    with pytest.raises(UserError, match="Conv") as caught:
        written()
    assert caught.value.code == "onnx-export-failed" and not [*tmp_path.iterdir()]
    with pytest.warns(UserWarning, match="the file was written, but ONNX Runtime cannot run 'Sequential'"):
        sparsec.compile(model, (x,), measure=False).export_onnx(tmp_path / "model.onnx")
    linear = nn.Sequential(nn.Linear(4, 4), nn.ReLU()).requires_grad_(False).double().eval()
    sparsec.compile(linear, (x.mT,), target="onnxruntime", measure=False).export_onnx(tmp_path / "linear.onnx")


@pytest.fixture
def logged() -> Iterator[list[str]]:
    """What torch.onnx and its parts log."""
    texts: list[str] = []
    handler, logger = logging.Handler(), logging.getLogger("torch.onnx")
    handler.emit = lambda record: texts.append(record.getMessage())  # type: ignore[method-assign]
    logger.addHandler(handler)
    yield texts
    logger.removeHandler(handler)


def test_an_export_says_nothing_of_what_else_could_be_installed(
    logged: list[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    find = importlib.util.find_spec
    monkeypatch.setattr(importlib.util, "find_spec", lambda name, *more: None if name == "torchvision" else find(name))
    export_onnx(capture(nn.Linear(4, 3).eval(), (torch.randn(2, 4),)), tmp_path / "model.onnx")
    assert not logged


def test_errors_are_logged_meanwhile_and_all_else_is_afterwards(logged: list[str]) -> None:
    logger = logging.getLogger("torch.onnx._internal.exporter._registration")
    with quiet_onnx():
        logger.warning("torchvision is not installed")
        logger.error("an error")
    logger.warning("afterwards")
    assert logged == ["an error", "afterwards"]


class Windows(nn.Module):
    """Averages over windows, which are written out in ONNX, one by one: as many as the example has."""

    def forward(self, x: Tensor, mask: Tensor) -> tuple[Tensor, Tensor]:
        y = torch.nn.functional.adaptive_avg_pool2d(x, 3)
        return y, torch.where(mask, y, -y)


def test_sizes_that_a_translation_takes_for_numbers(tmp_path: Path) -> None:
    model = Windows().eval()
    args = (torch.randn(4, 8, 4, 5), torch.rand(4, 8, 3, 3) > 0.3)
    auto = torch.export.Dim.AUTO
    sizes = {"x": {0: auto, 2: auto, 3: auto}, "mask": {0: auto}}
    small = sparsec.compile(model, args, target="onnxruntime", measure=False, dynamic_shapes=sizes)
    assert not isinstance(small.program.placeholders()[0].meta["val"].shape[-1], int)
    session = onnxruntime.InferenceSession(str(small.export_onnx(tmp_path / "model.onnx")))
    first, second = session.get_inputs()
    assert first.shape[2:] == [4, 5] and isinstance(first.shape[0], str) and isinstance(second.shape[0], str)
    for batch in (1, 4, 7):
        x, mask = torch.randn(batch, 8, 4, 5), torch.rand(batch, 8, 3, 3) > 0.3
        for result, expected in zip(
            session.run(None, {"x": x.numpy(), "mask": mask.numpy()}), model(x, mask), strict=True
        ):
            torch.testing.assert_close(torch.from_numpy(result), expected, rtol=1e-5, atol=1e-5)
    x = torch.randn(4, 8, 20, 5)
    assert torch.equal(small.module(x, args[1])[0], model(x, args[1])[0])  # in PyTorch they stay dynamic
    torch.testing.assert_close(small(x, args[1]), model(x, args[1]))  # and here another session takes them
    with pytest.raises(Exception, match="dimension"):
        session.run(None, {"x": x.numpy(), "mask": args[1].numpy()})
