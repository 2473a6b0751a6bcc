"""What operations cost: the estimate."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from zoo.everywhere import everywhere

from sparsec.compiler.ir.costs import KINDS, Analytic, Work, family
from sparsec.runtime.targets import get

LAYER = Work("conv", 64, 64, 784, 9)
ESTIMATES = [*(target.estimate() for target in everywhere()), replace(get("onnxruntime").estimate(), threads=4)]

sizes = st.integers(1, 2048)


def works(kinds: tuple[str, ...] = KINDS) -> st.SearchStrategy[Work]:
    return st.builds(
        Work,
        kind=st.sampled_from(kinds),
        inputs=sizes,
        outputs=sizes,
        places=sizes,
        taps=st.sampled_from([1, 9]),
        operands=st.integers(1, 8),
        stride=st.integers(1, 2),
        innermost=st.booleans(),
    )


@pytest.mark.parametrize(
    ("work", "flops", "moved"),
    [
        (Work("conv", 3, 8, 100, 9), 2 * 3 * 8 * 9 * 100, 3 * 100 + 3 * 8 * 9 + 8 * 100),
        (Work("conv", 4, 32, 100, 9, groups=8), 2 * 4 * 32 * 9 * 100, 32 * 100 + 4 * 32 * 9 + 32 * 100),
        (Work("conv", 3, 8, 100, stride=2), 2 * 3 * 8 * 100, 3 * 400 + 3 * 8 + 8 * 100),
        (Work("depthwise", 1, 32, 100, 9, groups=32), 2 * 32 * 9 * 100, 32 * 100 + 32 * 9 + 32 * 100),
        (Work("linear", 16, 8, 5), 2 * 16 * 8 * 5, 16 * 5 + 16 * 8 + 8 * 5),
        (Work("pointwise", 8, 8, 10, operands=2), 0, 3 * 80),
        (Work("gather", 8, 8, 10), 0, 2 * 80),
        (Work("concat", 64, 64, 10, operands=2, innermost=True), 0, 2 * 640),
        (Work("concat", 64, 64, 10, operands=32, innermost=True), 0, 2 * 32 * 16 * 10),
    ],
)
def test_arithmetic_and_bytes(work: Work, flops: int, moved: int) -> None:
    assert (work.flops, work.bytes) == (flops, 4 * moved)


@pytest.mark.parametrize("costs", ESTIMATES, ids=lambda costs: f"{costs.target}-{costs.threads}")
@given(work=works(), data=st.data())
def test_the_smooth_part_never_falls_when_an_argument_grows(costs: Analytic, work: Work, data: st.DataObject) -> None:
    side = data.draw(st.sampled_from(["inputs", "outputs", "places", "taps", "operands", "stride"]))
    more = replace(work, **{side: getattr(work, side) + data.draw(st.integers(1, 100))})
    assert 0 <= costs.smooth(work) <= costs.smooth(more) < math.inf


@pytest.mark.parametrize("costs", ESTIMATES, ids=lambda costs: f"{costs.target}-{costs.threads}")
@given(work=works())
def test_seconds_are_the_smooth_part_times_the_penalty(costs: Analytic, work: Work) -> None:
    assert costs.seconds(work) == costs.smooth(work) * costs.penalty(work)
    assert costs.penalty(work) >= 1


def test_a_roofline() -> None:
    costs = Analytic("x", peak=1e9, bandwidth=1e9, overhead={"linear": 1.0}, efficiency={"linear": 0.5})
    assert costs.seconds(Work("linear", 1000, 1000, 1000)) == pytest.approx(1 + 2e9 / 0.5e9)
    assert costs.seconds(Work("linear", 1000, 1000, 1)) == pytest.approx(1 + 4 * 1002000 / 1e9)


def test_threads_share_arithmetic_and_part_of_the_memory() -> None:
    one, four = Analytic("x"), Analytic("x", threads=4)
    assert one.seconds(LAYER) == pytest.approx(4 * four.seconds(LAYER))
    assert one.seconds(Work("gather", 64, 64, 784)) == pytest.approx(2 * four.seconds(Work("gather", 64, 64, 784)))


def test_onnx_runtime_dislikes_odd_counts_that_it_reads() -> None:
    costs = get("onnxruntime").estimate()
    full = costs.seconds(LAYER)
    assert costs.seconds(replace(LAYER, inputs=63)) > costs.seconds(replace(LAYER, inputs=60)) == full
    assert costs.seconds(replace(LAYER, outputs=63)) == full  # computed in blocks of 16
    assert costs.seconds(replace(LAYER, inputs=48)) < full
    assert costs.seconds(replace(LAYER, inputs=3)) < full / 4  # an image is read as it is
    depthwise = Work("depthwise", 1, 64, 784, 9, groups=64)
    assert costs.seconds(replace(depthwise, outputs=63, groups=63)) > 4 * costs.seconds(depthwise)


def test_pytorch_does_not_care() -> None:
    costs = get("cpu").estimate()
    assert costs.seconds(replace(LAYER, inputs=63)) < costs.seconds(LAYER)


def test_movement() -> None:
    view, gather = Work("view", 256, 256, 3136), Work("gather", 256, 256, 3136)
    eager, inductor, onnx = (get(name).estimate() for name in ("cpu", "inductor", "onnxruntime"))
    assert eager.seconds(view) == eager.overhead["view"] < eager.seconds(gather) / 10
    assert inductor.seconds(view) == 0 < inductor.seconds(gather) < eager.seconds(gather)
    assert onnx.seconds(view) > 10 * eager.seconds(view)
    assert eager.seconds(replace(gather, innermost=True)) > 5 * eager.seconds(gather)


def test_a_concat_pays_for_every_piece() -> None:
    costs = get("cpu").estimate()
    two, ten = (costs.seconds(Work("concat", 64, 64, 49, operands=n)) for n in (2, 10))
    assert ten - two == pytest.approx(8 * costs.overhead["concat"])


@pytest.mark.parametrize("target", [*map(str, everywhere())])
def test_the_name_says_that_nothing_was_measured(target: str) -> None:
    assert get(target).estimate().name == f"{target}, estimated"


@pytest.mark.parametrize(
    ("work", "name"),
    [
        (Work("conv", 8, 8, 1), "conv 1x1"),
        (Work("conv", 8, 8, 1, 9), "conv kxk"),
        (Work("conv", 8, 8, 1, 9, groups=2), "conv grouped"),
        (Work("linear", 8, 8, 1, innermost=True), "linear"),
        (Work("gather", 8, 8, 1), "gather"),
        (Work("gather", 8, 8, 1, innermost=True), "gather innermost"),
    ],
)
def test_families(work: Work, name: str) -> None:
    assert family(work) == name
