"""The driver of a graphics card, called through ``ctypes``: machine code is loaded and launched, without Triton.

NVIDIA's and AMD's drivers have the same few functions under two names. A kernel's parameters are its arguments in order
and the addresses of two scratch buffers, as Triton compiles them.
"""

from __future__ import annotations

import ctypes
import functools
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

Parameter = Any  # one of ctypes' simple types

# What a block may use of shared memory without being asked for more, and the number of the attribute that asks.
SHARED_UNASKED_BYTES, MAX_DYNAMIC_SHARED = 48 * 1024, 8


@dataclass(frozen=True)
class Names:
    """How a driver calls what is asked of it."""

    library: str
    load: str
    function: str
    attribute: str
    launch: str
    error: str


CUDA = Names(
    "libcuda.so.1",
    "cuModuleLoadData",
    "cuModuleGetFunction",
    "cuFuncSetAttribute",
    "cuLaunchKernel",
    "cuGetErrorString",
)
HIP = Names(
    "libamdhip64.so",
    "hipModuleLoadData",
    "hipModuleGetFunction",
    "hipFuncSetAttribute",
    "hipModuleLaunchKernel",
    "hipDrvGetErrorString",
)


@dataclass
class Driver:
    """A driver's library.

    Attributes:
        library: with the functions of ``names``.
        names: how they are called.
    """

    library: Any
    names: Names
    _loaded: list[Any] = field(default_factory=list)  # modules, which live as long as their functions

    def function(self, code: bytes, entry: str, shared: int) -> ctypes.c_void_p:
        """Load machine code, on the device that is the current one.

        Args:
            code: a cubin or a code object.
            entry: the function in it that is wanted.
            shared: bytes of shared memory that a block of threads needs.

        Raises:
            RuntimeError: the driver refuses it: it is for another architecture, or damaged.
        """
        module, function = ctypes.c_void_p(), ctypes.c_void_p()
        self._call(self.names.load, ctypes.byref(module), code)
        self._loaded.append(module)
        self._call(self.names.function, ctypes.byref(function), module, entry.encode())
        if shared > SHARED_UNASKED_BYTES:
            self._call(self.names.attribute, function, MAX_DYNAMIC_SHARED, shared)
        return function

    def launch(
        self,
        function: ctypes.c_void_p,
        grid: tuple[int, int, int],
        threads: int,
        shared: int,
        stream: int,
        parameters: Sequence[Parameter],
    ) -> None:
        """Put a kernel into a stream; what it is given has to live until it has run.

        Args:
            function: what ``function`` gave.
            grid: blocks of threads along three axes, none of them 0.
            threads: in a block.
            shared: bytes of shared memory of a block.
            stream: its handle.
            parameters: the kernel's, in order.

        Raises:
            RuntimeError: the driver refuses it.
        """
        places = (ctypes.c_void_p * len(parameters))(*(ctypes.addressof(value) for value in parameters))
        handle = ctypes.c_void_p(stream)
        self._call(self.names.launch, function, *grid, threads, 1, 1, shared, handle, places, None)

    def _call(self, name: str, *arguments: Any) -> None:
        status = getattr(self.library, name)(*arguments)
        if status:
            text = ctypes.c_char_p()
            getattr(self.library, self.names.error)(status, ctypes.byref(text))
            raise RuntimeError(f"{name}: {(text.value or b'unknown error').decode()} ({status})")


@functools.cache
def driver(hip: bool = False) -> Driver | None:
    """The one of this machine; None if it has none."""
    names = HIP if hip else CUDA
    try:
        return Driver(ctypes.CDLL(names.library), names)
    except OSError:
        return None
