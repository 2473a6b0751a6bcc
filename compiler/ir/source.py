"""The file that a program came from, which runs where that file does: nothing that is written anew is as it was.

A program that computes what the file does is told so by ``stands_for_file``, and is that file for its target as long as
nobody changes it: its digest says so.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .program import Program


@dataclass(frozen=True)
class Source:
    """A file as it was when it was read.

    Attributes:
        file: its path.
        stamps: of it and of the files that hold its weights: sizes, and when they were written, in nanoseconds.
        digest: of the program that stands for it; empty if none does.
    """

    file: Path
    stamps: Mapping[Path, tuple[int, int]]
    digest: str = ""

    @classmethod
    def of(cls, file: Path, weights: Collection[Path] = ()) -> Source:
        """A file, and those of its weights, as they are now."""
        return cls(file.resolve(), {path.resolve(): _stamp(path) for path in (file, *weights)})


def stands_for_file(program: Program) -> bool:
    """Let a program that computes what its file does be that file, if it came from one."""
    if program.source is not None:
        program.source = replace(program.source, digest=program.digest())
    return program.source is not None


def file_of(program: Program) -> Path | None:
    """The file that a program stands for, if both are as they were."""
    source = program.source
    if source is None or not source.digest:
        return None
    if any(not path.is_file() or _stamp(path) != stamp for path, stamp in source.stamps.items()):
        return None
    return source.file if program.digest() == source.digest else None


def _stamp(file: Path) -> tuple[int, int]:
    found = file.stat()
    return found.st_size, found.st_mtime_ns
