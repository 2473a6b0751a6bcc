"""What the tests of layouts share: masks for each consumer and producer, cost models that leave no choice, all modes.

prepared = prepare(model, inputs)
result = prepared.laid("optimised", NARROW)
assert result.error <= TOLERANCE and result.counts == (0, 0)
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import torch
from torch import Tensor, fx, nn
from zoo.masks import channel_mask

from sparsec.compiler.capture.models import capture
from sparsec.compiler.ir.costs import Costs, Work
from sparsec.compiler.ir.program import Program
from sparsec.compiler.ir.speculation import EVERYWHERE, SPECULATIVE
from sparsec.compiler.numerics import promote
from sparsec.compiler.pipeline import Pipeline, exact, layout_steps
from sparsec.compiler.reference import Reference
from sparsec.passes.base import Context, Pass
from sparsec.passes.layout.facts import LAYOUTS, LayoutFacts
from sparsec.passes.layout.problem import Reader
from sparsec.passes.layout.solve import MODES, Way

TOLERANCE = 1e-10  # of an output's scale, in float64
GATHER = torch.ops.aten.index_select.default


# -------------------------------------------------------------------- cost models


@dataclass(frozen=True)
class Forced:
    """Layers are dear, copies cost something, everything else what it is told to: readers will have their own.

    Attributes:
        layer: for each channel that a layer reads.
        written: for each channel that anything but a copy writes.
    """

    name: str
    layer: float = 1e6
    written: float = 0.0

    def seconds(self, work: Work) -> float:
        if work.kind == "gather":
            return 1000.0 + work.outputs
        read = self.layer * work.inputs if work.kind in ("conv", "linear") else 0.0
        return read + (0.0 if work.kind in ("view", "concat") else self.written * work.outputs)


# What a channel that a layer reads costs, in copied ones.
READ = 1e6


@dataclass(frozen=True)
class Channels:
    """What counts are the channels that layers read, and then those that are copied."""

    name: str = "copied channels"

    def seconds(self, work: Work) -> float:
        if work.kind == "gather":
            return float(work.outputs)
        return READ * work.inputs if work.kind in ("conv", "linear") else 0.0


NARROW = Forced("layers have their own channels")
NARROW_ALL = Forced("so has everything else", written=1e5)
COPIES = Channels()
MODELS: dict[str, Costs] = {"narrow": NARROW, "narrow-all": NARROW_ALL}


# -------------------------------------------------------------------- masks


def consumers(model: nn.Module, skip: Collection[str] = ()) -> list[tuple[str, nn.Module]]:
    """Linear layers and ungrouped convolutions, each weight once."""
    found, seen = [], set()
    for name, module in model.named_modules():
        plain = isinstance(module, nn.Linear) or (isinstance(module, nn.Conv2d) and module.groups == 1)
        if plain and name not in skip and id(module.weight) not in seen:
            seen.add(id(module.weight))
            found.append((name, module))
    return found


@torch.no_grad()
def mask_consumers(
    model: nn.Module, share: float = 0.5, seed: int = 0, skip: Collection[str] = (), first: bool = False
) -> nn.Module:
    """Zero random input channels of every consumer (but the first one, unless told so), each with its own choice."""
    random = torch.Generator().manual_seed(seed)
    for _, module in consumers(model, skip)[0 if first else 1 :]:
        count = module.weight.shape[1]
        gone = torch.randperm(count, generator=random)[: min(round(share * count), count - 1)]
        module.weight[:, gone] = 0
    return model


@torch.no_grad()
def mask_by_norm(model: nn.Module, share: float = 0.5) -> nn.Module:
    """Zero the weakest input channels of every ungrouped convolution but the first: what UPSCALE was published with."""
    for _, module in [(n, m) for n, m in consumers(model) if isinstance(m, nn.Conv2d)][1:]:
        norms = module.weight.pow(2).sum((0, 2, 3)).sqrt()
        module.weight[:, norms.argsort()[: int(module.weight.shape[1] * share)]] = 0
    return model


@torch.no_grad()
def mask_producers(
    model: nn.Module, share: float = 0.3, seed: int = 0, biases: bool = False, skip: Collection[str] = ()
) -> nn.Module:
    """Zero random filters of every layer but the last; their biases too if told so."""
    random = torch.Generator().manual_seed(seed)
    for _, module in consumers(model, skip)[:-1]:
        count = module.weight.shape[0]
        gone = torch.randperm(count, generator=random)[: min(round(share * count), count - 1)]
        module.weight[channel_mask(module, "outputs", gone) == 0] = 0
        if biases and module.bias is not None:
            module.bias[gone] = 0
    return model


# -------------------------------------------------------------------- compiling


@dataclass(frozen=True)
class Laid:
    """A program with layouts, what was chosen for it, and how far its answers are from the original's."""

    program: Program
    facts: LayoutFacts
    before: frozenset[str]
    reference: Reference
    ctx: Context

    @property
    def ways(self) -> list[tuple[Reader, Way]]:
        return [(reader, way) for chosen in self.facts.chosen for reader, way in chosen.plan.ways.items()]

    @property
    def how(self) -> Counter[str]:
        """How many readers read which way."""
        return Counter(way.how for _, way in self.ways)

    @property
    def copies(self) -> list[int]:
        """Channels of each reader that gets a copy, ascending."""
        return sorted(way.channels for _, way in self.ways if way.how == "copy")

    @property
    def counts(self) -> tuple[int, int]:
        """Copies, and copied channels, as planned."""
        return len(self.copies), sum(self.copies)

    @property
    def seconds(self) -> float:
        """What the plan costs."""
        return sum(chosen.plan.seconds for chosen in self.facts.chosen)

    @property
    def fixed(self) -> set[str]:
        """Why channel groups keep their order."""
        return {chosen.group.fixed for chosen in self.facts.chosen if chosen.group.fixed}

    @cached_property
    def error(self) -> float:
        return self.reference.error(self.program)

    def _new_gathers(self) -> list[fx.Node]:
        return [
            node
            for node in gathers(self.program)
            if node.meta.get(SPECULATIVE, ("",))[0] == "channel gather" and node.name not in self.before
        ]

    @property
    def found_copies(self) -> list[int]:
        """Channels of each gather that is in the graph because of a layout, ascending."""
        return sorted(made(node) for node in self._new_gathers())

    def shape(self, weight: str) -> tuple[int, ...]:
        return tuple(self.program.weights()[weight].shape)


