"""Which architectures compile, and how completely: one row for each family of the test zoo.

Zeros are planted at a third of the neurons, heads, groups of heads, places within heads and residual channels, and at
one expert. The table says whether every axis is followed, whether all that the zeros prove superfluous is gone,
whether the result is exact (float64; another batch size and length), and whether ONNX Runtime and torch.compile give
the same in float32.

    python benchmarks/coverage.py [--out FOLDER] [--append] [--quick] [family ...]
"""

from __future__ import annotations

import argparse
import json
import logging
import sys
import tempfile
import time
import warnings
from pathlib import Path
from typing import Any

import torch

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "tests"))

from _measure import machine  # noqa: E402
from zoo.backends import OnnxModel, run_sparse_backend, tensors  # noqa: E402
from zoo.coverage import INCOMPLETE, KINDS, ONNX, compiled, finished, plant  # noqa: E402
from zoo.families import FAMILIES, Family  # noqa: E402
from zoo.reference import relative_error  # noqa: E402

PAGE = """# Coverage

Written by `benchmarks/coverage.py`: small models of every architecture in the test zoo, random weights, zeros planted
at a third of the neurons, heads, groups of heads, channels within heads and residual channels, and at one expert.
*Followed*: whether every axis is, or how many operations are opaque. *Removed / planted*: numbers of parameters; what
the planted zeros prove superfluous besides (a norm's weights) makes the first larger. The last columns are largest
differences relative to the output's scale (float64 and float32, other batch sizes and lengths than the example's), and
seconds spent in passes on a machine with other work. A dash was not run.

"""
SIZES = ((3, 9), (1, 5))


def row(family: Family, quick: bool = False) -> dict[str, Any]:
    """Everything that the table says about one family; ``quick``: not what ONNX Runtime and torch.compile say."""
    outcome = compiled(family, KINDS, SIZES)
    return {
        "nodes": outcome.nodes,
        "opaque": outcome.opaque,
        "planted": outcome.planted,
        "removed": outcome.removed,
        "missing": outcome.missing,
        "float64": outcome.error,
        "onnx": "-" if quick else ONNX.get(family.name) or attempt(lambda: onnx_error(family)),
        "torch_compile": "-" if quick else attempt(lambda: dynamo_error(family)),
        "seconds": outcome.seconds,
        "capture": outcome.capture,
    }


def attempt(measure: Any) -> float | str:
    """What was measured, or the first line of what went wrong."""
    try:
        return float(measure())
    except Exception as error:  # noqa: BLE001 - the table shows it
        return f"{type(error).__name__}: {str(error).splitlines()[0][:160] if str(error) else ''}"


def onnx_error(family: Family) -> float:
    model, small = finished(family, KINDS)
    worst = 0.0
    with tempfile.TemporaryDirectory() as folder:
        small.export_onnx(Path(folder) / "small.onnx")
        session = OnnxModel(Path(folder) / "small.onnx")
        for batch, length in ((3, 9), (2, 5)):
            feed = family.feed(batch, length if family.dynamic else 0)
            with torch.no_grad():
                expected = tensors(model(*feed[0], **feed[1]))
            worst = max(worst, relative_error(session(list(small.program.input_names), feed), expected))
    return worst


def dynamo_error(family: Family) -> float:
    model = family.build()
    plant(family, model, KINDS)
    feeds = [family.feed(batch, length if family.dynamic else 0) for batch, length in ((2, 0), (3, 9))]
    worst = 0.0
    for feed, answer in zip(feeds, run_sparse_backend(model, feeds), strict=True):
        with torch.no_grad():
            worst = max(worst, relative_error(tensors(answer), tensors(model(*feed[0], **feed[1]))))
    return worst


def table(rows: dict[str, dict[str, Any]]) -> str:
    """The rows as markdown."""
    lines = [
        "| family | nodes | followed | removed / planted | float64 | ONNX Runtime | torch.compile | passes, s |",
        "|---|---|---|---|---|---|---|---|",
    ]
    for name, found in rows.items():
        if "failed" in found:
            lines.append(f"| {name} | | | {found['failed']} | | | | |")
            continue
        share = f"{found['removed']} / {found['planted']}"
        if found["missing"]:
            share += f" ({INCOMPLETE.get(name, 'unexplained')})"
        lines.append(
            f"| {name} | {found['nodes']} | {len(found['opaque']) or 'all'}{' opaque' if found['opaque'] else ''} "
            f"| {share} | {found['float64']:.0e} | {show(found['onnx'])} | {show(found['torch_compile'])} "
            f"| {found['seconds']:.1f} |"
        )
    return "\n".join(lines)


def show(value: float | str) -> str:
    return value if isinstance(value, str) else f"{value:.0e}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("families", nargs="*")
    parser.add_argument("--out", type=Path, default=HERE / "results")
    parser.add_argument("--append", action="store_true", help="keep the rows of families that are not named")
    parser.add_argument("--quick", action="store_true", help="leave out ONNX Runtime and torch.compile")
    options = parser.parse_args()
    warnings.simplefilter("ignore")
    logging.disable(logging.CRITICAL)
    path = options.out / "coverage.json"
    rows = json.loads(path.read_text())["families"] if options.append and path.exists() else {}
    for name in options.families or FAMILIES:
        start = time.perf_counter()
        try:
            rows[name] = row(FAMILIES[name], options.quick)
        except Exception as error:  # noqa: BLE001 - the table shows it
            rows[name] = {"failed": f"{type(error).__name__}: {str(error).splitlines()[0][:160]}"}
        print(table({name: rows[name]}).splitlines()[-1], f"{time.perf_counter() - start:.0f} s", flush=True)
        ordered = {family: rows[family] for family in FAMILIES if family in rows}
        path.write_text(json.dumps({"machine": machine(), "families": ordered}, indent=1) + "\n")
    if options.out == HERE / "results":
        missing = [name for name in FAMILIES if name not in ordered]
        rest = f"\nNot in this run of the table: {', '.join(missing)}.\n" if missing else ""
        (HERE.parent / "docs" / "coverage.md").write_text(PAGE + table(ordered) + "\n" + rest)


if __name__ == "__main__":
    main()
