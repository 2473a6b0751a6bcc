"""How long a user waits: from a captured program to a verified and measured result, per network and target.

    python benchmarks/compile_time.py                               prints a table, writes results/compile_time.json
    python benchmarks/compile_time.py --only resnet18 --targets cpu

Every compile has a process and a cache folder of its own, with one thread; the second figure of a pair is for a new
process that finds the cache filled. 30 % of the filters of every convolution and linear layer are zero, each layer's by
itself; in BERT 30 % of the neurons of every MLP; MiniLM has zeros in blocks of 8 x 1, 80 %. Seconds on a clock hang on
who else uses the machine (the load is noted), seconds of the processor, children's included, hardly do. Memory is
what the process grows by at most from before the capture on: what PyTorch takes to be imported (300 MB or more) and the
model itself are there by then. Where a system cannot say that (Linux can), it is the largest size of the process.
"""

from __future__ import annotations

import argparse
import itertools
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import torch
from _measure import RESULTS, machine, write_results
from rich.console import Console
from rich.table import Table
from torch import Tensor, nn

from sparsec.compiler import memory

SHARE = 0.3
NETWORKS = ("resnet18", "resnet50", "mobilenet_v2", "bert", "davit_tiny", "coat_tiny", "minilm")
TARGETS = ("cpu", "onnxruntime")
EFFORTS = ("fast", "default")


def network(name: str) -> tuple[nn.Module, Tensor]:
    """A network in eval mode with zeros, and an input."""
    torch.manual_seed(0)
    if name == "minilm":
        from _models import minilm

        sparse = minilm()
        return sparse.model, sparse.inputs[0]
    if name == "bert":
        from _transformers import Encoder

        encoder = Encoder(layers=12).eval()
        for block in encoder.blocks:
            _no_rows(block.up)  # type: ignore[arg-type]
        return encoder.requires_grad_(False), torch.randn(1, 128, 768)
    from _networks import network as vision

    images = torch.randn(1, 3, 224, 224)
    model = vision(name, images)
    for layer in model.modules():
        if isinstance(layer, (nn.Conv2d, nn.Linear)) and layer.weight.shape[0] > 8:
            _no_rows(layer)
    return model.requires_grad_(False), images


@torch.no_grad()
def _no_rows(layer: nn.Conv2d | nn.Linear) -> None:
    """Zero a share of the rows of a layer's weight."""
    layer.weight[torch.rand(layer.weight.shape[0]) < SHARE] = 0


def _clock() -> tuple[float, float]:
    """Seconds on the clock, and of the processor."""
    spent = os.times()
    return time.perf_counter(), sum(spent[:4])


def _size_forgotten() -> int:
    """Bytes of this process, which from now on count as the largest that there were; 0 where that cannot be."""
    memory.give_back()
    try:
        Path("/proc/self/clear_refs").write_text("5")
        return _largest_size()
    except OSError:
        return 0


def _largest_size() -> int:
    """The most bytes that this process has had."""
    try:
        lines = Path("/proc/self/status").read_text().splitlines()
        return next(int(line.split()[1]) * 1024 for line in lines if line.startswith("VmHWM"))
    except OSError:
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


def compile_one(name: str, target: str, effort: str) -> dict[str, Any]:
    """One compile, in this process."""
    from sparsec.compiler.capture.models import capture
    from sparsec.compiler.driver import compile_program

    torch.set_num_threads(1)
    model, images = network(name)
    capture(nn.Linear(2, 2).eval(), (torch.ones(2, 2),))  # the first use of torch.export loads much
    size = _size_forgotten()
    start = _clock()
    program = capture(model, (images,))
    captured = _clock()
    report = compile_program(program, target=target, effort=effort).report
    done = _clock()
    passes: dict[str, float] = {}
    for step, seconds, _ in report.timings:
        passes[step] = passes.get(step, 0.0) + seconds
    return {
        "capture": {"seconds": captured[0] - start[0], "cpu": captured[1] - start[1]},
        "compile": {"seconds": done[0] - captured[0], "cpu": done[1] - captured[1]},
        "passes": passes,
        "added_bytes": _largest_size() - size,
        "size_bytes": size,
        "weight_bytes": sum(p.numel() * p.element_size() for p in model.parameters()),
        "decisions": report.decisions,
        "gain": report.measured_gain,
    }


def in_a_process(name: str, target: str, effort: str, cache: str) -> dict[str, Any]:
    """The same in a process of its own."""
    command = [sys.executable, __file__, "--one", name, target, effort]
    done = subprocess.run(
        command, env={**os.environ, "SPARSEC_CACHE": cache}, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise RuntimeError(f"{name} for {target}: {done.stderr[-2000:]}")
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


def table(rows: list[dict[str, Any]]) -> Table:
    result = Table(title="Seconds from capture to a measured result, cache empty / filled")
    for title in ("network", "target", "effort", "capture", "compile", "cpu seconds", "memory added", "of the weights"):
        result.add_column(title, justify="left" if title in ("network", "target", "effort") else "right")
    for row in rows:
        cold, warm = row["cold"], row["warm"]
        result.add_row(
            row["network"],
            row["target"],
            row["effort"],
            f"{cold['capture']['seconds']:.1f} ({cold['capture']['cpu']:.1f} cpu)",
            f"{cold['compile']['seconds']:.1f} / {warm['compile']['seconds']:.1f}",
            f"{cold['compile']['cpu']:.1f} / {warm['compile']['cpu']:.1f}",
            f"{cold['added_bytes'] / 2**20:.0f} MB",
            f"{cold['added_bytes'] / cold['weight_bytes']:.1f}x",
        )
    return result


def _with_earlier(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """What was measured, and what an earlier run has measured and this one has not."""
    file = RESULTS / "compile_time.json"
    earlier = json.loads(file.read_text())["rows"] if file.exists() else []
    measured = {(row["network"], row["target"], row["effort"]) for row in rows}
    return [
        *(row | {"earlier": True} for row in earlier if (row["network"], row["target"], row["effort"]) not in measured),
        *rows,
    ]


def main() -> None:
    parser = argparse.ArgumentParser(description="Seconds of a compile.")
    parser.add_argument("--only", nargs="+", default=NETWORKS, choices=NETWORKS, help="these networks")
    parser.add_argument("--targets", nargs="+", default=TARGETS, choices=TARGETS)
    parser.add_argument("--efforts", nargs="+", default=EFFORTS, choices=[*EFFORTS, "max"])
    parser.add_argument("--dry-run", action="store_true", help="write no JSON")
    parser.add_argument("--one", nargs=3, metavar=("NETWORK", "TARGET", "EFFORT"), help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.one:
        print(json.dumps(compile_one(*options.one)))
        return
    console = Console(width=None if sys.stdout.isatty() else 110)
    rows: list[dict[str, Any]] = []
    for name, target, effort in itertools.product(options.only, options.targets, options.efforts):
        with tempfile.TemporaryDirectory() as cache, console.status(f"{name} for {target}, {effort}"):
            cold, warm = (in_a_process(name, target, effort, cache) for _ in range(2))
        rows.append({"network": name, "target": target, "effort": effort, "load": os.getloadavg()[0]})
        rows[-1] |= {"cold": cold, "warm": warm}
    console.print(table(rows))
    if not options.dry_run:
        console.print(
            f"written to {write_results('compile_time', {'machine': machine(), 'rows': _with_earlier(rows)})}"
        )


if __name__ == "__main__":
    main()
