"""What a second thread gains: large sparse layers on one thread and on several, in turns, in PyTorch and ONNX Runtime.

    python benchmarks/threads.py             prints a table, writes benchmarks/results/threads.json
    python benchmarks/threads.py --threads 4

A team waits for its last member, so a machine that does something else shows that, not the kernels: look at the least
of the samples, and at ``waited``, the share of the time for which threads that could run had no processor.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import torch
from _measure import Timings, machine, write_results
from rich.console import Console
from rich.table import Table
from torch import Tensor

from sparsec.codegen.formats.alone import in_formats
from sparsec.codegen.formats.patterns import pattern_of
from sparsec.codegen.formats.vector_blocks import VectorBlocks
from sparsec.compiler.ir.packing import SparseLayer
from sparsec.runtime.disturbance import Disturbance
from sparsec.runtime.targets import get

TARGETS = ("cpu", "onnxruntime")


@dataclass(frozen=True)
class Case:
    """A linear layer of ``rows`` x ``columns`` on ``tokens``, of which a share is kept in blocks of ``height`` rows."""

    rows: int
    columns: int
    tokens: int
    height: int
    kept: float
    column_tile: int = 0

    @property
    def name(self) -> str:
        zeros = f"{1 - self.kept:.0%} of {self.height} x 1"
        return f"M {self.rows}, K {self.columns}, {self.tokens} tokens, {zeros}"

    def layer(self) -> SparseLayer:
        random = torch.Generator().manual_seed(0)
        kept = torch.rand(self.rows // self.height, self.columns, generator=random) < self.kept
        weight: Tensor = torch.randn(self.rows, self.columns, generator=random) * kept.repeat_interleave(self.height, 0)
        return SparseLayer(weight, pattern=pattern_of(weight), tokens=self.tokens)

    @property
    def form(self) -> VectorBlocks:
        return VectorBlocks((self.rows, self.columns), self.height, 1, self.column_tile)


CASES = (
    Case(3072, 768, 128, 8, 0.5),
    Case(3072, 768, 128, 8, 0.2),
    Case(3072, 768, 512, 8, 0.2),
    Case(3072, 768, 512, 1, 0.1, 192),
    Case(4096, 4096, 32, 4, 0.2),
)


def runners(case: Case, target: str, numbers: tuple[int, ...]) -> dict[str, Callable[[], object]]:
    """The layer on each number of threads."""
    programs, found = in_formats(case.layer(), {"sparse": case.form}), dict[str, Callable[[], object]]()
    for number in numbers:
        torch.set_num_threads(number)
        made = get(target).layer_runners({"sparse": programs["sparse"]})["sparse"]
        found[str(number)] = on_threads(number, made)
    return found


def in_turns(calls: dict[str, Callable[[], object]], rounds: int, budget: float) -> Timings:
    """One call after the other: several in a row would rarely be undisturbed."""
    samples: dict[str, list[float]] = {name: [] for name in calls}
    end = time.perf_counter() + budget
    for number in range(rounds):
        for name, call in calls.items():
            start = time.perf_counter()
            call()
            samples[name].append(time.perf_counter() - start)
        if time.perf_counter() > end and number >= 4:
            break
    return Timings({name: times[2:] for name, times in samples.items()})


def on_threads(number: int, run: Callable[[], object]) -> Callable[[], object]:
    def call() -> object:
        torch.set_num_threads(number)
        with torch.no_grad():
            return run()

    return call


def row(case: Case, target: str, timings: Timings, waited: float) -> dict[str, Any]:
    one, *_, several = timings.samples
    least = {name: min(samples) for name, samples in timings.samples.items()}
    return {
        "layer": case.name,
        "target": target,
        "threads": int(several),
        "seconds": {name: timings.seconds(name).json() | {"least": least[name]} for name in timings.samples},
        "gain": timings.speedup(several, one).json() | {"least": least[one] / least[several]},
        "waited": waited,
    }


def table(rows: list[dict[str, Any]]) -> Table:
    result = Table(title="Several threads over one")
    for title in ("layer", "target", "threads", "one, us", "several, us", "gain", "of the least", "waited"):
        result.add_column(title, justify="left" if title in ("layer", "target") else "right")
    for found in rows:
        one, several = (found["seconds"][name]["least"] * 1e6 for name in ("1", str(found["threads"])))
        gain = found["gain"]
        spread = f"{gain['median']:.2f} ({gain['low']:.2f}-{gain['high']:.2f})"
        figures = f"{one:.0f}", f"{several:.0f}", spread, f"{gain['least']:.2f}", f"{found['waited']:.0%}"
        result.add_row(found["layer"], found["target"], str(found["threads"]), *figures)
    return result


def main() -> None:
    parser = argparse.ArgumentParser(description="What further threads gain.")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--rounds", type=int, default=1000)
    parser.add_argument("--budget", type=float, default=5.0, help="seconds of timing per layer and target")
    options = parser.parse_args()
    rows = []
    for case in CASES:
        for target in TARGETS:
            calls = runners(case, target, (1, options.threads))
            watch = Disturbance()
            timings = in_turns(calls, options.rounds, options.budget)
            rows.append(row(case, target, timings, watch.share()))
    Console(file=sys.stdout, width=140).print(table(rows))
    results = {"machine": machine(options.threads), "settings": vars(options), "rows": rows}
    print(f"written to {write_results('threads', results)}")


if __name__ == "__main__":
    main()
