"""Which axes of a model have names: heads and places within them, neurons, experts, channels of the residual stream.

All of it is read off the structure: what layers write and read which channel ids, which products run over several
indices. Paths come from the names of weights. Nothing depends on the model's family.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from random import Random
from typing import Literal, TypeGuard

import numpy as np
import torch
from torch import Tensor, fx

from ...compiler.ir.channels import Channels, Labels, Mask
from ...compiler.ir.program import Program, is_tensor, module_path
from ...compiler.ir.views import Layer
from .base import Role
from .facts import Axes
from .lookup import weight_behind
from .positions import Moved
from .products import Operand, Product, Sum
from .table import rule_of

aten = torch.ops.aten

Kind = Literal[
    "head",
    "kv group",
    "query-key channel",
    "value channel",
    "neuron",
    "residual channel",
    "expert",
    "channel",
    "feature",
]
End = tuple[str, str]
"""The name of a node and which of its ends: what it writes ('out') or contracts ('in')."""


@dataclass(frozen=True)
class Unit:
    """An axis of the model that has a name.

    Attributes:
        ids: (indices, parts): an index along the axis is gone when all of its parts are.
        path, writers: common path of all layers around it, and of those alone that write it.
        inner: it runs inside another axis (places within heads): parts that are gone altogether do not count.
        read: (indices, parts), the channel ids under which layers read it, where those are others than it is written
            under: of keys and values that several heads read, those of all these heads.
        shares: of heads that share keys and values, (indices,): which each reads.
        times: of places of queries, (indices, parts): the channel ids of the keys that they are multiplied with.
        added: of channels of convolutions, whether several layers add to them, as to a residual stream.
    """

    kind: Kind
    ids: Labels
    path: str
    writers: str
    inner: bool = False
    read: Labels | None = None
    shares: Labels | None = None
    times: Labels | None = None
    added: bool = False

    def gone(self, gone: Mask) -> Mask:
        """Which indices are gone, given which channel ids are."""
        parts = gone[self.ids]
        if self.inner:
            parts = parts[:, ~parts.all(axis=0)]
            if not parts.shape[1]:
                return np.zeros(len(parts), dtype=np.bool_)
        return np.asarray(parts.all(axis=1))


def ends_of(program: Program, axes: Axes) -> dict[End, Labels]:
    """The channel ids that layers, tables and products write, and those that layers read."""
    found: dict[End, Labels] = {}
    for node in program.nodes():
        rule = rule_of(node)
        if node not in axes.channels or node in axes.opaque or rule.role is Role.OTHER:
            continue
        if axes.of(node).dims:
            found[node.name, "out"] = axes.ids.find(axes.of(node).labels).ravel()
        read = rule.contracted(node, axes, program)
        if read is not None and read.dims:
            found[node.name, "in"] = axes.ids.find(read.labels).ravel()
    return found


def units_of(program: Program, axes: Axes) -> list[Unit]:
    """Every axis of a program that has a name, in the order of the program."""
    order = {node: number for number, node in enumerate(program.nodes())}
    layers = Layers(program, axes)
    found = [*_attentions(program, axes, layers), *_experts(program, axes, layers)]
    for _, _, used in found:
        layers.taken[used] = True
    found += [(node, unit, unit.ids[:0]) for node, unit in _written(program, axes, layers)]
    units = [unit for _, unit, _ in sorted(found, key=lambda row: order[row[0]])]
    if [unit.kind for unit in units].count("residual channel") == 1:
        units = [replace(u, path="") if u.kind == "residual channel" else u for u in units]
    places = [(unit.kind, unit.path) for unit in units]
    return [replace(u, path=u.writers) if places.count((u.kind, u.path)) > 1 else u for u in units]


class Layers:
    """Who writes and who reads which channel ids: layers and tables; and which are ``taken``, having a name already."""

    def __init__(self, program: Program, axes: Axes) -> None:
        self.writes: dict[fx.Node, Labels] = {}
        self.reads: dict[fx.Node, Labels] = {}
        self.taken = np.zeros(len(axes.ids) + 1, dtype=np.bool_)
        nodes = {node.name: node for node in program.nodes()}
        for (name, end), ids in ends_of(program, axes).items():
            if rule_of(nodes[name]).role is not Role.PRODUCT:
                (self.writes if end == "out" else self.reads)[nodes[name]] = ids

    def around(self, ids: Labels) -> tuple[list[fx.Node], list[fx.Node]]:
        """The layers that write some of these channel ids, and those that read some."""
        flags = np.zeros_like(self.taken)
        flags[ids] = True
        writers, readers = ([n for n, own in ends.items() if flags[own].any()] for ends in (self.writes, self.reads))
        return writers, readers

    def named(self, kind: Kind, ids: Labels, writers: list[fx.Node], readers: list[fx.Node]) -> Unit:
        """A unit under the path of its writers, and of its only reader where that is in the same block."""
        own = common_path([self.path(node) for node in writers if kind != "residual channel" or node in self.reads])
        both = common_path([own, self.path(readers[0])]) if len(readers) == 1 else ""
        return Unit(kind, ids, both if both and same_block(both, own) else own, own)

    def path(self, node: fx.Node) -> str:
        """The module that a layer is: where its weight lies, else where it was called."""
        return path_of(rule_of(node).weight(node), node)


def path_of(weight: object, node: fx.Node) -> str:
    """The module that a weight belongs to by its name; where that says nothing, the one that called its reader."""
    name = str(weight.target) if isinstance(weight, fx.Node) else ""
    return name.rpartition(".")[0] or module_path(node)


def common_path(paths: Iterable[str]) -> str:
    """The longest dotted path that all of these begin with."""
    parts: list[tuple[str, ...]] = [tuple(path.split(".")) for path in paths]
    shared = []
    for step in zip(*parts, strict=False):
        if len(set(step)) > 1:
            break
        shared.append(step[0])
    return ".".join(shared)


def same_block(outer: str, inner: str) -> bool:
    """Whether a path is the parent of another, or at least as deep as its last number (``layers.3``)."""
    numbers = [depth for depth, part in enumerate(inner.split(".")) if part.isdigit()]
    return outer == inner.rpartition(".")[0] or bool(numbers and outer.count(".") >= numbers[-1])


# -------------------------------------------------------------------- attention and experts

Found = tuple[fx.Node, Unit, Labels]
"""Where, what, and the channel ids besides that it explains."""


def _products(program: Program, axes: Axes) -> Iterator[tuple[fx.Node, Product, tuple[str, ...]]]:
    for node in program.nodes():
        rule = rule_of(node)
        if isinstance(rule, Sum) and node in axes.moves and node not in axes.opaque:
            product = rule.form(node, program)
            if isinstance(product, Product):
                yield node, product, tuple(axes.moves[node])


def _attentions(program: Program, axes: Axes, layers: Layers) -> Iterator[Found]:
    """Heads and the places within them, of each product over heads, or of two where the scores are one of their own."""
    scores: dict[fx.Node, Score] = {}
    others = []
    for node, product, names in _products(program, axes):
        whole = node.target is aten.scaled_dot_product_attention.default
        if _weighs(product, program):
            continue
        if whole:
            yield from _attention(node, product, names, _score(product, names, axes), axes, layers)
            continue
        behind = next((n for n in _behind(product.operands) if n in scores), None)
        if behind is not None and (product.averaged is not None or _heads(product, names)):
            yield from _attention(node, product, names, scores.pop(behind), axes, layers)
        else:
            scores[node] = _score(product, names, axes)
            others.append((node, product, names))
    for node, product, names in others:
        if node in scores and _heads(product, names):
            yield from _attention(node, product, names, scores[node], axes, layers)


def _weighs(product: Product, program: Program) -> list[Operand]:
    """The operands of a product that are weights, or picked from weights."""
    return [o for o in product.operands if not o.hides and weight_behind(o.node, program) is not None]


def _heads(product: Product, names: Sequence[str]) -> tuple[str, ...]:
    """Labelled indices of the result that several operands have, with those that share a dimension with such.

    Of an average whose values are the same for all of them, those that lead.
    """
    operands = [o for o in product.operands if not o.hides]
    often = {n for n in names if sum(any(n in index for index in o.indices) for o in operands) > 1}
    if product.averaged is not None and not often & {n for index in product.result for n in index}:
        often = {n for index in product.result[:-2] for n in index if n in names}
    return tuple(n for index in product.result if often & set(index) for n in index if n in names)


@dataclass(frozen=True)
class Score:
    """Queries times keys: ids (places, heads) of one, if places are told apart, and of what it is multiplied with; all
    ids and layers that they come from.
    """

    ids: Labels | None
    times: Labels | None
    used: Labels
    layers: list[fx.Node]


def _score(product: Product, names: Sequence[str], axes: Axes) -> Score:
    used = np.concatenate([_origin(o.node, axes).labels.ravel() for o in product.operands[:2]])
    kept = {name for index in product.result for name in index}
    summed = tuple(n for n in names if n not in kept)
    heads = _heads(product, names)
    grids = [_places(o, product, heads, summed, axes) for o in product.operands[:2]] if len(summed) == 1 else []
    there = [rows.T for rows in grids if rows is not None]
    times = there[1] if len(there) == 2 and there[0].shape == there[1].shape else None
    return Score(there[0] if there else None, times, used, [*_behind(product.operands[:2])])


def _places(
    operand: Operand, product: Product, heads: Sequence[str], summed: tuple[str, ...], axes: Axes
) -> Labels | None:
    """The channel ids of an operand of a product, where it is written, (heads, places); the same for shared heads."""
    shared = tuple(n for n in heads if any(n in index for index in operand.indices))
    rows = _grid(_origin(operand.node, axes), operand.indices, product, shared, summed, axes)
    return None if rows is None else rows[_along(heads, shared, product)]


def _attention(
    node: fx.Node, product: Product, names: Sequence[str], score: Score, axes: Axes, layers: Layers
) -> Iterator[Found]:
    heads = _heads(product, names)
    value = product.operands[1 if product.averaged is None else product.averaged]
    origin = _origin(value.node, axes)
    result = axes.ids.find(axes.of(node).labels).ravel()
    used = np.concatenate([result, origin.labels.ravel(), score.used])
    writers = [n for n in dict.fromkeys([*score.layers, *_behind([value])]) if n in layers.writes]
    place = layers.named("head", used[:0], writers, layers.around(result)[1])
    own = tuple(n for index in product.result for n in index if n in names and n not in heads)
    places = own if len(own) == 1 and own == product.result[-1] else ()  # none where attention runs across channels
    rows = _grid(axes.of(node), product.result, product, heads, own, axes)
    if rows is not None and len(rows) > 1:
        groups, shares = _groups(origin, value, product, heads, places, axes) or (rows, np.arange(len(rows)))
        shared = len(groups) < len(rows) and len(rows) % len(groups) == 0
        yield node, replace(place, ids=rows, shares=shares if shared else None), used
        if shared and len(groups) > 1:
            read = np.stack([rows[shares == group].ravel() for group in range(len(groups))])
            yield node, replace(place, kind="kv group", ids=groups, read=read), used
    if score.ids is not None:
        yield node, replace(place, kind="query-key channel", ids=score.ids, times=score.times, inner=True), used
    if places and rows is not None:
        yield node, replace(place, kind="value channel", ids=rows.T, inner=True), used


def _groups(
    origin: Channels, value: Operand, product: Product, heads: Sequence[str], places: tuple[str, ...], axes: Axes
) -> tuple[Labels, Labels] | None:
    """The heads of keys and values, one row each, and for each query head which of them it reads."""
    shared = tuple(n for n in heads if any(n in index for index in value.indices))
    rows = _grid(origin, value.indices, product, shared, places, axes)
    if rows is None:
        return None
    first, place = np.unique(rows.min(axis=1), return_index=True, return_inverse=True)[1:]
    order = np.argsort(first)
    own = np.argsort(order)[place.reshape(-1)]  # of each row of the values: its number among those that differ
    at = _along(heads, shared, product)
    return rows[first[order]], own[at]


def _along(names: Sequence[str], some: Sequence[str], product: Product) -> Labels:
    """For each index along all names, flat, the one along some of them."""
    sizes = [product.sizes[name] for name in names]
    grids = dict(zip(names, np.indices(sizes), strict=True))
    found = np.zeros(sizes, dtype=np.int64)
    for name in some:
        found = found * product.sizes[name] + grids[name]
    return found.reshape(-1)


def _behind(operands: Sequence[Operand]) -> Iterator[fx.Node]:
    """The layers, tables and products that operands are made of, the first operand's first."""
    todo = [o.node for o in reversed(operands) if not o.hides]
    seen = {*todo}
    while todo:
        node = todo.pop()
        if rule_of(node).role is not Role.OTHER:
            yield node
            continue
        given = [x for x in node.all_input_nodes if isinstance(x.meta.get("val"), (Tensor, list, tuple))]
        news = [x for x in given if x not in seen]
        seen.update(news)
        todo += reversed(news)


