"""Budgets: what may be left of a model, in what its user pays."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields, replace
from typing import Any, ClassVar

from torch import Tensor

from ...codegen.formats.sites import layer_of, pattern_for, site_of, why_not
from ...compiler.errors import UserError
from ...compiler.ir.costs import Work
from ...compiler.ir.packing import Choice, zeros_tell
from ...compiler.ir.program import is_static, shape_of
from ...compiler.ir.site import Site
from ...compiler.ir.views import Layer
from ..base import Context


@dataclass(frozen=True)
class Budget:
    """What may be left, as a share of the dense model.

    Attributes:
        share: 0.7 for seventy percent of it.

    Class attributes:
        counts: what is counted, in words.
        linear: whether what a weight costs does not depend on which others are zero.

    Raises:
        UserError: that is no share.
    """

    share: float
    counts: ClassVar[str] = ""
    linear: ClassVar[bool] = True

    def __post_init__(self) -> None:
        share: object = self.share
        if not (isinstance(share, (int, float)) and 0.0 < share <= 1.0):
            name = type(self).__name__
            raise UserError("bad-option", f"{name}({self.share!r}) is no share of the model", hint=f"write {name}(0.7)")

    def at(self, layer: Layer, ctx: Context, outputs: float = 1.0, inputs: float = 1.0) -> float:
        """What a dense layer costs.

        Args:
            layer: it.
            ctx: of the pass.
            outputs, inputs: shares of these that are left.
        """
        raise NotImplementedError

    def of_all(self, layers: Iterable[Layer], ctx: Context) -> float:
        """What layers cost dense.

        Args:
            layers: some of a program's.
            ctx: of the pass.
        """
        return sum(self.at(layer, ctx) for layer in layers)

    def with_zeros(self, layers: Sequence[Layer], held: Tensor, ctx: Context) -> float:
        """What layers that share a weight cost.

        Args:
            layers: that read it.
            held: the weight.
            ctx: of the pass.
        """
        return self.of_all(layers, ctx) * int((held != 0).sum()) / max(1, held.numel())


@dataclass(frozen=True)
class Macs(Budget):
    """Multiplications (with the addition that follows) of linear layers and convolutions, for the example inputs."""

    counts: ClassVar[str] = "multiply-adds"

    def at(self, layer: Layer, ctx: Context, outputs: float = 1.0, inputs: float = 1.0) -> float:
        return layer.held.numel() * places_of(layer) * outputs * inputs


@dataclass(frozen=True)
class Parameters(Budget):
    """Weights of linear layers and convolutions that are not zero, or are there at all."""

    counts: ClassVar[str] = "parameters"

    def at(self, layer: Layer, ctx: Context, outputs: float = 1.0, inputs: float = 1.0) -> float:
        return layer.held.numel() * outputs * inputs


@dataclass(frozen=True)
class Bytes(Budget):
    """Bytes of the weights of linear layers and convolutions, in the format that the target picks for each.

    A weight that stays dense there takes as many as before, whatever its zeros; a sparse format has places of numbers,
    too. A weight that several layers read is stored once.
    """

    counts: ClassVar[str] = "bytes of stored weights"
    linear: ClassVar[bool] = False

    def at(self, layer: Layer, ctx: Context, outputs: float = 1.0, inputs: float = 1.0) -> float:
        return _bytes(layer.held) * outputs * inputs

    def of_all(self, layers: Iterable[Layer], ctx: Context) -> float:
        return sum({str(layer.weight.target): self.at(layer, ctx) for layer in layers}.values())

    def with_zeros(self, layers: Sequence[Layer], held: Tensor, ctx: Context) -> float:
        if not bool(held.any()):
            return 0.0
        layer = replace(layers[0], held=held)
        site, choice = chosen(layer, ctx)
        if choice is None or choice.format is None:
            return _bytes(held)
        packed: Any = choice.format.pack(site.weight if site.order is None else site.weight[site.order])
        parts = (getattr(packed, part.name) for part in fields(packed))
        return sum(_bytes(part) for part in parts if isinstance(part, Tensor))


@dataclass(frozen=True)
class Latency(Budget):
    """Seconds of linear layers and convolutions on the target, for the example inputs.

    A dense layer is priced by the target's model of costs, since only shares count. How much faster a sparse kernel is
    than the dense layer is measured here, as when it is compiled; predicted, where the target's hardware is not here.
    """

    counts: ClassVar[str] = "seconds of layers"
    linear: ClassVar[bool] = False

    def at(self, layer: Layer, ctx: Context, outputs: float = 1.0, inputs: float = 1.0) -> float:
        groups, rows, columns, taps = layer.shape
        if not rows * outputs or not columns * inputs:
            return 0.0
        places, costs = max(1, round(places_of(layer))), ctx.target.estimate()
        if layer.is_depthwise:
            return costs.smooth(Work("depthwise", 1, round(groups * min(outputs, inputs)), places, taps))
        kind = "conv" if layer.is_convolution else "linear"
        wide, deep = max(1, round(groups * rows * outputs)), max(1, round(columns * inputs))
        return costs.smooth(Work(kind, deep, wide, places, taps, groups, innermost=not layer.is_convolution))

    def with_zeros(self, layers: Sequence[Layer], held: Tensor, ctx: Context) -> float:
        if not bool(held.any()):
            return 0.0
        seconds = 0.0
        for layer in layers:
            _, choice = chosen(replace(layer, held=held), ctx)
            faster = choice.gain if choice is not None and choice.format is not None else None
            seconds += self.at(layer, ctx) / (faster or 1.0)
        return seconds


BUDGETS: dict[str, type[Budget]] = {kind.__name__.lower(): kind for kind in (Macs, Parameters, Bytes, Latency)}
"""By the names that recipes and the command line have for them."""


def places_of(layer: Layer) -> float:
    """At how many places a layer is computed for the example inputs: tokens, or pixels of all images.

    Of matrices of which each place picks one, on average.
    """
    place = layer.input if layer.is_transposed else layer.node
    sizes = [size for dim, size in enumerate(shape_of(place)) if dim != layer.dim]
    return math.prod(int(x) if is_static(x) else layer.program.example_size(x) for x in sizes) / layer.choices


def chosen(layer: Layer, ctx: Context) -> tuple[Site, Choice | None]:
    """A layer as a kernel would see it, and what the target would compute it with.

    There is no choice where the target has no kernels for its like, or there are few zeros.

    Args:
        layer: with its zeros.
        ctx: of the pass.
    """
    if ctx.kernels is None or not zeros_tell(layer.held) or why_not(layer, ctx.target):
        return Site(layer), None
    pattern = pattern_for(layer, ctx.target)
    site = site_of(layer, pattern)
    return site, ctx.kernels.choose(layer_of(site, pattern))


def _bytes(held: Tensor) -> float:
    return float(held.numel() * held.element_size())
