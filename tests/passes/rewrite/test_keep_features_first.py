"""KeepFeaturesFirst: values between sparse layers are not transposed; all others are left as they are."""

from __future__ import annotations

from dataclasses import dataclass, field

import pytest
import torch
from torch import Tensor, nn
from torch.nn import functional as F

from sparsec.codegen.formats.vector_blocks import VectorBlocks
from sparsec.codegen.operators import Operator, register
from sparsec.compiler.capture.models import capture
from sparsec.compiler.comparison import relative_error
from sparsec.compiler.ir.packing import Choice, SparseLayer
from sparsec.compiler.ir.program import Program
from sparsec.compiler.ir.verifier import verify
from sparsec.compiler.pipeline import Pipeline, packing_steps, parse_steps
from sparsec.passes.base import Context
from sparsec.runtime import operators  # noqa: F401  (registers them)

TOLERANCE = 2e-6


@dataclass
class Always:
    """Kernels that are said to be faster for layers with these numbers of outputs, or for all."""

    outputs: tuple[int, ...] = ()
    quantize: str | None = None
    chosen: dict[str, Choice] = field(default_factory=dict)

    def choose(self, layer: SparseLayer) -> Choice:
        rows, columns = layer.weight.shape
        if self.outputs and rows not in self.outputs:
            return Choice(None, 0.5, "half as fast")
        return Choice(VectorBlocks((rows, columns), 4), 2.0, "twice as fast")


class Chain(nn.Module):
    """Two layers with something in between."""

    def __init__(self) -> None:
        super().__init__()
        self.up, self.gate, self.down = nn.Linear(12, 20), nn.Linear(12, 20), nn.Linear(20, 12)
        self.scale = nn.Parameter(torch.ones(20) * 2)

    def forward(self, x: Tensor) -> Tensor:
        return self.down(F.gelu(self.up(x)))


class Gated(Chain):
    def forward(self, x: Tensor) -> Tensor:
        return self.down(F.silu(self.gate(x)) * self.up(x))


class Returned(Chain):
    def forward(self, x: Tensor) -> tuple[Tensor, Tensor]:
        hidden = self.up(x)
        return self.down(hidden), hidden


class Scaled(Chain):
    """A weight along the features would not fit the other order."""

    def forward(self, x: Tensor) -> Tensor:
        return self.down(self.up(x) * self.scale)


class Summed(Chain):
    """A residual has to lie as the result does."""

    def forward(self, x: Tensor) -> Tensor:
        hidden = self.up(x)
        return self.down(hidden + self.gate(x))


class Normed(Chain):
    def forward(self, x: Tensor) -> Tensor:
        return self.down(F.layer_norm(self.up(x), (20,)))


def sparse(model: nn.Module) -> nn.Module:
    with torch.random.fork_rng(devices=[]), torch.no_grad():
        torch.manual_seed(0)
        for weight in model.parameters():
            weight.copy_(torch.randn_like(weight))
            if weight.ndim == 2:
                weight *= torch.rand_like(weight) < 0.4
    return model.eval()


def packed(model: nn.Module, shape: tuple[int, ...] = (9, 12), kernels: Always | None = None) -> tuple[Program, bool]:
    program = capture(model, (torch.randn(2, *shape),))
    Pipeline(parse_steps("patterns,pack-weights")).run(program, Context(kernels=kernels or Always()))
    changed = Pipeline(parse_steps("keep-features-first")).run(program, Context())
    verify(program)
    for batch in (1, 2, 5):
        x = torch.randn(batch, *shape)
        with torch.no_grad():
            expected = model(x)
        assert relative_error(program.run((x,)), expected if isinstance(expected, tuple) else [expected]) <= TOLERANCE
    return program, changed


def _either_way(x: Tensor, weight: Tensor, columns_first: bool = False, rows_first: bool = False) -> Tensor:
    y = F.linear(x.movedim(0, -1) if columns_first else x, weight)
    return (y.movedim(-1, 0) if rows_first else y).contiguous()


EITHER_WAY = register(
    Operator(
        name="toys::either_way",
        schema="(Tensor x, Tensor weight, bool columns_first=False, bool rows_first=False) -> Tensor",
        reference=_either_way,
        fake=_either_way,
        packed=("weight",),
    )
)


def test_operators_of_others_that_read_both_orders() -> None:
    class Theirs(Chain):
        def forward(self, x: Tensor) -> Tensor:
            hidden: Tensor = EITHER_WAY.op(x, self.up.weight)
            result: Tensor = EITHER_WAY.op(F.gelu(hidden), self.down.weight)
            return result

    program, changed = packed(sparse(Theirs()), (9, 12))
    layers = [EITHER_WAY.bound(node) for node in program.nodes() if node.target is EITHER_WAY.op]
    assert changed
    assert [(held["columns_first"], held["rows_first"]) for held in layers] == [(False, True), (True, False)]


def orders(program: Program) -> list[tuple[bool, bool]]:
    """Whether x and the result of each sparse layer lie features first."""
    layers = [node for node in program.nodes() if node.target is torch.ops.sparsec.vblock_linear.default]
    return sorted((node.args[-2], node.args[-1]) for node in layers)


@pytest.mark.parametrize("shape", [(12,), (9, 12), (2, 3, 12)])
def test_between_two_layers(shape: tuple[int, ...]) -> None:
    program, changed = packed(sparse(Chain()), shape)
    assert changed
    assert orders(program) == [(False, True), (True, False)]


def test_through_a_gate() -> None:
    program, changed = packed(sparse(Gated()))
    assert changed
    assert orders(program) == [(False, True), (False, True), (True, False)]


@pytest.mark.parametrize("kind", [Returned, Scaled, Summed, Normed])
def test_not_where_somebody_else_reads_or_makes_it(kind: type[nn.Module]) -> None:
    program, changed = packed(sparse(kind()))
    assert not changed
    assert set(orders(program)) == {(False, False)}


def test_not_for_a_dense_reader() -> None:
    program, changed = packed(sparse(Chain()), kernels=Always(outputs=(20,)))
    assert not changed
    assert orders(program) == [(False, False)]


def test_again_changes_nothing() -> None:
    program, _ = packed(sparse(Gated()))
    assert not Pipeline(parse_steps("keep-features-first")).run(program, Context())


def test_it_is_one_of_the_packing_steps() -> None:
    program = capture(sparse(Chain()), (torch.randn(2, 9, 12),))
    Pipeline(packing_steps()).run(program, Context(kernels=Always()))
    assert orders(program) == [(False, True), (True, False)]
