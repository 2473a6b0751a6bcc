"""Co-permutation: chosen neurons and heads come to lie first in the weights of a model, which computes the same.

What is chosen is then one slice of every weight that knows it. A tuning run that changes these slices alone is small,
and splits off as an adapter: the idea of S2FT (Yang et al., 2024).
"""

from __future__ import annotations

import copy
import difflib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from ...passes.prune.places import Place
from ...passes.rules.units import Unit
from ..comparison import relative_error
from ..errors import UserError
from ..ir.channels import Labels
from ..ir.program import Program
from ..numerics import promote
from .groups import looked_at

# Largest difference of outputs that an order of channels may make, relative to their scale; in float64.
TOLERANCE = 1e-10


@dataclass(frozen=True)
class Slice:
    """Where chosen units lie in a weight.

    Attributes:
        units: what they are, such as ``layers.0.neuron``.
        weight: the weight's name.
        dim: the dimension along which they lie.
        start, stop: from where to where.
    """

    units: str
    weight: str
    dim: int
    start: int
    stop: int

    def of(self, tensor: Tensor) -> Tensor:
        """That part of a weight; a view."""
        return tensor.narrow(self.dim, self.start, self.stop - self.start)


@dataclass(frozen=True)
class Arranged:
    """A model whose chosen units lie first.

    Attributes:
        model: a copy of the user's module, of the same class and shapes.
        slices: where the chosen units lie, weight by weight.
    """

    model: nn.Module
    slices: tuple[Slice, ...]

    def adapter(self, tuned: nn.Module) -> dict[str, Tensor]:
        """The slices of a tuned copy of the model; the keys are ``weight@dim:start:stop``.

        Raises:
            UserError: something else was changed, too.
        """
        before, after = self.model.state_dict(), tuned.state_dict()
        changed = {name: after[name] != value for name, value in before.items()}
        for one in self.slices:
            one.of(changed[one.weight]).zero_()
        for name, where in changed.items():
            if bool(where.any()):
                raise UserError(
                    "bad-option",
                    f"'{name}' was changed outside of the slices",
                    note="an adapter holds what lies in them alone",
                    hint="tune the slices alone: mask the gradients of everything else",
                )
        return {_key(one): one.of(after[one.weight]).clone() for one in self.slices}

    @torch.no_grad()
    def adapted(self, adapter: Mapping[str, Tensor]) -> nn.Module:
        """A copy of the model with an adapter's slices: what was tuned, to the bit."""
        model = copy.deepcopy(self.model)
        held = model.state_dict()
        for one in self.slices:
            one.of(held[one.weight]).copy_(adapter[_key(one)])
        return model


def _key(one: Slice) -> str:
    return f"{one.weight}@{one.dim}:{one.start}:{one.stop}"


@torch.no_grad()
def arrange(
    model: nn.Module,
    args: Sequence[Any] = (),
    kwargs: Mapping[str, Any] | None = None,
    *,
    chosen: Mapping[str, Sequence[int]],
) -> Arranged:
    """Let chosen neurons, heads or channels lie first wherever a model's weights know them; outputs stay the same.

    All of the model's weights that make them or read them are put into the new order together, which is checked.

    Args:
        model: the model, in eval mode; it is left as it is.
        args, kwargs: example inputs.
        chosen: of units, by the names that ``sparsec.pruning.zero_groups`` gives (without the number), which lie first.

    Raises:
        UserError: there are no such units, or the model is not the same in that order.
    """
    program, units, places = looked_at(model, args, kwargs)
    known = _named(units)
    arranged, slices = copy.deepcopy(model), list[Slice]()
    held = arranged.state_dict()
    for name, indices in chosen.items():
        unit = _unit(name, known)
        order = _order(name, len(unit.ids), indices)
        done = set[tuple[int, int]]()  # tied weights are one
        for place in places:
            moved = _moved(place, unit.ids, order)
            if moved is None:
                continue
            if place.weight not in held:
                raise UserError("bad-option", f"'{place.weight}' is no weight of the model's own", where=name)
            value = held[place.weight]
            if (value.data_ptr(), place.dim) in done:
                continue
            done.add((value.data_ptr(), place.dim))
            value.copy_(value.index_select(place.dim, torch.from_numpy(moved).to(value.device)))
            slices += _slices(name, place, unit.ids[[*indices]], moved)
    _check(program, model, arranged)
    return Arranged(arranged, tuple(slices))


