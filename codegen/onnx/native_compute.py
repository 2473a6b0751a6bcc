"""A run of a custom operator: check its inputs, pack activations, call its kernel on the session's threads.

One function does it for all operators; what differs between them is read from each one's constant. The state of
a run is on its stack or in memory of the session's allocator, so any number of threads may run an operator.
"""

from __future__ import annotations

from ..mlir import pack
from ..mlir.block_rows import WORDS
from ..mlir.builder import Value
from ..mlir.tile import CHUNK_NUMBERS
from .native_api import IMAGES_RANK
from .native_checks import check_additions, check_weight, column_tiles_of, read_inputs
from .native_code import POINTER, Code, flag, own
from .native_instance import INPUTS, MOST_DIMS, RECORD_WORDS, Tensor, known
from .native_shares import (
    ENOUGH_MULTIPLY_ADDS,
    ENOUGH_PACKED_NUMBERS,
    MOST_PARTS,
    busy,
    fill,
    parts_of,
    spread_and_free,
    write_spread,
)

# With fewer tokens than that, an operator calls another kernel, if the features of a token lie side by side.
FEW_TOKENS = 8
# Tokens in a share, where tokens are shared out at all: with fewer, weights are loaded too often.
SHARE_TOKENS = 192
# float32 activations that stay in the cache while all rows walk over them.
CACHED_NUMBERS = 65_536


def write_compute(code: Code, lanes: int) -> None:
    """``compute`` and what it calls."""
    write_arrange(code)
    write_spread(code)
    _write_panels(code, lanes)
    _write_through_scratch(code)
    _write_compute(code, lanes)


def positions(c: Code, op: Value, rank: Value) -> tuple[Value, Value]:
    """At which dimension the features are in x, and in the result: [images, features, height, width], or first."""
    last, second = c.plus(rank, -1), c.number(c.compare("sge", rank, c.constant(IMAGES_RANK)))
    return c.select(flag(c, op, "panels"), last, second), c.select(flag(c, op, "by_tokens"), last, second)


def write_arrange(c: Code) -> None:
    """``arrange(given, made, rank, source, target, word)``: words, but with ``word`` at target for that at source."""
    with c.procedure("arrange", [POINTER, POINTER, *["i64"] * 4]) as (given, made, rank, source, target, word):
        with c.loop(c.constant(0), rank, c.constant(1)) as dim, c.when(c.compare("ne", dim.index, source)):
            place = c.sub(dim.index, c.number(c.compare("sgt", dim.index, source)))
            place = c.add(place, c.number(c.compare("sge", place, target)))
            c.store(c.load(c.at(given, dim.index, "i64"), "i64"), c.at(made, place, "i64"))
        c.store(word, c.at(made, target, "i64"))


# -------------------------------------------------------------------- scratch memory


def _write_panels(c: Code, lanes: int) -> None:
    """``panels(api, context, op, x, out, images, tokens, columns)``: those of each image, one after the other."""
    with c.status_function("panels", [*[POINTER] * 5, *["i64"] * 3]) as given:
        api, context, op, x, out, images, tokens, columns = given
        block, image = c.frame(len(pack.WORDS)), c.mul(tokens, columns)
        tiles = c.mul(images, c.binary("ceildivsi", tokens, c.constant(lanes)))
        sizes = {"images": images, "tokens": tokens, "columns": columns, "x_image": image}
        sizes["x_row"] = c.select(flag(c, op, "panels"), columns, tokens)
        fill(c, block, pack.WORDS, {"x": x, "out": out, **sizes})
        parts = parts_of(c, c.mul(images, image), ENOUGH_PACKED_NUMBERS, tiles)
        c.guard(c.invoke("spread", api, context, own(c, op, "pack"), block, parts))


