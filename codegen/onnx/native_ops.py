"""The part of a custom-operator library that ONNX Runtime asks: which operators there are, of what types and shapes.

Callbacks are shared by all operators; each has a constant, an ``OrtCustomOp`` with ``FIELDS`` behind it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ..mlir.builder import Value
from ..mlir.byte_rows import ByteSpec
from ..mlir.conv_int8 import ConvInt8
from ..mlir.host import Host
from ..mlir.matmul import Matmul
from ..mlir.matmul_int8 import MatmulInt8
from ..mlir.matmul_results import together_of
from ..mlir.matvec import Matvec
from ..mlir.matvec_int8 import MatvecInt8, serves, serves_many
from ..mlir.pack import Pack
from .native_api import ATTRIBUTE_INT, CALLBACKS, DOMAIN, TYPES, VERSION
from .native_code import ADDRESSES, FIELDS, POINTER, Code, own
from .native_compute import positions, write_compute
from .native_conv_int8 import write_conv_int8
from .native_instance import INPUTS, INT8_INPUTS, MOST_DIMS, write_infer, write_instance
from .native_int8 import write_int8, write_steps
from .native_windows import Strides, write_windows

# The kernels that there are operators for.
Operator = Matmul | MatmulInt8 | ConvInt8

# Every callback that is not null; "nothing" answers 0: no name of a provider (the CPU's is meant), a required input,
# the default memory. A function with fewer parameters than it is called with is fine in all C calling conventions.
ANSWERS = {
    "GetName": "name",
    "GetExecutionProviderType": "nothing",
    "GetInputType": "input_type",
    "GetInputTypeCount": "inputs",
    "GetOutputType": "output_type",
    "GetOutputTypeCount": "outputs",
    "KernelDestroy": "destroy",
    "GetInputCharacteristic": "nothing",
    "GetOutputCharacteristic": "nothing",
    "GetInputMemoryType": "nothing",
    "GetVariadicInputMinArity": "nothing",
    "GetVariadicInputHomogeneity": "nothing",
    "GetVariadicOutputMinArity": "nothing",
    "GetVariadicOutputHomogeneity": "nothing",
    "CreateKernelV2": "create",
    "KernelComputeV2": "compute",
    "InferOutputShapeFn": "infer",
}


# What an operator of windows answers otherwise.
OF_WINDOWS = {
    "CreateKernelV2": "create_windows",
    "KernelComputeV2": "compute_windows",
    "InferOutputShapeFn": "infer_windows",
}
# And one of bytes.
OF_BYTES = {"KernelComputeV2": "compute_int8"}
OF_WINDOWS_OF_BYTES = OF_WINDOWS | {"KernelComputeV2": "compute_conv_int8"}


def text(kernels: Sequence[Operator], strides: Strides, of_bytes: Strides, host: Host) -> str:
    """Functions and constants, to stand in one module with these kernels and those that they need (see ``native``).

    Args:
        kernels: what there are operators for.
        strides: that there is a kernel for padding for.
        of_bytes: that there is a kernel for rounding images for.
        host: what it runs on.
    """
    code = Code()
    for name in ("runtime", "domain"):
        code.constant_global(name, POINTER, code.null, constant=False)
    write_instance(code)
    write_compute(code, host.lanes)
    write_windows(code, host.lanes, strides, of_bytes)
    if any(isinstance(spec, ByteSpec) for spec in kernels):
        write_steps(code)
    if any(isinstance(spec, MatmulInt8) for spec in kernels):
        write_int8(code, host)
    if of_bytes:
        write_conv_int8(code, host)
    write_infer_linear(code)
    write_answers(code)
    write_register(code, len(kernels))
    for number, spec in enumerate(kernels):
        _write_op(code, number, spec, host)
    code.write_strings()
    return code.text()


def main_of(spec: Operator, host: Host) -> Operator | MatvecInt8:
    """The kernel that an operator calls."""
    if isinstance(spec, MatmulInt8) and serves_many(spec.rows, host):
        return _in_rows(spec)
    return spec


def for_few(spec: Operator, host: Host) -> Matvec | MatvecInt8 | None:
    """The kernel that an operator calls for a few tokens, if it is another one."""
    if isinstance(spec, MatmulInt8):
        return _in_rows(spec) if serves(spec.rows, host) and not serves_many(spec.rows, host) else None
    if isinstance(spec, ConvInt8) or spec.source == "windows":
        return None
    return Matvec(spec.rows, spec.values, spec.index, spec.bias, spec.residual, spec.activation)


def _in_rows(spec: MatmulInt8) -> MatvecInt8:
    return MatvecInt8(spec.rows, spec.index, spec.bias, spec.residual, spec.activation)


def pack_of(spec: Operator) -> Pack | None:
    """The kernel that makes panels for an operator, always or where that pays; None if there is none."""
    if isinstance(spec, ByteSpec) or spec.source == "windows":
        return None
    return Pack("tokens" if spec.source == "panels" else "features")


def _inputs_of(spec: Operator) -> dict[str, str]:
    """The inputs of an operator and their dtypes, in order."""
    kinds = {"values": "i8" if isinstance(spec, ByteSpec) else spec.values, "indices": spec.index}
    kinds |= {"starts": "i32", "row_sums": "i32"}
    there = {"bias": spec.bias, "residual": spec.residual}
    names = INT8_INPUTS if isinstance(spec, ByteSpec) else INPUTS
    return {name: kinds.get(name, "f32") for name in names if there.get(name, True)}


def _answers_of(spec: Operator) -> dict[str, str]:
    """The function behind each of an operator's callbacks."""
    if isinstance(spec, MatmulInt8):
        return ANSWERS | OF_BYTES
    if isinstance(spec, ConvInt8):
        return ANSWERS | OF_WINDOWS_OF_BYTES
    return ANSWERS | (OF_WINDOWS if spec.source == "windows" else {})


