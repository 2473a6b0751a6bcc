"""Tensors of every kind at the door: sparse, of inference mode, of subclasses, without numbers, in odd memory.

Whatever comes, the result is right or there is a UserError, and the user's module is as it was.
"""

from __future__ import annotations

import subprocess
import sys
import textwrap
from collections.abc import Callable
from typing import Any

import pytest
import torch
from torch import Tensor, nn
from torch.sparse import SparseSemiStructuredTensorCUTLASS
from torch.sparse._semi_structured_conversions import sparse_semi_structured_from_dense_cutlass
from torch.testing._internal.two_tensor import TwoTensor
from zoo.refusals import refused

import sparsec
from sparsec.compiler.capture.plain_tensors import check_devices, plain, plain_tensors

pytestmark = pytest.mark.filterwarnings(
    "ignore:.*(S|s)parse.*:UserWarning",
    "ignore:The PyTorch API of nested tensors:UserWarning",
    "ignore:.*quantize_per_tensor:UserWarning",
)
X = torch.linspace(-1, 1, 24).reshape(3, 8)


def net(dtype: torch.dtype = torch.float32) -> nn.Sequential:
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        model = nn.Sequential(nn.Linear(8, 16), nn.ReLU(), nn.Linear(16, 4)).eval().to(dtype)
    with torch.no_grad():
        model[0].weight[:4] = 0
    return model


def with_weight(weight: Any) -> nn.Sequential:
    """A net whose first weight is what ``weight`` makes of it."""
    model = net()
    model[0].weight = nn.Parameter(weight(model[0].weight.detach()))
    return model


def compiled(model: Any, *args: Any) -> sparsec.CompiledModule:
    return sparsec.compile(model, args or (X,), measure=False)


def held(model: nn.Module) -> list[Any]:
    """All that a module holds, tensor by tensor, as objects."""
    return [
        value
        for part in model.modules()
        for value in (*part._parameters.values(), *part._buffers.values(), *vars(part).values())
        if isinstance(value, Tensor)
    ]


def check_right(model: nn.Module, dense: nn.Module, *inputs: Any) -> sparsec.CompiledModule:
    """A compile gives what the dense model gives, removes as much, and leaves the model its own tensors."""
    before = held(model)
    small = compiled(model, *inputs)
    assert all(a is b for a, b in zip(held(model), before, strict=True))
    torch.testing.assert_close(small(*(inputs or (X,))), dense(*(inputs or (X,))))
    assert small.report.parameters == compiled(dense, *inputs).report.parameters
    return small


# --- sparse weights

LAYOUTS: dict[str, Callable[[Tensor], Tensor]] = {
    "coo": lambda w: w.to_sparse(),
    "csr": lambda w: w.to_sparse_csr(),
    "csc": lambda w: w.to_sparse_csc(),
    "bsr": lambda w: w.to_sparse_bsr((4, 4)),
    "bsc": lambda w: w.to_sparse_bsc((4, 4)),
}


