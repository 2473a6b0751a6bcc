"""The operator for 8-bit integers: it rounds activations token by token, then multiplies bytes.

It does what ``runtime.kernels.linear_int8`` does for PyTorch, on the session's threads.
"""

from __future__ import annotations

from ..mlir.builder import Value
from ..mlir.matmul_int8 import WORDS
from ..mlir.quantise import QUANTISE_WORDS, Quantise
from ..operators.vblock_linear_int8 import FOUR
from .native_checks import check_bias, check_weight, read_inputs
from .native_code import POINTER, Code
from .native_compute import CACHED_NUMBERS, chunk_of, images_and_tokens, positions
from .native_instance import INT8_INPUTS, MOST_DIMS, RECORD_WORDS, Tensor, known
from .native_shares import ENOUGH_MULTIPLY_ADDS, ENOUGH_PACKED_NUMBERS, fill, parts_of, spread_and_free

# Bytes are multiplied four at a time; and four of them are as large as a float32.
ENOUGH_INT8_MULTIPLY_ADDS, CACHED_BYTES = 4 * ENOUGH_MULTIPLY_ADDS, 4 * CACHED_NUMBERS


def write_int8(code: Code, lanes: int) -> None:
    """``compute_int8`` and what it calls; the module has to hold ``Quantise``."""
    _write_rounded(code)
    _write_compute(code, lanes)


def _write_rounded(c: Code) -> None:
    """``rounded(api, context, x, out, scales, tokens, columns)``: panels of bytes, and a scale for each token."""
    with c.status_function("rounded", [*[POINTER] * 5, *["i64"] * 2]) as given:
        api, context, x, out, scales, tokens, columns = given
        block = c.frame(len(QUANTISE_WORDS))
        values = {"x": x, "out": out, "scales": scales, "tokens": tokens, "columns": columns, "x_row": columns}
        fill(c, block, QUANTISE_WORDS, {**values, "groups": _groups(c, columns)})
        parts = parts_of(c, c.mul(tokens, columns), ENOUGH_PACKED_NUMBERS, tokens)
        c.guard(c.invoke("spread", api, context, c.address(Quantise().name), block, parts))


def _write_compute(c: Code, lanes: int) -> None:
    """KernelComputeV2(state, context)."""
    with c.status_function("compute_int8", [POINTER] * 2) as (state, context):
        api, op, rows = known(c, state, "api"), known(c, state, "op"), known(c, state, "rows")
        c.use_api(api)
        records, dims, out = c.frame(len(INT8_INPUTS) * RECORD_WORDS), c.frame(MOST_DIMS), c.frame(2)
        block, found = c.frame(len(WORDS)), c.frame(1)
        inputs = read_inputs(c, state, context, records, INT8_INPUTS)
        x, rank = inputs["x"], inputs["x"].rank
        c.require(c.compare("sge", rank, c.constant(1)), "x has too few dimensions")
        source, target = positions(c, op, rank)
        columns = c.load(c.at(x.dims, source, "i64"), "i64")
        c.invoke("arrange", x.dims, dims, rank, source, target, rows, result=None)
        groups = _groups(c, columns)
        blocks, _ = check_weight(c, state, inputs, groups, FOUR)
        _check_rows(c, op, inputs, rows)
        _, tokens = images_and_tokens(c, op, x, source)

        c.ask("KernelContext_GetOutput", context, c.constant(0), dims, rank, out)
        c.leave_if(c.compare("eq", c.mul(tokens, rows), c.constant(0)))
        c.ask("GetTensorMutableData", c.load(out, POINTER), c.word(out, 1))

        # What fills up the last panel and group is multiplied by zero, or not stored.
        panels = c.times(c.binary("ceildivsi", tokens, c.constant(lanes)), lanes)
        steps = c.mul(panels, groups)
        allocator = known(c, state, "allocator")
        c.ask("AllocatorAlloc", allocator, c.times(c.add(steps, panels), 4), found)
        memory = c.load(found, POINTER)
        scales = c.at(memory, steps, "f32")
        status = c.invoke("rounded", api, context, x.data, memory, scales, tokens, columns)
        sizes = {"tokens": tokens, "groups": groups, "rows": rows, "blocks": blocks, "y_row": rows}
        sizes["chunk"] = chunk_of(c, columns, CACHED_BYTES, lanes)
        data = {name: tensor.data for name, tensor in inputs.items()}
        fill(c, block, WORDS, {**data, **sizes, "x": memory, "scales": scales, "y": c.field(out, 1, POINTER)})
        parts = parts_of(c, c.mul(inputs["values"].count, tokens), ENOUGH_INT8_MULTIPLY_ADDS, blocks)
        spread_and_free(c, status, op, (api, context, block, parts), (allocator, memory))


def _groups(c: Code, columns: Value) -> Value:
    return c.binary("ceildivsi", columns, c.constant(FOUR))


def _check_rows(c: Code, op: Value, inputs: dict[str, Tensor], rows: Value) -> None:
    """Scales, sums and bias have a number for each row."""
    check_bias(c, op, inputs, rows)
    for name, said in (("row_scales", "scales"), ("row_sums", "sums")):
        c.require(c.compare("eq", inputs[name].count, rows), f"'{said}' does not fit 'rows'")
