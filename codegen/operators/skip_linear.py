"""``sparsec::skip_linear``: a dense linear layer that does not read what small activations would be multiplied with."""

from __future__ import annotations

from torch import Tensor

from .base import Operator, register
from .dense import dense_linear
from .reach import check_layer


def reference(
    x: Tensor,
    weight: Tensor,
    bias: Tensor | None,
    threshold: float,
    activation: str,
    residual: Tensor | None = None,
    gate: Tensor | None = None,
) -> Tensor:
    """activation(x' @ weight + bias + residual) * gate, x' being x without numbers up to the threshold. Lossy above 0.

    Args:
        x: [..., columns]; NaN is not small.
        weight: [columns, rows]: what one activation is multiplied with lies side by side.
        bias: [rows].
        threshold: activations whose magnitude is no larger count as zero.
        activation: one of ``ACTIVATIONS``, or ''.
        residual, gate: of the result's shape.
    """
    held = x.masked_fill(x.abs() <= threshold, 0)
    return dense_linear(held, weight.T, bias, residual, activation, gate=gate)


def _fake(x: Tensor, weight: Tensor) -> Tensor:
    return x.new_empty([*x.shape[:-1], weight.shape[1]])


def _check(x: Tensor, weight: Tensor, bias: Tensor | None, residual: Tensor | None, gate: Tensor | None) -> None:
    columns, rows = weight.shape
    if x.shape[-1] != columns:
        raise IndexError(f"a weight of {columns} columns is multiplied with {x.shape[-1]}")
    if not weight.is_contiguous():
        raise IndexError("the weight is not contiguous")
    check_layer(bias, residual, rows, [*x.shape[:-1], rows], gate)


SKIP_LINEAR = register(
    Operator(
        name="sparsec::skip_linear",
        schema=(
            "(Tensor x, Tensor weight, Tensor? bias, float threshold, str activation, Tensor? residual=None, "
            "Tensor? gate=None) -> Tensor"
        ),
        reference=reference,
        fake=_fake,
        packed=("weight",),
        check=_check,
    )
)
