"""Sensitivity: what a model loses if one layer alone is pruned, layer by layer, as far as one likes."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from html import escape
from pathlib import Path
from typing import Any

import torch
from rich import box
from rich.table import Table
from torch import nn
from torch.export import ExportedProgram

from ...codegen.onnx.files import save_text
from ...passes.base import Context
from ...passes.prune.compensation import compensation_of
from ...passes.prune.importance import importance_of
from ...passes.prune.kinds import Compensation, Importance, Pattern
from ...passes.prune.patterns import pattern_of
from ...passes.prune.prune import Prune
from ..ir.autocast import without_autocast
from ..progress import Progress, shown
from ..report.html import STYLE
from ..report.markup import Axes, breakable, document, el, hint, label, line, section, svg, table, tooltip
from ..report.text import plain
from .data import Data, Split
from .job import shares_of
from .models import batches_of, taken

LEVELS = (0.25, 0.5, 0.75)
"""Shares of zeros that are tried by default."""

PLOT_PIXELS = (760.0, 420.0)  # width and height of the drawing
SMALL_PIXELS = (120.0, 22.0)
LOOKS = """
.curve{fill:none;stroke:var(--left);stroke-width:1.5;stroke-opacity:.6} .curve:hover{stroke-width:4;stroke-opacity:1}
.losses th{overflow-wrap:anywhere} .losses td,.losses thead th:not(:first-child){text-align:right}
.losses td:last-child{width:140px}
"""


@dataclass(frozen=True)
class Curve:
    """What a model loses by one layer.

    Attributes:
        name: of the layer.
        size: how many weights it has.
        losses: the squared error of the model's outputs over their squares, by the layer's share of zeros.
    """

    name: str
    size: int
    losses: Mapping[float, float]


@dataclass(frozen=True)
class Sensitivity:
    """What a model loses by each of its layers alone.

    Attributes:
        model: what it is called.
        options: how layers were pruned, and on what: method by method, in words.
        levels: the shares of zeros.
        curves: of each layer, in the order of the model.
    """

    model: str
    options: Mapping[str, str]
    levels: tuple[float, ...]
    curves: tuple[Curve, ...] = field(default=())

    def __str__(self) -> str:
        return plain([self.summary(), self.table()])

    def summary(self) -> str:
        """What was done, in one sentence."""
        told = ", ".join(f"{name} {value}" for name, value in self.options.items())
        return (
            f"Squared error of the outputs of '{self.model}' over their squares, one layer pruned at a time ({told})."
        )

    def table(self) -> Table:
        """A line for each layer, the most sensitive first."""
        found = Table(box=box.SIMPLE_HEAD, padding=(0, 1))
        found.add_column("layer", overflow="fold")
        for name in ("weights", *(f"{level:.0%} zeros" for level in self.levels)):
            found.add_column(name, justify="right")
        for curve in self.sorted():
            found.add_row(curve.name, f"{curve.size}", *(f"{curve.losses[level]:.3g}" for level in self.levels))
        return found

    def sorted(self) -> list[Curve]:
        """The curves, the most sensitive layers first: by what is lost at the highest share."""
        return sorted(self.curves, key=lambda curve: (-curve.losses[self.levels[-1]], curve.name))

    def to_json(self) -> dict[str, Any]:
        """The same as numbers."""
        layers = [
            {"name": one.name, "weights": one.size, "losses": [one.losses[level] for level in self.levels]}
            for one in self.curves
        ]
        return {"model": self.model, "options": dict(self.options), "levels": [*self.levels], "layers": layers}

    def save_html(self, path: str | os.PathLike[str]) -> Path:
        """Write a page that needs nothing else: a drawing of all curves, and the table.

        Raises:
            UserError: the path ends otherwise or cannot be written.
        """
        return save_text(path, (".html",), _page(self))


@torch.inference_mode(False)
@without_autocast()
def sensitivity(
    model: nn.Module | ExportedProgram | str | os.PathLike[str],
    data: object,
    *,
    levels: float | Sequence[float] = LEVELS,
    pattern: str | Pattern = "scattered",
    importance: str | Importance = "wanda",
    compensation: str | Compensation = "none",
    keep: Sequence[str] = (),
    progress: bool | Progress = True,
) -> Sensitivity:
    """Measure what a model loses if one layer alone is pruned, for each layer and some shares of zeros.

    Losses are those of the model's outputs, on a few of the data (sixteen samples), which statistics are made of, too.
    It takes a run of half the model for each layer and share.

    Args:
        model, data: as for ``sparsec.prune``; all data are looked at.
        levels: shares of zeros, between 0 and 1, or one; a pattern that has one share only (2:4) is tried at that.
        pattern, importance, compensation: how a layer is pruned.
        keep: patterns of names of layers that are left out.
        progress: say on a terminal what takes more than two seconds; or who is told.

    Raises:
        UserError: as ``sparsec.prune`` does.
    """
    chosen = pattern_of(pattern)
    shares = shares_of("levels", levels, LEVELS, all_of_it=True) if chosen.share is None else (chosen.share,)
    came = taken(model)
    read = Data.of(data, came.model)
    split = Split(read, read, "all data", separate=False)
    program = came.program(split)
    item = Prune(
        pattern=chosen,
        importance=importance_of(importance),
        compensation=compensation_of(compensation),
        keep=tuple(keep),
        data=batches_of(program, split),
    )
    with shown(progress) as told:
        ctx = Context(say=told.say)
        curves = [Curve(site.name, site.size, losses) for site, losses in item.curves(program, shares, ctx)]
    methods = {"pattern": item.pattern, "importance": item.importance, "compensation": item.compensation}
    options = {name: method.text for name, method in methods.items()} | {"on": read.says()}
    return Sensitivity(program.name, options, shares, tuple(curves))


# -------------------------------------------------------------------- the page


def _page(found: Sensitivity) -> str:
    most = max((loss for one in found.curves for loss in one.losses.values()), default=0.0) or 1.0
    rows = []
    for one in found.sorted():
        small = svg(
            *SMALL_PIXELS,
            f"Curve of {one.name}",
            10,
            [_curve(one, Axes((0.0, 0.0), (found.levels[-1], most), *SMALL_PIXELS))],
        )
        cells = [str(one.size), *(f"{one.losses[level]:.3g}" for level in found.levels), small]
        rows.append(el("tr", el("th", breakable(one.name), scope="row"), *(el("td", cell) for cell in cells)))
    heads = ["layer", "weights", *(f"{level:.0%} zeros" for level in found.levels), "curve"]
    body = [
        el("header", el("h1", escape(found.model)), el("p", escape(found.summary()))),
        section("What the model loses, one layer pruned at a time", _drawing(found, most)),
        section("Every layer, the most sensitive first", table(heads, rows, "losses")),
    ]
    return document(f"{found.model} - sensitivity", STYLE + LOOKS, body)


def _curve(one: Curve, axes: Axes) -> str:
    points = [(0.0, 0.0), *one.losses.items()]
    places = " ".join(f"{axes.across(share):.1f},{axes.up(loss):.1f}" for share, loss in points)
    return el("polyline", kind="curve", points=places)


def _drawing(found: Sensitivity, most: float) -> str:
    """All curves, from no zeros on; the name of a layer is its tooltip."""
    axes = Axes((0.0, 0.0), (found.levels[-1], most), *PLOT_PIXELS, (14.0, 14.0, 44.0, 64.0))
    left, right, top, bottom = axes.across(0.0), axes.across(found.levels[-1]), axes.up(most), axes.up(0.0)
    parts = list[str]()
    for loss in (most * step / 4 for step in range(5)):
        parts.append(line("grid", left, axes.up(loss), right, axes.up(loss)))
        parts.append(label("end muted", left - 6, axes.up(loss), f"{loss:.2g}"))
    for share in (0.0, *found.levels):
        parts.append(line("grid", axes.across(share), top, axes.across(share), bottom))
        parts.append(label("middle muted", axes.across(share), bottom + 14, f"{share:.0%}"))
    for one in found.sorted():
        parts.append(tooltip(f"{one.name}: {one.losses[found.levels[-1]]:.3g}", _curve(one, axes)))
    parts.append(label("middle", (left + right) / 2, axes.height - 8, "zeros in the layer"))
    plot = svg(axes.width, axes.height, "Loss of the model by the share of zeros in each layer", 12, parts)
    return plot + hint("Each line is a layer; its name shows where the pointer rests on it.")
