"""The layouts on the report's page: one channel group drawn, all of them in a table."""

from __future__ import annotations

from html import escape

from ..words import count
from .layout import GroupRows, LayoutReport, ReaderRow, Runs
from .markup import breakable, el, hint, label, legend, line, rect, shorten, svg, table, tooltip

MOST_ROWS = 24  # readers in the drawing, at most
WIDTH, RIGHT, STEP, LETTER = 1060.0, 230.0, 22.0, 12  # of the drawing, what stands right of it, a row, a letter
ROOM_LETTERS = 40  # letters of a reader's name
HOW = (
    ("view", "a slice"),
    ("pieces", "slices, concatenated anyway"),
    ("copy", "copied"),
    ("partial", "a term, added in part"),
    ("whole", "all of it"),
)
LOOKS = """
svg .touch{fill:none;pointer-events:all}
.view{fill:var(--left);background:var(--left)} .pieces{fill:var(--zero);background:var(--zero)}
.copy{fill:var(--warn);background:var(--warn)} .whole{fill:var(--went);background:var(--went)}
.partial{fill:var(--soft);background:var(--soft)}
.held{fill:var(--edge);background:var(--edge)} .groups{margin-top:16px} .groups tbody th{overflow-wrap:anywhere}
.groups td,.groups thead th:not(:first-child){text-align:right}
.groups td:last-child,.groups thead th:last-child{text-align:left;white-space:normal;padding-right:0}
"""


def layouts(layout: LayoutReport, target: str) -> str:
    """A sentence, the group that saves most as a drawing, and a table; nothing where nobody could have channels."""
    if not layout.groups:
        return ""
    first = layout.by_saving[0]
    drawing = _drawing(first) if first.conversions else ""
    words = el("p", escape(f"{layout.total(target)} {layout.prices(target)}"))
    return words + drawing + _groups(layout.by_saving)


# -------------------------------------------------------------------- the drawing


def _drawing(group: GroupRows) -> str:
    rows = group.foremost(MOST_ROWS)
    left = 24 + 0.6 * LETTER * max(len(shorten(_name(row), ROOM_LETTERS)) for row in rows)
    scale, bottom = (WIDTH - left - RIGHT) / group.channels, len(rows) * STEP
    parts = [_tick(left + at * scale, bottom, at) for at in _ticks(group.channels)]
    parts += [_reader(row, index * STEP, left, scale) for index, row in enumerate(rows)]
    parts.append(label("middle muted", left + group.channels * scale / 2, bottom + 32, "channels, in the new order"))
    used = {row.how for row in rows}
    head = el("p", "Who reads what of ", el("code", breakable(group.name)))
    colours = legend(*(entry for entry in HOW if entry[0] in used), ("held", "in the value, not taken"))
    plot = svg(WIDTH, bottom + 44, f"Channels that the readers of {group.name} take", LETTER, parts)
    others = group.others(rows)
    return head + colours + el("div", plot, kind="bars") + (hint(f"Other readers: {others}.") if others else "")


def _name(row: ReaderRow) -> str:
    first, *others = row.names
    return f"{first} and {len(others)} more" if others else first


def _reader(row: ReaderRow, top: float, left: float, scale: float) -> str:
    """One row: what the value holds, over it what the reader takes, and the figures to the right."""
    middle, high = top + STEP / 2, STEP * 0.64
    right = WIDTH - RIGHT + 8
    figures = f"{row.takes} of {row.held}" + (f" (needs {row.needs})" if row.needs < row.takes else "")
    cost = f"{row.microseconds:.1f} µs" if row.converted else ""
    return tooltip(
        _told(row),
        rect("touch", 0, top, WIDTH, STEP),
        label("end", left - 8, middle, shorten(_name(row), ROOM_LETTERS)),
        _filled("held", row.holds, left, middle - high / 2, scale, high),
        _filled(row.how, row.runs, left, middle - high / 2, scale, high),
        label("", right, middle, figures),
        label("end muted", WIDTH - 2, middle, cost),
    )


def _filled(kind: str, runs: Runs, left: float, top: float, scale: float, high: float) -> str:
    """Rectangles for runs of channels, as one path: a reader may have hundreds."""
    boxes = (
        f"M{left + a * scale:.2f} {top:.1f}h{(b - a) * scale:.2f}v{high:.1f}H{left + a * scale:.2f}z" for a, b in runs
    )
    return el("path", kind=kind, d="".join(boxes))


def _told(row: ReaderRow) -> str:
    runs, how = row.parts, dict(HOW)[row.how]
    how = {"pieces": count(runs, "slice"), "copy": f"copied from {count(runs, 'run')}"}.get(row.how, how)
    told = f"{', '.join(row.names)}: needs {row.needs}, takes {row.takes} of {row.held}; {how}"
    price = f", {row.microseconds:.1f} µs" if row.converted else ""
    return told + price + (f"; {row.why}" if row.why else "")


def _ticks(channels: int) -> list[int]:
    """Round numbers of channels, and the last one."""
    sizes = (factor * 10**power for power in range(9) for factor in (1, 2, 5))
    step = next(size for size in sizes if size * 8 >= channels)
    return [*range(0, channels - step // 2, step), channels]


def _tick(x: float, bottom: float, number: int) -> str:
    return line("grid", x, 0, x, bottom + 4) + label("middle muted", x, bottom + 14, str(number))


# -------------------------------------------------------------------- the table


def _groups(groups: list[GroupRows]) -> str:
    plans = [f"{name}, µs" for name in groups[0].microseconds]
    heads = ("group", "channels", "readers", "copies avoided", "left", *plans, "order")
    return table(heads, map(_group, groups), "groups")


def _group(group: GroupRows) -> str:
    numbers = [group.channels, len(group.readers), group.avoided, group.copies]
    prices = [f"{seconds:.0f}" for seconds in group.microseconds.values()]
    same = group.order == tuple(range(group.channels))
    order = f"fixed: {group.fixed}" if group.fixed else "as in the model" if same else "new"
    head = el("th", el("code", breakable(group.name)), scope="row")
    return el("tr", head, *(el("td", str(number)) for number in [*numbers, *prices]), el("td", escape(order)))
