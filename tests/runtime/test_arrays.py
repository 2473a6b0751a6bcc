"""Programs that run outside of PyTorch: what is built when, from what, and how results come back."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import pytest
import torch
from torch import Tensor, nn

from sparsec.compiler.capture.models import capture
from sparsec.compiler.errors import UserError
from sparsec.compiler.ir.program import Program
from sparsec.runtime import arrays
from sparsec.runtime.arrays import ArrayCall, Executable


class Branches(nn.Module):
    """Longer sequences are doubled: the length has a condition. Returns a tensor, a size, a number, and all of it."""

    def __init__(self) -> None:
        super().__init__()
        self.layer = nn.Linear(4, 3)

    def forward(self, x: dict[str, Tensor], *, shift: Tensor | None = None) -> dict[str, Any]:
        y = self.layer(x["x"])
        y = y if shift is None else y + shift
        return {"y": y * 2 if x["x"].shape[1] > 3 else y, "rows": x["x"].shape[0], "two": 2, "same": (y, [y])}


def call(batch: int = 2, length: int = 5) -> tuple[tuple[Any, ...], dict[str, Any]]:
    return ({"x": torch.randn(batch, length, 4)},), {"shift": torch.randn(length, 3)}


class Interpreter:
    """A runtime that computes in PyTorch, on arrays, and that fixes the length, as a file would."""

    def __init__(self, fixed: Callable[[Program, int], list[int | None]]) -> None:
        self.built: list[Program] = []
        self.fixed = fixed

    def __call__(self, program: Program) -> Executable:
        self.built.append(program)
        held = program.copy(clone=True)  # the file's own weights

        def run(given: dict[str, Any]) -> Sequence[Any]:
            results = held.run([torch.from_numpy(given[name]) for name in held.input_names])
            flat = zip(results, held.returned(), strict=True)
            return [torch.as_tensor(x).numpy() for x, node in flat if isinstance(node, torch.fx.Node)]

        return Executable(run, {name: self.fixed(program, at) for at, name in enumerate(program.input_names)})


def length_alone(program: Program, at: int) -> list[int | None]:
    shape = program.inputs[at].shape
    return [None, shape[1], None] if len(shape) == 3 else [shape[0], None]


@pytest.fixture
def runtime() -> Interpreter:
    return Interpreter(length_alone)


@pytest.fixture
def program() -> Program:
    torch.manual_seed(0)
    args, kwargs = call()
    return capture(Branches().eval(), args, kwargs)


def agrees(run: ArrayCall, program: Program, batch: int = 2, length: int = 5) -> None:
    args, kwargs = call(batch, length)
    found, wanted = run(*args, **kwargs), program.module(*args, **kwargs)
    torch.testing.assert_close(found, wanted)
    assert type(found) is dict and type(found["rows"]) is int and found["two"] == 2 and type(found["same"]) is tuple


def test_results_have_the_models_structure(runtime: Interpreter, program: Program) -> None:
    agrees(ArrayCall(program, runtime), program)


def test_sizes_that_a_file_fixes_get_a_file_of_their_own(runtime: Interpreter, program: Program) -> None:
    run = ArrayCall(program, runtime)
    for batch, length, built in ((2, 5, 1), (7, 5, 1), (2, 6, 2), (3, 5, 2), (2, 6, 2), (2, 9, 3)):
        agrees(run, program, batch, length)
        assert len(runtime.built) == built
    assert [tuple(x.inputs[0].shape) for x in runtime.built] == [(2, 5, 4), (2, 6, 4), (2, 9, 4)]


def test_a_program_for_one_size_has_no_other(runtime: Interpreter, program: Program) -> None:
    ArrayCall(program, runtime)(*call(3, 7)[0], **call(3, 7)[1])
    sized = runtime.built[-1]
    assert sized.is_static() and not sized.assumptions.relations
    assert not program.is_static()


def test_only_the_last_sizes_are_kept(runtime: Interpreter, program: Program, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(arrays, "KEPT_SIZES", 2)
    run = ArrayCall(program, runtime)
    for length in (6, 7, 7, 6, 5):
        agrees(run, program, length=length)
    assert len(runtime.built) == 4  # 5, 6, 7, and 5 again


@pytest.mark.parametrize(
    "change",
    [
        lambda module: module.layer.weight.add_(1),
        lambda module: setattr(module.layer, "weight", nn.Parameter(torch.ones(3, 4))),
        lambda module: setattr(module.layer.bias, "data", torch.ones(3)),
        lambda module: module.load_state_dict({k: v + 1 for k, v in module.state_dict().items()}),
    ],
    ids=["written into", "replaced", "data replaced", "loaded"],
)
def test_changed_weights_are_noticed(change: Callable[[Any], object], runtime: Interpreter, program: Program) -> None:
    run = ArrayCall(program, runtime)
    with torch.no_grad():
        change(program.module)
    agrees(run, program)
    agrees(run, program)
    assert len(runtime.built) == 2


def test_writes_around_pytorchs_counters_are_noticed_after_some_calls(runtime: Interpreter, program: Program) -> None:
    run, (args, kwargs) = ArrayCall(program, runtime), call()
    before = run(*args, **kwargs)["y"]
    program.module.layer.bias.data.add_(1)
    after = [run(*args, **kwargs)["y"] for _ in range(200)]
    torch.testing.assert_close(after[-1], before + 2)
    assert len(runtime.built) == 2


def test_weights_of_inference_mode_have_no_version(runtime: Interpreter, program: Program) -> None:
    with torch.inference_mode():
        weight = torch.ones(3, 4)
    program.module.layer.weight = nn.Parameter(weight, requires_grad=False)
    agrees(ArrayCall(program, runtime), program)
    assert program.weights()["layer.weight"].is_inference()


def test_nothing_is_computed_of_nothing() -> None:
    class Sum(nn.Module):
        def forward(self, x: Tensor) -> Tensor:
            return x.sum(1)

    program = capture(Sum().eval(), (torch.ones(2, 3),))
    run = ArrayCall(program, Interpreter(lambda program, at: [None, None]))
    assert run(torch.ones(0, 3)).shape == (0,)


def test_inputs_of_any_memory() -> None:
    class Add(nn.Module):
        def forward(self, x: Tensor) -> Tensor:
            return x + 1

    x = torch.randn(4, 3, requires_grad=True)
    run = ArrayCall(capture(Add().eval(), (torch.ones(2, 3),)), Interpreter(lambda program, at: [None, None]))
    for given in (x, x.t()[:, :3], x[::2], torch._neg_view(x.detach())):
        torch.testing.assert_close(run(given), given.detach() + 1)


@pytest.mark.parametrize("where", ["input", "output"])
def test_types_that_no_array_has(where: str, runtime: Interpreter) -> None:
    class Round(nn.Module):
        def forward(self, x: Tensor) -> Tensor:
            return x.to(torch.float32 if where == "input" else torch.bfloat16)

    x = torch.ones(2, dtype=torch.bfloat16 if where == "input" else torch.float32)
    with pytest.raises(UserError, match="is of the type bfloat16, which no array") as caught:
        ArrayCall(capture(Round().eval(), (x,)), runtime)
    assert caught.value.code == "onnx-export-failed" and not runtime.built
