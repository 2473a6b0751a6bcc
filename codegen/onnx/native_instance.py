"""Instances of a custom operator: made from a node's attributes, destroyed, and how a tensor is looked at."""

from __future__ import annotations

from dataclasses import dataclass

from ..mlir.builder import Value
from .native_api import TYPES
from .native_code import POINTER, Code, flag, own

# Inputs in order; an operator has bias and residual only if its kernel adds them.
INPUTS = ("x", "values", "indices", "starts", "bias", "residual")
INT8_INPUTS = ("x", "values", "indices", "starts", "row_scales", "row_sums", "bias", "residual")
# What an instance of an operator knows; ``reach`` is how many columns of blocks its indices ask for, -1 if they are no
# constant; ``column_tile`` is 0 where columns come in none; ``step``, ``zero_point`` and ``least_step`` say what bytes
# stand for. Only one of windows has ``pad``, the address of a kernel, and a geometry.
GEOMETRY = tuple(f"{name}_{side}" for name in ("kernel", "stride", "padding", "dilation") for side in (0, 1))
ROUNDING = ("step", "zero_point", "least_step")
STATE = ("api", "op", "rows", "reach", "column_tile", *ROUNDING, "allocator", "pad", "groups", *GEOMETRY)
ADDRESSES = ("api", "op", "allocator", "pad")
# What is known of an input; its dimensions follow.
RECORD = ("data", "rank", "count")
MOST_DIMS = 16
RECORD_WORDS = len(RECORD) + MOST_DIMS


def write_instance(code: Code) -> None:
    """``create`` and ``destroy``, ``tensor``, ``input`` and ``reach``."""
    write_tensor(code)
    _write_reach(code)
    _write_create(code)
    _write_destroy(code)


def known(c: Code, state: Value, name: str) -> Value:
    """What an instance of an operator knows."""
    return c.field(state, STATE.index(name), POINTER if name in ADDRESSES else "i64")


def write_infer(c: Code, name: str, shape: str) -> None:
    """``InferOutputShapeFn(op, context)``: ``shape(op, context, api, made)``, after whose errors no size is known."""
    with c.procedure(name, [POINTER] * 2, POINTER) as (op, context):
        api = c.load(c.address("runtime"), POINTER)
        c.use_api(api)
        made = c.frame(1)
        c.store(c.null(), made)
        c.release(c.invoke(shape, op, context, api, made))
        info = c.load(made, POINTER)
        with c.when(c.not_null(info)):
            c.api("ReleaseTensorTypeAndShapeInfo", info, result=None)
        c.give_back(c.null())


@dataclass(frozen=True)
class Tensor:
    """What a record says of a tensor."""

    data: Value
    rank: Value
    count: Value
    dims: Value


def read(c: Code, record: Value) -> Tensor:
    """Load a record."""
    data, rank, count = (c.field(record, n, POINTER if name == "data" else "i64") for n, name in enumerate(RECORD))
    return Tensor(data, rank, count, c.word(record, len(RECORD)))


def write_tensor(c: Code) -> None:
    """``tensor(api, value, record)`` fills a record; ``input(api, context, number, record)`` that of an input."""
    with c.status_function("tensor", [POINTER] * 3) as (api, value, record):
        c.use_api(api)
        found = c.frame(1)
        c.ask("GetTensorMutableData", value, c.word(record, RECORD.index("data")))
        c.ask("GetTensorTypeAndShape", value, found)
        info, rank = c.load(found, POINTER), c.word(record, RECORD.index("rank"))
        status = c.api("GetDimensionsCount", info, rank)
        status = c.first_error(
            status, lambda: c.api("GetTensorShapeElementCount", info, c.word(record, RECORD.index("count")))
        )
        some = c.between(0, c.load(rank, "i64"), c.constant(MOST_DIMS))
        status = c.first_error(status, lambda: c.api("GetDimensions", info, c.word(record, len(RECORD)), some))
        c.api("ReleaseTensorTypeAndShapeInfo", info, result=None)
        c.guard(status)
        fits = c.compare("sle", c.load(rank, "i64"), c.constant(MOST_DIMS))
        c.require(fits, f"an input has more than {MOST_DIMS} dimensions")
    with c.status_function("input", [POINTER, POINTER, "i64", POINTER]) as (api, context, number, record):
        c.use_api(api)
        found = c.frame(1)
        c.ask("KernelContext_GetInput", context, number, found)
        value = c.load(found, POINTER)
        c.require(c.not_null(value), "an input is missing")
        c.guard(c.invoke("tensor", api, value, record))


