"""A failure of ours costs the user nothing: what went wrong is left out, the rest is compiled, and the report says so.

``tolerant`` compiles again and again, each time with more left out: first single layers (found by bisection), then a
pass, then the layouts or the kernels, at last everything. What it returns was verified like any other result. Errors
of the user, a full memory or disk and interrupts go through.
"""

from __future__ import annotations

import os
import time
import warnings
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Generic, TypeVar

from .bundle import BUNDLE, write_bundle
from .errors import FallbackWarning, PassError, UserError, is_exhaustion
from .ir.program import Program

STRICT = "SPARSEC_STRICT"
# Stages that can be left out as a whole, in words, and the passes of one of them.
STAGES = {
    "layouts": "channel layouts",
    "kernels": "sparse kernels",
    "fused": "operators of the target's own",
    "measure": "measuring",
}
LAYOUT_PASSES = frozenset({"separate-readers", "layouts", "convert-layouts"})
# What errors name where no pass is known to be at fault.
NO_PASSES = frozenset({"unknown", "demote", "capture"})
# How long single layers are looked for, and how many may be left out before their pass is.
SEARCH_SECONDS, MOST_LAYERS = 60.0, 3

Result = TypeVar("Result")


@dataclass(frozen=True)
class LeftOut:
    """What a compile does not do.

    Attributes:
        passes: names of passes.
        stages: "layouts", "kernels", "fused", "measure" or "all".
        layers: names of nodes that stay as they are.
    """

    passes: frozenset[str] = frozenset()
    stages: frozenset[str] = frozenset()
    layers: frozenset[str] = frozenset()

    def has(self, stage: str) -> bool:
        """Whether a stage is left out."""
        return stage in self.stages or ("all" in self.stages and stage != "measure")


@dataclass(frozen=True)
class Failure:
    """Something that went wrong inside the compiler, and what was left out for it.

    Attributes:
        stage: where: "remove", "layouts", "kernels", "fused", "verify" or "measure".
        pass_name: of the pass, where one is known.
        message: what went wrong.
        left_out: in words: a layer, a pass, a stage.
    """

    stage: str
    pass_name: str
    message: str
    left_out: str = ""

    def __str__(self) -> str:
        where = f"pass '{self.pass_name}'" if self.pass_name else f"stage '{self.stage}'"
        return f"{self.left_out} ({where}: {self.message})"


@dataclass
class Progress:
    """Where a compile is, for whoever has to say where it failed."""

    stage: str = "remove"


@dataclass
class Attempts(Generic[Result]):
    """How a program is compiled with something left out.

    Attributes:
        compile: the whole compile.
        works: whether the removal stage alone, with some layers held, gives a right result.
        layers: names of the layers, in order.
    """

    compile: Callable[[LeftOut, Progress], Result]
    works: Callable[[LeftOut], bool]
    layers: Sequence[str] = field(default_factory=list)


def is_strict(asked: bool | None) -> bool:
    """Whether failures are raised: as asked, or else as the environment variable ``SPARSEC_STRICT`` says."""
    return os.environ.get(STRICT, "") not in ("", "0") if asked is None else asked


def tolerant(attempts: Attempts[Result], program: Program) -> tuple[Result, list[Failure]]:
    """The result of a compile in which nothing fails, and what had to be left out for that.

    Raises:
        UserError: what the user can mend.
        PassError: even the program as it came cannot be returned.
    """
    left, failures = LeftOut(), list[Failure]()
    while True:
        progress = Progress()
        try:
            return attempts.compile(left, progress), _told(failures, program)
        except UserError:
            raise
        except Exception as error:
            if is_exhaustion(error) or (left.has("all") and progress.stage != "measure"):
                raise
            left, failure = _more(left, progress.stage, error, attempts)
            failures.append(failure)


def _more(left: LeftOut, stage: str, error: Exception, attempts: Attempts[Result]) -> tuple[LeftOut, Failure]:
    """What to leave out next, and why."""
    known = isinstance(error, PassError) and error.pass_name not in NO_PASSES
    name = error.pass_name if isinstance(error, PassError) and known else ""
    message = (str(error.message if isinstance(error, PassError) else error).splitlines() or [""])[0]
    failure = Failure(stage, name, message[:300] or type(error).__name__)
    skipped = _stage_to_skip(left, stage, name)
    if skipped:
        return replace(left, stages=left.stages | {skipped}), replace(failure, left_out=STAGES[skipped])
    if name and name not in left.passes:
        found = _layers_at_fault(left, attempts)
        if found:
            words = f"layer{'s' * (len(found) > 1)} {', '.join(map(repr, sorted(found)))}"
            return replace(left, layers=left.layers | found), replace(failure, left_out=words)
        return replace(left, passes=left.passes | {name}), replace(failure, left_out=f"pass '{name}'")
    return replace(left, stages=left.stages | {"all"}), replace(failure, left_out="everything")


def _stage_to_skip(left: LeftOut, stage: str, name: str) -> str | None:
    """The stage that an error came from; where it shows only in the result and no pass is known, the last one."""
    if name in LAYOUT_PASSES:
        stage = "layouts"
    if stage in STAGES and not left.has(stage):
        return stage
    return None if name else next((other for other in ("fused", "kernels", "layouts") if not left.has(other)), None)


def _layers_at_fault(left: LeftOut, attempts: Attempts[Result]) -> frozenset[str]:
    """The layers that have to stay as they are for the removal to be right; none if that does not help."""
    layers = [name for name in attempts.layers if name not in left.layers]
    end, found = time.monotonic() + SEARCH_SECONDS, frozenset[str]()

    def works(held: Sequence[str]) -> bool:
        return attempts.works(replace(left, layers=left.layers | found | frozenset(held)))

    if not layers or not works(layers):
        return frozenset()
    while len(found) < MOST_LAYERS:
        low, high = 0, len(layers)  # with the first ``low`` layers free it works, with the first ``high`` it does not
        while high - low > 1:
            if time.monotonic() > end:
                return frozenset()
            middle = (low + high) // 2
            low, high = (middle, high) if works(layers[middle:]) else (low, middle)
        found |= {layers[high - 1]}
        if works([]):
            return found
    return frozenset()


def _told(failures: list[Failure], program: Program) -> list[Failure]:
    """Tell the user once, and write what helps to mend it where that was asked for."""
    if failures:
        folder = os.environ.get(BUNDLE)
        written = f"written to '{write_bundle(program, failures, folder)}'" if folder else f"{BUNDLE}=FOLDER writes it"
        what = "; ".join(str(failure) for failure in failures)
        warnings.warn(
            f"sparsec left something as it was because of an error of its own: {what}\n"
            f"  Hint: the result is right; please report it with the bundle ({written}; no weights and no data)",
            FallbackWarning,
            stacklevel=4,
        )
    return failures
