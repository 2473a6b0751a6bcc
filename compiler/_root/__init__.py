"""sparsec: a compiler that turns the zeros of a neural network into speed, exactly.

``import sparsec`` is light: PyTorch is imported with the first name that is used.
"""

from __future__ import annotations

import importlib
from importlib.metadata import PackageNotFoundError, version
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from . import formats, ir, operators, passes, pruning, targets
    from .compiler.backend import check_weights, last_reports
    from .compiler.capture.loading import load_weights
    from .compiler.driver import CompiledModule, compile, explain
    from .compiler.errors import FallbackWarning, PassError, UserError
    from .compiler.files import load
    from .compiler.pruning.api import prune
    from .compiler.pruning.as_pass import Prune
    from .compiler.pruning.masks import finalize
    from .compiler.pruning.recover import recover
    from .compiler.report.data import Report
    from .passes.prune.budget import Bytes, Latency, Macs, Parameters

_PLACES = {
    "compile": "compiler.driver",
    "explain": "compiler.driver",
    "finalize": "compiler.pruning.masks",
    "load": "compiler.files",
    "prune": "compiler.pruning.api",
    "recover": "compiler.pruning.recover",
    "Prune": "compiler.pruning.as_pass",
    "CompiledModule": "compiler.driver",
    "load_weights": "compiler.capture.loading",
    "check_weights": "compiler.backend",
    "last_reports": "compiler.backend",
    "FallbackWarning": "compiler.errors",
    "Report": "compiler.report.data",
    "UserError": "compiler.errors",
    "PassError": "compiler.errors",
    "Bytes": "passes.prune.budget",
    "Latency": "passes.prune.budget",
    "Macs": "passes.prune.budget",
    "Parameters": "passes.prune.budget",
}

_MODULES = ("compiler", "passes", "codegen", "runtime", "formats", "ir", "operators", "pruning", "targets")

try:
    __version__ = version("sparsec")
except PackageNotFoundError:  # running from a bare source tree
    __version__ = "0.0.0"

__all__ = [
    "Bytes",
    "CompiledModule",
    "FallbackWarning",
    "Latency",
    "Macs",
    "Parameters",
    "PassError",
    "Prune",
    "Report",
    "UserError",
    "__version__",
    "check_weights",
    "compile",
    "explain",
    "finalize",
    "formats",
    "ir",
    "last_reports",
    "load",
    "load_weights",
    "operators",
    "passes",
    "prune",
    "pruning",
    "recover",
    "targets",
]


def __getattr__(name: str) -> Any:
    if name in _PLACES:
        return getattr(importlib.import_module(f"sparsec.{_PLACES[name]}"), name)
    if name in _MODULES:
        return importlib.import_module(f"sparsec.{name}")
    raise AttributeError(f"module 'sparsec' has no attribute '{name}'")


def __dir__() -> list[str]:
    return sorted({*__all__, *_MODULES})
