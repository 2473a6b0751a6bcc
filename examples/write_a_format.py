"""Write a format, and an operator, of your own: a weight without the columns that are zero.

Some columns of a layer's weight may be zero although their inputs are needed elsewhere: nothing can be removed then,
but this layer need not multiply them. docs/guides/add-a-format.md and docs/guides/add-an-operator.md explain the parts.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor, nn

import sparsec
from sparsec import formats
from sparsec.formats import Format, Means, Site, SparseLayer
from sparsec.operators import Operator, finished, register

# ---------------------------------------------------------------- the operator


def gathered_linear(x: Tensor, values: Tensor, columns: Tensor, bias: Tensor | None, activation: str = "") -> Tensor:
    """activation(x @ weight.T + bias) for a weight that is zero but for some columns.

    Args:
        x: [..., all columns]; of another dtype than the values where it was rounded.
        values: the columns that are kept, [rows, kept].
        columns: which they are, [kept] int64.
        bias: [rows].
        activation: one of ``ACTIVATIONS``, or ''.
    """
    return finished(F.linear(x.index_select(-1, columns), values.to(x.dtype), bias), None, activation)


def shape_of_result(x: Tensor, values: Tensor) -> Tensor:
    return x.new_empty([*x.shape[:-1], values.shape[0]])


GATHERED_LINEAR = register(
    Operator(
        name="examples::gathered_linear",
        schema="(Tensor x, Tensor values, Tensor columns, Tensor? bias, str activation='') -> Tensor",
        reference=gathered_linear,
        fake=shape_of_result,
        packed=("values", "columns"),
    )
)

# ---------------------------------------------------------------- the format


@dataclass(frozen=True)
class Kept:
    """The tensors of a weight without its columns of zeros."""

    values: Tensor
    columns: Tensor


@dataclass(frozen=True)
class KeptColumns(Format):
    """Describes a weight of ``shape`` [rows, columns] of which some columns are ``kept``."""

    shape: tuple[int, int]
    kept: int

    @classmethod
    def candidates(cls, layer: SparseLayer, means: Means) -> Mapping[str, KeptColumns]:
        kept = int(layer.weight.any(0).sum())
        if layer.window is not None or kept > 0.8 * layer.shape[1]:
            return {}
        return {f"{kept} columns": cls(layer.shape, kept)}  # how many decides the time: it belongs in the name

    @property
    def words(self) -> str:
        return f"{self.kept} of {self.shape[1]} columns"

    def pack(self, weight: Tensor) -> Kept:
        columns = weight.any(0).nonzero()[:, 0]
        return Kept(weight.index_select(1, columns).contiguous(), columns)

    def unpack(self, packed: Kept) -> Tensor:
        return packed.values.new_zeros(self.shape).index_copy(1, packed.columns, packed.values)

    def write(self, site: Site) -> None:
        x, bias, activation = site.x, site.bias, ""
        values, columns = site.packed(self, site.weight)
        if site.residual is None:  # what is added would come before the activation: it stays as it is
            activation = site.activation
            site.absorb()
        site.become(GATHERED_LINEAR.op, x, values, columns, bias, activation)


# ---------------------------------------------------------------- a model that gains from it


class Readers(nn.Module):
    """Two layers that read different parts of one value."""

    def __init__(self, width: int = 1024) -> None:
        super().__init__()
        self.left, self.right = nn.Linear(width, width), nn.Linear(width, width)
        with torch.no_grad():
            self.left.weight[:, width // 8 :] = 0
            self.right.weight[:, : -width // 8] = 0

    def forward(self, x: Tensor) -> Tensor:
        return torch.relu(self.left(x)) * self.right(x) + x


def main() -> None:
    torch.manual_seed(0)
    model, x = Readers().eval(), torch.randn(64, 1024)

    formats.register(KeptColumns)
    small = sparsec.compile(model, (x,), measure=False)
    for row in small.report.layers:
        print(f"{row.node}: {', '.join(row.done) or 'left as it is'}")

    with torch.no_grad():
        expected = model(x)
        error = (small(x) - expected).abs().max() / expected.abs().max()
    print(f"largest difference, relative to the output: {error:.1e}")
    assert error < 1e-5


if __name__ == "__main__":
    main()
