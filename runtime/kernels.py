"""Finds, compiles and calls the kernel for a sparse layer.

What a call has to work out (which kernel, how many shares, sizes and strides) depends on shapes alone, and is kept as a
*plan*: a layer that is called again costs little more than the kernel itself.
"""

from __future__ import annotations

import functools
import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import torch
from torch import Tensor

from ..codegen.mlir import engine, pack, pad
from ..codegen.mlir.block_rows import WORDS
from ..codegen.mlir.conv_int8 import ConvInt8
from ..codegen.mlir.engine import Entry
from ..codegen.mlir.host import host
from ..codegen.mlir.largest import Largest
from ..codegen.mlir.matmul import Matmul
from ..codegen.mlir.matmul_int8 import MatmulInt8
from ..codegen.mlir.matmul_results import together_of
from ..codegen.mlir.matvec import Matvec
from ..codegen.mlir.matvec_int8 import MatvecInt8
from ..codegen.mlir.pack import Pack
from ..codegen.mlir.pad import Pad
from ..codegen.mlir.parallel_entry import MOST_ROOMS
from ..codegen.mlir.quantise import Quantise
from ..codegen.mlir.quantise_images import QuantiseImages
from ..codegen.mlir.tile import CHUNK_NUMBERS
from ..codegen.mlir.whole_steps import WholeSteps
from ..codegen.operators.blocks import column_tiles_of
from ..codegen.operators.dense import linear_shape
from ..compiler.ir.window import Window
from . import kernel_files
from .threads import Launch

INDEX = {torch.int16: "i16", torch.int32: "i32"}
VALUES = {torch.float32: "f32", torch.bfloat16: "bf16"}
# Multiply-adds for which waking another thread is worth while.
ENOUGH_MULTIPLY_ADDS = 200_000
# Threads get several shares each, of at least so many multiply-adds, so that a slow core leaves more to the others.
# Smaller shares cost more than they save: each looks at all activations, and weights move from cache to cache.
SHARE_MULTIPLY_ADDS, MOST_SHARES = 20_000_000, 4
# Bytes of activations that stay in the cache while all block rows walk over them.
CACHED_BYTES = 2**18
# Tokens up to which their rows are the lanes, not they.
FEW_TOKENS = 8


@functools.cache
def compiled(
    spec: Matmul
    | Matvec
    | MatmulInt8
    | MatvecInt8
    | ConvInt8
    | Largest
    | Quantise
    | QuantiseImages
    | WholeSteps
    | Pack
    | Pad,
) -> Entry:
    """The machine code of a kernel; the first call for each loads or compiles it."""
    return kernel_files.load(spec.text(host()), spec.name)


