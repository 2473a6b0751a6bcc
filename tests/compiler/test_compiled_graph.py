"""CompiledGraph: whatever happens to weights, sizes or itself, results are those of the graph as it came."""

from __future__ import annotations

import errno
import math
import threading
import timeit
import warnings
import weakref
from collections.abc import Callable, Sequence
from types import SimpleNamespace
from typing import Any

import pytest
import torch
from torch import Tensor, nn

from sparsec.compiler.capture.models import from_exported
from sparsec.compiler.compiled_graph import WORTH_CALLS, Build, CompiledGraph, Roles, Settings, contract, picker, why
from sparsec.compiler.errors import FallbackWarning, PassError, UserError
from sparsec.compiler.ir.program import Program, is_static, shape_of
from sparsec.runtime.watch import WeightWatch

ROLES = Roles(weights=(0,), others=(1,))


def product(w: Tensor, x: Tensor) -> tuple[Tensor]:
    """The graph as it came; some inputs are none that it takes."""
    if x.numel() and x.max() > 1000:
        raise IndexError("too large")
    return (x * w,)


class Graph:
    """A graph whose compiled form binds the weight, and fails where it is told to."""

    def __init__(self, weight: Tensor, roles: Roles = ROLES, share: float | None = math.inf, **options: Any) -> None:
        self.builds, self.share = 0, share
        self.fails: Callable[[Tensor], Exception | None] = lambda x: None
        self.build_fails: Exception | None = None
        self.accepts: Callable[[Sequence[Any]], bool] | None = None
        self.run = CompiledGraph(product, self.build, (weight, torch.ones(2)), roles, Settings(**options))

    def build(self, inputs: Sequence[Any], roles: Roles) -> Build:
        if self.build_fails is not None:
            raise self.build_fails
        self.builds += 1
        bound = {i: inputs[i].clone() for i in roles.weights}

        def run(*varying: Tensor) -> Any:
            failure = self.fails(varying[-1])
            if failure is not None:
                raise failure
            given = dict(zip(roles.others, varying, strict=True)) | bound
            return product(given[0], given[1])

        return Build(roles, run, WeightWatch([inputs[i] for i in roles.weights], share=self.share), self.accepts)

    def agrees(self, weight: Tensor, x: Tensor) -> bool:
        (found,) = self.run(weight, x)
        return torch.equal(found, x * weight)


@pytest.fixture
def x() -> Tensor:
    return torch.tensor([1.0, 2.0])


def test_it_computes_with_the_bound_weight_and_sees_changes(x: Tensor) -> None:
    weight = torch.ones(2)
    graph = Graph(weight)
    assert graph.agrees(weight, x) and graph.builds == 1
    weight.data.mul_(3)
    assert graph.agrees(weight, x) and graph.builds == 2
    assert graph.agrees(weight, x) and graph.builds == 2


def test_on_demand(x: Tensor) -> None:
    weight = torch.ones(2)
    graph = Graph(weight, share=0)
    weight.data.mul_(3)
    assert not graph.agrees(weight, x)
    assert graph.run.check()
    assert graph.agrees(weight, x)
    assert not graph.run.check()


@pytest.mark.parametrize("error", [RuntimeError("ours"), AssertionError(), TypeError("ours"), KeyError("k")], ids=repr)
def test_a_failure_costs_speed_alone(error: Exception, x: Tensor) -> None:
    weight = torch.ones(2)
    graph = Graph(weight)
    graph.fails = lambda x: error
    with pytest.warns(FallbackWarning, match="a defect of sparsec") as caught:
        assert graph.agrees(weight, x)
    assert len(caught) == 1
    weight.data.mul_(3)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert graph.agrees(weight, x), "live weights, and no second warning"


def test_the_users_own_error_passes_untouched(x: Tensor) -> None:
    weight = torch.ones(2)
    graph = Graph(weight)
    with pytest.raises(IndexError, match="too large") as raised:
        graph.run(weight, torch.tensor([5000.0, 1.0]))
    assert raised.value.__context__ is None
    graph.fails = lambda x: RuntimeError("ours") if x.max() > 1000 else None
    with pytest.raises(IndexError, match="too large"):
        graph.run(weight, torch.tensor([5000.0, 1.0]))
    assert graph.agrees(weight, x) and graph.builds == 1
    graph.fails = lambda x: RuntimeError("ours")
    with pytest.warns(FallbackWarning):
        assert graph.agrees(weight, x), "until then the compiled graph was in use"


