"""A real network, dense in, faster out: what zeros cost and what they bring, on this machine.

    python examples/demo.py                            MiniLM-L6, two to three minutes
    python examples/demo.py --sparsities 0.5,0.8 --pattern 4x1 --texts 256
    python examples/demo.py --json                     the same figures for a machine

MiniLM turns sentences into vectors. It is pruned to several degrees without training, by what other texts show, and
compiled for ONNX Runtime: how many docstrings of Python's standard library does it still find by their first lines, and
how fast is it? Writes a page with the curve, the report on one of the models and its ONNX file into ``build/demo``.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import time
import warnings
from pathlib import Path
from typing import Any

import torch
from real_texts import docstrings, encoded, hits, manual, minilm
from rich.console import Console
from rich.panel import Panel
from rich.table import Table
from torch import Tensor

from sparsec.compiler.progress import Progress
from sparsec.pruning import Point, Tradeoff, tradeoff

sys.path.append(str(Path(__file__).parents[1] / "benchmarks"))
from _measure import Timings, export_dense, interleave, machine, onnx_runner

ASKED = 200  # docstrings that are looked up
WORDS = 100  # of an excerpt of the manual
LENGTH = 128  # tokens of the text that is timed
SHORT = 64  # of those that are looked up
BATCH = 8  # texts at a time, to prune by


def main() -> int:
    options = _options()
    screen = Console(quiet=options.json, highlight=False, width=None if sys.stdout.isatty() else 110)
    warnings.simplefilter("ignore")
    torch.manual_seed(0)
    result = run(options, screen)
    if options.json:
        print(json.dumps(result, indent=1))
    return 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Prune a real network, compile it, see what that costs and brings.")
    parser.add_argument("--sparsities", default="0.3,0.5,0.7", help="shares of zeros, by commas")
    parser.add_argument("--pattern", default="8x1", help="what is zero together (default 8x1: columns of eight rows)")
    parser.add_argument("--texts", type=int, default=100, help="texts to prune by")
    parser.add_argument("--out", type=Path, default=Path("build/demo"), help="folder for pages and the ONNX file")
    parser.add_argument("--rounds", type=int, default=25, help="rounds of the latency measurement")
    parser.add_argument("--json", action="store_true", help="print figures as JSON instead of tables")
    return parser.parse_args()


def run(options: argparse.Namespace, screen: Console) -> dict[str, Any]:
    began = time.perf_counter()
    with screen.status("Loading MiniLM"):
        model, tokenizer = minilm()
    pairs = docstrings()
    asked, answers = (encoded(tokenizer, [*texts], tokens=SHORT) for texts in zip(*pairs[:ASKED], strict=True))
    others = [text for pair in pairs[ASKED:] for text in pair][: options.texts // 2]
    texts = encoded(tokenizer, others + manual(options.texts - len(others), WORDS), BATCH)

    def recall(one: Any) -> Tensor:
        return hits(one, asked, answers)

    screen.print(
        Panel(
            f"[bold]MiniLM-L6[/] finds {recall(model).mean():.1%} of {ASKED} docstrings by their first lines.\n"
            f"Now it loses weights, {options.pattern} at a time, by what {options.texts} other texts show:\n\n"
            f'    sparsec.prune(model, texts, pattern="{options.pattern}", sparsity=0.5, target="onnxruntime")',
            title="Dense in, faster out",
            title_align="left",
        )
    )
    shares = [float(share) for share in options.sparsities.split(",")]
    with screen.status("Pruning") as status:
        curve = tradeoff(
            model,
            texts,
            sparsities=shares,
            pattern=options.pattern,
            target="onnxruntime",
            metric=recall,
            progress=Progress(status.update),
        )
    one = {name: value[:1, :LENGTH] for name, value in texts[0].items()}
    return show(curve, one, options, screen, began)


def show(
    curve: Tradeoff, one: dict[str, Tensor], options: argparse.Namespace, screen: Console, began: float
) -> dict[str, Any]:
    options.out.mkdir(parents=True, exist_ok=True)
    screen.print(str(curve), markup=False, highlight=False)
    middle = curve.points[len(curve.points) // 2]
    with screen.status("Measuring again, beside PyTorch's own export of the dense model"):
        timings = latencies(curve, middle, one, options)
    screen.print(latency_table(timings))
    screen.print(
        "Nothing was trained. A compact model has few zeros to give away: what it loses is in the table above.\n"
        "sparsec.recover(result, texts, minutes=10) lets the dense model teach it, with the zeros held.\n"
    )
    curve.save_html(options.out / "demo.html")
    middle.compiled.report.save_html(options.out / "demo-report.html")
    screen.print(f"Written, of the model with {middle.sparsity:.0%} zeros:")
    screen.print(f"  {options.out / 'demo.html'}          the curve of loss against speed")
    screen.print(f"  {options.out / 'demo-report.html'}   what the compiler did, layer by layer")
    screen.print(f"  {options.out / 'demo.onnx'}          the model, for ONNX Runtime\n")
    seconds = time.perf_counter() - began
    screen.print(f"Done in {seconds:.0f} s.", style="dim")
    speeds = {name: timings.speedup(name, "dense").json() for name in timings.samples}
    return {"machine": machine(threads=1), "curve": curve.to_json(), "speed": speeds, "seconds": seconds}


def latencies(curve: Tradeoff, kept: Point, one: dict[str, Tensor], options: argparse.Namespace) -> Timings:
    """One text, one core: PyTorch's own export of the dense model and every sparse one, in turns; one file is kept."""
    with tempfile.TemporaryDirectory() as folder:
        files = {"dense": Path(folder) / "dense.onnx"}
        export_dense(curve.points[0].result.dense, one, files["dense"])
        for point in curve.points:
            file = options.out / "demo.onnx" if point is kept else Path(folder) / f"{point.sparsity}.onnx"
            point.compiled.export_onnx(file, cpu=None if point is kept else "native")
            files[f"{point.sparsity:.0%}"] = file
        runners = {name: onnx_runner(file, one) for name, file in files.items()}
        return interleave(runners, rounds=options.rounds)


def latency_table(timings: Timings) -> Table:
    title = f"One text of {LENGTH} tokens, one core, beside PyTorch's own export (above: {BATCH} texts, and sparsec's)"
    table = Table(title=title, title_justify="left")
    for head in ("zeros", "milliseconds", "times as fast (quartiles)"):
        table.add_column(head, justify="right")
    for name in timings.samples:
        speed = "" if name == "dense" else timings.speedup(name, "dense").text()
        table.add_row(name, timings.seconds(name).text(1e3, 1), speed)
    return table


if __name__ == "__main__":
    sys.exit(main())
