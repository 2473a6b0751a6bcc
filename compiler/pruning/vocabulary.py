"""A vocabulary cut to what a corpus uses: tables of embeddings and what is tied to them get fewer rows."""

from __future__ import annotations

import copy
import json
import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from ..errors import UserError
from ..paths import writable

NEW = -1
"""In the place of an old id, of a token that is new."""


@dataclass(frozen=True)
class Vocabulary:
    """A model with a smaller vocabulary, and what its ids are.

    Attributes:
        model: a copy, whose table of embeddings and all that has a row for each token are cut.
        old: (tokens,), int64: for each id of the new model that of the old one, or -1 for a token that is new. Logits
            of the new model are those of the old one at these places.
        size: of the old vocabulary.
    """

    model: nn.Module
    old: Tensor
    size: int

    def encode(self, ids: Tensor) -> Tensor:
        """Old ids as new ones.

        Args:
            ids: of any shape, as the old model reads them.

        Raises:
            UserError: one was cut.
        """
        kept = self.old != NEW
        new = torch.full((self.size,), NEW, dtype=torch.int64)
        new[self.old[kept]] = torch.nonzero(kept).flatten()
        _check_ids(ids, self.size)
        found = new[ids]
        if bool((found == NEW).any()):
            some = ids[found == NEW].unique()[:5].tolist()
            raise UserError(
                "bad-inputs",
                f"the vocabulary has no more tokens {', '.join(map(str, some))}",
                hint="cut it with the ids of all texts that are to be read",
            )
        return found

    def decode(self, ids: Tensor) -> Tensor:
        """New ids as old ones; -1 for tokens that are new.

        Args:
            ids: of any shape, as the new model gives them.
        """
        return self.old[ids]

    def save(self, path: str | os.PathLike[str]) -> Path:
        """Write the ids as a ``.json`` file: a list of the old id of each new one, for whoever cuts the tokenizer.

        Raises:
            UserError: the path ends otherwise, or cannot be written.
        """
        place = writable(path, (".json",))
        place.write_text(json.dumps({"old_vocabulary": self.size, "old_ids": self.old.tolist()}) + "\n")
        return place


def cut_vocabulary(
    model: nn.Module,
    ids: Iterable[Any] | Tensor,
    *,
    new_tokens: Sequence[Sequence[int]] = (),
    table: str | None = None,
) -> Vocabulary:
    """Keep the tokens that a corpus uses, and give new ones the mean of the rows of those that they are made of.

    Logits of what is kept do not change: fast vocabulary transfer (Gee et al., 2022) without its training afterwards.
    All parameters that have a row for each token are cut: the table, a head that is tied to it or of the same size, its
    bias. Special tokens that a Hugging Face configuration names, and the padding, are kept; the configuration is told.

    Args:
        model: with one table of token embeddings; it stays as it is.
        ids: of tokens that are used, in tensors or lists of any shape: texts as the model's tokenizer has them.
        new_tokens: for each token that is to be new the old ids of its pieces: words that a domain uses often.
        table: dotted path of the table, where it is not known which one it is.

    Raises:
        UserError: there is no such table, or an id is none of it.
    """
    result = copy.deepcopy(model)
    embedding = _table(result, table)
    size = embedding.num_embeddings
    used = _flat(ids)
    pieces = [_flat(one) for one in new_tokens]
    for one in (used, *pieces):
        _check_ids(one, size)
    if not len(used) or not all(len(one) for one in pieces):
        raise UserError("bad-inputs", "there are no ids", hint="pass ids of the tokens that your texts use")
    old = torch.cat([used, _special(result, embedding)]).unique()
    _cut(result, size, embedding, lambda rows: _rows(rows, old, pieces))
    found = torch.cat([old, torch.full((len(pieces),), NEW, dtype=torch.int64)])
    made = Vocabulary(result, found, size)
    _tell(result, embedding, made)
    return made


def _rows(rows: Tensor, old: Tensor, pieces: Sequence[Tensor]) -> Tensor:
    """What is kept of rows for tokens, and the means of some for new ones."""
    new = [rows[one].double().mean(dim=0).to(rows.dtype)[None] for one in pieces]
    return torch.cat([rows[old.to(rows.device)], *new])


