"""Runs kernels on the threads that PyTorch computes with."""

from __future__ import annotations

import ctypes
import functools
import struct
from collections.abc import Sequence
from pathlib import Path

import torch

from ..codegen.mlir.engine import Entry
from ..codegen.mlir.parallel_entry import OWN, Words


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


class Launch:
    """A kernel with its sizes filled in, to be called with addresses, in the order of its words.

    It does ``parts`` shares of its work on as many threads; one after the other where there are none.

    Args:
        entry: the kernel; words: its words.
        parts: shares.
        sizes: all words that are not addresses.
    """

    def __init__(self, entry: Entry, words: Words, parts: int, **sizes: int) -> None:
        openmp = _openmp() if parts > 1 else None
        team = {} if openmp is None else {"thread_number": openmp.thread_number, "team_size": openmp.team_size}
        filled = words.fill(parts=parts, **team, **sizes)
        first, behind = len(OWN), len(OWN) + len(words.addresses)
        self._before, self._after = _packed(filled[:first]), _packed(filled[behind:])
        self._addresses = struct.Struct(f"{len(words.addresses)}q")
        self._parts, self._entry, self._openmp = parts, entry, openmp
        self._part = ctypes.CFUNCTYPE(None, ctypes.c_void_p, ctypes.c_int64)(entry.part)

    def __call__(self, *addresses: int) -> None:
        """Run the kernel; may be called by several threads at a time."""
        block = self._before + self._addresses.pack(*addresses) + self._after
        if self._openmp is not None:
            self._openmp.parallel(self._entry.parallel, block, self._parts, 0)
            return
        for part in range(self._parts):
            self._part(block, part)


def _packed(words: Sequence[int]) -> bytes:
    return struct.pack(f"{len(words)}q", *words)
