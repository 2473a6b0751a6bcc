"""What was raced, and what it cost, as data: ``sparsec.compiler.report.decisions`` puts it into words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from .ir.speculation import Addition


@dataclass(frozen=True)
class Trial:
    """Something that a stage added, and whether it stayed.

    Attributes:
        stage: who added it: "remove", "size", "layouts", "kernels", "fused"; "measure" and "call" are the whole result.
        kept: whether it stayed.
        gain: how many times faster it was measured to be; None where it was not measured.
        additions: the operations that were added.
        numbers: what else there is to say, by name.
    """

    stage: str
    kept: bool
    gain: float | None = None
    additions: tuple[Addition, ...] = ()
    numbers: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Loss:
    """What a lossy pass cost.

    Attributes:
        name: of the pass.
        error: largest difference of any output from the dense original's, relative to that output's largest magnitude,
            once the pass (and those before it) has run.
    """

    name: str
    error: float
