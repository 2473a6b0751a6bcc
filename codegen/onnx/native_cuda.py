"""A library of custom operators for ONNX Runtime's provider for NVIDIA's cards: machine code, and what launches it.

Experimental: it is compiled, its symbols are looked at, and tests run it with a driver of their own; no card has seen
it. Like the libraries for processors it is made of MLIR. The driver is opened when a node is made, not when the library
is loaded: a machine without one can load it, and nothing else of CUDA is needed. Each operator is there twice: for that
provider, and for the processor, where it says what is missing.
"""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from pathlib import Path

from ..mlir import engine
from ..mlir.builder import Value
from ..mlir.linker import link
from ..triton.base import compute_capability
from ..triton.plans import Plan
from . import native_ops
from .cuda_nodes import CardOperator
from .files import atomically, seal_library
from .native_api import ENTRY, FAIL, TYPES
from .native_code import POINTER, Code
from .native_compute import positions, write_arrange
from .native_instance import MOST_DIMS, RECORD, RECORD_WORDS, known, read, write_tensor
from .native_processor import write_entry

PROVIDER = "CUDAExecutionProvider"
DRIVER = "libcuda.so.1"
# The driver's functions, in the order of the table that is filled at the first node.
FUNCTIONS = (
    "cuModuleLoadData",
    "cuModuleUnload",
    "cuModuleGetFunction",
    "cuFuncSetAttribute",
    "cuLaunchKernel",
    "cuMemsetD32Async",
    "cuCtxGetDevice",
    "cuDeviceGetAttribute",
    "cuGetErrorString",
)
# CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MAJOR and _MINOR, CU_FUNC_ATTRIBUTE_MAX_DYNAMIC_SHARED_SIZE_BYTES.
MAJOR, MINOR, MAX_DYNAMIC_SHARED = 75, 76, 8
# What a block may use of shared memory without being asked for more.
SHARED_UNASKED_BYTES = 48 * 1024
# Pieces of memory begin at multiples of this.
PIECE = 256
# Addresses that kernels take are multiples of this.
ALIGNED = 16
LAZY = 1  # RTLD_LAZY
# What an instance of an operator knows: then, for each plan, its module and its function, null until they are needed.
STATE = ("api", "op", "plans")
NO_PROVIDER = (
    "this model's sparse layers run on a graphics card of NVIDIA's: "
    "open the session with the CUDAExecutionProvider, on a machine that has such a card"
)


def write_card_library(operators: Sequence[CardOperator], path: Path, provider: str = PROVIDER) -> Path:
    """Write a library with operators for cards.

    Args:
        operators: what the model needs; twice the same is once.
        path: of the library, such as ``model.so``.
        provider: whose sessions run them; '' for that of processors, as tests have no other.

    Raises:
        UserError: the path cannot be written, torch-mlir is not installed, or there is no linker.
    """
    with atomically(path) as folder, tempfile.TemporaryDirectory() as workshop:
        code = Path(workshop) / "kernels.o"
        engine.write_object(library_text(operators, provider), ENTRY, code)
        link([code], folder / path.name, [ENTRY])
        seal_library(folder / path.name, [arch for operator in operators for arch, _, _ in operator.plans])
    return path


def library_text(operators: Sequence[CardOperator], provider: str = PROVIDER) -> str:
    """The library as one module of MLIR."""
    different = [*{operator.name: operator for operator in operators}.values()]
    c = Code()
    for name in ("runtime", "domain"):
        c.constant_global(name, POINTER, c.null, constant=False)
    write_tensor(c)
    write_arrange(c)
    native_ops.write_answers(c)
    native_ops.write_infer_linear(c)
    _write_driver(c)
    _write_instance(c, provider)
    images = {plan.binary.code: None for operator in different for _, _, plan in operator.plans}
    symbols = {code: f"image_{number}" for number, code in enumerate(images)}
    for code, symbol in symbols.items():
        _write_image(c, symbol, code)
    made = 0
    for number, operator in enumerate(different):
        _write_operator(c, number, operator, symbols)
        for answers in _answers_of(number, operator, provider):
            _write_constant(c, made, operator, answers)
            made += 1
    native_ops.write_register(c, made)
    write_entry(c, lambda options, api: c.invoke("register", options, api))
    c.write_strings()
    return "module {\n" + c.text() + "}\n"


