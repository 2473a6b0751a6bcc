"""Layers in 8 bits, one at a time: sparse and dense, against what ONNX Runtime and PyTorch do with 8 bits.

    python benchmarks/kernels_int8.py                       this processor
    SPARSEC_HOST=avx2 ATEN_CPU_CAPABILITY=avx2 ONEDNN_MAX_CPU_ISA=AVX2 FBGEMM_ENABLE_INSTRUCTIONS=AVX2 \
        python benchmarks/kernels_int8.py                   as for AVX2; ONNX Runtime cannot be held back

From float32 to float32, inside a session of ONNX Runtime (``ours``) and called from PyTorch (``ours in torch``), whose
way to an operator costs some microseconds. Peers: of products, ONNX Runtime's dynamic quantisation (``ort``) and
PyTorch's (``torch``, with 7 bits where a processor has no VNNI); of convolutions, both's static one, with scales from
the data, which ours find out at each call, or are given, too (``ours static``). Speed-ups are medians of interleaved
runs, by the thread's own clock, so that a busy machine disturbs less; the share is that of the peak of integers in
registers (``_peak.py``). Writes
``benchmarks/results/kernels_int8.json``, with the host in its name if it is not this machine's own.
"""

from __future__ import annotations

import argparse
import itertools
import os
import time
import warnings
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import _ort
import torch
import torch.nn.functional as F
from _blocks import masked
from _measure import Spread, machine, write_results
from _ort import Run
from _peak import peak
from _race import race
from rich.console import Console
from rich.table import Table
from torch import Tensor

from sparsec.codegen.formats.alone import in_formats
from sparsec.codegen.formats.int8_blocks import Int8Blocks
from sparsec.codegen.formats.patterns import pattern_of
from sparsec.codegen.mlir.host import host
from sparsec.codegen.operators import operator_of
from sparsec.compiler.ir.packing import SparseLayer
from sparsec.compiler.ir.program import Program
from sparsec.compiler.ir.window import Window
from sparsec.runtime.targets import get
from sparsec.runtime.targets.cpu import eager_runners

PRODUCTS = ((3072, 768, 128), (768, 3072, 128), (3072, 768, 16), (2048, 2048, 1))
IMAGES = ((128, 1, 28), (128, 3, 28), (256, 1, 14), (256, 3, 14))
# The largest difference to the dense float32 layer, relative to its largest value.
TOLERANCE = 5e-2


@dataclass(frozen=True)
class Case:
    """One layer.

    Attributes:
        sizes: (rows, columns, tokens); of a convolution (channels, taps along a side, side of the image).
        is_image: whether it is a convolution.
        rows: of the blocks of four columns (channels) that are zero, and stored.
        zeros: share of the weight that is zero.
    """

    sizes: tuple[int, int, int]
    is_image: bool
    rows: int
    zeros: float

    @property
    def label(self) -> str:
        one, two, three = self.sizes
        return f"{two}x{two}, {one} channels, {three}x{three}" if self.is_image else f"M{one} K{two} N{three}"

    def data(self) -> tuple[Tensor, Tensor]:
        """The weight and the input."""
        random = torch.Generator().manual_seed(0)
        one, two, three = self.sizes
        if not self.is_image:
            x, weight = torch.randn(three, two, generator=random), torch.randn(one, two, generator=random)
            return masked(weight, self.rows, 4, self.zeros), x
        x = torch.randn(1, one, three, three, generator=random)
        weight = torch.randn(one, two * two * one, generator=random)  # channels last: four of them are a block
        weight = masked(weight, self.rows, 4, self.zeros)
        return weight.reshape(one, two, two, one).permute(0, 3, 1, 2).contiguous(), x

    def useful(self, weight: Tensor) -> float:
        """Operations with weights that are left, a multiply-add being two."""
        places = self.sizes[2] ** 2 if self.is_image else self.sizes[2]
        return 2.0 * places * int(torch.count_nonzero(weight))


def cases(quick: bool) -> Iterator[Case]:
    """All cases; one of each kind if ``quick``."""
    some = slice(0, 1) if quick else slice(None)
    for sizes, zeros in itertools.product(PRODUCTS[some], (0.0, 0.5, 0.8, 0.9)):
        yield Case(sizes, False, 16 if sizes[2] == 1 else 8, zeros)
    if not quick:
        yield Case(PRODUCTS[0], False, 1, 0.9)
    for sizes, zeros in itertools.product(IMAGES[some], (0.0, 0.7, 0.8, 0.9)):
        yield Case(sizes, True, 8, zeros)


