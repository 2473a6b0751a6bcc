"""What targets make of a program, kept for as long as a compile runs: making it often takes longer than a race."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterable, Iterator
from contextvars import ContextVar
from typing import Any

from torch import Tensor

from ..compiler.ir.program import Program
from ..compiler.ir.target import Target

# By target and what is computed; none outside of ``builds_shared``.
_BUILDS: ContextVar[dict[tuple[str, str], Any] | None] = ContextVar("_BUILDS", default=None)
SHARED_BUILDS = 4


@contextlib.contextmanager
def builds_shared() -> Iterator[None]:
    """Within it, ``built`` makes the same thing of the same program once, as long as it is among the last few."""
    token = _BUILDS.set({})
    try:
        yield
    finally:
        _BUILDS.reset(token)


def keep(target: Target, programs: Iterable[Program]) -> None:
    """Of what was made for a target, keep no more than that of these programs: a race has been decided."""
    kept = _BUILDS.get()
    if kept:
        wanted = {_key(target, program) for program in programs}
        for key in kept.keys() - wanted:
            del kept[key]


def built(target: Target, program: Program, make: Callable[[Program], Any]) -> Any:
    """What a target makes of a program, such as a session; the one made before where there is one."""
    kept = _BUILDS.get()
    if kept is None:
        return make(program)
    key = _key(target, program)
    kept[key] = kept.pop(key, None) or make(program)  # the last one used is the last one to go
    for old in [*kept][:-SHARED_BUILDS]:
        del kept[old]
    return kept[key]


def is_built(target: Target, program: Program) -> bool:
    """Whether ``built`` has nothing to make."""
    kept = _BUILDS.get()
    return kept is not None and bool(kept) and _key(target, program) in kept  # no digest for nothing


def _key(target: Target, program: Program) -> tuple[str, str]:
    """The target with its options; what is computed, and on which sizes, which files may hold as numbers."""
    sizes = [tuple(x.shape) if isinstance(x, Tensor) else x for x in program.inputs]
    return f"{target!r} {sizes}", program.digest()
