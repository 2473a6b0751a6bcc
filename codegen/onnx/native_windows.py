"""The operator for convolutions with windows: it pads images, then multiplies with every tap's place in them.

It does what ``runtime.kernels`` does for PyTorch, on the session's threads. Attributes ``kernel``, ``stride``,
``padding`` and ``dilation`` are [vertical, horizontal]; images may have any size, and another one in every run.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ..mlir import pad
from ..mlir.block_rows import WORDS
from ..mlir.builder import Value
from ..mlir.pad import Pad
from ..mlir.quantise_images import QuantiseImages
from .native_api import ATTRIBUTE_INTS
from .native_checks import check_additions, check_weight, column_tiles_of, read_inputs
from .native_code import POINTER, Code, flag, own
from .native_compute import CACHED_NUMBERS
from .native_instance import GEOMETRY, INPUTS, MOST_DIMS, RECORD_WORDS, STATE, Tensor, known, write_infer
from .native_shares import (
    ENOUGH_MULTIPLY_ADDS,
    MOST_PARTS,
    UNFOLDED_BLOCKS,
    busy,
    fill,
    in_lines,
    parts_of,
    spread_and_free,
)

IMAGES, CHANNELS, HEIGHT, WIDTH = range(4)
Strides = Sequence[tuple[int, int]]
SOME_GROUPS = (("sge", 1), ("slt", 2**31))
# A share of a padding is this many numbers at least; and offsets into an image are 32-bit numbers.
ENOUGH_PADDED_NUMBERS, MOST_PLACES = 32_768, 2**31


def write_windows(code: Code, lanes: int, strides: Strides, of_bytes: Strides = ()) -> None:
    """``create_windows``, ``infer_windows``, ``compute_windows`` and what they call.

    Args:
        code: what to append to.
        lanes: float32 numbers in a vector.
        strides: those that the library has a kernel for padding for.
        of_bytes: those that it has a kernel for rounding images for.
    """
    _write_geometry(code, strides, of_bytes)
    _write_create(code)
    _write_infer(code)
    _write_offsets(code)
    _write_padded(code)
    _write_compute(code, lanes)


# -------------------------------------------------------------------- instances


def _write_geometry(c: Code, strides: Strides, of_bytes: Strides) -> None:
    """``geometry(api, info, state)``: an instance learns its attributes, and which kernel pads."""
    with c.status_function("geometry", [POINTER] * 3) as (api, info, state):
        c.use_api(api)
        count = c.frame(1)
        for name, least in (("kernel", 1), ("stride", 1), ("padding", 0), ("dilation", 1)):
            c.store(c.constant(2), count)
            first = c.word(state, STATE.index(f"{name}_0"))
            c.ask("KernelInfoGetAttributeArray_int64", info, c.string(name), first, count)
            c.require(c.compare("eq", c.load(count, "i64"), c.constant(2)), f"'{name}' is not a pair")
            for side in (0, 1):
                value = c.field(first, side)
                c.require(c.compare("sge", value, c.constant(least)), f"'{name}' is too small")
                c.require(c.compare("slt", value, c.constant(2**16)), f"'{name}' is too large")
        stride = [known(c, state, f"stride_{side}") for side in (0, 1)]
        pads = {pair: Pad(pair).name for pair in strides}
        rounds = {pair: QuantiseImages(pair[0]).name for pair in of_bytes}
        kernel, rounding = (_of_stride(c, stride, names) for names in (pads, rounds))
        kernel = c.select(flag(c, known(c, state, "op"), "bytes"), rounding, kernel)
        c.require(c.not_null(kernel), "this library was not made for such a 'stride'")
        c.store(kernel, c.word(state, STATE.index("pad")))
        groups, grouped = c.word(state, STATE.index("groups")), flag(c, known(c, state, "op"), "grouped")
        c.store(c.constant(1), groups)
        asked = (info, c.string("groups"), groups)
        c.guard(c.only_if(grouped, lambda: c.api("KernelInfoGetAttribute_int64", *asked)))
        some = c.binary("andi", *(c.compare(how, c.load(groups, "i64"), c.constant(n)) for how, n in SOME_GROUPS))
        c.require(some, "'groups' is too small or too large")
        even = c.compare("eq", c.binary("remui", known(c, state, "rows"), c.load(groups, "i64")), c.constant(0))
        c.require(even, "'rows' are no multiple of 'groups'")


def _of_stride(c: Code, stride: Sequence[Value], names: Mapping[tuple[int, int], str]) -> Value:
    """The address of the kernel for strides (down, along); null if there is none."""
    kernel = c.null()
    for pair, name in names.items():
        same = (c.compare("eq", stride[side], c.constant(pair[side])) for side in (0, 1))
        kernel = c.select(c.binary("andi", *same), c.address(name), kernel)
    return kernel


def _write_create(c: Code) -> None:
    """CreateKernelV2(op, api, info, out)."""
    with c.status_function("create_windows", [POINTER] * 4) as (op, api, info, out):
        c.guard(c.invoke("create", op, api, info, out))
        state = c.load(out, POINTER)
        status = c.invoke("geometry", api, info, state)
        with c.when(c.not_null(status)):
            c.invoke("destroy", state, result=None)
        c.guard(status)


# -------------------------------------------------------------------- sizes


@dataclass(frozen=True)
class _Sides:
    """Kernel, stride, padding and dilation in one direction."""

    kernel: Value
    stride: Value
    padding: Value
    dilation: Value

    @classmethod
    def of(cls, c: Code, geometry: Value, side: int) -> _Sides:
        """Those of an address where all of them lie in pairs."""
        return cls(*(c.field(geometry, 2 * number + side) for number in range(4)))

    def loss(self, c: Code) -> Value:
        """How many places less than a line's there are for a window, but for the stride."""
        taps = c.mul(self.dilation, c.plus(self.kernel, -1))
        return c.sub(taps, c.times(self.padding, 2))

    def phases(self, c: Code) -> Value:
        """How many phases taps read, the first ones; see ``pad.phases``."""
        span = c.plus(c.mul(self.dilation, c.plus(self.kernel, -1)), 1)
        return c.binary("minsi", self.stride, span)

    def places(self, c: Code, size: Value) -> Value:
        """How many windows fit; what is not positive says that none does."""
        room = c.plus(c.sub(size, self.loss(c)), -1)
        return c.plus(c.binary("floordivsi", room, self.stride), 1)


