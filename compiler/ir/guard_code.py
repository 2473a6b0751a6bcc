"""The guards of a program as Python expressions, in the form in which an exported program keeps its own.

An exported program's module asserts sizes, relations and numbers. It says nothing of None, of the dtype and number of
dimensions of a tensor, of the type of a number, and of sizes of 0 and 1, which are added here.
"""

from __future__ import annotations

import inspect
import math
import re
from collections.abc import Iterator, Sequence
from typing import Any

import torch
from torch import Tensor
from torch.export import ExportedProgram
from torch.utils import _pytree as pytree

from ..errors import UserError
from .program import Program

# A size in the code of a guard.
SIZE = re.compile(r"L(?:\[[^\]]*\])+\.size\(\)\[\d+\]")


def add_guards(exported: ExportedProgram, program: Program) -> None:
    """Let an exported program, which was made of a Program, assert what that one's guards ask for.

    Raises:
        UserError: PyTorch would write a string, or the key of an input, wrongly into the code of a guard.
    """
    sources = _sources(exported)
    for name, source, value in zip(program.input_names, sources, program.inputs, strict=True):
        for text in [source, *([repr(value)] if isinstance(value, str) else [])]:
            if {*text} & {'"', "\\"}:  # there, repr holds a quote, or what it escapes
                raise _unwritable(program, name, text.removeprefix("L"))
    code = [_but_small(text) if program.assumptions.small is not None else text for text in exported._guards_code]
    for source, value, node in zip(sources, program.inputs, program.placeholders(), strict=True):
        code += _of_tensor(source, value) if isinstance(value, Tensor) else _of_value(source, value, node.meta["val"])
    exported._guards_code = [*code, *_of_small_sizes(program, sources)]


def _unwritable(program: Program, name: str, text: str) -> UserError:
    return UserError(
        "capture-failed",
        f"'{program.name}' cannot be written as a .pt2 file",
        note=f"input '{name}' is {text}, and PyTorch writes quotes and backslashes into its guards as they are",
        hint="pass it without them; or write the model as ONNX",
    )


def _but_small(code: str) -> str:
    """A relation between sizes for those of 2 and more: smaller ones were tried, and may be divided by in it.

    That two sizes are equal holds for those, too: what was tried are inputs that keep to it.
    """
    sizes = dict.fromkeys(SIZE.findall(code))
    if re.fullmatch(rf"{SIZE.pattern} == {SIZE.pattern}", code):
        return code
    return " or ".join([*(f"{size} < 2" for size in sizes), f"({code})"])


def _sources(exported: ExportedProgram) -> list[str]:
    """What guards call each flat input, such as ``L['x']``."""
    args, kwargs = exported.example_inputs or ((), {})
    bound = inspect.signature(exported.module(check_guards=False).forward).bind(*args, **kwargs)
    return [f"L{pytree.keystr(path)}" for path, _ in pytree.tree_leaves_with_path(bound.arguments)]


def _of_tensor(source: str, example: Tensor) -> Iterator[str]:
    yield f"{source}.dim() == {example.ndim}"
    yield f"str({source}.dtype) == '{example.dtype}'"


def _of_value(source: str, example: Any, value: Any) -> Iterator[str]:
    """PyTorch traces such programs again with integers in place of flags: those two are not told apart."""
    if isinstance(value, torch.SymInt):
        return
    if example is None:
        yield f"{source} is None"
    if isinstance(example, int):
        yield f"not isinstance({source}, float)"
    if isinstance(example, float):
        yield f"isinstance({source}, float)"
        if example == 0:
            yield f"math.copysign(1, {source}) == {math.copysign(1, example)}"


def _of_small_sizes(program: Program, sources: Sequence[str]) -> Iterator[str]:
    """That sizes of 0 and 1 come in combinations that are known to be right, and multiples are such."""
    places = program.places_of_sizes()
    for place in places.values():
        if not place.is_plain:
            yield f"({sources[place.index]}.size()[{place.dim}] - {place.offset}) % {place.slope} == 0"
    rows = program.assumptions.small_rows(places)
    if rows is None or not places:
        return
    sizes = [f"min(2, {place.words(sources[place.index], '.size()[{}]')})" for place in places.values()]
    yield f"({', '.join(sizes)},) in {tuple(sorted(rows))}"
