"""Every architecture people use, with scattered zeros in every weight: all layers that can get a kernel get one.

Nobody asks whether that is faster: block sizes and column tiles are drawn at random, so that each occurs everywhere.
The float32 program with kernels is compared with the masked dense model in float64, at other batch sizes and lengths.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from typing import Any

import pytest
import torch
from torch import nn
from zoo.coverage import flat
from zoo.families import FAMILIES

from sparsec.codegen.formats.bsr import Bsr
from sparsec.codegen.formats.grouped_gather import GroupedGather
from sparsec.codegen.formats.lane_vectors import LaneVectors
from sparsec.codegen.formats.row_groups import RowGroups
from sparsec.codegen.formats.vector_blocks import VectorBlocks
from sparsec.compiler.capture.models import capture
from sparsec.compiler.comparison import relative_error
from sparsec.compiler.ir.packing import Choice, SparseLayer
from sparsec.compiler.ir.program import PART_OF, Program
from sparsec.compiler.numerics import demote, promote, widened
from sparsec.compiler.pipeline import Pipeline, exact, packing_steps
from sparsec.passes.base import Context
from sparsec.runtime import operators  # noqa: F401  (registers them)
from sparsec.runtime.targets import get

QUICK = {"bert", "llama-gqa", "swin", "deit_tiny_patch16_224", "t5"}
QUICK_ON_CARDS = {"gpt2", "resnet18"}
# Relative to the output's scale: rounding of float32 along a whole network, twice (dense float32 errs as much).
TOLERANCE = 1e-4
SIZES = ((2, 0), (3, 9), (1, 5))


@dataclass
class Drawn:
    """Kernels for every layer, of a form that is drawn."""

    draw: random.Random
    quantize: str | None = None
    chosen: dict[str, Choice] = field(default_factory=dict)

    def choose(self, layer: SparseLayer) -> Choice:
        shape = (layer.weight.shape[0], layer.weight.shape[1])
        if self.draw.random() < 0.25 and layer.is_product:
            return Choice(GroupedGather(shape, min(shape[0], self.draw.choice([1, 2, 3, 8]))), 2.0, "drawn")
        rows = self.draw.choice([1, 2, 4, 8, 16])
        tile = self.draw.choice([0, 8, 32]) if layer.window is None and rows < 8 else 0
        return Choice(VectorBlocks(shape, rows, 1, tile), 2.0, "drawn")


@dataclass
class DrawnForCards(Drawn):
    """Kernels for every layer, of a form for graphics cards where there is one for such layers."""

    def choose(self, layer: SparseLayer) -> Choice:
        shape = (layer.weight.shape[0], layer.weight.shape[1])
        if not layer.is_product:
            return super().choose(layer)
        forms: list[Any] = [
            Bsr(shape, self.draw.choice([16, 64]), self.draw.choice([16, 32])),
            RowGroups(shape, 64, 32),
        ]
        forms += [LaneVectors(shape, 16)] if layer.window is None else []
        return Choice(self.draw.choice(forms), 2.0, "drawn")


def scatter(model: nn.Module, seed: int) -> None:
    """Zero seven of ten numbers of every weight matrix, some in groups of four rows, which may lie apart."""
    generator, draw = torch.Generator().manual_seed(seed), random.Random(seed)
    with torch.no_grad():
        for weight in model.parameters():
            if weight.ndim >= 2 and weight.shape[0] > 1:
                height = draw.choice([1, 4])
                kept = torch.rand(-(-weight.shape[0] // height), *weight.shape[1:], generator=generator) < 0.3
                kept = kept.repeat_interleave(height, 0)[: weight.shape[0]]
                if draw.random() < 0.5:
                    kept = kept[torch.randperm(len(kept), generator=generator)]
                weight *= kept


def layers_in(program: Program) -> int:
    """Layers in a sparse form."""
    sparse = [node for node in program.nodes() if PART_OF in node.meta or str(node.target).startswith("sparsec.")]
    return len({node.meta.get(PART_OF, node.name) for node in sparse})


def every_family(quick: set[str]) -> Any:
    marked = [pytest.param(name, marks=() if name in quick else pytest.mark.slow) for name in FAMILIES]
    return pytest.mark.parametrize("name", marked)


@every_family(QUICK)
def test_kernels_change_nothing(name: str) -> None:
    check(name, Drawn(random.Random(FAMILIES[name].seed)))


@every_family(QUICK_ON_CARDS)
def test_kernels_for_cards_change_nothing(name: str) -> None:
    check(name, DrawnForCards(random.Random(FAMILIES[name].seed)))


def check(name: str, kernels: Drawn) -> int:
    """Hold a family with kernels in all layers against itself without; how many layers have one."""
    family = FAMILIES[name]
    model = family.build()
    scatter(model, family.seed)
    program = capture(model, *family.feed(), family.dynamic_shapes())
    reference = program.copy()
    wide = promote(reference) is not None
    reference = widened(reference)
    program = reference.copy() if wide else program
    Pipeline(exact()).run(program, Context())
    if wide:
        demote(program, torch.float32)
    target = get("cuda:sm_90") if isinstance(kernels, DrawnForCards) else Context().target  # its kernels take gates
    Pipeline(packing_steps()).run(program, Context(kernels=kernels, target=target))
    assert layers_in(program) == len(kernels.chosen) > 0
    for batch, length in SIZES:
        feed = flat(family.feed(batch, length if family.dynamic else 0))
        expected = reference.run(tuple(_double(x) for x in feed) if wide else feed)
        found = program.run(feed)
        assert relative_error([_double(x) for x in found] if wide else found, expected) <= TOLERANCE
    return layers_in(program)


def _double(value: Any) -> Any:
    return value.double() if isinstance(value, torch.Tensor) and value.is_floating_point() else value
