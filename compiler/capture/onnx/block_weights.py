"""Weights of few bits with a scale for each block of a row, as the numbers that they stand for.

``MatMulNBits`` of ONNX Runtime, which its quantizer of language models writes, packs two or more integers into a byte;
``DequantizeLinear`` with a ``block_size`` (since version 21) is the same in the standard's own operators. Both become
weights of numbers when a file is read, rounded once, as ONNX Runtime rounds them: their zeros are seen then. What is
compiled races against the file, whose packed weights stay if they are faster.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from .graph import Array, Graph, Node
from .values import Refused

# How the quantizer calls packed weights after those that they stand for.
PACKED = ("_Q2", "_Q4", "_Q8", "_DQ_Q4", "_quant")

# The ``accuracy_level`` at which ONNX Runtime rounds what is multiplied by the weights, block by block.
ROUNDED = 4


def with_weights_of_numbers(graph: Graph) -> Graph:
    """The same graph; itself where it has no such weights.

    Raises:
        Refused: weights in blocks that are no constants, or in an order of their own; activations that are rounded.
    """
    nodes: list[Node] = []
    constants = dict(graph.constants)
    for node in graph.nodes:
        if node.kind == "com.microsoft.MatMulNBits":
            nodes += _product(node, constants)
        elif node.op == "DequantizeLinear" and node.get("block_size", 0) and _are_held(node.inputs, constants):
            constants[node.outputs[0]] = _numbers(node, constants)
        else:
            nodes.append(node)
    return graph if nodes == [*graph.nodes] else replace(graph, nodes=tuple(nodes), constants=constants)


def _are_held(names: tuple[str, ...], constants: dict[str, Array]) -> bool:
    return all(not name or name in constants for name in names)


# -------------------------------------------------------------------- MatMulNBits


def _product(node: Node, constants: dict[str, Array]) -> list[Node]:
    """A product with a matrix of numbers, and the bias that is added to it."""
    x, packed, scales, zeros, order, bias = (*node.inputs, *[""] * (6 - len(node.inputs)))
    if order:
        raise Refused(f"weights in an order of their own, at {node}")
    if node.get("accuracy_level", 0) == ROUNDED:
        raise Refused(f"activations that are rounded to 8 bits (accuracy_level={ROUNDED}; 1 leaves them), at {node}")
    if not _are_held((packed, scales, zeros), constants):
        raise Refused(f"weights of {node.get('bits', 4)} bits that are no constants, at {node}")
    name, (result,) = _name(packed, constants), node.outputs
    zero = constants[zeros] if zeros else None
    constants[name] = _unpacked(node, constants[packed], constants[scales], zero).T.copy()
    base = replace(node, domain="", opset=13, attributes={})
    product = f"{result}/product" if bias else result
    made = [replace(base, op="MatMul", inputs=(x, name), outputs=(product,))]
    return [*made, replace(base, op="Add", inputs=(product, bias), outputs=(result,))] if bias else made


def _name(packed: str, constants: dict[str, Array]) -> str:
    wanted = next((packed.removesuffix(end) for end in PACKED if packed.endswith(end)), f"{packed}/numbers")
    while wanted in constants:
        wanted += "_"
    return wanted


def _unpacked(node: Node, packed: Array, scales: Array, zeros: Array | None) -> Array:
    """Numbers, [outputs, inputs]."""
    outputs, inputs, bits, size = node.get("N"), node.get("K"), node.get("bits", 4), node.get("block_size")
    if bits not in (2, 4, 8):
        raise Refused(f"weights of {bits} bits, at {node}")
    blocks = -(-inputs // size)
    whole = _integers(packed.reshape(outputs, -1), bits)[:, : blocks * size].reshape(outputs, blocks, size)
    if zeros is None:
        zero: Any = 1 << (bits - 1)
    elif zeros.dtype.kind == "f":
        zero = zeros.reshape(outputs, blocks, 1).astype(np.float32)
    else:
        zero = _integers(zeros.reshape(outputs, -1), bits)[:, :blocks, None]
    numbers = (whole - zero).astype(np.float32) * scales.reshape(outputs, blocks, 1).astype(np.float32)
    return numbers.reshape(outputs, -1)[:, :inputs].astype(scales.dtype)  # type: ignore[no-any-return]


def _integers(packed: Array, bits: int) -> Array:
    """What bytes hold, the lowest bits first."""
    shifts = np.arange(0, 8, bits)
    return ((packed.astype(np.int32)[..., None] >> shifts) & ((1 << bits) - 1)).reshape(*packed.shape[:-1], -1)


# -------------------------------------------------------------------- DequantizeLinear


def _numbers(node: Node, constants: dict[str, Array]) -> Array:
    """A weight of which each block along an axis has a scale."""
    whole, scales, zeros = (constants.get(name) for name in (*node.inputs, "")[:3])
    assert whole is not None and scales is not None
    axis, size = node.get("axis", 1) % whole.ndim, node.get("block_size")

    def spread(part: Array) -> Array:
        return np.repeat(part.astype(np.float32), size, axis).take(np.arange(whole.shape[axis]), axis)

    shifted = whole.astype(np.float32) - (0 if zeros is None else spread(zeros))
    return (shifted * spread(scales)).astype(scales.dtype)
