"""Resizing to the nearest pixel: ONNX Runtime picks the pixels that PyTorch picks, at sizes that divide unevenly."""

from __future__ import annotations

from typing import Any

import onnx
import pytest
import torch
import torch.nn.functional as F
from torch import Tensor, nn
from torch.export import Dim

import sparsec
from sparsec.compiler.ir.program import Program


class Resized(nn.Module):
    def __init__(self, **how: Any) -> None:
        super().__init__()
        self.how = how

    def forward(self, x: Tensor) -> Tensor:
        return F.interpolate(x + 1, mode="nearest", **self.how)


class Halved(nn.Module):
    def forward(self, x: Tensor) -> Tensor:
        return F.interpolate(x + 1, size=(x.shape[2] // 2 + 1, x.shape[3] + 5), mode="nearest")


def kinds(small: sparsec.CompiledModule, path: Any) -> list[str]:
    return [node.op_type for node in onnx.load(small.export_onnx(path / "model.onnx")).graph.node]


# Pairs that ONNX Runtime alone gets wrong, and a few that it gets right.
@pytest.mark.parametrize("sizes", [(14, 2), (20, 12), (21, 48), (25, 15), (26, 2), (28, 46), (7, 3), (9, 9)])
def test_static_sizes(sizes: tuple[int, int]) -> None:
    size, wanted = sizes
    model, x = Resized(size=(wanted, 3)).eval(), torch.randn(1, 2, size, 5)
    small = sparsec.compile(model, (x,), target="onnxruntime", measure=False)
    assert torch.equal(small(x), model(x))


@pytest.mark.parametrize(
    ("model", "shapes"),
    [
        (Halved(), [(2, 3, 27, 21), (1, 3, 26, 20), (3, 3, 13, 56), (2, 3, 42, 14)]),
        (Resized(size=(2, 12)), [(2, 3, 14, 20), (1, 3, 28, 56), (4, 3, 26, 20), (2, 3, 13, 12)]),
        (Resized(scale_factor=0.7), [(2, 3, 14, 28), (1, 3, 20, 10), (2, 3, 33, 47)]),
        (Resized(scale_factor=(1.5, 2)), [(2, 3, 14, 28), (1, 3, 21, 10), (2, 3, 33, 47)]),
    ],
    ids=["halved", "size", "smaller", "larger"],
)
def test_sizes_that_a_call_decides(model: nn.Module, shapes: list[tuple[int, ...]]) -> None:
    x = torch.randn(shapes[0])
    sides = {0: Dim("images"), 2: Dim("height", min=6), 3: Dim("width", min=6)}
    small = sparsec.compile(model.eval(), (x,), dynamic_shapes=(sides,), target="onnxruntime", measure=False)
    for shape in shapes:
        x = torch.randn(shape)
        assert torch.equal(small(x), model(x)), shape


@pytest.mark.parametrize("how", [{"scale_factor": 2}, {"scale_factor": (3, 1)}, {"size": (8, 14)}])
def test_whole_factors_are_one_node(how: dict[str, Any], tmp_path: Any) -> None:
    model, x = Resized(**how).eval(), torch.randn(1, 2, 4, 7)
    small = sparsec.compile(model, (x,), target="onnxruntime", measure=False)
    assert kinds(small, tmp_path) == ["Add", "Resize"] and torch.equal(small(x), model(x))


@pytest.mark.parametrize(("dims", "shape"), [(1, (2, 3, 14)), (3, (1, 2, 14, 5, 20))])
def test_lines_and_volumes(dims: int, shape: tuple[int, ...]) -> None:
    model, x = Resized(size=(2, 3, 12)[-dims:] if dims > 1 else 2).eval(), torch.randn(shape)
    small = sparsec.compile(model, (x,), target="onnxruntime", measure=False)
    assert torch.equal(small(x), model(x)) and isinstance(small.program, Program)
