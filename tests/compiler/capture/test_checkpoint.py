"""Pruned checkpoints: every way in which masks, prefixes and sparse storage come, and whatever does not fit."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import safetensors.torch
import torch
from torch import Tensor, nn
from torch.ao.pruning import WeightNormSparsifier
from torch.nn.utils import parametrize, prune
from zoo.refusals import refused

import sparsec
from sparsec.compiler.capture.checkpoint import dense_weights, is_plain, unpack_bitmask
from sparsec.compiler.capture.weight_files import optional_package, read_json, read_weights, stored_names, weight_files


class Net(nn.Module):
    def __init__(self, seed: int = 0) -> None:
        super().__init__()
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(seed)
            self.first, self.norm, self.second = nn.Linear(6, 5), nn.BatchNorm1d(5), nn.Linear(5, 4)

    def forward(self, x: Tensor) -> Tensor:
        result: Tensor = self.second(self.norm(self.first(x)).relu())
        return result


class Tied(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.embed, self.head = nn.Embedding(4, 3), nn.Linear(3, 4, bias=False)
        self.head.weight = self.embed.weight

    def forward(self, x: Tensor) -> Tensor:
        result: Tensor = self.head(self.embed(x))
        return result


class Masked(nn.Module):
    """A parametrization, and what torchao's sparsifier leaves."""

    mask: Tensor

    def __init__(self, mask: Tensor) -> None:
        super().__init__()
        self.register_buffer("mask", mask)

    def forward(self, x: Tensor) -> Tensor:
        return x * self.mask


INPUT = torch.linspace(-1, 1, 18).reshape(3, 6)
MASK = torch.tensor([[1, 0, 1, 1, 0, 1]] * 4 + [[0] * 6]).float()


def pruned() -> Net:
    """A net as ``torch.nn.utils.prune`` leaves it."""
    net = Net(1).eval()
    prune.custom_from_mask(net.first, "weight", MASK)
    prune.custom_from_mask(net.second, "bias", torch.tensor([1.0, 0, 1, 0]))
    return net


def dense() -> Net:
    net = pruned()
    prune.remove(net.first, "weight")
    prune.remove(net.second, "bias")
    return net


def weights(**changes: Any) -> dict[str, Any]:
    """A dense state dict with other values here and there; ``__`` stands for a full stop."""
    return {**Net(1).state_dict(), **{name.replace("__", "."): value for name, value in changes.items()}}


def check_loaded(source: Any, masks: Any = None) -> None:
    """Loading ``source`` into a fresh net must give what the dense net computes."""
    net = Net().eval()
    assert sparsec.load_weights(net, source, masks) is net
    torch.testing.assert_close(net(INPUT), dense()(INPUT), rtol=0, atol=0)
    assert net.state_dict().keys() == Net().state_dict().keys()


def rejected(source: Any, code: str, *parts: str, masks: Any = None) -> None:
    """Loading must fail, and leave the model as it was."""
    net = Net()
    refused(code, lambda: sparsec.load_weights(net, source, masks), *parts)
    fresh = Net().state_dict()
    assert all(torch.equal(value, fresh[name]) for name, value in net.state_dict().items())


# --- masks, prefixes and wrappings


def test_masks_of_torch_prune() -> None:
    held = pruned().state_dict()
    assert {"first.weight_orig", "first.weight_mask", "second.bias_orig"} <= held.keys()
    check_loaded(held)


def test_weights_with_masks_beside_them() -> None:
    held = pruned().state_dict()
    check_loaded({name.removesuffix("_orig"): value for name, value in held.items()})
    check_loaded({name: value.bool() if name.endswith("_mask") else value for name, value in held.items()})


