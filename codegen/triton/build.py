"""A schedule becomes machine code for an architecture: no card, no driver, and none of its own tools has to be there.

What comes of it, a *binary*, holds all that starting the kernel takes, so that it runs where Triton is not installed.
Line numbers are left out: a file that is handed on should not name the folders of whoever made it.
"""

from __future__ import annotations

import base64
import contextlib
import functools
import hashlib
import json
import re
import tempfile
import threading
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

import torch

from ...compiler.errors import SparsecError, UserError
from ..onnx.files import DIGEST, atomically, sealed, unsealed
from . import version
from .base import Schedule
from .cards import Card, card_for

# What Triton calls machine code, and what it is made of.
OF_NVIDIA, OF_AMD = ("cubin", "ptx"), ("hsaco", "amdgcn")
ALIGNED = [["tt.divisibility", 16]]
LAYOUT = 1  # of the documents; those of another are made again

_LOCK = threading.Lock()  # Triton's settings belong to the process


class BuildError(SparsecError):
    """Triton, or an assembler behind it, does not compile a schedule for an architecture."""


@dataclass(frozen=True)
class Binary:
    """A kernel as a driver loads it.

    Its arguments are those of ``arguments``, in that order, then ``trailing`` pointers to scratch memory: the first to
    ``scratch`` bytes for each block of the grid, aligned to ``scratch_align``; null where that is 0, like the rest.

    Attributes:
        arch: what it was compiled for. Code for ``sm_90`` runs on Hopper only.
        code: a cubin or an hsaco.
        entry: the name of the function in it.
        shared: bytes of dynamic shared memory.
        warps, lanes: warps of a block, lanes of a warp.
        arguments: (name, type as Triton writes it), constants aside.
        schedule: its key.
        dtype: of activations and weight.
        triton: version that compiled it.
        assembly: PTX or AMD's assembler, what the code was made of; '' where it was left out.
    """

    arch: str
    code: bytes = field(repr=False)
    entry: str
    shared: int
    warps: int
    lanes: int
    arguments: tuple[tuple[str, str], ...]
    trailing: int
    scratch: int
    scratch_align: int
    schedule: str
    dtype: str
    triton: str
    assembly: str = field(default="", repr=False)

    def bare(self) -> Binary:
        """Without what only reading and judging needs."""
        return replace(self, assembly="")

    def to_document(self) -> dict[str, Any]:
        """As a JSON object."""
        packed = {"code": _pack(self.code), "assembly": _pack(self.assembly.encode()), "layout": LAYOUT}
        return asdict(self) | {"arguments": [*map(list, self.arguments)]} | packed

    @staticmethod
    def from_document(document: Mapping[str, Any]) -> Binary:
        """What ``to_document`` wrote.

        Raises:
            ValueError: it is something else, or of another version.
        """
        fields = dict(document)
        if fields.pop("layout", None) != LAYOUT:
            raise ValueError("a binary of another version")
        try:
            code, assembly = (_unpack(fields[name]) for name in ("code", "assembly"))
            arguments = tuple((str(name), str(kind)) for name, kind in fields["arguments"])
            return Binary(**fields | {"code": code, "assembly": assembly.decode(), "arguments": arguments})
        except (KeyError, TypeError, zlib.error) as error:
            raise ValueError(f"no binary: {error}") from error


def _pack(data: bytes) -> str:
    return base64.b64encode(zlib.compress(data)).decode()


def _unpack(text: str) -> bytes:
    return zlib.decompress(base64.b64decode(text))


def build(schedule: Schedule, dtype: torch.dtype, arch: str, folder: Path | None = None) -> Binary:
    """Compile a schedule, about two seconds, or read what an earlier call left.

    Args:
        schedule: what to compile.
        dtype: of activations and weight.
        arch: one of ``cards.architectures()``.
        folder: where binaries are kept, by all that they were made of. It holds machine code: it should be one that
            only this user can write into.

    Raises:
        UserError: Triton is not installed, or interprets kernels in this process; or no such architecture is known.
        BuildError: it cannot be compiled.
    """
    card = card_for(arch)
    function = _function(schedule)
    path = folder / f"{_digest(function, schedule, dtype, card)}.json" if folder else None
    if path and (document := kept(path)) is not None:
        with contextlib.suppress(ValueError):
            return Binary.from_document(document)
    found = _compiled(function, schedule, dtype, card)
    if path:
        keep(path, found.to_document())
    return found


def _function(schedule: Schedule) -> Any:
    if not version():
        raise UserError(
            "missing-package",
            "kernels for graphics cards are compiled by Triton, which is not installed",
            hint="pip install 'sparsec[gpu-kernels]'",
        )
    try:
        function = schedule.kernel.function
    except ImportError as error:
        note = f"importing it says: {error}"
        raise UserError("missing-package", "Triton is installed and cannot be imported", note=note) from error
    if not hasattr(function, "cache_key"):
        raise UserError(
            "bad-option",
            "Triton interprets kernels in this process, and compiles none",
            note="the environment variable TRITON_INTERPRET was set when it was imported",
            hint="unset it, and start anew",
        )
    return function


