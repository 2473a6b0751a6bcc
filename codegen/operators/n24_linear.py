"""``sparsec::n24_linear``: a linear layer of whose weight no four neighbours in a row hold more than two numbers."""

from __future__ import annotations

import torch
from torch import Tensor

from .base import Operator, register
from .dense import dense_linear
from .reach import check_layer, looked


def places(codes: Tensor) -> Tensor:
    """Where in its four each of two numbers lies: [rows, fours, 2], for codes [rows, fours / 2]."""
    nibbles = torch.stack([codes & 15, codes >> 4], dim=2).flatten(1)
    return torch.stack([nibbles & 3, nibbles >> 2], dim=2).long()


def unpacked(values: Tensor, codes: Tensor) -> Tensor:
    """The weight [rows, columns]."""
    whole = values.new_zeros(*values.shape[:2], 4)
    return whole.scatter_(2, places(codes), values).flatten(1)


def reference(
    x: Tensor,
    values: Tensor,
    codes: Tensor,
    bias: Tensor | None,
    residual: Tensor | None,
    activation: str,
    gate: Tensor | None = None,
) -> Tensor:
    """activation(x @ weight.T + bias + residual) * gate, the weight 2:4.

    Args:
        x: [..., columns].
        values, codes: of the weight, see ``N24``.
        bias: [rows].
        residual: of the result's shape.
        activation: one of ``ACTIVATIONS``, or ''.
        gate: of the result's shape.
    """
    return dense_linear(x, unpacked(values, codes), bias, residual, activation, gate=gate)


def _fake(x: Tensor, values: Tensor) -> Tensor:
    return x.new_empty([*x.shape[:-1], values.shape[0]])


def _check(
    x: Tensor, values: Tensor, codes: Tensor, bias: Tensor | None, residual: Tensor | None, gate: Tensor | None
) -> None:
    rows, columns = looked(_shape, codes, values)
    if x.shape[-1] != columns:
        raise IndexError(f"a weight of {columns} columns is multiplied with {x.shape[-1]}")
    check_layer(bias, residual, rows, [*x.shape[:-1], rows], gate)


def _shape(codes: Tensor, values: Tensor) -> tuple[int, int]:
    """Of the weight.

    Raises:
        IndexError: the tensors do not belong together.
    """
    rows, halves = codes.shape
    if values.shape != (rows, 2 * halves, 2) or codes.dtype != torch.uint8:
        raise IndexError(f"codes {codes.dtype} {[*codes.shape]} are not those of values {[*values.shape]}")
    if not (values.is_contiguous() and codes.is_contiguous()):
        raise IndexError("the tensors of a 2:4 weight are not contiguous")
    first, second = places(codes).unbind(2)
    if not bool((first < second).all()):
        raise IndexError("two numbers of a four lie in the same place, or in the wrong order")
    return rows, 8 * halves


N24_LINEAR = register(
    Operator(
        name="sparsec::n24_linear",
        schema=(
            "(Tensor x, Tensor values, Tensor codes, Tensor? bias, Tensor? residual, str activation, "
            "Tensor? gate=None) -> Tensor"
        ),
        reference=reference,
        fake=_fake,
        packed=("values", "codes"),
        check=_check,
        unpack=unpacked,
    )
)
