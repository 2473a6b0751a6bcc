"""Masks on the channels that a layer reads: one mask per reader, or one for all readers of the same channels.

For plain networks only: convolutions, batch norm, element-wise activations, residual adds, pooling, a classifier.
A *channel group* is a set of channels and everything that carries them (a residual stream, the hidden channels of a
block); its *readers* are the ungrouped convolutions and linear layers that take them in. Depthwise convolutions,
activations and adds pass channels on and belong to the group. Masks only write zeros; ``macs`` counts what is left once
everything that the zeros make superfluous is gone.
"""

from __future__ import annotations

import copy
import math
import operator
from collections.abc import Callable, Iterable
from dataclasses import dataclass

import networkx as nx
import torch
from torch import Tensor, fx, nn
from torch.nn.utils.fusion import fuse_conv_bn_eval

ADDS = (operator.add, operator.iadd, torch.add)
FOLLOWING = (nn.ReLU, nn.ReLU6, nn.Dropout, nn.Identity, nn.AdaptiveAvgPool2d)
METHODS = ("mean", "view", "flatten", "size")  # behind the last convolution: one position per channel

Masks = dict[str, Tensor]
"""For each masked layer, by name: which input channels it keeps."""


class _Tracer(fx.Tracer):
    """Keeps convolutions whole, also those that subclass PyTorch's to pad as TensorFlow does."""

    def is_leaf_module(self, module: nn.Module, qualified_name: str) -> bool:
        return isinstance(module, nn.Conv2d) or super().is_leaf_module(module, qualified_name)


def folded(model: nn.Module) -> fx.GraphModule:
    """A traced copy with each batch norm folded into the convolution before it: the same function, biases everywhere.

    Raises:
        ValueError: the network holds an operation of which it is not known how channels pass through it.
    """
    tracer = _Tracer()
    graph = tracer.trace(copy.deepcopy(model).eval())
    module = fx.GraphModule(tracer.root, graph)
    for node in list(graph.nodes):
        if node.op != "call_module" or not isinstance(norm := module.get_submodule(node.target), nn.BatchNorm2d):
            continue
        (source,) = node.all_input_nodes
        convolution = module.get_submodule(str(source.target))
        if not isinstance(convolution, nn.Conv2d) or len(source.users) > 1:
            raise ValueError(f"The batch norm '{node.target}' does not follow a convolution of its own.")
        setattr(
            module.get_submodule(str(source.target).rpartition(".")[0]),
            str(source.target).rpartition(".")[2],
            fuse_conv_bn_eval(convolution, norm),
        )
        node.replace_all_uses_with(source)
        graph.erase_node(node)
    module.recompile()
    for node in graph.nodes:
        if not _known(module, node):
            raise ValueError(f"It is not known how channels pass through '{node.format_node()}'.")
    return module.requires_grad_(False)


def _known(module: fx.GraphModule, node: fx.Node) -> bool:
    if node.op == "call_module":
        return isinstance(module.get_submodule(str(node.target)), (nn.Conv2d, nn.Linear, *FOLLOWING))
    allowed = {"call_function": ADDS, "call_method": METHODS}.get(node.op, (node.target,))
    return node.target in allowed


def _layer(module: fx.GraphModule, node: fx.Node) -> nn.Conv2d | nn.Linear | None:
    """The layer with weights that a node calls, if it calls one."""
    layer = module.get_submodule(str(node.target)) if node.op == "call_module" else None
    return layer if isinstance(layer, nn.Conv2d | nn.Linear) else None


def _named(module: fx.GraphModule, name: str) -> nn.Conv2d | nn.Linear:
    layer = module.get_submodule(name)
    assert isinstance(layer, nn.Conv2d | nn.Linear), name
    return layer


def _sources(node: fx.Node) -> list[fx.Node]:
    """The values whose channels a node takes in; a size has none."""
    return [source for source in node.all_input_nodes if "size" not in (node.target, source.target)]


def _depthwise(layer: nn.Module) -> bool:
    return isinstance(layer, nn.Conv2d) and layer.groups == layer.in_channels == layer.out_channels > 1


# --------------------------------------------------------------------------------------------------- channel groups


@dataclass(frozen=True)
class ChannelGroup:
    """Channels, and the layers that read them, by name and in the order in which they run."""

    channels: int
    readers: tuple[str, ...]
    writers: tuple[str, ...]


def groups(module: fx.GraphModule) -> list[ChannelGroup]:
    """The sets of channels of a network, without those of its input image and of its output."""
    carried = nx.Graph()  # nodes whose outputs have the same channels are connected
    readers: dict[fx.Node, list[fx.Node]] = {}
    for node in module.graph.nodes:
        carried.add_node(node)
        layer = _layer(module, node)
        for source in _sources(node):
            if layer is None or _depthwise(layer):
                carried.add_edge(source, node)
            else:
                readers.setdefault(source, []).append(node)
    found = []
    for part in nx.connected_components(carried):
        ordered = [node for node in module.graph.nodes if node in part]
        reading = [str(reader.target) for node in ordered for reader in readers.get(node, ())]
        made = [(node, layer) for node in ordered if (layer := _layer(module, node)) and not _depthwise(layer)]
        if reading and all(node.op not in ("placeholder", "output") for node in ordered):
            writing = tuple(str(node.target) for node, _ in made)
            found.append(ChannelGroup(made[0][1].weight.shape[0], tuple(reading), writing))
    return found


# ------------------------------------------------------------------------------------------------ calibration


