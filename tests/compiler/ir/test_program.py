"""Program: weights by name, copies, replacement, sizes, state."""

from __future__ import annotations

import gc

import pytest
import torch
from torch import Tensor, nn
from torch.export import Dim

import sparsec
from sparsec.compiler.capture.models import capture, from_exported
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


def test_weights_lie_where_the_program_computes(program: Program) -> None:
    """Passes compute on the CPU; what they make goes to the device of the model."""
    assert program.device == torch.device("cpu")
    program.module.to("meta")
    with program.fake_mode():
        for node in program.nodes():
            if isinstance(node.meta.get("val"), Tensor):
                node.meta["val"] = node.meta["val"].to("meta")
    assert program.device == torch.device("meta")
    made = program.new_weight("scale", torch.ones(4))
    reader = next(node for node in program.nodes() if node.target is torch.ops.aten.linear.default)
    program.replace_weight(reader, reader.args[1], torch.ones(3, 4))  # type: ignore[arg-type]
    for node in (made, reader.args[1]):
        assert attribute(program.module, str(node.target)).is_meta  # type: ignore[union-attr]
        assert node.meta["val"].device == torch.device("meta")  # type: ignore[union-attr]


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


def test_lines_of_pytorch_are_no_lines_of_the_model() -> None:
    program = capture(nn.Sequential(nn.Linear(3, 4)).eval(), (torch.ones(2, 3),))
    layer = layers(program)[0]
    assert "torch" in layer.meta["stack_trace"]
    assert source_line(layer) is None
    layer.meta["stack_trace"] = 'File "mine/torch/net.py", line 7, in forward'
    assert source_line(layer) == "mine/torch/net.py:7"


# -------------------------------------------------------------------- state


class Averaging(nn.Module):
    """A running mean, a count and a weight."""

    def __init__(self) -> None:
        super().__init__()
        self.layer = nn.Linear(4, 4)
        self.register_buffer("mean", torch.zeros(4))
        self.register_buffer("calls", torch.zeros((), dtype=torch.int64))
        self.register_buffer("scale", torch.full((4,), 2.0))

    def forward(self, x: Tensor) -> Tensor:
        self.calls += 1
        self.mean.mul_(0.5).add_(x.mean(0) / 2)
        return self.layer(x - self.mean) * self.scale * self.calls


@pytest.fixture
def averaging() -> tuple[nn.Module, Program]:
    torch.manual_seed(0)
    model = Averaging().eval()
    return model, capture(model, (torch.ones(3, 4),))


def test_state_is_no_weight(averaging: tuple[nn.Module, Program]) -> None:
    _, program = averaging
    assert program.state().keys() == {"mean", "calls"}
    assert program.weights().keys() == {"layer.weight", "layer.bias", "scale"}
    held = {n.target: n for n in program.nodes() if n.op == "get_attr"}
    assert program.weight(held["mean"]) is None
    assert program.weight(held["scale"]) is not None


def test_capture_leaves_the_buffers_of_the_model(averaging: tuple[nn.Module, Program]) -> None:
    model, program = averaging
    assert not model.mean.any()
    assert model.calls == 0
    assert all(value.data_ptr() != getattr(model, name).data_ptr() for name, value in program.state().items())


def test_a_run_returns_the_new_state_and_leaves_the_old(averaging: tuple[nn.Module, Program]) -> None:
    model, program = averaging
    x = torch.randn(3, 4)
    for _ in range(2):  # the same every time
        results = program.run([x])
        assert len(results) == 1 + 2
        assert not program.module.mean.any()
        assert program.module.calls == 0
    with torch.no_grad():
        expected = model(x)
    state = dict(zip([n.target for n in program.nodes() if n.target in program.state()], results[1:], strict=True))
    torch.testing.assert_close(results[0], expected)
    torch.testing.assert_close(state, {"mean": model.mean, "calls": model.calls})


class Telling(Averaging):
    """One that returns what it has written into, and a view of it."""

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        y = super().forward(x)
        return y, self.calls, self.mean[1:]


def test_buffers_that_are_returned_are_what_the_run_made_of_them() -> None:
    model = Telling().eval()
    program = capture(model, (torch.ones(3, 4),))
    results = program.run([torch.ones(3, 4)])
    assert program.module.calls == 0
    torch.testing.assert_close(results[1], torch.tensor(1))
    torch.testing.assert_close(results[2], torch.full((3,), 0.5))


def test_a_call_writes(averaging: tuple[nn.Module, Program]) -> None:
    model, program = averaging
    with torch.no_grad():
        for number in range(3):
            x = torch.full((3, 4), float(number))
            torch.testing.assert_close(program.module(x), model(x))
    torch.testing.assert_close(program.state(), {"mean": model.mean, "calls": model.calls})


