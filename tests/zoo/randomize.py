"""Random weights at a sane scale: nothing explodes or vanishes, nothing is the identity, nothing is zero."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import torch
from torch import Tensor, nn

CONVOLUTIONS = (nn.Conv1d, nn.Conv2d, nn.Conv3d)
TRANSPOSED = (nn.ConvTranspose1d, nn.ConvTranspose2d, nn.ConvTranspose3d)
WEIGHTED = (*CONVOLUTIONS, *TRANSPOSED, nn.Linear)
NORMS = (nn.modules.batchnorm._BatchNorm, nn.GroupNorm, nn.LayerNorm, nn.modules.instancenorm._InstanceNorm)


@torch.no_grad()
def randomize(model: nn.Module, seed: int = 0) -> nn.Module:
    """Give every parameter and running statistic of the model a random value, in place, and put it in eval mode.

    Batch-norm variances lie in [0.5, 2], shifts and biases have both signs and are never near zero.
    """
    random = torch.Generator().manual_seed(seed)
    done: set[int] = set()
    for module in model.modules():
        for name, parameter in module.named_parameters(recurse=False):
            if id(parameter) not in done:
                done.add(id(parameter))
                parameter.copy_(_draw(module, name, parameter, random))
        for name, buffer in module.named_buffers(recurse=False):
            if name == "running_mean":
                buffer.copy_(_signed(buffer, 0.1, 0.5, random))
            elif name == "running_var":
                buffer.copy_(_uniform(buffer, 0.5, 2.0, random))
    return model.eval()


@torch.no_grad()
def calibrate(model: nn.Module, args: tuple[Any, ...], kwargs: dict[str, Any]) -> nn.Module:
    """Fit each weighted layer and batch norm, in place, to what it first sees when the inputs run through.

    Weighted layers get outputs of standard deviation one, and biases and running means come to lie near the mean of
    what they shift. Without it the inputs' influence fades with depth until the network answers a constant. Zeros
    stay zeros, and filters that are all zero keep their biases.
    """
    with _fitting(model):
        model(*args, **kwargs)
    return model


def _draw(module: nn.Module, name: str, value: Tensor, random: torch.Generator) -> Tensor:
    if isinstance(module, NORMS):
        low, high = (0.5, 1.5) if name == "weight" else (0.1, 0.5)
        return _signed(value, low, high, random)
    if isinstance(module, nn.PReLU):
        return _uniform(value, 0.1, 0.4, random)
    if isinstance(module, WEIGHTED) and name in ("weight", "original"):
        return _normal(value, (2.0 / _fan_in(module, value)) ** 0.5, random)
    if name.startswith(("weight_ih", "weight_hh")):  # recurrent layers: keep the loop contracting
        return _normal(value, 0.7 / value.shape[-1] ** 0.5, random)
    if value.dim() >= 2 and value[0].numel() > 1 and "scale" not in name:
        return _normal(value, (2.0 / value[0].numel()) ** 0.5, random)
    if "scale" in name or "gamma" in name or name == "lambda":  # layer scale and its many names
        return _signed(value, 0.5, 1.5, random)
    return _signed(value, 0.1, 0.5, random)


def _fan_in(module: nn.Module, weight: Tensor) -> int:
    if not isinstance(module, TRANSPOSED):
        return weight[0].numel()
    per_position = weight.shape[0] // module.groups * weight[0, 0].numel()
    return max(1, per_position // int(torch.tensor(module.stride).prod()))


@contextmanager
def _fitting(model: nn.Module) -> Iterator[None]:
    """Hooks that do the work of ``calibrate``."""
    fitted: set[int] = set()

    def fit_layer(module: nn.Module, inputs: tuple[Any, ...], output: Tensor) -> Tensor | None:
        weight = module._parameters.get("weight")
        if weight is None or id(weight) in fitted:
            return None
        fitted.add(id(weight))
        deviation, mean = _spread(output, isinstance(module, nn.Linear))
        if deviation <= 1e-6 * output.abs().max():
            return None
        weight.div_(deviation)
        if module.bias is not None:
            drawn = module.bias.clone()
            module.bias.sub_(mean).div_(deviation).add_(drawn)
        return module.forward(*inputs)  # type: ignore[no-any-return]

    def fit_norm(module: nn.Module, inputs: tuple[Any, ...]) -> None:
        if module.running_mean is not None and id(module) not in fitted:
            fitted.add(id(module))
            module.running_mean.add_(_spread(inputs[0], False)[1])

    hooks = [m.register_forward_hook(fit_layer) for m in model.modules() if isinstance(m, WEIGHTED)]
    norms = (m for m in model.modules() if isinstance(m, nn.modules.batchnorm._BatchNorm))
    hooks += [m.register_forward_pre_hook(fit_norm) for m in norms]
    try:
        yield
    finally:
        for hook in hooks:
            hook.remove()


def _spread(value: Tensor, channels_last: bool) -> tuple[Tensor, Tensor]:
    """The standard deviation over batch and positions (one for all channels), and the mean of each channel."""
    rows = value if channels_last else value.movedim(1, -1)
    rows = rows.reshape(-1, rows.shape[-1])
    return rows.var(dim=0, unbiased=False).mean().sqrt(), rows.mean(dim=0)


def _normal(like: Tensor, deviation: float, random: torch.Generator) -> Tensor:
    return torch.randn(like.shape, generator=random) * deviation


def _uniform(like: Tensor, low: float, high: float, random: torch.Generator) -> Tensor:
    return low + (high - low) * torch.rand(like.shape, generator=random)


def _signed(like: Tensor, low: float, high: float, random: torch.Generator) -> Tensor:
    signs = torch.randint(0, 2, like.shape, generator=random) * 2.0 - 1.0
    return signs * _uniform(like, low, high, random)
