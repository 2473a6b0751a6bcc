"""The form in which a program is pruned: products are layers, heads are apart from the batch, tables are there.

What is made out of nothing, such as slopes by head, is a weight of the form alone; operations that do nothing are gone.

It is the user's own program that changes in the end: a weight that was turned for the product is turned back.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from torch import Tensor

from ...compiler.ir.program import Program, attribute, set_attribute
from ..base import Context, carried_out
from ..rewrite.drop_identities import DropIdentities
from ..rewrite.fold_weights import FoldWeights
from ..rewrite.form_linears import FormLinears
from ..rewrite.split_batches import SplitBatches
from .outcome import Pruned
from .stacks import prepare_stacks


@dataclass(frozen=True)
class Form:
    """A program that computes what another one does.

    Attributes:
        program: it.
        before: the weights that it came with, by name.
        turned: names of those that are the transpose of the other's.
        foreign: names of those that the other does not have, and of those that it reads in several ways: they stay.
    """

    program: Program
    before: Mapping[str, Tensor]
    turned: frozenset[str]
    foreign: frozenset[str]

    @classmethod
    def of(cls, program: Program, ctx: Context) -> Form:
        """Of a program, which stays as it is.

        Args:
            program, ctx: of the pass that prunes it.
        """
        own, there = program.copy(), program.held_weights()
        inner = Context(ctx.target)
        carried_out(FormLinears(), own, inner)
        _name_again(own)
        carried_out(SplitBatches(), own, inner)
        carried_out(FoldWeights(created=True), own, inner)
        carried_out(DropIdentities(), own, inner)
        prepare_stacks(own)
        before = own.held_weights()
        turned = {name for name, held in before.items() if name in there and held is not there[name]}
        split = {node.meta["split_from"] for node in own.nodes() if "split_from" in node.meta}
        return cls(own, before, frozenset(turned), frozenset((before.keys() - there.keys()) | split))

    def give_back(self, program: Program, found: Pruned) -> Pruned:
        """Put what has changed into the program that this is a form of, and say it of that one's weights."""
        for name, held in self.program.held_weights().items():
            if held is not self.before.get(name) and name not in self.foreign:
                program.exchange_weight(name, held.mT.contiguous() if name in self.turned else held)
        own = {name: mask for name, mask in found.kept.items() if name not in self.foreign}
        kept = {name: mask.mT.contiguous() if name in self.turned else mask for name, mask in own.items()}
        return replace(found, kept=kept)


def _name_again(program: Program) -> None:
    """Give weights that were turned for several readers the name that they had, where nobody reads the old ones."""
    there = {node.target for node in program.nodes() if node.op == "get_attr" and node.users}
    for node in [node for node in program.nodes() if node.meta.get("split_from") not in (None, *there)]:
        name = str(node.meta["split_from"])
        set_attribute(program.module, name, attribute(program.module, str(node.target)))
        node.target = name
        del node.meta["split_from"]
    program.clean()
