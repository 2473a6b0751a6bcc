"""Ops that treat every channel alike and act on other dimensions: pooling, reductions, resizing, spatial padding."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, ClassVar

import numpy as np
import torch
from torch import Tensor, fx

from ...compiler.ir.arguments import args_of, argument, function_of, operand_of
from ...compiler.ir.channels import Channels, Part
from ...compiler.ir.program import Program, hinted, is_static, is_tensor, shape_of
from .base import OPAQUE, Depends, FallsBack, Rule
from .evaluate import full_size, make_constant, narrow, uniform, zero_everywhere
from .facts import Axes, Constants, Liveness
from .layout import Operation, elementwise
from .movement import Movement, take_weight
from .movement_arguments import drop_operands, pad
from .shrink import Shrink

aten = torch.ops.aten


def last(count: int) -> Callable[[fx.Node], set[int]]:
    """The op acts on the last ``count`` dimensions."""

    def acted(node: fx.Node) -> set[int]:
        rank = len(shape_of(operand_of(node)))
        return set(range(rank - count, rank))

    return acted


def listed(at: int) -> Callable[[fx.Node], set[int]]:
    """The op acts on the dimensions that argument ``at`` (called ``dim``) lists; on all if it lists none."""

    def acted(node: fx.Node) -> set[int]:
        rank = len(shape_of(operand_of(node)))
        dims: Any = node.args[at] if len(node.args) > at else node.kwargs.get("dim")
        if dims is None or dims == []:
            return set(range(rank))
        return {d % rank for d in (dims if isinstance(dims, (list, tuple)) else [dims])}

    return acted


def named(name: str = "dim") -> Callable[[fx.Node], set[int]]:
    """The op acts on the dimensions that its argument of this name lists; on all if it lists none."""

    def acted(node: fx.Node) -> set[int]:
        rank = len(shape_of(operand_of(node)))
        dims = argument(node, name)
        if dims is None or dims == []:
            return set(range(rank))
        return {d % rank for d in (dims if isinstance(dims, (list, tuple)) else [dims])}

    return acted


def nothing(node: fx.Node) -> set[int]:
    """The op acts on no dimension."""
    return set()


@dataclass(frozen=True, kw_only=True)
class Spatial(FallsBack):
    """An op that maps each channel to the same channel.

    Attributes:
        acted: the dimensions that the op mixes or resizes; they must not carry labels.
        keeps_uniform: whether a channel that is c everywhere stays c everywhere, whatever the sizes.
        reduces: whether the dimensions acted on go, unless the argument ``keepdim`` says otherwise.
        results: number of results, which all run along the channels (None: one tensor, not a tuple). The first holds
            numbers, the others say where they were.
    """

    acted: Callable[[fx.Node], set[int]] = field(default_factory=lambda: last(2))
    keeps_uniform: bool = False
    reduces: bool = False
    results: int | None = None
    kind: ClassVar[str] = "spatial"
    about: ClassVar[str] = (
        "Maps each channel to the same channel; along a dimension that it acts on, channels are kept whole."
    )
    in_place: ClassVar[bool] = True

    def meaning(self) -> str:
        text = (
            "keeps a uniform channel uniform"
            if self.keeps_uniform
            else "a uniform channel may vary from place to place"
        )
        if self.reduces:
            text = "reduction; " + (
                text if self.keeps_uniform else "the constant is computed where the sizes are static"
            )
        return text + ("; its indices run along the same channels" if self.results else "")

    def unsupported(self, node: fx.Node, axes: Axes, program: Program) -> str | None:
        operand = operand_of(node)
        if not is_tensor(operand) or operand not in axes.channels:
            return "its input is a weight"
        return None

    def _seen(self, node: fx.Node, axes: Axes) -> Channels:
        """Positions of the operand; what lies along a dimension that is mixed or resized is kept whole."""
        operand = axes.of(operand_of(node))
        return operand.only(set(operand.dims) - self.acted(node))

    def _out_dims(self, node: fx.Node, axes: Axes) -> tuple[int, ...]:
        operand = self._seen(node, axes)
        if not self.reduces or self._keeps(node):
            return operand.dims
        acted = self.acted(node)
        return tuple(d - sum(1 for a in acted if a < d) for d in operand.dims)

    def _keeps(self, node: fx.Node) -> bool:
        return bool(argument(node, "keepdim"))

    def covered_axes(self, node: fx.Node, axes: Axes, program: Program) -> Any:
        operand = operand_of(node)
        seen = axes.pin(operand, self._seen(node, axes).dims)
        if seen is not axes.of(operand):
            axes.pinned[node] = "it mixes channels"
        channels = Channels(self._out_dims(node, axes), seen.labels)
        return [channels] * self.results if self.results else channels

    def covered_constants(self, node: fx.Node, axes: Axes, constants: Constants, program: Program) -> Any:
        operand = operand_of(node)
        seen = self._seen(node, axes)
        constant = narrow(constants.of(operand), axes.of(operand), seen.dims)
        if constant is None:
            return None
        value = node.meta["val"][0] if self.results else node.meta["val"]
        if not value.is_floating_point():
            return None
        own = axes.channels[node][0] if self.results else axes.of(node)
        known = constant.known
        if self.keeps_uniform and bool((uniform(constant, seen) == known).all()):
            result = constant.value
            for dim in sorted(self.acted(node), reverse=True):
                result = result.narrow(dim, 0, 1)
            if value.ndim < result.ndim:
                result = result.reshape([s for d, s in enumerate(result.shape) if d not in self.acted(node)])
            found = make_constant(known, result, own)
        else:
            full = full_size(constant, operand)
            if full is None or any(not is_static(shape_of(operand)[d]) for d in self.acted(node)):
                return None  # what a dynamic size makes of the constant is not known
            try:
                result = self._run(node, full.contiguous())
            except (RuntimeError, ValueError, TypeError):
                return None
            found = make_constant(known, result, own)
        return [found] + [None] * (self.results - 1) if self.results else found

    def _run(self, node: fx.Node, value: Tensor) -> Tensor:
        result = function_of(node)(
            value, *(hinted(a) for a in node.args[1:]), **{k: hinted(v) for k, v in node.kwargs.items()}
        )
        found: Tensor = result[0] if self.results else result
        return found

    def covered_liveness(
        self, node: fx.Node, axes: Axes, constants: Constants, live: Liveness, program: Program
    ) -> None:
        wanted = live.of(node)
        if self.results:
            wanted = np.logical_or.reduce([live.part(node, index) for index in range(self.results)])
        live.need(node.args[0], wanted, self._seen(node, axes).dims)

    def covered_work(self, node: fx.Node, axes: Axes, program: Program) -> Operation | None:
        return elementwise(node, axes, program)


@dataclass(frozen=True, kw_only=True)
class Summed(FallsBack):
    """``sum`` and ``mean`` over channels: what is zero adds nothing; a mean keeps dividing by the original count.

    Attributes:
        acted: the dimensions summed over.
        mean: whether the sum is divided by the count.
    """

    acted: Callable[[fx.Node], set[int]] = field(default_factory=lambda: listed(1))
    mean: bool = False
    kind: ClassVar[str] = "reduction"
    in_place: ClassVar[bool] = True

    def unsupported(self, node: fx.Node, axes: Axes, program: Program) -> str | None:
        return None

    def _rest(self, node: fx.Node, axes: Axes) -> Channels:
        own = axes.of(_first(node))
        return own.only(set(own.dims) - self.acted(node))

    def covered_axes(self, node: fx.Node, axes: Axes, program: Program) -> Any:
        own, rest = axes.of(_first(node)), self._rest(node, axes)
        labels = axes.join([Part(own.labels, own.dims)], rest.dims, rest.labels.shape, "a sum needs something to add")
        lost = 0 if _keeps_dims(node) else 1
        dims = tuple(d - lost * sum(1 for a in self.acted(node) if a < d) for d in rest.dims)
        return Channels(dims, labels)

    def covered_constants(self, node: fx.Node, axes: Axes, constants: Constants, program: Program) -> Any:
        operand, rest = _first(node), self._rest(node, axes)
        constant = narrow(constants.of(operand), axes.of(operand), rest.dims)
        full = None if constant is None else full_size(constant, operand)
        if constant is None or full is None:
            return None
        assert callable(node.target)
        known = constant.known.reshape(axes.of(node).labels.shape)
        return make_constant(known, node.target(full, *node.args[1:], **node.kwargs), axes.of(node))

    def covered_liveness(
        self, node: fx.Node, axes: Axes, constants: Constants, live: Liveness, program: Program
    ) -> None:
        operand, rest = _first(node), self._rest(node, axes)
        own, wanted = axes.of(operand), live.of(node)
        need = own.spread(wanted.reshape(rest.labels.shape), rest.dims)
        constant = constants.of(operand)
        if constant is not None:
            need = need & ~(constant.known & zero_everywhere(constant, own))
        live.need(operand, need)

    def covered_shrink(self, node: fx.Node, state: Shrink) -> None:
        own, ratio = state.axes.of(_first(node)), 1.0
        for axis, dim in enumerate(own.dims):
            kept = state.indices(own, dim)
            if dim in self.acted(node) and kept is not None:
                ratio *= len(kept) / own.labels.shape[axis]
        if self.mean and ratio != 1.0:
            graph = state.program.graph
            with graph.inserting_after(node):
                scaled = graph.call_function(aten.mul.Tensor, (node, ratio))
            node.replace_all_uses_with(scaled, delete_user_cb=lambda user: user is not scaled)
            scaled.meta = dict(node.meta)
            state.stands_for(scaled, node)


@dataclass(frozen=True, kw_only=True)
class VectorNorm(Depends):
    """Norms of vectors: over channels a sum, to which zeros add nothing; over other dimensions a reduction."""

    kind: ClassVar[str] = "reduction"

    def meaning(self) -> str:
        return "leaves zeros out"

    def choose(self, node: fx.Node, axes: Axes, program: Program) -> Rule:
        operand, acted, order = operand_of(node), named()(node), argument(node, "ord")
        if operand not in axes.channels or (node.target is not VECTOR_NORM and order is not None and len(acted) > 1):
            return OPAQUE
        grows = order is None or (isinstance(order, (int, float)) and order >= 0)
        if set(axes.of(operand).dims) & acted and grows:
            return Summed(acted=named())
        return Spatial(acted=named(), reduces=True)


VECTOR_NORM = aten.linalg_vector_norm.default


@dataclass(frozen=True, kw_only=True)
class Unpool(FallsBack):
    """``max_unpool``: puts every number where its index says, channel by channel, and zeros elsewhere.

    Attributes:
        count: of spatial dimensions.
    """

    count: int = 2
    kind: ClassVar[str] = "spatial"

    def meaning(self) -> str:
        return "numbers and indices share their channels"

    def unsupported(self, node: fx.Node, axes: Axes, program: Program) -> str | None:
        return None if all(x in axes.channels for x in node.args[:2]) else "its input is a weight"

    def _dims(self, node: fx.Node, axes: Axes) -> set[int]:
        value, places = (axes.of(x) for x in args_of(node)[:2])
        return set(value.dims) & set(places.dims) - last(self.count)(node)

    def covered_axes(self, node: fx.Node, axes: Axes, program: Program) -> Any:
        value, places = (axes.pin(x, self._dims(node, axes)) for x in args_of(node)[:2])
        axes.ids.tie(value.labels, places.labels)
        return value

    def covered_constants(self, node: fx.Node, axes: Axes, constants: Constants, program: Program) -> Any:
        operand = _first(node)
        seen = axes.of(operand).only(self._dims(node, axes))
        constant = narrow(constants.of(operand), axes.of(operand), seen.dims)
        if constant is None:
            return None
        zeros = torch.zeros([1] * node.meta["val"].ndim, dtype=torch.float64)
        for axis, dim in enumerate(seen.dims):
            zeros = zeros.repeat_interleave(seen.labels.shape[axis], dim)
        return make_constant(constant.known & zero_everywhere(constant, seen), zeros, axes.of(node))

    def covered_liveness(
        self, node: fx.Node, axes: Axes, constants: Constants, live: Liveness, program: Program
    ) -> None:
        for operand in node.args[:2]:
            live.need(operand, live.of(node), self._dims(node, axes))


def _first(node: fx.Node) -> fx.Node:
    return operand_of(node)


def _keeps_dims(node: fx.Node) -> bool:
    return bool(argument(node, "keepdim"))


@dataclass(frozen=True, kw_only=True)
class Reduction(Depends):
    """``sum`` and ``mean``: over channels, over other dimensions, or both."""

    mean: bool = False
    kind: ClassVar[str] = "reduction"
    about: ClassVar[str] = "Spatial over dimensions without channels; over channels a sum, to which zeros add nothing."

    def meaning(self) -> str:
        return "goes on dividing by the original count" if self.mean else "leaves zeros out"

    def choose(self, node: fx.Node, axes: Axes, program: Program) -> Rule:
        operand = operand_of(node)
        if operand not in axes.channels:
            return OPAQUE
        if set(axes.of(operand).dims) & listed(1)(node) and operand.meta["val"].is_floating_point():
            return Summed(mean=self.mean)
        return Spatial(acted=listed(1), keeps_uniform=self.mean, reduces=True)


@dataclass(frozen=True, kw_only=True)
class Pad(Depends):
    """Padding: data movement along channels, and a spatial op otherwise."""

    fill: int = 3
    kind: ClassVar[str] = "pad"
    about: ClassVar[str] = "Movement where it pads channels (the new ones are constant), spatial otherwise."

    def meaning(self) -> str:
        return "constant, reflect, replicate, circular" if self.fill == 3 else "constant"

    def choose(self, node: fx.Node, axes: Axes, program: Program) -> Rule:
        operand = operand_of(node)
        if operand not in axes.channels:
            return OPAQUE
        acted = padded(node)
        if set(axes.of(operand).dims) & acted:
            return Movement(rewrite=pad, fill=self.fill)
        return Spatial(
            acted=padded,
            keeps_uniform=len(node.args) > 2 and node.args[2] in ("reflect", "replicate", "circular"),
        )


@dataclass(frozen=True, kw_only=True)
class SideBySide(FallsBack):
    """``cat`` along a dimension without labels: the operands share their channels."""

    kind: ClassVar[str] = "spatial"
    in_place: ClassVar[bool] = True

    def concatenates_along(self, node: fx.Node) -> int | None:
        return int(argument(node, "dim")) % int(node.meta["val"].ndim)

    def unsupported(self, node: fx.Node, axes: Axes, program: Program) -> str | None:
        operands = side_by_side(node)
        if any(x not in axes.channels for x in operands):
            return "moves a weight together with values"
        return None

    def _seen(self, node: fx.Node, axes: Axes) -> tuple[int, ...]:
        """The dimensions along which every operand is labelled."""
        labelled = [set(axes.of(x).dims) for x in side_by_side(node)]
        return tuple(sorted(set.intersection(*labelled)))

    def covered_axes(self, node: fx.Node, axes: Axes, program: Program) -> Any:
        dims = self._seen(node, axes)
        first, *others = (axes.pin(x, dims) for x in side_by_side(node))
        for other in others:
            axes.ids.tie(first.labels, other.labels)
        return Channels(first.dims, first.labels)

    def covered_constants(self, node: fx.Node, axes: Axes, constants: Constants, program: Program) -> Any:
        operands = side_by_side(node)
        dims = self._seen(node, axes)
        given = [narrow(constants.of(x), axes.of(x), dims) for x in operands]
        if any(c is None for c in given):
            return None
        found = [c for c in given if c is not None]
        known = np.logical_and.reduce([c.known for c in found])
        first = found[0].value
        alike = all(c.value.shape == first.shape and torch.equal(c.value, first) for c in found)
        if alike and all(first.shape[d] == 1 for d in range(first.ndim) if d not in axes.of(node).dims):
            return make_constant(known, first, axes.of(node))
        full = [full_size(c, x) for c, x in zip(found, operands, strict=True)]
        dim = int(argument(node, "dim")) % first.ndim
        if any(f is None for f in full) or any(not is_static(shape_of(x)[dim]) for x in operands):
            return None
        return make_constant(known, torch.cat([f for f in full if f is not None], dim), axes.of(node))

    def covered_liveness(
        self, node: fx.Node, axes: Axes, constants: Constants, live: Liveness, program: Program
    ) -> None:
        for operand in side_by_side(node):
            live.need(operand, live.of(node), self._seen(node, axes))

    def covered_shrink(self, node: fx.Node, state: Shrink) -> None:
        for operand in dict.fromkeys(side_by_side(node)):
            take_weight(node, operand, state)


def side_by_side(node: fx.Node) -> list[fx.Node]:
    """The operands of a ``cat``."""
    return [*args_of(node)[0]]


@dataclass(frozen=True, kw_only=True)
class Cat(Depends):
    """``cat``: data movement along labelled dimensions, side by side along others."""

    kind: ClassVar[str] = "movement"

    def meaning(self) -> str:
        return "operands of which nothing is kept vanish; along other dimensions they share their channels"

    def choose(self, node: fx.Node, axes: Axes, program: Program) -> Rule:
        operands = side_by_side(node)
        dim = int(argument(node, "dim")) % node.meta["val"].ndim
        if any(x not in axes.channels for x in operands):
            return OPAQUE
        labelled = [set(axes.of(x).dims) for x in operands]
        if not any(dim in dims for dims in labelled):
            return SideBySide()
        return Movement(rewrite=drop_operands, thin=True, beside=True)


def padded(node: fx.Node) -> set[int]:
    """Dimensions that a pad op makes longer or shorter."""
    rank = len(shape_of(operand_of(node)))
    amounts = [*args_of(node)[1]]
    return {rank - 1 - at // 2 for at, amount in enumerate(amounts) if not (is_static(amount) and amount == 0)}


@dataclass(frozen=True, kw_only=True)
class Fill(FallsBack):
    """``zeros_like`` and its kin: the shape of an operand, none of its numbers."""

    value: float | None = None
    kind: ClassVar[str] = "fill"
    about: ClassVar[str] = "None of its operand's numbers, if it has an operand: every channel is constant."
    in_place: ClassVar[bool] = True

    def meaning(self) -> str:
        return f"{self.value:g} everywhere" if self.value is not None else "its number everywhere"

    def unsupported(self, node: fx.Node, axes: Axes, program: Program) -> str | None:
        if node.args[0] not in axes.channels:
            return "its operand is a weight"
        if self.value is None and not isinstance(node.args[1], (int, float)):
            return "its fill value is not a number"
        return None

    def covered_axes(self, node: fx.Node, axes: Axes, program: Program) -> Any:
        return axes.of(operand_of(node))

    def covered_constants(self, node: fx.Node, axes: Axes, constants: Constants, program: Program) -> Any:
        own, rank = axes.of(node), node.meta["val"].ndim
        number = self.value if self.value is not None else float(args_of(node)[1])
        shape = [1] * rank
        for axis, dim in enumerate(own.dims):
            shape[dim] = own.labels.shape[axis]
        return make_constant(
            np.ones(own.labels.shape, dtype=np.bool_), torch.full(shape, number, dtype=torch.float64), own
        )

    def covered_liveness(
        self, node: fx.Node, axes: Axes, constants: Constants, live: Liveness, program: Program
    ) -> None:
        """The operand's numbers are not needed."""


