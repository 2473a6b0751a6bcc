"""The operator for 8-bit integers: it rounds activations, then multiplies bytes.

It does what ``runtime.kernels_int8.linear`` does for PyTorch, on the session's threads.
"""

from __future__ import annotations

from ..mlir.builder import Value
from ..mlir.byte_dots import FOUR
from ..mlir.byte_rows import WORDS
from ..mlir.host import Host
from ..mlir.matvec_int8 import bytes_of
from ..mlir.quantise import QUANTISE_WORDS, Quantise
from ..mlir.whole_steps import WHOLE_WORDS, WholeSteps
from .native_checks import check_additions, check_weight, read_inputs
from .native_code import POINTER, Code, flag, own
from .native_compute import CACHED_NUMBERS, FEW_TOKENS, chunk_of, images_and_tokens, positions
from .native_instance import INT8_INPUTS, MOST_DIMS, RECORD_WORDS, Tensor, known
from .native_shares import ENOUGH_MULTIPLY_ADDS, ENOUGH_PACKED_NUMBERS, fill, parts_of, spread_and_free

# How activations become bytes, as kernels are told: bits of a float32, and an unsigned byte.
STEPS = ("step", "zero_point")
# Bytes are multiplied four at a time; and four of them are as large as a float32.
ENOUGH_INT8_MULTIPLY_ADDS, CACHED_BYTES = 4 * ENOUGH_MULTIPLY_ADDS, 4 * CACHED_NUMBERS


def write_int8(code: Code, host: Host) -> None:
    """``compute_int8`` and what it calls; the module has to hold both kinds of ``Quantise``."""
    _write_rounded(code)
    _write_compute(code, host)


def _write_rounded(c: Code) -> None:
    """``rounded(state, context, kernel, x, out, scales, steps, tokens, columns)``: bytes, a scale for each token."""
    with c.status_function("rounded", [*[POINTER] * 7, *["i64"] * 2]) as given:
        state, context, kernel, x, out, scales, steps, tokens, columns = given
        block, api = c.frame(len(QUANTISE_WORDS)), known(c, state, "api")
        values = {"x": x, "out": out, "scales": scales, "tokens": tokens, "columns": columns, "x_row": columns}
        values |= {name: c.field(steps, at) for at, name in enumerate(STEPS)}
        fill(c, block, QUANTISE_WORDS, {**values, "groups": _groups(c, columns)})
        parts = parts_of(c, c.mul(tokens, columns), ENOUGH_PACKED_NUMBERS, tokens)
        c.guard(c.invoke("spread", api, context, kernel, block, parts))


def _write_compute(c: Code, host: Host) -> None:
    """KernelComputeV2(state, context)."""
    lanes = host.lanes
    with c.status_function("compute_int8", [POINTER] * 2) as (state, context):
        api, op, rows = known(c, state, "api"), known(c, state, "op"), known(c, state, "rows")
        c.use_api(api)
        records, dims, out = c.frame(len(INT8_INPUTS) * RECORD_WORDS), c.frame(MOST_DIMS), c.frame(2)
        block, found, steps_of_x = c.frame(len(WORDS)), c.frame(1), c.frame(len(STEPS))
        inputs = read_inputs(c, state, context, records, INT8_INPUTS)
        x, rank = inputs["x"], inputs["x"].rank
        c.require(c.compare("sge", rank, c.constant(1)), "x has too few dimensions")
        source, target = positions(c, op, rank)
        columns = c.load(c.at(x.dims, source, "i64"), "i64")
        c.invoke("arrange", x.dims, dims, rank, source, target, rows, result=None)
        groups = _groups(c, columns)
        blocks, _ = check_weight(c, state, inputs, groups, FOUR)
        check_additions(c, op, inputs, rows, dims)
        check_rows(c, inputs, rows)
        _, tokens = images_and_tokens(c, op, x, source)

        c.ask("KernelContext_GetOutput", context, c.constant(0), dims, rank, out)
        c.leave_if(c.compare("eq", c.mul(tokens, rows), c.constant(0)))
        c.ask("GetTensorMutableData", c.load(out, POINTER), c.word(out, 1))

        few = _is_few(c, op, tokens)
        in_rows = c.binary("ori", few, flag(c, op, "in_rows"))
        # What fills up the last panel and group is multiplied by zero, or not stored.
        panels = c.times(c.binary("ceildivsi", tokens, c.constant(lanes)), lanes)
        steps = c.mul(c.select(in_rows, c.times(tokens, bytes_of(host)), panels), groups)
        allocator = known(c, state, "allocator")
        c.ask("AllocatorAlloc", allocator, c.times(c.add(steps, panels), 4), found)
        memory = c.load(found, POINTER)
        scales = c.at(memory, steps, "f32")
        quantise = c.select(in_rows, *(c.address(Quantise(layout).name) for layout in ("rows", "panels")))
        c.invoke("steps", state, x.data, x.count, steps_of_x, result=None)
        status = c.invoke("rounded", state, context, quantise, x.data, memory, scales, steps_of_x, tokens, columns)
        sizes = {"tokens": tokens, "groups": groups, "rows": rows, "blocks": blocks, "y_row": rows}
        held = c.select(in_rows, c.times(columns, bytes_of(host)), columns)
        sizes |= {"chunk": chunk_of(c, held, CACHED_BYTES, lanes)}
        sizes |= {"zero_point": zero_point_of(c, steps_of_x, host)}
        data = {name: tensor.data for name, tensor in inputs.items()}
        fill(c, block, WORDS, {**data, **sizes, "x": memory, "scales": scales, "y": c.field(out, 1, POINTER)})
        parts = parts_of(c, c.mul(inputs["values"].count, tokens), ENOUGH_INT8_MULTIPLY_ADDS, blocks)
        kernel = c.select(few, own(c, op, "few"), own(c, op, "kernel"))
        spread_and_free(c, status, op, (api, context, block, parts), (allocator, memory), kernel)


def _is_few(c: Code, op: Value, tokens: Value) -> Value:
    """Whether there are so few tokens that another kernel is faster, and there is one."""
    return c.binary("andi", c.not_null(own(c, op, "few")), c.compare("slt", tokens, c.constant(FEW_TOKENS)))


def _groups(c: Code, columns: Value) -> Value:
    return c.binary("ceildivsi", columns, c.constant(FOUR))


def write_steps(c: Code) -> None:
    """``steps(state, x, count, out)``: the two words ``STEPS``, as they are given or for all of x."""
    with c.procedure("steps", [POINTER, POINTER, "i64", POINTER]) as (state, x, count, out):
        block, least = c.frame(len(WHOLE_WORDS)), known(c, state, "least_step")
        for at, name in enumerate(STEPS):
            c.set(out, at, known(c, state, name))
        with c.when(c.compare("ne", least, c.constant(0))):
            one = c.constant(1)
            fill(c, block, WHOLE_WORDS, {"x": x, "out": out, "count": count, "least_step": least, "parts": one})
            c.invoke(WholeSteps().name, block, c.constant(0), result=None)


def zero_point_of(c: Code, steps: Value, host: Host) -> Value:
    """The zero point of activations as a kernel has them."""
    return c.plus(c.field(steps, STEPS.index("zero_point")), -128 if host.dot == "sdot" else 0)


def check_rows(c: Code, inputs: dict[str, Tensor], rows: Value) -> None:
    """Scales and sums have a number for each row."""
    for name, said in (("row_scales", "scales"), ("row_sums", "sums")):
        c.require(c.compare("eq", inputs[name].count, rows), f"'{said}' does not fit 'rows'")
