"""Targets, by name: one module of this folder each, which calls its target ``TARGET``, and those of other packages.

Another package announces its own under the entry point group ``sparsec.targets``, as the name of a ``Target``. Names
are known without importing anything; a target is imported when somebody asks for it.
"""

from __future__ import annotations

import functools
import importlib
import importlib.metadata
import pkgutil
from typing import TYPE_CHECKING

from ...compiler.errors import UserError

if TYPE_CHECKING:
    from ...compiler.ir.target import Target

GROUP = "sparsec.targets"


def names() -> list[str]:
    """What targets are called: the built-in ones first."""
    return [*_built_in(), *(name for name in _announced() if name not in _built_in())]


def get(target: str | Target) -> Target:
    """A target by its name; a Target is itself. ``cuda:sm_90`` is one kind of the target ``cuda``.

    Raises:
        UserError: there is none of that name, it is broken, or it needs a package that is not installed.
    """
    if isinstance(target, str):
        return _named(target)
    from ...compiler.ir.target import Target

    if isinstance(target, Target):
        return target
    raise UserError(
        "bad-option", f"'{target!r}' is no target", hint=f"a sparsec Target, or one of {', '.join(names())}"
    )


def suffixes() -> list[str]:
    """How the files end that some target writes."""
    return sorted({suffix for name in names() for suffix in get(name).suffixes})


def writing(suffix: str) -> Target | None:
    """The target whose files end so; the first where several do, None where none does."""
    return next((found for found in map(get, names()) if suffix in found.suffixes), None)


@functools.cache
def _named(name: str) -> Target:
    if name in _built_in():
        found: Target = importlib.import_module(f".{name}", __name__).TARGET
        return found
    base, colon, variant = name.partition(":")
    if colon:
        return _named(base).at(variant)
    if name not in _announced():
        raise UserError("unknown-option", f"there is no target '{name}'", hint=f"targets: {', '.join(names())}")
    return _load(_announced()[name])


def _load(entry: importlib.metadata.EntryPoint) -> Target:
    """The target of another package."""
    from ...compiler.ir.target import Target

    try:
        found = entry.load()
    except (ImportError, AttributeError) as error:
        raise UserError(
            "bad-option", f"target '{entry.name}' cannot be imported", where=entry.value, note=str(error)
        ) from error
    if isinstance(found, type) and issubclass(found, Target):
        found = found()
    if not isinstance(found, Target):
        raise UserError(
            "bad-option",
            f"entry point '{entry.name}' is not a target",
            where=entry.value,
            hint="let it name a class derived from sparsec.targets.Target, or an object of one",
        )
    return found


@functools.cache
def _built_in() -> tuple[str, ...]:
    return tuple(sorted(module.name for module in pkgutil.iter_modules(__path__)))


@functools.cache
def _announced() -> dict[str, importlib.metadata.EntryPoint]:
    return {entry.name: entry for entry in importlib.metadata.entry_points(group=GROUP)}
