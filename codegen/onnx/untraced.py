"""A Program as an exported program, without tracing it again.

A Program is a graph of ATen operators already, with the shape of every value, so it only has to be put in the form that
PyTorch's exporter reads: weights as inputs, and a signature. The exporter would trace it twice more, to check shapes
and to write out the operators that it does not know; here such an operator is traced alone, in its place.

Symbols are the Program's own. Where anything asks a question about them that is not settled yet, ``Unfit`` is raised:
the answer would become a condition of the Program. That one has to be traced, with symbols of its own.
"""

from __future__ import annotations

import contextlib
import operator
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import torch
import torch.utils._pytree as pytree
from torch import Tensor, fx
from torch._dispatch.python import enable_python_dispatcher
from torch.export import ExportedProgram, graph_signature
from torch.export.exported_program import ModuleCallEntry, ModuleCallSignature
from torch.export.graph_signature import ConstantArgument, InputKind, InputSpec, OutputKind, OutputSpec, TensorArgument
from torch.fx.experimental.proxy_tensor import make_fx

from ...compiler.ir.arguments import function_of
from ...compiler.ir.program import Program, attribute, is_static, is_tensor, shape_of

# Modules of functions that exported programs may hold beside operators.
PLAIN = ("_operator", "math", "torch")
Table = Mapping[Any, Callable[..., Any]]


class Unfit(Exception):
    """A program has to be traced again."""


@contextlib.contextmanager
def nothing_asked(program: Program) -> Iterator[None]:
    """Within it, a question about symbolic sizes whose answer would become a condition of the program is an error.

    Raises:
        Unfit: PyTorch is too old to tell.
    """
    env = program.fake_mode().shape_env
    if env is None:
        yield
        return
    guarded = getattr(env, "error_on_new_guards", None)
    if guarded is None:
        raise Unfit("this PyTorch cannot tell whether sizes are asked for")
    with guarded():
        yield


def untraced(program: Program) -> ExportedProgram:
    """The program as it stands, in the form of ``torch.export``.

    Raises:
        Unfit: it holds more than operators on tensors, or takes more than tensors and numbers.
    """
    graph, inputs, weights = _lifted(program)
    for node in [*graph.nodes]:
        if node.op == "call_function" and not _is_plain(node.target):
            _write_out(node, program, {})
    outputs = _outputs(graph)
    call = ModuleCallSignature([], [], pytree.tree_structure(program.call), pytree.tree_structure(tuple(outputs)))
    return _Untraced(
        program,
        torch.nn.Module(),
        graph,
        graph_signature.ExportGraphSignature(inputs, outputs),
        weights,
        _ranges(program),
        [ModuleCallEntry("", call)],
    )


class _Untraced(ExportedProgram):
    """An exported program of which only those operators are traced that are to be written out."""

    def __init__(self, program: Program, *args: Any) -> None:
        super().__init__(*args)
        self._program = program

    def run_decompositions(self, decomp_table: Table | None = None, *_: Any, **__: Any) -> ExportedProgram:
        table = decomp_table or {}
        for node in [*self.graph.nodes]:
            if node.op == "call_function" and node.target in table:
                _write_out(node, self._program, table)
        self.graph_signature.output_specs[:] = _outputs(self.graph)
        self.graph_module.recompile()
        return self


def _ranges(program: Program) -> dict[Any, Any]:
    """The bounds of the inputs' symbolic sizes."""
    env: Any = program.fake_mode().shape_env
    shapes = [shape_of(node) for node in program.placeholders() if is_tensor(node)]
    symbols = {symbol for shape in shapes for size in shape if not is_static(size) for symbol in _symbols(size)}
    return {symbol: env.var_to_range[symbol] for symbol in sorted(symbols, key=str)}


def _symbols(size: torch.SymInt) -> set[Any]:
    return set(size.node.expr.free_symbols)


def _is_plain(target: Any) -> bool:
    if isinstance(target, torch._ops.HigherOrderOperator):
        raise Unfit(f"{target} runs graphs within the graph")
    return isinstance(target, torch._ops.OpOverload) or getattr(target, "__module__", "") in PLAIN


def _outputs(graph: fx.Graph) -> list[OutputSpec]:
    returned: Any = graph.output_node().args[0]
    if not all(isinstance(node, fx.Node) and isinstance(node.meta.get("val"), Tensor) for node in returned):
        raise Unfit("it returns more than tensors")
    return [OutputSpec(OutputKind.USER_OUTPUT, TensorArgument(node.name), None) for node in returned]