def _grid(
    value: Channels,
    indices: Sequence[tuple[str, ...]],
    product: Product,
    rows: tuple[str, ...],
    columns: tuple[str, ...],
    axes: Axes,
) -> Labels | None:
    """Channel ids of a value as a matrix: the indices ``rows`` in one dimension, ``columns`` in the other."""
    dims = [d for d in value.dims if set(indices[d]) <= {*rows, *columns}]
    seen = value.only(dims)
    flat = [name for dim in seen.dims for name in indices[dim]]
    if sorted(flat) != sorted((*rows, *columns)):
        return None
    ids = axes.ids.find(seen.labels).reshape([product.sizes[n] for n in flat])
    ids = ids.transpose([flat.index(n) for n in (*rows, *columns)])
    return ids.reshape(int(np.prod([product.sizes[n] for n in rows])), -1)


def _origin(node: fx.Node, axes: Axes) -> Channels:
    """A value with each position labelled by the channel id of the layer that wrote it, of which it may be a copy."""
    own, moved = axes.of(node), axes.moves.get(node)
    ids = axes.ids.find(own.labels)
    if isinstance(moved, Moved) and len(moved.sources) == 1 and moved.sources[0].shape == ids.shape:
        operands = zip(moved.operands, moved.views, strict=True)
        given = np.concatenate([_origin(x, axes).only(view.dims).labels.ravel() for x, view in operands])
        return Channels(own.dims, np.where(moved.sources[0] < 0, ids, given[moved.sources[0]]))
    if rule_of(node).kind == "pointwise":
        for operand in node.all_input_nodes:
            same = operand in axes.channels and is_tensor(operand) and axes.of(operand).labels.shape == ids.shape
            if same and axes.of(operand).dims == own.dims:
                return Channels(own.dims, _origin(operand, axes).labels)
    return Channels(own.dims, ids)


