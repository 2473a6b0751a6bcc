"""Whole models whose zeros stay: compiled with sparse kernels, against dense on every backend.

    python benchmarks/sparse_models.py                              all models and backends, one thread (many minutes)
    python benchmarks/sparse_models.py -m mlp -b eager              one row
    python benchmarks/sparse_models.py -m mlp --quick --dry-run     to see that it runs

Weights with the smallest norms are zero, in blocks (``_models.py`` says which and how many). Dense is the same model
with the same zeros: in eager PyTorch, compiled by Inductor, and in ONNX Runtime as PyTorch's own exporter writes it.
``no kernels`` is what sparsec makes of it without sparse kernels and operators of a target's own, so what is gained
over that is theirs. All candidates of a model run in turns in one process. Ideal: multiply-adds before over those with
weights that are left; of a decoding step, which is bound by reading its weights, nearly the same for them. Inside
``torch.compile``, weights are not watched here, as Inductor does not watch them; ``--weights content`` does what is the
default there, and reads all weights at each call.
Writes ``benchmarks/results/sparse_models.json``.
"""

from __future__ import annotations

import argparse
import re
import sys
import tempfile
import time
import warnings
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import onnxruntime
import torch
from _measure import Spread, add_options, export_static, flops, write_rows
from _models import MODELS, Sparse
from _race import race
from rich.console import Console
from rich.table import Table
from torch import Tensor, nn
from torch.utils import _pytree as pytree

import sparsec
from sparsec.compiler import backend as dynamo
from sparsec.compiler.errors import SparsecError
from sparsec.compiler.report.data import Report

Run = Callable[[], Any]
BACKENDS = {"eager": "cpu", "inductor": "inductor", "onnxruntime": "onnxruntime"}  # with sparsec's target
TITLES = {"eager": "PyTorch eager", "inductor": "Inductor", "onnxruntime": "ONNX Runtime"}
TOLERANCE = 1e-4
KERNEL = re.compile(r"\d+x\d+ blocks, measured")


def main() -> None:
    options = _options()
    torch.set_num_threads(options.threads)
    console = Console(width=None if sys.stdout.isatty() else 180)
    rows: list[dict[str, Any]] = []
    for name in options.models:
        start = time.perf_counter()
        rows += measure(MODELS[name](), options, lambda text: console.print(text, style="dim"))
        console.print(f"{name}: {time.perf_counter() - start:.0f} s", style="dim")
    console.print(table(rows, options))
    for row in rows:
        console.print(f"{row['model']}, {TITLES[row['backend']]}: {row['decision'] or row['failed']}", style="dim")
    console.print(write_rows(options, rows))


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Models whose zeros stay, with sparse kernels, against dense.")
    parser.add_argument("-m", "--models", nargs="+", default=[*MODELS], choices=MODELS, metavar="NAME")
    parser.add_argument("-b", "--backends", nargs="+", default=[*BACKENDS], choices=BACKENDS)
    parser.add_argument("--weights", default="frozen", choices=dynamo.WATCHES, help="how torch.compile watches them")
    parser.add_argument("--no-control", action="store_true", help="leave out sparsec without sparse kernels")
    parser.add_argument("--quick", action="store_true", help="five rounds")
    add_options(parser, "sparse_models", rounds=30, budget=90, each="model")
    options = parser.parse_args()
    options.rounds = 5 if options.quick else options.rounds
    return options


@dataclass
class Made:
    """What ``sparsec`` made for one backend.

    Attributes:
        ours, control: names of its candidates; none if it failed.
        report: what was done; failed: why nothing was.
        seconds: of compiling.
    """

    ours: str | None = None
    control: str | None = None
    report: Report | None = None
    failed: str | None = None
    seconds: float = 0.0


