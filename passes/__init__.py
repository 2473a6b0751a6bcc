"""Passes, one in each file. Your own derives from ``Pass`` and sees a program and a ``Context`` (``base.py``)."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ..compiler.ir.facts import ALL, Fact
    from .base import Context, Pass
    from .rules.facts import AXES, CONSTANTS, LIVENESS

_PLACES = {
    "ALL": "..compiler.ir.facts",
    "AXES": ".rules.facts",
    "CONSTANTS": ".rules.facts",
    "Context": ".base",
    "LIVENESS": ".rules.facts",
    "Fact": "..compiler.ir.facts",
    "Pass": ".base",
}

__all__ = ["ALL", "AXES", "CONSTANTS", "LIVENESS", "Context", "Fact", "Pass"]


def __getattr__(name: str) -> Any:
    if name in _PLACES:  # when it is asked for: passes are imported one by one
        return getattr(importlib.import_module(_PLACES[name], __name__), name)
    raise AttributeError(f"module '{__name__}' has no attribute '{name}'")
