"""Who counts where: launches of a stream together, recorded ones apart; nothing is zeroed again."""

from __future__ import annotations

from dataclasses import replace

import pytest
import torch
from torch import Tensor

from sparsec.codegen.triton.base import Kernel, Launch, Schedule
from sparsec.runtime.gpu import counters, kernels
from sparsec.runtime.gpu.counters import BLOCK, LEAST, LINE, MOST, Counters, in_turns

CPU = torch.device("cpu")


class Counting(Launch):
    """Gives the counters that it was given."""

    def run(self, counters: Tensor | None = None) -> Tensor:
        self.result.copy_(self.given(counters)["arrived"][: self.slots])
        return self.result


def launch(slots: int) -> Counting:
    schedule = Schedule(Kernel("bsr_linear", {}), {})
    return Counting(schedule, {}, (1, 1, 1), torch.full([slots], 7, dtype=torch.int32), slots)


@pytest.fixture
def none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(counters, "_devices", {})


def overlap(one: Tensor, other: Tensor) -> bool:
    starts, ends = zip(*((t.data_ptr(), t.data_ptr() + 4 * len(t)) for t in (one, other)), strict=True)
    return max(starts) < min(ends)


def test_launches_in_a_stream_share_theirs() -> None:
    mine = Counters(CPU)
    one, other = mine.shared(10, stream=1), mine.shared(10, stream=2)
    assert mine.shared(LEAST, stream=1) is one and len(one) == LEAST and not overlap(one, other)
    more = mine.shared(LEAST + 1, stream=1)
    assert len(more) == 2 * LEAST and not more.any() and mine.shared(10, stream=1) is more


def test_recorded_launches_have_their_own() -> None:
    mine = Counters(CPU)
    mine.set_aside()
    given = [mine.own(slots) for slots in (1, LINE, LINE + 1, 3)]
    assert [len(one) for one in given] == [1, LINE, LINE + 1, 3] and not any(one.any() for one in given)
    assert [(one.data_ptr() - given[0].data_ptr()) // 4 for one in given] == [0, LINE, 2 * LINE, 4 * LINE]
    assert not overlap(given[0], mine.shared(1, stream=1))


def test_there_is_always_room_for_recorded_launches_up_to_a_limit() -> None:
    mine = Counters(CPU)
    assert len(mine.own(5)) == 5 and not mine.blocks  # nothing was set aside: it zeroes itself when it is replayed
    for count in range(1, MOST // BLOCK + 2):
        mine.set_aside()
        mine.set_aside()
        assert len(mine.blocks) == min(count, MOST // BLOCK)
        first = mine.own(BLOCK // 2 + LINE)
        assert not any(overlap(first, block) for block in mine.blocks[:-1])
    assert len(mine.own(BLOCK)) == BLOCK, "none are left: it zeroes its own"
    assert len({block.data_ptr() for block in mine.blocks}) == MOST // BLOCK, "graphs go on counting in them"


@pytest.mark.usefixtures("none")
def test_a_launch_is_given_zeros(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kernels.binaries, "held", lambda *key: None)
    for _ in range(2):
        assert not kernels._launched(lambda: launch(50), "sm_90").any()
    (mine,) = counters._devices.values()
    assert [*mine.streams] == [0]
    assert counters.counters(replace(launch(50), slots=0)) is None and len(mine.streams) == 1


@pytest.mark.usefixtures("none")
def test_a_launch_that_is_recorded_takes_no_others(monkeypatch: pytest.MonkeyPatch) -> None:
    usual = counters.counters(launch(50))
    monkeypatch.setattr(counters, "recording", lambda device: True)
    one, other = counters.counters(launch(50)), counters.counters(launch(50))
    assert one is not None and other is not None and usual is not None
    assert not overlap(one, other) and not overlap(one, usual) and not overlap(other, usual)


@pytest.mark.usefixtures("none")
def test_what_comes_in_turns_shares_some_of_its_own() -> None:
    usual = counters.counters(launch(50))
    with in_turns(CPU):
        one, other = counters.counters(launch(50)), counters.counters(launch(60))
        assert one is other and one is not None and usual is not None and not overlap(one, usual)
    assert counters.counters(launch(50)) is usual
