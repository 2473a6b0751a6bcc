"""All productions, and the ops of the rule table that they have to cover."""

from __future__ import annotations

from . import control, elementwise, layers, movement, picks, spatial, unruled
from .draw import PRODUCTIONS, Production, Program, Spec, Unfit, draw

ROOMS = (layers, elementwise, movement, spatial, picks, unruled, control)
__all__ = ["PRODUCTIONS", "Production", "covered", "draw_or_none"]


def covered() -> set[str]:
    """Ops that some production says it brings, without their namespace."""
    return {op for entry in PRODUCTIONS.values() for op in entry.covers}


def draw_or_none(spec: Spec) -> Program | None:
    """A program; None where its steps make nothing."""
    try:
        return draw(spec)
    except Unfit:
        return None
