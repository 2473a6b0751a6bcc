"""What passes, rules, formats and targets of other packages are written with."""

from __future__ import annotations

from .compiler.ir.findings import Cause, Refusal
from .compiler.ir.packing import Format
from .compiler.ir.printer import print_program
from .compiler.ir.program import Program
from .compiler.ir.speculation import Speculation, additions, mark
from .compiler.ir.verifier import infer, verify
from .compiler.ir.views import BatchNorm, Layer, layers_of

__all__ = [
    "BatchNorm",
    "Cause",
    "Format",
    "Layer",
    "Program",
    "Refusal",
    "Speculation",
    "additions",
    "infer",
    "layers_of",
    "mark",
    "print_program",
    "verify",
]