@pytest.mark.parametrize("suffix", ["", "_mask"])
def test_masks_apart(suffix: str, tmp_path: Path) -> None:
    held = pruned().state_dict()
    masks = {f"{name[:-5]}{suffix}": held.pop(name).int() for name in [*held] if name.endswith("_mask")}
    check_loaded(held, masks)
    torch.save(masks, tmp_path / "masks.pt")
    check_loaded({name.removesuffix("_orig"): value for name, value in held.items()}, tmp_path / "masks.pt")


def test_masks_as_parametrizations() -> None:
    net = Net(1).eval()
    bias = pruned().state_dict()["second.bias_mask"]
    parametrize.register_parametrization(net.first, "weight", Masked(MASK))
    parametrize.register_parametrization(net.first, "weight", Masked(torch.ones(5, 6)))
    parametrize.register_parametrization(net.second, "bias", Masked(bias))
    held = net.state_dict()
    assert {"first.parametrizations.weight.original", "first.parametrizations.weight.1.mask"} <= held.keys()
    net.eval()
    fresh = sparsec.load_weights(Net().eval(), held)
    torch.testing.assert_close(fresh(INPUT), net(INPUT), rtol=0, atol=0)


@pytest.mark.parametrize("prefix", ["module.", "_orig_mod.", "module._orig_mod.", "_orig_mod.module."])
@pytest.mark.parametrize("key", ["", "state_dict", "model_state_dict", "model"])
def test_prefixes_and_wrappings(prefix: str, key: str) -> None:
    held = {f"{prefix}{name}": value for name, value in pruned().state_dict().items()}
    check_loaded({key: held, "epoch": 3} if key else held)


def test_a_compiled_part_has_its_prefix_inside() -> None:
    net = pruned()
    net.first = torch.compile(net.first)  # type: ignore[assignment]
    assert "first._orig_mod.weight_orig" in net.state_dict()
    check_loaded(net.state_dict())


def test_a_model_may_have_a_module_of_its_own() -> None:
    outer, fresh = nn.Module(), nn.Module()
    outer.module, fresh.module = Net(1), Net(2)
    sparsec.load_weights(fresh, outer.state_dict())
    assert torch.equal(fresh.module.first.weight, outer.module.first.weight)


def test_what_the_model_itself_masks_is_loaded_as_it_is() -> None:
    held = pruned().state_dict()
    held["first.weight_orig"] = held["first.weight_orig"] + 1
    loaded = sparsec.load_weights(pruned(), held).state_dict()
    assert all(torch.equal(loaded[name], value) for name, value in held.items())


def test_of_tied_weights_one_is_enough() -> None:
    source, fresh = Tied(), Tied()
    held = source.state_dict()
    del held["head.weight"]
    sparsec.load_weights(fresh, held)
    assert torch.equal(fresh.head.weight, source.embed.weight)
    refused("bad-checkpoint", lambda: sparsec.load_weights(Tied(), {"tail": torch.ones(1)}), "'embed.weight'")


def test_a_count_of_batches_may_be_missing() -> None:
    held = pruned().state_dict()
    del held["norm.num_batches_tracked"]
    check_loaded(held)


def test_what_was_loaded_compiles() -> None:
    net = sparsec.load_weights(Net().eval(), pruned().state_dict())
    small = sparsec.compile(net, (INPUT,), measure=False)
    assert small.report.parameters[1] < small.report.parameters[0]
    torch.testing.assert_close(small(INPUT), net(INPUT))


@pytest.mark.parametrize(
    ("names", "plain"),
    [
        (["a.weight", "mask_token", "a.masked_bias"], True),
        (["a.weight_orig", "a.weight_mask"], False),
        (["a.parametrizations.weight.0.mask"], False),
        (["a.bitmask"], False),
        (["a._orig_mod.weight"], False),
        (["_orig_mod.weight"], False),
        (["module.a", "module.b"], False),
        (["module.a", "b"], True),
    ],
)
def test_plain_names(names: list[str], plain: bool) -> None:
    assert is_plain(names) == plain
    if plain:
        held = {name: torch.ones(2) for name in names}
        assert dense_weights(held) == held


