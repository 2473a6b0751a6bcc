"""How the weights that stay make up for those that go, one method in each file."""

from __future__ import annotations

from ..kinds import Compensation
from ..naming import method_of
from .admm import Admm
from .affine import Affine
from .bias import Bias
from .least_squares import LeastSquares
from .none import Nothing
from .repair import Repair
from .scales import Scales
from .sparsegpt import Sparsegpt
from .surgeon import Surgeon

BUILT_IN: tuple[type[Compensation], ...] = (
    Nothing,
    Bias,
    LeastSquares,
    Affine,
    Scales,
    Sparsegpt,
    Admm,
    Repair,
    Surgeon,
)


def compensation_of(given: str | Compensation) -> Compensation:
    """The method that is meant: ``"affine"``, ``"least-squares{damping=0.1}"``, or a method itself.

    Raises:
        UserError: there is none of that name, or it has no such option.
    """
    return method_of(given, Compensation, BUILT_IN)


__all__ = [
    "BUILT_IN",
    "Admm",
    "Affine",
    "Bias",
    "LeastSquares",
    "Nothing",
    "Repair",
    "Scales",
    "Sparsegpt",
    "Surgeon",
    "compensation_of",
]
