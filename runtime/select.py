"""Which form of a weight computes a layer fastest: measured here, once, against the dense layer, and kept on disk.

A layer is known by what its time depends on: its sizes, how its zeros lie, what follows it, the target, the threads. A
form is taken only if it is faster than dense by a margin; otherwise the report says by how much it lost.
"""

from __future__ import annotations

import functools
import hashlib
import importlib.metadata
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import torch

from ..codegen.formats.grouped_gather import GroupedGather
from ..codegen.formats.int8_blocks import Int8Blocks
from ..codegen.formats.vector_blocks import VectorBlocks
from ..codegen.mlir import engine
from ..codegen.mlir.host import host
from ..compiler.errors import UserError
from ..compiler.ir.target import Target
from ..passes.base import Choice, Form, SparseLayer
from .cache import cache_folder, read_document, write_document
from .calibrate import processor
from .measure import interleave
from .targets import get

FORMAT = 6
# A form has to be faster than dense by this share.
MARGIN = 0.05
# Multiply-adds that a kernel does in the time of one of a dense product's, by block rows: to see what is hopeless.
SPEED = {1: 0.5, 2: 0.7, 4: 0.95, 8: 1.1, 16: 1.1}
HOPELESS = 1.3
TRIED = 2
# Tokens up to which time is what reading the weight takes: half the bytes are half the time.
FEW = 8
# Columns in a segment (see VectorBlocks), for zeros that lie anywhere.
SEGMENTS = (128, 192)
# Multiply-adds that copying one number takes as long as.
COPY = 16
QUANTIZE = ("bfloat16", "int8")
WITHOUT_COMPILER = "sparse kernels need a compiler: pip install 'sparsec[cpu-kernels]'"


@dataclass
class MeasuredKernels:
    """Sparse forms for this processor, on a target, chosen by measurement.

    Attributes:
        target: where the layers run, or its name.
        quantize: "bfloat16" or "int8" if weights may be rounded to that.
        least: how many times faster than dense a form has to be, at least.
        chosen: by node name, what was chosen for it.
        broken: why no kernel can be built, once one could not be.
    """

    target: str | Target
    quantize: str | None = None
    least: float = 1 + MARGIN
    chosen: dict[str, Choice] = field(default_factory=dict)
    broken: str | None = None

    def choose(self, layer: SparseLayer) -> Choice:
        """The fastest way to compute a layer."""
        if layer.weight.numel() == 0:
            return Choice(None, None, "the weight is empty")
        missing = self._missing()
        forms = _grouped(layer) if missing else {**self._blocks(layer), **_grouped(layer)}
        if not forms:
            return Choice(None, None, missing or "too few zeros for any kernel")
        key = self._key(layer, [*forms])
        if not forms.keys() <= self._cache.gains.get(key, {}).keys():
            try:
                self._cache.gains[key] = _measure(layer, forms, self._target)
            except UserError as error:
                if missing:
                    raise
                self.broken = f"{error.message}: {error.note}"  # a linker that fails; groups of rows need none
                return self.choose(layer)
            self._cache.save()
        gains = self._cache.gains[key]
        best = max(forms, key=lambda name: gains[name])
        words = forms[best].words
        if gains[best] < self._least(layer):
            reason = f"the best sparse kernel, {words}, is {gains[best]:.2f}x as fast as dense"
            if self.least <= gains[best]:
                reason += f", which {self._target.hidden_cost(layer)[1]} would cost"
            return Choice(None, gains[best], f"{reason}; {missing}" if missing else reason)
        return Choice(forms[best], gains[best], f"{words}, measured {gains[best]:.2f}x dense")

    @functools.cached_property
    def _target(self) -> Target:
        return get(self.target)

    @functools.cached_property
    def _cache(self) -> _Cache:
        return _Cache.load()

    def _least(self, layer: SparseLayer) -> float:
        """How many times faster than dense a form has to be."""
        return max(self.least, 1 + self._target.hidden_cost(layer)[0])

    def _missing(self) -> str | None:
        """What this machine lacks."""
        if not engine.available():
            return WITHOUT_COMPILER
        if self.broken:
            return self.broken
        return self._target.missing()

    def _blocks(self, layer: SparseLayer) -> dict[str, Form]:
        """Blocks that are worth a measurement, for kernels of ours."""
        shape, pattern = _shape(layer), layer.pattern
        costs = {rows: pattern.blocks[rows, 1] / SPEED[rows] for rows in SPEED}
        ranked = sorted(costs, key=lambda rows: costs[rows])
        found: dict[str, Form] = {}
        for rows in [rows for rows in ranked if costs[rows] < HOPELESS][:TRIED]:
            found[f"{rows}x1"] = VectorBlocks(shape, rows)
        scattered = pattern.best_vector[0] == 1 and pattern.density < 0.7
        if scattered and layer.weight.shape[1] >= 2 * SEGMENTS[0] and layer.tokens >= 32 and layer.window is None:
            for columns in SEGMENTS:
                found[f"1x1 in segments of {columns}"] = VectorBlocks(shape, 1, 1, columns)
        if self.quantize == "bfloat16":
            few = layer.window is None and layer.tokens < FEW
            for rows in [rows for rows in ranked if costs[rows] < HOPELESS * (2 if few else 1)][:TRIED]:
                found[f"{rows}x1 bfloat16"] = VectorBlocks(shape, rows, dtype=torch.bfloat16)
        if self.quantize == "int8" and layer.window is None and host().dot is not None:
            found["8x4 int8"] = Int8Blocks(shape)
        return found

    def _key(self, layer: SparseLayer, forms: list[str]) -> str:
        pattern = layer.pattern
        shares = [*(pattern.blocks[rows, 1] for rows in SPEED), *pattern.groups.values()]
        zeros = f"{','.join(f'{share:.2f}' for share in shares)}{' ordered' * (pattern.order is not None)}"
        rows, columns = layer.weight.shape
        sides = layer.window and [layer.window.kernel, layer.window.stride, layer.window.padding, layer.window.dilation]
        window = sides and f" {layer.images} {' '.join(map(str, sides))}"
        follows = f"{'bias ' * layer.bias}{'residual ' * layer.residual}{layer.activation}".strip()
        skew = f"skew {pattern.row_skew:.0f}"
        threads = f"{torch.get_num_threads()} threads"
        on = f"{self._target} {importlib.metadata.version(self._target.package)}"
        size = f"{rows}x{columns}x{layer.tokens}{window or ''}"
        return f"{on} {threads} {size} {zeros} {skew} {follows} {', '.join(forms)}"


