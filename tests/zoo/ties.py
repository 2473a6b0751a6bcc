"""Which positions of all values must stay or go together: labels pushed through the real operations.

This is the tests' own, slow account of channels, written independently of the compiler's. Every element of every
value (at batch size one) carries an integer label. Layers with weights hand out new labels to their output channels;
pure data movement runs the real operation on the labels; element-wise operations tie the labels of their operands.
What is not understood pins its operands: pinned labels are never called removable.
"""

from __future__ import annotations

import operator
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import torch
from torch import Tensor, fx

MOVEMENT = {
    "_unsafe_view", "alias", "cat", "chunk", "clone", "contiguous", "detach", "expand", "flatten", "flip",
    "index_select", "narrow", "permute", "pixel_shuffle", "pixel_unshuffle", "repeat", "repeat_interleave",
    "reshape", "roll", "select", "slice", "split", "split_with_sizes", "squeeze", "stack", "swapaxes", "t",
    "transpose", "unbind", "unflatten", "unsqueeze", "view",
}  # fmt: skip
CHANNELWISE = {
    "_native_batch_norm_legit_no_training", "adaptive_avg_pool1d", "adaptive_avg_pool2d", "adaptive_avg_pool3d",
    "adaptive_max_pool2d", "avg_pool1d", "avg_pool2d", "avg_pool3d", "batch_norm", "instance_norm", "max_pool1d",
    "max_pool2d", "max_pool3d", "max_pool2d_with_indices", "prelu", "_prelu_kernel", "upsample_bilinear2d",
    "upsample_nearest2d", "upsample_nearest1d", "upsample_nearest3d", "upsample_linear1d", "upsample_bicubic2d",
}  # fmt: skip
REDUCTIONS = {"mean", "sum", "amax", "amin", "std", "var"}
POINTWISE_TOO = {"hardswish", "_to_copy", "dropout", "rsub"}
LAYERS = {
    "conv1d", "conv2d", "conv3d", "convolution", "conv_transpose1d", "conv_transpose2d", "conv_transpose3d", "linear",
}  # fmt: skip
FREE = -1


@dataclass(frozen=True)
class Layer:
    """A convolution or linear layer whose weight is a ``get_attr`` node."""

    node: fx.Node
    weight: str
    bias: str | None
    transposed: bool
    groups: int
    padded: bool

    @property
    def channel_dim(self) -> int:
        """Which dimension of its input and output holds the channels."""
        return -1 if opname(self.node) == "linear" else 1

    def outputs(self, weight: Tensor) -> int:
        """How many output channels the layer has."""
        return int(weight.shape[1] * self.groups if self.transposed else weight.shape[0])

    def filter(self, weight: Tensor, channel: int) -> Tensor:
        """The part of the weight (a view) that makes one output channel."""
        if not self.transposed:
            return weight[channel]
        group, column = divmod(channel, weight.shape[1])
        rows = weight.shape[0] // self.groups
        return weight[group * rows : (group + 1) * rows, column]


def opname(node: fx.Node) -> str:
    """The name of the operation, without namespace and overload."""
    target = node.target
    return target._schema.name.split("::")[-1] if isinstance(target, torch._ops.OpOverload) else ""


def layers_of(graph: fx.Graph) -> list[Layer]:
    """Every layer with its own weight, in order."""
    found = []
    for node in graph.nodes:
        if opname(node) not in LAYERS:
            continue
        args = normalized(node)
        weight, bias = args["weight"], args.get("bias")
        if isinstance(weight, fx.Node) and weight.op == "get_attr":
            bias_name = str(bias.target) if isinstance(bias, fx.Node) and bias.op == "get_attr" else None
            transposed = "transpose" in opname(node) or bool(args.get("transposed", False))
            found.append(
                Layer(node, str(weight.target), bias_name, transposed, args.get("groups", 1), _is_padded(args))
            )
    return found


def normalized(node: fx.Node) -> dict[str, Any]:
    """All arguments by their schema names, defaults included."""
    schema = node.target._schema  # type: ignore[union-attr]
    named = {a.name: a.default_value for a in schema.arguments if a.has_default_value()}
    named.update(zip((a.name for a in schema.arguments), node.args, strict=False))
    return {**named, **node.kwargs}


def _is_padded(args: dict[str, Any]) -> bool:
    padding = args.get("padding", 0)
    if isinstance(padding, str):
        return padding == "same"
    return any(padding) if isinstance(padding, Sequence) else bool(padding)


