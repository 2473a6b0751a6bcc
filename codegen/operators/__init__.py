"""Operators for layers whose weight is packed: one file each, which registers it."""

from .base import Operator, attach, lowering, operator_of, register, registered
from .bsr_linear import BSR_LINEAR
from .gather_linear import GATHER_LINEAR
from .n24_linear import N24_LINEAR
from .skip_linear import SKIP_LINEAR
from .vblock_conv2d import VBLOCK_CONV2D
from .vblock_linear import VBLOCK_LINEAR
from .vblock_linear_int8 import VBLOCK_LINEAR_INT8

__all__ = [
    "BSR_LINEAR",
    "GATHER_LINEAR",
    "N24_LINEAR",
    "SKIP_LINEAR",
    "VBLOCK_CONV2D",
    "VBLOCK_LINEAR",
    "VBLOCK_LINEAR_INT8",
    "Operator",
    "attach",
    "lowering",
    "operator_of",
    "register",
    "registered",
]
