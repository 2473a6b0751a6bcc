"""Structured zeros for benchmarks: random channels, the same ones wherever layers are tied together.

A residual stream only shrinks if every layer that writes to it drops the same channels. Which layers those
are is read off the traced network here, in a few lines and only for ordinary convolutional networks; sparsec
itself finds channels from the zeros alone. This file only *writes* the zeros a good structured pruner leaves.
"""

from __future__ import annotations

import operator
from dataclasses import dataclass, field

import torch
from torch import Tensor, fx, nn

JOINING = (operator.add, operator.iadd, operator.mul, operator.imul, torch.add, torch.mul)
CONCATENATING = (torch.cat, torch.concat)


@dataclass(eq=False)
class Ties:
    """Layers that must keep the same channels; ``joined`` is the group that this one was merged into."""

    size: int
    writers: list[nn.Module] = field(default_factory=list)
    norms: list[tuple[nn.Module, int]] = field(default_factory=list)
    """Each batch norm of these channels, and where they start in it (it may follow a concatenation)."""
    is_output: bool = False
    joined: Ties | None = None

    def root(self) -> Ties:
        group = self
        while group.joined is not None:
            group = group.joined
        return group

    def join(self, other: Ties) -> None:
        mine, theirs = self.root(), other.root()
        if mine is theirs or mine.size != theirs.size:
            return
        mine.writers += theirs.writers
        mine.norms += theirs.norms
        mine.is_output |= theirs.is_output
        theirs.joined = mine


class _Tracer(fx.Interpreter):
    """Runs the traced network on lists of groups instead of tensors: what a value's channels belong to."""

    def __init__(self, model: nn.Module) -> None:
        super().__init__(fx.symbolic_trace(model))
        self.groups: list[Ties] = []

    def run_node(self, node: fx.Node) -> list[Ties]:
        values = [self.env[source] for source in node.all_input_nodes if self.env[source]]
        if node.op == "output":
            for part in values[0]:
                part.root().is_output = True
        if node.op == "call_module":
            return self._module(self.fetch_attr(node.target), values[0] if values else [])
        if node.target in CONCATENATING:
            return [part for value in values for part in value]
        if node.target in JOINING and len(values) == 2:
            for one, other in zip(*values, strict=True):
                one.join(other)
        return values[0] if values else []

    def _module(self, module: nn.Module, parts: list[Ties]) -> list[Ties]:
        if isinstance(module, nn.Conv2d) and module.groups == module.out_channels > 1:
            parts[0].root().writers.append(module)  # depthwise: the channels stay what they were
        elif isinstance(module, nn.Conv2d | nn.Linear):
            self.groups.append(Ties(module.weight.shape[0], [module]))
            return [self.groups[-1]]
        elif isinstance(module, nn.BatchNorm2d):
            start = 0
            for part in parts:
                part.root().norms.append((module, start))
                start += part.size
        return parts


def channel_ties(model: nn.Module) -> list[Ties]:
    """Layers tied by depthwise convolutions, residual adds and gates; the network's outputs are left out."""
    tracer = _Tracer(model)
    tracer.run()
    return [group for group in tracer.groups if group.joined is None and not group.is_output]


def zero_channels(model: nn.Module, share: float, *, norms: bool, seed: int = 0) -> None:
    """Zero a random ``share`` of the channels of every tied group, in place.

    With ``norms`` the channel's scale and shift in every batch norm become zero too, so that the channel *is*
    zero (what structured pruners leave behind); without, it is the constant that the norm makes of a zero.
    """
    generator = torch.Generator().manual_seed(seed)
    for group in channel_ties(model):
        dead = torch.randperm(group.size, generator=generator)[: round(share * group.size)]
        for writer in group.writers:
            _zero(writer, dead)
        for norm, start in group.norms if norms else ():
            _zero(norm, dead + start)


@torch.no_grad()
def _zero(module: nn.Module, rows: Tensor) -> None:
    module.weight[rows] = 0
    if module.bias is not None:
        module.bias[rows] = 0
