"""Norms and activations that a file writes out in small operators, as the operators that they are.

Exporters for versions of ONNX without ``LayerNormalization`` (before 17) and ``Gelu`` (before 20) wrote formulas.
ONNX Runtime knows those when it loads a file, and so are they known here: what is said of zeros in such an operator
holds, and what is written is one operator again. Formulas are compared, not their spelling: an activation has to be
the same polynomial of its input and of one ``Erf`` or ``Tanh``, with numbers that round to the same float32.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property

from .graph import Graph, Node

# An attribute of norms that were written out: the axes, whose number alone does not say whether they are the last.
AXES = "sparsec.axes"
# Numbers of a float32 lie so near, relatively, to what they stand for.
ROUNDING = 2.0**-24
# Roundings that the product of a few such numbers may be off by.
ROUNDINGS = 4
# Operators between an input and a result of an activation, at most.
DEPTH = 8

# Of monomials, each a pair of exponents of an input and of a function of it.
Polynomial = dict[tuple[int, int], float]
CUBIC = math.sqrt(2 / math.pi)
# What is computed of an input, and the activation that the result is, if it is half of x + x * f(that).
FUNCTIONS: Mapping[str, tuple[Polynomial, str]] = {
    "Erf": ({(1, 0): math.sqrt(0.5)}, "none"),
    "Tanh": ({(1, 0): CUBIC, (3, 0): 0.044715 * CUBIC}, "tanh"),
}
HALVES: Polynomial = {(1, 0): 0.5, (1, 1): 0.5}


def without_identities(graph: Graph) -> Graph:
    """The same graph, in which what ``Identity`` hands on is read where it was made; outputs keep their names."""
    made = {node.outputs[0]: node.inputs[0] for node in graph.nodes if node.op == "Identity" and not node.domain}
    names = {name: source for name, source in made.items() if name not in graph.outputs}
    if not names:
        return graph
    for name in names:  # in order: what hands on what was handed on comes later
        names[name] = names.get(names[name], names[name])
    return _reading(replace(graph, nodes=tuple(n for n in graph.nodes if n.outputs[0] not in names)), names)


def _reading(graph: Graph, names: Mapping[str, str]) -> Graph:
    """The same graph, and its branches, with other names read."""
    nodes = []
    for node in graph.nodes:
        inner = {k: _reading(v, names) if isinstance(v, Graph) else v for k, v in node.attributes.items()}
        nodes.append(replace(node, inputs=tuple(names.get(name, name) for name in node.inputs), attributes=inner))
    return replace(graph, nodes=tuple(nodes), outputs=tuple(names.get(name, name) for name in graph.outputs))


def with_operators(graph: Graph) -> Graph:
    """The same graph with norms and activations as one operator each; itself where none is written out."""
    edges = _Edges(graph)
    found: dict[str, _Found] = {}
    for node in graph.nodes:
        if node.domain:
            continue
        known = _norm(node, edges) if node.op in ("Div", "Mul") else _activation(node, edges)
        if known is not None and edges.is_closed(known):
            found[known.made.outputs[0]] = known
    gone = {name for one in found.values() for node in one.inside for name in node.outputs}
    nodes: list[Node] = []
    for node in graph.nodes:
        if node.outputs[0] in found:
            nodes.append(found[node.outputs[0]].made)
        elif node.outputs[0] not in gone:
            nodes.append(node)
    return replace(graph, nodes=tuple(nodes)) if found else graph


@dataclass(frozen=True)
class _Found:
    """An operator, and the nodes that it stands for; the last of them gives its result."""

    made: Node
    inside: tuple[Node, ...]


@dataclass(frozen=True)
class _Edges:
    """What makes a value, and who reads it."""

    graph: Graph

    @cached_property
    def makers(self) -> dict[str, Node]:
        return {name: node for node in self.graph.nodes if not node.domain for name in node.outputs if name}

    @cached_property
    def readers(self) -> dict[str, list[Node]]:
        found: dict[str, list[Node]] = {}
        for node in self.graph.nodes:
            for name in dict.fromkeys(node.inputs):
                found.setdefault(name, []).append(node)
        return found

    @cached_property
    def reads(self) -> Counter[str]:
        """How many nodes read a value, those of branches among them, or give it."""
        nodes = [dict.fromkeys(node.inputs) for node in self.graph.all_nodes()]
        return Counter(name for names in nodes for name in names) + Counter(
            name for graph in self.graph.all_graphs() for name in graph.outputs
        )

    def made_by(self, name: str, *ops: str) -> Node | None:
        """The node that makes a value, if it is one of these operators."""
        node = self.makers.get(name)
        return node if node is not None and node.op in ops else None

    def number(self, name: str) -> float | None:
        """The single number that a constant is."""
        held = self.graph.constants.get(name)
        return float(held.reshape(())) if held is not None and held.size == 1 and held.dtype.kind in "fiu" else None

    def with_number(self, node: Node) -> tuple[str, float] | None:
        """The other operand of a node that reads a number, and that."""
        for value, other in (node.inputs, node.inputs[::-1]) if len(node.inputs) == 2 else ():
            number = self.number(other)
            if number is not None:
                return value, number
        return None

    def alone(self, name: str) -> Node | None:
        """The only node that reads a value."""
        readers = self.readers.get(name, [])
        return readers[0] if len(readers) == 1 and self.reads[name] == 1 and not readers[0].domain else None

    def is_closed(self, found: _Found) -> bool:
        """Whether nobody reads what lies inside, save the result."""
        inside = [name for node in found.inside for name in node.outputs if name != found.made.outputs[0]]
        own = Counter(name for node in found.inside for name in dict.fromkeys(node.inputs))
        return all(self.reads[name] == own[name] for name in inside)


# -------------------------------------------------------------------- norms


def _norm(last: Node, edges: _Edges) -> _Found | None:
    """(x - mean) / sqrt(mean of (x - mean)^2 + epsilon), scaled and shifted by weights."""
    centred, root, inside = _quotient(last, edges) or ("", "", [])
    sqrt = edges.made_by(root, "Sqrt")
    added = sqrt and edges.made_by(sqrt.inputs[0], "Add")
    known = added and edges.with_number(added)
    variance = known and edges.made_by(known[0], "ReduceMean")
    square = variance and edges.made_by(variance.inputs[0], "Pow", "Mul")
    first = edges.made_by(centred, "Sub")
    if not (sqrt and added and known and variance and square and first):
        return None
    second = edges.made_by(square.inputs[0], "Sub")
    mean = edges.made_by(first.inputs[1], "ReduceMean")
    is_square = square.inputs[0] == square.inputs[1] if square.op == "Mul" else edges.number(square.inputs[1]) == 2
    if not (is_square and second and mean and first.inputs == second.inputs and mean.inputs[0] == first.inputs[0]):
        return None
    axes = _axes(mean, edges)
    if axes is None or axes != _axes(variance, edges):
        return None
    scale, bias, further = _affine(last, len(axes), edges)
    made = replace(
        last,
        op="LayerNormalization",
        opset=max(last.opset, 17),
        inputs=(first.inputs[0], scale, bias),
        outputs=(further or [last])[-1].outputs,
        attributes={AXES: axes, "epsilon": known[1]},
    )
    inside += [sqrt, added, variance, square, first, second, mean, *further]
    return _Found(made, tuple({id(node): node for node in inside}.values()))


def _quotient(last: Node, edges: _Edges) -> tuple[str, str, list[Node]] | None:
    """What is divided and by what, as a quotient or as a product with a reciprocal."""
    if last.op == "Div":
        return (*last.inputs, [last])  # type: ignore[return-value]
    for value, other in (last.inputs, last.inputs[::-1]):
        inverse = edges.made_by(other, "Reciprocal")
        if inverse is not None:
            return value, inverse.inputs[0], [last, inverse]
    return None


def _axes(node: Node, edges: _Edges) -> tuple[int, ...] | None:
    """The axes of a mean, if it keeps them."""
    held = edges.graph.constants.get(node.inputs[1]) if len(node.inputs) > 1 else None
    axes = node.get("axes") if held is None else held.reshape(-1).tolist()
    return tuple(int(axis) for axis in axes) if axes and node.get("keepdims", 1) else None


def _affine(last: Node, rank: int, edges: _Edges) -> tuple[str, str, list[Node]]:
    """Weights that a norm is scaled and shifted by, and the nodes that do it."""
    inside: list[Node] = []
    names = {"Mul": "", "Add": ""}
    for op in names:
        value = (inside or [last])[-1].outputs[0]
        node = edges.alone(value)
        weight = "" if node is None or node.op != op else next((n for n in node.inputs if n != value), "")
        held = edges.graph.constants.get(weight)
        if node is None or held is None or held.ndim != rank:
            break
        names[op] = weight
        inside.append(node)
    return names["Mul"], names["Add"], inside


# -------------------------------------------------------------------- activations


def _activation(node: Node, edges: _Edges) -> _Found | None:
    """Half of x + x * f(polynomial of x)."""
    if node.op not in FUNCTIONS:
        return None
    wanted, kind = FUNCTIONS[node.op]
    for x in dict.fromkeys(_above(node.inputs[0], edges, DEPTH)):
        if not _are_equal(_polynomial(node.inputs[0], {x: (1, 0)}, edges, DEPTH), wanted):
            continue
        atoms = {x: (1, 0), node.outputs[0]: (0, 1)}
        last: Node | None = node
        for _ in range(DEPTH):
            last = last and edges.alone(last.outputs[0])
            if last is None:
                return None
            if _are_equal(_polynomial(last.outputs[0], atoms, edges, DEPTH), HALVES):
                attributes = {"approximate": kind}
                made = replace(last, op="Gelu", opset=max(last.opset, 20), inputs=(x,), attributes=attributes)
                return _Found(made, tuple(_between(last.outputs[0], x, edges)))
    return None


def _above(name: str, edges: _Edges, depth: int) -> Iterator[str]:
    """Values that others are computed of, from near to far."""
    level = [name]
    for _ in range(depth):
        yield from level
        makers = [node for each in level if (node := edges.made_by(each, "Add", "Sub", "Mul", "Div", "Pow"))]
        level = [*dict.fromkeys(name for node in makers for name in node.inputs if name not in edges.graph.constants)]


def _between(name: str, x: str, edges: _Edges) -> Iterable[Node]:
    """The nodes from an input to a result."""
    found: dict[str, Node] = {}
    names = [name]
    while names:
        node = edges.makers.get(names.pop())
        if node is not None and node.outputs[0] not in found:
            found[node.outputs[0]] = node
            names += [name for name in node.inputs if name != x]
    return found.values()


def _polynomial(name: str, atoms: Mapping[str, tuple[int, int]], edges: _Edges, depth: int) -> Polynomial | None:
    """What a value is of others that are given; None where it is no polynomial of them, or a long one."""
    if name in atoms:
        return {atoms[name]: 1.0}
    number = edges.number(name)
    if number is not None:
        return {(0, 0): number}
    node = edges.made_by(name, "Add", "Sub", "Mul", "Div", "Pow")
    if node is None or not depth:
        return None
    left, right = (_polynomial(each, atoms, edges, depth - 1) for each in node.inputs)
    if left is None or right is None:
        return None
    if node.op in ("Add", "Sub"):
        sign = 1 if node.op == "Add" else -1
        return {key: left.get(key, 0.0) + sign * right.get(key, 0.0) for key in left | right}
    if node.op == "Mul":
        return _product(left, right)
    factor = right.get((0, 0), 0.0) if right.keys() == {(0, 0)} else 0.0
    if node.op == "Div":
        return {key: value / factor for key, value in left.items()} if factor else None
    return _power(left, int(factor)) if factor in (2, 3) else None


def _product(left: Polynomial, right: Polynomial) -> Polynomial:
    found: Polynomial = {}
    for (x, f), a in left.items():
        for (more, other), b in right.items():
            key = (x + more, f + other)
            found[key] = found.get(key, 0.0) + a * b
    return found


def _power(x: Polynomial, times: int) -> Polynomial:
    return x if times == 1 else _product(x, _power(x, times - 1))


def _are_equal(found: Polynomial | None, wanted: Polynomial) -> bool:
    """Whether two polynomials are the same but for rounding of their numbers."""
    if found is None:
        return False
    found = {key: value for key, value in found.items() if value}
    return found.keys() == wanted.keys() and all(
        math.isclose(value, wanted[key], rel_tol=ROUNDINGS * ROUNDING) for key, value in found.items()
    )
