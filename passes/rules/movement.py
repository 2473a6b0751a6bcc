"""Pure data movement: every element of the result is an element of an operand, or a fill value.

Where each position of the result comes from is read off the real op (``positions``); only the arguments of the smaller
op (sizes, indices, operands that vanish) need code for each op (``movement_arguments``).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
import torch
from torch import Tensor, fx

from ...compiler.ir.arguments import args_of, argument
from ...compiler.ir.channels import Channels, Part, agreement, holds_at_least, product
from ...compiler.ir.program import Program, hint, is_static, is_tensor, same_size, shape_of
from .base import FallsBack, said_of
from .evaluate import flattened, lift, make_constant, narrow
from .facts import Axes, Constant, Constants, Liveness
from .layout import MOVED, Operation, Order, elementwise
from .positions import FILL, Moved, acted_dim, fewer, indices_of, inseparable, moved_operands, run, trace
from .shrink import Shrink, select

aten = torch.ops.aten
Rewrite = Callable[[fx.Node, "Moved", Shrink], None]

# Repeated positions that are told apart, at most.
MOST_REPEATS = 4096


@dataclass(frozen=True, kw_only=True)
class Movement(FallsBack):
    """Data movement.

    Attributes:
        rewrite: gives the node the arguments that fit what is kept (None: the same arguments do).
        thin: the op treats every dimension but its ``dim`` argument alike (see ``positions.trace``).
        fill: index of the argument holding a fill value.
        beside: the op puts channels of several values side by side.
    """

    rewrite: Rewrite | None = None
    thin: bool = False
    fill: int | None = None
    beside: bool = False
    kind: ClassVar[str] = "movement"
    about: ClassVar[str] = (
        "Every element of the result is one of an operand. Where from is found by running the op on position numbers."
    )

    def meaning(self) -> str:
        return "stays as it is on fewer channels" if self.rewrite is None else said_of(self.rewrite)

    def unsupported(self, node: fx.Node, axes: Axes, program: Program) -> str | None:
        operands = self.operands(node, axes)
        if not operands:
            return "no operand is followed"
        indices = indices_of(node, operands, program)
        if isinstance(indices, str):
            return indices
        views = [axes.of(x) for x in operands]
        apart, why = inseparable(node, operands[0])
        if apart & set(views[0].dims):
            axes.pinned[node] = why
        if apart:
            views = [view.only(set(view.dims) - apart) for view in views]
        try:
            found = trace(node, operands, views, indices, thin=self.thin, fill=self.fill)
            for dims in fewer(node, operands[0], views[0], apart) if isinstance(found, str) else ():
                views = [view.only(dims) for view in views]
                found = trace(node, operands, views, indices, thin=self.thin, fill=self.fill)
                if not isinstance(found, str):
                    break
        except (RuntimeError, ValueError, TypeError, IndexError) as error:
            return f"positions could not be followed: {str(error).splitlines()[0]}"
        if isinstance(found, str):
            return found
        axes.moves[node] = found
        return None

    def operands(self, node: fx.Node, axes: Axes) -> list[fx.Node]:
        """What is moved; see ``positions.moved_operands``."""
        return moved_operands(node, axes)

    def covered_axes(self, node: fx.Node, axes: Axes, program: Program) -> Any:
        dims, moved = axes.moves[node]
        for operand, view in zip(moved.operands, moved.views, strict=True):
            axes.pin(operand, view.dims)
        if not axes.speculation.at(node):
            _keep_steps(node, moved, axes)
        labels = np.concatenate([view.labels.ravel() for view in moved.views])
        results = []
        for own, source in zip(dims, moved.sources, strict=True):
            ids = labels[source]
            filled = source == FILL
            if filled.any():
                ids[filled] = axes.ids.fresh((int(filled.sum()),))
                parts = [Part(ids.ravel(), ("result",)), Part(moved.views[0].labels.ravel(), ("padded",))]
                axes.constraints.append(product(parts, "padding needs something to pad", axes.ids))
            results.append(Channels(own, ids))
        if node.target is aten.expand.default:
            results = [self._copies(node, moved, results[0], axes)]
        axes.moves[node] = moved
        return results if isinstance(node.meta["val"], (list, tuple)) else results[0]

    def _copies(self, node: fx.Node, moved: Moved, result: Channels, axes: Axes) -> Channels:
        """Copies that a reshape merges with other positions may go one by one: they get positions of their own."""
        made = _merged_copies(node, moved.operands[0], result)
        if made is None:
            return self._repeats(node, moved, result, axes)
        dims = tuple(sorted((*result.dims, made)))
        sizes = tuple(int(shape_of(node)[d]) for d in dims)
        axis = dims.index(made)
        moved.sources[0] = np.broadcast_to(np.expand_dims(moved.sources[0], axis), sizes)
        given = Part(result.labels, result.dims)
        if made - 1 not in result.dims and shape_of(node)[made - 1] == 1:  # copies of one position are all alike
            return Channels(dims, axes.join([given], dims, sizes, "copies are made of what is there"))
        if made - 1 not in result.dims:  # what is copied stays whole
            dims = tuple(sorted((*dims, made - 1)))
            sizes = tuple(int(shape_of(node)[d]) for d in dims)
            moved.sources[0] = np.broadcast_to(np.expand_dims(moved.sources[0], dims.index(made - 1)), sizes)
        labels = axes.ids.fresh(sizes)
        copies = Part(labels, dims)
        axes.constraints.append(holds_at_least(given, copies, "copies are made of what is there", axes.ids))
        rest = tuple(d for d in dims if d not in (made, made - 1))
        if rest:  # the other indices agree exactly; which copies of which position stay is free
            named = Part(labels, tuple(d if d in rest else ("copy", d) for d in dims))
            agree = [named, Part(result.labels, tuple(d if d in rest else ("given", d) for d in result.dims))]
            axes.constraints.append(agreement(agree, rest, "copies have the same channels", axes.ids))
        axes.ragged.add(node)
        return Channels(dims, labels)

    def _repeats(self, node: fx.Node, moved: Moved, result: Channels, axes: Axes) -> Channels:
        """Dimensions that ``expand`` repeats are as long as the readers want them: a mask, repeated for every head."""
        own, sizes = shape_of(moved.operands[0]), shape_of(node)
        offset = len(sizes) - len(own)
        made = [
            d
            for d in range(offset, len(sizes))
            if same_size(own[d - offset], 1) and is_static(sizes[d]) and sizes[d] > 1
        ]
        if not made or not node.meta["val"].is_floating_point() or np.prod([sizes[d] for d in made]) > MOST_REPEATS:
            return result
        if result.labels.size * np.prod([sizes[d] for d in made]) > MOST_REPEATS:
            axes.ids.tie(result.labels, result.labels.ravel()[:1].reshape([1] * result.labels.ndim))
            moved.sources[0] = moved.sources[0].ravel()[:1].reshape(())
            result = result.only(())
        dims = tuple(sorted((*result.dims, *made)))
        shape = tuple(int(sizes[d]) for d in dims)
        spread = moved.sources[0].reshape([shape[i] if d in result.dims else 1 for i, d in enumerate(dims)])
        moved.sources[0] = np.broadcast_to(spread, shape)
        given = Part(result.labels, result.dims)
        return Channels(dims, axes.join([given], dims, shape, "copies are made of what is there"))

    def covered_constants(self, node: fx.Node, axes: Axes, constants: Constants, program: Program) -> Any:
        moved: Moved = axes.moves[node]
        given = [
            narrow(constants.of(x), axes.of(x), view.dims) for x, view in zip(moved.operands, moved.views, strict=True)
        ]
        filled = self.fill is not None and any((s == FILL).any() for s in moved.sources)
        if not filled and all(c is None for c in given):
            return None
        channels = axes.channels[node] if isinstance(axes.channels[node], list) else [axes.of(node)]
        flat = [flattened(c, view) for c, view in zip(given, moved.views, strict=True)]
        if any(values is None for _, values in flat):
            found = self._moved_maps(node, moved, given, channels, program)
        else:
            fill = self._fill_value(node) if filled else 0.0
            known = np.concatenate([k for k, _ in flat] + [np.ones(1, dtype=np.bool_)])
            values = np.concatenate([v for _, v in flat] + [np.full(1, fill)])
            ranks = _ranks(node)
            found = [
                make_constant(known[s], lift(values[s], c, r), c)
                for s, c, r in zip(moved.sources, channels, ranks, strict=True)
            ]
        return found if isinstance(axes.channels[node], list) else found[0]

    def _fill_value(self, node: fx.Node) -> float:
        value = args_of(node)[self.fill] if self.fill is not None and len(node.args) > self.fill else 0.0
        return float(value or 0.0)

    def _moved_maps(
        self,
        node: fx.Node,
        moved: Moved,
        given: list[Constant | None],
        channels: list[Channels],
        program: Program,
    ) -> list[Constant | None]:
        """Constants that vary over space, moved by the op itself."""
        full: dict[fx.Node, Tensor] = {}
        known_parts = []
        for operand, own, constant in zip(moved.operands, moved.views, given, strict=True):
            known_parts.append((constant.known if constant else np.zeros(own.labels.shape, dtype=np.bool_)).ravel())
            sizes = [hint(s) for s in shape_of(operand)]
            if any(not is_static(s) for s in shape_of(operand)[1:]):
                return [None] * len(channels)
            full[operand] = constant.value.expand(sizes) if constant else torch.zeros(sizes, dtype=torch.float64)
        rest = [a for a in node.all_input_nodes if is_tensor(a) and a not in full]
        if any(not program.is_weight(a) for a in rest):
            return [None] * len(channels)
        full |= {a: w for a in rest if (w := program.weight(a)) is not None}
        known = np.concatenate([*known_parts, np.ones(1, dtype=np.bool_)])
        result = run(node, full)
        values = list(result) if isinstance(result, (tuple, list)) else [result]
        metas = node.meta["val"] if isinstance(node.meta["val"], (tuple, list)) else [node.meta["val"]]
        found: list[Constant | None] = []
        for source, own, value, meta in zip(moved.sources, channels, values, metas, strict=True):
            for dim, size in enumerate(meta.shape):
                if not is_static(size):
                    first = value.narrow(dim, 0, 1)
                    if not bool((value == first).all()):
                        return [None] * len(channels)
                    value = first
            found.append(make_constant(known[source], value, own))
        return found

    def covered_liveness(
        self, node: fx.Node, axes: Axes, constants: Constants, live: Liveness, program: Program
    ) -> None:
        moved: Moved = axes.moves[node]
        total = sum(view.labels.size for view in moved.views)
        need = np.zeros(total + 1, dtype=np.bool_)
        several = isinstance(axes.channels[node], list)
        for index, source in enumerate(moved.sources):
            wanted = live.part(node, index) if several else live.of(node)
            need[source[wanted]] = True
        for operand, view, offset in zip(moved.operands, moved.views, moved.offsets, strict=True):
            labels = view.labels
            live.need(operand, need[offset : offset + labels.size].reshape(labels.shape), view.dims)
        for other in node.all_input_nodes:
            if other not in moved.operands:
                live.need(other)

    def covered_shrink(self, node: fx.Node, state: Shrink) -> None:
        moved: Moved = state.axes.moves[node]
        results = state.axes.channels[node]
        held = [*moved.operands, *(results if isinstance(results, list) else [node])]
        everything = all(state.unchanged(x if isinstance(x, Channels) else state.axes.of(x)) for x in held)
        if self.rewrite is not None and not everything:
            self.rewrite(node, moved, state)
        for operand in dict.fromkeys(moved.operands):
            take_weight(node, operand, state)

    def concatenates_along(self, node: fx.Node) -> int | None:
        return acted_dim(node, node) if self.beside else None

    def covered_order(self, node: fx.Node, axes: Axes, program: Program) -> Order | str:
        if self.beside:
            return Order.BESIDE
        labelled = [bool(part.dims) for part in axes.around(node)]
        # One channel taken out of many has no position of its own left.
        return Order.SAME if all(labelled) == any(labelled) else MOVED

    def covered_work(self, node: fx.Node, axes: Axes, program: Program) -> Operation | None:
        return elementwise(node, axes, program, "concat", len(args_of(node)[0])) if self.beside else None


def take_weight(node: fx.Node, operand: fx.Node, state: Shrink) -> None:
    """Let ``node`` read what is kept of a weight that is an operand like any value."""
    weight = state.program.weight(operand)
    if weight is None or operand not in state.axes.channels:
        return
    smaller, own = weight, state.axes.of(operand)
    for dim in own.dims:
        smaller = select(smaller, dim, state.indices(own, dim))
    if smaller is not weight:
        state.program.replace_weight(node, operand, smaller)


def _keep_steps(node: fx.Node, moved: Moved, axes: Axes) -> None:
    """Without gathers, what a strided slice steps over stays with what it takes."""
    if node.target is not aten.slice.Tensor or argument(node, "step") == 1:
        return
    axis = moved.views[0].along(acted_dim(node, moved.operands[0]) or 0)
    if axis is not None:
        labels = np.moveaxis(moved.views[0].labels, axis, 0)
        step = int(argument(node, "step"))
        first = labels[np.arange(len(labels)) // step * step]
        axes.ids.tie(labels, first)


def _merged_copies(node: fx.Node, operand: fx.Node, result: Channels) -> int | None:
    """The one dimension that ``expand`` makes out of nothing and that a reshape then merges with the one before it."""
    readers = [*node.users]
    if len(readers) == 1 and readers[0].target is aten.clone.default:
        readers = [*readers[0].users]
    merged = len(readers) == 1 and readers[0].target is aten.reshape.default
    source = operand.args[0] if operand.target is aten.unsqueeze.default else None
    if not merged or not isinstance(source, fx.Node):
        return None
    own, sizes = shape_of(operand), shape_of(node)
    offset = len(sizes) - len(own)
    made = [
        d + offset for d, s in enumerate(own) if same_size(s, 1) and is_static(sizes[d + offset]) and d + offset > 0
    ]
    made = [d for d in made if sizes[d] > 1]
    if len(made) != 1 or made[0] in result.dims:
        return None
    if not is_static(own[made[0] - 1]):
        return None
    at, flat = made[0], shape_of(readers[0])
    expected = [*sizes[: at - 1], sizes[at - 1] * sizes[at], *sizes[at + 1 :]]
    unsqueezed = int(args_of(operand)[1]) % len(own) == at
    return at if unsqueezed and [str(s) for s in flat] == [str(s) for s in expected] else None


def _ranks(node: fx.Node) -> list[int]:
    value = node.meta["val"]
    return [v.ndim for v in value] if isinstance(value, (list, tuple)) else [value.ndim]
