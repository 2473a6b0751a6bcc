"""``sparsec kernels``: compile kernels for a graphics card that need not be here, and say what is in their code.

Nothing is run: times are predicted, by a model (``codegen/triton/roofline.py``).
"""

from __future__ import annotations

import contextlib
import itertools
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.table import Table

from ...codegen.triton.sizes import DTYPES, check_dtype, check_sizes
from ..errors import UserError
from ..words import count
from .arguments import AsJson, Traceback
from .terminal import show, show_json, working
from .work import read_program

if TYPE_CHECKING:
    from ...codegen.triton.base import Problem, Schedule
    from ...codegen.triton.cards import Card
    from ...codegen.triton.predicted import Prediction
    from ..progress import Progress

# Of a layer that nobody has described.
SIDE, DTYPE, TOKENS = 4096, "bfloat16", (1, 512)
WIDE = 16  # bytes that a lane loads at a time, at most


@dataclass(frozen=True)
class Asked:
    """What a kernel is asked for: a problem, the layers that have it, and the schedules that are worth trying."""

    kernel: str
    problem: Problem
    schedules: Sequence[Schedule]
    layers: tuple[str, ...] = ()


def kernels(
    model: Annotated[
        Path | None,
        typer.Argument(
            metavar="[MODEL]",
            show_default=False,
            help="A model as for compile; one that is not compiled for cards yet is, first. Without one: for a shape.",
        ),
    ] = None,
    target: Annotated[
        str, typer.Option("--target", "-t", help="The card, which need not be here: cuda:sm_90, hip:gfx942 ...")
    ] = "cuda:sm_90",
    kernel: Annotated[str, typer.Option("--kernel", metavar="NAME", show_default="all", help="Only this kernel.")] = "",
    rows: Annotated[int | None, typer.Option(show_default=str(SIDE), help="Of the weight, without a model.")] = None,
    columns: Annotated[int | None, typer.Option(show_default=str(SIDE), help="Of the weight, without a model.")] = None,
    sparsity: Annotated[
        float | None,
        typer.Option(metavar="SHARE", show_default="0.9, or the format's", help="Of zeros, without a model: 0 to 1."),
    ] = None,
    tokens: Annotated[
        int | None, typer.Option(show_default="the model's example inputs, or 1 and 512", help="In one call.")
    ] = None,
    dtype: Annotated[
        str | None, typer.Option(show_default=DTYPE, help=f"Without a model: {', '.join(DTYPES)}.")
    ] = None,
    as_json: AsJson = False,
    traceback: Traceback = False,
) -> None:
    """Compile kernels for a graphics card that need not be here; say what is in their code and what they could gain."""
    shape = Shape(rows, columns, sparsity, tokens, dtype)
    shape.check(model)
    with working() as progress:
        progress.say("loading PyTorch")
        card = _card(target)
        asked = _of_shape(kernel, shape, card) if model is None else _of_model(model, kernel, tokens, card, progress)
    judged = _all_judged(asked, card)
    if as_json:
        show_json({"card": card.name, "arch": card.arch, "kernels": [_document(*pair, card) for pair in judged]})
        return
    for one, predictions in judged:  # compiling takes seconds: what is known is shown
        show(_title(one, card))
        show(_table(predictions))
        show("\n".join(f"{found.schedule.title}: not taken, {found.fault}" for found in predictions if found.fault))
    show(f"Compiled for {card.arch}, not measured: times and gains over dense are predicted, for one {card.name}.")
    show("plan: warps, stages; instr.: lane instructions for each stored weight; share: of the roofline.")


@dataclass(frozen=True)
class Shape:
    """The weight that kernels are asked for where there is no model; None is what is assumed, or the format's own."""

    rows: int | None
    columns: int | None
    zeros: float | None
    tokens: int | None
    dtype: str | None

    def check(self, model: Path | None) -> None:
        """Check what was asked, before anything slow is done.

        Raises:
            UserError: there is no such layer, or it is the model that says what its layers are like.
        """
        given = {"rows": self.rows, "columns": self.columns, "sparsity": self.zeros, "dtype": self.dtype}
        if model is not None and (said := [f"--{name}" for name, value in given.items() if value is not None]):
            raise UserError("bad-option", f"a model says itself what {' and '.join(said)} would", hint="leave it out")
        check_dtype(self.dtype or DTYPE)
        rows, columns = (SIDE if size is None else size for size in (self.rows, self.columns))
        check_sizes(rows, columns, 1 if self.tokens is None else self.tokens, self.zeros or 0.0)


def _card(target: str) -> Card:
    from ...runtime import targets

    card: Callable[[], Card] | None = getattr(targets.get(target), "card", None)
    if card is None:
        raise UserError("bad-option", f"target '{target}' is no graphics card", hint="--target cuda:sm_90")
    return card()


def _of_shape(kernel: str, shape: Shape, card: Card) -> list[Asked]:
    """Every kernel, or one, for each way in which its format may cut up a weight of that shape."""
    import torch

    from ...codegen.triton.shapes import FORMS, form, problem_for, schedules

    asked = []
    for found in (form(kernel),) if kernel else FORMS:
        share = None if found.fixed and not kernel else shape.zeros
        for tile, each in itertools.product(found.tiles, TOKENS if shape.tokens is None else (shape.tokens,)):
            sizes = (shape.rows or SIDE, shape.columns or SIDE, each)
            problem = problem_for(found, *sizes, share, getattr(torch, shape.dtype or DTYPE), tile)
            if listed := schedules(found, problem, card.arch):
                asked.append(Asked(found.kernel, problem, listed))
    return asked