def _sides(c: Code, state: Value) -> tuple[_Sides, _Sides]:
    """An instance's, down and along."""
    geometry = c.word(state, STATE.index(GEOMETRY[0]))
    return _Sides.of(c, geometry, 0), _Sides.of(c, geometry, 1)


def _phases(c: Code, state: Value) -> tuple[Value, Value]:
    """How many phases of an image there are, down and along: those that taps read, and all of one of bytes."""
    bytes_ = flag(c, known(c, state, "op"), "bytes")
    down, along = (c.select(bytes_, sides.stride, sides.phases(c)) for sides in _sides(c, state))
    return down, along


def _write_infer(c: Code) -> None:
    """InferOutputShapeFn(op, context): dimensions by number or name; a size that no name says leaves all unknown."""
    write_infer(c, "infer_windows", "shape_windows")
    with c.status_function("shape_windows", [POINTER] * 4) as (_, context, api, made):
        c.use_api(api)
        found, dims, names, geometry = c.frame(4), c.frame(4), c.frame(4), c.frame(len(GEOMETRY))
        given, rank, attribute, size = (c.word(found, n) for n in range(4))
        c.ask("ShapeInferContext_GetInputTypeShape", context, c.constant(0), given)
        info = c.load(given, POINTER)
        c.ask("GetDimensionsCount", info, rank)
        c.leave_if(c.compare("ne", c.load(rank, "i64"), c.constant(4)))
        c.ask("GetDimensions", info, dims, c.constant(4))
        c.ask("GetSymbolicDimensions", info, names, c.constant(4))
        for number, name in enumerate(("kernel", "stride", "padding", "dilation")):
            c.ask("ShapeInferContext_GetAttribute", context, c.string(name), attribute)
            ints, pair = c.constant(ATTRIBUTE_INTS, "i32"), c.constant(16)
            c.ask("ReadOpAttr", c.load(attribute, POINTER), ints, c.word(geometry, 2 * number), pair, size)
        c.ask("ShapeInferContext_GetAttribute", context, c.string("rows"), attribute)
        number_of, word = c.constant(ATTRIBUTE_INTS - 1, "i32"), c.word(dims, CHANNELS)
        c.ask("ReadOpAttr", c.load(attribute, POINTER), number_of, word, c.constant(8), size)
        c.store(c.string(""), c.word(names, CHANNELS))
        for place, side in ((HEIGHT, 0), (WIDTH, 1)):
            _infer_side(c, _Sides.of(c, geometry, side), c.word(dims, place), c.word(names, place))
        unnamed = c.constant(0, "i1")
        for place in range(4):
            nameless = c.compare("eq", c.load(c.field(names, place, POINTER), "i8"), c.constant(0, "i8"))
            unknown = c.compare("slt", c.field(dims, place), c.constant(0))
            unnamed = c.binary("ori", unnamed, c.binary("andi", nameless, unknown))
        c.leave_if(unnamed)
        c.ask("CreateTensorTypeAndShapeInfo", made)
        c.ask("SetDimensions", c.load(made, POINTER), dims, c.constant(4))
        c.ask("SetSymbolicDimensions", c.load(made, POINTER), names, c.constant(4))
        c.ask("ShapeInferContext_SetOutputTypeShape", context, c.constant(0), c.load(made, POINTER))


