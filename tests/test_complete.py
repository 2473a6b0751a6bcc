"""No channel that is provably removable remains: the slow reference in ``zoo.reference`` looks for one."""

from __future__ import annotations

import pytest
import torch
from zoo.networks import NETWORKS
from zoo.reference import Removable, removable_channels
from zoo.small import SMALL

import sparsec
from sparsec.compiler.exact_stages import only

# PyTorch says so, once, where a net pads an even kernel.
pytestmark = pytest.mark.filterwarnings("ignore:Using padding='same' with even kernel:UserWarning")

COMPLETE = [name for name, case in SMALL.items() if not case.refused and not case.incomplete]
DEEP = ["resnet18", "resnext50", "densenet121", "mobilenet_v2", "mobilenet_v3_small", "shufflenet_v2", "googlenet",
        "regnet_y_400mf", "efficientnet_b0", "squeezenet1_1", "hf_convnext"]  # fmt: skip


def left_over(small: sparsec.CompiledModule, sample: int) -> list[Removable]:
    return removable_channels(small.program.module, small.program.inputs, sample=sample)


@pytest.mark.parametrize(
    "mask", [pytest.param("outputs", marks=pytest.mark.slow), pytest.param("inputs", marks=pytest.mark.slow), "both"]
)
# Every second one in quick runs: that they are exact, and that zeros go, is seen of all of them elsewhere.
@pytest.mark.parametrize(
    "name", [pytest.param(name, marks=pytest.mark.slow if at % 2 else ()) for at, name in enumerate(COMPLETE)]
)
def test_small(name: str, mask: str) -> None:
    case = SMALL[name]
    model = case.masked(mask, dtype=torch.float64)
    small = sparsec.compile(model, *case.inputs(dtype=torch.float64), measure=False, verify=False)
    assert left_over(small, sample=20) == []


@pytest.mark.slow
@pytest.mark.parametrize("mask", ["outputs", "inputs", "both"])
@pytest.mark.parametrize("name", DEEP)
def test_networks(name: str, mask: str) -> None:
    case = NETWORKS[name].case()
    model = case.masked(mask, dtype=torch.float64)
    small = sparsec.compile(model, *case.inputs(dtype=torch.float64), measure=False, verify=False)
    assert left_over(small, sample=40) == []


@pytest.mark.parametrize("name", ["plain", "residual", "grouped", "channel_shuffle", "pixel_shuffle", "squeeze_excite"])
def test_the_reference_finds_what_nobody_removed(name: str) -> None:
    """The other way round: on the same masked net, with no pass run, the reference does complain."""
    case = SMALL[name]
    model = case.masked("both", dtype=torch.float64)
    same = sparsec.compile(model, *case.inputs(dtype=torch.float64), measure=False, stages=only([]))
    found = left_over(same, sample=20)
    assert {channel.kind for channel in found} == {"dead", "constant"}
