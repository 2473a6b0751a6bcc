"""Finds, compiles and calls the kernel for a sparse layer.

What a call has to work out (which kernel, how many shares, sizes and strides) depends on shapes alone, and is kept as a
*plan*: a layer that is called again costs little more than the kernel itself.
"""

from __future__ import annotations

import functools
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from ..codegen.formats.int8_blocks import FOUR, Int8Blocks, PackedInt8
from ..codegen.formats.vector_blocks import Packed, VectorBlocks
from ..codegen.mlir import engine, pack, pad
from ..codegen.mlir.block_rows import WORDS
from ..codegen.mlir.engine import Entry
from ..codegen.mlir.host import host
from ..codegen.mlir.matmul import GROUP, Matmul
from ..codegen.mlir.matmul_int8 import QUANTISE_WORDS, MatmulInt8, Quantise
from ..codegen.mlir.matmul_int8 import WORDS as INT8_WORDS
from ..codegen.mlir.matvec import Matvec
from ..codegen.mlir.pack import Pack
from ..codegen.mlir.pad import Pad, Window
from . import kernel_files
from .threads import Launch

# The words that calls fill in, in order.
REWRITE = ("x", "out")
ADDRESSES = ("x", "y", "values", "indices", "starts", "bias", "residual", "lines", "offsets")
INT8_ADDRESSES = ("x", "y", "values", "indices", "starts", "scales", "row_scales", "row_sums", "bias")
INDEX = {torch.int16: "i16", torch.int32: "i32"}
VALUES = {torch.float32: "f32", torch.bfloat16: "bf16"}
# Multiply-adds for which waking another thread is worth while.
ENOUGH = 200_000
# Bytes of activations that stay in the cache while all block rows walk over them.
CACHED = 2**18
# Tokens up to which their rows are the lanes, not they.
FEW = 8


def runs(x: Tensor, values: Tensor) -> bool:
    """Whether there is a kernel for activations and weights like these, on this machine."""
    fits = x.device.type == "cpu" and x.dtype is torch.float32 and values.dtype in VALUES and values.shape[1] == 1
    return fits and engine.available()


@functools.cache
def compiled(spec: Matmul | Matvec | MatmulInt8 | Quantise | Pack | Pad) -> Entry:
    """The machine code of a kernel; the first call for each loads or compiles it."""
    return kernel_files.load(spec.text(host()), spec.name)


