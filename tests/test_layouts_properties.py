"""Whatever the graph and whatever the masks: every plan is exact, and none costs more than the simple ones."""

from __future__ import annotations

import os

import torch
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from zoo.random_nets import KINDS, Net, Step

from sparsec.passes.layout.solve import MODES

from .passes.layout.harness import COPIES, MODELS, READ, Prepared, check, mask_consumers, mask_producers, prepare

EXAMPLES = settings(
    max_examples=int(os.environ.get("SPARSEC_EXAMPLES", "8")),
    deadline=None,
    derandomize="CI" in os.environ,
    suppress_health_check=list(HealthCheck),
    phases=[phase for phase in Phase if phase is not Phase.explain],
)
SEARCH = 0.2
# More of what makes values with several readers.
MORE = (*KINDS, "conv", "pointwise", "pointwise", "add", "add", "cat")


def graphs() -> st.SearchStrategy[Net]:
    """Graphs of four to twelve steps."""
    small = st.integers(0, 5)
    step = st.builds(Step, st.sampled_from(MORE), small, small, st.integers(1, 4), small)
    return st.builds(
        Net,
        steps=st.lists(step, min_size=4, max_size=12).map(tuple),
        channels=st.integers(1, 4),
        side=st.sampled_from((5, 6, 8)),
        outputs=st.sampled_from((1, 1, 2)),
        linear=st.booleans(),
        weights=st.integers(0, 1000),
        mask=st.just("none"),
        share=st.just(0.0),
    )


masks = st.sampled_from(("consumers", "producers", "both"))
shares = st.sampled_from((0.3, 0.5, 0.8))


def prepared(net: Net, which: str, share: float, batch: int) -> Prepared:
    case = net.case()
    model = case.build()
    if which != "consumers":
        mask_producers(model, share / 2, net.weights, biases=bool(net.weights % 2))
    if which != "producers":
        mask_consumers(model, share, net.weights)
    return prepare(model.double(), case.inputs(batch, dtype=torch.float64)[0])


@EXAMPLES
@given(graphs(), masks, shares, st.sampled_from(list(MODELS)))
def test_random_graphs_keep_their_numbers(net: Net, which: str, share: float, costs: str) -> None:
    start = prepared(net, which, share, batch=2)
    found = {mode: start.laid(mode, MODELS[costs], seconds=SEARCH) for mode in MODES}
    for laid in found.values():
        check(laid)
    for chosen in found["optimised"].facts.chosen:
        assert chosen.plan.seconds <= min(chosen.alternatives.values())


@EXAMPLES
@given(graphs(), masks, shares)
def test_no_more_is_copied_than_by_the_published_heuristic(net: Net, which: str, share: float) -> None:
    start = prepared(net, which, share, batch=1)
    best, published, naive = (start.laid(mode, COPIES, seconds=SEARCH) for mode in ("optimised", "upscale", "gather"))
    check(best)
    assert sum(published.copies) <= sum(naive.copies)
    # A copy may be what lets layers read fewer channels than with the published plan: those count first.
    fewer = any(found.plan.seconds // READ < found.alternatives["upscale"] // READ for found in best.facts.chosen)
    assert fewer or sum(best.copies) <= sum(published.copies)
