"""A run of a custom operator: check its inputs, pack activations, call its kernel on the session's threads.

One function does it for all operators; what differs between them is read from each one's constant. The state of
a run is on its stack or in memory of the session's allocator, so any number of threads may run an operator.
"""

from __future__ import annotations

from ..mlir import pack
from ..mlir.block_rows import WORDS
from ..mlir.builder import Value
from ..mlir.pack import Pack
from ..mlir.team import Words
from .native_code import POINTER, Code, flag, own
from .native_instance import INPUTS, MOST_DIMS, RECORD, RECORD_WORDS, Tensor, known, read

# A share of a product is this many multiply-adds at least (tens of microseconds: waking a thread costs a few), a share
# of a packing this many numbers. How many threads a session has cannot be asked: its threads fetch one share after the
# other, so having more shares than threads evens them out, and MOST_PARTS are enough for that many threads.
ENOUGH, ENOUGH_PACKED, MOST_PARTS = 500_000, 32_768, 16
# With fewer tokens than that, an operator calls another kernel, if the features of a token lie side by side.
FEW = 8
# Tokens in a share, where tokens are shared out at all: with fewer, weights are loaded too often.
TOKENS = 192
# Every share of rows looks for infinities in all its activations: it has at least this many blocks per column to do.
BLOCKS_PER_COLUMN = 8
# float32 activations that stay in the cache while all rows walk over them.
CACHED = 65_536


def write_compute(code: Code, lanes: int) -> None:
    """``compute`` and what it calls."""
    _write_arrange(code)
    _write_spread(code)
    _write_pack_images(code, lanes)
    _write_through_panels(code)
    _write_compute(code, lanes)


def positions(c: Code, op: Value, rank: Value) -> tuple[Value, Value]:
    """At which dimension the features are in x, and in the result: [images, features, ...], or [features, tokens]."""
    last, second = c.plus(rank, -1), c.number(c.compare("sge", rank, c.constant(3)))
    return c.select(flag(c, op, "panels"), last, second), c.select(flag(c, op, "by_tokens"), last, second)


def _write_arrange(c: Code) -> None:
    """``arrange(given, made, rank, source, target, word)``: words, but with ``word`` at target for that at source."""
    with c.procedure("arrange", [POINTER, POINTER, *["i64"] * 4]) as (given, made, rank, source, target, word):
        with c.loop(c.constant(0), rank, c.constant(1)) as dim, c.when(c.compare("ne", dim.index, source)):
            place = c.sub(dim.index, c.number(c.compare("sgt", dim.index, source)))
            place = c.add(place, c.number(c.compare("sge", place, target)))
            c.store(c.load(c.at(given, dim.index, "i64"), "i64"), c.at(made, place, "i64"))
        c.store(word, c.at(made, target, "i64"))


# -------------------------------------------------------------------- kernels


def fill(c: Code, block: Value, words: Words, values: dict[str, Value]) -> None:
    """Write an argument block; what has no value is 0."""
    assert values.keys() <= set(words.names)
    for number, name in enumerate(words.names):
        c.set(block, number, values.get(name, c.constant(0)))


def _write_spread(c: Code) -> None:
    """``spread(api, context, kernel, block, parts)``: run a kernel's shares on the session's threads."""
    with c.status_function("spread", [*[POINTER] * 4, "i64"]) as (api, context, kernel, block, parts):
        c.use_api(api)
        c.set(block, WORDS.names.index("parts"), parts)
        zero = c.constant(0)

        def alone() -> list[Value]:
            c.invoke_at(kernel, block, zero, result=None)
            return [c.null()]

        def together() -> list[Value]:
            # Where no number of batches is given, a thread that is done fetches the next share.
            return [c.api("KernelContext_ParallelFor", context, kernel, parts, zero, block)]

        c.guard(c.either(c.compare("sle", parts, c.constant(1)), [POINTER], alone, together)[0])


def parts_of(c: Code, work: Value, each: int, most: Value) -> Value:
    """How many shares of ``each`` there are in some work: at least 1, at most ``most`` and MOST_PARTS."""
    wanted = c.binary("minsi", c.binary("divui", work, c.constant(each)), c.constant(MOST_PARTS))
    return c.between(1, wanted, most)


def _write_pack_images(c: Code, lanes: int) -> None:
    """``pack_images(api, context, x, out, images, tokens, columns)``: panels of each image, one after the other."""
    with c.status_function("pack_images", [*[POINTER] * 4, *["i64"] * 3]) as given:
        api, context, x, out, images, tokens, columns = given
        block = c.frame(len(pack.WORDS))
        tiles = c.binary("ceildivsi", tokens, c.constant(lanes))
        parts = parts_of(c, c.mul(tokens, columns), ENOUGH_PACKED, tiles)
        with c.loop(c.constant(0), images, c.constant(1), [c.null()]) as image:

            def do() -> Value:
                source = c.at(x, c.mul(image.index, c.mul(tokens, columns)), "f32")
                panels = c.at(out, c.mul(image.index, c.mul(c.times(tiles, lanes), columns)), "f32")
                values = {"x": source, "out": panels, "tokens": tokens, "columns": columns, "x_row": columns}
                fill(c, block, pack.WORDS, values)
                return c.invoke("spread", api, context, c.address(Pack().name), block, parts)

            image.yields([c.first_error(image.carried[0], do)])
        c.guard(image.results[0])


