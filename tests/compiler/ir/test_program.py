"""Program: weights by name, copies, replacement, sizes."""

from __future__ import annotations

import pytest
import torch
from torch import Tensor, nn
from torch.export import Dim

from sparsec.compiler.capture import capture
from sparsec.compiler.ir.program import Program, attribute, delete_attribute, set_attribute, source_line
from sparsec.compiler.ir.verifier import infer, verify


class Shared(nn.Module):
    """One layer called twice, and another."""

    def __init__(self) -> None:
        super().__init__()
        self.layer, self.last = nn.Linear(4, 4), nn.Linear(4, 2)

    def forward(self, x: Tensor) -> Tensor:
        return self.last(self.layer(self.layer(x).relu()))


@pytest.fixture
def program() -> Program:
    return capture(Shared().eval(), (torch.ones(3, 4),))


def layers(program: Program) -> list[torch.fx.Node]:
    return [n for n in program.nodes() if n.target is torch.ops.aten.linear.default]


def test_weights_keep_the_names_of_the_model(program: Program) -> None:
    assert program.weights().keys() == {"layer.weight", "layer.bias", "last.weight", "last.bias"}
    assert program.input_names == ("x",)
    assert len(program.outputs()) == len(program.output_names) == 1


def test_weight_of_anything_else_is_none(program: Program) -> None:
    assert program.weight(program.placeholders()[0]) is None
    assert program.weight(None) is None
    assert program.weight(3) is None


def test_new_weight_takes_a_free_name(program: Program) -> None:
    node = program.new_weight("layer.weight", torch.ones(2))
    assert node.target == "layer.weight_1"
    assert tuple(node.meta["val"].shape) == (2,)
    assert program.new_weight("a.b.c", torch.ones(1)).target == "a.b.c"


def test_replacing_a_weight_with_one_reader_keeps_its_name(program: Program) -> None:
    last = layers(program)[-1]
    program.replace_weight(last, last.args[1], torch.zeros(2, 4))
    assert not program.weights()["last.weight"].any()
    assert isinstance(attribute(program.module, "last.weight"), nn.Parameter)
    verify(program)


def test_replacing_a_shared_weight_leaves_the_other_reader_alone(program: Program) -> None:
    one, two, _ = layers(program)
    before = program.weights()["layer.weight"].clone()
    program.replace_weight(one, one.args[1], before * 2)
    assert torch.equal(program.weight(two.args[1]), before)
    assert torch.equal(program.weight(one.args[1]), before * 2)
    infer(program)
    verify(program)


def test_readers_that_want_the_same_share_it() -> None:
    class Thrice(Shared):
        def forward(self, x: Tensor) -> Tensor:
            return self.last(self.layer(self.layer(self.layer(x).relu())))

    program = capture(Thrice().eval(), (torch.ones(3, 4),))
    one, two, three, _ = layers(program)
    value = program.weights()["layer.weight"] * 2
    program.replace_weight(one, one.args[1], value)
    program.replace_weight(two, two.args[1], value.clone())
    assert one.args[1] is two.args[1]
    assert three.args[1] is not one.args[1]


def test_a_copy_shares_weights_and_not_the_graph(program: Program) -> None:
    copy = program.copy()
    assert copy.weights()["layer.weight"].data_ptr() == program.weights()["layer.weight"].data_ptr()
    last = layers(copy)[-1]
    copy.replace_weight(last, last.args[1], torch.zeros(2, 4))
    assert program.weights()["last.weight"].any()
    clone = program.copy(clone=True)
    assert clone.weights()["layer.weight"].data_ptr() != program.weights()["layer.weight"].data_ptr()
    torch.testing.assert_close(clone.run([torch.ones(3, 4)]), program.run([torch.ones(3, 4)]), rtol=0, atol=0)


def test_clean_drops_what_nobody_reads(program: Program) -> None:
    size = len(program.graph.nodes)
    program.new_weight("unread", torch.ones(2))
    program.clean()
    assert len(program.graph.nodes) == size
    assert "unread" not in program.weights()
    assert not hasattr(program.module, "unread")


def test_paths() -> None:
    module = nn.Module()
    set_attribute(module, "a.b.weight", torch.ones(2))
    set_attribute(module, "a.c", nn.Parameter(torch.ones(1)))
    assert dict(module.named_buffers()).keys() == {"a.b.weight"}
    assert dict(module.named_parameters()).keys() == {"a.c"}
    delete_attribute(module, "a.b.weight")
    assert not hasattr(module.a, "b")
    delete_attribute(module, "a.c")
    assert not [*module.children()]


def test_sizes_of_the_example() -> None:
    program = capture(
        nn.Conv2d(3, 4, 1).eval(), (torch.ones(2, 3, 6, 5),), dynamic_shapes={"input": {0: Dim.AUTO, 2: Dim.AUTO}}
    )
    shape = program.placeholders()[0].meta["val"].shape
    assert [program.example_size(s) for s in shape] == [2, 3, 6, 5]


def test_nodes_know_the_line_that_made_them(program: Program) -> None:
    place = source_line(layers(program)[0])
    assert place is not None
    assert __file__ in place
