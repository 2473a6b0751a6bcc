"""Pruned checkpoints: masks are multiplied in, prefixes come off, sparse storage is unpacked, names fit."""

from __future__ import annotations

import math
import re
from collections.abc import Collection, Iterable, Mapping
from typing import Any, NoReturn

import numpy as np
import torch
from torch import Tensor

from ..errors import UserError
from ..words import count
from .plain_tensors import describe
from .stored_names import WRAPPERS, without_wrappers
from .weight_files import Weights, some

# How compressed-tensors stores a weight in one of its sparse formats, below the weight's own name or its module's.
SPARSE_FORMATS = ("sparse-bitmask", "sparse-24-bitmask")
BITMASK_PARTS = ("compressed", "bitmask", "shape")
# What a layer calls its mask, and perhaps something else.
BY_LAYER = re.compile(r"(?P<module>(?:.+\.)?)mask")
# Masks, where the weight is that they belong to, and where the product goes.
MASKS = (
    (re.compile(r"(?P<at>.+)_mask"), "{at}_orig", "{at}"),
    (
        re.compile(r"(?P<module>(?:.+\.)?)parametrizations\.(?P<name>[^.]+)\.\d+\.mask"),
        "{module}parametrizations.{name}.original",
        "{module}{name}",
    ),
    (BY_LAYER, "{module}weight", "{module}weight"),
)
# How names of quantised weights end: compressed-tensors and FP8, GPTQ and AWQ, bitsandbytes.
QUANTIZED = ("weight_packed", "weight_scale", "weight_scale_inv", "weight_zero_point", "qweight", "qzeros", "absmax")
SUPPORTED = f"sparsec reads floating-point weights: dense, with masks, or stored as {' or '.join(SPARSE_FORMATS)}"


# -------------------------------------------------------------------- from stored names to dense weights


def is_plain(names: Iterable[str]) -> bool:
    """Whether ``dense_weights`` would leave all weights as they are; when in doubt False."""
    held = [*names]
    special = re.compile(rf"[_.]mask$|\.bitmask$|(^|\.)({'|'.join(WRAPPERS)})\.")
    return not any(special.search(name) for name in held) and not _is_distributed(held, ())


def dense_weights(
    weights: Mapping[str, Any],
    expected: Collection[str] = (),
    masks: Mapping[str, Any] | None = None,
    filters: Mapping[str, int] | None = None,
) -> Weights:
    """Weights as a model without masks holds them; what is not understood is kept under its name.

    Args:
        weights: a state dict as it was stored.
        expected: the names that the model knows; these are left alone.
        masks: further masks, by the names of the weights (with ``_mask`` or without) or of their layers.
        filters: the dimension along which filters lie, by the names of weights, where it is not the first.

    Raises:
        UserError: a mask or a bitmask does not fit its weight.
    """
    result = _without_prefixes(weights, expected)
    _unpack_bitmasks(result)
    for name, mask in _without_prefixes(masks or {}, expected).items():
        place = _place_of(name, result)
        if place in result:
            _bad_mask(name, "is given twice", "the checkpoint holds one already")
        result[place] = mask
    for mask, original, product in MASKS:
        _multiply(result, expected, mask, (original, product), filters or {})
    return result


def _place_of(name: str, weights: Weights) -> str:
    """Where in a checkpoint a mask belongs that was stored apart."""
    base = re.sub(r"[_.]mask$", "", name)
    for weight in (base, f"{base}.weight"):
        module, _, last = f".{weight}".rpartition(".")
        module = f"{module}.".lstrip(".")
        if weight in weights or f"{weight}_orig" in weights:
            return f"{weight}_mask"
        if f"{module}parametrizations.{last}.original" in weights:
            return f"{module}parametrizations.{last}.0.mask"
    _bad_mask(name, "belongs to no weight", f"the checkpoint has no '{base}'")


def _without_prefixes(weights: Mapping[str, Any], expected: Collection[str]) -> Weights:
    bare = {without_wrappers(name, expected): value for name, value in weights.items()}
    prefix = "module." if _is_distributed(bare, expected) else ""
    return {name.removeprefix(prefix): value for name, value in bare.items()}


def _is_distributed(names: Collection[str], expected: Collection[str]) -> bool:
    """Whether DistributedDataParallel put its prefix before all names; a model may have a 'module' of its own."""
    return bool(names) and all(x.startswith("module.") for x in names) and not any(x in expected for x in names)


def _multiply(
    weights: Weights,
    expected: Collection[str],
    mask: re.Pattern[str],
    places: tuple[str, str],
    filters: Mapping[str, int],
) -> None:
    """Put products where weights and masks were; ``places`` are where a weight is before and after that."""
    for name in [*weights]:
        found = None if name in expected else mask.fullmatch(name)
        if found is None:
            continue
        original, product = (place.format(**found.groupdict()) for place in places)
        held = original if original in weights else product
        if held not in weights or (held == original != product and product in weights):
            continue  # reported later, as names that the model does not know
        shape = _shape_of(weights[name], weights[held], filters.get(product, 0))
        if shape is None and mask is BY_LAYER:
            continue
        _check_mask(name, weights[name], weights[held], shape)
        factor, weight = weights.pop(name), weights.pop(held)
        weights[product] = weight * factor.reshape(shape).to(weight.device, weight.dtype)


