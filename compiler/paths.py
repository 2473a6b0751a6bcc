"""Paths that a caller gave: what is no path, no file, or would be a file of another kind is said before any work."""

from __future__ import annotations

import os
import stat
from collections.abc import Sequence
from pathlib import Path

from .errors import UserError

NO_PATH = "pass a string or a pathlib.Path"


def input_path(given: object) -> Path:
    """The path of what a caller wants to be read.

    Raises:
        UserError: it is no path.
    """
    path = _as_path(given)
    if path is None:
        raise UserError("bad-file", f"{_shown(given)} is no path", hint=NO_PATH)
    return path


def output_path(given: object) -> Path:
    """The path of what a caller wants to be written.

    Raises:
        UserError: it is no path.
    """
    path = _as_path(given)
    if path is None:
        raise UserError("bad-option", f"{_shown(given)} is no path", hint=NO_PATH)
    return path


def existing(given: object, what: str) -> Path:
    """The path of a file that is there.

    Args:
        given: the path.
        what: what the file should be, such as "an .onnx file".

    Raises:
        UserError: it is no path, there is no file, or it is a folder.
    """
    path = input_path(given)
    try:
        mode = path.stat().st_mode
    except OSError as error:
        if isinstance(error, (FileNotFoundError, NotADirectoryError)):
            folder = "" if path.is_absolute() else f"; the current folder is '{Path.cwd()}'"
            raise UserError("bad-file", f"there is no file '{given}'", hint=f"check its path{folder}") from error
        raise UserError(
            "bad-file", f"'{_short(given)}' cannot be read", note=error.strerror, hint="check its path"
        ) from error
    if stat.S_ISDIR(mode):
        raise UserError("bad-file", f"'{given or '.'}' is a folder, not a file", hint=f"pass the path of {what}")
    return path


def writable(given: object, suffixes: Sequence[str], option: str = "") -> Path:
    """The path of a file to be written, whose name says of which kind it is.

    Args:
        given: the path.
        suffixes: how it may end.
        option: of the command line, that it was given with.

    Raises:
        UserError: it is no path, or ends in none of ``suffixes``.
    """
    path = output_path(given)
    if path.suffix not in suffixes and not os.path.isdir(path):
        raise UserError(
            "bad-option",
            f"'{option}{' ' * bool(option)}{_short(given)}' does not say what to write",
            note="the end of the name decides",
            hint=f"end it in {' or '.join(suffixes)}",
        )
    return path


def holds_torch_weights(folder: Path) -> bool:
    """Whether a folder holds weights for PyTorch: ONNX models in it are the same again."""
    return any(folder.glob("*.safetensors")) or any(folder.glob("*.bin"))


def _as_path(given: object) -> Path | None:
    text = os.fspath(given) if isinstance(given, (str, os.PathLike)) else None
    return Path(text) if isinstance(text, str) and "\0" not in text else None


def _shown(given: object) -> str:
    return repr(given)[:80] if isinstance(given, (str, bytes)) else f"a value of type '{type(given).__name__}'"


def _short(given: object) -> str:
    text = str(given)
    return text if len(text) <= 200 else f"{text[:100]}...{text[-80:]}"
