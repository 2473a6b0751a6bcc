"""What data says, one statistic in each file."""

from __future__ import annotations

from .batch_magnitudes import BatchMagnitudes
from .dense_moments import DenseMoments
from .gradients import Gradients
from .moments import Moments
from .norm_scales import NormScales
from .norms import Norms
from .output_gradients import OutputGradients
from .output_squares import OutputSquares
from .patches import Patches

__all__ = [
    "BatchMagnitudes",
    "DenseMoments",
    "Gradients",
    "Moments",
    "NormScales",
    "Norms",
    "OutputGradients",
    "OutputSquares",
    "Patches",
]
