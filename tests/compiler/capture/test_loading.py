"""Loading is all or nothing: whatever does not fit is found before the first weight is written."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

import pytest
import torch
from torch import Tensor, nn

import sparsec
from sparsec.compiler.errors import UserError

pytestmark = pytest.mark.filterwarnings("ignore:.*(S|s)parse.*:UserWarning")


def net(**changes: Any) -> nn.Sequential:
    model = nn.Sequential(nn.Linear(8, 16), nn.BatchNorm1d(16), nn.ReLU(), nn.Linear(16, 4))
    for name, value in changes.items():
        setattr(model.get_submodule(name[1]), name[3:], value)
    return model


def stored(model: nn.Module, **changes: Any) -> dict[str, Any]:
    """A checkpoint that differs from the model everywhere; ``_3_weight`` stands for ``3.weight``."""
    held = {name: value.detach() + 1 for name, value in model.state_dict().items()}
    return {**held, **{name[1:].replace("_", ".", 1): value for name, value in changes.items()}}


def rejected(model: nn.Module, held: dict[str, Any], code: str, *parts: str) -> None:
    before = copy.deepcopy(model.state_dict())
    with pytest.raises(UserError) as caught:
        sparsec.load_weights(model, held)
    assert caught.value.code == code, str(caught.value)
    assert caught.value.hint and all(part in str(caught.value) for part in parts), str(caught.value)
    after = model.state_dict()
    assert all(torch.equal(after[name], value) for name, value in before.items())


@pytest.mark.parametrize("make", ["to_sparse", "to_sparse_csr", "to_sparse_csc"])
def test_sparse_checkpoints(make: str) -> None:
    model = net()
    held = stored(model)
    wanted = held["3.weight"].clone()
    wanted[:, :3] = 0
    sparsec.load_weights(model, held | {"3.weight": getattr(wanted, make)()})
    assert torch.equal(model[3].weight, wanted)
    assert all(torch.equal(value, held[name]) for name, value in model.state_dict().items() if name != "3.weight")


def test_sparse_checkpoints_with_masks() -> None:
    model = net()
    held = stored(model)
    mask = (torch.arange(64).reshape(4, 16) % 3 > 0).float()
    wanted = held["3.weight"] * mask
    held |= {"3.weight": held["3.weight"].to_sparse(), "3.weight_mask": mask.to_sparse()}
    sparsec.load_weights(model, held)
    assert torch.equal(model[3].weight, wanted)


BAD: dict[str, tuple[Any, str, str]] = {
    "another shape, sparse": (torch.ones(4, 5).to_sparse(), "bad-checkpoint", "'3.weight' has another shape"),
    "meta": (torch.ones(4, 16, device="meta"), "unsupported-tensor", "'3.weight' of the checkpoint is on the meta"),
    "complex": (torch.ones(4, 16, dtype=torch.complex64), "bad-checkpoint", "numbers that the model's cannot"),
    "too large": (torch.full((4, 16), 1e300, dtype=torch.float64), "bad-checkpoint", "numbers that the model's cannot"),
    "integers": (torch.ones(4, 16, dtype=torch.int32), "quantized-model", "'3.weight' is quantised"),
}


@pytest.mark.parametrize("kind", BAD)
def test_values_that_do_not_fit(kind: str) -> None:
    value, code, part = BAD[kind]
    model = net()
    rejected(model, stored(model, _3_weight=value), code, part)


def test_integers_of_the_model() -> None:
    model = net()
    rejected(model, stored(model, _1_num_batches_tracked=torch.tensor(1.5)), "bad-checkpoint", "numbers that the model")
    sparsec.load_weights(model, stored(model, _1_num_batches_tracked=torch.tensor(7.0)))
    assert int(model[1].num_batches_tracked) == 7


def test_infinite_values_and_narrow_types_load() -> None:
    model = net().half()
    held = stored(model, _3_bias=torch.tensor([1.0, float("-inf"), float("nan"), 1 / 3]))
    sparsec.load_weights(model, held)
    torch.testing.assert_close(model[3].bias.detach(), held["3.bias"].half(), equal_nan=True)


ODD: dict[str, tuple[Callable[[Tensor], Any], str, str]] = {
    "sparse": (lambda w: w.to_sparse_csr(), "bad-checkpoint", "'3.weight' cannot be written into"),
    "expanded": (lambda w: w[:1].expand(4, 16), "bad-checkpoint", "strides [0, 1]"),
    "meta": (lambda w: w.to("meta"), "unsupported-tensor", "'3.weight' of the model is on the meta device"),
}


@pytest.mark.parametrize("kind", ODD)
def test_weights_of_the_model_that_cannot_be_written(kind: str) -> None:
    convert, code, part = ODD[kind]
    model = net()
    held = stored(model)
    model[3].weight = nn.Parameter(convert(model[3].weight.detach()))
    before = model[0].weight.detach().clone()
    with pytest.raises(UserError) as caught:
        sparsec.load_weights(model, held)
    assert caught.value.code == code and part in str(caught.value), str(caught.value)
    assert torch.equal(model[0].weight, before)


def test_tied_weights_cannot_become_different() -> None:
    model = nn.Sequential(nn.Linear(4, 4), nn.Linear(4, 4))
    model[1].weight = model[0].weight
    held = stored(model)
    sparsec.load_weights(model, held)
    assert torch.equal(model[0].weight, held["1.weight"])
    rejected(model, stored(model, _1_weight=torch.ones(4, 4)), "bad-checkpoint", "shares memory with others")


def test_weights_in_one_buffer() -> None:
    model, buffer = nn.Sequential(nn.Linear(4, 4, bias=False), nn.Linear(4, 4, bias=False)), torch.zeros(32)
    model[0].weight, model[1].weight = (nn.Parameter(buffer[start : start + 16].view(4, 4)) for start in (0, 16))
    held = stored(model)
    sparsec.load_weights(model, held)
    assert torch.equal(buffer, torch.cat([held["0.weight"].flatten(), held["1.weight"].flatten()]))
    model[1].weight = nn.Parameter(buffer[8:24].view(4, 4))
    ramp = {"0.weight": torch.arange(16.0).view(4, 4), "1.weight": torch.zeros(4, 4)}
    rejected(model, ramp, "bad-checkpoint", "shares memory")


def test_a_models_own_weights_in_another_order() -> None:
    """What is read must not have been written before."""
    model = nn.Sequential(nn.Linear(4, 4, bias=False), nn.Linear(4, 4, bias=False))
    first, second = (part.weight.detach().clone() for part in model)
    sparsec.load_weights(model, {"0.weight": model[1].weight, "1.weight": model[0].weight})
    assert torch.equal(model[0].weight, second) and torch.equal(model[1].weight, first)


def test_models_and_checkpoints_of_inference_mode() -> None:
    with torch.inference_mode():
        model = net()
        held = stored(model)
    sparsec.load_weights(model, held)
    assert all(torch.equal(value, held[name]) for name, value in model.state_dict().items())
    with torch.inference_mode():
        fresh = sparsec.load_weights(net(), stored(model))
    assert torch.equal(fresh[0].weight, held["0.weight"] + 1)


class Picky(nn.Linear):
    """Fails once its weights have been written."""

    def _load_from_state_dict(self, *args: Any) -> None:
        super()._load_from_state_dict(*args)
        raise ValueError("not this one")


def test_a_module_whose_own_loading_fails() -> None:
    model = nn.Sequential(nn.Linear(4, 4), Picky(4, 4))
    rejected(
        model, stored(model), "bad-checkpoint", "'Sequential' cannot load the checkpoint", "ValueError: not this one"
    )