EXHAUSTED = (
    MemoryError(),
    torch.OutOfMemoryError("CUDA out of memory"),
    RuntimeError("[enforce fail at alloc_cpu.cpp] DefaultCPUAllocator: can't allocate memory: you tried to ..."),
    OSError(errno.ENOSPC, "No space left on device"),
)


@pytest.mark.parametrize("error", EXHAUSTED, ids=repr)
def test_exhaustion_is_not_hidden(error: Exception, x: Tensor) -> None:
    weight = torch.ones(2)
    graph = Graph(weight)
    graph.fails = lambda x: error
    with pytest.raises(type(error)):
        graph.run(weight, x)
    graph.fails, graph.build_fails = lambda x: None, error
    weight.mul_(2)
    with pytest.raises(type(error)):
        graph.run(weight, x)


@pytest.mark.parametrize("error", [KeyboardInterrupt(), SystemExit()], ids=repr)
def test_an_interrupt_is_not_hidden(error: BaseException, x: Tensor) -> None:
    weight = torch.ones(2)
    graph = Graph(weight)

    def interrupted(x: Tensor) -> Exception:
        raise error

    graph.fails = interrupted
    with pytest.raises(type(error)):
        graph.run(weight, x)


def test_strict_raises(x: Tensor) -> None:
    weight = torch.ones(2)
    graph = Graph(weight, strict=True)
    graph.fails = lambda x: RuntimeError("ours")
    with pytest.raises(RuntimeError, match="ours"):
        graph.run(weight, x)
    with pytest.raises(IndexError):
        graph.run(weight, torch.tensor([5000.0, 1.0]))
    graph.build_fails = TypeError("ours, too")
    weight.mul_(2)
    with pytest.raises(TypeError, match="ours, too"):
        graph.run(weight, x)


def test_a_compilation_that_fails_later(x: Tensor) -> None:
    weight = torch.ones(2)
    graph = Graph(weight)
    graph.build_fails = PassError("broke", pass_name="axes")
    weight.mul_(2)
    with pytest.warns(FallbackWarning, match="pass 'axes'"):
        assert graph.agrees(weight, x)
    weight.mul_(2)
    assert graph.agrees(weight, x)


def test_sizes_that_only_the_graph_as_it_came_takes(x: Tensor) -> None:
    weight = torch.ones(1)
    graph = Graph(weight)
    graph.accepts = lambda inputs: inputs[0].shape == (2,)
    weight.mul_(2)
    assert graph.agrees(weight, x)
    with pytest.warns(FallbackWarning, match=r"compiled for some sizes only, called with others: \[3\]") as caught:
        assert all(graph.agrees(weight, torch.ones(size)) for size in (3, 4))
    assert len(caught) == 1
    graph.fails = lambda x: RuntimeError("it ran")
    with pytest.warns(FallbackWarning, match="it ran"):
        assert graph.agrees(weight, x), "the first sizes are computed as before"


def test_weights_that_change_all_the_time_are_not_compiled_all_the_time(x: Tensor) -> None:
    weight = torch.ones(2)
    graph = Graph(weight)
    with pytest.warns(FallbackWarning, match="change from call to call") as caught:
        assert all(graph.agrees(weight.mul_(1.01), x) for _ in range(200))
    assert graph.builds == 2 and len(caught) == 1
    for _ in range(3):
        assert graph.agrees(weight, x)
    assert graph.builds == 3, "they have stayed for long enough"
    weight.mul_(1.01)
    for _ in range(6):
        assert graph.agrees(weight, x)
    assert graph.builds == 3, "but not for good, so that the next time takes longer"


