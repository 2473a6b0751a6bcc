"""Weights of few bits, with a scale for each block: they come in as numbers, and their zeros are seen."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import onnx
import pytest
import torch
from onnx import TensorProto, helper, numpy_helper
from zoo.refusals import refused

import sparsec
from sparsec.compiler.capture.onnx.imported import read_onnx

from .onnx_nodes import session_of, values, whole

INPUTS, OUTPUTS, BLOCK = 40, 24, 16
BLOCKS = -(-INPUTS // BLOCK)
X = values(3, INPUTS)


def packed(numbers: Any, bits: int) -> Any:
    """Integers in bytes, the lowest bits first; rows are filled up with zeros."""
    per = 8 // bits
    rows = np.pad(numbers, [(0, 0), (0, -numbers.shape[1] % per)]).reshape(len(numbers), -1, per)
    return (rows << np.arange(0, 8, bits)).sum(-1).astype(np.uint8)


def product(path: Path, bits: int = 4, zeros: str = "", gone: tuple[int, ...] = (), **more: Any) -> Path:
    """A product, Relu, and a second product; some rows of the first weight are the integer that stands for zero."""
    random, middle = np.random.default_rng(0), 1 << (bits - 1)
    integers = random.integers(0, 1 << bits, (OUTPUTS, BLOCKS * BLOCK))
    integers[[*gone]] = middle
    held = {
        "w_Q4": packed(integers, bits).reshape(OUTPUTS, BLOCKS, BLOCK * bits // 8),
        "scales": random.uniform(0.1, 1, (OUTPUTS, BLOCKS)).astype(np.float32),
        "bias": random.normal(size=OUTPUTS).astype(np.float32),
        "last": values(OUTPUTS, 5),
    }
    if zeros:
        held["zeros"] = packed(random.integers(0, 1 << bits, (OUTPUTS, BLOCKS)), bits)
    if zeros == "numbers":
        held["zeros"] = random.normal(size=(OUTPUTS, BLOCKS)).astype(np.float32)
    given = ["x", "w_Q4", "scales", "zeros" if zeros else "", "", "bias"]
    how = {"K": INPUTS, "N": OUTPUTS, "bits": bits, "block_size": BLOCK} | more
    nodes = [
        helper.make_node("MatMulNBits", given, ["a"], domain="com.microsoft", **how),
        helper.make_node("Relu", ["a"], ["b"]),
        helper.make_node("MatMul", ["b", "last"], ["y"]),
    ]
    return written(path, nodes, held)


def written(path: Path, nodes: list[Any], held: dict[str, Any]) -> Path:
    constants = [value if isinstance(value, onnx.TensorProto) else None for value in held.values()]
    constants = [
        made or numpy_helper.from_array(value, name)
        for made, (name, value) in zip(constants, held.items(), strict=True)
    ]
    graph = helper.make_graph(
        nodes,
        "g",
        [helper.make_tensor_value_info("x", TensorProto.FLOAT, ["n", INPUTS])],
        [helper.make_empty_tensor_value_info("y")],
        constants,
    )
    opsets = [helper.make_opsetid("", 21), helper.make_opsetid("com.microsoft", 1)]
    onnx.save(helper.make_model(graph, opset_imports=opsets, ir_version=10), path)
    return path


def check(path: Path) -> None:
    wanted = session_of(onnx.load(path)).run(None, {"x": X})[0]
    found = read_onnx(path).module(torch.from_numpy(X))["y"]
    np.testing.assert_allclose(found, wanted, rtol=2e-5, atol=2e-5)


@pytest.mark.parametrize(
    ("bits", "zeros"), [(4, ""), (4, "integers"), (4, "numbers"), (8, ""), (8, "integers"), (2, "")]
)
def test_a_product_with_packed_weights(tmp_path: Path, bits: int, zeros: str) -> None:
    check(product(tmp_path / "net.onnx", bits, zeros))


@pytest.mark.parametrize("axis", [0, 1])
def test_weights_of_the_standard(tmp_path: Path, axis: int) -> None:
    shape = [INPUTS, OUTPUTS]
    random, scales = np.random.default_rng(0), [*shape]
    scales[axis] = -(-shape[axis] // 8)
    held = {
        "q": helper.make_tensor("q", TensorProto.INT4, shape, random.integers(-8, 8, shape).reshape(-1)),
        "s": random.uniform(0.1, 1, scales).astype(np.float32),
        "z": helper.make_tensor("z", TensorProto.INT4, scales, random.integers(-8, 8, scales).reshape(-1)),
    }
    nodes = [
        helper.make_node("DequantizeLinear", ["q", "s", "z"], ["w"], axis=axis, block_size=8),
        helper.make_node("MatMul", ["x", "w"], ["y"]),
    ]
    check(written(tmp_path / "net.onnx", nodes, held))


def test_rows_that_stand_for_zero_go(tmp_path: Path) -> None:
    path = product(tmp_path / "net.onnx", gone=(1, 2, 3, 4, 20, 21, 22, 23))
    small = sparsec.compile(path, target="cpu", measure=False, kernels=False, effort="fast")
    assert {row.name: row.outputs for row in small.report.layers} == {"w": (24, 16), "last": (5, 5)}
    wanted = session_of(onnx.load(path)).run(None, {"x": X})[0]
    np.testing.assert_allclose(small(torch.from_numpy(X))["y"], wanted, rtol=2e-5, atol=2e-5)


def test_weights_in_an_order_of_their_own_are_refused(tmp_path: Path) -> None:
    path = product(tmp_path / "net.onnx")
    model = onnx.load(path)
    model.graph.node[0].input[4] = "order"
    model.graph.initializer.append(numpy_helper.from_array(whole(*[0] * INPUTS, dtype=np.int32), "order"))
    onnx.save(model, path)
    assert "an order of their own" in str(refused("onnx-import-failed", lambda: read_onnx(path)))


def test_activations_that_are_rounded_are_refused(tmp_path: Path) -> None:
    path = product(tmp_path / "net.onnx", accuracy_level=4)
    assert "rounded to 8 bits (accuracy_level=4" in str(refused("onnx-import-failed", lambda: read_onnx(path)))
