"""The two roots of every error that sparsec raises: UserError (yours) and PassError (ours).

A ``UserError`` says what is wrong with an input in one sentence, where, why and what to do, under a stable
code (the table of codes is ``CODES``; ``docs/errors.md`` explains each). A ``PassError`` is a defect of a
pass: it names the pass, its index, the passes that ran before it, and shows the IR around the node.
"""

from __future__ import annotations

import errno
from collections.abc import Sequence

CODES: dict[str, str] = {
    "capture-failed": "torch.export could not turn the model into a graph",
    "capture-differs": "the exported program does not compute what the model computes",
    "bad-inputs": "the example inputs do not fit the model, or a later call does not fit the example inputs",
    "non-finite-weights": "a weight holds NaN or infinity",
    "quantized-model": "the model holds integer or quantised weights",
    "unsupported-tensor": "a weight or input is a tensor that cannot be compiled, such as one without numbers",
    "empty-graph": "the model computes nothing",
    "all-zero": "every weight of the model is zero",
    "impure-model": "the model writes into its buffers or inputs, or draws random numbers",
    "bad-file": "a file is missing, truncated, or of another kind",
    "bad-checkpoint": "weights, masks and model do not fit together",
    "missing-package": "a package that the input needs is not installed, or cannot be imported",
    "missing-device": "hardware that was asked for is not in this machine, or PyTorch was built without it",
    "too-large": "a weight is larger than what a sparse format can count, or than what a method of pruning is for",
    "bad-library": "a library of sparse kernels is missing, or cannot be loaded on this machine",
    "no-linker": "sparse kernels cannot be linked to a library for ONNX Runtime",
    "unwritable-path": "an output path cannot be written",
    "unknown-option": "an option, target or pass name is not known",
    "bad-option": "an option has a value that it cannot have",
    "bad-recipe": "a recipe cannot be read, or is of another model or of other data",
    "bad-metric": "a metric fails, or gives what is no number",
    "pass-order": "a list of passes lacks a fact that one of them needs",
    "stale-weights": "weights changed after compiling and the model may not be recompiled, or after pruning",
    "onnx-import-failed": "an ONNX file holds something that cannot be compiled",
    "onnx-export-failed": "the compiled model could not be written as ONNX",
}


class SparsecError(Exception):
    """Base class of all errors raised on purpose."""


class UserError(SparsecError):
    """Something the caller can mend.

    Args:
        code: stable identifier, a key of ``CODES``.
        message: one sentence, names in single quotes.
        where: the place, such as a source line of the model or a path.
        note: why this is an error.
        hint: what to do about it.
    """

    def __init__(
        self,
        code: str,
        message: str,
        *,
        where: str | None = None,
        note: str | None = None,
        hint: str | None = None,
    ) -> None:
        if code not in CODES:
            raise ValueError(f"'{code}' is not a known error code")
        self.code, self.message, self.where, self.note, self.hint = code, message, where, note, hint
        lines = [f"{message} [{code}]"]
        lines += [f"  at {where}"] if where else []
        lines += [f"  Note: {note}"] if note else []
        lines += [f"  Hint: {hint}"] if hint else []
        super().__init__("\n".join(lines))

    def elsewhere(self, where: str | None, hint: str | None) -> UserError:
        """The same error at another place ``where``, with another ``hint``."""
        return type(self)(self.code, self.message, where=where, note=self.note, hint=hint)

    def or_else(self, other: str) -> UserError:
        """The same error, with another way out in its hint."""
        hint = f"{self.hint}; or {other}" if self.hint else other
        return type(self)(self.code, self.message, where=self.where, note=self.note, hint=hint)


class PassError(SparsecError):
    """A pass broke its contract: wrong numbers, malformed IR, a dishonest 'changed' flag, no convergence.

    Args:
        message: what went wrong.
        pass_name: the pass at fault.
        index: its number in the order of the pipeline, from 1 (0: what comes before the first pass).
        ran: names of the passes that ran before it.
        ir: printed IR around the node at fault.
    """

    def __init__(
        self, message: str, *, pass_name: str, index: int = 0, ran: Sequence[str] = (), ir: str | None = None
    ) -> None:
        self.message, self.pass_name, self.index = message, pass_name, index
        self.ran, self.ir = tuple(ran), ir
        lines = [f"pass '{pass_name}' (number {index}): {message}"]
        lines += [f"  after: {', '.join(ran)}"] if ran else []
        lines += ["  IR:", *("    " + line for line in ir.splitlines())] if ir else []
        super().__init__("\n".join(lines))


class FallbackWarning(UserWarning):
    """Something stays as it came: the results are right, only not faster."""


def reason(error: BaseException) -> str:
    """The first line of an error message, and what it lists below."""
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    if not lines:
        return type(error).__name__
    return " ".join([lines[0], *(line.removeprefix("- ") for line in lines[1:] if line.startswith("- "))])


# What PyTorch's allocators say; on a processor it is a plain RuntimeError.
OUT_OF_MEMORY = ("out of memory", "can't allocate memory", "not enough memory")


def is_exhaustion(error: BaseException | None) -> bool:
    """Whether memory or a disk is full, here or in what an error was raised from: nobody may hide that."""
    while error is not None:
        if isinstance(error, MemoryError) or type(error).__name__ == "OutOfMemoryError":
            return True
        if isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT, errno.ENOMEM):
            return True
        if isinstance(error, RuntimeError) and any(words in str(error) for words in OUT_OF_MEMORY):
            return True
        error = error.__cause__
    return False