def _of_model(model: Path, kernel: str, tokens: int | None, card: Card, progress: Progress) -> list[Asked]:
    """The layers of a model that are in sparse formats, those that ask the same as one.

    A model that is in none, such as an ``.onnx`` file, is compiled for the card first.
    """
    from ...codegen.operators.base import operator_of
    from ...codegen.triton.lowerings import KERNELS, lowering
    from ...runtime.gpu.layers import problem_of
    from ..driver import compile_program

    target = f"{card.backend}:{card.arch}"
    program = read_program(model, target, progress)
    if not any(operator_of(node) for node in program.graph.nodes):
        program = compile_program(program, target=target, verify=False, measure=False, observers=[progress]).program
    found: dict[tuple[str, Problem], Asked] = {}
    for node in program.graph.nodes:
        operator = operator_of(node)
        how = lowering(operator) if operator else None
        problem = problem_of(operator, node, program) if operator else None
        name = KERNELS[operator.name][0] if operator and how else ""
        if how is None or problem is None or kernel not in ("", name):
            continue
        problem = problem if tokens is None else replace(problem, tokens=tokens)
        before = found.get((name, problem))
        layers = (*(before.layers if before else ()), node.name)
        found[name, problem] = Asked(name, problem, how.schedules(problem, card.arch), layers)
    if not found:
        what = f"that '{kernel}' computes" if kernel else "that has a kernel for graphics cards"
        hint = f"why is told by: sparsec explain {model} --target {target} --all"
        raise UserError("bad-file", f"no layer of '{model}' is in a sparse format {what}", hint=hint)
    return [*found.values()]


def _all_judged(asked: Sequence[Asked], card: Card) -> Iterator[tuple[Asked, list[Prediction]]]:
    """What was asked with what is found, one after the other."""
    for one in asked:
        with working() as progress:
            progress.say(f"compiling {count(len(one.schedules), 'schedule')} of {one.kernel} for {card.arch}")
            predictions = _judged(one, card)
        yield one, predictions


def _judged(one: Asked, card: Card) -> list[Prediction]:
    from ...codegen.triton.predicted import predict
    from ...runtime.cache import private_folder

    folder = None
    with contextlib.suppress(OSError):
        folder = private_folder("triton")
    return predict(one.problem, one.schedules, card.arch, folder, card)


# ---------------------------------------------------------------- what is shown


def _document(one: Asked, predictions: Sequence[Prediction], card: Card) -> dict[str, Any]:
    problem = asdict(one.problem) | {"dtype": _dtype(one.problem), "tile": [*one.problem.tile]}
    return {
        "kernel": one.kernel,
        "layers": [*one.layers],
        "problem": problem,
        "at_most": _at_most(one.problem, card),
        "schedules": [prediction.to_json() for prediction in predictions],
    }


def _title(one: Asked, card: Card) -> str:
    problem = one.problem
    kept = problem.stored / (problem.rows * problem.columns)
    shape = f"{problem.rows} x {problem.columns} {_dtype(problem)}, {kept:.0%} of it stored"
    shape += f", {count(problem.tokens, 'token')}"
    layers = f" ({', '.join(one.layers)})" if one.layers else ""
    return f"{one.kernel}{layers}: {shape}; at most {_at_most(problem, card):.2f}x over dense"


def _table(predictions: Sequence[Prediction]) -> Table:
    table = Table(box=None, pad_edge=False)
    for title in ("schedule", "plan", "product", "loads"):
        table.add_column(title, no_wrap=True)
    for title in ("regs", "shared", "spills", "code", "instr.", "us", "gain", "bound by", "share"):
        table.add_column(title, justify="right", no_wrap=True)
    for prediction in predictions:
        table.add_row(*_cells(prediction))
    return table


def _cells(prediction: Prediction) -> list[str]:
    schedule, told, time = prediction.schedule, prediction.facts, prediction.time
    cells = [schedule.title, f"{schedule.warps}w {schedule.stages}s"]
    if told is None:
        return cells
    wide = max(told.loads, default=0)
    loads = f"{told.loads[wide]}x{wide}B" if wide else ""
    loads = f"{told.copies} tiles" if told.copies and wide < WIDE else loads
    shared, code = (f"{size / 1024:.0f}K" for size in (told.shared, told.size))
    cells += [told.product, loads, str(told.registers), shared, str(told.spills), code]
    cells.append(f"{told.weight:.1f}" if told.weight is not None else "")
    if time is None:
        return cells
    return [*cells, f"{time.seconds * 1e6:.1f}", f"{prediction.gain:.2f}x", time.bound, f"{prediction.share:.0%}"]


def _at_most(problem: Problem, card: Card) -> float:
    from ...codegen.triton.roofline import at_most

    return at_most(problem, card)


def _dtype(problem: Problem) -> str:
    return str(problem.dtype).removeprefix("torch.")
