"""Masks on what layers read, for any network: one per reader, or one for all readers of the same channels.

Which layers read the same channels is asked of sparsec's own axes analysis. The criterion is the L2 norm of a reader's
weights for a channel, relative to the largest; a shared mask goes by the sum over its readers. Nothing but zeros is
written, and both kinds of masks leave every reader with the same share of its channels.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

import numpy as np
import torch
from torch import Tensor, nn

from sparsec.compiler.capture.models import capture
from sparsec.compiler.ir.program import Program
from sparsec.compiler.ir.speculation import EVERYWHERE
from sparsec.compiler.ir.views import Layer, layers_of
from sparsec.compiler.pipeline import Pipeline, parse_steps
from sparsec.passes.base import Context
from sparsec.passes.rules.facts import AXES


def mask_readers(model: nn.Module, image: Tensor, share: float, *, own: bool) -> None:
    """Zero the weakest ``share`` of the input channels of every layer but the first and the last, in place."""
    program = capture(model, (image,))
    Pipeline(parse_steps("fold-weights,form-linears,axes")).run(program, Context(speculation=EVERYWHERE))
    scores = {layer: _score(layer) for layer in _readers(program)}
    drops = _own(scores, share) if own else _shared(scores, program, share)
    for layer, columns in drops.items():
        with torch.no_grad():
            model.get_parameter(str(layer.weight.target))[:, columns] = 0


def _readers(program: Program) -> Iterator[Layer]:
    axes = program.facts[AXES]
    for layer in layers_of(program):
        if layer.node in axes.opaque or layer.groups > 1:
            continue
        labelled = axes.of(layer.input).dims == (layer.dim,)
        if labelled and not any(user.op == "output" for user in layer.node.users):
            yield layer


def _score(layer: Layer) -> Tensor:
    norms = layer.canonical()[0].pow(2).sum(dim=(0, 2)).sqrt()
    return norms / norms.max().clamp_min(1e-30)


def _own(scores: dict[Layer, Tensor], share: float) -> dict[Layer, Tensor]:
    return {layer: score.argsort()[: int(share * len(score))] for layer, score in scores.items()}


def _shared(scores: dict[Layer, Tensor], program: Program, share: float) -> dict[Layer, Tensor]:
    """Channels with the same readers are ranked together."""
    axes = program.facts[AXES]
    ids = {layer: axes.ids.find(axes.of(layer.input).labels) for layer in scores}
    totals: dict[int, float] = defaultdict(float)
    readers: dict[int, list[str]] = defaultdict(list)
    for layer, score in scores.items():
        for channel, value in zip(ids[layer].tolist(), score.tolist(), strict=True):
            totals[channel] += value
            readers[channel].append(layer.node.name)
    groups: dict[tuple[str, ...], list[int]] = defaultdict(list)
    for channel, names in readers.items():
        groups[tuple(sorted(names))].append(channel)
    gone = np.zeros(len(axes.ids), dtype=np.bool_)
    for group in groups.values():
        gone[sorted(group, key=lambda channel: totals[channel])[: int(share * len(group))]] = True
    return {layer: torch.from_numpy(np.flatnonzero(gone[found])) for layer, found in ids.items()}
