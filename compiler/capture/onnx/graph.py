"""An ONNX file as plain data: nodes with their attributes, inputs, initializers. Nothing in a file is run as code.

Functions that a file brings along are written out. Weights that lie in other files are read only from the model's own
folder.
"""

from __future__ import annotations

import ast
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto, inliner, numpy_helper

from ....runtime.sessions import intact_model
from ...errors import UserError
from ...words import count
from .values import DTYPES

# The newest operators of ONNX's own that were looked at; a file of later ones may mean something else by them.
LATEST_OPSET = 25
# What PyTorch's exporter calls the place that a node is from.
SCOPES = "pkg.torch.onnx.name_scopes"
# ONNX's own domain has two names.
OWN = ("", "ai.onnx")

Array = NDArray[Any]


@dataclass(frozen=True)
class Input:
    """An input of a graph.

    Attributes:
        dtype: ONNX's number of its type.
        shape: numbers, names of sizes (None where it has none); None where nothing is known of it.
    """

    name: str
    dtype: int
    shape: tuple[int | str | None, ...] | None


@dataclass(frozen=True)
class Node:
    """One operation.

    Attributes:
        name: its own, or that of its first result where it has none.
        domain: '' for ONNX's own operators.
        opset: the version of the domain's operators that the file is written in.
        inputs: names of values; '' for one that is left out.
        attributes: numbers, texts, arrays and graphs, by name.
        scope: the module that it is from, where the exporter says so.
    """

    name: str
    op: str
    domain: str
    opset: int
    inputs: tuple[str, ...]
    outputs: tuple[str, ...]
    attributes: Mapping[str, Any]
    scope: str = ""

    def __str__(self) -> str:
        return f"node '{self.name}' ({self.kind})"

    @property
    def kind(self) -> str:
        """The operator, with its domain."""
        return f"{self.domain}.{self.op}" if self.domain else self.op

    def get(self, name: str, default: Any = None) -> Any:
        """An attribute, or what it is where it is left out."""
        return self.attributes.get(name, default)

    def wants(self, index: int) -> bool:
        """Whether somebody may read this result."""
        return index < len(self.outputs) and bool(self.outputs[index])


@dataclass(frozen=True)
class Graph:
    """A graph, or the branch of a node.

    Attributes:
        nodes: each after those that it reads.
        constants: initializers, by name.
        weights: other files that some of them were read from.
    """

    nodes: tuple[Node, ...]
    inputs: tuple[Input, ...]
    outputs: tuple[str, ...]
    constants: Mapping[str, Array] = field(repr=False)
    weights: frozenset[Path] = frozenset()

    def all_graphs(self) -> Iterator[Graph]:
        """This one, and those of branches."""
        yield self
        for node in self.nodes:
            for value in node.attributes.values():
                if isinstance(value, Graph):
                    yield from value.all_graphs()

    def all_nodes(self) -> Iterator[Node]:
        """Those of branches, too."""
        for graph in self.all_graphs():
            yield from graph.nodes


def read_graph(file: Path) -> Graph:
    """The graph of an ``.onnx`` file.

    Raises:
        UserError: it is missing, damaged, of another kind, or of operators that nobody here knows yet; or a file of
            weights is missing, too short, or outside of its folder.
    """
    model = intact_model(file)
    opsets = {"" if entry.domain in OWN else entry.domain: entry.version for entry in model.opset_import}
    if opsets.get("", 1) > LATEST_OPSET:
        raise UserError(
            "onnx-import-failed",
            f"'{file}' is written in version {opsets['']} of ONNX's operators",
            note=f"those up to version {LATEST_OPSET} are known here",
            hint=f"write it with opset_version={LATEST_OPSET} or less, or convert it: onnx.version_converter",
        )
    if len(model.functions):
        model = inliner.inline_local_functions(model)
    _check_outputs(model.graph, file)
    weights = _load_weights(model, file)
    graph = replace(_graph(model.graph, opsets, file), weights=weights)
    _check_texts(graph, file)
    return graph