@dataclass(frozen=True)
class _Weight:
    """What a plan has to know of a packed weight: its blocks' ``height``, stored ``numbers``, rows of ``blocks``."""

    shape: tuple[int, int]
    height: int
    column_tile: int
    values: torch.dtype
    index: torch.dtype
    numbers: int
    blocks: int

    @property
    def column_tiles(self) -> int:
        return column_tiles_of(self.shape[1], self.column_tile)

    @property
    def blocks_read(self) -> int:
        """How many blocks there are in all; one more is stored."""
        return self.numbers // self.height - 1

    def parts(self, tokens: int, threads: int) -> int:
        """Shares of the work: one for each thread that is worth waking, or several large ones."""
        work = self.numbers * tokens
        team = max(1, min(threads, work // ENOUGH_MULTIPLY_ADDS))
        each = min(MOST_SHARES, work // (team * SHARE_MULTIPLY_ADDS)) if team > 1 else 1
        return team * max(1, each)

    def row_parts(self, parts: int) -> int:
        """Into how many the rows are cut, so that each gets several; the others are cut along the tokens."""
        return parts if self.blocks >= 4 * parts else 1


@dataclass(frozen=True)
class _End:
    """What follows the product."""

    bias: bool
    residual: bool
    activation: str


@dataclass(frozen=True)
class _Plan:
    """How to compute a layer: first rewrite the activations, if at all, then multiply.

    Attributes:
        shape: of the result; multiply: None if that is empty.
        scratch: numbers of the rewritten activations; lines: of sums that wait.
        offsets: see ``Matmul``.
    """

    shape: tuple[int, ...]
    multiply: Launch | None = None
    prepare: Launch | None = None
    scratch: int = 0
    lines: int = 0
    offsets: Tensor | None = None

    def run(
        self, x: Tensor, packed: tuple[Tensor, Tensor, Tensor], bias: Tensor | None, rest: Tensor | None
    ) -> Tensor | None:
        """The result, for contiguous tensors of a weight; None if ``rest``, the residual, is not of its shape."""
        if rest is not None and rest.shape != self.shape:
            return None
        out = x.new_empty(self.shape)
        if self.multiply is None:
            return out
        x, bias, rest = x.contiguous(), _contiguous(bias), _contiguous(rest)
        values, indices, starts = packed
        if self.prepare is not None:
            made = x.new_empty(self.scratch)
            self.prepare(x.data_ptr(), made.data_ptr())
            x = made
        lines = x.new_empty(self.lines) if self.lines else None
        self.multiply(
            x.data_ptr(),
            out.data_ptr(),
            values.data_ptr(),
            indices.data_ptr(),
            starts.data_ptr(),
            _address(bias),
            _address(rest),
            _address(lines),
            _address(self.offsets),
        )
        return out


def _contiguous(tensor: Tensor | None) -> Tensor | None:
    return None if tensor is None else tensor.contiguous()


def _address(tensor: Tensor | None) -> int:
    return 0 if tensor is None else tensor.data_ptr()


# What of a packed weight a plan depends on: shape and dtype of its values, dtype of its indices, shape of its starts.
_Facts = tuple[tuple[int, ...], torch.dtype, torch.dtype, tuple[int, ...]]


def _fits(x: Tensor) -> bool:
    return x.is_cpu and x.dtype is torch.float32


def _weight(facts: _Facts, shape: tuple[int, int], column_tile: int) -> _Weight | None:
    """A packed weight; None if there is no kernel for it on this machine."""
    values, dtype, index, starts = facts
    if dtype not in VALUES or values[1] != 1 or not engine.available():
        return None
    blocks = (starts[0] - 1) // column_tiles_of(shape[1], column_tile)
    return _Weight(shape, values[2], column_tile, dtype, index, math.prod(values), blocks)


# ---------------------------------------------------------------- linear


def linear(
    x: Tensor,
    values: Tensor,
    indices: Tensor,
    starts: Tensor,
    bias: Tensor | None,
    residual: Tensor | None,
    rows: int,
    column_tile: int,
    activation: str,
    columns_first: bool,
    rows_first: bool,
    gate: Tensor | None = None,
) -> Tensor | None:
    """Compute ``sparsec::vblock_linear``; None if there is no kernel for it on this machine."""
    if gate is not None or not _fits(x):
        return None
    facts = (values.shape, values.dtype, indices.dtype, starts.shape)
    end = (bias is not None, residual is not None, activation)
    plan = _linear_plan(x.shape, facts, end, rows, column_tile, columns_first, rows_first, torch.get_num_threads())
    return None if plan is None else plan.run(x, (values, indices, starts), bias, residual)


@functools.lru_cache(1024)
def _linear_plan(
    shape: tuple[int, ...],
    facts: _Facts,
    end: tuple[bool, bool, str],
    rows: int,
    column_tile: int,
    columns_first: bool,
    rows_first: bool,
    threads: int,
) -> _Plan | None:
    result, columns = linear_shape(shape, rows, columns_first, rows_first)
    weight = _weight(facts, (rows, columns), column_tile)
    if weight is None:
        return None
    tokens = math.prod(result) // rows if rows else 0
    if tokens == 0:
        return _Plan(result)
    return replace(_linear(weight, _End(*end), tokens, columns_first, rows_first, threads), shape=result)


def _linear(weight: _Weight, end: _End, tokens: int, columns_first: bool, rows_first: bool, threads: int) -> _Plan:
    rows, columns = weight.shape
    parts = weight.parts(tokens, threads)
    few = tokens == 1 or (tokens < FEW_TOKENS and not columns_first and not rows_first)
    column_tiled = weight.column_tiles > 1 and not few
    spec: Matmul | Matvec
    if few:
        spec, given = Matvec(weight.height, **_kind(weight, end)), _Given({"x_row": columns})
    else:
        source = "features" if columns_first else "panels"
        target = "features" if rows_first else "tokens"
        spec = Matmul(weight.height, source, target, **_kind(weight, end), column_tiled=column_tiled)
        given = _given(weight, 1, tokens, parts, columns_first=columns_first)
    step = tokens if rows_first and not few else rows
    multiply = Launch(
        compiled(spec),
        WORDS,
        parts,
        tokens=tokens,
        columns=columns,
        rows=rows,
        blocks=weight.blocks,
        more_column_tiles=weight.column_tiles - 1,
        column_tile=weight.column_tile,
        images=1,
        row_parts=weight.row_parts(parts),
        chunk=_chunk(columns),
        y_row=step,
        residual_row=step,
        **given.strides,
    )
    return _Plan((tokens, rows), multiply, given.prepare, given.scratch)


@dataclass(frozen=True)
class _Given:
    """Where a kernel finds activations: as they are, or in panels that are made first.

    Attributes:
        strides: words; prepare: what makes the panels; scratch: their numbers.
    """

    strides: dict[str, int]
    prepare: Launch | None = None
    scratch: int = 0


def _given(weight: _Weight, images: int, tokens: int, parts: int, *, columns_first: bool) -> _Given:
    columns, lanes = weight.shape[1], host().lanes
    sizes = {"x_row": tokens if columns_first else columns, "x_image": tokens * columns}
    least = pack.least_blocks(tokens, lanes)
    if columns_first and (least is None or weight.numbers < least * columns * weight.height):
        return _Given({**sizes, "x_tile": lanes})
    tiles = -(-tokens // lanes)
    kernel = compiled(Pack("features" if columns_first else "tokens"))
    sizes |= {"images": images, "tokens": tokens, "columns": columns}
    prepare = Launch(kernel, pack.WORDS, min(parts, images * tiles), **sizes)
    panels = tiles * lanes * columns
    strides = {"x_row": lanes, "x_tile": lanes * columns, "x_image": panels}
    return _Given(strides, prepare, images * panels)


# ---------------------------------------------------------------- convolution


def conv2d(
    x: Tensor,
    values: Tensor,
    indices: Tensor,
    starts: Tensor,
    bias: Tensor | None,
    residual: Tensor | None,
    rows: int,
    kernel: Sequence[int],
    stride: Sequence[int],
    padding: Sequence[int],
    dilation: Sequence[int],
    groups: int,
    activation: str,
    column_tile: int = 0,
) -> Tensor | None:
    """Compute ``sparsec::vblock_conv2d``; None if there is no kernel for it on this machine."""
    if not _fits(x):
        return None
    facts = (values.shape, values.dtype, indices.dtype, starts.shape)
    end = (bias is not None, residual is not None, activation)
    sides = (*kernel, *stride, *padding, *dilation)
    plan = _conv_plan(x.shape, facts, end, rows, sides, groups, column_tile, torch.get_num_threads())
    return None if plan is None else plan.run(x, (values, indices, starts), bias, residual)


@functools.lru_cache(1024)
def _conv_plan(
    shape: tuple[int, ...],
    facts: _Facts,
    end: tuple[bool, bool, str],
    rows: int,
    sides: tuple[int, ...],
    groups: int,
    column_tile: int,
    threads: int,
) -> _Plan | None:
    window = Window.of(sides[:2], sides[2:4], sides[4:6], sides[6:], groups=groups)
    weight = _weight(facts, (rows, shape[1] // groups * math.prod(window.kernel)), column_tile)
    if weight is None:
        return None
    places = window.places(shape[2:])
    result = (shape[0], rows, *places)
    if math.prod(result) == 0:
        return _Plan(result)
    if not window.is_point:
        return _windows(weight, _End(*end), shape, window, result, threads)
    if math.prod(places) == 1:  # squeezed: images are tokens
        return replace(_linear(weight, _End(*end), shape[0], False, False, threads), shape=result)
    return _point(weight, _End(*end), shape, result, threads)


def _point(weight: _Weight, end: _End, shape: tuple[int, ...], result: tuple[int, ...], threads: int) -> _Plan:
    images, columns, height, width = shape
    places, rows = height * width, weight.shape[0]
    parts = weight.parts(images * places, threads)
    given = _given(weight, images, places, parts, columns_first=True)
    multiply = Launch(
        compiled(
            Matmul(weight.height, "features", "features", **_kind(weight, end), column_tiled=weight.column_tiles > 1)
        ),
        WORDS,
        parts,
        tokens=places,
        columns=columns,
        row_parts=weight.row_parts(parts),
        chunk=_chunk(columns),
        **given.strides,
        **_results(weight, images, rows, places),
    )
    return _Plan(result, multiply, given.prepare, given.scratch)


def _windows(
    weight: _Weight, end: _End, shape: tuple[int, ...], window: Window, out: tuple[int, ...], threads: int
) -> _Plan:
    images, channels, height, width = shape
    rows, lanes, planes = weight.shape[0], host().lanes, images * channels
    (high, wide), phases = pad.frame(window, height, width), pad.phases(window)
    parts = min(weight.parts(images * out[2] * out[3], threads), MOST_ROOMS)
    row_parts, frame = min(parts, weight.blocks), math.prod(phases) * high * wide
    # Vectors read over the end of the last line, into what is not stored.
    scratch = planes * frame + 2 * lanes + sum(window.kernel) * 2 * wide
    sizes = {"planes": planes, "height": height, "width": width, "out_rows": high, "out_columns": wide}
    sizes |= {"top": window.padding[0], "left": window.padding[1]}
    sizes |= {"phases_down": phases[0], "phases_along": phases[1]}
    prepare = Launch(compiled(Pad((window.stride[0], window.stride[1]))), pad.WORDS, min(parts, planes), **sizes)
    column_tiled = weight.column_tiles > 1
    unfolded = column_tiled or (window.groups == 1 and pad.unfolds(weight.blocks_read, weight.shape[1], lanes))
    if unfolded:
        lines = pad.unfolded_lines(weight.shape[1], out[2], out[3])
        chunk, x_row = lines * out[3], pad.unfolded_row(lines * out[3], lanes)
        words = {"tokens": out[2] * out[3], "x_row": x_row, "line": weight.shape[1] * x_row + lanes}
        waiting = words["line"]
    else:
        chunk = max(1, CACHED_BYTES // 4 // max(1, channels) // wide) * wide
        words = {"tokens": out[2] * wide, "line": -(-min(out[2] * wide, chunk) // lanes) * lanes + lanes}
        waiting = together_of(weight.height, "windows") * weight.height * words["line"]
    of_lines = min(parts, -(-words["tokens"] // chunk))  # those who share rows read the same images again
    row_parts = min(parts // of_lines, weight.blocks)
    parts = of_lines * row_parts
    target = "features" if unfolded else "windows"
    kinds = _kind(weight, end) | {"grouped": window.groups > 1, "column_tiled": column_tiled}
    multiply = Launch(
        compiled(Matmul(weight.height, "windows", target, **kinds)),
        WORDS,
        parts,
        columns=weight.shape[1],
        x_image=channels * frame,
        group_rows=rows // window.groups,
        x_group=channels // window.groups * frame,
        row_parts=row_parts,
        chunk=chunk,
        out_width=out[3],
        width=wide,
        **words,
        **_results(weight, images, rows, out[2] * out[3]),
    )
    offsets = pad.offsets(window, channels // window.groups, (high, wide), phases)
    return _Plan(out, multiply, prepare, scratch, parts * waiting, torch.tensor(offsets, dtype=torch.int32))


def _results(weight: _Weight, images: int, rows: int, places: int) -> dict[str, int]:
    """Words that say how the results of a convolution lie."""
    image = rows * places
    return {
        "rows": rows,
        "blocks": weight.blocks,
        "more_column_tiles": weight.column_tiles - 1,
        "column_tile": weight.column_tile,
        "images": images,
        "y_row": places,
        "y_image": image,
        "residual_row": places,
        "residual_image": image,
    }


# ---------------------------------------------------------------- both


def _kind(weight: _Weight, end: _End) -> dict[str, Any]:
    return {
        "values": VALUES[weight.values],
        "index": INDEX[weight.index],
        "bias": end.bias,
        "residual": end.residual,
        "activation": end.activation or None,
    }


def _chunk(columns: int) -> int:
    lanes = host().lanes
    return max(4 * lanes, CHUNK_NUMBERS // max(1, columns) // lanes * lanes)
