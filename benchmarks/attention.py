"""Dense against compiled transformers with 50 % of heads and neurons masked, next to the ideal.

    python benchmarks/attention.py [--shares 50] [--threads 1] [--rounds 30]

An encoder of BERT-base's width (6 layers, 128 tokens; ideal: multiply-adds) and one decoding step of a Llama-shaped
decoder (6 layers, 256 tokens in the caches; ideal: bytes of the weights that are left, which is what one token costs).
Dense and compiled run in turns, in one process. Prints one table and writes ``benchmarks/results/attention.json``.
"""

from __future__ import annotations

import argparse
import copy
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import torch
from _measure import add_options, flops, interleave, write_rows
from _transformers import DecodingStep, Encoder, mask
from rich.console import Console
from rich.table import Table
from torch import nn
from torch.utils import _pytree as pytree

import sparsec

Inputs = tuple[Any, ...]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("-s", "--shares", nargs="+", type=int, default=[0, 50], metavar="PERCENT")
    add_options(parser, "attention", rounds=30, budget=60, each="model and backend")
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    torch.manual_seed(0)
    random = torch.Generator().manual_seed(0)
    tokens = torch.randn(1, 128, 768, generator=random)
    caches = [tuple(torch.randn(1, 4, 256, 64, generator=random) for _ in range(2)) for _ in range(6)]
    rows = measure("encoder", Encoder().eval(), (tokens,), options, by_flops=True)
    rows += measure("decoding step", DecodingStep().eval(), (torch.tensor([[7]]), caches), options, by_flops=False)
    console = Console(width=120)
    console.print(table(rows))
    console.print(write_rows(options, rows))


def measure(
    name: str, dense: nn.Module, inputs: Inputs, options: argparse.Namespace, by_flops: bool
) -> list[dict[str, Any]]:
    """All shares of one model on both backends."""
    rows = []
    for share in options.shares:
        masked = copy.deepcopy(dense)
        mask(masked, share / 100)
        for backend, target in (("ONNX Runtime", "onnxruntime"), ("PyTorch eager", "cpu")):
            static = pytree.tree_map(lambda _: None, inputs)
            small = sparsec.compile(masked, inputs, dynamic_shapes=static, target=target, measure=False)
            ideal = _work(masked, inputs, by_flops) / _work(small.module, inputs, by_flops)
            with tempfile.TemporaryDirectory() as folder:
                make = _eager if target == "cpu" else _onnxruntime(Path(folder), options.threads)
                plain = sparsec.compile(masked, inputs, dynamic_shapes=static, passes=[], measure=False, verify=False)
                runners = {"dense": make(plain, inputs, "dense"), "compiled": make(small, inputs, "compiled")}
                timings = interleave(runners, rounds=options.rounds, budget=options.budget)
            gain = timings.speedup("compiled", "dense")
            rows.append(
                {
                    "model": name,
                    "masked": share,
                    "backend": backend,
                    "ideal": ideal,
                    "speedup": gain.json(),
                    "of_ideal": gain.median / ideal,
                    "dense_ms": timings.seconds("dense").median * 1e3,
                    "compiled_ms": timings.seconds("compiled").median * 1e3,
                    "decisions": small.report.decisions,
                    "error": small.report.error,
                }
            )
    return rows


def _work(model: nn.Module, inputs: Inputs, by_flops: bool) -> float:
    """Multiply-adds of one call, or bytes of the matrices that it reads (an embedding is looked up, not read)."""
    if by_flops:
        return float(flops(model, *inputs))
    return float(sum(p.numel() * p.element_size() for n, p in model.named_parameters() if "embedding" not in n))


def _eager(model: nn.Module, inputs: Inputs, name: str) -> Callable[[], object]:
    def run() -> object:
        with torch.inference_mode():
            return model(*inputs)

    return run


def _onnxruntime(folder: Path, threads: int) -> Callable[[Any, Inputs, str], Callable[[], object]]:
    import onnxruntime

    def make(model: Any, inputs: Inputs, name: str) -> Callable[[], object]:
        path = folder / f"{name.replace(' ', '-')}.onnx"
        model.export_onnx(path)
        settings = onnxruntime.SessionOptions()
        settings.intra_op_num_threads, settings.inter_op_num_threads, settings.log_severity_level = threads, 1, 3
        session = onnxruntime.InferenceSession(str(path), settings, providers=["CPUExecutionProvider"])
        named = zip(model.program.input_names, pytree.tree_leaves(inputs), strict=True)
        wanted = {value.name for value in session.get_inputs()}
        feed = {key: value.numpy() for key, value in named if key in wanted}
        return lambda: session.run(None, feed)

    return make


def table(rows: list[dict[str, Any]]) -> Table:
    made = Table(title="Compiled over dense, both measured in turns (median, quartiles)")
    for column in ("model", "masked", "backend", "speed-up", "ideal", "of ideal"):
        made.add_column(column, justify="left" if column in ("model", "backend") else "right")
    for row in rows:
        gain = row["speedup"]
        made.add_row(
            row["model"],
            f"{row['masked']} %",
            row["backend"],
            f"{gain['median']:.2f}x ({gain['low']:.2f}-{gain['high']:.2f})",
            f"{row['ideal']:.2f}x",
            f"{row['of_ideal']:.0%}",
        )
    return made


if __name__ == "__main__":
    main()
