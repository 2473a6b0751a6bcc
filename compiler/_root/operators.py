"""Operators that compute layers with packed weights: how one is declared, looked up, and made fast."""

from __future__ import annotations

from .codegen.operators import Operator, attach, lowering, operator_of, register, registered
from .codegen.operators.epilogues import ACTIVATIONS, finished

__all__ = ["ACTIVATIONS", "Operator", "attach", "finished", "lowering", "operator_of", "register", "registered"]