@dataclass
class Ties:
    """Labels of every value, a union-find over them, and those that are pinned."""

    labels: dict[fx.Node, Any] = field(default_factory=dict)
    parent: list[int] = field(default_factory=list)
    pinned: set[int] = field(default_factory=set)

    def fresh(self, shape: Sequence[int], dim: int | None) -> Tensor:
        """New labels that vary along one dimension of a value (or not at all)."""
        count = 1 if dim is None else shape[dim]
        first = len(self.parent)
        self.parent.extend(range(first, first + count))
        view = [1] * len(shape)
        if dim is not None:
            view[dim] = count
        return torch.arange(first, first + count).view(view).expand(*shape)

    def find(self, label: int) -> int:
        while self.parent[label] != label:
            self.parent[label] = self.parent[self.parent[label]]
            label = self.parent[label]
        return label

    def tie(self, a: Tensor, b: Tensor) -> None:
        """Unify elementwise; free elements tie nothing."""
        for x, y in torch.stack([a.reshape(-1), b.reshape(-1)]).unique(dim=1).T.tolist():
            if FREE not in (x, y):
                x, y = sorted((self.find(x), self.find(y)))
                self.parent[y] = x

    def pin(self, value: Any) -> None:
        """Forbid removing anything of a value."""
        for tensor in [value] if isinstance(value, Tensor) else value or ():
            if isinstance(tensor, Tensor):
                self.pinned.update(tensor.unique().tolist())

    def roots(self, labels: Tensor) -> Tensor:
        """The label that stands for the class of each element."""
        table = torch.tensor([*(self.find(i) for i in range(len(self.parent))), FREE])
        return table[labels]


