"""A format and an operator from outside the package: those of the example."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

EXAMPLE = Path(__file__).parents[2] / "examples" / "write_a_format.py"
NAME = "sparsec_example_of_a_format"


def example() -> ModuleType:
    """The example, loaded once: an operator is registered once in a process."""
    if NAME not in sys.modules:
        spec = importlib.util.spec_from_file_location(NAME, EXAMPLE)
        assert spec is not None and spec.loader is not None
        sys.modules[NAME] = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(sys.modules[NAME])
    return sys.modules[NAME]


KeptColumns: Any = example().KeptColumns
GATHERED_LINEAR: Any = example().GATHERED_LINEAR
