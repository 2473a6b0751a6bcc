"""Runs kernels on the threads that PyTorch computes with."""

from __future__ import annotations

import ctypes
import functools
from pathlib import Path

import torch

from ..codegen.mlir.engine import Entry
from ..codegen.mlir.team import Words


class _OpenMP:
    """The OpenMP runtime that PyTorch has loaded: its threads are already there, and ours do not compete with them."""

    def __init__(self, library: ctypes.CDLL) -> None:
        self.parallel = library.GOMP_parallel
        self.parallel.argtypes = [ctypes.c_void_p, ctypes.c_void_p, ctypes.c_uint, ctypes.c_uint]
        self.parallel.restype = None
        self.thread_number, self.team_size = (
            ctypes.cast(getattr(library, name), ctypes.c_void_p).value or 0
            for name in ("omp_get_thread_num", "omp_get_num_threads")
        )


@functools.cache
def _openmp() -> _OpenMP | None:
    folders = [Path(torch.__path__[0]) / "lib", Path(torch.__path__[0]).parent / "torch.libs"]
    found = [file for folder in folders for pattern in ("libgomp*", "libomp*") for file in folder.glob(pattern)]
    for name in [*map(str, found), "libgomp.so.1"]:
        try:
            return _OpenMP(ctypes.CDLL(name))
        except (OSError, AttributeError):
            continue
    return None


def run(entry: Entry, words: Words, parts: int, **values: int) -> None:
    """Call a kernel for ``parts`` shares of its work, on as many threads; one after the other where there are none."""
    openmp = _openmp() if parts > 1 else None
    if openmp is None:
        block = (ctypes.c_int64 * len(words))(*words.fill(parts=parts, **values))
        call = _part(entry.part)
        for part in range(parts):
            call(ctypes.addressof(block), part)
        return
    team = {"thread_number": openmp.thread_number, "team_size": openmp.team_size}
    block = (ctypes.c_int64 * len(words))(*words.fill(parts=parts, **team, **values))
    openmp.parallel(entry.team, ctypes.addressof(block), parts, 0)


@functools.cache
def _part(address: int) -> ctypes._FuncPointer:
    return ctypes.CFUNCTYPE(None, ctypes.c_void_p, ctypes.c_int64)(address)
