"""The report as one HTML page that needs nothing else: inline styles, inline SVG, no script, light and dark, printable."""

from __future__ import annotations

import math
import os
from collections.abc import Iterable, Iterator, Sequence
from html import escape
from pathlib import Path

from ..codegen.onnx.export import atomically
from ..passes.base import Refusal
from .report import Layer, Report

CHUNK = 40  # rows in one drawing: a printer can break the page between drawings, not inside one
MANY = 60  # from this many layers on, rows are drawn smaller


def save_html(report: Report, path: str | os.PathLike[str]) -> None:
    """Write ``report`` as one self-contained page.

    Raises:
        UserError: the path cannot be written. Nothing is left behind.
    """
    target = Path(path)
    with atomically(target) as folder:
        (folder / target.name).write_text(page(report), encoding="utf-8")


def page(report: Report) -> str:
    """The page as text."""
    sections = [
        _section("Operations, layer by layer", _operations(report.layers)),
        '<div class="pair">',
        _section("Predicted against measured", _gains(report.layers)),
        _section("Where the zeros are", _zeros(report.layers)),
        "</div>",
        _section("Every layer", _table(report.layers)),
        _section("Decided by measurement", _items(report.decisions)),
        _section("Left undone, and why", _refusals(report.refusals)),
        _section("Time spent in passes", _timings(report.timings)),
    ]
    title = f"{report.model} for {report.target}"
    notes = "".join(f'<p class="note">{escape(note)}</p>' for note in report.notes)
    return "\n".join(
        [
            '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">',
            '<meta name="viewport" content="width=device-width, initial-scale=1">',
            '<meta name="color-scheme" content="light dark">',
            f"<title>{escape(title)} - sparsec report</title>\n<style>{STYLE}</style>\n</head>\n<body>\n<main>",
            f"<header><h1>{escape(report.model)}</h1><p>compiled by sparsec for {escape(report.target)}</p></header>",
            _tiles(report),
            notes,
            *sections,
            "</main>\n</body>\n</html>\n",
        ]
    )


def _section(title: str, body: str) -> str:
    return f"<section>\n<h2>{escape(title)}</h2>\n{body}\n</section>" if body else ""


# -------------------------------------------------------------------- numbers as text


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


def _fewer(pair: tuple[int, int]) -> str:
    """How much of a number went: ``-41 %``."""
    share = 1 - pair[1] / pair[0] if pair[0] else 0.0
    return "unchanged" if pair[0] == pair[1] else f"−{share:.0%}".replace("%", " %")


def _change(pair: tuple[int, int]) -> str:
    if pair[0] == pair[1]:
        return str(pair[0])
    return f"{pair[0]} → <b>{pair[1] or 'gone'}</b>"


def _plural(count: int, noun: str) -> str:
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"


def _short(name: str, room: int = 44) -> str:
    """A layer's name for a label: without ``.weight``, and cut at the front, where names are alike."""
    name = name.removesuffix(".weight")
    return name if len(name) <= room else "…" + name[1 - room :]


# -------------------------------------------------------------------- headline


def _tiles(report: Report) -> str:
    tiles = [_speed(report), _size("operations", report.flops, f"{_ratio(report.predicted_gain)} fewer")]
    tiles += [_size("parameters", report.parameters, ""), _exactness(report), _layers(report)]
    return '<div class="tiles">' + "".join(
        f'<div class="tile {kind}"><p>{escape(label)}</p><strong>{escape(value)}</strong><small>{escape(note)}</small></div>'
        for kind, label, value, note in tiles
    ) + "</div>"


def _speed(report: Report) -> tuple[str, str, str, str]:
    if report.measured is None or report.measured_gain is None:
        return "", "measured speed-up", "–", "not measured"
    before, after = report.measured
    return "good", "measured speed-up", _ratio(report.measured_gain), f"{_seconds(before)} → {_seconds(after)} on {report.target}"


def _size(what: str, pair: tuple[int, int], more: str) -> tuple[str, str, str, str]:
    note = f"{_amount(pair[0])} → {_amount(pair[1])}" + (f", {more}" if more and pair[0] != pair[1] else "")
    return "", what, _fewer(pair), note


def _exactness(report: Report) -> tuple[str, str, str, str]:
    if report.error is None:
        return "bad", "exactness", "not checked", "compile with verify=True"
    note = f"of the output's scale at most, on {_plural(report.samples, 'input set')} in {report.error_dtype}"
    return "good", "difference from the original", f"{report.error:.1e}", note


