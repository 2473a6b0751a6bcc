"""Units: what may be pruned as a whole - neurons, heads, channels - and the columns through which others read it.

A unit goes by zeroing all columns that read it. That what makes it is dead then, and which weights those are, is for
the analyses to say, as for any other zeros: nothing here knows how a model is built. Queries and keys, and channels of
a residual stream, go by zeroing what writes them, since others read them than layers: norms, and products.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import torch
from torch import Tensor, fx

from ...compiler.ir.channels import Channels, Labels, Mask
from ...compiler.ir.program import Program, attribute
from ...compiler.ir.speculation import Speculation
from ...compiler.ir.views import Layer, layers_of
from ..analysis.axes import Axes as FindAxes
from ..analysis.constants import Constants as FindConstants
from ..analysis.liveness import Liveness as FindLiveness
from ..base import Context
from ..rules.closure import close
from ..rules.facts import AXES, LIVENESS, Axes
from ..rules.lookup import is_picked
from ..rules.normalization import FeatureNorm
from ..rules.table import rule_of
from ..rules.units import Unit, units_of
from .kinds import Matrix
from .places import Place, indices_of, places_by_node
from .sites import Site, is_parameter
from .stacks import chosen_by_numbers, read_by, weighing, written_by

PAIR = "rotary pair"
WRITTEN = ("query-key channel", PAIR)
"""Kinds that go by zeroing the rows that write them: queries and keys are read by their product alone."""

STREAM = "residual channel"
"""The kind that goes with all that writes it: layers, tables, vectors; and with the columns that read it."""

NUMBERED = ("neuron", "channel", STREAM)
"""Kinds of which a target may like certain numbers."""

KINDS: tuple[str, ...] = ("neuron", "head", "kv group", "value channel", "channel", "expert", *WRITTEN, STREAM)
"""Kinds that may be asked for: the others are read by layers through columns of their weights."""

OTHERS: dict[str, tuple[str, str]] = {
    "recurrent unit": (
        "a recurrent network reads its own units, and is one operation",
        "pattern='scattered' makes zeros in the layers around; units='neuron' takes neurons of those",
    ),
    "feature": ("it is what the model gives, or others read it than layers", "prune single weights: pattern='8x1'"),
}
"""Why others cannot be, and what may be asked for in their place."""

TOGETHER = "they can only go together"


@dataclass(frozen=True)
class Reader:
    """A layer that reads units through columns of its weight.

    Attributes:
        site: its weight.
        layer: itself.
        columns: (units, columns of each) of its matrices, side by side: column c of group g is ``g * inputs + c``.
    """

    site: Site
    layer: Layer
    columns: Tensor

    def within(self, matrix: int, inputs: int) -> Iterator[tuple[Tensor, Tensor]]:
        """Units, (some,), that have as many columns in one of its matrices, and these, (some, columns of each).

        Args:
            matrix: its number.
            inputs: of each.
        """
        here = self.columns // inputs == matrix
        counts = here.sum(dim=1)
        for count in counts.unique().tolist():
            if count:
                units = torch.nonzero(counts == count).flatten()
                yield units, (self.columns[units][here[units]] % inputs).reshape(len(units), count)


@dataclass(frozen=True)
class Writer:
    """A layer that writes units which go by zeroing its rows.

    Attributes:
        site: its weight.
        layer: itself.
        labels: (rows of all its matrices,), the channel id of each.
    """

    site: Site
    layer: Layer
    labels: Labels


@dataclass(frozen=True)
class Axis:
    """Units of one kind that are judged together.

    Attributes:
        kind, path: what they are, and where, in the model's words.
        ids: (units, parts), the channel ids of each.
        readers: all layers that read them, where they go by zeroing columns.
        parts: of a layer with groups, in which group each is: as many have to go in each; all zero elsewhere.
        members: which of the model's units each of them is: several, where one goes in each group of keys and values;
            rotary pairs are numbered themselves.
        writers: all layers that write them, where they go by zeroing rows.
        tables: what else writes them and goes with them: columns of tables, places in vectors of norms or sums.
        times: of such, (units, parts): the channel ids of what they are multiplied with.
    """

    kind: str
    path: str
    ids: Labels
    readers: tuple[Reader, ...]
    parts: Tensor
    members: tuple[tuple[int, ...], ...]
    writers: tuple[Writer, ...] = ()
    times: Labels | None = None
    tables: tuple[Place, ...] = ()

    def rows_gone(self, writer: Writer, chosen: Tensor) -> Tensor:
        """(rows of all its matrices,) of bool: which go with some units.

        Args:
            writer: one of those.
            chosen: (units,) of bool.
        """
        goes = chosen.numpy()
        ids = [self.ids[goes], *([] if self.times is None else [self.times[goes]])]
        return torch.from_numpy(np.isin(writer.labels, np.concatenate([x.reshape(-1) for x in ids])))

    @property
    def sites(self) -> list[Site]:
        """The weights through which they go."""
        return [*(reader.site for reader in self.readers), *(writer.site for writer in self.writers)]

    @property
    def name(self) -> str:
        """As users call it."""
        return f"{self.path}.{self.kind}" if self.path else self.kind

    def __len__(self) -> int:
        return len(self.ids)

    def of(self, chosen: Tensor) -> tuple[int, ...]:
        """The model's units that some of these are, (units,) of bool."""
        found = [members for members, goes in zip(self.members, chosen.tolist(), strict=True) if goes]
        return tuple(sorted(index for members in found for index in members))


