"""Graphics cards of NVIDIA's: ``cuda`` is the one in this machine, ``cuda:sm_90`` any card of that architecture.

Without such a card nothing is timed: times are those of a model, and what they decide is called predicted.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar

import torch

from ...codegen import triton
from ...codegen.triton.cards import Card, architectures, card_for
from ...codegen.triton.predicted import OFFERED_FROM
from ...compiler.errors import UserError
from ...compiler.ir.costs import Analytic
from ...compiler.ir.packing import SparseLayer
from ...compiler.ir.program import Program
from ...compiler.ir.target import Runner, Target
from ..entry import entry
from ..gpu import binaries, kernels, layers, model
from .cpu import eager_runners, save_exported

# What kernels for cards keep together: blocks (rows, columns), rows of vectors, rows of groups with columns of their
# own.
BLOCKS, VECTORS, GROUPS = ((128, 64), (64, 64), (32, 32)), (16, 32), (64, 128)


@dataclass(frozen=True)
class Cuda(Target):
    """PyTorch eager on a graphics card, with kernels of ours.

    The model stays where it is. On the card, what decides is measured there; elsewhere, it is predicted.

    Args:
        arch: the card's architecture, such as ``sm_90``; '' for the card in this machine.
    """

    arch: str = ""

    name: ClassVar[str] = "cuda"
    title: ClassVar[str] = "PyTorch on a graphics card"
    suffixes: ClassVar[tuple[str, ...]] = (".pt2",)
    multiple: ClassVar[int] = 8
    kernels: ClassVar[bool] = True
    lowers: ClassVar[str] = "cuda"
    kernel_dtypes: ClassVar[tuple[torch.dtype, ...]] = (torch.float16, torch.bfloat16, torch.float32)
    tiles: ClassVar[tuple[tuple[int, int], ...]] = (*BLOCKS, *((rows, 1) for rows in (*VECTORS, *GROUPS)))
    in_torch: ClassVar[bool] = True

    # How the architectures of its cards begin.
    prefix: ClassVar[str] = "sm_"
    variants: ClassVar[tuple[str, ...]] = tuple(arch for arch in architectures() if arch.startswith("sm_"))

    def __str__(self) -> str:
        return f"{self.name}:{self.arch}" if self.arch else self.name

    def at(self, variant: str) -> Target:
        return type(self)(variant) if variant in self.variants else super().at(variant)

    def card(self) -> Card:
        """The card that is meant.

        Raises:
            UserError: no architecture was named, and there is no card here; or nothing is known of it.
        """
        return card_for(self.arch or self._present() or self._nothing())

    def _present(self) -> str | None:
        """The architecture of the card in this machine; None if there is none."""
        if not torch.cuda.is_available():
            return None
        found = kernels.architecture(torch.device("cuda"))
        return found if found.startswith(self.prefix) else None

    def _nothing(self) -> str:
        raise UserError(
            "missing-device",
            f"there is no graphics card here that target '{self.name}' could run on",
            hint=f"say which one the model is for: {', '.join(f'{self.name}:{arch}' for arch in self.variants)}",
        )

    def require(self) -> None:
        self.card()

    # ---------------------------------------------------------------- running

    def load(self, program: Program) -> Callable[..., Any]:
        """A program where it lies: on the card, or computed by plain operations on the processor."""
        return program.module

    def runner(self, program: Program) -> Runner:
        return finished(super().runner(program))

    def torch_entry(self, program: Program) -> Callable[..., Any]:
        return entry(program)

    def save(self, program: Program, path: Path) -> Path:
        return save_exported(program, path)

    def code_of(self, program: Program) -> Mapping[str, Any]:
        """The kernels of a program's layers, compiled for the card that is meant; nothing without Triton."""
        found = layers.binaries(program, self.card()) if triton.version() else []
        return binaries.document(found) if found else {}

    def hold_code(self, code: Mapping[str, Any]) -> None:
        binaries.hold(code)

    # ---------------------------------------------------------------- costs

    def predicts(self, device: torch.device) -> bool:
        """Unless it is a card of the architecture that is meant."""
        return not (device.type == "cuda" and self._present() == self.card().arch)

    def predicted(self, program: Program) -> Mapping[str, float] | None:
        if not self.predicts(program.device):
            return None
        return model.predicted(program, self.card(), layers.rules())

    def remark(self, program: Program, dense: float) -> str:
        return layers.remark(program, self.card(), dense)

    def estimate(self) -> Analytic:
        """Of the card that is meant, in the dtype of half the size: its matrix units, its memory, its launches."""
        card = self.card()
        # Costs count four bytes a number; models for such cards are in half of that.
        return Analytic(
            str(self),
            peak=card.operations(torch.bfloat16),
            bandwidth=2 * card.bandwidth,
            overhead=dict.fromkeys(("conv", "depthwise", "linear", "pointwise", "gather", "concat"), card.launch),
            traffic={"view": 0.0},
            block=self.multiple,
            granule=self.multiple,
        )

    # ---------------------------------------------------------------- sparse kernels

    def missing(self) -> str | None:
        if triton.version():
            return None
        return "sparse kernels for graphics cards need Triton: pip install 'sparsec[gpu-kernels]'"

    def layer_runners(self, programs: Mapping[str, Program]) -> Mapping[str, Runner]:
        return {name: finished(runner) for name, runner in eager_runners(programs).items()}

    def hidden_cost(self, layer: SparseLayer) -> tuple[float, str]:
        """A layer that is judged by a model, which leaves things out."""
        return (OFFERED_FROM - 1, "what the model leaves out") if self.predicts(layer.weight.device) else (0.0, "")


def finished(runner: Runner) -> Runner:
    """A runner that waits for the card, where there is one: starting a kernel is not running it."""

    def run() -> object:
        result = runner()
        torch.cuda.synchronize()
        return result

    return run if torch.cuda.is_available() else runner


TARGET = Cuda()
