"""What a custom operator reads, and what has to hold before a kernel, which checks nothing, may have it."""

from __future__ import annotations

from ..mlir.builder import Value
from .native_code import Code, flag, own
from .native_instance import INPUTS, RECORD, RECORD_WORDS, Tensor, known, read


def read_inputs(
    c: Code, state: Value, context: Value, records: Value, names: tuple[str, ...] = INPUTS
) -> dict[str, Tensor]:
    """Read all inputs; those that an operator does not have are at address 0."""
    api, op = known(c, state, "api"), known(c, state, "op")
    found = {}
    for number, name in enumerate(names):
        record = c.word(records, number * RECORD_WORDS)
        c.set(record, RECORD.index("data"), c.null())
        if name not in ("bias", "residual"):
            c.guard(c.invoke("input", api, context, c.constant(number), record))
        else:
            place = c.plus(own(c, op, "inputs"), -1) if name == "residual" else c.constant(number)
            c.guard(c.only_if(flag(c, op, name), lambda: c.invoke("input", api, context, place, record)))  # noqa: B023
        found[name] = read(c, record)
    return found


def column_tiles_of(c: Code, state: Value, columns: Value) -> Value:
    """Into how many column tiles some columns fall."""
    width = c.binary("maxsi", known(c, state, "column_tile"), c.constant(1))
    several = c.binary("maxsi", c.binary("ceildivsi", columns, width), c.constant(1))
    return c.select(flag(c, known(c, state, "op"), "column_tiled"), several, c.constant(1))


def check_weight(
    c: Code, state: Value, inputs: dict[str, Tensor], columns: Value, block_columns: int = 1
) -> tuple[Value, Value]:
    """How many rows of blocks and how many blocks the weight has; it must fit ``rows``, itself, and x.

    Args:
        c: what to append to.
        state: of the operator's instance.
        inputs: its weight and others.
        columns: of x, counted in blocks.
        block_columns: columns of a block.
    """
    op, indices, starts = known(c, state, "op"), inputs["indices"], inputs["starts"]
    pairs = c.binary("andi", c.compare("eq", starts.rank, c.constant(2)), c.compare("sgt", starts.count, c.constant(1)))
    width = c.field(starts.dims, 1)
    c.require(c.binary("andi", pairs, c.compare("eq", width, c.constant(2))), "'starts' is not [block rows + 1, 2]")
    stretches = c.plus(c.load(starts.dims, "i64"), -1)
    entries, last = (_start(c, starts, stretches, field) for field in (0, 1))
    c.require(c.compare("eq", last, known(c, state, "rows")), "'starts' does not fit 'rows'")
    c.require(c.compare("sge", entries, c.constant(0)), "'starts' is negative")
    c.require(c.compare("sgt", indices.count, entries), "'indices' does not fit 'starts'")
    column_tiles = column_tiles_of(c, state, columns)
    blocks = c.binary("divui", stretches, column_tiles)
    even = c.compare("eq", c.mul(blocks, column_tiles), stretches)
    first = c.compare("eq", _start(c, starts, c.sub(stretches, blocks), 1), c.constant(0))
    c.require(c.binary("andi", even, first), "'starts' does not fit x in its column tiles")
    whole = c.times(c.mul(indices.count, own(c, op, "block")), block_columns)
    c.require(c.compare("eq", inputs["values"].count, whole), "'values' does not fit 'indices'")
    reach = known(c, state, "reach")
    reach = c.either(
        c.compare("slt", reach, c.constant(0)),
        ["i64"],
        lambda: [c.invoke("reach", op, indices.data, entries, result="i64")],
        lambda: [reach],
    )[0]
    # A weight of nothing still has one index, which nobody follows.
    reach = c.select(c.compare("eq", entries, c.constant(0)), c.constant(0), reach)
    c.require(c.compare("sge", columns, reach), "x has fewer features than the weight reads")
    return blocks, entries


def _start(c: Code, starts: Tensor, place: Value, field: int) -> Value:
    """Where a row of blocks begins: among the entries (0) or among the rows (1)."""
    return c.convert("extsi", c.load(c.at(starts.data, c.plus(c.times(place, 2), field), "i32"), "i32"), "i64")


def check_bias(c: Code, op: Value, inputs: dict[str, Tensor], rows: Value) -> None:
    """The bias has a number for each row."""
    without = c.invert(flag(c, op, "bias"))
    fits = c.compare("eq", inputs["bias"].count, rows)
    c.require(c.binary("ori", without, fits), "'bias' does not fit 'rows'")


def check_additions(c: Code, op: Value, inputs: dict[str, Tensor], rows: Value, dims: Value) -> None:
    """The bias has a number for each row, the residual the dimensions of the result."""
    check_bias(c, op, inputs, rows)
    other, rank = inputs["residual"], inputs["x"].rank
    without = c.invert(flag(c, op, "residual"))
    c.require(c.binary("ori", without, c.compare("eq", other.rank, rank)), "'residual' has not the result's shape")
    last = c.select(without, c.constant(0), rank)
    with c.loop(c.constant(0), last, c.constant(1), [c.constant(1, "i1")]) as dim:
        size, wanted = (c.load(c.at(where, dim.index, "i64"), "i64") for where in (other.dims, dims))
        dim.yields([c.binary("andi", dim.carried[0], c.compare("eq", size, wanted))])
    c.require(dim.results[0], "'residual' has not the result's shape")