def test_state_kept(averaging: tuple[nn.Module, Program]) -> None:
    _, program = averaging
    with torch.no_grad(), program.state_kept():
        program.module(torch.ones(3, 4))
        assert program.module.calls == 1
    assert program.module.calls == 0
    with pytest.raises(RuntimeError), program.state_kept():
        program.module(torch.ones(3, 5))  # counts, and then fails
    assert program.module.calls == 0
    assert not program.module.mean.any()


def test_state_of_a_copy(averaging: tuple[nn.Module, Program]) -> None:
    _, program = averaging
    copy, clone = program.copy(), program.copy(clone=True)
    assert copy.state().keys() == clone.state().keys() == program.state().keys()
    with torch.no_grad():
        clone.module(torch.ones(3, 4))
    assert clone.module.calls == 1
    assert program.module.calls == copy.module.calls == 0


def test_clean_keeps_what_is_written(averaging: tuple[nn.Module, Program]) -> None:
    _, program = averaging
    size = len(program.graph.nodes)
    program.clean()
    infer(program)
    verify(program)
    assert len(program.graph.nodes) == size
    assert program.state().keys() == {"mean", "calls"}


UNREAD = {"rnn": nn.RNN(4, 3), "lstm": nn.LSTM(4, 3), "gru": nn.GRU(4, 3, bidirectional=True), "random": None}


@pytest.mark.parametrize("name", UNREAD)
def test_what_nobody_reads_is_not_captured(name: str) -> None:
    """PyTorch keeps operations that may draw random numbers, and those of a recurrent layer may."""

    class Unread(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.layer, self.unread = nn.Linear(4, 2), UNREAD[name]

        def forward(self, x: Tensor) -> Tensor:
            self.unread(x) if self.unread is not None else torch.rand_like(x)
            return self.layer(x)

    model = Unread().eval()
    program = capture(model, (torch.ones(3, 2, 4),))
    size = len(program.graph.nodes)
    program.clean()
    assert len(program.graph.nodes) == size
    sparsec.compile(model, (torch.ones(3, 2, 4),), measure=False, strict=True)


class Mixed(Averaging):
    """Numbers of two types: no pass computes this program anew in another."""

    def __init__(self) -> None:
        super().__init__()
        self.register_buffer("calls", torch.zeros((), dtype=torch.float64))


@pytest.mark.parametrize("model", [Averaging().double(), Mixed()], ids=["double", "mixed"])
def test_writes_have_values_from_the_start(model: nn.Module) -> None:
    model = model.eval()
    dtype = model.scale.dtype
    verify(capture(model, (torch.ones(3, 4, dtype=dtype),)))
    small = sparsec.compile(model, (torch.ones(3, 4, dtype=dtype),), measure=False, strict=True)
    with torch.no_grad():
        for number in range(3):
            x = torch.full((2, 4), float(number), dtype=dtype)
            torch.testing.assert_close(small(x), model(x))


def test_inputs_that_are_written_stay_as_they_were() -> None:
    class Writes(nn.Module):
        def forward(self, x: Tensor, cache: Tensor) -> Tensor:
            cache.add_(x)
            return cache * 2

    inputs = (torch.ones(3, 4), torch.zeros(3, 4))
    exported = torch.export.export(Writes(), inputs)
    program = from_exported(exported, inputs, {}, writes_inputs=True)
    result, cache = program.run(inputs)
    assert not inputs[1].any()
    torch.testing.assert_close((result, cache), (torch.full((3, 4), 2.0), torch.ones(3, 4)))
    assert not program.state()  # it is the caller's


def test_what_a_weight_decides_lives_as_long_as_the_weight() -> None:
    program = capture(nn.Linear(4, 3).eval(), (torch.ones(2, 4),))
    held = attribute(program.module, "weight")
    assert program.known(held, "sum", lambda: 1) == program.copy().known(held, "sum", lambda: 2) == 1
    with torch.no_grad():
        held.add_(1)  # by the user
    assert program.known(held, "sum", lambda: 3) == 3
    node = next(node for node in program.nodes() if node.target == "weight")
    program.replace_weight(next(iter(node.users)), node, torch.zeros(3, 4))
    del held
    gc.collect()  # of what torch.export has made
    assert len(program.cache) == 0


def test_a_released_program_holds_no_weights() -> None:
    program = capture(nn.Sequential(nn.Linear(4, 3), nn.Linear(3, 2)).eval(), (torch.ones(2, 4),))
    copy = program.copy()
    copy.release()
    assert not [*copy.module.parameters()]
    assert len(program.weights()) == 4
    program.run(program.inputs)
