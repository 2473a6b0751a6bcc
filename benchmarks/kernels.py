"""Sparse kernels, one layer at a time: against ONNX Runtime, PyTorch and peers that multiply with zeros, too.

    python benchmarks/kernels.py                            all tables, one thread and two
    python benchmarks/kernels.py --tables gemm -t 1         one table, one thread
    python benchmarks/kernels.py --quick --dry-run          a few cases, to see that everything runs
    python benchmarks/kernels.py --host avx2                kernels and PyTorch held to AVX2

``x ORT`` is the speed-up over ONNX Runtime's dense float32 layer, ``x torch`` over the fastest of eager PyTorch,
Inductor and oneDNN with packed weights: medians of interleaved runs. With ``--host``, kernels, the peak, PyTorch,
oneDNN and MKL use no more than that instruction set has; ONNX Runtime's own kernels cannot be held, so that there it is
``x torch`` that counts. Where several formats fit the zeros, the fastest one is shown. GFLOP/s counts
operations with weights that are left, and its share is of the peak that a kernel reaches here which only adds products
in registers (``_peak.py``; of bytes in the table of bytes). GB/s, for decoding, are the packed weights read; calls of
one candidate follow each other, so weights that fit the last cache stay there, which a whole model's do not.

Scattered zeros: the smallest weights of a random matrix; blocks: those with the smallest norms. Quantising and
reordering of activations count, packing of weights does not. The bytes' error is that of the quantisation: FBGEMM and
``ours`` take all scales from the data, FBGEMM those of activations and results beforehand. Writes
``benchmarks/results/kernels.json``, or ``kernels_avx2.json`` where held.
"""

from __future__ import annotations

import argparse
import os
import sys
import time
from typing import Any

import torch
from _kernel_cases import Bench, Case, cases
from _measure import Spread, Timings, machine, write_results
from _peak import peak
from _race import race
from rich.console import Console
from rich.table import Table
from torch import Tensor

TABLES = {
    "gemm": "Products with a batch of tokens, float32",
    "groups": "Products with a batch of tokens, groups of rows with columns of their own, float32",
    "decode": "Products with one token (50 % zeros)",
    "conv": "Convolutions, NCHW",
    "int8": "Products in 8 bits, activations quantised at each call",
}
BASELINES = ("ort", "torch", "inductor", "onednn")
PEERS = ("ort int8", "torch csr", "torch bf16", "fbgemm int8", "openvino")
# The largest relative difference to the dense float32 layer; bytes and bfloat16 lose more.
TOLERANCE = {"f32": 1e-4, "bf16": 2e-2, "int8": 5e-2}


# What holds the dense peers to the instructions that kernels are held to.
HELD = {
    "avx2": {"ATEN_CPU_CAPABILITY": "avx2", "ONEDNN_MAX_CPU_ISA": "AVX2", "MKL_ENABLE_INSTRUCTIONS": "AVX2"},
    "avx512": {
        "ATEN_CPU_CAPABILITY": "avx512",
        "ONEDNN_MAX_CPU_ISA": "AVX512_CORE",
        "MKL_ENABLE_INSTRUCTIONS": "AVX512",
    },
}
NOT_HELD = ("ort", "ort int8", "fbgemm int8", "openvino")


