"""Every kernel on a graphics card, with every count of stages: what the interpreter cannot show."""

from __future__ import annotations

import dataclasses
import itertools
import random
import shutil
import subprocess
import sys

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


def in_parts(name: str) -> Case:
    """A case whose sums are cut into parts that are counted."""
    for number in itertools.count():
        case = drawn(name, torch.bfloat16, number)
        if case.launch.slots:
            return case
    raise AssertionError("there is always another")


@pytest.mark.parametrize("name", LAYERS)
def test_parts_of_sums_are_counted_right_under_load(name: str) -> None:
    """Launches in four streams at a time, each with counters of its own: the last part to come adds up all, always."""
    case, streams = in_parts(name), [torch.cuda.Stream() for _ in range(4)]
    launches = [on_the_card(case.launch, case.launch.schedule.stages) for _ in streams]
    counters = [torch.zeros(launch.slots, dtype=torch.int32, device="cuda") for launch in launches]
    found: list[Tensor] = []
    torch.cuda.synchronize()
    for _ in range(100):
        for stream, launch, counted in zip(streams, launches, counters, strict=True):
            with torch.cuda.stream(stream):
                for memory in (launch.result, launch.arguments["partial"]):
                    assert isinstance(memory, Tensor)
                    memory.fill_(float("nan"))
                found.append(launch.run(counted).clone())
    torch.cuda.synchronize()
    assert not any(counted.any() for counted in counters)
    assert all(torch.equal(one.view(torch.int16), found[0].view(torch.int16)) for one in found)


@pytest.mark.skipif(not shutil.which("compute-sanitizer"), reason="NVIDIA's compute-sanitizer is not installed")
@pytest.mark.parametrize("tool", ["racecheck", "memcheck"])
def test_no_race_and_no_stray_access(tool: str) -> None:
    """The same under NVIDIA's own checks."""
    command = ["compute-sanitizer", "--tool", tool, "--error-exitcode", "9", sys.executable, "-m", "pytest", "-q"]
    chosen = [f"{__file__}::test_parts_of_sums_are_counted_right_under_load[bsr_linear]"]
    done = subprocess.run([*command, *chosen], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout[-2000:]