# --- what other tools store


def nested(held: dict[str, Any]) -> dict[str, Any]:
    """A state dict by layer: ``{"first": {"weight": ...}}``."""
    found: dict[str, Any] = {}
    for name, value in held.items():
        layer, _, key = name.rpartition(".")
        found.setdefault(layer, {})[key] = value
    return found


def arrays(held: dict[str, Any]) -> dict[str, Any]:
    return {name: value.numpy() for name, value in held.items()}


PLACES: dict[str, Callable[[dict[str, Any]], dict[str, Any]]] = {
    "by layer": nested,
    "arrays": arrays,
    "arrays by layer": lambda held: nested(arrays(held)),
    "a part of an experiment": lambda held: {
        "net": held,
        "optimizer": {"state": {0: {"step": torch.ones(1)}}},
        "epoch": 3,
    },
    "net.": lambda held: {f"net.{name}": value for name, value in held.items()},
    "any prefix before all names": lambda held: {f"backbone.body.{name}": value for name, value in held.items()},
    "an average beside it": lambda held: {
        **{f"net.{name}": value for name, value in held.items()},
        **{f"ema.{name}": value + 1 for name, value in held.items()},
        "ema.decay": torch.tensor(0.9),
    },
    "an average in a part of its own": lambda held: {"model_ema": {k: v + 1 for k, v in held.items()}, "model": held},
    "nothing but the average": lambda held: {"ema": held},
    "Lightning": lambda held: {
        "state_dict": {**{f"model.{k}": v for k, v in held.items()}, "loss.weight": torch.ones(3)},
        "pytorch-lightning_version": "2.0",
        "optimizer_states": [{"state": {}}],
    },
    "torch.compile inside": lambda held: {"model": {f"module._orig_mod.{k}": v for k, v in held.items()}},
}


@pytest.mark.parametrize("kind", PLACES)
def test_where_weights_lie(kind: str) -> None:
    check_loaded(PLACES[kind](pruned().state_dict()))


@pytest.mark.parametrize("kind", [kind for kind in PLACES if "average" not in kind])
def test_where_masks_lie(kind: str) -> None:
    held = pruned().state_dict()
    masks = {name[:-5]: held.pop(name) for name in [*held] if name.endswith("_mask")}
    check_loaded({name.removesuffix("_orig"): value for name, value in held.items()}, PLACES[kind](masks))


@pytest.mark.parametrize("key", ["masks", "mask"])
def test_masks_beside_the_weights(key: str) -> None:
    held = pruned().state_dict()
    masks = {name[:-5]: held.pop(name) for name in [*held] if name.endswith("_mask")}
    check_loaded({"model": {name.removesuffix("_orig"): value for name, value in held.items()}, key: nested(masks)})
    model, source = (nn.ModuleDict({key: nn.Linear(2, 2), "other": nn.Linear(2, 2)}) for _ in range(2))
    sparsec.load_weights(model, nested(source.state_dict()))
    assert all(torch.equal(value, source.state_dict()[name]) for name, value in model.state_dict().items())


def test_weights_that_are_there_twice() -> None:
    held = weights()
    both = {f"{part}.{name}": value for part in ("left", "right") for name, value in held.items()}
    rejected(both, "bad-checkpoint", "unexpected: 'left.first.bias'")
    both = {"state_dict": both}
    parts = ("the checkpoint holds what the model needs more than once", "below 'state_dict.left', 'state_dict.right'")
    rejected(both, "bad-checkpoint", *parts)


def test_other_weights_beside_an_unknown_prefix_are_not_dropped() -> None:
    held = {f"body.{name}": value for name, value in weights().items()} | {"head.weight": torch.ones(2)}
    rejected(held, "bad-checkpoint", "unexpected: 'body.first.bias'")


FILTERS = torch.tensor([1.0, 0, 1, 1, 0])


