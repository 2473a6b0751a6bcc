"""A graph of ONNX's as a module of PyTorch's: its initializers are weights, its nodes are carried out one by one.

Traced by ``torch.export``, this is a graph of ATen operators like that of any other module.
"""

from __future__ import annotations

import inspect
import keyword
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from ....codegen.onnx.native_api import DOMAIN
from ...errors import UserError
from ...words import count
from .graph import Array, Graph, Node, is_text
from .known import COMPUTED
from .registry import operator_of
from .values import MOST_KNOWN, Known, Refused, Unknown, Value, is_known, sizes, tensor

# Names that exporters make up for weights that had none.
MADE_UP = re.compile(r"^(onnx::\w+|_?val_\d+|_v_\w+|const\w*|tmp_\w+|[\d_]+)$")
# Scales of a resized image: floats that are no weight.
MOST_SCALES = 8
# What the inputs of a layer are called.
PARTS = {
    **dict.fromkeys(("Conv", "ConvTranspose", "Gemm", "ConvInteger"), ("", "weight", "bias")),
    **dict.fromkeys(("MatMul", "MatMulInteger"), ("weight", "weight")),
    "FusedMatMul": ("weight", "weight"),
    "Gather": ("weight",),
    "Add": ("bias", "bias"),
    "LSTM": ("", "weight", "recurrent_weight", "bias"),
    "GRU": ("", "weight", "recurrent_weight", "bias"),
    "RNN": ("", "weight", "recurrent_weight", "bias"),
}


@dataclass
class Place:
    """The node that is carried out, or was when something failed.

    A thing of its own: what is assigned to a module while it is traced is undone.
    """

    node: Node | None = None


class OnnxGraph(nn.Module):
    """Carries out a graph; called with its inputs in order, or by name where a name is a word of Python's.

    It returns a dict of its outputs by name. Make one by ``module_of``.

    Args:
        graph: to carry out; every operator has to be known.

    Attributes:
        words: names of inputs, as words of Python's.
        signature: of a call.
        at: how far it is.
    """

    words: tuple[str, ...]
    signature: inspect.Signature

    def __init__(self, graph: Graph) -> None:
        super().__init__()
        self.graph = graph
        self.places = dict(_named(graph))
        self.small: dict[str, Array] = {}
        for name, place in self.places.items():
            _register(self, place, _tensor(graph.constants[name]))
        self.small = {name: array for name, array in graph.constants.items() if _is_small(array)}
        self.at = Place()
        self.eval()

    def _run(self, *inputs: Any) -> dict[str, Any]:
        values: dict[str, Value] = {}
        for given, value in zip(self.graph.inputs, inputs, strict=True):
            values[given.name] = value
        self._carry_out(self.graph, values)
        return {name: tensor(values[name]) for name in self.graph.outputs}

    def _carry_out(self, graph: Graph, values: dict[str, Value]) -> None:
        """All nodes of a graph or a branch; ``values`` are those around it, to which its own are added."""
        values.update(self.constants(graph))
        for node in graph.nodes:
            values.update(self.results(node, values))

    def constants(self, graph: Graph) -> dict[str, Value]:
        """What a graph or a branch holds, by name, but for texts, which nobody reads."""
        return {name: self._constant(name, array) for name, array in graph.constants.items() if not is_text(array)}

    def results(self, node: Node, values: Mapping[str, Value]) -> dict[str, Value]:
        """What one node makes, by name, of values around it."""
        self.at.node = node
        results = self._branch(node, values) if node.op == "If" else self._results(node, values)
        return dict(zip(node.outputs, results, strict=False))

    def _constant(self, name: str, array: Array) -> Value:
        held = self.get_parameter_or_buffer(self.places[name]) if name in self.places else _tensor(array)
        return Known(array, held.dtype, held) if name in self.small or _is_small(array) else held

    def get_parameter_or_buffer(self, name: str) -> Tensor:
        """A weight by its name in this module."""
        owner, _, own = name.rpartition(".")
        found: Tensor = getattr(self.get_submodule(owner), own)
        return found

    def _results(self, node: Node, values: Mapping[str, Value]) -> tuple[Value, ...]:
        inputs = [values[name] if name else None for name in node.inputs]
        if node.op in COMPUTED and not node.domain and all(is_known(x) or x is None for x in inputs):
            try:
                found = COMPUTED[node.op](node, *inputs)
                return found if isinstance(found, tuple) else (found,)
            except Unknown:
                pass
        operator = operator_of(node)
        assert operator is not None, "checked by module_of"
        result = operator.function(node, *(self._taken(operator, at, value) for at, value in enumerate(inputs)))
        return result if isinstance(result, tuple) else (result,)

    def _taken(self, operator: Any, at: int, value: Value) -> Any:
        """An input as an operator takes it."""
        if at in operator.shapes:
            return sizes(value)
        if at in operator.numbers and is_known(value) and value.array.size == 1 and value.array.ndim == 0:
            return value.number()
        return value if operator.raw else tensor(value)

    def _branch(self, node: Node, values: Mapping[str, Value]) -> tuple[Value, ...]:
        """One branch of an If whose condition is known."""
        condition = values[node.inputs[0]]
        if not is_known(condition):
            raise Refused("a condition that depends on data")
        branch: Graph = node.attributes["then_branch" if condition.number() else "else_branch"]
        inner = dict(values)
        self._carry_out(branch, inner)
        self.at.node = node
        return tuple(inner[name] for name in branch.outputs)


