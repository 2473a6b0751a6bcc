"""The op-rule table as a page: ``python -m sparsec.passes.rules.document > docs/op-rules.md``."""

from __future__ import annotations

import sys
from collections.abc import Mapping

from .base import OPAQUE, Rule
from .table import BY_NAME, TABLE

# Kind of a rule, in the order of the page: what it says of the channels of an op.
KINDS: dict[str, str] = {
    "contraction": "Reads channels through a weight and writes new ones. Constant inputs go into the bias, inputs with "
    "zero weights are not read.",
    "pointwise": "Operands of equal size share their channels. Zero absorbs the other factor of a product.",
    "movement": "Every element of the result is one of an operand. Where from is found by running the op on position "
    "numbers.",
    "product": "Multiplies values and sums over the indices that they share. A position along such an index is not "
    "read where another factor is zero; those of the result follow its readers.",
    "lookup": "Reads rows of a table. Its columns are channels, and one that is the same in every row is constant.",
    "recurrent": "Reads channels and its own hidden units of one step ago, and writes hidden units of its own.",
    "spatial": "Maps each channel to the same channel; along a dimension that it acts on, channels are kept whole.",
    "reduction": "Spatial over dimensions without channels; over channels a sum, to which zeros add nothing.",
    "norm": "Computes statistics at run time over a channel, a group of channels or all of them.",
    "pad": "Movement where it pads channels (the new ones are constant), spatial otherwise.",
    "fill": "None of its operand's numbers, if it has an operand: every channel is constant.",
}

HEAD = """# Op rules

This page is written by `python -m sparsec.passes.rules.document` from the table in `passes/rules/table.py`; a test
keeps it up to date. A rule answers questions about an op: which positions of the result exist together with which of
its operands, which are constant, which operand positions a live result needs, how the op looks once channels are
gone, and what it does to the order of channels. `docs/passes.md` shows the passes that ask.

Ops that PyTorch tags as pointwise, return one tensor and draw no random numbers need no row: the pointwise rule covers
them. Every other op without a row is *opaque*: it is kept as it is, every operand is needed whole, and the report says
so. A rule that does not fit the arguments at hand is opaque at that place too, with a reason.
"""


ROWS: dict[object, Rule] = TABLE | dict[object, Rule](BY_NAME)


def page(table: Mapping[object, Rule] = ROWS) -> str:
    """The page, as markdown."""
    parts = [HEAD, f"{len(table)} ops have a row.\n"]
    for kind, meaning in KINDS.items():
        rows = sorted((name_of(op), rule.meaning()) for op, rule in table.items() if rule.kind == kind)
        parts.append(f"## {kind}\n\n{meaning}\n\n| op | meaning |\n|---|---|")
        parts.append("\n".join(f"| `{name}` | {text} |" for name, text in rows) + "\n")
    parts.append(f"## {OPAQUE.kind}\n\nEverything else: {OPAQUE.reason}.")
    return "\n".join(parts) + "\n"


def name_of(op: object) -> str:
    """``conv2d``, ``split.Tensor``; the overload is left out where it is the default one."""
    text = str(op) if "aten" in str(op) else str(getattr(op, "__name__", op))
    return text.removeprefix("aten.").removesuffix(".default")


def main() -> None:
    """Write the page to standard output."""
    sys.stdout.write(page())


if __name__ == "__main__":
    main()
