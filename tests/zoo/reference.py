"""What must hold of a compiled module, decided slowly and obviously."""

from __future__ import annotations

import copy
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import torch
from torch import Tensor, fx
from torch.utils import _pytree as pytree

from .ties import FREE, MOVEMENT, Layer, Ties, label, layers_of, opname

ROUNDS = 5
TOLERANCE = 1e-12


def relative_error(result: Any, expected: Any) -> float:
    """The largest absolute difference over the largest absolute value expected, leaf by leaf; the worst leaf counts.

    The trees must be equal, shapes and dtypes too; a NaN anywhere is an infinite error.
    """
    ours, our_spec = pytree.tree_flatten(result)
    theirs, their_spec = pytree.tree_flatten(expected)
    assert our_spec == their_spec, f"the outputs' structure changed: {our_spec} instead of {their_spec}"
    return max((_leaf_error(a, b) for a, b in zip(ours, theirs, strict=True)), default=0.0)


def _leaf_error(result: Any, expected: Any) -> float:
    if not isinstance(expected, Tensor):
        return 0.0 if result == expected else float("inf")
    assert result.shape == expected.shape, f"{tuple(result.shape)} instead of {tuple(expected.shape)}"
    assert result.dtype == expected.dtype, f"{result.dtype} instead of {expected.dtype}"
    if expected.numel() == 0:
        return 0.0
    difference = (result.double() - expected.double()).abs().max().item()
    scale = expected.double().abs().max().item()
    if difference == 0.0:
        return 0.0
    error = difference / scale if scale > 0 else difference
    return float("inf") if math.isnan(error) else error


def parameter_count(module: torch.nn.Module) -> int:
    """How many numbers the module carries, statistics included; tied ones once."""
    tensors = {id(t): t for t in [*module.parameters(), *module.buffers()]}
    return sum(t.numel() for t in tensors.values() if t.is_floating_point())


@dataclass(frozen=True)
class Removable:
    """A channel that could have been removed: nobody reads it, or it is the same number for every input."""

    kind: Literal["dead", "constant"]
    places: tuple[tuple[str, int], ...]
    """(weight, output channel) of the layers that make it; (weight, -1) for what only passes by."""
    values: tuple[str, ...]
    """The nodes that carry it."""


def removable_channels(
    module: fx.GraphModule,
    inputs: Sequence[Any],
    sample: int | None = None,
    seed: int = 0,
    allowed: Callable[[str, int], bool] = lambda weight, channel: False,
) -> list[Removable]:
    """Channels of a float64 module (a graph of ATen operations) that provably could go and are still there.

    A *dead* channel is one no output depends on: its gradient is exactly zero, and so it stays when all non-zero
    weights are drawn anew (what is zero by accident, behind a ReLU, then shows itself). A sample of those is put to the
    plain test: random values in its filter and its bias must not move any output. A *constant* channel has one value
    for all inputs and positions, again under any non-zero weights. Either counts only if all channels that must stay
    with it (sums, products, reshapes, equal groups) can go too. ``inputs`` are flat, with a batch of two or more.
    """
    random = torch.Generator().manual_seed(seed)
    module = _copy(module)
    one = [x[:1] if isinstance(x, Tensor) and x.dim() else x for x in inputs]
    ties = label(module, one)
    layers = layers_of(module.graph)
    facts = _Facts(ties, layers)
    weights = {layer.weight: _attribute(module, layer.weight) for layer in layers}
    original = {name: weight.clone() for name, weight in weights.items()}
    for turn in range(ROUNDS):
        if turn:
            _redraw(weights, random)
        # Two draws of unlike scale, so that what saturates in one does not in the other.
        for scale in (1.0, 100.0):
            noise = [_like(x, random, scale) for x in inputs]
            facts.restrict(_observe(module, noise, random))
    for sign in (1.0, -1.0):  # what is left gets strong filters of one sign, to open what a ReLU shuts by chance
        for name, weight in weights.items():
            weight.copy_(original[name])
        _strengthen(facts.removable(), layers, weights, sign)
        facts.restrict(_observe(module, [_like(x, random, 1.0) for x in inputs], random))
    for name, weight in weights.items():
        weight.copy_(original[name])
    found = [found for found in facts.removable() if not any(allowed(*place) for place in found.places)]
    dead = [f for f in found if f.kind == "dead" and f.places]
    if sample is not None:
        chosen = torch.randperm(len(dead), generator=random)[:sample].tolist()
        dead = [dead[i] for i in chosen]
    innocent = [f for f in dead if _moves(module, f, layers, inputs, random)]
    return [f for f in found if f not in innocent]


