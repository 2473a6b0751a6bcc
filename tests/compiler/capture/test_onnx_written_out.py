"""Norms and activations that files write out are one operator each where the formula is theirs, and answer alike."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import onnx
import onnxruntime
import pytest
import torch
from onnx import helper, numpy_helper

import sparsec
from sparsec.compiler.capture.onnx.imported import read_onnx

# Constants that formulas read; float32, as exporters write them.
NUMBERS = {
    name: np.float32(value)
    for name, value in {
        "half": 0.5,
        "one": 1.0,
        "two": 2.0,
        "three": 3.0,
        "eps": 1e-5,
        "root": 2**0.5,
        "inverse": 0.5**0.5,
        "pi": (2 / np.pi) ** 0.5,
        "cubic": 0.044715,
        "other": 0.51,
    }.items()
}


def random(*shape: int, seed: int = 0) -> Any:
    return np.random.default_rng(seed).normal(size=shape).astype(np.float32)


def file(path: Path, body: str, dtype: Any = np.float32, outputs: tuple[str, ...] = ("y",), opset: int = 13) -> Path:
    nodes = [onnx.parser.parse_node(line.strip()) for line in body.split("\n") if line.strip()]
    read = {name for node in nodes for name in node.input}
    held = NUMBERS | {"w": random(6, seed=1), "b": random(6, seed=2)}
    constants = [numpy_helper.from_array(value.astype(dtype), name) for name, value in held.items() if name in read]
    kind = helper.np_dtype_to_tensor_dtype(np.dtype(dtype))
    x = helper.make_tensor_value_info("x", kind, ["batch", 5, 6])
    given = [helper.make_empty_tensor_value_info(name) for name in outputs]
    graph = helper.make_graph(nodes, "g", [x], given, constants)
    onnx.save(helper.make_model(graph, opset_imports=[helper.make_opsetid("", opset)], ir_version=8), path)
    return path


def operators(path: Path, dtype: Any = np.float32) -> list[str]:
    """The operators that are left of a file, which answers as ONNX Runtime does."""
    imported = read_onnx(path)
    x = (random(3, 5, 6, seed=3) * 3).astype(dtype)
    wanted = onnxruntime.InferenceSession(str(path)).run(None, {"x": x})
    with torch.no_grad():
        found = imported.module(torch.from_numpy(x))
    for ours, theirs in zip(found.values(), wanted, strict=True):
        assert ours.numpy().dtype == theirs.dtype
        np.testing.assert_allclose(ours, theirs, rtol=2e-5 if dtype is np.float32 else 1e-2, atol=3e-6)
    return [node.op for node in imported.graph.nodes]


def norm(square: str = "Pow (d, two)", last: str = "", mean: str = "axes = [-1]", x: str = "x") -> str:
    return f"""m = ReduceMean <{mean}> ({x})
        d = Sub ({x}, m)
        q = {square}
        v = ReduceMean <{mean}> (q)
        e = Add (v, eps)
        s = Sqrt (e)
        {last or "y = Div (d, s)"}"""


NORMS = {
    "plain": norm(),
    "square": norm("Mul (d, d)"),
    "reciprocal": norm(last="r = Reciprocal (s)\ny = Mul (r, d)"),
    "scaled": norm(last="n = Div (d, s)\ny = Mul (n, w)"),
    "affine": norm(last="n = Div (d, s)\nk = Mul (w, n)\ny = Add (k, b)"),
    "subtracted twice": norm("Pow (d2, two)").replace("q =", "d2 = Sub (x, m)\nq ="),
    "handed on": norm(last="n = Div (d, s)\ni = Identity (w)\nk = Mul (n, i)\ny = Add (k, b)"),
    "by its place": norm(mean="axes = [2]"),
}


@pytest.mark.parametrize("body", NORMS.values(), ids=NORMS)
def test_a_norm_is_one(body: str, tmp_path: Path) -> None:
    assert operators(file(tmp_path / "net.onnx", body)) == ["LayerNormalization"]


def test_a_norm_of_several_axes_is_one(tmp_path: Path) -> None:
    assert operators(file(tmp_path / "net.onnx", norm(mean="axes = [1, 2]"))) == ["LayerNormalization"]


OTHER_NORMS = {
    "another power": norm("Pow (f, three)").replace("q =", "f = Abs (d)\nq ="),
    "another value squared": norm("Pow (x, two)"),
    "epsilon beside the root": norm().replace("Add (v, eps)", "Sqrt (v)").replace("s = Sqrt (e)", "s = Add (e, eps)"),
}


@pytest.mark.parametrize("body", OTHER_NORMS.values(), ids=OTHER_NORMS)
def test_another_formula_stays(body: str, tmp_path: Path) -> None:
    assert "LayerNormalization" not in operators(file(tmp_path / "net.onnx", body))


def test_what_is_read_within_stays(tmp_path: Path) -> None:
    assert "LayerNormalization" not in operators(file(tmp_path / "net.onnx", norm(), outputs=("y", "d")))


def test_a_norm_along_another_axis_answers_alike(tmp_path: Path) -> None:
    """Which axis is the last is known when the module is traced."""
    path = file(tmp_path / "net.onnx", norm(mean="axes = [1]"))
    operators(path)
    program = sparsec.compile(path, measure=False, kernels=False).program
    assert "layer_norm" not in str(program.graph)


def test_a_norm_of_half_precision_keeps_its_formula(tmp_path: Path) -> None:
    """It overflows where an operator that computes in float32 does not."""
    path = file(tmp_path / "net.onnx", norm(), np.float16)
    assert operators(path, np.float16) == ["LayerNormalization"]
    x = torch.zeros(1, 5, 6, dtype=torch.float16)
    x[..., 0] = 1000
    assert read_onnx(path).module(x)["y"].abs().max() == 0


def erf(last: str, inner: str = "Div (x, root)") -> str:
    return f"""a = {inner}
        t = Erf (a)
        f = Add (t, one)
        {last}"""


def tanh(inner: str) -> str:
    return f"""{inner}
        t = Tanh (a)
        f = Add (one, t)
        h = Mul (x, half)
        y = Mul (h, f)"""


ACTIVATIONS = {
    "half last": erf("p = Mul (x, f)\ny = Mul (p, half)"),
    "half first": erf("h = Mul (half, x)\ny = Mul (h, f)"),
    "half of the sum": erf("h = Mul (f, half)\ny = Mul (x, h)"),
    "a half is a quotient": erf("h = Div (x, two)\ny = Mul (f, h)"),
    "a product": erf("p = Mul (x, f)\ny = Mul (p, half)", "Mul (x, inverse)"),
    "tanh, a power": tanh("c = Pow (x, three)\nk = Mul (c, cubic)\np = Add (x, k)\na = Mul (p, pi)"),
    "tanh, products": tanh("c = Mul (x, x)\nd = Mul (c, x)\nk = Mul (cubic, d)\np = Add (k, x)\na = Mul (pi, p)"),
    "tanh, factored": tanh("z = Mul (x, pi)\nk = Mul (x, cubic)\nc = Mul (k, x)\np = Add (one, c)\na = Mul (z, p)"),
}


@pytest.mark.parametrize("body", ACTIVATIONS.values(), ids=ACTIVATIONS)
def test_an_activation_is_one(body: str, tmp_path: Path) -> None:
    assert operators(file(tmp_path / "net.onnx", body)) == ["Gelu"]


def test_what_an_activation_reads_may_be_a_sum(tmp_path: Path) -> None:
    body = "s = Add (x, b)\n" + ACTIVATIONS["half first"].replace("x", "s")
    assert operators(file(tmp_path / "net.onnx", body)) == ["Add", "Gelu"]


OTHERS = {
    "another factor": erf("p = Mul (x, f)\ny = Mul (p, other)"),
    "another width": erf("p = Mul (x, f)\ny = Mul (p, half)", "Div (x, two)"),
    "another value": erf("p = Mul (b, f)\ny = Mul (p, half)"),
    "another function": erf("p = Mul (x, f)\ny = Mul (p, half)").replace("Erf", "Tanh"),
    "another cube": tanh("c = Pow (x, two)\nk = Mul (c, cubic)\np = Add (x, k)\na = Mul (p, pi)"),
}


@pytest.mark.parametrize("body", OTHERS.values(), ids=OTHERS)
def test_another_activation_stays(body: str, tmp_path: Path) -> None:
    assert "Gelu" not in operators(file(tmp_path / "net.onnx", body))


def optimised(path: Path) -> list[str]:
    """The operators that ONNX Runtime makes of a file."""
    options = onnxruntime.SessionOptions()
    options.optimized_model_filepath = str(path.with_suffix(".fused.onnx"))
    options.log_severity_level = 4
    onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
    return [node.op_type for node in onnx.load(path.with_suffix(".fused.onnx")).graph.node]


def test_onnx_runtime_fuses_the_result_as_well_as_the_file(tmp_path: Path) -> None:
    body = norm(last="n = Div (d, s)\nk = Mul (n, w)\nz = Add (k, b)") + "\n"
    body += erf("p = Mul (z, f)\ny = Mul (p, half)", "Div (z, root)")
    path = file(tmp_path / "net.onnx", body)
    before = optimised(path)
    after = optimised(sparsec.compile(path, measure=False, kernels=False).export_onnx(tmp_path / "small.onnx"))
    assert sorted(before) == sorted(after) == ["Gelu", "LayerNormalization"]


def test_identities_are_read_through_save_where_an_output_is_one(tmp_path: Path) -> None:
    path = file(
        tmp_path / "net.onnx",
        "a = Identity (x)\nc = Identity (a)\nd = Relu (c)\ny = Identity (d)\nz = Abs (d)",
        outputs=("y", "z"),
    )
    assert operators(path) == ["Relu", "Identity", "Abs"]
