"""A vocabulary is cut: what is kept is computed as before, to the last digit."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import torch
from torch import Tensor, nn

import sparsec
from sparsec.compiler.errors import UserError
from sparsec.pruning import cut_vocabulary

TOKENS, WIDTH = 50, 12
CORPUS = torch.tensor([[3, 7, 7, 41], [12, 3, 49, 0]])


class Tied(nn.Module):
    """A small language model; its head is its table, with a bias of its own or without."""

    def __init__(self, bias: bool = True, tied: bool = True) -> None:
        super().__init__()
        self.tokens, self.places = nn.Embedding(TOKENS, WIDTH, padding_idx=5), nn.Embedding(8, WIDTH)
        self.mix = nn.GRU(WIDTH, WIDTH, batch_first=True)
        self.head = nn.Linear(WIDTH, TOKENS, bias=bias)
        if tied:
            self.head.weight = self.tokens.weight

    def forward(self, ids: Tensor) -> Tensor:
        places = torch.arange(ids.shape[1])
        return self.head(self.mix(self.tokens(ids) + self.places(places))[0])


class Functional(nn.Module):
    """Reads its table twice, without a module for the head."""

    def __init__(self) -> None:
        super().__init__()
        self.tokens, self.mix = nn.Embedding(TOKENS, WIDTH), nn.Linear(WIDTH, WIDTH)

    def forward(self, ids: Tensor) -> Tensor:
        return nn.functional.linear(self.mix(self.tokens(ids)).tanh(), self.tokens.weight)


class Encoder(nn.Module):
    """A sentence encoder: no head."""

    def __init__(self) -> None:
        super().__init__()
        self.tokens = nn.Embedding(TOKENS, WIDTH)
        self.layer = nn.TransformerEncoderLayer(WIDTH, 3, 24, batch_first=True, dropout=0.0)

    def forward(self, ids: Tensor) -> Tensor:
        return self.layer(self.tokens(ids)).mean(1)


def made(kind: Any, **options: Any) -> nn.Module:
    torch.manual_seed(0)
    return kind(**options).double().eval().requires_grad_(False)


@pytest.mark.parametrize("bias", [True, False])
@pytest.mark.parametrize("tied", [True, False])
def test_kept_logits_are_equal(bias: bool, tied: bool) -> None:
    model = made(Tied, bias=bias, tied=tied)
    cut = cut_vocabulary(model, CORPUS, table="tokens")
    assert cut.old.tolist() == [0, 3, 5, 7, 12, 41, 49]  # the padding is kept
    ids = cut.encode(CORPUS)
    torch.testing.assert_close(cut.model(ids), model(CORPUS)[..., cut.old], rtol=0, atol=1e-10)
    assert torch.equal(cut.decode(ids), CORPUS)
    assert cut.model.tokens.weight.shape == (7, WIDTH) and cut.model.tokens.padding_idx == 2
    assert (cut.model.head.weight is cut.model.tokens.weight) == tied and cut.model.head.out_features == 7
    assert model.tokens.weight.shape == (TOKENS, WIDTH) and model.tokens.padding_idx == 5


@pytest.mark.parametrize("kind", [Functional, Encoder])
def test_a_table_read_in_other_ways(kind: Any) -> None:
    model = made(kind)
    cut = cut_vocabulary(model, CORPUS.tolist())
    expected = model(CORPUS) if kind is Encoder else model(CORPUS)[..., cut.old]
    torch.testing.assert_close(cut.model(cut.encode(CORPUS)), expected, rtol=0, atol=1e-10)


def test_it_compiles() -> None:
    model = made(Functional)
    cut = cut_vocabulary(model, CORPUS)
    small = sparsec.compile(cut.model, (cut.encode(CORPUS),), measure=False)
    torch.testing.assert_close(small(cut.encode(CORPUS)), model(CORPUS)[..., cut.old], rtol=0, atol=1e-10)


def test_new_tokens_are_the_mean_of_their_pieces() -> None:
    model = made(Tied, tied=False)
    cut = cut_vocabulary(model, CORPUS, new_tokens=[[3, 41], [20, 21, 22]], table="tokens")
    assert cut.old[-2:].tolist() == [-1, -1]
    for own, table in ((cut.model.tokens.weight, model.tokens.weight), (cut.model.head.weight, model.head.weight)):
        torch.testing.assert_close(own[-2], (table[3] + table[41]) / 2)
        torch.testing.assert_close(own[-1], table[20:23].mean(dim=0))
    torch.testing.assert_close(cut.model.head.bias[-1], model.head.bias[20:23].mean())
    old = cut.model(cut.encode(CORPUS))[..., :-2]
    torch.testing.assert_close(old, model(CORPUS)[..., cut.old[:-2]], rtol=0, atol=1e-10)


def test_a_configuration_is_told() -> None:
    class Configuration:
        def __init__(self) -> None:
            self.vocab_size, self.eos_token_id, self.pad_token_id, self.bos_token_id = TOKENS, [30, 3], 5, None

        def to_dict(self) -> dict[str, Any]:
            return vars(self)

    model = made(Tied)
    model.config = Configuration()
    model.get_input_embeddings = lambda: model.tokens
    cut = cut_vocabulary(model, CORPUS, table="tokens")
    told = cut.model.config
    assert cut.old.tolist() == [0, 3, 5, 7, 12, 30, 41, 49]
    assert (told.vocab_size, told.eos_token_id, told.pad_token_id) == (8, [5, 1], 2)
    assert model.config.vocab_size == TOKENS


def test_ids_are_written(tmp_path: Path) -> None:
    cut = cut_vocabulary(made(Functional), CORPUS)
    written = json.loads(cut.save(tmp_path / "ids.json").read_text())
    assert written == {"old_vocabulary": TOKENS, "old_ids": [0, 3, 7, 12, 41, 49]}


@pytest.mark.parametrize(
    ("kind", "ids", "options", "words"),
    [
        (Tied, CORPUS, {}, "not known which table"),
        (Tied, CORPUS, {"table": "head"}, "no table is 'head'"),
        (Functional, [TOKENS], {}, "is no id of a vocabulary"),
        (Functional, [-1], {}, "is no id of a vocabulary"),
        (Functional, torch.rand(3), {}, "are no ids"),
        (Functional, "text", {}, "are no ids"),
        (Functional, [], {}, "there are no ids"),
        (Functional, [1], {"new_tokens": [[]]}, "there are no ids"),
    ],
)
def test_what_cannot_be(kind: Any, ids: Any, options: dict[str, Any], words: str) -> None:
    with pytest.raises(UserError, match=words):
        cut_vocabulary(made(kind), ids, **options)


def test_an_id_that_was_cut_is_refused() -> None:
    cut = cut_vocabulary(made(Functional), CORPUS)
    with pytest.raises(UserError, match="no more tokens 4, 9"):
        cut.encode(torch.tensor([3, 4, 9]))
    with pytest.raises(UserError, match="is no id of a vocabulary"):
        cut.encode(torch.tensor([TOKENS]))
