"""Masks stay, whatever is done to a model while it is tuned, and come off with zeros in their place."""

from __future__ import annotations

import copy
import io
from pathlib import Path
from typing import Any

import pytest
import torch
from torch import Tensor, nn
from torch.nn.utils import parametrizations, parametrize, prune
from torch.optim.swa_utils import AveragedModel, get_ema_multi_avg_fn

import sparsec
from sparsec.pruning import Result, hold


class Net(nn.Module):
    """Two layers of one weight between two others."""

    def __init__(self) -> None:
        super().__init__()
        self.first, self.head = nn.Linear(8, 16), nn.Linear(16, 4)
        self.second, self.third = nn.Linear(16, 16), nn.Linear(16, 16)
        self.third.weight = self.second.weight

    def forward(self, x: Tensor) -> Tensor:
        out: Tensor = self.head(self.third(self.second(self.first(x).relu()).relu()).relu())
        return out


def net() -> Net:
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        return Net().eval()


X = torch.linspace(-1, 1, 40).reshape(5, 8)
MASKS = {
    "first.weight": torch.arange(128).reshape(16, 8) % 2 == 0,
    "second.weight": torch.arange(256).reshape(16, 16) % 3 == 0,
    "head.bias": torch.tensor([True, False, True, True]),
    "head.weight": torch.ones(4, 16, dtype=torch.bool),
}


def held() -> Net:
    model = net()
    assert hold(model, MASKS) is model
    return model


def zeros_stay(model: Any) -> bool:
    """Whether all masked weights are zero, and others are not."""
    pairs = [
        (getattr(model.get_submodule(name.rpartition(".")[0]), name.rpartition(".")[2]), m) for name, m in MASKS.items()
    ]
    return all(not bool(value[~mask].any()) and bool((value[mask] != 0).all()) for value, mask in pairs)


def train(model: nn.Module, steps: int = 3, **options: Any) -> None:
    optimiser = torch.optim.AdamW(model.parameters(), lr=0.05, weight_decay=0.1, **options)
    for step in range(steps):
        optimiser.zero_grad()
        (model(X.to(next(model.parameters()).dtype)) - step).square().mean().backward()
        optimiser.step()


def test_a_mask_of_ones_holds_nothing_and_a_tied_weight_has_one_mask() -> None:
    model = held()
    assert zeros_stay(model) and not parametrize.is_parametrized(model.head, "weight")
    lists = [layer.parametrizations["weight"] for layer in (model.second, model.third)]
    assert lists[0].original is lists[1].original and lists[0][0] is lists[1][0]
    assert len([*model.parameters()]) == len([*net().parameters()])


def test_zeros_stay_zero_in_training_and_come_off_as_zeros() -> None:
    model, before = held(), net()
    train(model)
    assert zeros_stay(model) and not torch.equal(model.second.weight, before.second.weight)
    answer = model(X)
    parameter = model.second.parametrizations["weight"].original
    assert sparsec.finalize(model) is model
    assert type(model.first) is nn.Linear and zeros_stay(model) and torch.equal(model(X), answer)
    assert model.second.weight is model.third.weight is parameter
    assert model.state_dict().keys() == before.state_dict().keys()


def test_an_optimiser_from_before_still_trains_it() -> None:
    model = net()
    optimiser = torch.optim.SGD(model.parameters(), lr=0.1)
    hold(model, MASKS)
    old = model.second.weight.detach().clone()
    model(X).square().mean().backward()
    optimiser.step()
    assert zeros_stay(model) and not torch.equal(model.second.weight, old)
    sparsec.finalize(model)
    old = model.second.weight.detach().clone()
    model(X).square().mean().backward()
    optimiser.step()
    assert not torch.equal(model.second.weight, old)


@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16, torch.float64])
def test_masks_survive_conversion_and_copies(dtype: torch.dtype) -> None:
    model = copy.deepcopy(held().to(dtype))
    assert model.first.weight.dtype is dtype and zeros_stay(model)
    train(model)
    assert zeros_stay(model)
    assert zeros_stay(sparsec.finalize(copy.deepcopy(model)))


def test_masks_stay_masks_where_all_buffers_are_converted() -> None:
    """``model.type(dtype)`` converts them, too, and so did whoever saved them as numbers."""
    model = held().type(torch.bfloat16)
    train(model)
    assert zeros_stay(model) and model.first.weight.dtype is torch.bfloat16
    numbers = {name: value.float() for name, value in model.state_dict().items()}
    for assign in (False, True):
        other = hold(net(), {name: torch.zeros_like(mask) for name, mask in MASKS.items()})
        other.load_state_dict({name: x for name, x in numbers.items() if "head.weight" not in name}, strict=False)
        other.load_state_dict(numbers, strict=False, assign=assign)
        assert torch.equal(other.first.weight != 0, MASKS["first.weight"])