@pytest.mark.parametrize("shape", [(5,), (5, 1)])
@pytest.mark.parametrize("key", ["first.weight_mask", "first.mask"])
def test_masks_of_filters(shape: tuple[int, ...], key: str) -> None:
    held = weights()
    net = sparsec.load_weights(Net(), held | {key: FILTERS.reshape(shape)})
    assert torch.equal(net.first.weight, held["first.weight"] * FILTERS[:, None])


@pytest.mark.parametrize("name", ["first", "first.weight", "first.weight_mask", "first.mask"])
def test_names_of_masks_apart(name: str) -> None:
    net = sparsec.load_weights(Net(), weights(), {name: FILTERS.bool()})
    assert torch.equal(net.first.weight, weights()["first.weight"] * FILTERS[:, None])


@pytest.mark.parametrize("shape", [(4,), (4, 1, 1, 1), (1, 4, 1, 1)])
@pytest.mark.parametrize("kind", [nn.Conv2d, nn.ConvTranspose2d])
def test_filters_of_convolutions(kind: Any, shape: tuple[int, ...]) -> None:
    """A filter of a transposed convolution lies along dimension 1, however many inputs there are."""
    source, keep = nn.Sequential(kind(4, 4, 3)), torch.tensor([1.0, 0, 1, 0])
    held = {**source.state_dict(), "0.weight_mask": keep.reshape(shape)}
    along = int(kind is nn.ConvTranspose2d)
    if len(shape) == 4 and shape.index(4) != along:
        refused("bad-checkpoint", lambda: sparsec.load_weights(nn.Sequential(kind(4, 4, 3)), held), "the shape of its")
        return
    net = sparsec.load_weights(nn.Sequential(kind(4, 4, 3)), held)
    outputs = net(torch.ones(1, 4, 5, 5)) - net[0].bias.view(1, 4, 1, 1)
    assert outputs.abs().amax((0, 2, 3)).gt(0).tolist() == [True, False, True, False]


def test_what_a_layer_calls_mask_may_be_something_else() -> None:
    rejected(weights(first__mask=torch.ones(7, 7)), "bad-checkpoint", "unexpected: 'first.mask'")


def test_sparsifiers_of_torch_ao() -> None:
    """They keep their masks themselves, and leave the weights as they were."""
    net = Net(1).eval()
    sparsifier = WeightNormSparsifier(sparsity_level=0.5, sparse_block_shape=(1, 2))
    sparsifier.prepare(net, [{"tensor_fqn": "first.weight"}, {"tensor_fqn": "second.weight"}])
    sparsifier.step()
    held = net.state_dict()
    assert "first.parametrizations.weight.original" in held
    fresh = sparsec.load_weights(Net().eval(), held, sparsifier.state_dict())
    torch.testing.assert_close(fresh(INPUT), net(INPUT), rtol=0, atol=0)
    assert int((fresh.first.weight == 0).sum()) >= 14
    rejected(held, "bad-checkpoint", "unexpected: 'first.parametrizations.weight.original'")


# --- masks that do not fit


def test_a_mask_of_another_shape() -> None:
    held = pruned().state_dict() | {"first.weight_mask": torch.ones(5, 2)}
    note = "the mask is float32[5, 2], the weight is float32[5, 6]"
    rejected(held, "bad-checkpoint", "mask 'first.weight_mask' does not have the shape of its weight", note)


def test_a_mask_with_other_values() -> None:
    held = pruned().state_dict() | {"first.weight_mask": MASK * 0.5}
    rejected(held, "bad-checkpoint", "mask 'first.weight_mask' is not made of zeros and ones", "such as 0.5")


def test_a_mask_with_nan() -> None:
    held = pruned().state_dict() | {"first.weight_mask": MASK.where(MASK == 0, torch.nan)}
    rejected(held, "bad-checkpoint", "is not made of zeros and ones", "16 of its 30 values", "such as nan")


