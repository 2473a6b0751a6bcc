"""The report as one HTML page that needs nothing else: styles and drawings inline, no script, light, dark, on paper."""

from __future__ import annotations

import math
import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from html import escape

from ...codegen.onnx.files import atomically
from ...passes.analysis.names import Removed
from ..ir.findings import Refusal
from ..paths import output_path
from ..words import count
from .data import LayerRow, Report
from .layout_html import LOOKS as LAYOUT_LOOKS
from .layout_html import layouts
from .markup import breakable, document, el, hint, label, legend, line, rect, section, shorten, svg, table, tooltip
from .text import phrase, place_of, worth_a_word

CHUNK_ROWS = 20  # rows in one drawing: a printer can break the page between drawings, not inside one
MANY_LAYERS = 60  # from this many layers on, rows are drawn smaller
LISTED_INDICES = 100  # indices that are named for each axis
PLOT_PIXELS = (520.0, 400.0)  # width and height of the two plots that stand side by side


def save_html(report: Report, path: str | os.PathLike[str]) -> None:
    """Write ``report`` as one self-contained page.

    Raises:
        UserError: the path cannot be written. Nothing is left behind.
    """
    target = output_path(path)
    with atomically(target) as folder:
        (folder / target.name).write_text(page(report), encoding="utf-8")


def page(report: Report) -> str:
    """The page as text."""
    plots = "" if report.predicted else section("Predicted against measured", _gains(report.layers))
    plots += section("Where the zeros are", _zeros(report.layers))
    body = [
        el("header", el("h1", escape(report.model)), el("p", f"compiled by sparsec for {escape(report.target)}")),
        _tiles(report),
        *(el("p", escape(note), kind="note") for note in report.remarks),
        section("Operations, layer by layer", _operations(report.layers)),
        el("div", plots, kind="pair"),
        section("Channel layout", layouts(report.layout, report.target) if report.layout else ""),
        section("What was removed, in the model's words", _words(report.removed)),
        section("Every layer", _table(report)),
        section("Decided by a model" if report.predicted else "Decided by measurement", _list(report.decisions)),
        section("Left undone, and why", _refusals(report.refusals)),
        section("Time spent in passes", _timings(report.timings)),
    ]
    return document(f"{report.model} for {report.target} - sparsec report", STYLE, body)


def _list(texts: Iterable[str]) -> str:
    items = [el("li", escape(text)) for text in texts]
    return el("ul", *items) if items else ""


# -------------------------------------------------------------------- numbers and names as text


def _amount(number: float) -> str:
    for limit, letter in ((1e12, "T"), (1e9, "G"), (1e6, "M"), (1e3, "k")):
        if number >= limit:
            return f"{number / limit:.3g} {letter}"
    return f"{number:g}"


def _ratio(number: float | None) -> str:
    if number is None:
        return ""
    return f"{number:.2f}×" if math.isfinite(number) else "gone"


def _seconds(number: float) -> str:
    return f"{number:.2f} s" if number >= 1 else f"{number * 1e3:.3g} ms"


def _change(pair: tuple[int, int], text: Callable[[float], str] = str) -> str:
    """``32 → **25**``, ``32`` where nothing changed, ``32 → **gone**``."""
    before, after = pair
    return text(before) if before == after else f"{text(before)} → {el('b', text(after) if after else 'gone')}"


def _place(where: str | None) -> str:
    """`` · file.py:12`` with the last folder; the whole path is its tooltip."""
    if not where:
        return ""
    short = "/".join(where.replace("\\", "/").split("/")[-2:])
    return " · " + el("span", escape(short), title=where)


# -------------------------------------------------------------------- headline


def _tiles(report: Report) -> str:
    gone = sum(layer.outputs[1] == 0 for layer in report.layers)
    shrank = f"{len(report.changed_layers)} of {len(report.layers)}"
    tiles = [
        _speed(report),
        _size("operations", report.flops),
        _size("parameters", report.parameters),
        _exactness(report),
        *([_rounding(report, report.quantized_error)] if report.quantized_error is not None else []),
        _tile("layers that shrank", shrank, f"{gone} of them gone altogether" if gone else "of those with weights"),
    ]
    return el("div", *tiles, kind="tiles")


