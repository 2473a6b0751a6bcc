"""Tensors of every kind at the door: made plain before ``torch.export`` sees them, or refused.

A plain tensor is dense, strided, of no subclass, has a version counter and holds numbers. ``torch.export`` does not
stop at the others: compressed sparse weights end the process, and tensors made in inference mode fail far inside.
"""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterator
from typing import Any, TypeVar

import torch
import torch.utils._pytree as pytree
from torch import Tensor, fx, nn
from torch._subclasses.fake_tensor import FakeTensor
from torch.sparse import SparseSemiStructuredTensor

from ..errors import UserError
from .weight_files import some

QUANTIZE_LATER = "compile the floating-point model first and quantise the result"
T = TypeVar("T")
# What every module has, and what is no tensor.
MODULE_ATTRIBUTES = vars(nn.Module()).keys()


# -------------------------------------------------------------------- one tensor


def is_plain(value: Tensor) -> bool:
    """Whether ``torch.export`` can work on a tensor as it is."""
    kind = type(value) in (Tensor, nn.Parameter, nn.Buffer)
    lazy = value.is_conj() or value.is_neg()
    return kind and not is_sparse(value) and not value.is_inference() and not lazy


def is_sparse(value: Tensor) -> bool:
    """Whether a tensor stores its zeros in some other way than as zeros."""
    return isinstance(value, SparseSemiStructuredTensor) or (value.layout is not torch.strided and not value.is_nested)


def plain(value: Tensor, place: str) -> Tensor:
    """The same numbers as a plain tensor: the tensor itself where it is one, a copy otherwise.

    Parameters stay parameters, and keep whether they require gradients.

    Args:
        value: of any layout and class.
        place: what to call it in errors, such as ``weight '0.bias'``.

    Raises:
        UserError: it is quantised, or holds no numbers that can be had (meta, lazy, nested, spread over machines).
    """
    refuse(value, place)
    if is_plain(value):
        return value
    with torch.no_grad(), torch._C.DisableTorchFunctionSubclass():
        dense = _dense(value, place).as_subclass(Tensor)
        dense = dense.clone() if dense.is_inference() else dense.resolve_conj().resolve_neg()
    if isinstance(value, nn.Parameter):
        return nn.Parameter(dense, requires_grad=value.requires_grad)
    return dense


def _dense(value: Tensor, place: str) -> Tensor:
    if not is_sparse(value):
        return value.detach()
    try:
        return value.detach().to_dense()
    except (RuntimeError, NotImplementedError, TypeError) as error:
        raise UserError(
            "unsupported-tensor",
            f"{place} is {sort_of(value)}, and PyTorch cannot make it dense",
            note=str(error).splitlines()[0] if str(error) else type(error).__name__,
            hint="make it dense yourself, and compile the model with that",
        ) from error


def refuse(value: Tensor, place: str) -> None:
    """Refuse tensors that hold no numbers, or none that are floating-point numbers.

    Raises:
        UserError: see ``plain``.
    """
    if nn.parameter.is_lazy(value):
        raise _unsupported(f"{place} has no shape yet", "call the model once: its lazy layers take it from their input")
    if isinstance(value, FakeTensor) or value.is_meta:
        raise _unsupported(f"{place} is on the meta device and holds no numbers", "load the weights first")
    if _is_quantized(value):
        raise UserError("quantized-model", f"{place} is quantised", note=f"it is {sort_of(value)}", hint=QUANTIZE_LATER)
    if value.is_nested:
        raise _unsupported(f"{place} is a nested tensor", "pad it: value.to_padded_tensor(0.0)")
    if isinstance(value, SparseSemiStructuredTensor):
        return
    if hasattr(value, "full_tensor") and hasattr(value, "placements"):
        raise _unsupported(f"{place} is spread over several machines", "gather it: value.full_tensor()")
    if type(value).__torch_dispatch__ is not Tensor.__torch_dispatch__:
        raise _unsupported(f"{place} is {sort_of(value)}", "replace it by a plain tensor of the same numbers")


def _is_quantized(value: Tensor) -> bool:
    tools = ("torchao", "bitsandbytes", "hqq", "optimum.quanto")
    small = re.match(r"torch\.(float[48]|u?int[1-7]$)", str(value.dtype))
    return any((value.is_quantized, small, type(value).__module__.startswith(tools)))


def _unsupported(message: str, hint: str) -> UserError:
    return UserError("unsupported-tensor", message, hint=hint)


def describe(value: Tensor) -> str:
    """Type and shape of a tensor, such as ``float32[3, 6]``."""
    sizes = "..." if value.is_nested else ", ".join(str(size) for size in value.shape)
    return f"{str(value.dtype).removeprefix('torch.')}[{sizes}]"


def sort_of(value: Tensor) -> str:
    """The layout, class or type that sets a tensor apart from others."""
    if value.layout is not torch.strided:
        return f"{'an' if value.is_nested else 'a'} {str(value.layout).removeprefix('torch.')} tensor"
    if type(value) not in (Tensor, nn.Parameter, nn.Buffer):
        return f"a tensor of class '{type(value).__name__}'"
    return f"a tensor of {str(value.dtype).removeprefix('torch.')}"


