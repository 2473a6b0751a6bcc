"""DropIdentities: operations that return their operand unchanged."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import torch
from torch import Tensor, nn
from torch.nn import functional as F

from sparsec.compiler.capture.models import capture
from sparsec.compiler.ir.program import Program
from sparsec.compiler.ir.verifier import infer
from sparsec.passes.rewrite.drop_identities import TESTS, DropIdentities

from ..harness import TOLERANCE, Sandwich, captured, difference, known, op_names, optimised

aten = torch.ops.aten


class Holding(nn.Module):
    """An op with a constant, which must not be drawn at random."""

    def __init__(self, run: Callable[[Tensor, Tensor], Tensor], held: object) -> None:
        super().__init__()
        held = torch.tensor([*held])
        self.run, self.held = run, held.double() if held.is_floating_point() else held

    def forward(self, x: Tensor) -> Tensor:
        return self.run(x, self.held)


IDENTITIES: dict[str, Callable[[Tensor], Tensor]] = {
    "cat of one": lambda x: torch.cat([x], 1),
    "split into one": lambda x: x.split([8], 1)[0],
    "whole slice": lambda x: aten.slice.Tensor(x, 1, 0, 8),
    "slice without an end": lambda x: aten.slice.Tensor(x, 0, 0),
    "slice past the end": lambda x: aten.slice.Tensor(x, 2, None, 2**63 - 1),
    "indices in order": Holding(lambda x, held: x.index_select(1, held), range(8)),
    "clone": lambda x: x.clone(),
    "alias": aten.alias.default,
    "detach": lambda x: x.detach(),
    "to the same dtype": lambda x: aten._to_copy.default(x, dtype=torch.float64),
    "reshape": lambda x: x.reshape(-1, 8, 4, 4),
    "expand": lambda x: x.expand(x.shape),
    "squeeze": lambda x: x.squeeze((2, 3)),
    "permute": lambda x: aten.permute.default(x, [0, 1, -2, -1]),
    "pad": lambda x: aten.pad.default(x, [0, 0, 0, 0]),
    "constant pad": lambda x: aten.constant_pad_nd.default(x, [0, 0], 3.0),
    "put in everywhere": lambda x: aten.slice_scatter.default(x.relu(), x, 1, 0, 2**63 - 1),
    "plus 0": lambda x: x + 0,
    "0 plus": lambda x: 0 + x,
    "plus a zero weight": Holding(lambda x, held: x + held, [[[0.0]]] * 8),
    "minus 0": lambda x: x - 0,
    "times 1": lambda x: x * 1,
    "1 times": lambda x: 1.0 * x,
    "times a weight of ones": Holding(lambda x, held: held * x, [[[1.0]]] * 8),
    "divided by 1": lambda x: x / 1.0,
}
OTHERS: dict[str, Callable[[Tensor], Tensor]] = {
    "cat of two": lambda x: torch.cat(x.split(4, 1), 1),
    "every second": lambda x: torch.cat([aten.slice.Tensor(x, 1, 0, 8, 2)] * 2, 1),
    "other order": Holding(lambda x, held: x.index_select(1, held), [1, 0, 2, 3, 4, 5, 6, 7]),
    "transposed": lambda x: x.transpose(2, 3),
    "permuted": lambda x: x.permute(0, 1, 3, 2),
    "other shape": lambda x: x.reshape(-1, 8, 2, 8),
    "broadcast": Holding(lambda x, held: x.mean((2, 3), keepdim=True) + held, [[[0.0] * 4] * 4]),
    "padded": lambda x: F.pad(x, (1, 0)),
    "cropped and padded": lambda x: F.pad(x, (1, -1)),
    "minus the value": lambda x: 0 - x,
    "2 divided by": lambda x: 2 / x,
    "rounded": lambda x: x.float().double(),
    "plus almost 0": lambda x: x + 1e-300,
    "not all ones": Holding(lambda x, held: x * held, [[[1.0]]] * 7 + [[[2.0]]]),
    "relu": F.relu,
}


@pytest.mark.parametrize("name", IDENTITIES)
def test_drops(name: str) -> None:
    model = known(Sandwich(IDENTITIES[name]))
    program = captured(model, (3, 4, 4))
    result = optimised(program, DropIdentities())
    assert set(op_names(result.program)) <= {"aten.conv2d.default"}
    assert result.changed == (len(op_names(program)) > 2)  # capture drops some of them itself
    assert difference(result.program, model, (3, 4, 4)) <= TOLERANCE
    assert not optimised(result.program, DropIdentities()).changed


@pytest.mark.parametrize("name", OTHERS)
def test_keeps(name: str) -> None:
    model = known(Sandwich(OTHERS[name]))
    program = captured(model, (3, 4, 4))
    result = optimised(program, DropIdentities())
    before, after = op_names(program), op_names(result.program)
    assert [op for op in before if op not in ("aten.clone.default", "aten.alias.default")] == after
    assert difference(result.program, model, (3, 4, 4)) <= TOLERANCE


def test_second_relu() -> None:
    model = known(Sandwich(lambda x: x.relu().relu()))
    result = optimised(captured(model, (3, 4, 4)), DropIdentities())
    assert op_names(result.program).count("aten.relu.default") == 1
    assert difference(result.program, model, (3, 4, 4)) <= TOLERANCE


def test_scaled_zero_is_not_looked_at_twice() -> None:
    """``x + alpha * 0`` could go too; it is rare, and leaving it is exact."""
    model = known(Sandwich(lambda x: torch.add(x, torch.zeros_like(x), alpha=2)))
    result = optimised(captured(model, (3, 4, 4)), DropIdentities())
    assert difference(result.program, model, (3, 4, 4)) <= TOLERANCE


def test_identity_to_the_output() -> None:
    model = known(nn.Sequential(nn.Conv2d(3, 8, 1), nn.Flatten(0, 0)))
    result = optimised(captured(model, (3, 4, 4)), DropIdentities())
    assert op_names(result.program) == ["aten.conv2d.default"]
    assert difference(result.program, model, (3, 4, 4)) <= TOLERANCE


def test_an_input_returned() -> None:
    """A program may return its input; it must not lose it."""

    class Pass(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.layer = nn.Conv2d(3, 8, 1)

        def forward(self, x: Tensor) -> tuple[Tensor, Tensor]:
            return self.layer(x), x * 1

    model = known(Pass())
    result = optimised(captured(model, (3, 4, 4)), DropIdentities())
    assert result.changed
    assert difference(result.program, model, (3, 4, 4)) <= TOLERANCE


@pytest.mark.slow  # two dozen captures
def test_every_kind_is_tried() -> None:
    tried = set()
    for between in [*IDENTITIES.values(), lambda x: x.relu().relu()]:
        tried |= {n.target for n in captured(known(Sandwich(between)), (3, 4, 4)).nodes() if n.op == "call_function"}
    for guard in GUARDS:
        tried |= {node.target for node in attending(lambda x: x, guard=guard)[0].nodes() if node.op == "call_function"}
    unseen = TESTS.keys() - tried
    # Capture itself spells these differently, or drops them.
    assert unseen <= {aten.view.default, aten.alias.default, aten.detach.default}


# -------------------------------------------------------------------- what only repeats, or holds nothing


class Two(nn.Module):
    """A layer's result, and numbers for each of its channels or pixels, that ``run`` brings together."""

    def __init__(self, run: Callable[[Tensor, Tensor], Tensor]) -> None:
        super().__init__()
        self.first, self.run = nn.Conv2d(3, 8, 1), run

    def forward(self, x: Tensor) -> Tensor:
        y = self.first(x)
        return self.run(y, y.amax((2, 3), keepdim=True))


