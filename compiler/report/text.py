"""A report as text: some lines about the whole model, a line for each layer, and every reason once."""

from __future__ import annotations

import difflib
import io
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from string import ascii_lowercase

from rich import box
from rich.console import Console, ConsoleOptions, JustifyMethod, RenderResult
from rich.measure import Measurement
from rich.table import Table
from rich.text import Text

from ...passes.analysis.names import Removed
from ..errors import UserError
from ..words import count
from .data import LayerRow, Report

WIDTH_COLUMNS = 120  # columns, where there is no terminal
COLUMNS: dict[str, JustifyMethod] = {
    "layer": "left",
    "zeros": "right",
    "outputs": "right",
    "inputs": "right",
    "predicted": "right",
    "measured": "right",
    "notes": "left",
}
LEAST_COLUMNS = 12  # columns for a name
MOST_NOTES = 12  # so many reasons are told unless all are asked for
NUMBER = re.compile(r"(?<![\w.:])\d+(?:\.\d+)?(?=x?(?!\w|:\d))")  # not in names, sizes of blocks, places in files


def as_text(report: Report) -> str:
    """What ``print(report)`` shows."""
    more = ["report.why(LAYER) tells all about one layer."] if report.layers else []
    return plain([*parts(report), *more])


def plain(shown: Iterable[str | Table]) -> str:
    """Texts and tables as they are shown where there is no terminal."""
    console = Console(width=WIDTH_COLUMNS, record=True, file=io.StringIO())
    for part in shown:
        console.print(part, highlight=False, markup=False, soft_wrap=isinstance(part, str))
    return "\n".join(line.rstrip() for line in console.export_text(styles=False).rstrip().splitlines())


def parts(report: Report, *, everything: bool = False, removed: bool = False, more: str = "") -> Iterator[str | Table]:
    """Texts and tables, in the order in which they are to be shown.

    Args:
        more: how to see the layers that are left out.
    """
    yield summary(report)
    rows = table(report, everything=everything, removed=removed)
    if rows.row_count:
        yield rows
    if rows.row_count and report.layers_timed:
        yield f"{report.timed}: {report.layers_timed}"
    letters = legend(report, everything=everything)
    if letters.row_count:
        yield letters
    hidden = len(report.layers) - rows.row_count
    if hidden:
        yield f"{count(hidden, 'layer')} without zero channels {'is' if hidden == 1 else 'are'} unchanged{more}."


def summary(report: Report) -> str:
    """A few lines: size, operations, exactness, speed; then what was removed, in the model's words."""
    fewer = f" ({_ratio(report.predicted_gain)} fewer)" if 0 < report.flops[1] != report.flops[0] else ""
    layers = count(len(report.layers), "layer")
    lines = [
        f"{report.model} for {report.target}: {len(report.changed_layers)} of {layers} shrank; "
        f"parameters {_amount(report.parameters[0])} -> {_amount(report.parameters[1])}, "
        f"operations {_amount(report.flops[0])} -> {_amount(report.flops[1])}{fewer}."
    ]
    if report.error is None:
        lines.append("Not verified.")
    else:
        lines.append(
            f"Verified on {count(report.samples, 'input set')} in {report.error_dtype}: "
            f"largest difference {report.error:.1e} of the output's scale."
        )
    if report.quantized_error is not None:
        lines.append(
            f"Weights of sparse kernels are rounded to {report.quantized}, as asked: the outputs are off by "
            f"{report.quantized_error:.1e} of their scale."
        )
    lines += [
        f"Lossy, as asked, after '{loss.name}': the outputs are off by {loss.error:.1e} of their scale."
        for loss in report.losses
    ]
    if report.measured_gain is not None:
        lines.append(f"Measured on {report.target}: {_ratio(report.measured_gain)} the dense model's speed.")
    if report.by_model_gain is not None:
        gain = _ratio(report.by_model_gain)
        lines.append(f"Predicted for {report.target}, not measured: {gain} the dense model's speed.")
    failed = [f"Left as it was because of an error of sparsec's own: {failure}." for failure in report.failures]
    words = in_words(report.removed)
    more = [f"... and at {count(len(words) - MOST_LINES, 'more place')}."] if len(words) > MOST_LINES else []
    return "\n".join([*lines, *failed, *report.decisions, *report.remarks, *words[:MOST_LINES], *more])


def table(report: Report, *, everything: bool = False, removed: bool = False) -> Table:
    """A line for each layer that changed, or that something is to be said about; or for each layer."""
    rows = [x for x in report.layers if everything or _has_a_story(x)]
    letters = _letters(_notes_of(report))
    cells = [_cells(row, letters.get(id(row), "")) for row in rows]
    empty = {title for title in ("measured", "notes") if not any(row[title] for row in cells)}
    shown = Table(box=box.SIMPLE_HEAD, show_edge=False, padding=0)
    for title, justify in COLUMNS.items():
        if title not in empty:
            heading = report.timed if title == "measured" else title
            shown.add_column(heading, justify=justify, no_wrap=title != "layer")  # so that a name gives way first
    for title in ("removed outputs", "removed inputs") if removed else ():
        shown.add_column(title, overflow="fold")
    for row, values in zip(rows, cells, strict=True):
        name, *others = [value for title, value in values.items() if title not in empty]
        shown.add_row(_Name(name), *map(Text, others + (_indices(row) if removed else [])))  # as it is: no markup
    return shown


