"""Methods by name: ``least-squares{damping=0.001}`` is what a command line or a recipe says."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable
from typing import TypeVar

from ...compiler.errors import UserError
from ..base import with_options
from .kinds import Method

M = TypeVar("M", bound=Method)


def method_of(given: str | M, kind: type[M], known: Iterable[type[M]]) -> M:
    """The method that is meant: one that is given as such, or one by name, with options in braces.

    Args:
        given: a method, or a text.
        kind: of the methods that may be meant.
        known: those that have a name.

    Raises:
        UserError: there is none of that name, or it has no such option, or a method of another kind is given.
    """
    noun = kind.__name__.lower()
    if isinstance(given, kind):
        return given
    if not isinstance(given, str):
        raise UserError(
            "bad-option",
            f"{given!r} is no {noun}",
            hint=f"give a name or a sparsec.passes.prune.kinds.{kind.__name__}",
        )
    form = re.fullmatch(r"\s*([^{}\s]+)\s*(?:\{([^{}]*)\})?\s*", given)
    if not form:
        raise UserError("bad-option", f"'{given}' is no {noun}", hint="write name, or name{option=value,option=value}")
    name, settings = form[1].replace("_", "-"), form[2] or ""
    by_name = {method.name(): method for method in known}
    if name not in by_name:
        near = difflib.get_close_matches(name, by_name, cutoff=0.4)
        hint = f"did you mean {' or '.join(near)}?" if near else f"known: {', '.join(sorted(by_name))}"
        raise UserError("unknown-option", f"there is no {noun} '{name}'", hint=hint)
    return with_options(by_name[name], name, filter(None, map(str.strip, settings.split(","))), noun)
