"""Graphs that Dynamo captured: what varies, what is traced, and when."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Any

import pytest
import torch
from torch import Tensor, nn

from sparsec.compiler import backend
from sparsec.compiler.backend import last_reports
from sparsec.compiler.errors import PassError
from sparsec.compiler.ir.tracing import alone

from .dynamo import agree, batch, compiled, net

pytestmark = pytest.mark.usefixtures("fresh_dynamo")


# ---------------------------------------------------------------- numbers


class Number(nn.Module):
    def __init__(self, use: Callable[[Tensor, int], Any]) -> None:
        super().__init__()
        self.net, self.use = net().requires_grad_(False), use

    def forward(self, x: Tensor, n: int) -> Any:
        return self.use(self.net(x), n)


USES: dict[str, Callable[[Tensor, int], Any]] = {
    "factor": lambda y, n: y * n,
    "summand": lambda y, n: y + n / 2,
    "size": lambda y, n: y.new_ones(n, 3) * y.sum(),
    "expand": lambda y, n: y.expand(n, *y.shape),
    "slice": lambda y, n: y.repeat(1, 4)[:, :n],
    "index": lambda y, n: y.repeat(1, 4)[:, n],
    "power": lambda y, n: y.square() ** n,
    "range": lambda y, n: torch.arange(n) + y.sum(),
    "result": lambda y, n: (y, n + 1),
    "branch": lambda y, n: y * n if n > 5 else y - n,
    "roll": lambda y, n: torch.roll(y, n, 1),
    "parity": lambda y, n: y.reshape(-1) if n % 2 else y,
}


@pytest.mark.parametrize(
    ("use", "dynamic"), [*((use, None) for use in USES), *((use, True) for use in ("factor", "slice", "result"))]
)
def test_a_number_that_changes(use: str, dynamic: bool | None) -> None:
    model = Number(USES[use]).eval()
    fast: Any = torch.compile(model, backend="sparse", dynamic=dynamic)
    with torch.no_grad():
        for n in (3, 4, 7, 2, 9, 6):
            agree(fast, model, batch(), n)
    assert len(last_reports()) >= 1
    assert all(report.parameters[1] < report.parameters[0] for report in last_reports())


@pytest.mark.filterwarnings("ignore::sparsec.compiler.errors.FallbackWarning")
@pytest.mark.parametrize("use", ["factor", "summand", "roll", "result", "slice", "branch"])
def test_negative_numbers_and_zero(use: str) -> None:
    """Export takes numbers to be none of the former, and sizes none of the latter: such calls run as they came."""
    model = Number(USES[use]).eval()
    fast = compiled(model)
    with torch.no_grad():
        for n in (3, 5, -2, 0, 1, -7):
            agree(fast, model, batch(), n)


def test_a_number_is_compiled_once_more_when_it_changes() -> None:
    model = Number(USES["factor"]).eval()
    fast = compiled(model)
    with torch.no_grad():
        for n in (3, 4, 5, 6, 7):
            agree(fast, model, batch(), n)
    assert len(last_reports()) == 2


# ---------------------------------------------------------------- names


class Nested(nn.Module):
    """Weights in a list, in a sequence, and of the module itself."""

    def __init__(self) -> None:
        super().__init__()
        self.body = nn.Sequential(nn.Linear(4, 6), nn.ReLU())
        self.items = nn.ModuleList([nn.Linear(6, 3)])
        self.weight = nn.Parameter(torch.randn(2, 3))

    def forward(self, x: Tensor) -> Tensor:
        return nn.functional.linear(self.items[0](self.body(x)), self.weight)


def test_layers_have_the_names_that_they_have_in_the_model() -> None:
    model, others = Nested().eval(), [Nested().eval(), Nested().eval()]
    with torch.no_grad():
        compiled(model)(torch.randn(2, 4))
        fast: Any = torch.compile(lambda x: others[0](x) + others[1](x), backend="sparse")
        torch.testing.assert_close(fast(torch.ones(2, 4)), others[0](torch.ones(2, 4)) + others[1](torch.ones(2, 4)))
    names = ["body.0.weight", "items.0.weight", "weight"]
    assert [layer.name for layer in last_reports()[0].layers] == names
    both = [layer.name for layer in last_reports()[1].layers]
    assert len({*both}) == 6 and {*names} < {*both}  # names of two models may be alike


# ---------------------------------------------------------------- sizes

VIEWS: dict[str, Callable[[Tensor], Tensor]] = {
    "as it is": lambda x: x,
    "a part of another": lambda x: x[1:, :, 1:, 1:],
    "transposed": lambda x: x.transpose(1, 2),
    "a transposed part": lambda x: x[:, :, :, 1:].transpose(1, 2),
    "every second": lambda x: x[..., ::2],
    "one place seen often": lambda x: x[:, :, :, :1].expand(-1, -1, -1, 6),
}


@pytest.mark.parametrize("view", VIEWS)
def test_inputs_with_strides_of_their_own(view: str) -> None:
    """Padding by repetition asks for the memory format, and PyTorch relates the strides to sizes."""
    model = nn.Conv2d(5, 4, 2, padding=1, padding_mode="replicate").eval().requires_grad_(False)
    model.weight[1] = 0
    fast = torch.compile(model, backend="sparse", dynamic=True, options={"strict": True})
    for images, rows in ((8, 9), (4, 7)):
        agree(fast, model, VIEWS[view](torch.randn(images, 5, 5, rows)))


# ---------------------------------------------------------------- autocast


class Mixed(nn.Module):
    """Layers in and out of autocast, with casts by hand, which export checks the types of."""

    def __init__(self, device: str = "cpu") -> None:
        super().__init__()
        self.a, self.b, self.c = (nn.Linear(8, 8) for _ in range(3))
        self.device = device

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor]:
        x = self.a(x)
        with torch.autocast(self.device, torch.bfloat16):
            y = self.b(x)
            with torch.autocast(self.device, enabled=False):
                z = self.a(y.float().relu())
            w = self.b(z.to(y.dtype))
        return self.c(x + y + w), y


@pytest.mark.parametrize(("outer", "dynamic"), [(None, None), (torch.bfloat16, None), (None, True)], ids=str)
def test_autocast_inside(outer: torch.dtype | None, dynamic: bool | None) -> None:
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        model = Mixed().eval().requires_grad_(False)
        for layer in (model.a, model.b):
            layer.weight[:4] = layer.weight[:, :4] = 0
    fast: Any = torch.compile(model, backend="sparse", dynamic=dynamic)
    with torch.no_grad(), torch.autocast("cpu", outer, enabled=outer is not None):
        for size in (3, 4, 5):
            x = torch.randn(size, 8, generator=torch.Generator().manual_seed(size))
            for found, wanted in zip(fast(x), model(x), strict=True):
                assert found.dtype == wanted.dtype
                torch.testing.assert_close(found, wanted, rtol=2e-2, atol=2e-2)
    assert len(last_reports()) >= 1


# ---------------------------------------------------------------- tracing


@pytest.mark.filterwarnings("ignore:.*weights change from call to call")
def test_weights_that_change_are_compiled_in_without_tracing(monkeypatch: pytest.MonkeyPatch) -> None:
    model = net().requires_grad_(False)
    fast = compiled(model)
    with torch.no_grad():
        agree(fast, model, batch())
        monkeypatch.setattr(torch.export, "export", None)
        model[2].weight.mul_(2)
        agree(fast, model, batch())
        model[0].weight[[2, 3]] = 0
        model[0].bias[[2, 3]] = 0
        for _ in range(8):  # it has to stay as it is for some calls
            agree(fast, model, batch())
    assert len(last_reports()) == 3
    assert last_reports()[-1].parameters[1] < last_reports()[0].parameters[1]


@pytest.mark.parametrize("weights", ["watch", "content", "version"])
def test_weights_that_change_meanwhile_are_not_half_compiled_in(weights: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Another thread writes: the result is neither that of the old weights nor that of the new."""
    model, times = net().requires_grad_(False), iter(range(100))
    compile_program = backend.compile_program

    def disturbed(program: Any, **options: Any) -> Any:
        result = compile_program(program, **options)
        if next(times) % 2 == 0:
            model[2].weight.mul_(3)
            raise PassError("the result differs", pass_name="demote")
        return result

    monkeypatch.setattr(backend, "compile_program", disturbed)
    fast = compiled(model, weights=weights)
    with torch.no_grad():
        agree(fast, model, batch())
        model[2].weight.mul_(2)
        for _ in range(3):
            agree(fast, model, batch())
    assert next(times) == 4