def _write_image(c: Code, symbol: str, code: bytes) -> None:
    """Machine code for a card, as a constant."""
    text = "".join(f"\\{byte:02X}" for byte in code)
    c.line(f'llvm.mlir.global internal constant @{symbol}("{text}") {{addr_space = 0 : i32, alignment = 64 : i64}}')


# -------------------------------------------------------------------- the driver


def _write_driver(c: Code) -> None:
    """``open_driver``, ``told``, ``architecture`` and ``function``, which the operators call."""
    c.line(f"llvm.func extern_weak @dlopen({POINTER}, i32) -> {POINTER}")
    c.line(f"llvm.func extern_weak @dlsym({POINTER}, {POINTER}) -> {POINTER}")
    table = f"!llvm.array<{len(FUNCTIONS)} x ptr>"
    c.constant_global("driver", table, lambda: c.op(f"llvm.mlir.zero : {table}", table), constant=False)
    _write_open(c)
    _write_told(c)
    _write_architecture(c)
    _write_function(c)


def _driver(c: Code, name: str, *arguments: Value) -> Value:
    """What a function of the driver returns: 0 where all is well."""
    return c.invoke_at(c.field(c.address("driver"), FUNCTIONS.index(name), POINTER), *arguments, result="i32")


def _tell(c: Code, api: Value, name: str, *arguments: Value) -> None:
    """Call a function of the driver, and return its error if it has one."""
    c.guard(c.invoke("told", api, _driver(c, name, *arguments)))


def _write_open(c: Code) -> None:
    """``open_driver(api)`` finds the driver's functions, once: all threads that do it at a time write the same."""
    with c.status_function("open_driver", [POINTER]) as (api,):
        c.use_api(api)
        c.leave_if(c.not_null(c.field(c.address("driver"), len(FUNCTIONS) - 1, POINTER)))
        there = c.binary("andi", c.not_null(c.address("dlopen")), c.not_null(c.address("dlsym")))
        c.require(there, "libraries cannot be opened in this process")
        library = c.invoke("dlopen", c.string(DRIVER), c.constant(LAZY, "i32"))
        c.require(c.not_null(library), f"the driver of graphics cards, {DRIVER}, cannot be opened")
        for number, name in enumerate(FUNCTIONS):
            found = c.invoke("dlsym", library, c.string(name))
            c.require(c.not_null(found), f"the driver of graphics cards has no {name}")
            c.set(c.address("driver"), number, found)


def _write_told(c: Code) -> None:
    """``told(api, status)``: the driver's status as one of ONNX Runtime."""
    with c.status_function("told", [POINTER, "i32"]) as (api, status):
        c.use_api(api)
        c.leave_if(c.compare("eq", status, c.constant(0, "i32")))
        found = c.frame(1)
        c.store(c.null(), found)
        _driver(c, "cuGetErrorString", status, found)
        text = c.load(found, POINTER)
        text = c.select(c.not_null(text), text, c.string("the driver of graphics cards refuses it"))
        c.guard(c.api("CreateStatus", c.constant(FAIL, "i32"), text))


def _write_architecture(c: Code) -> None:
    """``architecture(api, out)``: ten times the major number of the current card's, and the minor."""
    with c.status_function("architecture", [POINTER, POINTER]) as (api, out):
        c.use_api(api)
        found = c.frame(3)
        device, major, minor = (c.word(found, number) for number in range(3))
        _tell(c, api, "cuCtxGetDevice", device)
        for place, attribute in ((major, MAJOR), (minor, MINOR)):
            _tell(c, api, "cuDeviceGetAttribute", place, c.constant(attribute, "i32"), c.load(device, "i32"))
        numbers = [c.convert("extui", c.load(place, "i32"), "i64") for place in (major, minor)]
        c.store(c.add(c.times(numbers[0], 10), numbers[1]), out)


