"""What may be asked of kernels, before anything that takes seconds is imported."""

from __future__ import annotations

from ...compiler.errors import UserError
from ...compiler.words import count

# Of activations and weight.
DTYPES = ("float16", "bfloat16", "float32")


def check_sizes(rows: int, columns: int, tokens: int, zeros: float) -> None:
    """Check that there is something to multiply.

    Args:
        rows, columns: of a weight.
        tokens: that it is multiplied with.
        zeros: a share of the weight.

    Raises:
        UserError: there is not.
    """
    if not 0 <= zeros < 1 or min(rows, columns, tokens) < 1:
        raise UserError(
            "bad-option",
            f"{rows} x {columns} with {zeros:.0%} zeros for {count(tokens, 'token')} is no layer",
            hint="sizes are 1 or more, and zeros less than all",
        )


def check_dtype(name: str) -> None:
    """Check that kernels are made for a dtype.

    Raises:
        UserError: they are not.
    """
    if name not in DTYPES:
        raise UserError("bad-option", f"'{name}' is no dtype of these kernels", hint=f"one of {', '.join(DTYPES)}")
