"""Sparse kernels inside ONNX Runtime: a library of custom operators, to be written beside the model that uses them.

A session gets it by ``SessionOptions.register_custom_ops_library``, in any language, without PyTorch or this package.
It is made of MLIR like the kernels themselves, so that a linker is all that a machine needs to have.
"""

from __future__ import annotations

import functools
import re
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from ..mlir import engine
from ..mlir.byte_rows import ByteSpec
from ..mlir.conv_int8 import ConvInt8
from ..mlir.host import Host, own_set, sets
from ..mlir.largest import Largest
from ..mlir.linker import link
from ..mlir.matmul import Matmul
from ..mlir.matmul_int8 import MatmulInt8
from ..mlir.matvec import Matvec
from ..mlir.matvec_int8 import MatvecInt8
from ..mlir.pack import Pack
from ..mlir.pad import Pad
from ..mlir.quantise import LAYOUTS, Quantise
from ..mlir.quantise_images import QuantiseImages
from ..mlir.whole_steps import WholeSteps
from . import native_ops
from .files import atomically, seal_library
from .native_api import ENTRY, PICKED
from .native_code import POINTER, Code
from .native_processor import entry_text, version_of

_Kernel = native_ops.Operator | Matvec | MatvecInt8 | Pack | Pad | Largest | Quantise | QuantiseImages | WholeSteps


def write_library(
    kernels: Sequence[native_ops.Operator],
    path: Path,
    strides: Sequence[tuple[int, int]] = ((1, 1), (2, 2)),
    cpu: Sequence[str] | None = None,
) -> Path:
    """Write a library with one operator for each kernel, in a version for each of some instruction sets.

    When it is loaded it picks the best version that the processor can run, or says that there is none.

    An operator is called ``kernel.name``, in the domain "sparsec". Its inputs are x, values, indices, starts (see
    ``VectorBlocks``), then bias and residual as the kernel adds them; its attribute ``rows`` is the number of outputs,
    ``column_tile``, where columns come in tiles, how many columns a column tile has. With source "panels", x is
    [..., columns], with "features" [images, columns, ...] or [columns, tokens]. The result has ``rows`` in place of
    columns: last with target "tokens", second with "features", or first if there are less than three dimensions. With
    source "windows", x is [images, channels, height, width], columns are channels and taps, and the attributes
    ``kernel``, ``stride``, ``padding``, ``dilation`` are pairs. With 8-bit integers, inputs are x [..., columns] or
    of windows, values, indices, starts, scales, sums (see ``Int8Blocks``), bias and residual; the attributes ``step``
    (bits of a float32, 0 where steps are found out), ``zero_point`` and ``least_step`` (bits, not 0 where one step is
    found out for all of x) say how x is rounded.

    A session takes one such library, as ONNX Runtime registers a domain once; sessions of a process may have different
    ones. Weights are the same for all versions. ONNX Runtime has to be 1.18 or later.

    Args:
        kernels: what the model needs; twice the same is once.
        path: of the library, such as ``model.so``.
        strides: of the convolutions with windows, (down, along).
        cpu: the instruction sets, a better one after a worse (see ``sets_of``); by default this machine's own.

    Raises:
        UserError: the path cannot be written, torch-mlir is not installed, or there is no linker.
    """
    names = [*cpu] if cpu else [own_set()]
    with atomically(path) as folder, tempfile.TemporaryDirectory() as workshop:
        code = []
        for number, part in enumerate(parts(kernels, strides, names)):
            code.append(Path(workshop) / f"{number}.o")
            code[-1].write_bytes(_machine_code(part))
        link(code, folder / path.name, [ENTRY, PICKED])
        seal_library(folder / path.name, names)
    return path


@dataclass(frozen=True)
class Part:
    """An object file of a library.

    Attributes:
        text: its module.
        symbol: one that is in it.
        host: what it runs on.
    """

    text: str
    symbol: str
    host: Host


def parts(kernels: Sequence[native_ops.Operator], strides: Sequence[tuple[int, int]], cpu: Sequence[str]) -> list[Part]:
    """What a library is made of: its entry, which runs on every processor of this kind, and its versions."""
    entry = Part(entry_text(cpu), ENTRY, next(iter(sets().values())))
    return [entry, *(_version(library_text(kernels, strides, sets()[name]), name) for name in cpu)]


def _version(text: str, name: str) -> Part:
    """A version under its own names, with the word by which the entry finds it."""
    symbol = f"register_{name}"
    text = text.replace("internal @register(", f"@{symbol}(")
    c = Code()
    with c.scope(f"llvm.mlir.global constant @{version_of(name)}() : {POINTER} {{"):
        c.give_back(c.address(symbol))
    return Part(text.removesuffix("}\n") + c.text() + "}\n", symbol, sets()[name])


@functools.lru_cache(16)
def _machine_code(part: Part) -> bytes:
    """An object file of a library: a model is often written right after it has been timed."""
    with tempfile.TemporaryDirectory() as folder:
        code = Path(folder) / "kernels.o"
        engine.write_object(part.text, part.symbol, code, part.host)
        return code.read_bytes()


def library_text(kernels: Sequence[native_ops.Operator], strides: Sequence[tuple[int, int]], host: Host) -> str:
    """A version of a library, as one module of MLIR."""
    different = list({spec.name: spec for spec in kernels}.values())
    main = {kernel.name: kernel for kernel in (native_ops.main_of(spec, host) for spec in different)}
    few = {other.name: other for spec in different if (other := native_ops.for_few(spec, host))}
    windows = any(isinstance(spec, Matmul) and spec.source == "windows" for spec in different)
    pads = {stride: Pad(stride) for stride in strides if windows}
    of_bytes = [pair for pair in strides if any(isinstance(spec, ConvInt8) for spec in different) and len({*pair}) == 1]
    rounds = [Quantise(layout) for layout in LAYOUTS if any(isinstance(spec, MatmulInt8) for spec in different)]
    packs = dict.fromkeys(pack for spec in different if (pack := native_ops.pack_of(spec)))
    every: list[_Kernel] = [
        *packs,
        *pads.values(),
        *rounds,
        *[Largest()] * bool(of_bytes),
        *[WholeSteps()] * any(isinstance(spec, ByteSpec) for spec in different),
        *(QuantiseImages(stride) for stride, _ in of_bytes),
        *(main | few).values(),
    ]
    parts = [_content(spec.text(host), spec.name) for spec in every]
    return "module {\n" + "".join(parts) + native_ops.text(different, [*pads], of_bytes, host) + "}\n"


def _content(text: str, name: str) -> str:
    """What is in a kernel's module, under names that do not meet those of another's, or of another version."""
    for helper in re.findall(r"llvm\.func internal @(\w+)", text):
        text = re.sub(rf"@{helper}\b", f"@{name}_{helper}", text)
    return text.replace("llvm.func @", "llvm.func internal @").strip().removeprefix("module {").removesuffix("}")
