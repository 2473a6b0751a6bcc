"""What a layer in a sparse format is predicted to take on a card: its kernels are built for it, judged and ranked."""

from __future__ import annotations

import functools
from dataclasses import replace
from typing import Any

import torch
from torch import Tensor, fx

from ...codegen.operators.base import Operator, operator_of, registered
from ...codegen.triton.base import Problem
from ...codegen.triton.build import Binary, build
from ...codegen.triton.cards import Card
from ...codegen.triton.lowerings import KERNELS, lowering
from ...codegen.triton.predicted import Prediction, predict
from ...compiler.ir.arguments import arguments_of
from ...compiler.ir.program import Program, is_static, is_tensor, shape_of
from ..cache import private_folder
from .model import Rule

# For how many tokens kernels are built where any number may come: those of one tile of each schedule.
TOKENS = (1, 16, 32, 64, 512)


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
    found = ranked(operator.name, problem, card)
    return next((best for best in found if not best.fault), None)


def problem_of(operator: Operator, node: fx.Node, program: Program) -> Problem | None:
    """A call of a program, for its example inputs, as a problem."""
    how = lowering(operator)
    return None if how is None else how.problem(*(_sized(value, program) for value in arguments_of(node)))


def remark(program: Program, card: Card, dense: float) -> str:
    """Of a program of one layer: what binds its kernel, how far one could go, and what its machine code is like."""
    for node in program.graph.nodes:
        operator = operator_of(node)
        best = None if operator is None else prediction(node, program, card)
        if best is None or best.facts is None:
            continue
        facts = best.facts
        spills = f"{facts.spills} spills" if facts.spills else "no spills"
        limit = f"at most {dense / best.limit.seconds:.2f}x"
        return f", {limit}; bound by {best.bound}; {best.schedule.title}, {facts.registers} registers, {spills}"
    return ""


def binaries(program: Program, card: Card) -> list[Binary]:
    """The kernels of a program's layers for a card: for the example's tokens, and others where their number may differ.

    Raises:
        UserError: they cannot be built.
    """
    found: dict[str, Binary] = {}
    for node in program.graph.nodes:
        operator = operator_of(node)
        problem = None if operator is None else problem_of(operator, node, program)
        if operator is None or problem is None:
            continue
        static = all(is_static(size) for size in shape_of(node.all_input_nodes[0]))
        for tokens in {problem.tokens, *(() if static else TOKENS)}:
            predictions = ranked(operator.name, replace(problem, tokens=tokens), card)
            best = next((one for one in predictions if not one.fault), None)
            if best is not None:
                found[best.schedule.key] = build(best.schedule, problem.dtype, card.arch, private_folder("triton"))
    return [*found.values()]


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
def ranked(operator: str, problem: Problem, card: Card) -> tuple[Prediction, ...]:
    """What is predicted of each schedule, the best first; see ``predict``."""
    how = lowering(registered()[operator])
    if how is None:
        return ()
    return tuple(predict(problem, how.schedules(problem, card.arch), card.arch, private_folder("triton"), card))
