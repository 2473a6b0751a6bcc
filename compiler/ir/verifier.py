"""What must hold of a Program after every pass, and the shapes of its values computed anew.

``infer`` runs the graph on fake tensors: PyTorch itself checks that every operand fits, and symbolic sizes stay
symbolic. Operands that are alike are tried once. ``verify`` checks the structure and the shapes and raises
``Malformed`` with the node at fault.
"""

from __future__ import annotations

import operator
from collections.abc import Collection, Iterable
from types import EllipsisType, NoneType
from typing import Any
from weakref import WeakKeyDictionary

import torch
from torch import Tensor, fx
from torch._dispatch.python import enable_python_dispatcher
from torch._ops import OpOverload
from torch._subclasses.fake_tensor import FakeTensor, FakeTensorMode
from torch.fx.experimental.symbolic_shapes import free_unbacked_symbols

from .program import ASSERTS, Program, is_tensor
from .recurrent import any_length
from .tracing import unlogged


class Malformed(Exception):
    """The graph breaks a rule of the IR.

    Args:
        message: the rule.
        node: where.
    """

    def __init__(self, message: str, node: fx.Node | None = None) -> None:
        super().__init__(message if node is None else f"{message} at '{node.name}'")
        self.node = node


def infer(program: Program) -> None:
    """Recompute ``node.meta["val"]`` of every operation from the placeholders and weights.

    Raises:
        Malformed: an operation rejects its operands, or needs a dynamic size to have one value.
    """
    mode = program.fake_mode()
    known = _KNOWN.setdefault(mode, {})
    before = [str(node.meta["val"].shape) for node in program.placeholders() if is_tensor(node)]
    # Ops that PyTorch composes of others keep sizes symbolic only in their Python form.
    with enable_python_dispatcher(), mode, any_length(), torch.no_grad(), unlogged():
        for node in program.nodes():
            if node.op == "call_function":
                node.meta["val"] = _inferred(node, known)
            elif node.op == "get_attr" and "val" not in node.meta:
                weight = program.weight(node)
                if weight is not None:
                    node.meta["val"] = program.fake(weight)
    after = [str(node.meta["val"].shape) for node in program.placeholders() if is_tensor(node)]
    if before != after:
        raise Malformed(f"computing shapes fixed a dynamic size: {before} became {after}")


# What operations gave for operands of some kinds, by the mode that their symbols belong to: programs that are copies of
# each other, and layers of one kind, share it.
_KNOWN: WeakKeyDictionary[FakeTensorMode, dict[Any, Any]] = WeakKeyDictionary()
_NUMBERS: tuple[type, ...] = (int, float, bool, complex, str, NoneType, EllipsisType)
_PLAIN = (*_NUMBERS, torch.dtype, torch.device, torch.layout, torch.memory_format)


def _inferred(node: fx.Node, known: dict[Any, Any]) -> Any:
    try:
        key = (node.target, _kind((node.args, node.kwargs)))
    except _NoKind:
        return _named_as_before(_value(node), node)
    if key not in known:
        value = _like_its_operand(node, known)
        if _fresh(value, node):
            return _named_as_before(value, node)
        known[key] = value
    return known[key]


def _like_its_operand(node: fx.Node, known: dict[Any, Any]) -> Any:
    """The value of an element-wise operation of one tensor: of that one's shape, and of the dtype that it gave before.

    PyTorch works out the shapes of many of these in Python, which takes longer than all others.
    """
    operand = _only_operand(node)
    if operand is None:
        return _value(node)
    key = (node.target, operand.dtype, _shapeless(node.args), _shapeless(node.kwargs))
    if key in known:
        return torch.empty_like(operand, dtype=known[key])
    value = _value(node)
    if isinstance(value, Tensor) and value.device == operand.device and value.layout == operand.layout:
        known[key] = value.dtype
    return value


def _only_operand(node: fx.Node) -> FakeTensor | None:
    """The one tensor of an element-wise operation that leaves its elements in their order."""
    sources = [source.meta.get("val") for source in node.all_input_nodes]
    if len(sources) != 1 or not isinstance(sources[0], FakeTensor) or sources[0].constant is not None:
        return None
    if not (isinstance(node.target, OpOverload) and torch.Tag.pointwise in node.target.tags):
        return None
    ordered = any(isinstance(argument, torch.memory_format) for argument in (*node.args, *node.kwargs.values()))
    return None if ordered else sources[0]


def _shapeless(argument: Any) -> Any:
    """The kind of an argument; all tensors are of one."""
    if isinstance(argument, fx.Node):
        return Tensor
    if isinstance(argument, (list, tuple)):
        return (len(argument), *map(_shapeless, argument))
    if isinstance(argument, dict):
        return tuple((name, _shapeless(item)) for name, item in argument.items())
    return _kind(argument)


class _NoKind(Exception):
    """An argument of which more matters than its kind."""


