"""In place: caches are updated where they are, unless somebody still reads what they held."""

from __future__ import annotations

from collections.abc import Callable
from copy import deepcopy
from typing import Any

import pytest
import torch
from torch import Tensor, nn

import sparsec
from sparsec.compiler.capture.models import capture
from sparsec.compiler.in_place import IN_PLACE, write_in_place
from sparsec.compiler.ir.program import Program
from sparsec.compiler.ir.verifier import infer

aten = torch.ops.aten
PLACES = torch.tensor([1, 3])


class Remembering(nn.Module):
    """A layer, and a buffer that ``step`` writes into; its result is added, or returned beside the layer's."""

    def __init__(self, step: Callable[[Tensor, Tensor], Any]) -> None:
        super().__init__()
        self.layer, self.step = nn.Linear(4, 4), step
        self.register_buffer("cache", torch.linspace(-1, 1, 20).reshape(5, 4))
        self.register_buffer("calls", torch.zeros((), dtype=torch.int64))

    def forward(self, x: Tensor) -> Any:
        y = self.layer(x)
        return self.step(self.cache, y)


def program_of(step: Callable[[Tensor, Tensor], Any]) -> tuple[nn.Module, Program]:
    torch.manual_seed(0)
    model = Remembering(step).eval()
    return model, capture(model, (torch.ones(2, 4),))


def index_copied(cache: Tensor, y: Tensor) -> Tensor:
    return y + cache.index_copy_(0, PLACES, y).sum(0)


def assigned(cache: Tensor, y: Tensor) -> Tensor:
    cache[PLACES] = y
    return y + cache.sum(0)


def scattered(cache: Tensor, y: Tensor) -> Tensor:
    return y + cache.scatter_(0, torch.tensor([[0, 1, 2, 3], [4, 0, 1, 2]]), y).sum(0)


def added(cache: Tensor, y: Tensor) -> Tensor:
    return y + cache.add_(1.0).sum(0)


def scaled(cache: Tensor, y: Tensor) -> Tensor:
    return y + cache.mul_(y[0].tanh()).sum(0)


def read_before(cache: Tensor, y: Tensor) -> Tensor:
    y = y + cache[:2] * 2
    cache.add_(1.0)
    return y


def by_itself(cache: Tensor, y: Tensor) -> Tensor:
    return y + cache.add_(cache).sum(0)


def kept(cache: Tensor, y: Tensor) -> tuple[Tensor, Tensor]:
    old = cache.clone()
    cache.add_(1.0)
    return y, old


def read_later(cache: Tensor, y: Tensor) -> Tensor:
    old = cache[:2].clone()
    cache.add_(1.0)
    return y + old * cache[:2]


def returned(cache: Tensor, y: Tensor) -> tuple[Tensor, Tensor]:
    cache.add_(1.0)
    return y, cache[:2].clone()


def by_a_part_of_itself(cache: Tensor, y: Tensor) -> Tensor:
    cache.copy_(cache + cache[:, :1])
    return y


def through_another_type(cache: Tensor, y: Tensor) -> Tensor:
    cache.copy_(cache + y[0].double())
    return y


def another_op(cache: Tensor, y: Tensor) -> Tensor:
    cache.tanh_()
    return y + cache[:2]


DONE = [index_copied, assigned, scattered, added, scaled, read_before, by_itself]
LEFT = [by_a_part_of_itself, through_another_type, another_op]
COPIED = [kept, read_later, returned]


def agrees(program: Program, model: nn.Module) -> None:
    """Three calls of a program, run as it stands, and of a model: results and caches, at the end of all of them."""
    model, results, expected = deepcopy(model), [], []
    for call in range(3):
        x = torch.full((2, 4), 0.5 * call)
        with torch.no_grad():
            results.append(program.module(x))
            expected.append(model(x))
    torch.testing.assert_close(results, expected)
    torch.testing.assert_close(program.module.cache, model.cache)


def written(program: Program) -> list[object]:
    """Ops that write."""
    return [n.target for n in program.nodes() if getattr(getattr(n.target, "_schema", None), "is_mutable", False)]


def drop_clones(program: Program) -> None:
    """Take out copies, as passes do where they know of no reason for them."""
    for node in [*program.nodes()]:
        if node.target is aten.clone.default:
            node.replace_all_uses_with(node.args[0], propagate_meta=False)
    program.clean()
    infer(program)


@pytest.mark.parametrize("step", DONE, ids=lambda step: step.__name__)
def test_writes_in_place(step: Callable[..., Any]) -> None:
    model, program = program_of(step)
    assert write_in_place(program) == 1
    assert aten.copy_.default not in written(program)
    assert written(program)[0] in IN_PLACE.values()
    agrees(program, model)
    assert write_in_place(program) == 0


@pytest.mark.parametrize("step", LEFT, ids=lambda step: step.__name__)
def test_leaves(step: Callable[..., Any]) -> None:
    model, program = program_of(step)
    assert write_in_place(program) == 0
    assert written(program) == [aten.copy_.default]
    agrees(program, model)


@pytest.mark.parametrize("step", COPIED, ids=lambda step: step.__name__)
def test_what_is_kept_for_later(step: Callable[..., Any]) -> None:
    """A copy of what the cache holds is as good as any value; the cache itself is not."""
    model, program = program_of(step)
    assert write_in_place(program) == 1
    agrees(program, model)
    _, program = program_of(step)
    drop_clones(program)
    assert write_in_place(program) == 0


class Counting(nn.Module):
    """Two buffers, of which one counts whole numbers."""

    def __init__(self) -> None:
        super().__init__()
        self.layer = nn.Linear(4, 4)
        self.register_buffer("cache", torch.zeros(2, 4))
        self.register_buffer("calls", torch.zeros((), dtype=torch.int64))

    def forward(self, x: Tensor) -> Tensor:
        self.calls += 1
        self.cache.mul_(0.5)
        return self.layer(x) + self.cache * self.calls


def test_several_buffers() -> None:
    model = Counting().eval()
    program = capture(model, (torch.ones(2, 4),))
    assert write_in_place(program) == 2
    agrees(program, model)


def test_nothing_to_write() -> None:
    program = capture(nn.Linear(4, 4).eval(), (torch.ones(2, 4),))
    assert write_in_place(program) == 0


# -------------------------------------------------------------------- what callers write into what they get


class Constant(nn.Module):
    """An output that is the same for every input, and one that the zeros make so."""

    def __init__(self) -> None:
        super().__init__()
        self.a, self.b = nn.Linear(4, 3), nn.Linear(4, 3)
        self.b.weight.data.zero_()

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        return self.a(x), self.b(x[:1]), self.a.weight.sum(0)


class Same(nn.Module):
    """Operations that change nothing, and go; a view of the input, and the input itself."""

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor, Tensor, Tensor]:
        y = x * 2
        return x * 1 + 0, y, y * 1, x.view(-1)


@pytest.mark.parametrize("kind", [Constant, Same])
def test_writing_into_a_result_changes_nothing_else(kind: type[nn.Module]) -> None:
    torch.manual_seed(0)
    model, x = kind().eval(), torch.randn(3, 4)
    small, mine, theirs = sparsec.compile(model, (x,), measure=False), x.clone(), x.clone()
    with torch.no_grad():
        for _ in range(2):
            found, expected = small(mine), model(theirs)
            torch.testing.assert_close(found, expected)
            for a, b in zip(found, expected, strict=True):
                a.add_(1)
                b.add_(1)
            torch.testing.assert_close(found, expected)
            torch.testing.assert_close(mine, theirs)
