"""Pruning of depth: whole layers of a model, or attention and feed-forward layers alone, go."""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, ClassVar

import torch
from torch import Tensor

from ...compiler.errors import UserError
from ...compiler.ir.program import Program
from ...compiler.ir.views import layers_of
from ..base import Context
from .allocation.uniform import Uniform
from .blocks import Depth, depths_of, hold
from .compensation.none import Nothing
from .gradients import Loss
from .journal import Journal
from .kinds import Importance, Matrix, Seen
from .outcome import Gone, Pruned
from .units import zero_dead
from .walk import Batch, Walk
from .weights import divergence, few_of

if TYPE_CHECKING:
    from .prune import Prune

KINDS = ("layer", "sub-block")
# Rows of the residual stream whose angles are looked at, of all batches together.
MOST_ROWS = 2048

Enough = Callable[[Collection[int]], bool]
"""Whether it is enough that these go, by number."""


@dataclass(frozen=True)
class Study:
    """What judges blocks.

    Attributes:
        program: the dense model.
        depths: what may go.
        batches: of data.
        loss: of outputs and labels; None for how far outputs are from the dense model's.
        journal: what an earlier run has measured.
    """

    program: Program
    depths: Sequence[Depth]
    batches: Sequence[Batch]
    loss: Loss | None = None
    journal: Journal = field(default_factory=Journal)

    def streams(self) -> dict[str, Tensor]:
        """What runs along the stream before and after each of them: (rows, channels), of length one, by its name."""
        wanted = {name for depth in self.depths for name in (depth.start, depth.end)}
        dims = {name: self._dim(depth) for depth in self.depths for name in (depth.start, depth.end)}
        walk, found = Walk(self.program, self.batches), {}
        most = max(1, MOST_ROWS // len(self.batches))
        with walk.begun():
            for name in walk.names():
                walk.step(name)
                if name in wanted:
                    values = zip(walk.batches, walk.values(name), strict=True)
                    rows = [b.rows(v.movedim(dims[name], -1).flatten(0, -2).float(), most) for b, v in values]
                    found[name] = torch.nn.functional.normalize(torch.cat(rows), dim=1)
        return found

    def _dim(self, depth: Depth) -> int:
        """The dimension of channels of the stream: that of a convolution which writes something of its shape."""
        shapes = {node.name: node.meta["val"].shape for node in self.program.nodes() if node.name == depth.end}
        for block in depth.blocks:
            for layer in block.layers(self.program):
                if layer.is_convolution and layer.node.meta["val"].shape == shapes[depth.end]:
                    return layer.dim
        return -1

    def losses(self, without: Sequence[int]) -> dict[int, float]:
        """What is lost if one more goes, for each that is there still: one walk, from which each run branches off.

        Args:
            without: those that are gone already.
        """
        step = f"without {', '.join(map(str, without))}"
        told = self.journal.told(step)
        if told is None:
            told = self._losses(without)
            self.journal.note(step, told)
        return dict(told)

    def _losses(self, without: Sequence[int]) -> dict[int, float]:
        program, few = self.program.copy(), few_of(self.batches)
        answers = [self.program.run(batch.inputs) for batch in few]
        for number in without:
            self.depths[number].zero(program)
        first = {depth.blocks[0].first: number for number, depth in enumerate(self.depths) if number not in without}
        walk, found = Walk(program, few), {}
        with walk.begun():
            for name in walk.names():
                if name in first:
                    depth = self.depths[first[name]]
                    before = {key: value for block in depth.blocks for key, value in block.held(program).items()}
                    depth.zero(program)
                    found[first[name]] = self._lost(answers, walk.finish(name, len(few)), few)
                    hold(program, before)
                walk.step(name)
        return found

    def _lost(self, answers: Sequence[Sequence[Any]], outputs: Sequence[list[Any]], few: Sequence[Batch]) -> float:
        if self.loss is None:
            return sum(map(divergence, answers, outputs)) / len(few)
        process = self.program.graph.process_outputs
        given = zip(outputs, few, strict=True)
        return sum(float(torch.as_tensor(self.loss(process(x), b.labels)).mean()) for x, b in given) / len(few)


@dataclass(frozen=True)
class OfBlocks(Importance):
    """Which blocks matter."""

    comparable: ClassVar[bool] = True

    def score(self, weight: Matrix, seen: Seen) -> Tensor:
        raise UserError(
            "bad-option",
            f"'{self.name()}' judges whole layers of a model, not weights",
            hint="pass units='layer' or units='sub-block' with it",
        )

    def choose(self, study: Study, enough: Enough) -> list[int]:
        """Which go, by number.

        Args:
            study: what they are judged by.
            enough: whether some are enough; all are.
        """
        raise NotImplementedError


@dataclass(frozen=True)
class LeaveOneOut(OfBlocks):
    """What the model loses without a block, measured: how far its outputs are from the dense model's, or ``loss=``.

    They go one by one; what the others lose is measured again each time. Each is a run of the model on a few samples
    from that block on.
    """

    paper: ClassVar[str] = "Leave-one-out, as in BlockPruner (Zhong et al., 2024)"

    def choose(self, study: Study, enough: Enough) -> list[int]:
        gone: list[int] = []
        while len(gone) < len(study.depths) and not enough(gone):
            losses = study.losses(gone)
            gone.append(min(losses, key=lambda number: (_finite(losses[number]), number)))
        return gone


@dataclass(frozen=True)
class BlockInfluence(OfBlocks):
    """How much a block turns what runs along the residual stream: ``1 - mean cos(before, after)``."""

    paper: ClassVar[str] = "ShortGPT (Men et al., 2024)"

    def choose(self, study: Study, enough: Enough) -> list[int]:
        streams = study.streams()
        scores = [1 - _cosines(streams[depth.start], streams[depth.end]).mean() for depth in study.depths]
        order = torch.stack(scores).argsort(stable=True).tolist()
        return next((order[:count] for count in range(len(order)) if enough(order[:count])), order)


@dataclass(frozen=True)
class Angular(OfBlocks):
    """How much blocks in a row together turn the residual stream: those of the least ``mean arccos(cos) / pi`` go.

    Ours: the mean over all places, not the last alone.
    """

    paper: ClassVar[str] = "The unreasonable ineffectiveness of the deeper layers (Gromov et al., 2024)"

    def choose(self, study: Study, enough: Enough) -> list[int]:
        if enough([]):
            return []
        streams = study.streams()
        for count in range(1, len(study.depths) + 1):
            runs = [[*range(first, first + count)] for first in range(len(study.depths) - count + 1)]
            runs = [run for run in runs if enough(run)]
            angles = {first: _angle(study, streams, run) for first, run in enumerate(runs)}
            if any(map(math.isfinite, angles.values())):
                return runs[min(angles, key=lambda first: (angles[first], first))]
        return [*range(len(study.depths))]


def _angle(study: Study, streams: dict[str, Tensor], run: Sequence[int]) -> float:
    """Infinite where the stream is of another width in between."""
    before, after = streams[study.depths[run[0]].start], streams[study.depths[run[-1]].end]
    if before.shape != after.shape:
        return math.inf
    return float((_cosines(before, after).arccos() / math.pi).mean())


def _cosines(one: Tensor, other: Tensor) -> Tensor:
    return (one.double() * other.double()).sum(dim=1).clamp(-1, 1)


def _finite(loss: float) -> float:
    return loss if math.isfinite(loss) else math.inf


BUILT_IN: tuple[type[OfBlocks], ...] = (LeaveOneOut, BlockInfluence, Angular)


class DepthRun:
    """One run over a program.

    Args:
        item: what is wanted.
        program: what is pruned.
        stays: why some layers stay as they are, by name.
        ctx: of the pass.
    """

    def __init__(self, item: Prune, program: Program, stays: Mapping[str, str], ctx: Context) -> None:
        self._item, self._program, self._ctx = item, program, ctx
        _check(item)
        (self._kind,) = item.units
        self._depths, self._refused = depths_of(program, ctx, self._kind, stays)
        if not self._depths:
            raise UserError(
                "bad-option",
                f"the model has no {self._kind} that may go",
                note="; ".join(f"{name}: {why}" for name, why in self._refused.items()) or None,
                hint="one that may adds something to what it has read: a residual connection",
            )

    def run(self) -> Pruned:
        """Let the least of them go."""
        item, program = self._item, self._program
        assert isinstance(item.importance, OfBlocks)
        study = Study(program.copy(), self._depths, item.data, item.loss, item.journal)
        costs = self._costs()
        enough = self._by_cost(costs) if item.budget else self._by_count(round(item.share * len(self._depths)))
        gone = item.importance.choose(study, enough)
        kept: dict[str, Tensor] = {}
        for number in gone:
            self._depths[number].zero(program)
            for block in self._depths[number].blocks:
                kept |= {name: torch.zeros_like(value, dtype=torch.bool) for name, value in block.held(program).items()}
        if gone:
            zero_dead(program, self._ctx, kept)
        left = 1 - sum(costs[number] for number in gone) if item.budget else None
        return Pruned((), tuple(self._told(gone)), kept, self._refused, left=left)

    def _told(self, gone: Sequence[int]) -> Iterator[Gone]:
        """Of each row of layers which went."""
        rows: dict[str, list[int]] = {}
        for number, depth in enumerate(self._depths):
            rows.setdefault(depth.path.rpartition(".")[0] if self._kind == "layer" else "", []).append(number)
        for path, numbers in rows.items():
            name = f"{path}.{self._kind}" if path else self._kind
            indices = tuple(place for place, number in enumerate(numbers) if number in gone)
            yield Gone(name, self._kind, len(numbers), indices, 0.0 if self._item.budget else self._item.share)

    def _by_count(self, count: int) -> Enough:
        return lambda gone: len(gone) >= count

    def _by_cost(self, costs: Sequence[float]) -> Enough:
        budget = self._item.budget
        assert budget is not None
        if 1 - sum(costs) > budget.share:
            raise UserError(
                "bad-option",
                f"{budget} cannot be met: all that may go is {sum(costs):.0%} of the model",
                hint="keep fewer layers, or ask for less",
            )
        return lambda gone: 1 - sum(costs[number] for number in gone) <= budget.share

    def _costs(self) -> list[float]:
        """The share of the budget's currency that each is."""
        budget = self._item.budget
        if budget is None:
            return [0.0] * len(self._depths)
        whole = budget.of_all(layers_of(self._program), self._ctx)
        found = []
        for depth in self._depths:
            layers = {x.node: x for block in depth.blocks for x in block.layers(self._program)}
            found.append(budget.of_all(layers.values(), self._ctx) / whole)
        return found


def _check(item: Prune) -> None:
    names = ", ".join(method.name() for method in BUILT_IN)
    if len(item.units) > 1:
        raise UserError("bad-option", f"'{item.units[0]}' and other units at once", hint="prune twice")
    if not isinstance(item.importance, OfBlocks):
        raise UserError(
            "bad-option",
            f"'{item.importance.name()}' judges weights, and a {item.units[0]} is more than they",
            hint=f"pass importance=, one of {names}",
        )
    if not item.data:
        raise UserError(
            "bad-option",
            f"'{item.importance.name()}' looks at data, and there is none",
            hint="pass data=, calls of the model",
        )
    for method, only in ((item.allocation, Uniform), (item.compensation, Nothing)):
        if not isinstance(method, only):
            raise UserError(
                "bad-option",
                f"'{method.name()}' is for layers of which something stays",
                hint=f"leave it out with units='{item.units[0]}'",
            )
