"""Data that pruning looks at: whatever a user has, in batches; what cannot be used is said."""

from __future__ import annotations

import inspect
import json
from collections import UserDict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from PIL import Image
from safetensors.torch import save_file
from torch import Tensor, nn
from torch.utils.data import DataLoader, TensorDataset

from sparsec.compiler.capture.models import capture
from sparsec.compiler.errors import UserError
from sparsec.compiler.pruning.data import Data
from sparsec.compiler.pruning.readings import Images, Text


class Net(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.linear = nn.Linear(3, 2)

    def forward(self, x: Tensor) -> Tensor:
        return self.linear(x).relu()


class Reader(nn.Module):
    """As encoders are called."""

    def __init__(self) -> None:
        super().__init__()
        self.table = nn.Embedding(256, 4)

    def forward(self, input_ids: Tensor, attention_mask: Tensor | None = None, labels: Tensor | None = None) -> Tensor:
        return self.table(input_ids)


class Pair(nn.Module):
    def forward(self, a: Tensor, b: Tensor) -> Tensor:
        return a + b


def drawn(*shape: int, seed: int = 0) -> Tensor:
    return torch.randn(shape, generator=torch.Generator().manual_seed(seed))


X = drawn(6, 3)


# -------------------------------------------------------------------- what data may be


@pytest.mark.parametrize(
    ("data", "batches", "samples"),
    [
        ([X[:2], X[2:]], 2, 6),
        ([(X[:2],), (X[2:],)], 2, 6),
        ([{"x": X[:2]}, {"x": X[2:]}], 2, 6),
        ([((X[:2],), {})], 1, 2),
        (((X[:2],), {}), 1, 2),
        (((X[:2],), (X[2:],)), 2, 6),
        (UserDict({"x": X}), 1, 6),
        ([UserDict({"x": X.numpy()})], 1, 6),
        (X, 1, 6),
        ((X,), 1, 6),
        ({"x": X}, 1, 6),
        (X.numpy(), 1, 6),
        ([X[:2].numpy()], 1, 2),
        (DataLoader(TensorDataset(X), batch_size=2), 3, 6),
        (TensorDataset(X), 1, 6),
        ((X[at : at + 1] for at in range(6)), 6, 6),
    ],
)
def test_whatever_is_iterable_is_batches(data: Any, batches: int, samples: int) -> None:
    found = Data.of(data, Net())
    assert len(found) == batches
    assert found.samples == samples
    assert found.bytes == samples * 3 * 4
    read = torch.cat([args[0] if args else kwargs["x"] for args, kwargs in found])
    assert torch.equal(read, X[:samples])
    assert f"{samples} sample" in found.says()


def test_what_is_no_input_is_a_label() -> None:
    y = torch.arange(6)
    assert torch.equal(Data.of([(X, y)], Net()).labels[0], y)
    assert torch.equal(Data.of(DataLoader(TensorDataset(X, y), batch_size=6), Net()).labels[0], y)
    several = Data.of([(X, y, y + 1)], Net())
    assert len(several.batches[0][0]) == 1
    assert [x[0].item() for x in several.labels[0]] == [0, 1]
    named = Data.of([{"x": X, "weight": y}], Net())
    assert list(named.batches[0][1]) == ["x"]
    assert torch.equal(named.labels[0]["weight"], y)


def test_inputs_may_be_nested() -> None:
    class Nested(nn.Module):
        def forward(self, parts: dict[int, Tensor], state: tuple[Tensor, Tensor]) -> Tensor:
            return parts[0] + parts[1] + state[0] + state[1]

    ((args, _),) = Data.of([({0: X.numpy(), 1: X}, (X, X.numpy()))], Nested())
    assert [*args[0]] == [0, 1] and torch.equal(args[0][0], X) and torch.equal(args[1][1], X)


def test_labels_by_which_a_model_would_compute_a_loss_are_no_input() -> None:
    ids = torch.ones(2, 3, dtype=torch.long)
    found = Data.of([{"input_ids": ids, "labels": ids}], Reader())
    assert list(found.batches[0][1]) == ["input_ids"]
    assert torch.equal(found.labels[0]["labels"], ids)


def test_where_nothing_is_known_of_the_model_all_is_input() -> None:
    found = Data.of([(X, X)])
    assert len(found.batches[0][0]) == 2
    assert found.labels == (None,)


def test_signatures_exported_programs_and_programs_say_what_they_take() -> None:
    exported = torch.export.export(Net().eval(), (X,))
    for model in (inspect.signature(Net().forward), exported, capture(Net().eval(), (X,)), capture(exported)):
        found = Data.of([(X, X)], model)
        assert len(found.batches[0][0]) == 1
        assert Data.of([{"x": X}], model).samples == 6
        with pytest.raises(UserError):
            Data.of([{"y": X}], model)


def test_the_order_of_names_does_not_matter() -> None:
    y = drawn(6, 3, seed=1)
    exported = torch.export.export(Pair().eval(), (), {"a": X, "b": y})
    for model in (Pair(), exported, capture(exported), None):
        found = Data.of([{"a": X, "b": y}, {"b": y, "a": X}], model)
        assert [[*kwargs] for _, kwargs in found] == [["a", "b"], ["a", "b"]]
    turned = torch.export.export(Pair().eval(), (), {"b": y, "a": X})
    assert Data.of([{"a": X, "b": y}], turned).samples == 6


def test_a_file_of_a_program_is_a_model(tmp_path: Path) -> None:
    torch.export.save(torch.export.export(Net().eval(), (X,)), tmp_path / "net.pt2")
    assert Data.of([X], tmp_path / "net.pt2").samples == 6
    assert "there is no file" in refused([X], tmp_path / "none.pt2")


def test_a_program_of_fixed_sizes_takes_no_others() -> None:
    exported = torch.export.export(Net().eval(), (X,))
    with pytest.raises(UserError, match="batch 2: input 'x' does not fit the exported program"):
        Data.of([X, X[:2]], exported)
    assert not Data.of([X], exported).split().separate


def test_a_generator_may_write_all_batches_into_one_tensor() -> None:
    def batches() -> Iterator[Tensor]:
        held = torch.empty(1, 3)
        for at in range(3):
            yield held.copy_(X[at])

    assert torch.equal(torch.cat([args[0] for args, _ in Data.of(batches(), Net())]), X[:3])


def test_data_is_not_changed() -> None:
    x, before = X.clone().requires_grad_(), X.clone()
    found = Data.of([x], Net())
    found.split()
    assert torch.equal(x.detach(), before)
    assert x.requires_grad
    assert not found.batches[0][0][0].requires_grad


def test_data_is_data() -> None:
    found = Data.of([X])
    assert Data.of(found, Net()) is found


# -------------------------------------------------------------------- bounds


def test_endless_data_ends() -> None:
    def endless() -> Iterator[Tensor]:
        while True:
            yield X

    found = Data.of(endless(), Net(), samples=100)
    assert found.samples == 100
    assert "samples=" in found.says()
    assert Data.of(endless(), Net(), samples=None, limit=1000).bytes <= 1000


def test_a_batch_beyond_the_limit_is_refused() -> None:
    with pytest.raises(UserError, match="one batch takes 72 bytes, and the limit is 50 bytes") as caught:
        Data.of([X], Net(), limit=50)
    assert caught.value.code == "bad-option"


@pytest.mark.parametrize("option", ["samples", "limit", "batch"])
@pytest.mark.parametrize("value", [0, -1, 2.5, True])
def test_limits_are_numbers(option: str, value: Any) -> None:
    with pytest.raises(UserError, match=f"'{option}' is"):
        Data.of([X], Net(), **{option: value})


# -------------------------------------------------------------------- refused


def refused(data: Any, model: Any = None, **options: Any) -> str:
    with pytest.raises(UserError) as caught:
        Data.of(data, model or Net(), **options)
    return str(caught.value)


def test_what_cannot_be_used_is_said() -> None:
    assert "is empty" in refused([])
    assert "is empty" in refused(iter(()))
    assert "input 'x' of batch 2 is empty: float32[0, 3]" in refused([X, X[:0]])
    assert "data of type 'int' cannot be read" in refused(3)
    assert "data of type 'Net' cannot be read" in refused(Net())
    assert "batch 1 is of type 'int'" in refused([1, 2])
    assert "batch 1 holds no tensor" in refused([(None,)])
    assert "batch 1 does not fit 'Net.forward(x: " in refused([{"y": X}])
    assert "batch 2 differs from the first one in more than sizes" in refused([X, X.double()])
    assert "batch 2 is not structured like the first one" in refused([X, {"x": X}])
    assert "there is no file 'nowhere.npz'" in refused("nowhere.npz")
    assert "the data is no file" in refused([X], reading=Images(8))
    assert "'int' is not a model" in refused([X], 3)


@pytest.mark.parametrize(("bad", "word"), [(float("nan"), "NaN"), (float("inf"), "infinity")])
def test_numbers_that_are_none_are_refused_by_place(bad: float, word: str) -> None:
    worse = X.clone()
    worse[1, 2] = bad
    assert f"input 'b' of batch 2 holds {word}, 1 time in 18 numbers" in refused([(X, X), (X, worse)], Pair())
    assert f"input 'b['c']' of batch 1 holds {word}" in refused([{"a": X, "b": {"c": worse}}], Pair())


def test_a_mask_of_infinities_is_welcome() -> None:
    mask = torch.zeros(4, 4).masked_fill(torch.ones(4, 4).triu(1).bool(), float("-inf"))
    assert len(Data.of([(drawn(4, 4), mask)], Pair())) == 1


def test_inputs_elsewhere_than_the_model_are_refused() -> None:
    assert "input 'x' of batch 1 is on 'cpu', and 'Net' on 'meta'" in refused([X], Net().to("meta"))
    assert "on the meta device" in refused([X.to("meta")])


# -------------------------------------------------------------------- digest, split, padding


def test_the_digest_follows_contents_alone() -> None:
    digest = Data.of([X[:2], X[2:]], Net()).digest
    assert digest == Data.of(iter([X[:2].clone(), X[2:]]), Net()).digest
    assert digest == Data.of([(X[:2], 1), (X[2:], 2)], Net()).digest
    others = [[X[2:], X[:2]], [X], [X[:2], X[2:] + 1], [X[:2].double(), X[2:].double()], [{"x": X[:2]}]]
    assert len({digest, *(Data.of(x, Net()).digest for x in others)}) == 1 + len(others)
    assert Data.of([X.bfloat16()]).digest != Data.of([X.half()]).digest


def test_batches_are_held_out() -> None:
    data = Data.of([(drawn(2, 3, seed=at), at) for at in range(10)], Net())
    split = data.split(0.2, seed=3)
    assert (len(split.calibration), len(split.held_out)) == (8, 2)
    assert sorted(split.calibration.labels + split.held_out.labels) == list(range(10))
    assert split.name == "2 of 10 batches held out, drawn with seed 3"
    assert split.separate
    assert data.split(0.2, seed=3).held_out.digest == split.held_out.digest
    assert len({data.split(0.2, seed=seed).held_out.labels for seed in range(9)}) > 1


def test_of_one_batch_samples_are_held_out() -> None:
    data = Data.of([(X, torch.arange(6), list("abcdef"))], Net())
    split = data.split(1 / 3)
    (kept, _), (apart, _) = split.calibration.batches[0], split.held_out.batches[0]
    assert (len(kept[0]), len(apart[0])) == (4, 2)
    numbers, letters = split.held_out.labels[0]
    assert torch.equal(apart[0], X[numbers])
    assert letters == ["abcdef"[at] for at in numbers]
    assert torch.equal(torch.cat([kept[0], apart[0]]).sort(dim=0).values, X.sort(dim=0).values)
    assert "2 of 6 samples" in split.name


def test_what_cannot_be_divided_is_not_called_held_out() -> None:
    for data in ([X[:1]], [(X, drawn(3))]):
        split = Data.of(data).split()
        assert split.calibration is split.held_out
        assert not split.separate
        assert "nothing held out" in split.name


@pytest.mark.parametrize("share", [0, 1, -0.5, float("nan")])
def test_a_share_is_between_none_and_all(share: float) -> None:
    with pytest.raises(UserError, match="is not between 0 and 1"):
        Data.of([X]).split(share)


def test_padding_is_known_by_the_name_of_its_mask() -> None:
    ids, mask = torch.ones(2, 3, dtype=torch.long), torch.tensor([[1, 1, 0], [1, 1, 1]])
    wanted = mask.bool()
    by_name = Data.of([{"input_ids": ids, "attention_mask": mask}], Reader())
    by_place = Data.of([(ids, mask)], Reader())
    added = Data.of([(ids, torch.zeros(2, 3).masked_fill(~wanted, -1e9))], Reader())
    torchs = Data.of([{"src": ids, "src_key_padding_mask": ~wanted}])
    for data in (by_name, by_place, added, torchs):
        kept = data.rows_kept(data.batches[0])
        assert kept is not None and torch.equal(kept, wanted)
    for data in (Data.of([ids], Reader()), Data.of([{"attention_mask": mask[:, None]}])):
        assert data.rows_kept(data.batches[0]) is None


# -------------------------------------------------------------------- files


@pytest.mark.parametrize("names", [("a", "b"), ("arr_0", "arr_1")])
def test_arrays_by_name_or_in_order(tmp_path: Path, names: tuple[str, str]) -> None:
    arrays = dict(zip(names, (drawn(7, 3), drawn(7, 3, seed=1)), strict=True))
    np.savez(tmp_path / "data.npz", **{name: x.numpy() for name, x in arrays.items()})
    save_file(arrays, tmp_path / "data.safetensors")
    for file in (tmp_path / "data.npz", str(tmp_path / "data.safetensors")):
        found = Data.of(file, Pair(), batch=3)
        assert [len(next(iter([*args, *kwargs.values()]))) for args, kwargs in found] == [3, 3, 1]
        parts = [args or (kwargs["a"], kwargs["b"]) for args, kwargs in found]
        for at, whole in enumerate(arrays.values()):
            assert torch.equal(torch.cat([part[at] for part in parts]), whole)


def test_a_model_of_fixed_batch_gets_whole_batches(tmp_path: Path) -> None:
    np.savez(tmp_path / "data.npz", x=drawn(7, 3).numpy())
    found = Data.of(tmp_path / "data.npz", torch.export.export(Net().eval(), (drawn(2, 3),)))
    assert len(found) == 3
    assert found.samples == 6


def test_arrays_of_several_lengths_are_one_batch(tmp_path: Path) -> None:
    np.savez(tmp_path / "data.npz", a=drawn(7, 3).numpy(), b=drawn(3).numpy())
    assert len(Data.of(tmp_path / "data.npz", Pair(), batch=2)) == 1


def test_arrays_that_are_no_inputs_are_refused(tmp_path: Path) -> None:
    np.savez(tmp_path / "data.npz", pixels=X.numpy())
    said = refused(tmp_path / "data.npz")
    assert "are not called like the inputs of 'Net'" in said
    assert "it holds pixels; the inputs are x" in said
    (tmp_path / "broken.npz").write_bytes(b"PK")
    assert "cannot be read" in refused(tmp_path / "broken.npz")
    assert "taken as they are" in refused(tmp_path / "data.npz", reading=Images(8))


@pytest.fixture
def pictures(tmp_path: Path) -> Path:
    for at in range(5):
        folder = tmp_path / f"class{at % 2}"
        folder.mkdir(exist_ok=True)
        Image.new("RGB", (20, 12), (40 * at, 0, 255)).save(folder / f"{at}.png")
    (tmp_path / "notes.txt").write_text("not a picture")
    return tmp_path


def test_pictures_are_prepared_as_stated(pictures: Path) -> None:
    how = Images(8, resize=10, mean=(0.5, 0.5, 0.5), std=(0.5, 0.25, 0.5))
    found = Data.of(pictures, None, reading=how, batch=2)
    assert [args[0].shape for args, _ in found] == [(2, 3, 8, 8), (2, 3, 8, 8), (1, 3, 8, 8)]
    assert "8 x 8 out of the middle" in found.says()
    values = torch.cat([args[0] for args, _ in found])
    assert torch.allclose(values[:, 1:].amax(dim=(0, 2, 3)), torch.tensor([-2.0, 1.0]))
    reds = (values[:, 0].mean(dim=(1, 2)) * 0.5 + 0.5) * 255
    assert torch.allclose(reds.sort().values, 40.0 * torch.arange(5), atol=1e-3)


def test_what_is_cut_out_is_the_middle(tmp_path: Path) -> None:
    image = np.zeros((8, 16), dtype=np.uint8)
    image[:, 4:12] = 255
    Image.fromarray(image).save(tmp_path / "x.png")
    ((args, _),) = Data.of(tmp_path, reading=Images((8, 8), mean=(0.0,), std=(1.0,)))
    assert torch.equal(args[0], torch.ones(1, 1, 8, 8))


def test_pictures_that_cannot_be_read_are_named(pictures: Path) -> None:
    assert "nobody said how" in refused(pictures)
    assert "not by Text" in refused(pictures, reading=Text(len))
    (pictures / "bad.jpg").write_bytes(b"nothing")
    assert "bad.jpg' cannot be read as a picture" in refused(pictures, reading=Images(8))


@pytest.mark.parametrize(
    "options", [{"size": 0}, {"size": 8, "resize": 4}, {"size": 8, "mean": (0.5,)}, {"size": 8, "std": (0.0, 1.0, 1.0)}]
)
def test_pictures_of_no_size_are_refused(options: Any) -> None:
    with pytest.raises(UserError):
        Images(**options)


def letters(text: str) -> list[int]:
    return [ord(x) for x in text]


def test_texts_become_tokens_and_a_mask(tmp_path: Path) -> None:
    (tmp_path / "texts.txt").write_text("abc\n\nabcdefgh\nx\n")
    found = Data.of(tmp_path / "texts.txt", Reader(), reading=Text(letters, length=5, pad=7), batch=2)
    assert [kwargs["input_ids"].shape for _, kwargs in found] == [(2, 5), (1, 5)]
    assert found.batches[0][1]["input_ids"].tolist() == [[97, 98, 99, 7, 7], [97, 98, 99, 100, 101]]
    kept = found.rows_kept(found.batches[0])
    assert kept is not None and kept.tolist() == [[True] * 3 + [False] * 2, [True] * 5]


def test_packed_texts_have_no_padding(tmp_path: Path) -> None:
    (tmp_path / "texts.txt").write_text("abc\ndefgh\n")
    how = Text(lambda text: {"input_ids": torch.tensor([letters(text)])}, length=4, packed=True)
    ((_, kwargs),) = Data.of(tmp_path / "texts.txt", Reader(), reading=how)
    assert kwargs["input_ids"].tolist() == [letters("abc\n"), letters("defg")]
    assert bool(kwargs["attention_mask"].all())
    (tmp_path / "short.txt").write_text("ab")
    assert "the text has 2 tokens, and an input takes 4" in refused(tmp_path / "short.txt", Reader(), reading=how)


def test_models_that_read_tokens_under_another_name_get_them(tmp_path: Path) -> None:
    (tmp_path / "texts.txt").write_text("abc\n")
    ((args, kwargs),) = Data.of(tmp_path / "texts.txt", Net(), reading=Text(letters, length=3))
    assert args[0].tolist() == [letters("abc")]
    assert not kwargs


def test_texts_that_cannot_be_read_are_refused(tmp_path: Path) -> None:
    file = tmp_path / "texts.txt"
    file.write_text("abc\n")
    assert "nobody said how" in refused(file)
    assert "gives no numbers of tokens" in refused(file, reading=Text(str.upper))
    assert "there is no folder" in refused(file, reading=Text(tmp_path / "nowhere"))
    assert "there is no tokenizer in" in refused(file, reading=Text(tmp_path))
    file.write_bytes(b"\xff\xfe\xfa")
    assert "cannot be read as text" in refused(file, reading=Text(letters))
    with pytest.raises(UserError, match="'length' is 0"):
        Text(letters, length=0)


def test_tokenizers_of_folders(tmp_path: Path) -> None:
    tokenizers = pytest.importorskip("tokenizers")
    transformers = pytest.importorskip("transformers")
    words = {"[PAD]": 0, "[UNK]": 1, "[CLS]": 2, "a": 3, "b": 4}
    model = tokenizers.Tokenizer(tokenizers.models.WordLevel(words, unk_token="[UNK]"))
    model.pre_tokenizer = tokenizers.pre_tokenizers.Whitespace()
    (tmp_path / "texts.txt").write_text("a b\nb\n")
    for names, wanted in ({"cls_token": "[CLS]"}, [[3, 4, 0], [4, 0, 0]]), ({}, [[3, 4, 4]]):
        folder = tmp_path / f"tokenizer{len(names)}"
        fast = transformers.PreTrainedTokenizerFast(
            tokenizer_object=model, pad_token="[PAD]", unk_token="[UNK]", **names
        )
        fast.save_pretrained(folder)
        assert json.loads((folder / "tokenizer.json").read_text())
        ((_, kwargs),) = Data.of(tmp_path / "texts.txt", Reader(), reading=Text(folder, length=3))
        assert kwargs["input_ids"].tolist() == wanted
    # What transformers makes of a folder without a tokenizer's files: all words are unknown to it.
    words = tokenizers.models.WordLevel({"[PAD]": 0, "[UNK]": 1}, unk_token="[UNK]")
    fast = transformers.PreTrainedTokenizerFast(
        tokenizer_object=tokenizers.Tokenizer(words), pad_token="[PAD]", unk_token="[UNK]"
    )
    fast.save_pretrained(tmp_path / "empty")
    reason = refused(tmp_path / "texts.txt", reading=Text(tmp_path / "empty", length=3))
    assert "there is no tokenizer in" in reason and "special tokens alone" in reason
