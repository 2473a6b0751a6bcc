"""Every kernel on a graphics card, with every count of stages: what the interpreter cannot show."""

from __future__ import annotations

import dataclasses
import itertools
import random

import pytest
import torch
from torch import Tensor

from sparsec.codegen.triton import version
from sparsec.codegen.triton.base import Launch

from .drawn import KERNELS, ONCE, TOLERANCES, Case

pytestmark = [
    pytest.mark.gpu,
    pytest.mark.skipif(not version(), reason="triton is not installed"),
    pytest.mark.skipif(not torch.cuda.is_available(), reason="PyTorch sees no graphics card"),
]
LAYERS = sorted(set(KERNELS) - ONCE)


def drawn(name: str, dtype: torch.dtype, number: int) -> Case:
    """The next case of a dtype that this card can run."""
    copies = torch.cuda.get_device_capability()[0] >= 9
    for seed in itertools.count(100 * number):
        case: Case = KERNELS[name](random.Random(f"{name} {seed}"))
        if case.x.dtype is dtype and (copies or not case.launch.schedule.constants.get("TMA")):
            return case
    raise AssertionError("there is always another")


def on_the_card(launch: Launch, stages: int) -> Launch:
    given = launch.arguments.items()
    arguments = {name: value.cuda() if isinstance(value, Tensor) else value for name, value in given}
    schedule = dataclasses.replace(launch.schedule, stages=stages)
    result = arguments["y"]
    assert isinstance(result, Tensor)
    return Launch(schedule, arguments, launch.grid, result, launch.slots)


@pytest.mark.parametrize("stages", range(1, 6))
@pytest.mark.parametrize("dtype", [*TOLERANCES], ids=str)
@pytest.mark.parametrize("name", LAYERS)
def test_drawn_layers(name: str, dtype: torch.dtype, stages: int) -> None:
    for number in range(6):
        case = drawn(name, dtype, number)
        case.launch = on_the_card(case.launch, stages)
        assert not case.check(), str(case)
