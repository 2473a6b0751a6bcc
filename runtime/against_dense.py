"""Whether a written model's sparse kernels pay on this machine: each sparse node is raced against a dense one.

Which layers have a kernel was decided where the model was compiled. Other processors have other instructions, caches
and cores; nothing in the files changes here, but what would be better is said.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import onnx
import onnxruntime
from onnx import helper

from ..codegen.onnx.dense_nodes import Dense, dense_nodes
from ..codegen.onnx.native_api import DOMAIN
from ..compiler.errors import UserError
from .measure import Timing, interleave, unclear
from .sessions import CPU

# A node is said to be faster one way if it is by this share.
MARGIN_SHARE = 0.05
# Dense nodes that stand for sparse ones may need operators of this version.
OPSET = 20

Arrays = Mapping[str, Any]
# Times candidates in turns; tests have one of their own.
Race = Callable[[Mapping[str, Callable[[], object]]], Mapping[str, Timing]]


@dataclass(frozen=True)
class Held:
    """A sparse node and the dense one that it was held against.

    Attributes:
        name: of the node; operator: what it is; count: how many nodes are like it.
        seconds: of the node, of the dense one.
    """

    name: str
    operator: str
    count: int
    seconds: tuple[float, float]

    @property
    def gain(self) -> float:
        """How many times faster the sparse node is."""
        return self.seconds[1] / self.seconds[0]

    @property
    def is_worse(self) -> bool:
        """Whether the dense node is faster, by more than a margin."""
        return self.gain < 1 / (1 + MARGIN_SHARE)


@dataclass(frozen=True)
class Checked:
    """What was measured.

    Attributes:
        nodes: one for all that are alike; unknown: how many could not be held against dense ones.
        whole: seconds of the model as it is, and with dense nodes for all ("dense"), or for those that lose ("mixed").
        disturbed: how much others disturbed the races, at most (see ``Disturbance.share``); longer runs suffer more.
    """

    nodes: list[Held]
    unknown: int
    whole: Mapping[str, float]
    disturbed: float = 0.0


def _in_turns(candidates: Mapping[str, Callable[[], object]]) -> Mapping[str, Timing]:
    return interleave(candidates, budget=0.4, rounds=(7, 200), warm_up=2, again=unclear("dense", MARGIN_SHARE))


def against_dense(path: Path, library: Path, feeds: Arrays, threads: int = 0, race: Race = _in_turns) -> Checked:
    """Race the sparse nodes of a model on this machine.

    Args:
        path: of the model.
        library: its sparse kernels.
        feeds: inputs by name; sizes of all values are those that follow from them.
        threads: of the sessions; 0 for as many as there are cores.
        race: how candidates are timed.

    Raises:
        UserError: the model does not run on the inputs, or is too large to be changed in memory.
    """
    model = onnx.load_model(str(path))
    machine = _Machine(library, threads)
    sparse = [node for node in model.graph.node if node.domain == DOMAIN]
    held = {weight.name: weight for weight in model.graph.initializer}
    values = machine.values(model, {name for node in sparse for name in node.input if name and name not in held}, feeds)
    dense = {node.output[0]: dense_nodes(node, held, values[node.input[0]].shape) for node in sparse}
    groups: dict[str, list[onnx.NodeProto]] = {}
    for node in sparse:
        if dense[node.output[0]] is not None:
            groups.setdefault(_key(node, held, values), []).append(node)
    found, disturbed = [], 0.0
    for nodes in groups.values():
        node, other = nodes[0], dense[nodes[0].output[0]]
        assert other is not None
        given = {name: values[name] for name in node.input if name in values}
        weights = [held[name] for name in node.input if name in held]
        both = {
            "sparse": _alone([node], weights, given, node),
            "dense": _alone(other.nodes, [*weights, *other.weights], given, node),
        }
        times = race({name: machine.runner(one, given) for name, one in both.items()})
        disturbed = max(disturbed, times["sparse"].disturbed)
        found.append(Held(node.name, node.op_type, len(nodes), (times["sparse"].low, times["dense"].low)))
    worse = {
        node.output[0] for one, nodes in zip(found, groups.values(), strict=True) if one.is_worse for node in nodes
    }
    able = {name for name, other in dense.items() if other is not None}
    models = {"sparse": model, "dense": _replaced(model, dense, able)}
    if worse and worse < able:
        models["mixed"] = _replaced(model, dense, worse)
    times = race({name: machine.runner(one, feeds) for name, one in models.items()}) if able else {}
    disturbed = max([disturbed, *(timing.disturbed for timing in times.values())])
    return Checked(found, len(sparse) - len(able), {name: one.low for name, one in times.items()}, disturbed)


def _key(node: onnx.NodeProto, held: Mapping[str, onnx.TensorProto], values: Arrays) -> str:
    """What the time of a node depends on."""
    sizes = [[*held[name].dims] if name in held else [*values[name].shape] for name in node.input]
    attributes = sorted(f"{one.name}={helper.get_attribute_value(one)}" for one in node.attribute)
    return f"{node.op_type} {sizes} {attributes}"


def _alone(
    nodes: list[onnx.NodeProto], weights: list[onnx.TensorProto], given: Arrays, node: onnx.NodeProto
) -> onnx.ModelProto:
    """A model of some nodes, which give what a node gives."""
    inputs = [
        helper.make_tensor_value_info(name, helper.np_dtype_to_tensor_dtype(value.dtype), value.shape)
        for name, value in given.items()
    ]
    output = helper.make_tensor_value_info(node.output[0], onnx.TensorProto.FLOAT, None)
    read = {name for one in nodes for name in one.input}
    graph = helper.make_graph(nodes, "node", inputs, [output], [one for one in weights if one.name in read])
    opsets = [helper.make_opsetid("", OPSET), helper.make_opsetid(DOMAIN, 1)]
    return helper.make_model(graph, opset_imports=opsets, ir_version=9)


def _replaced(model: onnx.ModelProto, dense: Mapping[str, Dense | None], names: set[str]) -> onnx.ModelProto:
    """A model with dense nodes in place of those that give these values."""
    changed = onnx.ModelProto()
    changed.CopyFrom(model)
    nodes: list[onnx.NodeProto] = []
    for node in model.graph.node:
        other = dense.get(node.output[0]) if node.domain == DOMAIN and node.output[0] in names else None
        nodes += [node] if other is None else other.nodes
        if other is not None:
            changed.graph.initializer.extend(other.weights)
    del changed.graph.node[:]
    changed.graph.node.extend(nodes)
    for entry in changed.opset_import:
        if entry.domain in ("", "ai.onnx"):
            entry.version = max(entry.version, OPSET)
    return changed


@dataclass(frozen=True)
class _Machine:
    """Makes sessions with a library."""

    library: Path
    threads: int

    def session(self, model: onnx.ModelProto) -> Any:
        """A session for a model in memory."""
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = self.threads
        options.log_severity_level = 4
        options.add_session_config_entry("session.force_spinning_stop", "1")
        options.register_custom_ops_library(str(self.library.resolve()))
        try:
            return onnxruntime.InferenceSession(model.SerializeToString(), options, providers=[CPU])
        except ValueError as error:  # of protobuf, beyond 2 GB
            raise UserError(
                "bad-file", "the model is too large to be checked", note=str(error), hint="check a part of it"
            ) from error

    def runner(self, model: onnx.ModelProto, feeds: Arrays) -> Callable[[], object]:
        session = self.session(model)
        return lambda: session.run(None, feeds)

    def values(self, model: onnx.ModelProto, names: set[str], feeds: Arrays) -> dict[str, Any]:
        """What a model has under some names while it runs."""
        asked = onnx.ModelProto()
        asked.CopyFrom(model)
        there = {output.name for output in asked.graph.output}
        more = sorted(names - there - feeds.keys())
        asked.graph.output.extend(onnx.ValueInfoProto(name=name) for name in more)
        wanted = sorted(names - feeds.keys())
        found = self.session(asked).run(wanted, feeds) if wanted else []
        return {**dict(zip(wanted, found, strict=True)), **{name: feeds[name] for name in names if name in feeds}}
