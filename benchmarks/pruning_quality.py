"""What pruning costs: real models, no training, quality on data that was not calibrated on.

    python benchmarks/pruning_quality.py                           all models that are installed, the most telling rows
    python benchmarks/pruning_quality.py -n minilm --only 8x1 50%  one model, rows whose names hold all these words
    python benchmarks/pruning_quality.py --depth 3                 the whole grid: hours
    python benchmarks/pruning_quality.py --page                    docs/pruning-quality.md from what was measured

MiniLM finds docstrings by their first paragraphs, SmolLM2 foretells them, both calibrated on Python's manual; networks
for images are compared with the dense one on crops of other photos than they were calibrated on. Beside them stands
Torch-Pruning, where it is installed. Each row is written to ``benchmarks/results/pruning_quality.json`` as it is done;
rows that are there are not measured again (``--again`` does), so that a run can be cut and taken up.
"""

from __future__ import annotations

import argparse
import contextlib
import fcntl
import itertools
import json
import os
import resource
import time
import warnings
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import torch
from _measure import RESULTS, machine, write_results
from _pruning_page import pages
from _pruning_tasks import MIXED_TEXTS, TASKS, Kind, Missing, Task, digest
from _torch_pruning import Competitor, few_of, work_of
from torch import nn

import sparsec
from sparsec.compiler.ir.program import Program
from sparsec.passes.base import Context
from sparsec.passes.prune.budget import Macs
from sparsec.passes.prune.units import found_axes, gone, widths_of

NAME = "pruning_quality"
SHARES = (0.5, 0.3, 0.7)
UNIT_SHARES = (0.1, 0.2, 0.3)
PATTERNS = ("8x1", "scattered", "2:4")
LEAST_SQUARES = {"importance": "obs", "compensation": "least-squares"}
IMPORTANCES = ("random", "magnitude", "wanda", "sparsegpt", "obc", "obs", "ria", "nowag", "lamp", "variance", "dsnot")
COMPENSATIONS = (
    "none",
    "bias",
    "least-squares",
    "affine",
    "scales",
    "sparsegpt",
    "admm",
    "repair{of=affine}",
    "surgeon",
)


@dataclass(frozen=True)
class Row:
    """Something to measure.

    Attributes:
        name: of it.
        depth: 0 for what is measured first, 3 for the whole grid.
        options: of ``sparsec.prune``.
        share: of units that go; None where weights do.
        data: what is calibrated on.
        other: what is done instead of ``sparsec.prune``: Torch-Pruning, or a function of a model.
    """

    name: str
    depth: int
    options: dict[str, Any] = field(default_factory=dict)
    share: float | None = None
    data: Kind = "usual"
    other: Competitor | Callable[[nn.Module], None] | None = None


def rows(task: Task) -> list[Row]:
    """What is tried, the most telling first."""
    images = task.unit == "hidden channels"
    found = [*_units(task), *_patterns(task)] if images else [*_patterns(task), *_units(task), *_depth(task)]
    found += [Row("8-bit weights", 1, other=_rounded)]
    found += _grid()
    once = {row.name: row for row in reversed(found) if row.data in task.kinds}
    return sorted(
        once.values(), key=lambda row: (row.depth, next(i for i, x in enumerate(found) if x.name == row.name))
    )


def _patterns(task: Task) -> Iterator[Row]:
    """Single weights and blocks of them."""
    images = task.unit == "hidden channels"
    wanted = [("4x1", 0.3), ("scattered", 0.5), ("2:4", 0.5)] if images else [("8x1", 0.5), ("scattered", 0.5)]
    wanted += [] if images else [("2:4", 0.5), ("8x1", 0.3)]
    wanted += [(pattern, share) for pattern in ("8x1", "scattered", "2:4", "4x1") for share in (0.3, 0.5, 0.7)]
    for place, (pattern, share) in enumerate(wanted):
        if pattern == "2:4" and share != 0.5:
            continue
        common = {"pattern": pattern} if pattern == "2:4" else {"pattern": pattern, "sparsity": share}
        first = 0 if place < 4 else 1
        yield Row(_name(common, "default"), first, common)
        yield _row(common, "magnitude", first)
        yield _row(common, "wanda", first)
        yield _row(common, "sparsegpt", first + (place > 1))
        yield _row(common, "sparsegpt{published=true}", first + (place > 1))
        if (pattern, share) == ("8x1", 0.5):
            yield _row(common, "random", 1)
            for compensation in ("least-squares", "affine"):
                yield _row(common, "wanda", 1, compensation=compensation)
                yield _row(common, "wanda", 1, compensation=compensation, data="near")
            greedy = {"allocation": "l-greco{spread=0.2}", "measured": True}
            told = {"allocation": "by-loss{spread=0.2}"}
            for words, allocation in (("l-greco measured", greedy), ("by-loss{spread=0.2}", told)):
                yield Row(_name(common, f"default, {words}"), 1, common | allocation)
                yield Row(_name(common, f"default, {words}, near data"), 1, common | allocation, data="near")
            together = {"compensation": "surgeon"}
            for words, options in (
                ("default", {}),
                ("default, surgeon", together),
                ("default, surgeon, by-loss{spread=0.2}", together | told),
                ("default, surgeon, l-greco measured", together | greedy),
            ):
                yield Row(_name(common, words), 1, common | options)
                yield Row(_name(common, f"{words}, near data"), 1, common | options, data="near")
                yield Row(_name(common, f"{words}, {MIXED_TEXTS} mixed texts"), 1, common | options, data="mixed")
        elif first == 0 and pattern != "2:4":
            yield Row(_name(common, "default, by-loss"), 1, common | {"allocation": "by-loss"})