def _digest(function: Any, schedule: Schedule, dtype: torch.dtype, card: Card) -> str:
    """Of all that a binary is made of: the kernel's source with what it calls, schedule, types, Triton's version."""
    parts = (LAYOUT, version(), function.cache_key, schedule.key, schedule.signature(dtype), card.arch)
    return hashlib.sha256(repr(parts).encode()).hexdigest()[:32]


def kept(path: Path) -> dict[str, Any] | None:
    """What ``keep`` wrote; None if it is missing or damaged."""
    try:
        document = json.loads(path.read_text(encoding="utf-8"))
        return unsealed(document) if DIGEST in document else None
    except (OSError, ValueError, TypeError):
        return None


def keep(path: Path, document: dict[str, Any]) -> None:
    """Keep a JSON object; a folder that cannot be written is no error."""
    with contextlib.suppress(OSError, UserError):
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with atomically(path) as folder:
            (folder / path.name).write_text(json.dumps(sealed(document)), encoding="utf-8")


def _compiled(function: Any, schedule: Schedule, dtype: torch.dtype, card: Card) -> Binary:
    import triton
    from triton.compiler import ASTSource

    signature = schedule.signature(dtype)
    names = function.arg_names
    types = {name: signature.get(name, "constexpr") for name in names}
    even = [*schedule.kernel.pointers, *schedule.multiples]
    attributes = {(names.index(name),): ALIGNED for name in even}
    options = {"num_warps": schedule.warps, "num_stages": schedule.stages, "enable_fp_fusion": True}
    with _LOCK, _settings():
        try:
            source = ASTSource(function, types, dict(schedule.constants), attributes)
            made = triton.compile(source, target=_target(card), options=options)
            code, assembly = (made.asm[kind] for kind in (OF_NVIDIA if card.is_nvidia else OF_AMD))
        except Exception as error:  # its own, LLVM's, an assembler's: no common root
            raise BuildError(f"{schedule.key} is not compiled for {card.arch}: {_first_line(error)}") from error
    arguments = tuple((name, kind) for name, kind in types.items() if kind != "constexpr")
    told = made.metadata
    return Binary(
        arch=card.arch,
        code=code,
        entry=told.name,
        shared=told.shared,
        warps=told.num_warps,
        lanes=card.warp,
        arguments=arguments,
        trailing=_parameters(assembly, card) - len(arguments),
        scratch=getattr(told, "global_scratch_size", 0),  # Triton 3.6 says nothing of AMD's
        scratch_align=getattr(told, "global_scratch_align", 1),
        schedule=schedule.key,
        dtype=str(dtype).removeprefix("torch."),
        triton=version(),
        assembly=assembly,
    )


def _target(card: Card) -> Any:
    from triton.backends.compiler import GPUTarget

    arch = int(card.arch.removeprefix("sm_")) if card.is_nvidia else card.arch
    return GPUTarget(card.backend, arch, card.warp)


@contextlib.contextmanager
def _settings() -> Iterator[None]:
    """Triton's own cache is left alone: what is kept is kept by ``build``, in a folder that may be trusted."""
    from triton import knobs

    with (
        tempfile.TemporaryDirectory(prefix="sparsec-triton-") as folder,
        knobs.cache.scope(),
        knobs.compilation.scope(),
    ):
        knobs.cache.dir = folder
        knobs.compilation.disable_line_info = True
        yield


def _parameters(assembly: str, card: Card) -> int:
    """How many arguments the compiled function takes, those that Triton adds included."""
    if card.is_nvidia:
        entry = assembly[assembly.index(".entry") :]
        return len(re.findall(r"\.param\b", entry[: entry.index("{")]))
    return len(re.findall(r"\.value_kind:\s+(?:global_buffer|by_value)", assembly))


def _first_line(error: Exception) -> str:
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    return f"{type(error).__name__}: {lines[0]}" if lines else type(error).__name__


@functools.cache
def tool(name: str) -> str | None:
    """Where one of the programs is that Triton brings along: ``nvdisasm``, ``cuobjdump``; None where it is not.

    Raises:
        UserError: Triton is not installed.
    """
    try:
        from triton import knobs
    except ImportError as error:
        raise UserError(
            "missing-package",
            f"'{name}' comes with Triton, which is not installed",
            hint="pip install 'sparsec[gpu-kernels]'",
        ) from error
    try:
        return str(getattr(knobs.nvidia, name).path)
    except RuntimeError:
        return None
