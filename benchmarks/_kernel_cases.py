"""What ``kernels.py`` measures: cases, and for each the ways to compute it, by name.

``torch``, ``inductor``, ``onednn`` and ``ort`` compute the dense layer in float32. ``ours <form>`` is a sparse form in
PyTorch, ``ours in ort <form>`` the same in a session of ONNX Runtime. All else are peers.
"""

from __future__ import annotations

import importlib.util
import itertools
import warnings
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from typing import Any

import _ort
import torch
import torch.nn.functional as F
from _blocks import masked
from torch import Tensor, nn

from sparsec.codegen.formats.alone import in_formats
from sparsec.codegen.formats.grouped_gather import GroupedGather
from sparsec.codegen.formats.int8_blocks import Int8Blocks
from sparsec.codegen.formats.patterns import pattern_of
from sparsec.codegen.formats.vector_blocks import VectorBlocks
from sparsec.compiler.errors import UserError
from sparsec.compiler.ir.packing import Format, SparseLayer
from sparsec.compiler.ir.window import Window
from sparsec.runtime import kernels_int8
from sparsec.runtime.targets import get
from sparsec.runtime.targets.cpu import eager_runners

Run = Callable[[], object]
# Rows in a block of the weight's own pattern -> (rows in a block, columns in a column tile) of the formats to try.
FORMATS = {1: ((1, 0), (1, 128), (1, 192), (4, 0)), 4: ((4, 0),), 8: ((8, 0),)}
GROUPS = 8


@dataclass(frozen=True)
class Case:
    """One layer with zeros.

    Attributes:
        table: "gemm", "groups", "decode", "conv" or "int8".
        sizes: (rows, columns, tokens); of a convolution (channels, taps along a side, side of the image).
        blocks: (rows, columns) of the pattern of the zeros.
        zeros: share of the weight that is zero.
        values: dtype in which the kept weights are stored.
    """

    table: str
    sizes: tuple[int, int, int]
    blocks: tuple[int, int]
    zeros: float
    values: str = "f32"

    @property
    def label(self) -> str:
        one, two, three = self.sizes
        if self.table == "conv":
            return f"{two}x{two}, {one} channels, {three}x{three}"
        return f"M{one} K{two} N{three}"

    @property
    def pattern(self) -> str:
        return "scattered" if self.blocks == (1, 1) else f"{self.blocks[0]}x{self.blocks[1]}"

    def data(self) -> tuple[Tensor, Tensor]:
        """The weight and the input; the weight as its stored dtype rounds it."""
        random = torch.Generator().manual_seed(0)
        one, two, three = self.sizes
        if self.table == "conv":
            weight = torch.randn(one, one, two, two, generator=random)
            x = torch.randn(1, one, three, three, generator=random)
        else:
            weight, x = torch.randn(one, two, generator=random), torch.randn(three, two, generator=random)
        weight = masked(weight, *self.blocks, self.zeros)
        return (weight.bfloat16().float() if self.values == "bf16" else weight), x

    def useful(self, weight: Tensor) -> float:
        """Operations with weights that are left, a multiply-add being two."""
        places = self.sizes[2] ** 2 if self.table == "conv" else self.sizes[2]
        return 2.0 * places * int(torch.count_nonzero(weight))


SHARES = {(8, 1): (0.5, 0.8, 0.9), (4, 1): (0.5, 0.8, 0.9), (1, 1): (0.6, 0.8, 0.9, 0.95)}
PRODUCTS = ((3072, 768, 128), (768, 3072, 128), (3072, 768, 16))


def cases(tables: list[str], *, quick: bool) -> Iterator[Case]:
    """All cases of some tables; only the first shape with one share of zeros each if ``quick``."""
    some: slice = slice(0, 1) if quick else slice(None)
    makers: dict[str, Callable[[slice], Iterator[Case]]] = {
        "gemm": _gemm,
        "groups": _groups,
        "decode": _decode,
        "conv": _convolutions,
        "int8": _bytes,
    }
    for name in tables:
        yield from makers[name](some)


def _gemm(some: slice) -> Iterator[Case]:
    for sizes, (blocks, shares) in itertools.product(PRODUCTS[some], SHARES.items()):
        yield from (Case("gemm", sizes, blocks, zeros) for zeros in shares[some])


