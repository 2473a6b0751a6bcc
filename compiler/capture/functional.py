"""Functional ATen of an exported program, written operation by operation.

``run_decompositions`` traces a whole program twice more, which takes longer than ``torch.export`` itself. Most of a
graph comes out as it went in. Here operations stay, with the shapes that export found; those in place become their
functional forms, where nobody else can see the value that they write into; and those that PyTorch takes apart
(``reshape``, ``batch_norm``, ``dropout``) are run on their own fake inputs, and replaced by what PyTorch runs for them.

Whatever is not certain to come out as it would there is ``Unsure``: the program has to be traced.
"""

from __future__ import annotations

import operator
from collections.abc import Collection, Mapping
from typing import Any

import sympy
import torch
import torch.utils._pytree as pytree
from torch import SymInt, Tensor, fx
from torch._dispatch.python import enable_python_dispatcher
from torch._subclasses.fake_tensor import FakeTensorMode
from torch.export import ExportedProgram
from torch.fx.experimental.symbolic_shapes import free_unbacked_symbols, is_concrete_int
from torch.utils._python_dispatch import TorchDispatchMode

from ..ir.program import has_effects
from ..ir.quantization import NARROW

aten = torch.ops.aten

# Functions that graphs hold beside operators: on sizes, and the parts of what gives several values.
PLAIN = (operator.getitem, operator.add, operator.mul, operator.sub, operator.floordiv, operator.mod)
# Operators that PyTorch takes apart in what it calls composite, and whose results are values of their own all the same.
OWN_RESULT = (aten.linear, aten.conv1d, aten.conv2d, aten.conv3d, aten.layer_norm, aten.group_norm, aten.matmul)
# What tracing does more about than to note it.
SPECIAL = (aten.detach, aten.lift, aten.lift_fresh, aten.lift_fresh_copy, aten.item, aten._local_scalar_dense)


class Unsure(Exception):
    """A program has to be traced."""


def functional(exported: ExportedProgram, written_out: Collection[Any]) -> fx.GraphModule:
    """The module of an exported program, in functional ATen.

    Args:
        written_out: operators that something else is written for.

    Raises:
        Unsure: only tracing tells what comes out.
    """
    module = exported.module(check_guards=False)
    assert isinstance(module, fx.GraphModule)
    module.graph = _Writer(module.graph, written_out).written()
    module.graph.eliminate_dead_code(is_impure_node=has_effects)
    return module