def _experts(program: Program, axes: Axes, layers: Layers) -> Iterator[Found]:
    """Experts, multiplied one by one by a stack of weights, and the neurons between two such products."""
    products = [
        (node, product, names) for node, product, names in _products(program, axes) if _weighs(product, program)
    ]
    written = np.zeros_like(layers.taken)
    for node, product, names in products:
        weights, result = _weighs(product, program), [n for index in product.result for n in index]
        weight = weights[0]
        lead = tuple(n for index in weight.indices[:-2] for n in index if n in names and n in result)
        held = weight_behind(weight.node, program)
        path = path_of(held, node)
        own = tuple(n for n in result if n in names and n not in lead)
        rows = _grid(axes.of(node), product.result, product, lead, own, axes)
        if rows is not None and lead:
            yield node, Unit("expert", rows, path, path), rows[:0].ravel()
        summed = tuple(n for index in weight.indices for n in index if n in names and n not in result)
        for value in product.operands:
            read = None if value in weights else _grid(axes.of(value.node), value.indices, product, lead, summed, axes)
            if read is not None and written[read].all() and not layers.around(read)[0]:
                yield node, Unit("neuron", read.T, path, path, inner=len(read) > 1), read[:0].ravel()
        written[axes.ids.find(axes.of(node).labels)] = True


