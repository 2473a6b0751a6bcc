"""The kernels of operators on graphics cards: importing this attaches them.

A call becomes a problem; the schedules for it, what PyTorch itself has for such a weight, and the dense layer are
raced once (``race``), and the winner is launched: machine code that came with the model, where there is some for the
card, else what Triton compiles. Where there is nothing to race, the layer is dense.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, MutableMapping
from functools import partial
from typing import Any

import torch
from torch import Tensor
from torch.utils.weak import WeakTensorKeyDictionary

from ...codegen import triton
from ...codegen.operators import N24_LINEAR
from ...codegen.operators.base import Operator, attach, registered
from ...codegen.operators.dense import dense_linear
from ...codegen.triton.base import FOLLOWS, Launch, Problem
from ...codegen.triton.lowerings import KERNELS, Lowering, lowering
from ...compiler.ir.arguments import names_of
from . import binaries, race
from .counters import counters
from .driver import driver
from .lasting import lasting, recording

_Weights = MutableMapping[Tensor, tuple[int, Tensor]]
# Weights of layers whose dense form won, or PyTorch's own sparse one, by the tensor that holds the packed numbers.
_dense: _Weights = WeakTensorKeyDictionary()
_of_pytorch: _Weights = WeakTensorKeyDictionary()
# PyTorch multiplies 2:4 weights of these multiples of rows and columns in 16 bits; with profit, if at all, from so many
# tokens on.
SEMI_STRUCTURED, MANY_TOKENS = (32, 64), 64
# The name of that way.
OF_PYTORCH = "2:4 of PyTorch"


def bucket(tokens: int) -> int:
    """Calls of as many tokens, up to a power of two, are one for a race."""
    return 1 << max(0, tokens - 1).bit_length()


def architecture(device: torch.device) -> str:
    """Of a card: ``sm_90``, ``gfx942``."""
    if torch.version.hip:
        return str(torch.cuda.get_device_properties(device).gcnArchName).partition(":")[0]
    return "sm_{}{}".format(*torch.cuda.get_device_capability(device))


@functools.cache
def card_key(device: torch.device) -> str:
    """All of a card that times depend on."""
    name, arch = torch.cuda.get_device_name(device), architecture(device)
    return f"{name} {arch} torch {torch.__version__} triton {triton.version()}"


def problem_key(problem: Problem) -> str:
    """All of a layer that times depend on: sizes, how much is stored, what follows."""
    full = problem.stored / max(1, problem.rows * problem.columns)
    follows = " ".join([*(name for name in FOLLOWS if getattr(problem, name)), problem.activation]).strip()
    sizes = f"{problem.rows}x{problem.columns}x{bucket(problem.tokens)} {problem.tile} {full:.2f}"
    return f"{sizes} {str(problem.dtype).removeprefix('torch.')} {follows}"


def compute(how: Lowering, *arguments: Any) -> Tensor | None:
    """An operator on a card; None where it is no layer that kernels could compute."""
    operator, x, problem = how.operator, arguments[0], how.problem(*arguments)
    if problem is None:
        return None
    arch = architecture(x.device)
    launches: dict[str, Callable[[], Tensor]] = {race.DENSE: partial(_computed_dense, operator, arguments)}
    for schedule in how.schedules(problem, arch):
        launch = partial(how.launch, schedule, *arguments)
        if triton.version() or binaries.held(schedule, problem.dtype, arch):
            launches[f"{operator.name} {schedule.key}"] = partial(_launched, launch, arch)
    if operator is N24_LINEAR and _is_semi_structured(problem):
        launches[OF_PYTORCH] = partial(_computed_by_pytorch, operator, arguments)
    if len(launches) == 1:
        return launches[race.DENSE]()
    key = f"{card_key(x.device)} {operator.name} {problem_key(problem)}"
    timer = None if recording(x.device) else race.on_card
    held = packed_of(operator, arguments)
    others = {way: known for way, known in ((race.DENSE, _dense), (OF_PYTORCH, _of_pytorch)) if held not in known}
    winner = race.way(key, launches, timer)
    for way, known in others.items():
        if way != winner:
            known.pop(held, None)  # the race has made it; other numbers of tokens may want what was there before
    return launches[winner]()


def _is_semi_structured(problem: Problem) -> bool:
    """Whether PyTorch may have a product for a 2:4 weight that is worth a race."""
    rows, columns = SEMI_STRUCTURED
    fits = problem.rows % rows == 0 and problem.columns % columns == 0 and problem.dtype.itemsize == 2
    return fits and problem.tokens >= MANY_TOKENS and not torch.version.hip


def packed_of(operator: Operator, arguments: tuple[Any, ...]) -> Tensor:
    """The first tensor of a packed weight."""
    held: Tensor = arguments[operator.places(operator.packed[:1])[0]]
    return held


def _launched(make: Callable[[], Launch], arch: str) -> Tensor:
    launch = make()
    binary = binaries.held(launch.schedule, launch.result.dtype, arch)
    card = driver(hip=bool(torch.version.hip)) if binary else None
    if binary is None or card is None:
        return launch.run(counters(launch))
    return binaries.start(launch, binary, card, counters(launch))


def _computed_dense(operator: Operator, arguments: tuple[Any, ...]) -> Tensor:
    """The layer with a dense weight, which is made once; an operator that has none is computed as it is meant."""
    weight = _kept(_dense, operator, arguments, lambda weight: weight)
    return operator.reference(*arguments) if weight is None else _multiplied(operator, arguments, weight)


def _computed_by_pytorch(operator: Operator, arguments: tuple[Any, ...]) -> Tensor:
    """The layer with a weight as PyTorch's own 2:4 products take it, which is made once."""
    weight = _kept(_of_pytorch, operator, arguments, torch.sparse.to_sparse_semi_structured)
    return _computed_dense(operator, arguments) if weight is None else _multiplied(operator, arguments, weight)


def _kept(
    known: _Weights, operator: Operator, arguments: tuple[Any, ...], form: Callable[[Tensor], Tensor]
) -> Tensor | None:
    """A layer's weight in another form, made at the first call; None where it cannot be made, or not now.

    Args:
        known: those that were made.
        operator: a linear layer.
        arguments: its own.
        form: what is made of the dense weight.
    """
    if operator.unpack is None:
        return None
    held = packed_of(operator, arguments)
    version, weight = known.get(held, (-1, None))
    if weight is None or version != held._version:
        if recording(held.device):  # it is not there until the graph is replayed
            return None
        weight = lasting(lambda: form(operator.unpacked(*arguments)), held.device)
        known[held] = held._version, weight
    return weight


def _multiplied(operator: Operator, arguments: tuple[Any, ...], weight: Tensor) -> Tensor:
    """A layer with another form of its weight."""
    given = dict(zip(names_of(operator.op), arguments, strict=False))
    columns_first, rows_first = (bool(given.get(name)) for name in ("columns_first", "rows_first"))
    follows = (given.get("bias"), given.get("residual"), given["activation"])
    return dense_linear(given["x"], weight, *follows, columns_first, rows_first, given.get("gate"))


for _operator in registered().values():
    if _operator.name in KERNELS and (_how := lowering(_operator)):
        attach(_operator, "cuda", partial(compute, _how), gates="gate" in names_of(_operator.op))