def _check_outputs(graph: Any, file: Path) -> None:
    """Refuse a graph that gives nothing, gives a value twice, or what is no tensor."""
    names = [value.name for value in graph.output]
    twice = next((name for name in names if names.count(name) > 1), None)
    if not names or twice is not None:
        raise UserError(
            "onnx-import-failed",
            f"'{file}' has no outputs" if twice is None else f"'{file}' has two outputs '{twice}'",
            hint="export the model again" if twice is None else "give the second one a name of its own, by an Identity",
        )
    for value in graph.output:
        _check_kind(value, "output", file)


def _check_texts(graph: Graph, file: Path) -> None:
    """Refuse nodes that read a text; one that nobody reads, such as a list of labels, does no harm."""
    held = {name for inner in graph.all_graphs() for name, array in inner.constants.items() if is_text(array)}
    for node in graph.all_nodes() if held else ():
        for name in node.inputs:
            if name in held:
                raise UserError(
                    "onnx-import-failed",
                    f"'{file}' computes with texts",
                    where=str(node),
                    note=f"it reads '{name}'; numbers and flags are known here",
                    hint="cut the model where texts become numbers: onnx.utils.extract_model",
                )
    if told := held.intersection(graph.outputs):
        raise UserError(
            "onnx-import-failed",
            f"output '{min(told)}' of '{file}' is a text",
            note="numbers and flags are known here",
            hint="cut the model before it: onnx.utils.extract_model",
        )


def is_text(array: Array) -> bool:
    """Whether an array holds texts."""
    return array.dtype.kind in "OSU"


def _load_weights(model: Any, file: Path) -> frozenset[Path]:
    """Read what a model holds in other files, if they lie in its folder; which files those are."""
    folder, read = file.resolve().parent, set[Path]()
    for tensor in _tensors(model.graph):
        if tensor.data_location != TensorProto.EXTERNAL:
            continue
        location = next((entry.value for entry in tensor.external_data if entry.key == "location"), "")
        place = (folder / location).resolve()
        if not location or os.path.isabs(location) or not place.is_relative_to(folder):
            raise UserError(
                "bad-file",
                f"'{file}' asks for weights outside of its folder",
                note=f"'{tensor.name}' is said to lie in '{location}'",
                hint="put the model's files into one folder; if it is from somebody else, do not trust it",
            )
        try:
            onnx.external_data_helper.load_external_data_for_tensor(tensor, str(folder))
        except (OSError, ValueError, onnx.checker.ValidationError) as error:
            raise UserError(
                "bad-file",
                f"weight '{tensor.name}' of '{file}' cannot be read",
                note=f"it lies in '{location}': {str(error).splitlines()[0]}",
                hint="copy that file along with the model, or export the model again",
            ) from error
        tensor.data_location = TensorProto.DEFAULT
        del tensor.external_data[:]
        read.add(place)
    return frozenset(read)


def _tensors(graph: Any) -> Iterator[Any]:
    """All that a graph holds, in attributes and branches, too."""
    yield from graph.initializer
    for sparse in graph.sparse_initializer:
        yield from (sparse.values, sparse.indices)
    for node in graph.node:
        for attribute in node.attribute:
            yield from attribute.tensors
            if attribute.HasField("t"):
                yield attribute.t
            for inner in [*attribute.graphs, *([attribute.g] if attribute.HasField("g") else [])]:
                yield from _tensors(inner)


def _graph(graph: Any, opsets: Mapping[str, int], file: Path) -> Graph:
    constants = {tensor.name: _array(tensor, file) for tensor in graph.initializer}
    constants |= {sparse.values.name: _dense(sparse, file) for sparse in graph.sparse_initializer}
    inputs = tuple(_input(value, file) for value in graph.input if value.name not in constants)
    nodes = []
    for node in (_node(node, opsets, file) for node in graph.node):
        value = _constant(node)
        if value is None:
            nodes.append(node)
        else:
            constants[node.outputs[0]] = value
    return Graph(tuple(nodes), inputs, tuple(value.name for value in graph.output), constants)


