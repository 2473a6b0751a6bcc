"""What the tests of passes share: tiny modules with known weights, captured in float64, answers compared.

model = known(Sandwich(F.relu), zeros={"first.weight": [1, 4], "second.weight": columns(2, 4)})
program = captured(model, (3, 5, 5))
result = optimised(program)
assert difference(result.program, model, (3, 5, 5)) <= TOLERANCE
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn

from sparsec.compiler.capture.models import capture
from sparsec.compiler.comparison import relative_error
from sparsec.compiler.ir.printer import print_program
from sparsec.compiler.ir.program import Program
from sparsec.compiler.ir.speculation import Speculation
from sparsec.compiler.pipeline import Pipeline, Step, exact, without
from sparsec.passes.base import Context

Shape = tuple[int, ...]
Zeros = Mapping[str, Any]

# Largest difference from the dense model allowed, relative to the output's largest magnitude; float64.
TOLERANCE = 1e-12
# The first is the size that programs are captured at.
BATCHES = (2, 5)


class Sandwich(nn.Module):
    """A layer, something in between, a layer: ``first`` has 8 outputs and ``second`` reads 8 unless given."""

    def __init__(
        self, between: Callable[[Tensor], Tensor], first: nn.Module | None = None, second: nn.Module | None = None
    ) -> None:
        super().__init__()
        self.first = first or nn.Conv2d(3, 8, 1)
        self.second = second or nn.Conv2d(8, 4, 1)
        self.between = between

    def forward(self, x: Tensor) -> Tensor:
        return self.second(self.between(self.first(x)))


def columns(*indices: int) -> tuple[slice, list[int]]:
    """Input channels of a weight, as an index."""
    return slice(None), [*indices]


def known(model: nn.Module, zeros: Zeros | None = None, seed: int = 0) -> nn.Module:
    """The model in float64 and eval mode with random weights, none of them near zero, save those in ``zeros``."""
    random = torch.Generator().manual_seed(seed)
    model = model.double().eval()
    with torch.no_grad():
        for name, value in [*model.named_parameters(), *model.named_buffers()]:
            if value.is_floating_point():
                value.copy_(_draw(name, value, random))
        for name, index in (zeros or {}).items():
            model.get_parameter(name)[index] = 0
    return model


def _draw(name: str, like: Tensor, random: torch.Generator) -> Tensor:
    size = torch.empty(like.shape, dtype=like.dtype).uniform_(0.5, 1.5, generator=random)
    if "var" in name:
        return size
    signs = torch.randint(0, 2, like.shape, generator=random) * 2 - 1
    return size * signs


def noise(*shapes: Shape, batch: int = BATCHES[0], seed: int = 0) -> tuple[Tensor, ...]:
    """Random inputs of the given shapes (without the batch)."""
    random = torch.Generator().manual_seed(100 * batch + seed)
    return tuple(torch.randn((batch, *shape), generator=random, dtype=torch.float64) for shape in shapes)


def captured(model: nn.Module, *shapes: Shape, **options: Any) -> Program:
    """The program of a model; the batch is dynamic where the model allows it."""
    return capture(model, noise(*shapes), **options)


@dataclass(frozen=True)
class Outcome:
    """What passes made of a copy of a program."""

    program: Program
    ctx: Context
    changed: bool

    @property
    def text(self) -> str:
        return print_program(self.program)

    @property
    def reasons(self) -> set[str]:
        """What was refused, and why."""
        return {refusal.reason for refusal in self.ctx.refusals}

    def shape(self, weight: str) -> tuple[int, ...]:
        return tuple(self.program.weights()[weight].shape)


def optimised(program: Program, *steps: Step, speculative: bool = True) -> Outcome:
    """Run passes on a copy, with the pipeline's checks of the pass contract.

    By default those that every compile runs, but for the merging of layers that have nothing between them: tests ask
    what becomes of each.
    """
    copy, ctx = program.copy(), Context(speculation=Speculation(speculative))
    changed = Pipeline(steps or without(exact(), {"merge-linears"})).run(copy, ctx)
    return Outcome(copy, ctx, changed)


def difference(program: Program, model: nn.Module, *shapes: Shape) -> float:
    """Largest difference of any output from the model's own, relative to its scale, over all batch sizes.

    A program whose batch is fixed is run at that size alone.
    """
    worst = 0.0
    for batch in BATCHES if batch_is_dynamic(program) else BATCHES[:1]:
        inputs = noise(*shapes, batch=batch, seed=1)
        with torch.no_grad():
            expected = model(*inputs)
        expected = [*expected] if isinstance(expected, (tuple, list)) else [expected]
        worst = max(worst, relative_error(program.run(inputs), expected))
    assert not math.isnan(worst)
    return worst


def batch_is_dynamic(program: Program) -> bool:
    """Whether the first size of every input is a symbol."""
    return all(isinstance(node.meta["val"].shape[0], torch.SymInt) for node in program.placeholders())


def op_names(program: Program) -> list[str]:
    """The ops of a program, in order: ``["aten.conv2d.default", ...]``."""
    return [str(node.target) for node in program.nodes() if node.op == "call_function"]