def gathers(program: Program) -> list[fx.Node]:
    return [node for node in program.nodes() if node.target is GATHER]


def made(node: fx.Node) -> int:
    """The channels that a selection makes."""
    return int(node.meta["val"].shape[node.args[1]])  # type: ignore[index]


class _Keeper:
    """Keeps the plan of a run, which a later pass invalidates."""

    facts: LayoutFacts

    def before(self, program: Program, item: Pass, index: int) -> None:
        pass

    def after(self, program: Program, item: Pass, index: int, changed: bool) -> None:
        if item.name() == "layouts":
            self.facts = program.facts[LAYOUTS]


@dataclass(frozen=True)
class Prepared:
    """A program after everything that is exact in any order, and the original's answers."""

    program: Program
    reference: Reference
    target: str = "cpu"

    def laid(self, mode: str = "optimised", costs: Costs = NARROW, seconds: float = 3.0) -> Laid:
        """Choose layouts and carry them out on a copy."""
        program, keeper = self.program.copy(), _Keeper()
        ctx = Context(target=self.target, costs=costs, speculation=EVERYWHERE)
        steps = [
            replace(step, seconds=seconds) if getattr(step, "mode", "") == mode else step
            for step in layout_steps(self.target, mode)
        ]
        Pipeline(steps, [keeper]).run(program, ctx)
        before = frozenset(node.name for node in gathers(self.program))
        return Laid(program, keeper.facts, before, self.reference, ctx)

    def every_mode(self, costs: Costs = NARROW) -> dict[str, Laid]:
        return {mode: self.laid(mode, costs) for mode in MODES}


def prepare(
    model: nn.Module, args: tuple[Any, ...], kwargs: dict[str, Any] | None = None, target: str = "cpu", **options: Any
) -> Prepared:
    """Capture, promote to float64, and run what every compile runs."""
    program = capture(model, args, kwargs or {}, **options).copy()
    promote(program)
    reference = Reference(program, count=2)
    Pipeline(exact(target)).run(program, Context(target=target, speculation=EVERYWHERE))
    return Prepared(program, reference, target)


def check(laid: Laid) -> None:
    """What holds of every plan: it is exact, and carried out as planned."""
    assert laid.error <= TOLERANCE, f"answers are off by {laid.error:.1e} of their scale"
    assert laid.found_copies == laid.copies, f"{laid.copies} were to be copied, and {laid.found_copies} are"


def images(*shape: int, batch: int = 2) -> tuple[Tensor]:
    """One random input, repeatable."""
    return (torch.randn((batch, *shape), generator=torch.Generator().manual_seed(7)),)
