"""What other packages bring: classes that they announce as entry points."""

from __future__ import annotations

import importlib.metadata
import warnings
from typing import TypeVar

from ..errors import UserError

Kind = TypeVar("Kind")


def announced(group: str, base: type[Kind]) -> list[type[Kind]]:
    """The classes that other packages announce under a group of entry points.

    One that cannot be imported is warned of and left out.

    Args:
        group: such as ``sparsec.passes``.
        base: what they have to derive from.

    Raises:
        UserError: an entry point names something else.
    """
    found: list[type[Kind]] = []
    what = base.__name__.lower()
    for entry in importlib.metadata.entry_points(group=group):
        try:
            kind = entry.load()
        except ImportError as error:
            warnings.warn(f"{what} '{entry.name}' ({entry.value}) cannot be imported: {error}", stacklevel=3)
            continue
        if not (isinstance(kind, type) and issubclass(kind, base)):
            raise UserError(
                "bad-option",
                f"entry point '{entry.name}' is not a {what}",
                where=entry.value,
                hint=f"let it name a frozen dataclass derived from {base.__module__}.{base.__qualname__}",
            )
        found.append(kind)
    return found