def _write_function(c: Code) -> None:
    """``function(api, place, image, entry, shared)``: module and function of a plan, loaded at its first run."""
    with c.status_function("function", [*[POINTER] * 4, "i64"]) as (api, place, image, entry, shared):
        c.use_api(api)
        held = c.word(place, 1)
        c.leave_if(c.not_null(c.load(held, POINTER)))
        found = c.frame(2)
        module, function = (c.word(found, number) for number in range(2))
        _tell(c, api, "cuModuleLoadData", module, image)
        _tell(c, api, "cuModuleGetFunction", function, c.load(module, POINTER), entry)
        much, attribute = (
            c.compare("sgt", shared, c.constant(SHARED_UNASKED_BYTES)),
            c.constant(MAX_DYNAMIC_SHARED, "i32"),
        )
        size = c.convert("trunci", shared, "i32")

        def ask() -> Value:
            return c.invoke("told", api, _driver(c, "cuFuncSetAttribute", c.load(function, POINTER), attribute, size))

        c.guard(c.only_if(much, ask))
        was_first = c.swap_if_null(held, c.load(function, POINTER))
        with c.when(was_first):
            c.store(c.load(module, POINTER), place)
        with c.when(c.invert(was_first)):  # another thread was faster
            _driver(c, "cuModuleUnload", c.load(module, POINTER))


# -------------------------------------------------------------------- instances


def _write_instance(c: Code, provider: str) -> None:
    """What is the same for all operators: an instance is made and destroyed, or refused; and short answers."""
    with c.procedure("provider", [POINTER], POINTER):
        c.give_back(c.string(provider))
    with c.procedure("two_outputs", [POINTER], "i64"):
        c.give_back(c.constant(2))
    with c.procedure("card_output_type", [POINTER, "i64"], "i32") as (op, index):
        first = c.invoke("input_type", op, c.constant(0), result="i32")
        scratch = c.constant(TYPES["u8"], "i32")
        c.give_back(c.select(c.compare("eq", index, c.constant(0)), first, scratch))
    with c.status_function("refuse", [POINTER] * 4) as (_, api, _, _):
        c.use_api(api)
        c.require(c.constant(0, "i1"), NO_PROVIDER)
    with c.status_function("new_state", [POINTER, POINTER, "i64", POINTER]) as (op, api, plans, out):
        c.use_api(api)
        c.guard(c.invoke("open_driver", api))
        found = c.frame(2)
        general, made = (c.word(found, number) for number in range(2))
        c.ask("GetAllocatorWithDefaultOptions", general)
        words = c.plus(c.times(plans, 2), len(STATE))
        c.ask("AllocatorAlloc", c.load(general, POINTER), c.times(words, 8), made)
        state = c.load(made, POINTER)
        for number, value in enumerate((api, op, plans)):
            c.set(state, number, value)
        with c.loop(c.constant(len(STATE)), words, c.constant(1)) as word:
            c.store(c.null(), c.at(state, word.index, "i64"))
        c.store(state, out)
    with c.procedure("destroy_card", [POINTER]) as (state,):
        c.use_api(known(c, state, "api"))
        with c.loop(c.constant(0), c.field(state, STATE.index("plans")), c.constant(1)) as plan:
            module = c.load(c.at(state, c.plus(c.times(plan.index, 2), len(STATE)), "i64"), POINTER)
            with c.when(c.not_null(module)):  # a card that is gone took it along, and says so in vain
                _driver(c, "cuModuleUnload", module)
        general = c.frame(1)
        c.release(c.api("GetAllocatorWithDefaultOptions", general))
        c.release(c.api("AllocatorFree", c.load(general, POINTER), state))