def test_what_has_masks_is_said_to_have_some() -> None:
    """Whatever put them there, a weight with a mask is computed, and pruning leaves it."""
    result = sparsec.prune(held(), sparsity=0.5, args=(X,))
    assert "(first, second, third): its weight is computed (sparsec.finalize makes" in str(result)
    model = net()
    for name in ("first", "second", "third", "head"):
        prune.l1_unstructured(model.get_submodule(name), "weight", 0.3)
    with pytest.raises(sparsec.UserError, match="no neuron that may go") as raised:
        sparsec.prune(model, units="neuron", sparsity=0.5, args=(X,))
    assert "first: its weight is computed (sparsec.finalize" in str(raised.value)


def test_masks_survive_other_weights() -> None:
    """A file of the held model brings its masks; one without masks leaves them; a weight that is set is masked."""
    model, file = held(), io.BytesIO()
    torch.save(model.state_dict(), file)
    file.seek(0)
    model.load_state_dict(torch.load(file))
    assert zeros_stay(model)
    dense = {name: torch.ones_like(value) for name, value in model.state_dict().items() if not name.endswith(".mask")}
    model.load_state_dict(dense, assign=True)
    assert zeros_stay(model) and int(model.first.weight.sum().detach()) == 64
    with torch.no_grad():
        model.first.weight = torch.full((16, 8), 2.0)  # type: ignore[assignment]
    assert zeros_stay(model)
    with pytest.raises(RuntimeError, match="Missing key"):
        model.load_state_dict({name: value for name, value in dense.items() if "original" not in name})


def test_infinite_numbers_under_a_mask_are_zero() -> None:
    model = held()
    with torch.no_grad():
        model.first.parametrizations["weight"].original[~MASKS["first.weight"]] = torch.nan
    assert zeros_stay(model) and bool(torch.isfinite(model(X)).all())
    model(X).sum().backward()
    assert bool(torch.isfinite(model.first.parametrizations["weight"].original.grad).all())


def test_masks_survive_moving_averages() -> None:
    model = held()
    averaged = AveragedModel(model, multi_avg_fn=get_ema_multi_avg_fn(0.5))
    for _ in range(2):
        train(model, 1)
        averaged.update_parameters(model)
    assert zeros_stay(averaged.module)


def test_masks_survive_training_in_parallel(tmp_path: Path) -> None:
    """One process of DistributedDataParallel, which broadcasts buffers and reduces gradients."""
    if not torch.distributed.is_available():
        pytest.skip("PyTorch was built without distributed training")
    store = torch.distributed.FileStore(str(tmp_path / "store"), 1)
    torch.distributed.init_process_group("gloo", store=store, rank=0, world_size=1)
    try:
        model = held()
        train(nn.parallel.DistributedDataParallel(model))
        assert zeros_stay(model)
    finally:
        torch.distributed.destroy_process_group()


def test_what_is_held_again_keeps_both_masks() -> None:
    model = held()
    hold(model, {"second.weight": torch.arange(256).reshape(16, 16) % 2 == 0})
    assert int((model.third.weight != 0).sum()) == len(range(0, 256, 6))
    assert len(model.second.parametrizations["weight"]) == 1


def test_a_held_model_compiles_as_it_is() -> None:
    model = net()
    mask = torch.ones(16, 8, dtype=torch.bool)
    mask[:8] = False
    hold(model, {"first.weight": mask})
    small = sparsec.compile(model, (X,), measure=False)
    torch.testing.assert_close(small(X), model(X), rtol=1e-4, atol=1e-5)
    assert any(layer.outputs[1] < layer.outputs[0] for layer in small.report.layers)


KINDS: dict[str, tuple[nn.Module, tuple[int, ...]]] = {
    "conv": (nn.Conv2d(3, 4, 3, groups=1), (2, 3, 6, 6)),
    "transposed": (nn.ConvTranspose1d(3, 4, 3), (2, 3, 6)),
    "lstm": (nn.LSTM(4, 6, 2, batch_first=True), (2, 3, 4)),
    "norm": (nn.BatchNorm1d(6), (5, 6)),
    "encoder": (nn.TransformerEncoderLayer(8, 2, 16, dropout=0.0, batch_first=True), (2, 3, 8)),
}


