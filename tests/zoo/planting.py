"""A family of models to test with: how to build a tiny one, how to export it, where zeros can be planted in it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import torch
from torch import Tensor, nn
from torch.export import Dim

from .randomize import calibrate, randomize

Kind = Literal["neuron", "head", "kv_group", "qk", "vo", "residual", "expert", "branch"]
Feed = tuple[tuple[Any, ...], dict[str, Any]]
Tune = Callable[[nn.Module], None]


@dataclass(frozen=True)
class Site:
    """One axis of a model along which zeros can be planted, in place, so that its positions become removable."""

    kind: Kind
    name: str
    size: int
    plant: Callable[[Sequence[int]], None]
    removable: Callable[[Sequence[int]], dict[str, int]] | None = None
    provable: str = ""
    """Why the zeros do not prove that the positions can go ('' : they do)."""


def no_sites(model: nn.Module) -> list[Site]:
    """No place for zeros is known."""
    return []


@dataclass(frozen=True)
class Family:
    """A tiny model of one architecture."""

    name: str
    source: str
    make: Callable[[], nn.Module]
    inputs: Callable[[int, int], Feed]
    """(batch, length) -> (args, kwargs); the length is the image's side where there are images."""
    length: int = 7
    axes: Mapping[str, Mapping[int, str]] | None = None
    """Input name -> dimension -> 'batch' or 'length', for the dimensions that can be symbolic."""
    sites: Callable[[nn.Module], list[Site]] = no_sites
    static: str = ""
    """Why torch.export needs a fixed length, or image size, although the model takes any ('' : it does not)."""
    fails: str = ""
    """Why torch.export cannot take the model at all ('' : it can)."""
    tune: Tune | None = None
    """What to change in the random weights for outputs of a sane scale."""
    fit: bool = False
    """Whether layers must be fitted to what they see, for the same reason: conv nets explode otherwise."""
    slow: bool = False
    seed: int = 0

    @property
    def dynamic(self) -> bool:
        """Whether the sequence length can be symbolic."""
        return any("length" in dims.values() for dims in (self.axes or {}).values())

    def dynamic_shapes(self) -> dict[str, dict[int, Any]] | None:
        """What torch.export.export takes, or None where shapes are static."""
        if self.axes is None:
            return None
        symbols = {"batch": Dim("batch", min=1, max=64), "length": Dim("length", min=2, max=LONGEST)}
        return {key: {dim: symbols[name] for dim, name in dims.items()} for key, dims in self.axes.items()}

    def feed(self, batch: int = 2, length: int = 0, dtype: torch.dtype = torch.float32) -> Feed:
        """Inputs of the family's own length unless told otherwise, floats cast to the type of the model."""
        args, kwargs = self.inputs(batch, length or self.length)
        return tuple(_cast(value, dtype) for value in args), {key: _cast(value, dtype) for key, value in kwargs.items()}

    def build(self, dtype: torch.dtype = torch.float32) -> nn.Module:
        """The model with random weights, norms and biases included, in eval mode."""
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(self.seed)
            model = self.make()
        randomize(model, self.seed)
        _draw_norms(model, self.seed)
        if self.tune is not None:
            with torch.no_grad():
                self.tune(model)
        if self.fit:
            calibrate(model, *self.feed(batch=8))
        return model.to(dtype)


LONGEST = 32
"""The longest sequence that every family takes."""


def _cast(value: Any, dtype: torch.dtype) -> Any:
    return value.to(dtype) if isinstance(value, Tensor) and value.is_floating_point() else value


@torch.no_grad()
def _draw_norms(model: nn.Module, seed: int) -> None:
    """What ``randomize`` does not recognize: norms that are no nn.LayerNorm, and norms whose weights are buffers."""
    random = torch.Generator().manual_seed(seed + 1)
    for module in model.modules():
        if "norm" not in type(module).__name__.lower():
            continue
        own = [*module.named_parameters(recurse=False), *module.named_buffers(recurse=False)]
        for name, value in own:
            if name in ("weight", "bias") and value.dim() == 1:
                low, high = (0.5, 1.5) if name == "weight" else (0.1, 0.5)
                size = low + (high - low) * torch.rand(value.shape, generator=random)
                value.copy_(size * (torch.randint(0, 2, value.shape, generator=random) * 2 - 1))