def _layers(report: Report) -> tuple[str, str, str, str]:
    gone = sum(layer.outputs[1] == 0 for layer in report.layers)
    note = f"{gone} of them gone altogether" if gone else "with a weight matrix"
    return "", "layers that shrank", f"{len(report.changed_layers)} of {len(report.layers)}", note


# -------------------------------------------------------------------- drawings


def _svg(width: float, height: float, label: str, parts: Iterable[str]) -> str:
    body = "\n".join(parts)
    return (
        f'<svg viewBox="0 0 {width:g} {height:g}" style="max-width:{width:g}px" role="img" '
        f'aria-label="{escape(label)}">\n{body}\n</svg>'
    )


def _rect(kind: str, x: float, y: float, width: float, height: float) -> str:
    return f'<rect class="{kind}" x="{x:.1f}" y="{y:.1f}" width="{max(0.0, width):.1f}" height="{max(0.0, height):.1f}"/>'


def _line(kind: str, x1: float, y1: float, x2: float, y2: float) -> str:
    return f'<line class="{kind}" x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}"/>'


def _text(kind: str, x: float, y: float, text: str) -> str:
    return f'<text class="{kind}" x="{x:.1f}" y="{y:.1f}">{escape(text)}</text>'


def _legend(*entries: tuple[str, str]) -> str:
    return '<p class="legend">' + "".join(f'<i class="{kind}"></i>{escape(text)} ' for kind, text in entries) + "</p>"


def _operations(layers: Sequence[Layer]) -> str:
    """A bar for each layer: what it computed before, and what of it is left."""
    if not layers:
        return "<p>The model has no layers with a weight matrix.</p>"
    most = max(1, *(layer.flops[0] for layer in layers))
    step, size = (20, 12) if len(layers) <= MANY else (14, 10)
    left = 20 + 0.62 * size * max(len(_short(layer.name)) for layer in layers)
    right, width = 130, 1060
    drawings = []
    for start in range(0, len(layers), CHUNK):
        rows: list[str] = []
        for index, layer in enumerate(layers[start : start + CHUNK]):
            rows += _bar(layer, index * step, step, left, (width - left - right) / most)
        count = len(layers[start : start + CHUNK])
        label = f"Operations before and after, layers {start + 1} to {start + count}"
        drawings.append(_svg(width, count * step + 2, label, [f'<g font-size="{size}">', *rows, "</g>"]))
    legend = _legend(("after", "left"), ("before", "removed"))
    return legend + '<div class="bars">' + "\n".join(drawings) + "</div>"


def _bar(layer: Layer, top: float, step: float, left: float, scale: float) -> Iterator[str]:
    before, after = layer.flops
    changed = "" if before == after else f" → {_amount(after)}" if after else " → gone"
    middle, high = top + step / 2, step * 0.62
    yield f"<g><title>{escape(layer.name)}: {_amount(before)}{changed}</title>"
    yield _text("end", left - 8, middle, _short(layer.name))
    yield _rect("before", left, middle - high / 2, before * scale, high)
    yield _rect("after", left, middle - high / 2, after * scale, high)
    yield _text("label" if changed else "muted", left + before * scale + 6, middle, f"{_amount(before)}{changed}")
    yield "</g>"


