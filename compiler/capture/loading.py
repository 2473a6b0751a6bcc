"""Loading weights into a model: all of them, once it is known that every one fits, or none.

What a checkpoint stores becomes dense weights in ``checkpoint``; here it meets the model.
"""

from __future__ import annotations

import os
from collections.abc import Collection, Mapping
from typing import Any, TypeVar

import torch
from torch import Tensor, nn
from torch.nn.modules.conv import _ConvTransposeNd

from ..errors import UserError
from .checkpoint import QUANTIZED, bad_weight, check_names, dense_weights, of_another_shape, quantized
from .checks import not_a_model
from .plain_tensors import describe, is_sparse, plain, refuse, sort_of
from .stored_names import flattened, located
from .weight_files import Weights, first_line, read_document, some, state_dict_in

Checkpoint = Mapping[str, Any] | str | os.PathLike[str]
M = TypeVar("M", bound=nn.Module)


def load_weights(model: M, weights: Checkpoint, masks: Checkpoint | None = None) -> M:
    """Load a pruned checkpoint into a model without masks.

    Understood are ``X_orig`` with ``X_mask`` (``torch.nn.utils.prune``), ``X`` with ``X_mask``, ``X.weight`` with
    ``X.mask``, ``parametrizations.X.original`` with ``parametrizations.X.0.mask`` (sparsifiers of ``torch.ao``), the
    bitmask formats of compressed-tensors, sparse tensors and NumPy arrays. A mask has the shape of its weight, or one
    number a filter: [outputs] or [outputs, 1, 1, 1].

    Nested dicts, prefixes (``model.``, ``module.``, ``net.``, ...), wrappers of ``torch.compile`` and FSDP, and what
    lies beside the weights (an optimizer, an average) are no obstacle: the part that the model's own names fit is
    loaded. What the model itself calls by a name of the above is loaded as it is.

    Args:
        model: what to load into; it stays as it is if anything is wrong.
        weights: a state dict, or the path of a .safetensors, .npz, .pt, .pth or .bin file, or of a folder with such
            files.
        masks: masks of zeros and ones that were saved apart, by the names of the weights (with ``_mask`` or without)
            or of their layers.

    Returns:
        The model.

    Raises:
        UserError: a file cannot be read, a mask does not fit its weight or is no mask, names or shapes are not those
            of the model, or the weights are quantised.
    """
    if not isinstance(model, nn.Module):
        raise not_a_model(model, "an nn.Module to load into")
    expected = model.state_dict(keep_vars=True)
    document = _document(weights)
    apart: Weights = {}
    layers = {name.removesuffix(".weight") for name in expected}
    for part in [*_masks_beside(document, expected), *([] if masks is None else [_document(masks)])]:
        apart |= _contents(part, "the masks", expected.keys() | layers)
    what = f"'{weights}'" if document is not weights else "the checkpoint"
    dense = dense_weights(_contents(document, what, expected), expected, apart, _filters(model))
    for name in dense.keys() - expected.keys():
        if name.rpartition(".")[2] in QUANTIZED:
            raise quantized("the checkpoint holds quantised weights", f"'{name}' belongs to one")
    check_names(type(model).__name__, _missing(expected, dense), dense.keys() - expected.keys())
    held = {name: value for name, value in expected.items() if isinstance(value, Tensor) and not _is_lazy(value)}
    ready = {name: _fitting(name, value, held[name]) if name in held else value for name, value in dense.items()}
    for names in _sharing_memory({name: held[name] for name in ready if name in held}):
        _check_shared(names, ready, held)
    _load(model, ready, held)
    return model


def _document(source: Checkpoint) -> Any:
    return read_document(source) if isinstance(source, (str, os.PathLike)) else source


def _masks_beside(document: object, expected: Collection[str]) -> list[Any]:
    """Masks that lie beside the weights, unless the model calls something of its own that."""
    if not isinstance(document, Mapping):
        return []
    own = {name.partition(".")[0] for name in expected}
    return [document[key] for key in ("masks", "mask") if key not in own and isinstance(document.get(key), Mapping)]


def _contents(document: Any, what: str, expected: Collection[str]) -> Weights:
    """The tensors of a checkpoint that belong to a model, none of them sparse."""
    held = located(flattened(document), expected, what) if isinstance(document, Mapping) else None
    if held is None:
        held = flattened(state_dict_in(document, what))
    return {
        name: plain(x, f"weight '{name}'") if isinstance(x, Tensor) and is_sparse(x) else x for name, x in held.items()
    }


def _filters(model: nn.Module) -> dict[str, int]:
    """Weights whose filters do not lie along dimension 0."""
    parts = model.named_modules()
    return {f"{name}.weight".lstrip("."): 1 for name, part in parts if isinstance(part, _ConvTransposeNd)}


# -------------------------------------------------------------------- what does not fit


