"""Promotion to float64 and back.

Passes run on a float64 copy of the program where the model allows it, so that rounding cannot hide a mistake; the
weights go back to their own dtype at the end.
"""

from __future__ import annotations

from collections import defaultdict
from typing import Any

import torch
from torch import Tensor, fx
from torch.utils.weak import WeakIdKeyDictionary

from .ir.fingerprint import fingerprint
from .ir.program import Program, held_like, set_attribute
from .ir.quantization import narrow, wide
from .ir.verifier import Malformed, infer


def main_dtype(program: Program) -> torch.dtype | None:
    """The one floating-point dtype of weights and inputs; None if there are several."""
    values = [node.meta.get("val") for node in program.nodes() if node.op == "get_attr"]
    dtypes = {x.dtype for x in [*values, *program.inputs] if isinstance(x, Tensor) and x.is_floating_point()}
    return dtypes.pop() if len(dtypes) == 1 else None


def promote(program: Program) -> torch.dtype | None:
    """Make a program compute in float64; returns the dtype that it had, or None if it has to stay as it is.

    Weights stay as they are held, and become float64 where they are read (see ``Program.held_in``).
    """
    dtype = main_dtype(program)
    if dtype is None or dtype is torch.float64 or _named_dtypes(program) - {dtype}:
        return None
    if program.device.type == "mps":
        return None  # which has no float64
    backup = program.copy()
    program.held_in = dtype
    _convert(program, dtype, torch.float64)
    try:
        infer(program)
        results = program.run(program.inputs)
        if any(isinstance(r, Tensor) and r.is_floating_point() and r.dtype != torch.float64 for r in results):
            raise Malformed("a result is not float64")
    except (Malformed, RuntimeError, TypeError, AssertionError):
        program.module, program.inputs, program.held_in = backup.module, backup.inputs, None
        return None
    program.ran = fingerprint(program), results
    return dtype


# What float64 weights became, by dtype: programs that are raced and the one that is kept share most of them.
_DEMOTED: defaultdict[torch.dtype, Any] = defaultdict(WeakIdKeyDictionary)


def demote(program: Program, dtype: torch.dtype) -> None:
    """Undo ``promote``: weights, inputs and dtype arguments go back to ``dtype``."""
    wide = {name: held for name, held in program.held_weights().items() if held.dtype is torch.float64}
    for name, held in wide.items():
        if held not in _DEMOTED[dtype]:
            _DEMOTED[dtype][held] = held_like(held, held.detach().to(dtype))
        set_attribute(program.module, name, _DEMOTED[dtype][held])
    program.held_in = None
    _convert(program, torch.float64, dtype)
    infer(program)


def own_weights(program: Program, original: Program) -> None:
    """Let a program hold copies of those weights that the program it came from holds, too.

    Who writes into a model after it was compiled must not change half of the result.
    """
    shared = {id(held) for held in original.held_weights().values()}
    made: dict[int, Tensor] = {}
    for name, held in program.held_weights().items():
        if id(held) in shared:
            if id(held) not in made:
                made[id(held)] = held_like(held, held.detach().clone())
            set_attribute(program.module, name, made[id(held)])


def _convert(program: Program, old: torch.dtype, new: torch.dtype) -> None:
    """Read and compute in another dtype; state is held in that, too."""
    for name, value in program.state().items():
        set_attribute(program.module, name, held_like(value, value.to(new) if value.dtype == old else value))
    program.inputs = tuple(x.to(new) if isinstance(x, Tensor) and x.dtype == old else x for x in program.inputs)
    for node in program.nodes():
        if node.op in ("placeholder", "get_attr") and isinstance(node.meta.get("val"), Tensor):
            if node.meta["val"].dtype == old:
                with program.fake_mode():
                    node.meta["val"] = node.meta["val"].to(new)
        elif node.op == "call_function":
            node.target = wide(node.target) if new is torch.float64 else narrow(node.target)
            node.args = fx.node.map_aggregate(node.args, lambda a: new if a is old else a)
            node.kwargs = fx.node.map_aggregate(node.kwargs, lambda a: new if a is old else a)
    program.module.recompile()


def widened(program: Program) -> Program:
    """A float64 program without its detours through float32 (norms take them): rounding there would hide mistakes."""
    takes_detours = main_dtype(program) is torch.float64 and _named_dtypes(program) - {torch.float64}
    return without_detours(program) if takes_detours else program


def without_detours(program: Program, dtype: torch.dtype = torch.float64) -> Program:
    """The same with every number in one dtype: what is computed, and weights that were computed on a detour.

    Inputs stay as they are; those of a call have to be cast.
    """
    straight = program.copy()
    straight.change_weights(lambda weight: weight.to(dtype) if weight.is_floating_point() else weight)

    def cast(argument: Any) -> Any:
        return dtype if isinstance(argument, torch.dtype) and argument.is_floating_point else argument

    for node in straight.nodes():
        if node.op == "call_function":
            node.target = wide(node.target)
            node.args = fx.node.map_aggregate(node.args, cast)
            node.kwargs = fx.node.map_aggregate(node.kwargs, cast)
    return straight


def _named_dtypes(program: Program) -> set[torch.dtype]:
    """Floating-point dtypes that appear as arguments in the graph."""
    found: set[torch.dtype] = set()

    def note(argument: Any) -> Any:
        if isinstance(argument, torch.dtype) and argument.is_floating_point:
            found.add(argument)
        return argument

    for node in program.nodes():
        fx.node.map_aggregate((node.args, node.kwargs), note)
    return found
