"""Files with weights: which ones a checkpoint consists of, and what is in them.

Nothing here runs code out of a file: pickles are read with ``weights_only=True``.
"""

from __future__ import annotations

import importlib
import json
import os
import pickle
import re
import warnings
import zipfile
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor

from ..errors import UserError
from .archives import why_unusable

Weights = dict[str, Any]

# What a checkpoint that holds more than weights calls them.
WRAPPINGS = ("state_dict", "model_state_dict", "model")
# The files of a folder that save_pretrained wrote, in the order in which transformers looks for them.
IN_FOLDERS = (
    "model.safetensors",
    "model.safetensors.index.json",
    "pytorch_model.bin",
    "pytorch_model.bin.index.json",
)
# What pickles of NumPy arrays ask for: it makes arrays, and runs nothing else.
ARRAYS: list[Any] = [
    np.ndarray,
    np.dtype,
    *(type(np.dtype(kind)) for kind in "?bBhHiIlLqQefdFD"),
    *((np.array(0).__reduce__()[0], f"numpy.{core}.multiarray._reconstruct") for core in ("core", "_core")),
    *((np.float32(0).__reduce__()[0], f"numpy.{core}.multiarray.scalar") for core in ("core", "_core")),
]
COPY_AGAIN = "copy the checkpoint again, with all its files"


def read_weights(path: str | os.PathLike[str]) -> Weights:
    """The tensors of a checkpoint by name, as they are stored.

    Args:
        path: a .safetensors, .npz, .pt, .pth or .bin file, the index of several, or a folder with such files.

    Raises:
        UserError: a file is missing, truncated, of another kind, or would have to run code to be read.
    """
    merged: Weights = {}
    for file in weight_files(path):
        merged |= _read(file)
    return merged


def read_document(path: str | os.PathLike[str]) -> object:
    """Like ``read_weights``, but with all that lies beside the weights, nested as it is stored.

    Raises:
        UserError: as for ``read_weights``.
    """
    files = weight_files(path)
    return _document(files[0]) if len(files) == 1 else read_weights(path)


def weight_files(path: str | os.PathLike[str]) -> list[Path]:
    """The files that hold the weights: the path itself, what an index lists, or what a folder holds.

    Raises:
        UserError: there are none, or one is missing.
    """
    file = Path(path)
    if os.path.isdir(file):
        found = next((file / name for name in IN_FOLDERS if (file / name).is_file()), None)
        if found is None:
            raise UserError(
                "bad-file",
                f"folder '{path}' holds no weights",
                note=f"none of {', '.join(IN_FOLDERS)} is in it",
                hint="write it with model.save_pretrained(folder)",
            )
        file = found
    if not os.path.isfile(file):  # which has an answer to whatever is no path, too
        raise UserError(
            "bad-file", f"there is no file '{path}'", hint="pass a .safetensors, .npz, .pt, .pth or .bin file"
        )
    return _shards(file) if file.name.endswith(".index.json") else [file]


def _shards(index: Path) -> list[Path]:
    places = read_json(index).get("weight_map")
    if not isinstance(places, dict) or not places:
        raise UserError("bad-file", f"'{index}' lists no files", hint=COPY_AGAIN)
    files = [index.parent / str(name) for name in dict.fromkeys(places.values())]
    missing = [file.name for file in files if not file.is_file()]
    if missing:
        raise UserError(
            "bad-file", f"files that '{index}' lists are missing", note=f"there is no {some(missing)}", hint=COPY_AGAIN
        )
    return files


def read_json(file: Path) -> dict[str, Any]:
    """A JSON object.

    Raises:
        UserError: the file is missing or holds something else.
    """
    try:
        document = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise unreadable(file, error) from error
    if not isinstance(document, dict):
        raise UserError("bad-file", f"'{file}' does not hold a JSON object", hint=COPY_AGAIN)
    return document


def stored_names(file: Path) -> list[str]:
    """The names in a file, without reading the weights where the format allows it.

    Raises:
        UserError: as for ``read_weights``.
    """
    if file.suffix != ".safetensors":
        return [*_read(file)]
    package = optional_package("safetensors", f"read '{file}'")
    try:
        with package.safe_open(str(file), framework="pt") as stream:
            return [*stream.keys()]
    except (OSError, package.SafetensorError) as error:
        raise unreadable(file, error) from error


def _read(file: Path) -> Weights:
    return state_dict_in(_document(file), f"'{file}'")


