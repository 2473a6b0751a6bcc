"""How the work of a custom operator is cut into shares, and how a session's threads run them."""

from __future__ import annotations

from ..mlir.builder import Value
from ..mlir.parallel_entry import OWN, Words
from ..mlir.tile import LINE_NUMBERS
from .native_code import POINTER, Code, own

# A share of a product is this many multiply-adds at least (tens of microseconds: waking a thread costs a few), a share
# of a packing this many numbers. How many threads a session has cannot be asked: its threads fetch one share after the
# other, so having more shares than threads evens them out, and MOST_PARTS are enough for that many threads.
ENOUGH_MULTIPLY_ADDS, ENOUGH_PACKED_NUMBERS, MOST_PARTS = 500_000, 32_768, 16
# Every share of rows looks for infinities in all its activations: it has at least this many blocks per column to do.
# One that unfolds windows (see ``pad.unfolds``) has more: copying a column costs as much as about 20 blocks.
BLOCKS_PER_COLUMN, UNFOLDED_BLOCKS = 8, 96


def fill(c: Code, block: Value, words: Words, values: dict[str, Value]) -> None:
    """Write an argument block; what has no value is 0."""
    assert values.keys() <= set(words.names)
    for number, name in enumerate(words.names):
        c.set(block, number, values.get(name, c.constant(0)))


def in_lines(c: Code, numbers: Value) -> Value:
    """So many numbers, or a few more: what lies behind them begins with a line of the cache, as the memory does."""
    return c.times(c.binary("ceildivsi", numbers, c.constant(LINE_NUMBERS)), LINE_NUMBERS)


def write_spread(c: Code) -> None:
    """``spread(api, context, kernel, block, parts)``: run a kernel's shares on the session's threads."""
    with c.status_function("spread", [*[POINTER] * 4, "i64"]) as (api, context, kernel, block, parts):
        c.use_api(api)
        c.set(block, OWN.index("parts"), parts)
        zero = c.constant(0)

        def alone() -> list[Value]:
            c.invoke_at(kernel, block, zero, result=None)
            return [c.null()]

        def together() -> list[Value]:
            # Where no number of batches is given, a thread that is done fetches the next share.
            return [c.api("KernelContext_ParallelFor", context, kernel, parts, zero, block)]

        c.guard(c.either(c.compare("sle", parts, c.constant(1)), [POINTER], alone, together)[0])


def spread_and_free(
    c: Code,
    status: Value,
    op: Value,
    given: tuple[Value, Value, Value, Value],
    scratch: tuple[Value, Value],
    kernel: Value | None = None,
) -> None:
    """Run the shares of an operator's kernel, unless ``status`` tells of an error; then give its memory back.

    Args:
        given: API, context, argument block, and the number of shares.
        scratch: the allocator, and the memory.
        kernel: its address; the operator's own if it is not given.
    """
    api, context, block, parts = given
    kernel = own(c, op, "kernel") if kernel is None else kernel
    status = c.first_error(status, lambda: c.invoke("spread", api, context, kernel, block, parts))
    c.release(c.api("AllocatorFree", *scratch))
    c.guard(status)


def parts_of(c: Code, work: Value, each: int, most: Value) -> Value:
    """How many shares of ``each`` there are in some work: at least 1, at most ``most`` and MOST_PARTS."""
    wanted = c.binary("minsi", c.binary("divui", work, c.constant(each)), c.constant(MOST_PARTS))
    return c.between(1, wanted, most)


def busy(
    c: Code, wanted: Value, columns: Value, blocks: Value, entries: Value, least: int = BLOCKS_PER_COLUMN
) -> Value:
    """As many shares of rows as are wanted, or have enough to do: ``least`` blocks per column."""
    most = c.binary("divui", entries, c.times(c.plus(columns, 1), least))
    return c.between(1, c.binary("minsi", wanted, most), blocks)
