"""The page of ``pruning_quality.py``: tables, pictures and answers, all of them made from its figures."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape
from pathlib import Path
from typing import Any

from _mask_picture import STYLE
from _pruning_tasks import FIGURES, MIXED_TEXTS, Figure

from sparsec.compiler.pruning.measured import Compared, Measured, compare

DOCS = Path(__file__).parents[1] / "docs"
PAGE = "pruning_quality"
FLOORS = ("random", "magnitude")
OTHER = "Torch-Pruning"
ROW_PIXELS, NAME_PIXELS, PLOT_PIXELS, TOP_PIXELS = 20, 330, 420, 62

INTRODUCTION = """Real weights, no training, and data that were not calibrated on. Intervals are bootstrap intervals
over samples (95 %), differences are paired, sample by sample. *Default* is what `sparsec.prune`
does if no method is named; `none`, `bias`, `least-squares`, `affine` ... is [how others make up for
what goes](methods.md). Units are {units}. Floors are random and magnitude. Torch-Pruning 1.6.1 ran
in the same run on the same data: the same channels, or *all channels*, or those of all layers
compared (*global*), at no more multiply-adds than sparsec's rows beside it; with *norms again*
statistics of batch norms were taken again from the calibration data. *Error* is the squared
distance of vectors of length one from those of the dense model, where it was kept. Seconds are
processor time of one thread, for pruning alone."""

PROTOCOL = (
    "- Samples of several draws count as one: their mean. Crops of one photo count as one sample. Draws differ in "
    "calibration data and in what is random; rows with one draw say nothing about that. Networks for images are tested "
    "on other photos in each draw: rows with other draws are compared by paired differences only, on what both have.",
    f"- [All figures](../benchmarks/results/{PAGE}.json), with what was kept of each sample.",
    f"- Rows that are missing were not measured yet: `python benchmarks/{PAGE}.py --depth 3` measures every "
    "importance, pattern and compensation, and takes up where it was cut.",
)

Runs = dict[str, list[dict[str, Any]]]

QUESTIONS = (
    (
        "Affine (with the bias) or least squares (without), calibrated on other text than tested on?",
        [
            ("minilm", "8x1 50%, wanda, least-squares", "8x1 50%, wanda, affine"),
            ("minilm", "8x1 50%, wanda, least-squares, near data", "8x1 50%, wanda, affine, near data"),
            ("minilm", "units 30%, obs, least-squares", "units 30%, default"),
            ("minilm", "units 30%, obs, least-squares, near data", "units 30%, default, near data"),
        ],
    ),
    (
        "And on other photos?",
        [
            (name, f"units {share}, obs, least-squares", f"units {share}, default")
            for name in ("mobilenet_v2", "efficientnet_lite0")
            for share in ("10%", "20%", "30%")
        ],
    ),
    (
        "What does calibration near to the test gain?",
        [
            ("minilm", "8x1 50%, default", "8x1 50%, default, near data"),
            ("minilm", "units 30%, default", "units 30%, default, near data"),
        ],
    ),
    (
        "What do more texts gain, of several kinds?",
        [
            ("minilm_searches", f"8x1 50%, {words}", f"8x1 50%, {words}, {MIXED_TEXTS} mixed texts")
            for words in (
                "default",
                "default, surgeon",
                "default, surgeon, by-loss{spread=0.2}",
                "default, surgeon, l-greco measured",
            )
        ],
    ),
    (
        "Do statistics of batch norms help that are taken again from few images (`repair{goal=norm}`), or those of the "
        "dense layer on the same images (`repair`)?",
        [
            (name, f"units {share}, default", f"units {share}, obs, repair{{{goal}of=affine}}")
            for name in ("mobilenet_v2", "efficientnet_lite0")
            for share in ("10%", "20%", "30%")
            for goal in ("goal=norm,", "")
        ],
    ),
    (
        "Channels of all layers compared (`global`), or the same share of each, at as many multiply-adds?",
        [
            (name, f"units {share}, default", f"units {share}, default, global")
            for name in ("mobilenet_v2", "efficientnet_lite0")
            for share in ("10%", "20%", "30%")
        ],
    ),
    (
        "Does an allocation help that knows what the model loses: measured layer by layer, or told by gradients "
        "(`by-loss`)?",
        [
            ("minilm", "8x1 50%, default", "8x1 50%, default, by-loss{spread=0.2}"),
            ("minilm", "8x1 50%, default, near data", "8x1 50%, default, by-loss{spread=0.2}, near data"),
            ("minilm", "8x1 30%, default", "8x1 30%, default, by-loss"),
            ("minilm", "scattered 50%, default", "scattered 50%, default, by-loss"),
            ("minilm", "8x1 50%, default", "8x1 50%, default, l-greco measured"),
            ("minilm", "8x1 50%, default, near data", "8x1 50%, default, l-greco measured, near data"),
        ],
    ),
    (
        "Does it help that outputs of a layer make up for each other, as far as the model does not tell them apart "
        "(`surgeon`)?",
        [
            ("minilm_searches", "8x1 50%, default", "8x1 50%, default, surgeon"),
            ("minilm_searches", "8x1 50%, default, surgeon", "8x1 50%, default, surgeon, by-loss{spread=0.2}"),
            ("minilm_searches", "8x1 50%, default", "8x1 50%, default, surgeon, by-loss{spread=0.2}"),
            (
                "minilm_searches",
                "8x1 50%, default, surgeon, by-loss{spread=0.2}",
                "8x1 50%, default, surgeon, by-loss{spread=0.2}, near data",
            ),
            (
                "minilm_searches",
                f"8x1 50%, default, {MIXED_TEXTS} mixed texts",
                f"8x1 50%, default, surgeon, {MIXED_TEXTS} mixed texts",
            ),
            (
                "minilm_searches",
                f"8x1 50%, default, {MIXED_TEXTS} mixed texts",
                f"8x1 50%, default, surgeon, by-loss{{spread=0.2}}, {MIXED_TEXTS} mixed texts",
            ),
        ],
    ),
    (
        "Is SparseGPT as in the paper better or worse than ours?",
        [
            (name, f"{pattern}, sparsegpt{{published=true}}", f"{pattern}, default")
            for name in ("minilm", "smollm2")
            for pattern in ("8x1 50%", "scattered 50%", "2:4 50%")
        ],
    ),
)


def pages(found: dict[str, Any]) -> dict[Path, str]:
    """The page and a picture for each model: where they are, and what is in them.

    Args:
        found: what ``pruning_quality.json`` holds.
    """
    pictures = {DOCS / f"{PAGE}_{key}.svg": picture(key, model) for key, model in found["models"].items()}
    return {DOCS / f"{PAGE}.md": "\n".join(_page(found)) + "\n", **pictures}


def _page(found: dict[str, Any]) -> Iterator[str]:
    models = found["models"]
    yield "# What pruning costs"
    yield ""
    yield f"<!-- Written by `python benchmarks/{PAGE}.py --page` from benchmarks/results/{PAGE}.json. -->"
    yield ""
    yield INTRODUCTION.format(units=_units(models))
    yield ""
    yield "**Where this falls short**"
    yield ""
    yield from (f"- {line}" for line in _losses(models))
    for key, model in models.items():
        yield ""
        yield f"## {model['name']}"
        yield ""
        yield f"It {model['about']}."
        yield ""
        yield f"![{model['name']}: figures with intervals]({PAGE}_{key}.svg)"
        yield ""
        yield from _table(key, model)
    yield ""
    yield "## Questions"
    for question, pairs in QUESTIONS:
        lines = [line for pair in pairs for line in _answer(models, *pair)]
        if lines:
            yield ""
            yield f"**{question}**"
            yield ""
            yield from (f"- {line}" for line in lines)
    yield ""
    yield "## How it was measured"
    yield ""
    yield from _protocol(found)


def _units(models: dict[str, Any]) -> str:
    return ", ".join(dict.fromkeys(f"{x['unit']} of {x['name'].partition(',')[0]}" for x in models.values()))


# -------------------------------------------------------------------- tables


def runs_of(model: dict[str, Any]) -> Runs:
    """What was measured, by row."""
    return {name: [*row["runs"].values()] for name, row in model["rows"].items()}


def groups_of(model: dict[str, Any]) -> dict[str, list[str]]:
    """Names of rows that prune as much, by what all of them start with; the dense model and rounding stand alone."""
    found: dict[str, list[str]] = {}
    for name in model["rows"]:
        head, comma, _ = name.partition(", ")
        found.setdefault(head if comma and not head[0].isdigit() else head if "%" in head else "", []).append(name)
    return found


def _table(key: str, model: dict[str, Any]) -> Iterator[str]:
    runs, figures = runs_of(model), FIGURES[key]
    heads = ["", *(f"{figure.name}" for figure in figures), "of dense", "multiply-adds", "zeros", "draws", "seconds"]
    for group, names in groups_of(model).items():
        yield f"| {group or 'Dense, rounded, layers'} {' | '.join(heads)} |"
        yield "|---" * len(heads) + "|"
        for name in sorted(names, key=lambda name: _rank(figures[0], runs[name])):
            yield _line(name.removeprefix(f"{group}, "), runs[name], runs["dense"], figures)
        yield ""


def _has(figure: Figure, runs: list[dict[str, Any]]) -> bool:
    """Whether all of these runs kept what a figure is made of."""
    return all(figure.of in run for run in runs)


def _rank(figure: Figure, runs: list[dict[str, Any]]) -> float:
    value = figure.measured(runs).value
    return value if figure.lower else -value


def _line(name: str, runs: list[dict[str, Any]], dense: list[dict[str, Any]], figures: tuple[Figure, ...]) -> str:
    cells = [said(figure, figure.measured(runs)) if _has(figure, runs) else "" for figure in figures]
    cells.append(_against(figures[0], dense, runs))
    for fact, text in (("macs", "{:.1%}"), ("zeros", "{:.0%}")):
        values = [run[fact] for run in runs if fact in run]
        cells.append(text.format(sum(values) / len(values)) if values else "")
    seconds = [run["cpu_seconds"] for run in runs]
    return f"| {name} | {' | '.join(cells)} | {len(runs)} | {sum(seconds) / len(seconds):.0f} |"


def _against(figure: Figure, dense: list[dict[str, Any]], runs: list[dict[str, Any]]) -> str:
    before, after = figure.measured(dense), figure.measured(runs)
    if figure.percent:
        return f"{100 * (after.value - before.value):+.1f} points"
    return f"{after.value / before.value:.2f}x" if figure.exponential else ""


def said(figure: Figure, found: Measured) -> str:
    """A figure with its interval."""
    low, high = found.interval or (found.value, found.value)
    if figure.percent:
        return f"{found.value:.1%} ({100 * low:.0f}-{100 * high:.0f})"
    digits = 1 if found.value >= 10 else 2
    return f"{found.value:.{digits}f} ({low:.{digits}f}-{high:.{digits}f})"


# -------------------------------------------------------------------- answers


def _answer(models: dict[str, Any], key: str, first: str, second: str) -> Iterator[str]:
    """What two rows differ by, of the draws that both have."""
    for figure in FIGURES[key]:
        if figure.name in ("error", "MRR", FIGURES[key][0].name):
            compared = compared_rows(models, key, first, second, figure)
            if compared is not None:
                yield f"{models[key]['name']}: {verdict(*compared, first, second)}"


def compared_rows(
    models: dict[str, Any], key: str, first: str, second: str, figure: Figure | None = None
) -> tuple[Figure, Compared] | None:
    """Two rows, on the draws that both have; None where one was not measured, or did not keep what that takes."""
    rows = models.get(key, {}).get("rows", {})
    if first not in rows or second not in rows:
        return None
    figure = figure or FIGURES[key][0]
    both = (rows[first]["runs"], rows[second]["runs"])
    own = [seed for seed in both[0] if all(seed in runs and figure.of in runs[seed] for runs in both)]
    if not own:
        return None
    return figure, compare(*(figure.measured([rows[name]["runs"][seed] for seed in own]) for name in (first, second)))


def verdict(figure: Figure, found: Compared, first: str, second: str) -> str:
    """A comparison in words."""
    low, high = found.interval or (found.difference, found.difference)
    sure = found.p < 0.05
    better = sure and (high < 0 if figure.lower else low > 0)
    worse = sure and (low > 0 if figure.lower else high < 0)
    how = "is better than" if better else "is worse than" if worse else "cannot be told from"
    scale, unit = (100, " points") if figure.percent else (1, "")
    values = f"{scale * found.difference:+.3g}{unit}, {scale * low:+.3g} to {scale * high:+.3g}, p = {found.p:.2g}"
    ends = f"{figure.name} {scale * found.first.value:.3g} and {scale * found.second.value:.3g}"
    return f"`{second}` {how} `{first}` ({ends}: {values})"


def _losses(models: dict[str, Any]) -> Iterator[str]:
    """Where something else is better than the default, or much is lost."""
    for key, model in models.items():
        figure, runs = FIGURES[key][0], runs_of(model)
        shown = next((x for x in FIGURES[key] if x.percent or x.exponential), figure)
        for group, names in groups_of(model).items():
            default = f"{group}, default"
            if default not in names:
                continue
            text = f"{model['name']}, {group}: the default has {said(shown, shown.measured(runs[default]))} "
            text += f"{shown.name}, dense {said(shown, shown.measured(runs['dense']))}"
            best = min(names, key=lambda name: _rank(figure, runs[name]))
            compared = compared_rows(models, key, default, best)
            if best != default and compared is not None:
                text += "; " + verdict(*compared, default, best)
            other = [name for name in names if OTHER in name]
            if other:
                first = min(other, key=lambda name: _rank(figure, runs[name]))
                compared = compared_rows(models, key, first, default)
                if compared is not None:
                    text += "; " + verdict(*compared, first, default)
            yield text + "."


def _protocol(found: dict[str, Any]) -> Iterator[str]:
    machine = found["machine"]
    for model in found["models"].values():
        runs = [run for row in model["rows"].values() for run in row["runs"].values()]
        tested, drawn = ({run[name] for run in runs} for name in ("tested", "calibration"))
        seeds = sorted({seed for row in model["rows"].values() for seed in row["runs"]})
        yield (
            f"- {model['name']}: {model['samples']} calibration samples, draws with the seeds {', '.join(seeds)}; "
            f"digest of the test data {', '.join(sorted(tested))}, of calibration data {', '.join(sorted(drawn))}."
        )
    processors: dict[str, int] = {}
    for model in found["models"].values():
        for run in (run for row in model["rows"].values() for run in row["runs"].values()):
            processors[run["cpu"]] = processors.get(run["cpu"], 0) + 1
    for cpu, count in processors.items():
        yield (
            f"- {count} runs on {cpu}, {machine['threads']} thread, torch {machine['versions']['torch']}, busy with "
            "other work: seconds are those of the processor, not of a clock."
        )
    for model in found["models"].values():
        if "time" in model:
            told = model["time"]
            yield (
                f"- SparseGPT on all layers of {model['name']}, 8x1, each judged by the pruned ones before it: "
                f"{told['tokens']:,} tokens take {told['cpu_seconds']:.0f} processor seconds, export and comparison "
                f"with the dense model included, and {told['megabytes']:,} MB beside the model."
            )
    yield from PROTOCOL


# -------------------------------------------------------------------- picture


def picture(key: str, model: dict[str, Any]) -> str:
    """Every row as a dot with its interval, in groups that prune as much; the dense model is a line."""
    runs = runs_of(model)
    figure = next((x for x in FIGURES[key] if x.percent or x.exponential), FIGURES[key][0])
    dense = figure.measured(runs["dense"]).value
    lines: list[tuple[str, str | None]] = []
    for group, names in groups_of(model).items():
        chosen = [name for name in names if name != "dense"]
        if chosen:
            lines.append((group or "others", None))
            ordered = sorted(chosen, key=lambda name: _rank(figure, runs[name]))
            lines += [(name.removeprefix(f"{group}, "), name) for name in ordered]
    axis = _axis(figure, dense)
    wide, high = NAME_PIXELS + PLOT_PIXELS + 40, TOP_PIXELS + ROW_PIXELS * len(lines) + 24
    title = f"{model['name']}: {figure.name}" + (" as a multiple of dense, to 10 at most" if figure.exponential else "")
    parts = [
        f'<rect class="bg" width="{wide}" height="{high}"/>',
        f'<text class="h" x="16" y="24">{escape(title)}</text>',
    ]
    legend = "95 % intervals; upright: the dense model; orange: Torch-Pruning; hollow: floors"
    parts.append(f'<text x="16" y="42">{legend}</text>')
    upright = NAME_PIXELS + axis(dense) * PLOT_PIXELS
    for share in (0, 0.25, 0.5, 0.75, 1):
        x = NAME_PIXELS + share * PLOT_PIXELS
        parts.append(f'<line x1="{x:.1f}" y1="{TOP_PIXELS - 8}" x2="{x:.1f}" y2="{high - 20}"/>')
        text = f"{1 + 9 * share:.2g}x" if figure.exponential else f"{share:.0%}"
        parts.append(f'<text class="m" x="{x:.1f}" y="{high - 5}">{text}</text>')
    parts.append(f'<polyline class="own" points="{upright:.1f},{TOP_PIXELS - 8} {upright:.1f},{high - 20}"/>')
    for number, (text, name) in enumerate(lines):
        y = TOP_PIXELS + ROW_PIXELS * number
        kind = "h" if name is None else "k"
        parts.append(f'<text class="{kind}" x="{16 if name is None else 28}" y="{y + 4.5:.1f}">{escape(text)}</text>')
        if name is not None:
            parts += _dot(figure.measured(runs[name]), axis, y, name)
    label = f"{model['name']}: {figure.name} of every row"
    box = f'viewBox="0 0 {wide} {high}" width="{wide}" height="{high}" role="img" aria-label="{escape(label)}"'
    head = f'<svg xmlns="http://www.w3.org/2000/svg" {box}>'
    return "\n".join([head, f"<style>\n{STYLE}\n</style>", *parts, "</svg>\n"])


def _axis(figure: Figure, dense: float) -> Any:
    def place(value: float) -> float:
        share = (value / dense - 1) / 9 if figure.exponential else value
        return min(max(share, 0.0), 1.0)

    return place


def _dot(found: Measured, axis: Any, y: float, name: str) -> list[str]:
    kind = "shared" if OTHER in name else "own hollow" if any(f", {x}" in name for x in FLOORS) else "own"
    low, high = found.interval or (found.value, found.value)
    left, middle, right = (NAME_PIXELS + axis(value) * PLOT_PIXELS for value in (low, found.value, high))
    line = f'<polyline class="{kind.split()[0]}" points="{left:.1f},{y} {right:.1f},{y}"/>'
    return [line, f'<circle class="{kind}" cx="{middle:.1f}" cy="{y}" r="4.5"/>']
