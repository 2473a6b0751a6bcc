"""What pruning costs: real models, no training, quality on data that was not calibrated on.

    python benchmarks/pruning_quality.py                      all models that are installed, the short list of methods
    python benchmarks/pruning_quality.py -n minilm --only 8x1      one model, rows whose name holds a word
    python benchmarks/pruning_quality.py --samples 64         fewer calibration samples

MiniLM finds docstrings by their first paragraphs, SmolLM2's perplexity is of docstrings, both are calibrated on the
manual of Python; networks for images are compared with the dense one on crops of other photos. Prints a table as it
goes; rows that were measured before stay in ``benchmarks/results/pruning_quality.json`` until they are measured again.
"""

from __future__ import annotations

import argparse
import json
import time
import warnings
from typing import Any

import torch
from _measure import RESULTS, machine, write_results
from _pruning_tasks import TASKS, Missing, Task

import sparsec

SHARES = (0.3, 0.5, 0.7)
UNIT_SHARES = (0.1, 0.2, 0.3)


def rows(task: Task) -> list[dict[str, Any]]:
    """What is tried: the options of ``sparsec.prune`` for each row, and a name."""
    found: list[dict[str, Any]] = []
    for pattern in ("scattered", "8x1"):
        for share in SHARES:
            common = {"pattern": pattern, "sparsity": share}
            found += [common | {"importance": "random"}, common | {"importance": "magnitude"}]
            found += [common | {"importance": "wanda"}, common | {"importance": "sparsegpt"}]
            found += [common | {"importance": "wanda", "compensation": "affine"}]
    found += [{"pattern": "2:4", "importance": name} for name in ("magnitude", "wanda", "sparsegpt")]
    greedy = {"pattern": "8x1", "allocation": "l-greco", "measured": True}
    found += [greedy | {"sparsity": share, "importance": "sparsegpt"} for share in SHARES]
    for share in UNIT_SHARES:
        common = {"units": task.units, "sparsity": share}
        found += [common | {"importance": name, "compensation": "none"} for name in ("random", "magnitude")]
        found += [common | {"importance": "obs", "compensation": name} for name in ("none", "bias", "affine")]
        found += [common | {"importance": "obs", "compensation": "least-squares"}]
    return found


def name_of(options: dict[str, Any]) -> str:
    """A row's name."""
    parts = [" ".join(options["units"]) if "units" in options else options["pattern"]]
    parts += [f"{options['sparsity']:.0%}"] if "sparsity" in options else []
    parts += [options[key] for key in ("importance", "compensation", "allocation") if key in options]
    return ", ".join(parts)


def main() -> None:
    options = _options()
    torch.set_num_threads(options.threads)
    file = RESULTS / "pruning_quality.json"
    held = json.loads(file.read_text()) if file.exists() else {"rows": {}}
    for name in options.networks:
        try:
            task = TASKS[name]()
        except (Missing, ImportError) as error:
            print(f"{name}: left out, {error}")
            continue
        measured = held["rows"].setdefault(name, {})
        model, data = task.load(), task.data(options.samples)
        measured["dense"] = task.quality(model)
        print(f"{task.name}: dense {_said(measured['dense'])}", flush=True)
        for row in rows(task):
            if options.only and not all(word in name_of(row) for word in options.only):
                continue
            start = time.process_time()
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                result = sparsec.prune(model, data, held_out=0.05, **row)
            seconds = time.process_time() - start
            found = task.quality(result.model)
            zeros = sum(one.zeros * torch.Size(one.shape).numel() for one in result.outcome.outcomes)
            whole = sum(torch.Size(one.shape).numel() for one in result.outcome.outcomes)
            measured[name_of(row)] = found | {"zeros": zeros / whole, "cpu_seconds": round(seconds, 1)}
            print(f"  {name_of(row):60} {_said(found)}  {seconds:.0f} s", flush=True)
            held |= {"machine": machine(options.threads), "samples": options.samples}
            write_results("pruning_quality", held)


def _said(figures: dict[str, float]) -> str:
    return "  ".join(f"{name} {value:.3f}" for name, value in figures.items())


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="What pruning costs, without training.")
    parser.add_argument("-n", "--networks", nargs="+", default=[*TASKS], choices=[*TASKS], metavar="NAME")
    parser.add_argument("--only", nargs="+", default=[], metavar="WORD", help="rows whose names hold all of these")
    parser.add_argument("--samples", type=int, default=256, help="to calibrate on")
    parser.add_argument("--threads", type=int, default=1)
    return parser.parse_args()


if __name__ == "__main__":
    main()