def _write_through_scratch(c: Code) -> None:
    """``through_scratch(state, context, block, parts, panels)``: the kernel, with memory of the allocator.

    It holds so many numbers of x in panels.
    """
    with c.status_function("through_scratch", [*[POINTER] * 3, *["i64"] * 2]) as given:
        state, context, block, parts, panels = given
        api, op, allocator = (known(c, state, name) for name in ("api", "op", "allocator"))
        c.use_api(api)
        found = c.frame(1)
        images, tokens, columns = (c.field(block, WORDS.names.index(name)) for name in ("images", "tokens", "columns"))
        c.ask("AllocatorAlloc", allocator, c.times(panels, 4), found)
        memory = c.load(found, POINTER)
        x = c.field(block, WORDS.names.index("x"), POINTER)
        c.set(block, WORDS.names.index("x"), memory)
        status = c.invoke("panels", api, context, op, x, memory, images, tokens, columns)
        spread_and_free(c, status, op, (api, context, block, parts), (allocator, memory))


# -------------------------------------------------------------------- a run


def _write_compute(c: Code, lanes: int) -> None:
    """KernelComputeV2(state, context)."""
    with c.status_function("compute", [POINTER] * 2) as (state, context):
        c.use_api(known(c, state, "api"))
        records, dims, out = c.frame(len(INPUTS) * RECORD_WORDS), c.frame(MOST_DIMS), c.frame(2)
        block = c.frame(len(WORDS))
        op, rows = known(c, state, "op"), known(c, state, "rows")
        inputs = read_inputs(c, state, context, records)
        x, rank = inputs["x"], inputs["x"].rank
        least = c.select(flag(c, op, "panels"), c.constant(1), c.constant(2))
        c.require(c.compare("sge", rank, least), "x has too few dimensions")
        source, target = positions(c, op, rank)
        columns = c.load(c.at(x.dims, source, "i64"), "i64")
        c.invoke("arrange", x.dims, dims, rank, source, target, rows, result=None)
        blocks, entries = check_weight(c, state, inputs, columns)
        check_additions(c, op, inputs, rows, dims)
        images, tokens = images_and_tokens(c, op, x, source)

        c.ask("KernelContext_GetOutput", context, c.constant(0), dims, rank, out)
        c.leave_if(c.compare("eq", c.mul(c.mul(images, tokens), rows), c.constant(0)))
        c.ask("GetTensorMutableData", c.load(out, POINTER), c.word(out, 1))

        parts, row_parts = _shares(c, inputs["values"].count, columns, blocks, entries, images, tokens)
        sizes = {"tokens": tokens, "columns": columns, "rows": rows, "blocks": blocks, "images": images}
        chunk = chunk_of(c, columns, CHUNK_NUMBERS, lanes)
        work = {"row_parts": row_parts, "chunk": chunk, "column_tile": known(c, state, "column_tile")}
        work["more_column_tiles"] = c.plus(column_tiles_of(c, state, columns), -1)
        data = {**{name: tensor.data for name, tensor in inputs.items()}, "y": c.field(out, 1, POINTER)}
        few = _is_few(c, op, images, tokens)
        panels = _in_panels(c, op, columns, entries, tokens, lanes)
        fill(c, block, WORDS, {**data, **sizes, **work, **_strides(c, op, sizes, panels, lanes)})
        api, kernel = known(c, state, "api"), c.select(few, own(c, op, "few"), own(c, op, "kernel"))
        with c.when(few):
            one_row = {"tokens": c.mul(images, tokens), "images": c.constant(1), "x_row": columns}
            for name, value in {**one_row, "y_row": rows, "residual_row": rows}.items():
                c.set(block, WORDS.names.index(name), value)
        image = c.field(block, WORDS.names.index("x_image"))
        status = c.either(
            c.binary("andi", panels, c.invert(few)),
            [POINTER],
            lambda: [c.invoke("through_scratch", state, context, block, parts, c.mul(images, image))],
            lambda: [c.invoke("spread", api, context, kernel, block, parts)],
        )
        c.guard(status[0])


