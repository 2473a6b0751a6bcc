"""Groups that are zero together, and orders in which what is chosen is one slice."""

from __future__ import annotations

import copy
import math
from collections.abc import Callable

import pytest
import torch
from torch import Tensor, nn
from torch.nn import functional as F

import sparsec
from sparsec.compiler.comparison import relative_error
from sparsec.compiler.errors import UserError
from sparsec.pruning import arrange, zero_groups

EXACT = 1e-10


class Attention(nn.Module):
    def __init__(self, width: int, heads: int) -> None:
        super().__init__()
        self.heads, self.each = heads, width // heads
        self.q, self.k, self.v, self.o = (nn.Linear(width, width) for _ in range(4))

    def forward(self, x: Tensor) -> Tensor:
        batch, length, width = x.shape
        q, k, v = (
            part(x).view(batch, length, self.heads, self.each).transpose(1, 2) for part in (self.q, self.k, self.v)
        )
        scores = (q @ k.transpose(-1, -2) / math.sqrt(self.each)).softmax(-1)
        return self.o((scores @ v).transpose(1, 2).reshape(batch, length, width))  # type: ignore[no-any-return]


class Block(nn.Module):
    """Attention, and a gated MLP."""

    def __init__(self, width: int, heads: int, neurons: int) -> None:
        super().__init__()
        self.one, self.two, self.attention = nn.LayerNorm(width), nn.LayerNorm(width), Attention(width, heads)
        self.gate, self.up = nn.Linear(width, neurons), nn.Linear(width, neurons)
        self.down = nn.Linear(neurons, width)

    def forward(self, x: Tensor) -> Tensor:
        x = x + self.attention(self.one(x))
        y = self.two(x)
        return x + self.down(F.silu(self.gate(y)) * self.up(y))  # type: ignore[no-any-return]


class Residual(nn.Module):
    """Convolutions with batch norms, two of which meet in a sum; a depthwise one."""

    def __init__(self) -> None:
        super().__init__()
        self.stem, self.first = nn.Conv2d(3, 8, 3, padding=1, bias=False), nn.BatchNorm2d(8)
        self.body, self.second = nn.Conv2d(8, 8, 3, padding=1, bias=False), nn.BatchNorm2d(8)
        self.wide, self.third = nn.Conv2d(8, 12, 1, bias=False), nn.BatchNorm2d(12)
        self.each, self.fourth = nn.Conv2d(12, 12, 3, padding=1, groups=12, bias=False), nn.BatchNorm2d(12)
        self.head = nn.Linear(12, 4)

    def forward(self, x: Tensor) -> Tensor:
        x = self.first(self.stem(x)).relu()
        x = (x + self.second(self.body(x))).relu()
        x = self.fourth(self.each(self.third(self.wide(x)).relu())).relu()
        return self.head(x.mean((2, 3)))  # type: ignore[no-any-return]


NETS: dict[str, tuple[Callable[[], nn.Module], tuple[int, ...]]] = {
    "mlp": (lambda: nn.Sequential(nn.Linear(5, 12), nn.GELU(), nn.Linear(12, 7), nn.ReLU(), nn.Linear(7, 3)), (4, 5)),
    "convolutions": (Residual, (2, 3, 6, 6)),
    "transformer": (
        lambda: nn.Sequential(nn.Linear(6, 8), Block(8, 4, 10), Block(8, 2, 6), nn.Linear(8, 3)),
        (2, 5, 6),
    ),
}


def made(name: str) -> tuple[nn.Module, Tensor]:
    make, shape = NETS[name]
    generator = torch.Generator().manual_seed(1)
    model = make().double().eval()
    with torch.no_grad():
        for key, value in [*model.named_parameters(), *model.named_buffers()]:
            if value.is_floating_point():
                drawn = torch.rand(value.shape, generator=generator, dtype=torch.float64)
                value.copy_(drawn + 0.5 if "var" in key else drawn - 0.5)
    return model, torch.randn(shape, generator=generator, dtype=torch.float64)


@pytest.mark.parametrize("name", NETS)
@pytest.mark.parametrize("seed", range(2))
def test_groups_that_are_zeroed_leave_and_outputs_stay(name: str, seed: int) -> None:
    model, x = made(name)
    groups = [group for group in zero_groups(model, (x,)) if group.kind != "residual channel"]
    assert groups and len({group.name for group in groups}) == len(groups)
    generator = torch.Generator().manual_seed(seed)
    chosen = [group for group in groups if torch.rand((), generator=generator) < 0.4]
    for group in chosen:
        assert group.norm(model) > 0
        group.zero(model)
        assert group.norm(model) == 0
    small = sparsec.compile(model, (x,), measure=False, strict=True)
    assert relative_error([small(x).detach()], [model(x).detach()]) <= EXACT
    left = [group for group in zero_groups(small.module, (x,)) if group.kind != "residual channel"]
    assert len(left) <= len(groups) - len(chosen)


