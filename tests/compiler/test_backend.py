"""``torch.compile(model, backend="sparse")``: never stale, never silent."""

from __future__ import annotations

import copy
import gc
import threading
import warnings
import weakref
from collections.abc import Callable
from typing import Any

import pytest
import torch
import torch.nn.functional as F
from torch import Tensor, nn
from zoo.stopwatch import Settled

from sparsec.compiler import backend
from sparsec.compiler.backend import check_weights, last_reports
from sparsec.compiler.errors import FallbackWarning, PassError, UserError

from .dynamo import agree, batch, compiled, net

pytestmark = pytest.mark.usefixtures("fresh_dynamo")


def test_it_is_smaller_and_agrees() -> None:
    model, count = net(), len(last_reports())
    with torch.no_grad():
        agree(compiled(model), model, batch())
    (report,) = last_reports()[count:]
    assert report.parameters[1] < report.parameters[0]


def in_place(model: nn.Sequential) -> None:
    model[2].weight.mul_(2)


def through_data(model: nn.Sequential) -> None:
    model[2].weight.data[0] += 1


def a_dead_filter(model: nn.Sequential) -> None:
    model[0].weight.data[1] = 1


def replaced(model: nn.Sequential) -> None:
    model[2].weight = nn.Parameter(model[2].weight.detach() * 3)


def loaded(model: nn.Sequential) -> None:
    model.load_state_dict({name: value + 1 for name, value in model.state_dict().items()})


def other_memory(model: nn.Sequential) -> None:
    model[2].weight.data = model[2].weight.data * 3


COUNTED = {f.__name__: f for f in (in_place, replaced, loaded, other_memory)}
AROUND = {f.__name__: f for f in (through_data, a_dead_filter)}


@pytest.mark.parametrize("change", COUNTED | AROUND)
@pytest.mark.parametrize("weights", ["watch", "content", "version"])
def test_changed_weights_are_seen(change: str, weights: str) -> None:
    model = net()
    fast = compiled(model, weights=weights)
    with torch.no_grad():
        agree(fast, model, batch())
        before = model(batch())
        (COUNTED | AROUND)[change](model)
        assert not torch.equal(model(batch()), before)
        if change in AROUND and weights != "content":
            assert check_weights() == 1
        agree(fast, model, batch())
        assert check_weights() == 0


def test_the_default_sees_writes_around_the_counters_by_itself() -> None:
    model = net()
    fast = compiled(model)
    with torch.no_grad():
        before = fast(batch())
        through_data(model)
        for _ in range(100_000):
            if not torch.equal(fast(batch()), before):
                break
        agree(fast, model, batch())


def test_error_mode() -> None:
    model = net()
    fast = compiled(model, weights="error")
    with torch.no_grad():
        agree(fast, model, batch())
        through_data(model)
        with pytest.raises(UserError) as raised:
            fast(batch())
    assert raised.value.code == "stale-weights"


def test_frozen_mode_never_looks() -> None:
    model = net()
    fast = compiled(model, weights="frozen")
    with torch.no_grad():
        before = fast(batch())
        through_data(model)
        torch.testing.assert_close(fast(batch()), before, rtol=0, atol=0)


WRONG: dict[str, tuple[dict[str, Any], str]] = {
    "unknown": ({"speed": 11}, "unknown-option"),
    "target": ({"target": "toaster"}, "unknown-option"),
    "card": ({"target": "cuda:sm_12"}, "unknown-option"),
    "onnxruntime": ({"target": "onnxruntime"}, "bad-option"),
    "weights": ({"weights": "sometimes"}, "bad-option"),
    "verify": ({"verify": "yes"}, "bad-option"),
    "strict": ({"strict": 1}, "bad-option"),
    "quantize": ({"quantize": "int4"}, "bad-option"),
}


@pytest.mark.parametrize("name", WRONG)
def test_wrong_options(name: str) -> None:
    options, code = WRONG[name]
    with torch.no_grad(), pytest.raises(UserError) as raised:
        compiled(net(), **options)(batch())
    assert raised.value.code == code and type(raised.value).__name__ == "UserError"
    assert str(raised.value).startswith(raised.value.message)


