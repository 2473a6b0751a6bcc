"""The compiled module is a module, called like the model it came from."""

from __future__ import annotations

import copy
import pickle
from pathlib import Path
from typing import Any, NamedTuple

import pytest
import torch
from torch import Tensor, nn

import sparsec
from sparsec.compiler.errors import UserError


class Model(nn.Module):
    """Two inputs, a flag, a structured result, one zero filter."""

    def __init__(self) -> None:
        super().__init__()
        self.first, self.norm, self.second = nn.Linear(4, 8), nn.BatchNorm1d(8), nn.Linear(8, 3)

    def forward(self, x: Tensor, y: Tensor, *, scale: float = 1.0) -> dict[str, Tensor]:
        hidden = self.norm(self.first(x + y)).relu()
        return {"total": (x + y).sum(1), "logits": self.second(hidden) * scale}


@pytest.fixture(scope="module")
def model() -> Model:
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        made = Model().eval()
        nn.init.normal_(made.norm.running_mean)
    with torch.no_grad():
        made.second.weight[:, 2] = 0
        made.first.weight[5] = 0
    return made


@pytest.fixture(scope="module")
def inputs() -> tuple[Tensor, Tensor]:
    random = torch.Generator().manual_seed(1)
    return torch.randn(3, 4, generator=random), torch.randn(3, 4, generator=random)


@pytest.fixture(scope="module")
def small(model: Model, inputs: tuple[Tensor, Tensor]) -> Any:
    return sparsec.compile(model, inputs, measure=False)


def close(found: dict[str, Tensor], expected: dict[str, Tensor]) -> None:
    assert found.keys() == expected.keys()
    for key in expected:
        torch.testing.assert_close(found[key], expected[key], rtol=1e-5, atol=1e-6)


def test_call_by_position_and_by_keyword(small: Any, model: Model, inputs: tuple[Tensor, Tensor]) -> None:
    x, y = inputs
    with torch.no_grad():
        expected = model(x, y)
        for found in (small(x, y), small(x, y=y), small(y=y, x=x), small(x, y, scale=1.0)):
            close(found, expected)


WRONG: dict[str, tuple[tuple[Any, ...], dict[str, Any]]] = {
    "too few": ((torch.ones(3, 4),), {}),
    "too many": ((torch.ones(3, 4),) * 3, {}),
    "unknown keyword": ((torch.ones(3, 4),) * 2, {"z": 1}),
    "a list instead of a tensor": (([torch.ones(3, 4)], torch.ones(3, 4)), {}),
    "an option that the example did not give": ((torch.ones(3, 4),) * 2, {"scale": 2.0}),
}


@pytest.mark.parametrize("name", WRONG)
def test_wrong_structure(small: Any, name: str) -> None:
    args, kwargs = WRONG[name]
    with pytest.raises(UserError) as raised:
        small(*args, **kwargs)
    assert raised.value.code == "bad-inputs"


def test_it_is_a_module(small: Any, model: Model) -> None:
    assert isinstance(small, nn.Module)
    assert not small.training
    assert 0 < sum(p.numel() for p in small.parameters()) < sum(p.numel() for p in model.parameters())
    assert small.state_dict().keys() == dict(small.program.module.state_dict()).keys()
    assert small.first.weight.shape[0] < 8


def test_state_dict_round_trip(small: Any, inputs: tuple[Tensor, Tensor]) -> None:
    other = copy.deepcopy(small)
    with torch.no_grad():
        before = small(*inputs)
        for parameter in other.parameters():
            parameter.zero_()
        assert not other(*inputs)["logits"].any()
        close(small(*inputs), before)  # a copy of its own
        other.load_state_dict(small.state_dict())
        close(other(*inputs), before)


def test_to_moves_everything(small: Any, model: Model, inputs: tuple[Tensor, Tensor]) -> None:
    wide = copy.deepcopy(small).to(torch.float64)
    x, y = (i.double() for i in inputs)
    with torch.no_grad():
        found, expected = wide(x, y), copy.deepcopy(model).double()(x, y)
    assert {p.dtype for p in wide.parameters()} == {torch.float64}
    assert {value.dtype for value in found.values()} == {torch.float64}
    for key in expected:
        torch.testing.assert_close(found[key], expected[key], rtol=1e-5, atol=1e-6)


