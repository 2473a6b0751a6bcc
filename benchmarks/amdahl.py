"""Whole models near Amdahl's limit: what each kind of operator takes in ONNX Runtime, dense, at best, and as reached.

    python benchmarks/amdahl.py                      all models, one thread (some minutes)
    python benchmarks/amdahl.py -m minilm --dry-run  one of them
    python benchmarks/amdahl.py --page               the section of docs/results.md again, from the figures

Dense is what PyTorch's exporter writes of the model with its zeros, as ONNX Runtime transforms and runs it. Seconds of
operators are the least that ONNX Runtime's profiler shows, both models in turns; whole calls are timed in turns without
it, and what operators do not account for is *between operators*. *At best*: a layer with zeros takes as much less time
as it has multiply-adds left, at the share of the processor's peak that it reaches dense, and everything else takes what
it takes dense. The whole then is Amdahl's limit, which fusing what is dense may pass.
Writes ``benchmarks/results/amdahl.json`` and the section of docs/results.md.
"""

from __future__ import annotations

import argparse
import json
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime
import torch
from _measure import RESULTS, Timings, add_options, export_static, machine, write_rows
from _models import MODELS, Sparse
from _ort_profile import BETWEEN, KINDS, ZEROS, Operator, operators, read
from _peak import peak
from torch.utils import _pytree as pytree

import sparsec
from sparsec.codegen.onnx.files import library_for

PAGE = Path(__file__).parents[1] / "docs" / "results.md"
BEGIN, END = "<!-- amdahl:begin -->", "<!-- amdahl:end -->"
WARMUP, PROFILED = 4, 20
TOLERANCE = 1e-4

INTRODUCTION = """What each kind of operator takes in ONNX Runtime: dense (PyTorch's own export, as ONNX Runtime
fuses it), at best (layers with zeros take their share of multiply-adds left, everything else what it takes dense:
Amdahl's limit), and reached, where a kernel's time holds the bias, residual and activation inside it. What is dense
may be fused as well, so that a model may pass that limit; the second one says what faster kernels could still gain.
*Of the peak*: multiply-adds a second over the most in registers, dense and reached."""


def main() -> None:
    options = _options()
    if options.page:
        write_page(json.loads((RESULTS / f"{options.name}.json").read_text()))
        return
    torch.set_num_threads(options.threads)
    rows = [measure(name, options) for name in options.models]
    for row in rows:
        print("\n".join(table(row)), end="\n\n")
    if not options.dry_run:
        rows = [*_others(options, {row["name"] for row in rows}), *rows]
        print(write_rows(options, sorted(rows, key=lambda row: [*MODELS].index(row["name"]))))
        write_page(json.loads((RESULTS / f"{options.name}.json").read_text()))


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="What zeros leave of each kind of operator, and what is reached.")
    parser.add_argument("-m", "--models", nargs="+", default=[*MODELS], choices=MODELS, metavar="NAME")
    parser.add_argument("--page", action="store_true", help="only write the section of docs/results.md")
    add_options(parser, "amdahl", rounds=60, budget=20, each="model")
    return parser.parse_args()


def _others(options: argparse.Namespace, measured: set[str]) -> list[dict[str, Any]]:
    """What earlier runs found of models that were not asked for."""
    path = RESULTS / f"{options.name}.json"
    found = json.loads(path.read_text())["rows"] if path.exists() else []
    return [row for row in found if row["name"] not in measured]


