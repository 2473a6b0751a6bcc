"""The driver's calls, in order and with what they are given: a library that only takes notes stands for a card's."""

from __future__ import annotations

import ctypes
from typing import Any

import pytest

from sparsec.runtime.gpu.driver import CUDA, HIP, MAX_DYNAMIC_SHARED, Driver, Names


class Notes:
    """A library whose functions note how they are called; ``fails`` names one that returns an error."""

    def __init__(self, names: Names, fails: str = "") -> None:
        self.names, self.fails, self.calls = names, fails, list[tuple[str, tuple[Any, ...]]]()

    def __getattr__(self, name: str) -> Any:
        def call(*arguments: Any) -> int:
            if name == self.names.error:
                arguments[1]._obj.value = b"invalid device image"
                return 0
            self.calls.append((name, arguments))
            if name in (self.names.load, self.names.function):
                arguments[0]._obj.value = 1000 + len(self.calls)
            if name == self.names.launch:
                assert arguments[10] is None
                self.given = [ctypes.cast(place, ctypes.POINTER(ctypes.c_int32))[0] for place in arguments[9]]
            return 200 if name == self.fails else 0

        return call


@pytest.mark.parametrize("names", [CUDA, HIP], ids=["cuda", "hip"])
def test_code_is_loaded_and_launched(names: Names) -> None:
    library = Notes(names)
    driver = Driver(library, names)
    function = driver.function(b"code", "bsr_linear", 1024)
    assert [name for name, _ in library.calls] == [names.load, names.function]
    (_, (_, code)), (_, (_, module, entry)) = library.calls
    assert code == b"code" and module.value == 1001 and entry == b"bsr_linear" and function.value == 1002
    driver.launch(function, (3, 2, 1), 128, 1024, 77, [ctypes.c_int32(5), ctypes.c_int32(-6)])
    name, arguments = library.calls[-1]
    assert name == names.launch and arguments[0] is function
    *sizes, shared, stream = arguments[1:9]
    assert sizes == [3, 2, 1, 128, 1, 1] and shared == 1024 and stream.value == 77
    assert library.given == [5, -6]


def test_more_shared_memory_is_asked_for() -> None:
    library = Notes(CUDA)
    Driver(library, CUDA).function(b"code", "f", 100_000)
    name, (_, attribute, shared) = library.calls[-1]
    assert name == CUDA.attribute and attribute == MAX_DYNAMIC_SHARED and shared == 100_000


@pytest.mark.parametrize("names", [CUDA, HIP], ids=["cuda", "hip"])
def test_what_the_driver_refuses_is_told(names: Names) -> None:
    with pytest.raises(RuntimeError, match=f"{names.load}: invalid device image \\(200\\)"):
        Driver(Notes(names, fails=names.load), names).function(b"", "f", 0)