class _Writer:
    """Writes a graph anew.

    Attributes:
        graph: what is written.
        values: what became of a node: a node, a number, or several of them.
        made: the node of a fake tensor.
        sizes: the node of a size, by its expression.
    """

    def __init__(self, old: fx.Graph, written_out: Collection[Any]) -> None:
        self.old, self.written_out = old, written_out
        self.graph = fx.Graph()
        self.graph.set_codegen(old._codegen)
        self.values: dict[fx.Node, Any] = {}
        self.made: dict[int, fx.Node] = {}
        self.sizes: dict[sympy.Basic, fx.Node] = {}
        self.held: list[Tensor] = []  # so that no other tensor takes the identity of one
        self.mode = _fake_mode(old)

    def written(self) -> fx.Graph:
        for node in self.old.nodes:
            if node.op == "call_function":
                self.values[node] = self._call(node)
            elif node.op in ("placeholder", "get_attr", "output"):
                self.values[node] = self._note(self.graph.node_copy(node, self._new))
            else:
                raise Unsure(f"a call of '{node.target}'")
        return self.graph

    def _call(self, node: fx.Node) -> Any:
        target: Any = node.target
        if target is operator.getitem:
            source: Any = node.args[0]
            index: Any = node.args[1]
            if isinstance(self.values.get(source), (list, tuple)):
                return self.values[source][index]
        if target in PLAIN or target in (aten.sym_size.int, aten.sym_numel.default):
            return self._emit(target, node.args, node.kwargs, node.meta)
        if target in self.written_out or not _is_plain(target) or not _is_backed(node.meta.get("val")):
            raise Unsure(f"'{target}'")
        if target._schema.is_mutable:
            return self._not_in_place(node)
        apart = torch.Tag.maybe_aliasing_or_mutating in target.tags
        if apart or (target._can_decompose() and _aliases(target)) or target is aten.native_batch_norm.default:
            return self._taken_apart(node)
        return self._emit(target, node.args, node.kwargs, node.meta)

    def _emit(self, target: Any, args: Any, kwargs: Any, meta: Mapping[str, Any]) -> fx.Node:
        """The same operation on what its inputs have become."""
        return self._create(target, fx.map_arg(args, self._new), fx.map_arg(kwargs, self._new), meta)

    def _create(self, target: Any, args: Any, kwargs: Any, meta: Mapping[str, Any]) -> fx.Node:
        name = target.overloadpacket.__name__ if isinstance(target, torch._ops.OpOverload) else target.__name__
        name = "sym_size_int" if target is aten.sym_size.int else name[2:-2] if name.startswith("__") else name
        made = self.graph.create_node("call_function", target, args, kwargs, name=name)
        made.meta = dict(meta)
        return self._note(made)

    def _new(self, node: fx.Node) -> Any:
        return self.values[node]

    def _note(self, node: fx.Node) -> fx.Node:
        value = node.meta.get("val")
        if isinstance(value, Tensor):
            self.made[id(value)] = node
            self.held.append(value)
        elif isinstance(value, SymInt):
            self.sizes.setdefault(value.node.expr, node)
        return node

    def _not_in_place(self, node: fx.Node) -> fx.Node:
        """What an operation in place gives, for all who read what it has written into from here on."""
        target, base = _without_place(node), node.args[0]
        assert isinstance(base, fx.Node)
        before = self.values[base]
        if not isinstance(before, fx.Node) or not _is_own(before):
            raise Unsure(f"'{node.target}' writes into a value that others may see")
        after = self._emit(target, node.args, node.kwargs, node.meta)
        for old, value in self.values.items():
            if value is before:
                self.values[old] = after
        return after

    def _taken_apart(self, node: fx.Node) -> Any:
        """What PyTorch runs for an operation, written one by one."""
        target, (args, kwargs) = node.target, fx.map_arg((node.args, node.kwargs), self._fake)
        assert isinstance(target, torch._ops.OpOverload)
        record = _Record()
        try:
            with self.mode, enable_python_dispatcher(), torch.no_grad(), record:
                result = target(*args, **kwargs)
        except Exception as error:
            raise Unsure(f"'{target}' does not run alone") from error
        for func, given, named, outcome in record.calls:
            self._write(node, func, given, named, outcome)
        return pytree.tree_map(self._of_value, result)

    def _write(self, node: fx.Node, func: Any, args: Any, kwargs: Any, outcome: Any) -> None:
        if not _is_plain(func) or func._schema.is_mutable:
            raise Unsure(f"'{node.target}' runs '{func}'")
        args, kwargs = pytree.tree_map(self._of_value, (args, kwargs))
        made = self._create(func, args, kwargs, {**node.meta, "val": outcome})
        if isinstance(outcome, (list, tuple)):
            for index, part in enumerate(outcome):
                self._create(operator.getitem, (made, index), {}, {**node.meta, "val": part})

    def _fake(self, node: fx.Node) -> Any:
        """The value of what a node has become."""
        became = self.values[node]
        value = pytree.tree_map(lambda n: n.meta.get("val") if isinstance(n, fx.Node) else n, became)
        if any(v is None for v in pytree.tree_leaves(value)):
            raise Unsure(f"nothing is known of '{node}'")
        return value

    def _of_value(self, value: Any) -> Any:
        """What to write for a value that PyTorch runs an operation on."""
        if isinstance(value, Tensor):
            if id(value) not in self.made:
                raise Unsure("a constant")
            return self.made[id(value)]
        if isinstance(value, SymInt):
            return int(value) if is_concrete_int(value) else self._of_size(value.node.expr)
        if isinstance(value, (torch.SymFloat, torch.SymBool)):
            raise Unsure("a number that hangs on sizes")
        return value

    def _of_size(self, size: sympy.Basic) -> fx.Node | int:
        """The node of a size; one that reads it off an input where there is none."""
        if isinstance(size, sympy.Integer):
            return int(size)
        if size in self.sizes:
            return self.sizes[size]
        for place in (node for node in self.graph.nodes if node.op == "placeholder"):
            value = place.meta.get("val")
            for dim, found in enumerate(value.shape) if isinstance(value, Tensor) else ():
                if isinstance(found, SymInt) and found.node.expr == size:
                    return self._read_off(place, dim, found)
        raise Unsure(f"the size {size}")

    def _read_off(self, place: fx.Node, dim: int, size: SymInt) -> fx.Node:
        held = [node for node in self.graph.nodes if node.op in ("placeholder", "get_attr")]
        with self.graph.inserting_after(held[-1]):
            made = self.graph.create_node("call_function", aten.sym_size.int, (place, dim), name="sym_size_int")
        made.meta["val"] = size
        return self._note(made)


