"""Adapters: small weights that were trained beside a model's, and are right for that model alone.

One that was trained on the dense model is not for the pruned one, even where its shapes fit: what it adds was learned
beside other weights, and it fills zeros up again. Whoever loads an adapter onto a pruned model asks here first.
"""

from __future__ import annotations

import hashlib
import os
import re
from pathlib import Path

from torch import Tensor, nn

from ..capture.weight_files import read_json, read_weights
from ..errors import UserError
from ..ir.program import bytes_of
from ..paths import input_path

CONFIG, FILES = "adapter_config.json", ("adapter_model.safetensors", "adapter_model.bin")
# Of PEFT's names of low-rank factors, the module that they are for, and which factor it is.
NAME = re.compile(r"(?:base_model\.model\.)?(.+)\.lora_(A|B)(?:\.\w+)?\.weight")


def check_adapter(
    adapter: str | os.PathLike[str], model: nn.Module, base: str | os.PathLike[str] | None = None
) -> None:
    """Raise a UserError unless a low-rank adapter (a folder of PEFT's) was trained on a model.

    Its factors have to fit the model's layers, and what it was trained on has to hold the same weights, by digest.

    Args:
        adapter: the folder.
        model: the pruned model that it shall be put onto.
        base: the folder of the model that it was trained on; by default the one that the adapter names.

    Raises:
        UserError: it was trained on another model, such as the dense one, or nothing says on which.
    """
    folder = input_path(adapter)
    if not (folder / CONFIG).is_file():
        raise UserError("bad-file", f"folder '{folder}' holds no adapter", note=f"it has no {CONFIG}")
    layers = _fitting(folder, model)
    named = base if base is not None else read_json(folder / CONFIG).get("base_model_name_or_path")
    place = input_path(named) if named else None
    if place is None or not place.is_dir():
        raise UserError(
            "bad-file",
            f"nothing tells whether adapter '{folder}' was trained on this model",
            note=f"it names '{named}' as what it was trained on, which is no folder here",
            hint="say where that is: check_adapter(adapter, model, base=folder)",
        )
    theirs = read_weights(place)
    own = {name: value for name, value in model.state_dict().items() if name in theirs}
    lacking = sorted({f"{name}.weight" for name in layers} - own.keys())
    differ = lacking or [name for name in own if _digest(theirs[name]) != _digest(own[name])]
    if differ:
        more = f", nor are {len(differ) - 1} more" if len(differ) > 1 else ""
        raise _other(folder, f"'{differ[0]}' in '{place}' is not that of this one{more}")


def _other(folder: Path, why: str) -> UserError:
    return UserError(
        "bad-file",
        f"adapter '{folder}' was trained on another model",
        note=why,
        hint="merge it into the dense model and prune that, or train one on the pruned model",
    )


def _fitting(folder: Path, model: nn.Module) -> set[str]:
    """Names of the layers that an adapter is for, all of which it fits."""
    file = next((folder / name for name in FILES if (folder / name).is_file()), None)
    if file is None:
        raise UserError("bad-file", f"folder '{folder}' holds no weights of an adapter", note=f"it lacks {FILES[0]}")
    weights, found = dict(model.named_parameters(remove_duplicate=False)), set[str]()
    for name, factor in read_weights(file).items():
        match = NAME.fullmatch(name)
        if match is None or not isinstance(factor, Tensor):
            raise UserError("bad-file", f"'{name}' in '{file}' is no factor of a low-rank adapter")
        layer, which = match.groups()
        weight = weights.get(f"{layer}.weight")
        if weight is None:
            raise _other(folder, f"it is for '{layer}', which this one has not")
        size, side = (factor.shape[1], "inputs") if which == "A" else (factor.shape[0], "outputs")
        if size not in weight.shape:
            shape = tuple(weight.shape)
            raise _other(folder, f"it is for {size} {side} of '{layer}', whose weight is {shape}")
        found.add(layer)
    return found


def _digest(value: object) -> str:
    """A hash of a weight: its shape and numbers."""
    assert isinstance(value, Tensor)
    found = hashlib.blake2b(f"{value.dtype} {tuple(value.shape)};".encode(), digest_size=16)
    found.update(bytes_of(value))
    return found.hexdigest()
