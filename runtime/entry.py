"""A Program as a plain function: what a call costs besides the operations themselves.

A GraphModule is called through ``nn.Module``, flattens its inputs as a tree, and looks every weight up by a dotted
path. For a small model that takes as long as computing it. Here weights lie in one flat object.
"""

from __future__ import annotations

from collections.abc import Callable
from types import MethodType, SimpleNamespace
from typing import Any

from torch import Tensor, fx

from ..compiler.ir.program import Program, attribute


def entry(program: Program) -> Callable[..., Any]:
    """A function of a program's flat inputs that returns its flat outputs.

    Weights are those that the program has now; writes into them are seen, replacing them is not.
    """
    graph, mapping = fx.Graph(), dict[fx.Node, fx.Node]()
    graph.output(graph.graph_copy(program.graph, mapping))
    held: dict[str, str] = {}
    for node in graph.nodes:
        if node.op in ("get_attr", "call_module"):
            node.target = held.setdefault(str(node.target), f"held_{len(held)}")
    code = graph.python_code("self")
    space = dict(code.globals)
    exec(compile(code.src, "<sparsec graph>", "exec"), space)
    values = {name: attribute(program.module, path) for path, name in held.items()}
    # Not the parameters themselves: what runs shall not keep the model alive that it came from.
    values = {name: value.detach() if isinstance(value, Tensor) else value for name, value in values.items()}
    return MethodType(space["forward"], SimpleNamespace(**values))
