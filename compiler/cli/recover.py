"""``sparsec recover``: let the dense model teach a pruned one, whose zeros stay, and write what comes of it."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from ...runtime import targets
from ..errors import UserError
from .arguments import AsJson, Effort, Kernels, Measure, Model, TargetOfFile, Traceback
from .calibration import DataFile, ImageSize, Length, Resume, Samples, Tokenizer, read_data
from .compile import target_of
from .prune import Compiled, Dense, check_result, tell, write_result
from .terminal import working


def recover(
    model: Model,
    pruned: Annotated[
        Path,
        typer.Argument(
            metavar="PRUNED",
            show_default=False,
            help="The same with zeros in it: what 'sparsec prune --no-compile' wrote, or anybody else.",
        ),
    ],
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
    minutes: Annotated[float, typer.Option(metavar="N", help="How long it may take, about.")] = 10.0,
    steps: Annotated[
        int | None, typer.Option(metavar="N", show_default=False, help="How many steps to make instead.")
    ] = None,
    learning_rate: Annotated[float, typer.Option(metavar="RATE", help="The highest.")] = 4e-4,
    held_out: Annotated[float, typer.Option(metavar="SHARE", help="Of the data, to measure on.")] = 0.1,
    seed: Annotated[int, typer.Option(metavar="N", help="Of the order of the data.")] = 0,
    samples: Samples = None,
    length: Length = 128,
    tokenizer: Tokenizer = None,
    image_size: ImageSize = None,
    resume: Resume = None,
    compiled: Compiled = True,
    dense: Dense = False,
    target: TargetOfFile = "",
    measure: Measure = True,
    effort: Effort = "default",
    kernels: Kernels = True,
    as_json: AsJson = False,
    traceback: Traceback = False,
) -> None:
    """Let the dense model teach a pruned one, whose zeros stay, on unlabelled data; write what is compiled from it."""
    with working() as progress:
        check_result(output, compiled, model)
        place = target or target_of(output)
        targets.get(place).require()
        if data is None:
            raise UserError("bad-option", "there is nothing to learn from", hint="pass --data FILE")
        from ..pruning.models import taken
        from ..pruning.recover import recover as teach
        from ..pruning.reopen import reopened

        progress.say(f"reading {model} and {pruned}")
        came = taken(model)
        read = read_data(came, model, data, samples=samples, length=length, tokenizer=tokenizer, image_size=image_size)
        result = teach(
            reopened(came, pruned),  # type: ignore[arg-type]
            read,
            minutes=minutes,
            steps=steps,
            learning_rate=learning_rate,
            held_out=held_out,
            seed=seed,
            progress=progress,
            resume=resume,
        )
        options: dict[str, Any] = {"target": place, "measure": measure, "effort": effort, "kernels": kernels}
        small = result.compile(**options, observers=[progress]) if compiled else None
        write_result(result, small, model, output, progress, dense=dense)
    tell("Taught with", result, small, output, None, as_json, dense=dense)
