"""Nodes that make a session fail for sizes of 0 and 1 for which a model was not compiled.

ONNX has no asserts, and a model may do something else for a batch of one. So the sizes are looked up in a table, which
holds a 0 for what is allowed, and a number that is beyond the end of another table for what is not: there, ONNX Runtime
stops, and names the node. The 0 is added to the shape of an output, for the nodes to be part of the result.
"""

from __future__ import annotations

import itertools
from collections.abc import Collection
from typing import Any

import numpy as np
import onnx
from onnx import helper, numpy_helper

from ...compiler.ir.program import Program

# What a session says where it stops.
NAME = "sizes_of_0_or_1_that_the_model_was_not_compiled_for"
# With more symbolic sizes than this the table would be large.
MOST_SIZES = 6


def guard_small_sizes(model: onnx.ModelProto, program: Program, fixed: Collection[str]) -> None:
    """Add the nodes to a model, if there is a small size for which the user's model gave another answer.

    Args:
        fixed: symbolic sizes that are numbers in the file.
    """
    names = program.input_names
    shown = program.places_of_sizes()
    places = {s: (names[at.index], at.dim) for s, at in shown.items() if at.is_plain and s not in fixed}
    rows = program.assumptions.small_rows(places)
    output = _checkable(model.graph)
    wrong = any({symbol for symbol, _ in small} <= places.keys() for small in program.assumptions.wrong)
    if rows is None or output is None or not wrong or len(places) > MOST_SIZES:
        return
    table = [int(row not in rows) for row in itertools.product(range(3), repeat=len(places))]
    _write(model.graph, output, [*places.values()], np.array(table))


def _checkable(graph: onnx.GraphProto) -> str | None:
    """An output that a node computes; graphs within graphs may read it by its name, and are left alone."""
    if any(attribute.HasField("g") or attribute.graphs for node in graph.node for attribute in node.attribute):
        return None
    computed = {name for node in graph.node for name in node.output}
    return next((output.name for output in graph.output if output.name in computed), None)


def _write(graph: onnx.GraphProto, output: str, places: list[tuple[str, int]], table: Any) -> None:
    """Sizes as digits of a number to the base of 3, which is an index into the table."""
    two, three, zero = "small_sizes_two", "small_sizes_three", "small_sizes_zero"
    for node in graph.node:
        node.output[:] = [f"{name}_unchecked" if name == output else name for name in node.output]
        node.input[:] = [f"{name}_unchecked" if name == output else name for name in node.input]
    nodes: list[onnx.NodeProto] = []

    def add(kind: str, *inputs: str, result: str = "", name: str = "", **attributes: Any) -> str:
        result = result or f"small_sizes_{len(nodes)}"
        nodes.append(
            helper.make_node(kind, inputs, [result], name=name or f"node_small_sizes_{len(nodes)}", **attributes)
        )
        return result

    index = ""
    for place, dim in places:
        digit = add("Min", add("Shape", place, start=dim, end=dim + 1), two)
        index = add("Add", add("Mul", index, three), digit) if index else digit
    fault = add("Gather", "small_sizes_table", index)
    nothing = add("Gather", zero, fault, name=NAME)
    add("Reshape", f"{output}_unchecked", add("Add", add("Shape", f"{output}_unchecked"), nothing), result=output)
    graph.node.extend(nodes)
    for name, value in {two: [2], three: [3], zero: [0], "small_sizes_table": table}.items():
        graph.initializer.append(numpy_helper.from_array(np.array(value, dtype=np.int64), name))
