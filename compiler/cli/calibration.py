"""What commands that look at data have in common: its options, and how a file of it is read for a model."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ..errors import UserError

if TYPE_CHECKING:
    from ..pruning.data import Data
    from ..pruning.models import Taken
    from ..pruning.readings import Images, Text

DATA_FILES = (".safetensors", ".npz", ".pt", ".pth")

DataFile = Annotated[
    Path | None,
    typer.Option(
        "--data",
        metavar="FILE",
        show_default=False,
        help="Calls of the model: a .safetensors or .npz file of arrays, a text file, or a folder of pictures.",
    ),
]
Samples = Annotated[int | None, typer.Option("--samples", metavar="N", show_default="1024", help="How many to read.")]
Length = Annotated[int, typer.Option("--length", metavar="N", help="Tokens of an input, of a text file.")]
Tokenizer = Annotated[
    Path | None,
    typer.Option(metavar="FOLDER", show_default="the model's", help="Where the tokenizer of a text file was saved."),
]
ImageSize = Annotated[
    int | None,
    typer.Option(metavar="N", show_default="the model's", help="Height and width of pictures, cut out of the middle."),
]
Importance = Annotated[
    str, typer.Option(metavar="NAME", show_default=False, help="Which weights matter; 'sparsec methods' lists them.")
]
Compensation = Annotated[
    str, typer.Option(metavar="NAME", show_default=False, help="How the others make up for what goes.")
]
PatternName = Annotated[
    str,
    typer.Option(
        "--pattern", metavar="NAME", show_default=False, help="What is zero together: 8x1, 2:4, scattered, ..."
    ),
]
Keep = Annotated[
    str,
    typer.Option(
        "--keep", metavar="LIST", show_default=False, help="Layers that stay as they are: names with *, by commas."
    ),
]

Resume = Annotated[
    Path | None,
    typer.Option(
        "--resume",
        metavar="FILE",
        show_default=False,
        help="Keep what is done in a .checkpoint file until all is, and go on from there if it exists.",
    ),
]


def listed(text: str) -> tuple[str, ...]:
    """The items of a list that is separated by commas."""
    return tuple(item.strip() for item in text.split(",") if item.strip())


def read_data(
    came: Taken,
    model: Path,
    file: Path,
    *,
    samples: int | None,
    length: int,
    tokenizer: Path | None,
    image_size: int | None,
) -> Data:
    """The data in a file, as the model takes it.

    Args:
        came: the model.
        model: where it came from; a tokenizer and what is known of pictures may lie there.
        file: with data.
        samples, length, tokenizer, image_size: see the options.

    Raises:
        UserError: it cannot be read, or is not what the model takes.
    """
    from ..pruning.data import SAMPLES, Data

    reading: Images | Text | None = None
    if file.is_dir():
        reading = _images(came, model, image_size)
    elif file.suffix not in DATA_FILES:
        reading = _text(file, model, length, tokenizer)
    return Data.of(file, came.model, samples=SAMPLES if samples is None else samples, reading=reading)


def _text(file: Path, model: Path, length: int, tokenizer: Path | None) -> Text:
    from ..pruning.readings import Text

    folder = tokenizer or (model if model.is_dir() else None)
    if folder is None:
        raise UserError(
            "bad-option",
            f"'{file}' is read as text with a tokenizer, and nobody said which",
            hint="pass --tokenizer FOLDER, that the model's was saved in; arrays go into a .npz or .safetensors file",
        )
    return Text(folder, length)


def _images(came: Taken, model: Path, size: int | None) -> Images:
    from ..capture.weight_files import read_json
    from ..pruning.readings import Images

    found: dict[str, Any] = {}
    if model.is_dir() and (model / "preprocessor_config.json").is_file():
        said = read_json(model / "preprocessor_config.json")
        found = {
            ours: tuple(said[theirs])
            for ours, theirs in (("mean", "image_mean"), ("std", "image_std"))
            if theirs in said
        }
    sides = (size, size) if size is not None else _sides(came)
    if sides is None:
        raise UserError(
            "bad-option",
            "nobody says how large pictures are for this model",
            hint="pass --image-size 224, or what it takes",
        )
    return Images(sides, **found)


def _sides(came: Taken) -> tuple[int, int] | None:
    """Height and width of the first input of the model's example that is a picture."""
    import torch
    from torch.export import ExportedProgram

    from ..capture.models import read_exported, read_onnx

    model: Any = came.model
    example: Any = came.kwargs
    stored = read_onnx(model) if isinstance(model, Path) else None
    if stored is not None:
        example = stored.examples()[0]
    elif isinstance(model, Path):
        model = read_exported(model)
    if isinstance(model, ExportedProgram):
        example = model.example_inputs or ()
    for value in torch.utils._pytree.tree_leaves(example):
        if isinstance(value, torch.Tensor) and value.ndim == 4:
            return int(value.shape[2]), int(value.shape[3])
    return None
