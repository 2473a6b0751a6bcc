"""Quantised ONNX files are held to ONNX Runtime node by node where numbers on edges between integers move the whole."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import onnxruntime
import pytest
import torch
from onnx import TensorProto, helper, numpy_helper

import sparsec
from sparsec.compiler.capture.onnx import module as carried_out
from sparsec.compiler.capture.onnx import node_by_node
from sparsec.compiler.capture.onnx.graph import Node
from sparsec.compiler.capture.onnx.imported import read_onnx
from sparsec.compiler.capture.onnx.registry import Operator, operator_of
from sparsec.compiler.comparison import CHAOS_ERROR, relative_error
from sparsec.compiler.errors import UserError

STEP = np.float32(0.1)


def edges() -> Any:
    """Numbers next to edges between two integers, for which x / STEP and x * (1 / STEP) lie on different sides."""
    middle = (np.arange(120, dtype=np.float32) + np.float32(0.5)) * STEP
    near = np.concatenate([middle, np.nextafter(middle, np.float32(99)), np.nextafter(middle, np.float32(0))])
    moved = near[np.rint(near / STEP) != np.rint(near * (1 / STEP))]
    return np.resize(moved, (10, 12))


EDGES = edges()


def network(path: Path, worked_out: bool = False) -> Path:
    """A weight of bytes behind what rounding leaves of its input: of that, one step is more than all."""
    random = np.random.default_rng(0)
    held: dict[str, Any] = {
        "step": STEP,
        "zero": np.uint8(3),
        "w": random.integers(-127, 127, size=(12, 5)).astype(np.int8),
        "s": random.uniform(0.5, 2, size=5).astype(np.float32),
    }
    rounded = ("DynamicQuantizeLinear", ["x"], ["q", "scale", "z"], "rounded")
    if not worked_out:
        rounded = ("QuantizeLinear", ["x", "step", "zero"], ["q"], "rounded")
    scale = ["scale", "z"] if worked_out else ["step", "zero"]
    lines = [
        rounded,
        ("DequantizeLinear", ["q", *scale], ["d"], "numbers"),
        ("Sub", ["x", "d"], ["r"], "left"),
        ("DequantizeLinear", ["w", "s"], ["v"], "weight"),
        ("MatMul", ["r", "v"], ["m"], "product"),
        ("Relu", ["m"], ["y"], "neuron"),
    ]
    nodes = [helper.make_node(op, reads, makes, name=name) for op, reads, makes, name in lines]
    nodes[3].attribute.append(helper.make_attribute("axis", 1))
    ends = [helper.make_tensor_value_info(n, TensorProto.FLOAT, ["n", k]) for n, k in (("x", 12), ("y", 5))]
    weights = [numpy_helper.from_array(np.asarray(value), name) for name, value in held.items()]
    graph = helper.make_graph(nodes, "g", ends[:1], ends[1:], weights)
    onnx.save(helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8), path)
    return path


def answer(file: Path) -> torch.Tensor:
    options = onnxruntime.SessionOptions()
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_DISABLE_ALL
    session = onnxruntime.InferenceSession(str(file), options, providers=["CPUExecutionProvider"])
    return torch.from_numpy(session.run(None, {"x": EDGES})[0])


def test_numbers_on_edges_are_no_fault(tmp_path: Path) -> None:
    file, inputs = network(tmp_path / "given.onnx"), (torch.from_numpy(EDGES),)
    ours = read_onnx(file).module(*inputs)["y"]
    assert relative_error([ours], [answer(file)]) > CHAOS_ERROR
    small = sparsec.compile(str(file), inputs, target="onnxruntime", measure=False, strict=True)
    assert "Each node of given.onnx makes what ONNX Runtime makes of the same." in str(small.report)
    small.export_onnx(tmp_path / "small.onnx")
    torch.testing.assert_close(answer(tmp_path / "small.onnx"), answer(file))


def faulty(op: str, function: Callable[..., Any], raw: bool) -> Callable[[Node], Operator | None]:
    return lambda node: Operator(function, raw=raw) if node.op == op else operator_of(node)


def a_step_off(node: Node, x: torch.Tensor, scale: Any, zero: Any) -> torch.Tensor:
    """One step less wherever a number lies a little above an edge."""
    own = operator_of(node)
    assert own is not None
    return own.function(node, x - 0.4 * STEP, scale, zero)


@pytest.mark.parametrize(
    ("op", "function", "name"),
    [
        ("Sub", lambda node, x, y: x - 1.001 * y, "left"),
        ("Relu", lambda node, x: x.clamp(min=-1e3), "neuron"),
        ("QuantizeLinear", a_step_off, "rounded"),
    ],
)
def test_a_node_that_is_wrong_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, op: str, function: Callable[..., Any], name: str
) -> None:
    monkeypatch.setattr(carried_out, "operator_of", faulty(op, function, op == "QuantizeLinear"))
    file = network(tmp_path / "given.onnx")
    inputs = (torch.from_numpy(EDGES + STEP / 10),)
    with pytest.raises(UserError, match=f"node '{name}' \\({op}\\)") as failed:
        sparsec.compile(str(file), inputs, measure=False)
    assert failed.value.code == "onnx-import-failed" and "differs by" in str(failed.value)


def test_scales_that_are_worked_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each integer is held to the scale that ONNX Runtime worked out."""
    file, random = network(tmp_path / "given.onnx", worked_out=True), np.random.default_rng(3)
    module = read_onnx(file).module
    values = torch.from_numpy(random.normal(size=(4000, 12)).astype(np.float32))
    assert node_by_node.wrong_node(file, module, [values]) is None
    own = operator_of(Node("", "DynamicQuantizeLinear", "", 17, (), (), {}))
    assert own is not None

    def wrong(node: Node, x: torch.Tensor) -> Any:
        integers, scale, zero = own.function(node, x)
        return torch.where(integers == 100, integers + 1, integers), scale, zero

    monkeypatch.setattr(carried_out, "operator_of", faulty("DynamicQuantizeLinear", wrong, False))
    found = node_by_node.wrong_node(file, module, [values])
    assert found is not None and found[0].name == "rounded" and "'q' differs by up to 1 in" in found[1]


def test_weights_in_another_file_and_values_some_at_a_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = network(tmp_path / "given.onnx")
    model = onnx.load(file)
    onnx.save(model, file, save_as_external_data=True, location="weights.bin", size_threshold=0)
    assert (tmp_path / "weights.bin").stat().st_size
    asked: list[list[str]] = []
    session = node_by_node._Traced._session
    monkeypatch.setattr(
        node_by_node._Traced, "_session", lambda self, names: asked.append(names) or session(self, names)
    )
    monkeypatch.setattr(node_by_node, "MOST_BYTES", 700)
    assert node_by_node.wrong_node(file, read_onnx(file).module, [torch.from_numpy(EDGES)]) is None
    assert asked == [["q", "d"], ["r"], ["v", "m", "y"]]


def test_where_inner_values_cannot_be_had_the_whole_has_to_agree(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(self: Any, names: Any) -> Any:
        raise RuntimeError("too large")

    monkeypatch.setattr(node_by_node._Traced, "_session", fails)
    with pytest.raises(UserError, match=r"differs by .* of its scale"):
        sparsec.compile(str(network(tmp_path / "given.onnx")), (torch.from_numpy(EDGES),), measure=False)
