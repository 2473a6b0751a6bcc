"""Code that PyTorch's Inductor compiles."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, ClassVar

import torch
from torch import fx
from torch._inductor.cpu_vec_isa import pick_vec_isa

from ...codegen.mlir import engine
from ...compiler.ir.costs import Analytic, Work
from ...compiler.ir.program import Program
from ...compiler.ir.target import Runner, Target
from ...passes.layout.cost_table import Point, Table
from ..probes import as_in_inductor
from .cpu import eager_runners, save_exported, seconds_in_torch

# What is measured in PyTorch for Inductor: it calls the same kernels for layers. Element-wise operations show how fast
# memory is; Inductor writes its own kernels for them and for all movement.
NOT_FUSED = ("conv", "depthwise", "linear", "pointwise")


@dataclass(frozen=True)
class Inductor(Target):
    """PyTorch, compiled by Inductor."""

    name: ClassVar[str] = "inductor"
    title: ClassVar[str] = "Inductor"
    suffixes: ClassVar[tuple[str, ...]] = (".pt2",)
    plans: ClassVar[int] = 1
    kernels: ClassVar[bool] = True
    views: ClassVar[bool] = True
    profiles: ClassVar[bool] = True
    in_torch: ClassVar[bool] = True

    def load(self, program: Program) -> Callable[..., Any]:
        compiled: Callable[..., Any] = torch.compile(program.module, backend="inductor", options=options())
        return compiled

    def runner(self, program: Program) -> Runner:
        if torch._guards.TracingContext.try_get() is not None:
            return _inside(program)
        return super().runner(program)

    def save(self, program: Program, path: Path) -> Path:
        return save_exported(program, path)

    def torch_entry(self, program: Program) -> Callable[..., Any]:
        return self.load(program)

    def estimate(self) -> Analytic:
        """Channels are moved while something else is computed, at a part of the traffic."""
        return Analytic(
            self.name,
            overhead={"conv": 1e-5, "depthwise": 4e-5, "linear": 4e-6, "concat": 1e-6},
            efficiency={"depthwise": 0.5},
            traffic={
                "pointwise": 0.25,
                "view": 0.0,
                "view innermost": 0.25,
                "gather": 0.25,
                "gather innermost": 5.0,
                "concat": 0.25,
            },
        )

    def profile(
        self, base: Analytic, works: Iterable[Work], turns: int, say: Callable[[str], None]
    ) -> tuple[Analytic, Mapping[Work, float]]:
        """Layers are those of PyTorch, channels last; what is fused is estimated from the bandwidth."""
        found = seconds_in_torch((work for work in works if work.kind in NOT_FUSED), turns, say, as_in_inductor)
        families = Table(base, tuple(Point(*pair) for pair in found.items())).families
        moved = [families[name] for name in ("pointwise", "pointwise innermost") if name in families]
        bandwidth = max((family.fitted.bandwidth for family in moved), default=base.bandwidth)
        layers = {work: seconds for work, seconds in found.items() if work.kind != "pointwise"}
        return replace(base, bandwidth=bandwidth), layers

    def missing(self) -> str | None:
        return engine.missing()

    def layer_runners(self, programs: Mapping[str, Program]) -> Mapping[str, Runner]:
        """In eager: Inductor calls the same kernels, and compiling each layer would take seconds."""
        return eager_runners(programs)


TARGET = Inductor()


def options() -> dict[str, Any]:
    """The width of this processor's vectors, in bits, for Inductor to look for in its cache.

    Its cache on disk says nothing of instruction sets (PyTorch 2.11 to 2.13): loops written for vectors of 512 bits
    were found again where they have 256, and left every second half of a result unwritten.
    """
    if torch._inductor.config.cpp.simdlen is not None:
        return {}
    return {"cpp.simdlen": pick_vec_isa().bit_width()}


def _inside(program: Program) -> Runner:
    """Within a compilation: Dynamo does not compile while it compiles, Inductor alone does."""
    flat = program.copy()
    flat.graph.set_codegen(fx.graph.CodeGen())
    flat.module.recompile()
    with torch.no_grad(), torch._guards.tracing(None):
        compiled = torch._inductor.compile(flat.module, [*program.inputs], options=options())

    def run() -> object:
        with torch.no_grad():
            return compiled(*program.inputs)

    return run
