"""Channel layouts: every layer reads its own half of the channels, realised in four ways, against dense.

    python benchmarks/layouts.py                              five networks, ONNX Runtime, batch 1 and 8
    python benchmarks/layouts.py --backends inductor          torch.compile (minutes per network)
    python benchmarks/layouts.py -n resnet50 -b 1             one row

``shared`` masks the same channels for all readers of a value (as many weights are kept) and removes them. The others
have masks of their own, by the same criterion: ``union`` removes what nobody reads, ``gather`` copies before every
reader, ``upscale`` is the published heuristic, ``ours`` the optimised layout. None of them is undone here if it is
slower. Prints ratios over dense, all timed in turns in one process, and writes ``benchmarks/results/layouts.json``.
"""

from __future__ import annotations

import argparse
import copy
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from _axis_masks import mask_readers
from _measure import (
    Spread,
    add_options,
    export_dense,
    flops,
    interleave,
    onnx_runner,
    torch_runner,
    write_rows,
)
from _networks import network
from rich.console import Console
from rich.table import Table
from torch import Tensor, nn

from sparsec.codegen.onnx.export import export_onnx
from sparsec.compiler.capture.models import capture
from sparsec.compiler.ir.program import Program
from sparsec.compiler.ir.speculation import EVERYWHERE, additions
from sparsec.compiler.numerics import demote, promote
from sparsec.compiler.pipeline import Pipeline, exact, layout_steps
from sparsec.passes.base import Context
from sparsec.runtime import targets
from sparsec.runtime.profile import costs_for

NETWORKS = ("resnet50", "densenet121", "efficientnet_b0", "mobilenet_v2", "vit_b_16")
MODES = {"union": "constrained", "gather": "gather", "upscale": "upscale", "ours": "optimised"}
SHOWN = ("shared", *MODES)


def main() -> None:
    options = _options()
    torch.set_num_threads(options.threads)
    console = Console(width=None if sys.stdout.isatty() else 130)
    rows: list[dict[str, Any]] = []
    for name in options.networks:
        start = time.perf_counter()
        image = torch.randn(1, 3, options.side, options.side, generator=torch.Generator().manual_seed(0))
        dense = network(name, image)
        for backend in options.backends:
            smaller = {own: removed(dense, image, backend, options.share, own=own) for own in (False, True)}
            for batch in options.batches:
                rows.append({"network": name, "batch": batch, "backend": backend})
                rows[-1] |= measure(dense, smaller, image.repeat(batch, 1, 1, 1), backend, options)
        console.print(f"{name}: {time.perf_counter() - start:.0f} s", style="dim")
    console.print(table(rows, options))
    console.print(write_rows(options, rows))


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Readers with their own channels, in four layouts, against dense.")
    parser.add_argument("-n", "--networks", nargs="+", default=NETWORKS, metavar="NAME")
    parser.add_argument("-b", "--batches", nargs="+", type=int, default=[1, 8])
    parser.add_argument("--backends", nargs="+", default=["onnxruntime"], choices=["onnxruntime", "inductor", "cpu"])
    parser.add_argument("--share", type=float, default=0.5, help="of the channels of each reader that are zero")
    parser.add_argument("--side", type=int, default=224, help="image side in pixels")
    add_options(parser, "layouts", rounds=25, budget=40, each="row")
    return parser.parse_args()


@dataclass(frozen=True)
class Removed:
    """A masked network, and its program without what nobody reads."""

    masked: nn.Module
    program: Program
    dtype: torch.dtype | None


def removed(dense: nn.Module, image: Tensor, backend: str, share: float, *, own: bool) -> Removed:
    """Mask every reader's channels, its own or those of all readers together, and remove what nobody reads."""
    masked = copy.deepcopy(dense)
    mask_readers(masked, image, share, own=own)
    program = capture(masked, (image,))
    dtype = promote(program)
    Pipeline(exact(backend)).run(program, Context(target=targets.get(backend), speculation=EVERYWHERE))
    return Removed(masked, program, dtype)