def test_weights_that_change_at_the_end_are_compiled_in_again(monkeypatch: pytest.MonkeyPatch) -> None:
    model, times = net().requires_grad_(False), iter(range(100))
    compile_program = backend.compile_program

    def disturbed(program: Any, **options: Any) -> Any:
        result = compile_program(program, **options)
        if next(times) == 0:
            model[2].weight.mul_(3)
        return result

    monkeypatch.setattr(backend, "compile_program", disturbed)
    fast = compiled(model)
    with torch.no_grad():
        for _ in range(3):
            agree(fast, model, batch())
    assert next(times) == 2


def test_other_threads_do_not_export(monkeypatch: pytest.MonkeyPatch) -> None:
    answers: list[bool] = []
    monkeypatch.setattr(torch.compiler, "_is_exporting_flag", True)
    with alone():
        assert torch.compiler.is_exporting()
        thread = threading.Thread(target=lambda: answers.append(torch.compiler.is_exporting()))
        thread.start()
        thread.join()
    assert answers == [False] and torch.compiler.is_exporting()


@pytest.mark.slow
def test_threads_call_while_graphs_are_compiled() -> None:
    """Weights change and new sizes come up while others call: nobody fails, and nobody gets old answers in the end."""
    model = net().requires_grad_(False)
    fast = compiled(model, weights="version")
    wrong: list[BaseException] = []
    stop = threading.Event()

    def work() -> None:
        try:
            with torch.no_grad():
                while not stop.is_set():
                    for size in range(2, 8):
                        fast(batch(size))
        except BaseException as error:  # noqa: BLE001  (a thread's errors are lost otherwise)
            wrong.append(error)

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    with torch.no_grad():
        for _ in range(5):
            time.sleep(0.5)
            model[2].weight.mul_(1.5)
    time.sleep(0.5)
    stop.set()
    for thread in threads:
        thread.join()
    assert not wrong
    with torch.no_grad():
        for size in range(2, 8):
            agree(fast, model, batch(size))
