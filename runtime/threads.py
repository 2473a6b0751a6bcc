"""Runs kernels on the threads that PyTorch computes with.

A process that was forked from one with several threads has only one of them, and the runtime of the others does not
know: a team would never meet. There, all shares are done by the thread that calls.
"""

from __future__ import annotations

import ctypes
import functools
import os
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


class _Fork:
    """What a fork leaves.

    Attributes:
        had_several: whether there were several threads when this process, or one before it, was last forked.
        alone: whether threads of this process may be missing.
    """

    had_several = False
    alone = False

    @classmethod
    def before(cls) -> None:
        try:
            cls.had_several = len(os.listdir("/proc/self/task")) > 1
        except OSError:  # not on Linux
            cls.had_several = True

    @classmethod
    def in_child(cls) -> None:
        cls.alone = cls.alone or cls.had_several


if hasattr(os, "register_at_fork"):
    os.register_at_fork(before=_Fork.before, after_in_child=_Fork.in_child)


class Launch:
    """A kernel with its sizes filled in, to be called with addresses, in the order of its words.

    It does ``parts`` shares of its work on as many threads as PyTorch has, each of which takes one after the other; on
    the one that calls where there are no others.

    Args:
        entry: the kernel; words: its words.
        parts: shares.
        sizes: all words that are not addresses.
    """

    def __init__(self, entry: Entry, words: Words, parts: int, **sizes: int) -> None:
        self._team = min(parts, torch.get_num_threads())
        openmp = _openmp() if self._team > 1 else None
        filled = words.fill(parts=parts, **sizes)
        first, behind = len(OWN), len(OWN) + len(words.addresses)
        self._before, self._after = _packed(filled[:first]), _packed(filled[behind:])
        self._sizes = dict(zip(words.names[behind:], filled[behind:], strict=True))
        self._addresses = struct.Struct(f"{len(words.addresses)}q")
        self._parts, self._entry, self._openmp = parts, entry, openmp
        self._part = ctypes.CFUNCTYPE(None, ctypes.c_void_p, ctypes.c_int64)(entry.part)

    def __call__(self, *addresses: int, **others: int) -> None:
        """Run the kernel; may be called by several threads at a time.

        Args:
            addresses: in the order of its words.
            others: words that were not known before.
        """
        after = self._after if not others else _packed([others.get(n, v) for n, v in self._sizes.items()])
        block = self._before + self._addresses.pack(*addresses) + after  # new bytes: shares write into its first words
        if self._openmp is not None and not _Fork.alone:
            shared = ctypes.create_string_buffer(block, len(block))  # members count shares in it
            self._openmp.parallel(self._entry.parallel, shared, self._team, 0)
            return
        for part in range(self._parts):
            self._part(block, part)


def _packed(words: Sequence[int]) -> bytes:
    return struct.pack(f"{len(words)}q", *words)
