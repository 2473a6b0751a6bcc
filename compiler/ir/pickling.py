"""Programs in pickles: the graph flat, what it says of structures beside it, and the symbolic sizes of its inputs.

PyTorch pickles a graph as code and traces that anew. Tracing does not get through inputs and results of classes (what
is a dict, too, becomes one), and knows no sizes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import torch
from torch import Tensor, fx
from torch._subclasses.fake_tensor import FakeTensorMode
from torch.fx._graph_pickler import GraphPickler
from torch.fx.experimental.symbolic_shapes import ShapeEnv
from torch.utils.weak import WeakIdKeyDictionary

from .facts import Facts

if TYPE_CHECKING:
    from .program import Program


def packed(program: Program) -> dict[str, Any]:
    """What a pickle holds of a program; facts and caches are found anew."""
    graph = fx.Graph()
    graph.output(graph.graph_copy(program.graph, {}))
    module = fx.GraphModule(program.module, graph)
    values = [node.meta.get("val") for node in program.placeholders()]
    changed = {"module": module, "facts": Facts(), "cache": None, "ran": None}
    return vars(program) | changed | {"codegen": program.graph._codegen, "values": GraphPickler.dumps(values)}


def unpacked(program: Program, state: dict[str, Any]) -> None:
    """Fill a program with what a pickle held."""
    from .program import attribute
    from .verifier import infer

    codegen, values = state.pop("codegen"), state.pop("values")
    vars(program).update(state | {"cache": WeakIdKeyDictionary()})
    program.graph.set_codegen(codegen)
    program.module.recompile()
    mode = FakeTensorMode(shape_env=ShapeEnv(), allow_non_fake_inputs=True)
    found: Any = GraphPickler.loads(values, mode)
    for node, value in zip(program.placeholders(), found, strict=True):
        node.meta["val"] = value
    for node in program.nodes():
        held = attribute(program.module, str(node.target)) if node.op == "get_attr" else None
        if isinstance(held, Tensor):
            with mode:
                node.meta["val"] = torch.empty_strided(held.shape, held.stride(), dtype=held.dtype, device=held.device)
    infer(program)