def measure(name: str, options: argparse.Namespace) -> dict[str, Any]:
    """One model."""
    case = MODELS[name]()
    with tempfile.TemporaryDirectory() as folder:
        files = {"dense": Path(folder) / "dense.onnx", "ours": Path(folder) / "ours.onnx"}
        export_static(case.model, case.inputs, files["dense"])
        small = sparsec.compile(
            case.model,
            case.inputs,
            dynamic_shapes=pytree.tree_map(lambda _: None, case.inputs),
            target="onnxruntime",
            measure=False,
        )
        small.export_onnx(files["ours"])
        runs = {kind: _run(file, case, options.threads) for kind, file in files.items()}
        error = _difference(*(run() for run in runs.values()))
        timings = in_turns(runs, options)
        whole = {kind: min(timings.samples[kind]) for kind in runs}
        found = profiled(files, case, options.threads)
    top = peak(options.threads)
    return {
        "name": name,
        "model": case.title,
        "blocks": [*case.blocks],
        "zeros": case.zeros,
        "error": error,
        "gain": timings.speedup("ours", "dense").json(),
        "ms": {kind: seconds * 1e3 for kind, seconds in whole.items()},
        "peak": top,
        "load": machine()["load_average"],
        "kinds": _by_kind(found, whole, top),
        "operators": {kind: _by_type(of) for kind, of in found.items()},
    }


def in_turns(runs: Mapping[str, Callable[[], Any]], options: argparse.Namespace) -> Timings:
    """Calls in turns; of one thread its processor time, to which other programs of a busy machine add little."""
    clock = time.thread_time if options.threads == 1 else time.perf_counter
    samples: dict[str, list[float]] = {kind: [] for kind in runs}
    end = time.perf_counter() + options.budget
    for _ in range(options.rounds):
        for kind, run in runs.items():
            run()
            start = clock()
            run()
            samples[kind].append(clock() - start)
        if time.perf_counter() > end:
            break
    return Timings(samples)


def profiled(files: Mapping[str, Path], case: Sparse, threads: int) -> dict[str, dict[str, Operator]]:
    """The operators of both models with their seconds, the models in turns."""
    runs, sessions, found = {}, {}, {}
    for kind, file in files.items():
        runs[kind], sessions[kind] = _session(file, case, threads, profile=True)
        found[kind] = operators(file.with_suffix(".run.onnx"))
    for _ in range(WARMUP + PROFILED):
        for run in runs.values():
            run()
    for kind, session in sessions.items():
        read(Path(session.end_profiling()), found[kind], WARMUP)
    return found


def _run(file: Path, case: Sparse, threads: int) -> Callable[[], Any]:
    return _session(file, case, threads)[0]


def _session(file: Path, case: Sparse, threads: int, *, profile: bool = False) -> tuple[Callable[[], Any], Any]:
    """A session of a file, and a call of it."""
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads, options.inter_op_num_threads = threads, 1
    options.log_severity_level = 3
    if library_for(file).exists():
        options.register_custom_ops_library(str(library_for(file)))
    if profile:
        options.enable_profiling, options.profile_file_prefix = True, str(file.with_suffix(""))
        options.optimized_model_filepath = str(file.with_suffix(".run.onnx"))
    session = onnxruntime.InferenceSession(str(file), options, providers=["CPUExecutionProvider"])
    given = pytree.tree_leaves(case.inputs)
    feed = {wanted.name: value.numpy() for wanted, value in zip(session.get_inputs(), given, strict=True)}
    return lambda: session.run(None, feed), session


def _difference(expected: list[Any], found: list[Any]) -> float:
    """The largest of any output, relative to the output's scale.

    Raises:
        ValueError: the two are not the same model.
    """
    errors = [np.abs(a - b).max() / max(np.abs(a).max(), 1e-30) for a, b in zip(expected, found, strict=True)]
    if not max(errors) < TOLERANCE:
        raise ValueError(f"ours computes something else: relative error {max(errors):.1e}")
    return float(max(errors))


def _by_kind(
    found: Mapping[str, Mapping[str, Operator]], whole: Mapping[str, float], top: float | None
) -> list[dict[str, Any]]:
    """One row for each kind of operator: milliseconds dense, at best, and reached; for layers, shares of the peak."""
    rows = []
    for kind in KINDS[:-1]:
        dense, ours = ([made for made in found[of].values() if made.kind == kind] for of in ("dense", "ours"))
        if not (dense or ours):
            continue
        rows.append(
            {
                "kind": kind,
                "dense": sum(made.typical for made in dense) * 1e3,
                "best": sum(made.typical * made.left for made in dense) * 1e3,
                "ours": sum(made.typical for made in ours) * 1e3,
                "of_peak": [_of_peak(dense, top, whole=True), _of_peak(ours, top)] if kind == ZEROS and top else None,
            }
        )
    left = {of: max(whole[of] * 1e3 - sum(row[of] for row in rows), 0.0) for of in ("dense", "ours")}
    return [*rows, {"kind": BETWEEN, **left, "best": left["dense"], "of_peak": None}]