def legend(report: Report, *, everything: bool = False) -> Table:
    """What the letters in the table stand for, those of most layers if there are many."""
    found = _notes_of(report)
    told = sorted(found, key=lambda note: -len(note.layers))[: None if everything else MOST_NOTES]
    shown = Table.grid(padding=(0, 1, 0, 0))
    shown.add_column(no_wrap=True)
    shown.add_column(overflow="fold")
    for place, note in enumerate(found):
        if note in told:
            shown.add_row(_letter(place), Text(note.words()))
    if len(told) < len(found):
        shown.add_row("...", f"and {len(found) - len(told)} more")
    return shown


def why(report: Report, name: str) -> str:
    """Everything about the layers of that name, of the module of that name, or whose names end so."""
    if not isinstance(name, str):
        raise UserError("bad-option", f"'{name!r:.80}' is no name of a layer", hint="pass a string")
    rows = [x for x in report.layers if name in (x.name, x.name.removesuffix(".weight"), x.node)]
    rows = rows or [x for x in report.layers if x.name.startswith(f"{name}.")]
    end = name.lstrip(".")  # as it stands in a narrow table
    rows = rows or [x for x in report.layers if end and x.name.removesuffix(".weight").endswith(end)]
    if not rows:
        names = [x.name for x in report.layers]
        close = difflib.get_close_matches(name, names, cutoff=0.4) or names[:3]
        hint = f"layers: {', '.join(close)}" if close else "the model has no layers with weights"
        raise UserError("unknown-option", f"there is no layer '{name}'", hint=hint)
    return "\n\n".join("\n".join(_story(row, report)) for row in rows)


# -------------------------------------------------------------------- a line for each layer


@dataclass(frozen=True)
class _Name:
    """A layer's name on one line: where there is no room it is cut at the front, where names are alike."""

    name: str

    def __rich_measure__(self, console: Console, options: ConsoleOptions) -> Measurement:
        return Measurement(min(len(self.name), LEAST_COLUMNS), len(self.name))

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        room = options.max_width
        yield Text(self.name if len(self.name) <= room else f"...{self.name[3 - room :]}", no_wrap=True)


def _has_a_story(layer: LayerRow) -> bool:
    return bool(layer.done or layer.refused or layer.zero_outputs or layer.zero_inputs or layer.shrinkage)


def _cells(layer: LayerRow, letters: str) -> dict[str, str]:
    """What stands in each of ``COLUMNS``."""
    gone = layer.outputs[1] == 0
    values = (
        layer.name.removesuffix(".weight"),
        f"{layer.zeros:.0%}",
        "gone" if gone else _change(layer.outputs).replace(" ", ""),
        "gone" if gone else _change(layer.inputs).replace(" ", ""),
        "gone" if gone else _ratio(layer.predicted_gain),
        "" if layer.timed_gain is None or gone else _ratio(layer.timed_gain),
        letters,
    )
    return dict(zip(COLUMNS, values, strict=True))


def _indices(layer: LayerRow) -> list[str]:
    return [
        "not followed" if indices is None else "all" if left == 0 else ", ".join(_runs(indices))
        for indices, left in (
            (layer.removed_outputs, layer.outputs[1]),
            (layer.removed_inputs, layer.inputs[1]),
        )
    ]


# -------------------------------------------------------------------- every reason once


@dataclass
class _Note:
    """What was done to some layers, or refused, in words that are alike apart from numbers."""

    refused: bool
    texts: list[str]
    layers: list[LayerRow]

    def words(self) -> str:
        layers = count(len(self.layers), "layer")
        return f"{layers}{', refused' * self.refused}: {_together(self.texts)}"


def _notes_of(report: Report) -> list[_Note]:
    """In the order of layers."""
    found: dict[tuple[bool, str], _Note] = {}
    for layer in report.layers:
        done = [text for text in layer.done if text not in layer.shrinkage]  # those stand in the columns
        for refused, text in [(False, text) for text in done] + [(True, text) for text in layer.refused]:
            alike = re.sub(r"s\b", "", NUMBER.sub("#", text))  # one filter stays, two filters stay
            note = found.setdefault((refused, alike), _Note(refused, [], []))
            note.texts.append(text)
            if not any(layer is other for other in note.layers[-1:]):
                note.layers.append(layer)
    return [*found.values()]


def _together(texts: Sequence[str]) -> str:
    """One sentence for several that differ in numbers only, with the range of each number."""
    numbers = [NUMBER.findall(text) for text in texts]
    ends = [(min(column, key=float), max(column, key=float)) for column in zip(*numbers, strict=True)]
    ranges = iter([low if low == high else f"{low}-{high}" for low, high in ends])
    plural = max(texts, key=lambda text: [*map(float, NUMBER.findall(text))])
    return NUMBER.sub(lambda _: next(ranges), plural)


