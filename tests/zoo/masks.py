"""Planting zeros, in place and repeatably: whole filters, whole input columns, or both.

Every function takes ``via``: how the zeros get there.

* ``"zeros"``: written into the weight;
* ``"prune"``: ``torch.nn.utils.prune.custom_from_mask``;
* ``"ln_structured"``: ``torch.nn.utils.prune.ln_structured`` picks the channels itself (by norm);
* ``"parametrization"``: a multiplication by a mask, registered as a parametrization.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from typing import Literal

import torch
from torch import Tensor, nn
from torch.nn.utils import parametrize, prune

from .randomize import TRANSPOSED, WEIGHTED

Via = Literal["zeros", "prune", "ln_structured", "parametrization"]
Side = Literal["outputs", "inputs"]


class Mask(nn.Module):
    """A parametrization that multiplies by a fixed mask."""

    def __init__(self, mask: Tensor) -> None:
        super().__init__()
        self.register_buffer("mask", mask)

    def forward(self, weight: Tensor) -> Tensor:
        return weight * self.mask


def zero_outputs(
    model: nn.Module,
    share: float,
    seed: int = 0,
    via: Via = "zeros",
    keep: Collection[str] = (),
    last: bool = False,
) -> list[str]:
    """Zero a share of the filters of each convolution and linear layer; biases stay. Returns the layers touched.

    The outputs of the last layer are left alone unless ``last``; so are layers named in ``keep``.
    """
    layers = list(_layers(model))
    if not last:
        layers = layers[:-1]
    return _zero(layers, "outputs", share, seed, via, keep)


def zero_inputs(
    model: nn.Module,
    share: float,
    seed: int = 0,
    via: Via = "zeros",
    keep: Collection[str] = (),
) -> list[str]:
    """Zero a share of the input channels of each convolution and linear layer. Returns the layers touched."""
    return _zero(list(_layers(model)), "inputs", share, seed + 1, via, keep)


def zero_both(
    model: nn.Module,
    share: float,
    seed: int = 0,
    via: Via = "zeros",
    keep: Collection[str] = (),
    last: bool = False,
) -> list[str]:
    """Zero a share of the filters and a share of the input channels of each layer. Returns the layers touched."""
    touched = zero_outputs(model, share, seed, via, keep, last)
    return touched + [name for name in zero_inputs(model, share, seed, via, keep) if name not in touched]


MASKS: dict[str, Callable[..., list[str]]] = {"outputs": zero_outputs, "inputs": zero_inputs, "both": zero_both}


def channel_mask(module: nn.Module, side: Side, channels: Tensor) -> Tensor:
    """A mask over the module's weight that is zero exactly at the given output or input channels."""
    weight = module.weight
    mask = torch.ones_like(weight)
    groups = getattr(module, "groups", 1)
    first = (side == "outputs") != isinstance(module, TRANSPOSED)  # which side is dimension 0 of the weight
    if first:
        mask[channels] = 0
        return mask
    rows, columns = weight.shape[0] // groups, weight.shape[1]
    for channel in channels.tolist():
        group, column = divmod(channel, columns)
        mask[group * rows : (group + 1) * rows, column] = 0
    return mask


def channel_count(module: nn.Module, side: Side) -> int:
    """How many output or input channels the layer has."""
    if isinstance(module, nn.Linear):
        return module.out_features if side == "outputs" else module.in_features
    return int(module.out_channels if side == "outputs" else module.in_channels)


def _layers(model: nn.Module) -> Iterator[tuple[str, nn.Module]]:
    """Convolutions and linear layers in registration order, each weight once."""
    seen: set[int] = set()
    for name, module in model.named_modules():
        if not isinstance(module, WEIGHTED):
            continue
        parametrized = parametrize.is_parametrized(module, "weight")
        source = module.parametrizations.weight if parametrized else module._parameters.get("weight")
        if source is None:
            source = module._parameters["weight_orig"]
        if id(source) not in seen:
            seen.add(id(source))
            yield name, module


def _zero(
    layers: list[tuple[str, nn.Module]],
    side: Side,
    share: float,
    seed: int,
    via: Via,
    keep: Collection[str],
) -> list[str]:
    random = torch.Generator().manual_seed(seed)
    touched = []
    for name, module in layers:
        total = channel_count(module, side)
        order = torch.randperm(total, generator=random)  # drawn for kept layers too: masks do not depend on `keep`
        count = max(round(share * total), 1 if share > 0 and total > 2 else 0)
        if name in keep or count == 0:
            continue
        if via == "ln_structured" and not parametrize.is_parametrized(module, "weight"):
            _ln_structured(module, side, share)
        else:
            _apply(module, channel_mask(module, side, order[:count].sort().values), via)
        touched.append(name)
    return touched


def _apply(module: nn.Module, mask: Tensor, via: Via) -> None:
    if via == "parametrization":
        parametrize.register_parametrization(module, "weight", Mask(mask))
    elif parametrize.is_parametrized(module, "weight"):
        _apply_below(module.parametrizations.weight, mask)
    elif via == "prune":
        prune.custom_from_mask(module, "weight", mask)
    else:
        with torch.no_grad():
            module.weight.masked_fill_(mask == 0, 0.0)


@torch.no_grad()
def _apply_below(originals: nn.Module, mask: Tensor) -> None:
    """Write zeros into what a parametrization computes the weight from."""
    if hasattr(originals, "original"):
        originals.original.mul_(mask)
        return
    rows = mask.amax(dim=tuple(range(1, mask.dim())), keepdim=True)  # weight norm: magnitude, then direction
    originals.original0.mul_(rows)
    originals.original1.mul_(torch.where(rows == 0, 1.0, mask))


def _ln_structured(module: nn.Module, side: Side, share: float) -> None:
    """PyTorch's own structured pruning; for grouped layers its input channels are positions within a group."""
    dim = int((side == "outputs") == isinstance(module, TRANSPOSED))
    if round(share * module.weight.shape[dim]) > 0:
        prune.ln_structured(module, "weight", amount=share, n=2, dim=dim)