def wide(y: Tensor) -> Tensor:
    return y.expand(-1, -1, 4, 4)


# name: (function of a picture and a pixel, the ops that it leaves between the maximum and the output)
DROPPED: dict[str, tuple[Callable[[Tensor, Tensor], Tensor], str]] = {
    "a cat with nothing": (lambda x, y: torch.cat([x, x[:, 8:], y.expand(-1, 8, 4, 4)[:, :0]], 1), ""),
    "a cat of two with nothing": (lambda x, y: torch.cat([x, x[:, 8:], x], 1), "cat"),
    "plus zeros": (lambda x, y: x + torch.zeros(x.shape, dtype=x.dtype), ""),
    "zeros plus": (lambda x, y: torch.zeros(x.shape, dtype=x.dtype) + x, ""),
    "plus zeros that repeat it": (lambda x, y: y + torch.zeros(x.shape, dtype=x.dtype), "expand"),
    "plus what is repeated": (lambda x, y: x + wide(y), "add"),
    "what is repeated times": (lambda x, y: wide(y) * x, "mul"),
    "the one of two": (lambda x, y: wide(y) + wide(y.sin()), "sin expand add"),
    "a repeated choice": (lambda x, y: torch.where(wide(y > 0), x, wide(y)), "gt where"),
    "a repeated mask": (lambda x, y: x.masked_fill(wide(y > 0), 0.5), "gt masked_fill"),
    "repeated and filled": (lambda x, y: wide(y).masked_fill(x > 0, 0.5), "gt masked_fill"),
}
KEPT: dict[str, tuple[Callable[[Tensor, Tensor], Tensor], str]] = {
    "nobody else has the size": (lambda x, y: wide(y) * 2, "expand mul"),
    "by one number": (lambda x, y: wide(y) * x.sum(), "expand sum mul"),
    "a zero": (lambda x, y: x + torch.zeros((), dtype=x.dtype), "zeros add"),
    "fewer dimensions": (lambda x, y: x + y[0].expand(2, -1, 4, 4)[:1], "select expand slice add"),
    "scaled zeros": (lambda x, y: torch.add(x, torch.zeros(x.shape, dtype=x.dtype), alpha=2), "zeros add"),
    "smaller zeros": (lambda x, y: x + torch.zeros(x.shape[0], 1, 1, 4, dtype=x.dtype), "zeros add"),
    "zeros of another dtype": (lambda x, y: x.float() + torch.zeros(x.shape, dtype=x.dtype), "_to_copy zeros add"),
    "minus zeros": (lambda x, y: x - torch.zeros(x.shape, dtype=x.dtype), "zeros sub"),
    "of repeated ones": (lambda x, y: torch.cat([wide(y), x], 1), "expand cat"),
}


