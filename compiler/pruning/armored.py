"""armor(): linear layers in three factors, block-diagonal x 2:4 x block-diagonal, kept where that pays."""

from __future__ import annotations

import copy
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from ...passes.analysis.patterns import Patterns
from ...passes.base import Context, carried_out
from ...passes.prune.allocation import matching
from ...passes.prune.armor import Factors
from ...passes.prune.armor import armor as factored
from ...passes.prune.budget import places_of
from ...passes.prune.collect import Collector
from ...passes.prune.sites import Site, sites_of
from ...passes.prune.statistics import Norms
from ...passes.rewrite.pack_weights import PackWeights
from ...runtime import targets
from ...runtime.select import Measure, gains_over_dense, kernels_for
from ..capture.models import capture
from ..errors import UserError
from ..ir.program import Program
from ..ir.target import Target
from ..progress import Progress, shown
from .data import Data
from .models import batches_of, taken


class ArmoredLinear(nn.Module):
    """A linear layer whose weight is a product of three: ``left @ core @ right``.

    Args:
        factors: blocks of outputs, a 2:4 matrix, blocks of inputs.
        bias: of the layer.
        like: a weight of the dtype and device that it shall have.
    """

    left: Tensor
    core: Tensor
    right: Tensor

    def __init__(self, factors: Factors, bias: Tensor | None, like: Tensor) -> None:
        super().__init__()
        for name in ("left", "core", "right"):
            value = getattr(factors, name).to(like.device, like.dtype)
            setattr(self, name, nn.Parameter(value, requires_grad=like.requires_grad))
        self.bias = None if bias is None else nn.Parameter(bias.detach().clone(), requires_grad=like.requires_grad)

    def forward(self, x: Tensor) -> Tensor:
        """Three products, the last one first.

        Args:
            x: (..., inputs).
        """
        blocks, size = self.right.shape[:2]
        x = torch.einsum("...jc,jkc->...jk", x.unflatten(-1, (blocks, size)), self.right).flatten(-2)
        x = nn.functional.linear(x, self.core)
        blocks, size = self.left.shape[:2]
        x = torch.einsum("...ir,isr->...is", x.unflatten(-1, (blocks, size)), self.left).flatten(-2)
        return x if self.bias is None else x + self.bias


@dataclass(frozen=True)
class ArmoredLayer:
    """What became of one layer.

    Attributes:
        name: of it.
        start, loss: the proxy of the best 2:4 mask and of the three factors, as shares of that of a layer of zeros.
        gain: how many times faster than the dense layer it is; None where that was not measured.
        kept: whether it stands in the model.
        reason: in words.
    """

    name: str
    start: float
    loss: float
    gain: float | None
    kept: bool
    reason: str


@dataclass(frozen=True)
class Armored:
    """A model some of whose linear layers have three factors.

    Attributes:
        model: a copy of what came in, with an ``ArmoredLinear`` in place of each layer that is kept in that form.
        layers: what became of each.
        refused: why others were not tried, by name.
    """

    model: nn.Module
    layers: tuple[ArmoredLayer, ...]
    refused: Mapping[str, str]

    def __str__(self) -> str:
        rows = [f"{x.name}: lost {x.start:.2%} as 2:4, {x.loss:.2%} in three factors; {x.reason}" for x in self.layers]
        return "\n".join([*rows, *(f"{name}: left as it is, {why}" for name, why in self.refused.items())])