Rows = list[list[int]]
"""Position -> the indices that belong to it."""


@dataclass(frozen=True)
class Slot:
    """A dimension of a parameter, or a part of it, that runs along a site's axis."""

    value: Tensor
    dim: int
    rows: Rows

    @torch.no_grad()
    def zero(self, positions: Sequence[int]) -> None:
        indices = [row for position in positions for row in self.rows[position]]
        self.value.index_fill_(self.dim, torch.tensor(indices, dtype=torch.long), 0.0)


def single(size: int) -> Rows:
    """One index for each position."""
    return [[position] for position in range(size)]


def outputs(layer: nn.Module, rows: Rows | None = None) -> list[Slot]:
    """The outputs of a linear layer, convolution, embedding or norm: its weight's and its bias's."""
    weight: Tensor = layer.weight  # type: ignore[assignment]
    dim = int(isinstance(layer, nn.Embedding) or _transposed(layer))
    found = [(weight, dim)] + [(layer.bias, 0)] * isinstance(getattr(layer, "bias", None), Tensor)
    return [Slot(value, at, rows or single(weight.shape[dim])) for value, at in found]  # type: ignore[arg-type]


def inputs(layer: nn.Module, rows: Rows | None = None, size: int = 0) -> list[Slot]:
    """The inputs of a linear layer or convolution; with a size they are that many, repeated side by side."""
    weight: Tensor = layer.weight  # type: ignore[assignment]
    dim = 1 - int(_transposed(layer))
    total = weight.shape[dim]
    return [Slot(weight, dim, rows or [list(range(at, total, size or total)) for at in range(size or total)])]


def table(value: Tensor, dim: int = -1) -> list[Slot]:
    """A dimension of a parameter that is no layer's."""
    return [Slot(value, dim % value.dim(), single(value.shape[dim]))]


def _transposed(layer: nn.Module) -> bool:
    return type(layer).__name__ == "Conv1D"  # GPT-2's linear layer


@dataclass(frozen=True)
class Lanes:
    """Heads × head size: what a projection of an attention writes, or what the output projection reads."""

    parts: tuple[tuple[Tensor, int, Tensor], ...]
    """Parameter, dimension, and its indices as a matrix with a row for each head."""

    @property
    def shape(self) -> tuple[int, int]:
        heads, size = self.parts[0][2].shape
        return heads, size

    def heads(self, groups: Rows | None = None) -> list[Slot]:
        """The slots of each head, or of each group of heads."""
        rows = groups or single(self.shape[0])
        return [Slot(value, dim, [grid[row].flatten().tolist() for row in rows]) for value, dim, grid in self.parts]

    def places(self, groups: Rows) -> list[Slot]:
        """The slots of each group of places within the head, in all heads."""
        return [Slot(value, dim, [grid[:, g].flatten().tolist() for g in groups]) for value, dim, grid in self.parts]


def writing(layer: nn.Module, heads: int, rows: Tensor | None = None) -> Lanes:
    """The heads that a projection, or the given rows of it, writes."""
    slots = outputs(layer)
    indices = torch.arange(len(slots[0].rows)) if rows is None else rows
    return Lanes(tuple((slot.value, slot.dim, indices.reshape(heads, -1)) for slot in slots))


def reading(layer: nn.Module, heads: int) -> Lanes:
    """The heads that an output projection reads."""
    [slot] = inputs(layer)
    return Lanes(((slot.value, slot.dim, torch.arange(len(slot.rows)).reshape(heads, -1)),))


