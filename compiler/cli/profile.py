"""``sparsec profile``: measure what operations cost on this machine, and show it.

Like ``cli``, it imports PyTorch only when the command runs.
"""

from __future__ import annotations

import functools
import statistics
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.table import Table as Rows

from ...runtime import targets
from ..errors import UserError
from ..progress import Progress
from ..words import count
from .terminal import show, show_json, show_note, working

if TYPE_CHECKING:
    from ...passes.layout.cost_table import Family, Table


def profile(
    target: Annotated[
        str, typer.Option("--target", "-t", help=f"What to measure: {', '.join(targets.names())}.")
    ] = "cpu",
    quick: Annotated[bool, typer.Option("--quick", help="Fewer operations, and fewer runs.")] = False,
    show_only: Annotated[bool, typer.Option("--show", help="Show what was measured before.")] = False,
    clear: Annotated[
        bool,
        typer.Option("--clear", help="Forget all that was measured on this machine: costs, kernels, and races."),
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON document instead of text.")] = False,
    traceback: Annotated[bool, typer.Option("--traceback", help="Show where in sparsec an error arose.")] = False,
) -> None:
    """Measure what single operations cost on this machine, about a minute, for choosing channel layouts."""
    if clear:
        _clear(show_only or quick, as_json)
        return
    with working() as progress:
        table, path = _read(target) if show_only else _measured(target, quick, progress)
    if as_json:
        families = {name: _facts(found, table) for name, found in sorted(table.families.items())}
        show_json({"file": str(path), "key": {**table.key}, "points": len(table.points), "families": families})
        return
    show(_rows(table))
    show(f"{table.key['processor']}, threads: {table.key['threads']}. What is not listed is estimated.")
    show(f"{'Read from' if show_only else 'Saved to'} {path}")


def _clear(others: bool, as_json: bool) -> None:
    """Remove what was measured, and say what is gone."""
    from ...runtime.cache import cache_folder, clear_measurements

    if others:
        hint = "leave out --show and --quick; profile again afterwards"
        raise UserError("bad-option", "--clear measures and shows nothing", hint=hint)
    gone = clear_measurements()
    if as_json:
        show_json({"removed": [str(path) for path in gone]})
        return
    what = f"Removed {count(len(gone), 'file')} of measurements from" if gone else "Nothing was measured yet in"
    show(f"{what} {cache_folder()}.")


@functools.wraps(profile)
def calibrate(**options: Any) -> None:
    """The former name of ``sparsec profile``: elsewhere, calibration is what is done with data."""
    show_note("'sparsec calibrate' is called 'sparsec profile' now; the old name goes with the next release.")
    profile(**options)


def _measured(target: str, quick: bool, progress: Progress) -> tuple[Table, Path]:
    progress.say("loading PyTorch")
    from ...runtime import profile as measuring
    from ...runtime.disturbance import BUSY_SHARE, Disturbance

    watch = Disturbance()
    table = measuring.profile(target, quick, say=progress.say)
    busy = watch.share()
    if busy > BUSY_SHARE:
        show_note(f"Other processes were in the way for {busy:.0%} of the time: profile again when they are done.")
    return table, measuring.cache_file(target)


def _read(target: str) -> tuple[Table, Path]:
    from ...runtime import profile as measuring

    table = measuring.table_for(target)
    if table is None:
        raise UserError(
            "bad-file",
            f"'{target}' was not measured on this machine, with these versions and so many threads",
            where=str(measuring.cache_file(target)),
            hint=f"measure it: sparsec profile --target {target}",
        )
    return table, measuring.cache_file(target)


def _facts(found: Family, table: Table) -> dict[str, Any]:
    """What is worth knowing of a family: rates in 1e9 a second, overhead in microseconds, factors."""
    kind = found.points[0].work.kind
    facts: dict[str, Any] = {"points": len(found.points), "overhead_us": found.fitted.overhead[kind] * 1e6}
    if any(point.work.flops for point in found.points):
        facts["gflops"] = max(point.work.flops / point.seconds for point in found.points) / 1e9
    elif table.base.traffic.get(kind) != 0:
        facts["gbytes"] = max(point.work.bytes / point.seconds for point in found.points) / 1e9
    for name, sides, granules in (
        ("odd_read", ("read",), (1, 2)),
        ("odd_written", ("written",), (1, 2)),
        ("multiple_of_4", ("read", "written"), (4, 8)),
    ):
        places = ((side, granule) for side in sides for granule in granules)
        factors = [found.penalties[place].mean for place in places if place in found.penalties]
        facts |= {name: statistics.geometric_mean(factors)} if factors else {}
    return facts


def _rows(table: Table) -> Rows:
    rows = Rows("operation", pad_edge=False)
    for title in ("points", "best rate", "overhead", "odd count read", "odd count written", "multiple of 4 or 8"):
        rows.add_column(title, justify="right")
    for name, found in sorted(table.families.items()):
        facts = _facts(found, table)
        rate = f"{facts['gflops']:.0f} GFLOP/s" if "gflops" in facts else ""
        rate = f"{facts['gbytes']:.0f} GB/s" if "gbytes" in facts else rate
        odd = (facts.get(key) for key in ("odd_read", "odd_written", "multiple_of_4"))
        factors = (f"{factor:.2f}x" if factor else "" for factor in odd)
        rows.add_row(name, str(facts["points"]), rate, f"{facts['overhead_us']:.1f} us", *factors)
    return rows
