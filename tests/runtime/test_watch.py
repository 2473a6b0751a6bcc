"""WeightWatch: every way of changing a weight is noticed."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import torch
from torch import Tensor

from sparsec.runtime.watch import BLOCK, WeightWatch


def in_place(weight: Tensor) -> None:
    weight.mul_(2)


def through_data(weight: Tensor) -> None:
    weight.data[-1] += 1


def through_numpy(weight: Tensor) -> None:
    weight.view(torch.uint8).numpy()[0] += 1


def new_storage(weight: Tensor) -> None:
    weight.data = weight.data.clone()


CHANGES = {f.__name__: f for f in (in_place, through_data, through_numpy, new_storage)}
SIZES = (1, 7, 8, 3 * BLOCK + 5)


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64, torch.bfloat16, torch.int8], ids=str)
@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("change", CHANGES)
def test_a_change_is_noticed(change: str, size: int, dtype: torch.dtype) -> None:
    others, weight = torch.ones(3), (torch.arange(size) % 100 + 1).to(dtype)
    watch = WeightWatch([others, weight])
    assert not watch.changed()
    CHANGES[change](weight)
    assert watch.changed()


@pytest.mark.parametrize("change", [through_data, through_numpy])
def test_writes_around_the_version_counter_need_contents(change: Callable[[Tensor], None]) -> None:
    weight = torch.ones(10)
    watch = WeightWatch([weight], contents=False)
    change(weight)
    assert not watch.changed()
    weight.add_(1)
    assert watch.changed()


def test_strided_and_empty_tensors() -> None:
    base = torch.arange(12.0).reshape(3, 4)
    watch = WeightWatch([base.t(), base[:, 1], torch.empty(0)])
    assert not watch.changed()
    base.data[2, 1] = 50
    assert watch.changed()


def test_inference_tensors_have_no_version() -> None:
    with torch.inference_mode():
        weight = torch.ones(5)
    watch = WeightWatch([weight])
    assert not watch.changed()
    with torch.inference_mode():
        weight.add_(1)
    assert watch.changed()


def test_nan_equals_itself() -> None:
    weight = torch.full((10,), float("nan"))
    assert not WeightWatch([weight]).changed()
