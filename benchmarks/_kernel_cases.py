"""What ``kernels.py`` measures: cases, and for each the ways to compute it, by name.

``torch``, ``inductor`` and ``ort`` compute the dense layer in float32. ``ours <format>`` is an operator of
``torch.ops.sparsec``, ``ours in ort <format>`` the same kernel in a session of ONNX Runtime. All else are peers.
"""

from __future__ import annotations

import functools
import importlib.util
import itertools
import tempfile
import warnings
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import _ort
import torch
import torch.nn.functional as F
from _blocks import masked
from torch import Tensor, nn

from sparsec.codegen.formats.int8_blocks import Int8Blocks
from sparsec.codegen.formats.vector_blocks import VectorBlocks
from sparsec.codegen.mlir.matmul import Matmul
from sparsec.codegen.onnx.native import write_library
from sparsec.compiler.errors import UserError
from sparsec.runtime import kernels, operators  # noqa: F401, operators registers torch.ops.sparsec

Run = Callable[[], object]
# Rows in a block of the weight's own pattern -> (rows in a block, columns in a segment) of the formats to try.
FORMATS = {1: ((1, 0), (1, 128), (1, 192), (4, 0)), 4: ((4, 0),), 8: ((8, 0),), 16: ((16, 0),)}
INDEX, VALUES = {torch.int16: "i16", torch.int32: "i32"}, {torch.float32: "f32", torch.bfloat16: "bf16"}


@dataclass(frozen=True)
class Case:
    """One layer with zeros.

    Attributes:
        table: "gemm", "decode", "conv" or "int8".
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
    if "gemm" in tables:
        for sizes, (blocks, shares) in itertools.product(PRODUCTS[some], SHARES.items()):
            yield from (Case("gemm", sizes, blocks, zeros) for zeros in shares[some])
    if "decode" in tables:
        for side, rows, values in itertools.product((4096, 2048)[some], (16, 8)[some], ("f32", "bf16")):
            yield Case("decode", (side, side, 1), (rows, 1), 0.5, values)
    if "conv" in tables:
        for taps, zeros in itertools.product((1, 3), (0.7, 0.8, 0.9)[some]):
            yield Case("conv", (128, taps, 28), (4, 1), zeros)
    if "int8" in tables:
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
        made = self._dense(case, weight, x)
        if case.table == "int8":
            made |= self._int8(weight, x)
        else:
            made |= self._ours(case, weight, x)
        if case.table == "gemm" or (case.table == "decode" and case.values == "f32"):
            made |= self._peers(weight, x)
        if case.values == "bf16":
            weight_half, x_half = weight.bfloat16(), x.bfloat16()
            made["torch bf16"] = lambda: F.linear(x_half, weight_half)
        return made

    # ---------------------------------------------------------------- dense

    def _dense(self, case: Case, weight: Tensor, x: Tensor) -> dict[str, Run]:
        layer = _layer(case, weight)
        model = _ort.convolution(weight, x.shape, _padding(case)) if case.table == "conv" else None
        model = model or _ort.product(weight, x.shape[0])
        made: dict[str, Run] = {"ort": _ort.session(model, {"x": x}, self.threads), "torch": lambda: layer(x)}
        if self.inductor:
            key = (case.table == "conv", case.sizes)
            if key not in self._compiled:
                self._compiled[key] = torch.compile(layer, dynamic=False)
            compiled = self._compiled[key]
            # Compiled once for a shape: the weight of this case takes the place of the first one's.
            compiled.weight.data = weight

            def run() -> object:
                return compiled(x)

            made["inductor"] = run
        return made

    # ---------------------------------------------------------------- ours

    def _ours(self, case: Case, weight: Tensor, x: Tensor) -> dict[str, Run]:
        made: dict[str, Run] = {}
        matrix = weight.flatten(1)
        for rows, segment in FORMATS[case.blocks[0]]:
            name = f"{rows}x1" + (f"/{segment}" if segment else "") + (" bf16" if case.values == "bf16" else "")
            packed = VectorBlocks((matrix.shape[0], matrix.shape[1]), rows, 1, segment).pack(matrix)
            values = packed.values.bfloat16() if case.values == "bf16" else packed.values
            packed = type(packed)(values, packed.indices, packed.starts)
            operands = (x, values, packed.indices, packed.starts, None, None, weight.shape[0])
            taps = _sides(case)
            if case.table == "conv":
                made[f"ours {name}"] = functools.partial(_conv, operands, [*taps.values()])
            else:
                made[f"ours {name}"] = functools.partial(_linear, operands, segment)
            if segment:
                continue  # operators inside ONNX Runtime have none
            place = "windows" if case.sizes[1] > 1 else "features"
            source, target = (place, place) if case.table == "conv" else ("panels", "tokens")
            kernel = Matmul(rows, source, target, VALUES[values.dtype], INDEX[packed.indices.dtype])
            attributes = {"rows": weight.shape[0]} | (taps if source == "windows" else {})
            try:
                model = _ort.sparse(kernel, packed, x.shape, attributes)
                made[f"ours in ort {name}"] = _ort.session(model, {"x": x}, self.threads, _library())
            except (UserError, RuntimeError) as error:
                self.missing[f"ours in ort {kernel.name}"] = str(error).splitlines()[0]
        return made

    def _int8(self, weight: Tensor, x: Tensor) -> dict[str, Run]:
        made: dict[str, Run] = {"ort int8": _ort.quantised(weight, x, self.threads)}
        if kernels.runs_int8(x):
            packed = Int8Blocks((weight.shape[0], weight.shape[1])).pack(weight)
            tensors = (packed.values, packed.indices, packed.starts, packed.scales, packed.sums)
            operator = torch.ops.sparsec.vblock_linear_int8.default
            made["ours int8 8x4"] = functools.partial(operator, x, *tensors, None, weight.shape[0], "")
        else:
            self.missing["ours int8 8x4"] = "no processor with VNNI, or no torch-mlir"
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


def _sides(case: Case) -> dict[str, list[int]]:
    taps, padding = case.sizes[1], _padding(case)
    return {"kernel": [taps] * 2, "stride": [1, 1], "padding": [padding] * 2, "dilation": [1, 1]}


def _linear(operands: tuple[Any, ...], segment: int) -> Tensor:
    result: Tensor = torch.ops.sparsec.vblock_linear.default(*operands, segment, "", False, False)
    return result


def _conv(operands: tuple[Any, ...], sides: list[list[int]]) -> Tensor:
    result: Tensor = torch.ops.sparsec.vblock_conv2d.default(*operands, *sides, "")
    return result


@functools.cache
def _library() -> Path:
    """One library with all kernels; it lies in a folder that goes when the process ends."""
    folder = Path(_folder().name)
    products = [Matmul(rows, "panels", "tokens", values) for rows in (1, 4, 8, 16) for values in ("f32", "bf16")]
    images = [Matmul(4, place, place) for place in ("features", "windows")]
    return write_library([*products, *images], folder / "kernels.so", strides=(1,))


@functools.cache
def _folder() -> tempfile.TemporaryDirectory[str]:
    return tempfile.TemporaryDirectory()


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


def _openvino(weight: Tensor, x: Tensor, threads: int) -> Run:
    import openvino

    core = openvino.Core()
    model = core.read_model(_ort.product(weight, x.shape[0]).SerializeToString())
    compiled = core.compile_model(model, "CPU", {"INFERENCE_NUM_THREADS": threads, "INFERENCE_PRECISION_HINT": "f32"})
    request = compiled.create_infer_request()
    return lambda: torch.from_numpy(request.infer([x.numpy()])[compiled.output(0)])