def main() -> None:
    options = _options()
    _hold(options.host)
    console = Console(width=None if sys.stdout.isatty() else 170)
    rows: list[dict[str, Any]] = []
    peaks: dict[int, dict[str, float | None]] = {}
    missing: dict[str, str] = {}
    for threads in options.threads:
        bench = Bench(threads, inductor=not options.no_inductor)
        peaks[threads] = {kind: peak(threads, kind) for kind in ("f32", "i8")}
        for case in cases(options.tables, quick=options.quick):
            if sys.stdout.isatty():
                console.print(f"{threads} thread(s): {case.table} {case.label} {case.pattern}", style="dim")
            rows.append(measure(bench, case, peaks[threads], options))
        missing |= bench.missing
    for threads, found in peaks.items():
        for name in options.tables:
            console.print(table(name, [row for row in rows if (row["table"], row["threads"]) == (name, threads)]))
        texts = [f"{kind} {value / 1e9:.0f} G/s" for kind, value in found.items() if value]
        console.print(f"peak, {threads} thread(s): {', '.join(texts)}", style="dim")
    for name, reason in missing.items():
        console.print(f"no {name}: {reason}", style="dim")
    if not options.dry_run:
        settings = {key: value for key, value in vars(options).items() if key != "dry_run"}
        results = {"machine": machine(), "settings": settings, "peaks": peaks, "missing": missing, "rows": rows}
        if options.host:
            results = {"held to": options.host, "by": _held(options.host), "not held": NOT_HELD} | results
        console.print(f"written to {write_results(f'kernels_{options.host}' if options.host else 'kernels', results)}")


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Sparse kernels, one layer at a time, against dense and peers.")
    parser.add_argument("--tables", nargs="+", default=[*TABLES], choices=TABLES)
    parser.add_argument("-t", "--threads", nargs="+", type=int, default=[1, 2])
    parser.add_argument("--host", choices=HELD, help="hold kernels and peers to an instruction set")
    parser.add_argument("--processor-time", action="store_true", help="of one thread, where others work, too")
    parser.add_argument("--no-inductor", action="store_true", help="leave out torch.compile")
    parser.add_argument("--rounds", type=int, default=25)
    parser.add_argument("--budget", type=float, default=20, help="seconds of timing per case")
    parser.add_argument("--quick", action="store_true", help="a few cases, five rounds")
    parser.add_argument("--dry-run", action="store_true", help="write no JSON")
    options = parser.parse_args()
    if options.processor_time and options.threads != [1]:
        parser.error("--processor-time is that of one thread: add -t 1")
    options.rounds = 5 if options.quick else options.rounds
    return options


def _held(name: str) -> dict[str, str]:
    """The environment that holds everything to an instruction set."""
    return {"SPARSEC_HOST": name, **HELD[name]}


def _hold(name: str | None) -> None:
    """Begin again with an instruction set, unless this process has it: libraries look when they are loaded."""
    if name and any(os.environ.get(key) != value for key, value in _held(name).items()):
        os.execve(sys.executable, [sys.executable, *sys.argv], os.environ | _held(name))


@torch.no_grad()
def measure(bench: Bench, case: Case, peaks: dict[str, float | None], options: argparse.Namespace) -> dict[str, Any]:
    """One case at one number of threads: every candidate checked, then all of them in turns."""
    weight, x = case.data()
    candidates = bench.candidates(case, weight, x)
    errors = _errors(case, {name: call() for name, call in candidates.items()})
    # Threads of the candidate before would take part of the next one's time; one thread alone leaves none behind.
    pause = 0.03 if bench.threads > 1 else 0.0
    clock = time.thread_time if options.processor_time else time.perf_counter
    timings = race(candidates, rounds=options.rounds, budget=options.budget, pause=pause, clock=clock)
    dense = min((name for name in candidates if name in BASELINES[1:]), key=lambda name: timings.seconds(name).median)
    row = {
        "table": case.table,
        "case": case.label,
        "pattern": case.pattern,
        "zeros": case.zeros,
        "values": case.values,
        "threads": bench.threads,
        "torch": dense,
        "useful_flops": case.useful(weight),
        "ms": {name: {k: v * 1e3 for k, v in timings.seconds(name).json().items()} for name in candidates},
        "error": errors,
        "over_ort": {name: timings.speedup(name, "ort").json() for name in candidates if name != "ort"},
        "over_torch": {name: timings.speedup(name, dense).json() for name in candidates if name not in BASELINES},
        "best": _best(timings, "ours ", "ours in ort "),
        "best_in_ort": _best(timings, "ours in ort "),
    }
    if case.table == "int8":
        row["over_ort_int8"] = {name: timings.speedup(name, "ort int8").json() for name in candidates if "int8" in name}
    if row["best"] is not None:
        seconds = timings.seconds(row["best"]).median
        most = peaks["i8" if case.table == "int8" else "f32"]
        row["flops_per_second"] = row["useful_flops"] / seconds
        row["of_peak"] = row["flops_per_second"] / most if most else None
        row["weight_bytes_per_second"] = _weight_bytes(case, weight) / seconds
    return row


