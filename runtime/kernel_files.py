"""Compiled kernels on disk: a later process loads in a millisecond what took an earlier one a fifth of a second.

A file belongs to a kernel's text, to the version of torch-mlir and to the processor. Where there is no linker, or the
folder cannot be written, kernels are compiled in every process. A file ends in a digest of itself, and is made again if
it is not what it was.
"""

from __future__ import annotations

import ctypes
import hashlib
import importlib.metadata
import os
import tempfile
from collections.abc import Callable
from pathlib import Path

from ..codegen.mlir import engine
from ..codegen.mlir.engine import Entry
from ..codegen.mlir.host import host
from ..codegen.mlir.linker import link, linkers
from ..codegen.onnx.files import is_sealed, seal
from ..compiler.errors import UserError
from .cache import private_folder, why_not_private
from .profile import processor

FOLDER = "kernels"


def load(text: str, name: str) -> Entry:
    """The machine code of a module of one kernel (see ``codegen.mlir.parallel_entry``), from disk if it is there.

    Raises:
        UserError: torch-mlir is not installed.
    """
    try:
        path = private_folder(FOLDER) / file_name(text, name)
        if not _is_intact(path):
            if not linkers():
                return engine.jit(text, name)
            _write(text, name, path)
        return _open(path, name)
    except (OSError, AttributeError):  # a folder that cannot be written, or out of which no code may be run
        pass
    except UserError as error:
        if error.code != "no-linker":
            raise
    return engine.jit(text, name)


def library(text: str, name: str, write: Callable[[Path], object]) -> Path | None:
    """A sealed library that is made of some text; None where the folder cannot be written.

    Args:
        write: makes it, if it is not on disk.
    """
    try:
        path = private_folder(FOLDER) / file_name(text, name)
        if not _is_intact(path):
            write(path)
            path.chmod(0o700)
    except OSError:
        return None
    except UserError as error:
        if error.code != "unwritable-path":
            raise
        return None
    return path


def _is_intact(path: Path) -> bool:
    """Whether a file is there, as it was written, by this user."""
    return path.exists() and why_not_private(path) is None and is_sealed(path)


def _open(path: Path, name: str) -> Entry:
    library = ctypes.CDLL(str(path))
    part, parallel = (ctypes.cast(library[symbol], ctypes.c_void_p).value or 0 for symbol in (name, f"{name}_parallel"))
    return Entry(part, parallel, library)


def file_name(text: str, name: str) -> str:
    """What the file of a kernel is called: other code, another compiler, another processor have files of their own."""
    version = importlib.metadata.version("torch-mlir") if engine.available() else ""
    key = hashlib.sha256("|".join([text, version, processor(), str(host())]).encode()).hexdigest()[:16]
    return f"{name}-{key}.so"


def _write(text: str, name: str, path: Path) -> None:
    with tempfile.TemporaryDirectory(dir=path.parent) as folder:
        code, library = Path(folder) / "kernel.o", Path(folder) / path.name
        engine.write_object(text, name, code)
        link([code], library, [name, f"{name}_parallel"])
        seal(library)
        library.chmod(0o700)
        os.replace(library, path)
