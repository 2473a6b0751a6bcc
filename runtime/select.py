"""Which kernel computes a layer fastest: measured here, once, against the dense layer, and remembered on disk.

A layer is known by what its time depends on: its sizes, how its zeros lie, what follows it, the target, the threads. A
kernel is taken only if it is faster than dense by a margin; otherwise the report says by how much it lost.
"""

from __future__ import annotations

import contextlib
import hashlib
import importlib.metadata
import json
import math
import os
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import platformdirs
import torch
import torch.nn.functional as F
from torch import Tensor

from ..codegen.formats.vector_blocks import VectorBlocks
from ..codegen.mlir import engine
from ..codegen.mlir.host import host
from ..passes.base import Choice, SparseLayer
from .calibrate import processor
from .measure import interleave
from .operators import ACTIVATIONS

FORMAT = 1
# A kernel has to be faster than dense by this share.
MARGIN = 0.05
# Multiply-adds that a kernel does in the time of one of a dense product's, by block rows: to see what is hopeless.
SPEED = {1: 0.5, 2: 0.7, 4: 0.95, 8: 1.1, 16: 1.1}
TRIED = 2
WITHOUT_COMPILER = "sparse kernels need a compiler: pip install 'sparsec[cpu-kernels]'"


@dataclass
class MeasuredKernels:
    """Sparse kernels for PyTorch on this processor, chosen by measurement.

    Attributes:
        target: "cpu" or "inductor".
        chosen: by node name, what was chosen for it.
    """

    target: str
    chosen: dict[str, Choice] = field(default_factory=dict)

    def choose(self, layer: SparseLayer) -> Choice:
        """The fastest way to compute a layer."""
        if layer.weight.numel() == 0:
            return Choice(None, None, "the weight is empty")
        if not engine.available():
            return Choice(None, None, WITHOUT_COMPILER)
        candidates = _candidates(layer)
        if not candidates:
            return Choice(None, None, "too few zeros for any kernel")
        known = _Cache.load()
        key = self._key(layer)
        if key not in known.gains:
            known.gains[key] = _measure(layer, candidates)
            known.save()
        gains = known.gains[key]
        best = max(gains, key=lambda name: gains[name])
        rows = int(best.partition("x")[0])
        if gains[best] < 1 + MARGIN:
            return Choice(
                None, gains[best], f"the best sparse kernel, {best} blocks, is {gains[best]:.2f}x as fast as dense"
            )
        shape = (layer.weight.shape[0], layer.weight.shape[1])
        return Choice(VectorBlocks(shape, rows), gains[best], f"{best} blocks, measured {gains[best]:.2f}x dense")

    def _key(self, layer: SparseLayer) -> str:
        blocks = ",".join(f"{layer.pattern.blocks[rows, 1]:.2f}" for rows in SPEED)
        rows, columns = layer.weight.shape
        window = layer.window and f" {layer.images} {layer.window.kernel} {layer.window.stride} {layer.window.padding}"
        follows = f"{'bias ' * layer.bias}{'residual ' * layer.residual}{layer.activation}".strip()
        skew = f"skew {layer.pattern.row_skew:.0f}"
        threads = f"{torch.get_num_threads()} threads"
        return f"{self.target} {threads} {rows}x{columns}x{layer.tokens}{window or ''} {blocks} {skew} {follows}"


def kernels_for(target: str) -> MeasuredKernels | None:
    """The sparse kernels of a target; None for one that has none."""
    return MeasuredKernels(target) if target in ("cpu", "inductor") else None


def _candidates(layer: SparseLayer) -> list[int]:
    """Rows of the blocks that are worth a measurement, the most promising first."""
    costs = {rows: layer.pattern.blocks[rows, 1] / speed for rows, speed in SPEED.items()}
    ranked = sorted((rows for rows in costs if costs[rows] < 1.3), key=lambda rows: costs[rows])
    return ranked[:TRIED]