def _errors(case: Case, results: dict[str, Any]) -> dict[str, float]:
    """Largest differences to PyTorch's dense layer, relative to its largest value.

    Raises:
        ValueError: a candidate computes something else.
    """
    expected: Tensor = results["torch"]
    found = {}
    for name, value in results.items():
        error = float((value.float() - expected).abs().max() / expected.abs().max())
        kind = next((kind for kind in ("int8", "bf16") if kind in name), "f32")
        if not error < TOLERANCE[kind]:
            raise ValueError(f"'{name}' computes something else: {case.label}, {case.pattern}, error {error:.1e}")
        found[name] = error
    return found


def _best(timings: Timings, start: str, other: str | None = None) -> str | None:
    """The fastest candidate whose name begins so; None if there is none."""
    names = [name for name in timings.samples if name.startswith(start) and not (other and name.startswith(other))]
    return min(names, key=lambda name: timings.seconds(name).median, default=None)


def _weight_bytes(case: Case, weight: Tensor) -> float:
    """Bytes of the packed weight: blocks, and two for each block's column (four more for a row of blocks count not)."""
    numbers = int(torch.count_nonzero(weight))
    size = {"int8": 1, "bf16": 2}.get("int8" if case.table == "int8" else case.values, 4)
    return numbers * size + numbers / (case.blocks[0] * case.blocks[1]) * 2


def table(name: str, rows: list[dict[str, Any]]) -> Table:
    """The rows of one kind of case."""
    peers = [peer for peer in PEERS if any(peer in row["over_ort"] for row in rows)]
    title = f"{TABLES[name]}; {rows[0]['threads']} thread(s)"
    result = Table(title=title, caption="median (quartiles); peers: times ONNX Runtime's dense float32")
    for title in ("layer", "zeros", "format"):
        result.add_column(title, no_wrap=True)
    over_int8 = ("x ORT int8",) if name == "int8" else ()
    rate = "GB/s" if name == "decode" else "of peak"
    for title in ("x ORT", "x torch", *over_int8, "inside ORT", "GFLOP/s", rate, *peers):
        result.add_column(title, justify="right", no_wrap=True)
    for number, row in enumerate(rows):
        best, inside = row["best"], row["best_in_ort"]
        cells = [_times(row["over_ort"], best), _times(row["over_torch"], best)]
        cells += [_times(row["over_ort_int8"], best)] if name == "int8" else []
        cells += [_times(row["over_ort"], inside), *_rates(name, row)]
        cells += [_times(row["over_ort"], peer, short=True) for peer in peers]
        last = number + 1 == len(rows) or rows[number + 1]["case"] != row["case"]
        title = best.removeprefix("ours ") if best else "-"
        zeros = f"{row['zeros']:.0%} {row['pattern']}"
        result.add_row(row["case"], zeros, title, *cells, end_section=last)
    return result


def _times(found: dict[str, dict[str, float]], name: str | None, *, short: bool = False) -> str:
    if name not in found:
        return "-"
    return f"{found[name]['median']:.2f}" if short else Spread(**found[name]).text()


def _rates(name: str, row: dict[str, Any]) -> tuple[str, str]:
    if "flops_per_second" not in row:
        return "-", "-"
    share = "-" if row["of_peak"] is None else f"{row['of_peak']:.0%}"
    rate = f"{row['weight_bytes_per_second'] / 1e9:.1f}" if name == "decode" else share
    return f"{row['flops_per_second'] / 1e9:.0f}", rate


if __name__ == "__main__":
    main()