def _document(file: Path) -> object:
    if file.suffix == ".npz":
        return _arrays(file)
    if file.suffix != ".safetensors":
        return _unpickled(file)
    package = optional_package("safetensors", f"read '{file}'")
    try:
        tensors: Weights = optional_package("safetensors.torch", f"read '{file}'").load_file(file)
    except (OSError, package.SafetensorError) as error:
        raise unreadable(file, error) from error
    return tensors


def _arrays(file: Path) -> Weights:
    """The arrays of a .npz file; a name may be a path, as ``conv/weight``."""
    try:
        with file.open("rb") as stream, np.load(stream, allow_pickle=False) as arrays:
            return {name.replace("/", "."): torch.from_numpy(arrays[name]) for name in arrays.files}
    except Exception as error:
        raise unreadable(file, error) from error


def _unpickled(file: Path) -> object:
    try:
        zipped = zipfile.is_zipfile(file)
        fault = why_unusable(file) if zipped else None
        if fault:
            raise zipfile.BadZipFile(fault)
        with warnings.catch_warnings(), torch.serialization.safe_globals(ARRAYS):
            warnings.simplefilter("ignore")
            return torch.load(file, map_location="cpu", weights_only=True, mmap=zipped)
    except pickle.UnpicklingError as error:
        needed = re.search(r"GLOBAL ([\w.]+)", str(error))
        if needed is None:
            raise unreadable(file, error) from error
        raise UserError(
            "bad-file",
            f"'{file}' holds more than weights",
            note=f"reading it would run code: it asks for '{needed[1]}'",
            hint="save the weights alone: torch.save(model.state_dict(), path)",
        ) from error
    except Exception as error:
        raise unreadable(file, error) from error


def state_dict_in(document: object, place: str) -> Weights:
    """The state dict of a checkpoint, which may hold other things beside it.

    Args:
        document: what was read.
        place: what to call it in errors.

    Raises:
        UserError: there is no dict with tensors.
    """
    inner = document if isinstance(document, Mapping) else {}
    for key in WRAPPINGS:
        if isinstance(inner.get(key), Mapping):
            return state_dict_in(inner[key], place)
    if any(isinstance(value, Tensor) for value in inner.values()):
        return {str(key): value for key, value in inner.items()}
    held = some(str(key) for key in inner) if inner else f"a value of type '{type(document).__name__}'"
    raise UserError(
        "bad-checkpoint",
        f"{place} holds no state dict",
        note=f"it holds {held}",
        hint="pass a dict from names to tensors, such as model.state_dict() returns",
    )


def unreadable(file: Path, error: BaseException) -> UserError:
    """The error for a file that fails to load."""
    return UserError(
        "bad-file",
        f"'{file}' cannot be read",
        note=first_line(error),
        hint="it is truncated, damaged or no checkpoint: copy or save it again",
    )


def optional_package(name: str, purpose: str) -> Any:
    """A package that sparsec can do without, imported now.

    Args:
        name: of the module.
        purpose: what it is needed to do.

    Raises:
        UserError: it is not installed, or fails on import.
    """
    try:
        return importlib.import_module(name)
    except ModuleNotFoundError as error:
        if error.name != name.partition(".")[0]:
            raise broken_package(name, error) from error
        raise UserError(
            "missing-package",
            f"'{error.name}' is needed to {purpose}",
            note="it is not installed",
            hint=f"pip install {error.name}",
        ) from error
    except Exception as error:
        raise broken_package(name, error) from error


def broken_package(name: str, error: BaseException) -> UserError:
    """The error for a package that is installed and fails on import."""
    return UserError(
        "missing-package",
        f"'{name}' is installed and cannot be imported",
        note=root_cause(error),
        hint="repair or uninstall the package that this is about, until the import works in Python",
    )


def root_cause(error: BaseException) -> str:
    """The exception behind all others, in one line."""
    while error.__cause__ or error.__context__:
        error = error.__cause__ or error.__context__ or error
    return f"{type(error).__name__}: {first_line(error)}"


def first_line(error: BaseException) -> str:
    """What an exception says, in one line."""
    return next((line.strip() for line in str(error).splitlines() if line.strip()), type(error).__name__)


def some(names: Iterable[str]) -> str:
    """A few names in quotes, and how many more there are."""
    listed = [*names]
    more = f" and {len(listed) - 3} more" if len(listed) > 3 else ""
    return ", ".join(f"'{name}'" for name in listed[:3]) + more
