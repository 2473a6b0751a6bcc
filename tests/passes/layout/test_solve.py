"""What choices cost under the model."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from zoo.everywhere import everywhere

from sparsec.compiler.ir.costs import Work
from sparsec.passes.layout.problem import ChannelGroup, Reader
from sparsec.passes.layout.solve import OWN, UNION, Model
from sparsec.runtime.targets import get

SIZE = 64
WORK = Work("pointwise", SIZE, SIZE, places=16, operands=2, innermost=True)


def model_of(target: str, kept: list[int]) -> tuple[Model, Reader]:
    """A sum over ``SIZE`` channels, one term of which holds some of them only."""
    wide, narrow = np.arange(SIZE), np.arange(SIZE, 2 * SIZE)
    node: Any = None
    reader = Reader(node, narrow, wide, np.arange(SIZE), "term", WORK, len(kept), copied=False)
    flags = np.zeros(2 * SIZE, dtype=bool)
    flags[wide], flags[narrow[kept]] = True, True
    return Model(ChannelGroup(SIZE, None, [], [reader], (wide, wide)), flags, get(target).estimate()), reader


@pytest.mark.parametrize("target", [*map(str, everywhere())])
def test_every_run_of_a_partial_addition_costs_its_operations(target: str) -> None:
    scattered, reader = model_of(target, [*range(0, SIZE, 2)])
    together, same = model_of(target, [*range(SIZE // 2)])
    order = range(SIZE)
    many, one = scattered.plan(order, {reader: OWN}), together.plan(order, {same: OWN})
    assert (many.ways[reader].how, one.ways[same].how) == ("partial", "partial")
    addition = get(target).estimate().seconds(replace(WORK, inputs=1, outputs=1))
    assert many.seconds - one.seconds > 30 * addition
    assert many.seconds > scattered.plan(order, {reader: UNION}).seconds
