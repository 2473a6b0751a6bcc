"""Targets: which there are, one by its name, and what another package's derives from."""

from __future__ import annotations

from .compiler.ir.target import Target
from .runtime.targets import get, names

__all__ = ["Target", "get", "names"]
