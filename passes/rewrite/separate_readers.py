"""SeparateReaders: let every reader of a value choose its own channels."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import torch
from torch import Tensor, fx

from ...compiler.ir.channels import Channels, Mask
from ...compiler.ir.facts import Keys
from ...compiler.ir.program import Program, has_effects, is_tensor, same_shape
from ...compiler.ir.speculation import unmarked
from ..base import Context, Pass
from ..rules.base import Role
from ..rules.closure import close
from ..rules.conversion import MARK, READER, TERM, is_conversion
from ..rules.evaluate import zero_everywhere
from ..rules.facts import AXES, CONSTANTS, LIVENESS, Axes, Liveness
from ..rules.table import rule_of


@dataclass(frozen=True)
class SeparateReaders(Pass):
    """Put a conversion before every reader that needs fewer channels of a value than the value has to hold.

    Before::

        relu = aten.relu(conv2d)                        # f32[s0, 8, 4, 4]
        conv2d_1 = aten.conv2d(relu, weight_1, None)    # reads channels 0 to 3
        conv2d_2 = aten.conv2d(relu, weight_2, None)    # reads channels 2 to 5

    After::

        relu = aten.relu(conv2d)
        index_select = aten.index_select(relu, 1, every_channel)     # a conversion
        conv2d_1 = aten.conv2d(index_select, weight_1, None)
        index_select_1 = aten.index_select(relu, 1, every_channel)   # a conversion
        conv2d_2 = aten.conv2d(index_select_1, weight_2, None)

    A value holds what all its readers need, and what the values need that it is added to or lies beside. A conversion
    selects every channel and so changes nothing yet; ``convert-layouts`` decides what becomes of it. Readers that need
    the same channels share one. A term of a sum that is zero for some channels gets one too: it may leave those out.
    """

    requires: ClassVar[Keys] = frozenset({AXES, CONSTANTS, LIVENESS})

    def run(self, program: Program, ctx: Context) -> bool:
        if not ctx.speculation.allowed:
            return False
        axes, live = program.facts[AXES], program.facts[LIVENESS]
        kept = close(axes, live, axes.constraints)
        found: list[tuple[fx.Node, int, list[fx.Node], str]] = []
        for value in program.nodes():
            if _has_channels(value, axes) and (len(value.users) > 1 or _parts(value, program)):
                held = kept[axes.ids.find(axes.of(value).labels)]
                found += [(value, axes.of(value).dims[0], group, READER) for group in _apart(value, held, program)]
            if value.target is torch.ops.aten.add.Tensor and (term := _partial(value, program)) is not None:
                found.append((term, axes.of(term).dims[0], [value], TERM))
        everything: dict[int, fx.Node] = {}
        for value, dim, readers, mark in found:
            size = axes.of(value).labels.size
            if size not in everything:
                everything[size] = program.new_weight("every_channel", torch.arange(size), kind=Tensor)
            _convert(value, dim, readers, everything[size], mark, program)
        return bool(found)


def _has_channels(value: fx.Node, axes: Axes) -> bool:
    """Whether a value has channels along one dimension that may be told apart."""
    own = axes.channels.get(value)
    if not isinstance(own, Channels) or len(own.dims) != 1 or own.labels.size < 2:
        return False
    computed = value.op == "call_function" and is_tensor(value) and not is_conversion(value)
    return computed and value.meta["val"].is_floating_point()


def _parts(value: fx.Node, program: Program) -> bool:
    """Whether the ways of channels part at a value with one reader: what lies before it has to hold more.

    It is made of several values, each of which may have other readers, or of more channels than are read of it, as a
    norm is.
    """
    axes = program.facts[AXES]
    if rule_of(value).role is Role.LAYER:  # its channels begin here
        return False
    sources = [x for x in value.all_input_nodes if isinstance(axes.channels.get(x), Channels) and axes.of(x).dims]
    if len(sources) != 1:
        return len(sources) > 1
    needed = _needed_by(value, sources[0], program)
    return int(needed.sum()) > int(program.facts[LIVENESS].of(value).sum())


def _apart(value: fx.Node, held: Mask, program: Program) -> list[list[fx.Node]]:
    """Readers that need fewer channels than the value holds, those that need the same ones together."""
    groups: dict[bytes, list[fx.Node]] = {}
    for reader in value.users:
        if reader.op != "call_function" or has_effects(reader) or is_conversion(reader):
            continue
        need = _needed_by(reader, value, program)
        if need.any() and (need != held).any():
            groups.setdefault(need.tobytes(), []).append(reader)
    return [*groups.values()]


def _partial(total: fx.Node, program: Program) -> fx.Node | None:
    """The term of a sum that is zero for most of the channels that the sum holds, if one is for any."""
    axes, constants = program.facts[AXES], program.facts[CONSTANTS]
    terms, found = [*dict.fromkeys(total.all_input_nodes)], dict[fx.Node, int]()
    alike = all(_has_channels(x, axes) and same_shape(x, total) for x in [total, *terms])
    if not alike or len(terms) != 2 or total.kwargs or len(total.args) != 2:
        return None
    for term in terms:
        constant = constants.of(term)
        if constant is not None and len(term.users) == 1 and axes.of(term).dims == axes.of(total).dims:
            zero = constant.known & zero_everywhere(constant, axes.of(term)) & program.facts[LIVENESS].of(total)
            if zero.any() and not zero.all():
                found[term] = int(zero.sum())
    return max(found, key=lambda term: found[term], default=None)


def _needed_by(reader: fx.Node, value: fx.Node, program: Program) -> Mask:
    """The positions of a value that one reader needs."""
    axes, live = program.facts[AXES], program.facts[LIVENESS]
    alone = Liveness(axes, live.speculation)
    if reader in live.masks:
        held = live.masks[reader]
        alone.masks[reader] = {k: m.copy() for k, m in held.items()} if isinstance(held, dict) else held.copy()
    if reader not in axes.channels:
        return np.ones(axes.of(value).labels.shape, dtype=np.bool_)
    axes.rules[reader].liveness(reader, axes, program.facts[CONSTANTS], alone, program)
    return alone.of(value)


def _convert(value: fx.Node, dim: int, readers: list[fx.Node], every: fx.Node, mark: str, program: Program) -> None:
    with program.graph.inserting_after(value):
        node = program.graph.call_function(torch.ops.aten.index_select.default, (value, dim, every))
    node.meta = {**unmarked(value.meta), MARK: mark}
    for reader in readers:
        reader.replace_input_with(value, node)
