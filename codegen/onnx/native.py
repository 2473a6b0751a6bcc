"""Sparse kernels inside ONNX Runtime: a library of custom operators, to be written beside the model that uses them.

A session gets it by ``SessionOptions.register_custom_ops_library``, in any language, without PyTorch or this package.
It is made of MLIR like the kernels themselves, so that a linker is all that a machine needs to have.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path

from ...compiler.errors import UserError
from ..mlir import engine
from ..mlir.host import Host, host
from ..mlir.matmul import Matmul
from ..mlir.matvec import Matvec
from ..mlir.pack import Pack
from ..mlir.pad import Pad
from . import native_ops
from .files import atomically

# Linkers in the order in which they are tried. The names of kernels stay inside, so that several libraries in a process
# do not meet; and objects without a note about the stack would make it executable.
LINKERS = (
    ("ld", "-shared", "-z", "noexecstack", "--version-script={exports}"),
    *(
        (name, "-shared", "-nostdlib", "-Wl,-z,noexecstack", "-Wl,--version-script={exports}")
        for name in ("cc", "gcc", "clang")
    ),
)
NAMES = tuple(name for name, *_ in LINKERS)
EXPORTS = f"{{ global: {native_ops.ENTRY}; local: *; }};\n"


def write_library(kernels: Sequence[Matmul], path: Path, strides: Sequence[int] = (1, 2)) -> Path:
    """Write a library with one operator for each kernel, for processors like this one.

    An operator is called ``kernel.name``, in the domain "sparsec". Its inputs are x, values, indices, starts (see
    ``VectorBlocks``, without segments), then bias and residual as the kernel adds them; its attribute ``rows`` is the
    number of outputs. With source "panels", x is [..., columns], with "features" [images, columns, ...] or
    [columns, tokens]. The result has ``rows`` in place of columns: last with target "tokens", second with "features",
    or first if there are less than three dimensions. With source and target "windows", x is [images, channels,
    height, width], columns are channels and taps, and the attributes ``kernel``, ``stride``, ``padding``, ``dilation``
    are pairs.

    A session takes one such library, as ONNX Runtime registers a domain once; sessions of a process may have different
    ones. The machine that runs it needs a processor with all instructions of this one, and ONNX Runtime 1.18 or later.

    Args:
        kernels: what the model needs; twice the same is once.
        path: of the library, such as ``model.so``.
        strides: of the convolutions with windows.

    Raises:
        UserError: the path cannot be written, torch-mlir is not installed, or there is no linker.
    """
    found = linkers()
    if not found:
        raise _no_linker(path, "none of " + ", ".join(f"'{name}'" for name in NAMES) + " is installed")
    with atomically(path) as folder, tempfile.TemporaryDirectory() as workshop:
        engine.write_object(library_text(kernels, strides, host()), native_ops.ENTRY, Path(workshop) / "kernels.o")
        _link(found, Path(workshop), folder / path.name)
    return path


def linkers() -> list[tuple[str, ...]]:
    """The linkers that this machine has: a path and options for each."""
    return [(found, *rest) for name, *rest in LINKERS if (found := shutil.which(name))]


def library_text(kernels: Sequence[Matmul], strides: Sequence[int], host: Host) -> str:
    """The library as one module of MLIR."""
    different = list({spec.name: spec for spec in kernels}.values())
    few = {other.name: other for spec in different if (other := native_ops.for_few(spec))}
    pads = {stride: Pad(stride) for stride in strides if any(spec.source == "windows" for spec in different)}
    every: list[Pack | Pad | Matmul | Matvec] = [Pack(), *pads.values(), *different, *few.values()]
    parts = [_content(spec.text(host), spec.name) for spec in every]
    return "module {\n" + "".join(parts) + native_ops.text(different, [*pads], host) + "}\n"


def _content(text: str, name: str) -> str:
    """What is in a kernel's module, under names that do not meet those of another's."""
    for helper in re.findall(r"llvm\.func internal @(\w+)", text):
        text = re.sub(rf"@{helper}\b", f"@{name}_{helper}", text)
    return text.strip().removeprefix("module {").removesuffix("}")


def _link(linkers: Sequence[Sequence[str]], folder: Path, library: Path) -> None:
    """Make a library of an object file with the first linker that can."""
    exports = folder / "exports"
    exports.write_text(EXPORTS)
    complaints = []
    for program, *options in linkers:
        command = [program, *(option.format(exports=exports) for option in options), "-o", str(library)]
        done = subprocess.run([*command, str(folder / "kernels.o")], capture_output=True, text=True, check=False)
        if done.returncode == 0:
            return
        complaints.append(f"'{Path(program).name}': {(done.stderr.strip() or 'failed').splitlines()[-1]}")
    raise _no_linker(library, "; ".join(complaints))


def _no_linker(path: Path, note: str) -> UserError:
    return UserError(
        "no-linker",
        f"'{path.name}' cannot be linked",
        note=note,
        hint="install a linker (Debian, Ubuntu: apt-get install binutils), or compile with kernels=False",
    )