def armor(
    model: nn.Module,
    data: object,
    *,
    block: int = 32,
    sweeps: int = 10,
    keep: Sequence[str] = (),
    target: str | Target = "cpu",
    measure: bool = True,
    measured: Measure = gains_over_dense,
    progress: bool | Progress = True,
) -> Armored:
    """Write linear layers as block-diagonal x 2:4 x block-diagonal, which comes nearer to them than 2:4 does.

    A layer stays in that form where its three products were measured to be faster than the dense one on the target,
    the 2:4 one by a sparse kernel if that pays. The outer products cost ``block * (inputs + outputs)``
    multiplications a token more than 2:4 alone; on CPUs that is seldom made up for.

    Args:
        model: a module in eval mode; it stays as it is.
        data: calls of it (see ``sparsec.pruning.Data``), by which inputs are weighed.
        block: the largest size of the outer blocks.
        sweeps: rounds of the descent, at most.
        keep: patterns of names of layers that stay as they are.
        target: what it shall run on.
        measure: keep what is faster alone; otherwise all that comes nearer than 2:4.
        measured: says how many times faster than "dense" other programs of a layer are.
        progress: say on a terminal what takes more than two seconds; or who is told.

    Raises:
        UserError: it is no module, or the data does not fit.
    """
    if not isinstance(model, nn.Module):
        raise UserError("bad-option", "an exported program keeps its layers", hint="pass the module that it came from")
    place, read = targets.get(target), Data.of(data, model)
    split = read.split()
    program = taken(model, target).program(split)
    sites, refused = _linear(model, program, keep)
    result, layers = copy.deepcopy(model), []
    gains: dict[object, float | None] = {}
    with shown(progress) as line:
        collector = Collector(sites, frozenset({Norms}))
        for site, (seen,) in collector.each(program, program, batches_of(program, split), line.say):
            (matrix,) = site.matrices(program)
            found = factored(matrix, seen, block=block, sweeps=sweeps)
            whole = float((matrix.values.double().square() * seen[Norms].second).sum()) or 1.0
            old = model.get_submodule(site.name)
            assert isinstance(old, nn.Linear)
            new = ArmoredLinear(found, old.bias, old.weight)
            gain = None
            if measure:
                places = int(places_of(site.layer))
                key = (matrix.values.shape, found.left.shape, found.right.shape, places)
                if key not in gains:
                    gains[key] = _gain(old, new, places, place, measured)
                gain = gains[key]
            kept, reason = _judged(found, gain)
            layers.append(ArmoredLayer(site.name, found.start / whole, found.loss / whole, gain, kept, reason))
            if kept:
                _exchange(result, model, old, new)
    return Armored(result, tuple(layers), refused)


def _linear(model: nn.Module, program: Program, keep: Sequence[str]) -> tuple[list[Site], dict[str, str]]:
    """The layers that may have three factors, and why others may not."""
    modules = dict(model.named_modules(remove_duplicate=False))
    sites, refused = sites_of(program)
    stays = {name for names in matching([site.name for site in sites], keep).values() for name in names}
    found = []
    for site in sites:
        inputs = site.shape[1]
        if site.name in stays:
            refused[site.name] = "it is kept, as asked"
        elif type(modules.get(site.name)) is not nn.Linear:
            refused[site.name] = "it is no linear layer of its own"
        elif len(site.layers) > 1:
            refused[site.name] = "several layers read its weight"
        elif inputs % 4:
            refused[site.name] = f"2:4 needs a multiple of four inputs, and there are {inputs}"
        else:
            found.append(site)
    return found, refused


def _gain(old: nn.Linear, new: nn.Module, places: int, target: Target, measured: Measure) -> float:
    """How many times faster than the dense layer the three products are."""
    x = torch.zeros(places, old.in_features, dtype=old.weight.dtype, device=old.weight.device)
    dense, three = capture(old, (x,)), capture(new.eval(), (x,))
    ctx = Context(target, kernels=kernels_for(target))
    carried_out(Patterns(), three, ctx)
    carried_out(PackWeights(), three, ctx)
    return measured({"dense": dense, "three": three}, target)["three"]


def _judged(found: Factors, gain: float | None) -> tuple[bool, str]:
    if not found.loss < found.start:
        return False, "left as it is: they come no nearer"
    if gain is None:
        return True, "kept; not measured"
    return gain > 1.0, f"{'kept' if gain > 1.0 else 'left as it is'}: {gain:.2f}x as fast as dense"


def _exchange(result: nn.Module, model: nn.Module, old: nn.Module, new: nn.Module) -> None:
    """Put a module wherever another one stands in the model that the result is a copy of."""
    for name, module in model.named_modules(remove_duplicate=False):
        if module is old:
            parent, _, own = name.rpartition(".")
            setattr(result.get_submodule(parent), own, new)