def _constant(node: Node) -> Array | None:
    """What a node holds that does nothing else."""
    if node.op != "Constant" or node.domain:
        return None
    kinds = {"value_float": "f4", "value_floats": "f4", "value_int": "i8", "value_ints": "i8"}
    for key, dtype in (kinds | dict.fromkeys(("value_string", "value_strings"), "O")).items():
        if key in node.attributes:
            return np.array(node.attributes[key], dtype)
    value = node.get("value", node.get("sparse_value"))
    return value if isinstance(value, np.ndarray) else None


def _node(node: Any, opsets: Mapping[str, int], file: Path) -> Node:
    name = node.name or next(filter(None, node.output), node.op_type)
    domain = "" if node.domain in OWN else node.domain
    attributes = {}
    for attribute in node.attribute:
        value = onnx.helper.get_attribute_value(attribute)
        if isinstance(value, bytes):
            value = value.decode(errors="replace")
        elif isinstance(value, TensorProto):
            value = _array(value, file)
        elif isinstance(value, onnx.GraphProto):
            value = _graph(value, opsets, file)
        elif isinstance(value, onnx.SparseTensorProto):
            value = _dense(value, file)
        attributes[attribute.name] = value
    about = {entry.key: entry.value for entry in node.metadata_props}
    return Node(
        name, node.op_type, domain, opsets.get(domain, 1), (*node.input,), (*node.output,), attributes, _scope(about)
    )


def _scope(about: Mapping[str, str]) -> str:
    """What PyTorch's exporter says of where a node is from: a list of modules, ending in the operation."""
    try:
        scopes = ast.literal_eval(about.get(SCOPES, "[]"))
        return str(scopes[-2]) if len(scopes) > 1 else ""
    except (ValueError, SyntaxError, TypeError, KeyError):
        return ""


def _check_kind(value: Any, role: str, file: Path) -> None:
    """Refuse an input or an output that is no tensor of numbers or flags; the type of an output may be left out."""
    kind = value.type.WhichOneof("value")
    if kind is None and role == "output":
        return
    if kind != "tensor_type":
        raise UserError(
            "onnx-import-failed",
            f"{role} '{value.name}' of '{file}' is no tensor",
            note=f"it is a {str(kind or 'value without a type').removesuffix('_type')}",
            hint="cut the model so that tensors go in and come out: onnx.utils.extract_model",
        )
    element = value.type.tensor_type.elem_type
    if element not in DTYPES and not (role == "output" and element == TensorProto.UNDEFINED):
        raise UserError(
            "onnx-import-failed",
            f"{role} '{value.name}' of '{file}' is a tensor of type {TensorProto.DataType.Name(element)}",
            note=f"those that are known here are {', '.join(str(x).removeprefix('torch.') for x in DTYPES.values())}",
            hint="cut the model so that such tensors go in and come out: onnx.utils.extract_model",
        )


def _input(value: Any, file: Path) -> Input:
    _check_kind(value, "input", file)
    tensor = value.type.tensor_type
    if not tensor.HasField("shape"):
        return Input(value.name, tensor.elem_type, None)
    sizes = (dim.dim_value if dim.HasField("dim_value") else dim.dim_param or None for dim in tensor.shape.dim)
    return Input(value.name, tensor.elem_type, tuple(sizes))


def _array(tensor: Any, file: Path) -> Array:
    try:
        array: Array = numpy_helper.to_array(tensor)
    except Exception as error:  # whatever numpy has to say of too few bytes, or of an unknown type
        raise UserError(
            "bad-file",
            f"weight '{tensor.name}' of '{file}' cannot be read",
            note=f"it should hold {count(int(np.prod(tensor.dims)), 'number')}: {str(error).splitlines()[0]}",
            hint="copy the file again, or export the model again",
        ) from error
    return array


def _dense(sparse: Any, file: Path) -> Array:
    values, indices = _array(sparse.values, file), _array(sparse.indices, file)
    found = np.zeros([*sparse.dims], values.dtype)
    places = indices if indices.ndim == 1 else np.ravel_multi_index((*indices.T,), found.shape)
    found.reshape(-1)[places] = values
    return found
