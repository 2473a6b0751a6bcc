"""Arguments of a node are read and written by name, however they were given."""

from __future__ import annotations

import operator
from typing import Any

import pytest
import torch
from torch import fx

from sparsec.compiler.ir.arguments import (
    argument,
    arguments_of,
    function_of,
    is_operator,
    is_size,
    op_name,
    operand_of,
    piece_of,
    schema_of,
    set_argument,
)

aten = torch.ops.aten


def conv(*rest: Any, **options: Any) -> fx.Node:
    graph = fx.Graph()
    x, weight = graph.placeholder("x"), graph.placeholder("weight")
    return graph.call_function(aten.conv2d.default, (x, weight, *rest), options)


@pytest.mark.parametrize("node", [conv(None, [2, 2], groups=3), conv(stride=[2, 2], groups=3)])
def test_by_position_by_keyword_and_by_default(node: fx.Node) -> None:
    assert [argument(node, name) for name in ("bias", "stride", "padding", "groups")] == [None, [2, 2], [0, 0], 3]


def test_what_is_set_becomes_positional() -> None:
    node = conv(groups=3)
    set_argument(node, "stride", [2, 2])
    assert (node.args[2:], node.kwargs) == ((None, [2, 2]), {"groups": 3})
    set_argument(node, "dilation", [1, 2])
    assert (node.args[2:], node.kwargs) == ((None, [2, 2], [0, 0], [1, 2]), {"groups": 3})
    set_argument(node, "groups", 1)
    assert (node.args[6:], node.kwargs) == ((1,), {})


def test_a_name_that_there_is_not() -> None:
    with pytest.raises(ValueError, match="'strides' is not in list"):
        argument(conv(), "strides")


def test_functions_are_no_operators() -> None:
    graph = fx.Graph()
    node = graph.call_function(max, (1, 2))
    assert is_operator(conv()) and not is_operator(node)
    with pytest.raises(TypeError, match="calls no operator"):
        schema_of(node)


def test_operands() -> None:
    node = conv(stride=[2, 2])
    x, weight = node.args
    assert (operand_of(node), operand_of(node, "weight")) == (x, weight)
    node.args, node.kwargs = (), {"weight": weight, "input": x}
    assert (operand_of(node), operand_of(node, "weight")) == (x, weight)
    with pytest.raises(TypeError, match="reads None where a value"):
        operand_of(node, "bias")
    with pytest.raises(TypeError, match="reads 1 where a value"):
        operand_of(fx.Graph().call_function(max, (1, 2)))
    with pytest.raises(TypeError, match="reads None where a value"):
        operand_of(fx.Graph().call_function(max))


def test_all_of_them_and_pieces() -> None:
    node = conv(stride=[2, 2])
    assert arguments_of(node) == [*node.args, None, [2, 2], [0, 0], [1, 1], 1]
    piece = node.graph.call_function(operator.getitem, (node, 2))
    assert arguments_of(piece) == [node, 2]
    assert (piece_of(piece), piece_of(node)) == (2, None)


def test_what_a_node_calls() -> None:
    assert function_of(conv()) is aten.conv2d.default
    x = fx.Graph().placeholder("x")
    with pytest.raises(TypeError, match="'x' calls no function"):
        function_of(x)


def test_ops_have_a_name_in_one_word() -> None:
    graph = fx.Graph()
    x = graph.placeholder("x")
    calls = [aten.sym_size.int, aten.add.Tensor, operator.getitem, torch.ops.higher_order.cond, torch.sigmoid]
    names = [op_name(graph.call_function(target, (x, 0))) for target in calls]
    assert names == ["sym_size", "add", "getitem", "cond", "sigmoid"]


def test_sizes_are_told_from_other_numbers() -> None:
    graph = fx.Graph()
    x = graph.placeholder("x")
    asked = {aten.sym_size.int: True, aten.sym_size.default: True, aten.sym_numel.default: False, operator.add: False}
    assert {target: is_size(graph.call_function(target, (x, 0))) for target in asked} == asked
    assert not is_size(x)
