"""A program's layers as operators for ONNX Runtime's provider for NVIDIA's cards: with which kernels, and how started.

A session knows the card only when it runs, and a file may be for several architectures: each layer has the kernels that
are predicted to be best on each of them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import torch
from torch import Tensor, fx

from ...codegen.onnx.cuda_nodes import CardOperator
from ...codegen.operators.base import Operator, operator_of
from ...codegen.triton.build import build
from ...codegen.triton.cards import Card, card_for
from ...codegen.triton.lowerings import Lowering, lowering
from ...codegen.triton.plans import Plan, plan_of
from ...compiler.errors import UserError
from ...compiler.ir.arguments import arguments_of, names_of
from ...compiler.ir.program import Program, is_static, shape_of
from ..cache import private_folder
from .layers import TOKENS, problem_of, ranked


def card_operators(program: Program, architectures: Sequence[str]) -> dict[str, CardOperator]:
    """An operator for each layer that has kernels for every number of tokens it may get, by the name of its node.

    Args:
        program: whose sparse layers are meant.
        architectures: of NVIDIA's cards.

    Raises:
        UserError: an architecture is not known, or is none of NVIDIA's; kernels cannot be built; or no layer has any.
    """
    cards = [card_for(arch) for arch in architectures]
    other = next((card for card in cards if not card.is_nvidia), None)
    if other is not None:
        raise UserError(
            "bad-option",
            f"there are no kernels for ONNX Runtime on {other.name}",
            hint="its provider for NVIDIA's cards has them: sm_90, for example",
        )
    found = {}
    for node in program.nodes():
        operator = operator_of(node)
        made = None if operator is None else _operator(operator, node, program, cards)
        if made is not None:
            found[node.name] = made
    if not found:
        raise UserError(
            "bad-option",
            "the model has no sparse layer with kernels for graphics cards",
            hint="compile it with target='cuda:sm_90', or another card's; or leave out cuda_kernels",
        )
    return found


def _operator(operator: Operator, node: fx.Node, program: Program, cards: Sequence[Card]) -> CardOperator | None:
    """For one layer; None where some number of tokens has no kernel on some card."""
    how, problem = lowering(operator), problem_of(operator, node, program)
    if how is None or problem is None:
        return None
    x: Tensor = operator.bound(node)["x"].meta["val"]
    dynamic = not all(is_static(size) for size in x.shape)
    arguments = _arguments(operator, node, program)
    plans: list[tuple[str, int, Plan]] = []
    for card in cards:
        found = _plans(how, arguments, card, TOKENS if dynamic else ())
        if not found:
            return None
        plans += [(card.arch, most, plan) for most, plan in found]
    return CardOperator.of(operator, arguments, plans)


def _plans(how: Lowering, arguments: Mapping[str, Any], card: Card, counts: Sequence[int]) -> list[tuple[int, Plan]]:
    """The best plan up to each of some numbers of tokens, the last for any; for those of x alone without numbers.

    Nothing where one has no kernel.
    """
    problem = how.problem(*arguments.values())
    assert problem is not None
    found: list[tuple[int, Plan]] = []
    for tokens in counts or (problem.tokens,):
        asked = replace(problem, tokens=tokens)
        best = next((one for one in ranked(how.operator.name, asked, card) if not one.fault), None)
        if best is None:
            return []
        schedule = best.schedule
        if counts:  # what holds for this number of tokens alone is not counted on
            schedule = replace(schedule, multiples=tuple(name for name in schedule.multiples if name != "T"))
        binary = build(schedule, problem.dtype, card.arch, private_folder("triton"))
        plan = plan_of(how, schedule, binary, arguments)
        if found and found[-1][1] == plan:
            found.pop()
        found.append((tokens, plan))
    return [*found[:-1], (found[-1][1].most, found[-1][1])]


def _arguments(operator: Operator, node: fx.Node, program: Program) -> dict[str, Any]:
    """A node's arguments by name: weights as they are, and of other values tensors of the example's sizes."""
    given = dict(zip(names_of(operator.op), arguments_of(node), strict=True))
    return {name: _held(value, program) for name, value in given.items()}


def _held(value: Any, program: Program) -> Any:
    if not isinstance(value, fx.Node):
        return value
    weight = program.weight(value)
    if weight is not None:
        return weight
    sizes = [program.example_size(size) for size in shape_of(value)]
    return torch.empty(sizes, dtype=value.meta["val"].dtype)
