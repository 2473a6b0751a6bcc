"""Where the weights of a model lie in what was stored: below which keys, and behind which prefix of their names.

Tools nest what they store (``{"state_dict": {"model.conv.weight": ...}}``, ``{"conv": {"weight": ...}}``) and put other
things beside it. So everything is laid out flat, and the prefix is found behind which most of the model's names stand.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping

import numpy as np
import torch

from ..errors import UserError
from .weight_files import WRAPPINGS, Weights, some

# What torch.compile and FSDP put between the names of modules. DistributedDataParallel's 'module' may be anybody's.
WRAPPERS = ("_orig_mod", "_fsdp_wrapped_module", "_checkpoint_wrapped_module")
# What training code calls the part of a checkpoint that is the model. The first comes before the others; averages of
# weights come last. Beside such a part other things may lie: an optimizer, a loss, another average.
AVERAGES = ("ema", "model_ema", "ema_model")
PARTS = (*WRAPPINGS, "module", "net", "network", "masks", "mask", "params", "weights", "state", "student", *AVERAGES)
# What is behind the name of a weight where masks, parametrizations or a sparse format are.
MARKS = (
    (re.compile(r"(?:\.weight)?\.(?:bitmask|compressed|shape|row_offsets)$"), ".weight"),
    (re.compile(r"parametrizations\.([^.]+)\.(?:original|\d+\.mask)$"), r"\1"),
    (re.compile(r"_(?:orig|mask)$"), ""),
    (re.compile(r"\.mask$"), ""),
)


def flattened(document: object, name: str = "") -> Weights:
    """All values of nested dicts by their dotted names; arrays become tensors."""
    if not isinstance(document, Mapping):
        return {name: _as_tensor(document)}
    found: Weights = {}
    for key, value in document.items():
        found |= flattened(value, f"{name}.{key}" if name else str(key))
    return found


def _as_tensor(value: object) -> object:
    if not isinstance(value, np.ndarray):
        return value
    try:
        return torch.from_numpy(np.array(value))
    except TypeError:  # of strings, or objects
        return value


def located(stored: Weights, expected: Collection[str], what: str) -> Weights | None:
    """The part of a checkpoint that belongs to a model, by the model's own names and those of masks and the like.

    Args:
        stored: what was stored, flat.
        expected: the names that the model knows.
        what: what to call the checkpoint in errors.

    Returns:
        None if it holds nothing that the model knows.

    Raises:
        UserError: there are several parts that the model fits equally well.
    """
    bare = {without_wrappers(name, expected): value for name, value in stored.items()}
    matches = _matches(bare, expected)
    if not matches:
        return None
    most = max(map(len, matches.values()))
    prefixes = sorted((prefix for prefix in matches if len(matches[prefix]) == most), key=_rank)
    best = prefixes[0]
    if not best or not (_is_part(best) or all(name.startswith(best) for name in bare)):
        return bare
    if len(prefixes) > 1 and _rank(prefixes[1]) == _rank(best):
        raise UserError(
            "bad-checkpoint",
            f"{what} holds what the model needs more than once",
            note=f"below {some(prefix.removesuffix('.') for prefix in prefixes)}",
            hint="pass the part that you mean: sparsec.load_weights(model, checkpoint['model'])",
        )
    return {name.removeprefix(best): value for name, value in bare.items() if name.startswith(best)}


def without_wrappers(name: str, expected: Collection[str]) -> str:
    """A name without what wrappers of modules put into it."""
    return name if name in expected else ".".join(part for part in name.split(".") if part not in WRAPPERS)


def _matches(stored: Collection[str], expected: Collection[str]) -> dict[str, set[str]]:
    """For each prefix, the names of the model that stand behind it; '' is the prefix of the names themselves."""
    found: dict[str, set[str]] = {}
    for name in stored:
        for meant in {name, weight_of(name)}:
            parts = meant.split(".")
            for start in range(len(parts)):
                end = ".".join(parts[start:])
                if end in expected:
                    found.setdefault("".join(f"{part}." for part in parts[:start]), set()).add(end)
    return found


def weight_of(name: str) -> str:
    """The weight that a mask, a parametrization or a part of a sparse format belongs to."""
    for mark, weight in MARKS:
        name = mark.sub(weight, name)
    return name


def _rank(prefix: str) -> tuple[int, ...]:
    parts = prefix.split(".")[:-1]
    return tuple(PARTS.index(part) if part in PARTS else len(PARTS) for part in parts)


def _is_part(prefix: str) -> bool:
    return prefix.split(".")[0] in PARTS