def _infer_side(c: Code, sides: _Sides, size: Value, name: Value) -> None:
    """A dimension of the result in place of that of x; a name stays where the size does."""
    given, zero = c.load(size, "i64"), c.constant(0)
    c.leave_if(c.compare("slt", sides.stride, c.constant(1)))
    known_size = c.compare("sge", given, zero)
    made = c.binary("maxsi", sides.places(c, given), zero)
    c.store(c.select(known_size, made, given), size)
    as_before = c.binary("andi", c.compare("eq", sides.stride, c.constant(1)), c.compare("eq", sides.loss(c), zero))
    c.store(c.select(as_before, c.load(name, POINTER), c.string("")), name)


# -------------------------------------------------------------------- a run


def _write_offsets(c: Code) -> None:
    """``offsets(state, out, channels, phase, wide)``: see ``Window.offsets``."""
    with c.procedure("offsets", [POINTER, POINTER, *["i64"] * 3]) as (state, out, channels, phase, wide):
        zero, one = c.constant(0), c.constant(1)
        vertical, horizontal = _sides(c, state)
        phases_down, phases_along = _phases(c, state)
        plane = c.mul(c.mul(phases_down, phases_along), phase)
        with c.loop(zero, channels, one) as channel, c.loop(zero, vertical.kernel, one) as i:
            y = c.mul(i.index, vertical.dilation)
            row = c.binary("divui", y, vertical.stride)
            down = c.mul(c.sub(y, c.mul(row, vertical.stride)), phases_along)
            first = c.add(c.mul(channel.index, plane), c.mul(row, wide))
            line = c.mul(c.add(c.mul(channel.index, vertical.kernel), i.index), horizontal.kernel)
            with c.loop(zero, horizontal.kernel, one) as j:
                x = c.mul(j.index, horizontal.dilation)
                column = c.binary("divui", x, horizontal.stride)
                along = c.sub(x, c.mul(column, horizontal.stride))
                place = c.add(c.add(first, column), c.mul(c.add(down, along), phase))
                c.store(c.convert("trunci", place, "i32"), c.at(out, c.add(line, j.index), "i32"))


def _write_padded(c: Code) -> None:
    """``padded(state, context, x, out, planes, height, width, high, wide)``: images with a border, in phases."""
    with c.status_function("padded", [*[POINTER] * 4, *["i64"] * 5]) as given:
        state, context, x, out, planes, height, width, high, wide = given
        block = c.frame(len(pad.WORDS))
        values = {"x": x, "out": out, "planes": planes, "height": height, "width": width}
        values |= {"top": known(c, state, "padding_0"), "left": known(c, state, "padding_1")}
        values |= dict(zip(("phases_down", "phases_along"), _phases(c, state), strict=True))
        fill(c, block, pad.WORDS, {**values, "out_rows": high, "out_columns": wide})
        parts = parts_of(c, c.mul(planes, c.mul(height, width)), ENOUGH_PADDED_NUMBERS, planes)
        api = known(c, state, "api")
        c.use_api(api)
        c.guard(c.invoke("spread", api, context, c.field(state, STATE.index("pad"), POINTER), block, parts))