def between(program: Program) -> str:
    """Short names of the ops behind the layer and the maximum."""
    names = [name.split(".")[1] for name in op_names(program)]
    return " ".join(name for name in names if name not in ("conv2d", "amax", "sym_size", "clone"))


@pytest.mark.parametrize("name", DROPPED)
def test_drops_what_only_repeats(name: str) -> None:
    run, left = DROPPED[name]
    model = known(Two(run))
    result = optimised(captured(model, (3, 4, 4)), DropIdentities())
    assert result.changed
    assert between(result.program) == left
    assert difference(result.program, model, (3, 4, 4)) <= TOLERANCE
    assert not optimised(result.program, DropIdentities()).changed


@pytest.mark.parametrize("name", KEPT)
def test_keeps_what_repeats(name: str) -> None:
    run, left = KEPT[name]
    model = known(Two(run))
    result = optimised(captured(model, (3, 4, 4)), DropIdentities())
    assert between(result.program) == left
    assert difference(result.program, model, (3, 4, 4)) <= TOLERANCE


def test_a_repeated_mask_of_attention() -> None:
    """Attention repeats its mask by itself, for whatever heads there are."""

    def attend(x: Tensor, y: Tensor) -> Tensor:
        mask = x[:, :1] > 0
        return F.scaled_dot_product_attention(x, x, x, mask.expand(-1, 8, -1, -1)).nan_to_num()

    model = known(Two(attend))
    result = optimised(captured(model, (3, 4, 4)), DropIdentities())
    assert "aten.expand.default" not in op_names(result.program)
    assert difference(result.program, model, (3, 4, 4)) <= TOLERANCE


class Remembering(nn.Module):
    """A buffer that changes with every call; ``keep`` makes a copy of what it held before."""

    def __init__(self, keep: Callable[[Tensor], Tensor]) -> None:
        super().__init__()
        self.layer, self.keep = nn.Linear(3, 4), keep
        self.register_buffer("cache", torch.empty(5, 4))

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor]:
        before = self.keep(self.cache)
        self.cache.add_(1.0)
        return self.layer(x) + self.cache[0].clone(), before


# The last is no copy, and shows what the cache holds afterwards.
COPIES: dict[str, Callable[[Tensor], Tensor]] = {
    "clone": lambda x: x.clone(),
    "clone of a part": lambda x: x[1:3].clone(),
    "clone of another shape": lambda x: x.reshape(-1).clone(),
    "times 1": lambda x: x * 1,
    "a part plus 0": lambda x: x[:, 1] + 0,
    "plus zeros": lambda x: x + torch.zeros(5, 4, dtype=x.dtype),
    "a cat of one": lambda x: torch.cat([x]),
    "no copy": lambda x: x[1:3],
}


