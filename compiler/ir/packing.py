"""Layers whose zeros stay: what is known of one, the formats that its weight may have, and who chooses among them."""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar, Protocol

from torch import Tensor, fx

from .byte_layers import ByteLayer
from .facts import Fact
from .site import Site
from .window import Window

# Rows of the blocks of one column that a pattern tells about.
BLOCK_ROWS = (1, 2, 4, 8, 16)


@dataclass(frozen=True)
class Pattern:
    """How the zeros of one weight, seen as a matrix [outputs, inputs x taps], lie. -0.0 is zero.

    Attributes:
        density: share of numbers that are not zero.
        blocks: for each shape (R, 1), what blocks of that shape hold, as a share of the whole weight. If it is about
            ``density``, the zeros come in such blocks.
        row_skew, column_skew: the fullest row's (column's) share over the average one's.
        n_of_m: (n, m) where no m neighbours in a row hold more than n numbers and m is the smallest such of 4, 8, 16.
        groups: for 2, 4, ... groups of rows that have a list of columns each: the share of the weight that those store.
        order: of the rows, [rows] int64, if ``blocks`` are those of the weight in another order.
        tiles: like ``blocks``, for the shapes that a target asks about, and for the rows as they are.
    """

    density: float
    blocks: dict[tuple[int, int], float]
    row_skew: float
    column_skew: float
    n_of_m: tuple[int, int] | None = None
    groups: dict[int, float] = field(default_factory=dict)
    order: Tensor | None = field(default=None, compare=False)
    tiles: dict[tuple[int, int], float] = field(default_factory=dict)

    @property
    def best_vector(self) -> tuple[int, int]:
        """The largest block of one column that holds no more zeros than 5 % of what it keeps."""
        fitting = [shape for shape in self.blocks if shape[1] == 1 and self.density >= 0.95 * self.blocks[shape]]
        return max(fitting, default=(1, 1))

    @property
    def best_block(self) -> tuple[int, int]:
        """The largest block, of one column or of a target's, that holds no more zeros than 5 % of what it keeps."""
        fitting = [shape for shape, share in self.tiles.items() if self.density >= 0.95 * share]
        return max([self.best_vector, *fitting], key=lambda shape: (shape[0] * shape[1], shape))

    @property
    def key(self) -> str:
        """What of it the time of a layer depends on."""
        shares = [*(self.blocks[rows, 1] for rows in BLOCK_ROWS), *self.groups.values(), *self.tiles.values()]
        ordered = " ordered" if self.order is not None else ""
        return f"{','.join(f'{share:.2f}' for share in shares)}{ordered} skew {self.row_skew:.0f}"

    def words(self) -> str:
        """``80% zero, in blocks of 8 x 1``."""
        zero = f"{1 - self.density:.0%} zero"
        rows, columns = self.best_block
        kinds = [f"{self.n_of_m[0]}:{self.n_of_m[1]}"] if self.n_of_m else []
        ordered = self.order is not None and (rows, columns) not in self.tiles
        kinds += [f"in blocks of {rows} x {columns}{' in another order of rows' * ordered}"] if rows > 1 else []
        kinds += [f"rows uneven ({self.row_skew:.1f} times the average)"] if self.row_skew > 2 else []
        if self.density in (0, 1):
            return "no zeros" if self.density else "all zero"
        return ", ".join([zero, *(kinds or ["scattered"])])


# The share of a weight that has to be zero for a kernel to leave it out.
FEW_ZEROS_SHARE = 0.3


def zeros_tell(weight: Tensor, share: float = FEW_ZEROS_SHARE) -> bool:
    """Whether a weight has zeros enough for a kernel that leaves them out."""
    return bool(weight.numel()) and int((weight == 0).sum()) >= share * weight.numel()


PATTERNS = Fact[dict[fx.Node, Pattern]]("patterns")


