"""Sparse kernels inside ONNX Runtime: a library of custom operators, to be written beside the model that uses them.

A session gets it by ``SessionOptions.register_custom_ops_library``, in any language, without PyTorch or this package.
It is made of MLIR like the kernels themselves, so that a linker is all that a machine needs to have.
"""

from __future__ import annotations

import functools
import re
import tempfile
from collections.abc import Sequence
from pathlib import Path

from ..mlir import engine
from ..mlir.host import Host, host
from ..mlir.linker import link
from ..mlir.matmul import Matmul
from ..mlir.matmul_int8 import MatmulInt8
from ..mlir.matvec import Matvec
from ..mlir.pack import Pack
from ..mlir.pad import Pad
from ..mlir.quantise import Quantise
from . import native_ops
from .files import atomically, seal

_Kernel = native_ops.Operator | Matvec | Pack | Pad | Quantise


def write_library(kernels: Sequence[native_ops.Operator], path: Path, strides: Sequence[int] = (1, 2)) -> Path:
    """Write a library with one operator for each kernel, for processors like this one.

    An operator is called ``kernel.name``, in the domain "sparsec". Its inputs are x, values, indices, starts (see
    ``VectorBlocks``), then bias and residual as the kernel adds them; its attribute ``rows`` is the number of outputs,
    ``column_tile``, where columns come in tiles, how many columns a column tile has. With source "panels", x is
    [..., columns], with "features" [images, columns, ...] or [columns, tokens]. The result has ``rows`` in place of
    columns: last with target "tokens", second with "features", or first if there are less than three dimensions. With
    source and target "windows", x is [images, channels, height, width], columns are channels and taps, and the
    attributes ``kernel``, ``stride``, ``padding``, ``dilation`` are pairs. With 8-bit integers, inputs are x
    [..., columns], values, indices, starts, scales, sums (see ``Int8Blocks``) and bias.

    A session takes one such library, as ONNX Runtime registers a domain once; sessions of a process may have different
    ones. The machine that runs it needs a processor with all instructions of this one, and ONNX Runtime 1.18 or later.

    Args:
        kernels: what the model needs; twice the same is once.
        path: of the library, such as ``model.so``.
        strides: of the convolutions with windows.

    Raises:
        UserError: the path cannot be written, torch-mlir is not installed, or there is no linker.
    """
    with atomically(path) as folder, tempfile.TemporaryDirectory() as workshop:
        code = Path(workshop) / "kernels.o"
        code.write_bytes(_machine_code(library_text(kernels, strides, host())))
        link(code, folder / path.name, [native_ops.ENTRY])
        seal(folder / path.name)
    return path


@functools.lru_cache(16)
def _machine_code(text: str) -> bytes:
    """The object file of a library: a model is often written right after it has been timed."""
    with tempfile.TemporaryDirectory() as folder:
        code = Path(folder) / "kernels.o"
        engine.write_object(text, native_ops.ENTRY, code)
        return code.read_bytes()


def library_text(kernels: Sequence[native_ops.Operator], strides: Sequence[int], host: Host) -> str:
    """The library as one module of MLIR."""
    different = list({spec.name: spec for spec in kernels}.values())
    few = {other.name: other for spec in different if (other := native_ops.for_few(spec))}
    windows = any(isinstance(spec, Matmul) and spec.source == "windows" for spec in different)
    pads = {stride: Pad(stride) for stride in strides if windows}
    rounds = {Quantise() for spec in different if isinstance(spec, MatmulInt8)}
    packs = dict.fromkeys(pack for spec in different if (pack := native_ops.pack_of(spec)))
    every: list[_Kernel] = [*packs, *pads.values(), *rounds, *different, *few.values()]
    parts = [_content(spec.text(host), spec.name) for spec in every]
    return "module {\n" + "".join(parts) + native_ops.text(different, [*pads], host) + "}\n"


def _content(text: str, name: str) -> str:
    """What is in a kernel's module, under names that do not meet those of another's."""
    for helper in re.findall(r"llvm\.func internal @(\w+)", text):
        text = re.sub(rf"@{helper}\b", f"@{name}_{helper}", text)
    return text.strip().removeprefix("module {").removesuffix("}")
