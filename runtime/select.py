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
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import torch
import torch.nn.functional as F
from torch import Tensor

from ..codegen.formats.vector_blocks import VectorBlocks
from ..codegen.mlir import engine
from ..codegen.mlir.host import host
from ..codegen.mlir.linker import NAMES, linkers
from ..compiler.errors import UserError
from ..passes.base import Choice, SparseLayer
from . import select_onnx
from .calibrate import cache_folder, processor
from .measure import interleave
from .operators import ACTIVATIONS

FORMAT = 3
# A kernel has to be faster than dense by this share.
MARGIN = 0.05
# In ONNX Runtime, convolutions that stay dense hand images on in a layout of their own: a sparse one between them costs
# two conversions. Alone, the dense one pays for those, so that a gain below this share is none in a model.
CONVERTED = 0.2
# Multiply-adds that a kernel does in the time of one of a dense product's, by block rows: to see what is hopeless.
SPEED = {1: 0.5, 2: 0.7, 4: 0.95, 8: 1.1, 16: 1.1}
TRIED = 2
# Columns in a segment (see VectorBlocks), for zeros that lie anywhere.
SEGMENTS, IN_SEGMENTS = (128, 192), " in segments of "
WITHOUT_COMPILER = "sparse kernels need a compiler: pip install 'sparsec[cpu-kernels]'"
WITHOUT_LINKER = f"sparse kernels for ONNX Runtime need a linker: none of {', '.join(NAMES)} is installed"


@dataclass
class MeasuredKernels:
    """Sparse kernels for this processor, in PyTorch or ONNX Runtime, chosen by measurement.

    Attributes:
        target: "cpu", "inductor" or "onnxruntime".
        chosen: by node name, what was chosen for it.
    """

    target: str
    chosen: dict[str, Choice] = field(default_factory=dict)

    def choose(self, layer: SparseLayer) -> Choice:
        """The fastest way to compute a layer."""
        if layer.weight.numel() == 0:
            return Choice(None, None, "the weight is empty")
        missing = self._missing()
        if missing:
            return Choice(None, None, missing)
        candidates = _candidates(layer, segments=self.target != "onnxruntime")
        if not candidates:
            return Choice(None, None, "too few zeros for any kernel")
        known = _Cache.load()
        key = self._key(layer)
        if key not in known.gains:
            try:
                known.gains[key] = _measure(layer, candidates, self.target)
            except UserError as error:  # a linker that fails
                return Choice(None, None, f"{error.message}: {error.note}")
            known.save()
        gains = known.gains[key]
        best = max(gains, key=lambda name: gains[name])
        if gains[best] < 1 + self._margin(layer):
            reason = f"the best sparse kernel, {_words(best)}, is {gains[best]:.2f}x as fast as dense"
            if gains[best] >= 1 + MARGIN:
                reason += ", which converting images to ONNX Runtime's layout and back would cost"
            return Choice(None, gains[best], reason)
        form = _form(layer, best)
        return Choice(form, gains[best], f"{_words(best)}, measured {gains[best]:.2f}x dense")

    def _margin(self, layer: SparseLayer) -> float:
        """By how much a kernel has to be faster."""
        of_images = layer.window is not None and layer.images[1] * layer.images[2] > 1
        return CONVERTED if of_images and self.target == "onnxruntime" else MARGIN

    def _missing(self) -> str | None:
        """What this machine lacks."""
        if not engine.available():
            return WITHOUT_COMPILER
        return None if self.target != "onnxruntime" or linkers() else WITHOUT_LINKER

    def _key(self, layer: SparseLayer) -> str:
        blocks = ",".join(f"{layer.pattern.blocks[rows, 1]:.2f}" for rows in SPEED)
        rows, columns = layer.weight.shape
        sides = layer.window and [layer.window.kernel, layer.window.stride, layer.window.padding, layer.window.dilation]
        window = sides and f" {layer.images} {' '.join(map(str, sides))}"
        follows = f"{'bias ' * layer.bias}{'residual ' * layer.residual}{layer.activation}".strip()
        skew = f"skew {layer.pattern.row_skew:.0f}"
        threads = f"{torch.get_num_threads()} threads"
        on = f"onnxruntime {importlib.metadata.version('onnxruntime')}" if self.target == "onnxruntime" else self.target
        return f"{on} {threads} {rows}x{columns}x{layer.tokens}{window or ''} {blocks} {skew} {follows}"