# -------------------------------------------------------------------- models


@contextlib.contextmanager
def plain_tensors(model: nn.Module) -> Iterator[list[str]]:
    """Inside, all tensors of a module are plain; afterwards, whatever happened, it holds its own again.

    Weights that are one and the same stay so. Tensors that are neither parameters nor buffers count too, alone or in
    lists and dicts. What the module writes into replacements is not kept.

    Yields:
        What to tell the user: which weights were made dense.

    Raises:
        UserError: see ``plain``.
    """
    swap = _Swap()
    try:
        for name, part in model.named_modules():
            swap.part(name, part)
        yield swap.notes()
    finally:
        swap.undo()


class _Swap:
    """Tensors of modules that were replaced by plain ones, and where they belong."""

    def __init__(self) -> None:
        self._made: dict[int, Tensor] = {}
        self._dense: list[str] = []
        self._held: list[tuple[dict[str, Any], str, Any]] = []

    def part(self, name: str, part: nn.Module) -> None:
        """Replace the tensors of one module."""
        registered: tuple[dict[str, Any], ...] = (part._parameters, part._buffers)
        for held in registered:
            for key, value in [*held.items()]:
                if value is not None:
                    self._put(held, key, self._plain(value, f"{name}.{key}".lstrip(".")))
        attributes = vars(part)
        for key in attributes.keys() - MODULE_ATTRIBUTES:
            value = attributes[key]
            if isinstance(value, (Tensor, list, tuple, dict)):
                self._attribute(attributes, key, f"{name}.{key}".lstrip("."))

    def _attribute(self, held: dict[str, Any], key: str, name: str) -> None:
        tensors = [x for x in pytree.tree_leaves(held[key]) if isinstance(x, Tensor)]
        if all(is_plain(x) for x in tensors):
            return
        with contextlib.suppress(UserError):  # what forward never reads may be of any kind
            self._put(held, key, pytree.tree_map_only(Tensor, lambda x: self._plain(x, name), held[key]))

    def _plain(self, value: Tensor, name: str) -> Tensor:
        if id(value) not in self._made:
            self._made[id(value)] = plain(value, f"weight '{name}'")
            self._dense += [name] if is_sparse(value) else []
        return self._made[id(value)]

    def _put(self, held: dict[str, Any], key: str, value: Any) -> None:
        if value is not held[key]:
            self._held.append((held, key, held[key]))
            held[key] = value

    def notes(self) -> list[str]:
        """Sentences for the report."""
        if not self._dense:
            return []
        return [f"Made dense before anything else, as they are stored sparse or packed: {some(self._dense)}."]

    def undo(self) -> None:
        """Give the modules back what they held."""
        for held, key, value in reversed(self._held):
            held[key] = value


def check_devices(model: nn.Module) -> None:
    """Refuse models whose weights lie on several devices; single numbers may lie anywhere.

    Raises:
        UserError: there are several; one weight on each is named.
    """
    found: dict[torch.device, str] = {}
    for name, value in [*model.named_parameters(), *model.named_buffers()]:
        if value.ndim:
            found.setdefault(value.device, name)
    if len(found) > 1:
        raise UserError(
            "unsupported-tensor",
            f"the weights of '{type(model).__name__}' lie on several devices",
            note=", ".join(f"'{name}' on '{device}'" for device, name in found.items()),
            hint="move the model to one of them: model.to(device)",
        )


# -------------------------------------------------------------------- inputs and graphs


def plain_examples(inputs: T) -> T:
    """Example inputs of any structure as plain tensors without gradients; sparse ones are refused.

    Raises:
        UserError: an input is sparse, or see ``plain``.
    """

    def convert(value: Tensor) -> Tensor:
        place = f"example input {describe(value)}"
        if is_sparse(value):
            hint = "pass it dense, or its indices and values, and make it sparse outside of what is compiled"
            raise _unsupported(f"{place} is {sort_of(value)}", hint)
        return plain(value, place).detach()

    converted: T = pytree.tree_map_only(Tensor, convert, inputs)
    return converted


def check_graph(graph: fx.Graph, line: Any) -> None:
    """Refuse graphs that compute on compressed or nested tensors, on which ``run_decompositions`` ends the process.

    Lists of edges (COO), as graph networks make them, are ops without a rule like any other.

    Args:
        graph: of an exported program.
        line: gives the line of the model's source behind a node, or None.

    Raises:
        UserError: there is such a value.
    """
    for node in graph.nodes:
        for value in pytree.tree_leaves(node.meta.get("val")):
            if isinstance(value, Tensor) and (value.is_nested or value.layout not in (torch.strided, torch.sparse_coo)):
                raise UserError(
                    "unsupported-tensor",
                    f"the model computes on {sort_of(value)}",
                    where=line(node) or f"'{node.name}' ({node.target})",
                    hint="compute it densely, or leave it outside of what is compiled",
                )