def test_a_write_to_a_parameter_is_seen(small: Any, inputs: tuple[Tensor, Tensor]) -> None:
    other = copy.deepcopy(small)
    with torch.no_grad():
        before = other(*inputs)["logits"]
        other.second.bias.add_(1.0)
        torch.testing.assert_close(other(*inputs)["logits"], before + 1.0, rtol=1e-5, atol=1e-6)


def test_gradients_flow(small: Any, inputs: tuple[Tensor, Tensor]) -> None:
    x, y = inputs
    x = x.clone().requires_grad_()
    small(x, y)["logits"].sum().backward()
    assert x.grad is not None and x.grad.abs().sum() > 0


# -------------------------------------------------------------------- names, order, copies


class Named(nn.Module):
    """Parts that are called as something of a compiled module's own."""

    def __init__(self) -> None:
        super().__init__()
        self.report, self.save, self._guards = nn.Linear(6, 8), nn.Linear(8, 8), nn.Linear(8, 4)
        self.register_buffer("program", torch.ones(4))
        self._names = nn.Parameter(torch.ones(4))

    def forward(self, x: Tensor) -> Tensor:
        return self._guards(self.save(self.report(x).relu())) * self.program * self._names


def test_parts_that_are_called_as_something_of_ours(tmp_path: Path) -> None:
    torch.manual_seed(0)
    model, x = Named().eval(), torch.randn(3, 6)
    compiled = sparsec.compile(model, (x,), measure=False)
    torch.testing.assert_close(compiled(x), model(x))
    torch.testing.assert_close(compiled.double()(x.double()), model.double()(x.double()))
    assert "report_.weight" in compiled.state_dict()
    assert str(compiled.report)
    compiled.save(tmp_path / "named.pt2")


class Keywords(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.a = nn.Linear(6, 6)

    def forward(self, x: dict[str, Tensor], **more: Tensor) -> Tensor:
        return self.a(x["a"]) * more["m"] + x["b"] - more["n"]


def test_keys_and_keywords_in_another_order() -> None:
    torch.manual_seed(0)
    model, a, b, m, n = Keywords().eval(), *(torch.randn(3, 6) for _ in range(4))
    compiled = sparsec.compile(model, ({"a": a, "b": b},), {"m": m, "n": n}, measure=False)
    torch.testing.assert_close(compiled({"b": b, "a": a}, n=n, m=m), model({"a": a, "b": b}, m=m, n=n))
    with pytest.raises(UserError) as raised:
        compiled({"a": a, "c": b}, m=m, n=n)
    assert "'c': Tensor[3, 6]" in (raised.value.note or "")


def test_a_pickled_module_computes_the_same() -> None:
    torch.manual_seed(0)
    model, x = nn.Sequential(nn.Conv2d(3, 16, 3), nn.ReLU(), nn.Conv2d(16, 8, 3)).eval(), torch.randn(2, 3, 12, 12)
    model[0].weight.data[::2] = 0
    again = pickle.loads(pickle.dumps(sparsec.compile(model, (x,), measure=False)))
    torch.testing.assert_close(again(x), model(x))
    torch.testing.assert_close(again(x[:, :, :9]), model(x[:, :, :9]))


class Pair(NamedTuple):
    y: Tensor


def test_a_result_of_a_class_that_no_file_knows(tmp_path: Path) -> None:
    class Returning(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.a = nn.Linear(6, 4)

        def forward(self, x: Tensor) -> Pair:
            return Pair(self.a(x))

    model, x = Returning().eval(), torch.randn(3, 6)
    compiled = sparsec.compile(model, (x,), measure=False)
    torch.testing.assert_close(compiled(x).y, model(x).y)
    with pytest.raises(UserError, match=r"cannot be written as a \.pt2 file"):
        compiled.save(tmp_path / "pair.pt2")
    assert not [*tmp_path.iterdir()]
