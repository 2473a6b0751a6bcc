"""What data says, one statistic in each file."""

from __future__ import annotations

from .moments import Moments
from .norms import Norms

__all__ = ["Moments", "Norms"]
