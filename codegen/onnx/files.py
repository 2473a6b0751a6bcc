"""Files that appear whole or not at all, what they are called, and how damage to them is noticed.

A file that holds machine code ends in a *seal*, a digest of all before it; an ONNX model begins with one, as an entry
of its metadata: other programs read it like any other model, and one that they wrote has none.
"""

from __future__ import annotations

import contextlib
import hashlib
import io
import json
import os
import sys
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, cast

import onnx

from ...compiler.errors import UserError
from ...compiler.paths import writable

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer

MARK = b"sparsec.sha256"
# The key of a model's metadata under which its inputs lie that became part of the graph, as a JSON object.
FIXED = "sparsec.fixed"
# The key of a model's metadata that names the architectures of graphics cards that its sparse layers are for.
CARDS = "sparsec.cuda"
LIBRARY = ".sparsec"  # in the name of a library, before its ending
# What stands before the seal of a library of operators: by it, those of other versions of sparsec are known.
LABEL, FORMAT, LONGEST_LABEL = "\nsparsec.library:", 2, 512
SIZE = hashlib.sha256().digest_size
DIGEST = "sha256"  # the key of a JSON object's digest
ABSENT = "0" * 2 * SIZE  # in place of the digest of a file that a model does not have


def library_for(model: Path) -> Path:
    """Where the kernels of a model lie: beside it, ``model.sparsec.so`` for ``model.onnx``."""
    return model.with_name(f"{model.stem}{LIBRARY}{'.dylib' if sys.platform == 'darwin' else '.so'}")


def data_for(model: Path) -> Path:
    """Where the weights of a model lie that one file cannot hold."""
    return model.with_name(f"{model.name}.data")


# ---------------------------------------------------------------- writing


def save_text(given: object, endings: Sequence[str], text: str) -> Path:
    """Write a file of text; nothing half-written is left.

    Args:
        given: its path.
        endings: that it may have.
        text: what it holds.

    Raises:
        UserError: it ends otherwise or cannot be written.
    """
    place = writable(given, endings)
    with atomically(place) as folder:
        (folder / place.name).write_text(text, encoding="utf-8")
    return place


@contextlib.contextmanager
def atomically(target: Path) -> Iterator[Path]:
    """A temporary folder beside ``target``; the files in it replace their namesakes if nothing went wrong.

    Raises:
        UserError: the folder does not exist or cannot be written, or the disk is full. What was there stays.
    """
    try:
        if target.is_dir():
            raise IsADirectoryError(f"'{target}' is a folder")
        folder = tempfile.TemporaryDirectory(dir=target.parent, prefix=f".{target.name}.", ignore_cleanup_errors=True)
    except OSError as error:
        hint = "choose a path in an existing folder that you may write to"
        raise _unwritable(target, error.strerror or str(error), hint) from error
    with folder as name:
        try:
            yield Path(name)
            _replace(Path(name), target.parent)
        except OSError as error:
            raise _unwritable(target, error.strerror or str(error), "make room, or choose another folder") from error
        except UserError as error:  # of a file that is written within, whose temporary name says nothing
            if error.code != "unwritable-path":
                raise
            raise _unwritable(target, error.note, error.hint) from error


def _replace(folder: Path, place: Path) -> None:
    files = {file: place / file.name for file in folder.iterdir()}
    for file, old in files.items():  # before the first of them is replaced
        if old.is_dir():
            raise IsADirectoryError(f"'{old}' is a folder")
        with file.open("rb") as stream:
            os.fsync(stream.fileno())  # some disks say only now that they are full
    for file, old in files.items():
        os.replace(file, old)


def _unwritable(target: Path, note: str | None, hint: str | None) -> UserError:
    return UserError("unwritable-path", f"'{target}' cannot be written", note=note, hint=hint)


def write_through(path: Path, write: Callable[[IO[bytes]], object]) -> None:
    """Let ``write`` fill a file, where it cannot bear that writing fails: PyTorch's own writer aborts the process.

    Raises:
        OSError: the file cannot be written.
    """
    with path.open("wb") as file:
        patient = _Patient(file)
        write(cast("IO[bytes]", patient))
        if patient.failed is not None:
            raise patient.failed


