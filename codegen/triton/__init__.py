"""Triton: kernels for graphics cards, one file each, and what can be said of them without one.

Importing this needs no Triton: a kernel's function is imported when somebody builds or runs it.
"""

from __future__ import annotations

import functools
import importlib.metadata


@functools.cache
def version() -> str:
    """Of the Triton that is installed; '' for none."""
    try:
        return importlib.metadata.version("triton")
    except importlib.metadata.PackageNotFoundError:
        return ""