@dataclass(frozen=True)
class Frame:
    """Sizes of one run.

    Attributes:
        high, wide: rows and columns of a phase of a padded image; phase: places in it; plane: places in all phases.
        out_high, out_wide: of the result.
    """

    high: Value
    wide: Value
    phase: Value
    plane: Value
    out_high: Value
    out_wide: Value


def frame_of(c: Code, state: Value, x: Tensor) -> Frame:
    """Sizes for a run with x; an error where no window fits."""
    vertical, horizontal = _sides(c, state)
    made = []
    for place, sides in ((HEIGHT, vertical), (WIDTH, horizontal)):
        size = c.field(x.dims, place)
        out = sides.places(c, size)
        c.require(c.compare("sgt", out, c.constant(0)), "x is smaller than the window")
        made.append((c.binary("ceildivsi", c.add(size, c.times(sides.padding, 2)), sides.stride), out))
    (high, out_high), (wide, out_wide) = made
    phase = c.mul(high, wide)
    return Frame(high, wide, phase, c.mul(c.mul(*_phases(c, state)), phase), out_high, out_wide)


def _turns(c: Code, op: Value, frame: Frame, channels: Value, columns: Value, lanes: int) -> dict[str, Value]:
    """How many places are computed in turn, and what lies in memory meanwhile: unfolded windows, or sums that wait."""
    width, one = c.constant(lanes), c.constant(1)

    def unfolded() -> list[Value]:
        tokens = c.binary("divui", c.constant(pad.MOST_NUMBERS), c.binary("maxsi", columns, one))
        tokens = c.binary("maxsi", tokens, c.constant(pad.LEAST_TOKENS))
        chunk = c.binary("minsi", frame.out_high, c.binary("ceildivsi", tokens, frame.out_wide))
        chunk = c.mul(chunk, frame.out_wide)
        vectors = c.binary("ceildivsi", chunk, width)
        odd = c.number(c.compare("sgt", vectors, c.constant(pad.FEW_VECTORS)))
        x_row = c.times(c.binary("ori", vectors, odd), lanes)
        return [c.mul(frame.out_high, frame.out_wide), chunk, x_row, c.plus(c.mul(columns, x_row), lanes)]

    def waiting() -> list[Value]:
        tokens = c.mul(frame.out_high, frame.wide)
        lines = c.binary("divui", c.constant(CACHED_NUMBERS), c.binary("maxsi", channels, one))
        chunk = c.mul(c.binary("maxsi", c.binary("divui", lines, frame.wide), one), frame.wide)
        most = c.binary("minsi", tokens, chunk)
        return [tokens, chunk, c.constant(0), c.times(c.plus(c.binary("ceildivsi", most, width), 1), lanes)]

    found = c.either(flag(c, op, "unfolded"), ["i64"] * 4, unfolded, waiting)
    return dict(zip(("tokens", "chunk", "x_row", "line"), found, strict=True))


def _shares(
    c: Code,
    op: Value,
    work: Value,
    reads: tuple[Value, Value],
    blocks: Value,
    entries: Value,
    turns: dict[str, Value],
) -> tuple[Value, Value]:
    """Into how many shares a product is cut, and how many of those lie side by side in rows; ``reads`` are channels
    of x, and columns.

    Shares are of other lines first: those of rows read the same images again. One that unfolds what it reads has so
    much to do that this costs little beside.
    """
    (channels, columns), unfolded = reads, flag(c, op, "unfolded")
    chunks = c.binary("ceildivsi", turns["tokens"], turns["chunk"])
    wanted = parts_of(c, work, ENOUGH_MULTIPLY_ADDS, c.constant(MOST_PARTS))
    of_lines = c.binary("minsi", wanted, chunks)
    others = c.binary("divui", wanted, of_lines)
    of_rows = c.select(
        unfolded,
        busy(c, others, columns, blocks, entries, UNFOLDED_BLOCKS),
        busy(c, others, channels, blocks, entries),
    )
    return c.mul(of_lines, of_rows), of_rows


