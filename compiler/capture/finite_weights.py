"""Infinite and NaN weights: refused where they would spoil whole results or hide differences, normal elsewhere.

A mask, a table of biases or a limit may hold infinity. A factor of a product may not, nor the statistics of a norm: all
that they touch is NaN. NaN itself is refused wherever numbers are computed from it, as NaN equals no right answer.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

import torch
import torch.utils._pytree as pytree
from torch import Tensor, fx

from ...passes.rules.infinite import Odd, held_by, look_at
from ...passes.rules.table import rule_of
from ..errors import UserError
from ..ir.arguments import arguments_of, names_of
from ..ir.program import Program

# Ops that multiply or divide by their operands and sum up, by name; and which of their arguments are only added.
SUMS = re.compile(r"conv|linear|mm$|mv$|matmul|einsum|attention|norm|lstm|gru|rnn")
ADDED = {"bias", "attn_mask", "attn_bias"}
ADDED_FIRST = re.compile(r"add\w*(mm|mv)$")
# Ops that choose among numbers, or replace NaN.
CHOICES = {"where", "masked_fill", "nan_to_num", "clone", "alias", "detach", "_to_copy"}


def check_finite(program: Program, line: Callable[[fx.Node], str | None]) -> None:
    """Refuse weights with NaN or infinite values where those do harm.

    Args:
        program: as captured.
        line: gives the line of the model's source behind a node.

    Raises:
        UserError: there is one; it is named.
    """
    for name, reader in _spoilt(program):
        weight = program.weights()[name]
        count = int((~torch.isfinite(weight)).sum())
        raise UserError(
            "non-finite-weights",
            f"weight '{name}' holds {count} NaN or infinite {'value' if count == 1 else 'values'}",
            where=line(reader),
            note="zero times such a value is not zero, so nothing can be removed around it",
            hint="repair or re-load the checkpoint",
        )


def _spoilt(program: Program) -> Iterator[tuple[str, fx.Node]]:
    """Weights with values that a reader cannot bear, and that reader."""
    held: set[fx.Node] = set()
    origins: dict[fx.Node, str] = {}
    for node in program.nodes():
        if program.is_weight(node):
            held.add(node)
            if held_by(program.weight(node), program):
                origins[node] = str(node.target)
        elif _is_computed(node) and held.issuperset(node.all_input_nodes):
            held.add(node)
            sources = [origins[x] for x in node.all_input_nodes if x in origins]
            if sources:
                origins[node] = sources[0]
        else:
            for operand in node.all_input_nodes:
                if operand in origins and _spoils(node, operand, look_at(_value(operand, program))):
                    yield origins[operand], node


def _is_computed(node: fx.Node) -> bool:
    random = torch.Tag.nondeterministic_seeded in getattr(node.target, "tags", ())
    return node.op == "call_function" and "val" in node.meta and not random


def _value(node: fx.Node, program: Program) -> Any:
    """What weights make of each other."""
    if node.op == "get_attr":
        return program.weight(node)
    args, kwargs = fx.node.map_arg((node.args, node.kwargs), lambda operand: _value(operand, program))
    assert callable(node.target)
    with torch.no_grad():
        return node.target(*args, **kwargs)


def _spoils(reader: fx.Node, operand: fx.Node, odd: Odd) -> bool:
    """Whether what an operand holds besides finite numbers makes the reader's results useless, or hides differences."""
    if reader.op != "call_function" or not isinstance(reader.target, torch._ops.OpOverload):
        return False
    name = reader.target._opname
    if SUMS.search(name) and not _is_added(reader, operand, name):
        return bool(odd)
    chooses = name in CHOICES or rule_of(reader).kind in ("movement", "lookup")
    floats = any(isinstance(x, Tensor) and x.is_floating_point() for x in pytree.tree_leaves(reader.meta.get("val")))
    return Odd.NAN in odd and floats and not chooses


def _is_added(reader: fx.Node, operand: fx.Node, name: str) -> bool:
    """Whether a reader adds an operand to its sums, and does nothing else with it."""
    given = dict(zip(names_of(reader.target), arguments_of(reader), strict=True))
    read = {place for place, value in given.items() if operand in pytree.tree_leaves(value)}
    return read <= (ADDED | {"self"} if ADDED_FIRST.search(name) else ADDED)
