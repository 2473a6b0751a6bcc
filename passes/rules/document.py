"""The op-rule table as a page: ``python -m sparsec.passes.rules.document > docs/op-rules.md``."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from typing import Any

from .base import OPAQUE, Rule
from .blocks import Blocks, Windows
from .contraction import Contraction
from .conversion import IndexSelect
from .getitem import GetItem
from .lookup import Embedding, Index
from .movement import Movement
from .movement_arguments import take
from .normalization import BatchStatistics, FeatureNorm, GroupNorm, TrainedInstanceNorm
from .pointwise import Pointwise
from .products import Sum
from .recurrent import AnyRecurrent
from .spatial import Cat, Created, Fill, Pad, Reduction, Spatial, Unpool, VectorNorm
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
its operands, which are constant, which operand positions a demanded result needs, how the op looks once channels are
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
        rows = sorted((name_of(op), meaning_of(rule)) for op, rule in table.items() if rule.kind == kind)
        parts.append(f"## {kind}\n\n{meaning}\n\n| op | meaning |\n|---|---|")
        parts.append("\n".join(f"| `{name}` | {text} |" for name, text in rows) + "\n")
    parts.append(f"## {OPAQUE.kind}\n\nEverything else: {OPAQUE.reason}.")
    return "\n".join(parts) + "\n"


def name_of(op: object) -> str:
    """``conv2d``, ``split.Tensor``; the overload is left out where it is the default one."""
    text = str(op) if "aten" in str(op) else str(getattr(op, "__name__", op))
    return text.removeprefix("aten.").removesuffix(".default")


def meaning_of(rule: Rule) -> str:
    """What is particular about a row, from the rule's own fields."""
    for kind, describe in _DESCRIPTIONS.items():
        if isinstance(rule, kind):
            return describe(rule)
    raise ValueError(f"no description for rules like {rule}")


def _movement(rule: Movement) -> str:
    if rule.rewrite is None:
        return "stays as it is on fewer channels"
    return _after_colon(rule.rewrite)


def _after_colon(function: Callable[..., Any]) -> str:
    """What the first line of a docstring says after the ops that it is about."""
    text = (function.__doc__ or "").partition(":")[2].strip()
    return text.splitlines()[0].rstrip(".") if text else function.__name__


def _spatial(rule: Spatial) -> str:
    text = "keeps a uniform channel uniform" if rule.keeps_uniform else "a uniform channel may vary from place to place"
    if rule.reduces:
        text = "reduction; " + (text if rule.keeps_uniform else "the constant is computed where the sizes are static")
    return text + ("; its indices run along the same channels" if rule.results else "")


def _pointwise(rule: Pointwise) -> str:
    if rule.channel_arguments:
        return f"its weights (arguments {', '.join(map(str, rule.channel_arguments))}) run along dimension 1"
    return "element-wise"


def _feature_norm(rule: FeatureNorm) -> str:
    text = "spelled out with the original count" if rule.centred else "scale and epsilon make up for the count"
    return f"zero channels may go: {text}"


def _fill(rule: Fill | Created) -> str:
    return f"{rule.value:g} everywhere" if rule.value is not None else "its number everywhere"


_DESCRIPTIONS: dict[type[Rule], Callable[[Any], str]] = {
    Contraction: lambda rule: "all groups, strides, paddings and dilations",
    AnyRecurrent: lambda rule: "a hidden unit goes with all of its gates; several layers are taken apart first",
    Pointwise: _pointwise,
    Movement: _movement,
    GetItem: lambda rule: "one result of an op that has several",
    Windows: lambda rule: "the places of a window become one channel" if rule.fold else "one channel for each place",
    Blocks: lambda rule: "r x r channels become one" if rule.fold else "one channel becomes r x r",
    Sum: lambda rule: _after_colon(rule.form),
    Embedding: lambda rule: "its rows all stay",
    IndexSelect: lambda rule: f"{_after_colon(take)}; before readers with channels of their own, a conversion",
    Index: lambda rule: f"{_after_colon(take)}; where it picks weights by computed index, its readers see those",
    Spatial: _spatial,
    Reduction: lambda rule: "goes on dividing by the original count" if rule.mean else "leaves zeros out",
    GroupNorm: lambda rule: "the channels of a group stay or go together",
    TrainedInstanceNorm: lambda rule: (
        "every channel by itself; a uniform one becomes its bias; or with statistics of training"
    ),
    BatchStatistics: lambda rule: "every channel by itself; a uniform one becomes its bias",
    VectorNorm: lambda rule: "leaves zeros out",
    Unpool: lambda rule: "numbers and indices share their channels",
    FeatureNorm: _feature_norm,
    Cat: lambda rule: "operands of which nothing is kept vanish; along other dimensions they share their channels",
    Pad: lambda rule: "constant, reflect, replicate, circular" if rule.fill == 3 else "constant",
    Fill: _fill,
    Created: _fill,
}


def main() -> None:
    """Write the page to standard output."""
    sys.stdout.write(page())


if __name__ == "__main__":
    main()
