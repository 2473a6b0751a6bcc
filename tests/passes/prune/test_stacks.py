"""Stacks of experts: neurons go in all of them at once, judged by the tokens that each sees, whichever way they lie."""

from __future__ import annotations

from typing import Any

import pytest
import torch
from torch import Tensor, nn
from torch.nn import functional as F

import sparsec
from sparsec.compiler.capture.models import capture
from sparsec.compiler.errors import UserError
from sparsec.compiler.ir.program import Program
from sparsec.passes.prune.budget import Macs, Parameters
from sparsec.passes.prune.outcome import Pruned
from sparsec.passes.prune.stacks import Stack
from sparsec.passes.prune.walk import Batch

from .test_prune import pruned

WIDTH, NEURONS, EXPERTS = 8, 12, 3


class Experts(nn.Module):
    """Of each token two experts; their weights are (experts, outputs, inputs), as transformers has them."""

    def __init__(self) -> None:
        super().__init__()
        self.first, self.last = nn.Linear(5, WIDTH), nn.Linear(WIDTH, 4)
        self.router = nn.Linear(WIDTH, EXPERTS, bias=False)
        self.up = nn.Parameter(torch.randn(EXPERTS, 2 * NEURONS, WIDTH) / 3)
        self.down = nn.Parameter(torch.randn(EXPERTS, WIDTH, NEURONS) / 3)

    def forward(self, x: Tensor) -> Tensor:
        x = self.first(x)
        shares, picked = self.router(x).softmax(-1).topk(2)
        y = self.through(x.repeat_interleave(2, dim=0), picked.reshape(-1)) * shares.reshape(-1, 1)
        return self.last(x + y.unflatten(0, (-1, 2)).sum(1))

    def gated(self, x: Tensor) -> Tensor:
        gate, up = x.chunk(2, dim=-1)
        return F.silu(gate) * up

    def through(self, x: Tensor, picked: Tensor) -> Tensor:
        hidden = self.gated(torch.bmm(self.up[picked], x[..., None])[..., 0])
        return torch.bmm(self.down[picked], hidden[..., None])[..., 0]


class ByEinsum(Experts):
    """The first reads through (experts, inputs, outputs)."""

    def __init__(self) -> None:
        super().__init__()
        self.up = nn.Parameter(self.up.detach().mT.contiguous())

    def through(self, x: Tensor, picked: Tensor) -> Tensor:
        hidden = self.gated(torch.einsum("ni,nij->nj", x, self.up[picked]))
        return torch.einsum("nj,nkj->nk", hidden, self.down[picked])


class Grouped(Experts):
    """Tokens in the order of their experts."""

    def through(self, x: Tensor, picked: Tensor) -> Tensor:
        multiply, order = torch.ops.transformers.grouped_mm_fallback, picked.argsort(stable=True)
        ends = (picked[:, None] == torch.arange(EXPERTS)).sum(0).cumsum(0).to(torch.int32)
        hidden = self.gated(multiply(x[order], self.up.transpose(-2, -1), ends))
        return multiply(hidden, self.down.permute(0, 2, 1), ends)[order.argsort()]


KINDS = [Experts, ByEinsum, Grouped]


@pytest.fixture(params=KINDS, ids=lambda kind: kind.__name__)
def net(request: pytest.FixtureRequest) -> Experts:
    if request.param is Grouped:
        pytest.importorskip("transformers.integrations.moe")
    return made(request.param)


def made(kind: type[Experts] = Experts) -> Experts:
    """The three kinds compute the same."""
    torch.manual_seed(0)
    net: Experts = kind().double().eval()
    return net


def tokens(count: int = 3) -> list[Tensor]:
    source = torch.Generator().manual_seed(1)
    return [torch.randn(20, 5, generator=source, dtype=torch.float64) for _ in range(count)]


def without(net: Experts, **options: Any) -> tuple[Program, Program, Pruned]:
    data = tuple(Batch((x,)) for x in tokens())
    program = capture(net, data[0].inputs)
    given: dict[str, Any] = {"units": ("neuron",), "sparsity": 0.5, "data": data, "keep": ("last",)}
    return program, *pruned(program, **(given | options))


def seen_by(net: Experts, x: Tensor) -> list[Tensor]:
    """What each expert's second matrix reads: (tokens, neurons)."""
    x = net.first(x)
    picked = net.router(x).topk(2).indices
    up = net.up.mT if isinstance(net, ByEinsum) else net.up
    return [net.gated(x[(picked == at).any(dim=1)] @ up[at].T) for at in range(EXPERTS)]


