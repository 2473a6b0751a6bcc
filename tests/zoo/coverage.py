"""One family through the whole compiler: zeros at every kind of axis, and what becomes of them.

The tests and the coverage table (``benchmarks/coverage.py``) share this.
"""

from __future__ import annotations

import time
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from typing import Any

import torch
from torch import Tensor, nn

import sparsec
from sparsec.compiler.capture.models import capture
from sparsec.compiler.comparison import relative_error
from sparsec.compiler.ir.program import Program
from sparsec.compiler.ir.speculation import EVERYWHERE
from sparsec.compiler.numerics import widened
from sparsec.compiler.pipeline import Pipeline, Timing, exact
from sparsec.passes.base import Context

from .families import Family, Site
from .planting import Kind

SHARE = 0.3
KINDS: tuple[Kind, ...] = ("neuron", "head", "kv_group", "qk", "vo", "residual", "expert")

INCOMPLETE: dict[str, str] = {
    name: why
    for names, why in {
        "clip clip-eager whisper whisper-eager detr detr-eager": "the residual stream ends in an output of the model",
        "segformer segformer-eager": "keys read a strided convolution's own channels, which a norm needs",
        "sam-vision sam-vision-eager": "relative positions are added from every place of the queries",
        "wav2vec2 wav2vec2-stable-eager": "the grouped position convolution keeps its groups equal",
        "hiera_tiny_224 maxvit_tiny_tf_224": "each kind of zero alone goes whole, all at once leave a few positions",
        "dpn68": "grouped convolutions keep their groups equal",
        "nfnet_f0": "a zero filter before zero padding stays to carry the constants of others",
    }.items()
    for name in names.split()
}
"""Families of which more could go, and why it does not."""

ONNX: dict[str, str] = {}
"""Families that cannot go to ONNX, and why."""

Planted = list[tuple[Site, list[int]]]


@dataclass
class Outcome:
    """What compiling a planted family gave.

    Attributes:
        planted, removed: numbers of parameters, where the sites say what can go.
        missing: parameter -> numbers that stayed although they could go.
        error: largest float64 difference, relative, over all batch sizes and lengths.
        opaque: what was kept whole, and why.
        seconds: spent in passes; capture: in torch.export.
    """

    planted: int = 0
    removed: int = 0
    missing: dict[str, int] = field(default_factory=dict)
    error: float = float("inf")
    opaque: list[str] = field(default_factory=list)
    seconds: float = 0.0
    capture: float = 0.0
    nodes: int = 0
    program: Program | None = None


def plant(family: Family, model: nn.Module, kinds: Collection[Kind], share: float = SHARE) -> Planted:
    """Zeros at a share of every site of these kinds, in place; which."""
    random = torch.Generator().manual_seed(family.seed)
    done: Planted = []
    for site in family.sites(model):
        order = torch.randperm(site.size, generator=random).tolist()
        count = 1 if site.kind in ("branch", "expert") else round(share * site.size)
        if site.kind in kinds and count > 0 and (count < site.size or site.kind == "branch"):
            chosen = sorted(order[:count])
            site.plant(chosen)
            done.append((site, chosen))
    return done


def removable(planted: Planted) -> dict[str, Tensor]:
    """Parameter -> mask of the numbers that can go, over all provable sites."""
    found: dict[str, Tensor] = {}
    for site, positions in planted:
        if site.masks is not None and not site.provable:
            for name, mask in site.masks(positions).items():
                found[name] = found[name] | mask if name in found else mask
    return found


def compiled(
    family: Family, kinds: Collection[Kind], sizes: Sequence[tuple[int, int]] = ((3, 0),), share: float = SHARE
) -> Outcome:
    """Capture a planted family in float64, run every pass on it, compare at several batch sizes and lengths.

    Args:
        sizes: batch sizes and lengths to compare at, besides the example's; a length of 0 is the family's own.
    """
    model = family.build(torch.float64)
    planted = plant(family, model, kinds, share)
    start = time.perf_counter()
    original = widened(capture(model, *family.feed(2, dtype=torch.float64), family.dynamic_shapes()))
    outcome = Outcome(capture=time.perf_counter() - start, nodes=len(original.graph.nodes))
    result, timing, ctx = original.copy(), Timing(), Context("cpu", speculation=EVERYWHERE)
    Pipeline(exact(), [timing]).run(result, ctx)
    outcome.program, outcome.seconds = result, sum(seconds for _, seconds, _ in timing.rows)
    outcome.opaque = sorted({f"{r.node}: {r.reason}" for r in ctx.refusals if r.reason.startswith("kept whole")})
    outcome.error = 0.0
    for batch, length in ((2, 0), *sizes):
        inputs = flat(family.feed(batch, length if family.dynamic else 0, dtype=torch.float64))
        outcome.error = max(outcome.error, relative_error(result.run(inputs), original.run(inputs)))
    before, after = original.weights(), result.weights()
    for name, mask in removable(planted).items():
        left, wanted = after.get(name), int(mask.sum())
        gone = before[name].numel() - (left.numel() if left is not None else 0) if name in before else wanted
        outcome.planted += wanted
        outcome.removed += gone
        if gone < wanted:
            outcome.missing[name] = wanted - gone
    return outcome


def flat(feed: tuple[tuple[Any, ...], dict[str, Any]]) -> tuple[Any, ...]:
    """Inputs in the order of the placeholders."""
    args, kwargs = feed
    return (*args, *kwargs.values())


def finished(family: Family, kinds: Collection[Kind], **options: Any) -> tuple[nn.Module, sparsec.CompiledModule]:
    """A planted family in float32, and what ``sparsec.compile`` makes of it."""
    model = family.build()
    plant(family, model, kinds)
    args, kwargs = family.feed(2)
    shapes = family.dynamic_shapes()
    return model, sparsec.compile(model, args, kwargs, dynamic_shapes=shapes, measure=False, **options)
