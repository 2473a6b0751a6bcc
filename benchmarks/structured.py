"""Dense against compiled at 0 / 30 / 50 / 70 % structured zeros, next to the ideal (ratio of multiply-adds).

    python benchmarks/structured.py                       five networks, PyTorch and ONNX Runtime, one image
    python benchmarks/structured.py --inductor            also torch.compile of both (minutes per network)
    python benchmarks/structured.py -n resnet50 -s 50     one row
    python benchmarks/structured.py --constants           leave batch norms: dead channels emit constants

A random share of the channels of every layer is zero, the same channels in all layers that a residual stream
ties together; weights and batch-norm statistics are random. Dense and compiled run in turns, in one process.
Prints one table and writes ``benchmarks/results/structured.json``.
"""

from __future__ import annotations

import argparse
import copy
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import torch
from _measure import (
    Spread,
    Timings,
    add_options,
    export_dense,
    flops,
    interleave,
    onnx_runner,
    torch_runner,
    write_rows,
)
from _networks import network
from _prune import zero_channels
from rich.console import Console
from rich.table import Table
from torch import Tensor, nn

import sparsec

BACKENDS = {"onnxruntime": "onnxruntime", "inductor": "inductor", "eager": "cpu"}  # with sparsec's target
TITLES = {"onnxruntime": "ONNX Runtime", "inductor": "Inductor", "eager": "PyTorch eager"}
NETWORKS = ("vgg16_bn", "resnet50", "densenet121", "mobilenet_v2", "efficientnet_b0")


def main() -> None:
    options = _options()
    torch.set_num_threads(options.threads)
    console = Console(width=None if sys.stdout.isatty() else 130)
    rows: list[dict[str, Any]] = []
    for name in options.networks:
        with console.status(f"{name}: compiling") as status:
            rows += measure(name, options, lambda text, name=name: status.update(f"{name}: {text}"))
        console.print(f"{name} done", style="dim")
    console.print(table(rows, options))
    console.print(write_rows(options, rows))


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Dense against compiled at several shares of structured zeros.")
    parser.add_argument("-n", "--networks", nargs="+", default=NETWORKS, choices=NETWORKS, metavar="NAME")
    parser.add_argument("-s", "--shares", nargs="+", type=int, default=[0, 30, 50, 70], metavar="PERCENT")
    parser.add_argument("--inductor", action="store_true", help="also torch.compile of both")
    parser.add_argument("--constants", action="store_true", help="zero the filters only, not their batch norms")
    parser.add_argument("--side", type=int, default=224, help="image side in pixels")
    add_options(parser, "structured", rounds=30, budget=90, each="network and backend")
    return parser.parse_args()


def measure(name: str, options: argparse.Namespace, say: Callable[[str], None]) -> list[dict[str, Any]]:
    """All shares of one network: what compiling gives, and how fast it then runs on each backend."""
    image = torch.randn(1, 3, options.side, options.side, generator=torch.Generator().manual_seed(0))
    dense = network(name, image)
    rows: dict[str, dict[str, Any]] = {f"{s}": {"network": name, "zeros": s} for s in options.shares}
    for backend in BACKENDS if options.inductor else [b for b in BACKENDS if b != "inductor"]:
        modules: dict[str, nn.Module] = {"dense": dense}
        for key, row in rows.items():
            say(f"compiling {key} % for {backend}")
            modules[key], row[backend] = compiled(dense, row["zeros"], backend, image, options)
        timings = race(modules, backend, image, options, say)
        for key, row in rows.items():
            row[backend] |= {
                "dense_ms": _ms(timings.seconds("dense")),
                "compiled_ms": _ms(timings.seconds(key)),
                "speedup": timings.speedup(key, "dense").json(),
            }
    total = flops(dense, image)
    for row in rows.values():
        results = [row[backend] for backend in BACKENDS if backend in row]
        row["ideal"] = total / min(result["flops"] for result in results)
        row["parameters"] = {"dense": _parameters(dense), "compiled": min(r["parameters"] for r in results)}
        for result in results:
            result["of_ideal"] = result["speedup"]["median"] / row["ideal"]
    return [*rows.values()]


