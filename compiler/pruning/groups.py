"""Zero-invariant groups: which weights have to be zero together for a unit to be zero, and to leave.

The groups of OTO (Chen et al., 2021) and OTOv2 (Chen et al., 2023), read off the axes: what writes a unit's channels,
whichever ops lie between. Training that drives whole groups to zero leaves a model that compiles to a smaller one.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from ...passes.base import Context
from ...passes.prune.places import Place, indices_of, places_of
from ...passes.prune.units import found_axes
from ...passes.rewrite.form_linears import FormLinears
from ...passes.rules.units import Kind, Unit, units_of
from ..capture.models import capture
from ..errors import UserError
from ..ir.program import Program
from ..ir.speculation import EVERYWHERE


@dataclass(frozen=True)
class Entry:
    """A part of a weight.

    Attributes:
        weight: its name, as in ``model.state_dict()``.
        dim: along which dimension the part is taken.
        indices: which of it.
    """

    weight: str
    dim: int
    indices: tuple[int, ...]

    def of(self, tensor: Tensor) -> Tensor:
        """That part of a tensor."""
        return tensor.index_select(self.dim, torch.tensor(self.indices, device=tensor.device))


@dataclass(frozen=True)
class ZeroGroup:
    """The weights that have to be zero together.

    Attributes:
        name: of the unit, such as ``encoder.0.neuron.17``.
        kind: of unit.
        index: which of the units at that place.
        entries: the weights.
    """

    name: str
    kind: Kind
    index: int
    entries: tuple[Entry, ...]

    def norm(self, model: nn.Module) -> Tensor:
        """The square root of the sum of squares of its weights, through which gradients go."""
        held = dict(model.named_parameters(remove_duplicate=False)) | dict(model.named_buffers(remove_duplicate=False))
        found: Tensor = torch.cat([entry.of(held[entry.weight]).reshape(-1) for entry in self.entries]).norm()
        return found

    @torch.no_grad()
    def zero(self, model: nn.Module) -> None:
        """Write zeros into a model's weights: the unit is zero from then on."""
        held = dict(model.named_parameters(remove_duplicate=False)) | dict(model.named_buffers(remove_duplicate=False))
        for entry in self.entries:
            held[entry.weight].index_fill_(entry.dim, torch.tensor(entry.indices, device=held[entry.weight].device), 0)


def zero_groups(
    model: nn.Module, args: Sequence[Any] = (), kwargs: Mapping[str, Any] | None = None, *, kinds: Iterable[str] = ()
) -> list[ZeroGroup]:
    """The groups of weights of a model that have to be zero together, so that a unit is zero and leaves.

    Channels that meet in a sum are one unit, whoever makes them; factors (of batch norms and layer norms) go with what
    is added behind them.

    Args:
        model: the model, in eval mode.
        args, kwargs: example inputs.
        kinds: of units, such as "neuron"; by default neurons, heads, channels and those of residual streams.

    Raises:
        UserError: the model cannot be captured, or there is no such kind.
    """
    wanted = _kinds(kinds)
    _, units, places = looked_at(model, args, kwargs)
    trained = {name for name, _ in model.named_parameters(remove_duplicate=False)}
    places = [place for place in places if place.weight in trained]
    found: list[ZeroGroup] = []
    named: dict[str, int] = {}
    for unit in units:
        if unit.kind not in wanted or unit.inner:
            continue
        name = f"{unit.path}.{unit.kind}".lstrip(".")
        named[name] = named.get(name, 0) + 1
        name = name if named[name] == 1 else f"{name} ({named[name]})"
        for index, ids in enumerate(unit.ids):
            entries = _entries(np.unique(ids), places)
            if entries:
                found.append(ZeroGroup(f"{name}.{index}", unit.kind, index, entries))
    return found


DEFAULT_KINDS: tuple[Kind, ...] = ("neuron", "head", "channel", "residual channel")


def _kinds(kinds: Iterable[str]) -> set[str]:
    wanted = {kinds} if isinstance(kinds, str) else {*kinds} or {*DEFAULT_KINDS}
    for kind in sorted(wanted - {*DEFAULT_KINDS}):
        raise UserError("unknown-option", f"there are no units '{kind}'", hint=f"known: {', '.join(DEFAULT_KINDS)}")
    return wanted


def looked_at(
    model: nn.Module, args: Sequence[Any], kwargs: Mapping[str, Any] | None
) -> tuple[Program, list[Unit], list[Place]]:
    """A model's program, its units, and where their channels lie in its weights."""
    program, ctx = capture(model, args, kwargs), Context(speculation=EVERYWHERE)
    FormLinears().run(program, ctx)
    axes = found_axes(program, ctx)
    return program, units_of(program, axes), places_of(program, axes)


def _entries(ids: Any, places: Sequence[Place]) -> tuple[Entry, ...]:
    """What has to be zero: all that makes these channels, factors too."""
    made = ((place, indices_of(place, ids)) for place in places if place.writes)
    return tuple(Entry(place.weight, place.dim, indices) for place, indices in made if indices)
