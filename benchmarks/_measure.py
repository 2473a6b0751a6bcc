"""How benchmarks and the demo measure: candidates in turns, in one process, medians with their spread.

Two timings taken minutes apart on a shared machine differ by more than most optimisations gain. So every
round runs every candidate once, and the *ratio* of two candidates is the median over rounds of their ratio
within a round: slow drift (frequency, neighbours) hits both and cancels.
"""

from __future__ import annotations

import argparse
import gc
import importlib.metadata
import json
import os
import platform
import statistics
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn
from torch.utils.flop_counter import FlopCounterMode

from sparsec.compiler.ir.tracing import quiet_onnx

RESULTS = Path(__file__).parent / "results"


@dataclass(frozen=True)
class Spread:
    """A median and the quartiles around it."""

    median: float
    low: float
    high: float

    @classmethod
    def of(cls, samples: list[float]) -> Spread:
        low, _, high = statistics.quantiles(samples, n=4) if len(samples) > 1 else (samples[0],) * 3
        return cls(statistics.median(samples), low, high)

    def text(self, factor: float = 1.0, digits: int = 2) -> str:
        middle, low, high = (f"{value * factor:.{digits}f}" for value in (self.median, self.low, self.high))
        return f"{middle} ({low}-{high})"

    def json(self) -> dict[str, float]:
        return {"median": self.median, "low": self.low, "high": self.high}


@dataclass(frozen=True)
class Timings:
    """Seconds per call of each candidate; samples at the same position of two lists were taken together."""

    samples: dict[str, list[float]]

    def seconds(self, name: str) -> Spread:
        return Spread.of(self.samples[name])

    def speedup(self, of: str, over: str) -> Spread:
        """How many times faster ``of`` runs than ``over``."""
        return Spread.of([slow / fast for slow, fast in zip(self.samples[over], self.samples[of], strict=True)])


def interleave(
    candidates: Mapping[str, Callable[[], object]],
    *,
    rounds: int = 25,
    warmup: int = 3,
    budget: float = 60.0,
    on_round: Callable[[int], None] = lambda _: None,
) -> Timings:
    """Time every candidate once per round, the order turning by one each round, within ``budget`` seconds.

    Short calls are repeated until a sample lasts about 5 ms, so that the clock's resolution does not matter.
    """
    repeats = {name: _repeats(call, warmup) for name, call in candidates.items()}
    samples: dict[str, list[float]] = {name: [] for name in candidates}
    names = list(candidates)
    end = time.perf_counter() + budget
    gc.collect()
    gc.disable()
    try:
        for number in range(rounds):
            for name in names[number % len(names) :] + names[: number % len(names)]:
                samples[name].append(_sample(candidates[name], repeats[name]))
            on_round(number + 1)
            if time.perf_counter() > end and number >= 4:
                break
    finally:
        gc.enable()
    return Timings(samples)


def _repeats(call: Callable[[], object], warmup: int) -> int:
    seconds = min(_sample(call, 1) for _ in range(max(warmup, 1)))
    return max(1, round(0.005 / max(seconds, 1e-7)))


def _sample(call: Callable[[], object], repeats: int) -> float:
    start = time.perf_counter()
    for _ in range(repeats):
        call()
    return (time.perf_counter() - start) / repeats


def onnx_runner(path: str | Path, images: Tensor | Mapping[str, Tensor], threads: int = 1) -> Callable[[], object]:
    """A call that runs one ``.onnx`` file in ONNX Runtime on images, or on inputs by name; with its library."""
    import onnxruntime

    from sparsec.codegen.onnx.files import library_for

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    options.log_severity_level = 3
    library = library_for(Path(path))
    if library.exists():
        options.register_custom_ops_library(str(library.resolve()))
    session = onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
    given = images if isinstance(images, Mapping) else {session.get_inputs()[0].name: images}
    feed = {name: value.numpy() for name, value in given.items()}
    return lambda: session.run(None, feed)


