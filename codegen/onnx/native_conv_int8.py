"""The operator for convolutions with 8-bit integers: it rounds images, then multiplies bytes.

It does what ``runtime.kernels_int8.conv2d`` does for PyTorch, on the session's threads. Attributes are those of
``native_windows``, and how bytes are made.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import reduce

from ..mlir.builder import Value
from ..mlir.byte_dots import FOUR
from ..mlir.byte_rows import WORDS
from ..mlir.conv_int8 import BEHIND, NEAREST_BYTES, widened_words
from ..mlir.host import Host
from ..mlir.largest import LARGEST_WORDS, STRETCHES, Largest
from ..mlir.quantise_images import IMAGE_WORDS
from .native_checks import check_additions, check_weight, read_inputs
from .native_code import POINTER, Code, own
from .native_instance import GEOMETRY, INT8_INPUTS, MOST_DIMS, RECORD_WORDS, STATE, Tensor, known
from .native_int8 import ENOUGH_INT8_MULTIPLY_ADDS, STEPS, check_rows, zero_point_of
from .native_shares import ENOUGH_PACKED_NUMBERS, fill, in_lines, parts_of, spread_and_free
from .native_windows import CHANNELS, HEIGHT, IMAGES, MOST_PLACES, WIDTH, Frame, frame_of


def write_conv_int8(code: Code, host: Host) -> None:
    """``compute_conv_int8`` and what it calls; what rounds images is the ``pad`` of an instance."""
    _write_largest(code)
    _write_rounded(code)
    _write_compute(code, host)


def _write_rounded(c: Code) -> None:
    """``rounded_images(state, context, block)``: make bytes."""
    with c.status_function("rounded_images", [POINTER] * 3) as (state, context, block):
        api = known(c, state, "api")
        images, groups, plane = (c.field(block, IMAGE_WORDS.names.index(n)) for n in ("images", "groups", "plane"))
        planes = c.mul(images, groups)
        parts = parts_of(c, c.times(c.mul(planes, plane), FOUR), ENOUGH_PACKED_NUMBERS, planes)
        unknown = c.compare("eq", c.field(block, IMAGE_WORDS.names.index("step")), c.constant(0))
        several = c.binary("andi", unknown, c.compare("sgt", parts, c.constant(1)))
        c.guard(c.only_if(several, lambda: c.invoke("largest_of_images", api, context, block, parts)))
        c.guard(c.invoke("spread", api, context, c.field(state, STATE.index("pad"), POINTER), block, parts))


def _write_largest(c: Code) -> None:
    """``largest_of_images(api, context, block, parts)``: what several shares that make bytes have to know."""
    with c.status_function("largest_of_images", [*[POINTER] * 3, "i64"]) as (api, context, block, parts):
        own_block = c.frame(len(LARGEST_WORDS))
        x, most = (c.field(block, IMAGE_WORDS.names.index(name), POINTER) for name in ("x", "most"))
        images, *sides = (c.field(block, IMAGE_WORDS.names.index(n)) for n in ("images", "channels", "height", "width"))
        values = {"x": x, "most": most, "images": images, "size": reduce(c.mul, sides)}
        fill(c, own_block, LARGEST_WORDS, values)
        c.guard(c.invoke("spread", api, context, c.address(Largest().name), own_block, parts))


@dataclass(frozen=True)
class _Places:
    """How places lie, see ``runtime.kernels_int8``.

    Attributes:
        source: words of what rounds images; sizes: of the product; plane: words of a group; phase: of one phase.
    """

    source: dict[str, Value]
    sizes: dict[str, Value]
    plane: Value
    phase: Value


def _places(c: Code, state: Value, x: Tensor, frame: Frame, groups: Value, lanes: int) -> _Places:
    one, zero, width = c.constant(1), c.constant(0), c.constant(lanes)
    height, wide = c.field(x.dims, HEIGHT), c.field(x.dims, WIDTH)
    numbers = {name: known(c, state, name) for name in GEOMETRY if not name.startswith("dilation")}
    same = [c.compare("eq", value, zero if name.startswith("padding") else one) for name, value in numbers.items()]
    point = reduce(lambda first, second: c.binary("andi", first, second), same)
    places = c.mul(height, wide)
    filled = c.mul(c.binary("ceildivsi", places, width), width)
    most = c.binary("divui", c.constant(NEAREST_BYTES // 4), c.binary("maxsi", groups, one))
    most = c.binary("maxsi", c.mul(c.binary("divui", most, width), width), c.constant(4 * lanes))
    lines = c.mul(c.binary("maxsi", c.binary("divui", most, frame.wide), one), frame.wide)
    chunk = c.select(point, c.binary("minsi", filled, most), lines)
    plane, phase = c.select(point, filled, frame.plane), c.select(point, filled, frame.phase)
    border = c.compare("sgt", c.binary("maxsi", numbers["padding_0"], numbers["padding_1"]), zero)
    source = {
        "height": c.select(point, one, height),
        "width": c.select(point, places, wide),
        "out_rows": c.select(point, one, frame.high),
        "out_columns": c.select(point, filled, frame.wide),
        "plane": plane,
        "top": numbers["padding_0"],
        "left": numbers["padding_1"],
        "border": c.number(border),
    }
    sizes = {
        "tokens": c.select(point, places, c.mul(frame.out_high, frame.wide)),
        "chunk": chunk,
        "width": c.select(point, chunk, frame.wide),
        "out_width": c.select(point, chunk, frame.out_wide),
    }
    return _Places(source, sizes, plane, phase)


def _write_compute(c: Code, host: Host) -> None:
    """KernelComputeV2(state, context)."""
    lanes = host.lanes
    with c.status_function("compute_conv_int8", [POINTER] * 2) as (state, context):
        api, op, rows = known(c, state, "api"), known(c, state, "op"), known(c, state, "rows")
        c.use_api(api)
        records, dims, out = c.frame(len(INT8_INPUTS) * RECORD_WORDS), c.frame(MOST_DIMS), c.frame(2)
        block, first, found, steps_of_x = (c.frame(words) for words in (len(WORDS), len(IMAGE_WORDS), 1, len(STEPS)))
        inputs = read_inputs(c, state, context, records, INT8_INPUTS)
        x = inputs["x"]
        c.require(c.compare("eq", x.rank, c.constant(4)), "x has not four dimensions")
        images, channels = c.field(x.dims, IMAGES), c.field(x.dims, CHANNELS)
        groups = c.binary("ceildivsi", channels, c.constant(FOUR))
        kernel = [known(c, state, f"kernel_{side}") for side in (0, 1)]
        columns = c.mul(groups, c.mul(*kernel))
        blocks, _ = check_weight(c, state, inputs, columns, FOUR)
        check_rows(c, inputs, rows)
        frame = frame_of(c, state, x)
        places = _places(c, state, x, frame, groups, lanes)
        image = c.mul(groups, places.plane)
        c.require(c.compare("slt", image, c.constant(MOST_PLACES)), "x is too large")
        _set_all(c, dims, (images, rows, frame.out_high, frame.out_wide))
        check_additions(c, op, inputs, rows, dims)
        c.ask("KernelContext_GetOutput", context, c.constant(0), dims, c.constant(4), out)
        there = c.mul(frame.out_high, frame.out_wide)
        c.leave_if(c.compare("eq", c.mul(images, c.mul(rows, there)), c.constant(0)))
        c.ask("GetTensorMutableData", c.load(out, POINTER), c.word(out, 1))

        work = c.mul(c.mul(inputs["values"].count, there), images)
        parts = parts_of(c, work, ENOUGH_INT8_MULTIPLY_ADDS, blocks)
        width = c.constant(lanes)
        line = c.plus(c.mul(c.binary("ceildivsi", places.sizes["chunk"], width), width), BEHIND + lanes)
        rows_of_block = own(c, op, "block")
        widened = c.times(c.mul(columns, rows_of_block), widened_words(host, 1, 1))
        over = c.plus(c.times(c.mul(c.add(*kernel), frame.wide), 2), BEHIND)
        steps = in_lines(c, c.add(c.mul(images, image), over))
        before = in_lines(c, c.add(steps, c.times(images, 1 + STRETCHES)))
        lines = c.mul(parts, c.add(c.mul(rows_of_block, line), widened))
        allocator = known(c, state, "allocator")
        needed = c.add(before, c.add(lines, columns))
        c.ask("AllocatorAlloc", allocator, c.times(needed, 4), found)
        memory = c.load(found, POINTER)
        at_scales = c.at(memory, steps, "i32")
        at_most = c.at(at_scales, images, "i32")
        at_lines = c.at(memory, before, "i32")
        at_offsets = c.at(at_lines, lines, "i32")
        c.invoke("offsets", state, at_offsets, groups, places.phase, frame.wide, result=None)
        source = {"x": x.data, "out": memory, "scales": at_scales, "most": at_most}
        source |= {"images": images, "channels": channels}
        c.invoke("steps", state, x.data, x.count, steps_of_x, result=None)
        source |= {name: c.field(steps_of_x, at) for at, name in enumerate(STEPS)}
        fill(c, first, IMAGE_WORDS, {**source, "groups": groups, **places.source})
        status = c.invoke("rounded_images", state, context, first)
        sizes = {"groups": groups, "rows": rows, "blocks": blocks, "images": images, "x_image": image, "line": line}
        sizes |= {"widened": widened}
        sizes |= {"y_row": there, "y_image": c.mul(rows, there), "zero_point": zero_point_of(c, steps_of_x, host)}
        data = {name: tensor.data for name, tensor in inputs.items()}
        data |= {"x": memory, "y": c.field(out, 1, POINTER), "scales": at_scales, "lines": at_lines}
        fill(c, block, WORDS, {**sizes, **places.sizes, **data, "offsets": at_offsets})
        spread_and_free(c, status, op, (api, context, block, parts), (allocator, memory))


def _set_all(c: Code, words: Value, values: Sequence[Value]) -> None:
    for number, value in enumerate(values):
        c.set(words, number, value)