def _facts_of(spec: Operator, host: Host) -> dict[str, int]:
    """What callbacks ask of an operator's constant, but for its types."""
    if isinstance(spec, MatmulInt8):
        in_rows = isinstance(main_of(spec, host), MatvecInt8)
        facts: dict[str, int] = {"panels": True, "by_tokens": True, "bytes": True, "in_rows": in_rows}
    elif isinstance(spec, ConvInt8):
        facts = {"bytes": True}
    else:
        facts = {"panels": spec.source == "panels", "by_tokens": spec.target == "tokens"}
        facts |= {"column_tiled": spec.column_tiled, "grouped": spec.grouped, "unfolded": spec.unfolded}
        facts["waiting"] = 1 if spec.unfolded else spec.rows * together_of(spec.rows, spec.target)
    ends = {"bias": spec.bias, "residual": spec.residual}
    return {"inputs": len(_inputs_of(spec)), "block": spec.rows, **ends, **facts}


def _write_op(c: Code, number: int, spec: Operator, host: Host) -> None:
    """The constant of an operator."""
    kernels = (main_of(spec, host), for_few(spec, host), pack_of(spec))
    addresses = [kernel.name if kernel else None for kernel in kernels]
    types = [*_inputs_of(spec).values()]
    write_constant(c, number, spec.name, _answers_of(spec), addresses, _facts_of(spec, host), types)


def write_constant(
    c: Code,
    number: int,
    name: str,
    answers: Mapping[str, str],
    kernels: Sequence[str | None],
    facts: Mapping[str, int],
    types: Sequence[str],
) -> None:
    """The constant of an operator.

    Args:
        c: what to append to.
        number: of the constant.
        name: of the operator.
        answers: the functions behind its callbacks; null where none is said.
        kernels: the addresses in ``ADDRESSES`` after the name; null where none is said.
        facts: of ``FIELDS``, those that are numbers and not 0.
        types: of its inputs, as in ``TYPES``.
    """
    facts = {**facts, **{f"type{place}": TYPES[kind] for place, kind in enumerate(types)}}
    numbers = [facts.get(field, 0) for field in FIELDS[len(ADDRESSES) :]]
    kind = f"!llvm.struct<(i64, array<{len(CALLBACKS) + len(ADDRESSES)} x ptr>, array<{len(numbers)} x i64>)>"

    def content() -> Value:
        made = c.op(f"llvm.mlir.undef : {kind}", kind)

        def insert(value: Value, place: str) -> None:
            nonlocal made
            made = c.op(f"llvm.insertvalue {value.name}, {made.name}[{place}] : {kind}", kind)

        insert(c.literal(VERSION), "0")
        for place, callback in enumerate(CALLBACKS):
            insert(c.address(answers[callback]) if callback in answers else c.null(), f"1, {place}")
        symbols = [*kernels, *[None] * (len(ADDRESSES) - 1 - len(kernels))]
        addresses = [c.string(name), *(c.address(symbol) if symbol else c.null() for symbol in symbols)]
        for place, address in enumerate(addresses):
            insert(address, f"1, {len(CALLBACKS) + place}")
        for place, value in enumerate(numbers):
            insert(c.literal(int(value)), f"2, {place}")
        return made

    c.constant_global(f"op_{number}", kind, content)


