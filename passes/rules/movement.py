"""Pure data movement: every element of the result is an element of an operand, or a fill value.

The rule runs the real op on tensors of position numbers, at the example's sizes, and reads off where each position of
the result came from. What the op does to labels is therefore true by construction; only the arguments of the smaller
op (sizes, indices, operands that vanish) need code for each op.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import torch
from torch import Tensor, fx

from ...compiler.ir.channels import Channels, Labels, Mask, Part, agreement, box, covers
from ...compiler.ir.program import Program, hint, hinted, is_static, is_tensor, same_size, shape_of
from .base import (
    Axes,
    Constant,
    Constants,
    Demand,
    FallsBack,
    Shrink,
    args_of,
    argument,
    full_size,
    make_constant,
    narrow,
    schema_of,
    select,
    zero_everywhere,
)

aten = torch.ops.aten
Rewrite = Callable[[fx.Node, "Moved", Shrink], None]

FILL = -1
# Repeated positions that are told apart, at most.
REPEATS = 4096
# Ops that may move several dimensions at once.
SEVERAL_DIMS = {aten.flip.default, aten.roll.default, aten.index.Tensor}


@dataclass(frozen=True)
class Moved:
    """Where each position of a result comes from.

    Attributes:
        operands: the tensors moved.
        views: the positions of each that the op tells apart.
        offsets: number of positions before each operand's own, in the concatenation of all.
        sources: for each result, an array of the labels' shape with the source position, or ``FILL``.
    """

    operands: list[fx.Node]
    views: list[Channels]
    offsets: list[int]
    sources: list[Labels]


@dataclass(frozen=True)
class Movement(FallsBack):
    """Data movement.

    Attributes:
        rewrite: gives the node the arguments that fit what is kept (None: the same arguments do).
        thin: the op treats every dimension but its ``dim`` argument alike, so sizes other than labelled ones may be
            shrunk to 1 when running it on position numbers.
        fill: index of the argument holding a fill value.
    """

    rewrite: Rewrite | None = None
    thin: bool = False
    fill: int | None = None
    kind: str = field(default="movement", init=False)

    def unsupported(self, node: fx.Node, axes: Axes, program: Program) -> str | None:
        operands = moved_operands(node, axes)
        if not operands:
            return "no operand is followed"
        indices = _indices(node, operands, program)
        if isinstance(indices, str):
            return indices
        views = [axes.of(x) for x in operands]
        apart, why = _inseparable(node, operands[0])
        if apart & set(views[0].dims):
            axes.pinned[node] = why
        if apart:
            views = [view.only(set(view.dims) - apart) for view in views]
        try:
            found = trace(node, operands, views, self, indices)
            for dims in _fewer(node, operands[0], views[0], apart) if isinstance(found, str) else ():
                views = [view.only(dims) for view in views]
                found = trace(node, operands, views, self, indices)
                if not isinstance(found, str):
                    break
        except (RuntimeError, ValueError, TypeError, IndexError) as error:
            return f"positions could not be followed: {str(error).splitlines()[0]}"
        if isinstance(found, str):
            return found
        axes.moves[node] = found
        return None

    def covered_axes(self, node: fx.Node, axes: Axes, program: Program) -> Any:
        dims, moved = axes.moves[node]
        for operand, view in zip(moved.operands, moved.views, strict=True):
            axes.pin(operand, view.dims)
        if not axes.speculation.at(node):
            _keep_steps(node, moved, axes)
        labels = np.concatenate([view.labels.ravel() for view in moved.views])
        results = []
        for own, source in zip(dims, moved.sources, strict=True):
            atoms = labels[source]
            filled = source == FILL
            if filled.any():
                atoms[filled] = axes.atoms.fresh((int(filled.sum()),))
                parts = [Part(atoms.ravel(), ("result",)), Part(moved.views[0].labels.ravel(), ("padded",))]
                axes.constraints.append(box(parts, "padding needs something to pad", axes.atoms))
            results.append(Channels(own, atoms))
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
        labels = axes.atoms.fresh(sizes)
        copies = Part(labels, dims)
        axes.constraints.append(covers(given, copies, "copies are made of what is there", axes.atoms))
        rest = tuple(d for d in dims if d not in (made, made - 1))
        if rest:  # the other indices agree exactly; which copies of which position stay is free
            named = Part(labels, tuple(d if d in rest else ("copy", d) for d in dims))
            agree = [named, Part(result.labels, tuple(d if d in rest else ("given", d) for d in result.dims))]
            axes.constraints.append(agreement(agree, rest, "copies have the same channels", axes.atoms))
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
        if not made or not node.meta["val"].is_floating_point() or np.prod([sizes[d] for d in made]) > REPEATS:
            return result
        if result.labels.size * np.prod([sizes[d] for d in made]) > REPEATS:
            axes.atoms.tie(result.labels, result.labels.ravel()[:1].reshape([1] * result.labels.ndim))
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
        flat = [_flat(c, view) for c, view in zip(given, moved.views, strict=True)]
        if any(values is None for _, values in flat):
            found = self._moved_maps(node, moved, given, channels, program)
        else:
            fill = self._fill_value(node) if filled else 0.0
            known = np.concatenate([k for k, _ in flat] + [np.ones(1, dtype=np.bool_)])
            values = np.concatenate([v for _, v in flat] + [np.full(1, fill)])
            ranks = _ranks(node)
            found = [
                make_constant(known[s], _lift(values[s], c, r), c)
                for s, c, r in zip(moved.sources, channels, ranks, strict=True)
            ]
        return found if isinstance(axes.channels[node], list) else found[0]

    def _fill_value(self, node: fx.Node) -> float:
        value = node.args[self.fill] if self.fill is not None and len(node.args) > self.fill else 0.0
        return float(value or 0.0)  # type: ignore[arg-type]

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
        if any(program.weight(a) is None for a in rest):
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

    def covered_demand(self, node: fx.Node, axes: Axes, constants: Constants, demand: Demand, program: Program) -> None:
        moved: Moved = axes.moves[node]
        total = sum(view.labels.size for view in moved.views)
        need = np.zeros(total + 1, dtype=np.bool_)
        several = isinstance(axes.channels[node], list)
        for index, source in enumerate(moved.sources):
            wanted = demand.part(node, index) if several else demand.of(node)
            need[source[wanted]] = True
        for operand, view, offset in zip(moved.operands, moved.views, moved.offsets, strict=True):
            labels = view.labels
            demand.need(operand, need[offset : offset + labels.size].reshape(labels.shape), view.dims)
        for other in node.all_input_nodes:
            if other not in moved.operands:
                demand.need(other)

    def covered_shrink(self, node: fx.Node, state: Shrink) -> None:
        moved: Moved = state.axes.moves[node]
        results = state.axes.channels[node]
        held = [*moved.operands, *(results if isinstance(results, list) else [node])]
        everything = all(state.unchanged(x if isinstance(x, Channels) else state.axes.of(x)) for x in held)
        if self.rewrite is not None and not everything:
            self.rewrite(node, moved, state)
        for operand in dict.fromkeys(moved.operands):
            take_weight(node, operand, state)


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


def moved_operands(node: fx.Node, axes: Axes) -> list[fx.Node]:
    """Tensor operands whose positions are known, in order, each as often as it is read; not index tensors."""
    found: list[fx.Node] = []
    # Of several arguments, all but the first say where to read.
    fx.node.map_arg(node.args[0], found.append)
    return [x for x in found if is_tensor(x) and x in axes.channels]


def _indices(node: fx.Node, operands: list[fx.Node], program: Program) -> dict[fx.Node, Tensor] | str:
    """Tensors that say where to read from; the first place, or every one, for those that are computed.

    A string says what is wrong.
    """
    found: dict[fx.Node, Tensor] = {}
    for index in node.all_input_nodes:
        if not is_tensor(index) or index in operands:
            continue
        weight = program.weight(index)
        if index in _tensors_of(node.args[0]) or (weight is not None and weight.is_floating_point()):
            return "moves a weight together with values"
        try:
            sizes = [hint(s) for s in shape_of(index)]
        except ValueError as error:
            return str(error)
        dtype = index.meta["val"].dtype
        found[index] = weight.cpu() if weight is not None else torch.full(sizes, dtype == torch.bool, dtype=dtype)
    return found


def _tensors_of(argument: Any) -> list[fx.Node]:
    found: list[fx.Node] = []
    fx.node.map_arg(argument, found.append)
    return found


def _inseparable(node: fx.Node, operand: fx.Node) -> tuple[set[int], str]:
    """Dimensions along which the op cannot tell positions apart, and why."""
    moving = moving_dims(node, operand) if node.target in SEVERAL_DIMS else set()
    computed = any(is_tensor(i) and i.op != "get_attr" for i in _tensors_of(node.args[1:]))
    if node.target is aten.index_select.default and computed:
        moving = {acted_dim(node, operand) or 0}
    if computed:
        return moving, "reads at computed positions"
    if node.target is aten.index.Tensor and any(len(shape_of(i)) != 1 for i in _tensors_of(node.args[1:])):
        return moving, "reads a table by a table"
    return (moving if len(moving) > 1 else set()), "moves channels and other dimensions at once"


def _fewer(node: fx.Node, operand: fx.Node, own: Channels, apart: set[int]) -> Iterator[set[int]]:
    """Dimensions to tell positions apart along, where telling all of them apart fails: fewer and fewer."""
    acted = acted_dim(node, operand)
    if acted is not None and not apart:
        yield set(own.dims) - {acted}
    if acted is None:
        for start in range(1, len(own.dims)):
            yield set(own.dims[start:])


def _keep_steps(node: fx.Node, moved: Moved, axes: Axes) -> None:
    """Without gathers, what a strided slice steps over stays with what it takes."""
    if node.target is not aten.slice.Tensor or argument(node, "step") == 1:
        return
    axis = moved.views[0].along(acted_dim(node, moved.operands[0]) or 0)
    if axis is not None:
        labels = np.moveaxis(moved.views[0].labels, axis, 0)
        step = int(argument(node, "step"))
        first = labels[np.arange(len(labels)) // step * step]
        axes.atoms.tie(labels, first)


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
    unsqueezed = int(operand.args[1]) % len(own) == at  # type: ignore[arg-type]
    return at if unsqueezed and [str(s) for s in flat] == [str(s) for s in expected] else None


def _flat(constant: Constant | None, channels: Channels) -> tuple[Mask, np.ndarray[Any, Any] | None]:
    """Known flags and numbers of all positions, flat; None for numbers that vary over space."""
    if constant is None:
        return np.zeros(channels.labels.size, dtype=np.bool_), np.zeros(channels.labels.size)
    shape = list(constant.value.shape)
    if any(size > 1 for dim, size in enumerate(shape) if dim not in channels.dims):
        return constant.known.ravel(), None
    values = constant.value.reshape([shape[d] for d in channels.dims]).numpy()
    return constant.known.ravel(), np.broadcast_to(values, channels.labels.shape).ravel()


def _lift(values: np.ndarray[Any, Any], channels: Channels, rank: int) -> Tensor:
    shape = [1] * rank
    for axis, dim in enumerate(channels.dims):
        shape[dim] = channels.labels.shape[axis]
    return torch.from_numpy(np.ascontiguousarray(values)).reshape(shape)


def _ranks(node: fx.Node) -> list[int]:
    value = node.meta["val"]
    return [v.ndim for v in value] if isinstance(value, (list, tuple)) else [value.ndim]


def run(node: fx.Node, given: dict[fx.Node, Tensor], args: tuple[Any, ...] | None = None) -> Any:
    """The op of ``node`` on real tensors, at the example's sizes."""

    def read(argument: Any) -> Any:
        if isinstance(argument, fx.Node):
            return given[argument]
        if isinstance(argument, (list, tuple)):
            return type(argument)(read(item) for item in argument)
        return argument

    assert callable(node.target)
    arguments = [read(hinted(a)) for a in (node.args if args is None else args)]
    return node.target(*arguments, **{k: read(hinted(v)) for k, v in node.kwargs.items()})


