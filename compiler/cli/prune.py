"""``sparsec prune``: make zeros in a model where they cost least, and write what is compiled from it."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ...runtime import targets
from ..errors import UserError
from .arguments import AsJson, Effort, Kernels, Measure, Model, TargetOfFile, Traceback, check_output, model_files
from .calibration import (
    Compensation,
    DataFile,
    ImageSize,
    Importance,
    Keep,
    Length,
    PatternName,
    Resume,
    Samples,
    Tokenizer,
    listed,
    read_data,
)
from .compile import target_of
from .terminal import show, show_json, working
from .words import print_report, print_written
from .work import file_facts, library_of, write

if TYPE_CHECKING:
    from ..driver import CompiledModule
    from ..progress import Progress
    from ..pruning.api import Result

# Ends of the files beside a Hugging Face model's weights that say how its inputs are made.
WORDS = (".json", ".txt", ".model", ".jinja")

Compiled = Annotated[
    bool, typer.Option("--compile/--no-compile", help="Write what is compiled from the zeros, or just the zeros.")
]
Dense = Annotated[
    bool, typer.Option("--dense", help="Keep the dense model's shapes in a folder, with zeros for what went.")
]
Share = Annotated[
    str,
    typer.Option(
        metavar="SHARE",
        show_default=False,
        help="The share of zeros, or of units, that goes: 0.5, or 'encoder.*:0.3,*:0.5' by names.",
    ),
]


def prune(
    model: Model,
    output: Annotated[
        Path,
        typer.Option(
            "--output",
            "-o",
            metavar="FILE",
            show_default=False,
            help="A .onnx or .pt2 file; with --no-compile a .pt2 file, or a folder for a Hugging Face model.",
        ),
    ],
    data: DataFile = None,
    sparsity: Share = "",
    pattern: PatternName = "",
    units: Annotated[
        str, typer.Option(metavar="LIST", show_default=False, help="What goes as a whole: neuron, head, channel, ...")
    ] = "",
    macs: Annotated[
        float | None, typer.Option(metavar="SHARE", show_default=False, help="Multiply-adds that may be left: 0.7.")
    ] = None,
    parameters: Annotated[
        float | None, typer.Option(metavar="SHARE", show_default=False, help="Weights that may be left: 0.7.")
    ] = None,
    stored: Annotated[
        float | None,
        typer.Option("--bytes", metavar="SHARE", show_default=False, help="Bytes of weights that may be left: 0.5."),
    ] = None,
    latency: Annotated[
        float | None,
        typer.Option(metavar="SHARE", show_default=False, help="Time of layers on the target that may be left: 0.6."),
    ] = None,
    importance: Importance = "",
    allocation: Annotated[str, typer.Option(metavar="NAME", show_default="uniform", help="How much goes where.")] = "",
    compensation: Compensation = "",
    keep: Keep = "",
    measured: Annotated[
        bool, typer.Option("--measured", help="Let allocations know what the model loses, one layer at a time.")
    ] = False,
    sequential: Annotated[
        bool, typer.Option("--sequential/--dense-inputs", help="Judge layers by what pruned layers before them give.")
    ] = True,
    metric: Annotated[
        str, typer.Option(metavar="NAME", show_default=False, help="Measured, too: perplexity, kl, agreement, ...")
    ] = "",
    held_out: Annotated[float, typer.Option(metavar="SHARE", help="Of the data, to measure on.")] = 0.2,
    seed: Annotated[int, typer.Option(metavar="N", help="Of what is drawn.")] = 0,
    samples: Samples = None,
    length: Length = 128,
    tokenizer: Tokenizer = None,
    image_size: ImageSize = None,
    recipe: Annotated[
        Path | None,
        typer.Option(metavar="FILE", show_default=False, help="Do what a recipe says (.toml, or a pruned model)."),
    ] = None,
    elsewhere: Annotated[
        bool, typer.Option("--elsewhere", help="Let the recipe be of other weights or other data.")
    ] = False,
    resume: Resume = None,
    write_recipe: Annotated[
        Path | None, typer.Option(metavar="FILE", show_default=False, help="Write what was done as a .toml file.")
    ] = None,
    compiled: Compiled = True,
    dense: Dense = False,
    target: TargetOfFile = "",
    measure: Measure = True,
    effort: Effort = "default",
    kernels: Kernels = True,
    as_json: AsJson = False,
    traceback: Traceback = False,
) -> None:
    """Make zeros in a model where they cost least, and write what is compiled from it, with its recipe."""
    with working() as progress:
        check_output("--write-recipe", write_recipe, (".toml",))
        check_result(output, compiled, model)
        place = target or target_of(output)
        options = {
            "sparsity": _share(sparsity),
            "pattern": pattern or None,
            "units": listed(units),
            "importance": importance or None,
            "allocation": allocation or None,
            "compensation": compensation or None,
            "budget": _budget(macs=macs, parameters=parameters, bytes=stored, latency=latency),
            "keep": listed(keep),
            "measured": measured,
            "sequential": sequential,
            "metric": metric or None,
            "held_out": held_out,
            "seed": seed,
            "recipe": _recipe(recipe, elsewhere),
            "resume": resume,
        }
        reading = {"samples": samples, "length": length, "tokenizer": tokenizer, "image_size": image_size}
        result = _pruned(model, data, place, options, reading, progress)
        small = (
            result.compile(target=place, measure=measure, effort=effort, kernels=kernels, observers=[progress])
            if compiled
            else None
        )
        write_result(result, small, model, output, progress, dense=dense)
        if write_recipe is not None:
            result.recipe.save(write_recipe)
    tell("Pruned with", result, small, output, write_recipe, as_json, dense=dense)


def _pruned(
    model: Path,
    file: Path | None,
    target: str,
    options: dict[str, Any],
    reading: dict[str, Any],
    progress: Progress,
) -> Result:
    """The model, pruned."""
    from ..pruning.api import prune as make_zeros
    from ..pruning.models import taken

    targets.get(target).require()
    progress.say(f"reading {model}")
    came = taken(model, target)
    data = None
    if file is not None:
        progress.say(f"reading {file}")
        data = read_data(came, model, file, **reading)
    progress.say(f"pruning {model}")
    return make_zeros(came, data, target=target, progress=progress, **options)  # type: ignore[arg-type]


def check_result(output: Path, compiled: bool, model: Path) -> None:
    """Refuse a name that does not say what to write: a folder is for zeros in a Hugging Face model."""
    if compiled or not _is_folder(output, model):
        check_output("-o", output, model_files(output) if compiled else (".pt2",))


def _is_folder(output: Path, model: Path) -> bool:
    """Whether zeros are written as a folder: of a Hugging Face model, unless the name is that of a file."""
    from ..capture.pretrained import is_pretrained

    return output.suffix not in model_files(output) and (is_pretrained(model) or not model.exists())


def write_result(
    result: Result,
    small: CompiledModule | None,
    model: Path,
    output: Path,
    progress: Progress,
    *,
    dense: bool,
) -> None:
    """Write what is compiled from a result; or the zeros alone, as a file or a folder like the one they came in.

    Args:
        result, small: what to write.
        model: where it came from.
        output: where to.
        progress: who is told.
        dense: whether a folder keeps the shapes of the dense model.
    """
    if small is not None:
        write(small, output, progress)
        return
    progress.say(f"writing {output}")
    if not _is_folder(output, model):
        result.save(output)
        return
    result.save_pretrained(output, dense=dense)
    if model.is_dir():
        _copy_words(model, output)


def _copy_words(model: Path, output: Path) -> None:
    """Copy what lies beside weights and is not written again: a tokenizer, how pictures are read, how to chat."""
    for file in sorted(model.iterdir()):
        is_index = file.name.endswith(".index.json")
        if file.is_file() and file.suffix in WORDS and not is_index and not (output / file.name).exists():
            shutil.copyfile(file, output / file.name)


def tell(
    done: str,
    result: Result,
    small: CompiledModule | None,
    output: Path,
    recipe: Path | None,
    as_json: bool,
    *,
    dense: bool,
) -> None:
    """Print what was done and written.

    Args:
        done: what was done with the data: "Pruned with".
        result, small, output, recipe, as_json, dense: see ``write_result`` and the options.
    """
    from ..pruning.report import as_json as numbers
    from ..pruning.report import parts

    library = library_of(output)
    if as_json:
        show_json(file_facts(output) | {"pruning": numbers(result), "report": small and small.report.to_json()})
        return
    if result.data is not None:
        show(f"{done} {result.data.calibration.says()}.")
    for part in parts(result):
        show(part)
    if small is not None:
        print_report(small.report)
    if output.is_dir():
        narrow = not dense and any(one.indices for one in result.outcome.gone)
        shapes = "what went is not in it" if narrow else "shapes are those of the dense model, zeros are in the weights"
        show(f"Wrote the folder {output}: {shapes}.")
    print_written(None if output.is_dir() else output, library, recipe)


def _share(text: str) -> float | dict[str, float] | None:
    """A share of zeros, or shares by patterns of names."""
    if not text:
        return None
    try:
        return float(text)
    except ValueError:
        pairs = [item.rpartition(":") for item in listed(text)]
    try:
        return {pattern: float(share) for pattern, _, share in pairs}
    except ValueError as error:
        hint = "write --sparsity 0.5, or --sparsity 'encoder.*:0.3,*:0.5'"
        raise UserError("bad-option", f"--sparsity '{text}' is no share of zeros", hint=hint) from error


def _budget(**shares: float | None) -> Any:
    from ...passes.prune.budget import BUDGETS

    given = {name: share for name, share in shares.items() if share is not None}
    if len(given) > 1:
        first, second, *_ = given
        raise UserError("bad-option", f"both --{first} and --{second} say what may be left", hint="give one of them")
    return next((BUDGETS[name](share) for name, share in given.items()), None)


def _recipe(path: Path | None, elsewhere: bool) -> Any:
    from ..pruning.recipe import recipe_of

    if path is None:
        return None
    found = recipe_of(path)
    return found.elsewhere() if elsewhere else found
