"""Formats of packed weights: what another package's is written with, which there are, and how one competes."""

from __future__ import annotations

from .codegen.formats import formats, register
from .codegen.formats.alone import in_formats
from .compiler.ir.packing import Format, Means, Pattern, SparseLayer
from .compiler.ir.site import Site

__all__ = ["Format", "Means", "Pattern", "Site", "SparseLayer", "formats", "in_formats", "register"]
