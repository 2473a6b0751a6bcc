"""Machine code of kernels that came with a model, and how one is launched without Triton.

A saved model carries the kernels that were compiled for it, by architecture; loading it puts them here. A launch takes
one of these where there is one for the card; what there is none for, Triton compiles, if it is installed.
"""

from __future__ import annotations

import ctypes
from collections.abc import Iterable, Mapping
from typing import Any

import torch
from torch import Tensor

from ...codegen.triton.base import Launch, Schedule
from ...codegen.triton.build import Binary
from ...compiler.errors import UserError
from .driver import Driver

# By architecture, schedule and dtype.
_held: dict[tuple[str, str, str], Binary] = {}
# By the same and the device: functions are loaded once into each.
_functions: dict[tuple[tuple[str, str, str], int], ctypes.c_void_p] = {}


def document(binaries: Iterable[Binary]) -> dict[str, Any]:
    """What a file says of kernels, as plain data; ``hold`` reads it."""
    return {"binaries": [binary.bare().to_document() for binary in binaries]}


def hold(code: Mapping[str, Any]) -> None:
    """Keep the kernels of a document, for the launches of this process.

    Raises:
        UserError: it is damaged, or of another version.
    """
    try:
        found = [Binary.from_document(item) for item in code["binaries"]]
    except (KeyError, ValueError, TypeError) as error:
        raise UserError(
            "bad-file",
            "the kernels for graphics cards in the file cannot be read",
            note=str(error),
            hint="compile the model again",
        ) from error
    for binary in found:
        _held[binary.arch, binary.schedule, binary.dtype] = binary


def held(schedule: Schedule, dtype: torch.dtype, arch: str) -> Binary | None:
    """The machine code of a schedule for an architecture; None where none came with a model."""
    return _held.get((arch, schedule.key, str(dtype).removeprefix("torch.")))


def start(launch: Launch, binary: Binary, driver: Driver, counters: Tensor | None = None) -> Tensor:
    """Put a launch into the current stream of the device that its result lies on.

    Args:
        launch: what to do.
        binary: its kernel.
        driver: of the device.
        counters: see ``Launch.given``.

    Raises:
        RuntimeError: the driver refuses it.
    """
    device = launch.result.device
    key = (binary.arch, binary.schedule, binary.dtype), device.index or 0
    with torch.cuda.device(device):
        if key not in _functions:
            _functions[key] = driver.function(binary.code, binary.entry, binary.shared)
        scratch = _scratch(launch, binary)
        driver.launch(
            _functions[key],
            launch.grid,
            binary.warps * binary.lanes,
            binary.shared,
            torch.cuda.current_stream(device).cuda_stream,
            parameters(launch.given(counters), binary, scratch),
        )
    return launch.result


def parameters(
    arguments: Mapping[str, Tensor | int | float], binary: Binary, scratch: Tensor | None = None
) -> list[Any]:
    """What the compiled function takes, in its order: addresses, numbers, and the addresses of scratch memory.

    Args:
        arguments: of the launch, by name.
        binary: which knows the order.
        scratch: memory for it, where it wants any.
    """
    found: list[Any] = []
    for name, kind in binary.arguments:
        value = arguments[name]
        if isinstance(value, Tensor):
            found.append(ctypes.c_void_p(value.data_ptr()))
        else:
            found.append(ctypes.c_float(value) if kind == "fp32" else ctypes.c_int32(int(value)))
    spare = [None if scratch is None else scratch.data_ptr()] + [None] * binary.trailing
    return found + [ctypes.c_void_p(address) for address in spare[: binary.trailing]]


def _scratch(launch: Launch, binary: Binary) -> Tensor | None:
    """Memory of the blocks of threads; PyTorch keeps it until what is in the stream has run."""
    if not binary.scratch:
        return None
    blocks = launch.grid[0] * launch.grid[1] * launch.grid[2]
    return torch.empty(blocks * binary.scratch, dtype=torch.uint8, device=launch.result.device)