def kernels_for(
    target: str | Target, quantize: str | None = None, least: float | None = None
) -> MeasuredKernels | None:
    """The sparse kernels of a target; None for one that has none."""
    if not get(target).kernels:
        return None
    return MeasuredKernels(target, quantize, 1 + MARGIN if least is None else least)


def check_quantize(quantize: str | None, kernels: bool = True) -> None:
    """Raises a UserError for something that weights cannot be rounded to, or where no kernel may round."""
    if quantize not in (None, *QUANTIZE):
        raise UserError(
            "bad-option",
            f"weights cannot be rounded to '{quantize}'",
            hint=f"quantize is one of {', '.join(QUANTIZE)}, or None",
        )
    if quantize and not kernels:
        raise UserError(
            "bad-option",
            f"sparse kernels are switched off, and nothing else rounds weights to {quantize}",
            hint="leave out quantize, or allow kernels",
        )


def _grouped(layer: SparseLayer) -> dict[str, Form]:
    """Groups of rows that are worth a measurement; they need no kernel."""
    if layer.window is not None and not layer.window.is_point:
        return {}
    rows = layer.weight.shape[0]
    costs = {groups: share * (1 + COPY * groups / rows) for groups, share in layer.pattern.groups.items()}
    ranked = sorted((groups for groups in costs if costs[groups] < 1), key=lambda groups: costs[groups])
    return {f"{groups} groups": GroupedGather(_shape(layer), groups) for groups in ranked[:TRIED]}


def _shape(layer: SparseLayer) -> tuple[int, int]:
    return (layer.weight.shape[0], layer.weight.shape[1])


def _measure(layer: SparseLayer, forms: Mapping[str, Form], target: Target) -> dict[str, float]:
    """How many times faster than the dense layer each form is."""
    runs = target.layer_runners(layer, forms)
    with torch.no_grad():
        times = interleave(runs, budget=0.2, rounds=(5, 40), warm_up=2)
    return {name: times["dense"].low / times[name].low for name in runs if name != "dense"}


@dataclass
class _Cache:
    """Measured gains over dense, by layer and kernel, in one file for each processor and version."""

    path: Path
    gains: dict[str, dict[str, float]]

    @classmethod
    def load(cls) -> _Cache:
        path = cache_file()
        gains = (read_document(path) or {}).get("gains", {})  # none yet, or damaged: it is measured again
        return cls(path, {key: gain for key, gain in gains.items() if _is_gain(gain)})

    def save(self) -> None:
        """Add to what others may have written; a folder that cannot be written costs a measurement next time."""
        self.gains = self.load().gains | self.gains
        write_document(self.path, {"gains": self.gains})


def _is_gain(found: object) -> bool:
    """Whether an entry of the file is one that was measured."""
    return isinstance(found, dict) and bool(found) and all(isinstance(gain, float) for gain in found.values())


def cache_file() -> Path:
    """Where this machine's measurements lie."""
    compiler = importlib.metadata.version("torch-mlir") if engine.available() else ""
    text = "|".join([processor(), str(host()), importlib.metadata.version("torch"), compiler, str(FORMAT)])
    return cache_folder() / f"kernels-{hashlib.sha256(text.encode()).hexdigest()[:12]}.json"
