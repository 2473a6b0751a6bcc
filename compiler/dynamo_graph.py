"""A Program from a Dynamo graph: weights bound, sizes symbolic.

A graph is traced once for each choice of what varies, not again when weights change: whatever they hold, the program is
the same. Tracing is slow, and PyTorch keeps what it needs meanwhile where other threads find it, which may be calling
the very graph.
"""

from __future__ import annotations

import contextlib
import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, fx, nn
from torch.export import Dim
from torch.utils.weak import WeakIdKeyDictionary

from .capture.models import check, from_exported, make_plain
from .compiled_graph import Inputs, Roles, contract
from .errors import SparsecError, UserError
from .ir.program import Program, hint, set_attribute
from .ir.recurrent import any_length
from .ir.tracing import alone, quiet


@dataclass
class _Traced:
    """A program without its weights, which inputs they are by name, and whether it may be called with some others."""

    program: Program
    names: dict[str, int]
    accepts: Callable[[Inputs], bool] | None


class DynamoGraph:
    """A graph that Dynamo captured, to be made a program for one set of weights after another."""

    def __init__(self, module: fx.GraphModule) -> None:
        self.module = module
        self._placeholders = [n for n in module.graph.nodes if n.op == "placeholder"]
        self._traced: dict[Roles, _Traced] = {}

    def program(self, inputs: Inputs, roles: Roles) -> Program:
        """The program for the weights among some inputs; the others are its example inputs.

        Raises:
            UserError: the graph cannot be exported.
        """
        examples = tuple(_example(inputs[i]) for i in roles.others)
        known = self._traced.get(roles)
        if known is None or not (known.accepts is None or known.accepts(examples)):
            known = self._traced[roles] = self._trace(inputs, examples, roles)
        program = known.program.copy()
        program.inputs, program.call, program.cache = examples, (examples, {}), WeakIdKeyDictionary()
        for name, at in known.names.items():
            set_attribute(program.module, name, _weight(inputs[at]))
        make_plain(program)
        check(program)
        return program

    def contract(self, program: Program, roles: Roles) -> Callable[[Inputs], bool] | None:
        """Whether a program of this graph may be called with inputs; None if with all that Dynamo lets through."""
        return contract(program, [self._placeholders[i].meta["example_value"] for i in roles.others])

    def _trace(self, inputs: Inputs, examples: tuple[Any, ...], roles: Roles) -> _Traced:
        names = self._names(inputs, roles.weights)
        bound = self._bound(inputs, names, roles.others)
        shapes = tuple(_dynamic(self._placeholders[i]) for i in roles.others)
        try:
            with alone(), quiet(), torch.no_grad(), _outside_dynamo(), any_length():
                exported = torch.export.export(bound, examples, dynamic_shapes=shapes)
                program = from_exported(exported, examples, {}, None, shapes, "graph", writes_inputs=True)
        except SparsecError:
            raise
        except Exception as error:
            raise UserError(
                "capture-failed",
                "torch.export cannot capture the graph",
                note=str(error).splitlines()[0] if str(error) else None,
            ) from error
        read = program.weights()
        accepts = self.contract(program, roles)
        names = {name: at for name, at in names.items() if name in read}
        for name in names:  # neither weights nor examples are to live as long as the graph
            set_attribute(program.module, name, torch.empty(0))
        program.inputs, program.call = (), ((), {})
        return _Traced(program, names, accepts)

    def _names(self, inputs: Inputs, weights: Sequence[int]) -> dict[str, int]:
        """The inputs that are weights, by the names that the model gives them."""
        taken, found = {*_held(self.module)}, dict[str, int]()
        for at in weights:
            node = self._placeholders[at]
            name = _free(_name_in_model(node), taken)
            taken.add(name)
            found[name] = at
        return found

    def _bound(self, inputs: Inputs, weights: Mapping[str, int], others: Sequence[int]) -> fx.GraphModule:
        """A copy of the graph in which weights are attributes and sizes are read off the tensor inputs."""
        graph, mapping = fx.Graph(), dict[fx.Node, fx.Node]()
        result = graph.graph_copy(self.module.graph, mapping)
        graph.output(result)
        nodes = [mapping[node] for node in self._placeholders]
        for name, at in weights.items():
            with graph.inserting_before(nodes[at]):
                nodes[at].replace_all_uses_with(graph.get_attr(name))
        varying = [nodes[i] for i in others]
        for at, node in enumerate(nodes):
            if node in varying:
                continue
            if not isinstance(inputs[at], Tensor):
                _derive_size(graph, node, varying)
            graph.erase_node(node)
        for node in graph.nodes:
            node.target = AUTOCAST.get(node.target, node.target)
        return fx.GraphModule(_held(self.module) | {name: _weight(inputs[at]) for name, at in weights.items()}, graph)