def _answers_of(number: int, operator: CardOperator, provider: str) -> list[dict[str, str]]:
    """The functions behind an operator's callbacks, on the provider; and on the processor, if that is another one."""
    own = native_ops.ANSWERS | {
        "GetOutputType": "card_output_type",
        "GetOutputTypeCount": "two_outputs" if operator.has_scratch else "outputs",
        "KernelDestroy": "destroy_card",
        "CreateKernelV2": f"create_{number}",
        "KernelComputeV2": f"compute_{number}",
    }
    if not provider:
        return [own]
    return [own | {"GetExecutionProviderType": "provider"}, own | {"CreateKernelV2": "refuse"}]


def _write_constant(c: Code, made: int, operator: CardOperator, answers: dict[str, str]) -> None:
    facts = {"panels": not operator.columns_first, "by_tokens": not operator.rows_first, "inputs": len(operator.inputs)}
    native_ops.write_constant(c, made, operator.name, answers, [], facts, [kind for _, kind, _ in operator.inputs])


# -------------------------------------------------------------------- an operator


def _write_operator(c: Code, number: int, operator: CardOperator, images: dict[bytes, str]) -> None:
    with c.status_function(f"create_{number}", [POINTER] * 4) as (op, api, _, out):
        c.guard(c.invoke("new_state", op, api, c.constant(len(operator.plans)), out))
    for place, (_, _, plan) in enumerate(operator.plans):
        _write_run(c, f"run_{number}_{place}", operator, place, plan, images[plan.binary.code])
    _write_compute(c, number, operator)


def _write_compute(c: Code, number: int, operator: CardOperator) -> None:
    """KernelComputeV2(state, context): inputs are held against what the plans were made for, and one of those runs."""
    with c.status_function(f"compute_{number}", [POINTER] * 2) as (state, context):
        api, op = known(c, state, "api"), known(c, state, "op")
        c.use_api(api)
        records, dims, found = c.frame(len(operator.inputs) * RECORD_WORDS), c.frame(MOST_DIMS), c.frame(3)
        out, y, arch = (c.word(found, n) for n in range(3))
        inputs = []
        for place in range(len(operator.inputs)):
            record = c.word(records, place * RECORD_WORDS)
            c.guard(c.invoke("input", api, context, c.constant(place), record))
            inputs.append(read(c, record))
        x = inputs[0]
        c.require(c.compare("sge", x.rank, c.constant(1 + operator.columns_first)), "x has too few dimensions")
        source, target = positions(c, op, x.rank)
        columns, rows = c.constant(operator.columns), c.constant(operator.rows)
        fits = c.compare("eq", c.load(c.at(x.dims, source, "i64"), "i64"), columns)
        c.require(fits, f"x has not the {operator.columns} features that the weight reads")
        tokens = c.binary("divui", x.count, columns)
        together = c.constant(0)
        for tensor, (name, _, count) in zip(inputs[1:], operator.inputs[1:], strict=True):
            wanted = c.mul(tokens, rows) if count is None else c.constant(count)
            c.require(c.compare("eq", tensor.count, wanted), f"'{name}' has not as many numbers as it should")
        for tensor in inputs:
            together = c.binary("ori", together, c.op(f"llvm.ptrtoint {tensor.data.name} : {POINTER} to i64", "i64"))
        rest = c.binary("andi", together, c.constant(ALIGNED - 1))
        c.require(c.compare("eq", rest, c.constant(0)), f"an input lies at no multiple of {ALIGNED} bytes")
        c.invoke("arrange", x.dims, dims, x.rank, source, target, rows, result=None)
        c.ask("KernelContext_GetOutput", context, c.constant(0), dims, x.rank, out)
        c.leave_if(c.compare("eq", tokens, c.constant(0)))
        c.ask("GetTensorMutableData", c.load(out, POINTER), y)
        c.guard(c.invoke("architecture", api, arch))
        chosen = _chosen(c, operator, c.load(arch, "i64"), tokens)
        for place in range(len(operator.plans)):
            given = (state, context, records, c.load(y, POINTER), tokens)
            here = c.compare("eq", chosen, c.constant(place))
            c.guard(c.only_if(here, lambda: c.invoke(f"run_{number}_{place}", *given)))  # noqa: B023