def compiled(
    dense: nn.Module, share: int, backend: str, image: Tensor, options: argparse.Namespace
) -> tuple[nn.Module, dict[str, Any]]:
    """The network with zeros, compiled for a backend, and what it came to."""
    masked = copy.deepcopy(dense)
    zero_channels(masked, share / 100, norms=not options.constants)
    start = time.perf_counter()
    small: nn.Module = sparsec.compile(masked, (image,), target=BACKENDS[backend], measure=False).module
    seconds = time.perf_counter() - start
    with torch.no_grad():
        expected, got = masked(image), small(image)
    error = (got - expected).abs().max() / expected.abs().max().clamp_min(1e-30)
    return small, {
        "compile_seconds": seconds,
        "relative_error": float(error),
        "flops": flops(small, image),
        "parameters": _parameters(small),
    }


def _parameters(model: nn.Module) -> int:
    return sum(p.numel() for p in model.parameters())


def _ms(seconds: Spread) -> dict[str, float]:
    return {key: value * 1e3 for key, value in seconds.json().items()}


def race(
    modules: dict[str, nn.Module],
    backend: str,
    image: Tensor,
    options: argparse.Namespace,
    say: Callable[[str], None],
) -> Timings:
    """Interleaved timings of the dense network and every compiled one on one backend."""
    runners: dict[str, Callable[[], object]] = {}
    with tempfile.TemporaryDirectory() as folder:
        for key, module in modules.items():
            say(f"preparing {key} for {backend}")
            if backend == "onnxruntime":
                path = Path(folder) / f"{key}.onnx"
                export(module, image, path)
                runners[key] = onnx_runner(path, image, options.threads)
                path.unlink()  # several large networks would fill a small disk
                continue
            if backend == "inductor":
                torch._dynamo.reset()
                module = torch.compile(module, dynamic=False)
            runners[key] = torch_runner(module, image)
            runners[key]()
    return interleave(
        runners,
        rounds=options.rounds,
        budget=options.budget,
        on_round=lambda number: say(f"{backend}, round {number}"),
    )


def export(module: nn.Module, image: Tensor, path: Path) -> None:
    """The compiled network exports itself; the dense one goes through PyTorch's own exporter."""
    if hasattr(module, "export_onnx"):
        module.export_onnx(path)
        return
    export_dense(module, image, path)


def table(rows: list[dict[str, Any]], options: argparse.Namespace) -> Table:
    shown = [backend for backend in BACKENDS if backend in rows[0]]
    result = Table(
        title="Dense against compiled: speed-up, median (quartiles), share of the ideal",
        caption=f"batch 1, {options.side} px, {options.threads} thread(s); ideal: ratio of multiply-adds",
    )
    result.add_column("network", no_wrap=True)
    for title in ("zeros", "weights", "ideal"):
        result.add_column(title, justify="right", no_wrap=True)
    for backend in shown:
        result.add_column(TITLES[backend], justify="right", no_wrap=True)
    for title in ("error", "compile"):
        result.add_column(title, justify="right", no_wrap=True)
    for number, row in enumerate(rows):
        cells = [f"{row['zeros']} %", f"{row['parameters']['compiled'] / 1e6:.2f} M", f"{row['ideal']:.2f}×"]
        for backend in shown:
            spread = Spread(**row[backend]["speedup"])
            cells.append(f"{spread.text()}× {row[backend]['of_ideal']:4.0%}")
        error = max(row[backend]["relative_error"] for backend in shown)
        cells += [f"{error:.0e}", f"{row[shown[0]]['compile_seconds']:.1f} s"]
        first = number == 0 or rows[number - 1]["network"] != row["network"]
        last = number + 1 == len(rows) or rows[number + 1]["network"] != row["network"]
        result.add_row(row["network"] if first else "", *cells, end_section=last)
    return result


if __name__ == "__main__":
    main()
