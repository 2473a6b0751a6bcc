"""Folders of several ONNX models, as Hugging Face's optimum writes them: all of them are compiled, the rest is copied.

An encoder-decoder is three files there (``encoder_model.onnx``, ``decoder_model.onnx``,
``decoder_with_past_model.onnx``) beside a configuration and a tokenizer. What is written can stand in its place.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from ..errors import UserError
from ..paths import holds_torch_weights

if TYPE_CHECKING:
    from ..driver import CompiledModule
    from ..report.data import Report


def models_in(folder: Path) -> list[Path]:
    """The ONNX models of a folder and of those in it; none of a file, or of a folder with weights for PyTorch."""
    return [] if not folder.is_dir() or holds_torch_weights(folder) else sorted(folder.rglob("*.onnx"))


def compiled_each(
    folder: Path, output: Path, compiled: Callable[[Path, Path], CompiledModule], strict: bool = False
) -> Iterator[tuple[Path, Report | UserError]]:
    """Compile the models of a folder into another one of the same shape, with all other files.

    Args:
        folder: what is read.
        output: what is written; it is made if it is not there, and files of the same names are written anew.
        compiled: compiles a file and writes the result to a path.
        strict: raise what a model is refused for, rather than copy it as it is.

    Yields:
        each file that was written, and the report on it, or why it was copied.

    Raises:
        UserError: the folder that is written is the one that is read, lies in it, or is a file; or all its models are
            refused.
    """
    if output.exists() and not output.is_dir():
        raise UserError("bad-option", f"'{output}' is a file", hint=f"'{folder}' holds several models: name a folder")
    if output.resolve().is_relative_to(folder.resolve()):
        raise UserError("bad-option", f"'{output}' lies in the folder that is read", hint="name another folder")
    models = models_in(folder)
    refused, read = 0, set[Path]()
    for model in models:
        target = _beside(model, folder, output)
        try:
            result = compiled(model, target)
        except UserError as error:
            refused += 1
            if strict or refused == len(models):
                raise
            yield target, error
            continue
        source = result.program.source
        read |= {model.resolve(), *(source.stamps if source else ())}  # what is written has weights of its own
        yield target, result.report
    for file in folder.rglob("*"):
        if file.is_file() and file.resolve() not in read:
            shutil.copyfile(file, _beside(file, folder, output))


def _beside(file: Path, folder: Path, output: Path) -> Path:
    """Where a file lies in another folder of the same shape, which is made for it."""
    target = output / file.relative_to(folder)
    target.parent.mkdir(parents=True, exist_ok=True)
    return target
