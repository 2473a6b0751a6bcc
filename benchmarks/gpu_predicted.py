"""What zeros are predicted to gain on graphics cards, layer by layer summed up: no card is asked, nothing is measured.

    python benchmarks/gpu_predicted.py                      all models on an H200
    python benchmarks/gpu_predicted.py --arch sm_80 gfx942  on an A100 and an MI300X
    python benchmarks/gpu_predicted.py --dry-run            one small model, to see that it runs

All linear layers (1 x 1 convolutions, for ResNet-50) are bfloat16, with zeros in blocks of 64 x 64 or 128 x 64. ``at
most`` is the limit of bytes and multiplications, with a launch for each layer; ``predicted`` takes the best kernel that
is compiled for the architecture where it is predicted to gain 1.3x, else the dense layer. Output heads of language
models and convolutions with larger kernels stay dense, and count. Attention, norms and whatever else a model does are
left out, so that no figure here is one of a whole model. Beside it stands what others published of the nearest thing,
measured on their card. Needs Triton. Writes ``benchmarks/results/gpu_predicted.json``.
"""

from __future__ import annotations

import argparse
import functools
import math
import sys
from dataclasses import dataclass
from typing import Any

import torch
from _measure import write_results
from rich.console import Console
from rich.table import Table

from sparsec.codegen.triton import roofline, version
from sparsec.codegen.triton.base import Problem
from sparsec.codegen.triton.cards import CARDS, Card, architectures, card_for
from sparsec.codegen.triton.predicted import Prediction, choose, predict
from sparsec.codegen.triton.shapes import form, problem_for, schedules
from sparsec.runtime.cache import private_folder

ZEROS = (0.5, 0.8, 0.9)
BLOCKS = form("bsr_linear")
DTYPE = torch.bfloat16


@dataclass(frozen=True)
class Layer:
    """Layers alike: rows, columns, how many; ``places`` are the tokens of one image or position of a sequence.

    ``taps`` of a convolution's kernel: it reads each input so often and fetches it once.
    """

    name: str
    rows: int
    columns: int
    count: int
    places: int = 1
    sparse: bool = True
    taps: int = 1


@dataclass(frozen=True)
class Model:
    """Linear layers of a model, and how many tokens or images a call has."""

    name: str
    layers: tuple[Layer, ...]
    calls: tuple[int, ...]
    unit: str = "tokens"


def llama(name: str, hidden: int, inner: int, keys: int, depth: int) -> Model:
    """A Llama of one width: attention with fewer keys than queries, a gated MLP, an output head that stays dense."""
    layers = (
        Layer("q, o", hidden, hidden, 2 * depth),
        Layer("k, v", keys, hidden, 2 * depth),
        Layer("gate, up", inner, hidden, 2 * depth),
        Layer("down", hidden, inner, depth),
        Layer("head", 128256, hidden, 1, sparse=False),
    )
    return Model(name, layers, (1, 16, 512))


VIT = Model(
    "ViT-H/14",
    (
        Layer("qkv", 3840, 1280, 32, 257),
        Layer("projection", 1280, 1280, 32, 257),
        Layer("fc1", 5120, 1280, 32, 257),
        Layer("fc2", 1280, 5120, 32, 257),
    ),
    (1, 16),
    "images",
)


def resnet() -> Model:
    """ResNet-50's convolutions; those of 3 x 3 as products of what they gather, dense."""
    layers = [Layer("stem", 64, 147, 1, 112 * 112, sparse=False, taps=49)]
    for stage, (width, blocks, side) in enumerate(((64, 3, 56), (128, 4, 28), (256, 6, 14), (512, 3, 7))):
        places, before = side * side, 64 if stage == 0 else 2 * width
        layers += [
            Layer(f"{stage} down, first", width, before, 1, places if stage == 0 else 4 * places),
            Layer(f"{stage} down", width, 4 * width, blocks - 1, places),
            Layer(f"{stage} 3x3", width, 9 * width, blocks, places, sparse=False, taps=9),
            Layer(f"{stage} up", 4 * width, width, blocks, places),
            Layer(f"{stage} shortcut", 4 * width, before, 1, places),
        ]
    return Model("ResNet-50", (*layers, Layer("head", 1000, 2048, 1, sparse=False)), (1, 16), "images")


MODELS = (
    llama("Llama-3.2-1B", 2048, 8192, 512, 16),
    llama("Llama-3.1-8B", 4096, 14336, 1024, 32),
    VIT,
    resnet(),
)
# What others measured of the nearest thing: (model, zeros, tokens of a call) to words.
PUBLISHED = {
    ("Llama-3.1-8B", 0.9, 1): "1.985x (134 to 266 tokens/s, whole model, H100, BSR 64 x 64)",
    ("Llama-3.1-8B", 0.5, 1): "1.8x (TEAL, 50 % of activations, whole model)",
    ("Llama-3.1-8B", 0.8, 16): "1.7x over cuBLAS (Flash-LLM, scattered, kernel alone)",
    ("Llama-3.1-8B", 0.9, 16): "2.1x over cuBLAS (Flash-LLM, scattered, kernel alone)",
    ("ViT-H/14", 0.9, 16): "up to 1.46x (fp32, A100, whole model)",
}