@dataclass(frozen=True)
class Inputs:
    """What one layer saw on the calibration images."""

    mean: Tensor
    """Mean of each input channel over images and positions."""
    square: Tensor
    """Mean square, likewise."""
    positions: int
    """Output pixels per image."""


def calibrate(module: fx.GraphModule, images: Tensor, batch: int = 4) -> dict[str, Inputs]:
    """Statistics of the inputs of all convolutions and linear layers, by the layer's name."""
    sums: dict[str, list[Tensor]] = {}
    positions: dict[str, int] = {}

    def watch(name: str) -> Callable[[nn.Module, tuple[Tensor, ...], Tensor], None]:
        def hook(_: nn.Module, inputs: tuple[Tensor, ...], output: Tensor) -> None:
            positions[name] = math.prod(output.shape[2:])
            values = inputs[0].transpose(0, 1).flatten(1).double()
            sums.setdefault(name, []).append(torch.stack([values.mean(1), values.square().mean(1)]) * len(output))

        return hook

    layers = [(name, m) for name, m in module.named_modules() if isinstance(m, nn.Conv2d | nn.Linear)]
    handles = [layer.register_forward_hook(watch(name)) for name, layer in layers]
    with torch.inference_mode():
        for part in images.split(batch):
            module(part)
    for handle in handles:
        handle.remove()
    totals = {name: torch.stack(parts).sum(0) / len(images) for name, parts in sums.items()}
    return {name: Inputs(mean, square, positions[name]) for name, (mean, square) in totals.items()}


# ------------------------------------------------------------------------------------------------------ masks


def damage(module: fx.GraphModule, inputs: dict[str, Inputs], names: Iterable[str], compensate: bool) -> Masks:
    """For each layer and input channel: the mean squared change of the layer's outputs without that channel.

    ``|w|^2 E[x^2]``, and with compensation, which keeps the channel's mean, ``|w|^2 Var[x]``; weights include the
    batch norm. As shares of the layer's total, so that layers can be compared.
    """
    result = {}
    for name in names:
        energy = _named(module, name).weight.double().square().transpose(0, 1).flatten(1).sum(1)
        seen = inputs[name]
        score = energy * (seen.square - seen.mean.square() if compensate else seen.square)
        result[name] = score / score.sum()
    return result


def _largest(score: Tensor, share: float) -> Tensor:
    keep = torch.zeros(len(score), dtype=torch.bool)
    keep[score.argsort(descending=True, stable=True)[: max(1, round(share * len(score)))]] = True
    return keep


def own_masks(parts: Iterable[ChannelGroup], scores: Masks, keep: float) -> Masks:
    """Every reader keeps the share of channels that matter most to itself."""
    return {name: _largest(scores[name], keep) for part in parts for name in part.readers}


def shared_masks(parts: Iterable[ChannelGroup], scores: Masks, keep: float) -> Masks:
    """All readers of a channel group keep the channels that matter most to all of them together."""
    result: Masks = {}
    for part in parts:
        together = _largest(torch.stack([scores[name] for name in part.readers]).sum(0), keep)
        result |= dict.fromkeys(part.readers, together)
    return result


def masked(module: fx.GraphModule, masks: Masks, inputs: dict[str, Inputs], compensate: bool) -> fx.GraphModule:
    """A copy that reads nothing else; with ``compensate`` a dropped channel's mean goes into its reader's bias."""
    result = copy.deepcopy(module)
    for name, keep in masks.items():
        layer = _named(result, name)
        if compensate and layer.bias is not None:
            taps = layer.weight[:, ~keep].flatten(2).sum(2) if layer.weight.dim() > 2 else layer.weight[:, ~keep]
            layer.bias += (taps.double() @ inputs[name].mean[~keep]).float()
        layer.weight[:, ~keep] = 0
    return result


# ----------------------------------------------------------------------------------------------------- counts


def unions(parts: Iterable[ChannelGroup], masks: Masks) -> Masks:
    """For each writer of masked channel groups: the channels that any reader of its channel group keeps."""
    result: Masks = {}
    for part in parts:
        kept = [masks.get(name, torch.ones(part.channels, dtype=torch.bool)) for name in part.readers]
        result |= dict.fromkeys(part.writers, torch.stack(kept).any(0))
    return result


def macs(module: fx.GraphModule, masks: Masks, inputs: dict[str, Inputs], written: Masks | None = None) -> int:
    """Multiply-adds of one image after exact removal of every channel that nobody reads, directly or further on.

    A branch of a sum computes only the channels that are read *behind* that sum, unless ``written`` names more for
    its layer: with ``unions`` every branch computes whatever any reader of the sum reads.
    """
    total = 0
    live: dict[fx.Node, Tensor] = {}
    for node in reversed(module.graph.nodes):
        wanted = live.get(node)
        layer = _layer(module, node)
        if layer is not None:
            wanted = torch.ones(len(layer.weight), dtype=torch.bool) if wanted is None else wanted
            wanted = (written or {}).get(str(node.target), wanted)
            read = wanted
            if not _depthwise(layer):
                read = (layer.weight[wanted] != 0).transpose(0, 1).flatten(1).any(1)
                read &= masks.get(str(node.target), read)
            each = layer.weight[0, 0].numel() * inputs[str(node.target)].positions
            total += each * int(wanted.sum()) * (1 if _depthwise(layer) else int(read.sum()))
            wanted = read
        if wanted is None:  # the output: every class is wanted
            continue
        for source in _sources(node):
            live[source] = live[source] | wanted if source in live else wanted
    return total
