"""What PyTorch keeps of a compile's work for good, and what nobody would ask for again: it goes when the compile ends.

Three caches grow with every model: results of fake tensors by symbolic shape, which outlive their program because
methods of the shapes' environment are cached by it; results of fake tensors by static shape; and the source of every
graph that was made on the way, which only tracebacks read. All three are PyTorch's own, so that each is looked for.
"""

from __future__ import annotations

import contextlib
import ctypes
import functools
import linecache
from collections import deque
from collections.abc import Callable, Collection
from typing import Any, Concatenate, ParamSpec, TypeVar

from torch._subclasses.fake_tensor import FakeTensorMode
from torch.fx import graph_module

from .ir.program import Program

# Results by static shape that are kept: some ten megabytes.
MOST_RESULTS = 4096
# Sources that are kept, of the graphs that were made last.
MOST_SOURCES = 256

_P = ParamSpec("_P")
_R = TypeVar("_R")
_sources: deque[str] = deque()


def forgets(compile_: Callable[Concatenate[Program, _P], _R]) -> Callable[Concatenate[Program, _P], _R]:
    """Let a function that compiles a program leave nothing behind but what it returns."""

    @functools.wraps(compile_)
    def run(program: Program, /, *args: _P.args, **kwargs: _P.kwargs) -> _R:
        before = {*_written()}
        try:
            return compile_(program, *args, **kwargs)
        finally:
            forget_shapes(program.fake_mode())
            _forget_sources(before)

    return run


def forget_shapes(mode: FakeTensorMode) -> None:
    """Drop results of fake tensors: those of a mode's symbolic shapes, and the others where there are many."""
    getattr(mode.shape_env, "fake_tensor_cache", {}).clear()
    if len(FakeTensorMode.cache) > MOST_RESULTS:
        FakeTensorMode.cache_clear()


def give_back() -> None:
    """Give the system what is free between the blocks of memory that are used, where that is done by asking (glibc)."""
    with contextlib.suppress(OSError, TypeError, AttributeError):
        ctypes.CDLL(None).malloc_trim(0)


def _written() -> dict[str, Any]:
    """Sources of graphs by their made-up file names."""
    found: dict[str, Any] = getattr(getattr(graph_module, "_loader", None), "eval_cache", {})
    return found


def _forget_sources(before: Collection[str]) -> None:
    _sources.extend(name for name in _written() if name not in before)
    while len(_sources) > MOST_SOURCES:
        name = _sources.popleft()
        _written().pop(name, None)
        linecache.cache.pop(name, None)
