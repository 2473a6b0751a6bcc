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
    folder: Path, output: Path, compiled: Callable[[Path, Path], CompiledModule], strict: bool = False
) -> Iterator[tuple[Path, CompiledModule | UserError]]:
    """Compile the models of a folder into another one of the same shape, with all other files.

    Args:
        folder: what is read.
        output: what is written; it is made if it is not there, and files of the same names are written anew.
        compiled: compiles a file and writes the result to a path.
        strict: raise what a model is refused for, rather than copy it as it is.

    Yields:
        each file that was written, and what is in it, or why it was copied.

    Raises:
        UserError: the folder that is written is the one that is read, lies in it, or is a file; or all its models are
            refused.
    """
    if output.exists() and not output.is_dir():
        raise UserError("bad-option", f"'{output}' is a file", hint=f"'{folder}' holds several models: name a folder")
    if output.resolve().is_relative_to(folder.resolve()):
        raise UserError("bad-option", f"'{output}' lies in the folder that is read", hint="name another folder")
    models = models_in(folder)
    refused: dict[Path, UserError] = {}
    for model in models:
        target = _beside(model, folder, output)
        try:
            yield target, compiled(model, target)
        except UserError as error:
            refused[model] = error
            if strict or len(refused) == len(models):
                raise
            yield target, error
    apart = {place for model in models if model not in refused for place in _weights_apart(model)}
    for file in folder.rglob("*"):
        if file.is_file() and (file in refused or (file not in models and file.resolve() not in apart)):
            shutil.copyfile(file, _beside(file, folder, output))


def _beside(file: Path, folder: Path, output: Path) -> Path:
    """Where a file lies in another folder of the same shape, which is made for it."""
    target = output / file.relative_to(folder)
    target.parent.mkdir(parents=True, exist_ok=True)
    return target


def _weights_apart(model: Path) -> Iterator[Path]:
    """Files that hold weights of a model: what is written has its own."""
    import onnx

    for tensor in onnx.load(model, load_external_data=False).graph.initializer:
        for entry in tensor.external_data:
            if entry.key == "location":
                yield (model.parent / entry.value).resolve()