def test_a_mask_that_is_no_tensor() -> None:
    held = pruned().state_dict() | {"first.weight_mask": None}
    rejected(held, "bad-checkpoint", "mask 'first.weight_mask' cannot be multiplied in")


def test_masks_apart_that_belong_nowhere() -> None:
    rejected(weights(), "bad-checkpoint", "mask 'third.weight' belongs to no weight", masks={"third.weight": MASK})
    rejected(pruned().state_dict(), "bad-checkpoint", "is given twice", masks={"first.weight": MASK})


def test_a_mask_without_weight_is_a_name_too_many() -> None:
    rejected(weights(third__weight_mask=MASK), "bad-checkpoint", "unexpected: 'third.weight_mask'")


def test_a_weight_that_is_there_twice_is_ambiguous() -> None:
    held = pruned().state_dict() | weights()
    rejected(held, "bad-checkpoint", "unexpected: 'first.weight_mask', 'first.weight_orig', 'second.bias_mask' and 1")


def test_a_parametrization_that_is_no_mask() -> None:
    net = Net(1)
    parametrize.register_parametrization(net.first, "weight", Masked(MASK))
    held = net.state_dict() | {"first.parametrizations.weight.1.scale": torch.ones(1)}
    rejected(held, "bad-checkpoint", "unexpected: 'first.parametrizations.weight.1.scale'")


# --- weights that do not fit


def test_names_that_do_not_fit() -> None:
    held = {f"x{name}": value for name, value in weights().items()}
    parts = ("the checkpoint does not fit 'Net'", "missing: 'first.bias', 'first.weight', 'norm.bias' and 5 more; ")
    rejected(held, "bad-checkpoint", *parts, "unexpected: 'xfirst.bias'")


def test_a_shape_that_does_not_fit() -> None:
    held = weights(second__weight=torch.ones(4, 6))
    note = "the model's is [4, 5], the checkpoint's is [4, 6]"
    rejected(held, "bad-checkpoint", "weight 'second.weight' has another shape than the model's", note)


def test_a_weight_that_is_no_tensor() -> None:
    rejected(weights(first__bias=[1.0]), "bad-checkpoint", "weight 'first.bias' is not a tensor", "of type 'list'")


def test_integers_are_quantised() -> None:
    held = weights(first__weight=torch.ones(5, 6, dtype=torch.int8))
    rejected(held, "quantized-model", "weight 'first.weight' is quantised", "int8[5, 6]", "sparse-24-bitmask")


def test_8_bit_floats_are_quantised() -> None:
    held = weights(first__weight=torch.ones(5, 6).to(torch.float8_e4m3fn))
    rejected(held, "quantized-model", "weight 'first.weight' is quantised", "float8_e4m3fn[5, 6]")


@pytest.mark.parametrize("name", ["weight_packed", "weight_scale", "qweight"])
def test_names_of_quantised_weights(name: str) -> None:
    held = {**weights(), f"first.{name}": torch.ones(5, dtype=torch.int32)}
    rejected(held, "quantized-model", "the checkpoint holds quantised weights", f"'first.{name}' belongs to one")


def test_half_precision_is_not_quantised() -> None:
    held = weights(first__weight=torch.full((5, 6), 0.5, dtype=torch.bfloat16))
    assert bool((sparsec.load_weights(Net(), held).first.weight == 0.5).all())


@pytest.mark.parametrize(
    ("source", "note"),
    [
        ({}, "a value of type 'dict'"),
        ({"epoch": 1, "loss": 2.0}, "it holds 'epoch', 'loss'"),
        ({"state_dict": {"epoch": 1}}, "it holds 'epoch'"),
        ([torch.ones(1)], "a value of type 'list'"),
    ],
)
def test_no_state_dict(source: Any, note: str) -> None:
    rejected(source, "bad-checkpoint", "the checkpoint holds no state dict", note)


# --- the sparse formats of compressed-tensors