def test_weights_that_change_now_and_then_are_compiled_at_once(x: Tensor) -> None:
    weight = torch.ones(2)
    graph = Graph(weight)
    for change in range(5):
        weight.mul_(2)
        for _ in range(WORTH_CALLS):
            assert graph.agrees(weight, x)
        assert graph.builds == change + 2


def test_state_that_others_write_becomes_an_input(x: Tensor) -> None:
    state = torch.ones(2)
    graph = Graph(state, Roles(weights=(0,), others=(1,), fickle=frozenset({0})))
    for _ in range(20):
        state.add_(1)
        assert graph.agrees(state, x)
    assert graph.builds == 3


@pytest.mark.timing
def test_what_a_call_costs(x: Tensor) -> None:
    """Of a hundred weights, in the quietest of many moments."""
    weights = [torch.ones(2) for _ in range(100)]
    inputs, roles = (*weights, x), Roles(weights=tuple(range(100)), others=(100,))

    def run(x: Tensor) -> tuple[Tensor]:
        return (x,)

    graph = CompiledGraph(product, lambda *_: Build(roles, run, WeightWatch(weights), None), inputs, roles)
    wrapped = min(timeit.repeat(lambda: graph(*inputs), number=50, repeat=100)) / 50
    alone = min(timeit.repeat(lambda: run(x), number=50, repeat=100)) / 50
    assert wrapped - alone < 30e-6


def test_each_set_of_weights_has_its_own(x: Tensor) -> None:
    """Blocks of a model that are compiled one by one share a graph."""
    weights = [torch.full((2,), float(k)) for k in range(5)]
    graph = Graph(weights[0])
    for _ in range(4):
        assert all(graph.agrees(weight, x) for weight in weights)
    assert graph.builds == 5
    weights[3].mul_(2)
    assert all(graph.agrees(weight, x) for weight in weights)
    assert graph.builds == 6


def test_weights_that_come_once_are_not_compiled_in(x: Tensor) -> None:
    graph = Graph(torch.ones(2))
    assert all(graph.agrees(torch.full((2,), float(k)), x) for k in range(20))
    assert graph.builds == 1


def test_weights_are_not_kept_alive(x: Tensor) -> None:
    weight = torch.ones(2)
    graph, gone = Graph(weight), weakref.ref(weight)
    assert graph.agrees(weight, x)
    del weight
    assert gone() is None and not graph.run._bound
    assert graph.agrees(torch.ones(2), x)


def test_parameters_that_change_do_not(x: Tensor) -> None:
    weight: Tensor = nn.Parameter(torch.ones(2), requires_grad=False)
    graph = Graph(weight)
    with pytest.warns(FallbackWarning, match="stay for 2 calls"):
        assert all(graph.agrees(weight.add_(1), x) for _ in range(2))


def test_threads(x: Tensor) -> None:
    """While one compiles, the others run the graph as it came."""
    weight = torch.ones(2)
    graph, compiling, go, right = Graph(weight), threading.Event(), threading.Event(), []
    build = graph.build

    def slow(inputs: Sequence[Any], roles: Roles) -> Build:
        compiling.set()
        assert go.wait(10)
        return build(inputs, roles)

    (bound,) = graph.run._bound.values()
    bound._build = slow
    weight.mul_(2)
    first = threading.Thread(target=lambda: right.append(graph.agrees(weight, x)))
    first.start()
    assert compiling.wait(10)
    others = [threading.Thread(target=lambda: right.append(graph.agrees(weight, x))) for _ in range(3)]
    for thread in others:
        thread.start()
    for thread in others:
        thread.join()
    assert right == [True] * 3 and graph.builds == 1
    go.set()
    first.join()
    assert right == [True] * 4 and graph.builds == 2


def written(state: Tensor, x: Tensor) -> tuple[Tensor]:
    state.add_(x)
    return (state * 2,)


def test_a_graph_that_failed_after_it_wrote_is_not_run_again() -> None:
    roles = Roles(weights=(), others=(0, 1), written=(0,))
    state, x = torch.zeros(2), torch.ones(2)

    def run(state: Tensor, x: Tensor) -> Any:
        if x.sum() == 2:
            state.add_(x)
        raise RuntimeError("ours")

    graph = CompiledGraph(written, lambda inputs, roles: Build(roles, run, None, None), (state, x), roles)
    with pytest.raises(RuntimeError, match="ours"):
        graph(state, x)
    state.zero_()
    with pytest.warns(FallbackWarning):
        graph(state, 2 * x)
    assert torch.equal(state, 2 * x), "written once"