@dataclass(frozen=True)
class SparseLayer:
    """A layer whose weight has zeros that cannot be removed.

    Attributes:
        weight: [rows, columns]; of a convolution, ``Window.matrix``.
        pattern: how its zeros lie.
        tokens: what it is multiplied with, for the example inputs; ``dynamic`` if that may differ.
        window: of a convolution, whose ``images`` are (number, height, width), or have fewer or more sides; None for a
            linear layer.
        bias, residual: whether they are added.
        activation: what is applied then, '' for nothing.
        gate: whether the result is multiplied with another, where kernels can.
        bytes: what is known of a layer that the model computes with bytes; None for numbers.
    """

    weight: Tensor
    pattern: Pattern
    tokens: int
    window: Window | None = None
    images: tuple[int, ...] = (1, 1, 1)
    dynamic: bool = False
    bias: bool = False
    residual: bool = False
    activation: str = ""
    gate: bool = False
    bytes: ByteLayer | None = None

    @property
    def shape(self) -> tuple[int, int]:
        """Of the weight."""
        return (self.weight.shape[0], self.weight.shape[1])

    @property
    def is_product(self) -> bool:
        """Whether it is a plain product with the weight: a linear layer, or a convolution of images' single places."""
        window = self.window
        return window is None or (window.is_point and window.is_plain)

    @property
    def input_shape(self) -> tuple[int, ...]:
        """Of the example activations: [tokens, columns] or [images, channels, height, width]."""
        columns, window = self.weight.shape[1], self.window
        if window is None:
            return (self.tokens, columns)
        number, *sizes = self.images
        weight = window.weight(self.weight)
        return (number, len(weight) if window.extra is not None else weight.shape[1] * window.groups, *sizes)

    @property
    def result_shape(self) -> tuple[int, ...]:
        """Of the result."""
        rows, window = self.weight.shape[0], self.window
        if window is None:
            return (self.tokens, rows)
        return (self.images[0], rows // math.prod(window.phases), *window.places(self.images[1:]))


@dataclass(frozen=True)
class Means:
    """What formats may use.

    Attributes:
        quantize: what weights may be rounded to, one of a format's ``roundings``; None: results have to stay exact.
    """

    quantize: str | None = None


class Format(ABC):
    """How a weight lies in memory, and how a layer with such a weight is computed.

    A format is a frozen dataclass; an instance describes a weight of one shape. Packed, a weight is a dataclass of
    tensors, its own.

    Class attributes:
        operators: those (``codegen.operators``) that need kernels of ours for this to be worth anything: it competes on
            targets that have a lowering of each. None where a layer is written in operations that every target has.
        roundings: what ``quantize`` may be for candidates that round.
        for_bytes: whether it computes layers that the model computes with bytes, to the same sums.
    """

    operators: ClassVar[tuple[Any, ...]] = ()
    roundings: ClassVar[tuple[str, ...]] = ()
    for_bytes: ClassVar[bool] = False

    @classmethod
    @abstractmethod
    def candidates(cls, layer: SparseLayer, means: Means) -> Mapping[str, Format]:
        """Which instances are worth a measurement for a layer.

        Args:
            layer: what is known of it.
            means: what formats may use.

        Returns:
            By names that no other format has. Measurements are kept under the name, the layer's sizes and the
            pattern's ``key``: what else the time depends on has to be in the name.
        """

    @property
    @abstractmethod
    def words(self) -> str:
        """What the report calls it: ``8x1 blocks``."""

    @property
    def lossy(self) -> bool:
        """Whether it rounds; such a format is a candidate only where ``means.quantize`` asks for it."""
        return False

    @abstractmethod
    def pack(self, weight: Tensor) -> Any:
        """The tensors of a weight [rows, columns], as a dataclass."""

    @abstractmethod
    def unpack(self, packed: Any) -> Tensor:
        """The weight [rows, columns]; rounded, if the format is lossy."""

    @abstractmethod
    def write(self, site: Site) -> None:
        """Rewrite a layer of a program so that it is computed from the packed weight."""


@dataclass(frozen=True)
class Choice:
    """What a layer is best computed with.

    Attributes:
        format: of its weight; None for a dense one.
        gain: measured speed over dense of the best kernel, whether it was chosen or not; None if none was tried.
            Where the target is not here, predicted.
        reason: the choice in words.
        among_sparse: whether a kernel that was not chosen would be, if the layers beside this one were sparse, too.
    """

    format: Format | None
    gain: float | None
    reason: str
    among_sparse: bool = False


class Kernels(Protocol):
    """Knows, for a target, which sparse kernels beat the dense layer.

    Attributes:
        quantize: what weights may be rounded to; None if results have to stay exact.
        chosen: the choices made so far, by the name of the node.
    """

    quantize: str | None
    chosen: dict[str, Choice]

    def choose(self, layer: SparseLayer) -> Choice:
        """The fastest way to compute a layer."""
        ...
