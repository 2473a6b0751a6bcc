"""Chains of removals: exact errors, the best sets against a search over all, swaps that never make it worse."""

from __future__ import annotations

import itertools

import pytest
import torch
from torch import Tensor

from sparsec.passes.prune.importance.chain import Chain, moments_of


def drawn(*shape: int, seed: int) -> Tensor:
    return torch.randn(shape, dtype=torch.float64, generator=torch.Generator().manual_seed(seed))


def case(outputs: int, inputs: int, size: int, seed: int = 0) -> tuple[Tensor, Tensor, Tensor]:
    """A weight, a Hessian of inputs that go together, and units of so many columns in no order."""
    rows = drawn(4 * inputs, inputs, seed=seed) @ drawn(inputs, inputs, seed=seed + 1)
    order = torch.randperm(inputs, generator=torch.Generator().manual_seed(seed))
    return drawn(outputs, inputs, seed=seed + 2), rows.T @ rows, order.reshape(-1, size)


def chain_of(weight: Tensor, hessian: Tensor, columns: Tensor) -> Chain:
    return Chain(weight, *moments_of(torch.linalg.cholesky(hessian)), columns)


def refitted(weight: Tensor, hessian: Tensor, columns: Tensor, gone: list[int]) -> tuple[Tensor, float]:
    """The best weights without some units, from the normal equations, and what is lost."""
    left = torch.ones(weight.shape[1], dtype=torch.bool)
    left[columns[gone].flatten()] = False
    values = torch.zeros_like(weight)
    if left.any():
        values[:, left] = torch.linalg.solve(hessian[left][:, left], (weight @ hessian)[:, left].T).T
    change = values - weight
    return values, float(((change @ hessian) * change).sum())


def best(weight: Tensor, hessian: Tensor, columns: Tensor, count: int) -> float:
    """The least that can be lost, by a search over all sets."""
    sets = itertools.combinations(range(len(columns)), count)
    return min(refitted(weight, hessian, columns, [*some])[1] for some in sets)


def is_exact(chain: Chain, weight: Tensor, hessian: Tensor, columns: Tensor) -> None:
    gone = chain.gone.nonzero().flatten().tolist()
    values, error = refitted(weight, hessian, columns, gone)
    torch.testing.assert_close(chain.values, values, rtol=1e-8, atol=1e-8)
    assert chain.error == pytest.approx(error, rel=1e-8, abs=1e-8)


SIZES = pytest.mark.parametrize(("inputs", "size"), [(8, 1), (8, 2), (12, 3), (6, 6), (1, 1)])


@SIZES
def test_costs_are_what_is_lost(inputs: int, size: int) -> None:
    weight, hessian, columns = case(5, inputs, size)
    costs = chain_of(weight, hessian, columns).costs()
    for unit in range(len(columns)):
        assert float(costs[unit]) == pytest.approx(refitted(weight, hessian, columns, [unit])[1], rel=1e-9)


@SIZES
def test_after_each_removal_the_weights_are_the_best(inputs: int, size: int) -> None:
    weight, hessian, columns = case(5, inputs, size)
    chain = chain_of(weight, hessian, columns)
    for _ in range(len(columns)):
        costs, before = chain.costs(), chain.error
        unit = int(costs.argmin())
        chain.remove(torch.tensor([unit]))
        assert chain.error == pytest.approx(before + float(costs[unit]), rel=1e-9)
        assert chain.costs()[chain.gone].isinf().all()
        is_exact(chain, weight, hessian, columns)
    assert chain.gone.all() and not chain.values.any()