@pytest.mark.skipif(torch.cuda.is_available(), reason="there is a graphics card")
@pytest.mark.parametrize("strict", [False, True])
def test_a_card_that_is_not_here_is_an_error(strict: bool) -> None:
    with torch.no_grad(), pytest.raises(UserError, match="there is no graphics card here") as raised:
        compiled(net(), target="cuda", strict=strict)(batch())
    assert raised.value.code == "missing-device" and raised.value.hint is not None


def test_gradients_fall_back_with_a_warning() -> None:
    model = net()
    fast = compiled(model)
    with pytest.warns(FallbackWarning, match="gradients are enabled"):
        found = fast(batch())
    torch.testing.assert_close(found, model(batch()), rtol=1e-5, atol=1e-6)
    found.sum().backward()
    assert model[0].weight.grad is not None


@pytest.mark.parametrize("layer", [nn.Dropout(0.5), nn.BatchNorm1d(4)], ids=lambda layer: type(layer).__name__)
def test_training_mode_falls_back_with_a_warning(layer: nn.Module) -> None:
    model = nn.Sequential(layer, net()).train()
    with torch.no_grad(), pytest.warns(FallbackWarning, match=r"training mode; call model\.eval\(\) first"):
        assert compiled(model)(batch()).shape == (3, 3)


class WithoutStatistics(nn.Module):
    """Norms by the statistics of the call in either mode, which keep none."""

    def __init__(self, kind: str) -> None:
        super().__init__()
        self.net, self.norm, self.kind = net(), nn.BatchNorm1d(3, track_running_stats=False), kind

    def forward(self, x: Tensor) -> Tensor:
        y = self.net(x)
        if self.kind == "function":
            return F.batch_norm(y, None, None, training=True)
        if self.kind == "operation":
            return torch.batch_norm(y, None, None, None, None, True, 0.1, 1e-5, False)
        return torch.as_tensor(self.norm(y))


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("kind", ["module", "function", "operation"])
def test_norms_without_running_statistics_do_not_train(kind: str) -> None:
    model = WithoutStatistics(kind).eval()
    with torch.no_grad():
        agree(compiled(model), model, batch(5))
    assert len(last_reports()) == 1


def test_a_graph_without_weights_falls_back_with_a_warning() -> None:
    with torch.no_grad(), pytest.warns(FallbackWarning, match="holds no weights"):
        found = torch.compile(lambda x: x.relu() + 1, backend="sparse")(batch())
    torch.testing.assert_close(found, batch().relu() + 1, rtol=0, atol=0)