def _tile(label: str, value: str, note: str, kind: str = "") -> str:
    parts = el("p", escape(label)), el("strong", escape(value)), el("small", escape(note))
    return el("div", *parts, kind=f"tile {kind}".strip())


def _speed(report: Report) -> str:
    if report.times is None or report.timed_gain is None:
        return _tile("measured speed-up", "–", "not measured")
    before, after = report.times
    note = f"{_seconds(before)} → {_seconds(after)} {'on' if report.measured else 'for'} {report.target}"
    verb = "measured" if report.measured else "predicted"
    return _tile(f"{verb} speed-up", _ratio(report.timed_gain), note, "good" if report.timed_gain > 1 else "")


def _size(what: str, pair: tuple[int, int]) -> str:
    before, after = pair
    if before == after:
        return _tile(what, "unchanged", _amount(before))
    ratio = f" ({before / after:.2f}×)" if after else ""
    return _tile(what, f"−{100 * (1 - after / before):.0f} %", f"{_amount(before)} → {_amount(after)}{ratio}")


def _exactness(report: Report) -> str:
    if report.error is None:
        return _tile("difference from the original", "not checked", "compile with verify=True", "bad")
    note = f"of the output's scale at most, on {count(report.samples, 'input set')} in {report.error_dtype}"
    return _tile("difference from the original", f"{report.error:.1e}", note, "good")


def _rounding(report: Report, error: float) -> str:
    note = f"of the output's scale: weights of sparse kernels are rounded to {report.quantized}, as asked"
    return _tile("off by rounding", f"{error:.1e}", note)


# -------------------------------------------------------------------- drawings


def _operations(layers: Sequence[LayerRow]) -> str:
    """A bar for each layer: what it computed before, and what of it is left."""
    if not layers:
        return hint("The model has no layers with a weight matrix.")
    most = max(1, *(layer.flops[0] for layer in layers))
    step, size = (20, 12) if len(layers) <= MANY_LAYERS else (14, 10)
    left, right, width = 20 + 0.62 * size * max(len(shorten(x.name)) for x in layers), 130, 1060
    drawings = []
    for start in range(0, len(layers), CHUNK_ROWS):
        chunk = layers[start : start + CHUNK_ROWS]
        bars = [_bar(x, row * step, step, left, (width - left - right) / most) for row, x in enumerate(chunk)]
        name = f"Operations before and after, layers {start + 1} to {start + len(chunk)}"
        drawings.append(svg(width, len(chunk) * step, name, size, bars))
    return legend(("after", "left"), ("before", "removed")) + el("div", *drawings, kind="bars")


def _bar(layer: LayerRow, top: float, step: float, left: float, scale: float) -> str:
    before, after = layer.flops
    amount = _amount(before) if before == after else f"{_amount(before)} → {_amount(after) if after else 'gone'}"
    middle, high = top + step / 2, step * 0.62
    return tooltip(
        f"{layer.name}: {amount} operation{'' if before == after == 1 else 's'}",
        label("end", left - 8, middle, shorten(layer.name)),
        rect("before", left, middle - high / 2, before * scale, high),
        rect("after", left, middle - high / 2, after * scale, high),
        label("muted" if before == after else "", left + before * scale + 6, middle, amount),
    )