def packed(weight: Tensor, mask: Tensor | None = None) -> dict[str, Tensor]:
    """What compressed-tensors 0.9 stores for a weight; 2:4 keeps zeros too, so the mask is its own."""
    kept = weight != 0 if mask is None else mask
    counts = kept.sum(-1)
    values = weight[kept]
    return {
        "shape": torch.tensor(weight.shape),
        "compressed": values,
        "bitmask": torch.from_numpy(np.packbits(kept.numpy(), axis=-1, bitorder="little")),
        "row_offsets": torch.cumsum(counts, 0) - counts,
    }


def test_a_bitmask_as_the_format_defines_it() -> None:
    """Written out by hand: bit 0 is the first column, and rows begin with a byte of their own."""
    bitmask = torch.tensor([[0b00000101, 0b1], [0b10000000, 0b0]], dtype=torch.uint8)
    weight = unpack_bitmask("w", torch.tensor([1.0, 2.0, 3.0, 4.0]), bitmask, torch.tensor([[2], [9]]))
    expected = torch.zeros(2, 9)
    expected[0, 0], expected[0, 2], expected[0, 8], expected[1, 7] = 1, 2, 3, 4
    assert torch.equal(weight, expected)


@pytest.mark.parametrize("shape", [(1, 1), (3, 8), (5, 13), (4, 3, 3, 3), (16,), (2, 0)])
@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16, torch.float64])
def test_bitmasks_of_all_shapes(shape: tuple[int, ...], dtype: torch.dtype) -> None:
    random = torch.Generator().manual_seed(0)
    weight = torch.randn(shape, generator=random).to(dtype) * (torch.rand(shape, generator=random) > 0.5)
    parts = packed(weight)
    assert torch.equal(unpack_bitmask("w", parts["compressed"], parts["bitmask"], parts["shape"]), weight)


@pytest.mark.parametrize("place", ["first", "first.weight"])
@pytest.mark.parametrize("offsets", [True, False])
def test_bitmasks_in_a_state_dict(place: str, offsets: bool) -> None:
    held = dense().state_dict()
    parts = packed(held.pop("first.weight"))
    held |= {f"{place}.{part}": value for part, value in parts.items() if offsets or part != "row_offsets"}
    check_loaded(held)


def test_a_2_4_bitmask_keeps_zeros() -> None:
    """Its values form a matrix, half as wide as the weight, and may be zero."""
    weight = torch.tensor([[1.0, 0, 0, 2, 0, 0, 3, 0], [0, 0, 0, 0, 4, 5, 0, 0]])
    mask = torch.tensor([[1, 0, 0, 1, 0, 1, 1, 0], [1, 1, 0, 0, 1, 1, 0, 0]]).bool()
    parts = packed(weight, mask)
    assert torch.equal(unpack_bitmask("w", parts["compressed"].view(2, 4), parts["bitmask"], parts["shape"]), weight)


def test_bitmasks_that_do_not_fit() -> None:
    held = dense().state_dict()
    parts = {f"first.{part}": value for part, value in packed(held.pop("first.weight")).items()}
    rejected(
        held | parts | {"first.shape": torch.tensor([5, 9])},
        "bad-checkpoint",
        "mask 'first.weight.bitmask' does not fit its weight",
        "uint8[5, 1], the weight is [5, 9]",
    )
    rejected(held | parts | {"first.shape": torch.tensor([-5, 6])}, "bad-checkpoint", "the weight is [-5, 6]")
    rejected(held | parts | {"first.bitmask": torch.ones(5, 1)}, "bad-checkpoint", "it is float32[5, 1]")
    rejected(
        held | parts | {"first.compressed": torch.ones(3)},
        "bad-checkpoint",
        "mask 'first.weight.bitmask' does not fit its values",
        "it marks 16 places, and its values are 3",
    )