@dataclass
class Maker:
    """Makes the candidates of one model.

    Attributes:
        case: the model; runs: its candidates by name.
        folder: for ONNX files.
    """

    case: Sparse
    options: argparse.Namespace
    folder: Path
    runs: dict[str, Run] = field(default_factory=dict)

    def dense(self, backend: str) -> None:
        """The model as it is, zeros included."""
        model, inputs = self.case.model, self.case.inputs
        if backend == "onnxruntime":
            path = self.folder / "dense.onnx"
            export_static(model, inputs, path)
            self.runs["dense onnxruntime"] = self._session(path)
            return
        module = torch.compile(model, dynamic=False) if backend == "inductor" else model
        self._add(f"dense {backend}", module)

    def ours(self, backend: str) -> Made:
        """The model, compiled with sparse kernels and without."""
        made = Made()
        start = time.perf_counter()
        try:
            made.report = self._compiled(backend, f"ours {backend}", kernels=True)
            made.ours, made.seconds = f"ours {backend}", time.perf_counter() - start
            if not self.options.no_control:
                self._compiled(backend, f"control {backend}", kernels=False)
                made.control = f"control {backend}"
        except (SparsecError, RuntimeError, dynamo.FallbackWarning) as error:
            made.failed = f"{type(error).__name__}: {str(error).splitlines()[0]}"
        return made

    def _compiled(self, backend: str, name: str, *, kernels: bool) -> Report:
        model, inputs = self.case.model, self.case.inputs
        if backend == "inductor":
            options = {"target": "inductor", "kernels": kernels, "weights": self.options.weights}
            before = len(dynamo.last_reports())
            with warnings.catch_warnings():
                warnings.simplefilter("error", dynamo.FallbackWarning)
                self._add(name, torch.compile(model, backend="sparse", options=options, dynamic=False))
            return dynamo.last_reports()[before]
        small = sparsec.compile(
            model,
            inputs,
            dynamic_shapes=self._static(),
            target=BACKENDS[backend],
            kernels=kernels,
            measure=False,
        )
        if backend == "onnxruntime":
            path = small.export_onnx(self.folder / f"{name.replace(' ', '_')}.onnx")
            self.runs[name] = self._session(path, small.program.input_names)
        else:
            self._add(name, small)
        return small.report

    def _static(self) -> Any:
        return pytree.tree_map(lambda _: None, self.case.inputs)

    def _add(self, name: str, module: nn.Module) -> None:
        """A module that runs in PyTorch, compiled by its first call."""
        inputs = self.case.inputs

        def run() -> Any:
            with torch.inference_mode():
                return module(*inputs)

        run()
        self.runs[name] = run

    def _session(self, path: Path, names: Sequence[str] | None = None) -> Run:
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads, options.inter_op_num_threads = self.options.threads, 1
        options.log_severity_level = 3
        library = path.with_suffix(".sparsec.so")
        if library.exists():
            options.register_custom_ops_library(str(library))
        session = onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
        path.unlink()  # several large models would fill a small disk
        wanted = [value.name for value in session.get_inputs()]
        named = zip(names or wanted, pytree.tree_leaves(self.case.inputs), strict=True)
        feed = {key: value.numpy() for key, value in named if key in wanted}
        return lambda: session.run(None, feed)


def measure(case: Sparse, options: argparse.Namespace, say: Callable[[str], None]) -> list[dict[str, Any]]:
    """One model on all backends."""
    torch._dynamo.reset()
    made: dict[str, Made] = {}
    with tempfile.TemporaryDirectory() as folder:
        maker = Maker(case, options, Path(folder))
        for backend in ("eager", *(name for name in options.backends if name != "eager")):
            say(f"{case.title}: dense, {TITLES[backend]}")
            maker.dense(backend)
        for backend in options.backends:
            say(f"{case.title}: compiling for {TITLES[backend]}")
            made[backend] = maker.ours(backend)
        errors = _errors({name: run() for name, run in maker.runs.items()})
        pause = 0.03 if options.threads > 1 else 0.0
        timings = race(maker.runs, rounds=options.rounds, budget=options.budget, pause=pause)
    total, left = _work(case)
    rows = []
    for backend, found in made.items():
        over = {name: timings.speedup(found.ours, name).json() for name in maker.runs if name.startswith("dense")}
        control = found.ours and found.control and timings.speedup(found.ours, found.control).json()
        rows.append(
            {
                "model": case.title,
                "real_weights": case.real,
                "backend": backend,
                "blocks": [*case.blocks],
                "zeros": case.zeros,
                "ideal": total / left,
                "error": errors.get(found.ours or ""),
                "ms": {name: timings.seconds(name).median * 1e3 for name in maker.runs},
                "over": {name.removeprefix("dense "): value for name, value in over.items()} if found.ours else {},
                "over_control": control or None,
                "compile_seconds": found.seconds,
                "failed": found.failed,
                **_layers(found.report),
            }
        )
    return rows