def _shape_of(mask: object, weight: object, filters: int) -> list[int] | None:
    """The shape in which a mask is multiplied: the weight's own, or one number a filter; None if it does not fit."""
    if not isinstance(mask, Tensor) or not isinstance(weight, Tensor):
        return None
    given, full = [*mask.shape], [*weight.shape]
    one_each = [size if dim == filters else 1 for dim, size in enumerate(full)]
    fits = given in (one_each, full[filters : filters + 1])
    return full if given == full else one_each if fits else None


def _check_mask(name: str, mask: object, weight: object, shape: list[int] | None) -> None:
    if not isinstance(mask, Tensor) or not isinstance(weight, Tensor):
        _bad_mask(name, "cannot be multiplied in", "it or its weight is not a tensor")
    if shape is None:
        note = f"the mask is {describe(mask)}, the weight is {describe(weight)}"
        _bad_mask(name, "does not have the shape of its weight", note)
    other = mask[(mask != 0) & (mask != 1)]
    if other.numel():
        note = f"{other.numel()} of its {mask.numel()} values are others, such as {other[0].item():g}"
        _bad_mask(name, "is not made of zeros and ones", note)


def _bad_mask(name: str, what: str, note: str) -> NoReturn:
    hint = "save masks as the pruning tool has them, or make them permanent before saving"
    raise UserError("bad-checkpoint", f"mask '{name}' {what}", note=note, hint=hint)


def _unpack_bitmasks(weights: Weights) -> None:
    for name in [*weights]:
        place = name.removesuffix(".bitmask")
        parts = [weights.get(f"{place}.{part}") for part in BITMASK_PARTS]
        tensors = [part for part in parts if isinstance(part, Tensor)]
        if place == name or len(tensors) < len(parts):
            continue
        for part in (*BITMASK_PARTS, "row_offsets"):
            weights.pop(f"{place}.{part}", None)
        dense = place if f".{place}".endswith(".weight") else f"{place}.weight"
        weights[dense] = unpack_bitmask(dense, *tensors)


def unpack_bitmask(name: str, values: Tensor, bitmask: Tensor, shape: Tensor) -> Tensor:
    """A dense weight from the values that were kept and a bit for each place.

    Args:
        name: what to call it in errors.
        values: what was kept, row by row; of any shape.
        bitmask: uint8[rows, ceil(columns / 8)], the first column in the lowest bit.
        shape: the sizes of the weight, of which the last is the columns; of any shape.

    Returns:
        A tensor of these sizes, and of the type of ``values``.

    Raises:
        UserError: the parts do not fit together, or the values have 8 bits.

    Source: ``sparse-bitmask`` and ``sparse-24-bitmask`` in compressed-tensors 0.9.
    """
    if values.element_size() == 1:
        raise quantized(f"weight '{name}' is quantised", f"its values are {describe(values)}")
    sizes = [int(size) for size in shape.flatten()] or [0]
    rows, width = math.prod(sizes[:-1]), math.ceil(sizes[-1] / 8)
    if min(sizes) < 0 or bitmask.dtype != torch.uint8 or bitmask.numel() != rows * width:
        _bad_mask(f"{name}.bitmask", "does not fit its weight", f"it is {describe(bitmask)}, the weight is {sizes}")
    bits = np.unpackbits(bitmask.cpu().numpy().reshape(rows, width), axis=1, count=sizes[-1], bitorder="little")
    kept = torch.from_numpy(bits.reshape(sizes)).bool()
    if int(kept.sum()) != values.numel():
        note = f"it marks {count(int(kept.sum()), 'place')}, and its values are {values.numel()}"
        _bad_mask(f"{name}.bitmask", "does not fit its values", note)
    return torch.zeros(sizes, dtype=values.dtype).masked_scatter(kept, values)


# -------------------------------------------------------------------- what does not fit


def check_names(model: str, missing: Iterable[str], unexpected: Iterable[str] = ()) -> None:
    """Refuse a checkpoint that leaves weights of a model unset, or holds some that the model does not know.

    Raises:
        UserError: there are such names; a few are listed.
    """
    found = {"missing": sorted(missing), "unexpected": sorted(unexpected)}
    if any(found.values()):
        raise UserError(
            "bad-checkpoint",
            f"the checkpoint does not fit '{model}'",
            note="; ".join(f"{what}: {some(names)}" for what, names in found.items() if names),
            hint="build the model as it was when the checkpoint was saved",
        )


def of_another_shape(wanted: Iterable[int], given: Iterable[int]) -> tuple[str, str]:
    """What is wrong with a weight, and the two shapes."""
    return "has another shape than the model's", f"the model's is {[*wanted]}, the checkpoint's is {[*given]}"


def bad_weight(name: str, what: str, note: str) -> NoReturn:
    """Refuse a weight that cannot be loaded."""
    hint = "build the model with the sizes that it had when the checkpoint was saved"
    raise UserError("bad-checkpoint", f"weight '{name}' {what}", note=note, hint=hint)


def quantized(message: str, note: str) -> UserError:
    """The error for weights that are not floating-point numbers."""
    return UserError("quantized-model", message, note=note, hint=SUPPORTED)