def _write_through_panels(c: Code) -> None:
    """``through_panels(state, context, block, parts)``: the kernel, on x as panels in memory of the allocator."""
    with c.status_function("through_panels", [*[POINTER] * 3, "i64"]) as (state, context, block, parts):
        api, allocator, found = known(c, state, "api"), known(c, state, "allocator"), c.frame(1)
        c.use_api(api)
        place = {name: number for number, name in enumerate(WORDS.names)}
        images, tokens, columns, panels = (
            c.field(block, place[name]) for name in ("images", "tokens", "columns", "x_image")
        )
        c.ask("AllocatorAlloc", allocator, c.times(c.mul(images, panels), 4), found)
        memory = c.load(found, POINTER)
        x = c.field(block, place["x"], POINTER)
        c.set(block, place["x"], memory)
        status = c.invoke("pack_images", api, context, x, memory, images, tokens, columns)
        kernel = own(c, known(c, state, "op"), "kernel")
        status = c.first_error(status, lambda: c.invoke("spread", api, context, kernel, block, parts))
        c.release(c.api("AllocatorFree", allocator, memory))
        c.guard(status)


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
        images, tokens = _images_and_tokens(c, op, x, source)

        c.ask("KernelContext_GetOutput", context, c.constant(0), dims, rank, out)
        c.leave_if(c.compare("eq", c.mul(c.mul(images, tokens), rows), c.constant(0)))
        c.ask("GetTensorMutableData", c.load(out, POINTER), c.word(out, 1))

        parts, row_parts = _shares(c, inputs["values"].count, columns, blocks, entries, images, tokens)
        sizes = {"tokens": tokens, "columns": columns, "rows": rows, "blocks": blocks, "images": images}
        work = {"row_parts": row_parts, "chunk": _chunk(c, columns, lanes)}
        data = {**{name: tensor.data for name, tensor in inputs.items()}, "y": c.field(out, 1, POINTER)}
        fill(c, block, WORDS, {**data, **sizes, **work, **_strides(c, op, sizes, lanes)})
        few = _is_few(c, op, images, tokens)
        api, kernel = known(c, state, "api"), c.select(few, own(c, op, "few"), own(c, op, "kernel"))
        with c.when(few):
            one_row = {"tokens": c.mul(images, tokens), "images": c.constant(1), "x_row": columns}
            for name, value in {**one_row, "y_row": rows, "residual_row": rows}.items():
                c.set(block, WORDS.names.index(name), value)
        status = c.either(
            c.binary("andi", flag(c, op, "panels"), c.invert(few)),
            [POINTER],
            lambda: [c.invoke("through_panels", state, context, block, parts)],
            lambda: [c.invoke("spread", api, context, kernel, block, parts)],
        )
        c.guard(status[0])


def _is_few(c: Code, op: Value, images: Value, tokens: Value) -> Value:
    """Whether there are so few tokens that another kernel is faster, whose tokens' features lie side by side."""
    single = c.compare("eq", tokens, c.constant(1))
    together = c.binary("andi", flag(c, op, "panels"), flag(c, op, "by_tokens"))
    side_by_side = c.binary("ori", single, together)
    return c.binary("andi", side_by_side, c.compare("slt", c.mul(images, tokens), c.constant(FEW)))


def read_inputs(c: Code, state: Value, context: Value, records: Value) -> dict[str, Tensor]:
    """Read all inputs; those that an operator does not have are at address 0."""
    api, op = known(c, state, "api"), known(c, state, "op")
    found = {}
    for number, name in enumerate(INPUTS):
        record = c.word(records, number * RECORD_WORDS)
        c.set(record, RECORD.index("data"), c.null())
        if name not in ("bias", "residual"):
            c.guard(c.invoke("input", api, context, c.constant(number), record))
        else:
            place = c.plus(own(c, op, "inputs"), -1) if name == "residual" else c.constant(number)
            c.guard(c.only_if(flag(c, op, name), lambda: c.invoke("input", api, context, place, record)))  # noqa: B023
        found[name] = read(c, record)
    return found


def _images_and_tokens(c: Code, op: Value, x: Tensor, source: Value) -> tuple[Value, Value]:
    """How many images there are, and tokens in each; tokens of all are one row where they lie so on both sides."""
    zero, one = c.constant(0), c.constant(1)
    same = c.binary("andi", flag(c, op, "panels"), flag(c, op, "by_tokens"))
    apart = c.binary("andi", c.compare("sge", x.rank, c.constant(3)), c.invert(same))
    with c.loop(zero, x.rank, one, [one]) as dim:
        first = c.binary("andi", apart, c.compare("eq", dim.index, zero))
        other = c.binary("ori", first, c.compare("eq", dim.index, source))
        size = c.load(c.at(x.dims, dim.index, "i64"), "i64")
        dim.yields([c.mul(dim.carried[0], c.select(other, one, size))])
    return c.select(apart, c.load(x.dims, "i64"), one), dim.results[0]


