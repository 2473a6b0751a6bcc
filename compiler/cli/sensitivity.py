"""``sparsec sensitivity``: measure what a model loses if one layer alone is pruned."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from ..errors import UserError
from .arguments import AsJson, Model, Traceback, check_output
from .calibration import (
    Compensation,
    DataFile,
    ImageSize,
    Importance,
    Keep,
    Length,
    PatternName,
    Samples,
    Tokenizer,
    listed,
    read_data,
)
from .terminal import show, show_json, working
from .words import print_written


def sensitivity(
    model: Model,
    data: DataFile = None,
    levels: Annotated[str, typer.Option(metavar="LIST", help="Shares of zeros to try, by commas.")] = "0.25,0.5,0.75",
    pattern: PatternName = "scattered",
    importance: Importance = "wanda",
    compensation: Compensation = "none",
    keep: Keep = "",
    samples: Samples = None,
    length: Length = 128,
    tokenizer: Tokenizer = None,
    image_size: ImageSize = None,
    html: Annotated[Path | None, typer.Option("--html", metavar="FILE", help="Write the curves as a page.")] = None,
    as_json: AsJson = False,
    traceback: Traceback = False,
) -> None:
    """Measure what a model loses if one layer alone is pruned, for each layer and some shares of zeros."""
    with working() as progress:
        check_output("--html", html, (".html",))
        shares = _shares(levels)
        if data is None:
            raise UserError("bad-option", "there is nothing to measure losses on", hint="pass --data FILE")
        progress.say(f"reading {model}")
        from ..pruning.models import taken
        from ..pruning.sensitivity import sensitivity as measure

        came = taken(model)
        read = read_data(came, model, data, samples=samples, length=length, tokenizer=tokenizer, image_size=image_size)
        found = measure(
            came,  # type: ignore[arg-type]
            read,
            levels=shares,
            pattern=pattern,
            importance=importance,
            compensation=compensation,
            keep=listed(keep),
            progress=progress,
        )
        if html is not None:
            found.save_html(html)
    if as_json:
        show_json(found.to_json())
        return
    show(found.summary())
    show(found.table())
    print_written(html)


def _shares(text: str) -> tuple[float, ...]:
    try:
        return tuple(float(item) for item in listed(text))
    except ValueError as error:
        raise UserError(
            "bad-option", f"--levels '{text}' are no shares of zeros", hint="write 0.25,0.5,0.75"
        ) from error