@pytest.mark.parametrize("name", COPIES)
def test_copies_of_what_is_about_to_change(name: str) -> None:
    model = known(Remembering(COPIES[name]))
    program = captured(model, (3,))
    infer(program)
    result = optimised(program)
    assert not optimised(result.program).changed
    for call in range(3):
        x = torch.full((2, 3), float(call), dtype=torch.float64)
        with torch.no_grad():
            torch.testing.assert_close(result.program.module(x), model(x), rtol=0, atol=TOLERANCE)


@pytest.mark.parametrize(
    "made",
    [
        lambda x: torch.view_as_real(torch.complex(x, x * 2).conj().clone()),
        lambda x: torch.view_as_real(torch.complex(x, x * 2).conj().resolve_conj()),
        lambda x: torch.view_as_real(torch.fft.ihfft(x).clone()),
        lambda x: torch.complex(x, x * 2).conj().clone().imag.clone() + 1,
        lambda x: torch.view_as_real(torch.complex(x, x * 2).conj().mul(1.0)),
    ],
    ids=["clone", "resolve", "spectrum", "negated", "times one"],
)
def test_a_copy_that_conjugates_stays(made: Callable[[Tensor], Tensor]) -> None:
    """PyTorch conjugates when a value is read or copied; some readers want it done."""

    class Conjugated(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.layer = nn.Linear(6, 8)

        def forward(self, x: Tensor) -> Tensor:
            return made(self.layer(x))

    model = known(Conjugated())
    result = optimised(captured(model, (6,)))
    assert difference(result.program, model, (6,)) <= TOLERANCE


# -------------------------------------------------------------------- a softmax that cannot be NaN

NONE = torch.zeros((), dtype=torch.float64)
GUARDS: tuple[Callable[[Tensor], Tensor], ...] = (
    lambda x: torch.where(torch.isnan(x), 0.0, x),
    lambda x: torch.where(torch.isnan(x), NONE.to(x.device), x),
)


class Attending(nn.Module):
    """Rows of a table, weighed by a softmax of their products, which ``change`` does something to, behind a guard."""

    def __init__(self, change: Callable[[Tensor], Tensor], guard: Callable[[Tensor], Tensor]) -> None:
        super().__init__()
        self.table, self.change, self.guard = nn.Embedding(9, 4), change, guard

    def forward(self, x: Tensor) -> Tensor:
        x = x if x.is_floating_point() else self.table(x)
        return self.guard(self.change(x @ x.transpose(1, 2)).softmax(-1)) @ x


def attending(
    change: Callable[[Tensor], Tensor], x: Tensor | None = None, guard: Callable[[Tensor], Tensor] = GUARDS[0]
) -> tuple[Program, nn.Module, Tensor]:
    """The program of such a model, the model, and its input."""
    x = torch.arange(6).reshape(2, 3) if x is None else x
    model = Attending(change, guard).double().eval()
    return capture(torch.export.export(model, (x,))), model, x


@pytest.mark.parametrize("guard", GUARDS, ids=["number", "tensor"])
def test_a_guard_of_what_is_never_nan(guard: Callable[[Tensor], Tensor]) -> None:
    program, model, x = attending(lambda scores: scores * 0.5 / 3, guard=guard)
    result = optimised(program, DropIdentities())
    left = {name.split(".")[1] for name in op_names(result.program)}
    assert result.changed and not left & {"where", "isnan"}
    torch.testing.assert_close(result.program.run([x])[0], model(x))


@pytest.mark.parametrize(
    ("change", "x"),
    [
        (lambda scores: scores + scores.sum(), None),
        (lambda scores: scores.masked_fill(scores > 0, -torch.inf), None),
        (lambda scores: scores * torch.inf, None),
        (lambda scores: scores, torch.randn(2, 3, 4, dtype=torch.float64)),
    ],
    ids=["something added", "a mask", "an infinite number", "an input of floats"],
)
def test_a_guard_that_may_be_needed_stays(change: Callable[[Tensor], Tensor], x: Tensor | None) -> None:
    result = optimised(attending(change, x)[0], DropIdentities())
    assert "aten.isnan.default" in op_names(result.program)


def test_a_guard_beside_an_infinite_weight_stays() -> None:
    model = Attending(lambda scores: scores, GUARDS[0]).double().eval()
    with torch.no_grad():
        model.table.weight[2, 1] = torch.inf
    program = capture(torch.export.export(model, (torch.arange(6).reshape(2, 3),)))
    assert "aten.isnan.default" in op_names(optimised(program, DropIdentities()).program)
