"""What kernels for rows of blocks of bytes have in common: R x 4 weights, sums of 32 bits, scales at the end.

A result is ``float(sum) * (scale of the activations * scale of the row) + bias + residual``, then the activation, each
rounded to float32 on its own: the same on every processor, in whatever order a kernel goes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from .block_rows import BlockRows
from .builder import Builder, Value, vector
from .byte_dots import FOUR, INSTRUCTIONS, ByteDots
from .host import Host
from .parallel_entry import Words
from .tile import largest

WORDS = Words(
    (
        *("x", "y", "values", "indices", "starts", "scales", "row_scales", "row_sums", "bias", "residual"),
        *("offsets", "lines"),  # of images
    ),
    (
        *("tokens", "groups", "rows", "blocks", "chunk", "y_row", "zero_point"),
        *("images", "x_image", "y_image", "line", "width", "out_width", "widened"),  # of images
        "more_column_tiles",  # always 0
    ),
)


@dataclass(frozen=True)
class ByteSpec:
    """A kernel.

    Attributes:
        rows: R; index: dtype of the columns; bias, residual, activation: see ``Matmul``.
    """

    rows: int = 8
    index: str = "i16"
    bias: bool = False
    residual: bool = False
    activation: str | None = None

    suffix: ClassVar[str] = ""

    @property
    def name(self) -> str:
        parts = ["vblock", f"{self.rows}x{FOUR}", "i8", self.index] + [self.suffix] * bool(self.suffix)
        parts += ["bias"] * self.bias + ["residual"] * self.residual
        return "_".join(parts + ([self.activation] if self.activation else []))


class ByteRows(BlockRows):
    """Writes what all of them need."""

    def __init__(self, spec: ByteSpec, host: Host, builder: Builder, words: dict[str, Value]) -> None:
        super().__init__(spec, host, builder, words)
        self.spec, self.lanes = spec, host.lanes
        self.dots = ByteDots(builder, host)
        self.integers, self.floats = vector(self.lanes, "i32"), vector(self.lanes, "f32")

    def offsets(self, row: Value, lanes: int, mask: Value | None) -> Value:
        """What the zero point adds to the sums of some rows, a vector."""
        b, w = self.b, self.words
        sums = b.load(b.at(w["row_sums"], row, "i32"), vector(lanes, "i32"), mask)
        return b.mul(sums, b.broadcast(b.convert("trunci", w["zero_point"], "i32"), lanes))

    def stretch(self, block: Value) -> tuple[Value, Value]:
        """Where the entries of a block row begin, and end."""
        first, last = (self.start(self.b.plus(block, more), 0) for more in (0, 1))
        return first, last

    def word_of(self, entry: Value, r: int) -> Value:
        """Four neighbouring weights of a row."""
        b = self.b
        return b.load(b.at(self.words["values"], b.plus(b.times(entry, self.spec.rows), r), "i32"), "i32")

    def finished(self, total: Value, scale: Value, bias: Value | None, residual: Value | None) -> Value:
        """Results of sums; all are vectors."""
        b = self.b
        value = b.mul(b.convert("sitofp", total, scale.type), scale)
        for more in (bias, residual):
            value = value if more is None else b.add(value, more)
        return self.activate(value)


class TiledRows(ByteRows):
    """Writes sums whose lanes are tokens: R rows, some at a time, times T vectors.

    Attributes:
        some: rows at a time; tiles: T.
    """

    def __init__(self, spec: ByteSpec, host: Host, builder: Builder, words: dict[str, Value]) -> None:
        super().__init__(spec, host, builder, words)
        if host.dot in INSTRUCTIONS:
            tile = largest(host, min(spec.rows, host.lanes), column_tiled=spec.rows == 1)
            self.some, self.tiles = tile.rows, tile.vectors
        else:
            # Activations and weights are several vectors each: half of the registers are sums.
            self.some = min(spec.rows, host.registers // 4, host.lanes)
            self.tiles = max(1, min(host.registers // 2 // self.some, 64 // self.lanes))

    def spans(self, start: Value, end: Value) -> list[tuple[int, Value, Value]]:
        """Tiles of T vectors of tokens, then smaller ones: (vectors, first, last); the last vector is filled up."""
        return self.tiles_of(start, end, self.tiles, filled=True)

    def parts(self) -> list[range]:
        """The rows of a block, some at a time."""
        return [range(first, first + self.some) for first in range(0, self.spec.rows, self.some)]

    def sums(
        self, stretch: tuple[Value, Value], some: range, bases: list[Value], starts: Sequence[Value] | None = None
    ) -> Sequence[Value]:
        """The sums of some rows of a block for vectors of tokens that begin at ``bases``; from 0 on, if not said."""
        b = self.b
        starts = starts or [b.constant(0, self.integers)] * (len(some) * len(bases))
        with b.loop(*stretch, b.constant(1), starts) as entry:
            place = self.place_of(self.column_of(entry.index))
            x = [self.dots.activations(b.load(b.at(base, place, "i32"), self.integers)) for base in bases]
            weights = [self.weights_of(entry.index, r) for r in some]
            pairs = [(weight, value) for weight in weights for value in x]
            entry.yields([self.dots.add(s, v, weight) for (weight, v), s in zip(pairs, entry.carried, strict=True)])
        return entry.results

    def weights_of(self, entry: Value, r: int) -> list[Value]:
        """Four weights of a row of a block, the same for each lane."""
        return self.dots.weights(self.word_of(entry, r), self.lanes)

    def place_of(self, group: Value) -> Value:
        """Where four columns lie, in words behind a base."""
        raise NotImplementedError
