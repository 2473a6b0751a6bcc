"""Arguments of a node are read and written by name, however they were given."""

from __future__ import annotations

from typing import Any

import pytest
import torch
from torch import fx

from sparsec.compiler.ir.arguments import argument, is_operator, schema_of, set_argument

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
    with pytest.raises(AssertionError):
        schema_of(node)
