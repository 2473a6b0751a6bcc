"""What a model takes: the names, the structure and the device of its inputs, wherever they are known."""

from __future__ import annotations

import inspect
import os
from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import torch
import torch.utils._pytree as pytree
from torch import Tensor, nn
from torch.export import ExportedProgram

from ..capture.checks import check_against, check_alike, check_call, check_module, not_a_model
from ..capture.models import read_exported, read_onnx
from ..capture.user_model import Call
from ..ir.program import Program, is_static

if TYPE_CHECKING:
    from ..capture.onnx.imported import Imported

# Keyword inputs by which a model computes a loss, if they are given.
LABELS = frozenset({"labels", "label"})
POSITIONAL = (inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD)
NAMED = (inspect.Parameter.KEYWORD_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD)


@dataclass(frozen=True)
class Taker:
    """What takes data.

    Attributes:
        name: of the model.
        positional: names of the inputs that it takes by place, in order.
        named: names of those that it takes by name, in order; None for any.
        more: whether it takes any number by place.
        device: where its weights are; None if it has none, or they are in several places.
        batch: how many samples it takes at a time, if that is fixed.
        signature: how it is called, if that is known.
        exported: what its inputs must be like, if that is known.
        example: a call of the same structure, if that is all that is known.
        by_place: whether inputs that are given by name are handed on in their places, though there is a signature.
    """

    name: str = "the model"
    positional: tuple[str, ...] = ()
    named: tuple[str, ...] | None = None
    more: bool = True
    device: torch.device | None = None
    batch: int | None = None
    signature: inspect.Signature | None = None
    exported: ExportedProgram | None = None
    example: Call | None = None
    by_place: bool = False

    @classmethod
    def of(cls, model: object) -> Taker:
        """From a module, an exported program, a file, a Program, or a signature; of None nothing is known.

        Raises:
            UserError: it is nothing of that kind.
        """
        if isinstance(model, (str, os.PathLike)):
            stored = read_onnx(model)
            if stored is not None:
                return _of_onnx(stored)
            model = read_exported(model)
        if model is None:
            return cls()
        if isinstance(model, inspect.Signature):
            return _of_signature(model, "the model", None)
        if isinstance(model, ExportedProgram):
            return _of_exported(model)
        if isinstance(model, Program):
            return _of_program(model)
        if isinstance(model, nn.Module):
            if isinstance(model, torch.jit.ScriptModule):
                check_module(model)  # a traced one has no signature
            return _of_signature(inspect.signature(model.forward), type(model).__name__, _device(model))
        raise not_a_model(model)

    def parted(self, call: Call) -> tuple[Call, Any]:
        """What of a call is inputs, and what is left: its label, or a tuple or dict of what came with it."""
        args, kwargs = self._placed(*call) if self.signature is None or self.by_place else call
        taken = len(args) if self.more else len(self.positional)
        left: Any = args[taken:]
        apart = {name: value for name, value in kwargs.items() if not self._takes(name)}
        left = left[0] if len(left) == 1 else left or None
        if apart:
            left = apart if left is None else (left, apart)
        return (args[:taken], {name: kwargs[name] for name in self._in_order(kwargs.keys() - apart.keys())}), left

    def _in_order(self, names: Set[str]) -> list[str]:
        """Names as the model has them, since dicts of another order are of another structure."""
        known = [name for name in self.named or () if name in names]
        return known + sorted(names - {*known})

    def _placed(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Call:
        """What was given by name and is taken by place, in its place."""
        left = dict(kwargs)
        for name in self.positional[len(args) :]:
            if name not in left:
                break
            args += (left.pop(name),)
        return args, left

    def _takes(self, name: str) -> bool:
        if name in LABELS and self.signature is not None:
            parameter = self.signature.parameters.get(name)
            return parameter is not None and parameter.default is inspect.Parameter.empty
        return self.named is None or name in self.named

    def check(self, call: Call, place: str) -> None:
        """Raises a UserError for a call that it does not take.

        Args:
            call: positional and keyword inputs.
            place: what to call it.
        """
        if self.exported is not None:
            check_against(self.exported, *call, what=f"{place} does", one=f"{place}: input")
        elif self.signature is not None:
            check_call(self.name, self.signature, *call, what=f"{place} does")
        elif self.example is not None:
            check_alike(call, self.example, place)

    def divisible(self, call: Call) -> int:
        """How many samples a batch can be divided into: 1 where its inputs differ in length, or it must stay whole."""
        found = {len(x) for x in pytree.tree_leaves(call) if isinstance(x, Tensor) and x.ndim}
        return found.pop() if len(found) == 1 and self.batch is None else 1


def _of_signature(signature: inspect.Signature, name: str, device: torch.device | None) -> Taker:
    parameters = signature.parameters.values()
    kinds = {p.kind for p in parameters}
    named = tuple(p.name for p in parameters if p.kind in NAMED)
    return Taker(
        name,
        tuple(p.name for p in parameters if p.kind in POSITIONAL),
        None if inspect.Parameter.VAR_KEYWORD in kinds else named,
        inspect.Parameter.VAR_POSITIONAL in kinds,
        device,
        signature=signature,
    )


def _of_onnx(stored: Imported) -> Taker:
    """Inputs by place, or by the names that the file has for them, which may be no words of Python's."""
    device, signature = _device(stored.module), stored.module.signature
    return Taker(stored.file.name, stored.names, (), False, device, signature=signature, by_place=True)


def _of_exported(exported: ExportedProgram) -> Taker:
    names = [str(name) for name in exported.graph_signature.user_inputs]
    values = {node.name: node.meta.get("val") for node in exported.graph.nodes if node.op == "placeholder"}
    spec = exported.call_spec.in_spec
    if spec is None:
        return Taker("the exported program", exported=exported)
    args, kwargs = pytree.tree_unflatten(names, spec)
    weights = [*exported.state_dict.values(), *exported.constants.values()]
    return Taker(
        "the exported program",
        _places(args),
        tuple(kwargs),
        more=False,
        device=_only_device(x for x in weights if isinstance(x, Tensor)),
        batch=_fixed_batch([values.get(name) for name in names]),
        exported=exported,
    )


def _of_program(program: Program) -> Taker:
    values = [node.meta.get("val") for node in program.placeholders()]
    device, batch = _only_device(program.held_weights().values()), _fixed_batch(values)
    if program.signature is not None:
        found = _of_signature(program.signature, program.name, device)
        return Taker(**{**vars(found), "batch": batch})
    leaves, spec = pytree.tree_flatten(program.call)
    named_all = len(leaves) == len(program.input_names)
    args, kwargs = pytree.tree_unflatten(program.input_names, spec) if named_all else program.call
    named = tuple(kwargs)
    return Taker(program.name, _places(args), named, False, device, batch, example=program.call)


def _places(args: Sequence[Any]) -> tuple[str, ...]:
    return tuple(name if isinstance(name, str) else f"args[{at}]" for at, name in enumerate(args))


def _fixed_batch(values: Sequence[Any]) -> int | None:
    """The first size of the first input, where it is a number."""
    size = next((x.shape[0] for x in values if isinstance(x, Tensor) and x.ndim), None)
    return int(size) if size is not None and is_static(size) else None


def _device(model: nn.Module) -> torch.device | None:
    return _only_device([*model.parameters(), *model.buffers()])


def _only_device(tensors: Any) -> torch.device | None:
    found = {x.device for x in tensors}
    return found.pop() if len(found) == 1 else None


def input_names(call: Call, positional: Sequence[str]) -> Iterator[tuple[str, Any]]:
    """Each value of a call with the name of the input that it belongs to.

    Args:
        call: positional and keyword inputs.
        positional: names of the positional ones, as far as they are known.
    """
    args, kwargs = call
    for at, value in enumerate(args):
        yield from _named(positional[at] if at < len(positional) else f"args[{at}]", value)
    for name, value in sorted(kwargs.items()):
        yield from _named(name, value)


def _named(name: str, value: Any) -> Iterator[tuple[str, Any]]:
    if isinstance(value, Tensor):
        yield name, value
    else:
        yield from ((f"{name}{path}", leaf) for path, leaf in leaves_by_path(value))


def leaves_by_path(value: Any) -> list[tuple[str, Any]]:
    """Leaves of any structure with how one gets there: ``['key']``, ``[0]``, ``.attribute``."""
    if isinstance(value, Mapping):  # of any class: those of transformers are not known by key otherwise
        value = dict(value)
    try:
        return [(pytree.keystr(path), leaf) for path, leaf in pytree.tree_flatten_with_path(value)[0]]
    except ValueError:  # a class in it that does not say what its parts are called
        return [(f"[{at}]", leaf) for at, leaf in enumerate(pytree.tree_leaves(value))]
