"""Calls the kernels of layers in 8 bits: round the activations, then multiply. See ``kernels``."""

from __future__ import annotations

import functools
import math
import struct
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from ..codegen.mlir import engine, pad
from ..codegen.mlir.byte_rows import WORDS
from ..codegen.mlir.conv_int8 import BEHIND, NEAREST_BYTES, ConvInt8, widened_words
from ..codegen.mlir.host import Host, host
from ..codegen.mlir.largest import LARGEST_WORDS, STRETCHES, Largest
from ..codegen.mlir.matmul_int8 import MatmulInt8
from ..codegen.mlir.matvec_int8 import MatvecInt8, bytes_of, serves, serves_many
from ..codegen.mlir.parallel_entry import MOST_ROOMS
from ..codegen.mlir.quantise import QUANTISE_WORDS, Quantise
from ..codegen.mlir.quantise_images import IMAGE_WORDS, QuantiseImages
from ..codegen.mlir.whole_steps import WHOLE_WORDS, WholeSteps
from ..codegen.operators.dense import linear_shape
from ..codegen.operators.int8 import FOUR
from ..compiler.ir.window import Window
from .kernels import CACHED_BYTES, ENOUGH_MULTIPLY_ADDS, FEW_TOKENS, INDEX, compiled
from .threads import Launch


def linear(
    x: Tensor,
    values: Tensor,
    indices: Tensor,
    starts: Tensor,
    scales: Tensor,
    sums: Tensor,
    bias: Tensor | None,
    residual: Tensor | None,
    rows: int,
    activation: str,
    step: float = 0.0,
    zero_point: int = 128,
    least_step: float = 0.0,
) -> Tensor | None:
    """Compute ``sparsec::vblock_linear_int8``; None if there is no kernel for it on this machine."""
    if not runs_int8(x):
        return None
    facts = (values.shape, indices.dtype, starts.shape)
    end = (bias is not None, residual is not None, activation)
    plan = _linear_plan(x.shape, facts, end, rows, (step, zero_point, least_step), torch.get_num_threads())
    return plan.run(x, (values, indices, starts), scales, sums, bias, residual)


def runs_int8(x: Tensor) -> bool:
    """Whether there are kernels for 8-bit integers on this machine."""
    return x.is_cpu and x.dtype is torch.float32 and engine.available()


@dataclass(frozen=True)
class _Plan:
    """How to compute a layer in 8 bits.

    Attributes:
        shape: of the result; the kernels are None if that is empty.
        largest: finds what several shares of ``quantise`` have to know; None if there is one, or nothing to know.
        steps, scales, most: words of the rounded activations, of their scales, and of what ``largest`` finds.
        lines: words in which a kernel lets sums wait; offsets: see ``ConvInt8``.
        whole: finds out one step and zero point for all activations; None where that is not asked for.
    """

    shape: tuple[int, ...]
    quantise: Launch | None = None
    multiply: Launch | None = None
    steps: int = 0
    scales: int = 0
    most: int = 0
    lines: int = 0
    offsets: Tensor | None = None
    largest: Launch | None = None
    whole: Launch | None = None

    def run(
        self,
        x: Tensor,
        weight: tuple[Tensor, Tensor, Tensor],
        scales: Tensor,
        sums: Tensor,
        bias: Tensor | None,
        residual: Tensor | None,
    ) -> Tensor:
        """The result; ``scales`` and ``sums`` are those of the weight's rows."""
        out = x.new_empty(self.shape)
        if self.quantise is None or self.multiply is None:
            return out
        x = x.contiguous()
        bias, residual = (None if one is None else one.float().contiguous() for one in (bias, residual))
        scratch = x.new_empty(self.steps + self.scales + self.most + self.lines)
        steps = scratch.data_ptr()
        places = steps + 4 * self.steps  # of the scales of activations
        most = places + 4 * self.scales
        if self.largest is not None:
            self.largest(x.data_ptr(), most)
        found, from_zero = self._found(x)
        self.quantise(x.data_ptr(), steps, places, *[most] * bool(self.most), **found)
        self.multiply(
            steps,
            out.data_ptr(),
            *(part.data_ptr() for part in weight),
            places,
            scales.data_ptr(),
            sums.data_ptr(),
            *(0 if one is None else one.data_ptr() for one in (bias, residual)),
            0 if self.offsets is None else self.offsets.data_ptr(),
            most + 4 * self.most,
            **from_zero,
        )
        return out

    def _found(self, x: Tensor) -> tuple[dict[str, int], dict[str, int]]:
        """Words that say how all activations are rounded, and from where they are multiplied, if that is found out."""
        if self.whole is None:
            return {}, {}
        pair = torch.empty(2, dtype=torch.int64)
        self.whole(x.data_ptr(), pair.data_ptr())
        step, zero_point = pair.tolist()
        return {"step": step, "zero_point": zero_point}, {"zero_point": _multiplied_from(zero_point, host())}