@dataclass(frozen=True)
class Widths:
    """How wide each layer is for channel ids that are gone: from this follows what a model costs.

    Attributes:
        work: for each layer, what it costs with shares of its outputs and inputs left, and the ids of these, (groups,
            each).
    """

    work: Sequence[tuple[Layer, Callable[[float, float], float], Labels, Labels]] = field(default_factory=list)

    def cost(self, dead: Mask) -> float:
        """What is left once channel ids are gone: within a group, what is left of its inputs for each output left."""
        total = 0.0
        for _, cost, rows, columns in self.work:
            outputs, inputs = (~dead[rows]).sum(axis=1), (~dead[columns]).sum(axis=1)
            there = max(1, int(outputs.sum()))
            pairs = float((outputs * inputs).sum()) / max(1, columns.shape[1])
            total += cost(float(outputs.sum()) / max(1, rows.size), pairs / there)
        return total

    def touched(self, some: Mask) -> list[tuple[Layer, float, float]]:
        """The layers that write or read some channel ids, and which shares of their outputs and inputs these are.

        A depthwise layer has its channels once.
        """
        found = []
        for layer, _, rows, columns in self.work:
            inputs = 0.0 if layer.is_depthwise else float(some[columns].mean())
            found.append((layer, float(some[rows].mean()), inputs))
        return [one for one in found if one[1] or one[2]]


def found_axes(program: Program, ctx: Context) -> Axes:
    """The axes of a program as it is."""
    FindAxes().run(program, ctx)
    return program.facts[AXES]


def unit_axes(
    program: Program, axes: Axes, sites: Sequence[Site], kinds: Collection[str]
) -> tuple[list[Axis], dict[str, str]]:
    """The units of some kinds that may go, and why others may not, by name.

    Args:
        sites: weights that may be changed.
    """
    found, refused = [], chosen_by_numbers(program) if "expert" in kinds else {}
    taken: list[tuple[str, str]] = []  # several may be in one place
    reads = {layer.node.name: (layer, read_ids(layer, axes)) for layer in weighing(program) if not layer.is_depthwise}
    site_of = {layer.node.name: site for site in sites for layer in site.layers}
    grouped = [layer for layer in layers_of(program) if layer.groups > 1 and not layer.is_depthwise]
    for unit in units_of(program, axes):
        kind, rows, ids, members = _together(unit, axes)
        if unit.added and kind not in kinds:
            kind = STREAM
        if kind not in kinds or (unit.inner and kind not in ("value channel", *WRITTEN)):
            continue
        taken.append((kind, unit.path))
        again = taken.count(taken[-1])
        path = unit.path if again == 1 else f"{unit.path} ({again})".strip()
        axis = Axis(kind, path, ids, (), _parts(ids, grouped, axes), members)
        if kind in WRITTEN:
            times = None if unit.times is None else unit.times[rows]
            axis, why = _written(replace(axis, times=times), program, site_of, axes)
        elif kind == STREAM:
            axis, why = _stream(axis, program, reads, site_of, axes)
        else:
            readers, why = _readers(ids if unit.read is None else unit.read, reads, site_of, axes)
            axis = replace(axis, readers=tuple(readers))
        if why is None and len(axis) > 1:
            found.append(axis)
        else:
            refused[axis.name] = why or "there is only one of them"
    return found, refused


def read_ids(layer: Layer, axes: Axes) -> Labels | None:
    """The channel id of each input of a layer; None where it reads channels as one piece."""
    if layer.node in axes.opaque or not axes.of(layer.input).dims:
        return None
    return read_by(layer, axes)


