"""Write a pass of your own: one multiplication instead of two in a row.

The pass is a frozen dataclass with an option, says what it leaves undone, and runs in the pipeline like a built-in one.
docs/passes.md explains the contract.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor, fx, nn

import sparsec
from sparsec.compiler.exact_stages import only
from sparsec.ir import Program
from sparsec.passes import Context, Pass

aten = torch.ops.aten


@dataclass(frozen=True)
class MergeScales(Pass):
    """Multiply by one number instead of by two, one after the other.

    Before::

        mul = aten.mul(x, 2.0)
        mul_1 = aten.mul(mul, 3.0)

    After::

        mul_1 = aten.mul(x, 6.0)

    Attributes:
        limit: leave products larger than this alone; they may overflow in half precision.
    """

    limit: float = 1e4

    def run(self, program: Program, ctx: Context) -> bool:
        changed = False
        for node in [*program.nodes()]:
            inner = node.args[0] if is_scale(node) else None
            if not isinstance(inner, fx.Node) or not is_scale(inner):
                continue
            factor = node.args[1] * inner.args[1]
            if abs(factor) > self.limit:
                ctx.refuse(node, f"the product {factor:g} is above the limit of {self.limit:g}")
                continue
            node.args = (inner.args[0], factor)
            changed = True  # the inner multiplication goes by itself, unless somebody else reads it
        return changed


def is_scale(node: fx.Node) -> bool:
    """Whether a node multiplies a tensor by a number."""
    return node.target is aten.mul.Tensor and isinstance(node.args[1], (int, float))


class Model(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.first, self.second = nn.Linear(8, 16), nn.Linear(16, 4)

    def forward(self, x: Tensor) -> Tensor:
        return self.second(self.first(x).relu() * 2.0 * 3.0) * 1e3 * 1e3


def main() -> None:
    torch.manual_seed(0)
    model, x = Model().eval(), torch.randn(5, 8)

    # Ours beside the exact passes. The result is compared with the model, as always.
    small = sparsec.compile(model, (x,), passes=[MergeScales()], measure=False)

    before = sum(is_scale(node) for node in sparsec.compile(model, (x,), stages=only([])).program.nodes())
    after = sum(is_scale(node) for node in small.program.nodes())
    print(f"multiplications by a number: {before} -> {after}")
    for refusal in small.report.refusals:
        if refusal.pass_name == MergeScales.name():
            print(f"{refusal.pass_name} left '{refusal.node}' alone: {refusal.reason}")

    with torch.no_grad():
        expected = model(x)
        error = (small(x) - expected).abs().max() / expected.abs().max()
    print(f"largest difference, relative to the output: {error:.1e}")
    assert (before, after) == (4, 3)
    assert error < 1e-5


if __name__ == "__main__":
    main()