def _gains(layers: Sequence[LayerRow]) -> str:
    """Each layer as a dot: predicted gain to the right, measured gain upwards, both logarithmic."""
    gains = [(layer, layer.predicted_gain, layer.measured_gain or 0.0) for layer in layers]
    drawn = [(x, predicted, measured) for x, predicted, measured in gains if 0 < predicted * measured < math.inf]
    if not drawn:
        return hint("Layers were not measured: compile with measure=True.")
    powers = [math.log2(gain) for _, predicted, measured in drawn for gain in (predicted, measured)]
    low, high = math.floor(min(0.0, *powers)), math.ceil(max(1.0, *powers))
    (width, height), left, bottom, edge = PLOT_PIXELS, 56.0, 44.0, 14.0

    def across(gain: float) -> float:
        return left + (math.log2(gain) - low) / (high - low) * (width - left - edge)

    def up(gain: float) -> float:
        return height - bottom - (math.log2(gain) - low) / (high - low) * (height - bottom - edge)

    parts = []
    for gain in (2.0**power for power in range(low, high + 1, max(1, (high - low) // 7))):
        parts.append(line("grid", across(gain), edge, across(gain), height - bottom))
        parts.append(line("grid", left, up(gain), width - edge, up(gain)))
        parts.append(label("middle muted", across(gain), height - bottom + 14, f"{gain:g}×"))
        parts.append(label("end muted", left - 6, up(gain), f"{gain:g}×"))
    parts.append(line("ideal", across(2.0**low), up(2.0**low), across(2.0**high), up(2.0**high)))
    most = max(1, *(layer.flops[0] for layer in layers))
    for layer, predicted, measured in sorted(drawn, key=lambda row: -row[0].flops[0]):
        radius = 3 + 9 * math.sqrt(layer.flops[0] / most)
        at = {"cx": f"{across(predicted):.1f}", "cy": f"{up(measured):.1f}", "r": f"{radius:.1f}"}
        dot = el("circle", kind="dot" if layer.flops[0] != layer.flops[1] else "dot same", **at)
        parts.append(tooltip(f"{layer.name}: predicted {_ratio(predicted)}, measured {_ratio(measured)}", dot))
    parts.append(label("middle", (left + width) / 2, height - 8, "predicted from operations"))
    turned = f"translate(12 {(height - bottom) / 2:g}) rotate(-90)"
    parts.append(el("text", "measured", kind="middle", transform=turned))
    gone = sum(layer.measured is not None and layer.flops[1] == 0 for layer in layers)
    told = "A dot is a layer, timed by itself in PyTorch eager; more operations, larger dot."
    told += " On the line time went with them."
    told += f" Not drawn: {count(gone, 'layer')} gone altogether." if gone else ""
    plot = svg(width, height, "Predicted against measured gain of each layer", 12, parts)
    return legend(("after", "shrank"), ("before", "unchanged")) + plot + hint(told)


def _zeros(layers: Sequence[LayerRow]) -> str:
    """A column for each layer, in the model's order: its share of zeros, and the part of it in whole filters."""
    if not layers:
        return ""
    (width, height), left, bottom, edge = PLOT_PIXELS, 46.0, 44.0, 14.0
    step, tall = (width - left - 6) / len(layers), height - bottom - edge

    def column(kind: str, x: float, share: float) -> str:
        return rect(kind, x, edge + tall * (1 - share), thick, tall * share)

    parts = []
    for percent in range(0, 101, 25):
        y = edge + tall * (1 - percent / 100)
        parts += [line("grid", left, y, width - 6, y), label("end muted", left - 6, y, f"{percent} %")]
    thick = min(26.0, step * 0.78)
    for index, layer in enumerate(layers):
        x, whole = left + index * step + (step - thick) / 2, _in_whole_channels(layer)
        told = f"{layer.name}: {layer.zeros:.1%} zeros, {whole:.1%} in whole filters or columns"
        parts.append(tooltip(told, column("scattered", x, layer.zeros), column("after", x, whole)))
    parts.append(label("middle", (left + width) / 2, height - 8, "layers, in the order of the model"))
    told = "Whole filters and columns of zeros can leave a dense tensor; scattered zeros cannot."
    colours = legend(("after", "in whole filters or columns"), ("scattered", "scattered"))
    return colours + svg(width, height, "Share of zeros in each layer", 12, parts) + hint(told)


def _in_whole_channels(layer: LayerRow) -> float:
    """Share of a weight that lies in filters or columns of zeros."""
    rows, columns = layer.zero_outputs / max(1, layer.outputs[0]), layer.zero_inputs / max(1, layer.inputs[0])
    return min(layer.zeros, 1 - (1 - rows) * (1 - columns))


# -------------------------------------------------------------------- tables


def _words(removed: Sequence[Removed]) -> str:
    """One row for each axis that lost channels."""
    rows = []
    for row in worth_a_word(removed):
        what, which = phrase(row, LISTED_INDICES)
        place = el("th", el("code", breakable(place_of(row))), scope="row")
        rows.append(el("tr", place, el("td", escape(what + which))))
    return table(("where", "removed"), rows, "words") if rows else ""


def _table(report: Report) -> str:
    heads = ("layer", "zeros", "outputs", "inputs", "operations", "predicted", report.timed, "found, done, refused")
    timed = report.layers_timed
    told = hint(f"{report.timed.capitalize()}: {timed}.") if timed else ""
    return table(heads, map(_row, report.layers), "layers") + told if report.layers else ""


def _row(layer: LayerRow) -> str:
    times = "" if layer.times is None else " → ".join(map(_seconds, layer.times))
    name = el("code", breakable(layer.name)) + el("small", escape(layer.op), _place(layer.where))
    cells = [
        el("th", name, scope="row"),
        *(el("td", cell) for cell in (f"{layer.zeros:.0%}", _change(layer.outputs), _change(layer.inputs))),
        el("td", _change(layer.flops, _amount)),
        el("td", _ratio(layer.predicted_gain)),
        el("td", _ratio(layer.timed_gain), title=times),
        el("td", *_story(layer)),
    ]
    same = layer.flops[0] == layer.flops[1] and not layer.done
    return el("tr", *cells, kind="gone" if layer.outputs[1] == 0 else "same" if same else "")


def _story(layer: LayerRow) -> Iterator[str]:
    found = [count(layer.zero_outputs, "zero filter")] if layer.zero_outputs else []
    found += [count(layer.zero_inputs, "zero column")] if layer.zero_inputs else []
    for kind, texts in (("found", found), ("done", layer.done), ("refused", layer.refused)):
        if texts:
            yield el("div", el("span", kind), el("p", escape("; ".join(texts))), kind=kind)


def _refusals(refusals: Sequence[Refusal]) -> str:
    """Reasons, the most frequent first, each with the places that it holds for."""
    groups: dict[tuple[str, str], list[Refusal]] = {}
    for refusal in refusals:
        groups.setdefault((refusal.reason, refusal.pass_name), []).append(refusal)
    blocks = []
    for (reason, name), members in sorted(groups.items(), key=lambda item: -len(item[1])):
        places = el("ul", *(el("li", _refused_at(member)) for member in members), kind="places")
        told = el("small", escape(f"{name}, {count(len(members), 'place')}"))
        blocks.append(el("details", el("summary", escape(reason), " ", told), places))
    return "\n".join(blocks)


def _refused_at(refusal: Refusal) -> str:
    path = f" in {breakable(refusal.path)}" if refusal.path else ""
    return el("code", escape(refusal.node)) + el("small", path, _place(refusal.where))


def _timings(timings: Sequence[tuple[str, float, bool]]) -> str:
    """One row for each pass, however often it ran."""
    totals: dict[str, tuple[int, int, float]] = {}
    for name, seconds, changed in timings:
        runs, changes, total = totals.get(name, (0, 0, 0.0))
        totals[name] = (runs + 1, changes + changed, total + seconds)
    most = max((total for _, _, total in totals.values()), default=0.0) or 1.0
    rows = []
    for name, (runs, changes, total) in totals.items():
        meter = el("div", kind="meter", style=f"width:{100 * total / most:.1f}%")
        cells = (str(runs), str(changes), _seconds(total), meter)
        rows.append(el("tr", el("th", escape(name), scope="row"), *(el("td", cell) for cell in cells)))
    return table(("pass", "ran", "changed something", "time", ""), rows, "passes") if rows else ""


# -------------------------------------------------------------------- looks

LIGHT = (
    "--page:#f6f7f8;--card:#fff;--ink:#1a2026;--soft:#5a6670;--edge:#dfe4e8;"
    "--left:#0f7b76;--went:#c3dcda;--zero:#c9b27c;--warn:#8f5200;--good:#0f6e56;--bad:#a8261c"
)
DARK = (
    "--page:#12161a;--card:#1b2127;--ink:#e7ebee;--soft:#9aa6b0;--edge:#2e363e;"
    "--left:#43bfb3;--went:#2f5355;--zero:#8a7440;--warn:#eab25c;--good:#5ad1a8;--bad:#ff8f80"
)
LOOKS = """
*{box-sizing:border-box}
body{margin:0;background:var(--page);color:var(--ink);font:15px/1.5 system-ui,"Segoe UI",Roboto,sans-serif}
main{max-width:1160px;margin:0 auto;padding:28px 20px 60px}
h1{font-size:28px;line-height:1.2;margin:0;overflow-wrap:anywhere} h2{font-size:17px;margin:0 0 10px}
header p{margin:2px 0 20px;color:var(--soft)} code{font:13px/1.4 ui-monospace,Menlo,Consolas,monospace}
small{color:var(--soft);font-size:12.5px}
section,.tile{background:var(--card);border:1px solid var(--edge);border-radius:10px}
section{padding:18px 20px;margin:18px 0 0;min-width:0} .tile{padding:14px 16px}
.tiles{display:grid;grid-template-columns:repeat(auto-fit,minmax(190px,1fr));gap:12px}
.tile p{margin:0;color:var(--soft);font-size:13px} .tile strong{display:block;font-size:25px;line-height:1.35}
.tile small{display:block;line-height:1.35} .good strong{color:var(--good)} .bad strong{color:var(--bad)}
.note{background:var(--card);border-left:3px solid var(--left);padding:10px 14px;margin:18px 0 0}
.pair{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(420px,100%),1fr));gap:0 18px}
svg{display:block;width:100%;height:auto} svg text{fill:var(--ink);dominant-baseline:central}
svg .end{text-anchor:end} svg .middle{text-anchor:middle} svg .muted{fill:var(--soft)}
.before{fill:var(--went);background:var(--went)} .after{fill:var(--left);background:var(--left)}
.scattered{fill:var(--zero);background:var(--zero)}
.grid{stroke:var(--edge)} .ideal{stroke:var(--soft);stroke-dasharray:5 4}
.dot{fill:var(--left);fill-opacity:.55;stroke:var(--left)} .dot.same{fill:var(--went);stroke:var(--soft)}
.legend,.hint{margin:0 0 8px;color:var(--soft);font-size:13px} .hint{margin:8px 0 0}
.legend span{margin-right:16px}
.legend i{display:inline-block;width:11px;height:11px;border-radius:2px;margin:0 6px -1px 0}
table{width:100%;border-collapse:collapse;font-size:13.5px;font-variant-numeric:tabular-nums}
th,td{text-align:left;vertical-align:top;padding:6px 12px 6px 0;font-weight:normal}
tr{border-bottom:1px solid var(--edge)}
thead th{color:var(--soft);font-size:12.5px;position:sticky;top:0;background:var(--card)}
.layers tbody th{width:27%;overflow-wrap:anywhere} th small{display:block} td{white-space:nowrap}
.layers td:last-child{white-space:normal;width:33%;padding-right:0}
tr.same{color:var(--soft)} tr.gone code{text-decoration:line-through}
td div{display:flex} td span{flex:0 0 56px;color:var(--soft);font-size:12.5px} td p{margin:0;overflow-wrap:anywhere}
.refused,.refused span{color:var(--warn)}
.words tbody th{width:40%;overflow-wrap:anywhere} .words td{white-space:normal;overflow-wrap:anywhere}
.passes{width:auto} .passes td:last-child{width:320px}
.meter{height:9px;margin-top:6px;background:var(--left);border-radius:2px}
ul{margin:0;padding-left:20px} summary{cursor:pointer}
details{border-bottom:1px solid var(--edge);padding:6px 0}
.places{columns:2;margin:6px 0;list-style:none;padding-left:16px;overflow-wrap:anywhere}
@media (max-width:760px){section{overflow-x:auto} .bars svg,.layers{min-width:680px} .places{columns:1}}
"""
PAPER = """
*{print-color-adjust:exact;-webkit-print-color-adjust:exact}
body{background:none;font-size:12px} main{padding:0;max-width:none}
section{border:0;padding:0} table{font-size:11px} code,small,td span,th small{font-size:10px}
td,th{padding:3px 8px 3px 0} .tile strong{font-size:19px}
.tile,tr,svg,.pair section{break-inside:avoid} h2,.legend{break-after:avoid}
.tiles{grid-template-columns:repeat(5,1fr)} .pair{grid-template-columns:1fr 1fr}
thead{display:table-header-group} thead th{position:static}
details::details-content{content-visibility:visible;height:auto}
"""
STYLE = (
    f":root{{{LIGHT}}}\n@media (prefers-color-scheme:dark){{:root{{{DARK}}}}}{LOOKS}{LAYOUT_LOOKS}"
    f"@media print{{@page{{size:landscape;margin:12mm}} :root{{{LIGHT}}}{PAPER}}}"
)