def test_inputs_that_share_memory_with_what_is_written() -> None:
    roles = Roles(weights=(), others=(0, 1), written=(0,))
    state = torch.zeros(2)

    def run(state: Tensor, x: Tensor) -> Any:
        raise AssertionError("it reads what was there before the write")

    graph = CompiledGraph(written, lambda inputs, roles: Build(roles, run, None, None), (state, torch.ones(2)), roles)
    state.fill_(1)
    (found,) = graph(state, state)
    assert torch.equal(found, torch.full((2,), 4.0))


class Pairs(nn.Module):
    def forward(self, x: Tensor, y: Tensor) -> Tensor:
        return x.reshape(x.shape[0], -1, 2).sum(1) + y[: x.shape[0]]


def pairs(dynamic: Any) -> Program:
    inputs = (torch.randn(8, 6), torch.randn(9, 2))
    return from_exported(torch.export.export(Pairs().eval(), inputs, dynamic_shapes=dynamic), inputs, {})


def fake(program: Program, *sizes: tuple[Any, ...]) -> list[Any]:
    """As Dynamo knows inputs: "s" stands for a size that is a symbol there."""
    (symbol, *_) = [size for node in program.placeholders() for size in shape_of(node) if not is_static(size)]
    shapes = [tuple(symbol if size == "s" else size for size in shape) for shape in sizes]
    return [SimpleNamespace(shape=shape) for shape in shapes]


def test_the_contract_holds_what_export_has_fixed_and_related() -> None:
    auto = torch.export.Dim.AUTO
    program = pairs({"x": {0: auto, 1: auto}, "y": {0: auto}})
    accepts = contract(program, fake(program, ("s", "s"), ("s", 2)))
    assert accepts is not None
    for rows, columns, others, right in ((8, 6, 9, True), (4, 8, 4, True), (8, 5, 9, False), (8, 6, 7, False)):
        assert accepts((torch.randn(rows, columns), torch.randn(others, 2))) == right, (rows, columns, others)
    fixed = pairs({"x": {0: auto}, "y": {0: auto}})
    accepts = contract(fixed, fake(program, ("s", "s"), ("s", 2)))
    assert accepts is not None
    assert accepts((torch.randn(4, 6), torch.randn(9, 2))) and not accepts((torch.randn(4, 8), torch.randn(9, 2)))


def test_there_is_no_contract_where_dynamo_checks_all_sizes() -> None:
    program = pairs(None)
    assert contract(program, [SimpleNamespace(shape=(8, 6)), SimpleNamespace(shape=(9, 2))]) is None


def test_a_size_that_no_input_shows_is_fixed() -> None:
    auto = torch.export.Dim.AUTO
    program = pairs({"x": {0: auto, 1: auto}, "y": {0: auto}})
    values = fake(program, ("s", "s"), ("s", 2))
    x, _ = program.placeholders()
    rows, columns = shape_of(x)
    x.meta["val"] = SimpleNamespace(shape=(rows, 2 * columns))
    accepts = contract(program, values)
    assert accepts is not None
    y = torch.randn(9, 2)
    assert accepts((torch.randn(4, 12), y)) and not accepts((torch.randn(4, 16), y))


@pytest.mark.parametrize("places", [(), (2,), (1, 2, 3), (0, 3), (3, 1)])
def test_picker(places: tuple[int, ...]) -> None:
    assert tuple(picker(places)(tuple("abcd"))) == tuple("abcd"[i] for i in places)


def test_why_names_the_place() -> None:
    with pytest.raises(TypeError) as raised:
        picker(["not a place"])  # type: ignore[list-item]
    assert "TypeError at compiler/compiled_graph.py:" in why(raised.value)
    assert why(UserError("bad-inputs", "no")) == "no [bad-inputs]"
