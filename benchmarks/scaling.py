"""Compile time against the size of the graph: a stack of residual blocks, up to about 5,000 nodes.

    python benchmarks/scaling.py                       prints a table, writes benchmarks/results/scaling.json
    python benchmarks/scaling.py --nodes 200 800       other sizes

30 % of the filters of every layer are zero, the same ones along the residual stream. The last column, seconds of
the passes per thousand nodes, stays level if cost grows linearly. Channels are few and images small on purpose:
this measures the compiler's own work, not arithmetic.
"""

from __future__ import annotations

import argparse
import math
import sys
import time
from typing import Any

import torch
from _measure import machine, write_results
from _prune import zero_channels
from rich.console import Console
from rich.table import Table
from torch import Tensor, nn

from sparsec.compiler.capture.models import capture
from sparsec.compiler.driver import compile_program

CHANNELS, SIDE, SHARE = 16, 8, 0.3
NODES_PER_BLOCK = 19  # operations, weights and statistics of one block in the captured graph


class Block(nn.Module):
    """Two convolutions and an addition."""

    def __init__(self) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(CHANNELS, CHANNELS, 3, padding=1, bias=False)
        self.norm1 = nn.BatchNorm2d(CHANNELS)
        self.conv2 = nn.Conv2d(CHANNELS, CHANNELS, 3, padding=1, bias=False)
        self.norm2 = nn.BatchNorm2d(CHANNELS)

    def forward(self, x: Tensor) -> Tensor:
        y = self.norm1(self.conv1(x)).relu()
        return (x + self.norm2(self.conv2(y))).relu()


def stack(blocks: int) -> nn.Module:
    """A stem, residual blocks, a classifier; a share of the channels is zero."""
    torch.manual_seed(0)
    stem = nn.Conv2d(3, CHANNELS, 3, padding=1)
    model = nn.Sequential(stem, *(Block() for _ in range(blocks)))
    model.extend([nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(CHANNELS, 10)])
    model.eval().requires_grad_(False)
    zero_channels(model, SHARE, norms=True)
    return model


def measure(blocks: int, verify: bool) -> dict[str, Any]:
    model, images = stack(blocks), torch.randn(2, 3, SIDE, SIDE)
    start = time.perf_counter()
    program = capture(model, (images,))
    captured = time.perf_counter()
    small = compile_program(program, verify=verify, measure=False)
    done = time.perf_counter()
    passes: dict[str, float] = {}
    for name, seconds, _ in small.report.timings:
        passes[name] = passes.get(name, 0.0) + seconds
    return {
        "blocks": blocks,
        "nodes": len(program.graph.nodes),
        "layers_shrunk": len(small.report.changed_layers),
        "seconds": {"capture": captured - start, "passes": sum(passes.values()), "compile": done - captured},
        "per_pass": passes,
    }


def table(rows: list[dict[str, Any]]) -> Table:
    result = Table(title="Seconds against nodes", caption=growth(rows))
    for title in ("nodes", "layers shrunk", "capture", "passes", "passes + verification", "passes per 1000"):
        result.add_column(title, justify="right")
    for row in rows:
        seconds = row["seconds"]
        result.add_row(
            f"{row['nodes']:,}",
            f"{row['layers_shrunk']}",
            *(f"{seconds[key]:.2f}" for key in ("capture", "passes", "compile")),
            f"{seconds['passes'] / row['nodes'] * 1000:.2f}",
        )
    return result


def growth(rows: list[dict[str, Any]]) -> str:
    """The exponent of the passes' cost between the smallest and the largest graph: 1 is linear, 2 is quadratic."""
    first, last = rows[0], rows[-1]
    if first["nodes"] == last["nodes"]:
        return ""
    cost = last["seconds"]["passes"] / first["seconds"]["passes"]
    return f"passes grow as nodes^{math.log(cost) / math.log(last['nodes'] / first['nodes']):.2f}"


def main() -> None:
    parser = argparse.ArgumentParser(description="Compile time against the number of graph nodes.")
    parser.add_argument("--nodes", nargs="+", type=int, default=[160, 320, 640, 1250, 2500, 5000])
    parser.add_argument("--no-verify", action="store_true")
    parser.add_argument("--dry-run", action="store_true", help="write no JSON")
    options = parser.parse_args()
    console = Console(width=None if sys.stdout.isatty() else 110)
    measure(2, verify=False)  # first use of torch.export loads much
    rows: list[dict[str, Any]] = []
    for nodes in sorted(options.nodes):
        with console.status(f"about {nodes} nodes"):
            rows.append(measure(max(1, round(nodes / NODES_PER_BLOCK)), verify=not options.no_verify))
    console.print(table(rows))
    slowest = sorted(rows[-1]["per_pass"].items(), key=lambda item: -item[1])[:5]
    console.print("largest graph: " + ", ".join(f"{name} {seconds:.2f} s" for name, seconds in slowest))
    if not options.dry_run:
        console.print(f"written to {write_results('scaling', {'machine': machine(), 'rows': rows})}")


if __name__ == "__main__":
    main()
