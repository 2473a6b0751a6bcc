"""PyTorch's translations of operators to ONNX, read once a process.

Every export collects them anew, and parses the source of some five hundred functions for it: a second or more, a
quarter of what writing a small model takes. A compile for ONNX Runtime writes several.
"""

from __future__ import annotations

import contextlib
import functools
from collections.abc import Callable, Iterator
from typing import Any
from unittest.mock import patch


@contextlib.contextmanager
def read_once() -> Iterator[None]:
    """Exports within find the translations that the first one has read; where PyTorch has no such table, nothing."""
    try:
        from torch.onnx._internal import _lazy_import

        collected: Any = vars(_lazy_import)["onnxscript_apis"]
        read = collected.get_torchlib_ops
    except (ImportError, KeyError, AttributeError):  # it is private to PyTorch, and may move
        yield
        return
    with patch.object(collected, "get_torchlib_ops", functools.partial(_read, _original(read)), create=True):
        yield


def _original(read: Callable[[], Any]) -> Callable[[], Any]:
    """What another thread may have wrapped already."""
    return read.args[0] if isinstance(read, functools.partial) else read


@functools.cache
def _read(read: Callable[[], Any]) -> Any:
    return read()