def test_quantised_values_in_a_bitmask() -> None:
    held = dense().state_dict()
    parts = packed(held.pop("first.weight"))
    parts["compressed"] = parts["compressed"].to(torch.float8_e4m3fn)
    rejected(
        held | {f"first.{part}": value for part, value in parts.items()},
        "quantized-model",
        "weight 'first.weight' is quantised",
        "its values are float8_e4m3fn[16]",
    )


# --- files


def save_pickle(held: dict[str, Tensor], path: Path) -> None:
    torch.save(held, path)


def save_old_pickle(held: dict[str, Tensor], path: Path) -> None:
    torch.save(held, path, _use_new_zipfile_serialization=False)


def save_safetensors(held: dict[str, Tensor], path: Path) -> None:
    safetensors.torch.save_file({name: value.contiguous() for name, value in held.items()}, path)


WRITERS = [
    ("net.pt", save_pickle),
    ("net.pth", save_pickle),
    ("net.bin", save_old_pickle),
    ("net.safetensors", save_safetensors),
]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize(("name", "write"), WRITERS)
def test_files(name: str, write: Callable[[dict[str, Tensor], Path], None], folder: Path) -> None:
    held = pruned().state_dict()
    write(held, Path(name))
    check_loaded(name)
    check_loaded(folder / name)
    assert sorted(stored_names(Path(name))) == sorted(held)


def save_shards(folder: Path, held: dict[str, Tensor]) -> None:
    """Two files and an index, as save_pretrained writes them."""
    names = sorted(held)
    places = {name: f"model-0000{1 + (at > 3)}-of-00002.safetensors" for at, name in enumerate(names)}
    for file in set(places.values()):
        save_safetensors({name: held[name] for name in names if places[name] == file}, folder / file)
    (folder / "model.safetensors.index.json").write_text(json.dumps({"metadata": {}, "weight_map": places}))


@pytest.mark.parametrize("separator", [".", "/"])
def test_archives_of_arrays(folder: Path, separator: str) -> None:
    held = arrays(pruned().state_dict())
    np.savez(folder / "net.npz", **{name.replace(".", separator): value for name, value in held.items()})
    check_loaded("net.npz")
    assert sorted(stored_names(Path("net.npz"))) == sorted(held)
    content = Path("net.npz").read_bytes()
    Path("net.npz").write_bytes(content[: len(content) // 2])
    rejected("net.npz", "bad-file", "'net.npz' cannot be read")


def test_archives_of_objects_are_not_run(folder: Path) -> None:
    np.savez(folder / "net.npz", weight=np.array([Trap()], dtype=object))
    rejected("net.npz", "bad-file", "'net.npz' cannot be read", "allow_pickle=False")
    assert not Path("trapped").exists()


def test_pickles_of_arrays(folder: Path) -> None:
    held = arrays(pruned().state_dict())
    torch.save({"state_dict": held, "loss": np.float64(0.5)}, "net.pt")
    check_loaded("net.pt")
    torch.save({"state_dict": {"weight": np.array([Trap()], dtype=object)}}, "net.pt")
    rejected("net.pt", "bad-file", "'net.pt' cannot be read")
    assert not Path("trapped").exists()


def test_folders_and_shards(folder: Path) -> None:
    save_shards(folder, pruned().state_dict())
    check_loaded(folder)
    check_loaded("model.safetensors.index.json")
    assert [file.name for file in weight_files(folder)] == [
        "model-00001-of-00002.safetensors",
        "model-00002-of-00002.safetensors",
    ]


def test_a_single_file_comes_before_an_index(folder: Path) -> None:
    save_shards(folder, weights())
    save_safetensors(pruned().state_dict(), folder / "model.safetensors")
    check_loaded(folder)


def test_missing_files(folder: Path) -> None:
    rejected("none.pt", "bad-file", "there is no file 'none.pt'")
    rejected(folder, "bad-file", f"folder '{folder}' holds no weights", "model.safetensors.index.json")
    save_shards(folder, pruned().state_dict())
    Path("model-00002-of-00002.safetensors").unlink()
    parts = ("files that 'model.safetensors.index.json' lists are missing", "no 'model-00002-of-00002.safetensors'")
    rejected("model.safetensors.index.json", "bad-file", *parts)


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ('{"weight_map": {}}', "'a.index.json' lists no files"),
        ("{}", "'a.index.json' lists no files"),
        ("[1]", "'a.index.json' does not hold a JSON object"),
        ("{", "'a.index.json' cannot be read"),
    ],
)
def test_an_index_that_is_none(folder: Path, text: str, part: str) -> None:
    Path("a.index.json").write_text(text)
    rejected("a.index.json", "bad-file", part)