class Labeller(fx.Interpreter):
    """Runs a graph on real inputs of batch size one and fills a ``Ties``."""

    def __init__(self, module: fx.GraphModule) -> None:
        super().__init__(module)
        self.ties = Ties()
        self._layers = {layer.node: layer for layer in layers_of(module.graph)}

    def run_node(self, n: fx.Node) -> Any:
        result = super().run_node(n)
        if n.op == "placeholder" and isinstance(result, Tensor):
            self._set(n, self.ties.fresh(result.shape, None))
            self.ties.pin(self.ties.labels[n])
        elif n.op == "output":
            for node in n.all_input_nodes:
                self.ties.pin(self.ties.labels.get(node))
        elif n.op == "call_function":
            self._call(n, result)
        return result

    def _set(self, node: fx.Node, labels: Any) -> None:
        self.ties.labels[node] = labels

    def _call(self, node: fx.Node, result: Any) -> None:
        known = self.ties.labels
        if not any(known.get(arg) is not None for arg in node.all_input_nodes):
            return  # weights, sizes and what is computed from them
        name = opname(node)
        if node.target is operator.getitem:
            self._set(node, known[node.args[0]][node.args[1]])  # type: ignore[index]
        elif not isinstance(result, (Tensor, tuple, list)):
            return
        elif node in self._layers:
            self._layer(self._layers[node], result)
        elif name in MOVEMENT:
            self._move(node)
        elif name in CHANNELWISE or _pads_positions(node, result):
            first = result[0] if isinstance(result, tuple) else result
            labels = self._channelwise(node.args[0], first)  # type: ignore[arg-type]
            self._set(node, (labels, None, None) if isinstance(result, tuple) else labels)
        elif name in REDUCTIONS and isinstance(result, Tensor):
            self._reduce(node, result)
        elif isinstance(result, Tensor) and (torch.Tag.pointwise in node.target.tags or name in POINTWISE_TOO):  # type: ignore[union-attr]
            self._pointwise(node, result)
        else:
            self._unknown(node, result)

    def _unknown(self, node: fx.Node, result: Any) -> None:
        for arg in node.all_input_nodes:
            self.ties.pin(self.ties.labels.get(arg))
        fresh = [self.ties.fresh(r.shape, None) if isinstance(r, Tensor) and r.dim() else None
                 for r in (result if isinstance(result, (tuple, list)) else [result])]  # fmt: skip
        for labels in fresh:
            self.ties.pin(labels)
        self._set(node, fresh if isinstance(result, (tuple, list)) else fresh[0])

    def _layer(self, layer: Layer, result: Tensor) -> None:
        node = layer.node
        dim = layer.channel_dim % result.dim()
        if dim == 0:
            self._unknown(node, result)
            return
        labels = self.ties.fresh(result.shape, dim)
        self._set(node, labels)
        source = self.ties.labels[node.args[0]]  # type: ignore[index]
        inputs = source.shape[dim]
        if layer.groups > 1 and layer.groups == inputs:  # depthwise: an output goes with its input
            per_input = _per_channel(source)
            if per_input is None:
                self.ties.pin(source)
                self.ties.pin(labels)
            else:
                outputs = result.shape[dim]
                self.ties.tie(labels[0].flatten(1)[:, 0], per_input.repeat_interleave(outputs // inputs))

    def _move(self, node: fx.Node) -> None:
        def labels_for(arg: fx.Node) -> Any:
            if arg in self.ties.labels:
                return self.ties.labels[arg]
            value = self.env[arg]
            if isinstance(value, Tensor) and value.is_floating_point():
                return torch.full(value.shape, FREE)
            return value

        args, kwargs = fx.node.map_arg((node.args, node.kwargs), labels_for)
        if opname(node) in ("view", "_unsafe_view"):  # the labels' strides are not those of the values
            self._set(node, args[0].reshape(args[1]))
        else:
            self._set(node, node.target(*args, **kwargs))  # type: ignore[operator]

    def _channelwise(self, source: fx.Node, result: Tensor) -> Tensor:
        labels = self.ties.labels[source]
        channels = _per_channel(labels)
        if channels is None or result.shape[1] != len(channels):
            self.ties.pin(labels)
            fresh = self.ties.fresh(result.shape, None)
            self.ties.pin(fresh)
            return fresh
        return channels.view(1, -1, *[1] * (result.dim() - 2)).expand(result.shape)

    def _reduce(self, node: fx.Node, result: Tensor) -> None:
        labels = self.ties.labels[node.args[0]]  # type: ignore[index]
        dims = normalized(node).get("dim")
        dims = range(labels.dim()) if dims is None else [dims] if isinstance(dims, int) else dims
        dims = sorted({dim % labels.dim() for dim in dims}, reverse=True)
        kept = labels
        for dim in dims:
            kept = kept.narrow(dim, 0, 1)
        if 0 in dims or not torch.equal(kept.expand_as(labels), labels):
            self._unknown(node, result)
            return
        self._set(node, kept.reshape(result.shape))

    def _pointwise(self, node: fx.Node, result: Tensor) -> None:
        operands = [self.ties.labels[a] for a in node.all_input_nodes if self.ties.labels.get(a) is not None]
        full = [labels for labels in operands if labels.shape == result.shape]
        if not full:  # an outer product, say
            self._unknown(node, result)
            return
        for labels in operands:
            if labels.shape != result.shape and not _constant_where_broadcast(full[0], labels):
                self.ties.pin(labels)
            elif labels is not full[0]:
                self.ties.tie(full[0], labels.expand(result.shape))
        joined = full[0]
        for labels in full[1:]:
            joined = torch.where(joined == FREE, labels, joined)
        self._set(node, joined)


def _pads_positions(node: fx.Node, result: Any) -> bool:
    if opname(node) not in ("pad", "constant_pad_nd"):
        return False
    return len(node.args[1]) <= 2 * (result.dim() - 2)  # type: ignore[arg-type]


def _per_channel(labels: Tensor) -> Tensor | None:
    """One label for each index of dimension 1, where the labels vary along nothing else."""
    if labels.dim() < 2 or labels.shape[0] != 1:
        return None
    channels = labels.flatten(2)[0, :, 0] if labels.dim() > 2 else labels[0]
    same = torch.equal(channels.view(1, -1, *[1] * (labels.dim() - 2)).expand_as(labels), labels)
    return channels if same else None


def _constant_where_broadcast(full: Tensor, small: Tensor) -> bool:
    small = small.reshape(*[1] * (full.dim() - small.dim()), *small.shape)
    start = full
    for dim, size in enumerate(small.shape):
        if size == 1:
            start = start.narrow(dim, 0, 1)
    return torch.equal(start.expand_as(full), full)


def label(module: fx.GraphModule, inputs: Sequence[Any]) -> Ties:
    """The ties of a module with ATen operations, from one run on flat inputs of batch size one."""
    labeller = Labeller(module)
    labeller.garbage_collect_values = False
    with torch.no_grad():
        labeller.run(*inputs, enable_io_processing=False)
    return labeller.ties