def _lifted(program: Program) -> tuple[fx.Graph, list[InputSpec], dict[str, Tensor]]:
    """A copy of the graph in which weights are inputs; what its inputs are; the weights by name."""
    graph, copies = fx.Graph(), dict[fx.Node, fx.Node]()
    weights, placed, specs = dict[str, Tensor](), dict[str, fx.Node](), list[InputSpec]()
    for node in program.graph.nodes:
        if node.op == "get_attr":
            name = str(node.target)
            if name not in placed:
                weights[name] = _tensor(attribute(program.module, name))
                trained = isinstance(weights[name], torch.nn.Parameter)
                placed[name] = _placeholder(graph, f"{'p' if trained else 'b'}_{name.replace('.', '_')}", node)
                kind, persistent = (InputKind.PARAMETER, None) if trained else (InputKind.BUFFER, True)
                specs.append(InputSpec(kind, TensorArgument(placed[name].name), name, persistent))
            copies[node] = placed[name]
    for node, name, value in zip(program.placeholders(), program.input_names, program.inputs, strict=True):
        copies[node] = _placeholder(graph, name, node)
        specs.append(InputSpec(InputKind.USER_INPUT, _argument(copies[node].name, node.meta.get("val"), value), None))
    for node in program.graph.nodes:
        if node.op == "call_function":
            copies[node] = graph.node_copy(node, copies.__getitem__)
    graph.output(fx.node.map_arg(program.output().args[0], copies.__getitem__))
    graph.output_node().meta = dict(program.output().meta)
    return graph, specs, weights


def _placeholder(graph: fx.Graph, name: str, node: fx.Node) -> fx.Node:
    made = graph.placeholder(name)
    made.target = made.name  # a word of Python, whatever a file calls it
    made.meta = dict(node.meta)
    return made


def _tensor(value: Any) -> Tensor:
    if not isinstance(value, Tensor):
        raise Unfit("it holds graphs within the graph")
    return value


def _argument(name: str, value: Any, given: Any) -> Any:
    if isinstance(value, Tensor):
        return TensorArgument(name)
    if isinstance(value, (torch.SymInt, torch.SymFloat, torch.SymBool)):
        raise Unfit("it takes numbers that are not fixed")
    return ConstantArgument(name, given)


def _write_out(node: fx.Node, program: Program, table: Table) -> None:
    """Put in a node's place what it consists of: what tracing it alone, with these decompositions, gives."""
    graph, sources = node.graph, node.all_input_nodes

    def compute(*given: Any) -> Any:
        values = dict(zip(sources, given, strict=True))
        args, kwargs = fx.node.map_arg((node.args, node.kwargs), values.__getitem__)
        return function_of(node)(*args, **kwargs)

    with program.fake_mode(), enable_python_dispatcher():
        traced = make_fx(compute, decomposition_table=dict(table))(*(_in_order(source) for source in sources))
    copies = dict(zip((n for n in traced.graph.nodes if n.op == "placeholder"), sources, strict=True))
    meta = {key: value for key, value in node.meta.items() if key != "val"}
    with graph.inserting_before(node):
        for part in traced.graph.nodes:
            if part.op == "call_function":
                copies[part] = graph.node_copy(part, copies.__getitem__)
                copies[part].meta = {"val": part.meta.get("val"), **meta}
            elif part.op == "get_attr":
                raise Unfit(f"{node.target} is made of constants")
            _check_pure(part)
    result = traced.graph.output_node().args[0]
    _replace(node, fx.node.map_arg(result, copies.__getitem__))


def _in_order(node: fx.Node) -> Any:
    """A value whose elements lie in the order of its dimensions, as all do in ONNX."""
    value = node.meta["val"]
    return torch.empty(value.shape, dtype=value.dtype, device=value.device) if isinstance(value, Tensor) else value


def _check_pure(node: fx.Node) -> None:
    if isinstance(node.target, torch._ops.OpOverload) and node.target._schema.is_mutable:
        raise Unfit(f"{node.target} writes into its operands")


def _replace(node: fx.Node, result: Any) -> None:
    if isinstance(result, fx.Node):
        node.replace_all_uses_with(result)
    else:
        for user in [*node.users]:
            if user.target is not operator.getitem:
                raise Unfit(f"{node.target} gives several values")
            user.replace_all_uses_with(result[user.args[1]])
            node.graph.erase_node(user)
    node.graph.erase_node(node)