class _Facts:
    """For every label of every value: still constant? still dead?"""

    def __init__(self, ties: Ties, layers: list[Layer]) -> None:
        self.layers = layers
        self.labels = {
            node: ties.roots(value).contiguous()
            for node, value in ties.labels.items()
            if isinstance(value, Tensor) and value.dim() and value.shape[0] == 1
        }
        self.count = len(ties.parent)
        self.pinned = {ties.find(i) for i in ties.pinned if i != FREE}
        self.constant = {node: torch.ones(self.count, dtype=torch.bool) for node in self.labels}
        self.zero = {node: torch.ones(self.count, dtype=torch.bool) for node in self.labels}
        self.dead = {node: torch.ones(self.count, dtype=torch.bool) for node in self.labels}
        self.bounds: dict[fx.Node, tuple[Tensor, Tensor]] = {}

    def restrict(self, observed: dict[fx.Node, tuple[Tensor, Tensor | None]]) -> None:
        """Take one more run into account."""
        for node, labels in self.labels.items():
            value, gradient = observed.get(node, (None, None))
            if value is None or value.shape[1:] != labels.shape[1:]:
                self.dead[node].fill_(False)
                self.constant[node].fill_(False)
                continue
            index = (labels.expand(value.shape) % (self.count + 1)).reshape(-1)  # free elements: one slot more
            value = value.reshape(-1).double()
            high, low = (_by_label(value, index, self.count, how) for how in ("amax", "amin"))
            self.constant[node] &= (high - low) <= TOLERANCE * torch.maximum(high.abs(), low.abs()).clamp(min=1e-30)
            self.zero[node] &= (high == 0) & (low == 0)
            if gradient is not None:
                self.dead[node] &= _by_label(gradient.reshape(-1).abs(), index, self.count, "amax") == 0

    def removable(self) -> list[Removable]:
        keep = torch.zeros(self.count + 1, dtype=torch.bool)
        keep[[*self.pinned, self.count]] = True
        held = {node: _present(labels, self.count) for node, labels in self.labels.items()}
        for node, here in held.items():
            keep[:-1] |= here & ~(self.constant[node] | self.dead[node])
        for layer in self.layers:  # a constant that is not zero, and comes out differently at different places
            source = layer.node.args[0]
            if (layer.padded or layer.transposed) and source in held:
                border = ~self.zero[source] & ~self.dead[source]
                keep[:-1] |= held[source] & border
        self._close(keep)
        gone = torch.nonzero(~keep[:-1]).flatten().tolist()
        return [f for f in (self._describe(i, held) for i in gone) if f is not None]

    def _close(self, keep: Tensor) -> None:
        """Keep whatever else must be there so that what is left of every value is a box, with equal groups."""
        before = -1
        while before != int(keep.sum()):
            before = int(keep.sum())
            for layer in self.layers:
                sides = [self.labels.get(node) for node in (layer.node.args[0], layer.node)]
                if layer.groups > 1 and all(side is not None for side in sides):
                    _equal_groups(sides, layer.groups, keep)
            for node, labels in self.labels.items():
                if any(user.op != "call_function" or _computes(user) for user in node.users):
                    _box(labels, keep)

    def _describe(self, index: int, held: dict[fx.Node, Tensor]) -> Removable | None:
        nodes = [node for node, here in held.items() if here[index]]
        dead = all(self.dead[node][index] for node in nodes)
        places = []
        for layer in self.layers:
            if layer.node in held and held[layer.node][index]:
                labels = self.labels[layer.node].movedim(layer.channel_dim, 0).flatten(1)[:, 0]
                places += [(layer.weight, int(i)) for i in torch.nonzero(labels == index).flatten()]
            elif layer.node.args[0] in held and held[layer.node.args[0]][index]:
                places.append((layer.weight, -1))
        if not places:
            return None
        return Removable("dead" if dead else "constant", tuple(places), tuple(node.name for node in nodes))


def _computes(node: fx.Node) -> bool:
    return opname(node) not in MOVEMENT and opname(node) != ""


def _present(labels: Tensor, count: int) -> Tensor:
    here = torch.zeros(count + 1, dtype=torch.bool)
    here[labels.reshape(-1)] = True
    return here[:-1]


def _by_label(value: Tensor, index: Tensor, count: int, how: str) -> Tensor:
    start = float("-inf") if how == "amax" else float("inf")
    out = torch.full((count + 1,), start, dtype=torch.float64)
    out.scatter_reduce_(0, index, value, how)
    out = out[:count]
    return torch.where(out.isinf(), 0.0, out)


def _box(labels: Tensor, keep: Tensor) -> None:
    kept = keep[labels]
    if not kept.any():
        kept = torch.zeros_like(kept)
        kept.reshape(-1)[0] = True  # one channel must stay
    hull = torch.ones_like(kept)
    for dim in range(1, kept.dim()):
        others = [d for d in range(kept.dim()) if d != dim]
        hull &= kept.amax(dim=others, keepdim=True)
    keep[labels[hull]] = True


