"""Masks that stay while a user tunes: parametrizations of PyTorch's, each a weight times its mask."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn.utils import parametrize, prune

from ...runtime.module import ProgramModule
from ..capture.checks import not_a_model
from ..errors import UserError


class Held(nn.Module):
    """A mask on a weight: the parametrization that ``hold`` registers.

    Args:
        mask: what stays, bool, of the weight's shape.
    """

    mask: Tensor

    def __init__(self, mask: Tensor) -> None:
        super().__init__()
        self.register_buffer("mask", mask)

    def forward(self, weight: Tensor) -> Tensor:
        """The weight, zero elsewhere; gradients there are zero too.

        Args:
            weight: as it is held, whose other numbers may be anything.
        """
        return torch.where(self.mask, weight, torch.zeros((), dtype=weight.dtype, device=weight.device))

    def right_inverse(self, weight: Tensor) -> Tensor:
        """What to hold where a user sets the weight: it itself.

        Args:
            weight: what was set.
        """
        return weight

    def _apply(self, fn: Callable[[Tensor], Tensor], recurse: bool = True) -> Held:
        """As of any module; a mask stays bool, whatever ``model.type(dtype)`` makes of its buffers."""
        super()._apply(fn, recurse)  # type: ignore[no-untyped-call]
        self.mask = self.mask.bool()
        return self

    def _load_from_state_dict(self, state_dict: dict[str, Any], prefix: str, *others: Any) -> None:
        """As of any module; a mask that the file does not have stays as it is, and numbers become bool."""
        mask = state_dict.get(f"{prefix}mask", self.mask)
        own = {**state_dict, f"{prefix}mask": mask.bool() if isinstance(mask, Tensor) else mask}
        super()._load_from_state_dict(own, prefix, *others)


def hold(model: nn.Module, masks: Mapping[str, Tensor]) -> nn.Module:
    """Keep weights zero wherever masks say so, whatever an optimiser does: of the model itself, not of a copy.

    Each weight becomes a parametrization (``torch.nn.utils.parametrize``): its mask is a buffer, so that it moves, is
    copied and saved with the model; a weight that modules share has one mask. Optimisers are made afterwards or before:
    parameters stay the same objects. ``sparsec.finalize`` takes masks off again; ``sparsec.compile`` takes the model
    with them or without.

    Args:
        model: any module.
        masks: what stays, bool, by the parameter's name, as ``Result.masks`` has it; a mask of ones holds nothing.

    Raises:
        UserError: there is no such parameter, or a mask is of another shape or dtype; nothing is changed then.
    """
    if isinstance(model, ProgramModule):
        hold(model.graph_module, masks)
        return model
    parameters = dict(model.named_parameters(remove_duplicate=False))
    held = [place for name, mask in masks.items() for place in _places(model, name, mask, parameters)]
    shared: dict[int, Held] = {}
    for module, own, mask in held:
        if parametrize.is_parametrized(module, own):
            known = _held_by(module, own)
            known.mask = known.mask & mask.to(known.mask.device)
            continue
        weight = getattr(module, own)
        if parametrize.is_parametrized(module):
            _have_own_class(module)
        if id(weight) not in shared:
            shared[id(weight)] = Held(mask.to(weight.device).clone())
        parametrize.register_parametrization(module, own, shared[id(weight)])
    return model


def finalize(model: nn.Module) -> nn.Module:
    """Take masks off a model and leave zeros in their place.

    Masks are those of ``sparsec.pruning.hold`` and of ``torch.nn.utils.prune``. The model itself is changed and
    returned; its parameters stay the same objects, under their plain names.

    Args:
        model: any module; one without masks stays as it is.

    Raises:
        UserError: a weight with a mask has a parametrization of another kind, too.
    """
    if isinstance(model, ProgramModule):
        finalize(model.graph_module)
        return model
    if not isinstance(model, nn.Module):
        raise not_a_model(model)
    found = [(module, name) for module in model.modules() for name in _names(module)]
    mixed = [(module, name) for module, name in found if len(_on(module, name)) > 1]
    if mixed:
        module, name = mixed[0]
        raise UserError(
            "bad-option",
            f"'{name}' of a '{type(module).__name__}' has a parametrization beside its mask",
            hint="take that off first: torch.nn.utils.parametrize.remove_parametrizations",
        )
    for module in {id(module): module for module, _ in found}.values():
        _have_own_class(module)
    for module, name in found:
        parametrize.remove_parametrizations(module, name)
    for module in model.modules():
        for hook in [*module._forward_pre_hooks.values()]:
            if isinstance(hook, prune.BasePruningMethod):
                prune.remove(module, hook._tensor_name)
    return model


def _have_own_class(module: nn.Module) -> None:
    """Give a module with parametrizations a class of its own.

    PyTorch makes one for it, whose properties are the weights; deep copies share it, and what is taken off one of them
    would be gone from all.
    """
    old = type(module)
    held = {name: value for name, value in vars(old).items() if name not in ("__dict__", "__weakref__")}
    module.__class__ = type(old.__name__, old.__bases__, held)


def _places(
    model: nn.Module, name: str, mask: object, parameters: Mapping[str, Tensor]
) -> list[tuple[nn.Module, str, Tensor]]:
    """Every module that has a parameter, what it calls it, and the mask."""
    path, _, own = name.rpartition(".")
    inside = f"{path}{'.' * bool(path)}parametrizations.{own}.original"
    weight = parameters.get(name, parameters.get(inside))
    if weight is None or (name not in parameters and not _is_held(model.get_submodule(path), own)):
        raise UserError(
            "bad-option",
            f"the model has no parameter '{name}' that could be held",
            note=None if weight is None else "it has a parametrization of another kind",
            hint="masks go by the names of model.named_parameters()",
        )
    if not isinstance(mask, Tensor) or mask.dtype is not torch.bool or mask.shape != weight.shape:
        given = f"{mask.dtype} of shape {tuple(mask.shape)}" if isinstance(mask, Tensor) else f"a {type(mask).__name__}"
        raise UserError(
            "bad-option",
            f"the mask of '{name}' is {given}",
            note=f"the parameter is of shape {tuple(weight.shape)}; a mask is bool",
        )
    if bool(mask.all()):
        return []
    tied = [other for other, value in parameters.items() if value is weight]
    return [(*_place(model, other), mask) for other in tied]


def _place(model: nn.Module, name: str) -> tuple[nn.Module, str]:
    """The module that a parameter belongs to, and its plain name there."""
    path, _, own = name.rpartition(".")
    if own == "original" and ".parametrizations." in f".{path}":
        path, _, own = path.rpartition(".")
        path = path.rpartition("parametrizations")[0].removesuffix(".")
    return model.get_submodule(path), own


def _names(module: nn.Module) -> list[str]:
    """The parameters of a module itself that have masks."""
    if not parametrize.is_parametrized(module):
        return []
    return [name for name, _ in module.get_submodule("parametrizations").named_children() if _is_held(module, name)]


def _is_held(module: nn.Module, name: str) -> bool:
    return any(isinstance(one, Held) for one in _on(module, name))


def _held_by(module: nn.Module, name: str) -> Held:
    return next(one for one in _on(module, name) if isinstance(one, Held))


def _on(module: nn.Module, name: str) -> list[nn.Module]:
    """The parametrizations of a parameter."""
    if not parametrize.is_parametrized(module, name):
        return []
    return [*module.get_submodule(f"parametrizations.{name}").children()]