def test_json_that_is_missing(folder: Path) -> None:
    refused("bad-file", lambda: read_json(Path("config.json")), "'config.json' cannot be read", "No such file")


@pytest.mark.parametrize(("name", "write"), WRITERS)
@pytest.mark.parametrize("share", [0.0, 0.02, 0.5, 0.99])
def test_truncated_files(
    name: str, write: Callable[[dict[str, Tensor], Path], None], share: float, folder: Path
) -> None:
    write(pruned().state_dict(), Path(name))
    content = Path(name).read_bytes()
    Path(name).write_bytes(content[: int(share * len(content))])
    rejected(name, "bad-file", f"'{name}' cannot be read", "truncated, damaged or no checkpoint")
    refused("bad-file", lambda: stored_names(Path(name)), f"'{name}' cannot be read")


@pytest.mark.parametrize("name", ["net.pt", "net.safetensors"])
def test_files_of_another_kind(folder: Path, name: str) -> None:
    Path(name).write_text("hello, this is a text and no checkpoint of any kind")
    rejected(name, "bad-file", f"'{name}' cannot be read")


class Trap:
    """Unpickling it would write a file."""

    def __reduce__(self) -> tuple[Any, ...]:
        return Path.touch, (Path("trapped"),)


@pytest.mark.parametrize("content", [Net(), {"state_dict": Net().state_dict(), "config": Trap()}])
def test_files_are_not_run(folder: Path, content: object) -> None:
    torch.save(content, "net.pt")
    error = refused("bad-file", lambda: read_weights("net.pt"), "'net.pt' holds more than weights")
    assert error.note is not None and error.note.startswith("reading it would run code: it asks for '")
    assert not Path("trapped").exists()


def test_a_file_without_weights(folder: Path) -> None:
    torch.save({"epoch": 3}, "net.pt")
    rejected("net.pt", "bad-checkpoint", "'net.pt' holds no state dict", "it holds 'epoch'")


# --- packages


def test_safetensors_may_be_missing(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    save_safetensors(weights(), Path("net.safetensors"))
    monkeypatch.setitem(sys.modules, "safetensors", None)
    part = "'safetensors' is needed to read 'net.safetensors'"
    rejected("net.safetensors", "missing-package", part, "it is not installed", "pip install safetensors")
    refused("missing-package", lambda: stored_names(Path("net.safetensors")), part)


@pytest.mark.parametrize(
    ("line", "note"),
    [
        ("import a_package_that_nobody_has", "ModuleNotFoundError: No module named 'a_package_that_nobody_has'"),
        ("raise RuntimeError('operator does not exist')", "RuntimeError: operator does not exist"),
        (
            "try:\n    1 / 0\nexcept ZeroDivisionError as error:\n    raise ImportError('see above') from error",
            "ZeroDivisionError: division by zero",
        ),
    ],
)
def test_a_package_may_be_broken(folder: Path, monkeypatch: pytest.MonkeyPatch, line: str, note: str) -> None:
    Path("broken_package_of_a_test.py").write_text(line)
    monkeypatch.syspath_prepend(folder)
    work = lambda: optional_package("broken_package_of_a_test", "test")  # noqa: E731
    refused("missing-package", work, "'broken_package_of_a_test' is installed and cannot be imported", note)
