"""What pruning did and what it cost, as text: some lines about the model, then a line for each axis and layer."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rich import box
from rich.table import Table

from ...codegen.onnx.files import save_text
from ...passes.prune.outcome import Pruned
from ..report.html import STYLE
from ..report.markup import breakable, document, el, section, table
from ..report.text import plain
from ..words import count

if TYPE_CHECKING:
    from .api import Result


@dataclass(frozen=True)
class PruningReport:
    """What was done to a model and what it cost: as text (``print``), as numbers, as a page.

    Attributes:
        result: that it is of.
    """

    result: Result = field(repr=False)

    def __str__(self) -> str:
        return plain(parts(self.result))

    def to_json(self) -> dict[str, Any]:
        """The same as numbers."""
        return as_json(self.result)

    def save_json(self, path: str | os.PathLike[str]) -> Path:
        """Write ``to_json()`` to a file.

        Raises:
            UserError: the path ends otherwise or cannot be written.
        """
        return save_text(path, (".json",), json.dumps(self.to_json(), indent=1) + "\n")

    def save_html(self, path: str | os.PathLike[str]) -> Path:
        """Write a page that needs nothing else.

        Raises:
            UserError: the path ends otherwise or cannot be written.
        """
        name = self.result.program.name
        body = [el("header", el("h1", escape(name)), el("p", escape(summary(self.result.outcome))))]
        texts = list[str]()
        for part in parts(self.result):
            if isinstance(part, str):
                texts.append(el("p", escape(part)))
                continue
            heads = [str(column.header) for column in part.columns]
            rows = zip(*(column.cells for column in part.columns), strict=True)
            cells = (el("tr", *(el("td", breakable(str(cell))) for cell in row)) for row in rows)
            body.append(section(f"Each {heads[0]}", table(map(escape, heads), cells, "pruned")))
        body.insert(1, section("What it cost", "\n".join(texts[1:])))
        return save_text(path, (".html",), document(f"{name} - pruned", STYLE, body))


def parts(result: Result) -> Iterator[str | Table]:
    """Texts and tables, in the order in which they are to be shown."""
    yield summary(result.outcome)
    yield from result.outcome.notes
    if result.recovered is not None:
        yield result.recovered.says()
    yield from losses(result)
    if result.outcome.gone:
        yield _units(result.outcome)
    if result.outcome.outcomes:
        yield _layers(result.outcome)
    for note, names in _by_text((note, one.name) for one in result.outcome.outcomes for note in one.notes).items():
        yield f"{count(len(names), 'layer')} ({_some(names)}): {note}"
    for why, names in _by_text((why, name) for name, why in result.outcome.refused.items()).items():
        left = "layer left as it is" if len(names) == 1 else "layers left as they are"
        yield f"{len(names)} {left} ({_some(names)}): {why}"


def summary(outcome: Pruned) -> str:
    """How many zeros there are, in one sentence."""
    sizes = [one.shape[0] * one.shape[1] * one.shape[2] for one in outcome.outcomes]
    zeros = sum(size * one.zeros for size, one in zip(sizes, outcome.outcomes, strict=True))
    whole = max(1, sum(sizes))
    if outcome.gone:
        went = ", ".join(f"{len(one.indices)} of {count(one.size, one.kind)}" for one in outcome.gone[:4])
        text = f"Gone: {went}{', ...' if len(outcome.gone) > 4 else ''}."
    elif not outcome.outcomes:
        text = "No layer was pruned."
    else:
        layers, asked = count(len(outcome.outcomes), "layer"), outcome.asked if outcome.budget is None else None
        text = f"{zeros / whole:.1%} of the weights of {layers} are zero"
        text += "." if asked is None else f", {asked:.1%} were asked for."
    if outcome.left is None or outcome.budget is None:
        return text
    budget = outcome.budget
    return f"{text} Of the {budget.counts} {outcome.left:.1%} are left, {budget.share:.1%} were asked for."


def losses(result: Result) -> Iterator[str]:
    """What the model lost, a line for each metric."""
    if not result.losses:
        return
    where = ""
    if result.data is not None:
        where = f" ({result.data.name if result.data.separate else 'on the data that it was pruned with'})"
    yield f"Against the dense model{where}:"
    for found in result.losses.values():
        yield f"  {found.says()}"


def _units(outcome: Pruned) -> Table:
    table = _table("units", "gone", "asked")
    for one in outcome.gone:
        table.add_row(one.name, f"{len(one.indices)} of {one.size}", f"{one.asked:.0%}")
    return table


def _layers(outcome: Pruned) -> Table:
    table = _table("layer", "outputs x inputs", "asked", "zeros", "lost if only left out", "lost")
    for one in outcome.outcomes:
        groups, outputs, inputs = one.shape
        shape = f"{groups} x " * (groups > 1) + f"{outputs} x {inputs}"
        lost = ["" if value is None else f"{value:.2%}" for value in (one.masked, one.lost)]
        table.add_row(one.name, shape, f"{one.asked:.1%}", f"{one.zeros:.1%}", *lost)
    return table


def _table(first: str, *others: str) -> Table:
    table = Table(box=box.SIMPLE_HEAD, padding=(0, 1))
    table.add_column(first, justify="left", overflow="fold")
    for name in others:
        table.add_column(name, justify="right")
    return table


def _by_text(pairs: Iterable[tuple[str, str]]) -> dict[str, list[str]]:
    """The names of which something is said, by what that is."""
    found: dict[str, list[str]] = {}
    for text, name in pairs:
        found.setdefault(text, []).append(name)
    return found


def _some(names: Sequence[str]) -> str:
    return ", ".join(names[:3]) + ", ..." * (len(names) > 3)


def as_json(result: Result) -> dict[str, Any]:
    """What the report says, as numbers."""
    outcome = result.outcome
    return {
        "summary": summary(outcome),
        "data": None if result.data is None else {"held out": result.data.name, "separate": result.data.separate},
        "losses": [
            {
                "name": name,
                "says": found.says(),
                "value": found.value,
                "interval": found.interval and [*found.interval],
                "better": found.better,
            }
            for name, found in result.losses.items()
        ],
        "recovered": result.recovered and vars(result.recovered) | {"says": result.recovered.says()},
        "left": outcome.left,
        "notes": [*outcome.notes],
        "units": [vars(one) | {"indices": [*one.indices]} for one in outcome.gone],
        "layers": [vars(one) | {"shape": [*one.shape]} for one in outcome.outcomes],
        "refused": dict(outcome.refused),
        "recipe": result.recipe.text,
    }