def module_of(graph: Graph, name: str) -> OnnxGraph:
    """A module that carries out a graph.

    Args:
        graph: to carry out.
        name: what the module's class is called in messages.

    Raises:
        UserError: some operators are not known; all of them are named.
    """
    check_operators(graph, name)
    names = [given.name for given in graph.inputs]
    words = [*_words(names)]
    kind = inspect.Parameter.POSITIONAL_OR_KEYWORD

    def forward(self: OnnxGraph, *args: Any, **kwargs: Any) -> dict[str, Any]:
        found = signature.bind(*args, **kwargs).arguments
        return self._run(*(found[word] for word in words))

    signature = inspect.Signature([inspect.Parameter(word, kind) for word in words])
    own = inspect.Parameter("self", kind)
    shown: Any = forward
    shown.__signature__ = signature.replace(parameters=[own, *signature.parameters.values()])
    members = {"forward": forward, "words": tuple(words), "signature": signature}
    made: OnnxGraph = type(name, (OnnxGraph,), members)(graph)
    return made


def _words(names: list[str]) -> Iterator[str]:
    """Names of inputs as words of Python's, all different."""
    taken = {"self"}
    for name in names:
        word = re.sub(r"\W", "_", name)
        word = word if word.isidentifier() else f"input_{word}"
        while word in taken or keyword.iskeyword(word):
            word += "_"
        taken.add(word)
        yield word


def check_operators(graph: Graph, name: str) -> None:
    """Refuse a graph with operators that nobody knows here.

    Raises:
        UserError: each is named, with the first node that has it, and the number of others.
    """
    own = [node for node in graph.all_nodes() if node.domain == DOMAIN]
    if own:
        raise UserError(
            "onnx-import-failed",
            f"'{name}' is compiled already, with sparse kernels for {count(len(own), 'layer')}",
            note=f"weights are packed for them: {_nodes(own)}",
            hint="compile the model that it was made of; what kernels=False (--no-kernels) wrote can be compiled again",
        )
    missing: dict[str, list[Node]] = {}
    for node in graph.all_nodes():
        if node.op != "If" and operator_of(node) is None:
            missing.setdefault(node.kind, []).append(node)
    if missing:
        told = [f"{kind} ({_nodes(nodes)})" for kind, nodes in sorted(missing.items())]
        raise UserError(
            "onnx-import-failed",
            f"'{name}' has {count(len(missing), 'operator')} that cannot be imported: {', '.join(sorted(missing))}",
            note="; ".join(told),
            hint="docs/onnx-operators.md lists those that can; compile the PyTorch model that the file was made of",
        )


def _nodes(nodes: list[Node]) -> str:
    more = f" and {count(len(nodes) - 1, 'other')}" if len(nodes) > 1 else ""
    return f"node '{nodes[0].name}'{more}"


# -------------------------------------------------------------------- weights