@dataclass(frozen=True)
class _Weight:
    """What a plan has to know of a packed weight."""

    fmt: VectorBlocks
    values: torch.dtype
    index: torch.dtype
    numbers: int
    blocks: int

    @classmethod
    def of(cls, fmt: VectorBlocks, packed: Packed) -> _Weight:
        values = packed.values
        return cls(fmt, values.dtype, packed.indices.dtype, values.numel(), fmt.block_rows(packed))

    def parts(self, tokens: int, threads: int) -> int:
        """Shares of the work: not more than there are threads, nor so many that waking them costs more."""
        return max(1, min(threads, self.numbers * tokens // ENOUGH))

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
        scratch: numbers of the rewritten activations; lines: of the kernel's own lines.
        offsets: see ``Matmul``.
    """

    multiply: Launch
    prepare: Launch | None = None
    scratch: int = 0
    lines: int = 0
    offsets: Tensor | None = None

    def run(self, packed: Packed, x: Tensor, bias: Tensor | None, residual: Tensor | None, out: Tensor) -> None:
        if self.prepare is not None:
            made = x.new_empty(self.scratch)
            self.prepare(x.data_ptr(), made.data_ptr())
            x = made
        lines = None if not self.lines else x.new_empty(self.lines)
        tensors = (packed.values, packed.indices, packed.starts, bias, residual, lines, self.offsets)
        self.multiply(x.data_ptr(), out.data_ptr(), *(0 if t is None else t.data_ptr() for t in tensors))


# ---------------------------------------------------------------- linear


def linear(
    fmt: VectorBlocks,
    packed: Packed,
    x: Tensor,
    bias: Tensor | None,
    residual: Tensor | None,
    activation: str,
    columns_first: bool,
    rows_first: bool,
    out: Tensor,
) -> None:
    """Compute ``sparsec::vblock_linear`` into ``out``; all tensors contiguous."""
    if out.numel() == 0:
        return
    end = _End(bias is not None, residual is not None, activation)
    tokens = out.numel() // fmt.shape[0]
    plan = _linear(_Weight.of(fmt, packed), end, tokens, columns_first, rows_first, torch.get_num_threads())
    plan.run(packed, x, bias, residual, out)


@functools.lru_cache(1024)
def _linear(weight: _Weight, end: _End, tokens: int, columns_first: bool, rows_first: bool, threads: int) -> _Plan:
    rows, columns = weight.fmt.shape
    parts, lanes = weight.parts(tokens, threads), host().lanes
    few = tokens == 1 or (tokens < FEW and not columns_first and not rows_first)
    segmented = weight.fmt.segments > 1 and not few
    prepare, scratch = None, 0
    spec: Matmul | Matvec
    if few:
        spec = Matvec(weight.fmt.rows, **_kind(weight, end))
    else:
        source = "features" if columns_first else "panels"
        target = "features" if rows_first else "tokens"
        spec = Matmul(weight.fmt.rows, source, target, **_kind(weight, end), segmented=segmented)
        if not columns_first:
            tiles = -(-tokens // lanes)
            scratch = tiles * columns * lanes
            sizes = {"tokens": tokens, "columns": columns, "x_row": columns}
            prepare = Launch(compiled(Pack()), pack.WORDS, REWRITE, min(parts, tiles), **sizes)
    step = tokens if rows_first and not few else rows
    chunk = 4 * lanes if segmented else _chunk(columns)
    lines = parts * GROUP * weight.fmt.rows * chunk if segmented else 0
    multiply = Launch(
        compiled(spec),
        WORDS,
        ADDRESSES,
        parts,
        tokens=tokens,
        columns=columns,
        rows=rows,
        blocks=weight.blocks,
        more_segments=weight.fmt.segments - 1,
        segment=weight.fmt.segment,
        images=1,
        row_parts=weight.row_parts(parts),
        chunk=chunk,
        line=chunk,
        x_row=columns if few else tokens,
        y_row=step,
        residual_row=step,
    )
    return _Plan(multiply, prepare, scratch, lines)


@functools.lru_cache(1024)
def _linear_int8(
    fmt: Int8Blocks, index: torch.dtype, blocks: int, entries: int, end: _End, tokens: int, threads: int
) -> tuple[Launch, Launch]:
    """The kernel that rounds activations, and the one that multiplies."""
    rows, columns = fmt.shape
    groups, lanes = -(-columns // FOUR), host().lanes
    parts = max(1, min(threads, entries * fmt.rows * tokens // ENOUGH))
    spec = MatmulInt8(fmt.rows, INDEX[index], end.bias, end.activation or None)
    sizes = {"tokens": tokens, "columns": columns, "groups": groups, "x_row": columns}
    quantise = Launch(compiled(Quantise()), QUANTISE_WORDS, (*REWRITE, "scales"), min(parts, tokens), **sizes)
    multiply = Launch(
        compiled(spec),
        INT8_WORDS,
        INT8_ADDRESSES,
        parts,
        tokens=tokens,
        groups=groups,
        rows=rows,
        blocks=blocks,
        chunk=max(4 * lanes, CACHED // max(1, columns) // lanes * lanes),
        y_row=rows,
    )
    return quantise, multiply


def runs_int8(x: Tensor) -> bool:
    """Whether there is a kernel for 8-bit integers on this machine."""
    return x.device.type == "cpu" and x.dtype is torch.float32 and host().dot is not None and engine.available()


def linear_int8(
    fmt: Int8Blocks, packed: PackedInt8, x: Tensor, bias: Tensor | None, activation: str, out: Tensor
) -> None:
    """Compute ``sparsec::vblock_linear_int8`` into ``out``; all tensors contiguous."""
    if out.numel() == 0:
        return
    tokens, lanes = out.numel() // fmt.shape[0], host().lanes
    end = _End(bias is not None, False, activation)
    blocks, entries = len(packed.starts) - 1, len(packed.indices) * FOUR
    quantise, multiply = _linear_int8(fmt, packed.indices.dtype, blocks, entries, end, tokens, torch.get_num_threads())
    groups, tiles = -(-fmt.shape[1] // FOUR), -(-tokens // lanes)
    # What fills up the last panel and group is multiplied by zero, or not stored.
    steps = x.new_empty(tiles * groups * lanes)
    scales = x.new_empty(tiles * lanes)
    quantise(x.data_ptr(), steps.data_ptr(), scales.data_ptr())
    tensors = (steps, out, packed.values, packed.indices, packed.starts, scales, packed.scales, packed.sums, bias)
    multiply(*(0 if t is None else t.data_ptr() for t in tensors))


# ---------------------------------------------------------------- convolution


def conv2d(
    fmt: VectorBlocks,
    packed: Packed,
    x: Tensor,
    bias: Tensor | None,
    residual: Tensor | None,
    activation: str,
    window: Window,
    out: Tensor,
) -> None:
    """Compute ``sparsec::vblock_conv2d`` into ``out``; all tensors contiguous, one stride for both directions."""
    if out.numel() == 0:
        return
    end = _End(bias is not None, residual is not None, activation)
    weight, threads = _Weight.of(fmt, packed), torch.get_num_threads()
    if window.is_point:
        plan = _point(weight, end, x.shape, threads)
    else:
        plan = _windows(weight, end, x.shape, window, out.shape, threads)
    plan.run(packed, x, bias, residual, out)


@functools.lru_cache(1024)
def _point(weight: _Weight, end: _End, shape: tuple[int, ...], threads: int) -> _Plan:
    images, columns, height, width = shape
    places, rows = height * width, weight.fmt.shape[0]
    if places == 1:  # squeezed: images are tokens
        return _linear(weight, end, images, False, False, threads)
    parts = weight.parts(images * places, threads)
    multiply = Launch(
        compiled(Matmul(weight.fmt.rows, "features", "features", **_kind(weight, end))),
        WORDS,
        ADDRESSES,
        parts,
        tokens=places,
        columns=columns,
        x_row=places,
        x_image=columns * places,
        row_parts=weight.row_parts(parts),
        chunk=_chunk(columns),
        **_results(weight, images, rows, places),
    )
    return _Plan(multiply)


@functools.lru_cache(1024)
def _windows(
    weight: _Weight, end: _End, shape: tuple[int, ...], window: Window, out: tuple[int, ...], threads: int
) -> _Plan:
    images, channels, height, width = shape
    rows, lanes, stride = weight.fmt.shape[0], host().lanes, window.stride[0]
    high, wide = window.frame(height, width)
    parts = weight.parts(images * out[2] * out[3], threads)
    row_parts, planes = min(parts, weight.blocks), images * channels
    frame = stride * stride * high * wide
    # Vectors read over the end of the last line, into what is not stored.
    scratch = planes * frame + 2 * lanes + sum(window.kernel) * 2 * wide
    sizes = {"planes": planes, "height": height, "width": width, "out_rows": high, "out_columns": wide}
    sizes |= {"top": window.padding[0], "left": window.padding[1]}
    tokens = out[2] * wide
    line = -(-tokens // lanes) * lanes + lanes
    multiply = Launch(
        compiled(Matmul(weight.fmt.rows, "windows", "windows", **_kind(weight, end))),
        WORDS,
        ADDRESSES,
        row_parts,
        tokens=tokens,
        columns=weight.fmt.shape[1],
        x_image=channels * frame,
        row_parts=row_parts,
        chunk=max(1, CACHED // 4 // max(1, channels) // wide) * wide,
        line=line,
        out_width=out[3],
        width=wide,
        **_results(weight, images, rows, out[2] * out[3]),
    )
    prepare = Launch(compiled(Pad(stride)), pad.WORDS, REWRITE, min(parts, planes), **sizes)
    offsets = torch.tensor(window.offsets(channels, (high, wide)), dtype=torch.int32)
    return _Plan(multiply, prepare, scratch, row_parts * weight.fmt.rows * line, offsets)


def _results(weight: _Weight, images: int, rows: int, places: int) -> dict[str, int]:
    """Words that say how the results of a convolution lie."""
    image = rows * places
    return {
        "rows": rows,
        "blocks": weight.blocks,
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
    return max(4 * lanes, CACHED // 4 // max(1, columns) // lanes * lanes)