def _units(task: Task) -> Iterator[Row]:
    """Units, and Torch-Pruning at as many multiply-adds."""
    images = task.unit == "hidden channels"
    shares = UNIT_SHARES if images else (0.3, 0.1, 0.2)
    for place, share in enumerate(shares):
        common, first = {"share": share}, min(place, 1)
        yield _row(common, "default", first)
        for importance, compensation in (("obs", "least-squares"), ("obs", "bias"), ("obs", "none")):
            yield _row(common, importance, first + (compensation in ("bias", "none") and place > 0), compensation)
        yield _row(common, "magnitude", first, "none")
        yield _row(common, "random", first, "none")
        if images:
            for method, given in (("default", {}), ("obs, least-squares", LEAST_SQUARES)):
                yield Row(_name(common, f"{method}, global"), first, given | {"allocation": "global"}, share)
            yield _row(common, "obs", first, "repair{of=affine}")
            yield _row(common, "obs", first, "repair{goal=norm,of=affine}")
        yield from _competitors(task, share, first)
        if not images:
            yield _row(common, "default", 1, data="near")
            yield _row(common, "obs", 1, "least-squares", data="near")


def _competitors(task: Task, share: float, first: int) -> Iterator[Row]:
    images = task.unit == "hidden channels"
    many = ("l2", "bn-scale", "taylor", "hessian", "lamp", "fpgm", "l1", "random")
    criteria = ("l2", "taylor") if not images else many if first == 0 else ("l2", "taylor", "hessian")
    found = [Competitor(name) for name in criteria if task.loss is not None or name not in ("taylor", "hessian")]
    if images:
        found += [Competitor(name, together=True) for name in ("taylor", "hessian")]
        found += [Competitor("taylor", statistics=True), Competitor("hessian", statistics=True)]
        found += [Competitor("taylor", everywhere=True, together=True)]
    for one in found:
        yield Row(_name({"share": share}, one.name), first, share=share, other=one)


def _depth(task: Task) -> Iterator[Row]:
    """Layers that go whole."""
    layers = 6 if task.unit == "neurons" and task.loss is None else 30
    for count in (1, 2, 3):
        for importance in ("leave-one-out", "block-influence"):
            options = {"units": "layer", "sparsity": count / layers, "importance": importance}
            yield Row(f"{count} of {layers} layers, {importance}", 1 + (count > 2), options)


def _grid() -> Iterator[Row]:
    """Every importance x pattern x compensation."""
    for pattern, share in itertools.product(PATTERNS, SHARES):
        if pattern == "2:4" and share != 0.5:
            continue
        common = {"pattern": pattern} if pattern == "2:4" else {"pattern": pattern, "sparsity": share}
        for importance, compensation in itertools.product(IMPORTANCES, COMPENSATIONS):
            yield _row(common, importance, 3, compensation)
    for share, importance in itertools.product(UNIT_SHARES, IMPORTANCES):
        for compensation in COMPENSATIONS:
            yield _row({"share": share}, importance, 3, compensation)


def _row(
    common: dict[str, Any], importance: str, depth: int, compensation: str | None = None, data: Kind = "usual"
) -> Row:
    options = {} if importance == "default" else {"importance": importance}
    options |= {} if compensation is None else {"compensation": compensation}
    share = common.get("share")
    given = {name: value for name, value in common.items() if name != "share"}
    words = [importance, *([compensation] if compensation else []), *(["near data"] if data == "near" else [])]
    return Row(_name(common, ", ".join(words)), depth, given | options, share, data)


def _name(common: dict[str, Any], method: str) -> str:
    share = common.get("share", common.get("sparsity", 0.5))
    return f"{common.get('pattern', 'units')} {share:.0%}, {method}"


