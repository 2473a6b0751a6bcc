"""An order of a weight's rows in which neighbours read the same columns.

Blocks pay only where their rows lie side by side. Where rows were shuffled after pruning, or those that share columns
never were neighbours, this finds them again. Rows that read the very same columns are looked up; the others are
gathered run by run, always the row that goes best with what the run reads already. What is found counts only if it is
better than the order as it is.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from .vector_blocks import Words, bits_of

Numbers = npt.NDArray[np.int64]
# What comparing all rows with each other costs, in words of 64 columns: up to the first nobody notices; beyond the
# second it would take many seconds, and only equal rows are brought together.
QUICK_WORDS, SEARCHED_WORDS = 2**24, 2**29
# In between a few short runs are gathered first. It goes on if one of them, with all rows to choose from, reads clearly
# fewer columns for what it holds than runs do as they are. Scattered zeros allow for a little of that.
SAMPLES, SAMPLED_ROWS, CLEAR_SHARE = 8, 32, 0.75
# What a column costs that the run does not read yet, and what one is worth that it does: a row belongs to a run if they
# have more than two thirds of it in common. A row without entries is neither here nor there.
NEW, COMMON = 2, 1


@dataclass(frozen=True)
class _Kinds:
    """Rows that have no place yet, by which columns they read; those that read most come first.

    Attributes:
        words: [words, kinds], the columns, 64 in a word.
        entries: [kinds], how many columns.
        rows: [kinds], how many rows are of this kind, at least one.
        names: [kinds], a number of its own for each; a kind that comes up earlier in the weight has a smaller one.
    """

    words: Words
    entries: Numbers
    rows: Numbers
    names: Numbers

    def left(self, rows: Numbers) -> _Kinds:
        """What there is if only so many rows of each kind remain."""
        some = rows > 0
        return _Kinds(self.words.compress(some, axis=1), self.entries[some], rows[some], self.names[some])

    def misfits(self, read: Words) -> Numbers:
        """How badly a row of each kind goes with ``read`` [words, 1]: well if this is below 0."""
        common: Numbers = np.bitwise_count(self.words & read).sum(0, dtype=np.int64)
        return NEW * self.entries - (NEW + COMMON) * common

    def run(self, pick: int, size: int, fitting: bool = False) -> tuple[list[int], Numbers]:
        """Up to ``size`` rows that go with kind ``pick``: the kind of each, and how many rows of each kind remain.

        Args:
            pick: the kind of the first row.
            size: most rows.
            fitting: rather fewer rows than one that does not go well with the others.
        """
        picked: list[int] = []
        rows, read = self.rows.copy(), np.zeros_like(self.words[:, :1])
        while True:
            count = min(int(rows[pick]), size - len(picked))
            picked += [pick] * count
            rows[pick] -= count
            if len(picked) == size or not rows.any():
                return picked, rows
            read |= self.words[:, pick : pick + 1]
            misfits = np.where(rows > 0, self.misfits(read), np.iinfo(np.int64).max)
            pick = int(misfits.argmin())
            if fitting and misfits[pick] >= 0:
                return picked, rows


def group_rows(kept: Tensor, size: int) -> Tensor:
    """Order rows such that each ``size`` neighbours read as few columns together as possible.

    Args:
        kept: bool [rows, columns], which numbers are not zero.
        size: rows in a run; the last one may be shorter.

    Returns:
        int64 [rows], on the processor: which row comes first, which second, and so on. 0, 1, 2, ... unless the runs of
        another order read fewer columns in all.
    """
    best = torch.arange(kept.shape[0])
    if size == 1 or kept.shape[0] <= size or kept.shape[1] == 0:
        return best
    words = bits_of(kept)
    kind, kinds = _kinds(words)
    least = _read(words, size)
    usual = _read(words, min(size, SAMPLED_ROWS)) / max(1, int(kinds.entries @ kinds.rows))
    for names in _orders(kinds, size, usual):
        order = np.empty_like(kind)
        order[names.argsort(kind="stable")] = kind.argsort(kind="stable")
        if (reads := _read(words[order], size)) < least:
            best, least = torch.from_numpy(order), reads
    return best


def _kinds(words: Words) -> tuple[Numbers, _Kinds]:
    """The kind of every row of [rows, words], and the kinds."""
    names: dict[bytes, int] = {}
    kind = np.array([names.setdefault(row.tobytes(), len(names)) for row in words])
    different = words[np.unique(kind, return_index=True)[1]]
    entries = np.bitwise_count(different).sum(1, dtype=np.int64)
    order = (-entries).argsort(kind="stable")
    return kind, _Kinds(np.ascontiguousarray(different[order].T), entries[order], np.bincount(kind)[order], order)


def _orders(kinds: _Kinds, size: int, usual: float) -> Iterator[Numbers]:
    """Orders worth a look, each as the kind of every row: whole runs of one kind, then the rest, then empty rows."""
    full = kinds.entries > 0
    whole = np.where(full, kinds.rows // size * size, 0)
    first, rest = kinds.names.repeat(whole), kinds.left(np.where(full, kinds.rows - whole, 0))
    empty = kinds.names.repeat(np.where(full, 0, kinds.rows))
    if not _promising(rest, size, usual):
        yield np.concatenate([first, np.sort(rest.names.repeat(rest.rows)), empty])
        return
    first = np.concatenate([first, _fitting(rest, size)])
    left = kinds.rows - np.bincount(first, minlength=len(kinds.names))[kinds.names]
    yield np.concatenate([first, _gathered(kinds.left(np.where(full, left, 0)), size), empty])
    if len(empty):  # or they fill up runs that are a few rows short
        yield np.concatenate([first, _gathered(kinds.left(left), size)])


def _promising(kinds: _Kinds, size: int, usual: float) -> bool:
    """Whether gathering is cheap or likely to help; ``usual``: columns read for each entry, as the rows are."""
    count = len(kinds.names)
    work = count**2 * len(kinds.words)
    if work <= QUICK_WORDS or work > SEARCHED_WORDS:
        return work <= QUICK_WORDS
    for pick in range(0, count, -(-count // SAMPLES)):
        picked, _ = kinds.run(pick, min(size, SAMPLED_ROWS))
        reads = _read(np.ascontiguousarray(kinds.words[:, picked].T), len(picked))
        if reads < CLEAR_SHARE * usual * int(kinds.entries[picked].sum()):
            return True
    return False


def _fitting(kinds: _Kinds, size: int) -> Numbers:
    """Runs of rows that all go well together, as far as there are ``size`` of them: the kind of each row."""
    names = [kinds.names[:0]]
    while len(kinds.names):
        picked, rows = kinds.run(0, size, fitting=True)
        if len(picked) == size:
            names.append(kinds.names[picked])
        kinds = kinds.left(rows)
    return np.concatenate(names)


def _gathered(kinds: _Kinds, size: int) -> Numbers:
    """The kind of every row, run after run. A run begins with what belongs to the end of the one before."""
    names, last = [kinds.names[:0]], np.zeros_like(kinds.words[:, :1])
    while len(kinds.names):
        misfits = kinds.misfits(last)
        picked, rows = kinds.run(int(misfits.argmin()) if misfits.min() < 0 else 0, size)
        names.append(kinds.names[picked])
        last = kinds.words[:, picked[-1:]]
        kinds = kinds.left(rows)
    return np.concatenate(names)


def _read(words: Words, size: int) -> int:
    """How many columns runs of ``size`` rows of [rows, words] read in all."""
    return int(np.bitwise_count(np.bitwise_or.reduceat(words, np.arange(0, len(words), size), axis=0)).sum())
