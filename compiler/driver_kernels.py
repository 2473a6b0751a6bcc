"""Sparse kernels for a program: which layers get one, and whether the whole model is faster for it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from ..compiler.ir.packing import Choice
from ..passes.base import Context, Refusal
from ..passes.rewrite.pack_weights import FEW
from ..runtime.select import kernels_for
from . import races
from .ir.program import Program
from .ir.target import Target
from .pipeline import Observer, Pipeline, Timing, packing_steps
from .report import Report, count, layers_of

# How many times faster than dense a layer has to be to keep its kernel where all kernels together gain nothing.
CLEARLY = 1.5
TOGETHER = "but all such layers together do not make the model faster"


def with_kernels(
    result: Program,
    report: Report,
    target: Target,
    timing: Timing,
    observers: Sequence[Observer],
    quantize: str | None,
    after: int = 0,
) -> Program:
    """Give layers whose zeros stay a sparse kernel, and keep that if the whole model is measured faster.

    Where all of them together do not make it faster, those that gain most alone may.

    Args:
        after: the number of the last pass that ran on the result.
    """
    pack = partial(_pack, result, target, timing, observers, quantize, after)
    tried = [pack()]
    gains = [choice.gain or 0.0 for choice in tried[0].chosen.values()]
    if tried[0].gain <= 1.0 + races.MARGIN and any(gain >= CLEARLY for gain in gains) and min(gains) < CLEARLY:
        tried.append(pack(least=CLEARLY))
    best = max(tried, key=lambda packing: packing.gain)
    for row in report.layers:
        reasons = [refusal.reason for refusal in best.refusals if refusal.node == row.node]
        row.refused += [reason for reason in reasons if reason not in row.refused]
    report.refusals += [refusal for refusal in best.refusals if refusal not in report.refusals]
    kept = best.gain > 1.0 + races.MARGIN
    if kept and any(choice.format is not None and choice.format.lossy for choice in best.chosen.values()):
        report.quantized = quantize
    for row in report.layers:
        if row.node in best.chosen and kept:
            row.done.append(best.chosen[row.node].reason)
        elif row.node in tried[0].chosen:
            row.refused.append(f"{tried[0].chosen[row.node].reason}, {TOGETHER}")
    for packing in tried:
        if packing.chosen:
            verb, layers = "Kept" if kept and packing is best else "Undone", count(len(packing.chosen), "layer")
            report.decisions.append(f"{verb}, measured {packing.gain:.2f}x on {target}: sparse kernels for {layers}.")
    return best.program if kept else result


def has_zeros(program: Program) -> bool:
    """Whether any layer has zeros that a kernel may leave out."""
    weights = (program.weight(node.args[1]) for node in layers_of(program))
    return any(bool((w == 0).sum() >= FEW * w.numel()) for w in weights if w is not None and w.numel())


@dataclass
class _Packing:
    """A program with sparse kernels: why each layer has one, why others have none, and what the whole gains."""

    program: Program
    chosen: dict[str, Choice]
    refusals: list[Refusal]
    gain: float


def _pack(
    result: Program,
    target: Target,
    timing: Timing,
    observers: Sequence[Observer],
    quantize: str | None,
    after: int,
    least: float | None = None,
) -> _Packing:
    program, ctx = result.copy(), Context(target=target, kernels=kernels_for(target, quantize, least))
    Pipeline(packing_steps(), [timing, *observers], after).run(program, ctx)
    program.facts = {}
    found = ctx.kernels.chosen if ctx.kernels else {}
    chosen = {name: choice for name, choice in found.items() if choice.format is not None}
    return _Packing(program, chosen, ctx.refusals, races.gain(program, result, target, None) if chosen else 0.0)
