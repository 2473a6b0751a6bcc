"""Sparse layers for ONNX Runtime on a graphics card that is not here: a driver of ours takes launches, and computes.

It is a library under the driver's name, made as the libraries with kernels are, whose functions are Python's. So the
operators run in sessions on the processor, every launch is held against what a launch from Python would give, and its
result is what the operator means.
"""

from __future__ import annotations

import ctypes
import shutil
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import onnxruntime
import pytest
import torch
from onnx import TensorProto, helper
from torch import Tensor

from sparsec.codegen.formats.bsr import Bsr
from sparsec.codegen.formats.row_groups import RowGroups
from sparsec.codegen.formats.vector_blocks import VectorBlocks
from sparsec.codegen.mlir import engine
from sparsec.codegen.onnx.cuda_nodes import CardOperator
from sparsec.codegen.onnx.native_cuda import DRIVER, FUNCTIONS, write_card_library
from sparsec.codegen.operators import BSR_LINEAR, GATHER_LINEAR, N24_LINEAR, SKIP_LINEAR, VBLOCK_LINEAR, Operator
from sparsec.codegen.triton.base import FOLLOWS, Launch, Schedule
from sparsec.codegen.triton.build import Binary
from sparsec.codegen.triton.lowerings import Lowering, lowering
from sparsec.codegen.triton.plans import Plan, plan_of
from sparsec.compiler.ir.arguments import names_of

pytestmark = [
    pytest.mark.skipif(not engine.available() or not shutil.which("ld"), reason="no torch-mlir, or no linker"),
    pytest.mark.skipif(torch.cuda.is_available(), reason="the driver of this machine's card would be taken"),
]
KINDS = {
    torch.float32: TensorProto.FLOAT,
    torch.float16: TensorProto.FLOAT16,
    torch.bfloat16: TensorProto.BFLOAT16,
    torch.int32: TensorProto.INT32,
    torch.int16: TensorProto.INT16,
    torch.uint8: TensorProto.UINT8,
}
ROWS, COLUMNS = 100, 192

# ---------------------------------------------------------------- a driver


# What each of its functions is given.
POINTER, NUMBER, SIZE = ctypes.c_void_p, ctypes.c_uint32, ctypes.c_uint64
SIGNATURES: dict[str, list[Any]] = {
    "cuModuleLoadData": [POINTER, POINTER],
    "cuModuleUnload": [POINTER],
    "cuModuleGetFunction": [POINTER, POINTER, ctypes.c_char_p],
    "cuFuncSetAttribute": [POINTER, NUMBER, NUMBER],
    "cuLaunchKernel": [POINTER, *[NUMBER] * 7, POINTER, ctypes.POINTER(POINTER), POINTER],
    "cuMemsetD32Async": [POINTER, NUMBER, SIZE, POINTER],
    "cuCtxGetDevice": [POINTER],
    "cuDeviceGetAttribute": [POINTER, NUMBER, NUMBER],
    "cuGetErrorString": [NUMBER, POINTER],
}


def driver_text() -> str:
    """A library of the driver's functions, each of which calls what stands in a table of addresses."""
    kinds = {POINTER: "!llvm.ptr", ctypes.c_char_p: "!llvm.ptr", NUMBER: "i32", SIZE: "i64"}
    count = len(FUNCTIONS)
    lines = [
        f"llvm.mlir.global internal @table() : !llvm.array<{count} x ptr> {{",
        f"%0 = llvm.mlir.zero : !llvm.array<{count} x ptr>",
        f"llvm.return %0 : !llvm.array<{count} x ptr>",
        "}",
        "llvm.func @stub_table() -> !llvm.ptr {",
        "%0 = llvm.mlir.addressof @table : !llvm.ptr",
        "llvm.return %0 : !llvm.ptr",
        "}",
    ]
    for number, name in enumerate(FUNCTIONS):
        types = [kinds.get(kind, "!llvm.ptr") for kind in SIGNATURES[name]]
        given = ", ".join(f"%a{n}: {kind}" for n, kind in enumerate(types))
        passed = ", ".join(f"%a{n}" for n in range(len(types)))
        lines += [
            f"llvm.func @{name}({given}) -> i32 {{",
            f"%n = llvm.mlir.constant({number} : i64) : i64",
            "%t = llvm.mlir.addressof @table : !llvm.ptr",
            "%p = llvm.getelementptr %t[%n] : (!llvm.ptr, i64) -> !llvm.ptr, !llvm.ptr",
            "%f = llvm.load %p : !llvm.ptr -> !llvm.ptr",
            f"%r = llvm.call %f({passed}) : !llvm.ptr, ({', '.join(types)}) -> i32",
            "llvm.return %r : i32",
            "}",
        ]
    return "module {\n" + "\n".join(lines) + "\n}\n"


