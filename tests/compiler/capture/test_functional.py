"""Exported programs in functional ATen: written as PyTorch's own tracing would, or left to that."""

from __future__ import annotations

from typing import Any

import pytest
import torch
from torch import Tensor, fx, nn
from torch.export import Dim, ExportedProgram

from sparsec.compiler.capture.functional import Unsure, functional
from sparsec.compiler.capture.models import capture, normalise

aten = torch.ops.aten


class Function(nn.Module):
    """A function of one input, with a buffer."""

    def __init__(self, function: Any) -> None:
        super().__init__()
        self.function = function
        self.norm = nn.BatchNorm2d(4).eval()
        self.register_buffer("table", torch.arange(4.0))

    def forward(self, x: Tensor) -> Any:
        return self.function(self, x)


def exported(function: Any) -> ExportedProgram:
    """The function on [batch, 4, 6, 6], the batch dynamic."""
    model, x = Function(function).eval(), torch.randn(2, 4, 6, 6)
    with torch.no_grad():
        return torch.export.export(model, (x,), dynamic_shapes=({0: Dim.AUTO},))


def text(module: nn.Module) -> list[str]:
    """A graph, operation by operation, with shapes and strides; names and where sizes are read aside."""
    assert isinstance(module, fx.GraphModule)
    normalise(module)
    names: dict[fx.Node, str] = {}
    lines = []
    for node in module.graph.nodes:
        if node.target is aten.sym_size.int:
            names[node] = f"size{node.args[1]}"
            continue
        names[node] = node.name if node.op != "call_function" else f"v{len(names)}"
        value = node.meta.get("val")
        shape = (str(value.shape), str(value.stride()), value.dtype) if isinstance(value, Tensor) else None
        inputs = fx.map_arg((node.args, dict(node.kwargs)), lambda a: names[a] and _Named(names[a]))
        lines.append(f"{node.target} {inputs} {shape if node.op != 'output' else ''}")
    return [line for line in lines if "_assert_tensor_metadata" not in line]


class _Named:
    def __init__(self, name: str) -> None:
        self.name = name

    def __repr__(self) -> str:
        return self.name


WRITTEN = {
    "kept": lambda m, x: x.transpose(2, 3).softmax(-1) @ x,
    "reshape": lambda m, x: x.reshape(x.shape[0], 4, 36).transpose(1, 2).reshape(x.shape[0], -1),
    "flatten": lambda m, x: x.flatten(1) * 2,
    "contiguous": lambda m, x: x.permute(0, 2, 3, 1).contiguous().contiguous() + 1,
    "dropout": lambda m, x: nn.functional.dropout(x.exp(), 0.5, training=False),
    "norm": lambda m, x: m.norm(x),
    "several results": lambda m, x: torch.cat([a * 2 for a in x.chunk(2, 1)], 1),
    "unbind": lambda m, x: x.unbind(1)[2] + 1,
    "casts": lambda m, x: x.to(torch.float64).to(torch.float32).to(x.dtype) + m.table[:, None, None],
    "in place": lambda m, x: nn.functional.relu_(m.norm(x)).add_(x),
    "in place, read again": lambda m, x: _read_again(x.exp()),
    "in place, through another name": lambda m, x: _other_name(x.exp()),
    "numbers in place": lambda m, x: (m.table.long() + 1).add_(2),
    "boolean": lambda m, x: ((x > 0) & (x < 1)).to(x.dtype),
}


def _read_again(y: Tensor) -> Tensor:
    y.mul_(3.0)
    y.clamp_(0.0, 2.0)
    return y + y.sum()


def _other_name(y: Tensor) -> Tensor:
    same = y.contiguous()
    same.neg_()
    return y * same


@pytest.mark.parametrize("name", WRITTEN)
def test_what_is_written_is_what_tracing_gives(name: str) -> None:
    program = exported(WRITTEN[name])
    assert text(functional(program, ())) == text(program.run_decompositions({}).module(check_guards=False))


def _writes_view(m: Any, x: Tensor) -> Tensor:
    y = x.exp()
    y[:, 0].zero_()
    return y


def _view_of_written(m: Any, x: Tensor) -> Tensor:
    y = x.exp()
    part = y[:, 0]
    y.mul_(2.0)
    return part


def _writes_buffer(m: Any, x: Tensor) -> Tensor:
    m.table.add_(1.0)
    return x + m.table[0]


def _writes_input(m: Any, x: Tensor) -> Tensor:
    return x.mul_(2.0)


def _promotes(m: Any, x: Tensor) -> Tensor:
    return x.exp().add_(torch.ones(6, dtype=torch.float64))


UNSURE = {
    "a view is written into": _writes_view,
    "a view sees it": _view_of_written,
    "a buffer": _writes_buffer,
    "an input": _writes_input,
    "another type": _promotes,
    "a constant": lambda m, x: x + torch.tensor([1.0, 2, 3, 4, 5, 6]),
    "sizes that depend on data": lambda m, x: x[x[:, 0, 0, 0] > 0].sum(),
    "written out otherwise": lambda m, x: nn.functional.glu(x, 1),
    "a branch": lambda m, x: torch.cond(x.sum() > 0, lambda y: y + 1, lambda y: y - 1, (x,)),
}


@pytest.mark.parametrize("name", UNSURE)
def test_what_only_tracing_tells_is_left_to_it(name: str) -> None:
    with pytest.raises(Unsure):
        functional(exported(UNSURE[name]), {aten.glu.default})


@pytest.mark.parametrize("name", ["a view is written into", "a view sees it", "another type", "written out otherwise"])
def test_both_ways_end_in_the_models_program(name: str) -> None:
    model, x = Function(UNSURE[name]).eval(), torch.randn(2, 4, 6, 6)
    program = capture(model, (x,))
    torch.testing.assert_close(program.run([x.clone()])[0], model(x.clone()))


def test_no_program_is_traced_again_without_need(monkeypatch: pytest.MonkeyPatch) -> None:
    def traced(*_: Any, **__: Any) -> None:
        raise AssertionError("traced")

    monkeypatch.setattr(ExportedProgram, "run_decompositions", traced)
    net = nn.Sequential(nn.Conv2d(3, 4, 3), nn.BatchNorm2d(4), nn.ReLU(inplace=True), nn.Dropout(), nn.Flatten())
    program = capture(net.eval(), (torch.randn(2, 3, 5, 5),))
    assert program.output_names == ("view",)