def check_weight(c: Code, state: Value, inputs: dict[str, Tensor], columns: Value) -> tuple[Value, Value]:
    """How many rows of blocks and how many blocks the weight has; it must fit ``rows``, itself, and x."""
    op, indices, starts = known(c, state, "op"), inputs["indices"], inputs["starts"]
    pairs = c.binary("andi", c.compare("eq", starts.rank, c.constant(2)), c.compare("sgt", starts.count, c.constant(1)))
    width = c.field(starts.dims, 1)
    c.require(c.binary("andi", pairs, c.compare("eq", width, c.constant(2))), "'starts' is not [block rows + 1, 2]")
    blocks = c.plus(c.load(starts.dims, "i64"), -1)
    ends = [c.load(c.at(starts.data, c.plus(c.times(blocks, 2), n), "i32"), "i32") for n in (0, 1)]
    entries, last = (c.convert("extsi", end, "i64") for end in ends)
    c.require(c.compare("eq", last, known(c, state, "rows")), "'starts' does not fit 'rows'")
    c.require(c.compare("sge", entries, c.constant(0)), "'starts' is negative")
    c.require(c.compare("sgt", indices.count, entries), "'indices' does not fit 'starts'")
    whole = c.mul(indices.count, own(c, op, "block"))
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


def check_additions(c: Code, op: Value, inputs: dict[str, Tensor], rows: Value, dims: Value) -> None:
    """The bias has a number for each row, the residual the dimensions of the result."""
    without = c.invert(flag(c, op, "bias"))
    fits = c.compare("eq", inputs["bias"].count, rows)
    c.require(c.binary("ori", without, fits), "'bias' does not fit 'rows'")
    other, rank = inputs["residual"], inputs["x"].rank
    without = c.invert(flag(c, op, "residual"))
    c.require(c.binary("ori", without, c.compare("eq", other.rank, rank)), "'residual' has not the result's shape")
    last = c.select(without, c.constant(0), rank)
    with c.loop(c.constant(0), last, c.constant(1), [c.constant(1, "i1")]) as dim:
        size, wanted = (c.load(c.at(where, dim.index, "i64"), "i64") for where in (other.dims, dims))
        dim.yields([c.binary("andi", dim.carried[0], c.compare("eq", size, wanted))])
    c.require(dim.results[0], "'residual' has not the result's shape")


def _chunk(c: Code, columns: Value, lanes: int) -> Value:
    """How many tokens a kernel goes through all rows with before it goes on."""
    tokens = c.binary("divui", c.constant(CACHED), c.binary("maxsi", columns, c.constant(1)))
    return c.binary("maxsi", c.times(c.binary("divui", tokens, c.constant(lanes)), lanes), c.constant(4 * lanes))


def _strides(c: Code, op: Value, sizes: dict[str, Value], lanes: int) -> dict[str, Value]:
    rows, tokens, columns = sizes["rows"], sizes["tokens"], sizes["columns"]
    panels = c.times(c.binary("ceildivsi", tokens, c.constant(lanes)), lanes)
    y_row, y_image = c.select(flag(c, op, "by_tokens"), rows, tokens), c.mul(rows, tokens)
    return {
        "x_row": tokens,
        "x_image": c.mul(c.select(flag(c, op, "panels"), panels, tokens), columns),
        "y_row": y_row,
        "y_image": y_image,
        "residual_row": y_row,
        "residual_image": y_image,
    }


def _shares(
    c: Code, values: Value, columns: Value, blocks: Value, entries: Value, images: Value, tokens: Value
) -> tuple[Value, Value]:
    """Into how many shares a product is cut, and how many of those lie side by side in rows."""
    parts = parts_of(c, c.mul(c.mul(values, tokens), images), ENOUGH, c.constant(MOST_PARTS))
    token_parts = c.between(1, c.binary("divui", tokens, c.constant(TOKENS)), parts)
    row_parts = _busy(c, c.binary("divui", parts, token_parts), columns, blocks, entries)
    return c.mul(token_parts, row_parts), row_parts


def row_parts_of(c: Code, work: Value, columns: Value, blocks: Value, entries: Value) -> Value:
    """Into how many shares of rows a product is cut that is cut along nothing else."""
    return _busy(c, parts_of(c, work, ENOUGH, c.constant(MOST_PARTS)), columns, blocks, entries)


def _busy(c: Code, wanted: Value, columns: Value, blocks: Value, entries: Value) -> Value:
    """As many shares of rows as are wanted, or have enough to do."""
    busy = c.binary("divui", entries, c.times(c.plus(columns, 1), BLOCKS_PER_COLUMN))
    return c.between(1, c.binary("minsi", wanted, busy), blocks)
