"""Files with data: arrays, pictures and texts, and what is done to them before a model sees them."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor

from ..capture.weight_files import first_line, optional_package, read_weights
from ..errors import UserError
from ..paths import existing, input_path
from ..words import count
from .taker import Taker

ARRAYS = (".safetensors", ".npz", ".pt", ".pth")
PICTURES = (".bmp", ".gif", ".jpeg", ".jpg", ".png", ".tif", ".tiff", ".webp")
Tokenizer = Callable[[str], Any]


@dataclass(frozen=True)
class Images:
    """How a picture becomes an input: resized (bilinear), cut out of the middle, scaled to 0..1 and normalised.

    Attributes:
        size: height and width of the input, or the side of a square.
        resize: what the picture's shorter side is made first; None for the smallest that covers ``size``.
        mean, std: of each channel; one number of each for pictures in shades of grey.
    """

    size: int | tuple[int, int]
    resize: int | None = None
    mean: tuple[float, ...] = (0.485, 0.456, 0.406)
    std: tuple[float, ...] = (0.229, 0.224, 0.225)

    def __post_init__(self) -> None:
        if len(self.mean) != len(self.std) or len(self.mean) not in (1, 3):
            raise UserError(
                "bad-option", f"'mean' and 'std' have {len(self.mean)} and {len(self.std)} numbers, not 3 or 1 of each"
            )
        if min(self.sides) < 1 or not all(x > 0 for x in self.std):
            raise UserError("bad-option", f"size {self.size} and deviation {self.std} must be positive")
        if self.resize is not None and self.resize < max(self.sides):
            raise UserError(
                "bad-option", f"'resize' is {self.resize}, less than the {max(self.sides)} that are cut out"
            )

    @property
    def sides(self) -> tuple[int, int]:
        """Height and width."""
        return (self.size, self.size) if isinstance(self.size, int) else self.size

    def __call__(self, path: Path) -> Tensor:
        """A picture as float32[channels, height, width].

        Raises:
            UserError: it cannot be read.
        """
        pillow = optional_package("PIL.Image", f"read '{path}'")
        try:
            with pillow.open(path) as picture:
                picture = picture.convert("RGB" if len(self.mean) == 3 else "L")
        except (OSError, ValueError, SyntaxError, pillow.DecompressionBombError) as error:
            raise UserError(
                "bad-file",
                f"'{path}' cannot be read as a picture",
                note=first_line(error),
                hint="remove it, or repair it",
            ) from error
        values = torch.from_numpy(np.array(self._cut(picture, pillow.Resampling.BILINEAR), dtype=np.float32)) / 255
        values = values.reshape(*self.sides, len(self.mean)).permute(2, 0, 1)
        mean, std = (torch.tensor(x).reshape(-1, 1, 1) for x in (self.mean, self.std))
        return ((values - mean) / std).contiguous()

    def _cut(self, picture: Any, how: Any) -> Any:
        height, width = self.sides
        scale = max(height / picture.height, width / picture.width)
        if self.resize is not None:
            scale = max(scale, self.resize / min(picture.height, picture.width))
        sides = (max(width, round(picture.width * scale)), max(height, round(picture.height * scale)))
        left, top = (sides[0] - width) // 2, (sides[1] - height) // 2
        return picture.resize(sides, how).crop((left, top, left + width, top + height))

    def says(self) -> str:
        """What is done, in words."""
        height, width = self.sides
        first = f"shorter side {self.resize}, " if self.resize else ""
        return (
            f"{first}{height} x {width} out of the middle, mean {_numbers(self.mean)}, deviation {_numbers(self.std)}"
        )


@dataclass(frozen=True)
class Text:
    """How text becomes an input: tokens, so many of them, and a mask of those that are no padding.

    Attributes:
        tokenizer: the folder of a tokenizer, or a function of a text: numbers, or a dict with ``input_ids``.
        length: tokens of an input.
        packed: whether all lines are one text that is cut into inputs without padding, rather than an input each, the
            rest of which is padding; None for what the tokenizer is made for: packed unless it has a token that stands
            for the whole text (or is a function).
        pad: the number of the padding token; None for the tokenizer's.
    """

    tokenizer: str | os.PathLike[str] | Tokenizer
    length: int = 128
    packed: bool | None = None
    pad: int | None = None

    def __post_init__(self) -> None:
        if self.length < 1:
            raise UserError("bad-option", f"'length' is {self.length}, not a number of at least 1")

    def inputs(self, lines: Iterable[str]) -> Iterator[tuple[Tensor, Tensor]]:
        """Tokens and mask of one input after the other: int64[length] each.

        Raises:
            UserError: the tokenizer cannot be read, or gives no tokens.
        """
        tokenizer = self._loaded()
        packed = self.packed
        if packed is None:
            packed = tokenizer is not self.tokenizer and getattr(tokenizer, "cls_token_id", None) is None
        if packed:
            return self._windows(tokenizer, lines)
        pad = self.pad if self.pad is not None else getattr(tokenizer, "pad_token_id", None)
        return self._padded(tokenizer, lines, pad or 0)

    def _windows(self, tokenizer: Any, lines: Iterable[str]) -> Iterator[tuple[Tensor, Tensor]]:
        """All lines as one text, cut; what is left at the end is not used."""
        held, found = list[int](), False
        for line in lines:
            held += _tokens(tokenizer, line)
            for start in range(0, len(held) - self.length + 1, self.length):
                ids, found = torch.tensor(held[start : start + self.length]), True
                yield ids, torch.ones_like(ids)
            held = held[len(held) // self.length * self.length :]
        if not found:
            raise UserError(
                "bad-inputs",
                f"the text has {count(len(held), 'token')}, and an input takes {self.length}",
                hint="give more text, or a smaller length=",
            )

    def _padded(self, tokenizer: Any, lines: Iterable[str], pad: int) -> Iterator[tuple[Tensor, Tensor]]:
        """A line each, the rest of it padding."""
        cut = {} if tokenizer is self.tokenizer else {"truncation": True, "max_length": self.length}
        for line in lines:
            ids = torch.tensor(_tokens(tokenizer, line.strip(), **cut)[: self.length], dtype=torch.int64)
            room = torch.full((self.length - len(ids),), pad)
            if len(ids):
                yield torch.cat([ids, room]), torch.cat([torch.ones_like(ids), torch.zeros_like(room)])

    def _loaded(self) -> Any:
        if callable(self.tokenizer):
            return self.tokenizer
        folder = input_path(self.tokenizer)
        if not folder.is_dir():
            raise UserError(
                "bad-file", f"there is no folder '{folder}'", hint="pass the folder that the tokenizer was saved in"
            )
        library = optional_package("transformers", f"read the tokenizer in '{folder}'")
        hint = "save it there: tokenizer.save_pretrained(folder)"
        try:
            found = library.AutoTokenizer.from_pretrained(folder, local_files_only=True)
        except Exception as error:
            raise UserError(
                "bad-file", f"there is no tokenizer in '{folder}'", note=first_line(error), hint=hint
            ) from error
        # Without its files some classes are made with their special tokens alone (T5's with a space beside them).
        if len(found) <= len(set(found.all_special_ids)) + 1:
            raise UserError(
                "bad-file", f"there is no tokenizer in '{folder}'", note="it knows special tokens alone", hint=hint
            )
        return found

    def says(self) -> str:
        """What is done, in words."""
        return f"{self.length} tokens each"


def _tokens(tokenizer: Any, text: str, **settings: Any) -> list[int]:
    found = tokenizer(text, **settings)
    ids = found["input_ids"] if isinstance(found, Mapping) else getattr(found, "ids", found)
    ids = torch.as_tensor(ids).reshape(-1).tolist() if not isinstance(ids, str) else ids
    if not isinstance(ids, list) or not all(isinstance(x, int) for x in ids):
        raise UserError(
            "bad-option",
            "the tokenizer gives no numbers of tokens",
            note=f"for a line of text it gives a value of type '{type(found).__name__}'",
            hint="pass a function that gives a list of numbers, or a dict with 'input_ids'",
        )
    return ids


# -------------------------------------------------------------------- files


def read(path: object, taker: Taker, reading: Images | Text | None, batch: int) -> tuple[str, Iterator[object]]:
    """What a file or folder is, in words, and the batches in it, read as they are asked for.

    Args:
        path: of the file or folder.
        taker: what the batches are for.
        reading: how pictures or texts become inputs.
        batch: samples of a batch.

    Raises:
        UserError: there is none, it cannot be read, or nobody said how.
    """
    place = input_path(path)
    if os.path.isdir(place):
        how = _reading(reading, Images, place, "Images(224)", "a folder of pictures")
        return f"'{place.name}' ({how.says()})", _pictures(place, how, taker, batch)
    file = existing(place, "a .safetensors, .npz or text file, or of a folder of pictures")
    if file.suffix in ARRAYS:
        if reading is not None:
            raise UserError(
                "bad-option", f"'{file}' holds arrays, which are taken as they are", hint="leave out reading="
            )
        return f"'{file.name}'", _arrays(file, taker, batch)
    text = _reading(reading, Text, file, "Text('folder of the model', length=128)", "a text file")
    return f"'{file.name}' ({text.says()})", _texts(file, text, taker, batch)


def _reading(reading: Any, kind: Any, place: Path, example: str, what: str) -> Any:
    if not isinstance(reading, kind):
        given = "nobody said how" if reading is None else f"not by {type(reading).__name__}"
        raise UserError("bad-option", f"'{place}' is read as {what}, {given}", hint=f"say how: reading={example}")
    return reading


def _arrays(file: Path, taker: Taker, batch: int) -> Iterator[object]:
    """Batches of arrays, if they all have as many samples; else all arrays as one batch."""
    arrays = {name: value for name, value in read_weights(file).items() if isinstance(value, Tensor)}
    ordered = _in_order(arrays, taker, file)
    sizes = {len(x) if x.ndim else 0 for x in arrays.values()}
    many = max(sizes) if len(sizes) == 1 else 0
    whole = many // batch * batch if taker.batch and many > batch else many
    for start in range(0, whole, batch) if many else [None]:
        part = arrays if start is None else {name: x[start : start + batch] for name, x in arrays.items()}
        yield part if ordered is None else tuple(part[name] for name in ordered)


def _in_order(arrays: Mapping[str, Tensor], taker: Taker, file: Path) -> list[str] | None:
    """Names of arrays that are inputs by their place: those that end in numbers; None where inputs go by name."""
    known = {*taker.positional, *(taker.named or ())}
    numbers = {name: int(found[0]) for name in arrays if (found := re.search(r"\d+$", name))}
    numbered = len(numbers) == len(arrays)
    if known & arrays.keys() or (not known and not numbered):
        return None
    if numbered:
        return sorted(arrays, key=numbers.__getitem__)
    raise UserError(
        "bad-inputs",
        f"the arrays in '{file}' are not called like the inputs of '{taker.name}'",
        note=f"it holds {', '.join(arrays)}; the inputs are {', '.join(sorted(known))}",
        hint="save them under the names that forward has, or numbered: arr_0, arr_1",
    )


def _pictures(folder: Path, images: Images, taker: Taker, batch: int) -> Iterator[object]:
    """Pictures from all over the folder, one after the other: their names often go by what is on them."""
    paths = sorted(path for path in folder.rglob("*") if path.suffix.lower() in PICTURES)
    for chosen in _chunks(_spread(paths), batch, taker):
        yield (torch.stack([images(path) for path in chosen]),)


def _spread(items: Sequence[Path]) -> Iterator[Path]:
    """All of them, so that the first of them come from everywhere: in steps of the golden section."""
    many = len(items)
    step = max(1, round(many * 0.618))
    while many and np.gcd(step, many) != 1:
        step += 1
    return (items[at * step % many] for at in range(many))


def _texts(file: Path, text: Text, taker: Taker, batch: int) -> Iterator[object]:
    try:
        with file.open(encoding="utf-8") as stream:
            lines = (line for line in stream if line.strip())
            for chosen in _chunks(text.inputs(lines), batch, taker):
                ids, mask = (torch.stack(part) for part in zip(*chosen, strict=True))
                yield _text_call(ids, mask, taker)
    except (OSError, UnicodeDecodeError) as error:
        raise UserError(
            "bad-file",
            f"'{file}' cannot be read as text",
            note=first_line(error),
            hint=f"write it in UTF-8; arrays go into a file that ends in {' or '.join(ARRAYS)}",
        ) from error


def _text_call(ids: Tensor, mask: Tensor, taker: Taker) -> object:
    names = {*taker.positional, *(taker.named or ())}
    masks = {"attention_mask": mask} if not names or "attention_mask" in names else {}
    if not names or "input_ids" in names:
        return {"input_ids": ids} | masks
    return ((ids,), masks)


def _chunks(items: Iterable[Any], size: int, taker: Taker) -> Iterator[list[Any]]:
    """So many at a time; of a rest that a model does not take nothing."""
    held, first = list[Any](), True
    for item in items:
        held.append(item)
        if len(held) == size:
            yield held
            held, first = [], False
    if held and (first or not taker.batch):
        yield held


def _numbers(values: Sequence[float]) -> str:
    return " ".join(f"{x:.3g}" for x in values)
