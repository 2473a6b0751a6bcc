"""One model to test with: how to build it, what to feed it, what to know about it."""

from __future__ import annotations

import copy
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn

from .masks import MASKS, Via
from .randomize import calibrate, randomize

Inputs = tuple[tuple[Tensor, ...], dict[str, Tensor]]
Shape = tuple[int, ...]


@dataclass(frozen=True)
class Case:
    """A model factory with input shapes (without the batch dimension, which is always dimension 0)."""

    make: Callable[[], nn.Module]
    shapes: tuple[Shape, ...]
    keywords: tuple[tuple[str, Shape], ...] = ()
    plant: Callable[[nn.Module], object] | None = None
    """Zeros that belong to the case itself, written after the weights are random and before any mask."""
    keep: frozenset[str] = frozenset()
    """Layers no mask may touch."""
    incomplete: str = ""
    """Why channels that look removable may stay ('' : none may)."""
    onnx: str = ""
    """Why the case cannot go to ONNX ('' : it can)."""
    refused: str = ""
    """The code of the error with which compiling it ends ('' : it compiles)."""
    slow: bool = False
    seed: int = 0

    def inputs(self, batch: int = 2, seed: int = 0, dtype: torch.dtype = torch.float32) -> Inputs:
        """Random inputs as (args, kwargs)."""
        random = torch.Generator().manual_seed(1000 + seed)
        args = tuple(_noise((batch, *shape), random).to(dtype) for shape in self.shapes)
        named = {key: _noise((batch, *shape), random).to(dtype) for key, shape in self.keywords}
        return args, named

    def build(self, dtype: torch.dtype = torch.float32) -> nn.Module:
        """The model with random weights and its own zeros, in eval mode."""
        return self.masked("none", dtype=dtype)

    def masked(
        self, mask: str, share: float = 0.3, dtype: torch.dtype = torch.float32, via: Via = "zeros"
    ) -> nn.Module:
        """The model with zeros planted: ``mask`` is 'none', 'outputs', 'inputs' or 'both'."""
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(self.seed)
            model = self.make()
        randomize(model, self.seed)
        if self.plant is not None:
            with torch.no_grad():
                self.plant(model)
        if via != "zeros":  # masks that are modules come last: calibration writes weights
            calibrate(model, *self.inputs(batch=16))
        if mask != "none":
            MASKS[mask](model, share, seed=self.seed, via=via, keep=self.keep)
        if via == "zeros":
            calibrate(model, *self.inputs(batch=16))
        return model.to(dtype)


def run(model: nn.Module, inputs: Inputs) -> Any:
    """What the model answers, with no gradients, on copies of the inputs."""
    args, kwargs = copy.deepcopy(inputs)
    with torch.no_grad():
        return model(*args, **kwargs)


def _noise(shape: Shape, random: torch.Generator) -> Tensor:
    """Noise of variance one, half of it shared by all positions of a channel: it survives global pooling."""
    shared = torch.randn((*shape[:2], *[1] * (len(shape) - 2)), generator=random)
    return (torch.randn(shape, generator=random) + shared) * 0.5**0.5


def images(make: Callable[[], nn.Module], *shapes: Shape, **options: Any) -> Case:
    """A case whose inputs are all positional."""
    return Case(make, shapes, **options)