def _write_reach(c: Code) -> None:
    """``reach(op, indices, count)``: one more than the largest column among indices."""
    with c.procedure("reach", [POINTER, POINTER, "i64"], "i64") as (op, indices, count):

        def largest(type_: str) -> list[Value]:
            zero, one = c.constant(0), c.constant(1)
            with c.loop(zero, count, one, [zero]) as entry:
                column = c.convert("extui", c.load(c.at(indices, entry.index, type_), type_), "i64")
                entry.yields([c.binary("maxsi", entry.carried[0], c.plus(column, 1))])
            return entry.results

        short = c.compare("eq", own(c, op, "type2"), c.constant(TYPES["i16"]))
        found = c.either(short, ["i64"], lambda: largest("i16"), lambda: largest("i32"))[0]
        c.give_back(found)


def _write_create(c: Code) -> None:
    """CreateKernelV2(op, api, info, out)."""
    with c.status_function("create", [POINTER] * 4) as (op, api, info, out):
        c.use_api(api)
        found, record, rounding = c.frame(6), c.frame(RECORD_WORDS), c.frame(len(ROUNDING))
        rows, column_tile, constant, value, general, made = (c.word(found, n) for n in range(6))
        c.ask("KernelInfoGetAttribute_int64", info, c.string("rows"), rows)
        c.require(c.compare("sge", c.load(rows, "i64"), c.constant(0)), "'rows' is negative")
        c.store(c.constant(0), column_tile)
        column_tiled, asked = flag(c, op, "column_tiled"), c.string("column_tile")
        c.guard(c.only_if(column_tiled, lambda: c.api("KernelInfoGetAttribute_int64", info, asked, column_tile)))
        c.require(c.compare("sge", c.load(column_tile, "i64"), c.number(column_tiled)), "'column_tile' is not positive")
        for at, name in enumerate(ROUNDING):
            c.set(rounding, at, c.constant(0))
            number = (info, c.string(name), c.word(rounding, at))
            c.guard(c.only_if(flag(c, op, "bytes"), lambda: c.api("KernelInfoGetAttribute_int64", *number)))  # noqa: B023
        c.store(c.constant(0), constant)
        c.ask("KernelInfoGetConstantInput_tensor", info, c.constant(INPUTS.index("indices")), constant, value)
        fixed = c.compare("ne", c.load(constant, "i32"), c.constant(0, "i32"))
        c.guard(c.only_if(fixed, lambda: c.invoke("tensor", api, c.load(value, POINTER), record)))
        indices = read(c, record)
        reach = c.either(
            fixed,
            ["i64"],
            lambda: [c.invoke("reach", op, indices.data, indices.count, result="i64")],
            lambda: [c.constant(-1)],
        )[0]
        c.ask("GetAllocatorWithDefaultOptions", general)
        c.ask("AllocatorAlloc", c.load(general, POINTER), c.constant(8 * len(STATE)), made)
        state = c.load(made, POINTER)
        numbers = {"rows": c.load(rows, "i64"), "column_tile": c.load(column_tile, "i64"), "reach": reach}
        numbers |= {name: c.field(rounding, at) for at, name in enumerate(ROUNDING)}
        for name, field in {"api": api, "op": op, **numbers}.items():
            c.set(state, STATE.index(name), field)
        # The session's own allocator keeps memory from one run to the next.
        status = c.api("KernelInfoGetAllocator", info, c.constant(0, "i32"), c.word(state, STATE.index("allocator")))
        with c.when(c.not_null(status)):
            c.release(c.api("AllocatorFree", c.load(general, POINTER), state))
        c.guard(status)
        c.store(state, out)


def _write_destroy(c: Code) -> None:
    """KernelDestroy(state)."""
    with c.procedure("destroy", [POINTER]) as (state,):
        c.use_api(known(c, state, "api"))
        general = c.frame(1)
        c.api("ReleaseAllocator", known(c, state, "allocator"), result=None)
        c.release(c.api("GetAllocatorWithDefaultOptions", general))
        c.release(c.api("AllocatorFree", c.load(general, POINTER), state))
