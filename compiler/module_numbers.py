"""Numbers that modules hold (an epsilon, a slope) among the inputs of a Dynamo graph.

With ``dynamic=True`` Dynamo passes each as a tensor without dimensions, whose ``item()`` the graph reads: a number that
is not known before the call, which ``torch.export`` refuses where an op wants one. They hardly ever change. So a graph
is compiled for the numbers that it is called with, and once more for others.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from torch import fx

Graph = Callable[..., Any]

# So many sets of numbers get a graph of their own; for more, the graph as it came has to do.
MOST_GRAPHS = 4


def numbers_of(module: fx.GraphModule) -> list[int]:
    """Which inputs of a Dynamo graph are numbers that modules hold."""
    placeholders = [node for node in module.graph.nodes if node.op == "placeholder"]
    return [place for place, node in enumerate(placeholders) if _is_number(node)]


def _is_number(node: fx.Node) -> bool:
    argument = node.meta.get("grapharg")
    source, held = getattr(argument, "source", None), False
    while source is not None:
        held |= "NNModule" in type(source).__name__
        source = getattr(source, "base", None)
    read = all(user.op == "call_method" and user.target == "item" for user in node.users)
    return held and read and bool(getattr(argument, "pass_arg_as_tensor", False))


class KnownNumbers:
    """A Dynamo graph that is compiled for the numbers that it is called with.

    Args:
        module: the graph.
        places: which of its inputs are numbers.
        compiled: compiles a graph without such inputs, for the others.
    """

    def __init__(
        self, module: fx.GraphModule, places: Sequence[int], compiled: Callable[[fx.GraphModule, list[Any]], Graph]
    ) -> None:
        self._module, self._places, self._compiled = module, [*places], compiled
        self._built: dict[tuple[Any, ...], Graph] = {}

    def __call__(self, *inputs: Any) -> Any:
        return self.graph(inputs)(*self._others(inputs))

    def graph(self, inputs: Sequence[Any]) -> Graph:
        """What answers for the numbers among some inputs, given the others."""
        numbers = tuple(inputs[place].item() for place in self._places)
        if numbers not in self._built:
            known = with_numbers(self._module, dict(zip(self._places, numbers, strict=True)))
            if len(self._built) >= MOST_GRAPHS:
                return known.forward
            self._built[numbers] = self._compiled(known, self._others(inputs))
        return self._built[numbers]

    def _others(self, inputs: Sequence[Any]) -> list[Any]:
        return [value for place, value in enumerate(inputs) if place not in self._places]


def with_numbers(module: fx.GraphModule, numbers: dict[int, Any]) -> fx.GraphModule:
    """A copy of a graph with some of its inputs, by place, written in as numbers."""
    graph = fx.Graph()
    copied: dict[fx.Node, fx.Node] = {}
    result = graph.graph_copy(module.graph, copied)
    graph.output(result)
    placeholders = [node for node in graph.nodes if node.op == "placeholder"]
    for place, number in numbers.items():
        for reader in [*placeholders[place].users]:
            for user in [*reader.users]:
                user.args, user.kwargs = (_put(given, reader, number) for given in (user.args, user.kwargs))
            graph.erase_node(reader)
        graph.erase_node(placeholders[place])
    known = fx.GraphModule(module, graph)
    known.meta.update(module.meta)
    return known


def _put(given: Any, reader: fx.Node, number: Any) -> Any:
    return fx.node.map_arg(given, lambda node: number if node is reader else node)