def _named(units: Sequence[Unit]) -> dict[str, Unit]:
    """Units by name; heads with the places of queries and keys that belong to each."""
    found: dict[str, Unit] = {}
    counted: dict[str, int] = {}
    last = ""
    for unit in units:
        if unit.kind == "query-key channel" and last and unit.ids.shape[1] == len(found[last].ids):
            found[last] = replace(found[last], ids=np.concatenate([found[last].ids, unit.ids.T], axis=1))
        if unit.inner:
            continue
        name = f"{unit.path}.{unit.kind}".lstrip(".")
        counted[name] = counted.get(name, 0) + 1
        name = name if counted[name] == 1 else f"{name} ({counted[name]})"
        found[name] = unit
        last = name if unit.kind == "head" else ""
    return found


def _unit(name: str, known: Mapping[str, Unit]) -> Unit:
    if name not in known:
        near = difflib.get_close_matches(name, known, 1)
        hint = f"did you mean '{near[0]}'?" if near else f"its units: {', '.join(known) or 'none'}"
        raise UserError("unknown-option", f"the model has no units '{name}'", hint=hint)
    if known[name].shares is not None:
        raise UserError(
            "bad-option", f"heads of '{name}' share keys and values, and keep their order", hint="choose neurons"
        )
    return known[name]


def _order(name: str, count: int, indices: Sequence[int]) -> Labels:
    """Which unit comes where: the chosen ones first, all others in their order."""
    wrong = [i for i in indices if not 0 <= i < count]
    if wrong or len({*indices}) != len(indices) or not indices:
        raise UserError(
            "bad-option", f"'{name}' has units 0 to {count - 1}, and {[*indices]} are chosen", hint="name each once"
        )
    return np.array([*indices, *(i for i in range(count) if i not in {*indices})], dtype=np.int64)


def _moved(place: Place, ids: Labels, order: Labels) -> Labels | None:
    """From where each index of a dimension comes in a new order of units; None where none of them lies there.

    Args:
        ids: (units, parts), of all units in the old order.
        order: which of them comes where.
    """
    if not np.isin(place.ids, ids).any():
        return None
    becomes = dict(zip(ids.reshape(-1).tolist(), ids[order].reshape(-1).tolist(), strict=True))
    at: dict[int, list[int]] = {}
    for index, label in enumerate(place.ids.tolist()):
        at.setdefault(label, []).append(index)
    seen: dict[int, int] = {}
    found = np.arange(len(place.ids))
    for index, label in enumerate(place.ids.tolist()):
        wanted = becomes.get(label, label)
        number = seen.get(label, 0)
        seen[label] = number + 1
        if number < len(at.get(wanted, [])):
            found[index] = at[wanted][number]
    return found


def _slices(name: str, place: Place, ids: Labels, moved: Labels) -> list[Slice]:
    """The runs of indices at which chosen units lie now."""
    flags = np.isin(place.ids[moved], ids)
    edges = np.flatnonzero(np.diff(np.concatenate([[0], flags.astype(np.int64), [0]])))
    return [
        Slice(name, place.weight, place.dim, int(start), int(stop))
        for start, stop in zip(edges[::2], edges[1::2], strict=True)
    ]


def _check(program: Program, model: nn.Module, arranged: nn.Module) -> None:
    """Raises a UserError if the same program with the weights in a new order answers otherwise."""
    before, after = program.copy(), program.copy()
    held = arranged.state_dict()
    for name in before.weights():
        if name in held:
            after.exchange_weight(name, held[name].detach().clone())
    promote(before)
    promote(after)
    if not relative_error(after.run(before.inputs), before.run(before.inputs)) <= TOLERANCE:
        raise UserError(
            "bad-option",
            f"'{type(model).__name__}' is not the same in that order",
            note="something tells its units apart by their places, such as a table by head",
            hint="choose others",
        )
