"""Random small graphs for property tests: a list of steps, drawn by hypothesis, that a module builds and replays."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import torch
from hypothesis import strategies as st
from torch import Tensor, nn
from torch.nn import functional as F

from .case import Case

ACTIVATIONS = (F.relu, F.relu6, torch.tanh, torch.sigmoid, F.hardswish)
KINDS = (
    "conv", "conv", "pointwise", "depthwise", "grouped", "bn", "act", "act", "add", "add", "mul", "gate", "cat", "cat",
    "split", "pool", "upsample", "shuffle", "scale",
)  # fmt: skip


@dataclass(frozen=True)
class Step:
    """One operation: which earlier values it takes (counted from the latest, modulo their number) and its choices."""

    kind: str
    first: int
    second: int
    size: int
    choice: int


@dataclass(frozen=True)
class Net:
    """A random graph: its steps, the input's channels and sides, how many values are outputs."""

    steps: tuple[Step, ...]
    channels: int
    side: int
    outputs: int
    linear: bool
    weights: int
    mask: str
    share: float

    def case(self) -> Case:
        """The graph as a case with one image input."""
        return Case(lambda: RandomNet(self), ((self.channels, self.side, self.side),), seed=self.weights)


def nets() -> st.SearchStrategy[Net]:
    """Graphs of two to ten steps with a mask."""
    small = st.integers(0, 5)
    step = st.builds(Step, st.sampled_from(KINDS), small, small, st.integers(1, 4), small)
    return st.builds(
        Net,
        steps=st.lists(step, min_size=2, max_size=10).map(tuple),
        channels=st.integers(1, 4),
        side=st.sampled_from((5, 6, 8)),
        outputs=st.integers(1, 2),
        linear=st.booleans(),
        weights=st.integers(0, 1000),
        mask=st.sampled_from(("none", "outputs", "inputs", "both")),
        share=st.sampled_from((0.2, 0.5, 0.8)),
    )


class RandomNet(nn.Module):
    """Builds the layers of a random graph while its shapes are worked out, then replays the same steps."""

    def __init__(self, net: Net) -> None:
        super().__init__()
        self.net = net
        self.layers = nn.ModuleDict({"stem": nn.Conv2d(net.channels, 8, 3, padding=1)})
        self._building = True
        with torch.no_grad():
            value = self._body(torch.zeros(2, net.channels, net.side, net.side))[-1]
        self.layers["head"] = nn.Linear(value.shape[1], 3) if net.linear else nn.Conv2d(value.shape[1], 3, 1)
        self._building = False

    def forward(self, x: Tensor) -> tuple[Tensor, ...]:
        values = self._body(x)
        last = values[-1].mean(dim=(2, 3)) if self.net.linear else values[-1]
        return (self.layers["head"](last), *values[-self.net.outputs : -1])

    def _body(self, x: Tensor) -> list[Tensor]:
        values = [self._layer("stem", x)]
        for index, step in enumerate(self.net.steps):
            a = values[-1 - step.first % len(values)]
            b = values[-1 - step.second % len(values)]
            values.append(self._step(f"{index}_{step.kind}", step, a, b))
        return values

    def _layer(self, name: str, x: Tensor, make: type[nn.Module] | None = None, *args: int, **options: int) -> Tensor:
        if self._building and make is not None:
            self.layers[name] = make(*args, **options)
        return self.layers[name](x)  # type: ignore[no-any-return]

    def _step(self, name: str, step: Step, a: Tensor, b: Tensor) -> Tensor:
        if step.kind in ("add", "mul"):
            b = self._matched(name, a, b)
            return a + b if step.kind == "add" else a * b
        if step.kind == "cat":
            return torch.cat([a, _resized(b, a)], 1) if a.shape[1] + b.shape[1] <= 40 else a
        if step.kind in PLAIN:
            return PLAIN[step.kind](step, a)
        return self._with_weights(name, step, a)

    def _with_weights(self, name: str, step: Step, a: Tensor) -> Tensor:
        channels, choice = a.shape[1], step.choice
        match step.kind:
            case "conv":
                odd, stride = choice % 2, 1 + (choice == 5)
                options = {"padding": odd + 1, "stride": stride, "dilation": odd + 1}
                return self._layer(name, a, nn.Conv2d, channels, 4 * step.size, 3, **options)
            case "pointwise":
                return self._layer(name, a, nn.Conv2d, channels, 3 * step.size, 1)
            case "depthwise":
                outputs = channels * (1 + choice % 2)
                return self._layer(name, a, nn.Conv2d, channels, outputs, 3, padding=1, groups=channels)
            case "grouped":
                groups = 2 if channels % 2 == 0 else 1
                padding = choice % 3 if min(a.shape[2:]) >= 5 else 1
                return self._layer(name, a, nn.Conv2d, channels, 4 * step.size, 3, padding=padding, groups=groups)
            case "bn":
                return self._layer(name, a, nn.BatchNorm2d, channels)
        pooled = a.mean(dim=(2, 3), keepdim=True)
        return a * F.hardsigmoid(self._layer(name, pooled, nn.Conv2d, channels, channels, 1))

    def _matched(self, name: str, a: Tensor, b: Tensor) -> Tensor:
        """``b`` with the shape of ``a``: a projection where the channels differ, resized where the sides do."""
        if b.shape[1] != a.shape[1]:
            b = self._layer(name, b, nn.Conv2d, b.shape[1], a.shape[1], 1)
        return _resized(b, a)


def _resized(b: Tensor, a: Tensor) -> Tensor:
    return b if b.shape[2:] == a.shape[2:] else F.interpolate(b, size=(a.shape[2], a.shape[3]))


def _activation(step: Step, a: Tensor) -> Tensor:
    return ACTIVATIONS[step.choice % len(ACTIVATIONS)](a)


def _split(step: Step, a: Tensor) -> Tensor:
    channels = a.shape[1]
    if channels == 1:
        return a
    at = min(channels - 1, step.size)
    first, second = torch.split(a, [at, channels - at], 1)
    return torch.cat([second, first], 1) if step.choice % 2 else second


def _pool(step: Step, a: Tensor) -> Tensor:
    pool = F.max_pool2d if step.choice % 2 else F.avg_pool2d
    return pool(a, 3, stride=1 + step.choice // 3, padding=1)


def _upsample(step: Step, a: Tensor) -> Tensor:
    return F.interpolate(a, scale_factor=2.0) if a.shape[-1] <= 8 else a


def _shuffle(step: Step, a: Tensor) -> Tensor:
    return F.channel_shuffle(a, 2) if a.shape[1] % 2 == 0 else a.flip(1)


def _scale(step: Step, a: Tensor) -> Tensor:
    return a * 0.5 + 1.0


PLAIN: dict[str, Callable[[Step, Tensor], Tensor]] = {
    "act": _activation,
    "split": _split,
    "pool": _pool,
    "upsample": _upsample,
    "shuffle": _shuffle,
    "scale": _scale,
}