def _chosen(c: Code, operator: CardOperator, arch: Value, tokens: Value) -> Value:
    """The place of the plan that is taken; an error where there is none."""
    known_arch, chosen = c.constant(0, "i1"), c.constant(-1)
    for place, (name, most, _) in reversed([*enumerate(operator.plans)]):
        same = c.compare("eq", arch, c.constant(compute_capability(name)))
        few = c.compare("sle", tokens, c.constant(most))
        chosen = c.select(c.binary("andi", same, few), c.constant(place), chosen)
        known_arch = c.binary("ori", known_arch, same)
    there = ", ".join(dict.fromkeys(name for name, _, _ in operator.plans))
    c.require(known_arch, f"this library holds machine code for {there}, which this card cannot run")
    c.require(c.compare("sge", chosen, c.constant(0)), "x has more tokens than its kernel counts")
    return chosen


def _write_run(c: Code, name: str, operator: CardOperator, place: int, plan: Plan, image: str) -> None:
    """``run(state, context, records, y, tokens)``: a plan is put into the stream of the session."""
    with c.status_function(name, [*[POINTER] * 4, "i64"]) as (state, context, records, y, tokens):
        api = known(c, state, "api")
        c.use_api(api)
        parameters, trailing = len(plan.parameters), plan.binary.trailing
        found, values = c.frame(3), c.frame(max(1, parameters + trailing))
        places = c.frame(max(1, parameters + trailing))
        scratch_out, scratch, stream = (c.word(found, n) for n in range(3))
        tiles = c.binary("ceildivui", tokens, c.constant(plan.tile))
        slots = c.times(tiles, plan.slots)
        pieces = [
            c.times(slots, 4),
            c.times(slots, 4 * plan.numbers),
            c.times(tiles, plan.blocks[0] * plan.blocks[1] * plan.binary.scratch),
        ]
        starts, end = [], c.constant(0)
        for size in pieces:
            starts.append(end)
            end = c.add(end, c.times(c.binary("ceildivui", size, c.constant(PIECE)), PIECE))
        if operator.has_scratch:
            c.set(found, 0, end)
            c.ask("KernelContext_GetOutput", context, c.constant(1), scratch_out, c.constant(1), scratch)
            c.ask("GetTensorMutableData", c.load(scratch, POINTER), scratch)
        held = c.word(state, len(STATE) + 2 * place)
        entry, shared = c.string(plan.binary.entry), c.constant(plan.binary.shared)
        c.guard(c.invoke("function", api, held, c.address(image), entry, shared))
        c.ask("KernelContext_GetGPUComputeStream", context, stream)
        at = c.load(scratch, POINTER) if operator.has_scratch else c.null()
        arrived, partial, descriptors = (c.at(at, start, "i8") for start in starts)
        if plan.slots:
            zero = c.constant(0, "i32")
            _tell(c, api, "cuMemsetD32Async", arrived, zero, slots, c.load(stream, POINTER))
        given = {"result": y, "arrived": arrived, "partial": partial, "tokens": tokens}
        for number, (kind, value) in enumerate(plan.parameters):
            if kind == "input":
                record = c.word(records, value * RECORD_WORDS)
                given[kind] = c.field(record, RECORD.index("data"), POINTER)
            c.set(values, number, given[kind] if kind in given else c.constant(value))
        for number in range(trailing):
            used = number == 0 and plan.binary.scratch
            c.set(values, parameters + number, descriptors if used else c.null())
        for number in range(parameters + trailing):
            c.set(places, number, c.word(values, number))
        one = c.constant(1, "i32")
        first, third, threads, shared_bytes = (
            c.constant(n, "i32") for n in (*plan.blocks, plan.threads, plan.binary.shared)
        )
        grid = (first, c.convert("trunci", tiles, "i32"), third, threads, one, one, shared_bytes)
        function = c.field(held, 1, POINTER)
        _tell(c, api, "cuLaunchKernel", function, *grid, c.load(stream, POINTER), places, c.null())