def _kind(argument: Any) -> Any:
    """Arguments that are equal are alike to every operation: numbers, and tensors of one shape, dtype and order."""
    if isinstance(argument, fx.Node):
        return _kind_of_value(argument.meta.get("val"))
    if isinstance(argument, (list, tuple)):
        return (len(argument), *map(_kind, argument))
    if isinstance(argument, dict):
        return tuple((key, _kind(item)) for key, item in argument.items())
    if type(argument) in _PLAIN:
        return (type(argument), argument)  # 1 and True are no equal arguments
    raise _NoKind


def _kind_of_value(value: Any) -> Any:
    if isinstance(value, FakeTensor) and value.constant is None:
        sizes = (*value.shape, *value.stride(), value.storage_offset())
        return (value.dtype, value.device, value.layout, value.ndim, *map(_size, sizes))
    if isinstance(value, (list, tuple)):
        return (len(value), *map(_kind_of_value, value))
    if isinstance(value, (int, torch.SymInt, torch.SymFloat, torch.SymBool)):
        return (type(value), _size(value))
    raise _NoKind


def _size(size: Any) -> Any:
    return size.node.expr if isinstance(size, (torch.SymInt, torch.SymFloat, torch.SymBool)) else size


def _fresh(value: Any, node: fx.Node) -> Collection[Any]:
    """Symbols of a value for sizes that depend on data, which its operands do not have."""
    return free_unbacked_symbols(value) - free_unbacked_symbols([x.meta.get("val") for x in node.all_input_nodes])


def _named_as_before(value: Any, node: fx.Node) -> Any:
    """A value whose sizes depend on data, under the symbols that it had: every run of its op makes new ones."""
    fresh = _fresh(value, node)
    return _renamed(value, node.meta.get("val"), fresh) if fresh else value


def _renamed(value: Any, before: Any, fresh: Collection[Any]) -> Any:
    if isinstance(value, (list, tuple)) and isinstance(before, (list, tuple)) and len(value) == len(before):
        return type(value)(_renamed(new, old, fresh) for new, old in zip(value, before, strict=True))
    if isinstance(value, Tensor) and isinstance(before, Tensor) and value.ndim == before.ndim:
        sizes = [_renamed(new, old, fresh) for new, old in zip(value.shape, before.shape, strict=True)]
        return value.new_empty(sizes)
    known = isinstance(before, type(value)) and isinstance(value, (torch.SymInt, torch.SymFloat, torch.SymBool))
    return before if known and value.node.expr in fresh and free_unbacked_symbols(before) else value


def _value(node: fx.Node) -> Any:
    def read(argument: fx.Node) -> Any:
        if "val" not in argument.meta:
            raise Malformed(f"'{argument.name}' has no value", node)
        return argument.meta["val"]

    args: Any = fx.node.map_arg(node.args, read)
    kwargs = fx.node.map_arg(node.kwargs, read)
    assert callable(node.target)
    if node.target is torch.ops.aten.linear.default and args[0].ndim > 2:
        # On a slice of something transposed its shape function asks whether dimensions merge, and fixes dynamic ones.
        args = (args[0].clone(memory_format=torch.contiguous_format), *args[1:])
    try:
        return node.target(*args, **kwargs)
    except Malformed:
        raise
    except Exception as error:
        raise Malformed(f"{node.target} rejects its operands: {str(error).splitlines()[0]}", node) from error


def verify(program: Program) -> None:
    """Check the structure of a program and that weights agree with their recorded shapes.

    Raises:
        Malformed: with the rule and the node.
    """
    try:
        program.graph.lint()
    except (RuntimeError, AttributeError) as error:
        raise Malformed(str(error).splitlines()[0]) from error
    for node in program.nodes():
        for rule in RULES:
            problem = rule(program, node)
            if problem:
                raise Malformed(problem, node)


def _known_kind(program: Program, node: fx.Node) -> str | None:
    if node.op in ("placeholder", "get_attr", "call_function", "output"):
        return None
    return f"'{node.op}' nodes are not part of the IR"


def _operator(program: Program, node: fx.Node) -> str | None:
    if node.op != "call_function" or isinstance(node.target, torch._ops.OpOverload):
        return None
    if node.target is operator.getitem or getattr(node.target, "__module__", "") in (
        "_operator",
        "math",
        "torch",
    ):
        return None
    if isinstance(node.target, torch._ops.HigherOrderOperator):
        return None
    return f"'{node.target}' is not an ATen operator"


def _has_value(program: Program, node: fx.Node) -> str | None:
    named = node.op == "placeholder" or (node.op == "call_function" and node.target not in ASSERTS)
    return "no value recorded" if named and "val" not in node.meta else None


def _weight_agrees(program: Program, node: fx.Node) -> str | None:
    weight = program.held(node)
    if weight is None:
        return None
    value = node.meta.get("val")
    if not isinstance(value, Tensor):
        return "a weight without a recorded shape"
    narrow = program.held_in is not None and (weight.dtype, value.dtype) == (program.held_in, torch.float64)
    if tuple(value.shape) != tuple(weight.shape) or (value.dtype != weight.dtype and not narrow):
        return f"weight is {tuple(weight.shape)} {weight.dtype} but recorded as {tuple(value.shape)} {value.dtype}"
    return None


RULES: Iterable[Any] = (_known_kind, _operator, _has_value, _weight_agrees)