def trace(
    node: fx.Node,
    operands: list[fx.Node],
    channels: list[Channels],
    rule: Movement,
    indices: dict[fx.Node, Tensor],
) -> tuple[list[tuple[int, ...]], Moved] | str:
    """Run ``node`` on position numbers; the labelled dimensions of each result, and the sources.

    ``indices`` are weights that say where to read from. A string says why the positions cannot be followed.
    """
    given, offsets = _numbered(node, operands, channels, thin=rule.thin and _acts_on_labels(node, operands, channels))
    args = node.args
    if rule.fill is not None:
        args = (*args[: rule.fill], *("constant",) * (rule.fill - len(args)), FILL, *args[rule.fill + 1 :])
    result = run(node, given | indices, args)
    results = list(result) if isinstance(result, (tuple, list)) else [result]
    metas = node.meta["val"] if isinstance(node.meta["val"], (tuple, list)) else [node.meta["val"]]
    dims, sources = [], []
    for numbers, meta in zip(results, metas, strict=True):
        if numbers.numel() == 0:
            return "an empty tensor"
        varying = [d for d in range(numbers.ndim) if not bool((numbers == numbers.narrow(d, 0, 1)).all())]
        dynamic = [d for d in varying if not is_static(meta.shape[d])]
        if dynamic:
            return f"positions vary along dimension {dynamic[0]}, whose size is dynamic"
        for dim in set(range(numbers.ndim)) - set(varying):
            numbers = numbers.narrow(dim, 0, 1)
        dims.append(tuple(varying))
        sources.append(numbers.reshape([numbers.shape[d] for d in varying]).numpy().astype(np.int64))
    return dims, Moved(operands, channels, offsets, sources)


