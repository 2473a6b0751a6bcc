"""The comparator: one for every dtype, and rounding is excused only as far as the model itself rounds."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

import pytest
import torch
import torch.nn.functional as F
from torch import Tensor, nn

import sparsec
from sparsec.compiler.capture.models import capture
from sparsec.compiler.comparison import differences, excused, narrowest, noise, relative_error

INF, NAN = math.inf, math.nan


@pytest.mark.parametrize(
    ("result", "expected", "error"),
    [
        (torch.tensor([1.0, 2.0]), torch.tensor([1.0, 4.0]), 0.5),
        (torch.tensor([1.0, NAN]), torch.tensor([1.0, NAN]), 0.0),
        (torch.tensor([1.0, INF, -INF]), torch.tensor([1.0, INF, -INF]), 0.0),
        (torch.tensor([1.0, INF]), torch.tensor([1.0, -INF]), INF),
        (torch.tensor([1.0, NAN]), torch.tensor([1.0, 2.0]), INF),
        (torch.tensor([1.0, 2.0]), torch.tensor([1.0, NAN]), INF),
        (torch.tensor([INF]), torch.tensor([INF]), 0.0),
        (torch.tensor([1e-3]), torch.tensor([0.0]), 1e-3),
        (torch.tensor([3 + 4j]), torch.tensor([3 + 3j]), 1 / abs(3 + 3j)),
        (torch.tensor([1, 2]), torch.tensor([1, 2]), 0.0),
        (torch.tensor([1, 2]), torch.tensor([1, 3]), INF),
        (torch.tensor([True]), torch.tensor([True]), 0.0),
        (torch.tensor([True]), torch.tensor([False]), INF),
        (torch.zeros(0, 3), torch.zeros(0, 3), 0.0),
        (torch.zeros(0, 3), torch.zeros(0, 4), INF),
        (torch.zeros(2), torch.zeros(2, 1), INF),
        (torch.zeros(2), torch.zeros(2, dtype=torch.float64), INF),
        (torch.tensor([300], dtype=torch.int16), torch.tensor([44], dtype=torch.uint8), INF),
        (3, 3, 0.0),
        (3, 4, INF),
        (None, None, 0.0),
        (None, torch.zeros(1), INF),
        (True, 1, INF),
    ],
)
def test_one_output(result: Any, expected: Any, error: float) -> None:
    assert relative_error([result], [expected]) == pytest.approx(error, rel=1e-6)


def test_another_number_of_outputs() -> None:
    assert relative_error([torch.zeros(1)], [torch.zeros(1)] * 2) == INF


def test_bytes_wrap_around_nowhere() -> None:
    """0 and 255 are 255 apart, not one."""
    (found,) = differences([torch.tensor([0], dtype=torch.uint8)], [torch.tensor([255], dtype=torch.uint8)])
    assert found.step == 255


class Net(nn.Module):
    def __init__(self, end: Callable[[Tensor], Any], width: int = 16) -> None:
        super().__init__()
        self.c, self.b = nn.Conv2d(3, width, 3, padding=1), nn.BatchNorm2d(width)
        self.d, self.end = nn.Conv2d(width, 3, 3, padding=1), end

    def forward(self, x: Tensor) -> Any:
        return self.end(self.d(torch.relu(self.b(self.c(x)))))


def net(end: Callable[[Tensor], Any]) -> nn.Module:
    torch.manual_seed(0)
    model = Net(end).eval()
    model.b.running_mean.normal_()
    model.b.running_var.uniform_(0.5, 2)
    model.c.weight.data[:4] = 0
    return model


ENDS: dict[str, Callable[[Tensor], Any]] = {
    "an image": lambda y: (y.sigmoid() * 255).round().to(torch.uint8),
    "thousandths": lambda y: (y * 1000).round().long(),
    "a spectrum": torch.fft.rfft2,
    "a decision": lambda y: y > 0.1,
    "the largest": lambda y: y.flatten(1).argmax(1),
    "infinite where negative": lambda y: y.masked_fill(y < 0, -math.inf),
    "a logarithm": lambda y: y.log(),
    "nothing": lambda y: y[:, :0],
    "several": lambda y: {"y": y, "code": y.round().int(), "count": y.shape[1], "none": None},
}


@pytest.mark.parametrize("name", ENDS)
def test_outputs_of_every_kind(name: str) -> None:
    model = net(ENDS[name])
    small = sparsec.compile(model, (torch.randn(1, 3, 48, 48),), measure=False)
    assert small.report.changed_layers
    assert small.report.error is not None


def test_an_integer_that_rounding_does_not_explain() -> None:
    """A tenth of a percent of steps of one is rounding in float32 only if float32 makes that many."""
    torch.manual_seed(0)
    program = capture(net(ENDS["thousandths"]), (torch.randn(1, 3, 160, 160),))
    (answer,) = program.run(program.inputs)

    def changed(count: int, step: int) -> Sequence[Any]:
        result = answer.clone().reshape(-1)
        result[:count] += step
        return differences([result.reshape(answer.shape)], [answer])

    def shaken() -> Any:
        return noise(program, program.inputs, [answer])

    (own,) = shaken()
    assert 0 < own.error < 0.01
    assert own.step == 1
    assert excused(changed(1, 1), 1e-4, shaken)
    assert not excused(changed(answer.numel() // 2, 1), 1e-4, shaken)
    assert not excused(changed(1, 5), 1e-4, shaken)


def test_a_chaotic_model_excuses_nothing_large() -> None:
    class Chaos(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.a = nn.Linear(4, 4)

        def forward(self, x: Tensor) -> Tensor:
            x = torch.sigmoid(self.a(x))
            for _ in range(60):
                x = 3.99 * x * (1 - x)
            return x

    torch.manual_seed(0)
    program = capture(Chaos().eval(), (torch.randn(3, 4),))
    answer = program.run(program.inputs)
    assert relative_error([answer[0] + 0.5], answer) > 0.4
    assert not excused(differences([answer[0] + 0.5], answer), 1e-4, lambda: noise(program, program.inputs, answer))


class Equal(nn.Module):
    """Constants along its rows, minus their means: in float32 zero, in float64 rounding, whatever the weights."""

    def __init__(self) -> None:
        super().__init__()
        self.conv = nn.Conv2d(2, 2, 2, padding="same", dilation=2, groups=2)
        self.layer = nn.Linear(6, 2, bias=False)

    def forward(self, x: Tensor) -> tuple[Tensor, ...]:
        y = self.conv(x)
        rest = y - y.mean(-1, keepdim=True)
        return rest, y, self.layer(rest)


def test_rounding_alone_is_seen_though_float32_has_none() -> None:
    model, random = Equal().double().eval(), torch.Generator().manual_seed(0)
    with torch.no_grad():
        model.conv.weight.zero_()
        model.conv.bias.copy_(torch.tensor([-1.2976225835861537, -0.519954850231157], dtype=torch.float64))
        model.layer.weight.copy_(torch.rand(2, 6, generator=random, dtype=torch.float64) - 0.5)
    x = torch.randn(5, 2, 2, 6, generator=random, dtype=torch.float64)
    sparsec.compile(model, (x,), measure=False, strict=True)
    program = capture(model, (x,))
    answer = program.run(program.inputs)
    rest, y, _ = answer
    assert 0 < rest.abs().max() < 1e-15 and (y.float() - y.float().mean(-1, keepdim=True)).abs().max() == 0
    for other, right in ((torch.zeros_like(rest), True), (rest + 1e-13, False)):
        found = differences([other, *answer[1:]], answer)
        assert found[0].error >= 1
        assert excused(found, 1e-10, lambda: noise(program, program.inputs, answer)) is right


CANCELS: dict[str, Callable[[Tensor], Tensor]] = {
    "minus its mean": lambda y: y - y.mean(-1, keepdim=True),
    "minus itself": lambda y: (3 * y).sum(1) - y.sum(1) * 3,
    "divided and multiplied": lambda y: y / 3 * 3.0 + y / 7 * 7 - 2 * y,
    "scaled afterwards": lambda y: (y - y.mean((2, 3), keepdim=True)) * 1e5,
}


@pytest.mark.parametrize("name", CANCELS)
@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
def test_an_output_that_is_rounding_alone(name: str, dtype: torch.dtype) -> None:
    """What is left where all cancels is not twice the same; it may be anything as small, and nothing larger."""
    torch.manual_seed(0)
    model = nn.Sequential(nn.Conv2d(3, 8, 1), nn.Conv2d(8, 5, 1)).requires_grad_(False)
    model[0].weight.zero_()  # constants, which are folded
    model = Through(model, CANCELS[name]).eval().to(dtype)
    x = torch.randn(2, 3, 6, 7, dtype=dtype)
    sparsec.compile(model, (x,), measure=False, strict=True)
    program = capture(model, (x,))
    answer = program.run(program.inputs)
    if not answer[0].any():
        return  # on this machine it cancels exactly

    def may_be(result: Tensor) -> bool:
        return excused(differences([result], answer), 1e-10, lambda: noise(program, program.inputs, answer))

    assert may_be(torch.zeros_like(answer[0]))
    assert may_be(-answer[0])
    assert not may_be(answer[0] * 1000)


class Through(nn.Module):
    def __init__(self, body: nn.Module, end: Callable[[Tensor], Tensor]) -> None:
        super().__init__()
        self.body, self.end = body, end

    def forward(self, x: Tensor) -> Tensor:
        return self.end(self.body(x))


# -------------------------------------------------------------------- mixed models


class Autocast(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.a, self.b = nn.Linear(64, 256), nn.Linear(256, 64)

    def forward(self, x: Tensor) -> Tensor:
        with torch.autocast("cpu", dtype=torch.bfloat16):
            return self.b(torch.relu(self.a(x))).float()


class Apex(nn.Module):
    """Convolutions in bfloat16, batch norm in float32."""

    def __init__(self) -> None:
        super().__init__()
        self.a, self.n, self.b = nn.Conv2d(3, 32, 3).bfloat16(), nn.BatchNorm2d(32), nn.Conv2d(32, 8, 3).bfloat16()

    def forward(self, x: Tensor) -> Tensor:
        return self.b(torch.relu(self.n(self.a(x.bfloat16())))).float()


class Inside(nn.Module):
    """float32 inside a float64 model, of the activations and of the weights alone."""

    def __init__(self) -> None:
        super().__init__()
        self.a, self.b = nn.Linear(16, 32), nn.Linear(32, 4)
        self.g, self.l = nn.Parameter(torch.rand(32)), nn.Parameter(torch.rand(32))

    def forward(self, x: Tensor) -> Tensor:
        y = self.a(x).float()
        y = y * torch.rsqrt(y.pow(2).mean(-1, keepdim=True) + 1e-6) * (-self.l.float().exp())
        return self.b((y * self.g).to(x.dtype))


class Positions(nn.Module):
    """Positions and a decay that are computed in float32 and folded, and a result in float32."""

    def __init__(self) -> None:
        super().__init__()
        self.a, self.b, self.l = nn.Linear(16, 32), nn.Linear(32, 4), nn.Parameter(torch.rand(32))

    def forward(self, x: Tensor) -> Tensor:
        wave = torch.sin(torch.arange(32, dtype=torch.float32) / 7) - self.l.float().exp()
        return self.b((self.a(x).float() * wave).to(x.dtype)).float()


class Half(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.a, self.b = nn.Linear(16, 32), nn.Linear(32, 4).half()

    def forward(self, x: Tensor) -> Tensor:
        return self.b(F.gelu(self.a(x)).half()).float()


@pytest.mark.parametrize(
    ("kind", "shape", "dtype"),
    [
        (Autocast, (4, 64), torch.float32),
        (Apex, (2, 3, 16, 16), torch.float32),
        (Inside, (4, 16), torch.float64),
        (Positions, (4, 16), torch.float64),
        (Half, (4, 16), torch.float32),
    ],
)
def test_mixed_models(kind: type[Any], shape: tuple[int, ...], dtype: torch.dtype) -> None:
    torch.manual_seed(0)
    model = kind().eval()
    model = model.double() if dtype is torch.float64 else model
    model.a.weight.data[:12] = 0
    model.a.bias.data[:12] = 0
    if hasattr(model, "n"):
        model.n.running_mean.normal_()
        model.n.running_var.uniform_(0.5, 2)
    small = sparsec.compile(model, (torch.randn(shape, dtype=dtype),), measure=False)
    assert small.report.changed_layers
    assert small.report.error < 0.05


@pytest.mark.parametrize(("kind", "dtype"), [(Autocast, torch.bfloat16), (Half, torch.float16)])
def test_the_narrowest_dtype(kind: type[nn.Module], dtype: torch.dtype) -> None:
    program = capture(kind().eval(), (torch.randn(4, 64 if kind is Autocast else 16),))
    assert narrowest(program) is dtype