def _is_small(array: Array) -> bool:
    """Whether an array may be a shape, or numbers that an operator takes, rather than a weight."""
    if array.dtype.kind in "iub" and array.dtype.isbuiltin:
        return array.size <= MOST_KNOWN
    return array.dtype.kind == "f" and array.ndim < 2 and array.size <= MOST_SCALES


def _tensor(array: Array) -> Tensor:
    """An array as a tensor of its own memory."""
    if array.dtype.kind == "V" or array.dtype.name in ("bfloat16", "int4", "uint4"):
        if array.dtype.name == "bfloat16":
            return torch.from_numpy(array.view(np.int16).copy()).view(torch.bfloat16)
        return torch.from_numpy(array.astype(np.int8 if array.dtype.name == "int4" else np.uint8))
    if array.dtype.kind not in "iubfc":
        raise Refused(f"weights of type {array.dtype}")
    return torch.from_numpy(np.ascontiguousarray(array).copy()).reshape(array.shape)


def _register(module: nn.Module, place: str, value: Tensor) -> None:
    *path, own = place.split(".")
    for part in path:
        if part not in module._modules:
            module.add_module(part, nn.Module())
        module = module.get_submodule(part)
    if value.is_floating_point():
        module.register_parameter(own, nn.Parameter(value, requires_grad=False))
    else:
        module.register_buffer(own, value)


def _named(graph: Graph) -> Iterator[tuple[str, str]]:
    """Initializers that somebody reads, with their names as weights: their own, or those of their layers."""
    readers: dict[str, list[tuple[Node, int]]] = {}
    for node in graph.all_nodes():
        for index, name in enumerate(node.inputs):
            readers.setdefault(name, []).append((node, index))
    taken: set[str] = set()
    for name in graph.constants:
        if name not in readers and name not in graph.outputs:
            continue
        wanted = name
        if name in readers and MADE_UP.match(name):
            wanted = _after(*readers[name][0], readers) or name
        place, number = _place(wanted), 0
        while place in taken or _collides(place, taken):
            number += 1
            place = f"{_place(wanted).replace('.', '_')}_{number}"
        taken.add(place)
        yield name, place


def _collides(place: str, taken: set[str]) -> bool:
    """Whether a name and another would be a weight and a folder of weights."""
    parts = place.split(".")
    above = {".".join(parts[:n]) for n in range(1, len(parts))}
    return bool(above & taken) or any(other.startswith(f"{place}.") for other in taken)


def _place(name: str) -> str:
    """A name as a path of attributes that PyTorch takes."""
    parts = [re.sub(r"\W", "_", part) for part in re.split(r"[./]", name) if part]
    reserved = {*dir(OnnxGraph), *OnnxGraph.__annotations__, "graph", "places", "small", "at"}
    parts = [f"{part}_" if part in reserved else part for part in parts]
    return ".".join(parts) or "weight"


Readers = Mapping[str, list[tuple[Node, int]]]


def _after(node: Node, index: int, readers: Readers) -> str | None:
    """The name of a weight after its module, after the bias that is added to its product, or after the node.

    '/net/net.0/fc/MatMul' reads net.0.fc.weight.
    """
    part = dict(enumerate(PARTS.get(node.op, ()))).get(index)
    if not part:
        return None
    prefix = node.scope or (part == "weight" and _beside(node, readers))
    if prefix:
        return f"{prefix}.{part}"
    return _of_node(node, part) if node.name and node.name not in node.outputs else None


def _beside(node: Node, readers: Readers) -> str | None:
    """What the bias is called that a node's result gets, and no other."""
    following = readers.get(node.outputs[0], [])
    names = following[0][0].inputs if len(following) == 1 and following[0][0].op == "Add" else ()
    own = (name for name in names if name.endswith(".bias") and len(readers[name]) == 1 and not MADE_UP.match(name))
    return next((name.removesuffix(".bias") for name in own), None)


def _of_node(node: Node, part: str) -> str:
    path: list[str] = []
    for step in node.name.strip("/").split("/"):
        if path and step.startswith(f"{path[-1]}."):
            path.pop()
        path.append(step)
    if len(path) > 1 and re.match(rf"{node.op}(_\d+)?$", path[-1]):
        path.pop()
    return ".".join([*path, part])
