"""Loss against speed: a model pruned to several degrees, each compiled, measured and put into one picture."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import Any

from rich import box
from rich.table import Table
from torch import nn
from torch.export import ExportedProgram

from ...codegen.onnx.files import save_text
from ..driver import CompiledModule
from ..errors import UserError
from ..progress import Progress, shown
from ..report.html import STYLE
from ..report.markup import Axes, document, el, hint, label, line, section, svg, table, ticks, tooltip
from ..report.text import plain
from .api import Result, prune
from .job import shares_of
from .measured import Measured
from .metric import Remembered
from .models import taken

SPARSITIES = (0.3, 0.5, 0.7)
"""Shares of zeros by default."""

BEST = {"kl": 0.0, "agreement": 1.0, "cosine": 1.0, "relative": 0.0}
"""What the dense model has of each built-in figure; the first that a model has is the one that is drawn."""

OF_DENSE, OF_PRUNED = ", dense", ", pruned"

PLOT_PIXELS = (760.0, 400.0)
LOOKS = """
.way{fill:none;stroke:var(--left);stroke-width:2} .interval{stroke:var(--left);stroke-opacity:.5}
.points td,.points thead th:not(:first-child){text-align:right}
"""


@dataclass(frozen=True)
class Point:
    """The model at one degree of pruning.

    Attributes:
        sparsity: that was asked for.
        result: what ``sparsec.prune`` gave.
        compiled: what became of it on the target.
    """

    sparsity: float
    result: Result
    compiled: CompiledModule

    @property
    def gain(self) -> float:
        """How many times faster than dense it was measured to be on the target; 1 where nothing was faster."""
        return self.compiled.report.timed_gain or 1.0

    @property
    def figure(self) -> Measured:
        """Of what was measured on what is held out, that which is drawn: a user's own metric before built-in ones."""
        return self._own(OF_PRUNED) or self.result.losses[next(name for name in BEST if name in self.result.losses)]

    @property
    def dense(self) -> float:
        """What the dense model has of it."""
        own = self._own(OF_DENSE)
        return BEST[self.figure.name] if own is None else own.value

    @property
    def is_own(self) -> bool:
        """Whether that is a user's metric."""
        return self._own(OF_PRUNED) is not None

    def _own(self, ending: str) -> Measured | None:
        return next((found for name, found in self.result.losses.items() if name.endswith(ending)), None)


@dataclass(frozen=True)
class Tradeoff:
    """What a model loses and gains by zeros.

    Attributes:
        model: what it is called.
        target: what it was compiled for.
        points: in the order of how many zeros there are.
    """

    model: str
    target: str
    points: tuple[Point, ...]

    def __str__(self) -> str:
        return plain([self.summary(), self.table()])

    @property
    def metric(self) -> str:
        """The name of the figure that is drawn."""
        return self.points[0].figure.name.removesuffix(OF_PRUNED)

    def summary(self) -> str:
        """What is compared, in one sentence."""
        first = self.points[0]
        verb = first.compiled.report.verb
        where = "" if first.is_own or first.result.data is None else f", {first.result.data.name}"
        return (
            f"'{self.model}' pruned and compiled for {self.target}: {self.metric} "
            f"({first.figure.better} is better{where}) and {verb} speed."
        )

    def table(self) -> Table:
        """A line for the dense model, and one for each degree."""
        found = Table(box=box.SIMPLE_HEAD, padding=(0, 1))
        for head in _heads(self.metric):
            found.add_column(head, justify="right")
        for row in self._rows():
            found.add_row(*row)
        return found

    def _rows(self) -> list[tuple[str, ...]]:
        rows: list[tuple[str, ...]] = [("dense", f"{self.points[0].dense:.4g}", "", "1.00x")]
        for point in self.points:
            low, high = point.figure.interval or (None, None)
            between = "" if low is None else f"{low:.4g} to {high:.4g}"
            rows.append((f"{point.sparsity:.0%}", f"{point.figure.value:.4g}", between, f"{point.gain:.2f}x"))
        return rows

    def to_json(self) -> dict[str, Any]:
        """The same as numbers."""
        points = [
            {
                "sparsity": point.sparsity,
                "recipe": point.result.recipe.text,
                "losses": {name: {"value": x.value, "interval": x.interval} for name, x in point.result.losses.items()},
                "gain": point.gain,
                "how": point.compiled.report.verb,
            }
            for point in self.points
        ]
        return {"model": self.model, "target": self.target, "metric": self.metric, "points": points}

    def save_html(self, path: str | os.PathLike[str]) -> Path:
        """Write a page that needs nothing else: the curve of loss against speed, and the figures.

        Raises:
            UserError: the path ends otherwise or cannot be written.
        """
        return save_text(path, (".html",), _page(self))


