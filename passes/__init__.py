"""Passes, one in each file. Your own derives from ``Pass`` and sees a program and a ``Context`` (``base.py``)."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .base import Context, Pass

__all__ = ["Context", "Pass"]


def __getattr__(name: str) -> Any:
    if name in __all__:  # when it is asked for: passes are imported one by one
        return getattr(importlib.import_module(f"{__name__}.base"), name)
    raise AttributeError(f"module '{__name__}' has no attribute '{name}'")
