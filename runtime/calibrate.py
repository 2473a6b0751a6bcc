"""Measures what single operations cost on a target, and keeps it for later.

A table belongs to a machine: processor, library versions, threads. It lies in the user's cache folder, or in the one
that the environment variable ``SPARSEC_CACHE`` names.
"""

from __future__ import annotations

import functools
import hashlib
import importlib.metadata
import json
import math
import platform
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path

import torch

from ..compiler.errors import UserError
from ..passes.layout.cost_table import FORMAT, Point, Table
from ..passes.layout.costs import TARGETS, Analytic, Costs, Work
from .cache import cache_folder
from .measure import interleave
from .probes import as_in_inductor, in_torch, seconds_in_onnx, works

Say = Callable[[str], None]

# What is measured in PyTorch for Inductor: it calls the same kernels for layers. Element-wise operations show how fast
# memory is; Inductor writes its own kernels for them and for all movement.
NOT_FUSED = ("conv", "depthwise", "linear", "pointwise")


def costs_for(target: str) -> Costs:
    """What is known of a target's costs: the table measured on this machine, else an estimate.

    Raises:
        UserError: there is no such target, or the table is damaged.
    """
    found = table_for(target)
    return estimate(target) if found is None else found


def table_for(target: str) -> Table | None:
    """The table measured on this machine with these versions and threads, if there is one.

    Raises:
        UserError: there is no such target, or the table is damaged.
    """
    path, key = cache_file(target), key_of(target)
    table = Table.load(path) if path.exists() else None
    return table if table is not None and table.key == key else None


def estimate(target: str) -> Analytic:
    """The analytic costs of a target with as many threads as PyTorch uses now, and this processor's vectors.

    Raises:
        UserError: there is no such target.
    """
    _check(target)
    base = TARGETS[target]
    wide = "AVX512" in torch.backends.cpu.get_cpu_capability()
    return replace(base, threads=torch.get_num_threads(), block=base.block if wide else (base.block + 1) // 2)


def calibrate(
    target: str, quick: bool = False, *, points: Sequence[Work] | None = None, say: Say | None = None
) -> Table:
    """Measure a target, about a minute on a quiet core, and write the table to the cache.

    Args:
        target: "cpu", "inductor" or "onnxruntime". Inductor's layers are those of PyTorch, channels last, and measured
            there; what it fuses (element-wise operations, views, gathers, concats) is estimated from the bandwidth.
        quick: fewer points, and fewer runs.
        points: what to measure instead of ``probes.works``.
        say: called with how far it is.

    Raises:
        UserError: there is no such target, or the cache cannot be written.
    """
    base, path = estimate(target), cache_file(target)
    _make_folder(path.parent)
    asked = works(quick) if points is None else points
    if target == "inductor":
        asked = [work for work in asked if work.kind in NOT_FUSED]
    found = MEASURES[target](asked, 2 if quick else 4, say or (lambda text: None))
    table = Table(base, tuple(Point(*pair) for pair in found.items()), key_of(target))
    if target == "inductor":
        table = _fused(table)
    table.save(path)
    return table


def _fused(table: Table) -> Table:
    """Without the element-wise operations, from which only the bandwidth is taken."""
    families = [table.families[name] for name in ("pointwise", "pointwise innermost") if name in table.families]
    layers = tuple(point for point in table.points if point.work.kind != "pointwise")
    fastest = max((found.fitted.bandwidth for found in families), default=table.base.bandwidth)
    return replace(table, base=replace(table.base, bandwidth=fastest), points=layers)


# -------------------------------------------------------------------- measuring


def _in_torch(
    asked: Iterable[Work], turns: int, say: Say, make: Callable[[Work], Callable[[], object]] = in_torch
) -> dict[Work, float]:
    """Seconds of each piece of work in PyTorch; all take turns."""
    stopwatches = {work: _Stopwatch(make(work)) for work in asked}
    say(f"measuring {len(stopwatches)} operations")
    candidates = {str(index): watch for index, watch in enumerate(stopwatches.values())}
    with torch.no_grad():
        interleave(candidates, rounds=(turns, 8 * turns), budget=6.0 * turns)
    return {work: watch.seconds for work, watch in stopwatches.items()}


class _Stopwatch:
    """Runs something a few times and keeps the least seconds of one run: disturbance by others only adds time."""

    def __init__(self, run: Callable[[], object]) -> None:
        self.run, self.seconds, self.repeats = run, math.inf, 1

    def __call__(self) -> None:
        self.run()  # with cold caches
        for _ in range(3):
            start = time.perf_counter()
            for _ in range(self.repeats):
                self.run()
            self.seconds = min(self.seconds, (time.perf_counter() - start) / self.repeats)
        self.repeats = min(1000, 1 + int(1e-3 / self.seconds))


def _in_onnxruntime(asked: Iterable[Work], turns: int, say: Say) -> dict[Work, float]:
    """Seconds of each piece of work in ONNX Runtime; all take turns, each with a session of its own."""
    asked = list(asked)
    found: dict[Work, list[float]] = {work: [] for work in asked}
    for turn in range(turns):
        say(f"measuring {len(asked)} operations, turn {turn + 1} of {turns}")
        for work in asked:
            found[work].append(seconds_in_onnx(work, 10))
    return {work: min(seconds) for work, seconds in found.items()}


MEASURES: dict[str, Callable[[Iterable[Work], int, Say], dict[Work, float]]] = {
    "cpu": _in_torch,
    "inductor": partial(_in_torch, make=as_in_inductor),
    "onnxruntime": _in_onnxruntime,
}


# -------------------------------------------------------------------- keeping


def cache_file(target: str) -> Path:
    """Where the table of a target on this machine lies or would lie.

    Raises:
        UserError: there is no such target.
    """
    text = json.dumps(key_of(target), sort_keys=True)
    return cache_folder() / f"costs-{target}-{hashlib.sha256(text.encode()).hexdigest()[:12]}.json"


def key_of(target: str) -> dict[str, str]:
    """Everything that a measured time depends on.

    Raises:
        UserError: there is no such target.
    """
    _check(target)
    library = "onnxruntime" if target == "onnxruntime" else "torch"
    return {
        "format": str(FORMAT),
        "target": target,
        "processor": processor(),
        library: importlib.metadata.version(library),
        "threads": str(torch.get_num_threads()),
        "dtype": "float32",
    }


@functools.cache
def processor() -> str:
    """The processor's name and model, with its widest vectors."""
    facts: dict[str, str] = {}
    listing = Path("/proc/cpuinfo")  # on Linux
    if listing.is_file():
        for line in listing.read_text(encoding="utf-8", errors="replace").splitlines():
            name, _, value = line.partition(":")
            facts.setdefault(name.strip(), value.strip())
    name = facts.get("model name") or platform.processor() or platform.machine()
    numbers = [f"{key} {facts[key]}" for key in ("cpu family", "model") if key in facts]
    return ", ".join([name, *numbers, torch.backends.cpu.get_cpu_capability()])


def _check(target: str) -> None:
    if target not in TARGETS:
        raise UserError("unknown-option", f"there is no target '{target}'", hint=f"targets: {', '.join(TARGETS)}")


def _make_folder(folder: Path) -> None:
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise UserError(
            "unwritable-path",
            f"the cache folder '{folder}' cannot be made",
            note=error.strerror or str(error),
            hint="set SPARSEC_CACHE to a folder that you may write to",
        ) from error
