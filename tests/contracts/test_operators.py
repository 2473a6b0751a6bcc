"""What holds of every operator, the package's own and one from outside: asked of the registry."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import onnx
import onnxruntime
import pytest
import torch
from torch import Tensor, fx, nn
from torch._dynamo.testing import CompileCounter

from sparsec.codegen.formats.bsr import Bsr
from sparsec.codegen.formats.int8_blocks import Int8Blocks
from sparsec.codegen.formats.n24 import N24
from sparsec.codegen.formats.row_groups import RowGroups
from sparsec.codegen.formats.vector_blocks import VectorBlocks
from sparsec.codegen.mlir.activations import EMITTERS
from sparsec.codegen.onnx.export import export_onnx
from sparsec.codegen.operators import Operator, attach, base, lowering, operator_of, registered
from sparsec.codegen.operators.epilogues import ACTIVATIONS, activation_of, finished
from sparsec.compiler.capture.models import capture
from sparsec.compiler.comparison import relative_error
from sparsec.compiler.report.packed import packed_layers

from .outside import GATHERED_LINEAR, KeptColumns


def random(*shape: int, seed: int = 0) -> Tensor:
    return torch.randn(shape, generator=torch.Generator().manual_seed(seed))


WEIGHT = random(16, 36) * (torch.arange(36) % 3 == 0)


def blocks(form: Any, weight: Tensor = WEIGHT) -> tuple[Tensor, ...]:
    return tuple(vars(form.pack(weight)).values())


# Arguments of each operator, by name: of a layer with a bias and an activation.
CALLS: dict[str, Callable[[], tuple[Any, ...]]] = {
    "sparsec::vblock_linear": lambda: (
        *(random(5, 36), *blocks(VectorBlocks((16, 36), 4)), random(16)),
        *(random(5, 16), 16, 0, "gelu", False, False),
    ),
    "sparsec::vblock_conv2d": lambda: (
        *(random(2, 4, 6, 7), *blocks(VectorBlocks((16, 36), 8)), random(16), None),
        *(16, [3, 3], [1, 1], [1, 1], [1, 1], 1, "relu"),
    ),
    "sparsec::bsr_linear": lambda: (
        *(random(5, 36), *blocks(Bsr((16, 36), 8, 16)), random(16)),
        *(random(5, 16), 16, "gelu", random(5, 16)),
    ),
    "sparsec::n24_linear": lambda: (
        *(random(5, 40), *blocks(N24((16, 40)), random(16, 40) * (torch.arange(40) % 4 < 2)), random(16)),
        *(random(5, 16), "relu", random(5, 16)),
    ),
    "sparsec::gather_linear": lambda: (
        *(random(5, 36), *blocks(RowGroups((16, 36), 8, 8)), random(16)),
        *(random(5, 16), 16, "silu", False, False, random(5, 16)),
    ),
    "sparsec::skip_linear": lambda: (
        *(random(5, 36), random(36, 16), random(16), 0.5),
        *("gelu", random(5, 16), random(5, 16)),
    ),
    "sparsec::vblock_linear_int8": lambda: (
        *(random(5, 36), *blocks(Int8Blocks((16, 36))), random(16), random(5, 16)),
        *(16, "silu", 0.0, 128, 0.0),
    ),
    "sparsec::vblock_conv2d_int8": lambda: (
        *(random(2, 4, 6, 7), *blocks(Int8Blocks((16, 36), 8, 9)), random(16), None),
        *(16, [3, 3], [1, 1], [1, 1], [1, 1], "relu", 0.0, 128, 0.0),
    ),
    "sparsec::attention": lambda: (
        *(random(5, 3, 8), random(5, 4, 8, seed=1), random(5, 4, 12, seed=2)),
        *(random(1, 1, 3, 4), 2, 0.5, False),
    ),
    "sparsec::sum_apart": lambda: (random(5, 16), random(5, 16, seed=1)),
    "examples::gathered_linear": lambda: (random(5, 36), *blocks(KeptColumns((16, 36), 12)), random(16), "tanh"),
}
OPERATORS = [operator for operator in registered().values() if not operator.name.startswith("toys::")]
LAYERS = [operator for operator in OPERATORS if operator.packed]


def test_every_operator_is_tried() -> None:
    assert {operator.name for operator in OPERATORS} == CALLS.keys()


def arguments(operator: Operator) -> tuple[Any, ...]:
    return CALLS[operator.name]()


def is_residual(value: object) -> bool:
    return isinstance(value, Tensor) and value.shape == (5, 16)


def is_beside(value: object, x: Tensor) -> bool:
    """Whether it has the batch of x, whose dimensions are a batch, tokens and features."""
    return isinstance(value, Tensor) and x.ndim == value.ndim == 3 and len(value) == len(x)


@pytest.fixture(params=LAYERS, ids=lambda operator: operator.name)
def layer(request: pytest.FixtureRequest) -> Operator:
    found: Operator = request.param
    return found


@pytest.fixture(params=OPERATORS, ids=lambda operator: operator.name)
def operator(request: pytest.FixtureRequest) -> Operator:
    found: Operator = request.param
    return found


# -------------------------------------------------------------------- in PyTorch


def test_pytorch_finds_nothing_wrong(operator: Operator) -> None:
    results = torch.library.opcheck(operator.op, arguments(operator))
    assert {*results.values()} == {"SUCCESS"}


def test_it_computes_its_reference(operator: Operator) -> None:
    given = arguments(operator)
    torch.testing.assert_close(operator.op(*given), operator.reference(*given), rtol=1e-5, atol=1e-5)


def test_it_takes_no_token_at_all(operator: Operator) -> None:
    x, *rest = arguments(operator)
    rest = [value[:0] if is_residual(value) or is_beside(value, x) else value for value in rest]
    assert operator.op(x[:0], *rest).shape[0] == 0


def test_gradients_are_those_of_the_reference(operator: Operator) -> None:
    packed, found = operator.places(operator.packed), []
    for compute in (operator.op, operator.slope or operator.reference):
        given = [value.clone() if isinstance(value, Tensor) else value for value in arguments(operator)]
        trained = [x for at, x in enumerate(given) if isinstance(x, Tensor) and at not in packed]
        for value in trained:
            value.requires_grad_()
        compute(*given).square().sum().backward()
        found.append([value.grad for value in trained])
    assert len(found[0]) >= 2
    # Forward, a kernel may round; what flows back is scaled by that.
    tolerance = 1e-4 if operator.slope is None else 0.1
    for ours, wanted in zip(*found, strict=True):
        assert relative_error([ours], [wanted]) <= tolerance


def test_a_packed_weight_is_not_trained(layer: Operator) -> None:
    given = [*arguments(layer)]
    for at in layer.places(layer.packed):
        if given[at].is_floating_point():
            given[at] = given[at].clone().requires_grad_()
    given[0] = given[0].clone().requires_grad_()
    layer.op(*given).sum().backward()
    assert given[0].grad is not None
    assert all(given[at].grad is None for at in layer.places(layer.packed))


def test_where_only_the_packed_weight_wants_gradients_there_are_none(layer: Operator) -> None:
    given = [*arguments(layer)]
    floats = [at for at in layer.places(layer.packed) if given[at].is_floating_point()]
    for at in floats:
        given[at] = given[at].clone().requires_grad_()
    layer.op(*given).sum().backward()
    assert floats and all(given[at].grad is None for at in floats)


def test_autocast_rounds_as_for_the_dense_layer(operator: Operator) -> None:
    given = arguments(operator)
    with torch.autocast("cpu", torch.bfloat16):
        found = operator.op(*given)
    residual = any(is_residual(value) for value in given)
    assert found.dtype == (torch.float32 if residual else torch.bfloat16)
    assert relative_error([found.float()], [operator.op(*given)]) <= 5e-2


@pytest.mark.filterwarnings("ignore:There is a performance drop because we have not yet implemented")
def test_vmap_does_not_take_the_short_way(operator: Operator) -> None:
    """Inside a transformation of functorch a kernel would read numbers that are not there."""
    x, *rest = arguments(operator)
    found = torch.func.vmap(lambda one: operator.op(one, *rest))(torch.stack([x, -x]))
    torch.testing.assert_close(found, torch.stack([operator.op(x, *rest), operator.op(-x, *rest)]))


def test_its_node_is_known(operator: Operator) -> None:
    graph = fx.Graph()
    node = graph.call_function(operator.op, arguments(operator))
    assert operator_of(node) is operator
    assert [*operator.bound(node)] == [argument.name for argument in operator.op._schema.arguments]
    assert operator_of(graph.call_function(torch.ops.aten.relu.default, (node,))) is None


# -------------------------------------------------------------------- lowerings


def test_a_kernel_computes_where_it_can(operator: Operator, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(base, "_lowerings", {**base._lowerings})
    given, answer = arguments(operator), operator.op(*arguments(operator)) * 0
    attach(operator, "cpu", lambda *inputs: answer)
    with torch.no_grad():
        assert operator.op(*given) is answer
    attach(operator, "cpu", lambda *inputs: None)
    with torch.no_grad():
        torch.testing.assert_close(operator.op(*given), operator.reference(*given))


def test_dynamo_does_not_look_inside(operator: Operator) -> None:
    """It looks at every function that is called where it could not compile the caller."""
    x, *rest = arguments(operator)

    def uncompiled(x: Tensor) -> Tensor:
        for _ in range(1):
            with torch.no_grad():
                torch._dynamo.graph_break()
                y: Tensor = operator.op(x, *rest)
        return y

    torch.compiler.reset()
    counter = CompileCounter()
    torch.testing.assert_close(torch.compile(uncompiled, backend=counter)(x), operator.op(x, *rest))
    assert counter.frame_count == 0


class Calling(nn.Module):
    """An operator, with its tensors as buffers."""

    def __init__(self, operator: Operator, *rest: Any) -> None:
        super().__init__()
        self.operator, self.rest = operator, [None if isinstance(value, Tensor) else value for value in rest]
        for at, value in enumerate(rest):
            if isinstance(value, Tensor):
                self.register_buffer(f"part{at}", value)

    def forward(self, x: Tensor) -> Tensor:
        held = [getattr(self, f"part{at}", value) for at, value in enumerate(self.rest)]
        result: Tensor = self.operator.op(x, *held)
        return result


def test_it_is_exported_and_compiled(operator: Operator, tmp_path: Path) -> None:
    x, *rest = arguments(operator)
    model = Calling(operator, *rest)
    expected = model(x)
    exported = torch.export.export(model, (x,))
    torch.export.save(exported, tmp_path / "operator.pt2")
    torch.testing.assert_close(torch.export.load(tmp_path / "operator.pt2").module()(x), expected)
    torch.testing.assert_close(torch.compile(model, backend="aot_eager")(x), expected)


@pytest.mark.parametrize(
    "operator", [operator for operator in OPERATORS if lowering(operator, "onnx") is None], ids=lambda o: o.name
)
def test_without_a_lowering_onnx_gets_the_reference(operator: Operator, tmp_path: Path) -> None:
    """Or the dense layer, where it is known which."""
    x, *rest = arguments(operator)
    model = Calling(operator, *(None if is_residual(value) else value for value in rest))
    batch = {0: torch.export.Dim.DYNAMIC}
    path = export_onnx(capture(model.eval(), (x,), dynamic_shapes=(batch,)), tmp_path / "operator.onnx")
    session = onnxruntime.InferenceSession(path)
    for given in (x, torch.cat([x, x[:2]])):
        (found,) = session.run(None, {"x": given.numpy()})
        torch.testing.assert_close(torch.from_numpy(found), model(given), rtol=1e-5, atol=1e-5)


@pytest.mark.parametrize(
    "operator", [one for one in OPERATORS if one.unpack and lowering(one, "onnx") is None], ids=lambda o: o.name
)
def test_a_layer_that_is_unpacked_becomes_a_dense_one_in_onnx(operator: Operator, tmp_path: Path) -> None:
    x, *rest = arguments(operator)
    model = Calling(operator, *rest)
    path = export_onnx(capture(model.eval(), (x,), dynamic_shapes=(None,)), tmp_path / "operator.onnx")
    kinds = {node.op_type for node in onnx.load(path).graph.node}
    assert kinds & {"Gemm", "MatMul"} and not kinds & {"ScatterND", "ScatterElements", "GatherElements", "Where"}
    (found,) = onnxruntime.InferenceSession(path).run(None, {"x": x.numpy()})
    torch.testing.assert_close(torch.from_numpy(found), model(x), rtol=1e-5, atol=1e-5)


def test_the_outsider_has_no_lowering() -> None:
    assert lowering(GATHERED_LINEAR, "onnx") is None and lowering(GATHERED_LINEAR, "cpu") is None


# -------------------------------------------------------------------- epilogues


def test_every_activation_can_be_written_as_mlir() -> None:
    assert EMITTERS.keys() == ACTIVATIONS.keys()


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_an_activation_is_what_its_op_computes(name: str) -> None:
    row, graph = ACTIVATIONS[name], fx.Graph()
    node = row.write(graph, graph.placeholder("x"))
    graph.output(node)
    assert activation_of(node) is row
    x = 3 * random(7, 9)
    assert torch.equal(fx.GraphModule(nn.Module(), graph)(x), finished(x, None, name))
    torch.testing.assert_close(finished(x, x, name), row.function(2 * x))


def test_other_bounds_are_no_relu6() -> None:
    graph = fx.Graph()
    x = graph.placeholder("x")
    hardtanh = torch.ops.aten.hardtanh.default
    found = [activation_of(graph.call_function(hardtanh, (x, *bounds))) for bounds in ((0.0, 6.0), (0.0, 1.0), ())]
    assert found == [ACTIVATIONS["relu6"], None, None]


@pytest.mark.parametrize("operator", [found for found in OPERATORS if found.unpack], ids=lambda operator: operator.name)
def test_its_dense_weight_is_what_it_multiplies_with(operator: Operator) -> None:
    arguments = list(CALLS[operator.name]())
    for at in operator.places(["bias", "residual", "gate"]):
        arguments[at : at + 1] = [None]
    arguments[operator.places(["activation"])[0]] = ""
    weight = operator.unpacked(*arguments)
    torch.testing.assert_close(operator.op(*arguments), nn.functional.linear(arguments[0], weight))


def test_a_report_tells_of_its_layer(layer: Operator) -> None:
    x, *rest = arguments(layer)
    model = Calling(layer, *rest)
    ((_, told),) = packed_layers(capture(model.eval(), (x,), dynamic_shapes=(None,))).values()
    taps = 9 if "conv2d" in layer.name else 1
    assert (told.outputs, told.inputs * taps) == (16, 40 if "n24" in layer.name else 36)
    assert told.flops == 2 * model(x).numel() * told.inputs * taps
    assert told.operator == layer.name.partition("::")[2]
    kept = 0 if "skip" in layer.name else 0.5 if "n24" in layer.name else 2 / 3
    assert abs(told.zeros - kept) < 0.01