def fused(layer: nn.Module, heads: int, kv_heads: int, by_head: bool = False) -> tuple[Lanes, Lanes, Lanes]:
    """The three parts of a projection: one after the other, or (``by_head``) side by side within each head."""
    total = len(outputs(layer)[0].rows)
    if by_head:
        parts = torch.arange(total).reshape(heads, 3, -1).unbind(1)
    else:
        size = total // (heads + 2 * kv_heads)
        parts = torch.arange(total).split([heads * size, kv_heads * size, kv_heads * size])
    return writing(layer, heads, parts[0]), writing(layer, kv_heads, parts[1]), writing(layer, kv_heads, parts[2])


def halves(size: int, rotated: int) -> Rows:
    """Places of a head that rotate together: half a rotation apart; those beyond the rotation are on their own."""
    return [[at, at + rotated // 2] for at in range(rotated // 2)] + [[at] for at in range(rotated, size)]


class Planter:
    """Collects the sites of one model."""

    def __init__(self, model: nn.Module) -> None:
        self.sites: list[Site] = []
        self._names = {id(value): name for name, value in model.named_parameters()}

    def add(
        self,
        kind: Kind,
        name: str,
        even: list[Slot],
        odd: list[Slot] | None = None,
        dead: Sequence[Slot] = (),
        shared: bool = False,
        provable: str = "",
    ) -> None:
        """A site that zeroes the one slots at even positions, the other ones at odd positions.

        ``dead`` is what goes besides; ``shared`` parameters are in use elsewhere, whence no count of what goes.
        """

        def plant(positions: Sequence[int]) -> None:
            for position in positions:
                for slot in even if odd is None or position % 2 == 0 else odd:
                    slot.zero([position])

        slots = [*even, *(odd or []), *dead]

        def removable(positions: Sequence[int]) -> dict[str, int]:
            masks: dict[str, Tensor] = {}
            for slot in slots:
                mask = masks.setdefault(self._names[id(slot.value)], torch.zeros_like(slot.value, dtype=torch.bool))
                for position in positions:
                    mask.index_fill_(slot.dim, torch.tensor(slot.rows[position]), True)
            return {key: int(mask.sum()) for key, mask in masks.items()}

        size = len(even[0].rows)
        self.sites.append(Site(kind, name, size, plant, None if shared else removable, provable))

    def mlp(self, name: str, up: list[Slot], down: nn.Module, dead: Sequence[Slot] = ()) -> None:
        """Hidden neurons; ``dead`` is what lies between the two layers."""
        self.add("neuron", name, up, inputs(down), dead)

    def attention(
        self, name: str, q: Lanes, k: Lanes, v: Lanes, out: Lanes, turns: Rows | None = None, qk: bool = True
    ) -> None:
        """Heads, groups of heads, and places within the heads; ``turns``: which places of q and k go together."""
        (heads, size), (kv_heads, _) = q.shape, k.shape
        if heads == kv_heads:
            self.add("head", name, out.heads(), v.heads(), q.heads() + k.heads())
        else:
            self.add("head", name, out.heads(), dead=q.heads())
            groups = torch.arange(heads).reshape(kv_heads, -1).tolist()
            self.add("kv_group", name, out.heads(groups), v.heads(), q.heads(groups) + k.heads())
        if qk:
            pairs = turns or single(size)
            self.add("qk", name, q.places(pairs) + k.places(pairs))
        places = single(v.shape[1])
        self.add("vo", name, v.places(places), dead=out.places(places))

    def branches(self, layers: Sequence[nn.Module], name: str = "branches") -> None:
        """Whole residual branches, each by the layer that ends it."""
        ends = [
            [value for value in (layer.weight, getattr(layer, "bias", None)) if value is not None] for layer in layers
        ]

        @torch.no_grad()
        def plant(positions: Sequence[int]) -> None:
            for position in positions:
                for value in ends[position]:
                    value.zero_()  # type: ignore[operator]

        if layers:
            self.sites.append(Site("branch", name, len(layers), plant))
