"""pattern="auto": of the patterns that a target has kernels for, the one that runs fastest at the same loss.

The loss is what the target's usual pattern costs at the share of zeros that was asked for, on data that are held out.
For each other pattern the share is looked for at which it costs as much; then layers are priced: each kind of layer
alone, with zeros that lie so, by the kernel that the target would take. Where nothing is faster than dense, zeros
that lie anywhere cost least, and that is said.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from ...passes.base import Context, carried_out
from ...passes.prune.allocation.by_name import ByName
from ...passes.prune.budget import Latency, places_of
from ...passes.prune.compensation.none import Nothing
from ...passes.prune.importance.magnitude import Magnitude
from ...passes.prune.kinds import Pattern
from ...passes.prune.patterns import pattern_of
from ...passes.prune.prune import Prune
from ...passes.prune.walk import Batch
from ...passes.prune.weights import divergence, few_of
from ...passes.rewrite.form_linears import FormLinears
from ...runtime.select import kernels_for
from .. import races
from ..errors import UserError
from ..ir.program import Program
from ..ir.target import Target
from ..ir.views import layers_of

OTHERS = ("8x1", "16x16", "2:4", "row-groups:64", "scattered")
"""Patterns that are tried, besides the blocks that a target names."""

# Runs for each pattern that look for the share of zeros, and how much more than the usual pattern it may lose.
STEPS, MORE = 3, 1.02
LOWEST, HIGHEST = 0.05, 0.95
TINY = 1e-30


@dataclass(frozen=True)
class Tried:
    """What a pattern gives.

    Attributes:
        pattern: which, as text.
        share: of zeros.
        loss: squared error of the model's outputs over their squares, on data that are held out.
        speed: how many times faster than dense layers its layers are.
    """

    pattern: str
    share: float
    loss: float
    speed: float

    def says(self) -> str:
        """The same in words."""
        return f"{self.pattern} at {self.share:.0%} zeros: priced {self.speed:.2f}x dense, loss {self.loss:.3g}"


def chosen(item: Prune, program: Program, held_out: Sequence[Batch], ctx: Context) -> tuple[Prune, list[str]]:
    """The pass with the fastest pattern at the same loss, and with its share of zeros; and why, line by line.

    Args:
        item: what is wanted, at the target's usual pattern.
        program: dense.
        held_out: data to measure losses on, on a few of which each pattern is tried.
        ctx: of the pass.

    Raises:
        UserError: there are no data, or a budget says how much goes.
    """
    if not item.data or item.budget is not None or isinstance(item.allocation, ByName):
        raise UserError(
            "bad-option",
            "pattern='auto' compares patterns by what the model loses at some share of zeros",
            note="it takes data, and sparsity=0.5 rather than a budget or shares by names",
            hint="name a pattern; docs/methods.md says which formats run which",
        )
    trial = _Trial(replace(item, data=tuple(few_of(item.data))), program, few_of(held_out), ctx)
    usual = trial.at(item.pattern, item.share)
    tried = [usual, *(found for one in _others(item.pattern, ctx.target) if (found := trial.like(usual, one)))]
    best = max(tried, key=lambda one: (round(one.speed, 2), -one.loss))
    if best.speed <= 1.0:
        scattered = next((one for one in tried if one.pattern == "scattered"), usual)
        why = f"no pattern is faster than dense on {ctx.target} at that loss; {scattered.pattern} loses least"
        best = scattered
    else:
        why = f"{best.pattern} runs fastest on {ctx.target} at that loss"
    lines = [f"Pattern: {why}.", *(f"  {one.says()}" for one in sorted(tried, key=lambda one: -one.speed))]
    return replace(item, pattern=pattern_of(best.pattern), sparsity=best.share), lines


def _others(usual: Pattern, target: Target) -> list[Pattern]:
    """The patterns that are compared with the usual one."""
    names = dict.fromkeys([*(f"{rows}x{columns}" for rows, columns in target.tiles), *OTHERS])
    return [pattern for pattern in map(pattern_of, names) if pattern != usual]


@dataclass(frozen=True)
class _Trial:
    """Runs of a pass on a few of the data.

    Attributes:
        item, program, held_out, ctx: see ``chosen``.
    """

    item: Prune
    program: Program
    held_out: Sequence[Batch]
    ctx: Context

    def at(self, pattern: Pattern, share: float) -> Tried:
        """What a pattern gives at some share of zeros."""
        return Tried(pattern_text(pattern), share, self._loss(pattern, share), self._speed(pattern, share))

    def like(self, usual: Tried, pattern: Pattern) -> Tried | None:
        """What it gives at the share at which it loses as much as the usual one; None if it always loses more."""
        if pattern.share is not None:
            loss = self._loss(pattern, pattern.share)
            return self.at(pattern, pattern.share) if loss <= MORE * usual.loss else None
        low, high, best = LOWEST, HIGHEST, None
        share = usual.share
        for _ in range(STEPS):
            loss = self._loss(pattern, share)
            if loss <= MORE * usual.loss:
                low, best = share, (share, loss)
            else:
                high = share
            share = round((low + high) / 2, 2)
        return best and Tried(pattern_text(pattern), *best, self._speed(pattern, best[0]))

    def _loss(self, pattern: Pattern, share: float) -> float:
        self.ctx.say(f"trying {pattern_text(pattern)} at {share:.0%}")
        pruned = self.program.copy()
        replace(self.item, pattern=pattern, sparsity=share).run(pruned, Context(self.ctx.target))
        losses = [divergence(self.program.run(x.inputs), pruned.run(x.inputs)) for x in self.held_out]
        return sum(losses) / len(losses)

    def _speed(self, pattern: Pattern, share: float) -> float:
        self.ctx.say(f"pricing {pattern_text(pattern)} at {share:.0%}")
        return priced(self.program, replace(self.item, pattern=pattern, sparsity=share), self.ctx.target)


def pattern_text(pattern: Pattern) -> str:
    """What a pattern is read from, the shortest that there is."""
    return next((name for name in OTHERS if pattern_of(name) == pattern), pattern.text)


def priced(program: Program, item: Prune, target: Target) -> float:
    """How many times faster than dense a program's layers are with zeros in a pattern.

    One layer of each size is timed (or predicted) with the target's best kernel, as for a budget of ``Latency``; which
    weights are zero does not matter.

    Args:
        program: dense.
        item: the pattern and its share.
        target: what it shall run on.
    """
    kernels = kernels_for(target, measured=races.stopwatch().form_gains)
    trial, ctx = program.copy(), Context(target, kernels=kernels)
    carried_out(FormLinears(), trial, ctx)
    quick = replace(item, importance=Magnitude(), compensation=Nothing(), data=(), loss=None, measured=False)
    quick.run(trial, ctx)
    latency, known = Latency(1.0), dict[Any, float]()
    before = after = 0.0
    for layer in layers_of(trial):
        dense = latency.at(layer, ctx)
        size = (layer.shape, layer.held.shape[2:], layer.stride, layer.padding, layer.dilation, places_of(layer))
        if size not in known:
            known[size] = latency.with_zeros([layer], layer.held, ctx) / max(dense, TINY)
        before += dense
        after += dense * known[size]
    return before / max(after, TINY)
