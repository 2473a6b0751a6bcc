"""``torch.compile(model, backend="sparse")``: never stale, never silent."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import torch
from torch import Tensor, nn

from sparsec.compiler.backend import FallbackWarning, last_reports
from sparsec.compiler.errors import UserError


@pytest.fixture(autouse=True)
def fresh() -> Iterator[None]:
    torch._dynamo.reset()
    yield
    torch._dynamo.reset()


def net() -> nn.Sequential:
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        model = nn.Sequential(nn.Linear(4, 8), nn.ReLU(), nn.Linear(8, 3)).eval()
    with torch.no_grad():
        model[0].weight[[1, 4]] = 0
    return model


def batch(size: int = 3) -> Tensor:
    return torch.randn(size, 4, generator=torch.Generator().manual_seed(size))


def compiled(model: nn.Module, **options: Any) -> Callable[[Tensor], Tensor]:
    return torch.compile(model, backend="sparse", options=options)  # type: ignore[no-any-return]


def agree(fast: Callable[[Tensor], Tensor], model: nn.Module, x: Tensor) -> None:
    torch.testing.assert_close(fast(x), model(x), rtol=1e-5, atol=1e-6)


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


CHANGES = {f.__name__: f for f in (in_place, through_data, a_dead_filter, replaced, loaded)}


@pytest.mark.parametrize("change", CHANGES)
def test_changed_weights_are_seen(change: str) -> None:
    model = net()
    fast = compiled(model)
    with torch.no_grad():
        agree(fast, model, batch())
        before = model(batch())
        CHANGES[change](model)
        assert not torch.equal(model(batch()), before)
        agree(fast, model, batch())


def test_version_mode_sees_what_counts_versions() -> None:
    model = net()
    fast = compiled(model, weights="version")
    with torch.no_grad():
        fast(batch())
        in_place(model)
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
    "onnxruntime": ({"target": "onnxruntime"}, "bad-option"),
    "weights": ({"weights": "sometimes"}, "bad-option"),
    "verify": ({"verify": "yes"}, "bad-option"),
    "quantize": ({"quantize": "int4"}, "bad-option"),
}


@pytest.mark.parametrize("name", WRONG)
def test_wrong_options(name: str) -> None:
    options, code = WRONG[name]
    with torch.no_grad(), pytest.raises(Exception) as raised:  # noqa: PT011  (Dynamo may wrap it)
        compiled(net(), **options)(batch())
    causes: list[BaseException | None] = [
        raised.value,
        raised.value.__cause__,
        getattr(raised.value, "inner_exception", None),
    ]
    assert code in [c.code for c in causes if isinstance(c, UserError)]


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


def test_a_graph_without_weights_falls_back_with_a_warning() -> None:
    with torch.no_grad(), pytest.warns(FallbackWarning, match="holds no weights"):
        found = torch.compile(lambda x: x.relu() + 1, backend="sparse")(batch())
    torch.testing.assert_close(found, batch().relu() + 1, rtol=0, atol=0)


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
