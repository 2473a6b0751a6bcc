"""What one call costs through each way in, for a small and for a large model.

    python benchmarks/calls.py            prints a table, writes benchmarks/results/calls.json
    python benchmarks/calls.py --quick    few rounds

Stacks of linear layers with half of the rows zero, called with one token: the calls that have the least to compute,
where checks and wrappers weigh the most. ``graph alone`` is what the backend has compiled, without looking at weights
and without Dynamo's guards, for which ``dense, Dynamo alone`` pays, too. On a busy machine the least of the samples
says most: disturbance only ever adds time.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from _measure import Timings, interleave, machine, onnx_runner, write_results
from rich.console import Console
from rich.table import Table
from torch import Tensor, nn

import sparsec
from sparsec.compiler.backend import sparse
from sparsec.runtime.entry import entry

DENSE = "dense, eager"
WATCHES = ("watch", "version", "content", "frozen")


@dataclass(frozen=True)
class Size:
    """A stack of ``layers`` linear layers of ``width``."""

    layers: int
    width: int

    @property
    def name(self) -> str:
        return f"{self.layers} layers of {self.width}"

    def model(self) -> nn.Module:
        torch.manual_seed(0)
        layers: list[nn.Module] = []
        for _ in range(self.layers):
            layer = nn.Linear(self.width, self.width)
            with torch.no_grad():
                layer.weight[::2] = 0
                layer.bias[::2] = 0
            layers += [layer, nn.ReLU()]
        return nn.Sequential(*layers[:-1]).eval().requires_grad_(False)


SIZES = (Size(4, 96), Size(8, 1024))


def entries(size: Size, x: Tensor, folder: Path) -> dict[str, Callable[[], object]]:
    """A call through each way in, by name."""
    model = size.model()
    small = sparsec.compile(model, (x,), measure=False, dynamic_shapes={"input": None})
    saved = sparsec.load(small.save(folder / "small.pt2")).exported.module()
    file = sparsec.compile(model, (x,), target="onnxruntime", measure=False).export_onnx(folder / "small.onnx")
    alone = entry(small.program)
    calls: dict[str, Callable[[Tensor], Any]] = {
        DENSE: model,
        "dense, Dynamo alone": torch.compile(_called(size.model()), backend="eager", dynamic=False),
        "graph alone": alone,
        "compiled module": small,
        ".pt2": saved,
    }
    for weights in WATCHES:
        calls[f"backend, weights={weights}"] = torch.compile(
            _called(size.model()), backend=sparse, options={"weights": weights}, dynamic=False
        )
    runs = {name: _runner(call, x) for name, call in calls.items()}
    return runs | {"ONNX Runtime": onnx_runner(file, x)}


def _called(model: nn.Module) -> Callable[[Tensor], Any]:
    """The model as a function of its own: Dynamo would look through what it has compiled of the others, too."""

    def call(x: Tensor) -> Any:
        return model(x)

    call.__code__ = call.__code__.replace()
    return call


def _runner(call: Callable[[Tensor], Any], x: Tensor) -> Callable[[], object]:
    def run() -> object:
        with torch.no_grad():
            return call(x)

    return run


def rows(size: Size, timings: Timings) -> list[dict[str, Any]]:
    return [
        {
            "model": size.name,
            "entry": name,
            "seconds": timings.seconds(name).json() | {"least": min(timings.samples[name])},
            "speedup": timings.speedup(name, DENSE).json(),
        }
        for name in timings.samples
    ]


def table(found: list[dict[str, Any]]) -> Table:
    result = Table(title="One call with one token")
    for title in ("model", "entry", "microseconds", "quartiles", "least", "over dense"):
        result.add_column(title, justify="left" if title in ("model", "entry") else "right")
    for row in found:
        low, middle, high, least = (row["seconds"][key] * 1e6 for key in ("low", "median", "high", "least"))
        gain = row["speedup"]["median"]
        figures = f"{middle:.1f}", f"{low:.1f}-{high:.1f}", f"{least:.1f}", f"{gain:.2f}x"
        result.add_row(row["model"], row["entry"], *figures)
    return result


def main() -> None:
    parser = argparse.ArgumentParser(description="The cost of one call through each way in.")
    parser.add_argument("--rounds", type=int, default=60)
    parser.add_argument("--budget", type=float, default=60.0, help="seconds of timing per model")
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--quick", action="store_true", help="nine rounds")
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    found: list[dict[str, Any]] = []
    with warnings.catch_warnings():
        warnings.simplefilter("error", sparsec.FallbackWarning)
        for size in SIZES:
            with tempfile.TemporaryDirectory() as folder:
                calls = entries(size, torch.randn(1, size.width), Path(folder))
                rounds = 9 if options.quick else options.rounds
                found += rows(size, interleave(calls, rounds=rounds, budget=options.budget))
    Console(file=sys.stdout, width=120).print(table(found))
    results = {"machine": machine(options.threads), "settings": vars(options), "rows": found}
    print(f"written to {write_results('calls', results)}")


if __name__ == "__main__":
    main()