def _write_compute(c: Code, lanes: int) -> None:
    """KernelComputeV2(state, context)."""
    with c.status_function("compute_windows", [POINTER] * 2) as (state, context):
        api, op, rows = known(c, state, "api"), known(c, state, "op"), known(c, state, "rows")
        c.use_api(api)
        records, dims, out = c.frame(len(INPUTS) * RECORD_WORDS), c.frame(MOST_DIMS), c.frame(2)
        block, found = c.frame(len(WORDS)), c.frame(1)
        inputs = read_inputs(c, state, context, records)
        x = inputs["x"]
        c.require(c.compare("eq", x.rank, c.constant(4)), "x has not four dimensions")
        images, channels = c.field(x.dims, IMAGES), c.field(x.dims, CHANNELS)
        groups = known(c, state, "groups")
        even = c.compare("eq", c.binary("remui", channels, groups), c.constant(0))
        c.require(even, "channels are no multiple of 'groups'")
        inputs_of_group, group_rows = (c.binary("divui", count, groups) for count in (channels, rows))
        columns = c.mul(inputs_of_group, c.mul(known(c, state, "kernel_0"), known(c, state, "kernel_1")))
        blocks, entries = check_weight(c, state, inputs, columns)
        frame = frame_of(c, state, x)
        image = c.mul(channels, frame.plane)
        c.require(c.compare("slt", image, c.constant(MOST_PLACES)), "x is too large")
        for place, size in enumerate((images, rows, frame.out_high, frame.out_wide)):
            c.set(dims, place, size)
        check_additions(c, op, inputs, rows, dims)
        c.ask("KernelContext_GetOutput", context, c.constant(0), dims, c.constant(4), out)
        places = c.mul(frame.out_high, frame.out_wide)
        c.leave_if(c.compare("eq", c.mul(images, c.mul(rows, places)), c.constant(0)))
        c.ask("GetTensorMutableData", c.load(out, POINTER), c.word(out, 1))

        values = inputs["values"].count
        work = c.mul(c.mul(values, places), images)
        turns = _turns(c, op, frame, channels, columns, lanes)
        parts, row_parts = _shares(c, op, work, (channels, columns), blocks, entries, turns)
        # Vectors read over the end of the last line, into what is not stored.
        taps = c.add(known(c, state, "kernel_0"), known(c, state, "kernel_1"))
        over = c.plus(c.times(c.mul(taps, frame.wide), 2), 2 * lanes)
        padded = in_lines(c, c.add(c.mul(images, image), over))
        lines = c.mul(c.mul(parts, own(c, op, "waiting")), turns["line"])
        allocator = known(c, state, "allocator")
        c.ask("AllocatorAlloc", allocator, c.times(c.add(c.add(padded, lines), columns), 4), found)
        memory = c.load(found, POINTER)
        at_lines = c.at(memory, padded, "f32")
        at_offsets = c.at(at_lines, lines, "f32")
        c.invoke("offsets", state, at_offsets, inputs_of_group, frame.phase, frame.wide, result=None)
        height, width, planes = c.field(x.dims, HEIGHT), c.field(x.dims, WIDTH), c.mul(images, channels)
        step = [state, context, x.data, memory, planes, height, width, frame.high, frame.wide]
        status = c.invoke("padded", *step)
        sizes = {"columns": columns, "rows": rows, "blocks": blocks, "images": images, **turns}
        sizes |= {"row_parts": row_parts, "x_image": image, "column_tile": known(c, state, "column_tile")}
        sizes["more_column_tiles"] = c.plus(column_tiles_of(c, state, columns), -1)
        sizes |= {"group_rows": group_rows, "x_group": c.mul(inputs_of_group, frame.plane)}
        sizes |= {"y_row": places, "residual_row": places, "out_width": frame.out_wide, "width": frame.wide}
        sizes |= dict.fromkeys(("y_image", "residual_image"), c.mul(rows, places))
        data = {name: tensor.data for name, tensor in inputs.items()}
        data |= {"x": memory, "y": c.field(out, 1, POINTER), "lines": at_lines, "offsets": at_offsets}
        fill(c, block, WORDS, {**sizes, **data})
        spread_and_free(c, status, op, (api, context, block, parts), (allocator, memory))