def _numbered(
    node: fx.Node, operands: list[fx.Node], channels: list[Channels], *, thin: bool
) -> tuple[dict[fx.Node, Tensor], list[int]]:
    """Operands that hold position numbers, and the number of positions before each operand's own."""
    given: dict[fx.Node, Tensor] = {}
    offsets: list[int] = []
    offset = 0
    labelled = {dim for own in channels for dim in own.dims}  # a cat wants equal sizes
    for operand, own in zip(operands, channels, strict=True):
        if operand in given:
            offsets.append(offsets[operands.index(operand)])
        else:
            offsets.append(offset)
            count = torch.arange(offset, offset + own.labels.size, dtype=torch.int32)
            full = labelled | {acted_dim(node, operand)} if thin else {*range(len(shape_of(operand)))}
            sizes = [hint(s) if d in full else 1 for d, s in enumerate(shape_of(operand))]
            numbers = [1] * len(sizes)
            for axis, dim in enumerate(own.dims):
                sizes[dim] = numbers[dim] = own.labels.shape[axis]
            given[operand] = count.reshape(numbers).expand(sizes)
        offset += own.labels.size
    return given, offsets


def acted_dim(node: fx.Node, operand: fx.Node) -> int | None:
    """The ``dim`` argument of cat, split, slice, select, ...; None if it has none."""
    names = [a.name for a in schema_of(node)]
    if "dim" not in names:
        return None
    value = argument(node, "dim")
    if not isinstance(value, int):
        return None
    rank = int(operand.meta["val"].ndim) + (1 if node.target in (aten.stack.default, aten.unsqueeze.default) else 0)
    return value % rank


