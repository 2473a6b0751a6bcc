"""Lookups: columns of tables, tables that are layers too, experts picked by index."""

from __future__ import annotations

import pytest
import torch
from torch import Tensor, nn
from torch.nn import functional as F

from ..harness import TOLERANCE, Outcome, captured, columns, difference, known, op_names, optimised

WORDS, WIDTH = 7, 8


def words(x: Tensor) -> Tensor:
    """Numbers of words, from whatever numbers."""
    return (x.abs() * 3).long().clamp(max=WORDS - 1)


def checked(model: nn.Module, *shapes: tuple[int, ...]) -> Outcome:
    """The model optimised, its numbers compared, and nothing left to do."""
    result = optimised(captured(model, *shapes))
    assert difference(result.program, model, *shapes) <= TOLERANCE
    assert not optimised(result.program).changed
    return result


class Reading(nn.Module):
    """A table and what reads it."""

    def __init__(self) -> None:
        super().__init__()
        self.table, self.last = nn.Embedding(WORDS, WIDTH), nn.Linear(WIDTH, 4)

    def forward(self, x: Tensor) -> Tensor:
        return self.last(self.table(words(x)).sin())


def test_a_column_that_nobody_reads_goes() -> None:
    result = checked(known(Reading(), zeros={"last.weight": columns(2, 5)}), (5,))
    assert result.shape("table.weight") == (WORDS, 6)
    assert result.shape("last.weight") == (4, 6)


def test_a_constant_column_goes_into_the_bias() -> None:
    model = known(Reading(), zeros={"table.weight": columns(2)})
    with torch.no_grad():
        model.table.weight[:, 4] = 0.7
    program = captured(model, (5,))
    result = checked(model, (5,))
    assert result.shape("table.weight") == (WORDS, 6)
    weights = program.weights()
    expected = weights["last.bias"] + weights["last.weight"][:, 4] * weights["table.weight"][0, 4].sin()
    torch.testing.assert_close(result.program.weights()["last.bias"], expected, rtol=1e-12, atol=0)


def test_a_table_of_equal_rows_is_no_table() -> None:
    model = known(Reading())
    with torch.no_grad():
        model.table.weight.copy_(model.table.weight[:1].expand(WORDS, -1))
    result = checked(model, (5,))
    assert "aten.embedding.default" not in op_names(result.program)


def test_rows_stay() -> None:
    """Any word may come, also one whose row is zero."""
    result = checked(known(Reading(), zeros={"table.weight": [1, 2]}), (5,))
    assert not result.changed


class Sums(Reading):
    """Words and their places, from two tables; the first is read twice."""

    def __init__(self) -> None:
        super().__init__()
        self.places = nn.Embedding(5, WIDTH)

    def forward(self, x: Tensor) -> Tensor:
        total = self.table(words(x)) + self.table(words(x + 1)) + self.places(torch.arange(5))
        return self.last(total)


def test_tables_that_are_added_share_their_columns() -> None:
    zeros = {"table.weight": columns(1, 3), "last.weight": columns(3, 6)}
    result = checked(known(Sums(), zeros=zeros), (5,))
    tables = {tuple(w.shape) for name, w in result.program.weights().items() if name.startswith("table")}
    assert tables == {(WORDS, 5)}
    assert result.shape("last.bias_map") == (1, 5, 4)  # column 1 depends on the place alone


class Tied(nn.Module):
    """A small language model, whose table is its last layer too."""

    def __init__(self) -> None:
        super().__init__()
        self.table, self.up, self.down = nn.Embedding(WORDS, WIDTH), nn.Linear(WIDTH, 12), nn.Linear(12, WIDTH)

    def forward(self, x: Tensor) -> Tensor:
        x = self.table(words(x))
        return F.linear(x + self.down(F.relu(self.up(x))), self.table.weight)


def test_a_table_that_is_a_layer_too_is_sliced_alike() -> None:
    zeros = {"table.weight": columns(2, 5), "down.weight": [2, 5], "down.bias": [2, 5]}
    model = known(Tied(), zeros=zeros)
    program = captured(model, (5,))
    before = {name: weight.clone() for name, weight in program.weights().items()}
    result = checked(model, (5,))
    tables = [w for name, w in result.program.weights().items() if name.startswith("table")]
    assert [tuple(w.shape) for w in tables] == [(WORDS, 6)]  # one table, as before
    assert result.shape("up.weight") == (12, 6)
    assert result.shape("down.weight") == (6, 12)
    assert all(torch.equal(weight, before[name]) for name, weight in program.weights().items())


