"""Fairness: which heads make a model treat two alike sentences differently, and which it cannot do without."""

from __future__ import annotations

import functools
import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar

import torch
from torch import Tensor

from ...compiler.errors import UserError
from ...compiler.ir.program import Program
from .collect import TimeLeft
from .kinds import Importance, Matrix, Seen
from .units import Axis, hold_tables, stays_of, zeroed
from .walk import Batch, Walk
from .weights import divergence, few_of

Outputs = Sequence[Any]
Gap = Callable[[Outputs, Outputs], float]
"""How differently a model treats two inputs, given its outputs for both: none negative, 0 for alike."""


def gap_of(first: Outputs, second: Outputs) -> float:
    """The squared distance of two calls' outputs, over the squares of both; the mean of all outputs.

    Args:
        first, second: outputs for each of two inputs.
    """
    found = []
    for one, other in zip(first, second, strict=True):
        if isinstance(one, Tensor) and one.is_floating_point():
            whole = one.double().square().sum() + other.double().square().sum()
            away = (one.double() - other.double()).square().sum()
            found.append(float(away / whole.clamp(min=torch.finfo(torch.float64).tiny)))
    return sum(found) / max(1, len(found))


class OfUnits(Importance):
    """Judges units by running the model without each; base of such importances."""

    def judge(
        self, program: Program, axes: Sequence[Axis], data: Sequence[Batch], say: Callable[[str], None]
    ) -> dict[str, Tensor]:
        """One number a unit, none negative, by the names of the axes: the larger stay.

        Args:
            program: dense; it is as before afterwards.
            axes: of units.
            data: calls of the model.
            say: told how far it is.
        """
        raise NotImplementedError

    def score(self, weight: Matrix, seen: Seen) -> Tensor:
        """No weight has a score by itself.

        Args:
            weight, seen: of a layer.

        Raises:
            UserError: always.
        """
        raise UserError(
            "bad-option",
            f"'{self.name()}' judges units, by running the model without each",
            hint="pass units='head', or 'neuron', 'channel'",
        )


@dataclass(frozen=True)
class Fairness(OfUnits):
    """Heads without which a model is fairer go first; those that it needs most stay, whatever they do.

    Each unit has two scores, from runs of the model without it: what its outputs lose on the data (quality), and how
    much closer outputs for the two sentences of a pair come (bias). The ``critical`` share of all units, of the highest
    first score, is protected; of the others those go without which the bias is lowest. Use it with
    ``allocation="global"``, so that all units are compared.

    Args:
        pairs: two inputs each, that the model should treat alike: calls of it, as data has them.
        critical: the share of units that stay.
        gap: how differently a model treats two inputs, of its outputs for both; by default how far they are apart.
    """

    pairs: Sequence[tuple[Any, Any]] = field(default=(), repr=False)
    critical: float = 0.2
    gap: Gap = field(default=gap_of, repr=False)
    calls: tuple[Batch, ...] = field(default=(), repr=False, kw_only=True)

    paper: ClassVar[str] = "Fairness-aware structured pruning (Zayed et al., 2024)"

    def __post_init__(self) -> None:
        if not 0.0 <= self.critical < 1.0:
            raise UserError(
                "bad-option", f"critical={self.critical!r} is no share of heads", hint="protect a fifth: 0.2"
            )
        object.__setattr__(self, "pairs", tuple((first, second) for first, second in self.pairs))

    @property
    def text(self) -> str:
        """Its name and share: pairs are not written."""
        return f"{self.name()}{{critical={self.critical!r}}}"

    def bias(self, outputs: Sequence[Outputs]) -> float:
        """The mean gap of all pairs.

        Args:
            outputs: of each of ``calls``: those of the two of a pair one after the other.
        """
        gaps = [self.gap(first, second) for first, second in zip(outputs[::2], outputs[1::2], strict=True)]
        return sum(gaps) / len(gaps)

    def scores(
        self, program: Program, axes: Sequence[Axis], data: Sequence[Batch], say: Callable[[str], None]
    ) -> dict[str, tuple[Tensor, Tensor]]:
        """What the model loses without each unit, and how far its bias is from that of the model then, by axis.

        Args:
            program, axes, data, say: as for ``judge``.

        Raises:
            UserError: there are no data, or no pairs.
        """
        if not data or not self.calls:
            what = "pairs of inputs" if data else "data"
            raise UserError("bad-option", f"'fairness' runs the model on {what}, and there are none")
        few = few_of(data)
        every = (*few, *self.calls)
        answers = [program.run(batch.inputs) for batch in every]
        dense = self.bias(answers[len(few) :])
        found = {
            x.name: (torch.zeros(len(x), dtype=torch.float64), torch.zeros(len(x), dtype=torch.float64)) for x in axes
        }
        for axis, unit, outputs in without_each(program, axes, every, say):
            quality, bias = found[axis.name]
            quality[unit] = sum(map(divergence, answers[: len(few)], outputs)) / len(few)
            bias[unit] = self.bias(outputs[len(few) :]) - dense
        return found

    def judge(
        self, program: Program, axes: Sequence[Axis], data: Sequence[Batch], say: Callable[[str], None]
    ) -> dict[str, Tensor]:
        found = self.scores(program, axes, data, say)
        quality, bias = (torch.cat([found[axis.name][at] for axis in axes]) for at in (0, 1))
        scores = bias - bias.min()
        scores[quality.argsort(descending=True, stable=True)[: math.ceil(self.critical * len(quality))]] = math.inf
        return dict(zip(found, scores.split([len(axis) for axis in axes]), strict=True))


def without_each(
    program: Program, axes: Sequence[Axis], batches: Sequence[Batch], say: Callable[[str], None]
) -> Iterator[tuple[Axis, int, list[list[Any]]]]:
    """The outputs of a model for each batch, without one unit after the other.

    What comes before the only layer that reads a unit is computed once for all of them.

    Args:
        program: dense; it is as before afterwards.
        axes: of units.
        batches: calls of the model.
        say: told how far it is.
    """
    walk, left = Walk(program, batches), TimeLeft(sum(map(len, axes)))
    alone: dict[str, list[Axis]] = {}
    for axis in axes:
        nodes = {layer.start.name for site in axis.sites for layer in site.layers}
        alone.setdefault(nodes.pop() if len(nodes) == 1 and not axis.tables else "", []).append(axis)
    for axis in alone.pop("", []):
        for unit in range(len(axis)):
            say(f"without each {axis.kind}, {left.next()}")
            yield axis, unit, _without(program, axis, unit, lambda: [program.run(batch.inputs) for batch in batches])
    with walk.begun():
        for name in walk.names():
            for axis in alone.get(name, ()):
                for unit in range(len(axis)):
                    say(f"without each {axis.kind}, {left.next()}")
                    yield axis, unit, _without(program, axis, unit, functools.partial(walk.finish, name, len(batches)))
            walk.step(name)


def _without(program: Program, axis: Axis, unit: int, run: Callable[[], list[list[Any]]]) -> list[list[Any]]:
    """What a run gives while nobody reads a unit, nor writes it where it is others than layers that read it."""
    before = program.held_weights()
    chosen = {axis.name: torch.arange(len(axis)) == unit}
    for site in axis.sites:
        site.hold(program, [*map(zeroed, site.matrices(program), stays_of(site, [axis], chosen))])
    hold_tables(program, [axis], chosen)
    found = run()
    for target, held in program.held_weights().items():
        if held is not before[target]:
            program.exchange_weight(target, before[target])
    return found