def test_a_group_is_all_that_makes_a_channel() -> None:
    model, x = made("convolutions")
    groups = {
        group.name: {entry.weight: entry.indices for entry in group.entries} for group in zero_groups(model, (x,))
    }
    third = next(entries for entries in groups.values() if entries.get("wide.weight") == (3,))
    assert third == dict.fromkeys(("wide.weight", "third.weight", "third.bias"), (3,))
    each = next(entries for entries in groups.values() if entries.get("each.weight") == (3,))
    assert each == dict.fromkeys(("each.weight", "fourth.weight", "fourth.bias"), (3,))
    summed = next(entries for entries in groups.values() if entries.get("stem.weight") == (5,))
    assert {"stem.weight", "first.bias", "body.weight", "second.bias"} <= summed.keys()


def test_a_head_is_its_values() -> None:
    model, x = made("transformer")
    heads = [group for group in zero_groups(model, (x,), kinds="head") if group.name.startswith("1.")]
    assert [[entry.indices for entry in head.entries if entry.weight == "1.attention.v.weight"] for head in heads] == [
        [(0, 1)],
        [(2, 3)],
        [(4, 5)],
        [(6, 7)],
    ]
    with pytest.raises(UserError, match="there are no units 'heads'"):
        zero_groups(model, (x,), kinds="heads")


def test_what_is_chosen_is_one_slice_and_outputs_stay() -> None:
    model, x = made("transformer")
    kept = copy.deepcopy(model.state_dict())
    units = [
        *dict.fromkeys(g.name.rpartition(".")[0] for g in zero_groups(model, (x,)) if g.kind in ("neuron", "head"))
    ]
    assert len(units) == 4
    chosen = {name: [3, 1] if name.endswith("neuron") else [1] for name in units}
    found = arrange(model, (x,), chosen=chosen)
    assert all(torch.equal(kept[name], value) for name, value in model.state_dict().items())
    assert relative_error([found.model(x).detach()], [model(x).detach()]) <= EXACT
    assert not torch.equal(found.model.state_dict()["1.down.weight"], kept["1.down.weight"])
    assert torch.equal(found.model.state_dict()["1.down.weight"][:, :2], kept["1.down.weight"][:, [3, 1]])
    down = [one for one in found.slices if one.weight == "1.down.weight" and one.dim == 1]
    assert [(one.start, one.stop) for one in down] == [(0, 2)]
    for weight in ("q", "k", "v"):
        (rows,) = (one for one in found.slices if one.weight == f"1.attention.{weight}.weight" and one.dim == 0)
        assert (rows.start, rows.stop) == (0, 2)


def test_a_tuned_slice_splits_off_to_the_bit() -> None:
    model, x = made("transformer")
    name = next(g.name.rpartition(".")[0] for g in zero_groups(model, (x,), kinds="neuron"))
    found = arrange(model, (x,), chosen={name: [4, 0, 5]})
    tuned = copy.deepcopy(found.model)
    with torch.no_grad():
        for one in found.slices:
            one.of(tuned.state_dict()[one.weight]).mul_(1.1)
    adapter = found.adapter(tuned)
    assert sum(value.numel() for value in adapter.values()) < sum(p.numel() for p in model.parameters()) / 4
    again = found.adapted(adapter)
    assert all(torch.equal(value, again.state_dict()[key]) for key, value in tuned.state_dict().items())
    with torch.no_grad():
        tuned.get_parameter("3.bias")[0] += 1
    with pytest.raises(UserError, match=r"'3\.bias' was changed outside of the slices"):
        found.adapter(tuned)


@pytest.mark.parametrize(
    ("chosen", "what"),
    [
        ({"1.neurom": [0]}, "did you mean '1.neuron'"),
        ({"1.neuron": [0, 99]}, "has units 0 to"),
        ({"1.neuron": [0, 0]}, "has units 0 to"),
        ({"1.neuron": []}, "has units 0 to"),
    ],
)
def test_what_cannot_be_chosen(chosen: dict[str, list[int]], what: str) -> None:
    model, x = made("transformer")
    with pytest.raises(UserError, match=what):
        arrange(model, (x,), chosen=chosen)
