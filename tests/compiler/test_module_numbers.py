"""Numbers that modules hold: with ``dynamic=True`` Dynamo passes them in, and the graph is compiled all the same."""

from __future__ import annotations

import pytest
import torch
from torch import Tensor, nn
from zoo.backends import run_sparse_backend
from zoo.reference import relative_error

from sparsec.compiler import backend
from sparsec.compiler.module_numbers import MOST_GRAPHS

TOLERANCE = 1e-5


class Scaled(nn.Module):
    """A number of the module that is no argument of an op that PyTorch knows."""

    def __init__(self) -> None:
        super().__init__()
        self.by = 0.7

    def forward(self, x: Tensor) -> Tensor:
        return x * self.by


BETWEEN = {
    "layer norm": lambda: nn.LayerNorm(32),
    "rms norm": lambda: nn.RMSNorm(32, eps=1e-3),
    "batch norm": lambda: nn.BatchNorm1d(32),
    "group norm": lambda: nn.GroupNorm(4, 32),
    "leaky relu": lambda: nn.LeakyReLU(0.2),
    "elu": lambda: nn.ELU(0.9),
    "softplus": lambda: nn.Softplus(1.5),
    "hardtanh": lambda: nn.Hardtanh(-0.5, 0.4),
    "a number of its own": Scaled,
}


def net(*between: nn.Module) -> nn.Sequential:
    torch.manual_seed(0)
    model = nn.Sequential(nn.Linear(8, 32), *between, nn.Linear(32, 4)).eval()
    with torch.no_grad():
        model[-1].weight[:, :8] = 0
    return model


@pytest.mark.parametrize("between", BETWEEN)
def test_a_graph_with_numbers_is_compiled(between: str) -> None:
    model = net(BETWEEN[between]())
    batches = [((torch.randn(n, 8),), {}) for n in (2, 3)]
    for result, (args, _) in zip(run_sparse_backend(model, batches, dynamic=True), batches, strict=True):
        assert relative_error(result, model(*args).detach()) <= TOLERANCE


def test_other_numbers_are_compiled_again_and_too_many_run_as_they_came() -> None:
    slope = nn.LeakyReLU(0.2)
    model, x, reports = net(slope), torch.randn(3, 8), len(backend.last_reports())
    torch._dynamo.reset()
    compiled = torch.compile(model, backend="sparse", dynamic=True)
    with torch.no_grad():
        for number in range(MOST_GRAPHS + 2):
            slope.negative_slope = 0.1 * (number + 2)
            for _ in range(2):
                assert relative_error(compiled(x), model(x)) <= TOLERANCE
    assert len(backend.last_reports()) == reports + MOST_GRAPHS
    torch._dynamo.reset()