def _rounded(model: nn.Module) -> None:
    """Weights of linear layers and convolutions in eight bits, a scale for each output."""
    for layer in model.modules():
        if isinstance(layer, (nn.Linear, nn.Conv2d)):
            weight = layer.weight.data
            scale = weight.flatten(1).abs().amax(1).clamp(min=1e-12).div(127).reshape(-1, *[1] * (weight.ndim - 1))
            layer.weight.data = (weight / scale).round() * scale


# -------------------------------------------------------------------- measuring


class Table:
    """The rows of one model, in the file that all share."""

    def __init__(self, task: Task, key: str, file: Path, threads: int) -> None:
        self.task, self._key, self._file, self._threads = task, key, file, threads
        self._data: dict[tuple[int, Kind], list[Any]] = {}

    def held(self) -> dict[str, Any]:
        """What was measured before, by row."""
        return read(self._file)["models"].get(self._key, {}).get("rows", {})

    def data(self, seed: int, kind: Kind) -> list[Any]:
        """What a draw calibrates on."""
        if (seed, kind) not in self._data:
            samples = MIXED_TEXTS if kind == "mixed" else self.task.samples
            self._data[seed, kind] = self.task.data(seed, samples, kind)
        return self._data[seed, kind]

    def measure(self, row: Row, seed: int) -> None:
        """Prune, test, write."""
        data, start, began = self.data(seed, row.data), time.process_time(), time.monotonic()
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            model, facts = self._made(row, data, seed)
        facts |= {"cpu_seconds": round(time.process_time() - start, 1), "seconds": round(time.monotonic() - began, 1)}
        run = {"calibration": digest(data), "tested": self.task.tested} | self.task.test(model, seed) | facts
        run["date"] = datetime.now(UTC).isoformat(timespec="seconds")
        run["cpu"] = machine(self._threads)["cpu"]
        self._write(row, seed, run)
        said = [figure.measured([run]) for figure in self.task.figures]
        words = "  ".join(f"{one.name} {one.value:.4g}" for one in said)
        print(f"  {row.name:60} draw {seed}  {words}  {facts}", flush=True)

    def _made(self, row: Row, data: list[Any], seed: int) -> tuple[nn.Module, dict[str, Any]]:
        if isinstance(row.other, Competitor):
            assert row.share is not None
            macs = self._macs(row.share) if row.other.everywhere or row.other.together else 1.0
            model = row.other.pruned(self.task, data, row.share, macs)
            few = few_of(data[0])
            return model, {"macs": round(work_of(model, few) / work_of(self.task.load(), few), 4)}
        model = self.task.load()
        if row.other is not None:
            row.other(model)
            return model, {}
        if row.name == "dense":
            return model, {}
        options = dict(row.options)
        if row.share is not None:
            options |= self.task.units(row.share)
            if "allocation" in options:
                options["sparsity"], options["budget"] = None, Macs(self._macs(row.share))
        result = sparsec.prune(model, data, held_out=0.05, seed=seed, progress=False, **options)
        zeros = sum(one.zeros * torch.Size(one.shape).numel() for one in result.outcome.outcomes)
        whole = sum(torch.Size(one.shape).numel() for one in result.outcome.outcomes)
        facts: dict[str, Any] = {"zeros": round(zeros / max(whole, 1), 4)}
        if row.share is not None:
            facts["macs"] = round(left_of(result.program), 4)
        return result.model, facts

    def _macs(self, share: float) -> float:
        """What is left of the multiply-adds if a share of each layer's units goes."""
        for row in self.held().values():
            if row.get("share") == share and not row.get("free"):
                return float(next(iter(row["runs"].values()))["macs"])
        cheap = {"importance": "magnitude", "compensation": "none", "progress": False}
        return left_of(
            sparsec.prune(self.task.load(), self.data(0, "usual"), **self.task.units(share), **cheap).program
        )

    def write_time(self, found: dict[str, Any]) -> None:
        """How long something took."""
        with _locked(self._file):
            held = read(self._file)
            held["models"][self._key]["time"] = found
            write_results(self._file.stem, held, self._file.parent)

    def _write(self, row: Row, seed: int, run: dict[str, Any]) -> None:
        with _locked(self._file):
            found = read(self._file)
            model = found["models"].setdefault(self._key, {"rows": {}})
            facts = {"name": self.task.name, "about": self.task.about, "samples": self.task.samples}
            model |= facts | {"unit": self.task.unit}
            free = isinstance(row.other, Competitor) and (row.other.everywhere or row.other.together)
            free = free or "allocation" in row.options
            held = model["rows"].setdefault(row.name, {"share": row.share, "free": free, "runs": {}})
            held["runs"][str(seed)] = run
            found["machine"] = machine(self._threads)
            write_results(self._file.stem, found, self._file.parent)