# -------------------------------------------------------------------- neurons, channels, the residual stream

Marks = np.ndarray[tuple[int], np.dtype[np.uint64]]


def _written(program: Program, axes: Axes, layers: Layers) -> Iterator[tuple[fx.Node, Unit]]:
    """What layers write for others to read: one unit for all that the same layers write."""
    random = Random(0)
    marks: Marks = np.zeros(len(layers.taken), dtype=np.uint64)  # the same for channel ids that have the same writers
    for ids in layers.writes.values():
        marks[np.unique(ids)] += np.uint64(random.getrandbits(64))
    marks[layers.taken] = 0
    writers, readers = _by_mark(layers.writes, marks), _by_mark(layers.reads, marks)
    added = _Added(program, axes, layers)
    for mark, nodes in writers.items():
        read_by = readers.get(mark, [])
        if not read_by and all(rule_of(n).role is Role.TABLE for n in nodes):
            continue  # a table that others take their pick from
        kind = _kind(nodes, read_by, added, program)
        ids = _numbered([layers.writes[n] for n in nodes] + [layers.reads[n] for n in read_by], marks == mark)
        unit = layers.named(kind, ids, nodes, read_by if kind == "neuron" else [])
        yield nodes[0], replace(unit, added=kind == "channel" and added.to(nodes) > 1)


