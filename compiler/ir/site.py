"""Site: a layer of a program that is about to be written for a weight in another format, and what follows it."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass, field, fields
from typing import Any, Protocol

import torch
from torch import Tensor, fx

from .byte_layers import ByteLayer
from .program import PART_OF, Program, is_static, shape_of
from .views import Layer
from .window import Window

aten = torch.ops.aten


class Packs(Protocol):
    """What a site asks of a format, see ``packing``."""

    def pack(self, weight: Tensor) -> Any: ...


@dataclass
class Site:
    """A linear layer or a convolution.

    Attributes:
        layer: as it was before anything was written; its node keeps its name.
        added: a weight of one number for each output that is added to its result, where it has no bias; None for
            nothing.
        residual: what of its own shape is added then; None for nothing.
        activation: what is applied after that, '' for nothing.
        absorbed: the nodes of those three, in order, whose only reader is the next one.
        gate: what of its own shape the result of all that is multiplied with, where kernels can; None for nothing.
        gated: the node that does so.
        order: an order of its rows, [rows] int64, in which the zeros come in larger blocks; None for their own.
        bytes: what is known of a layer that the model computes with bytes; None for numbers.
        shared: what formats keep for other sites of the same program.
    """

    layer: Layer
    added: fx.Node | None = None
    residual: fx.Node | None = None
    activation: str = ""
    absorbed: tuple[fx.Node, ...] = ()
    gate: fx.Node | None = None
    gated: fx.Node | None = None
    order: Tensor | None = None
    bytes: ByteLayer | None = None
    shared: dict[Any, Any] = field(default_factory=dict)

    @property
    def program(self) -> Program:
        """Where it stands."""
        return self.layer.program

    @property
    def node(self) -> fx.Node:
        """The layer's node."""
        return self.layer.node

    @property
    def x(self) -> fx.Node:
        """What the layer reads; of one of bytes, what a kernel reads that rounds by itself."""
        source = None if self.bytes is None else self.bytes.source
        return self.layer.input if source is None else source

    @property
    def bias(self) -> fx.Node | None:
        """The node of its bias; None if it has none. What is added in several dimensions becomes a weight of one."""
        added = self.added
        if added is not None and added.meta["val"].ndim > 1:
            held = self.program.weight(added)
            assert held is not None
            self.added = added = self.program.new_weight(f"{added.target}_flat", held.reshape(-1), kind=Tensor)
        return self.layer.bias if added is None else added

    @property
    def weight(self) -> Tensor:
        """Its weight as [rows, columns], see ``Window.matrix``: a column is a channel and a tap."""
        window = self.window
        return self.layer.tensor.flatten(1) if window is None else window.matrix(self.layer.tensor)

    @property
    def window(self) -> Window | None:
        """The geometry of a convolution; None for a linear layer."""
        return self.layer.window

    def size(self, x: fx.Node, dim: int) -> Any:
        """A number, or the operation that finds it out: sizes of images, too, may differ at a later call.

        Args:
            x: a value that the layer reads, or one that was made for it.
            dim: the dimension.
        """
        found = shape_of(x)[dim]
        fixed = is_static(found) and not self.program.assumptions.free
        return int(found) if fixed else self.call(aten.sym_size.int, x, dim)

    # ---------------------------------------------------------------- writing

    def packed(self, form: Packs, weight: Tensor) -> tuple[fx.Node, ...]:
        """The tensors of the weight, packed, as weights of the program: in the order of their dataclass, None left out.

        Args:
            form: the format, which is asked to pack once for all layers that share a weight.
            weight: what is packed: that of the layer, or its rows in another order.
        """
        name = str(self.layer.weight.target)
        key: Hashable = (name, form, self.window if self.layer.is_transposed else None)
        if key not in self.shared:
            made = form.pack(weight)
            parts = {part.name: getattr(made, part.name) for part in fields(made)}
            found = {}
            for part, value in reversed(parts.items()):  # each new weight becomes the graph's first node
                if value is not None:
                    found[part] = self.program.new_weight(f"{name}_{part}", value, kind=Tensor)
            self.shared[key] = tuple(found[part] for part in parts if part in found)
        nodes: tuple[fx.Node, ...] = self.shared[key]
        return nodes

    def absorb(self, *, gate: bool = False) -> None:
        """Let the layer take the place of what follows it, which is its own business from now on.

        Args:
            gate: also that of the product with the gate.
        """
        absorbed = (*self.absorbed, self.gated) if gate and self.gated is not None else self.absorbed
        if not absorbed:
            return
        last = absorbed[-1]
        value = last.meta["val"]
        last.replace_all_uses_with(self.node)
        last.prepend(self.node)  # a residual may be computed after the layer
        for other in reversed(absorbed):
            self.program.graph.erase_node(other)
        self.node.meta = {**self.node.meta, "val": value}

    def become(self, op: Any, *args: Any) -> None:
        """Let the layer's node call another operator ``op`` with ``args``, nodes and numbers."""
        self.node.target, self.node.args, self.node.kwargs = op, args, {}

    def call(self, op: Any, *args: Any, **kwargs: Any) -> fx.Node:
        """An operation ``op(*args, **kwargs)`` before the layer's node, which counts as a part of the layer."""
        with self.program.graph.inserting_before(self.node):
            made = self.program.graph.call_function(op, args, kwargs)
        made.meta[PART_OF] = self.node.name
        return made

    def give(self, y: fx.Node, *, of: fx.Node | None = None) -> None:
        """Let everything that reads the layer (or another node, ``of``) read ``y`` instead."""
        old = of or self.node
        y.meta = {**old.meta, **y.meta}
        old.replace_all_uses_with(y, delete_user_cb=lambda user: user is not y, propagate_meta=False)