class Broken(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.net = net()

    def forward(self, x: Tensor) -> Tensor:
        x = x.relu() + 1
        torch._dynamo.graph_break()
        x = x.sigmoid()
        torch._dynamo.graph_break()
        return self.net(x)  # type: ignore[no-any-return]


def test_graphs_without_weights_are_mentioned_once() -> None:
    model = Broken().eval()
    with torch.no_grad():
        for _ in range(2):
            with pytest.warns(FallbackWarning, match="holds no weights") as said:
                agree(compiled(model), model, batch())
            assert len([one for one in said if "holds no weights" in str(one.message)]) == 1
            torch.compiler.reset()


def test_an_empty_batch_falls_back_with_a_warning() -> None:
    model, empty = net(), batch()[:0]
    with torch.no_grad(), pytest.warns(FallbackWarning, match="an input is empty"):
        found = compiled(model)(empty)
    with torch.no_grad():
        torch.testing.assert_close(found, model(empty), rtol=0, atol=0)


def test_dynamic_batch_compiles_at_most_twice() -> None:
    model, count = net(), len(last_reports())
    fast = compiled(model)
    with torch.no_grad():
        for size in (2, 4, 6, 7):
            agree(fast, model, batch(size))
    assert len(last_reports()) - count <= 2


def test_no_warning_when_all_is_well() -> None:
    model = net()
    with torch.no_grad(), warnings.catch_warnings():
        warnings.simplefilter("error", FallbackWarning)
        agree(compiled(model), model, batch())


def test_what_is_slower_as_it_is_called_is_undone(stopwatch: Settled) -> None:
    """Not for good: with other weights, such as pruned ones, it is measured again."""
    model, count = net(), len(last_reports())
    fast = compiled(model)
    stopwatch.call = lambda new, old: 0.5 if new() and old() else 0.0
    with torch.no_grad():
        torch.testing.assert_close(fast(batch()), model(batch()), rtol=0, atol=0)
        model[2].weight.data.mul_(2)
        torch.testing.assert_close(fast(batch()), model(batch()), rtol=0, atol=0)
        stopwatch.call = 0.99
        model[2].weight.mul_(2)
        agree(fast, model, batch())
    undone, kept = last_reports()[count:]
    assert undone.decisions == ["Undone, measured 0.50x as PyTorch calls it: the graph as it came runs."]
    assert not kept.decisions


def test_the_report_of_what_is_undone_tells_of_nothing_that_went(stopwatch: Settled) -> None:
    """Two readers of one weight with columns of their own: the result holds more numbers, as long as it is used."""

    class Shared(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.one, self.two = nn.Linear(6, 8, bias=False), nn.Linear(6, 8, bias=False)
            self.both = nn.Linear(8, 64, bias=False)
            with torch.no_grad():
                self.one.weight[:1], self.two.weight[4:5] = 0, 0

        def forward(self, x: Tensor) -> Tensor:
            return self.both(self.one(x)) * self.both(self.two(x))

    model, x = Shared().eval(), torch.randn(3, 6)
    with torch.no_grad():
        kept = compiled(model)(x), last_reports()[-1]
        torch._dynamo.reset()
        stopwatch.call = 0.5
        undone = compiled(model)(x), last_reports()[-1]
    torch.testing.assert_close(kept[0], undone[0])
    before, after = kept[1].larger
    assert after > before and "numbers, the model" in kept[1].summary()
    assert undone[1].larger is None and undone[1].parameters[0] == undone[1].parameters[1]
    assert "the graph as it came runs" in undone[1].summary() and "numbers, the model" not in undone[1].summary()


# ---------------------------------------------------------------- failures of ours


FAILURES = (
    PassError("broke", pass_name="axes"),
    AssertionError(),
    TypeError("'NoneType' object is not iterable"),
    RuntimeError("shape mismatch"),
    UserError("capture-failed", "torch.export cannot capture the graph"),
)


@pytest.mark.parametrize("error", FAILURES, ids=lambda error: type(error).__name__)
def test_any_failure_leaves_the_graph_to_pytorch(error: Exception, monkeypatch: pytest.MonkeyPatch) -> None:
    def failing(*args: Any, **kwargs: Any) -> None:
        raise error

    monkeypatch.setattr(backend, "compile_program", failing)
    model = net()
    with torch.no_grad():
        with pytest.warns(FallbackWarning) as caught:
            agree(compiled(model), model, batch())
        assert len(caught) == 1
        model[2].weight.data.mul_(2)
        with pytest.raises(Exception) as raised:  # noqa: PT011  (Dynamo wraps it)
            compiled(model, strict=True)(batch())
    told = (raised.value, raised.value.__context__, getattr(raised.value, "inner_exception", None))
    assert any(one is error for one in told)


@pytest.mark.parametrize("error", [MemoryError(), OSError(28, "No space left on device")], ids=repr)
def test_exhaustion_is_raised(error: Exception, monkeypatch: pytest.MonkeyPatch) -> None:
    def failing(*args: Any, **kwargs: Any) -> None:
        raise UserError("capture-failed", "wrapped") from error

    monkeypatch.setattr(backend, "compile_program", failing)
    with torch.no_grad(), pytest.raises(Exception) as raised:  # noqa: PT011  (Dynamo wraps it)
        compiled(net())(batch())
    assert "wrapped" in str(raised.value)


class Gcn(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.a, self.b = nn.Linear(8, 32), nn.Linear(32, 4)

    def forward(self, x: Tensor, edges: Tensor) -> Tensor:
        y = torch.relu(self.a(x))
        return self.b(torch.zeros_like(y).index_add(0, edges[1], y[edges[0]]))


class Selecting(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.a, self.b = nn.Linear(8, 32), nn.Linear(32, 4)

    def forward(self, x: Tensor) -> Tensor:
        return self.b(torch.relu(self.a(x[x[:, 0] > 0])))


class Checking(Selecting):
    def forward(self, x: Tensor) -> Tensor:
        torch._assert_async((x > -100).all(), "x too small")  # what Dynamo makes of an assert
        return self.b(torch.relu(self.a(x)))


class Modulated(nn.Module):
    """A convolution whose weights and number of groups come from the inputs, as in StyleGAN2."""

    def __init__(self) -> None:
        super().__init__()
        self.f, self.s, self.o = nn.Conv2d(3, 16, 1), nn.Linear(8, 16), nn.Conv2d(12, 3, 1)
        self.w = nn.Parameter(torch.randn(1, 12, 16, 3, 3))

    def forward(self, x: Tensor, z: Tensor) -> Tensor:
        x = self.f(x)
        b, c, h, w = x.shape
        k = (self.w * self.s(z).view(b, 1, c, 1, 1)).view(b * 12, c, 3, 3)
        y = nn.functional.conv2d(x.reshape(1, b * c, h, w), k, padding=1, groups=b)
        return self.o(y.view(b, 12, h, w))


class Scaled(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.n = net()

    def forward(self, x: Tensor, count: int, factor: float, name: str | None = None) -> Tensor:
        return self.n(x) * count + factor + (0 if name is None else len(name))


def edges(nodes: int, count: int) -> tuple[Tensor, Tensor]:
    draw = torch.Generator().manual_seed(nodes)
    return torch.randn(nodes, 8, generator=draw), torch.randint(0, nodes, (2, count), generator=draw)


def images(count: int, side: int) -> tuple[Tensor, Tensor]:
    return torch.randn(count, 3, side, side), torch.randn(count, 8)


CALLS: dict[str, tuple[Callable[[], nn.Module], list[tuple[Any, ...]]]] = {
    "indices": (Gcn, [edges(10, 30), edges(12, 44), edges(1, 5), edges(7, 7), edges(10, 30)]),
    "selecting": (Selecting, [(torch.randn(n, 8),) for n in (6, 9, 1, 6)]),
    "checking": (Checking, [(torch.randn(n, 8),) for n in (6, 9, 1, 6)]),
    "modulated": (Modulated, [images(2, 8), images(3, 8), images(1, 8), images(2, 6)]),
    "numbers": (Scaled, [(batch(), 2, 0.5), (batch(), 3, 0.5), (batch(4), 3, 0.7), (batch(4), 4, 0.9, "name")]),
    "batches": (net, [(batch(n),) for n in (3, 1, 4, 0, 1, 3)]),
}


@pytest.mark.filterwarnings("ignore::sparsec.compiler.errors.FallbackWarning")
@pytest.mark.parametrize("dynamic", [None, pytest.param(True, marks=pytest.mark.slow)])
@pytest.mark.parametrize("name", CALLS)
def test_no_call_raises_where_eager_would_not(name: str, dynamic: bool | None) -> None:
    make, calls = CALLS[name]
    torch.manual_seed(0)
    model = make().eval()
    fast = torch.compile(model, backend="sparse", dynamic=dynamic)
    with torch.no_grad():
        for inputs in calls:
            torch.testing.assert_close(fast(*inputs), model(*inputs), rtol=1e-4, atol=1e-5)
    with torch.no_grad():  # of another dtype
        model.double()
        inputs = tuple(x.double() if isinstance(x, Tensor) and x.is_floating_point() else x for x in calls[0])
        torch.testing.assert_close(fast(*inputs), model(*inputs), rtol=1e-10, atol=1e-10)


@pytest.mark.filterwarnings("ignore::sparsec.compiler.errors.FallbackWarning")
def test_the_models_own_error_is_the_users() -> None:
    model = Checking().eval()
    fast = torch.compile(model, backend="sparse")
    x = torch.randn(6, 8)
    with torch.no_grad():
        torch.testing.assert_close(fast(x), model(x), rtol=1e-4, atol=1e-5)
        with pytest.raises(Exception, match="x too small"):
            fast(x - 1000)
        torch.testing.assert_close(fast(x), model(x), rtol=1e-4, atol=1e-5)


# ---------------------------------------------------------------- contexts, memory, copies


class Inside(nn.Module):
    def __init__(self, context: Callable[[], Any]) -> None:
        super().__init__()
        self.n, self.context = net(), context

    def forward(self, x: Tensor) -> Tensor:
        with self.context():
            return self.n(x) * 2


def bfloat16() -> Any:
    return torch.autocast("cpu", torch.bfloat16)


CONTEXTS = {f.__name__: f for f in (torch.no_grad, torch.enable_grad, torch.inference_mode, bfloat16)}


@pytest.mark.filterwarnings("ignore::sparsec.compiler.errors.FallbackWarning")
@pytest.mark.parametrize("inner", CONTEXTS)
@pytest.mark.parametrize("outer", CONTEXTS)
def test_contexts(outer: str, inner: str) -> None:
    model = Inside(CONTEXTS[inner]).eval()
    fast = compiled(model)
    for around in (CONTEXTS[outer], torch.no_grad, CONTEXTS[outer]):
        for _ in range(2):
            with around():
                found, wanted = fast(batch()), model(batch())
            assert found.dtype == wanted.dtype and found.requires_grad == wanted.requires_grad
            tolerance = 2e-2 if found.dtype == torch.bfloat16 else 1e-5
            torch.testing.assert_close(found, wanted, rtol=tolerance, atol=tolerance)
            model.n[2].weight.data.mul_(1.5)
            check_weights()


def test_gradients_switched_on_later() -> None:
    model = net().requires_grad_(False)
    fast = compiled(model)
    agree(fast, model, batch())
    for module in (model[0], model):
        module.requires_grad_()
        with pytest.warns(FallbackWarning, match="gradients are enabled"):
            found = fast(batch())
        assert found.requires_grad
        torch._dynamo.reset()
    with torch.no_grad():
        agree(fast, model, batch())


class Constants(nn.Module):
    """Outputs that need no computing: callers own them all the same."""

    def __init__(self) -> None:
        super().__init__()
        self.n, self.zero = net(), nn.Linear(4, 3)
        with torch.no_grad():
            self.zero.weight.zero_()

    def forward(self, x: Tensor) -> tuple[Tensor, ...]:
        y = self.n(x)
        return y, y + 0, self.zero(x), self.zero.bias * 2, x * 1, torch.relu(torch.relu(x))


def test_outputs_may_be_written() -> None:
    model, x = Constants().eval(), batch()
    fast = compiled(model)
    with torch.no_grad():
        for _ in range(3):
            outputs = fast(x)
            for mine, theirs in zip(outputs, model(x), strict=True):
                torch.testing.assert_close(mine, theirs, rtol=1e-5, atol=1e-6)
            for output in outputs:
                output.add_(torch.arange(output.numel()).reshape(output.shape) + 1)
            assert torch.equal(x, batch())


class Showing(nn.Module):
    """Outputs that are views: writes into them reach what they show."""

    def __init__(self) -> None:
        super().__init__()
        self.n = net()

    def forward(self, x: Tensor) -> tuple[Tensor, ...]:
        return self.n(x), self.n[0].weight[:2], x.t(), x[1:]


def test_outputs_that_are_views() -> None:
    model, x = Showing().eval(), batch()
    fast = compiled(model)
    with torch.no_grad():
        for _ in range(3):
            _, weight, turned, rest = fast(x)
            weight.add_(1)
            turned.add_(1)
            rest.mul_(2)
            for mine, theirs in zip(fast(x), model(x), strict=True):
                torch.testing.assert_close(mine, theirs, rtol=1e-5, atol=1e-6)
    assert torch.equal(x[0], batch()[0] + 3)


class Tied(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.a, self.b = nn.Linear(4, 4), nn.Linear(4, 4)
        self.b.weight = self.a.weight
        with torch.no_grad():
            self.a.weight[1] = 0

    def forward(self, x: Tensor) -> Tensor:
        return self.b(self.a(x)) + x


@pytest.mark.filterwarnings("ignore::sparsec.compiler.errors.FallbackWarning")
def test_tied_weights_and_inputs_that_are_weights() -> None:
    model = Tied().eval()
    fast = compiled(model)
    with torch.no_grad():
        for x in (batch(), model.a.weight, model.a.weight.detach()[:2], batch()):
            agree(fast, model, x)
            model.a.weight.mul_(1.5)
            agree(fast, model, x)


def test_parameters_may_be_inputs() -> None:
    """Another one at each call, and yet not compiled at each call."""
    model, count = net(), len(last_reports())
    fast = compiled(model)
    with torch.no_grad():
        for size in range(10):
            agree(fast, model, nn.Parameter(batch(3) + size))
    assert len(last_reports()) - count == 3


class Counting(nn.Module):
    """One graph writes what another one reads."""

    def __init__(self) -> None:
        super().__init__()
        self.n, self.m = net(), nn.Linear(3, 2)
        self.register_buffer("calls", torch.zeros(3))

    def forward(self, x: Tensor) -> Tensor:
        y = self.n(x)
        self.calls.add_(1)
        torch._dynamo.graph_break()
        return self.m(y * self.calls)


def test_several_graphs_and_state() -> None:
    fast, model = Counting().eval(), Counting().eval()
    model.load_state_dict(fast.state_dict())
    run, count = compiled(fast), len(last_reports())
    with torch.no_grad():
        for _ in range(8):
            agree(run, model, batch())
    assert torch.equal(fast.calls, model.calls)
    assert len(last_reports()) - count == 4


def test_copies_are_independent() -> None:
    """They share a graph, and have weights of their own: not compiled at each call, and not kept alive."""
    model, count = net(), len(last_reports())
    fast = compiled(model)
    with torch.no_grad():
        agree(fast, model, batch())
        other: Any = copy.deepcopy(fast)
        other._orig_mod[2].weight.mul_(3)
        for _ in range(4):
            agree(other, copy.deepcopy(other._orig_mod), batch())
            agree(fast, model, batch())
        assert len(last_reports()) - count == 2
        gone = weakref.ref(other._orig_mod[0].weight)
        del other
        gc.collect()
        assert gone() is None
        agree(fast, model, batch())


@pytest.mark.filterwarnings("ignore::sparsec.compiler.errors.FallbackWarning")
def test_moved_weights() -> None:
    model = net()
    fast = compiled(model)
    with torch.no_grad():
        agree(fast, model, batch())
        model.double()
        torch.testing.assert_close(fast(batch().double()), model(batch().double()), rtol=1e-10, atol=1e-10)
        model.float()
        agree(fast, model, batch())
        model.to(memory_format=torch.preserve_format).bfloat16().float()
        agree(fast, model, batch())


def test_threads_call_at_once() -> None:
    model = net()
    fast = compiled(model)
    wrong: list[BaseException] = []

    def work() -> None:
        try:
            with torch.no_grad():
                for size in range(2, 8):
                    agree(fast, model, batch(size))
        except BaseException as error:  # noqa: BLE001  (a thread's errors are lost otherwise)
            wrong.append(error)

    with torch.no_grad():
        for size in (8, 2, 3):  # every graph is drawn: Dynamo itself does not trace in two threads at once
            agree(fast, model, batch(size))
    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not wrong
    with torch.no_grad():
        model[2].weight.mul_(2)
    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not wrong


def test_graphs_are_forgotten_with_their_model() -> None:
    model = net()
    fast = compiled(model)
    with torch.no_grad():
        fast(batch())
        model[2].weight.data.mul_(2)
        assert check_weights() == 1
        agree(fast, model, batch())
    torch.compiler.reset()
    with torch.no_grad():
        agree(fast, model, batch())