def _by_mark(ends: dict[fx.Node, Labels], marks: Marks) -> dict[int, list[fx.Node]]:
    found: dict[int, list[fx.Node]] = {}
    for node, ids in ends.items():
        for mark in np.unique(marks[ids]).tolist():
            if mark:
                found.setdefault(mark, []).append(node)
    return found


def _numbered(ends: list[Labels], flags: Mask) -> Labels:
    """The channel ids in flags as the end that has each, and repeats the fewest, counts them: (indices, 1)."""
    count = int(flags.sum())
    own = [ids[flags[ids]] for ids in ends]
    whole = [ids for ids in own if np.unique(ids).size == count]
    return min(whole or own, key=len).reshape(-1, 1)


def _kind(writers: list[fx.Node], readers: list[fx.Node], added: _Added, program: Program) -> Kind:
    tables = [n for n in writers if rule_of(n).role is Role.TABLE]
    convolutions = [n for n in writers if _is_convolution(Layer.of(n, program))]
    linears = len(writers) - len(tables) - len(convolutions)
    if len(writers) > 2 and linears and linears + len(tables) > len(convolutions) and added.to(writers) > 2:
        return "residual channel"
    layers = [Layer.of(n, program) for n in readers]
    if convolutions or (layers and all(_is_convolution(x) and x.groups == 1 for x in layers)):
        return "channel"
    return "neuron" if not tables and readers else "feature"


def _is_convolution(layer: Layer | None) -> TypeGuard[Layer]:
    return layer is not None and layer.is_convolution


class _Added:
    """Whose outputs meet in additions, element-wise ops and norms in between."""

    def __init__(self, program: Program, axes: Axes, layers: Layers) -> None:
        self._program, self._axes, self._layers = program, axes, layers
        self._sums: list[frozenset[fx.Node]] | None = None

    def to(self, writers: list[fx.Node]) -> int:
        """How many of these layers add to what others of them wrote."""
        if self._sums is None:
            self._sums = self._find()
        own = frozenset(writers)
        return len(frozenset().union(*(own & joined for joined in self._sums if len(own & joined) > 1)))

    def _find(self) -> list[frozenset[fx.Node]]:
        behind: dict[fx.Node, frozenset[fx.Node]] = {}
        sums = []
        for node in self._program.nodes():
            if node in self._layers.writes:
                behind[node] = frozenset([node])
            elif node in self._axes.channels and rule_of(node).role is not Role.PRODUCT:
                given = [behind[x] for x in node.all_input_nodes if behind.get(x)]
                behind[node] = given[0] if len(given) == 1 else frozenset[fx.Node]().union(*given)
                if len(given) > 1 and node.target in (aten.add.Tensor, aten.sub.Tensor):
                    sums.append(behind[node])
        return sums