def laid_out(smaller: Removed, images: Tensor, backend: str, mode: str) -> Program:
    """The program in a layout, whether it is faster or not, and as exact as float32 is."""
    program = smaller.program.copy()
    program.inputs = (images.double(),)
    ctx = Context(target=targets.get(backend), costs=costs_for(backend), speculation=EVERYWHERE)
    Pipeline(layout_steps(backend, mode)).run(program, ctx)
    if smaller.dtype is not None:
        demote(program, smaller.dtype)
    program.inputs = (images,)
    with torch.no_grad():
        expected, got = smaller.masked(images), program.run((images,))[0]
    error = float((got - expected).abs().max() / expected.abs().max())
    if error > 1e-3:
        raise ValueError(f"layout '{mode}' computes something else: {error}")
    return program


def measure(
    dense: nn.Module, smaller: dict[bool, Removed], images: Tensor, backend: str, options: argparse.Namespace
) -> dict[str, Any]:
    """One network at one batch size on one backend: every layout in turns."""
    programs = {"shared": laid_out(smaller[False], images, backend, "constrained")}
    programs |= {key: laid_out(smaller[True], images, backend, mode) for key, mode in MODES.items()}
    total = flops(dense, images)
    runners = _runners(dense, programs, backend, images, options)
    timings = interleave(runners, rounds=options.rounds, budget=options.budget)
    return {
        "ideal": {key: total / flops(program.module, images) for key, program in programs.items()},
        "added": {key: _counted(program) for key, program in programs.items()},
        "dense_ms": {key: value * 1e3 for key, value in timings.seconds("dense").json().items()},
        "speedup": {key: timings.speedup(key, "dense").json() for key in programs},
    }


def _counted(program: Program) -> dict[str, int]:
    found: dict[str, int] = {}
    for addition in additions(program):
        found[addition.what] = found.get(addition.what, 0) + 1
    return found


def _runners(
    dense: nn.Module, programs: dict[str, Program], backend: str, images: Tensor, options: argparse.Namespace
) -> dict[str, Callable[[], object]]:
    runners: dict[str, Callable[[], object]] = {}
    if backend != "onnxruntime":
        modules: dict[str, nn.Module] = {"dense": dense, **{key: program.module for key, program in programs.items()}}
        for key, module in modules.items():
            torch._dynamo.reset()
            runners[key] = torch_runner(
                torch.compile(module, dynamic=False) if backend == "inductor" else module, images
            )
            runners[key]()
        return runners
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "model.onnx"
        export_dense(dense, images, path)
        runners["dense"] = onnx_runner(path, images, options.threads)
        for key, program in programs.items():
            runners[key] = onnx_runner(export_onnx(program, path), images, options.threads)
    return runners


def table(rows: list[dict[str, Any]], options: argparse.Namespace) -> Table:
    result = Table(
        title="Speed-up over dense, median (quartiles); below: ideal (multiply-adds), slices + gathers",
        caption=f"{options.share:.0%} of every reader's channels zero, {options.side} px, {options.threads} thread(s)",
    )
    for title in ("network", "batch", "backend"):
        result.add_column(title, no_wrap=True)
    for title in SHOWN:
        result.add_column(title, justify="right", no_wrap=True)
    for row in rows:
        speed = [f"{Spread(**row['speedup'][key]).text()}×" for key in SHOWN]
        facts = [
            f"{row['ideal'][key]:.2f}×, {sum(v for k, v in row['added'][key].items() if 'slice' in k)} + "
            f"{sum(v for k, v in row['added'][key].items() if 'gather' in k)}"
            for key in SHOWN
        ]
        result.add_row(row["network"], str(row["batch"]), row["backend"], *speed)
        result.add_row("", "", "", *facts, style="dim", end_section=True)
    return result


if __name__ == "__main__":
    main()
