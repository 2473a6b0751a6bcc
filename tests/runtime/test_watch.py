"""WeightWatch: every way of changing a weight is noticed, most of them at once, the rest soon, at a bounded cost."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

import pytest
import torch
from torch import Tensor

from sparsec.runtime import watch as watch_module
from sparsec.runtime.watch import PIECE_BYTES, TIME_SHARE, WeightWatch


class Clock:
    """Reading a piece takes a millisecond; nothing else takes time."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now

    def digest(self, words: Any, tail: Any, digest: Any = watch_module._digest) -> Any:
        self.now += 1e-3
        return digest(words, tail)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(watch_module, "_digest", clock.digest)
    return clock


def in_place(weight: Tensor) -> None:
    weight.mul_(2)


def new_storage(weight: Tensor) -> None:
    weight.data = weight.data.clone()


def of_inference(weight: Tensor) -> None:
    with torch.inference_mode():
        weight.mul_(2)


def through_data(weight: Tensor) -> None:
    weight.data[-1] += 1


def through_numpy(weight: Tensor) -> None:
    weight.view(torch.uint8).numpy()[0] += 1


COUNTED = {f.__name__: f for f in (in_place, new_storage, of_inference)}
AROUND = {f.__name__: f for f in (through_data, through_numpy)}
SIZES = (1, 7, 8, PIECE_BYTES + 5)
DTYPES = (torch.float32, torch.float64, torch.bfloat16, torch.int8, torch.complex64)


def weights(size: int, dtype: torch.dtype) -> list[Tensor]:
    return [torch.ones(3), (torch.arange(size) % 100 + 1).to(dtype)]


@pytest.mark.parametrize("dtype", DTYPES, ids=str)
@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("change", COUNTED | AROUND)
def test_a_change_is_noticed_on_demand_and_where_everything_is_read(change: str, size: int, dtype: torch.dtype) -> None:
    held = weights(size, dtype)
    asked, reading = WeightWatch(held, share=0), WeightWatch(held, share=math.inf)
    assert not asked.changed() and not reading.look(held)
    (COUNTED | AROUND)[change](held[1])
    assert asked.changed()
    assert reading.look(held)


@pytest.mark.parametrize("change", COUNTED)
def test_what_pytorch_counts_is_noticed_at_once(change: str) -> None:
    held = weights(9, torch.float32)
    watch = WeightWatch(held, share=None)
    assert not watch.look(held) and watch.moved(held) == []
    COUNTED[change](held[1])
    assert watch.look(held) and watch.moved(held) == [1]


def test_a_replaced_tensor_is_noticed_at_once() -> None:
    held = weights(9, torch.float32)
    watch = WeightWatch(held, share=None)
    now = [held[0], held[1].clone()]
    assert watch.moved(now) == [1]
    assert watch.look(now)
    assert watch.look(held), "once changed, always changed"


@pytest.mark.parametrize("change", AROUND)
def test_writes_around_the_counters_need_reading(change: str) -> None:
    held = weights(9, torch.float32)
    watch = WeightWatch(held, share=0)
    AROUND[change](held[1])
    for _ in range(100):
        assert not watch.look(held)
        watch.spend(1e6)
    assert watch.changed()


def looks(held: list[Tensor], watch: WeightWatch, seconds: float) -> Iterator[bool]:
    while True:
        watch.spend(seconds)
        yield watch.look(held)


