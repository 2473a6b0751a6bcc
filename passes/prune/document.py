"""The methods of pruning as a table and as a page: ``python -m sparsec.passes.prune.document > docs/methods.md``."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import dataclass

from ..base import options_of
from ..options import written
from . import allocation, compensation, depth, importance, patterns
from .kinds import Method, Pattern

HEAD = """# Methods of pruning

This page is written by `python -m sparsec.passes.prune.document` from the methods themselves; a test keeps it up to
date. `sparsec methods` prints the same. `sparsec.prune` combines one of each kind; names are what its arguments, the
command line and [recipes](guides/prune.md#recipes) take, with options in braces: `importance="ria{power=1}"`. Where a
paper's formula is not known, or ours is another one, *in the spirit of* says so. A method of your own is a class of the
same kind, or for an importance a function.
"""

KINDS: dict[str, tuple[str, str, Sequence[type[Method]]]] = {
    "importance": (
        "Importance",
        "Which weights matter: the larger scores stay.",
        (*importance.BUILT_IN, *depth.BUILT_IN),
    ),
    "pattern": ("Pattern", "What may be zero together; which formats can run it.", patterns.BUILT_IN),
    "allocation": ("Allocation", "How much goes where.", allocation.BUILT_IN),
    "compensation": ("Compensation", "How the weights that stay make up for those that go.", compensation.BUILT_IN),
}
"""By the argument of ``sparsec.prune``: a title, the question that they answer, and the methods."""


@dataclass(frozen=True)
class Row:
    """What is told of a method.

    Attributes:
        kind: the argument of ``sparsec.prune`` that takes it.
        name: as users call it.
        summary: the first line of its docstring.
        paper: where it comes from, with "in the spirit of" where its formula is not known; empty where it is nobody's.
        data: whether it looks at data.
        options: with their defaults, as text.
        formats: of a pattern, which formats run it.
        file: that it is in.
    """

    kind: str
    name: str
    summary: str
    paper: str
    data: bool
    options: dict[str, str]
    formats: tuple[str, ...]
    file: str


def rows() -> list[Row]:
    """All methods, kind by kind, by name."""
    return [_row(kind, one) for kind, (_, _, known) in KINDS.items() for one in sorted(known, key=lambda x: x.name())]


def _row(kind: str, method: type[Method]) -> Row:
    paper = f"in the spirit of {method.paper}" if method.spirit else method.paper
    options = {name: _default(value) for name, value in options_of(method).items()}
    formats = method.formats if issubclass(method, Pattern) else ()
    data = any(kind.of_data for kind in method.needs)
    file = method.__module__.partition(".")[2].replace(".", "/") + ".py"
    return Row(kind, method.name(), method.summary(), paper, data, options, formats, file)


def _default(value: object) -> str:
    if isinstance(value, Method):
        return value.text
    return written(value) if isinstance(value, (bool, int, float, str, tuple, frozenset, type(None))) else "required"


def page() -> str:
    """The page, as markdown."""
    parts, found = [HEAD], rows()
    for kind, (title, question, _) in KINDS.items():
        last = "formats" if kind == "pattern" else "data"
        parts.append(f"## {title}\n\n{question}\n\n| name | what it does | paper | {last} | options | file |")
        parts.append("|---|---|---|---|---|---|")
        own = [row for row in found if row.kind == kind]
        parts.append("\n".join(f"| {' | '.join(_cells(row))} |" for row in own) + "\n")
    return "\n".join(parts)


def _cells(row: Row) -> list[str]:
    data = "yes" if row.data else "-"
    options = ", ".join(f"`{key}={value}`" for key, value in row.options.items())
    file = f"[{row.file.rpartition('/')[2]}](../{row.file})"
    last = (", ".join(row.formats) or "-") if row.kind == "pattern" else data
    return [f"`{row.name}`", row.summary.replace("``", "`").replace("|", "\\|"), row.paper, last, options, file]


def main() -> None:
    """Write the page to standard output."""
    sys.stdout.write(page())


if __name__ == "__main__":
    main()
