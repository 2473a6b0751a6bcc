"""Zip archives, which ``.pt2`` files and most checkpoints are: looked through before anything is made of their content.

PyTorch compares no checksums: a byte that a disk or a download got wrong would be another weight.
"""

from __future__ import annotations

import struct
import zipfile
import zlib
from pathlib import Path, PurePosixPath

# Where a .pt2 file holds machine code, which PyTorch would unpack and load.
COMPILED = "data/aotinductor/"
# What reading a damaged archive raises: an entry may ask for a password, for another compression, for far too much.
FAULTS = (zipfile.BadZipFile, zlib.error, ValueError, RuntimeError, EOFError, OverflowError, MemoryError, struct.error)


def why_unusable(file: Path) -> str | None:
    """What is wrong with a zip archive: a damaged member, one that points out of it, or machine code; None if nothing.

    Raises:
        OSError: the file cannot be read.
    """
    try:
        with zipfile.ZipFile(file) as archive:
            outside = next((name for name in archive.namelist() if not _is_inside(name)), None)
            if outside is not None:
                return f"its member '{outside}' lies outside of it"
            if any(name.partition("/")[2].startswith(COMPILED) for name in archive.namelist()):
                return "it holds machine code of AOTInductor, not only a program"
            damaged = archive.testzip()
    except FAULTS as error:
        return f"it is damaged: {error}"
    return None if damaged is None else f"it is damaged: the checksum of '{damaged}' does not fit"


def _is_inside(name: str) -> bool:
    path = PurePosixPath(name.replace("\\", "/"))
    return not path.is_absolute() and ".." not in path.parts and ":" not in path.parts[0]