def _table(model: nn.Module, path: str | None) -> nn.Embedding:
    """The table of token embeddings."""
    tables = {name: x for name, x in model.named_modules() if isinstance(x, nn.Embedding)}
    told = getattr(model, "get_input_embeddings", None)
    if path is None and told is not None:
        known = told()
        path = next((name for name, x in tables.items() if x is known), None)
    if path is None and len(tables) == 1:
        path = next(iter(tables))
    if path not in tables:
        names = ", ".join(f"'{name}'" for name in tables) or "none"
        raise UserError(
            "bad-option",
            "it is not known which table of embeddings is that of tokens" if path is None else f"no table is '{path}'",
            note=f"tables of embeddings: {names}",
            hint="pass table=, the path of one of them",
        )
    return tables[path]


def _flat(ids: object) -> Tensor:
    """Ids in a row."""
    if isinstance(ids, Tensor):
        whole = not ids.is_floating_point() and not ids.is_complex() and ids.dtype is not torch.bool
        if whole:
            return ids.reshape(-1).cpu().long()
    elif isinstance(ids, int) and not isinstance(ids, bool):
        return torch.tensor([ids])
    elif isinstance(ids, Iterable) and not isinstance(ids, (str, bytes, Mapping)):
        parts = [_flat(one) for one in ids]
        return torch.cat(parts).unique() if parts else torch.empty(0, dtype=torch.int64)
    raise UserError("bad-inputs", f"{ids!r:.60} are no ids of tokens", hint="pass whole numbers, in lists or tensors")


def _check_ids(ids: Tensor, size: int) -> None:
    outside = ids[(ids < 0) | (ids >= size)]
    if len(outside):
        raise UserError("bad-inputs", f"{int(outside.reshape(-1)[0])} is no id of a vocabulary of {size} tokens")


# ------------------------------------------------------------ what a model says of its tokens


def _configurations(model: nn.Module) -> list[Any]:
    """Of a Hugging Face model; none of others."""
    found = [getattr(model, name, None) for name in ("config", "generation_config")]
    return [one for one in found if hasattr(one, "to_dict")]


def _token_names(configuration: Any) -> dict[str, Any]:
    return {name: x for name, x in vars(configuration).items() if name.endswith("_token_id") and x is not None}


def _special(model: nn.Module, embedding: nn.Embedding) -> Tensor:
    """Ids that stay, whether a text has them or not."""
    found = [] if embedding.padding_idx is None else [embedding.padding_idx]
    for configuration in _configurations(model):
        for value in _token_names(configuration).values():
            found += [x for x in (value if isinstance(value, (list, tuple)) else [value]) if isinstance(x, int)]
    return torch.tensor([x for x in found if 0 <= x < embedding.num_embeddings], dtype=torch.int64)


def _tell(model: nn.Module, embedding: nn.Embedding, made: Vocabulary) -> None:
    """Let modules and configurations know."""
    new = {int(old): at for at, old in enumerate(made.old.tolist()) if old != NEW}

    def of(value: Any) -> Any:
        return [of(x) for x in value] if isinstance(value, (list, tuple)) else new.get(value, value)

    if embedding.padding_idx is not None:
        embedding.padding_idx = new[embedding.padding_idx]
    for configuration in _configurations(model):
        for name, value in _token_names(configuration).items():
            setattr(configuration, name, of(value))
        if hasattr(configuration, "vocab_size"):
            configuration.vocab_size = len(made.old)


def _cut(model: nn.Module, size: int, embedding: nn.Embedding, rows: Any) -> None:
    """Exchange all parameters that have a row for each token, wherever they are."""
    heads = [x for x in model.modules() if isinstance(x, nn.Linear) and x.out_features == size]
    held: list[Tensor] = [embedding.weight]
    for head in heads:
        held += [x for x in head._parameters.values() if x is not None]
    with torch.no_grad():
        new = {id(x): nn.Parameter(rows(x), requires_grad=x.requires_grad) for x in held}
    for module in model.modules():
        for name, parameter in list(module._parameters.items()):
            if id(parameter) in new:
                module._parameters[name] = new[id(parameter)]
    count = len(embedding.weight)
    embedding.num_embeddings = count
    for head in heads:
        head.out_features = count
