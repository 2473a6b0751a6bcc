"""What every statistic promises: it only adds up, its memory is what it says, and does not grow with data."""

from __future__ import annotations

import pytest
import torch
from torch import Tensor

from sparsec.passes.prune import statistics
from sparsec.passes.prune.kinds import Statistic
from sparsec.passes.prune.statistics import BatchMagnitudes, Gradients
from sparsec.passes.prune.statistics.of_outputs import OfOutputs

OUTPUTS, INPUTS = 5, 7
KINDS = [getattr(statistics, name) for name in statistics.__all__]
ALL = pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)


def drawn(*shape: int, seed: int = 0) -> Tensor:
    return torch.randn(shape, generator=torch.Generator().manual_seed(seed)) + 0.5


def tensors_of(statistic: Statistic) -> dict[str, Tensor]:
    return {name: value for name, value in vars(statistic).items() if isinstance(value, Tensor)}


def saw(kind: type[Statistic], sizes: list[int], drift: float = 0.0) -> Statistic:
    """A statistic that has seen the same 40 rows in batches of some sizes."""
    rows, gradients = drawn(40, INPUTS), drawn(40, OUTPUTS, seed=1)
    dense = rows + drift * drawn(40, INPUTS, seed=2) if drift else rows
    statistic = kind(OUTPUTS, INPUTS)
    start = 0
    for size in sizes:
        batch = rows[start : start + size]
        statistic.observe(batch, dense[start : start + size] if drift else batch)
        if isinstance(statistic, OfOutputs):
            statistic.observe_output_gradient(gradients[start : start + size])
        start += size
    for number in range(4):
        if isinstance(statistic, Gradients):
            statistic.observe_gradient(drawn(OUTPUTS, INPUTS, seed=number))
    return statistic


ADDING = [kind for kind in KINDS if kind is not BatchMagnitudes]
"""Those to which it does not matter what a batch is."""


@pytest.mark.parametrize("kind", ADDING, ids=lambda kind: kind.__name__)
@pytest.mark.parametrize("drift", [0.0, 0.3])
def test_batches_only_add_up(kind: type[Statistic], drift: float) -> None:
    first, second = saw(kind, [40], drift), saw(kind, [1, 0, 30, 9], drift)
    assert vars(first).keys() == vars(second).keys()
    for name, value in tensors_of(first).items():
        torch.testing.assert_close(tensors_of(second)[name], value, rtol=1e-5, atol=1e-4)


@ALL
@pytest.mark.parametrize("drift", [0.0, 0.3])
def test_memory_is_what_it_says(kind: type[Statistic], drift: float) -> None:
    told, sizes = kind.bytes(OUTPUTS, INPUTS), {}
    for batches in ([40], [1] * 40):
        held = {value.data_ptr(): value.nbytes for value in tensors_of(saw(kind, batches, drift)).values()}
        sizes[len(batches)] = sum(held.values())
    assert sizes[1] == sizes[40]
    small = 4 * 8 * (INPUTS + OUTPUTS)  # vectors do not count where there are matrices
    assert sizes[1] - small <= told


@ALL
def test_data_stays_as_it_is_and_is_not_held(kind: type[Statistic]) -> None:
    rows = drawn(12, INPUTS)
    before, statistic = rows.clone(), kind(OUTPUTS, INPUTS)
    statistic.observe(rows, rows)
    assert torch.equal(rows, before)
    held = {name: value.clone() for name, value in tensors_of(statistic).items()}
    rows.zero_()
    for name, value in tensors_of(statistic).items():
        assert torch.equal(value, held[name])
