"""Infinite and NaN weights: normal in masks, tables, limits and biases, refused where they spoil what is computed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import torch
import torch.nn.functional as F
from torch import Tensor, nn

import sparsec
from sparsec.compiler.errors import UserError

INF, NAN = float("inf"), float("nan")
X = torch.linspace(-2, 2, 40).reshape(5, 8)


class Holding(nn.Module):
    """Two linear layers: the first emits a zero at 2, the second reads nothing at 4; ``body`` puts buffers to use."""

    def __init__(self, body: Callable[[Any, Tensor], Tensor], **buffers: Tensor) -> None:
        super().__init__()
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(0)
            self.first, self.second = nn.Linear(8, 6), nn.Linear(6, 4)
        with torch.no_grad():
            self.first.weight[2], self.first.bias[2], self.second.weight[:, 4] = 0, 0, 0
        self.body = body
        for name, value in buffers.items():
            self.register_buffer(name, value)

    def forward(self, x: Tensor) -> Tensor:
        return self.body(self, x)


class Masked(nn.Module):
    """A causal mask of minus infinity, as ``nn.Transformer`` makes it."""

    def __init__(self) -> None:
        super().__init__()
        self.attend = nn.MultiheadAttention(16, 4, batch_first=True)
        self.up, self.down = nn.Linear(16, 24), nn.Linear(24, 16)
        self.register_buffer("mask", nn.Transformer.generate_square_subsequent_mask(12))
        with torch.no_grad():
            self.up.weight[:8] = 0

    def forward(self, x: Tensor) -> Tensor:
        length = x.shape[1]
        x = x + self.attend(x, x, x, attn_mask=self.mask[:length, :length], need_weights=False)[0]
        result: Tensor = x + self.down(torch.relu(self.up(x)))
        return result


def at(*places: int, value: float = -INF, size: int = 6, rest: float = 0.0) -> Tensor:
    """A vector that holds a value at some places."""
    return torch.full((size,), rest).index_fill(0, torch.tensor(places), value)


def check(model: nn.Module, x: Tensor = X) -> int:
    """Compile; the result has to agree, infinite and NaN numbers too. Returns how many parameters went."""
    small = sparsec.compile(model.eval(), (x,), measure=False)
    torch.testing.assert_close(small(x), model(x), equal_nan=True)
    return small.report.parameters[0] - small.report.parameters[1]


def test_a_causal_mask() -> None:
    x = torch.linspace(-1, 1, 2 * 7 * 16).reshape(2, 7, 16)
    assert check(Masked(), x) > 0


HARMLESS: dict[str, tuple[Callable[[Any, Tensor], Tensor], dict[str, Tensor]]] = {
    "a bias of the last layer": (lambda m, x: m.second(torch.relu(m.first(x))) + m.b, {"b": at(1, size=4)}),
    "a table picked by index": (
        lambda m, x: m.second(torch.relu(m.first(x))) + m.t[(x[:, 0] > 0).long()],
        {"t": torch.stack([at(3, size=4), at(0, size=4)])},
    ),
    "limits": (
        lambda m, x: m.second(torch.clamp(m.first(x), m.low, m.high)),
        {"low": torch.full((6,), -INF), "high": at(0, 5, value=INF, rest=1.0)},
    ),
    "softmax": (lambda m, x: m.second(torch.relu(m.first(x))) * torch.softmax(m.b, 0), {"b": at(1, size=4)}),
    "NaN that is replaced": (
        lambda m, x: m.second(torch.relu(m.first(x))) @ torch.nan_to_num(m.n, nan=2.0),
        {"n": torch.full((4, 4), NAN)},
    ),
}


@pytest.mark.parametrize("kind", HARMLESS)
def test_infinite_weights_that_are_normal(kind: str) -> None:
    body, buffers = HARMLESS[kind]
    assert check(Holding(body, **buffers)) > 0


def test_biases_of_layers() -> None:
    """Of a filter of zeros too, and beside a zero-padded constant that becomes a bias map."""
    model = nn.Sequential(nn.Conv2d(3, 6, 3, padding=1), nn.Sigmoid(), nn.Conv2d(6, 4, 3, padding=1)).eval()
    with torch.no_grad():
        model[0].weight[:3] = 0
        model[0].bias[1], model[2].bias[1] = -INF, -INF
    assert check(model, torch.linspace(-1, 1, 2 * 3 * 49).reshape(2, 3, 7, 7)) > 0


SPOILT: dict[str, tuple[Callable[[Any, Tensor], Tensor], dict[str, Tensor], str]] = {
    "a factor": (lambda m, x: m.second(m.first(x)) @ m.w, {"w": torch.full((4, 4), INF)}, "w"),
    "a weight under a mask": (
        lambda m, x: F.linear(x, m.w * m.m),
        {"w": torch.full((4, 8), INF), "m": torch.zeros(4, 8)},
        "w",
    ),
    "a transposed weight": (lambda m, x: m.first(x) @ m.w.t(), {"w": at(3).expand(4, 6).clone()}, "w"),
    "a gain": (lambda m, x: F.layer_norm(m.first(x), (6,), m.g), {"g": at(0, value=INF)}, "g"),
    "NaN that is added": (lambda m, x: m.second(m.first(x)) + m.b, {"b": at(1, value=NAN, size=4)}, "b"),
    "NaN as a factor": (lambda m, x: m.first(x) * m.b, {"b": at(1, value=NAN)}, "b"),
}


@pytest.mark.parametrize("kind", SPOILT)
def test_infinite_weights_that_spoil_results(kind: str) -> None:
    body, buffers, name = SPOILT[kind]
    with pytest.raises(UserError) as caught:
        sparsec.compile(Holding(body, **buffers).eval(), (X,), measure=False)
    assert caught.value.code == "non-finite-weights"
    assert f"weight '{name}' holds" in str(caught.value)
    assert "test_finite_weights.py:" in str(caught.value.where)


# --- zero times infinity is not zero

PRODUCTS: dict[str, tuple[Callable[[Any, Tensor], Tensor], dict[str, Tensor]]] = {
    "a constant zero meets an infinite factor": (
        lambda m, x: torch.cat([m.first(x), m.second(m.first(x) * m.f)], -1),
        {"f": at(2, value=INF, rest=1.0)},
    ),
    "a factor of zero meets an infinite value": (
        lambda m, x: torch.cat([m.first(x), m.second((m.first(x) + m.b) * m.z)], -1),
        {"b": at(3), "z": at(3, value=0.0, rest=1.0)},
    ),
    "a column of zeros meets an infinite value": (
        lambda m, x: torch.cat([m.first(x), m.second(m.first(x) + m.b)], -1),
        {"b": at(4)},
    ),
    "a product meets an infinite value": (
        lambda m, x: torch.cat([m.first(x), (m.first(x) + m.b) @ m.z], -1),
        {"b": at(4), "z": torch.eye(6) * at(4, value=0.0, rest=1.0)},
    ),
    "a gain of zero meets a norm of infinity": (
        lambda m, x: torch.cat([m.first(x), F.layer_norm(m.first(x) + m.b, (6,), m.z)[:, 3:5]], -1),
        {"b": at(4), "z": at(4, value=0.0, rest=1.0)},
    ),
}


@pytest.mark.parametrize("kind", PRODUCTS)
def test_zero_times_infinity(kind: str) -> None:
    body, buffers = PRODUCTS[kind]
    model = Holding(body, **buffers).eval()
    assert bool(model(X).isnan().any())
    check(model)


def test_sparse_kernels_leave_layers_alone_that_read_infinity() -> None:
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        model = nn.Sequential(nn.Linear(8, 64), nn.Linear(64, 64), nn.ReLU(), nn.Linear(64, 4)).eval()
    with torch.no_grad():
        model[1].weight.view(8, 8, 64)[:, :, ::8] = 1.0
        model[1].weight[torch.arange(64) % 8 != 0] *= 0.0
        model[1].weight[:, 32:] = 0
        model[0].bias[40] = -INF
    report = sparsec.compile(model, (X,), measure=False, verify=False).report
    assert any("infinite" in refusal.reason for refusal in report.refusals), report.refusals
