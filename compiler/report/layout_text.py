"""``sparsec explain --layouts``: for every channel group who reads what, how, and where that lies, for the terminal."""

from __future__ import annotations

import sys
from collections.abc import Iterator

from rich import box
from rich.table import Table

from ..words import count
from .layout import GroupRows, LayoutReport, ReaderRow, Runs, ranges

GROUPS, ROWS, RANGES, NAMES = 8, 12, 10, 3  # how many of them are shown unless everything is asked for
CELLS = 36
BLOCKS, ASCII = "·░▒▓█", ".:+#@"  # from a cell of which nothing is taken to one of which everything is


def layout_parts(layout: LayoutReport, target: str, *, everything: bool = False) -> Iterator[str | Table]:
    """Texts and tables, in the order in which they are to be shown."""
    groups = layout.by_saving
    shown = groups if everything else [x for x in groups if x.conversions][:GROUPS]
    for group in shown:
        yield from _group(group, everything)
    if len(shown) < len(groups):
        yield f"\n{_rest(groups[len(shown) :])}; --all lists them."
    yield "\n" * bool(shown) + layout.total(target)
    yield layout.prices(target)
    if shown:
        blocks = _blocks()
        yield f"A bar spans all channels: {blocks[-1]} taken, {blocks[0]} left out, blank where the value has none."


def _blocks() -> str:
    encoding = getattr(sys.stdout, "encoding", None) or "utf-8"
    return BLOCKS if encoding.lower().startswith("utf") else ASCII


def _rest(groups: list[GroupRows]) -> str:
    """``3 more channel groups, 2 of them without conversions``."""
    without = sum(not x.conversions for x in groups)
    some = "all" if without == len(groups) else f"{without} of them"
    more = f"{len(groups)} more channel group{'s' * (len(groups) > 1)}"
    return f"{more}, {some} without conversions" if without else more


def _group(group: GroupRows, everything: bool) -> Iterator[str | Table]:
    prices = [f"{name} {seconds:.0f}" for name, seconds in group.microseconds.items() if name != "chosen"]
    copies = "1 copy" if group.avoided == 1 else f"{group.avoided} copies"
    yield f"\n{group.name}: {count(group.channels, 'channel')}, {copies} avoided, {group.copies} left"
    yield f"  by the model {group.microseconds['chosen']:.0f} us; {', '.join(prices)}"
    yield f"  order {_order(group, everything)}"
    rows = group.foremost(None if everything else ROWS)
    if rows:
        yield _table(rows, group)
    yield from (f"  {reason}" for reason in _reasons(rows, everything))
    if others := group.others(rows):
        yield f"  other readers: {others}"


def _order(group: GroupRows, everything: bool) -> str:
    if group.order == tuple(range(group.channels)):
        return f"as in the model, which has to stay: {group.fixed}" if group.fixed else "as in the model"
    return ranges(group.order, None if everything else RANGES)


def _table(rows: list[ReaderRow], group: GroupRows) -> Table:
    table = Table(box=box.SIMPLE_HEAD, show_edge=False, padding=(0, 1, 0, 0))
    table.add_column("  reader", overflow="fold")
    for title in ("needs", "takes", "of", "how", "us"):
        table.add_column(title, justify="left" if title == "how" else "right", no_wrap=True)
    table.add_column("where, in the new order", no_wrap=True, min_width=CELLS)
    for row in rows:
        counts = (str(number) for number in (row.needs, row.takes, row.held))
        cells = (_how(row), f"{row.microseconds:.1f}", bar(row, group.channels))
        table.add_row(f"  {_named(row)}", *counts, *cells)
    return table


def _named(row: ReaderRow) -> str:
    first, *others = row.names
    return f"{first} and {len(others)} more" if others else first


def _how(row: ReaderRow) -> str:
    return f"{row.parts} {row.how}" if row.how == "pieces" else row.how


def bar(row: ReaderRow, channels: int, cells: int = CELLS) -> str:
    """A line of cells, each for equally many channels: darker, the more of them are taken; blank if none is held."""
    cells = min(cells, channels)
    taken, held = _shares(row.runs, channels, cells), _shares(row.holds or ((0, channels),), channels, cells)
    blocks = _blocks()
    return "".join(blocks[_step(part)] if share else " " for part, share in zip(taken, held, strict=True))


def _step(part: float) -> int:
    """Nothing only for nothing, and full only for (almost) everything."""
    return 0 if part < 1e-9 else 4 if part > 1 - 1e-9 else 1 + int(3 * part)


def _shares(runs: Runs, channels: int, cells: int) -> list[float]:
    """Which part of each cell lies in the runs."""
    size = channels / cells
    ends = ((cell * size, (cell + 1) * size) for cell in range(cells))
    return [sum(max(0.0, min(b, stop) - max(a, start)) for a, b in runs) / size for start, stop in ends]


def _reasons(rows: list[ReaderRow], everything: bool) -> Iterator[str]:
    """``copy, since no order was found that costs less: layer1.1.conv1 (14 runs), ...``."""
    groups: dict[tuple[str, str], list[str]] = {}
    for row in rows:
        if row.why:
            place = f" ({row.parts} runs)" if row.how == "copy" else ""
            groups.setdefault((row.how, row.why), []).append(_named(row) + place)
    for (how, why), found in groups.items():
        names = [*dict.fromkeys(found)]
        listed = names if everything else names[:NAMES]
        more = f" and {len(names) - len(listed)} more" if len(listed) < len(names) else ""
        yield f"{how}, since {why}: {', '.join(listed)}{more}"