def moving_dims(node: fx.Node, operand: fx.Node) -> set[int]:
    """Dimensions along which flip, roll or index move something."""
    rank = operand.meta["val"].ndim
    if node.target is aten.index.Tensor:
        return _indexed(node)
    listed = node.args[1] if node.target is aten.flip.default else (node.args[2] if len(node.args) > 2 else None)
    if not listed:
        return set(range(rank))
    return {d % rank for d in listed}  # type: ignore[union-attr]


def _indexed(node: fx.Node) -> set[int]:
    """Dimensions that ``index`` reads by a tensor; a mask takes as many as it has itself."""
    found, at = set[int](), 0
    for index in args_of(node)[1]:
        taken = index.meta["val"].ndim if index is not None and index.meta["val"].dtype == torch.bool else 1
        found |= set() if index is None else {*range(at, at + taken)}
        at += taken
    return found


def _acts_on_labels(node: fx.Node, operands: list[fx.Node], channels: list[Channels]) -> bool:
    dim = acted_dim(node, operands[0])
    return dim is None or any(dim in c.dims for c in channels) or node.target is aten.unsqueeze.default


@dataclass(frozen=True)
class GetItem(FallsBack):
    """One result of an op that has several."""

    kind: str = field(default="movement", init=False)

    def unsupported(self, node: fx.Node, axes: Axes, program: Program) -> str | None:
        if not isinstance(node.args[0], fx.Node) or not isinstance(axes.channels.get(node.args[0]), list):
            return "not a result of an op"
        return None

    def covered_axes(self, node: fx.Node, axes: Axes, program: Program) -> Any:
        return axes.channels[node.args[0]][node.args[1]]  # type: ignore[index]

    def covered_constants(self, node: fx.Node, axes: Axes, constants: Constants, program: Program) -> Any:
        found = constants.found.get(node.args[0])  # type: ignore[arg-type]
        return found[node.args[1]] if isinstance(found, list) else None  # type: ignore[index]

    def covered_demand(self, node: fx.Node, axes: Axes, constants: Constants, demand: Demand, program: Program) -> None:
        part = demand.part(node.args[0], int(node.args[1]))  # type: ignore[arg-type]
        part |= demand.of(node)


