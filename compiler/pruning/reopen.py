"""A result of pruning from models alone: the dense one, and one that was pruned from it earlier or by others."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from typing import Any

import torch
from torch import Tensor, nn
from torch.export import ExportedProgram

from ...passes.prune.outcome import Outcome, Pruned
from ...passes.prune.sites import sites_of
from ...runtime.targets.cpu import exported_of
from ..embedded import RECIPE, carried
from ..errors import UserError
from ..ir.autocast import without_autocast
from ..ir.program import Program
from ..paths import input_path
from .api import Result, as_module
from .models import taken
from .recipe import Recipe
from .saving import documents_of_pruning


@torch.inference_mode(False)
@without_autocast()
def reopened(
    dense: nn.Module | ExportedProgram | str | os.PathLike[str],
    pruned: nn.Module | ExportedProgram | str | os.PathLike[str],
    args: Sequence[Any] = (),
    kwargs: Mapping[str, Any] | None = None,
) -> Result:
    """What ``sparsec.prune`` would have given, to go on with: from files, or from models that others pruned.

    Masks are where the pruned model has zeros, in every parameter that has some where the dense one has none.

    Args:
        dense, pruned: models of the same weights by name and shape, as for ``sparsec.prune``.
        args, kwargs: example inputs of modules.

    Raises:
        UserError: the models are not alike, or no parameter has zeros.
    """
    old, new = taken(dense), taken(pruned)
    before, after = (came.program(None, args, kwargs) for came in (old, new))
    kept = _masks(before, after)
    recipe = Recipe({})
    if isinstance(pruned, (str, os.PathLike)):
        text = carried(input_path(pruned)).get(RECIPE)
        recipe = recipe if text is None else Recipe.read(text, str(pruned))
    model = new.model if isinstance(new.model, nn.Module) else exported_of(after)
    outcome = Pruned(tuple(_outcomes(before, after, kept)), kept=kept)
    result = Result(model, kept, after, outcome, recipe=recipe, dense=as_module(old.model, before))
    after.documents = documents_of_pruning(result)
    return result


def _masks(before: Program, after: Program) -> dict[str, Tensor]:
    old, new = before.held_weights(), after.held_weights()
    shapes = [{name: tuple(held.shape) for name, held in weights.items()} for weights in (old, new)]
    if shapes[0] != shapes[1]:
        differ = sorted(name for name in old.keys() | new.keys() if shapes[0].get(name) != shapes[1].get(name))
        found = [shape.get(differ[0], "not there") for shape in shapes]
        raise UserError(
            "bad-option",
            f"'{after.name}' was not pruned from '{before.name}'",
            note=f"'{differ[0]}' is {found[0]} in the dense model and {found[1]} in the pruned one"
            + (f"; {len(differ) - 1} more differ" if len(differ) > 1 else ""),
            hint="pass the model that was pruned, with zeros in weights of the dense model's shapes",
        )
    parameters = [name for name, held in new.items() if isinstance(held, nn.Parameter)]
    lost = [name for name in parameters if bool(((new[name] == 0) & (old[name] != 0)).any())]
    if not lost:
        raise UserError(
            "bad-option",
            f"'{after.name}' has no zeros that '{before.name}' has not",
            hint="pass the dense model first, then the pruned one",
        )
    return {name: (new[name] != 0).detach() for name in lost}


def _outcomes(before: Program, after: Program, kept: Mapping[str, Tensor]) -> list[Outcome]:
    found = []
    old = before.held_weights()
    for site in sites_of(after)[0]:
        name = str(site.layer.weight.target)
        zeros, had = (float((held == 0).double().mean()) for held in (site.layer.held, old[name]))
        if name in kept:
            found.append(Outcome(site.name, (site.layer.groups, *site.shape), zeros, zeros, had))
    return found