def _letters(found: Sequence[_Note]) -> dict[int, str]:
    """The letters of each layer's notes, by its identity."""
    letters: dict[int, str] = {}
    for place, note in enumerate(found):
        for layer in note.layers:
            letters[id(layer)] = f"{letters.get(id(layer), '')} {_letter(place)}".lstrip()
    return letters


def _letter(place: int) -> str:
    """``a`` to ``z``, then ``aa``, ``ab``, ..."""
    before, last = divmod(place, len(ascii_lowercase))
    return (_letter(before - 1) if before else "") + ascii_lowercase[last]


# -------------------------------------------------------------------- all about one layer


def _story(layer: LayerRow, report: Report) -> Iterator[str]:
    yield f"{layer.name} ({layer.op}{f', {layer.where}' if layer.where else ''})"
    found = (count(layer.zero_outputs, f"zero {layer.noun}"), count(layer.zero_inputs, "zero column"))
    outputs, inputs = _indices(layer)
    before, after = map(_amount, layer.flops)
    facts = [
        ("zeros", [f"{layer.zeros:.0%} of the weight; {found[0]}, {found[1]}"]),
        ("outputs", [_change(layer.outputs) + (f"; removed: {outputs}" if outputs else "")]),
        ("inputs", [_change(layer.inputs) + (f"; removed: {inputs}" if inputs else "")]),
        (
            "operations",
            [before if before == after else f"{before} -> {after}, predicted {_ratio(layer.predicted_gain)}"],
        ),
        (report.timed, [_times(layer.times, layer, report)] if layer.times else []),
        ("done", layer.done),
        ("refused", layer.refused),
        ("around it", in_words([x for x in report.removed if x.path and f"{layer.name}.".startswith(f"{x.path}.")])),
    ]
    for title, texts in facts:
        for place, text in enumerate(texts):
            yield f"  {'' if place else title:<10} {text}"


def _times(times: tuple[float, float], layer: LayerRow, report: Report) -> str:
    before, after = (f"{seconds * 1e3:.3g} ms" for seconds in times)
    return f"{before} -> {after}, {_ratio(layer.timed_gain or 1.0)}; {report.layers_timed}"


# -------------------------------------------------------------------- numbers


def _change(pair: tuple[int, int]) -> str:
    return str(pair[0]) if pair[0] == pair[1] else f"{pair[0]} -> {pair[1]}"


def _ratio(number: float) -> str:
    return "gone" if number == float("inf") else f"{number:.2f}x"


def _amount(number: int) -> str:
    for limit, letter in ((1e9, "G"), (1e6, "M"), (1e3, "k")):
        if number >= limit:
            return f"{number / limit:.2f} {letter}"
    return str(number)


# -------------------------------------------------------------------- what was removed, in words

MOST_LINES, MOST_RUNS = 40, 8  # so many lines in a summary, and so many runs of indices in a line
WITHIN = ("kv group", "feature")  # not worth a word where all of them are gone


def in_words(removed: Sequence[Removed], runs: int = MOST_RUNS) -> list[str]:
    """A line for each place: ``encoder.layer.3.attention: heads 1, 5 of 12 removed``."""
    places: dict[str, list[Removed]] = {}
    for row in worth_a_word(removed):
        places.setdefault(place_of(row), []).append(row)
    lines = []
    for place, rows in places.items():
        *first, last = [phrase(row, runs) for row in rows]
        words = "; ".join([*(what + which for what, which in first), f"{last[0]} removed{last[1]}"])
        lines.append(f"{place}: {words}" if place else words)
    return lines


def worth_a_word(removed: Sequence[Removed]) -> list[Removed]:
    """What the table of layers does not say as well: it counts channels of convolutions, and layers that are gone."""
    return [x for x in removed if x.kind != "channel" and (x.kind not in WITHIN or len(x.indices) < x.size)]


def place_of(row: Removed) -> str:
    """Where something was removed."""
    return f"{row.path} residual stream".lstrip() if row.kind == "residual channel" else row.path


def phrase(row: Removed, limit: int = MOST_RUNS) -> tuple[str, str]:
    """What was removed, and a list of it where that is long: ``("14 of 48 neurons", " (3, 7, 9, ...)")``."""
    noun, count = row.kind.removeprefix("residual "), len(row.indices)
    if count == row.size:
        return (f"all {row.size} {noun}s" if count > 1 else f"the only {noun}"), ""
    runs = _runs(row.indices)
    if len(runs) > limit:
        return f"{count} of {row.size} {noun}s", f" ({', '.join(runs[:limit])}, ...)"
    return f"{noun}{'' if count == 1 else 's'} {', '.join(runs)} of {row.size}", ""


def _runs(indices: Sequence[int]) -> list[str]:
    """``[1, 3, 4, 5]`` as ``["1", "3-5"]``."""
    runs: list[list[int]] = []
    for index in indices:
        if runs and index == runs[-1][-1] + 1:
            runs[-1].append(index)
        else:
            runs.append([index])
    return [text for run in runs for text in ([f"{run[0]}-{run[-1]}"] if len(run) > 2 else map(str, run))]