@pytest.mark.parametrize("name", KINDS)
def test_every_kind_of_layer_is_held(name: str) -> None:
    """Whatever reads a weight reads it masked, also after a step; each half of each parameter goes."""
    kind, shape = KINDS[name]
    model, x = copy.deepcopy(kind), torch.randn(shape, generator=torch.Generator().manual_seed(0))
    with torch.no_grad():
        for parameter in model.parameters():
            parameter += torch.linspace(0.5, 1, parameter.numel()).reshape(parameter.shape)
    masks = {key: torch.arange(value.numel()).reshape(value.shape) % 2 == 0 for key, value in model.named_parameters()}
    hold(model, masks)
    optimiser = torch.optim.AdamW(model.parameters(), lr=0.1)
    for _ in range(2):
        out = model(x)
        (out[0] if isinstance(out, tuple) else out).square().sum().backward()
        optimiser.step()
    with torch.no_grad():
        before = model.eval()(x)
        plain = sparsec.finalize(model)
        torch.testing.assert_close(plain(x), before)
    for key, mask in masks.items():
        value = plain.get_parameter(key)
        assert not bool(value[~mask].any()) and bool((value[mask] != 0).all())


def test_masks_of_torch_come_off_too() -> None:
    model = net()
    prune.l1_unstructured(model.first, "weight", 0.5)
    prune.random_unstructured(model.first, "bias", 3)
    hold(model, {"head.bias": MASKS["head.bias"]})
    answer = model(X)
    sparsec.finalize(model)
    assert torch.equal(model(X), answer) and int((model.first.weight == 0).sum()) == 64
    assert model.state_dict().keys() == net().state_dict().keys() and not model.first._forward_pre_hooks


def test_a_plain_model_stays_as_it_is() -> None:
    model = net()
    assert torch.equal(sparsec.finalize(model)(X), net()(X))


def test_a_result_can_be_tuned() -> None:
    model = net()
    result: Result = sparsec.prune(model, [X, X + 1], sparsity=0.5, units="neuron", keep=["head"])
    tunable = result.tunable()
    assert torch.equal(tunable(X), result.model(X))
    train(tunable)
    plain = sparsec.finalize(tunable)
    assert plain.state_dict().keys() == model.state_dict().keys()
    for name, mask in result.masks.items():
        assert not bool(plain.get_parameter(name)[~mask].any())
    assert not torch.equal(plain(X), result.model(X))


@pytest.mark.parametrize(
    ("masks", "what"),
    [
        ({"first.weigth": MASKS["first.weight"]}, "no parameter 'first.weigth'"),
        ({"none.weight": MASKS["first.weight"]}, "no parameter 'none.weight'"),
        ({"first.weight": MASKS["first.weight"].float()}, "is torch.float32 of shape"),
        ({"first.weight": MASKS["second.weight"]}, "of shape .16, 16."),
        ({"first.weight": 3}, "is a int"),
    ],
)
def test_masks_that_do_not_fit(masks: Any, what: str) -> None:
    model = net()
    with pytest.raises(sparsec.UserError, match=what):
        hold(model, {"second.weight": MASKS["second.weight"], **masks})
    assert not parametrize.is_parametrized(model.second)


def test_beside_other_parametrizations() -> None:
    model = parametrizations.weight_norm(nn.Linear(8, 16))
    with pytest.raises(sparsec.UserError, match="no parameter 'weight'"):
        hold(model, {"weight": MASKS["first.weight"]})
    other = hold(nn.Linear(8, 16), {"weight": MASKS["first.weight"]})
    parametrize.register_parametrization(other, "weight", nn.Identity())
    with pytest.raises(sparsec.UserError, match="a parametrization beside its mask"):
        sparsec.finalize(other)


def test_masks_come_off_one_copy_and_stay_on_others() -> None:
    """Deep copies share the class that PyTorch makes for a parametrized module."""
    model = held()
    best = copy.deepcopy(model)
    plain = sparsec.finalize(best)
    assert not parametrize.is_parametrized(plain.first)
    assert zeros_stay(plain) and zeros_stay(model)
    torch.testing.assert_close(model(X), plain(X))
    again = copy.deepcopy(model)
    hold(again, {"first.bias": torch.arange(16) % 2 == 0})
    assert bool((model.first.bias != 0).all()) and not bool(again.first.bias[1::2].any())
    assert not parametrize.is_parametrized(model.first, "bias")


def test_what_is_no_model_has_no_masks() -> None:
    with pytest.raises(sparsec.UserError, match="'int' is not a model"):
        sparsec.finalize(5)  # type: ignore[arg-type]
