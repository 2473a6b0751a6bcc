"""What flows along the edges of a graph while it is carried out: tensors, and arrays whose elements are known.

ONNX computes shapes with its ordinary operators, on tensors of integers. Here they stay Python's numbers, or symbolic
sizes while the model is traced, so that nothing about a shape depends on data.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, TypeGuard

import numpy as np
import torch
from numpy.typing import NDArray
from onnx import TensorProto
from torch import SymBool, SymFloat, SymInt, Tensor

# More elements than shapes, axes and tables of positions have are left to PyTorch.
MOST_KNOWN = 4096

DTYPES: dict[int, torch.dtype] = {
    TensorProto.FLOAT: torch.float32,
    TensorProto.DOUBLE: torch.float64,
    TensorProto.FLOAT16: torch.float16,
    TensorProto.BFLOAT16: torch.bfloat16,
    TensorProto.INT8: torch.int8,
    TensorProto.INT16: torch.int16,
    TensorProto.INT32: torch.int32,
    TensorProto.INT64: torch.int64,
    TensorProto.UINT8: torch.uint8,
    TensorProto.UINT16: torch.uint16,
    TensorProto.UINT32: torch.uint32,
    TensorProto.UINT64: torch.uint64,
    TensorProto.BOOL: torch.bool,
}


class Refused(Exception):
    """A node asks for something that is not known here, or not yet; says what."""


class Unknown(Exception):
    """What was asked of known elements is not known, or too much: it is computed by PyTorch."""


@dataclass(frozen=True)
class Known:
    """An array whose elements are known while a graph is traced.

    Attributes:
        array: of numbers in their own type; of objects, where some are symbolic.
        dtype: that in ONNX.
        held: where the module holds it; None if it was computed.
    """

    array: NDArray[Any]
    dtype: torch.dtype
    held: Tensor | None = None

    @property
    def is_symbolic(self) -> bool:
        """Whether some element is a symbolic size."""
        return self.array.dtype == object and any(isinstance(x, (SymInt, SymFloat)) for x in self.array.flat)

    def numbers(self) -> list[Any]:
        """Its elements, flat, as Python's numbers or symbolic ones."""
        return [*self.array.reshape(-1).tolist()]

    def number(self) -> Any:
        """Its only element."""
        if self.array.size != 1:
            raise Refused(f"a single number is expected where {self.array.size} are given")
        return self.numbers()[0]

    def tensor(self) -> Tensor:
        """The same for PyTorch."""
        if self.held is not None:
            return self.held
        numbers = self.numbers()
        if not self.is_symbolic:
            return torch.tensor(numbers, dtype=self.dtype).reshape(self.array.shape)
        parts = [torch.scalar_tensor(x, dtype=self.dtype) for x in numbers]
        return torch.stack(parts).reshape(self.array.shape)


# A value on an edge: None for an input or a result that is left out, a list for a sequence.
Value = Tensor | Known | list[Any] | None


def known(elements: Any, dtype: torch.dtype = torch.int64) -> Known:
    """An array of numbers and symbolic sizes."""
    array = np.asarray(elements, dtype=object)
    if array.size > MOST_KNOWN:
        raise Unknown
    if not any(isinstance(x, (SymInt, SymFloat, SymBool)) for x in array.flat):
        array = array.astype(numpy_dtype(dtype))
    return Known(array, dtype)


def numpy_dtype(dtype: torch.dtype) -> Any:
    """NumPy's name of a type; there is none of bfloat16."""
    if dtype is torch.bfloat16:
        raise Unknown
    return np.dtype(str(dtype).removeprefix("torch."))


def is_known(value: object) -> TypeGuard[Known]:
    """Whether the elements of a value are known."""
    return isinstance(value, Known)


def tensor(value: Any) -> Any:
    """A value as PyTorch takes it."""
    return value.tensor() if isinstance(value, Known) else value


def sizes(value: Value) -> list[Any] | None:
    """Known integers, as a list; None where they are left out."""
    if value is None:
        return None
    if not isinstance(value, Known):
        raise Refused("a shape, an axis or a number of elements that depends on data")
    return value.numbers()


def is_number(value: object) -> TypeGuard[int]:
    """Whether a size is a number, not symbolic."""
    return isinstance(value, (int, np.integer))


def product(sizes: Sequence[Any]) -> Any:
    """Of sizes, which may be symbolic."""
    return math.prod(sizes)


def dtype_of(value: int) -> torch.dtype:
    """PyTorch's type for one of ONNX's."""
    if value not in DTYPES:
        raise Refused(f"type {TensorProto.DataType.Name(value)}")
    return DTYPES[value]
