"""Gradients of a program are those of the module, and without labels their squares are the Fisher matrix."""

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
from sparsec.passes.prune.gradients import Run, observe_gradients
from sparsec.passes.prune.sites import sites_of
from sparsec.passes.prune.statistics import Gradients, OutputGradients
from sparsec.passes.prune.walk import Batch

KINDS = (Gradients, OutputGradients)


class Net(nn.Module):
    """Layers of every kind, one of which is read twice, and a buffer that is written."""

    def __init__(self) -> None:
        super().__init__()
        self.first = nn.Conv2d(3, 8, 3, padding=1)
        self.norm = nn.BatchNorm2d(8)
        self.grouped = nn.Conv2d(8, 12, 3, stride=2, dilation=2, padding=2, groups=2)
        self.up = nn.ConvTranspose2d(12, 6, 3, stride=2, padding=1, output_padding=1, groups=3)
        self.again = nn.Linear(6, 6, bias=False)
        self.last = nn.Linear(6, 5)
        self.register_buffer("calls", torch.zeros(6))

    def forward(self, x: Tensor) -> Tensor:
        x = self.up(F.relu(self.grouped(F.relu(self.norm(self.first(x)))))).mean((2, 3))
        self.calls.add_(x.detach().mean(0))
        out: Tensor = self.last(torch.tanh(self.again(torch.tanh(self.again(x)))))
        return out


def inputs(count: int = 3, samples: int = 4) -> list[tuple[Tensor, Tensor]]:
    g = torch.Generator().manual_seed(0)
    return [
        (torch.randn(samples, 3, 8, 8, generator=g), torch.randint(5, (samples,), generator=g)) for _ in range(count)
    ]


def of_each(outputs: Tensor, labels: Tensor) -> Tensor:
    return F.cross_entropy(outputs, labels, reduction="none")


def of_all(outputs: Tensor, labels: Tensor) -> Tensor:
    return F.cross_entropy(outputs, labels)


@pytest.fixture(scope="module")
def net() -> Net:
    torch.manual_seed(0)
    return Net().eval()


@pytest.fixture(scope="module")
def program(net: Net) -> Program:
    return capture(net, inputs(1)[0][:1])


def observed(program: Program, batches: Any, kinds: Any = KINDS, **options: Any) -> dict[str, dict[Any, Any]]:
    found = observe_gradients(program, sites_of(program)[0], kinds, batches, **options)
    return {name: {type(one): one for one in parts[0]} for name, parts in found.items() if len(parts) == 1}


def batches_of(given: Any) -> list[Batch]:
    return [Batch((x,), labels=y) for x, y in given]


@pytest.mark.parametrize("loss", [of_each, of_all])
def test_the_mean_gradient_is_the_modules(net: Net, program: Program, loss: Any) -> None:
    """Of weights that are read twice, too; and what a program keeps stays as it was."""
    before = {name: value.clone() for name, value in program.state().items()}
    found = observed(program, batches_of(inputs()), loss=loss)
    again = observed(program, batches_of(inputs()), loss=loss)
    module = net.train(False)
    for name in ("first", "again", "last"):
        weight = module.get_parameter(f"{name}.weight")
        each = [torch.autograd.grad(loss(module(x), y).mean(), weight)[0] for x, y in inputs()]
        mean = torch.stack(each).mean(0)
        if mean.ndim == 4:  # taps first, and the inputs within each
            mean = mean.permute(0, 2, 3, 1).flatten(1)
        torch.testing.assert_close(found[name][Gradients].mean.float(), mean, rtol=1e-4, atol=1e-7)
        assert torch.equal(found[name][Gradients].squares, again[name][Gradients].squares)
    assert all(torch.equal(value, before[name]) for name, value in program.state().items())
    assert not any(weight.requires_grad and weight.grad is not None for weight in program.held_weights().values())


def test_of_single_samples_squares_are_exact(net: Net, program: Program) -> None:
    """Whatever the signs are."""
    single = [(x[None, i], y[None, i]) for x, y in inputs() for i in range(len(x))]
    found = observed(program, batches_of(single), loss=of_each)["last"][Gradients]
    weight = net.last.weight
    each = [torch.autograd.grad(of_all(net(x), y), weight)[0] for x, y in single]
    torch.testing.assert_close(found.second.float(), torch.stack(each).square().mean(0), rtol=1e-4, atol=1e-9)
    signed = [observed(program, batches_of(inputs()), loss=of_each, seed=s)["last"][Gradients] for s in range(60)]
    mean = torch.stack([one.second for one in signed]).mean(0)
    assert float((mean - found.second).norm() / found.second.norm()) < 0.1