@dataclass(frozen=True)
class Blocks(FallsBack):
    """pixel_shuffle and pixel_unshuffle: every channel on the one side is r x r channels on the other.

    The r x r channels stay or go together.
    """

    fold: bool = True
    kind: str = field(default="movement", init=False)

    def unsupported(self, node: fx.Node, axes: Axes, program: Program) -> str | None:
        operand = node.args[0]
        assert isinstance(operand, fx.Node)
        if operand not in axes.channels or axes.of(operand).dims != (operand.meta["val"].ndim - 3,):
            return "the shuffled dimension is not the channel dimension"
        return None

    def _block(self, node: fx.Node) -> int:
        return int(node.args[1]) ** 2  # type: ignore[arg-type]

    def covered_axes(self, node: fx.Node, axes: Axes, program: Program) -> Any:
        operand = axes.of(node.args[0])  # type: ignore[arg-type]
        if self.fold:
            blocks = operand.labels.reshape(-1, self._block(node))
            axes.atoms.tie(blocks, blocks[:, :1])
            return Channels(operand.dims, blocks[:, 0])
        return Channels(operand.dims, np.repeat(operand.labels, self._block(node)))

    def covered_constants(self, node: fx.Node, axes: Axes, constants: Constants, program: Program) -> Any:
        constant = constants.of(node.args[0])  # type: ignore[arg-type]
        if constant is None:
            return None
        own, block = axes.of(node), self._block(node)
        known = _all_of(constant.known, block) if self.fold else np.repeat(constant.known, block)
        full = full_size(constant, node.args[0])  # type: ignore[arg-type]
        if full is not None:
            return make_constant(known, node.target(full, node.args[1]), own)  # type: ignore[operator]
        _, values = _flat(constant, axes.of(node.args[0]))  # type: ignore[arg-type]
        if values is None:
            return None
        if self.fold:
            rows = values.reshape(-1, block)
            return make_constant(
                np.asarray(known & (rows == rows[:, :1]).all(axis=1)),
                _lift(rows[:, 0], own, node.meta["val"].ndim),
                own,
            )
        return make_constant(known, _lift(np.repeat(values, block), own, node.meta["val"].ndim), own)

    def covered_demand(self, node: fx.Node, axes: Axes, constants: Constants, demand: Demand, program: Program) -> None:
        wanted, block = demand.of(node), self._block(node)
        blocks = np.asarray(wanted.reshape(-1, block).any(axis=1)) if not self.fold else np.repeat(wanted, block)
        demand.need(node.args[0], blocks)


def _all_of(mask: Mask, block: int) -> Mask:
    """One flag for every block of positions: all of it is set."""
    return np.asarray(mask.reshape(-1, block).all(axis=1))


@dataclass(frozen=True)
class Windows(Blocks):
    """``im2col`` and ``col2im``: every channel on the one side is one for each place of a window on the other."""

    def unsupported(self, node: fx.Node, axes: Axes, program: Program) -> str | None:
        operand = node.args[0]
        assert isinstance(operand, fx.Node)
        if (
            operand not in axes.channels
            or axes.of(operand).dims != (1,)
            or node.meta["val"].ndim != 7 - len(shape_of(operand))
        ):
            return "windows do not run over the channels of a batch"
        return None

    def _block(self, node: fx.Node) -> int:
        height, width = argument(node, "kernel_size")
        return int(height) * int(width)

    def covered_constants(self, node: fx.Node, axes: Axes, constants: Constants, program: Program) -> Any:
        """Windows overlap and padding is zero: what becomes of a constant depends on the places, but for zeros."""
        operand = node.args[0]
        assert isinstance(operand, fx.Node)
        constant, own = constants.of(operand), axes.of(node)
        if constant is None:
            return None
        zero = constant.known & zero_everywhere(constant, axes.of(operand))
        full = full_size(constant, operand)
        held, block = zero if full is None else constant.known, self._block(node)
        known = _all_of(held, block) if self.fold else np.repeat(held, block)
        if full is None:
            return make_constant(known, _lift(np.zeros(known.size), own, node.meta["val"].ndim), own)
        return make_constant(known, node.target(full.contiguous(), *map(hinted, node.args[1:])), own)  # type: ignore[operator]
