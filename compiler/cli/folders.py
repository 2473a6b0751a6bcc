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

if TYPE_CHECKING:
    from ..driver import CompiledModule


def models_in(folder: Path) -> list[Path]:
    """The ONNX models of a folder and of those in it; none of a file, or of a folder with weights for PyTorch."""
    if not folder.is_dir() or any(folder.glob("*.safetensors")) or any(folder.glob("*.bin")):
        return []
    return sorted(folder.rglob("*.onnx"))


def compiled_each(
    folder: Path, output: Path, compiled: Callable[[Path, Path], CompiledModule]
) -> Iterator[tuple[Path, CompiledModule]]:
    """Compile the models of a folder into another one of the same shape, with all other files.

    Args:
        folder: what is read.
        output: what is written; it is made if it is not there, and files of the same names are written anew.
        compiled: compiles a file and writes the result to a path.

    Yields:
        each file that was written, and what is in it.

    Raises:
        UserError: the folder that is written is the one that is read, lies in it, or is a file.
    """
    if output.exists() and not output.is_dir():
        raise UserError("bad-option", f"'{output}' is a file", hint=f"'{folder}' holds several models: name a folder")
    if output.resolve().is_relative_to(folder.resolve()):
        raise UserError("bad-option", f"'{output}' lies in the folder that is read", hint="name another folder")
    models = models_in(folder)
    for model in models:
        target = output / model.relative_to(folder)
        target.parent.mkdir(parents=True, exist_ok=True)
        yield target, compiled(model, target)
    apart = {place for model in models for place in _weights_apart(model)}
    for file in folder.rglob("*"):
        if file.is_file() and file not in models and file.resolve() not in apart:
            target = output / file.relative_to(folder)
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(file, target)


def _weights_apart(model: Path) -> Iterator[Path]:
    """Files that hold weights of a model: what is written has its own."""
    import onnx

    for tensor in onnx.load(model, load_external_data=False).graph.initializer:
        for entry in tensor.external_data:
            if entry.key == "location":
                yield (model.parent / entry.value).resolve()
