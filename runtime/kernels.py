"""Finds, compiles and calls the kernel for a sparse layer."""

from __future__ import annotations

import functools

import torch
from torch import Tensor

from ..codegen.formats.vector_blocks import Packed, VectorBlocks
from ..codegen.mlir import engine, pack
from ..codegen.mlir.block_rows import WORDS
from ..codegen.mlir.engine import Entry
from ..codegen.mlir.host import host
from ..codegen.mlir.matmul import Matmul
from ..codegen.mlir.matvec import Matvec
from ..codegen.mlir.pack import Pack
from . import threads

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
    return x.device.type == "cpu" and x.dtype is torch.float32 and values.dtype in VALUES and engine.available()


@functools.cache
def compiled(spec: Matmul | Matvec | Pack) -> Entry:
    """The machine code of a kernel; the first call for each compiles it."""
    return engine.jit(spec.text(host()), spec.name)


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
    rows, columns = fmt.shape
    tokens = out.numel() // max(1, rows)
    if out.numel() == 0:
        return
    parts, blocks = _parts(packed, tokens), fmt.block_rows(packed)
    kinds = {"values": VALUES[packed.values.dtype], "index": INDEX[packed.indices.dtype]}
    ends = {"bias": bias is not None, "residual": residual is not None, "activation": activation or None}
    few = tokens == 1 or (tokens < FEW and not columns_first and not rows_first)
    spec: Matmul | Matvec
    if few:
        spec = Matvec(fmt.rows, **kinds, **ends)  # type: ignore[arg-type]
    else:
        source = "features" if columns_first else "panels"
        target = "features" if rows_first else "tokens"
        spec = Matmul(fmt.rows, source, target, **kinds, **ends)  # type: ignore[arg-type]
        x = x if columns_first else _panels(x, tokens, columns, parts)
    step = tokens if rows_first and not few else rows
    threads.run(
        compiled(spec),
        WORDS,
        parts,
        x=x.data_ptr(),
        values=packed.values.data_ptr(),
        indices=packed.indices.data_ptr(),
        starts=packed.starts.data_ptr(),
        bias=0 if bias is None else bias.data_ptr(),
        residual=0 if residual is None else residual.data_ptr(),
        y=out.data_ptr(),
        tokens=tokens,
        columns=columns,
        rows=rows,
        blocks=blocks,
        images=1,
        row_parts=parts if blocks >= 4 * parts else 1,
        chunk=_chunk(columns),
        x_row=columns if few else tokens,
        y_row=step,
        residual_row=step,
    )


def _chunk(columns: int) -> int:
    lanes = host().lanes
    return max(4 * lanes, CACHED // 4 // max(1, columns) // lanes * lanes)


def _parts(packed: Packed, tokens: int) -> int:
    work = packed.values.numel() * tokens
    return max(1, min(torch.get_num_threads(), work // ENOUGH))


def _panels(x: Tensor, tokens: int, columns: int, parts: int) -> Tensor:
    lanes = host().lanes
    tiles = -(-tokens // lanes)
    out = x.new_empty(tiles, columns, lanes)
    words = {"x": x.data_ptr(), "out": out.data_ptr(), "tokens": tokens, "columns": columns, "x_row": columns}
    threads.run(compiled(Pack()), pack.WORDS, min(parts, tiles), **words)
    return out