def _gains(layers: Sequence[Layer]) -> str:
    """Each layer as a dot: predicted gain to the right, measured gain upwards, both logarithmic."""
    drawn = [(x, x.predicted_gain, x.measured_gain or 0.0) for x in layers if x.measured_gain and math.isfinite(x.predicted_gain)]
    drawn = [row for row in drawn if math.isfinite(row[2])]
    if not drawn:
        return "<p>Layers were not measured: compile with measure=True.</p>"
    low = math.floor(min(0.0, *(math.log2(min(p, m)) for _, p, m in drawn)))
    high = math.ceil(max(1.0, *(math.log2(max(p, m)) for _, p, m in drawn)))
    width, height, left, bottom, most = 520.0, 400.0, 56.0, 44.0, max(x.flops[0] for x in layers) or 1

    def across(gain: float) -> float:
        return left + (math.log2(gain) - low) / (high - low) * (width - left - 14)

    def up(gain: float) -> float:
        return height - bottom - (math.log2(gain) - low) / (high - low) * (height - bottom - 14)

    parts = ['<g font-size="12">']
    for power in range(low, high + 1, max(1, (high - low) // 7)):
        gain = 2.0**power
        parts += [_line("grid", across(gain), 14, across(gain), height - bottom), _line("grid", left, up(gain), width - 14, up(gain))]
        parts += [_text("middle muted", across(gain), height - bottom + 14, f"{gain:g}×"), _text("end muted", left - 6, up(gain), f"{gain:g}×")]
    parts.append(_line("ideal", across(2.0**low), up(2.0**low), across(2.0**high), up(2.0**high)))
    for layer, predicted, measured in sorted(drawn, key=lambda row: -row[0].flops[0]):
        kind = "dot" if layer.flops[0] != layer.flops[1] else "dot same"
        radius = 3 + 9 * math.sqrt(layer.flops[0] / most)
        told = f"{layer.name}: predicted {_ratio(predicted)}, measured {_ratio(measured)}"
        parts.append(
            f'<circle class="{kind}" cx="{across(predicted):.1f}" cy="{up(measured):.1f}" r="{radius:.1f}">'
            f"<title>{escape(told)}</title></circle>"
        )
    parts += [_text("middle", (left + width) / 2, height - 8, "predicted from operations"), "</g>"]
    parts.append(f'<text class="middle" font-size="12" transform="translate(12 {(height - bottom) / 2:g}) rotate(-90)">measured</text>')
    gone = sum(not math.isfinite(x.predicted_gain) for x in layers)
    more = f" {_plural(gone, 'layer')} gone altogether {'is' if gone == 1 else 'are'} not drawn." if gone else ""
    told = f"A dot is a layer, timed by itself in PyTorch; its area goes with its operations. On the line, time fell as operations did.{more}"
    legend = _legend(("after", "shrank"), ("before", "unchanged"))
    return legend + _svg(width, height, "Predicted against measured gain", parts) + f"<p class='hint'>{told}</p>"


def _zeros(layers: Sequence[Layer]) -> str:
    """A column for each layer, in the model's order: its share of zeros, and how much of that is in whole filters."""
    if not layers:
        return ""
    width, height, left, bottom = 520.0, 400.0, 46.0, 44.0
    step, tall = (width - left - 6) / len(layers), height - bottom - 14
    parts = ['<g font-size="12">']
    for percent in range(0, 101, 25):
        y = 14 + tall * (1 - percent / 100)
        parts += [_line("grid", left, y, width - 6, y), _text("end muted", left - 6, y, f"{percent} %")]
    thick = max(0.6, min(26.0, step * 0.78))
    for index, layer in enumerate(layers):
        x, whole = left + index * step + (step - thick) / 2, _in_whole_channels(layer)
        told = f"{layer.name}: {layer.zeros:.1%} zeros, {whole:.1%} in whole filters or columns"
        parts += [f"<g><title>{escape(told)}</title>", _rect("scattered", x, 14 + tall * (1 - layer.zeros), thick, tall * layer.zeros)]
        parts += [_rect("after", x, 14 + tall * (1 - whole), thick, tall * whole), "</g>"]
    parts += [_text("middle", (left + width) / 2, height - 8, "layers, in the order of the model"), "</g>"]
    legend = _legend(("after", "in whole filters or columns"), ("scattered", "scattered"))
    told = "Only whole filters and columns of zeros can leave a dense tensor; scattered zeros stay where they are."
    return legend + _svg(width, height, "Share of zeros by layer", parts) + f'<p class="hint">{told}</p>'


def _in_whole_channels(layer: Layer) -> float:
    """Share of a weight that lies in filters or columns of zeros."""
    rows, columns = layer.zero_outputs / max(1, layer.outputs[0]), layer.zero_inputs / max(1, layer.inputs[0])
    return min(layer.zeros, 1 - (1 - rows) * (1 - columns))


# -------------------------------------------------------------------- tables


def _table(layers: Sequence[Layer]) -> str:
    if not layers:
        return ""
    heads = ("layer", "zeros", "outputs", "inputs", "operations", "predicted", "measured", "found, done, refused")
    head = "".join(f'<th scope="col">{text}</th>' for text in heads)
    return f"<table class='layers'><thead><tr>{head}</tr></thead>\n<tbody>\n" + "\n".join(map(_row, layers)) + "\n</tbody></table>"


def _row(layer: Layer) -> str:
    kind = "gone" if layer.outputs[1] == 0 else "" if layer.flops[0] != layer.flops[1] or layer.done else "same"
    where = f' · <span title="{escape(layer.where)}">{escape(_place(layer.where))}</span>' if layer.where else ""
    times = "" if layer.measured is None else " → ".join(map(_seconds, layer.measured))
    flops = _amount(layer.flops[0]) if layer.flops[0] == layer.flops[1] else f"{_amount(layer.flops[0])} → <b>{_amount(layer.flops[1])}</b>"
    cells = [
        f"<th scope='row'><code>{escape(layer.name)}</code><small>{escape(layer.op)}{where}</small></th>",
        *(f"<td>{cell}</td>" for cell in (f"{layer.zeros:.0%}", _change(layer.outputs), _change(layer.inputs), flops)),
        f"<td>{_ratio(layer.predicted_gain)}</td>",
        f'<td title="{escape(times)}">{_ratio(layer.measured_gain)}</td>',
        f"<td>{_story(layer)}</td>",
    ]
    return f'<tr class="{kind}">{"".join(cells)}</tr>'


def _story(layer: Layer) -> str:
    found = [_plural(layer.zero_outputs, "zero filter")] if layer.zero_outputs else []
    found += [_plural(layer.zero_inputs, "zero column")] if layer.zero_inputs else []
    lines = [("found", text) for text in found] + [("done", text) for text in layer.done]
    lines += [("refused", text) for text in layer.refused]
    return "".join(f'<div class="{kind}"><span>{kind}</span> {escape(text)}</div>' for kind, text in lines)


def _place(where: str) -> str:
    """The last two parts of a path."""
    return "/".join(where.replace("\\", "/").split("/")[-2:])


def _items(texts: Iterable[str]) -> str:
    items = "".join(f"<li>{escape(text)}</li>" for text in texts)
    return f"<ul>{items}</ul>" if items else ""


def _refusals(refusals: Sequence[Refusal]) -> str:
    """Reasons, the most frequent first, each with the places that it holds for."""
    groups: dict[tuple[str, str], list[Refusal]] = {}
    for refusal in refusals:
        groups.setdefault((refusal.reason, refusal.pass_name), []).append(refusal)
    blocks = []
    for (reason, name), members in sorted(groups.items(), key=lambda item: -len(item[1])):
        places = "".join(f"<li>{_refused_at(member)}</li>" for member in members)
        blocks.append(
            f"<details><summary>{escape(reason)} <small>{escape(name)}, {_plural(len(members), 'place')}</small></summary>"
            f"<ul class='places'>{places}</ul></details>"
        )
    return "\n".join(blocks)


def _refused_at(refusal: Refusal) -> str:
    path = f" in {escape(refusal.path)}" if refusal.path else ""
    where = f' · <span title="{escape(refusal.where)}">{escape(_place(refusal.where))}</span>' if refusal.where else ""
    return f"<code>{escape(refusal.node)}</code><small>{path}{where}</small>"


def _timings(timings: Sequence[tuple[str, float, bool]]) -> str:
    """One row for each pass, however often it ran."""
    if not timings:
        return ""
    rows: dict[str, tuple[int, int, float]] = {}
    for name, seconds, changed in timings:
        runs, changes, total = rows.get(name, (0, 0, 0.0))
        rows[name] = (runs + 1, changes + changed, total + seconds)
    most = max(total for _, _, total in rows.values()) or 1.0
    body = "".join(
        f"<tr><th scope='row'>{escape(name)}</th><td>{runs}</td><td>{changes}</td><td>{_seconds(total)}</td>"
        f'<td><div class="meter" style="width:{100 * total / most:.1f}%"></div></td></tr>'
        for name, (runs, changes, total) in rows.items()
    )
    heads = "".join(f'<th scope="col">{text}</th>' for text in ("pass", "ran", "changed something", "time", ""))
    return f'<table class="passes"><thead><tr>{heads}</tr></thead><tbody>{body}</tbody></table>'


LIGHT = (
    "--page:#f6f7f8;--card:#fff;--ink:#1a2026;--soft:#5a6670;--edge:#dfe4e8;"
    "--left:#0f7b76;--went:#c3dcda;--zero:#c9b27c;--warn:#8f5200;--good:#0f6e56;--bad:#a8261c"
)
DARK = (
    "--page:#12161a;--card:#1b2127;--ink:#e7ebee;--soft:#9aa6b0;--edge:#2e363e;"
    "--left:#43bfb3;--went:#2b4a4b;--zero:#8a7440;--warn:#eab25c;--good:#5ad1a8;--bad:#ff8f80"
)
STYLE = (
    f":root{{{LIGHT}}}\n@media (prefers-color-scheme: dark){{:root{{{DARK}}}}}"
    + """
*{box-sizing:border-box}
body{margin:0;background:var(--page);color:var(--ink);font:15px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,sans-serif}
main{max-width:1160px;margin:0 auto;padding:28px 20px 60px}
h1{font-size:28px;line-height:1.2;margin:0;overflow-wrap:anywhere} h2{font-size:17px;margin:0 0 10px}
header p{margin:2px 0 20px;color:var(--soft)} code{font:13px/1.4 ui-monospace,Menlo,Consolas,monospace}
small{color:var(--soft);font-size:12.5px}
section{background:var(--card);border:1px solid var(--edge);border-radius:10px;padding:18px 20px;margin:18px 0 0}
.tiles{display:grid;grid-template-columns:repeat(auto-fit,minmax(190px,1fr));gap:12px}
.tile{background:var(--card);border:1px solid var(--edge);border-radius:10px;padding:14px 16px}
.tile p{margin:0;color:var(--soft);font-size:13px} .tile strong{display:block;font-size:25px;line-height:1.35}
.tile small{display:block;line-height:1.35} .good strong{color:var(--good)} .bad strong{color:var(--bad)}
.note{background:var(--card);border-left:3px solid var(--left);padding:10px 14px;margin:18px 0 0}
.pair{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(420px,100%),1fr));gap:0 18px}
svg{display:block;width:100%;height:auto} svg text{fill:var(--ink);dominant-baseline:central}
svg .end{text-anchor:end} svg .middle{text-anchor:middle} svg .muted{fill:var(--soft)}
.before{fill:var(--went);background:var(--went)} .after{fill:var(--left);background:var(--left)}
.scattered{fill:var(--zero);background:var(--zero)} .grid{stroke:var(--edge)}
.ideal{stroke:var(--soft);stroke-dasharray:5 4}
.dot{fill:var(--left);fill-opacity:.55;stroke:var(--left)} .dot.same{fill:var(--went);stroke:var(--soft)}
.legend{margin:0 0 8px;color:var(--soft);font-size:13px}
.legend i{display:inline-block;width:11px;height:11px;border-radius:2px;margin:0 6px -1px 0} .legend i+i,.legend i~i{margin-left:14px}
.hint{margin:8px 0 0;color:var(--soft);font-size:13px}
table{width:100%;border-collapse:collapse;font-size:13.5px;font-variant-numeric:tabular-nums}
th,td{text-align:left;vertical-align:top;padding:6px 10px 6px 0;border-bottom:1px solid var(--edge);font-weight:normal}
thead th{color:var(--soft);font-size:12.5px;position:sticky;top:0;background:var(--card)}
.layers th[scope=row]{width:25%;overflow-wrap:anywhere} .layers th small{display:block} .layers td{white-space:nowrap}
.layers td:last-child{white-space:normal;width:30%} tr.same{color:var(--soft)} tr.gone code{text-decoration:line-through}
.found span,.done span,.refused span{display:inline-block;min-width:52px;color:var(--soft);font-size:12px}
.refused,.refused span{color:var(--warn)}
.passes{width:auto} .passes td:last-child{width:320px} .meter{height:9px;margin-top:6px;background:var(--left);border-radius:2px}
ul{margin:0;padding-left:20px} details{border-bottom:1px solid var(--edge);padding:6px 0} summary{cursor:pointer}
.places{columns:2;margin:6px 0;list-style:none;padding-left:16px;overflow-wrap:anywhere}
@media (max-width:760px){section{overflow-x:auto} .bars svg{min-width:640px} .places{columns:1}}
@media print{
@page{margin:13mm} :root{"""
    + LIGHT
    + """}
*{print-color-adjust:exact;-webkit-print-color-adjust:exact}
body{background:none;font-size:12px} main{padding:0;max-width:none} section{border:0;padding:0} table{font-size:10.5px}
code{font-size:10px} .tile strong{font-size:19px} .tile,tr,svg,figure{break-inside:avoid} h2{break-after:avoid}
thead{display:table-header-group} thead th{position:static} details::details-content{content-visibility:visible;height:auto}
}
"""
)