def test_rows_of_inputs_and_of_outputs_belong_together(program: Program) -> None:
    """For every layer the gradient by its weight is the sum of their outer products."""
    sites, _ = sites_of(program)
    (x, y), *_ = inputs(1)
    weights = {str(site.layer.weight.target): site.layer.held.detach().requires_grad_() for site in sites}
    read = {layer.node: layer.input for site in sites for layer in site.layers}
    with torch.enable_grad():
        run = Run(program, weights, [*read, *read.values()])
        (out,) = run.run(x, enable_io_processing=False)
        results = [run.results[node] for node in read]
        back = torch.autograd.grad(of_all(out, y), [*weights.values(), *results])
    by_weight, by_result = dict(zip(weights, back, strict=False)), dict(zip(read, back[len(weights) :], strict=True))
    run.results.setdefault(program.placeholders()[0], x)
    for site in sites:
        gradient = site.parts(by_weight[str(site.layer.weight.target)])
        total = [torch.zeros(site.shape) for _ in gradient]
        for layer in site.layers:
            rows = site.rows(layer, run.results[read[layer.node]].detach())
            given = site.output_rows(layer, by_result[layer.node])
            total = [t + g.T @ r for t, g, r in zip(total, given, rows, strict=True)]
        for one, expected in zip(total, gradient, strict=True):
            torch.testing.assert_close(one, expected, rtol=1e-4, atol=1e-6)


class Outputs(nn.Module):
    """A layer whose outputs are the model's: what their names are, is how they are understood."""

    def __init__(self, named: str) -> None:
        super().__init__()
        self.layer, self.named = nn.Linear(4, 3), named

    def forward(self, x: Tensor) -> dict[str, Tensor]:
        return {self.named: self.layer(x)}


@pytest.mark.parametrize("named", ["logits", "numbers"])
def test_without_labels_squares_are_the_fisher_matrix(named: str) -> None:
    """Known here: of logits ``p (1 - p) x^2``, of other numbers ``x^2``, as the mean over samples."""
    torch.manual_seed(0)
    net, x = Outputs(named).eval(), torch.randn(8, 4)
    program = capture(net, (x,))
    given = [Batch((x,))] * 400
    found = observed(program, given)["layer"]
    p = net(x)[named].detach().softmax(1) if named == "logits" else None
    of_outputs = torch.ones(8, 3) if p is None else (p * (1 - p))
    expected = (of_outputs.T @ x.square() / 8).double()
    assert float((found[Gradients].second - expected).norm() / expected.norm()) < 0.1
    assert not bool(found[Gradients].mean.any())
    together = found[OutputGradients]
    of_rows = torch.eye(3) if p is None else (torch.diag_embed(p) - p[:, :, None] * p[:, None]).mean(0)
    assert float((together.second / together.count - of_rows).norm() / of_rows.norm()) < 0.1


def test_padding_gives_nothing() -> None:
    torch.manual_seed(0)
    net, x = Outputs("numbers").eval(), torch.randn(2, 6, 4)
    program, kept = capture(net, (x,)), torch.ones(2, 6, dtype=torch.bool)
    kept[:, 2:] = False
    junk = torch.where(kept[..., None], x, 1e6)
    found = observed(program, [Batch((junk,), kept)])["layer"]
    assert float(found[Gradients].second.max()) < 1e3
    assert found[OutputGradients].count == 4 * 32


def test_a_taylor_score_is_what_the_loss_changes_by(net: Net, program: Program) -> None:
    """To first order: against finite differences."""
    found = observed(program, batches_of(inputs()), loss=of_all)["again"][Gradients].mean
    weight, step = net.again.weight.detach().clone(), 1e-3
    for place in ((0, 0), (2, 5), (4, 1)):
        losses = []
        for sign in (1, -1):
            with torch.no_grad():
                net.again.weight[place] = weight[place] + sign * step
                losses.append(sum(float(of_all(net(x).double(), y)) for x, y in inputs()) / 3)
                net.again.weight.copy_(weight)
        assert (losses[0] - losses[1]) / (2 * step) == pytest.approx(float(found[place]), rel=2e-2, abs=1e-5)


@pytest.mark.parametrize("importance", ["taylor", "fisher", "k-fac"])
@pytest.mark.parametrize("what", [{"pattern": "scattered"}, {"units": "channel"}])
def test_they_reach_weights_and_units(net: Net, importance: str, what: dict[str, str]) -> None:
    result = sparsec.prune(net, inputs(6), sparsity=0.5, importance=importance, loss=of_each, **what)
    assert float((result.model.grouped.weight == 0).float().mean()) > 0.4
    if importance != "taylor":
        own, again = (sparsec.prune(net, inputs(6), sparsity=0.5, importance=importance, **what) for _ in range(2))
        assert all(map(torch.equal, own.model.state_dict().values(), again.model.state_dict().values()))


@pytest.mark.parametrize(
    ("options", "what"),
    [
        ({"importance": "taylor"}, "mean gradient of a loss, and there is none"),
        ({"importance": "wanda", "loss": of_all}, "nobody asks for the gradients of a loss"),
        ({"importance": "fisher", "loss": lambda out, y: out}, "gives nothing that has a gradient"),
        ({"importance": "fisher", "loss": lambda out, y: 0.5}, "gives nothing that has a gradient"),
        ({"importance": "fisher", "loss": lambda out, y: out.detach().mean()}, "gives nothing that has a gradient"),
        ({"importance": "fisher", "loss": lambda out, y: out.nothing}, "the loss fails"),
        ({"importance": "fisher", "loss": lambda out, y: out.mean() * torch.inf}, "is not finite"),
    ],
)
def test_what_cannot_be_asked(net: Net, options: Any, what: str) -> None:
    with pytest.raises(UserError, match=what):
        sparsec.prune(net, inputs(2), sparsity=0.5, **options)