def put(address: int, value: int, kind: Any = ctypes.c_uint64) -> int:
    kind.from_address(address).value = value
    return 0


@dataclass
class Driver:
    """What stands for a card of an architecture; ``fails`` names a function that returns an error."""

    arch: int = 90
    fails: str = ""
    on_launch: Callable[..., None] = lambda *_: None
    images: list[int] = field(default_factory=list)
    entries: dict[int, str] = field(default_factory=dict)
    unloaded: list[int] = field(default_factory=list)
    shared: dict[int, int] = field(default_factory=dict)
    errors: list[BaseException] = field(default_factory=list)

    def call(self, name: str, *given: Any) -> int:
        try:
            return 700 if name == self.fails else getattr(self, name)(*given)
        except BaseException as error:  # noqa: BLE001 (told by the test: C would not hand it on)
            self.errors.append(error)
            return 1

    def cuModuleLoadData(self, module: int, image: int) -> int:
        self.images.append(image)
        return put(module, 1000 + len(self.images))

    def cuModuleUnload(self, module: int) -> int:
        self.unloaded.append(module)
        return 0

    def cuModuleGetFunction(self, function: int, module: int, entry: bytes) -> int:
        self.entries[module + 1000] = entry.decode()
        return put(function, module + 1000)

    def cuFuncSetAttribute(self, function: int, attribute: int, value: int) -> int:
        assert attribute == 8
        self.shared[function] = value
        return 0

    def cuMemsetD32Async(self, place: int, value: int, count: int, stream: int | None) -> int:
        ctypes.memset(place, value, 4 * count)
        return 0

    def cuCtxGetDevice(self, out: int) -> int:
        return put(out, 3, ctypes.c_int32)

    def cuDeviceGetAttribute(self, out: int, attribute: int, device: int) -> int:
        assert device == 3
        return put(out, {75: self.arch // 10, 76: self.arch % 10}[attribute], ctypes.c_int32)

    def cuGetErrorString(self, status: int, out: int) -> int:
        return put(out, ctypes.cast(b"an illegal memory access was encountered", POINTER).value or 0)

    def cuLaunchKernel(self, function: int, *given: Any) -> int:
        sizes, stream, places, extra = given[:7], *given[7:]
        assert stream is None and extra is None
        self.on_launch(self.entries[function], sizes, places)
        return 0


@pytest.fixture(scope="module")
def table(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """Where the functions of the library lie that goes by the driver's name."""
    folder = tmp_path_factory.mktemp("driver")
    engine.write_object(driver_text(), "stub_table", folder / "stub.o")
    command = ["ld", "-shared", "-z", "noexecstack", "-soname", DRIVER, "-o", "stub.so", "stub.o"]
    subprocess.run(command, cwd=folder, check=True)
    library = ctypes.CDLL(str(folder / "stub.so"))
    library.stub_table.restype = POINTER
    return library, (POINTER * len(FUNCTIONS)).from_address(library.stub_table())


@pytest.fixture
def driver(table: Any) -> Iterator[Driver]:
    _, places = table
    made, kept = Driver(), []
    for number, name in enumerate(FUNCTIONS):

        def call(*given: Any, name: str = name) -> int:
            return made.call(name, *given)

        function = ctypes.CFUNCTYPE(ctypes.c_int32, *SIGNATURES[name])(call)
        kept.append(function)
        places[number] = ctypes.cast(function, POINTER).value
    yield made
    assert not made.errors, made.errors


# ---------------------------------------------------------------- layers


def compiled(schedule: Schedule, dtype: torch.dtype, entry: str, arch: str = "sm_90") -> Binary:
    """What a schedule might have become; no driver of ours looks into the code."""
    scratch = 256 if schedule.constants.get("TMA") else 0
    arguments = tuple(schedule.signature(dtype).items())
    facts = {"shared": 60_000, "warps": schedule.warps, "lanes": 32, "arguments": arguments, "trailing": 2}
    facts |= {"scratch": scratch, "scratch_align": 128, "schedule": schedule.key}
    return Binary(arch, entry.encode(), entry, dtype=str(dtype), triton="0", **facts)


def is_given(place: int, wanted: Any, kind: str) -> bool:
    """Whether a parameter of a launch is a number, or the address of a tensor's numbers."""
    if not isinstance(wanted, Tensor):
        return bool((ctypes.c_float if kind == "fp32" else ctypes.c_int32).from_address(place).value == wanted)
    raw = wanted.contiguous().view(torch.uint8).numpy().tobytes()
    return ctypes.string_at(POINTER.from_address(place).value or 0, len(raw)) == raw


def overwrite(memory: dict[str, int], own: dict[str, Any], launch: Launch) -> None:
    """Write over all memory that is a launch's own, once its counters have been seen to be zero."""
    assert not any(address % 16 for address in memory.values())
    if launch.slots:
        assert not any(ctypes.string_at(memory["arrived"], 4 * launch.slots))
    for name, address in memory.items():
        ctypes.memset(address, 255, own[name].numel() * own[name].element_size())


@dataclass
class Layer:
    """A call of an operator, and the schedules that it may take: (the most tokens, schedule)."""

    operator: Operator
    arguments: dict[str, Any]
    schedules: list[tuple[int, Schedule]]

    @property
    def how(self) -> Lowering:
        found = lowering(self.operator)
        assert found is not None
        return found

    def card(self, arch: str = "sm_90") -> CardOperator:
        return CardOperator.of(self.operator, self.arguments, [(arch, most, plan) for most, plan in self.plans(arch)])

    def plans(self, arch: str = "sm_90") -> list[tuple[int, Plan]]:
        dtype = self.arguments["x"].dtype
        found = [(most, compiled(one, dtype, f"entry{n}", arch), one) for n, (most, one) in enumerate(self.schedules)]
        return [(most, plan_of(self.how, one, binary, self.arguments)) for most, binary, one in found]

    def with_tokens(self, tokens: int) -> dict[str, Any]:
        """The arguments, with other activations."""
        given, x = dict(self.arguments), self.arguments["x"]
        rows, first, out_first = self.card().rows, given.get("columns_first"), given.get("rows_first")
        given["x"] = torch.randn((COLUMNS, tokens) if first else (tokens, COLUMNS)).to(x.dtype)
        for name in ("residual", "gate"):
            if given.get(name) is not None:
                given[name] = torch.randn((rows, tokens) if out_first else (tokens, rows)).to(x.dtype)
        return given

    def model(self) -> onnx.ModelProto:
        """A graph of the operator alone; its weight is constant, all values are inputs of any size."""
        card, inputs, constants = self.card(), [], []
        for name, _, count in card.inputs:
            value = self.arguments[name]
            if count is None:
                inputs.append(helper.make_tensor_value_info(name, KINDS[value.dtype], [None] * value.ndim))
            else:
                raw = value.contiguous().view(torch.uint8).numpy().tobytes()
                constants.append(helper.make_tensor(name, KINDS[value.dtype], value.shape, raw, raw=True))
        outputs = ["y", "scratch"] if card.has_scratch else ["y"]
        names = [name for name, _, _ in card.inputs]
        node = helper.make_node(card.name, names, outputs, domain="sparsec", rows=card.rows)
        result = helper.make_tensor_value_info("y", KINDS[self.arguments["x"].dtype], [None, None])
        graph = helper.make_graph([node], "layer", inputs, [result], constants)
        opsets = [helper.make_opsetid("", 18), helper.make_opsetid("sparsec", 1)]
        return helper.make_model(graph, opset_imports=opsets, ir_version=9)

    def session(self, folder: Path, provider: str = "") -> onnxruntime.InferenceSession:
        options = onnxruntime.SessionOptions()
        options.log_severity_level = 4
        options.register_custom_ops_library(str(write_card_library([self.card()], folder / "kernels.so", provider)))
        return onnxruntime.InferenceSession(
            self.model().SerializeToString(), options, providers=["CPUExecutionProvider"]
        )

    def take(self, driver: Driver, given: dict[str, Any]) -> list[str]:
        """Let a driver compute the layer, and hold launches against those from Python; the entries that are taken."""
        taken: list[str] = []

        def on_launch(entry: str, sizes: tuple[int, ...], places: Any) -> None:
            taken.append(entry)
            schedule = self.schedules[int(entry.removeprefix("entry"))][1]
            launch = self.how.launch(schedule, *given.values())
            binary = compiled(schedule, given["x"].dtype, entry)
            assert sizes[:3] == launch.grid
            assert sizes[3:] == (32 * schedule.warps, 1, 1, binary.shared)
            own = {name: launch.given()[name] for name in ("y", *(["partial", "arrived"] if launch.slots else []))}
            memory = {}
            for place, (name, kind) in zip(places, binary.arguments, strict=False):
                wanted = launch.given().get(name)
                absent = name in FOLLOWS and given.get(name) is None
                if name in own:
                    memory[name] = POINTER.from_address(place).value or 0
                elif name not in ("partial", "arrived") and not absent:
                    assert is_given(place, wanted, kind), name
            extra = [POINTER.from_address(places[len(binary.arguments) + n]).value for n in range(binary.trailing)]
            assert (extra[0] is not None) == bool(binary.scratch) and extra[1] is None
            overwrite(memory, own, launch)
            ctypes.memset(extra[0] or 0, 255, binary.scratch * int(np.prod(launch.grid)))
            result = self.operator.reference(*given.values()).contiguous()
            ctypes.memmove(memory["y"], result.data_ptr(), result.numel() * result.element_size())

        driver.on_launch = on_launch
        return taken

    def run(self, session: onnxruntime.InferenceSession, given: dict[str, Any]) -> Tensor:
        values = {i.name: given[i.name] for i in session.get_inputs()}
        feeds = {}
        for name, value in values.items():
            feeds[name] = onnxruntime.OrtValue.ortvalue_from_numpy_with_onnx_type(
                value.contiguous().view(torch.int16).numpy() if value.itemsize == 2 else value.numpy(),
                KINDS[value.dtype],
            )
        (y,) = session.run_with_ort_values(["y"], feeds)
        dtype = given["x"].dtype
        found = y.to_dlpack() if hasattr(y, "to_dlpack") else y._ortvalue.to_dlpack()
        return torch.from_dlpack(found).view(dtype)


def layer(operator: Operator, dtype: torch.dtype, tokens: int, **given: Any) -> Layer:
    """A drawn layer in an operator's format, with its first schedules."""
    torch.manual_seed(0)
    weight = torch.randn(ROWS, COLUMNS) * (torch.rand(ROWS, COLUMNS) < 0.5)
    packed: dict[str, Any]
    if operator is BSR_LINEAR:
        packed = vars(Bsr((ROWS, COLUMNS), 64, 64).pack(weight.to(dtype)))
    elif operator is GATHER_LINEAR:
        packed = vars(RowGroups((ROWS, COLUMNS), 64, 32).pack(weight.to(dtype)))
    elif operator is VBLOCK_LINEAR:
        packed = vars(VectorBlocks((ROWS, COLUMNS), 16).pack(weight.to(dtype)))
    elif operator is N24_LINEAR:
        packed = {
            "values": torch.randn(ROWS, COLUMNS // 4, 2).to(dtype),
            "codes": torch.full((ROWS, COLUMNS // 8), 0b01000100, dtype=torch.uint8),
        }
    else:
        packed = {"weight": weight.T.contiguous().to(dtype), "threshold": 0.5}
    held = {**packed, "bias": torch.randn(ROWS).to(dtype), "activation": "silu", **given}
    schema = operator.op._schema.arguments
    defaults = {one.name: one.default_value if one.has_default_value() else None for one in schema}
    sizes = {"out_features": ROWS, "rows": ROWS, "column_tile": 0, "columns_first": False, "rows_first": False}
    if operator is BSR_LINEAR:
        sizes.pop("rows")
    x = torch.randn((COLUMNS, tokens) if given.get("columns_first") else (tokens, COLUMNS)).to(dtype)
    everything = defaults | sizes | held | {"x": x}
    arguments = {name: everything[name] for name in names_of(operator.op)}
    how = lowering(operator)
    assert how is not None
    problem = how.problem(*arguments.values())
    assert problem is not None
    schedule = how.schedules(problem, "sm_90")[0]
    if "PARTS" in schedule.constants and tokens <= 32:  # small layers have none
        schedule = replace(schedule, constants={**schedule.constants, "PARTS": 3})
    return Layer(operator, arguments, [(2**31 - 1, schedule)])


CASES = {
    "bsr": (BSR_LINEAR, torch.float16, 1, {}),
    "bsr gated": (BSR_LINEAR, torch.bfloat16, 17, {"gate": torch.ones(17, ROWS, dtype=torch.bfloat16)}),
    "groups": (GATHER_LINEAR, torch.float16, 16, {}),
    "groups, features first": (GATHER_LINEAR, torch.float16, 80, {"columns_first": True, "rows_first": True}),
    "2:4": (N24_LINEAR, torch.bfloat16, 1, {"residual": torch.ones(1, ROWS, dtype=torch.bfloat16)}),
    "2:4 of float32": (N24_LINEAR, torch.float32, 8, {}),
    "vectors": (VBLOCK_LINEAR, torch.float32, 2, {"residual": torch.ones(2, ROWS), "gate": torch.ones(2, ROWS)}),
    "skipped inputs": (SKIP_LINEAR, torch.float16, 1, {"gate": torch.ones(1, ROWS).half()}),
}


@pytest.mark.parametrize("case", CASES)
def test_what_is_launched_is_what_python_launches(case: str, driver: Driver, tmp_path: Path) -> None:
    operator, dtype, tokens, given = CASES[case]
    made = layer(operator, dtype, tokens, **given)
    session = made.session(tmp_path)
    for count in (tokens, 3 * tokens + 1, tokens):
        called = made.with_tokens(count)
        taken = made.take(driver, called)
        found = made.run(session, called)
        assert taken == ["entry0"]
        torch.testing.assert_close(found, operator.reference(*called.values()), rtol=0, atol=0)
    assert len(driver.images) == 1  # once for all runs
    assert driver.shared == {2001: 60_000}
    del session
    assert driver.unloaded == [1001]


def test_tokens_and_architecture_choose_the_kernel(driver: Driver, tmp_path: Path) -> None:
    made = layer(BSR_LINEAR, torch.float16, 1)
    few, many = made.schedules[0][1], layer(BSR_LINEAR, torch.float16, 512).schedules
    copied = [one for one in made.how.schedules(replace_tokens(made, 512), "sm_90") if one.constants["TMA"]]
    made.schedules = [(16, few), (64, many[0][1]), (2**31 - 1, copied[0])]
    session = made.session(tmp_path)
    for tokens, entry in ((1, "entry0"), (16, "entry0"), (17, "entry1"), (65, "entry2"), (700, "entry2")):
        called = made.with_tokens(tokens)
        taken = made.take(driver, called)
        torch.testing.assert_close(made.run(session, called), BSR_LINEAR.reference(*called.values()), rtol=0, atol=0)
        assert taken == [entry]
    driver.arch = 80
    with pytest.raises(Exception, match="holds machine code for sm_90, which this card cannot run"):
        made.run(session, made.with_tokens(1))


def replace_tokens(made: Layer, tokens: int) -> Any:
    problem = made.how.problem(*made.arguments.values())
    assert problem is not None
    return replace(problem, tokens=tokens)


def test_nothing_in_nothing_out(driver: Driver, tmp_path: Path) -> None:
    made = layer(BSR_LINEAR, torch.float16, 1)
    taken = made.take(driver, made.arguments)
    found = made.run(made.session(tmp_path), {**made.arguments, "x": torch.empty(0, COLUMNS, dtype=torch.float16)})
    assert found.shape == (0, ROWS) and not taken


@pytest.mark.parametrize("function", ["cuModuleLoadData", "cuMemsetD32Async", "cuLaunchKernel", "cuCtxGetDevice"])
def test_what_the_driver_refuses_is_told(function: str, driver: Driver, tmp_path: Path) -> None:
    made = layer(BSR_LINEAR, torch.float16, 1)
    assert made.plans()[0][1].slots  # counters are written
    session = made.session(tmp_path)
    driver.fails = function
    with pytest.raises(Exception, match="an illegal memory access was encountered"):
        made.run(session, made.arguments)


def test_inputs_that_do_not_fit(driver: Driver, tmp_path: Path) -> None:
    made = layer(VBLOCK_LINEAR, torch.float32, 2, residual=torch.ones(2, ROWS))
    session = made.session(tmp_path)
    with pytest.raises(Exception, match="x has not the 192 features"):
        made.run(session, {**made.arguments, "x": torch.ones(2, 191)})
    with pytest.raises(Exception, match="'residual' has not as many numbers"):
        made.run(session, {**made.arguments, "residual": torch.ones(3, ROWS)})


def test_a_session_without_the_provider_is_refused(driver: Driver, tmp_path: Path) -> None:
    with pytest.raises(Exception, match="open the session with the CUDAExecutionProvider"):
        layer(BSR_LINEAR, torch.float16, 1).session(tmp_path, "CUDAExecutionProvider")


def test_a_library_names_its_layers_and_links_with_nothing_of_cuda(tmp_path: Path) -> None:
    """It loads where there is no driver: what it does not hold itself is weak, or nothing."""
    made = layer(BSR_LINEAR, torch.float16, 1)
    library = write_card_library([made.card(), made.card()], tmp_path / "kernels.so")
    assert ctypes.CDLL(str(library)).RegisterCustomOps
    symbols = subprocess.run(["nm", "-D", str(library)], capture_output=True, text=True, check=True).stdout.split("\n")
    assert {line.split()[-1]: line.split()[-2] for line in symbols if line} == {
        "RegisterCustomOps": "T",
        "dlopen": "w",
        "dlsym": "w",
    }
    other = layer(BSR_LINEAR, torch.float16, 1, activation="relu")
    assert made.card().name == layer(BSR_LINEAR, torch.float16, 1).card().name != other.card().name