class _Patient(io.RawIOBase):
    """Takes everything, and keeps the first error, an interrupt as well, for later."""

    def __init__(self, file: io.BufferedWriter) -> None:
        self.file = file
        self.failed: BaseException | None = None

    def readable(self) -> bool:
        return False

    def writable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = 0, /) -> int:
        return 0  # all is written in order; the end of ``torch.export.save`` is a leap to the start

    def write(self, data: ReadableBuffer, /) -> int:
        view = memoryview(data)
        if self.failed is None:
            try:
                self.file.write(view)
            except (OSError, MemoryError, KeyboardInterrupt) as error:
                self.failed = error
        return view.nbytes


# ---------------------------------------------------------------- seals


def sealed(document: Mapping[str, Any]) -> dict[str, Any]:
    """A JSON object with a digest of itself."""
    return {DIGEST: _digest_of(document), **document}


def unsealed(document: dict[str, Any]) -> dict[str, Any]:
    """A JSON object without the digest of itself; one that was written by hand has none.

    Raises:
        ValueError: it is not what its digest was made of.
    """
    rest = {key: value for key, value in document.items() if key != DIGEST}
    if document.get(DIGEST, _digest_of(rest)) != _digest_of(rest):
        raise ValueError("it is not what its digest was made of")
    return rest


def _digest_of(document: Mapping[str, Any]) -> str:
    return hashlib.sha256(json.dumps(document, sort_keys=True).encode()).hexdigest()


def seal(library: Path) -> None:
    """Append a digest to a library; a loader does not look behind what the library's own tables name."""
    content = library.read_bytes()
    with library.open("ab") as stream:
        stream.write(MARK + hashlib.sha256(content).digest())


def seal_library(library: Path, versions: Iterable[str]) -> None:
    """Append what a library of operators holds, and a digest of all.

    Args:
        library: the file.
        versions: processors, or graphics cards, that it is for.
    """
    with library.open("ab") as stream:
        stream.write(f"{LABEL}{FORMAT}:{','.join(dict.fromkeys(versions))}\n".encode())
    seal(library)


def versions_of(library: Path) -> list[str] | None:
    """The processors, or graphics cards, that a library is for; None if another version of sparsec has made it.

    Raises:
        OSError: it cannot be read.
    """
    with library.open("rb") as stream:
        stream.seek(max(0, library.stat().st_size - LONGEST_LABEL))
        _, found, rest = stream.read().rpartition(LABEL.encode())
    number, _, names = rest.partition(b"\n")[0].decode(errors="replace").partition(":")
    return names.split(",") if found and number == str(FORMAT) else None


def is_sealed(library: Path) -> bool:
    """Whether a library is as it was when it was sealed.

    Raises:
        OSError: it cannot be read.
    """
    content = library.read_bytes()
    end = len(content) - len(MARK) - SIZE
    return end > 0 and content[end:] == MARK + hashlib.sha256(memoryview(content)[:end]).digest()


def seal_model(model: Path) -> None:
    """Put digests of an ONNX model, and of its file of weights if it has one, before the model."""
    data = data_for(model)
    head = _head(_digest(model), _digest(data) if data.exists() else ABSENT)
    rest = model.read_bytes()
    with model.open("wb") as stream:
        stream.write(head)
        stream.write(rest)


def is_damaged(model: Path) -> bool:
    """Whether an ONNX model has a digest that is not its own; one that others wrote has none.

    Raises:
        OSError: it, or its file of weights, cannot be read.
    """
    blank = _head(ABSENT, ABSENT)
    with model.open("rb") as stream:
        found = stream.read(len(blank))
    start = blank.index(ABSENT.encode())
    if found[:start] != blank[:start]:
        return False
    data = found[-len(ABSENT) :].decode(errors="replace")
    return found != _head(_digest(model, len(blank)), ABSENT if data == ABSENT else _digest(data_for(model)))


def _head(model: str, data: str) -> bytes:
    entry = onnx.StringStringEntryProto(key=MARK.decode(), value=f"{model} {data}")
    written: bytes = onnx.ModelProto(metadata_props=[entry]).SerializeToString()
    return written


def _digest(file: Path, start: int = 0) -> str:
    with file.open("rb") as stream:
        stream.seek(start)
        return hashlib.file_digest(stream, "sha256").hexdigest()