def run_alone(program: str) -> None:
    """Run a program in a process of its own, which must end well."""
    call = [sys.executable, "-W", "ignore", "-c", textwrap.dedent(program)]
    done = subprocess.run(call, capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, done.stderr[-2000:]


def test_sparse_weights_do_not_end_the_process() -> None:
    """Where they reach run_decompositions it calls abort(); so in another process first."""
    run_alone(
        """
        import torch, sparsec
        from torch import nn
        for make in ("to_sparse", "to_sparse_csr", "to_sparse_csc"):
            model = nn.Sequential(nn.Linear(8, 16), nn.ReLU(), nn.Linear(16, 4)).eval()
            model[0].weight.data[:5] = 0
            wanted = model(torch.ones(2, 8))
            model[0].weight = nn.Parameter(getattr(model[0].weight.detach(), make)())
            small = sparsec.compile(model, (torch.ones(2, 8),), measure=False)
            torch.testing.assert_close(small(torch.ones(2, 8)), wanted)
        try:
            exported = torch.export.export(model, (torch.ones(2, 8),))
            sparsec.compile(exported, measure=False)
        except sparsec.UserError as error:
            assert error.code == "unsupported-tensor", error
        """
    )


@pytest.mark.parametrize("layout", LAYOUTS)
def test_sparse_weights_are_made_dense(layout: str) -> None:
    model = with_weight(LAYOUTS[layout])
    kind = model[0].weight.layout
    small = check_right(model, net())
    assert model[0].weight.layout is kind
    assert any("Made dense" in note and "'0.weight'" in note for note in small.report.notes)
    assert all(value.layout is torch.strided for value in small.state_dict().values())


def test_2_4_weights_are_made_dense() -> None:
    weight = torch.linspace(0.1, 1, 32 * 64).reshape(32, 64) * torch.tensor([1.0, 0, 0, 1]).repeat(16)
    weight[:16] = 0
    packed, meta = sparse_semi_structured_from_dense_cutlass(weight.half())
    compressed = SparseSemiStructuredTensorCUTLASS(torch.Size((32, 64)), packed, meta, None, None, None)
    first, second = (nn.Sequential(nn.Linear(64, 32, bias=False), nn.Linear(32, 4)).half().eval() for _ in range(2))
    second.load_state_dict(first.state_dict())
    first[0].weight, second[0].weight = nn.Parameter(compressed), nn.Parameter(weight.half())
    x = torch.ones(2, 64).half()
    small = compiled(first, x)
    assert isinstance(first[0].weight, SparseSemiStructuredTensorCUTLASS)
    torch.testing.assert_close(small(x), second(x), rtol=1e-2, atol=1e-2)
    assert small.report.parameters == compiled(second, x).report.parameters
    assert any("'0.weight'" in note for note in small.report.notes)


class Graph(nn.Module):
    """A graph network over a fixed adjacency, which may be sparse, and kept as a buffer or as an attribute."""

    def __init__(self, adjacency: Tensor, *, as_buffer: bool = True) -> None:
        super().__init__()
        self.linear, self.head = nn.Linear(8, 6), nn.Linear(6, 4)
        with torch.no_grad():
            self.head.weight[:, :2] = 0
        if as_buffer:
            self.register_buffer("adjacency", adjacency)
        else:
            self.adjacency = [adjacency]

    def forward(self, x: Tensor) -> Tensor:
        adjacency: Tensor = self.adjacency if isinstance(self.adjacency, Tensor) else self.adjacency[0]
        result: Tensor = self.head(torch.relu(torch.sparse.mm(adjacency, self.linear(x))))
        return result


@pytest.mark.parametrize("as_buffer", [True, False])
@pytest.mark.parametrize("layout", ["coo", "csr"])
def test_sparse_buffers_and_attributes(layout: str, as_buffer: bool) -> None:
    adjacency = torch.eye(3) + torch.diag(torch.ones(2), 1)
    model = Graph(LAYOUTS[layout](adjacency), as_buffer=as_buffer).eval()
    small = compiled(model)
    torch.testing.assert_close(small(X), model(X))
    kept = model.adjacency if as_buffer else model.adjacency[0]
    assert isinstance(kept, Tensor) and kept.layout is LAYOUTS[layout](adjacency).layout
    assert small.report.parameters[1] < small.report.parameters[0]


def test_a_module_gets_its_tensors_back_when_compiling_fails() -> None:
    model = with_weight(LAYOUTS["csr"])
    before = held(model)
    refused("bad-inputs", lambda: compiled(model, torch.ones(3, 9)))
    assert all(a is b for a, b in zip(held(model), before, strict=True))


def test_sparse_tensors_of_forward() -> None:
    class Building(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.linear = nn.Linear(8, 4)

        def forward(self, indices: Tensor, x: Tensor) -> Tensor:
            ones = torch.ones_like(indices[0], dtype=x.dtype)
            return torch.sparse.mm(torch.sparse_coo_tensor(indices, ones, (3, 3)), self.linear(x))

    indices = torch.tensor([[0, 1, 2], [2, 1, 0]])
    model = Building().eval()
    torch.testing.assert_close(compiled(model, indices, X)(indices, X), model(indices, X))


# --- inference mode


def test_models_of_inference_mode() -> None:
    with torch.inference_mode():
        model = net()
        assert model[0].weight.is_inference()
    small = check_right(model, net())
    assert not any(value.is_inference() for value in small.state_dict().values())
    assert all(p.requires_grad for p in small.parameters())


@pytest.mark.parametrize("make", [net, lambda: nn.Sequential(nn.Conv1d(3, 4, 1), nn.BatchNorm1d(4), nn.ReLU()).eval()])
def test_compiling_in_inference_mode(make: Callable[[], nn.Module]) -> None:
    model = make()
    with torch.inference_mode():
        x = torch.ones(2, 3, 8)
        small = compiled(model, x)
        torch.testing.assert_close(small(x), model(x))
        assert not any(value.is_inference() for value in small.state_dict().values())
    torch.testing.assert_close(small(torch.ones(2, 3, 8)), model(torch.ones(2, 3, 8)))


def test_exported_programs_of_inference_mode() -> None:
    with torch.inference_mode():
        model = net().requires_grad_(False)
        exported = torch.export.export(model, (X.clone(),))
    small = compiled(exported)
    torch.testing.assert_close(small(X), net()(X))
    assert not any(value.is_inference() for value in small.state_dict().values())


class Counting(nn.Module):
    """Writes into a buffer, and holds a tensor that is none."""

    def __init__(self) -> None:
        super().__init__()
        self.linear = nn.Linear(8, 4)
        self.register_buffer("calls", torch.zeros(()))
        self.scale = torch.arange(1.0, 5.0)

    def forward(self, x: Tensor) -> Tensor:
        self.calls.add_(1)
        return self.linear(x) * self.scale + self.calls


def test_state_of_inference_mode() -> None:
    with torch.inference_mode():
        model = Counting().eval()
    small = compiled(model)
    assert float(model.calls) == 0 and model.calls.is_inference() and model.scale.is_inference()
    first = small(X)
    with torch.inference_mode():
        torch.testing.assert_close(small(X), first + 1)


def test_inference_tensors_as_inputs() -> None:
    with torch.inference_mode():
        x = X.clone()
    small = compiled(net(), x)
    with torch.no_grad():
        torch.testing.assert_close(small(x), net()(x))


def test_torch_compile_in_inference_mode() -> None:
    model = net()
    run = torch.compile(model, backend="sparse")
    with torch.inference_mode():
        torch.testing.assert_close(run(X), model(X))
        torch.testing.assert_close(run(X), model(X))


# --- tensors that hold no numbers, or in another way


class Plain(Tensor):
    """A subclass that adds nothing."""


class Named(nn.Parameter):
    """A parameter of a class of its own."""


def test_subclasses_that_add_nothing() -> None:
    model = with_weight(lambda w: w.as_subclass(Plain))
    model[2].weight = Named(model[2].weight.detach())
    assert type(model[0].weight) is Plain
    small = check_right(model, net())
    assert {type(p) for p in small.parameters()} == {nn.Parameter}
    torch.testing.assert_close(compiled(net(), X.as_subclass(Plain))(X), net()(X))


UNSUPPORTED: dict[str, tuple[Callable[[Tensor], Tensor], str, str]] = {
    "meta": (lambda w: w.to("meta"), "unsupported-tensor", "on the meta device and holds no numbers"),
    "wrapper": (lambda w: TwoTensor(w, w), "unsupported-tensor", "a tensor of class 'TwoTensor'"),
    "nested": (
        lambda w: torch.nested.nested_tensor([*w], layout=torch.jagged),
        "unsupported-tensor",
        "is a nested tensor",
    ),
    "float8": (lambda w: w.to(torch.float8_e4m3fn), "quantized-model", "is quantised"),
    "quantised": (lambda w: torch.quantize_per_tensor(w, 0.1, 0, torch.qint8), "quantized-model", "is quantised"),
}


@pytest.mark.parametrize("kind", UNSUPPORTED)
def test_weights_that_cannot_be_compiled(kind: str) -> None:
    convert, code, part = UNSUPPORTED[kind]
    model = net()
    model.register_buffer("odd", convert(torch.ones(4, 4)))
    refused(code, lambda: compiled(model), "weight 'odd' is", part)


@pytest.mark.parametrize("kind", [*UNSUPPORTED, *LAYOUTS])
def test_inputs_that_cannot_be_compiled(kind: str) -> None:
    if kind in UNSUPPORTED:
        convert, code, part = UNSUPPORTED[kind]
    else:
        convert, code, part = LAYOUTS[kind], "unsupported-tensor", "is a sparse_"
    refused(code, lambda: compiled(net(), convert(torch.ones(4, 8))), "example input", part)


def test_lazy_layers() -> None:
    model = nn.Sequential(nn.LazyLinear(16), nn.ReLU()).eval()
    refused("unsupported-tensor", lambda: compiled(model), "weight '0.weight' has no shape yet", "call the model once")
    model(X)
    torch.testing.assert_close(compiled(model)(X), model(X))


def test_tensors_that_forward_never_reads_may_be_of_any_kind() -> None:
    model = net()
    model.note = torch.ones(2, device="meta")
    check_right(model, net())
    assert model.note.is_meta


def test_weights_on_several_devices() -> None:
    model = nn.Sequential(nn.Linear(2, 2), nn.Linear(2, 2, device="meta"))
    refused("unsupported-tensor", lambda: check_devices(model), "'0.weight' on 'cpu', '1.weight' on 'meta'")
    model = nn.Sequential(nn.Linear(2, 2))
    model.register_buffer("scale", torch.ones((), device="meta"))
    check_devices(model)


class Packed(nn.Module):
    """Weights of four bits, eight in an integer, that forward unpacks."""

    def __init__(self) -> None:
        super().__init__()
        nibbles = torch.arange(16 * 8).reshape(16, 8) % 16
        nibbles[:4] = 8
        self.register_buffer("packed", (nibbles.reshape(16, 1, 8) << 4 * torch.arange(8)).sum(-1))
        self.register_buffer("scale", torch.linspace(0.1, 1, 16)[:, None])
        self.last = nn.Linear(16, 4)

    def forward(self, x: Tensor) -> Tensor:
        nibbles = (self.packed[:, :, None] >> 4 * torch.arange(8)).flatten(1) & 15
        result: Tensor = self.last(torch.relu(x @ ((nibbles - 8) * self.scale).t()))
        return result


def test_weights_that_forward_unpacks() -> None:
    model = Packed().eval()
    small = compiled(model)
    torch.testing.assert_close(small(X), model(X))
    assert small.get_parameter("last.weight").shape == (4, 12)


@pytest.mark.parametrize(
    "name", ["quantized", "quantized.dynamic", "intrinsic.quantized", "intrinsic.quantized.dynamic"]
)
def test_quantised_modules(name: str) -> None:
    class Layer(nn.Module):
        def forward(self, x: Tensor) -> Tensor:
            return x + 1

    Layer.__module__ = f"torch.ao.nn.{name}.modules.linear"
    refused("quantized-model", lambda: compiled(nn.Sequential(Layer()).eval()), "module '0' is quantised ('Layer')")


# --- odd memory


def expanded(weight: Tensor) -> Tensor:
    return weight[:1].expand(16, 8)


MEMORY: dict[str, Callable[[Tensor], Tensor]] = {
    "expanded": expanded,
    "transposed": lambda w: w.t().contiguous().t(),
    "a view": lambda w: torch.cat([w, w])[16:],
    "every other row": lambda w: w.repeat_interleave(2, 0)[::2],
    "negated": lambda w: torch._neg_view(-w),
}


@pytest.mark.parametrize("kind", MEMORY)
def test_weights_in_odd_memory(kind: str) -> None:
    model = with_weight(MEMORY[kind])
    dense = with_weight(lambda w: MEMORY[kind](w).clone(memory_format=torch.contiguous_format).resolve_neg())
    check_right(model, dense)


def test_weights_in_one_buffer() -> None:
    """Overlapping ones, too: nothing is written into them."""
    buffer = torch.linspace(-1, 1, 160)
    before, model, dense = buffer.clone(), net(), net()
    for one, copied in ((model, False), (dense, True)):
        for at, start, shape in ((0, 0, (16, 8)), (2, 96, (4, 16))):
            view = buffer[start : start + shape[0] * shape[1]].view(shape)
            one[at].weight = nn.Parameter(view.clone() if copied else view)
    check_right(model, dense)
    assert torch.equal(buffer, before)


def test_channels_last() -> None:
    model = nn.Sequential(nn.Conv2d(3, 8, 3), nn.ReLU(), nn.Conv2d(8, 4, 3)).eval()
    with torch.no_grad():
        model[0].weight[:3] = 0
    dense = nn.Sequential(nn.Conv2d(3, 8, 3), nn.ReLU(), nn.Conv2d(8, 4, 3)).eval()
    dense.load_state_dict(model.state_dict())
    check_right(model.to(memory_format=torch.channels_last), dense, torch.ones(2, 3, 8, 8))


def test_inputs_in_odd_memory() -> None:
    for x in (X[:1].expand(3, 8), X.t().contiguous().t(), X.clone().requires_grad_()):
        torch.testing.assert_close(compiled(net(), x)(x), net()(x))


def test_requires_grad_is_kept() -> None:
    model = with_weight(LAYOUTS["csr"])
    model[0].weight.requires_grad_(False)
    model[2].bias.requires_grad_(False)
    found = {name: value.requires_grad for name, value in compiled(model).named_parameters()}
    assert found == {"0.weight": False, "0.bias": True, "2.weight": True, "2.bias": False}


def test_tied_weights_stay_tied() -> None:
    model = nn.Sequential(nn.Linear(8, 8, bias=False), nn.ReLU(), nn.Linear(8, 8, bias=False)).eval()
    model[0].weight = model[2].weight = nn.Parameter(model[0].weight.detach().to_sparse_csr())
    with plain_tensors(model) as notes:
        assert model[0].weight is model[2].weight
        assert model[0].weight.layout is torch.strided
        assert len(notes) == 1
    assert model[0].weight is model[2].weight
    assert model[0].weight.layout is torch.sparse_csr


def test_plain_tensors_are_left_alone() -> None:
    for value in (X, nn.Parameter(X), nn.Buffer(X), X.t(), X[:1].expand(3, 8)):
        assert plain(value, "it") is value
