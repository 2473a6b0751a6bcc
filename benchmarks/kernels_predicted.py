"""What inner loops of float kernels cost on processors that need not be here: computed by llvm-mca, not measured.

    python benchmarks/kernels_predicted.py                     the processors that LLVM 14 knows
    python benchmarks/kernels_predicted.py --cpu znver3        one of them

For each kernel the loop over entries of its largest tile: multiply-adds of vectors and loads in it, what had no room in
registers, cycles for an entry and the share of the multiply-adds that the processor could do meanwhile, if all that is
loaded lies in the nearest cache. Needs objdump and llvm-mca. Writes ``benchmarks/results/kernels_predicted.json``.
"""

from __future__ import annotations

import argparse
import shutil
import sys
from typing import Any

from _measure import write_results
from rich.console import Console
from rich.table import Table

from sparsec.codegen.mlir import engine, inner_loops
from sparsec.codegen.mlir.host import X86
from sparsec.codegen.mlir.matmul import Matmul
from sparsec.codegen.mlir.matvec import Matvec

PROCESSORS = {"avx2": ("znver2", "znver3", "haswell", "skylake"), "avx512": ("skylake-avx512",)}
KERNELS: dict[str, Matmul | Matvec] = {
    "8x1, linear": Matmul(8, "panels", "tokens"),
    "16x1, linear": Matmul(16, "panels", "tokens"),
    "4x1, linear": Matmul(4, "panels", "tokens"),
    "4x1, 1 x 1 convolution": Matmul(4),
    "4x1, windows": Matmul(4, "windows", "windows"),
    "1x1, linear": Matmul(1, "panels", "tokens"),
    "1x1 in column tiles": Matmul(1, "panels", "tokens", column_tiled=True),
    "16x1, a few tokens": Matvec(16),
}


def main() -> None:
    parser = argparse.ArgumentParser(description="What inner loops cost, as llvm-mca computes it.")
    parser.add_argument("--cpu", nargs="+", help="as llvm-mca calls them; all that are known if not said")
    parser.add_argument("--dry-run", action="store_true", help="write no JSON")
    options = parser.parse_args()
    if not (engine.available() and inner_loops.available() and shutil.which("llvm-mca")):
        sys.exit("this needs torch-mlir, objdump (binutils) and llvm-mca (LLVM)")
    rows = [row for name, cpus in PROCESSORS.items() for row in _rows(name, [*cpus], options.cpu)]
    Console(width=None if sys.stdout.isatty() else 140).print(_table(rows))
    if not options.dry_run:
        print(f"written to {write_results('kernels_predicted', {'computed by': 'llvm-mca', 'rows': rows})}")


def _rows(name: str, processors: list[str], asked: list[str] | None) -> list[dict[str, Any]]:
    rows = []
    for title, spec in KERNELS.items():
        loop = inner_loops.loops_of(spec, X86[name])[0]
        facts = {"multiply_adds": loop.multiply_adds, "loads": loop.loads, "spills": loop.spills}
        for processor in asked or processors:
            needed = inner_loops.cycles(loop, processor) / loop.entries
            share = inner_loops.of_peak(loop, processor)
            per_entry = {key: value / loop.entries for key, value in facts.items()}
            rows.append({"host": name, "kernel": title, "cpu": processor, **per_entry, "cycles": needed, "peak": share})
    return rows


def _table(rows: list[dict[str, Any]]) -> Table:
    table = Table(title="Inner loops, computed by llvm-mca for one entry")
    for title in ("host", "kernel", "processor"):
        table.add_column(title, no_wrap=True)
    for title in ("multiply-adds", "loads", "spills", "cycles", "of peak"):
        table.add_column(title, justify="right", no_wrap=True)
    for row in rows:
        numbers = [f"{row[key]:g}" for key in ("multiply_adds", "loads", "spills")]
        table.add_row(row["host"], row["kernel"], row["cpu"], *numbers, f"{row['cycles']:.2f}", f"{row['peak']:.0%}")
    return table


if __name__ == "__main__":
    main()
