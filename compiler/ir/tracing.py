"""What PyTorch does while it traces, and neither the user nor other threads should notice."""

from __future__ import annotations

import contextlib
import io
import logging
import threading
import warnings
from collections.abc import Iterable, Iterator
from unittest.mock import patch

import torch
from torch.export import ExportedProgram
from torch.utils._python_dispatch import TorchDispatchMode

LOGGERS = (
    "torch.export",
    "torch._export",
    "torch.fx.experimental.symbolic_shapes",
    "torch._subclasses.fake_tensor",
)
ONNX_LOGGERS = ("torch.onnx", "onnxscript", "onnx_ir")


class Watch(TorchDispatchMode):
    """While it is entered, ``__torch_dispatch__`` is asked to carry out every operation."""

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]  # PyTorch declares no types for it


@contextlib.contextmanager
def alone() -> Iterator[None]:
    """Trace in one thread at a time, and export in no other: PyTorch says of all of them that they are exporting.

    Whoever calls a model in another thread meanwhile is not. Its branches on that would lead elsewhere, and PyTorch's
    own code around compiled graphs fails.
    """
    mine = threading.get_ident()
    with torch._dynamo.convert_frame.compile_lock:
        is_exporting = torch.compiler.is_exporting
        with patch.object(torch.compiler, "is_exporting", lambda: threading.get_ident() == mine and is_exporting()):
            yield


@contextlib.contextmanager
def without_guards(exported: ExportedProgram) -> Iterator[None]:
    """Meanwhile PyTorch writes no function that asserts an exported program's guards; there is none without an example.

    It writes strings into it as they are, a quote as the end of one, and asks an example that is a view for its base,
    which other inputs do not have.
    """
    example, exported.example_inputs = exported.example_inputs, None
    try:
        yield
    finally:
        exported.example_inputs = example


@contextlib.contextmanager
def quiet() -> Iterator[None]:
    """torch.export prints and logs when it fails; what matters comes back as an exception."""
    with logged_from(logging.CRITICAL, LOGGERS), contextlib.redirect_stderr(io.StringIO()):
        yield


@contextlib.contextmanager
def quiet_onnx() -> Iterator[None]:
    """torch.onnx prints and logs what it does and what else could be installed; errors are logged."""
    with logged_from(logging.ERROR, ONNX_LOGGERS), contextlib.redirect_stdout(io.StringIO()):
        yield


@contextlib.contextmanager
def logged_from(level: int, names: Iterable[str]) -> Iterator[None]:
    """Meanwhile, these loggers log only what is at least as grave as ``level``, and there are no warnings."""
    loggers = [logging.getLogger(name) for name in names]
    levels = [logger.level for logger in loggers]
    try:
        for logger in loggers:
            logger.setLevel(level)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        for logger, before in zip(loggers, levels, strict=True):
            logger.setLevel(before)


@contextlib.contextmanager
def unlogged() -> Iterator[None]:
    """Operations that reject fake tensors in this thread are not logged: the exception says all, and is expected."""
    logger, mine = logging.getLogger("torch._subclasses.fake_tensor"), threading.get_ident()

    def of_others(record: logging.LogRecord) -> bool:
        return record.thread != mine

    logger.addFilter(of_others)
    try:
        yield
    finally:
        logger.removeFilter(of_others)