def _missing(expected: Mapping[str, Any], weights: Mapping[str, Any]) -> list[str]:
    """What nothing is loaded into; of weights that are one and the same, one is enough."""
    loaded = {id(value) for name, value in expected.items() if name in weights}
    missing = (name for name, value in expected.items() if name not in weights and id(value) not in loaded)
    return [name for name in missing if not name.endswith("num_batches_tracked")]


def _fitting(name: str, value: object, wanted: Tensor) -> Tensor:
    """What to load into a weight: the value, as a plain tensor, once it is known to fit."""
    if not isinstance(value, Tensor):
        bad_weight(name, "is not a tensor", f"it is of type '{type(value).__name__}'")
    numbers = value.is_floating_point() or value.is_complex() or value.dtype == torch.bool
    integers = wanted.is_floating_point() and not numbers
    if value.is_quantized or integers or (value.is_floating_point() and value.element_size() == 1):
        raise quantized(f"weight '{name}' is quantised", f"the checkpoint's is {describe(value)}")
    value = plain(value, f"weight '{name}' of the checkpoint")
    if value.shape != wanted.shape:
        bad_weight(name, *of_another_shape(wanted.shape, value.shape))
    refuse(wanted, f"weight '{name}' of the model")
    if is_sparse(wanted) or torch._debug_has_internal_overlap(wanted) == 1:
        kind = sort_of(wanted) if is_sparse(wanted) else f"expanded, with strides {[*wanted.stride()]}"
        bad_weight(name, "cannot be written into", f"the model's is {kind}")
    if not _can_hold(wanted.dtype, value):
        note = f"the model's is {describe(wanted)}, the checkpoint's is {describe(value)}"
        bad_weight(name, "holds numbers that the model's cannot", note)
    return value


def _can_hold(dtype: torch.dtype, value: Tensor) -> bool:
    """Whether a type has room for numbers: only digits of fractions may get lost."""
    if dtype == value.dtype or dtype.is_complex:
        return True
    if value.is_complex():
        return False
    if dtype.is_floating_point:
        return not bool((value.abs() > torch.finfo(dtype).max).logical_and(value.isfinite()).any())
    return torch.equal(value.to(dtype).to(value.dtype), value)


def _is_lazy(value: Tensor) -> bool:
    return bool(nn.parameter.is_lazy(value))


def _sharing_memory(held: Mapping[str, Tensor]) -> list[list[str]]:
    groups: dict[tuple[torch.device, int], list[str]] = {}
    for name, value in held.items():
        if value.numel():
            groups.setdefault(_storage(value), []).append(name)
    return [names for names in groups.values() if len(names) > 1]


def _check_shared(names: list[str], ready: Weights, held: Mapping[str, Tensor]) -> None:
    """Refuse different values for weights that lie at one place in memory."""
    copy = held[names[0]].untyped_storage().clone()
    trial = {n: torch.empty(0, dtype=held[n].dtype, device=held[n].device) for n in names}
    for name, empty in trial.items():
        trial[name] = empty.set_(copy, held[name].storage_offset(), held[name].shape, held[name].stride())
        trial[name].copy_(ready[name])
    for name, found in trial.items():
        wanted = ready[name].to(found.device, found.dtype)
        if not torch.equal(found.isnan() | (found == wanted), torch.ones_like(found, dtype=torch.bool)):
            others = some(other for other in names if other != name)
            bad_weight(
                name, "shares memory with others, for which the checkpoint has other values", f"it is also {others}"
            )


# -------------------------------------------------------------------- into the model


def _load(model: nn.Module, ready: Weights, held: Mapping[str, Tensor]) -> None:
    """``load_state_dict``, undone if a module's own way of loading fails."""
    places = {_storage(value) for value in held.values()}
    ready = {n: x.clone() if isinstance(x, Tensor) and _storage(x) in places else x for n, x in ready.items()}
    inference = any(value.is_inference() for value in held.values())
    backup = {name: value.detach().clone() for name, value in held.items()} if _loads_itself(model) else {}
    with torch.inference_mode(inference):
        try:
            model.load_state_dict(ready, strict=False)
        except Exception as error:
            with torch.no_grad():
                for name, value in backup.items():
                    held[name].copy_(value)
            raise UserError(
                "bad-checkpoint",
                f"'{type(model).__name__}' cannot load the checkpoint",
                note=f"{type(error).__name__}: {first_line(error)}",
                hint="its names, shapes and types fit: the model has code of its own for loading, which failed",
            ) from error


def _loads_itself(model: nn.Module) -> bool:
    """Whether a module has code of its own for loading, which may fail."""
    return any(
        type(part)._load_from_state_dict is not nn.Module._load_from_state_dict
        or type(part).set_extra_state is not nn.Module.set_extra_state
        or part._load_state_dict_pre_hooks
        or part._load_state_dict_post_hooks
        for part in model.modules()
    )


def _storage(value: Tensor) -> tuple[torch.device, int]:
    return value.device, value.untyped_storage().data_ptr()