@functools.lru_cache(1024)
def _linear_plan(
    shape: tuple[int, ...],
    facts: tuple[tuple[int, ...], torch.dtype, tuple[int, ...]],
    end: tuple[bool, bool, str],
    rows: int,
    steps: tuple[float, int, float],
    threads: int,
) -> _Plan:
    result, columns = linear_shape(shape, rows, False, False)
    if math.prod(result) == 0:
        return _Plan(result)
    values, index, starts = facts
    here = host()
    tokens, lanes, groups = math.prod(result) // rows, here.lanes, -(-columns // FOUR)
    parts = max(1, min(threads, math.prod(values) * tokens // ENOUGH_MULTIPLY_ADDS))
    in_rows = serves_many(values[1], here) or (tokens < FEW_TOKENS and serves(values[1], here))
    rounding = _rounding(*steps[:2])
    kind = MatvecInt8 if in_rows else MatmulInt8
    spec = kind(values[1], INDEX[index], *end[:2], end[2] or None)
    sizes = {"tokens": tokens, "columns": columns, "groups": groups, "x_row": columns}
    quantise = Launch(
        compiled(Quantise("rows" if in_rows else "panels")),
        QUANTISE_WORDS,
        min(parts, tokens),
        **sizes,
        **rounding,
    )
    held = columns * (bytes_of(here) if in_rows else 1)
    multiply = Launch(
        compiled(spec),
        WORDS,
        parts,
        tokens=tokens,
        groups=groups,
        rows=rows,
        blocks=starts[0] - 1,
        chunk=max(4 * lanes, CACHED_BYTES // max(1, held) // lanes * lanes),
        y_row=rows,
        zero_point=_multiplied_from(steps[1], here),
    )
    tiles = -(-tokens // lanes)
    # What fills up the last panel and group is multiplied by zero, or not stored.
    words = tokens * groups * bytes_of(here) if in_rows else tiles * groups * lanes
    return _Plan(result, quantise, multiply, words, tiles * lanes, whole=_whole(steps[2], math.prod(shape)))


def conv2d(
    x: Tensor,
    values: Tensor,
    indices: Tensor,
    starts: Tensor,
    scales: Tensor,
    sums: Tensor,
    bias: Tensor | None,
    residual: Tensor | None,
    rows: int,
    kernel: Sequence[int],
    stride: Sequence[int],
    padding: Sequence[int],
    dilation: Sequence[int],
    activation: str,
    step: float = 0.0,
    zero_point: int = 128,
    least_step: float = 0.0,
) -> Tensor | None:
    """Compute ``sparsec::vblock_conv2d_int8``; None if there is no kernel for it on this machine."""
    if not runs_int8(x) or stride[0] != stride[1]:
        return None
    facts = (values.shape, indices.dtype, starts.shape)
    end = (bias is not None, residual is not None, activation)
    sides = (*kernel, *stride, *padding, *dilation)
    plan = _conv_plan(x.shape, facts, end, rows, sides, (step, zero_point, least_step), torch.get_num_threads())
    if residual is not None and residual.shape != plan.shape:
        return None
    return plan.run(x, (values, indices, starts), scales, sums, bias, residual)


@functools.lru_cache(1024)
def _conv_plan(
    shape: tuple[int, ...],
    facts: tuple[tuple[int, ...], torch.dtype, tuple[int, ...]],
    end: tuple[bool, bool, str],
    rows: int,
    sides: tuple[int, ...],
    steps: tuple[float, int, float],
    threads: int,
) -> _Plan:
    window, here = Window.of(sides[:2], sides[2:4], sides[4:6], sides[6:]), host()
    images, channels, height, width = shape
    out_high, out_wide = window.places(shape[2:])
    result = (images, rows, out_high, out_wide)
    if math.prod(result) == 0:
        return _Plan(result)
    values, index, starts = facts
    groups, lanes, blocks = -(-channels // FOUR), here.lanes, starts[0] - 1
    rounding = _rounding(*steps[:2])
    parts = math.prod(values) * images * out_high * out_wide // ENOUGH_MULTIPLY_ADDS
    parts = max(1, min(threads, blocks, parts, MOST_ROOMS))
    places = _places(window, (height, width), groups, lanes)
    shares = min(parts, images * groups)
    prepare = Launch(
        compiled(QuantiseImages(window.stride[0])),
        IMAGE_WORDS,
        shares,
        images=images,
        channels=channels,
        groups=groups,
        **places.source,
        **rounding,
    )
    widened = widened_words(here, groups * math.prod(window.kernel), values[1])
    line = -(-places.sizes["chunk"] // lanes) * lanes + BEHIND + lanes
    multiply = Launch(
        compiled(ConvInt8(values[1], INDEX[index], *end[:2], end[2] or None)),
        WORDS,
        parts,
        groups=groups,
        rows=rows,
        blocks=blocks,
        images=images,
        x_image=groups * places.source["plane"],
        y_row=out_high * out_wide,
        y_image=rows * out_high * out_wide,
        line=line,
        widened=widened,
        zero_point=_multiplied_from(steps[1], here),
        **places.sizes,
    )
    words = images * groups * places.source["plane"] + BEHIND + places.reach
    offsets, whole = torch.tensor(places.offsets, dtype=torch.int32), _whole(steps[2], math.prod(shape))
    largest = None
    if shares > 1 and not any(steps[::2]):
        size = channels * height * width
        largest = Launch(compiled(Largest()), LARGEST_WORDS, shares, images=images, size=size)
    lines = parts * (values[1] * line + widened)
    return _Plan(result, prepare, multiply, words, images, images * STRETCHES, lines, offsets, largest, whole)


@dataclass(frozen=True)
class _Places:
    """How the places of images lie.

    Attributes:
        source: words of what rounds them; sizes: of the product.
        offsets: where each group of channels and tap begins.
        reach: how far behind the last place a tap may look.
    """

    source: dict[str, int]
    sizes: dict[str, int]
    offsets: list[int]
    reach: int


def _places(window: Window, image: tuple[int, int], groups: int, lanes: int) -> _Places:
    height, width = image
    if window.is_point:  # one line, cut wherever it suits
        places = height * width
        plane = -(-places // lanes) * lanes
        chunk = min(plane, _chunk(groups, lanes))
        source = {"height": 1, "width": places, "out_rows": 1, "out_columns": plane, "plane": plane}
        sizes = {"tokens": places, "chunk": chunk, "width": chunk, "out_width": chunk}
        return _Places(source, sizes, [group * plane for group in range(groups)], 0)
    high, wide = pad.frame(window, height, width)
    out_high, out_wide = window.places(image)
    plane = window.stride[0] ** 2 * high * wide
    source = {"height": height, "width": width, "out_rows": high, "out_columns": wide, "plane": plane}
    source |= {"top": window.padding[0], "left": window.padding[1], "border": int(max(window.padding) > 0)}
    chunk = max(1, _chunk(groups, lanes) // wide) * wide
    sizes = {"tokens": out_high * wide, "chunk": chunk, "width": wide, "out_width": out_wide}
    return _Places(
        source, sizes, pad.offsets(window, groups, (high, wide), window.stride), sum(window.kernel) * 2 * wide
    )


def _chunk(groups: int, lanes: int) -> int:
    return max(4 * lanes, NEAREST_BYTES // 4 // groups // lanes * lanes)


def _multiplied_from(zero_point: int, here: Host) -> int:
    """The zero point of the bytes that a host multiplies: signed ones where it has ``sdot``."""
    return zero_point - 128 * (here.dot == "sdot")


def _rounding(step: float, zero_point: int) -> dict[str, Any]:
    """Words that say how activations are rounded."""
    return {"step": _bits(step), "zero_point": zero_point}


def _whole(least_step: float, count: int) -> Launch | None:
    """What finds out how so many activations are rounded, if that is asked for."""
    if not least_step:
        return None
    return Launch(compiled(WholeSteps()), WHOLE_WORDS, 1, count=count, least_step=_bits(least_step))


def _bits(number: float) -> int:
    """Those of a float32."""
    return int(struct.unpack("<i", struct.pack("<f", number))[0])
