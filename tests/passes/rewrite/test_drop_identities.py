"""DropIdentities: operations that return their operand unchanged."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import torch
from torch import Tensor, nn
from torch.nn import functional as F

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
    unseen = TESTS.keys() - tried
    # Capture itself spells these differently, or drops them.
    assert unseen <= {aten.view.default, aten.alias.default, aten.detach.default}