def write_answers(c: Code) -> None:
    """Callbacks that tell what stands in an operator's constant."""
    for name, field in (("name", "name"), ("inputs", "inputs")):
        result = POINTER if name == "name" else "i64"
        with c.procedure(name, [POINTER], result) as (op,):
            c.give_back(own(c, op, field))
    with c.procedure("input_type", [POINTER, "i64"], "i32") as (op, index):
        first = c.word(op, 1 + len(CALLBACKS) + FIELDS.index("type0"))
        c.give_back(c.convert("trunci", c.load(c.at(first, index, "i64"), "i64"), "i32"))
    for name, result, value in (("output_type", "i32", TYPES["f32"]), ("outputs", "i64", 1), ("nothing", "i64", 0)):
        with c.procedure(name, [POINTER], result):
            c.give_back(c.constant(value, result))


def write_infer_linear(c: Code) -> None:
    """InferOutputShapeFn(op, context): the result's dimensions by number or name; after an error none are known."""
    write_infer(c, "infer", "shape")
    with c.status_function("shape", [POINTER] * 4) as (op, context, api, made):
        c.use_api(api)
        found, dims, names = c.frame(4), c.frame(2 * MOST_DIMS), c.frame(2 * MOST_DIMS)
        new_dims, new_names = c.word(dims, MOST_DIMS), c.word(names, MOST_DIMS)
        given, rank_at, attribute, rows = (c.word(found, n) for n in range(4))
        c.ask("ShapeInferContext_GetInputTypeShape", context, c.constant(0), given)
        info = c.load(given, POINTER)
        c.ask("GetDimensionsCount", info, rank_at)
        rank = c.load(rank_at, "i64")
        # A shape that is not known looks like that of a scalar.
        c.leave_if(c.compare("eq", rank, c.constant(0)))
        c.leave_if(c.compare("sgt", rank, c.constant(MOST_DIMS)))
        c.ask("GetDimensions", info, dims, rank)
        c.ask("GetSymbolicDimensions", info, names, rank)
        c.ask("ShapeInferContext_GetAttribute", context, c.string("rows"), attribute)
        number, size = c.constant(ATTRIBUTE_INT, "i32"), c.constant(8)
        c.ask("ReadOpAttr", c.load(attribute, POINTER), number, rows, size, rank_at)
        source, target = positions(c, op, rank)
        c.invoke("arrange", dims, new_dims, rank, source, target, c.load(rows, "i64"), result=None)
        unnamed = c.op(f"llvm.ptrtoint {c.string('').name} : {POINTER} to i64", "i64")
        c.invoke("arrange", names, new_names, rank, source, target, unnamed, result=None)
        c.leave_if(_any_nameless(c, new_dims, new_names, rank))
        c.ask("CreateTensorTypeAndShapeInfo", made)
        c.ask("SetDimensions", c.load(made, POINTER), new_dims, rank)
        c.ask("SetSymbolicDimensions", c.load(made, POINTER), new_names, rank)
        c.ask("ShapeInferContext_SetOutputTypeShape", context, c.constant(0), c.load(made, POINTER))


def _any_nameless(c: Code, dims: Value, names: Value, rank: Value) -> Value:
    """Whether a dimension has neither number nor name: no result can say so, -1 is taken for a size."""
    with c.loop(c.constant(0), rank, c.constant(1), [c.constant(0, "i1")]) as dim:
        name = c.load(c.load(c.at(names, dim.index, "i64"), POINTER), "i8")
        size = c.load(c.at(dims, dim.index, "i64"), "i64")
        none = c.binary("andi", c.compare("slt", size, c.constant(0)), c.compare("eq", name, c.constant(0, "i8")))
        dim.yields([c.binary("ori", dim.carried[0], none)])
    return dim.results[0]


def write_register(c: Code, operators: int) -> None:
    """``register(options, api)`` adds the domain, which the first call for it makes, of so many constants."""
    with c.status_function("make_domain", [POINTER]) as (api,):
        c.use_api(api)
        found = c.frame(1)
        c.ask("CreateCustomOpDomain", c.string(DOMAIN), found)
        made = c.load(found, POINTER)
        for number in range(operators):
            c.ask("CustomOpDomain_Add", made, c.address(f"op_{number}"))
        was_first = c.swap_if_null(c.address("domain"), made)
        with c.when(c.invert(was_first)):  # another thread was faster
            c.api("ReleaseCustomOpDomain", made, result=None)
    with c.status_function("register", [POINTER] * 2) as (options, api):
        c.use_api(api)
        c.store(api, c.address("runtime"))
        domain = c.address("domain")
        c.guard(c.only_if(c.is_null(c.load(domain, POINTER)), lambda: c.invoke("make_domain", api)))
        c.ask("AddCustomOpDomain", options, c.load(domain, POINTER))
