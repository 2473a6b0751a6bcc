"""From MLIR text to machine code: in this process, or as an object file."""

from __future__ import annotations

import ctypes
import functools
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ...compiler.errors import UserError
from .host import Host, host

WITHOUT_COMPILER = "sparse kernels need a compiler: pip install 'sparsec[cpu-kernels]'"
LOWERING = (
    "builtin.module(convert-scf-to-cf,convert-vector-to-llvm,convert-math-to-llvm,convert-arith-to-llvm,"
    "convert-cf-to-llvm,reconcile-unrealized-casts)"
)


@dataclass(frozen=True)
class Entry:
    """A compiled kernel: where ``name(words, part)`` and ``name_parallel(words)`` are, and what keeps them alive."""

    part: int
    parallel: int
    owner: Any


@functools.cache
def available() -> bool:
    """Whether torch-mlir is installed and can compile here."""
    try:
        from torch_mlir import execution_engine  # noqa: F401
    except (ImportError, OSError):
        return False
    return True


def missing() -> str | None:
    """Why no kernel can be compiled here, as a sentence; None if they can."""
    return None if available() else WITHOUT_COMPILER


def jit(text: str, name: str) -> Entry:
    """Compile a module of one kernel (see ``parallel_entry``) for this processor, in this process.

    Raises:
        UserError: torch-mlir is not installed.
    """
    engine = _engine(text)
    out = (ctypes.c_int64 * 2)()
    address = ctypes.c_void_p(ctypes.addressof(out))
    packed = (ctypes.c_void_p * 1)(ctypes.addressof(address))
    ctypes.CFUNCTYPE(None, ctypes.c_void_p)(engine.raw_lookup(f"{name}_entries"))(ctypes.addressof(packed))
    return Entry(out[0], out[1], engine)


def write_object(text: str, name: str, path: Path, to_run_on: Host | None = None) -> None:
    """Compile a module to an object file of position-independent code.

    Args:
        text: of the module.
        name: a symbol in it.
        path: of the object file.
        to_run_on: the processors, of this machine's kind; None for one like this.

    Raises:
        UserError: torch-mlir is not installed.
        OSError: the file cannot be written.
    """
    engine = _engine(text, to_run_on, dump=True)
    engine.raw_lookup(name)  # nothing is compiled before somebody asks for it
    if not hasattr(os, "memfd_create"):
        engine.dump_to_object_file(str(path))
        return
    memory = os.memfd_create(name)  # LLVM aborts the process where a disk is full
    with os.fdopen(memory, "rb") as file:
        engine.dump_to_object_file(f"/proc/self/fd/{memory}")
        path.write_bytes(file.read())


def _engine(text: str, to_run_on: Host | None = None, *, dump: bool = False) -> Any:
    if not available():
        raise UserError(
            "missing-package",
            "sparse kernels are compiled by torch-mlir, which is not installed",
            hint="pip install 'sparsec[cpu-kernels]'",
        )
    from torch_mlir import ir, passmanager
    from torch_mlir.execution_engine import ExecutionEngine

    with ir.Context():
        module = ir.Module.parse(text)
        passmanager.PassManager.parse(LOWERING).run(module.operation)
        _restrict(module, to_run_on or host())
        return ExecutionEngine(module, opt_level=3, enable_object_dump=dump, enable_pic=dump)


def _restrict(module: Any, processors: Host) -> None:
    """Let functions use no instruction beyond those of some processors."""
    from torch_mlir import ir

    if processors.level is None:
        return
    # Instead of what LLVM finds out about this machine.
    pairs = [["target-cpu", processors.level], ["target-features", processors.features]]
    given = ir.ArrayAttr.get([ir.ArrayAttr.get([*map(ir.StringAttr.get, pair)]) for pair in pairs])
    for operation in module.body.operations:
        if operation.operation.name == "llvm.func":
            operation.attributes["passthrough"] = given