@dataclass(frozen=True, kw_only=True)
class Created(FallsBack):
    """``zeros``, ``ones``, ``full``: a tensor that holds one number.

    Attributes:
        value: the number; None where argument ``at`` holds it.
    """

    value: float | None = None
    at: int = 1
    kind: ClassVar[str] = "fill"

    def meaning(self) -> str:
        return f"{self.value:g} everywhere" if self.value is not None else "its number everywhere"

    def unsupported(self, node: fx.Node, axes: Axes, program: Program) -> str | None:
        if self.value is None and not isinstance(node.args[self.at], (int, float)):
            return "its fill value is not a number"
        return None

    def covered_axes(self, node: fx.Node, axes: Axes, program: Program) -> Any:
        return axes.whole()

    def covered_constants(self, node: fx.Node, axes: Axes, constants: Constants, program: Program) -> Any:
        if not node.meta["val"].is_floating_point():
            return None
        number = self.value if self.value is not None else float(args_of(node)[self.at])
        value = torch.full([1] * node.meta["val"].ndim, number, dtype=torch.float64)
        return make_constant(np.ones((), dtype=np.bool_), value, axes.of(node))

    def covered_liveness(
        self, node: fx.Node, axes: Axes, constants: Constants, live: Liveness, program: Program
    ) -> None:
        """It has no operands with numbers."""


@dataclass(frozen=True, kw_only=True)
class Counted(Created):
    """``arange``: numbers in even steps, all of which stay."""

    kind: ClassVar[str] = "fill"

    def meaning(self) -> str:
        return "all of its numbers stay"

    def unsupported(self, node: fx.Node, axes: Axes, program: Program) -> str | None:
        return None

    def covered_constants(self, node: fx.Node, axes: Axes, constants: Constants, program: Program) -> Any:
        counts = all(isinstance(x, (int, float)) for x in node.args)
        if not node.meta["val"].is_floating_point() or not counts:
            return None
        value = function_of(node)(*node.args, **{**node.kwargs, "device": "cpu"})
        return make_constant(np.ones((), dtype=np.bool_), value, axes.of(node))