class Computed(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.first, self.last = nn.Linear(5, WIDTH), nn.Linear(WIDTH, 4)

    def forward(self, x: Tensor) -> Tensor:
        return self.last(F.embedding(words(x).clamp(max=1), self.first(x)))


def test_leaves_a_table_that_depends_on_the_inputs() -> None:
    result = checked(known(Computed(), zeros={"last.weight": columns(2)}), (5,))
    assert "kept whole: its table depends on the inputs" in result.reasons
    assert result.shape("first.weight") == (WIDTH, 5)


# -------------------------------------------------------------------- experts


class Experts(nn.Module):
    """Every token goes through the two matrices of the expert that a gate picks for it."""

    def __init__(self) -> None:
        super().__init__()
        self.gate, self.first, self.last = nn.Linear(5, 3), nn.Linear(5, WIDTH), nn.Linear(6, 4)
        self.up, self.down = nn.Parameter(torch.empty(3, WIDTH, 10)), nn.Parameter(torch.empty(3, 10, 6))

    def forward(self, x: Tensor) -> Tensor:
        chosen = self.gate(x).argmax(-1)
        return self.last(self.through(self.first(x), chosen))

    def through(self, x: Tensor, chosen: Tensor) -> Tensor:
        hidden = torch.bmm(x[:, None], self.up[chosen]).relu()
        return torch.bmm(hidden, self.down[chosen])[:, 0]


class ByEinsum(Experts):
    def through(self, x: Tensor, chosen: Tensor) -> Tensor:
        hidden = torch.einsum("ni,nij->nj", x, self.up[chosen]).relu()
        return torch.einsum("nj,njk->nk", hidden, self.down[chosen])


class Grouped(Experts):
    """Tokens in the order of their experts, as transformers has them."""

    def through(self, x: Tensor, chosen: Tensor) -> Tensor:
        multiply = torch.ops.transformers.grouped_mm_fallback
        order = chosen.argsort(stable=True)
        ends = (chosen[:, None] == torch.arange(3)).sum(0).cumsum(0).to(torch.int32)
        hidden = multiply(x[order], self.up, ends).relu()
        return multiply(hidden, self.down, ends)[order.argsort()]


KINDS = [Experts, ByEinsum, Grouped]


@pytest.fixture(params=KINDS, ids=lambda kind: kind.__name__)
def kind(request: pytest.FixtureRequest) -> type[Experts]:
    if request.param is Grouped:
        pytest.importorskip("transformers.integrations.moe")
    found: type[Experts] = request.param
    return found


def test_a_feature_that_is_zero_for_every_expert_goes(kind: type[Experts]) -> None:
    result = checked(known(kind(), zeros={"up": (slice(None), slice(None), [1, 4])}), (5,))
    assert result.shape("up") == (3, WIDTH, 8)
    assert result.shape("down") == (3, 8, 6)


def test_a_feature_that_no_expert_reads_goes(kind: type[Experts]) -> None:
    result = checked(known(kind(), zeros={"down": (slice(None), [1, 4])}), (5,))
    assert result.shape("up") == (3, WIDTH, 8)
    inputs = checked(known(kind(), zeros={"up": (slice(None), 3)}), (5,))
    assert inputs.shape("up") == (3, WIDTH - 1, 10)
    assert inputs.shape("first.weight") == (WIDTH - 1, 5)


def test_a_feature_that_one_expert_needs_stays(kind: type[Experts]) -> None:
    result = checked(known(kind(), zeros={"up": ([0, 2], slice(None), [1, 1])}), (5,))
    assert result.shape("up") == (3, WIDTH, 10)


def test_an_output_that_nobody_reads_goes(kind: type[Experts]) -> None:
    result = checked(known(kind(), zeros={"last.weight": columns(0)}), (5,))
    assert result.shape("down") == (3, 10, 5)


def test_a_zero_that_experts_multiply(kind: type[Experts]) -> None:
    result = checked(known(kind(), zeros={"first.weight": [2], "first.bias": [2]}), (5,))
    assert result.shape("up") == (3, WIDTH - 1, 10)