def _together(unit: Unit, axes: Axes) -> tuple[str, Labels, Labels, tuple[tuple[int, ...], ...]]:
    """What they are, the first of each that may go alone, the channel ids of all of it, and which units that is.

    Groups of keys and values keep equally many heads: a group's heads have their places in it, and those at one place
    go in all groups. Places of queries and keys that are turned together go together, and have the same channel ids.
    """
    if unit.kind == "query-key channel":
        roots = np.sort(axes.ids.find(unit.ids), axis=1)
        first = np.sort(np.unique(roots, axis=0, return_index=True)[1])
        kind = unit.kind if len(first) == len(roots) else PAIR
        return kind, first, unit.ids[first], tuple((index,) for index in range(len(first)))
    if unit.shares is None:
        return unit.kind, np.arange(len(unit.ids)), unit.ids, tuple((index,) for index in range(len(unit.ids)))
    heads = [np.flatnonzero(unit.shares == group) for group in range(int(unit.shares.max()) + 1)]
    places = np.stack(heads, axis=1)
    ids = unit.ids[places].reshape(len(places), -1)
    return unit.kind, places[:, 0], ids, tuple(tuple(row) for row in places.tolist())


def _written(axis: Axis, program: Program, site_of: Mapping[str, Site], axes: Axes) -> tuple[Axis, str | None]:
    """Places of queries with who writes them and the keys that they are multiplied with, or why they may not go."""
    if axis.times is None:
        return axis, "what they are multiplied with is not told apart"
    ids, times = (axes.ids.find(x) for x in (axis.ids, axis.times))
    if _are_one(ids) or _are_one(times):
        return axis, TOGETHER
    writers, why = _writers(np.concatenate([ids.reshape(-1), times.reshape(-1)]), program, site_of, axes)
    found = replace(axis, ids=ids, times=times, writers=tuple(writers))
    return found, why or (None if writers else "no layer writes them")


def _stream(
    axis: Axis,
    program: Program,
    reads: Mapping[str, tuple[Layer, Labels | None]],
    site_of: Mapping[str, Site],
    axes: Axes,
) -> tuple[Axis, str | None]:
    """Channels of a residual stream with all that writes and reads them, or why they may not go."""
    ids = axes.ids.find(axis.ids)
    if _are_one(ids):
        return axis, TOGETHER
    for given in program.outputs():
        if given in axes.channels and any(np.isin(axes.ids.find(x.labels), ids).any() for x in _parts_of(given, axes)):
            return axis, f"'{given.name}', which the model gives, is as wide as they are"
    writers, why = _writers(ids, program, site_of, axes)
    tables, changed = _tables(ids, [writer.site for writer in writers], program, axes)
    others = {name: one for name, one in reads.items() if str(one[0].weight.target) not in {x.weight for x in tables}}
    readers, unread = _readers(ids, others, site_of, axes)
    found = replace(axis, ids=ids, readers=tuple(readers), writers=tuple(writers), tables=tuple(tables))
    return found, why or changed or unread


def _parts_of(node: fx.Node, axes: Axes) -> Sequence[Channels]:
    """The positions of each of a node's results."""
    found = axes.channels[node]
    return found if isinstance(found, list) else [found]


def _writers(ids: Labels, program: Program, site_of: Mapping[str, Site], axes: Axes) -> tuple[list[Writer], str | None]:
    """The layers that write channel ids, or why one may not change."""
    found: list[Writer] = []
    for layer in weighing(program):
        if layer.node in axes.opaque or layer.is_transposed:
            continue
        labels = written_by(layer, axes)
        if not np.isin(labels, ids).any():
            continue
        site = site_of.get(layer.node.name)
        if site is None or len(labels) != site.layer.groups * site.shape[0]:
            return found, f"'{layer.node.name}', which writes them, stays as it is"
        found.append(Writer(site, layer, labels))
    return found, None


def _tables(ids: Labels, sites: Sequence[Site], program: Program, axes: Axes) -> tuple[list[Place], str | None]:
    """What writes channel ids beside the weights and biases of some layers, or why it may not change.

    Layers may read the same columns, as a head does that is tied to a table: whatever they read there goes as well.
    Buffers stay: statistics of batch norms, say. What they keep alive is for the analyses to say.
    """
    own = {name for site in sites for name in site.held(program)}
    users: dict[str, set[fx.Node]] = {}
    for node in program.nodes():
        if node.op == "get_attr" and is_parameter(node, program):
            for user in node.users:  # who picks matrices from a stack hands them to a product
                users.setdefault(str(node.target), set()).update(user.users if is_picked(user, program) else [user])
    seen: dict[str, list[tuple[fx.Node, Place]]] = {}
    for node, place in places_by_node(program, axes):
        if place.weight in users and place.weight not in own:
            seen.setdefault(place.weight, []).append((node, place))
    found: list[Place] = []
    for name, every in seen.items():
        writing = [place for _, place in every if place.writes and np.isin(place.ids, ids).any()]
        if not writing:
            continue
        first = writing[0]
        along = [(node, place) for node, place in every if place.dim == first.dim]
        known = {user for node, _ in along for user in (node.users if node.op == "get_attr" else [node])}
        if users[name] - known or not all(_alike(place, first, ids) for _, place in along if place.writes):
            return found, f"'{name}', which writes them, is read in other ways, too"
        found.append(first)
    return found, None