def _of_peak(layers: list[Operator], top: float, *, whole: bool = False) -> float:
    """Multiply-adds a second over the processor's most; of the ``whole`` weights, or of what is not zero."""
    madds = sum(made.madds / (made.left if whole else 1.0) for made in layers)
    return 2.0 * madds / max(sum(made.typical for made in layers), 1e-12) / top


def _by_type(found: Mapping[str, Operator]) -> dict[str, list[float]]:
    """Count and milliseconds of each type of operator, the longest first."""
    sums: dict[str, list[float]] = {}
    for made in found.values():
        held = sums.setdefault(made.type, [0, 0.0])
        held[0], held[1] = held[0] + 1, held[1] + made.typical * 1e3
    return dict(sorted(sums.items(), key=lambda item: -item[1][1]))


def limit(row: Mapping[str, Any], others: str = "dense") -> float:
    """How many times faster the whole is if layers with zeros take what the zeros leave.

    Args:
        row: of one model.
        others: whose operators all others are, "dense" or "ours".
    """
    left = sum(kind["best"] if kind["kind"] == ZEROS else kind[others] for kind in row["kinds"])
    return float(sum(kind["dense"] for kind in row["kinds"]) / left)


# ---------------------------------------------------------------- the section


def table(row: Mapping[str, Any]) -> Iterator[str]:
    """A model's table in Markdown."""
    blocks = "scattered" if row["blocks"] == [1, 1] else "{} x {}".format(*row["blocks"])
    total = sum(kind["dense"] for kind in row["kinds"])
    gain, limits = row["gain"], [limit(row), limit(row, "ours")]
    spread = f"{gain['median']:.2f}x ({gain['low']:.2f}-{gain['high']:.2f})"
    yield f"**{row['model']}, {row['zeros']:.0%} {blocks}**: {spread}"
    yield "is reached of {:.2f}x; of {:.2f}x with all other operators as they run now.".format(*limits)
    yield ""
    yield "| operators | dense, ms | share | at best, ms | reached, ms | of the peak |"
    yield "|---|---|---|---|---|---|"
    for kind in row["kinds"]:
        peaks = "{:.0%}, {:.0%}".format(*kind["of_peak"]) if kind["of_peak"] else ""
        cells = f"{kind['dense']:.2f} | {kind['dense'] / total:.0%} | {kind['best']:.2f} | {kind['ours']:.2f}"
        yield f"| {kind['kind']} | {cells} | {peaks} |"
    sums = [sum(kind[of] for kind in row["kinds"]) for of in ("dense", "best", "ours")]
    yield f"| all | {sums[0]:.2f} | | {sums[1]:.2f} | {sums[2]:.2f} | |"


def section(found: Mapping[str, Any]) -> str:
    """What stands between the marks of the page."""
    here = found["machine"]
    versions = here["versions"]
    lines = [BEGIN, INTRODUCTION]
    for row in found["rows"]:
        lines += ["", *table(row)]
    lines += [
        "",
        f"{here['cpu']}, {here['threads']} thread, torch {versions['torch']}, ONNX Runtime {versions['onnxruntime']},",
        f"measured {here['date'][:10]} (`benchmarks/amdahl.py`, [all figures](../benchmarks/results/amdahl.json)).",
        END,
    ]
    return "\n".join(lines)


def write_page(found: Mapping[str, Any]) -> None:
    """Write the section of docs/results.md."""
    before, _, rest = PAGE.read_text().partition(BEGIN)
    after = rest.partition(END)[2]
    PAGE.write_text(before + section(found) + after)


if __name__ == "__main__":
    main()
