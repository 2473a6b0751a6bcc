"""What the passes chose about the order of channels, read off their plans while they run."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
from torch import fx

from ...passes.base import Pass
from ...passes.layout.facts import LAYOUTS, Chosen
from ...passes.layout.problem import ChannelGroup, Reader
from ...passes.layout.solve import AROUND, MODES, UNION, Plan
from ...passes.rules.base import Role
from ...passes.rules.conversion import runs_of
from ...passes.rules.table import rule_of
from ..ir.arguments import op_name
from ..ir.program import Program, module_path
from .layout import GroupRows, LayoutReport, ReaderRow


class LayoutWatcher:
    """Watches the passes, and notes what ``layouts`` has chosen."""

    def __init__(self, report: LayoutReport) -> None:
        self.report = report

    def before(self, program: Program, item: Pass, index: int) -> None:
        pass

    def after(self, program: Program, item: Pass, index: int, changed: bool) -> None:
        if LAYOUTS in item.establishes:
            self.report.groups = [_rows(chosen, self.report.mode) for chosen in program.facts[LAYOUTS].chosen]


def _rows(chosen: Chosen, mode: str) -> GroupRows:
    group, plan = chosen.group, chosen.plan
    prices = {"chosen": plan.seconds, **chosen.alternatives}
    readers = sorted(group.readers, key=lambda reader: min(reader.node.users))
    return GroupRows(
        _writer(group.first),
        group.size,
        plan.order,
        group.fixed,
        tuple(_row(reader, group, plan, mode) for reader in readers),
        {name: seconds * 1e6 for name, seconds in prices.items()},
        group.first.name,
    )


def _row(reader: Reader, group: ChannelGroup, plan: Plan, mode: str) -> ReaderRow:
    way = plan.ways[reader]
    place = np.argsort(plan.order, kind="stable")
    taken, held = (np.sort(place[reader.channels[plan.kept[ids]]]) for ids in (reader.narrow, reader.wide))
    runs, holds = tuple(runs_of(taken)), tuple(runs_of(held))
    names = tuple(dict.fromkeys(_reader_name(user) for user in sorted(reader.node.users)))
    if reader.kind == "term":
        names = (f"{_writer(reader.node.all_input_nodes[0])} (term)",)
    why = _why(reader, group, plan, mode)
    row = ReaderRow(names, reader.needs, way.channels, way.held, way.how, way.seconds * 1e6, runs, why, holds)
    side_by_side = way.how == "copy" and mode == "optimised" and row.parts == 1
    return replace(row, why="a slice would not cost less") if side_by_side else row


def _why(reader: Reader, group: ChannelGroup, plan: Plan, mode: str) -> str | None:
    """Why a reader does not take exactly what it needs as one slice; None where it does, or needs everything."""
    way, choice = plan.ways[reader], plan.choices[reader]
    if way.how == "copy":
        return _why_copied(group, mode)
    if reader.needs < way.channels and choice == UNION:
        simple = f"'{mode}' lets only layers have channels of their own"
        return simple if mode in MODES[1:] and reader.kind != "layer" else "leaving some out would cost more"
    if reader.needs < way.channels:
        return "those between make it one run" if choice == AROUND else "others, or the target's kernels, want more"
    return "the concatenation that reads it copies them anyway" if way.how == "pieces" else None


def _why_copied(group: ChannelGroup, mode: str) -> str:
    if mode == "gather":
        return "'gather' copies always"
    if group.fixed is not None:
        return f"the order cannot change: {group.fixed}"
    if mode == "upscale":
        return "the heuristic does not bring its channels together"
    return "no order was found that costs less"


def _reader_name(node: fx.Node) -> str:
    """The layer that reads, through ops that pass channels on; or the op and the module that it is in."""
    for at in _followers(node):
        if rule_of(at).role is Role.LAYER:
            return module_path(at) or at.name
    path, op = module_path(node), op_name(node)
    if not path or op.rstrip("_") in path.rpartition(".")[2]:
        return path or node.name
    return f"{path} ({op})"


def _followers(node: fx.Node) -> Iterator[fx.Node]:
    """Ops one behind the other, up to one that joins several values or has several readers."""
    while True:
        yield node
        joins = sum(value.op == "call_function" for value in node.all_input_nodes) > 1
        if joins or len(node.users) != 1:
            return
        node = next(iter(node.users))


def _writer(node: fx.Node) -> str:
    """The nearest named module behind a value."""
    while not module_path(node) and node.all_input_nodes:
        node = node.all_input_nodes[0]
    return module_path(node) or node.name
