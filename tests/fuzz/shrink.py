"""The least program that still fails in the same way: steps, zeros and outputs are left out while it does."""

from __future__ import annotations

from dataclasses import replace

from .check import Outcome, check
from .draw import Program, Spec
from .grammar import draw_or_none


def shrunk(program: Program, outcome: Outcome) -> Program:
    """A smaller program with one of the findings of a larger one (a crash cannot be shrunk in process)."""
    kind, stage, _ = outcome.findings[0]
    stages = [outcome.done[-1]] if len(outcome.done) == 1 else [_stage_of(stage)]

    def fails(spec: Spec) -> Program | None:
        smaller = draw_or_none(spec)
        if smaller is None:
            return None
        return smaller if (kind, stage) in check(smaller, stages).kinds() else None

    best = program
    for returned in (1, 2):
        if (found := fails(replace(best.spec, returned=returned))) is not None:
            best = found
            break
    changed = True
    while changed:
        changed = False
        for step in best.spec.steps[::-1]:
            steps = tuple(s for s in best.spec.steps if s is not step)
            if steps and (found := fails(replace(best.spec, steps=steps))) is not None:
                best, changed = found, True
    for name in best.names:
        if (found := fails(replace(best.spec, dense=best.spec.dense | {name}))) is not None:
            best = found
    return best


def _stage_of(text: str) -> str:
    first = text.split()[0]
    return {"pt2": "cpu", "again": "cpu", "onnx": "onnxruntime"}.get(first, first)
