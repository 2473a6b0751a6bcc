"""The user's own module, run as it is: its answers are what everything later is held against."""

from __future__ import annotations

import contextlib
import os
import warnings
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import torch
import torch.utils._pytree as pytree
from torch import Tensor, nn

from ... import codegen, compiler, passes, runtime
from ..errors import UserError, reason
from ..ir.bounds import InBounds
from ..ir.program import Answer
from .checks import is_torch

Call = tuple[tuple[Any, ...], dict[str, Any]]
# The folders of what is never a user's line.
OURS = tuple(os.path.dirname(str(package.__file__)) + os.sep for package in (codegen, compiler, passes, runtime))


class UserModel:
    """A module, and runs of it that leave no trace: its buffers, the inputs and random numbers stay as they were."""

    def __init__(self, module: nn.Module) -> None:
        self.module = module
        self.name = type(module).__name__

    def answer(self, args: Sequence[Any], kwargs: Mapping[str, Any]) -> tuple[Answer, pytree.TreeSpec]:
        """What the module gives, flat, and the structure of it."""
        inputs = tuple(pytree.tree_leaves((tuple(args), dict(kwargs))))
        args, kwargs = pytree.tree_map(_copied, (tuple(args), dict(kwargs)))
        before = {name: (buffer, buffer.detach().clone()) for name, buffer in self.module.named_buffers()}
        with _undisturbed():
            outputs, spec = pytree.tree_flatten(self.module(*args, **kwargs))
            outputs = [_copied(x) for x in outputs]
        return Answer(inputs, tuple(outputs), self._restored(before)), spec

    @contextlib.contextmanager
    def buffers_kept(self) -> Iterator[None]:
        """Whatever runs inside leaves its buffers as they were."""
        before = {name: (buffer, buffer.detach().clone()) for name, buffer in self.module.named_buffers()}
        try:
            yield
        finally:
            self._restored(before)

    def _restored(self, before: Mapping[str, tuple[Tensor, Tensor]]) -> dict[str, Tensor]:
        """Put buffers back; those that the run has changed, as it left them."""
        changed = {}
        for name, buffer in [*self.module.named_buffers()]:
            held, value = before.get(name, (buffer, None))
            sparse = buffer.layout is not torch.strided
            if value is None or (held is buffer and (sparse or torch.equal(buffer, value))):
                continue
            changed[name] = buffer.detach().clone()
            if held is buffer:
                with torch.no_grad():
                    buffer.copy_(value)
            else:
                owner, _, key = name.rpartition(".")
                self.module.get_submodule(owner)._buffers[key] = held
        return changed

    def example_answer(self, args: Sequence[Any], kwargs: Mapping[str, Any]) -> tuple[Answer, pytree.TreeSpec]:
        """The same for an example that the user gave.

        Raises:
            UserError: the module fails on it.
        """
        try:
            return self.answer(args, kwargs)
        except Exception as error:
            if isinstance(error, (MemoryError, torch.OutOfMemoryError)):
                raise
            raise UserError(
                "bad-inputs",
                f"'{self.name}' fails on the example inputs",
                where=line_of(error),
                note=f"{type(error).__name__}: {reason(error)}",
                hint="run model(*args, **kwargs) yourself until it works",
            ) from error

    def tried(self, args: Sequence[Any], kwargs: Mapping[str, Any]) -> Answer | None:
        """The same for inputs that it may not take: None where it fails."""
        try:
            with InBounds():
                return self.answer(args, kwargs)[0]
        except (MemoryError, torch.OutOfMemoryError):
            raise
        except Exception:  # noqa: BLE001 (whatever a model says to inputs that nobody promised it takes)
            return None


@contextlib.contextmanager
def _undisturbed() -> Any:
    with torch.no_grad(), torch.random.fork_rng(devices=[]), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


def _copied(value: Any) -> Any:
    return value.detach().clone() if isinstance(value, Tensor) else value


def line_of(error: BaseException) -> str | None:
    """The innermost line of the traceback that is neither torch's nor ours."""
    place, trace = None, error.__traceback__
    while trace is not None:
        file = trace.tb_frame.f_code.co_filename
        if not is_torch(file) and not file.startswith((*OURS, "<")):
            place = f"{file}:{trace.tb_lineno}"
        trace = trace.tb_next
    return place