def export_dense(module: nn.Module, images: Tensor | Mapping[str, Tensor], path: str | Path) -> None:
    """PyTorch's own ONNX export with a dynamic batch, weights inside the file.

    Args:
        module: what is exported.
        images: what it is called with; or its inputs by name.
        path: of the file.
    """
    batch = torch.export.Dim("batch", min=1)

    def two(value: Tensor) -> Tensor:  # a batch of one would be taken for a constant
        return torch.cat([value[:1], value[:1]])

    if isinstance(images, Mapping):
        inputs: dict[str, Any] = {"args": (), "kwargs": {name: two(value) for name, value in images.items()}}
        inputs["dynamic_shapes"] = {name: {0: batch} for name in images}
    else:
        inputs = {"args": (two(images),), "dynamic_shapes": ({0: batch},)}
    with quiet_onnx():
        torch.onnx.export(module, f=path, dynamo=True, external_data=False, verbose=False, **inputs)


def export_static(module: nn.Module, inputs: tuple[Any, ...], path: str | Path) -> None:
    """PyTorch's own ONNX export on sizes that do not change, weights inside the file.

    Args:
        module: what is exported.
        inputs: what it is called with.
        path: of the file.
    """
    with quiet_onnx(), torch.no_grad():
        torch.onnx.export(module, inputs, path, dynamo=True, external_data=False, verbose=False)


def torch_runner(model: Callable[[Tensor], Any], images: Tensor) -> Callable[[], object]:
    """A call that runs one PyTorch callable on ``images`` without gradients."""

    def call() -> object:
        with torch.inference_mode():
            return model(images)

    return call


def flops(model: Callable[[Tensor], Any], images: Tensor) -> int:
    """Multiply-adds x 2 of all convolutions and matrix products in one call, counted as they run."""
    with FlopCounterMode(display=False) as counter, torch.no_grad():
        model(images)
    return int(counter.get_total_flops())


def machine(threads: int | None = None) -> dict[str, Any]:
    """What a reader needs to judge a figure."""
    packages = ("torch", "onnxruntime", "onnx", "numpy", "torchvision")
    return {
        "cpu": _cpu_model(),
        "cores": os.cpu_count(),
        "threads": threads,
        "system": platform.platform(),
        "python": platform.python_version(),
        "versions": {name: _version(name) for name in packages},
        "load_average": os.getloadavg()[0] if hasattr(os, "getloadavg") else None,
        "date": datetime.now(UTC).isoformat(timespec="seconds"),
    }


def _cpu_model() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        return platform.processor() or platform.machine()
    fields = dict(line.split(":", 1) for line in lines if ":" in line)
    named = {key.strip(): value.strip() for key, value in fields.items()}
    name = named.get("model name", platform.machine())
    instructions = [f for f in ("avx2", "avx512f", "avx512_vnni", "amx_tile") if f in named.get("flags", "").split()]
    return f"{name} (family {named.get('cpu family')}, model {named.get('model')}; {', '.join(instructions)})"


def _version(package: str) -> str | None:
    try:
        return importlib.metadata.version(package)
    except importlib.metadata.PackageNotFoundError:
        return None


def add_options(parser: argparse.ArgumentParser, name: str, *, rounds: int, budget: float, each: str) -> None:
    """The options of every benchmark that times models in turns.

    Args:
        name: of the JSON file.
        rounds, budget: the defaults; each: what has the budget to itself.
    """
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--rounds", type=int, default=rounds)
    parser.add_argument("--budget", type=float, default=budget, help=f"seconds of timing per {each}")
    parser.add_argument("--name", default=name, help="name of the JSON file")
    parser.add_argument("--dry-run", action="store_true", help="write no JSON")


def write_rows(options: argparse.Namespace, rows: list[dict[str, Any]]) -> str:
    """Write figures with the machine and the options that they belong to; what became of them, in words."""
    if options.dry_run:
        return "nothing written"
    settings = {key: value for key, value in vars(options).items() if key != "dry_run"}
    path = write_results(options.name, {"machine": machine(options.threads), "settings": settings, "rows": rows})
    return f"written to {path}"


def write_results(name: str, results: dict[str, Any], folder: Path = RESULTS) -> Path:
    """Write one benchmark's figures as JSON, whole or not at all."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{name}.json"
    partial = path.with_suffix(".partial")
    partial.write_text(json.dumps(results, indent=1) + "\n")
    partial.replace(path)
    return path