class _Record(TorchDispatchMode):
    """Notes every operation that runs."""

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.calls: list[tuple[Any, tuple[Any, ...], dict[str, Any], Any]] = []

    def __torch_dispatch__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        outcome = func(*args, **(kwargs or {}))
        if any(isinstance(value, Tensor) for value in pytree.tree_leaves(outcome)):  # others ask about sizes only
            self.calls.append((func, args, dict(kwargs or {}), outcome))
        return outcome


def _fake_mode(graph: fx.Graph) -> FakeTensorMode:
    for node in graph.nodes:
        mode = getattr(node.meta.get("val"), "fake_mode", None)
        if isinstance(mode, FakeTensorMode):
            return mode
    raise Unsure("no fake tensors")


def _is_plain(target: Any) -> bool:
    """Whether an operator is PyTorch's own and does nothing that tracing looks at closely."""
    if not isinstance(target, torch._ops.OpOverload) or target.namespace not in ("aten", NARROW):
        return False
    name = target.overloadpacket.__name__
    watched = name.startswith(("_assert", "sym_", "_sparse")) and target is not aten._assert_tensor_metadata.default
    return not watched and target.overloadpacket not in SPECIAL


def _is_backed(value: Any) -> bool:
    """Whether no size of a value depends on data."""
    return not any(free_unbacked_symbols(part) for part in pytree.tree_leaves(value))


def _aliases(target: torch._ops.OpOverload) -> bool:
    """Whether results may share memory with inputs."""
    return any(found.alias_info is not None for found in (*target._schema.arguments, *target._schema.returns))


def _is_own(node: fx.Node) -> bool:
    """Whether a value has memory of its own, and nobody has made a view of it."""
    made_by = node.args[0] if node.target is operator.getitem else node
    assert isinstance(made_by, fx.Node)
    return made_by.op == "call_function" and all(map(_has_own_result, (made_by, *node.users)))


def _has_own_result(node: fx.Node) -> bool:
    target = node.target
    if not isinstance(target, torch._ops.OpOverload) or _aliases(target):
        return False
    return not target._can_decompose() or target.overloadpacket in OWN_RESULT


def _without_place(node: fx.Node) -> torch._ops.OpOverload:
    """The functional form of an operation that writes into its first argument and nothing else."""
    target = node.target
    assert isinstance(target, torch._ops.OpOverload)
    packet = getattr(aten, target.overloadpacket.__name__.removesuffix("_"), None)
    found = getattr(packet, target._overloadname, None)
    written = [argument for argument in target._schema.arguments if argument.alias_info is not None]
    if not isinstance(found, torch._ops.OpOverload) or found is target or _aliases(found) or not _is_plain(found):
        raise Unsure(f"'{target}' has no functional form")
    alike = [a.name for a in found._schema.arguments] == [a.name for a in target._schema.arguments]
    if not alike or written != [target._schema.arguments[0]] or not _keeps_type(node):
        raise Unsure(f"'{target}' is not its functional form in place")
    return found


def _keeps_type(node: fx.Node) -> bool:
    """Whether the functional form gives the type and shape that is written into."""
    values = [n.meta.get("val") for n in node.all_input_nodes]
    tensors = [value for value in values if isinstance(value, Tensor)]
    kept = tensors[0]
    if kept.dtype is torch.bool or any(value.dtype != kept.dtype for value in tensors):
        return False
    return all(value.ndim <= kept.ndim for value in tensors) and not any(isinstance(a, complex) for a in node.args)
