"""The data that pruning looks at: inputs of a model in batches, read once, bounded, and never changed."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np
import torch
import torch.utils._pytree as pytree
from torch import Tensor, nn
from torch.export import ExportedProgram
from torch.utils.data import DataLoader, Dataset, IterableDataset

from ..capture.checks import as_call, check_alike
from ..capture.plain_tensors import describe, plain_examples
from ..capture.user_model import Call
from ..check_inputs import FEW_VALUES
from ..errors import UserError
from ..ir.program import Program, bytes_of
from ..words import count
from .readings import Images, Text, read
from .taker import Taker, input_names

SAMPLES, LIMIT, BATCH = 1024, 1 << 30, 16
"""By default: samples that are enough for statistics, bytes of memory that nobody minds, samples of a batch."""

# Inputs that say which tokens are padding, and whether what is not zero is a token (or is padding).
MASKS = {"attention_mask": True, "key_padding_mask": False, "src_key_padding_mask": False}


@dataclass(frozen=True, eq=False)
class Data:
    """Inputs of a model in batches.

    Attributes:
        batches: calls of the model, positional and keyword inputs of each.
        labels: what came with each batch and is no input of the model; None where nothing did.
        taker: what the model takes.
        source: where it comes from, in words.
        cut: why there is not more, in words; empty where it is all there was.
    """

    batches: tuple[Call, ...]
    labels: tuple[Any, ...]
    taker: Taker
    source: str = "data"
    cut: str = ""

    @classmethod
    def of(
        cls,
        data: object,
        model: object = None,
        *,
        samples: int | None = SAMPLES,
        limit: int = LIMIT,
        reading: Images | Text | None = None,
        batch: int = BATCH,
    ) -> Data:
        """Read data, up to a limit.

        Args:
            data: batches, as any iterable of them: a tensor each, a tuple of positional inputs, a dict of keyword
                inputs, or a pair of both. Of a tuple what is more than the model takes is kept as the batch's label;
                of a dict what the model has no name for, and ``labels``. A tensor, tuple or dict in place of an
                iterable is one batch. A PyTorch ``Dataset`` gives samples, of which batches are made; so do files:
                ``.safetensors`` or ``.npz`` with arrays named like the inputs (or as many as there are inputs, in
                order), a folder of pictures, a text file.
            model: what it is for: a module, an exported program or its ``.pt2`` file, a Program, or a signature.
            samples: how many to read; None for all. A batch that cannot be divided counts as a whole.
            limit: how many bytes to hold.
            reading: how pictures or texts become inputs.
            batch: samples of a batch, where they come one by one.

        Raises:
            UserError: it is empty, of a wrong type, not what the model takes, on another device than it, or holds NaN
                or infinity (masks aside).
        """
        if isinstance(data, Data):
            return data
        options: dict[str, object] = {"samples": samples, "limit": limit, "batch": batch}
        for option, value in options.items():
            if value is not None and (isinstance(value, bool) or not isinstance(value, int) or value < 1):
                raise UserError("bad-option", f"'{option}' is {value!r}, not a number of at least 1")
        taker = Taker.of(model)
        found = _Reader(taker, samples, limit)
        source, items = _items(data, taker, reading, batch)
        for item in items:
            if found.full(item):
                break
        if not found.batches:
            raise UserError(
                "bad-inputs",
                f"the data ({source}) is empty",
                note="there is nothing that the model could be looked at on",
                hint="a generator that was used up gives nothing: make a new one, or pass a list",
            )
        return cls(tuple(found.batches), tuple(found.labels), taker, source, found.cut)

    def __len__(self) -> int:
        return len(self.batches)

    def __iter__(self) -> Iterator[Call]:
        return iter(self.batches)

    @cached_property
    def samples(self) -> int:
        """How many samples there are, in all batches."""
        return sum(map(samples_of, self.batches))

    @cached_property
    def bytes(self) -> int:
        """How much memory it takes."""
        return sum(map(_bytes, self.batches))

    @cached_property
    def digest(self) -> str:
        """A hash of the inputs: names, dtypes, shapes and numbers, batch by batch; labels do not count."""
        found = hashlib.blake2b(digest_size=16)
        for call in self.batches:
            for name, value in input_names(call, self.taker.positional):
                if not isinstance(value, Tensor):
                    found.update(f"{name} {value!r};".encode())
                    continue
                found.update(f"{name} {describe(value)};".encode())
                found.update(bytes_of(value))
        return found.hexdigest()

    def says(self) -> str:
        """What it is, in one sentence."""
        held = f"{count(self.samples, 'sample')} in {_batches(len(self))}, {_size(self.bytes)}"
        return f"{self.source}: {held}{self.cut and f' ({self.cut})'}, digest {self.digest[:12]}"

    def split(self, share: float = 0.2, seed: int = 0) -> Split:
        """Keep a part apart, to measure on what was not calibrated on.

        Whole batches are drawn; of a single batch, samples. What cannot be divided is used for both, and the name of
        the split says so.

        Args:
            share: of what is held out.
            seed: of the draw.

        Raises:
            UserError: the share is none.
        """
        if not 0 < share < 1:
            raise UserError("bad-option", f"held_out={share!r} is not between 0 and 1", hint="hold out a fifth: 0.2")
        single = len(self) == 1
        many = self.taker.divisible(self.batches[0]) if single else len(self)
        if many < 2:
            return Split(self, self, "nothing held out: one sample, or one batch that cannot be divided", False)
        held = min(max(1, round(share * many)), many - 1)
        order = torch.randperm(many, generator=torch.Generator().manual_seed(seed))
        take = self._rows if single else self._batches
        kept, apart = (take(index.sort().values) for index in (order[held:], order[:held]))
        return Split(
            kept, apart, f"{held} of {many} {'samples' if single else 'batches'} held out, drawn with seed {seed}"
        )

    def _batches(self, index: Tensor) -> Data:
        chosen = index.tolist()
        batches, labels = (tuple(part[at] for at in chosen) for part in (self.batches, self.labels))
        return replace(self, batches=batches, labels=labels)

    def _rows(self, index: Tensor) -> Data:
        call, many = self.batches[0], samples_of(self.batches[0])
        return replace(self, batches=(rows(call, index, many),), labels=(rows(self.labels[0], index, many),))

    def rows_kept(self, call: Call) -> Tensor | None:
        """Which places of a batch are no padding: bool, (batch, length); None where nothing says it.

        An input called ``attention_mask``, of two dimensions, says it: by ones, or by zeros among large negative
        numbers. So do the padding masks of PyTorch's transformers, by what is not zero.
        """
        for name, value in input_names(call, self.taker.positional):
            if name in MASKS and isinstance(value, Tensor) and value.ndim == 2:
                added = value.dtype is not torch.bool and bool((value < 0).any())
                return (value == 0) if added or not MASKS[name] else (value != 0)
        return None


@dataclass(frozen=True)
class Split:
    """Data in two parts.

    Attributes:
        calibration: what to calibrate on.
        held_out: what to measure on.
        name: what was done, in words.
        separate: whether the parts share nothing.
    """

    calibration: Data
    held_out: Data
    name: str
    separate: bool = True


class _Reader:
    """Batches as they come, until there are enough of them."""

    def __init__(self, taker: Taker, samples: int | None, limit: int) -> None:
        self.batches, self.labels, self.cut = list[Call](), list[Any](), ""
        self._taker, self._left, self._limit, self._room = taker, samples, limit, limit

    def full(self, item: object) -> bool:
        """Read one more batch, unless there are enough: True if so."""
        if self._left == 0:
            self.cut = "more is not read: samples="
            return True
        call, label = self._checked(item)
        many = samples_of(call)
        if self._left is not None and many > self._left and self._taker.divisible(call):
            index = torch.arange(self._left)
            call, label = rows(call, index, many), rows(label, index, many)
            self.cut = "the rest of its last batch is not used: samples="
        if self._room < _bytes(call):
            return self._no_room(call)
        self.batches.append(call)
        self.labels.append(label)
        self._room -= _bytes(call)
        self._left = None if self._left is None else max(0, self._left - samples_of(call))
        return False

    def _no_room(self, call: Call) -> bool:
        if not self.batches:
            raise UserError(
                "bad-option",
                f"one batch takes {_size(_bytes(call))}, and the limit is {_size(self._limit)}",
                hint="give smaller batches, or a larger limit=",
            )
        self.cut = f"more is not read: limit={_size(self._limit)}"
        return True

    def _checked(self, item: object) -> tuple[Call, Any]:
        place = f"batch {len(self.batches) + 1}"
        call, label = _as_batch(item, self._taker, place)
        self._taker.check(call, place)
        call = plain_examples(call)
        tensors = [(name, x) for name, x in input_names(call, self._taker.positional) if isinstance(x, Tensor)]
        if not tensors:
            raise UserError(
                "bad-inputs", f"{place} holds no tensor", hint="each batch is what the model is called with"
            )
        for name, value in tensors:
            _check_input(name, value, place, self._taker)
        if self.batches:
            check_alike(call, self.batches[0], place)
        return call, label


def _check_input(name: str, value: Tensor, place: str, taker: Taker) -> None:
    """Refuse what is empty, elsewhere or not finite."""
    what = f"input '{name}' of {place}"
    if not value.numel():
        raise UserError("bad-inputs", f"{what} is empty: {describe(value)}", hint="leave empty batches out")
    if taker.device is not None and value.ndim and value.device != taker.device:
        raise UserError(
            "bad-inputs",
            f"{what} is on '{value.device}', and '{taker.name}' on '{taker.device}'",
            hint=f"move it there: x.to('{taker.device}')",
        )
    if value.is_floating_point() or value.is_complex():
        finite = torch.isfinite(value)
        if not bool(finite.all()) and not _is_mask(value, finite):
            bad = "NaN" if bool(value.isnan().any()) else "infinity"
            raise UserError(
                "bad-inputs",
                f"{what} holds {bad}, {count(int((~finite).sum()), 'time')} in {value.numel()} numbers",
                note="sums over such numbers say nothing",
                hint="leave such samples out, or repair what makes them",
            )


def _is_mask(value: Tensor, finite: Tensor) -> bool:
    """Whether infinities are those of a mask that is added: there is little else, and no NaN."""
    return not bool(value.isnan().any()) and len(torch.unique(value[finite])) < FEW_VALUES


# -------------------------------------------------------------------- what data may be


def _items(data: object, taker: Taker, reading: Images | Text | None, batch: int) -> tuple[str, Iterable[object]]:
    """Where data comes from, and its batches."""
    if isinstance(data, (str, os.PathLike)):
        return read(data, taker, reading, taker.batch or batch)
    if reading is not None:
        raise UserError("bad-option", "'reading' says how files are read, and the data is no file")
    if isinstance(data, (Tensor, np.ndarray, Mapping)) or _is_call(data):
        return "one batch", [data]
    if isinstance(data, (Dataset, IterableDataset)):
        return f"a '{type(data).__name__}'", DataLoader(data, batch_size=taker.batch or batch)
    if isinstance(data, (type, nn.Module, ExportedProgram, Program)) or not isinstance(data, Iterable):
        raise UserError(
            "bad-inputs",
            f"data of type '{type(data).__name__}' cannot be read",
            hint="pass a list of batches, a DataLoader, or the path of a file",
        )
    source = f"a {type(data).__name__}" if not isinstance(data, Iterator) else "a generator"
    return source, map(_copied, data) if isinstance(data, Iterator) else data


def _is_call(data: object) -> bool:
    """Whether a tuple is what a model is called with, rather than batches one after the other."""
    if not isinstance(data, tuple):
        return False
    pair = len(data) == 2 and isinstance(data[0], (list, tuple)) and isinstance(data[1], Mapping)
    return pair or any(isinstance(x, (Tensor, np.ndarray)) for x in data)


def _copied(item: object) -> object:
    """A copy: who makes one batch after the other may write all of them into one tensor."""
    return pytree.tree_map_only(
        (Tensor, np.ndarray), lambda x: x.copy() if isinstance(x, np.ndarray) else x.clone(), item
    )


def _as_batch(item: object, taker: Taker, place: str) -> tuple[Call, Any]:
    """A batch as a call of the model, and what is left of it."""
    item = _tensors(item)
    if isinstance(item, Tensor):
        return ((item,), {}), None
    if not isinstance(item, (Mapping, list, tuple)):
        raise UserError(
            "bad-inputs",
            f"{place} is of type '{type(item).__name__}'",
            hint="a batch is a tensor, a tuple of positional inputs, or a dict of keyword inputs",
        )
    return taker.parted(as_call(item))


def _tensors(item: object) -> object:
    """Arrays as tensors, at every depth; a dict of whatever class as a plain one."""
    if isinstance(item, Mapping):
        item = dict(item)
    if isinstance(item, np.ndarray):
        return torch.from_numpy(item if item.flags.writeable else item.copy())
    return pytree.tree_map_only(np.ndarray, _tensors, item)


# -------------------------------------------------------------------- samples


def samples_of(call: object) -> int:
    """How many samples a batch holds: the first size of its first tensor that has one."""
    return next((len(x) for x in pytree.tree_leaves(call) if isinstance(x, Tensor) and x.ndim), 1)


def rows(value: Any, index: Tensor, many: int) -> Any:
    """Some samples of a batch or of its labels: of every tensor as long as the batch."""

    def is_list(x: Any) -> bool:
        return isinstance(x, list) and len(x) == many and not any(isinstance(y, Tensor) for y in x)

    def chosen(x: Any) -> Any:
        if is_list(x):
            return [x[at] for at in index.tolist()]
        return x[index.to(x.device)] if isinstance(x, Tensor) and x.ndim and len(x) == many else x

    return pytree.tree_map(chosen, value, is_leaf=is_list)


def _bytes(call: Call) -> int:
    return sum(x.numel() * x.element_size() for x in pytree.tree_leaves(call) if isinstance(x, Tensor))


def _batches(number: int) -> str:
    return f"{number} batch{'' if number == 1 else 'es'}"


def _size(number: int) -> str:
    """A number of bytes, in words."""
    power = min((len(str(number)) - 1) // 3, 3)
    return f"{number / 1000**power:.{int(power > 2)}f} {('bytes', 'kB', 'MB', 'GB')[power]}"
