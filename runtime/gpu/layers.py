"""What a layer in a sparse format is predicted to take on a card: its kernels are built for it, judged and ranked."""

from __future__ import annotations

import functools
from typing import Any

import torch
from torch import Tensor, fx

from ...codegen.operators.base import Operator, operator_of, registered
from ...codegen.triton.base import Problem
from ...codegen.triton.cards import Card
from ...codegen.triton.lowerings import KERNELS, lowering
from ...codegen.triton.predicted import Prediction, predict
from ...codegen.triton.roofline import at_most
from ...compiler.ir.arguments import arguments_of
from ...compiler.ir.program import Program, is_tensor
from ..cache import private_folder
from .model import Rule


def rules() -> dict[Any, Rule]:
    """For ``model.predicted``: what operators with kernels for cards take."""
    return {found.op: seconds for name, found in registered().items() if name in KERNELS}


def seconds(node: fx.Node, program: Program, card: Card) -> float:
    """Of a call on a card, with the best kernel; infinite where none can be had."""
    best = prediction(node, program, card)
    return float("inf") if best is None else best.seconds


def prediction(node: fx.Node, program: Program, card: Card) -> Prediction | None:
    """What is predicted of the best kernel for a call; None where there is none without a fault."""
    operator = operator_of(node)
    problem = None if operator is None else problem_of(operator, node, program)
    if operator is None or problem is None:
        return None
    found = _ranked(operator.name, problem, card)
    return next((best for best in found if not best.fault), None)


def problem_of(operator: Operator, node: fx.Node, program: Program) -> Problem | None:
    """A call of a program, for its example inputs, as a problem."""
    how = lowering(operator)
    return None if how is None else how.problem(*(_sized(value, program) for value in arguments_of(node)))


def remark(program: Program, card: Card) -> str:
    """Of a program of one layer: what binds its kernel, how far one could go, and what its machine code is like."""
    for node in program.graph.nodes:
        operator = operator_of(node)
        best = None if operator is None else prediction(node, program, card)
        problem = None if operator is None else problem_of(operator, node, program)
        if best is None or problem is None or best.facts is None:
            continue
        facts = best.facts
        spills = f"{facts.spills} spills" if facts.spills else "no spills"
        limit = f"at most {at_most(problem, card):.1f}x by bytes and multiplications"
        return f", {limit}; bound by {best.bound}; {best.schedule.title}, {facts.registers} registers, {spills}"
    return ""


def _sized(value: Any, program: Program) -> Any:
    """An argument whose sizes are those of the example inputs: a weight, or nothing but a shape."""
    if not isinstance(value, fx.Node):
        return value
    held = program.weight(value)
    if held is not None:
        return held
    if not is_tensor(value):
        return program.example_size(value.meta["val"])
    like: Tensor = value.meta["val"]
    return torch.empty([program.example_size(size) for size in like.shape], dtype=like.dtype, device="meta")


@functools.lru_cache(maxsize=4096)
def _ranked(operator: str, problem: Problem, card: Card) -> tuple[Prediction, ...]:
    how = lowering(registered()[operator])
    if how is None:
        return ()
    return tuple(predict(problem, how.schedules(problem, card.arch), card.arch, private_folder("triton"), card))
