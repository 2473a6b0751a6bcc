"""Whatever the graph, whatever the zeros: compiling keeps the numbers."""

from __future__ import annotations

import os

import torch
from hypothesis import HealthCheck, Phase, given, settings
from zoo.case import run
from zoo.random_nets import Net, nets
from zoo.reference import relative_error

import sparsec

# The same examples every time in CI, new ones on a developer's machine. The explain phase would triple the time.
EXAMPLES = settings(
    max_examples=40,
    deadline=None,
    derandomize="CI" in os.environ,
    suppress_health_check=list(HealthCheck),
    phases=[phase for phase in Phase if phase is not Phase.explain],
)


@EXAMPLES
@given(nets())
def test_random_graphs_keep_their_numbers(net: Net) -> None:
    case = net.case()
    model = case.masked(net.mask, net.share, torch.float64)
    small = sparsec.compile(model, *case.inputs(dtype=torch.float64), measure=False)
    for batch in (1, 3):
        inputs = case.inputs(batch, seed=batch, dtype=torch.float64)
        assert relative_error(run(small, inputs), run(model, inputs)) <= 1e-10