def candidates(case: Case, weight: Tensor, x: Tensor) -> dict[str, Run]:
    """Ways to compute a case, by name."""
    matrix, window, taps = weight.flatten(1), None, 1
    if case.is_image:
        side = case.sizes[1]
        window, taps = Window((side, side), (1, 1), (side // 2, side // 2)), side**2
    pattern = replace(pattern_of(matrix), order=None)
    layer = SparseLayer(matrix, pattern, case.sizes[2], window, (1, *x.shape[2:]) if window else (1, 1, 1))  # type: ignore[arg-type]
    programs = in_formats(layer, {"bytes": Int8Blocks((matrix.shape[0], matrix.shape[1]), case.rows, taps)}, x)
    if case.is_image:
        programs["given"] = _with_steps(programs["bytes"], float(x.abs().max()) / 127)
    plain, inside = eager_runners(programs), get("onnxruntime").layer_runners(programs)
    made: dict[str, Run] = {
        "float32": lambda: plain["dense"]()[0],
        "ours in torch": lambda: plain["bytes"]()[0],
        "ours": lambda: torch.from_numpy(inside["bytes"]().numpy()),
        "ort float32": lambda: torch.from_numpy(inside["dense"]().numpy()),
    }
    if case.is_image:
        made["ours static"] = lambda: torch.from_numpy(inside["given"]().numpy())
        return made | {"ort": _ort.static_convolution(weight, x), "torch": _static(weight, x)}
    return made | {"ort": _ort.quantised(weight, x, 1), "torch": _dynamic(weight, x)}


def _with_steps(program: Program, step: float) -> Program:
    """A program whose layer in 8 bits is told how large a step of its activations is, as in a quantised graph."""
    program = program.copy()
    for node in program.nodes():
        if operator_of(node) is not None:
            node.args = (*node.args, step, 128)
    return program


def _dynamic(weight: Tensor, x: Tensor) -> Run:
    """PyTorch's own dynamic quantisation of a product; of activations to 7 bits where sums of two products saturate."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # quantised tensors are deprecated
        torch.backends.quantized.engine = "x86"
        scales = weight.abs().amax(1).clamp_min(1e-12).double() / 127
        small = torch.quantize_per_channel(weight, scales, torch.zeros_like(scales).long(), 0, torch.qint8)
        packed = torch.ops.quantized.linear_prepack(small, None)
    return lambda: torch.ops.quantized.linear_dynamic(x, packed, host().dot == "pairs")


def _static(weight: Tensor, x: Tensor) -> Run:
    """PyTorch's own static quantisation of a convolution, from float32 to float32, channels last as it likes them."""
    most, side = 63 if host().dot == "pairs" else 127, weight.shape[2]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        torch.backends.quantized.engine = "x86"
        scales = weight.abs().amax((1, 2, 3)).clamp_min(1e-12).double() / 127
        small = torch.quantize_per_channel(weight, scales, torch.zeros_like(scales).long(), 0, torch.qint8)
        packed = torch.ops.quantized.conv2d_prepack(small, None, [1, 1], [side // 2] * 2, [1, 1], 1)
    step, size = float(x.abs().max()) / most, float(F.conv2d(x, weight, padding=side // 2).abs().max()) / 127
    last = x.contiguous(memory_format=torch.channels_last)

    def run() -> object:
        steps = torch.quantize_per_tensor(last, step, most + 1, torch.quint8)
        return torch.ops.quantized.conv2d(steps, packed, size, 128).dequantize()

    return run


@torch.no_grad()
def measure(case: Case, most: float | None, options: argparse.Namespace) -> dict[str, Any]:
    """One case: every candidate checked, then all of them in turns."""
    weight, x = case.data()
    made = candidates(case, weight, x)
    expected: Any = made["float32"]()
    errors = {}
    for name, call in made.items():
        found: Any = call()
        errors[name] = float((found - expected).abs().max() / expected.abs().max())
        if not errors[name] < TOLERANCE:
            raise ValueError(f"'{name}' computes something else: {case.label}, error {errors[name]:.1e}")
    # Of one thread, so that others on the machine do not count.
    timings = race(made, rounds=options.rounds, budget=options.budget, clock=time.thread_time)
    seconds = timings.seconds("ours").median
    return {
        "case": case.label,
        "rows": case.rows,
        "zeros": case.zeros,
        "ms": {name: {k: v * 1e3 for k, v in timings.seconds(name).json().items()} for name in made},
        "error": errors,
        "over": {name: timings.speedup("ours", name).json() for name in made if name != "ours"},
        "static_over_ort": timings.speedup("ours static", "ort").json() if case.is_image else None,
        "in_torch_over_ort": timings.speedup("ours in torch", "ort").json(),
        "operations_per_second": case.useful(weight) / seconds,
        "of_peak": case.useful(weight) / seconds / most if most else None,
    }


def table(rows: list[dict[str, Any]]) -> Table:
    """All rows."""
    result = Table(title=f"Layers in 8 bits, kernels for {host().name} ({host().dot}); one thread", caption="medians")
    for title in ("layer", "zeros", "x ORT int8", "static", "from torch", "x torch int8", "x ORT float32", "of peak"):
        result.add_column(title, justify="left" if title == "layer" else "right", no_wrap=True)
    for row in rows:
        over = row["over"]
        result.add_row(
            row["case"],
            f"{row['zeros']:.0%} {row['rows']}x4",
            Spread(**over["ort"]).text(),
            f"{row['static_over_ort']['median']:.2f}" if row["static_over_ort"] else "-",
            f"{row['in_torch_over_ort']['median']:.2f}",
            f"{over['torch']['median']:.2f}" if "torch" in over else "-",
            f"{over['ort float32']['median']:.2f}",
            f"{row['of_peak']:.0%}" if row["of_peak"] else "-",
        )
    return result


def main() -> None:
    parser = argparse.ArgumentParser(description="Layers in 8 bits, against ONNX Runtime's and PyTorch's.")
    parser.add_argument("--rounds", type=int, default=25)
    parser.add_argument("--budget", type=float, default=10, help="seconds of timing per case")
    parser.add_argument("--quick", action="store_true", help="one layer of each kind")
    parser.add_argument("--dry-run", action="store_true", help="write no JSON")
    options = parser.parse_args()
    torch.set_num_threads(1)
    most, console = peak(1, "i8"), Console(width=150)
    rows = [measure(case, most, options) for case in cases(options.quick)]
    console.print(table(rows))
    if not options.dry_run:
        asked = os.environ.get("SPARSEC_HOST")
        results = {"machine": machine(1), "host": str(host()), "peak": most, "rows": rows}
        console.print(f"written to {write_results('kernels_int8' + (f'_{asked}' if asked else ''), results)}")


if __name__ == "__main__":
    main()
