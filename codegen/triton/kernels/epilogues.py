"""What follows a product in the same kernel: parts of a sum brought together, bias, residual, activation, gate."""

import triton
import triton.language as tl


@triton.jit
def finish(
    acc, m, t, end, bias, residual, gate, y, M, T,
    ROWS_FIRST: tl.constexpr, BIAS: tl.constexpr, RESIDUAL: tl.constexpr, GATE: tl.constexpr, ACTIVATION: tl.constexpr,
):  # fmt: skip
    """Store activation(acc + bias + residual) * gate in y [T, M], or [M, T] where ROWS_FIRST.

    m, t: the row and the token of every number of acc, or what broadcasts to them. end: of the rows.
    """
    keep = (m < end) & (t < T)
    if ROWS_FIRST:
        at = m.to(tl.int64) * T + t
    else:
        at = t.to(tl.int64) * M + m
    if BIAS:
        acc += tl.load(bias + m, mask=m < end, other=0.0).to(tl.float32)
    if RESIDUAL:
        acc += tl.load(residual + at, mask=keep, other=0.0).to(tl.float32)
    acc = activate(acc, ACTIVATION)
    if GATE:
        acc *= tl.load(gate + at, mask=keep, other=0.0).to(tl.float32)
    tl.store(y + at, acc.to(y.dtype.element_ty), mask=keep)


@triton.jit
def arrive(acc, partial, arrived, slot, part, parts):
    """Leave one of several parts of a sum behind, and see whether all are there: (the whole sum, whether they are).

    Whoever comes last adds all of them, in their order, so that the result does not depend on who that was; and sets
    the counter back to zero for the next launch.

    partial: float32, acc's numbers for each slot. arrived: a counter for each slot. slot: that of the first part,
    64 bits wide.
    """
    numbers: tl.constexpr = acc.shape[0] * acc.shape[1]
    inside = tl.arange(0, acc.shape[0])[:, None] * acc.shape[1] + tl.arange(0, acc.shape[1])[None, :]
    base = partial + slot * numbers + inside
    last = True
    if parts > 1:
        tl.store(base + part.to(tl.int64) * numbers, acc)
        tl.debug_barrier()  # every thread has stored before one of them tells
        last = tl.atomic_add(arrived + slot, 1, sem="acq_rel") == parts - 1
        if last:
            acc = tl.zeros_like(acc)
            for _ in range(parts):
                acc += tl.load(base, cache_modifier=".cg")
                base += numbers
            tl.store(arrived + slot, 0)
    return acc, last


@triton.jit
def activate(v, ACTIVATION: tl.constexpr):
    """An activation by its name in the table of operators, of float32; '' is none. NaN stays NaN."""
    if ACTIVATION == "relu":
        v = tl.where(v < 0.0, 0.0, v)
    elif ACTIVATION == "relu6":
        v = _clamped(v)
    elif ACTIVATION == "tanh":
        v = _tanh(v)
    elif ACTIVATION == "sigmoid" or ACTIVATION == "hardsigmoid":
        v = _gate(v, ACTIVATION)
    elif ACTIVATION != "":
        v = v * _gate(v, ACTIVATION)
    return v


@triton.jit
def _gate(v, ACTIVATION: tl.constexpr):
    """What v is multiplied with."""
    if ACTIVATION == "sigmoid" or ACTIVATION == "silu":
        gate = tl.sigmoid(v)
    elif ACTIVATION == "hardsigmoid" or ACTIVATION == "hardswish":
        gate = _clamped(v + 3.0) / 6.0
    elif ACTIVATION == "gelu":
        gate = 0.5 + 0.5 * tl.erf(v * 0.7071067811865476)
    else:
        tl.static_assert(ACTIVATION == "gelu_tanh", "an activation without a Triton form")
        gate = tl.sigmoid(1.5957691216057308 * (v + 0.044715 * v * v * v))
    return gate


@triton.jit
def _clamped(v):
    return tl.where(v < 0.0, 0.0, tl.where(v > 6.0, 6.0, v))


@triton.jit
def _tanh(v):
    """Near zero a polynomial: a difference of numbers near one has few digits there."""
    size = tl.abs(v)
    left = tl.exp(-2.0 * size)
    far = (1.0 - left) / (1.0 + left)
    square = v * v
    near = v * (1.0 + square * (-0.3333333333 + square * (0.1333333333 - square * 0.0539682540)))
    return tl.where(size < 0.125, near, tl.where(v < 0.0, -far, far))
