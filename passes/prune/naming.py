"""Methods by name: ``least-squares{damping=0.001}`` is what a command line or a recipe says."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Sequence
from typing import TypeVar

from ...compiler.errors import UserError
from ..base import with_options
from .kinds import Method

M = TypeVar("M", bound=Method)

# One that is not inside of braces: an option may be a method with options.
OUTER_COMMA = re.compile(r",(?![^{}]*\})")


def method_of(given: object, kind: type[M], known: Iterable[type[M]], also: Sequence[str] = ()) -> M:
    """The method that is meant: one that is given as such, or one by name, with options in braces.

    Args:
        given: a method, or a text.
        kind: of the methods that may be meant.
        known: those that have a name.
        also: what else may be written, for hints.

    Raises:
        UserError: there is none of that name, or it has no such option, or something else is given.
    """
    if isinstance(given, kind):
        return given
    noun, by_name = kind.__name__.lower(), {method.name(): method for method in known}
    names = [*also, *by_name]
    if not isinstance(given, str):
        hint = f"give one of {', '.join(names)}, or a sparsec.passes.prune.kinds.{kind.__name__}"
        raise UserError("bad-option", f"{given!r:.80} is no {noun}", hint=hint)
    form = re.fullmatch(r"\s*([^{}\s]+)\s*(?:\{(.*)\})?\s*", given)
    if not form:
        raise UserError("bad-option", f"'{given}' is no {noun}", hint="write name, or name{option=value,option=value}")
    name, settings = form[1].replace("_", "-").lower(), form[2] or ""
    if name not in by_name:
        hint = f"{meant(name, names)}known: {', '.join(sorted(names))}"
        raise UserError("unknown-option", f"there is no {noun} '{form[1]}'", hint=hint)
    return with_options(by_name[name], name, filter(None, map(str.strip, OUTER_COMMA.split(settings))), noun)


def meant(name: str, known: Iterable[str]) -> str:
    """What somebody may have meant by an unknown name, as the beginning of a hint; empty where nothing is near."""
    near = difflib.get_close_matches(name, [*known], cutoff=0.5)
    return f"did you mean {' or '.join(near)}? " if near else ""