@SIZES
def test_many_at_once_are_as_one_by_one(inputs: int, size: int) -> None:
    weight, hessian, columns = case(5, inputs, size)
    chain = chain_of(weight, hessian, columns)
    chain.remove(torch.arange(len(columns) // 2))
    is_exact(chain, weight, hessian, columns)
    chain.remove(torch.tensor([], dtype=torch.int64))
    is_exact(chain, weight, hessian, columns)


@SIZES
def test_what_comes_back_comes_back_as_the_best(inputs: int, size: int) -> None:
    weight, hessian, columns = case(5, inputs, size)
    chain = chain_of(weight, hessian, columns)
    chain.remove(torch.arange(len(columns)))
    for unit in reversed(range(len(columns))):
        chain.restore(torch.tensor([unit]))
        is_exact(chain, weight, hessian, columns)
        if unit:
            inverse = torch.linalg.inv(hessian[columns[unit:].flatten()][:, columns[unit:].flatten()])
            there = columns[unit:].flatten()
            torch.testing.assert_close(chain._inverse[there][:, there], inverse, rtol=1e-7, atol=1e-9)
    torch.testing.assert_close(chain.values, weight)


@pytest.mark.parametrize("rounds", [1, 2, 3, 100])
def test_scores_are_what_is_lost_on_the_way(rounds: int) -> None:
    weight, hessian, columns = case(5, 8, 1)
    scores = chain_of(weight, hessian, columns).scores(rounds)
    order = scores.argsort().tolist()
    sizes = {1: [8], 2: [4, 4], 3: [2, 3, 3], 100: [1] * 8}[rounds]
    before: list[int] = []
    for size in sizes:
        expected = {unit: refitted(weight, hessian, columns, [*before, unit])[1] for unit in range(8)}
        others = [unit for unit in range(8) if unit not in before]
        some = sorted(others, key=lambda unit: expected[unit])[:size]
        assert order[len(before) : len(before) + size] == some
        assert [float(scores[unit]) for unit in some] == pytest.approx([expected[unit] for unit in some], rel=1e-8)
        before += some


def test_a_chain_of_one_round_is_each_by_itself() -> None:
    weight, hessian, columns = case(5, 8, 2)
    chain = chain_of(weight, hessian, columns)
    torch.testing.assert_close(chain.scores(1), chain_of(weight, hessian, columns).costs())


@pytest.mark.parametrize("seed", range(12))
@pytest.mark.parametrize(("inputs", "size", "count"), [(8, 1, 3), (9, 1, 5), (12, 2, 3)])
def test_swaps_end_where_no_pair_helps(inputs: int, size: int, count: int, seed: int) -> None:
    weight, hessian, columns = case(5, inputs, size, seed=100 * seed)
    chain = chain_of(weight, hessian, columns)
    chain.remove_lowest(count, count)
    greedy = chain.error
    swaps = chain.swap(100)
    is_exact(chain, weight, hessian, columns)
    assert int(chain.gone.sum()) == count
    assert best(weight, hessian, columns, count) <= chain.error * (1 + 1e-9)
    assert chain.error < greedy if swaps else chain.error == greedy
    gone = chain.gone.nonzero().flatten().tolist()
    for back, away in itertools.product(gone, (~chain.gone).nonzero().flatten().tolist()):
        other = [unit for unit in gone if unit != back] + [away]
        assert refitted(weight, hessian, columns, other)[1] >= chain.error * (1 - 1e-8)


def test_swaps_pay() -> None:
    """One after the other is often not the best set; swaps find the best of all for many of those."""
    missed = found = 0
    excess, left = 0.0, 0.0
    for seed in range(60):
        weight, hessian, columns = case(5, 8, 1, seed=10 * seed)
        chain, least = chain_of(weight, hessian, columns), best(weight, hessian, columns, 3)
        chain.remove_lowest(3, 3)
        excess += chain.error / least - 1
        missed += chain.error > least * (1 + 1e-9)
        before = chain.error
        chain.swap(100)
        left += chain.error / least - 1
        found += chain.error <= least * (1 + 1e-9) < before
    assert missed >= 10 and found >= missed / 3 and left <= excess / 2


def test_every_change_by_a_swap_is_known_beforehand() -> None:
    for size in (1, 2):
        weight, hessian, columns = case(5, 12, size)
        chain = chain_of(weight, hessian, columns)
        chain.remove(torch.tensor([1, 3]))
        gone, there = chain.gone.nonzero().flatten(), (~chain.gone).nonzero().flatten()
        changes = chain._changes(gone, there)
        for i, back in enumerate(gone.tolist()):
            for j, away in enumerate(there.tolist()):
                other = [unit for unit in (1, 3) if unit != back] + [away]
                expected = refitted(weight, hessian, columns, other)[1] - chain.error
                assert float(changes[i, j]) == pytest.approx(expected, rel=1e-7, abs=1e-9)


def test_no_swaps_where_there_is_nothing_to_swap() -> None:
    weight, hessian, columns = case(5, 8, 1)
    chain = chain_of(weight, hessian, columns)
    assert chain.swap(5) == 0 and chain.error == 0
    chain.remove_lowest(8, 3)
    assert chain.swap(5) == 0
    chain = chain_of(weight, hessian, columns)
    chain.remove_lowest(3, 1)
    assert chain.swap(0) == 0


def test_a_hessian_that_is_nearly_singular() -> None:
    """Rounding may spoil an inverse that is made smaller again and again; then it is made anew."""
    rows = drawn(40, 10, seed=5) @ drawn(10, 60, seed=6)
    hessian = rows.T @ rows
    hessian += 1e-11 * hessian.diagonal().mean() * torch.eye(60, dtype=torch.float64)
    weight, columns = drawn(7, 60, seed=7), torch.arange(60)[:, None]
    chain = chain_of(weight, hessian, columns)
    chain.remove_lowest(55, 55)
    error = refitted(weight, hessian, columns, chain.gone.nonzero().flatten().tolist())[1]
    change = chain.values - weight
    assert chain.values.isfinite().all()
    assert float(((change @ hessian) * change).sum()) == pytest.approx(error, rel=1e-2)
