"""Zeros that leave a transformer something to remove: which parameters belong to a neuron, a head, a channel of the
residual stream, and which of them must be zero for it to be dead.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import torch
from torch import Tensor, nn

Kind = Literal["neuron", "head", "kv_group", "qk", "vo", "residual", "expert", "branch"]


@dataclass(frozen=True)
class Site:
    """One axis of a model along which zeros can be planted, in place, so that its positions become removable."""

    kind: Kind
    name: str
    size: int
    plant: Callable[[Sequence[int]], None]
    masks: Callable[[Sequence[int]], dict[str, Tensor]] | None = None
    """Positions -> which numbers of which parameter a perfect compiler drops, where that is known."""
    provable: str = ""
    """Why the zeros do not prove that the positions can go ('' : they do)."""


def no_sites(model: nn.Module) -> list[Site]:
    """No place for zeros is known."""
    return []


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
    bias: Tensor | None = getattr(layer, "bias", None)
    found = [(weight, dim)] if bias is None else [(weight, dim), (bias, 0)]
    return [Slot(value, at, rows or single(weight.shape[dim])) for value, at in found]


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

        def masks(positions: Sequence[int]) -> dict[str, Tensor]:
            found: dict[str, Tensor] = {}
            for slot in slots:
                mask = found.setdefault(self._names[id(slot.value)], torch.zeros_like(slot.value, dtype=torch.bool))
                for position in positions:
                    mask.index_fill_(slot.dim, torch.tensor(slot.rows[position]), True)
            return found

        size = len(even[0].rows)
        self.sites.append(Site(kind, name, size, plant, None if shared else masks, provable))

    def mlp(self, name: str, up: list[Slot], down: nn.Module, dead: Sequence[Slot] = ()) -> None:
        """Hidden neurons; ``dead`` is what lies between the two layers, and makes constants of zeros."""
        self.add("neuron", name, up, inputs(down), dead)

    def attention(
        self, name: str, q: Lanes, k: Lanes, v: Lanes, out: Lanes, turns: Rows | None = None, places: bool = True
    ) -> None:
        """Heads, groups of heads, and places within the heads; ``turns``: which places of q and k go together.

        Not ``places`` where each place of q meets every place of k, as in attention across channels.
        """
        (heads, size), (kv_heads, _) = q.shape, k.shape
        if heads == kv_heads:
            self.add("head", name, out.heads(), v.heads(), q.heads() + k.heads())
        else:
            self.add("head", name, out.heads(), dead=q.heads())
            groups = torch.arange(heads).reshape(kv_heads, -1).tolist()
            self.add("kv_group", name, out.heads(groups), v.heads(), q.heads(groups) + k.heads())
        if places:
            pairs, others = turns or single(size), single(v.shape[1])
            self.add("qk", name, q.places(pairs) + k.places(pairs))
            self.add("vo", name, v.places(others), dead=out.places(others))

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


@dataclass(frozen=True)
class Attention:
    """Where an attention's projections are, relative to its block."""

    out: str
    q: str = ""
    k: str = ""
    v: str = ""
    fused: str = ""
    """One projection for all three, whose layout ``by_head`` and ``kv_heads`` say."""
    by_head: bool = False
    heads: int = 4
    """0 : as the module has it."""
    kv_heads: int = 0
    rotated: int = 0
    """How many places of each head rotate; -1 : all of them."""
    crossed: bool = False
    """Whether keys and values read another stream."""


def paths(prefix: str, out: str = "o_proj", suffix: str = "_proj", **options: Any) -> Attention:
    """An attention whose projections are called by a letter each."""
    q, k, v = (f"{prefix}{letter}{suffix}" for letter in "qkv")
    return Attention(f"{prefix}{out}", q, k, v, **options)


@dataclass(frozen=True)
class Stream:
    """A residual stream: who writes to it and who reads it. In names of modules # stands for any number."""

    name: str
    blocks: str
    attention: tuple[Attention, ...] = ()
    mlp: tuple[tuple[tuple[str, ...], str], ...] = ()
    between: tuple[str, ...] = ()
    """What lies between the two layers of an MLP."""
    experts: str = ""
    tables: tuple[str, ...] = ()
    """Parameters, of any shape, whose last dimension is added to the stream."""
    rows: tuple[str, ...] = ()
    """The same of their first dimension."""
    writers: tuple[str, ...] = ()
    """Layers and norms, beside those of the blocks, whose outputs go into the stream."""
    readers: tuple[str, ...] = ()
    norms: tuple[str, ...] = ()
    """Norms, of whatever value, that only the readers see."""
    quiet: bool = False
    """Whether readers see channels that are not zero, for a norm shifts them, and must themselves be zero there."""
    shared: bool = False
    """Whether tables belong to another stream too."""