def _measure(layer: SparseLayer, candidates: list[int]) -> dict[str, float]:
    """How many times faster than the dense layer each kernel is."""
    rows, columns = layer.weight.shape
    random = torch.Generator().manual_seed(0)
    x = torch.randn(_input_shape(layer), generator=random)
    bias = torch.randn(rows, generator=random) if layer.bias else None
    residual = torch.randn(_dense(layer, x, None, None)().shape, generator=random) if layer.residual else None
    runs: dict[str, Callable[[], Tensor]] = {"dense": _dense(layer, x, bias, residual)}
    for block in candidates:
        runs[f"{block}x1"] = _sparse(layer, VectorBlocks((rows, columns), block), x, bias, residual)
    with torch.no_grad():
        times = interleave(runs, budget=0.15, rounds=(5, 40), warm_up=2)
    return {name: times["dense"].low / times[name].low for name in runs if name != "dense"}


def _input_shape(layer: SparseLayer) -> tuple[int, ...]:
    columns = layer.weight.shape[1]
    if layer.window is None:
        return (layer.tokens, columns)
    number, height, width = layer.images
    return (number, columns // math.prod(layer.window.kernel), height, width)


def _dense(layer: SparseLayer, x: Tensor, bias: Tensor | None, residual: Tensor | None) -> Callable[[], Tensor]:
    activate, window, weight = ACTIVATIONS[layer.activation], layer.window, layer.weight
    if window is not None:
        weight = weight.reshape(weight.shape[0], x.shape[1], *window.kernel)

    def run() -> Tensor:
        if window is None:
            y = F.linear(x, weight, bias)
        else:
            y = F.conv2d(x, weight, bias, window.stride, window.padding, window.dilation)
        return activate(y if residual is None else y + residual)

    return run


def _sparse(
    layer: SparseLayer, form: VectorBlocks, x: Tensor, bias: Tensor | None, residual: Tensor | None
) -> Callable[[], Tensor]:
    packed, rows, window = form.pack(layer.weight), form.shape[0], layer.window
    operands = (x, packed.values, packed.indices, packed.starts, bias, residual, rows)
    linear: Callable[..., Tensor] = torch.ops.sparsec.vblock_linear
    conv2d: Callable[..., Tensor] = torch.ops.sparsec.vblock_conv2d

    def run() -> Tensor:
        if window is None:
            return linear(*operands, 0, layer.activation, False, False)
        sides = ([*window.kernel], [*window.stride], [*window.padding], [*window.dilation])
        return conv2d(*operands, *sides, layer.activation)

    return run


@dataclass
class _Cache:
    """Measured gains over dense, by layer and kernel, in one file for each processor and version."""

    path: Path
    gains: dict[str, dict[str, float]]

    @classmethod
    def load(cls) -> _Cache:
        path = cache_file()
        try:
            gains = json.loads(path.read_text())["gains"]
        except (OSError, ValueError, KeyError, TypeError):
            gains = {}  # none yet, or damaged: it is measured again
        return cls(path, gains)

    def save(self) -> None:
        """A folder that cannot be written costs a measurement next time, nothing else."""
        with contextlib.suppress(OSError):
            self.path.parent.mkdir(parents=True, exist_ok=True)
            new = self.path.with_suffix(f".{os.getpid()}")
            new.write_text(json.dumps({"gains": self.gains}, indent=1) + "\n")
            new.replace(self.path)


def cache_file() -> Path:
    """Where this machine's measurements lie."""
    versions = [importlib.metadata.version("torch"), importlib.metadata.version("torch-mlir"), str(FORMAT)]
    text = "|".join([processor(), host().name, *versions])
    folder = os.environ.get("SPARSEC_CACHE") or platformdirs.user_cache_dir("sparsec", appauthor=False)
    return Path(folder) / f"kernels-{hashlib.sha256(text.encode()).hexdigest()[:12]}.json"