def test_every_number_is_read_within_a_round(clock: Clock) -> None:
    held = [torch.ones(PIECE_BYTES // 4), torch.ones(9 * PIECE_BYTES // 4)]
    for at in (0, PIECE_BYTES // 4 - 1, PIECE_BYTES // 4, 9 * PIECE_BYTES // 4 - 1):
        watch = WeightWatch(held, clock=clock)
        assert watch.round == pytest.approx(10 * 1e-3 / TIME_SHARE)
        held[1].data[at] += 1
        calls = math.ceil(watch.round / 0.03) + 2  # the first call pays for nothing yet
        assert any(found for found, _ in zip(looks(held, watch, 0.03), range(calls), strict=False)), at


def test_the_cost_is_bounded_by_the_time_of_the_calls(clock: Clock) -> None:
    held = [torch.ones(100 * PIECE_BYTES // 4)]
    watch = WeightWatch(held, clock=clock)
    before, calls, seconds = clock.now, 2000, 0.02
    for found, _ in zip(looks(held, watch, seconds), range(calls), strict=False):
        assert not found
    assert clock.now - before == pytest.approx(TIME_SHARE * calls * seconds, rel=0.02)


def test_one_long_call_does_not_pay_for_a_long_look(clock: Clock) -> None:
    held = [torch.ones(100 * PIECE_BYTES // 4)]
    watch = WeightWatch(held, clock=clock)
    for seconds in (0.02, 60.0):
        watch.spend(seconds)
    before = clock.now
    assert not watch.look(held)
    assert clock.now - before == pytest.approx(1e-3)


def test_reading_on_demand_counts(clock: Clock) -> None:
    """Right after everything was read, nothing has to be for a round."""
    held = [torch.ones(100 * PIECE_BYTES // 4)]
    watch = WeightWatch(held, clock=clock)
    assert not watch.changed()
    before = clock.now
    assert not any(found for found, _ in zip(looks(held, watch, watch.round / 12), range(10), strict=False))
    assert clock.now == before


def test_a_whole_weight_that_is_written_is_seen_after_a_piece_of_each(clock: Clock) -> None:
    held = [torch.ones(20 * PIECE_BYTES // 4) for _ in range(5)]
    watch = WeightWatch(held, clock=clock)
    held[4].data.mul_(0.5)
    assert [found for found, _ in zip(looks(held, watch, 1e-3 / TIME_SHARE), range(6), strict=False)].index(True) == 5


ALIKE = {
    "negated": lambda x: x.neg_(),
    "reversed": lambda x: x.copy_(x.flip(0)),
    "swapped": lambda x: x.copy_(x.reshape(-1, 2).flip(1).reshape(-1)),
    "columns negated": lambda x: x.view(-1, 8)[:, 1].neg_(),
}


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64, torch.bfloat16], ids=str)
@pytest.mark.parametrize("name", ALIKE)
def test_changes_that_sums_do_not_see(name: str, dtype: torch.dtype) -> None:
    """Half of the numbers are negative, so that signs cancel; sums of words are the same afterwards."""
    values = torch.arange(1, 4097)
    weight = torch.where(values % 4 < 2, values, -values).to(dtype)
    watch = WeightWatch([weight], share=0)
    ALIKE[name](weight.data)
    assert watch.changed()


def test_strided_and_empty_tensors() -> None:
    base = torch.arange(12.0).reshape(3, 4)
    held = [base.t(), base[:, 1], torch.empty(0), torch.tensor(3.0), torch.ones(1).expand(5)]
    watch = WeightWatch(held, share=math.inf)
    assert not watch.look(held)
    base.data[2, 1] = 50
    assert watch.look(held)


def test_conjugated_and_negated_views() -> None:
    base = torch.ones(4, dtype=torch.complex64)
    held = [base.conj(), base.conj().imag]
    watch = WeightWatch(held, share=0)
    assert not watch.changed()
    base.data[1] = 5j
    assert watch.changed()


def test_inference_tensors_have_no_version() -> None:
    with torch.inference_mode():
        weight = torch.ones(5)
    watch = WeightWatch([weight], share=math.inf)
    assert not watch.look([weight]) and watch.moved([weight]) == []
    with torch.inference_mode():
        weight.add_(1)
    assert watch.look([weight])


def test_nan_equals_itself() -> None:
    weight = torch.full((10,), float("nan"))
    assert not WeightWatch([weight], share=0).changed()