def kernels_for(target: str) -> MeasuredKernels | None:
    """The sparse kernels of a target; None for one that has none."""
    return MeasuredKernels(target) if target in ("cpu", "inductor", "onnxruntime") else None


def _candidates(layer: SparseLayer, *, segments: bool) -> list[str]:
    """Forms that are worth a measurement: ``8x1``, ``1x1 in segments of 128``."""
    costs = {rows: layer.pattern.blocks[rows, 1] / speed for rows, speed in SPEED.items()}
    ranked = sorted((rows for rows in costs if costs[rows] < 1.3), key=lambda rows: costs[rows])
    found = [f"{rows}x1" for rows in ranked[:TRIED]]
    scattered = layer.pattern.best_vector[0] == 1 and layer.pattern.density < 0.7
    wide = layer.weight.shape[1] >= 2 * SEGMENTS[0] and layer.tokens >= 32 and layer.window is None
    if segments and scattered and wide:
        found += [f"1x1{IN_SEGMENTS}{columns}" for columns in SEGMENTS]
    return found


def _words(name: str) -> str:
    """``8x1 blocks``, ``1x1 blocks in segments of 128 columns``."""
    block, middle, segment = name.partition(IN_SEGMENTS)
    return f"{block} blocks{middle}{segment}{' columns' if segment else ''}"


def _form(layer: SparseLayer, name: str) -> VectorBlocks:
    """What a name means: the inverse of ``_candidates``."""
    block, _, segment = name.partition(IN_SEGMENTS)
    shape = (layer.weight.shape[0], layer.weight.shape[1])
    return VectorBlocks(shape, int(block.partition("x")[0]), 1, int(segment or 0))


def _measure(layer: SparseLayer, candidates: list[str], target: str) -> dict[str, float]:
    """How many times faster than the dense layer each kernel is."""
    runs: Mapping[str, Callable[[], object]]
    if target == "onnxruntime":
        rows = [_form(layer, name).rows for name in candidates]
        runs = select_onnx.runners(layer, rows, _input_shape(layer))
    else:
        runs = _runners(layer, candidates)
    with torch.no_grad():
        times = interleave(runs, budget=0.2, rounds=(5, 40), warm_up=2)
    return {name: times["dense"].low / times[name].low for name in runs if name != "dense"}


def _runners(layer: SparseLayer, candidates: list[str]) -> dict[str, Callable[[], Tensor]]:
    """The layer in PyTorch, "dense" and in each of the candidates."""
    random = torch.Generator().manual_seed(0)
    x = torch.randn(_input_shape(layer), generator=random)
    bias = torch.randn(layer.weight.shape[0], generator=random) if layer.bias else None
    residual = torch.randn(_dense(layer, x, None, None)().shape, generator=random) if layer.residual else None
    runs: dict[str, Callable[[], Tensor]] = {"dense": _dense(layer, x, bias, residual)}
    for name in candidates:
        runs[name] = _sparse(layer, _form(layer, name), x, bias, residual)
    return runs


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
            return linear(*operands, form.segment, layer.activation, False, False)
        return conv2d(*operands, *window.sides, layer.activation)

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
            found = {key: gain for key, gain in gains.items() if _is_gain(gain)}
        except (OSError, ValueError, KeyError, TypeError, AttributeError):
            found = {}  # none yet, or damaged: it is measured again
        return cls(path, found)

    def save(self) -> None:
        """A folder that cannot be written costs a measurement next time, nothing else."""
        with contextlib.suppress(OSError):
            self.path.parent.mkdir(parents=True, exist_ok=True)
            new = self.path.with_suffix(f".{os.getpid()}")
            new.write_text(json.dumps({"gains": self.gains}, indent=1) + "\n")
            new.replace(self.path)


def _is_gain(found: object) -> bool:
    """Whether an entry of the file is one that was measured."""
    return isinstance(found, dict) and bool(found) and all(isinstance(gain, float) for gain in found.values())


def cache_file() -> Path:
    """Where this machine's measurements lie."""
    versions = [importlib.metadata.version("torch"), importlib.metadata.version("torch-mlir"), str(FORMAT)]
    text = "|".join([processor(), host().name, *versions])
    return cache_folder() / f"kernels-{hashlib.sha256(text.encode()).hexdigest()[:12]}.json"