def measure_time(table: Table, samples: int) -> None:
    """How long SparseGPT takes on many samples, and how much memory."""
    task = table.task
    model, data = task.load(), task.data(0, samples, "usual")
    tokens = sum(int(batch["attention_mask"].sum()) if isinstance(batch, dict) else batch.numel() for batch in data)
    before, start = _peak_megabytes(), time.process_time()
    options = {"pattern": "8x1", "sparsity": 0.5, "importance": "sparsegpt"}
    sparsec.prune(model, data, held_out=0.01, progress=False, **options)
    found = {"cpu_seconds": round(time.process_time() - start, 1), "tokens": tokens}
    table.write_time(found | {"megabytes": round(_peak_megabytes() - before)})


def _peak_megabytes() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def left_of(program: Program) -> float:
    """What exact removal leaves of the multiply-adds of linear layers and convolutions, as a share."""
    own, ctx = program.copy(), Context()
    axes = found_axes(own, ctx)
    widths = widths_of(own, axes, lambda layer, rows, columns: Macs(1.0).at(layer, ctx, rows, columns))
    dead = gone(own, ctx)
    return widths.cost(dead) / widths.cost(np.zeros_like(dead))


def read(file: Path) -> dict[str, Any]:
    """All figures that a file holds; none of one that is not there."""
    return json.loads(file.read_text()) if file.exists() else {"models": {}}


@contextlib.contextmanager
def _locked(file: Path) -> Iterator[None]:
    """Several runs may write one file: each has its folder to itself for that."""
    folder = os.open(file.parent, os.O_RDONLY)
    try:
        fcntl.flock(folder, fcntl.LOCK_EX)
        yield
    finally:
        os.close(folder)


def main() -> None:
    options = _options()
    torch.set_num_threads(options.threads)
    if options.page:
        for place, text in pages(read(options.file)).items():
            place.write_text(text, encoding="utf-8")
        return
    for name in options.networks:
        try:
            task = TASKS[name]()
        except (Missing, ImportError) as error:
            print(f"{name}: left out, {error}")
            continue
        table = Table(task, name, options.file, options.threads)
        if options.time:
            measure_time(table, options.time)
        else:
            run(table, options)


def run(table: Table, options: argparse.Namespace) -> None:
    """Measure what is asked for and not there yet: each depth with all of its draws."""
    chosen = _chosen(table.task, options)
    if options.dry_run:
        for row in chosen:
            print(f"{row.depth}  {row.name}")
        return
    seeds = [seed for seed in range(table.task.seeds) if options.seeds is None or seed in options.seeds]
    images = table.task.unit == "hidden channels"
    jobs = [(Row("dense", 0), seed) for seed in (seeds if images else seeds[:1])]
    for depth in sorted({row.depth for row in chosen}):
        jobs += [(row, seed) for seed in seeds for row in chosen if row.depth == depth]
    for row, seed in jobs:
        if options.again or str(seed) not in table.held().get(row.name, {}).get("runs", {}):
            _try(table, row, seed)


def _chosen(task: Task, options: argparse.Namespace) -> list[Row]:
    """The rows that are asked for, in order."""
    found = rows(task)
    if options.rows:
        known = {row.name: replace(row, depth=0) for row in found}
        return [known[name] for name in options.rows if name in known]
    return [row for row in found if row.depth <= options.depth and all(word in row.name for word in options.only)]


def _try(table: Table, row: Row, seed: int) -> None:
    try:
        table.measure(row, seed)
    except (sparsec.UserError, ImportError) as error:
        print(f"  {row.name:60} draw {seed}  left out: {error}", flush=True)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="What pruning costs, without training.")
    parser.add_argument("-n", "--networks", nargs="+", default=[*TASKS], choices=[*TASKS], metavar="NAME")
    parser.add_argument("--only", nargs="+", default=[], metavar="WORD", help="rows whose names hold all of these")
    parser.add_argument("--rows", nargs="+", default=[], metavar="NAME", help="these rows, in this order")
    parser.add_argument("--depth", type=int, default=1, help="0: the most telling rows; 3: the whole grid")
    parser.add_argument("--seeds", nargs="+", type=int, default=None, help="draws of calibration data; all by default")
    parser.add_argument("--again", action="store_true", help="measure rows that are there, too")
    parser.add_argument("--dry-run", action="store_true", help="say which rows there are")
    parser.add_argument("--file", type=Path, default=RESULTS / f"{NAME}.json", help="where the figures are")
    parser.add_argument("--time", type=int, default=0, metavar="SAMPLES", help="time SparseGPT on these, nothing else")
    parser.add_argument("--page", action="store_true", help="write the page and its pictures")
    parser.add_argument("--threads", type=int, default=1)
    return parser.parse_args()


if __name__ == "__main__":
    main()
