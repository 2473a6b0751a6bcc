"""Files that appear whole or not at all, and what they are called."""

from __future__ import annotations

import contextlib
import os
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from ...compiler.errors import UserError


def library_for(model: Path) -> Path:
    """Where the kernels of a model lie: beside it, ``model.sparsec.so`` for ``model.onnx``."""
    return model.with_name(f"{model.stem}.sparsec{'.dylib' if sys.platform == 'darwin' else '.so'}")


@contextlib.contextmanager
def atomically(target: Path) -> Iterator[Path]:
    """A temporary folder beside ``target``; the files in it replace their namesakes if nothing went wrong.

    Raises:
        UserError: the folder does not exist or cannot be written.
    """
    try:
        if target.is_dir():
            raise IsADirectoryError(f"'{target}' is a folder")
        folder = tempfile.TemporaryDirectory(dir=target.parent, prefix=f".{target.name}.")
    except OSError as error:
        raise UserError(
            "unwritable-path",
            f"'{target}' cannot be written",
            note=error.strerror or str(error),
            hint="choose a path in an existing folder that you may write to",
        ) from error
    with folder as name:
        yield Path(name)
        try:
            files = {file: target.parent / file.name for file in Path(name).iterdir()}
            for place in files.values():  # before the first of them is replaced
                if place.is_dir():
                    raise IsADirectoryError(f"'{place}' is a folder")
            for file, place in files.items():
                os.replace(file, place)
        except OSError as error:
            raise UserError("unwritable-path", f"'{target}' cannot be written", note=str(error)) from error
