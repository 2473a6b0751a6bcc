"""Residual sums: later layers make up for what earlier ones left of what they are added to."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import torch
from torch import Tensor, nn
from torch.nn import functional as F

from sparsec.compiler.capture.models import capture
from sparsec.compiler.ir.program import Program
from sparsec.compiler.ir.views import layers_of
from sparsec.passes.base import Context
from sparsec.passes.prune.allocation import ByName
from sparsec.passes.prune.compensation import Affine
from sparsec.passes.prune.importance import Magnitude, Obs
from sparsec.passes.prune.patterns import Scattered
from sparsec.passes.prune.prune import Prune
from sparsec.passes.prune.residual import Residual
from sparsec.passes.prune.walk import Batch, Walk

WIDTH = 12


class Stream(nn.Module):
    """Two blocks that write into a stream."""

    def __init__(self) -> None:
        super().__init__()
        self.first, self.second = nn.Linear(WIDTH, WIDTH), nn.Linear(WIDTH, WIDTH)

    def forward(self, x: Tensor) -> Tensor:
        x = x + self.first(x)
        return F.relu(x).mul(2) + self.second(torch.tanh(x))


class Images(nn.Module):
    """A bottleneck with a batch norm before the sum, strided, beside a layer that runs before it."""

    def __init__(self, groups: int = 1) -> None:
        super().__init__()
        self.beside = nn.Conv2d(6, 8, 1, stride=2)
        self.inner = nn.Conv2d(6, 8, 3, padding=1)
        self.last = nn.Conv2d(8, 8, 3, padding=1, stride=2, groups=groups)
        self.norm = nn.BatchNorm2d(8)
        nn.init.uniform_(self.norm.weight, -2.0, 2.0)
        nn.init.uniform_(self.norm.running_var, 0.5, 2.0)

    def forward(self, x: Tensor) -> Tensor:
        beside = self.beside(x)
        return F.relu(self.norm(self.last(F.relu(self.inner(x)))) + beside)


def program_of(net: nn.Module, *shape: int) -> tuple[Program, tuple[Batch, ...]]:
    source = torch.Generator().manual_seed(1)
    data = tuple(Batch((torch.randn(*shape, generator=source, dtype=torch.float64),)) for _ in range(3))
    return capture(net.double().eval(), data[0].inputs), data


def pruned(program: Program, data: tuple[Batch, ...], sequential: bool = True, **levels: float) -> Program:
    found = program.copy()
    rules = tuple(f"{name}:{level}" for name, level in levels.items())
    item = Prune(
        sparsity=0.5,
        pattern=Scattered(),
        importance=Obs(),
        compensation=Affine(damping=0.0),
        allocation=ByName(rules=rules),
        data=data,
        sequential=sequential,
    )
    item.run(found, Context())
    return found


def outputs(program: Program, data: tuple[Batch, ...]) -> Tensor:
    return torch.cat([program.run(batch.inputs)[0] for batch in data])


def weight_of(program: Program, name: str) -> Tensor:
    found = next(layer for layer in layers_of(program) if name in str(layer.weight.target))
    return found.held.double()


def test_a_layer_is_fitted_to_what_the_sum_lacks() -> None:
    torch.manual_seed(0)
    net = Stream()
    program, data = program_of(net, 50, WIDTH)
    found = pruned(program, data, first=0.6, second=0.2)
    x = torch.cat([batch.inputs[0] for batch in data])
    first, bias = weight_of(found, "first"), next(x for x in layers_of(found)).shift()
    stream = x + x @ first.T + bias
    kept = weight_of(found, "second") != 0
    wanted = net(x) - 2 * F.relu(stream)  # so that the sum is the dense model's
    rows = torch.tanh(stream)
    ones = torch.ones(len(rows), 1, dtype=torch.float64)
    for output in range(WIDTH):
        design = torch.cat([rows[:, kept[output]], ones], dim=1)
        solution = torch.linalg.lstsq(design, wanted[:, output : output + 1].detach()).solution[:-1, 0]
        torch.testing.assert_close(weight_of(found, "second")[output, kept[output]], solution, rtol=1e-3, atol=1e-3)


@pytest.mark.parametrize(
    ("net", "shape", "levels"),
    [
        (Stream, (50, WIDTH), {"first": 0.6, "second": 0.2}),
        (Stream, (4, 20, WIDTH), {"first": 0.6, "second": 0.2}),
        (Images, (4, 6, 9, 9), {"beside": 0.7, "last": 0.3}),
        (lambda: Images(groups=2), (4, 6, 9, 9), {"beside": 0.7, "last": 0.3}),
    ],
)
def test_the_sum_is_nearer_than_where_layers_look_at_themselves(
    net: Callable[[], nn.Module], shape: tuple[int, ...], levels: dict[str, float]
) -> None:
    torch.manual_seed(0)
    program, data = program_of(net(), *shape)
    dense = outputs(program, data)
    with_it, without = (outputs(pruned(program, data, way, **levels), data) for way in (True, False))
    assert (with_it - dense).square().sum() < 0.95 * (without - dense).square().sum()


def test_what_is_added() -> None:
    class Sums(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            for name in ("a", "b", "c", "d", "e"):
                setattr(self, name, nn.Linear(4, 4))

        def forward(self, x: Tensor) -> tuple[Tensor, Tensor, Tensor]:
            c = self.c(x)
            both = self.a(x).reshape(2, 2, 4) + self.b(x.reshape(2, 2, 4)) + x.reshape(2, 2, 4)
            return both, c + self.d(c), torch.add(x, self.e(x), alpha=2)

    program, _ = program_of(Sums(), 4, 4)
    found = {str(layer.weight.target).split(".")[0][-1]: Residual.of(layer) for layer in layers_of(program)}
    terms = {name: residual and len(residual.terms) for name, residual in found.items()}
    # of a and b each other and x; c has two readers; e is doubled
    assert terms == {"a": 2, "b": 2, "c": None, "d": 1, "e": None}


def test_nothing_is_owed_while_nothing_was_pruned() -> None:
    torch.manual_seed(0)
    program, data = program_of(Stream(), 10, WIDTH)
    now, then = Walk(program.copy(), data), Walk(program, data)
    last = [*layers_of(program)][-1]
    residual = Residual.of(last)
    assert residual is not None
    assert residual.owed(then, then) is None
    with now.begun(), then.begun():
        for name in now.names():
            if name == last.node.name:
                owed = residual.owed(now, then)
                assert owed is not None
                assert not torch.cat([*owed]).any()
            now.step(name)
            then.step(name)


def test_scores_alone_are_not_changed_by_what_is_owed() -> None:
    torch.manual_seed(0)
    program, data = program_of(Stream(), 20, WIDTH)
    found = program.copy()
    Prune(
        sparsity=0.5, pattern=Scattered(), importance=Magnitude(), allocation=ByName(rules=("*:0.5",)), data=data
    ).run(found, Context())
    for layer in layers_of(found):
        dense = weight_of(program, str(layer.weight.target))
        kept = layer.held != 0
        assert torch.equal(layer.held[kept].double(), dense[kept])