def tradeoff(
    model: nn.Module | ExportedProgram | str | os.PathLike[str],
    data: object,
    *,
    sparsities: float | Sequence[float] = SPARSITIES,
    target: str = "cpu",
    progress: bool | Progress = True,
    compile: Mapping[str, Any] | None = None,
    **options: Any,
) -> Tradeoff:
    """Prune a model to several degrees, compile each for the target, and measure what is lost and what is gained.

    Args:
        model, data: as for ``sparsec.prune``.
        sparsities: shares of zeros, between 0 and 1, or one.
        target: what the models are compiled for, and timed on.
        progress: say on a terminal what takes more than two seconds; or who is told.
        compile: options of ``sparsec.compile``.
        options: of ``sparsec.prune``; one of them may be ``metric``, which is drawn then.

    Raises:
        UserError: as ``sparsec.prune`` and ``sparsec.compile`` do.
    """
    shares = shares_of("sparsities", sparsities, SPARSITIES)
    if data is None:
        raise UserError("bad-option", "there is nothing to measure losses on", hint="pass data")
    came: Any = taken(model, target)
    points = []
    if options.get("metric") is not None:
        options["metric"] = Remembered(options["metric"])
    with shown(progress) as told:
        for share in shares:
            told.say(f"{share:.0%} zeros: pruning")
            result = prune(came, data, sparsity=share, target=target, progress=told, **options)
            told.say(f"{share:.0%} zeros: compiling for {target}")
            points.append(Point(share, result, result.compile(target=target, **(compile or {}))))
    return Tradeoff(points[0].result.program.name, target, tuple(points))


# -------------------------------------------------------------------- the page


def _heads(metric: str) -> list[str]:
    return ["zeros", metric, "95 % interval", "speed"]


def _page(found: Tradeoff) -> str:
    rows = [el("tr", el("th", row[0], scope="row"), *(el("td", escape(x)) for x in row[1:])) for row in found._rows()]
    body = [
        el("header", el("h1", escape(found.model)), el("p", escape(found.summary()))),
        section("What is lost, against how many times faster it runs", _drawing(found)),
        section("Figures", table(map(escape, _heads(found.metric)), rows, "points")),
    ]
    return document(f"{found.model} - loss against speed", STYLE + LOOKS, body)


def _drawing(found: Tradeoff) -> str:
    """Speed to the right, the figure upwards, with its interval; dense first."""
    dense, places = found.points[0].dense, [(1.0, found.points[0].dense)]
    ends = [dense]
    for point in found.points:
        places.append((point.gain, point.figure.value))
        ends += [point.figure.value, *(point.figure.interval or ())]
    fastest = max(1.1, *(gain for gain, _ in places))
    low, high = min(ends), max(ends)
    room = 0.08 * (high - low or 1.0)
    axes = Axes((1.0, low - room), (1.0 + (fastest - 1.0) * 1.08, high + room), *PLOT_PIXELS, (14.0, 24.0, 44.0, 64.0))
    bottom, right, parts = axes.up(low - room), axes.across(axes.high[0]), list[str]()
    for value in ticks(low - room, high + room):
        parts.append(line("grid", axes.across(1.0), axes.up(value), right, axes.up(value)))
        parts.append(label("end muted", axes.across(1.0) - 6, axes.up(value), f"{value:g}"))
    for gain in ticks(1.0, axes.high[0]):
        parts.append(line("grid", axes.across(gain), axes.up(axes.high[1]), axes.across(gain), bottom))
        parts.append(label("middle muted", axes.across(gain), bottom + 14, f"{gain:g}×"))
    parts.append(line("ideal", axes.across(1.0), axes.up(dense), right, axes.up(dense)))
    corners = " ".join(f"{axes.across(x):.1f},{axes.up(y):.1f}" for x, y in places)
    parts.append(el("polyline", kind="way", points=corners))
    for name, (gain, value), interval in zip(
        ["dense", *(f"{point.sparsity:.0%}" for point in found.points)],
        places,
        [None, *(point.figure.interval for point in found.points)],
        strict=True,
    ):
        x, y = axes.across(gain), axes.up(value)
        shapes = [el("circle", kind="dot", cx=f"{x:.1f}", cy=f"{y:.1f}", r="5"), label("", x + 9, y - 9, name)]
        if interval is not None:
            shapes.append(line("interval", x, axes.up(interval[0]), x, axes.up(interval[1])))
        parts.append(tooltip(f"{name}: {value:.4g}, {gain:.2f} times as fast", *shapes))
    parts.append(label("middle", (axes.across(1.0) + right) / 2, PLOT_PIXELS[1] - 8, "times as fast as dense"))
    plot = svg(*PLOT_PIXELS, f"{found.metric} by speed", 12, parts)
    return plot + hint(
        f"Upwards {found.metric}, with 95 % intervals; to the right speed on {found.target}; dashed: the dense model."
    )