def planned(*streams: Stream) -> Callable[[nn.Module], list[Site]]:
    """The sites of these streams, their blocks' included."""

    def sites(model: nn.Module) -> list[Site]:
        planter = Planter(model)
        for stream in streams:
            _walk(planter, model, stream)
        return planter.sites

    return sites


def find(model: nn.Module, pattern: str) -> list[tuple[str, nn.Module]]:
    """The modules of that name; there is at least one."""
    wanted = re.compile(re.escape(pattern).replace(r"\#", r"\d+"))
    found = [(name, module) for name, module in model.named_modules() if wanted.fullmatch(name)]
    if not found:
        raise LookupError(f"no module is called {pattern}")
    return found


def _walk(planter: Planter, model: nn.Module, stream: Stream) -> None:
    parameters = dict(model.named_parameters(remove_duplicate=False))
    writes: list[Slot] = [slot for name in stream.tables for slot in table(parameters[name])]
    writes += [slot for name in stream.rows for slot in table(parameters[name], 0)]
    reads: list[Slot] = []
    ends: list[nn.Module] = []
    for name in stream.writers:
        writes += [slot for _, layer in find(model, name) for slot in outputs(layer)]
    size = len(writes[0].rows)
    for name, block in find(model, stream.blocks):
        for attention in stream.attention:
            readers, out = _attention(planter, name, block, attention)
            reads += [slot for layer in readers for slot in inputs(layer)]
            ends.append(out)
        for ups, down in stream.mlp:
            first, last = [block.get_submodule(up) for up in ups], block.get_submodule(down)
            dead = [slot for between in stream.between for slot in outputs(block.get_submodule(between))]
            planter.mlp(f"{name} {down}", hidden(first, last), last, dead)
            reads += [slot for layer in first for slot in inputs(layer)]
            ends.append(last)
        if stream.experts:
            experts = block.get_submodule(stream.experts)
            reads += table(experts.gate_up_proj) + inputs(block.get_submodule("mlp.gate"))  # type: ignore[arg-type]
            writes += table(experts.down_proj, 1)  # type: ignore[arg-type]
            _experts(planter, name, experts)
    writes += [slot for layer in ends for slot in outputs(layer)]
    planter.branches(ends, stream.name)
    for name in stream.readers:
        reads += [slot for _, layer in find(model, name) for slot in inputs(layer, size=size)]
    norms = [
        slot for name in stream.norms for _, norm in find(model, name) for slot in outputs(norm, _tiled(norm, size))
    ]
    if stream.quiet:
        planter.add("residual", stream.name, writes + reads, dead=norms, shared=stream.shared)
    else:
        planter.add("residual", stream.name, writes, dead=reads + norms, shared=stream.shared)


def hidden(ups: Sequence[nn.Module], down: nn.Module) -> list[Slot]:
    """The hidden neurons of an MLP on its way in; a layer twice as wide holds the gate as well."""
    size = len(inputs(down)[0].rows)
    found = []
    for up in ups:
        total = len(outputs(up)[0].rows)
        found += outputs(up, [list(range(at, total, size)) for at in range(size)])
    return found


def _tiled(norm: nn.Module, size: int) -> Rows:
    total = norm.weight.numel()  # type: ignore[operator]
    return [list(range(at, total, size)) for at in range(size)]


def _attention(planter: Planter, name: str, block: nn.Module, at: Attention) -> tuple[list[nn.Module], nn.Module]:
    """Plant the attention's sites; returns what reads the block's own stream, and the output projection."""
    parent, _, _ = at.out.rpartition(".")
    heads: int = at.heads or block.get_submodule(parent).num_attention_heads  # type: ignore[assignment]
    out = block.get_submodule(at.out)
    if at.fused:
        layers = [block.get_submodule(at.fused)]
        q, k, v = fused(layers[0], heads, at.kv_heads or heads, at.by_head)
    else:
        layers = [block.get_submodule(path) for path in (at.q, at.k, at.v)]
        size = len(outputs(layers[0])[0].rows) // heads
        kv_heads = len(outputs(layers[1])[0].rows) // size
        q, k, v = (writing(layer, count) for layer, count in zip(layers, (heads, kv_heads, kv_heads), strict=True))
    size = q.shape[1]
    turns = halves(size, size if at.rotated < 0 else at.rotated) if at.rotated else None
    planter.attention(f"{name} {parent}", q, k, v, reading(out, heads), turns)
    return (layers[:1] if at.crossed else layers), out


def _experts(planter: Planter, name: str, experts: nn.Module) -> None:
    up: Tensor = experts.gate_up_proj  # type: ignore[assignment]
    down: Tensor = experts.down_proj  # type: ignore[assignment]
    choice = "the router chooses among all experts at run time: without one it would choose others"
    planter.add("expert", name, table(down, 0), dead=table(up, 0), provable=choice)
    pairs = [[at, at + down.shape[2]] for at in range(down.shape[2])]
    planter.add("neuron", f"{name} all experts", [Slot(up, 1, pairs)], table(down, 2))
