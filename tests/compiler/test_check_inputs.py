"""Invented inputs keep what can be seen of the example; those on which the original fails are dropped."""

from __future__ import annotations

from typing import Any

import pytest
import torch
from torch import Tensor, nn

import sparsec
from sparsec.compiler.check_inputs import invented


def like(value: Any) -> Any:
    (made,) = invented((value,), torch.Generator().manual_seed(1))
    return made


def test_indices_stay_in_range() -> None:
    value = torch.randint(0, 9, (2, 30))
    made = like(value)
    assert made.dtype == value.dtype
    assert sorted(made.flatten().tolist()) == sorted(value.flatten().tolist())
    assert not torch.equal(made, value)


@pytest.mark.parametrize(
    "value",
    [
        torch.tensor([0, 4, 9]),
        torch.tensor([True, False]),
        torch.tensor([[0.0, -torch.inf], [0.0, 0.0]]),
        torch.tensor([[0.0, 1.0, 1.0, 0.0]]),
        torch.zeros(0, 4),
        torch.tensor(3),
        3,
        None,
        "mode",
    ],
    ids=str,
)
def test_what_stays_as_it_is(value: Any) -> None:
    made = like(value)
    assert torch.equal(made, value) if isinstance(value, Tensor) else made == value


def test_probabilities_add_up() -> None:
    made = like(torch.randn(5, 7).softmax(-1))
    assert (made >= 0).all()
    torch.testing.assert_close(made.sum(-1), torch.ones(5))


@pytest.mark.parametrize(
    "value", [torch.rand(40), -torch.rand(40), torch.randn(40) * 3 + 50], ids=["0..1", "<0", "~50"]
)
def test_ranges_are_kept(value: Tensor) -> None:
    made = like(value)
    assert value.min() <= made.min() < made.max() <= value.max()


def test_complex_and_constant_inputs_vary() -> None:
    assert like(torch.randn(4, dtype=torch.complex64)).dtype == torch.complex64
    assert len(like(torch.ones(3)).unique()) == 3


# -------------------------------------------------------------------- models with relations between inputs


class Edges(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.a, self.b = nn.Linear(8, 32), nn.Linear(32, 4)

    def forward(self, x: Tensor, edges: Tensor) -> Tensor:
        y = torch.relu(self.a(x))
        return self.b(torch.zeros_like(y).index_add(0, edges[1], y[edges[0]]))


class Bags(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.bag, self.b = nn.EmbeddingBag(20, 32, mode="sum"), nn.Linear(32, 4)

    def forward(self, ids: Tensor, offsets: Tensor) -> Tensor:
        return self.b(self.bag(ids, offsets))


class Picky(nn.Module):
    """Fails on what is not sorted: an index out of range."""

    def __init__(self) -> None:
        super().__init__()
        self.a, self.b, self.table = nn.Linear(1, 16), nn.Linear(16, 4), nn.Embedding(1, 16)

    def forward(self, x: Tensor) -> Tensor:
        wrong = (x[1:] < x[:-1]).sum()
        return self.b(torch.relu(self.a(x[:, None])) + self.table(wrong))


def edges(nodes: int, count: int) -> tuple[Tensor, Tensor]:
    found = torch.randint(0, nodes, (2, count))
    found[0, 0] = nodes - 1
    return torch.randn(nodes, 8), found


def bags(count: int, offsets: list[int]) -> tuple[Tensor, Tensor]:
    return torch.randint(0, 20, (count,)), torch.tensor(offsets)


@pytest.mark.parametrize(
    ("kind", "inputs", "other"),
    [
        (Edges, edges(10, 30), edges(12, 44)),
        (
            Bags,
            (torch.randint(0, 20, (15,)), torch.tensor([0, 4, 9])),
            (torch.randint(0, 20, (7,)), torch.tensor([0, 2])),
        ),
        (Picky, (torch.randn(6).sort().values,), (torch.randn(9).sort().values,)),
    ],
)
def test_relations_between_inputs(kind: type[Any], inputs: tuple[Tensor, ...], other: tuple[Tensor, ...]) -> None:
    torch.manual_seed(0)
    model = kind().eval()
    model.b.weight.data[:, :8] = 0
    small = sparsec.compile(model, inputs, measure=False)
    assert small.report.samples >= 1
    with torch.no_grad():
        for given in (inputs, other):
            torch.testing.assert_close(small(*given), model(*given), atol=1e-5, rtol=1e-5)


def test_the_users_example_is_used_at_its_own_batch(monkeypatch: pytest.MonkeyPatch) -> None:
    from sparsec.compiler.reference import Reference

    seen: list[Any] = []
    real = Reference.__init__

    def watched(self: Reference, *arguments: Any, **options: Any) -> None:
        real(self, *arguments, **options)
        seen.append(self.inputs)

    monkeypatch.setattr(Reference, "__init__", watched)
    x, more = torch.randn(7, 6), torch.randn(2, 6)
    sparsec.compile(nn.Linear(6, 4).eval(), (x,), examples=[(more,)], measure=False)
    assert [len(inputs[0]) for inputs in seen[0]] == [7, 2, 3]
    assert torch.equal(seen[0][0][0], x.double())