def _layers(report: Report | None) -> dict[str, Any]:
    """Which layers of those with zeros have kernels, and what was decided."""
    rows = [layer for layer in report.layers if layer.zeros > 0.3] if report else []
    kernels = {layer.name: text for layer in rows for text in layer.done if KERNEL.match(text)}
    refused = {layer.name: layer.refused for layer in rows if layer.name not in kernels}
    decisions = [text for text in report.decisions if "sparse kernels" in text] if report else []
    return {"with_zeros": len(rows), "kernels": kernels, "refused": refused, "decision": "; ".join(decisions)}


def _errors(results: dict[str, Any]) -> dict[str, float]:
    """Largest difference of any output to the dense model's in eager PyTorch, relative to the output's largest value.

    Raises:
        ValueError: a candidate computes something else.
    """
    found = {}
    expected = pytree.tree_leaves(results["dense eager"])
    for name, result in results.items():
        values = [torch.as_tensor(value) for value in pytree.tree_leaves(result)]
        found[name] = max(_difference(*pair) for pair in zip(values, expected, strict=True))
        if not found[name] < TOLERANCE:
            raise ValueError(f"'{name}' computes something else: relative error {found[name]:.1e}")
    return found


def _difference(value: Tensor, expected: Tensor) -> float:
    return float((value - expected).abs().max() / expected.abs().max().clamp_min(1e-30))


def _work(case: Sparse) -> tuple[float, float]:
    """Operations of one call, and those of them with weights that are not zero."""
    zero = 0.0
    handles = []

    def count(layer: nn.Module, _: Any, output: Tensor) -> None:
        nonlocal zero
        weight: Tensor = layer.weight  # type: ignore[assignment]
        places = output.numel() / weight.shape[0]
        zero += 2.0 * places * int((weight == 0).sum())

    for layer in case.model.modules():
        if isinstance(layer, nn.Linear | nn.Conv2d):
            handles.append(layer.register_forward_hook(count))
    total = float(flops(lambda inputs: case.model(*inputs), case.inputs))  # type: ignore[arg-type]
    for handle in handles:
        handle.remove()
    return total, total - zero


def table(rows: list[dict[str, Any]], options: argparse.Namespace) -> Table:
    dense = [backend for backend in BACKENDS if any(backend in row["over"] for row in rows)]
    result = Table(
        title="Sparse kernels in whole models: speed-up over dense on each backend, median (quartiles)",
        caption=f"{options.threads} thread(s); ideal: multiply-adds; no kernels: sparsec without, same backend",
    )
    for title in ("model", "zeros", "compiled for"):
        result.add_column(title, no_wrap=True)
    for title in ("ideal", *(f"x {TITLES[backend]}" for backend in dense), "x no kernels", "kernels", "error"):
        result.add_column(title, justify="right", no_wrap=True)
    for number, row in enumerate(rows):
        first = number == 0 or rows[number - 1]["model"] != row["model"]
        last = number + 1 == len(rows) or rows[number + 1]["model"] != row["model"]
        zeros = f"{row['zeros']:.0%} {row['blocks'][0]}x{row['blocks'][1]}"
        cells = [_times(row["over"].get(backend)) for backend in dense]
        cells += [_times(row["over_control"]), f"{len(row['kernels'])} of {row['with_zeros']}"]
        cells += ["-" if row["error"] is None else f"{row['error']:.0e}"]
        names = (row["model"], zeros) if first else ("", "")
        result.add_row(*names, TITLES[row["backend"]], f"{row['ideal']:.2f}x", *cells, end_section=last)
    return result


def _times(found: dict[str, float] | None) -> str:
    return "-" if found is None else f"{Spread(**found).text()}"


if __name__ == "__main__":
    main()