def _equal_groups(sides: list[Tensor], groups: int, keep: Tensor) -> None:
    """A group goes with all its inputs and outputs, or has as many of each as every other group that stays."""
    sides = [labels.reshape(1, labels.shape[1], -1)[0, :, 0].view(groups, -1) for labels in sides]
    alive = torch.stack([keep[channels].any(dim=1) for channels in sides]).any(dim=0)
    for channels in sides:
        most = max(1, int(keep[channels].sum(dim=1).max()))
        for row in channels[alive]:
            missing = most - int(keep[row].sum())
            keep[row[~keep[row]][: max(0, missing)]] = True


def _copy(module: fx.GraphModule) -> fx.GraphModule:
    module = copy.deepcopy(module)
    for tensor in [*module.parameters(), *module.buffers()]:
        tensor.requires_grad_(False)
    return module


def _attribute(module: torch.nn.Module, name: str) -> Tensor:
    value: Any = module
    for part in name.split("."):
        value = getattr(value, part)
    return value  # type: ignore[no-any-return]


def _redraw(weights: dict[str, Tensor], random: torch.Generator) -> None:
    for weight in weights.values():
        alive = weight != 0
        scale = weight.square().mean().sqrt() / alive.double().mean().clamp(min=1e-9).sqrt()
        drawn = torch.randn(weight.shape, generator=random, dtype=weight.dtype) * scale
        weight.copy_(torch.where(alive, drawn, weight))


def _strengthen(
    suspects: list[Removable], layers: list[Layer], weights: dict[str, Tensor], sign: float, factor: float = 10.0
) -> None:
    by_weight = {layer.weight: layer for layer in layers}
    for name, channel in {place for suspect in suspects for place in suspect.places if place[1] >= 0}:
        part = by_weight[name].filter(weights[name], channel)
        part.copy_(part.abs() * sign * factor)


def _like(value: Any, random: torch.Generator, scale: float) -> Any:
    if not isinstance(value, Tensor) or not value.is_floating_point():
        return value
    return torch.randn(value.shape, generator=random, dtype=value.dtype) * scale


class _Recorder(fx.Interpreter):
    """Keeps every value, and lets gradients reach it."""

    def __init__(self, module: fx.GraphModule) -> None:
        super().__init__(module)
        self.values: dict[fx.Node, Tensor] = {}
        self.garbage_collect_values = False

    def run_node(self, n: fx.Node) -> Any:
        result = super().run_node(n)
        if n.op in ("get_attr", "output") or not isinstance(result, Tensor) or not result.is_floating_point():
            return result
        if not result.requires_grad:
            result = result.detach().requires_grad_()
        self.values[n] = result
        return result


def _observe(
    module: fx.GraphModule, inputs: Sequence[Any], random: torch.Generator
) -> dict[fx.Node, tuple[Tensor, Tensor | None]]:
    """Every value of a run, with the gradient of a random functional of the outputs."""
    recorder = _Recorder(module)
    outputs = pytree.tree_leaves(recorder.run(*inputs, enable_io_processing=False))
    loss = torch.zeros((), dtype=torch.float64)
    for output in outputs:
        if isinstance(output, Tensor) and output.requires_grad:
            loss = loss + (output * torch.randn(output.shape, generator=random, dtype=torch.float64)).sum()
    nodes = list(recorder.values)
    if not loss.requires_grad:
        return {node: (recorder.values[node].detach(), torch.zeros_like(recorder.values[node])) for node in nodes}
    gradients = torch.autograd.grad(loss, [recorder.values[node] for node in nodes], allow_unused=True)
    return {
        node: (recorder.values[node].detach(), torch.zeros_like(recorder.values[node]) if g is None else g)
        for node, g in zip(nodes, gradients, strict=True)
    }


def _moves(
    module: fx.GraphModule, suspect: Removable, layers: list[Layer], inputs: Sequence[Any], random: torch.Generator
) -> bool:
    """The plain test: does any output move when the channel's filters and biases get random values?"""
    before = _run(module, inputs)
    saved = {}
    for layer in layers:
        for weight, channel in suspect.places:
            if weight != layer.weight or channel < 0:
                continue
            for name in filter(None, (layer.weight, layer.bias)):
                saved.setdefault(name, _attribute(module, name).clone())
            part = layer.filter(_attribute(module, layer.weight), channel)
            part.copy_(torch.randn(part.shape, generator=random, dtype=part.dtype) * 3.0)
            if layer.bias is not None:
                _attribute(module, layer.bias)[channel] = torch.randn((), generator=random, dtype=part.dtype)
    after = _run(module, inputs)
    for name, value in saved.items():
        _attribute(module, name).copy_(value)
    return relative_error(after, before) > TOLERANCE


def _run(module: fx.GraphModule, inputs: Sequence[Any]) -> Any:
    with torch.no_grad():
        return fx.Interpreter(module).run(*inputs, enable_io_processing=False)