def _in_panels(c: Code, op: Value, columns: Value, entries: Value, tokens: Value, lanes: int) -> Value:
    """Whether a kernel gets panels: where it reads nothing else, or gains more by them than making them costs.

    See ``pack.least_blocks``.
    """
    zero = c.constant(0)
    apart = c.compare("ne", c.binary("remui", tokens, c.constant(lanes)), zero)
    meeting = c.compare("eq", c.binary("remui", tokens, c.constant(pack.MEETING_TOKENS)), zero)
    few = c.compare("sle", tokens, c.constant(pack.MANY_TOKENS))
    least = c.select(few, c.constant(pack.WORTH_BLOCKS), c.constant(pack.WORTH_BLOCKS_OF_MANY))
    least = c.select(meeting, c.constant(pack.WORTH_BLOCKS_THAT_MEET), least)
    pays = c.binary("andi", c.binary("ori", apart, meeting), c.compare("sge", entries, c.mul(columns, least)))
    return c.binary("ori", flag(c, op, "panels"), pays)


def _is_few(c: Code, op: Value, images: Value, tokens: Value) -> Value:
    """Whether there are so few tokens that another kernel is faster, whose tokens' features lie side by side."""
    single = c.compare("eq", tokens, c.constant(1))
    together = c.binary("andi", flag(c, op, "panels"), flag(c, op, "by_tokens"))
    side_by_side = c.binary("ori", single, together)
    return c.binary("andi", side_by_side, c.compare("slt", c.mul(images, tokens), c.constant(FEW_TOKENS)))


def images_and_tokens(c: Code, op: Value, x: Tensor, source: Value) -> tuple[Value, Value]:
    """How many images there are, and tokens in each; tokens of all are one row where they lie so on both sides."""
    zero, one = c.constant(0), c.constant(1)
    same = c.binary("andi", flag(c, op, "panels"), flag(c, op, "by_tokens"))
    apart = c.binary("andi", c.compare("sge", x.rank, c.constant(IMAGES_RANK)), c.invert(same))
    with c.loop(zero, x.rank, one, [one]) as dim:
        first = c.binary("andi", apart, c.compare("eq", dim.index, zero))
        other = c.binary("ori", first, c.compare("eq", dim.index, source))
        size = c.load(c.at(x.dims, dim.index, "i64"), "i64")
        dim.yields([c.mul(dim.carried[0], c.select(other, one, size))])
    return c.select(apart, c.load(x.dims, "i64"), one), dim.results[0]


def chunk_of(c: Code, columns: Value, cached: int, lanes: int) -> Value:
    """How many tokens a kernel goes through all rows with before it goes on: ``cached`` of their numbers."""
    tokens = c.binary("divui", c.constant(cached), c.binary("maxsi", columns, c.constant(1)))
    return c.binary("maxsi", c.times(c.binary("divui", tokens, c.constant(lanes)), lanes), c.constant(4 * lanes))


def _strides(c: Code, op: Value, sizes: dict[str, Value], panels: Value, lanes: int) -> dict[str, Value]:
    rows, tokens, columns = sizes["rows"], sizes["tokens"], sizes["columns"]
    filled = c.times(c.binary("ceildivsi", tokens, c.constant(lanes)), lanes)
    y_row, y_image = c.select(flag(c, op, "by_tokens"), rows, tokens), c.mul(rows, tokens)
    return {
        "x_row": c.select(panels, c.constant(lanes), tokens),
        "x_tile": c.times(c.select(panels, columns, c.constant(1)), lanes),
        "x_image": c.mul(c.select(panels, filled, tokens), columns),
        "y_row": y_row,
        "y_image": y_image,
        "residual_row": y_row,
        "residual_image": y_image,
    }


def _shares(
    c: Code, values: Value, columns: Value, blocks: Value, entries: Value, images: Value, tokens: Value
) -> tuple[Value, Value]:
    """Into how many shares a product is cut, and how many of those lie side by side in rows."""
    parts = parts_of(c, c.mul(c.mul(values, tokens), images), ENOUGH_MULTIPLY_ADDS, c.constant(MOST_PARTS))
    token_parts = c.between(1, c.binary("divui", tokens, c.constant(SHARE_TOKENS)), parts)
    row_parts = busy(c, c.binary("divui", parts, token_parts), columns, blocks, entries)
    return c.mul(token_parts, row_parts), row_parts
