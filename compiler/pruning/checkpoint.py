"""Checkpoints: files in which work is kept until it is done, so that a run that was interrupted can be gone on with."""

from __future__ import annotations

import contextlib
import os
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import torch

from ...codegen.onnx.files import atomically
from ...passes.prune.journal import Journal
from ..capture.weight_files import first_line
from ..errors import UserError
from ..paths import writable

SUFFIX = ".checkpoint"
FORMAT = 1
# Writing takes no more than one in so many seconds, and no write follows another at once.
SHARE, REST_SECONDS = 20, 1.0


class Checkpoint(Journal):
    """A file of steps. It is whole at any time: another one is moved into its place.

    Args:
        path: of it. What it holds from an earlier run is gone on with.

    Raises:
        UserError: the path ends otherwise, or what lies there is no checkpoint.
    """

    def __init__(self, path: str | os.PathLike[str]) -> None:
        self._path = writable(path, (SUFFIX,))
        self._steps: dict[str, Any] = {}
        self._identity: dict[str, str] | None = None
        if self._path.exists():
            self._steps, self._identity = _read(self._path)
        self._unwritten, self._next = False, 0.0

    def begin(self, identity: Mapping[str, str]) -> None:
        if self._identity is not None and self._identity != dict(identity):
            names = {*self._identity, *identity}
            differ = sorted(name for name in names if self._identity.get(name) != identity.get(name))
            raise UserError(
                "bad-option",
                f"'{self._path}' was left by a run of something else",
                note=f"it was begun with other {' and other '.join(differ)}",
                hint="go on with the model, data and options that it was begun with, or remove the file",
            )
        self._identity = dict(identity)

    def told(self, step: str) -> Any:
        return self._steps.get(step)

    def note(self, step: str, value: Any) -> None:
        self._steps[step] = value
        self._unwritten = True
        if time.monotonic() >= self._next:
            self.write()

    def write(self) -> None:
        """Write all that was noted."""
        start = time.monotonic()
        with atomically(self._path) as folder:
            torch.save({"format": FORMAT, "identity": self._identity, "steps": self._steps}, folder / self._path.name)
        self._unwritten = False
        self._next = time.monotonic() + max(REST_SECONDS, SHARE * (time.monotonic() - start))

    @contextlib.contextmanager
    def kept(self) -> Iterator[None]:
        """What is noted within is on disk if it ends too early; there is no file any more once it is done."""
        try:
            yield
        except BaseException:
            if self._unwritten:
                self.write()
            raise
        self._path.unlink(missing_ok=True)


@contextlib.contextmanager
def resumed(path: str | os.PathLike[str] | None) -> Iterator[Journal]:
    """A journal to work with: a checkpoint if there is a path for it."""
    if path is None:
        yield Journal()
        return
    checkpoint = Checkpoint(path)
    with checkpoint.kept():
        yield checkpoint


def _read(path: Path) -> tuple[dict[str, Any], dict[str, str]]:
    try:
        found = torch.load(path, map_location="cpu", weights_only=True)  # which runs no code of the file
        if found["format"] > FORMAT:
            raise ValueError(f"it is of format {found['format']}, and this sparsec reads {FORMAT}")
        return dict(found["steps"]), dict(found["identity"])
    except Exception as error:
        raise UserError(
            "bad-file",
            f"'{path}' is no checkpoint",
            note=first_line(error) if isinstance(error, ValueError) else "sparsec did not write it, or not to its end",
            hint="pass the file that an interrupted run left, or another name",
        ) from error
