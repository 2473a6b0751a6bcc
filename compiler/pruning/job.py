"""What pruning was asked for, done to a program: by ``sparsec.prune``, by a recipe, or as a pass of a compile."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, SupportsFloat

from torch import Tensor

from ...passes.base import Context
from ...passes.prune.allocation import allocation_of
from ...passes.prune.allocation.by_name import ByName
from ...passes.prune.budget import Budget
from ...passes.prune.compensation import compensation_of
from ...passes.prune.depth import KINDS as KINDS_OF_DEPTH
from ...passes.prune.fairness import Fairness
from ...passes.prune.importance import importance_of
from ...passes.prune.journal import Journal
from ...passes.prune.kinds import Allocation, Compensation, Importance, Matrix, Pattern, Seen
from ...passes.prune.outcome import PRUNED, Pruned
from ...passes.prune.patterns import pattern_of
from ...passes.prune.prune import Prune
from ..errors import UserError
from ..ir.program import Program
from ..ir.target import Target
from .data import Data, Split
from .models import batches_of, calls_of
from .recipe import Recipe, recipe_of, weights_digest

USUAL: dict[str, Any] = {
    "sparsity": None,
    "pattern": None,
    "units": (),
    "importance": None,
    "allocation": None,
    "compensation": None,
    "budget": None,
    "keep": (),
    "measured": False,
    "sequential": True,
    "loss": None,
    "held_out": 0.2,
    "seed": 0,
}
"""The options that say what is done, and what they are by default."""


def _is_number(value: object) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def shares_of(option: str, given: object, usual: Sequence[float], all_of_it: bool = False) -> tuple[float, ...]:
    """Shares of zeros to try, in order, each once.

    Args:
        option: whose value they are.
        given: numbers, or one.
        usual: what the option is by default.
        all_of_it: whether 1 may be among them.

    Raises:
        UserError: they are none.
    """
    shares: list[Any] = [*given] if isinstance(given, Iterable) and not isinstance(given, str) else [given]
    read = [float(share) for share in shares if isinstance(share, SupportsFloat) and not isinstance(share, bool)]
    if len(read) < max(len(shares), 1) or not all(0 < share < 1 or (all_of_it and share == 1) for share in read):
        raise UserError(
            "bad-option",
            f"{option}={given!r:.80} are no shares of zeros",
            hint=f"give some: ({', '.join(f'{share:g}' for share in usual)})",
        )
    return tuple(sorted({*read}))


def _are_names(value: object) -> bool:
    return isinstance(value, str) or (isinstance(value, Sequence) and all(isinstance(x, str) for x in value))


KINDS: dict[str, tuple[Callable[[Any], bool], str, str]] = {
    "sparsity": (
        lambda x: x is None or _is_number(x) or isinstance(x, Mapping),
        "no share",
        "pass sparsity=0.5, or shares by names: {'encoder.*': 0.3, '*': 0.5}",
    ),
    "units": (
        lambda x: x != "" and _are_names(x),
        "no kind of units",
        "pass units='neuron', or several: ('neuron', 'head')",
    ),
    "keep": (_are_names, "no list of names", "pass keep=['head', 'encoder.layer.0']"),
    "budget": (
        lambda x: x is None or isinstance(x, Budget),
        "no budget",
        "say of what the share is: budget=sparsec.Macs(0.7)",
    ),
    "measured": (lambda x: isinstance(x, bool), "neither True nor False", "pass one of them"),
    "sequential": (lambda x: isinstance(x, bool), "neither True nor False", "pass one of them"),
    "loss": (
        lambda x: x is None or callable(x),
        "no loss",
        "pass a function of (outputs of the model, labels of the batch)",
    ),
    "held_out": (_is_number, "no share", "hold out a fifth: held_out=0.2"),
    "seed": (lambda x: isinstance(x, int) and not isinstance(x, bool), "no seed", "pass an integer: seed=0"),
}
"""What each option may be, what is said of others, and what to pass instead."""


@dataclass(frozen=True)
class Job:
    """What is to be done.

    Attributes:
        options: see ``USUAL``.
        before: the recipe that says so; None where the user does.
    """

    options: Mapping[str, Any]
    before: Recipe | None = None

    @classmethod
    def of(cls, given: Mapping[str, Any], recipe: Recipe | str | os.PathLike[str] | None = None) -> Job:
        """From options, or from a recipe and what it does not hold.

        Args:
            given: the options.
            recipe: of an earlier result, or its file.

        Raises:
            UserError: both say something, or it is no recipe.
        """
        _check_kinds(given)
        if recipe is None:
            return cls(given)
        before = recipe_of(recipe)
        asked = before.asked(given, USUAL)
        _check_kinds(asked)
        return cls(asked, before)

    def split(self, read: Data | None) -> Split | None:
        """Data in two parts, one of which is not looked at.

        Raises:
            UserError: the share of that is none.
        """
        return None if read is None else read.split(self.options["held_out"], self.options["seed"])

    def run(
        self,
        program: Program,
        read: Data | None,
        split: Split | None,
        ctx: Context,
        journal: Journal | None = None,
    ) -> Recipe:
        """Prune a program, in place: what was done is its fact ``PRUNED``, and the recipe does it again.

        Args:
            program: dense.
            read, split: the data.
            ctx: what for, and who is told how far it is.
            journal: of an earlier run, to go on from; None where nobody keeps one.

        Raises:
            UserError: options do not fit, or weights or data are not those of the recipe.
        """
        options = dict(self.options)
        held_out = options.pop("held_out")
        digests = {"weights": weights_digest(program), "data": "" if read is None else read.digest}
        if self.before is not None:
            self.before.check(**digests)
        searches = options["pattern"] == "auto"
        if (options["pattern"] is None or searches) and not options["units"]:
            options["pattern"] = usual_pattern(ctx.target)
        wanted = pass_of(program, split, **options)
        if journal is not None:
            asked = Recipe.of(wanted, Pruned(), held_out, **digests)
            levels = {} if self.before is None else self.before.levels
            chosen = repr(asked.options) + " auto" * searches
            journal.begin(digests | {"options": chosen, "shares": repr(levels), "target": str(ctx.target)})
            wanted = replace(wanted, journal=journal)
        notes: list[str] = []
        if searches:
            wanted, notes = _searched(wanted, program, split, ctx)
        wanted.run(program, ctx)
        found = program.facts[PRUNED]
        if searches:
            found = replace(found, asked=None)  # nobody asked for the share that was found
        program.facts[PRUNED] = replace(found, notes=(*found.notes, *notes))
        if program.held_in is None:  # one that computes in another dtype than the model rounds otherwise
            digests["result"] = weights_digest(program)
            if self.before is not None:
                self.before.compare(digests["result"])
        made = Recipe.of(wanted, program.facts[PRUNED], held_out, **digests)
        if self.before is not None and "allocation" in self.before.options:
            made = replace(made, options={**made.options, "allocation": self.before.options["allocation"]})
        return made


def _check_kinds(options: Mapping[str, Any]) -> None:
    """Raises a UserError for an option that is of another kind than it may be."""
    for name, value in options.items():
        kind, words, hint = KINDS.get(name, (lambda _: True, "", ""))
        if not kind(value):
            raise UserError("bad-option", f"{name}={value!r:.80} is {words}", hint=hint)


def _searched(item: Prune, program: Program, split: Split | None, ctx: Context) -> tuple[Prune, list[str]]:
    """The pass with the pattern that is fastest at the same loss; as an earlier run found it, if there was one."""
    from .auto import chosen

    told = item.journal.told("pattern")
    if told is None:
        held_out = () if split is None else batches_of(program, replace(split, calibration=split.held_out))
        item, notes = chosen(item, program, held_out, ctx)
        item.journal.note("pattern", (item.pattern.text, item.sparsity, notes))
        return item, notes
    pattern, share, notes = told
    return replace(item, pattern=pattern_of(pattern), sparsity=share), notes


def usual_pattern(target: Target) -> str:
    """What the kernels of a target run; scattered zeros where it has none."""
    if not target.kernels:
        return "scattered"
    rows, columns = target.tiles[0] if target.tiles else (8, 1)
    return f"{rows}x{columns}"


def _told(importance: Importance, program: Program) -> Importance:
    """An importance, with what it has to know of the program: pairs of inputs as flat calls."""
    if not isinstance(importance, Fairness) or not importance.pairs:
        return importance
    pairs = Data.of([call for pair in importance.pairs for call in pair], program)
    return replace(importance, calls=calls_of(program, pairs))


def pass_of(
    program: Program,
    split: Split | None,
    *,
    sparsity: float | Mapping[str, float] | None,
    pattern: str | Pattern | None,
    units: str | Sequence[str],
    importance: str | Importance | Callable[[Matrix, Seen], Tensor] | None,
    allocation: str | Allocation | None,
    compensation: str | Compensation | None,
    budget: Budget | None,
    keep: Sequence[str],
    measured: bool,
    sequential: bool,
    loss: Callable[[Any, Any], Tensor] | None,
    seed: int,
) -> Prune:
    """The pass that does what ``prune`` was asked for."""
    kinds = (units,) if isinstance(units, str) else tuple(units)
    if budget is not None and sparsity is not None:
        raise UserError("bad-option", "both sparsity= and budget= say how much goes", hint="give one of them")
    if kinds and pattern is not None:
        raise UserError("bad-option", "both units= and pattern= say what goes", hint="prune twice, once with each")
    deep = any(kind in KINDS_OF_DEPTH for kind in kinds)
    default = "leave-one-out" if deep else "magnitude" if split is None else "obs" if kinds else "sparsegpt"
    own = importance is None or bool(kinds)  # a method that is asked for by name is not mixed with another
    makes_up = "affine" if own and not deep and split is not None else "none"
    shares = isinstance(sparsity, Mapping)
    if shares and allocation is not None:
        raise UserError("bad-option", "both sparsity= and allocation= say how much goes where", hint="give one of them")
    where = allocation_of(sparsity if shares else allocation or "uniform")
    if isinstance(where, ByName) and not shares and (sparsity or budget is not None):
        said = "sparsity=" if budget is None else "budget="
        raise UserError(
            "bad-option",
            f"both {said} and allocation='by-name' say how much goes",
            hint="give shares by names alone: sparsity={'encoder.*': 0.3, '*': 0.5}",
        )
    given: dict[str, Any] = {} if kinds or pattern is None else {"pattern": pattern_of(pattern)}
    return Prune(
        sparsity=0.0 if isinstance(sparsity, Mapping) else sparsity,
        units=kinds,
        importance=_told(importance_of(default if importance is None else importance), program),
        allocation=where,
        compensation=compensation_of(compensation or makes_up),
        budget=budget,
        keep=(keep,) if isinstance(keep, str) else tuple(keep),
        data=batches_of(program, split),
        measured=measured,
        sequential=sequential,
        loss=loss,
        seed=seed,
        **given,
    )
