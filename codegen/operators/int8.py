"""Arithmetic of layers in 8 bits: how numbers are rounded, and what a product of rounded ones is."""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor

from .blocks import unpacked

LARGEST, ZERO_POINT, FOUR = 127, 128, 4


def integers(values: Tensor, indices: Tensor, starts: Tensor, shape: tuple[int, int]) -> Tensor:
    """The rounded weight [rows, columns] in steps, as int8."""
    return unpacked(values.transpose(1, 2), indices, starts, shape)


def columns_of_windows(weight: Tensor, taps: int) -> Tensor:
    """A weight [rows, channels x taps] in the order of blocks: four channels at a tap, [rows, groups x taps x 4]."""
    rows, columns = weight.shape
    channels = columns // taps
    whole = F.pad(weight.reshape(rows, channels, taps), (0, 0, 0, -channels % FOUR))
    return whole.reshape(rows, -1, FOUR, taps).transpose(2, 3).reshape(rows, -1)


def integers_of_windows(weight: Tensor, channels: int, taps: int) -> Tensor:
    """The other way round: [rows, channels x taps]."""
    rows = weight.shape[0]
    whole = weight.reshape(rows, -(-channels // FOUR), taps, FOUR).transpose(2, 3)
    return whole.reshape(rows, -1, taps)[:, :channels].reshape(rows, channels * taps)


def check_steps(step: float, zero_point: int, least_step: float) -> None:
    """Raises a ValueError for a zero point that is no unsigned byte, and for steps that are both given and found."""
    if not 0 <= zero_point <= 255:
        raise ValueError(f"a zero point of {zero_point}, which is no unsigned byte")
    if step and least_step:
        raise ValueError("a step that is given has no least size")


def whole_steps(x: Tensor, least_step: float) -> tuple[Tensor, Tensor]:
    """One step and one zero point for all of x, such that its least and its largest number, and 0, just fit in.

    That is what ONNX's ``DynamicQuantizeLinear`` and PyTorch's ``choose_qparams`` find: the step is a 255th of the
    span, and the zero point the nearest integer to the least number's distance from 0, in float32 as x is.

    Args:
        x: activations; the step is NaN where one is not finite.
        least_step: what a step is at least.

    Returns:
        (step, zero_point): numbers of x's dtype.
    """
    none = x.new_zeros(())
    least, most = (torch.minimum(x.min(), none), torch.maximum(x.max(), none)) if x.numel() else (none, none)
    span = most - least
    step = torch.clamp(span / 255, min=least_step) + span * 0
    return step, torch.clamp(torch.round(-least / step), 0, 255).nan_to_num()


def quantise(x: Tensor, step: float, zero_point: int, least_step: float = 0.0) -> tuple[Tensor, Tensor]:
    """Each row of x [tokens, columns] in steps around 0, and the size of a step [tokens].

    Args:
        x: activations.
        step: of all of them; 0 for one of each row's own, of which its largest absolute value is 127, and which is NaN
            where one is not finite.
        zero_point: what the steps may be: from minus this on, 256 of them.
        least_step: not 0 where one step and zero point of all of x are found out, see ``whole_steps``.

    Returns:
        (steps, sizes): integers in x's dtype; sizes of that dtype.
    """
    if least_step:
        size, zero = whole_steps(x, least_step)
        steps = (x / size).round().nan_to_num(nan=-512.0)
        return torch.minimum(torch.maximum(steps, -zero), 255 - zero), size.expand(x.shape[0])
    if step:
        size = torch.tensor(step, dtype=torch.float32, device=x.device).to(x.dtype)
        steps = (x / size).round().nan_to_num(nan=-512.0)
        return steps.clamp(-zero_point, 255 - zero_point), size.expand(x.shape[0])
    most = x.abs().amax(1) if x.shape[1] else x.new_zeros(x.shape[0])
    steps = (x * torch.where(most > 0, LARGEST / most, float(LARGEST))[:, None]).round()
    return steps.nan_to_num(), most / LARGEST + most * 0


def multiplied(
    x: Tensor,
    weight: Tensor,
    scales: Tensor,
    step: float = 0.0,
    zero_point: int = ZERO_POINT,
    least_step: float = 0.0,
) -> Tensor:
    """X [tokens, columns], rounded, times a weight [rows, columns] in steps: sums are exact, scales come last."""
    steps, of_tokens = quantise(x, step, zero_point, least_step)
    sums = steps.double() @ weight.double().T
    return (sums * of_tokens[:, None].double() * scales.double()).to(x.dtype)