# A step from a module to one in it, or to a weight, in the name of where Dynamo found a value.
HELD = re.compile(r"\._(?:modules|parameters|buffers)\[['\"]([^'\"]+)['\"]\]")


def _name_in_model(node: fx.Node) -> str:
    """The name of a weight in the model that is called; the node's own where it does not lie in a module."""
    name = getattr(getattr(node.meta.get("grapharg"), "source", None), "name", "")
    return ".".join(HELD.findall(str(name() if callable(name) else name))) or node.name


def free_numbers(module: fx.GraphModule, inputs: Inputs, tensors: Sequence[int]) -> list[int]:
    """Which inputs of a Dynamo graph are numbers of their own, and not the sizes of some of its tensors."""
    placeholders = [node for node in module.graph.nodes if node.op == "placeholder"]
    sized = [placeholders[i] for i in tensors]
    return [
        at
        for at, (node, value) in enumerate(zip(placeholders, inputs, strict=True))
        if isinstance(value, (int, torch.SymInt)) and node.users and _place_of(node, sized) is None
    ]


def _example(value: Any) -> Any:
    """An input as an example: export leaves marks on the tensors that it is given."""
    return value.detach() if isinstance(value, Tensor) else hint(value)


def _weight(value: Tensor) -> Tensor:
    return value if isinstance(value, nn.Parameter) else value.detach()


def _held(module: fx.GraphModule) -> dict[str, Any]:
    """What a graph holds itself."""
    held: dict[str, Any] = dict(module.named_children())
    held |= dict(module.named_parameters(recurse=False)) | dict(module.named_buffers(recurse=False))
    for node in module.graph.nodes:
        if node.op == "get_attr" and "." not in str(node.target) and str(node.target) not in held:
            held[str(node.target)] = getattr(module, str(node.target))
    return held


@contextlib.contextmanager
def _outside_dynamo() -> Iterator[None]:
    """Export must not see the tracing context of the compilation that it runs inside."""
    with torch._guards.tracing(None):
        yield


def _dynamic(node: fx.Node) -> Any:
    value = node.meta.get("example_value")
    if isinstance(value, torch.SymInt):
        return Dim.AUTO
    if not isinstance(value, Tensor):
        return None
    sizes: Sequence[Any] = value.shape
    return {dim: Dim.AUTO for dim, size in enumerate(sizes) if isinstance(size, torch.SymInt)} or None


def _free(name: str, taken: Collection[str]) -> str:
    name = name.replace("L__self___", "").lstrip(".")
    free, number = name, 0
    while free in taken or any(other.startswith(free + ".") or free.startswith(other + ".") for other in taken):
        number += 1
        free = f"{name}_{number}"
    return free


def _derive_size(graph: fx.Graph, node: fx.Node, tensors: Sequence[fx.Node]) -> None:
    """Let the readers of a size input read the size of the tensor that it belongs to."""
    if not node.users:
        return
    place = _place_of(node, tensors)
    if place is None:
        raise UserError("capture-failed", f"size '{node.name}' does not belong to a tensor input")
    with graph.inserting_after(tensors[-1]):
        made = graph.call_function(torch.ops.aten.sym_size.int, place)
    node.replace_all_uses_with(made)


def _place_of(node: fx.Node, tensors: Sequence[fx.Node]) -> tuple[fx.Node, int] | None:
    """The tensor, and its dimension, that a size belongs to."""
    symbol = str(node.meta.get("example_value"))
    for tensor in tensors:
        value = tensor.meta["example_value"]
        for dim, size in enumerate(value.shape if isinstance(value, Tensor) else ()):
            if isinstance(size, torch.SymInt) and str(size) == symbol:
                return tensor, dim
    return None


# ---------------------------------------------------------------- autocast

# While a graph is traced, PyTorch notes that autocast begins and ends, and does not do so: what is recorded behind
# would have other types than it will have. Context managers do both.


def _enter_autocast(*settings: Any) -> torch.autocast:
    mode = torch.autocast(*settings)
    mode.__enter__()
    return mode


def _exit_autocast(mode: torch.autocast) -> None:
    mode.__exit__(None, None, None)


AUTOCAST: dict[Any, Callable[..., Any]] = {
    torch.amp.autocast_mode._enter_autocast: _enter_autocast,
    torch.amp.autocast_mode._exit_autocast: _exit_autocast,
}
