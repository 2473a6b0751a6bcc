"""Layers that a model computes with bytes: a weight held as integers, times a value that is rounded to integers.

The sum of products of such integers is exact, so that a kernel for bytes gives the very sums of the model, whichever of
the zeros among them it leaves out. What a layer reads is looked at up to where it is rounded, as reshaping, padding
with zeros and pooling hand integers on.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import torch
from torch import Tensor, fx

from .arguments import argument, operand_of
from .integers import MOVING, integers_of
from .quantization import Affine, source_of_steps
from .views import Layer

BYTES = (torch.int8, torch.uint8)
PADDING = (torch.ops.aten.constant_pad_nd, torch.ops.aten.pad)


@dataclass(frozen=True)
class Steps:
    """How a value is rounded to bytes.

    Attributes:
        step: of all of it, a float32; 0: worked out of the value at each call.
        zero_point: the byte that stands for 0, from 0 to 255: of signed ones, 128 more than they say.
        least_step: what a step is at least, where it is worked out; 0 elsewhere.
        dtype: of the bytes.
    """

    step: float
    zero_point: int
    least_step: float
    dtype: torch.dtype

    @property
    def words(self) -> str:
        """``uint8``, ``dynamic int8``."""
        return "dynamic " * (not self.step) + str(self.dtype).removeprefix("torch.")


@dataclass(frozen=True)
class ByteLayer:
    """What is known of one.

    Attributes:
        weight: [rows, columns] int8, the integers less the one that stands for 0; as ``Site.weight`` lies.
        scales: [rows] float32, what one step of a row stands for.
        steps: of what it reads.
        rounds_result: whether its result becomes integers at once.
        source: what a kernel reads that rounds by itself: the value before it is rounded where steps are worked out of
            it, and the numbers that its integers stand for elsewhere.
    """

    weight: Tensor = field(repr=False)
    scales: Tensor = field(repr=False)
    steps: Steps
    rounds_result: bool = False
    source: fx.Node | None = field(default=None, repr=False, compare=False)

    @property
    def words(self) -> str:
        """What the time of the dense layer depends on: ``uint8 to integers``."""
        kinds = "one scale" if bool((self.scales == self.scales[:1]).all()) else "scales"
        return f"{self.steps.words} {kinds}{' to integers' * self.rounds_result}"

    @classmethod
    def of(cls, layer: Layer) -> ByteLayer | str:
        """A layer whose weight is held as integers; why kernels for bytes cannot compute it, otherwise."""
        found = _rounding_of(layer.input)
        if found is None:
            return "what it reads is not rounded to bytes by one scale"
        held = integers_of(layer.weight, layer.program)
        if held is None or held.held.axis not in (None, 0):
            return "its weight is no integers with a scale for each output"
        zero = held.held.zero.reshape(-1, *[1] * (held.values.ndim - 1))
        values = held.values.to(torch.int64) - zero
        if values.numel() and not (int(values.min()) >= -128 and int(values.max()) <= 127):
            return "its weight is no signed bytes around the integer that stands for 0"
        weight = values.to(torch.int8)
        rows = weight.flatten(1) if layer.window is None else layer.window.matrix(weight)
        scales = held.held.scale.float().reshape(-1).expand(rows.shape[0])
        return cls(rows, scales.contiguous(), found[0], _is_rounded(layer.node), found[1])


def _rounding_of(read: fx.Node) -> tuple[Steps, fx.Node] | None:
    """How what a layer reads was rounded, and what its kernel is to read."""
    node = read
    while _hands_on(node):
        node = operand_of(node)
    numbers = Affine.of(node)
    if numbers is None or numbers.rounds or numbers.axis is not None or numbers.dtype not in BYTES:
        return None
    signed = 128 * (numbers.dtype is torch.int8)
    if isinstance(numbers.scale, float):
        # Numbers that integers stand for are those integers again, whatever range they were held to.
        zero = 0 if numbers.zero is None else numbers.zero
        return (Steps(numbers.scale, int(zero) + signed, 0.0, numbers.dtype), read) if isinstance(zero, int) else None
    rounded = Affine.of(numbers.input)
    if node is not read or rounded is None or not numbers.undoes(rounded):
        return None
    source = source_of_steps(rounded)
    if source is None:
        return None
    return Steps(0.0, 128, float(argument(source, "eps")), numbers.dtype), rounded.input


def _hands_on(node: fx.Node) -> bool:
    """Whether a node gives integers of what it reads, and no others but the one that stands for 0."""
    packet = getattr(node.target, "overloadpacket", None)
    padded = packet in PADDING and argument(node, "value") not in (None, 0)
    return packet in MOVING and len(node.all_input_nodes) == 1 and not padded


def _is_rounded(node: fx.Node) -> bool:
    """Whether nothing reads a value, or what little follows it, but what rounds it."""
    for _ in range(3):  # a bias or a residual, and an activation
        users = [*node.users]
        if users and all((affine := Affine.of(user)) is not None and affine.rounds for user in users):
            return True
        if len(users) != 1:
            return False
        node = users[0]
    return False
