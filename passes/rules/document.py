"""The op-rule table as a page: ``python -m sparsec.passes.rules.document > docs/op-rules.md``."""

from __future__ import annotations

import sys
from collections.abc import Mapping

import torch

from ...compiler.ir.quantization import WIDE
from .base import OPAQUE, Rule
from .table import BY_NAME, TABLE

HEAD = """# Op rules

This page is written by `python -m sparsec.passes.rules.document` from the table in `passes/rules/table.py`; a test
keeps it up to date. A rule answers questions about an op: which positions of the result exist together with which of
its operands, which are constant, which operand positions a live result needs, how the op looks once channels are
gone, and what it does to the order of channels. `docs/passes.md` shows the passes that ask.

Ops that PyTorch tags as pointwise, return one tensor and draw no random numbers need no row: the pointwise rule covers
them. Every other op without a row is *opaque*: it is kept as it is, every operand is needed whole, and the report says
so. A rule that does not fit the arguments at hand is opaque at that place too, with a reason.
"""


ROWS: dict[object, Rule] = TABLE | {name: rule for name, rule in BY_NAME.items() if not name.startswith(WIDE)}


def page(table: Mapping[object, Rule] = ROWS) -> str:
    """The page, as markdown."""
    parts = [HEAD, f"{len(table)} ops have a row.\n"]
    for kind, about in kinds(table).items():
        rows = sorted((name_of(op), rule.meaning()) for op, rule in table.items() if rule.kind == kind)
        parts.append(f"## {kind}\n\n{about}\n\n| op | meaning |\n|---|---|")
        parts.append("\n".join(f"| `{name}` | {text} |" for name, text in rows) + "\n")
    parts.append(f"## {OPAQUE.kind}\n\nEverything else: {OPAQUE.reason}.")
    return "\n".join(parts) + "\n"


def kinds(table: Mapping[object, Rule] = ROWS) -> dict[str, str]:
    """The kinds of rules, in the order in which the table begins with them, and what each says of channels."""
    found: dict[str, str] = {}
    for rule in table.values():
        found[rule.kind] = found.get(rule.kind) or rule.about
    return found


def name_of(op: object) -> str:
    """``conv2d``, ``split.Tensor``; the overload is left out where it is the default one."""
    text = str(op) if isinstance(op, torch._ops.OpOverload) else str(getattr(op, "__name__", op))
    return text.removeprefix("aten.").removesuffix(".default")


def main() -> None:
    """Write the page to standard output."""
    sys.stdout.write(page())


if __name__ == "__main__":
    main()
