"""The compiled kernels of the operators (``codegen.operators``): importing this attaches them.

An operator without its kernel computes the same from the unpacked weight: a saved model runs where no compiler is
installed, only not faster.
"""

from __future__ import annotations

from ..codegen.operators import VBLOCK_CONV2D, VBLOCK_CONV2D_INT8, VBLOCK_LINEAR, VBLOCK_LINEAR_INT8, attach
from . import kernels, kernels_int8

attach(VBLOCK_LINEAR, "cpu", kernels.linear)
attach(VBLOCK_CONV2D, "cpu", kernels.conv2d)
attach(VBLOCK_LINEAR_INT8, "cpu", kernels_int8.linear)
attach(VBLOCK_CONV2D_INT8, "cpu", kernels_int8.conv2d)