def test_wanda_is_told_what_each_expert_sees(net: Experts) -> None:
    _, result, outcome = without(net, importance="wanda")
    with torch.no_grad():
        rows = [torch.cat(some) for some in zip(*(seen_by(net, x) for x in tokens()), strict=True)]
    # Of each expert the magnitudes times the norms of what its own tokens give it; a neuron goes in all of them.
    norms = [one.square().sum(0).sqrt() for one in rows]
    scores = sum(net.down[at].abs().sum(0) * norms[at] for at in range(EXPERTS))
    (gone,) = outcome.gone
    expected = scores.argsort()[: NEURONS // 2].sort().values.tolist()  # type: ignore[attr-defined]
    assert (gone.kind, gone.size, gone.indices) == ("neuron", NEURONS, tuple(expected))
    down = result.held_weights()["down"]
    assert (down == 0).all(dim=(0, 1)).nonzero().flatten().tolist() == expected


@pytest.mark.parametrize(
    ("importance", "compensation"),
    [("magnitude", "none"), ("obs", "affine"), ("taylor", "none"), ("k-fac", "surgeon"), ("second-moment", "bias")],
)
def test_what_is_left_computes_what_the_pruned_model_does(importance: str, compensation: str) -> None:
    net, data = made(), tokens()
    loss = (lambda outputs, labels: outputs.square().mean(1)) if importance == "taylor" else None
    options: dict[str, Any] = {"importance": importance, "compensation": compensation, "loss": loss}
    result = sparsec.prune(net, data, units="neuron", keep="last", sparsity=0.5, **options)
    small = result.compile((data[0],), measure=False)
    state = small.module.state_dict()
    assert (state["up"].shape, state["down"].shape) == ((EXPERTS, NEURONS, WIDTH), (EXPERTS, WIDTH, NEURONS // 2))
    with torch.no_grad():
        assert float((small(data[1]) - result.model(data[1])).abs().max()) <= 1e-10


def test_all_ways_in_which_experts_lie_give_the_same() -> None:
    pytest.importorskip("transformers.integrations.moe")
    found = [without(made(kind), importance="obs", compensation="affine") for kind in KINDS]
    first, *others = [result.held_weights() for _, result, _ in found]
    for held, (program, _, outcome) in zip(others, found[1:], strict=True):
        torch.testing.assert_close(held["down"], first["down"], rtol=1e-6, atol=1e-8)
        up = held["up"].mT if held["up"].shape[1] == WIDTH else held["up"]
        torch.testing.assert_close(up, first["up"], rtol=1e-6, atol=1e-8)
        assert all(mask.shape == program.held_weights()[name].shape for name, mask in outcome.kept.items())


def test_others_make_up_for_what_goes_of_each_expert() -> None:
    program, result, outcome = without(made(), importance="obs", compensation="affine")
    (layer,) = outcome.outcomes
    assert layer.shape == (EXPERTS, WIDTH, NEURONS)
    assert layer.lost is not None and layer.masked is not None and layer.lost < layer.masked
    before, after = (each.held_weights()["down"] for each in (program, result))
    moved = ((before != after) & (after != 0)).any(dim=2).any(dim=1)
    assert bool(moved.all())


def test_an_expert_that_no_data_reaches_is_said_and_stays_else() -> None:
    net = made()
    with torch.no_grad():
        net.router.weight.zero_()
        net.first.bias[0], net.first.weight[0] = 1.0, 0.0
        net.router.weight[:, 0] = torch.tensor([1.0, 2.0, -3.0])
    program, result, outcome = without(net, importance="obs", compensation="affine")
    (layer,) = outcome.outcomes
    assert "no data reaches expert 2: nothing is known about its weights" in layer.notes
    before, after = (each.held_weights()["down"][2] for each in (program, result))
    assert torch.equal(after[after != 0], before[after != 0])
    assert int((after == 0).all(dim=0).sum()) == NEURONS // 2


def test_what_they_cost_is_what_tokens_pay() -> None:
    """Parameters count all experts, multiply-adds the two that a token meets."""
    sizes = {"first": 5 * WIDTH, "router": WIDTH * EXPERTS, "last": WIDTH * 4}
    pair = 3 * NEURONS * WIDTH
    for budget, experts in ((Parameters(0.6), EXPERTS * pair), (Macs(0.6), 2 * pair)):
        _, _, outcome = without(made(), sparsity=None, budget=budget, importance="magnitude")
        (gone,) = outcome.gone
        whole = sum(sizes.values()) + experts
        assert outcome.left == pytest.approx(1 - experts * len(gone.indices) / NEURONS / whole)
        assert outcome.left <= 0.6


def test_whole_experts_are_refused() -> None:
    net = made()
    with pytest.raises(UserError, match="has no expert that may go") as refusal:
        without(net, units=("expert",), importance="magnitude")
    assert "an expert that went would be picked still" in str(refusal.value)
    assert "units='neuron' takes neurons of all experts" in str(refusal.value)


def test_no_other_product_is_one() -> None:
    class Others(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.stack = nn.Parameter(torch.randn(3, 4, 5))

        def forward(self, x: Tensor) -> Tensor:
            return (x[:3] @ self.stack).sum() + torch.einsum("ni,eij->nj", x[0], self.stack).sum() + (x @ x.mT).sum()

    program = capture(Others().eval(), (torch.randn(3, 2, 4),))
    assert not [node for node in program.nodes() if Stack.of(node, program) is not None]
