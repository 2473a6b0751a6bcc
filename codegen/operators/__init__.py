"""Operators for layers whose weight is packed, and for what runtimes compute in a form of their own: one file each."""

from .attention import ATTENTION
from .base import Operator, attach, lowering, operator_of, register, registered
from .bsr_linear import BSR_LINEAR
from .gather_linear import GATHER_LINEAR
from .n24_linear import N24_LINEAR
from .skip_linear import SKIP_LINEAR
from .sum_apart import SUM_APART
from .vblock_conv2d import VBLOCK_CONV2D
from .vblock_conv2d_int8 import VBLOCK_CONV2D_INT8
from .vblock_linear import VBLOCK_LINEAR
from .vblock_linear_int8 import VBLOCK_LINEAR_INT8

__all__ = [
    "ATTENTION",
    "BSR_LINEAR",
    "GATHER_LINEAR",
    "N24_LINEAR",
    "SKIP_LINEAR",
    "SUM_APART",
    "VBLOCK_CONV2D",
    "VBLOCK_CONV2D_INT8",
    "VBLOCK_LINEAR",
    "VBLOCK_LINEAR_INT8",
    "Operator",
    "attach",
    "lowering",
    "operator_of",
    "register",
    "registered",
]