def _groups(some: slice) -> Iterator[Case]:
    for sizes, zeros in itertools.product(PRODUCTS[:2][some], (0.5, 0.75, 0.9)[some]):
        yield Case("groups", sizes, (sizes[0] // GROUPS, 1), zeros)


def _decode(some: slice) -> Iterator[Case]:
    for side, rows, values in itertools.product((4096, 2048)[some], (16, 8)[some], ("f32", "bf16")):
        yield Case("decode", (side, side, 1), (rows, 1), 0.5, values)


def _convolutions(some: slice) -> Iterator[Case]:
    for taps, zeros in itertools.product((1, 3), (0.7, 0.8, 0.9)[some]):
        yield Case("conv", (128, taps, 28), (4, 1), zeros)
    # Scattered zeros, and few places, no multiple of what a vector holds.
    small = ((256, 1, 14), (512, 1, 7), (128, 3, 14))
    for sizes, zeros in itertools.product(small[some], (0.8, 0.9)[some]):
        yield Case("conv", sizes, (1, 1), zeros)


def _bytes(some: slice) -> Iterator[Case]:
    for sizes, zeros in itertools.product(PRODUCTS[some], (0.5, 0.8, 0.9)[some]):
        yield Case("int8", sizes, (8, 4), zeros)


@dataclass
class Bench:
    """Makes candidates; what is dense is made once for every shape.

    Attributes:
        threads: of every candidate.
        inductor: whether it takes part.
        missing: candidates that could not be made, with the reason.
    """

    threads: int
    inductor: bool
    missing: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        torch.set_num_threads(self.threads)
        torch._dynamo.reset()
        self._compiled: dict[tuple[object, ...], Any] = {}

    def candidates(self, case: Case, weight: Tensor, x: Tensor) -> dict[str, Run]:
        """Ways to compute a case, by name."""
        made = self._ours(case, weight, x)
        if self.inductor:
            made["inductor"] = self._inductor(case, weight, x)
        if case.table in ("gemm", "decode") and case.values == "f32":
            made["onednn"] = _onednn(weight, x)
        if case.table == "int8":
            made |= self._int8(weight, x)
        if case.table == "gemm" or (case.table == "decode" and case.values == "f32"):
            made |= self._peers(weight, x)
        if case.values == "bf16":
            weight_half, x_half = weight.bfloat16(), x.bfloat16()
            made["torch bf16"] = lambda: F.linear(x_half, weight_half)
        return made

    def _ours(self, case: Case, weight: Tensor, x: Tensor) -> dict[str, Run]:
        """The layer dense and in the forms that fit, in PyTorch and in ONNX Runtime."""
        matrix, window = weight.flatten(1), None
        if case.table == "conv":
            sides = (case.sizes[1], case.sizes[1])
            window = Window(sides, (1, 1), (_padding(case), _padding(case)), (1, 1))
        # The masks lie in the order that they are used in.
        pattern = replace(pattern_of(matrix), order=None)
        images = (x.shape[0], *x.shape[2:]) if window else (1, 1, 1)
        layer = SparseLayer(matrix, pattern, case.sizes[2], window, images)
        forms = _forms(case, (matrix.shape[0], matrix.shape[1]))
        if case.table == "int8" and not kernels_int8.runs_int8(x):
            self.missing["ours 8x4 int8"] = "no torch-mlir"
            forms = {}
        programs = in_formats(layer, forms, x)
        plain = {name: _first(run) for name, run in eager_runners(programs).items()}
        made: dict[str, Run] = {"torch": plain.pop("dense")}
        try:
            inside = get("onnxruntime").layer_runners(programs)
        except UserError as error:
            self.missing["ours in ort"] = error.message
            inside = get("onnxruntime").layer_runners({"dense": programs["dense"]})
        made["ort"] = _read(inside["dense"])
        made |= {f"ours {name}": run for name, run in plain.items()}
        return made | {f"ours in ort {name}": _read(run) for name, run in inside.items() if name != "dense"}

    def _inductor(self, case: Case, weight: Tensor, x: Tensor) -> Run:
        key = (case.table == "conv", case.sizes)
        if key not in self._compiled:
            self._compiled[key] = torch.compile(_layer(case, weight), dynamic=False)
        compiled = self._compiled[key]
        # Compiled once for a shape: the weight of this case takes the place of the first one's.
        compiled.weight.data = weight

        def run() -> object:
            return compiled(x)

        return run

    def _int8(self, weight: Tensor, x: Tensor) -> dict[str, Run]:
        made: dict[str, Run] = {"ort int8": _ort.quantised(weight, x, self.threads)}
        sparse = _fbgemm(weight, x)
        if sparse is None:
            self.missing["fbgemm int8"] = "torch.ops.sparse.qlinear does not run here"
        else:
            made["fbgemm int8"] = sparse
        return made

    # ---------------------------------------------------------------- peers

    def _peers(self, weight: Tensor, x: Tensor) -> dict[str, Run]:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # "beta state"
            rows = weight.to_sparse_csr()
        columns = x.t().contiguous()  # the product that is fast there; its result is not transposed back

        def csr() -> object:
            return (rows @ columns).t()

        made: dict[str, Run] = {"torch csr": csr, "ort int8": _ort.quantised(weight, x, self.threads)}
        if importlib.util.find_spec("openvino") is None:
            self.missing["openvino"] = "not installed"
        else:
            made["openvino"] = _openvino(weight, x, self.threads)
        return made


class _Linear(nn.Module):
    def __init__(self, weight: Tensor) -> None:
        super().__init__()
        self.weight = nn.Parameter(weight, requires_grad=False)

    def forward(self, x: Tensor) -> Tensor:
        return F.linear(x, self.weight)


class _Conv(_Linear):
    def forward(self, x: Tensor) -> Tensor:
        return F.conv2d(x, self.weight, padding=self.weight.shape[2] // 2)


def _layer(case: Case, weight: Tensor) -> nn.Module:
    return (_Conv if case.table == "conv" else _Linear)(weight)


def _padding(case: Case) -> int:
    return case.sizes[1] // 2


def _forms(case: Case, shape: tuple[int, int]) -> dict[str, Format]:
    """The forms that fit the zeros of a case."""
    if case.table == "int8":
        return {"8x4 int8": Int8Blocks(shape)}
    dtype = torch.bfloat16 if case.values == "bf16" else None
    found: dict[str, Format] = {"8 groups": GroupedGather(shape, GROUPS)} if case.table == "groups" else {}
    for rows, column_tile in FORMATS.get(case.blocks[0], ((16, 0),)):
        if column_tile and case.table == "conv":
            continue
        name = f"{rows}x1" + (f"/{column_tile}" if column_tile else "") + (" bf16" if dtype else "")
        found[name] = VectorBlocks(shape, rows, 1, column_tile, dtype)
    return found


def _first(run: Callable[[], Any]) -> Run:
    """A call whose result is the only output of a program."""
    return lambda: run()[0]


def _read(run: Callable[[], Any]) -> Run:
    """A call whose result is a Tensor, which shares the memory of ONNX Runtime's."""
    return lambda: torch.from_numpy(run().numpy())


def _fbgemm(weight: Tensor, x: Tensor) -> Run | None:
    """FBGEMM's product with 1 x 4 blocks of bytes, scales known beforehand, from float32 to float32."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # quantised tensors are deprecated
            torch.backends.quantized.engine = "fbgemm"
            scales = weight.abs().amax(1).clamp_min(1e-12).double() / 127
            small = torch.quantize_per_channel(weight, scales, torch.zeros_like(scales).long(), 0, torch.qint8)
            packed = torch.ops.sparse.qlinear_prepack(small, None, 1, 4)
            # Activations have seven bits, as PyTorch advises: sums of two products overflow 16 bits otherwise.
            scale, result = float(x.abs().max()) / 63, float(F.linear(x, weight).abs().max()) / 127

            def run() -> object:
                quantised = torch.quantize_per_tensor(x, scale, 64, torch.quint8)
                return torch.ops.sparse.qlinear(quantised, packed, result, 128).dequantize()

            run()
    except (RuntimeError, AttributeError):
        return None
    return run


def _onednn(weight: Tensor, x: Tensor) -> Run:
    """A dense layer whose weight oneDNN has packed for so many tokens."""
    packed = torch.ops.mkldnn._reorder_linear_weight(weight, x.shape[0])
    return lambda: torch.ops.mkldnn._linear_pointwise(x, packed, None, "none", [], "")


def _openvino(weight: Tensor, x: Tensor, threads: int) -> Run:
    import openvino

    core = openvino.Core()
    model = core.read_model(_ort.product(weight, x.shape[0]).SerializeToString())
    compiled = core.compile_model(model, "CPU", {"INFERENCE_NUM_THREADS": threads, "INFERENCE_PRECISION_HINT": "f32"})
    request = compiled.create_infer_request()
    return lambda: torch.from_numpy(request.infer([x.numpy()])[compiled.output(0)])
