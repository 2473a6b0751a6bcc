"""A program in another dtype, or on another device: what ``.half()`` and ``.to(...)`` ask for of a compiled model.

Casts and devices that a model's code asks for stand in the graph. Of a program that is moved they move along; a cast
says nothing of why it is there, so that a program with casts has one dtype.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import torch
import torch.utils._pytree as pytree
from torch import Tensor, fx
from torch.utils.weak import WeakIdKeyDictionary

from ..errors import UserError, is_exhaustion
from .program import Program
from .verifier import Malformed, infer

Kind = tuple[torch.dtype, torch.device]


def convert(program: Program, change: Callable[[Tensor], Tensor]) -> bool:
    """Replace every weight, state and example input of a program by what ``change`` makes of it.

    Returns:
        Whether that is something of another dtype, or on another device.

    Raises:
        UserError: the program has no such form. It stays as it is.
    """
    kinds = {kind: _kind(_tried(program, change, kind)) for kind in _kinds(program)}
    moved = any(old != new for old, new in kinds.items())
    trial = _trial(program, kinds) if moved else program
    program.module._apply(change)
    move: Any = lambda value: pytree.tree_map_only(Tensor, change, value)  # noqa: E731
    program.call, program.inputs = move(program.call), move(program.inputs)
    if moved:
        for node, new in zip(program.graph.nodes, trial.graph.nodes, strict=True):
            node.args, node.kwargs = _with_devices(node, kinds)
            node.meta["val"] = new.meta.get("val")
        program.module.recompile()
        program.cache, program.ran = WeakIdKeyDictionary(), None
    return moved


def _tried(program: Program, change: Callable[[Tensor], Tensor], kind: Kind) -> Tensor:
    """What becomes of a tensor without numbers."""
    try:
        return change(torch.empty(0, dtype=kind[0], device=kind[1]))
    except (AssertionError, RuntimeError) as error:  # which of them depends on how PyTorch was built
        if is_exhaustion(error):
            raise
        note = f"{type(error).__name__}: {(str(error).splitlines() or [''])[0]}"
        raise UserError(
            "missing-device",
            f"'{program.name}' cannot be moved or converted so here",
            note=note,
            hint="a device needs its driver, and a PyTorch that was built for it",
        ) from error


def _kinds(program: Program) -> set[Kind]:
    held = [*program.weights().values(), *program.state().values(), *program.inputs]
    return {_kind(value) for value in held if isinstance(value, Tensor)}


def _kind(value: Tensor) -> Kind:
    return value.dtype, value.device


def _trial(program: Program, kinds: dict[Kind, Kind]) -> Program:
    """A copy of a program whose values have the new dtypes, over the old weights."""
    dtypes = any(old[0] != new[0] for old, new in kinds.items())
    for node in program.nodes() if dtypes else ():
        cast = next(_casts(node), None)
        if cast is not None:
            raise _refused(program, f"'{node.name}' computes in {_name(cast)} whatever the weights are")
    # Values of a graph cannot be on the meta device: they stay where they are.
    kinds = {old: (new[0], old[1]) if new[1].type == "meta" else new for old, new in kinds.items()}
    trial, mode = program.copy(), program.fake_mode()
    for node in trial.nodes():
        node.args, node.kwargs = _with_devices(node, kinds)
        value = node.meta.get("val")
        if node.op in ("placeholder", "get_attr") and isinstance(value, Tensor) and _kind(value) in kinds:
            dtype, device = kinds[_kind(value)]
            with mode:
                node.meta["val"] = torch.empty_strided(value.shape, value.stride(), dtype=dtype, device=device)
    try:
        infer(trial)
    except Malformed as error:
        raise _refused(program, str(error).splitlines()[0]) from error
    return trial


def _casts(node: fx.Node) -> Iterator[torch.dtype]:
    for value in pytree.tree_leaves((node.args, node.kwargs)):
        if isinstance(value, torch.dtype) and (value.is_floating_point or value.is_complex):
            yield value


def _with_devices(node: fx.Node, kinds: dict[Kind, Kind]) -> tuple[Any, Any]:
    """The arguments of a node, whose devices go where the weights go."""
    places = {old[1]: new[1] for old, new in kinds.items()}

    def place(value: Any) -> Any:
        return places.get(value, value) if isinstance(value, torch.device) else value

    return fx.node.map_aggregate(node.args, place), fx.node.map_aggregate(node.kwargs, place)


def _refused(program: Program, note: str) -> UserError:
    return UserError(
        "unsupported-tensor",
        f"'{program.name}' cannot be converted: it was compiled for one dtype",
        note=note,
        hint="convert the model itself, and compile that with inputs of the same dtype",
    )


def _name(dtype: torch.dtype) -> str:
    return str(dtype).removeprefix("torch.")
