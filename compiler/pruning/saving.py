"""Files of a pruned model: a program with its recipe and report, or a Hugging Face folder."""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ...codegen.onnx.files import atomically
from ...runtime import targets
from ..embedded import PRUNED, RECIPE, RECIPE_FILE, documents_in, documents_of, packed, unpacked
from ..errors import UserError, reason
from ..paths import existing, output_path, writable
from .narrow import narrowed
from .report import as_json

if TYPE_CHECKING:
    from .api import Result


def documents_of_pruning(result: Result) -> dict[str, str]:
    """The texts that go into a file of a pruned program, and of what is compiled from it."""
    return {RECIPE: result.recipe.text, PRUNED: packed(as_json(result))}


def report_in(path: str | os.PathLike[str]) -> dict[str, Any]:
    """What a file says of how its model was pruned: the document that ``sparsec prune --json`` prints.

    Raises:
        UserError: there is no such file, or it says nothing of that.
    """
    file = existing(path, "a .pt2 or .onnx file")
    text = documents_in(file).get(PRUNED)
    try:
        if text is not None:
            return unpacked(text)
        note = "result.save(path) writes it, and so do files of what is compiled from a result"
    except ValueError as error:
        note = str(error)
    raise UserError("bad-file", f"'{file}' holds no report of pruning", note=note)


def save(result: Result, path: str | os.PathLike[str]) -> Path:
    """See ``Result.save``."""
    target = targets.get("cpu")
    place = writable(path, target.suffixes)
    program = result.program.copy()
    program.documents = documents_of(program, None, target.name)
    return target.save(program, place)


def save_pretrained(result: Result, folder: str | os.PathLike[str], dense: bool) -> Path:
    """See ``Result.save_pretrained``."""
    place, write = output_path(folder), getattr(result.model, "save_pretrained", None)
    if not callable(write):
        raise UserError(
            "bad-option",
            f"'{type(result.model).__name__}' has no save_pretrained",
            note="only classes of Hugging Face's have",
            hint="write result.save('pruned.pt2')",
        )
    if place.exists() and not place.is_dir():
        raise UserError("unwritable-path", f"'{place}' is a file", hint="choose a folder")
    if not dense and any(one.indices for one in result.outcome.gone):
        write = getattr(narrowed(result), "save_pretrained", None)
    assert callable(write)
    new = not place.exists()
    try:
        place.mkdir(parents=True, exist_ok=True)
        with atomically(place / RECIPE_FILE) as made, _without_bar():
            write(made)
            (made / RECIPE_FILE).write_text(result.recipe.text, encoding="utf-8")
    except BaseException as error:
        if new and place.is_dir() and not any(place.iterdir()):
            place.rmdir()
        if not isinstance(error, OSError):
            raise
        raise UserError("unwritable-path", f"'{place}' cannot be written", note=reason(error)) from error
    return place


@contextlib.contextmanager
def _without_bar() -> Iterator[None]:
    """Transformers draws a bar for each file; what it warns of is shown."""
    logging = sys.modules.get("transformers.utils.logging")
    if logging is None or not logging.is_progress_bar_enabled():
        yield
        return
    logging.disable_progress_bar()
    try:
        yield
    finally:
        logging.enable_progress_bar()