def _alike(one: Place, other: Place, ids: Labels) -> bool:
    """Whether channel ids lie in the same parts of a weight for two of its readers."""
    mine, others = (np.where(np.isin(x.ids, ids), x.ids, -1) for x in (one, other))
    return np.array_equal(mine, others)


def _are_one(ids: Labels) -> bool:
    """Whether some units have channel ids in common."""
    return sum(len(np.unique(unit)) for unit in ids) > len(np.unique(ids))


def _readers(
    ids: Labels, reads: Mapping[str, tuple[Layer, Labels | None]], site_of: Mapping[str, Site], axes: Axes
) -> tuple[list[Reader], str | None]:
    """Who reads the unit, or why it may not go."""
    ids = axes.ids.find(ids)
    if _are_one(ids):
        return [], TOGETHER
    found: list[Reader] = []
    for name, (layer, own) in reads.items():
        if own is None or not np.isin(own, ids).any():
            continue
        if name not in site_of:
            return [], f"'{name}', which reads them, stays as it is"
        columns = _columns(layer, own, ids)
        if columns is None:
            return [], f"'{name}' reads some of them more often than others"
        found.append(Reader(site_of[name], layer, columns))
    return found, None if found else "no layer reads them through columns of a weight"


def _parts(ids: Labels, grouped: Sequence[Layer], axes: Axes) -> Tensor:
    """In which group each unit is, of the layers with groups that read or write it, the finest first."""
    first = axes.ids.find(ids)[:, 0]
    for layer in sorted(grouped, key=lambda layer: -layer.groups):
        groups, outputs, inputs, _ = layer.shape
        written = axes.of(layer.node).only({layer.dim}).labels.reshape(-1)
        for own, each in ((axes.ids.find(written), outputs), (read_ids(layer, axes), inputs)):
            if own is not None and len(own) == groups * each and np.isin(first, own).all():
                place = {label: index // each for index, label in enumerate(own.tolist())}
                return torch.tensor([place[label] for label in first.tolist()])
    return torch.zeros(len(first), dtype=torch.int64)


def _columns(layer: Layer, own: Labels, ids: Labels) -> Tensor | None:
    """The columns of each unit; None if units have different numbers of them."""
    inputs, taps = layer.shape[2], 1 if layer.is_transposed else layer.shape[3]
    rows = []
    for unit in ids:
        channels = np.flatnonzero(np.isin(own, unit))
        groups, within = channels // inputs, channels % inputs
        each = groups[:, None] * (inputs * taps) + np.arange(taps)[None] * inputs + within[:, None]
        rows.append(each.reshape(-1))
    if len({len(row) for row in rows}) > 1 or not len(rows[0]):
        return None
    return torch.from_numpy(np.stack(rows))


def stays_of(site: Site, axes: Sequence[Axis], chosen: Mapping[str, Tensor]) -> list[Tensor]:
    """What stays of each of a site's matrices without some units, (outputs, inputs) of bool for each.

    Args:
        site: of a weight.
        axes: of units.
        chosen: which go, (units,) of bool by the name of the axis; of others all stay.
    """
    shape = (site.layer.groups, *site.shape)
    columns = torch.ones(shape[0] * shape[2], dtype=torch.bool)
    rows = torch.ones(shape[0] * shape[1], dtype=torch.bool)
    for axis in [axis for axis in axes if axis.name in chosen]:
        for reader in axis.readers:
            if reader.site is site:
                columns[reader.columns[chosen[axis.name]].reshape(-1)] = False
        for writer in axis.writers:
            if writer.site is site:
                rows &= ~axis.rows_gone(writer, chosen[axis.name])
    across = columns.reshape(shape[0], 1, shape[2]) & rows.reshape(shape[0], shape[1], 1)
    return [*across.expand(shape)]


def zeroed(matrix: Matrix, kept: Tensor) -> Matrix:
    """A matrix with zeros where nothing is kept, and in the bias of outputs of which nothing is."""
    bias = None if matrix.bias is None else torch.where(kept.any(dim=1), matrix.bias, 0.0)
    return matrix.but(matrix.values * kept, bias)


def hold_tables(program: Program, axes: Sequence[Axis], chosen: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """Put zeros where some units lie in tables and vectors; what stays of each of these, by name.

    Args:
        program: what is changed.
        axes, chosen: as for ``stays_of``.
    """
    kept: dict[str, Tensor] = {}
    for axis in [axis for axis in axes if axis.name in chosen]:
        for table in axis.tables:
            indices = indices_of(table, axis.ids[chosen[axis.name].numpy()])
            if indices:
                held = attribute(program.module, table.weight).detach()
                stays = torch.ones_like(held, dtype=torch.bool)
                stays.index_fill_(table.dim, torch.tensor(indices, device=held.device), value=False)
                kept[table.weight] = kept.get(table.weight, stays) & stays
                program.exchange_weight(table.weight, torch.where(stays, held, 0.0))
    return kept


def widths_of(program: Program, axes: Axes, cost: Callable[[Layer, float, float], float]) -> Widths:
    """What each layer costs, by the channel ids of its outputs and inputs.

    Args:
        cost: what a layer costs with shares of its outputs and inputs left.
    """
    work = []
    for layer in weighing(program):
        if layer.node in axes.opaque:
            continue
        groups, outputs, inputs, _ = layer.shape
        each = (written_by(layer, axes).reshape(groups, outputs), read_by(layer, axes).reshape(groups, inputs))
        work.append((layer, functools.partial(cost, layer), *each))
    return Widths(work)


def norms_alone(program: Program) -> Speculation:
    """Norms over fewer channels that keep the original count, which a compile makes where they pay; nothing else."""
    others = {node.name for node in program.nodes() if not isinstance(rule_of(node), FeatureNorm)}
    return Speculation(True, frozenset(others))


def gone(program: Program, ctx: Context) -> Mask:
    """The channel ids that nobody needs, as removal would find them; graphs that are alike number them alike."""
    axes = found_axes(program, ctx)
    FindConstants().run(program, ctx)
    FindLiveness().run(program, ctx)
    return ~close(axes, program.facts[LIVENESS], axes.constraints)


def zero_dead(program: Program, ctx: Context, kept: dict[str, Tensor]) -> None:
    """Put zeros into rows and columns of layers that nobody needs.

    It changes nothing that is computed: the analyses prove it. A tied weight stays where one of its layers needs it.

    Args:
        program, ctx: of the pass.
        kept: what stays of weights, by name, of which less stays then.
    """
    dead = gone(program, ctx)
    axes = program.facts[AXES]
    needed: dict[str, Tensor] = {}
    biases: dict[str, Tensor] = {}
    layers = [layer for layer in weighing(program) if layer.node not in axes.opaque]
    for layer in layers:
        groups, outputs, inputs, taps = layer.shape
        rows = ~dead[written_by(layer, axes)].reshape(groups, outputs, 1, 1)
        columns = ~dead[read_by(layer, axes)].reshape(groups, 1, inputs, 1)
        stays = torch.from_numpy(np.broadcast_to(rows & columns, (groups, outputs, inputs, taps)).copy())
        mask = layer.decanonical(stays.double()) != 0
        name = str(layer.weight.target)
        needed[name] = needed[name] | mask if name in needed else mask
        if program.is_weight(layer.bias):
            alive = torch.from_numpy(rows.reshape(-1).copy())
            place = str(layer.bias.target)  # type: ignore[union-attr]
            biases[place] = biases[place] | alive if place in biases else alive
    for name, mask in _zeroed(program, layers, needed, biases).items():
        kept[name] = kept[name] & mask if name in kept else mask


def _zeroed(
    program: Program, layers: Sequence[Layer], needed: Mapping[str, Tensor], biases: Mapping[str, Tensor]
) -> dict[str, Tensor]:
    """Put zeros where nobody needs a number; what is needed of each weight that changed."""
    names = {str(node.target): node for node in program.nodes() if node.op == "get_attr"}
    readers = {layer.start for layer in layers}
    changed = {}
    for name, mask in [*needed.items(), *biases.items()]:
        node = names[name]
        if mask.all() or not all(user in readers for user in node.users):
            continue
        held = program.weight(node)
        assert held is not None
        if not bool((held[~mask.to(held.device)] != 0).any()):
            continue
        changed[name] = mask
        program.exchange_weight(name, torch.where(mask.to(held.device), held, 0.0))
    return changed