def main() -> None:
    options = _options()
    if not version():
        sys.exit("gpu_predicted.py needs Triton: pip install 'sparsec[gpu-kernels]'")
    console = Console(width=None if sys.stdout.isatty() else 150)
    rows = []
    models = (llama("small Llama", 256, 512, 64, 2),) if options.dry_run else MODELS
    for arch in options.arch:
        card = card_for(arch)
        found = [row for model in models for row in _rows(model, card)]
        console.print(_table(found, card))
        rows += found
    figures = {card.name: _figures(card) for card in CARDS}
    if not options.dry_run:
        write_results("gpu_predicted", {"triton": version(), "cards": figures, "rows": rows})


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--arch", nargs="+", default=["sm_90"], choices=architectures(), help="which cards")
    parser.add_argument("--dry-run", action="store_true", help="one small model; nothing is written")
    return parser.parse_args()


def _rows(model: Model, card: Card) -> list[dict[str, Any]]:
    return [_row(model, zeros, call, card) for zeros in ZEROS for call in model.calls]


def _row(model: Model, zeros: float, call: int, card: Card) -> dict[str, Any]:
    """Microseconds of all layers: dense, at the limit, and with the best kernels; what binds most of them."""
    dense = limit = predicted = 0.0
    bounds: dict[str, float] = {}
    taken = 0
    for layer in model.layers:
        least, best = _layer(layer, zeros, call * layer.places, card)
        dense += layer.count * least[0]
        limit += layer.count * least[1]
        seconds = best.seconds if best else least[0]
        predicted += layer.count * seconds
        taken += layer.count if best else 0
        if best:
            bounds[best.bound] = bounds.get(best.bound, 0.0) + layer.count * seconds
    return {
        "model": model.name,
        "card": card.name,
        "zeros": zeros,
        model.unit: call,
        "dense_us": dense * 1e6,
        "at_most": dense / limit,
        "predicted": dense / predicted,
        "bound": max(bounds, key=lambda name: bounds[name], default=""),
        "layers": sum(layer.count for layer in model.layers),
        "sparse_layers": taken,
        "published": PUBLISHED.get((model.name, zeros, call), ""),
    }


@functools.cache
def _layer(layer: Layer, zeros: float, tokens: int, card: Card) -> tuple[tuple[float, float], Prediction | None]:
    """Seconds of a dense layer and at the limit; the kernel that is predicted to be best, None for the dense one."""
    if not layer.sparse:
        seconds = _dense(layer, tokens, card)
        return (seconds, seconds), None
    found: list[Prediction] = []
    for tile in BLOCKS.tiles:
        problem = problem_for(BLOCKS, layer.rows, layer.columns, tokens, zeros, DTYPE, tile)
        found += predict(problem, schedules(BLOCKS, problem, card.arch), card.arch, private_folder("triton"), card)
    found.sort(key=lambda prediction: (bool(prediction.fault), prediction.seconds))
    return (found[0].dense.seconds, min(one.limit.seconds for one in found)), choose(found)


def _dense(layer: Layer, tokens: int, card: Card) -> float:
    """Seconds of a layer that stays dense."""
    weights = layer.rows * layer.columns
    gathered = Problem(layer.rows, layer.columns, tokens, DTYPE, (1, 1), weights)
    fetched = Problem(layer.rows, layer.columns // layer.taps, tokens, DTYPE, (1, 1), weights)
    return max(roofline.limit(gathered, card).tensor, roofline.limit(fetched, card).memory) + card.launch


def _figures(card: Card) -> dict[str, float]:
    """What decides which zeros pay: see docs/gpu.md."""
    operations, cache = card.operations(DTYPE), card.cache
    tiles = {f"{high} x {wide}": (high, wide) for high, wide in ((64, 128), (128, 128), (128, 256))}
    reach = {name: min(1.0, cache * math.prod(tile) / sum(tile) / operations) for name, tile in tiles.items()}
    return {
        "TB/s": card.bandwidth / 1e12,
        "TFLOP/s": operations / 1e12,
        "lane instructions a weight": card.budget(DTYPE),
        "tokens from which multiplying binds": operations * DTYPE.itemsize / 2 / card.bandwidth,
        **{f"zeros to break even, {name}": 1 - share for name, share in reach.items()},
    }


def _table(rows: list[dict[str, Any]], card: Card) -> Table:
    table = Table(title=f"{card.name}: predicted, not measured", title_justify="left", pad_edge=False)
    for title in ("model", "zeros", "a call", "dense, us", "at most", "predicted", "bound by", "layers", "published"):
        table.add_column(title, justify="left" if title in ("model", "published") else "right")
    for row in rows:
        unit = "images" if "images" in row else "tokens"
        cells = (row["model"], f"{row['zeros']:.0%}", f"{row[unit]} {unit}", f"{row['dense_us']:.0f}")
        gains = (f"{row['at_most']:.2f}x", f"{row['predicted']:.2f}x")
        layers = f"{row['sparse_layers']} of {row['layers']}"
        table.add_row(*cells, *gains, row["bound"], layers, row["published"])
    return table


if __name__ == "__main__":
    main()
